"""A room's guesses on one page: never fewer than five people, no name, no single guess."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st

from thousandfold.cli import main
from thousandfold.errors import ExplainedError
from thousandfold.facilitation import collected as collecting
from thousandfold.facilitation.collected import collected
from thousandfold.facilitation.course import MOST_BYTES, find_course
from thousandfold.facilitation.disclosure import FEWEST_PEOPLE, in_fives, of_the_middle
from thousandfold.facilitation.room_calibration import (
    HIDDEN,
    Asked,
    RoomCalibration,
    calibration_of_room,
)
from thousandfold.facilitation.room_calibration_page import html
from thousandfold.teaching.guesses import Comparison, compare_with
from thousandfold.teaching.lean import STEPS
from thousandfold.teaching.typed import Typed

COURSE = find_course(ROOT)
TRUE = 4950.0


def said(*guesses: float, first: int = 0) -> dict[str, Comparison]:
    """Return guesses of so many people."""
    return {
        f"person {number}": compare_with(Typed(guess, guess), TRUE, "pairs")
        for number, guess in enumerate(guesses, start=first)
    }


def room(*asked: dict[str, Comparison]) -> RoomCalibration:
    """Return what may be shown of questions with these guesses."""
    return calibration_of_room(
        [
            Asked("06 Why?", f"Question {number}?", guesses)
            for number, guesses in enumerate(asked, start=1)
        ]
    )


FIVE = (100, 400, 900, 1000, 4000)


def test_four_people_are_hidden_and_five_are_shown() -> None:
    assert FEWEST_PEOPLE == 5
    four, five = room(said(*FIVE[:4])), room(said(*FIVE))
    assert (len(four.shown), len(five.shown)) == (0, 1)
    assert four.questions[0].told == HIDDEN
    assert "5 too low, 0 close, 0 too high, of about 5 people" in five.questions[0].told
    assert (four.people, five.people) == (0, 5)
    assert four.lean is None
    assert "No question was answered by five people" in four.sentence


def test_a_hidden_question_leaves_no_trace_in_any_sum() -> None:
    """No answer, one or four: the same page, so that nobody can take one from another."""
    pages = {
        html(room(said(*FIVE, *FIVE), hidden))
        for hidden in ({}, said(1), said(1, 1e9, 3, 4), said(7, 8, 9, 10, first=50))
    }
    assert len(pages) == 1
    assert "1 of 2 questions is not shown" in pages.pop()


def test_who_withdraws_from_a_room_of_five_takes_the_question_along() -> None:
    before, after = said(*FIVE), said(*FIVE)
    del after["person 2"]
    assert room(before).shown
    shown = html(room(after))
    assert "1 of 1 questions is not shown, as fewer than five people answered" in shown
    assert shown.count(HIDDEN) == 0, "a day has few of all questions: they are not listed"
    assert not re.search(r"\d too low", shown)


@pytest.mark.parametrize("people", range(5, 40))
def test_that_all_are_on_one_side_cannot_be_told_from_nearly_all(people: int) -> None:
    """Not by somebody who knows the own guess, either: two may be elsewhere."""
    for elsewhere in (0, 1, 2):
        counts = (in_fives(people), in_fives(people - elsewhere), in_fives(elsewhere))
        assert counts[2] == 0
    low = {real for real in range(people + 5) if in_fives(real) == in_fives(people)}
    assert len(low) == 5


def test_the_middle_is_nobodys_own_guess() -> None:
    for count in range(5, 30):
        values = [float(2**place) for place in range(count)]
        assert of_the_middle(values) not in values
    assert of_the_middle([1, 2, 3, 4, 5]) == of_the_middle([-1e9, 2, 3, 4, 1e9])


@settings(max_examples=40)
@given(st.lists(st.floats(0.5, 1e7), max_size=30), st.lists(st.floats(0.5, 1e7), max_size=30))
def test_nothing_but_fives_and_steps_is_on_a_page(first: list[float], second: list[float]) -> None:
    shown = room(said(*first), said(*second))
    for one in shown.questions:
        assert {count % 5 for count in (one.people, one.low, one.close, one.high)} == {0}
        assert one.hidden == (one.people == 0)
    assert "person 1" not in html(shown)
    assert shown.people % 5 == 0


def test_shares_and_losses_are_counted_and_have_no_factor() -> None:
    shares = {str(who): compare_with(Typed(20, 20), 79.2, "%") for who in range(6)}
    shown = room(shares)
    assert shown.questions[0].told == "5 too low, 0 close, 0 too high, of about 5 people."
    assert shown.lean is None
    assert "cannot be told from these" in shown.conclusion


def test_the_lean_of_a_room_is_said_with_what_it_does_not_say() -> None:
    low = room(*[said(900, 1000, 1100, 800, 1200, 1000)] * 4)
    assert low.lean is not None
    ends = (low.lean.low, low.lean.ratio, low.lean.high)
    assert {round(1 / end, 9) for end in ends} <= {*STEPS}, "only steps are shown"
    assert "lean to low numbers again" in low.conclusion
    assert "of other questions it says nothing" in low.conclusion
    even = room(*[said(900, 20_000, 5000, 3000, 9000, 5000)] * 4)
    assert "no lean to one side shows" in even.conclusion


# --- From a folder ------------------------------------------------------------------------------

LESSON = (ROOT / "notebooks" / "06_communication.ipynb").read_text(encoding="utf-8")


def lesson(guess: object) -> str:
    """Return lesson 06 as somebody saved it."""
    return LESSON.replace("my_guess_paths = ...", f"my_guess_paths = {guess}")


def people(folder: Path, *guesses: object) -> Path:
    """Write a folder for each of some people."""
    for number, guess in enumerate(guesses):
        place = folder / f"ann-{number}" / "notebooks"
        place.mkdir(parents=True)
        (place / "06_communication.ipynb").write_text(lesson(guess), encoding="utf-8")
    return folder


def shown_in(folder: Path) -> RoomCalibration:
    """Return what may be shown of a folder."""
    return calibration_of_room(collected(folder, COURSE).asked)


def test_a_folder_is_read_and_a_withdrawn_notebook_is_gone(tmp_path: Path) -> None:
    folder = people(tmp_path / "in", *FIVE)
    shown = shown_in(folder)
    assert [one.words for one in shown.shown] == ["How many pairs could talk in a company of 100?"]
    assert shown.shown[0].ratio == 1 / 7  # the middle three: 400, 900 and 1,000 of 4,950
    (folder / "ann-3" / "notebooks" / "06_communication.ipynb").unlink()
    assert shown_in(folder).shown == ()


def test_copies_of_one_person_are_one_person(tmp_path: Path) -> None:
    folder = people(tmp_path / "in", 100, 100, 100, 100, 100)
    found = collected(folder, COURSE)
    assert found.people == 1
    assert len(found.refused) == 4
    assert "is the same file as one of ann-0" in found.refused[0]
    assert calibration_of_room(found.asked).shown == ()


def test_what_happened_is_never_read_from_a_learner(tmp_path: Path) -> None:
    folder = people(tmp_path / "in", *FIVE)
    for path in folder.rglob("*.ipynb"):
        path.write_text(path.read_text().replace("4950", "1"), encoding="utf-8")
    assert shown_in(folder).shown[0].ratio == 1 / 7


def test_what_was_asked_is_never_read_from_a_learner(tmp_path: Path) -> None:
    """Nobody counts fewer pairs than none, whatever a file says was asked."""
    folder = people(tmp_path / "in", *(-guess for guess in FIVE))
    for path in folder.rglob("*.ipynb"):
        asked = path.read_text(encoding="utf-8").replace(
            "how many pairs could talk", "what balance"
        )
        path.write_text(asked, encoding="utf-8")
    assert shown_in(folder).shown == ()


def huge(place: Path) -> None:
    with (place / "06_communication.ipynb").open("wb") as file:
        file.truncate(MOST_BYTES + 1)


def not_json(place: Path) -> None:
    (place / "06_communication.ipynb").write_text("{", encoding="utf-8")


def deep(place: Path) -> None:
    (place / "06_communication.ipynb").write_text("[" * 100_000, encoding="utf-8")


def no_text(place: Path) -> None:
    (place / "06_communication.ipynb").write_bytes(b"\xff\xfe\x00" * 100)


def other_shapes(place: Path) -> None:
    cells = [3, None, {"cell_type": ["code"], "source": {"a": 1}, "metadata": 3, "outputs": "x"}]
    written = json.dumps({"nbformat": 4, "cells": cells})
    (place / "06_communication.ipynb").write_text(written, encoding="utf-8")


def endless_line(place: Path) -> None:
    line = "my_guess_paths = " + "(" * 500_000
    cells = [{"cell_type": "code", "source": line, "metadata": {}, "outputs": []}]
    written = json.dumps({"nbformat": 4, "cells": cells})
    (place / "06_communication.ipynb").write_text(written, encoding="utf-8")


def too_many(place: Path) -> None:
    for number in range(301):
        (place / f"06_communication-Copy{number}.ipynb").write_text("{", encoding="utf-8")


def a_folder(place: Path) -> None:
    (place / "06_communication.ipynb").mkdir()


def a_link(place: Path) -> None:
    (place / "06_communication.ipynb").symlink_to(ROOT / "notebooks" / "06_communication.ipynb")


HOSTILE = (huge, not_json, deep, no_text, other_shapes, endless_line, too_many, a_folder, a_link)
NAME = "<img src=x onerror=alert(1)>\x1b[2J"


@pytest.mark.parametrize("make", HOSTILE)
def test_a_hostile_notebook_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], make: Callable[[Path], None]
) -> None:
    folder = people(tmp_path / "in", *FIVE)
    clean = html(shown_in(folder))
    (folder / NAME).mkdir()
    make(folder / NAME)
    output = tmp_path / "room.html"
    asked = ["calibration", str(folder), "--output", str(output), "--folder", str(ROOT)]
    assert main(asked) == 0
    assert output.read_text(encoding="utf-8") == clean
    told = capsys.readouterr()
    assert "people: 5, questions: 1 shown" in told.out
    assert "<img src=x onerror=alert(1)>" in told.err, "it is named to the facilitator"
    assert "\x1b" not in told.err


def test_folders_that_are_none_are_said(tmp_path: Path) -> None:
    with pytest.raises(ExplainedError, match="is not a folder"):
        collected(tmp_path / "nothing", COURSE)
    (tmp_path / "file.ipynb").write_text("{}", encoding="utf-8")
    (tmp_path / ".replaced").mkdir()
    (tmp_path / "linked").symlink_to(ROOT / "notebooks")
    with pytest.raises(ExplainedError, match="holds no folders"):
        collected(tmp_path, COURSE)


def test_more_folders_than_people_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "MOST_PEOPLE", 4)
    with pytest.raises(ExplainedError, match="more than 4 folders"):
        collected(people(tmp_path / "in", *FIVE), COURSE)


def test_a_page_is_html_or_pdf(tmp_path: Path) -> None:
    assert main(["calibration", str(tmp_path), "--output", "room.docx"]) == 1
