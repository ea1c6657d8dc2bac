"""A flight as a code: everything comes back, and whatever is no whole flight is refused."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from thousandfold.errors import ExplainedError
from thousandfold.flight import share
from thousandfold.flight.debrief import Room, example_game
from thousandfold.flight.decision import (
    API,
    DECIDES,
    MOST_HIRED,
    MOST_KEPT,
    MOST_SQUADS,
    SHARES,
    Decision,
)
from thousandfold.flight.deck import EVENTS, ROUNDS
from thousandfold.flight.engine import EDITION, Flight
from thousandfold.flight.game import Game
from thousandfold.flight.share import code_of, read_code
from thousandfold.flight.turn import Turn

# Raise EDITION when this changes, and write both down here: shared flights then say that they may
# end otherwise.
EDITIONS = {1: "276874c21073"}


@st.composite
def decisions(draw: st.DrawFn) -> Decision:
    """Decisions as a form gives them, or a line of code: thirds, floats, numbers near nothing."""
    parts: list[float] = []
    for _ in SHARES[1:]:
        left = max(0.0, 100 - sum(parts))
        parts.append(draw(st.one_of(st.integers(0, int(left)), st.floats(0, left))))
    return Decision(
        max(0, 100 - sum(parts)),
        *parts,
        hire=draw(st.integers(0, MOST_HIRED)),
        squads=draw(st.integers(1, MOST_SQUADS).map(float)),
        decides=draw(st.sampled_from(DECIDES)),
        api=draw(st.sampled_from(API)),
        keep=draw(st.one_of(st.integers(0, MOST_KEPT), st.floats(0, MOST_KEPT))),
    )


TABLES = st.lists(decisions(), min_size=ROUNDS, max_size=ROUNDS) | decisions().map(
    lambda same: [same] * ROUNDS
)
HAPPENED = st.dictionaries(st.integers(1, ROUNDS), st.sampled_from(list(EVENTS)))


@given(seed=st.integers(0, 2**70), events=HAPPENED, rows=TABLES)
def test_any_flight_comes_back_as_it_was(
    seed: int, events: dict[int, str], rows: list[Decision]
) -> None:
    code = code_of(seed, events, rows)
    assert re.fullmatch("[0-9a-z.-]+", code)
    assert "--" not in code
    assert len(code) < share.MOST_CHARACTERS
    back = read_code(code)
    assert (back.seed, back.events, back.edition, back.caveat) == (seed, events, EDITION, "")
    assert [turn.decision for turn in back.turns] == rows
    assert read_code(f" https://x.org/lab/index.html?path=a.ipynb#flight={code}\n") == back


def test_a_replayed_flight_ends_as_it_ended() -> None:
    game = Game("Red", 7, {5: "region fails"}, example_game().turns)
    again = Game.from_code(game.code())
    assert {name: values.tolist() for name, values in again.seen().items()} == {
        name: values.tolist() for name, values in game.seen().items()
    }
    assert again.code() == game.code()


def test_nothing_that_a_team_wrote_is_in_a_code() -> None:
    turns = example_game().turns
    told = [Turn(turn.decision, 1234.5, "Ruth said so") for turn in turns]
    assert Game("Blue team", 7, {}, told).code() == Game("Red", 7, {}, turns).code()
    again = Game.from_code(Game("Blue team", 7, {}, told).code())
    assert (again.team, again.forecasts) == ("A shared flight", [])
    assert {(turn.forecast, turn.reason) for turn in again.turns} == {(None, "")}


def test_a_shared_flight_stands_beside_a_teams_own_and_is_saved_nowhere(tmp_path: Path) -> None:
    again = Game.from_code(example_game().code())
    assert Room.of(example_game(), again).labels == ("Example team", "A shared flight")
    with pytest.raises(ExplainedError, match="keep its code"):
        again.save(tmp_path / "flight-other.json")
    assert list(tmp_path.iterdir()) == []


def test_a_flight_is_shared_when_it_is_over() -> None:
    with pytest.raises(ExplainedError, match="all 12 rounds are flown; 3 are so far"):
        Game("Red", turns=example_game().turns[:3]).code()


CODE = code_of(1000, {5: "region fails", 7: "none"}, example_game().rows)


@given(
    place=st.integers(0, len(CODE) - 1),
    other=st.text(max_size=2) | st.sampled_from("0123456789abcfhku-.m"),
)
def test_a_code_with_a_slip_is_refused_or_the_same(place: int, other: str) -> None:
    with suppress(ExplainedError):
        assert read_code(CODE[:place] + other + CODE[place + 1 :]) == read_code(CODE)


@given(st.text() | st.text("0123456789abcfhku-.m"))
def test_what_is_no_code_is_refused(words: str) -> None:
    with pytest.raises(ExplainedError):
        read_code(words)


@pytest.mark.parametrize("length", range(0, len(CODE), 5))
def test_half_a_code_is_refused(length: int) -> None:
    for part in (CODE[:length], CODE[length + 1 :]):
        with pytest.raises(ExplainedError, match="not the whole code of a flight; copy it again"):
            read_code(part)


def forged(said: str) -> str:
    """Return a code whose checksum is right, as somebody makes it who means harm."""
    return f"{said}-{zlib.crc32(said.encode()):08x}"


FIRST = "f40o30d20r10p0h0s1w0a0k70"


@pytest.mark.parametrize(
    ("start", "first", "told"),
    [
        ("2-1-7-0", FIRST, "a newer Thousandfold"),
        ("0-1-7-0", FIRST, "no code that a flight has"),
        ("1-x-7-0", FIRST, "no code that a flight has"),
        ("1-1--0", FIRST, "no code that a flight has"),
        ("1-1-7.5-0", FIRST, "no code that a flight has"),
        ("1-1-\u0667-0", FIRST, "no code that a flight has"),
        (f"1-1-{'9' * 5000}-0", FIRST, "no code that a flight has"),
        ("1-1-7-", FIRST, "an event that nobody knows"),
        ("1-1-7-13x1", FIRST, "an event that nobody knows"),
        ("1-1-7-0x1", FIRST, "an event that nobody knows"),
        (f"1-1-7-5x{len(EVENTS)}", FIRST, "an event that nobody knows"),
        ("1-1-7-5xx", FIRST, "an event that nobody knows"),
        ("1-1-7-0", "u", "round 1 of this flight cannot be flown: a decision needs exactly"),
        ("1-1-7-0", "h4", "round 1 .* needs exactly"),
        ("1-1-7-0", "", "round 1 .* is no decision"),
        ("1-1-7-0", f"{FIRST}z3", "round 1 .* needs exactly"),
        ("1-1-7-0", FIRST.replace("h0", "h201"), "round 1 .* hire must be a whole number"),
        ("1-1-7-0", FIRST.replace("h0", "h1.5"), "round 1 .* hire must be a whole number"),
        ("1-1-7-0", FIRST.replace("f40", "f90"), "round 1 .* must add up to 100"),
        ("1-1-7-0", FIRST.replace("w0", "w3"), "round 1 .* decides must be one of"),
        ("1-1-7-0", FIRST.replace("a0", "a0.5"), "round 1 .* api must be one of"),
        ("1-1-7-0", FIRST.replace("k70", "kinf"), "round 1 .* is no decision"),
        ("1-1-7-0", FIRST.replace("k70", "k7e1"), "round 1 .* needs exactly"),
        ("1-1-7-0", "__import__('os')", "round 1 .* is no decision"),
    ],
)
def test_a_forged_code_is_refused_with_a_sentence(start: str, first: str, told: str) -> None:
    with pytest.raises(ExplainedError, match=told):
        read_code(forged("-".join([start, first, *["u"] * (ROUNDS - 1)])))


def test_a_code_as_long_as_a_book_is_refused_before_it_is_read() -> None:
    with pytest.raises(ExplainedError, match="100,000 characters, and the code of a flight never"):
        read_code("1" * 100_000)


@pytest.mark.parametrize("code", [None, 7, b"1-1", ["1"]])
def test_a_code_is_text(code: Any) -> None:
    with pytest.raises(ExplainedError, match="text in quotes"):
        Game.from_code(code)


def test_a_flight_of_another_edition_says_that_it_may_end_otherwise(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Game.from_code(CODE)
    assert capsys.readouterr().out == ""
    monkeypatch.setattr(share, "EDITION", EDITION + 1)
    assert Game.from_code(CODE).over
    assert f"edition {EDITION} of the flight simulator, and this is edition {EDITION + 1}" in (
        capsys.readouterr().out
    )


def test_the_edition_counts_what_the_engine_rests_on() -> None:
    numbers = {name: quantity.default for name, quantity in Flight.quantities().items()}
    found = hashlib.sha256(json.dumps(numbers, sort_keys=True).encode()).hexdigest()[:12]
    assert {EDITION: found}.items() <= EDITIONS.items(), (
        f"the engine's numbers changed: if a flight was shared before, raise EDITION in "
        f"flight/engine.py; then write {found!r} down here"
    )


def test_the_link_leads_to_a_lesson_that_is_there() -> None:
    page = (ROOT / "src/thousandfold/flight/cockpit.js").read_text(encoding="utf-8")
    [lesson] = re.findall(r'const LESSON = "(.+?)"', page)
    assert (ROOT / lesson).is_file()
