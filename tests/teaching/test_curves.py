"""A curve that somebody draws: what is read, kept and compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from thousandfold import ExplainedError, Lines, Series
from thousandfold.models import RareNeed, ScalabilityLaw, Squads
from thousandfold.teaching.curves import FILE, Axis, Board, keep, kept

NOTHING = (None,) * 7
DRAWN = (1.0, 3.0, 10.0, 30.0, 50.0, 60.0, 40.0)


@pytest.fixture
def board(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Board:
    monkeypatch.chdir(tmp_path)
    picture = ScalabilityLaw().picture("times")
    assert isinstance(picture, Lines)
    return Board.of(picture, (0.1, 1000))


def straight(y: list[float], **look: Any) -> Lines:
    x = list(range(len(y)))
    return Lines((Series("real", x, y),), "weeks", "work (days)", title="", sentence="", **look)


@pytest.mark.parametrize(
    "axis", [Axis("load (times)", 1, 1000, True), Axis("share", 0, 0.5, False)], ids=str
)
def test_places_of_an_axis_are_round_and_a_value_comes_back(axis: Axis) -> None:
    assert len(axis.places) == 7
    assert (axis.places[0], axis.places[-1]) == (axis.low, axis.high)
    assert axis.share(axis.low) == 0
    assert axis.share(axis.high) == 1
    for place in axis.places:
        assert axis.value(axis.share(place)) == pytest.approx(place, rel=0.05)
    assert axis.share(10 * axis.high) == 1
    assert axis.share(-1) == 0


@pytest.mark.parametrize(
    ("typed", "heights"),
    [
        ("1 3 10 30 50 60 40", DRAWN),
        ("1, 3, 10, 30, 50, 60, 40", DRAWN),
        ("1,3,10,30,50,60,40", DRAWN),
        ("1; 3; 10; 30; 50; 60; 40;", DRAWN),
        ("1 3 10 30 300 1,000 1,000", (1, 3, 10, 30, 300, 1000, 1000)),
        ("1 3 10 - - 0.5 ?", (1, 3, 10, None, None, 0.5, None)),
        ("", NOTHING),
        ("  ", NOTHING),
    ],
)
def test_numbers_are_read_as_people_type_them(board: Board, typed: str, heights: object) -> None:
    assert board.read(typed) == heights
    assert board.read(board.written(board.read(typed))) == heights


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1 3 10", "write 7 numbers .* one for each of 1, 3, 10, 30, 100, 300, 1,000; there are 3"),
        ("1 3 10 30 50 60 much", "“much” is no number"),
        ("1 3 10 30 50 60 -4", "-4 is off the picture; it goes from 0.100 to 1,000"),
        ("1 3 10 30 50 60 1e99", "is off the picture"),
        ("1 " * 10_000, "there are 10000"),
    ],
)
def test_what_cannot_be_drawn_is_a_sentence(board: Board, typed: str, said: str) -> None:
    with pytest.raises(ExplainedError, match=said.replace("0.100", "0.1")):
        board.read(typed)


def test_a_curve_is_compared_at_its_peak_and_at_its_end(board: Board) -> None:
    assert board.compared(DRAWN) == (
        "You drew it highest at 300 times today's load; it is highest at 97 times today's load: "
        "3.1 times too high. At 1,000 times today's load you drew 40 times today's; it is 7.52: "
        "5.3 times too high."
    )
    rising = board.compared((1, 3, 10, 30, 100, 300, 1000))
    assert rising.startswith("You drew it rising to the end; it is highest at 97 times today's")
    half = board.compared((1, 3, 9, 3, None, None, None))
    assert half.endswith("At 1,000 times today's load it is 7.52 times today's.")
    assert "you drew" not in half
    begun = board.compared((1, 3, 9, None, None, None, None))
    assert begun.startswith("You drew it rising as far as 10 times today's load; it is highest")
    nothing = board.compared(NOTHING)
    assert nothing.endswith("it is 7.52 times today's. You drew no guess this time.")


def test_one_point_alone_and_a_line_that_only_rises_are_compared_too(tmp_path: Path) -> None:
    board = Board.of(straight([0.0, 1.0, 2.0, 3.0]), (0, 10))
    one = (5.0, *[None] * 6)
    assert "It rises to the end" in board.compared((None,) * 7)
    assert board.compared(one).endswith("At 3 weeks it is 3 days.")
    assert [series.label for series in board.picture(one).series] == ["real", "you drew"]
    assert board.picture((None,) * 7) is board.real


def test_what_is_drawn_stands_beside_what_happened(board: Board) -> None:
    shown = board.picture(DRAWN)
    *real, drawn = shown.series
    assert tuple(real) == board.real.series
    assert drawn.colour == "guess"
    assert list(drawn.y) == list(DRAWN)
    assert shown.sentence.endswith(board.compared(DRAWN))


def test_a_curve_is_kept_and_others_beside_it(board: Board) -> None:
    other = Board.of(straight([0.0, 1.0]), (0, 10))
    assert kept(board) == NOTHING
    keep(other, (1.0,) * 7)
    keep(board, DRAWN)
    keep(board, (2.0, *DRAWN[1:]))
    assert kept(board) == (2.0, *DRAWN[1:])
    assert kept(other) == (1.0,) * 7


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "[",
        "[1]",
        '"x"',
        "[" * 100_000,
        json.dumps({"delivered (times today's), by load (times today's)": [1, 2]}),
        json.dumps({"delivered (times today's), by load (times today's)": ["1"] * 7}),
        json.dumps({"delivered (times today's), by load (times today's)": [1e9] * 7}),
        json.dumps({"delivered (times today's), by load (times today's)": [True] * 7}),
        "{\"delivered (times today's), by load (times today's)\": [NaN,1,1,1,1,1,1]}",
    ],
)
def test_a_damaged_file_is_an_empty_picture(board: Board, damaged: str) -> None:
    Path(FILE).write_text(damaged, encoding="utf-8")
    assert kept(board) == NOTHING
    keep(board, DRAWN)
    assert kept(board) == DRAWN


def test_a_board_needs_lines_and_an_axis() -> None:
    real = RareNeed().picture()
    assert isinstance(real, Lines)
    with pytest.raises(ExplainedError, match="logarithmic: it begins above zero"):
        Board.of(real, (0, 100))
    with pytest.raises(ExplainedError, match="from a lower number to a higher"):
        Board.of(real, (100, 1))
    with pytest.raises(ExplainedError, match="only a picture with lines"):
        Board.of(Squads().picture("people"), (1, 2))  # type: ignore[arg-type]
