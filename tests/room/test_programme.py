"""The steps of a day: every line of its plan, taken apart, with the minutes that it has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest
from conftest import ROOT
from small_day import SLOTS

from thousandfold.facilitation import schedule
from thousandfold.facilitation.course import find_course
from thousandfold.facilitation.plan import Slot, timed
from thousandfold.flight.deck import ROUNDS
from thousandfold.room.cues import cue
from thousandfold.room.day import Day
from thousandfold.room.programme import DEBRIEF, FLY, steps_of
from thousandfold.room.questions import questions_of

FORMATS = sorted(schedule.formats())


def kinds(*slots: Slot, asked: Mapping[int, int] | None = None) -> list[str]:
    return [step.kind for step in steps_of(slots, asked or {})]


def test_a_day_begins_with_its_welcome_and_ends_with_its_close() -> None:
    found = [step.kind for step in steps_of(SLOTS, {1: 1, 2: 1})]
    flown = ["decide", "came"] * ROUNDS
    assert found == [
        "welcome", "vote", "again", "shown", "predict", "work", "expected", "teams", *flown,
        *DEBRIEF, "exercise", "close",
    ]  # fmt: skip


def test_a_step_has_the_minutes_of_its_line() -> None:
    took: Counter[int] = Counter()
    for step in steps_of(SLOTS):
        took[step.place] += round(60 * step.minutes)
    assert took == {place: 60 * slot.minutes for place, slot in enumerate(SLOTS)}


def test_names_tell_steps_apart() -> None:
    names = [step.name for step in steps_of(SLOTS)]
    assert len(names) == len(set(names))


def test_what_came_is_shown_when_its_lesson_is_over() -> None:
    def part(kind: str, stem: str, of: str = "lesson") -> Slot:
        return Slot(540, 5, kind, kind, stem, of)

    talk = Slot(540, 5, "talk", "Talk")
    found = kinds(talk, part("predict", "01"), part("predict", "01"), part("run", "01"),
                  part("predict", "02"), part("exercise", "01", "exercise"), talk,
                  asked={1: 2, 2: 1})  # fmt: skip
    assert found == [
        "welcome", "predict", "predict", "work", *["expected"] * 3, "predict", "exercise",
        "close",
    ]  # fmt: skip


def test_a_short_flight_has_all_its_rounds() -> None:
    steps = steps_of([Slot(540, 5, "run", "Fly", "08", "lesson", FLY)])
    assert [step.number for step in steps if step.kind == "came"] == list(range(1, ROUNDS + 1))
    assert all(step.minutes > 0 for step in steps if step.kind in ("decide", "came"))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_be_held(name: str) -> None:
    course = find_course(str(ROOT))
    for session in schedule.plan(course, name).sessions:
        steps = steps_of(session.slots)
        assert (steps[0].kind, steps[-1].kind) == ("welcome", "close")
        assert [step.name for step in steps if not cue(step) and step.kind != "work"] == []
        names = [step.name for step in steps]
        assert len(names) == len(set(names))
        asked = questions_of(course, session.slots)
        for step in steps:
            if step.kind in ("vote", "again", "predict"):
                assert asked.get(step.place), f"{step.title}: nothing is asked"


def test_a_room_looks_at_all_flights_where_the_lesson_has_each_look_at_an_own_one() -> None:
    def part(cell: str, kind: str = "run") -> Slot:
        return Slot(540, 30, kind, cell, "08_flight_simulator", "lesson", cell)

    talk = Slot(540, 5, "talk", "Talk")
    found = kinds(talk, part(FLY, "exercise"), part("errors"), part("loops-look"), talk)
    assert found[-5:] == ["landed", "loops", "forecasts", "skill", "close"]


def test_a_day_whose_plan_has_no_minutes_for_a_welcome_has_one_all_the_same() -> None:
    first = schedule.plan(find_course(str(ROOT)), "one-hour").sessions[0].slots
    welcome, vote, *_ = steps_of(first)
    assert (welcome.kind, welcome.minutes, welcome.heading) == ("welcome", 0, "Welcome")
    assert vote.kind == "vote"
    lesson = Slot(540, 5, "run", "Look", "06_communication", "lesson", "look")
    assert kinds(lesson)[0] == "welcome"
    assert not Day([lesson], {}).done, "who comes in has not come to a module yet"


def test_one_exercise_alone_begins_with_it() -> None:
    work = Slot(540, 45, "exercise", "Decide", "06_communication", "exercise")
    assert kinds(work) == ["exercise"]


def test_each_question_that_is_answered_says_which_of_how_many_it_is() -> None:
    guess = Slot(0, 5, "predict", "Guess", "06_communication", "lesson", "guess")
    look = Slot(0, 5, "run", "Look", "06_communication", "lesson", "look")

    def headings(asked: int) -> list[str]:
        steps = steps_of(timed([guess, look], 540), {0: asked})
        return [step.heading for step in steps if step.kind == "expected"]

    whole = "What you expected, and what came"
    assert headings(1) == [whole]
    assert headings(3) == [f"{whole}: {number} of 3" for number in (1, 2, 3)]
