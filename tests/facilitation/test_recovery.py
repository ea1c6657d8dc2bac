"""What to drop now: a late session ends in time, and gives up no more than it must."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from conftest import ROOT
from hypothesis import assume, given
from hypothesis import strategies as st

from thousandfold.cli import main
from thousandfold.errors import ExplainedError
from thousandfold.facilitation import run_of_show
from thousandfold.facilitation.course import find_course
from thousandfold.facilitation.plan import LUNCH, Session, Slot, minutes_of, timed, total
from thousandfold.facilitation.recovery import (
    LEAST_BREAK,
    LEAST_LUNCH,
    LEAST_TALK,
    RESERVE,
    Recovery,
    chosen,
    recover,
)
from thousandfold.facilitation.schedule import formats, plan

COURSE = find_course(ROOT)
PLANS = {name: plan(COURSE, name) for name in formats()}
# Where the room is: each minute of each session of each format can be drawn.
PLACES = st.sampled_from(
    [
        (name, number, into)
        for name, found in PLANS.items()
        for number, session in enumerate(found.sessions)
        for into in range(session.end - session.begin)
    ]
)
Place = tuple[str, int, int]


def at(place: Place) -> tuple[Session, int]:
    """Return a session, and how many of its minutes the room has behind it."""
    name, number, into = place
    return PLANS[name].sessions[number], into


def half_day() -> Session:
    return PLANS["half-day"].sessions[0]


def late_at(session: Session, into: int, late: int) -> Recovery:
    """Recover where the room has come `into` minutes of the plan, `late` minutes too late."""
    return recover(session, late=late, now=session.begin + into + late)


def one(session: Session, **wanted: str) -> Slot:
    """Return the one slot whose attributes begin like this."""
    (found,) = [
        slot
        for slot in session.slots
        if all(getattr(slot, name).startswith(text) for name, text in wanted.items())
    ]
    return found


def cheap(slot: Slot) -> int:
    """Say how many minutes a slot could give before an unmarked task is touched."""
    if slot.kind in ("vote", "predict"):
        return 0
    if slot.kind == "buffer" or slot.drop_if_late or slot.memo:
        return slot.minutes
    if slot.kind == "break":
        return slot.minutes - (LEAST_LUNCH if slot.minutes >= LUNCH else LEAST_BREAK)
    return slot.minutes - LEAST_TALK if slot.part == "talk" else 0


@given(PLACES, st.integers(1, 60))
def test_a_late_session_ends_in_time_or_says_what_is_missing(place: Place, late: int) -> None:
    session, into = at(place)
    found = late_at(session, into, late)
    reached = session.begin + into
    running = next(slot for slot in session.slots if slot.begin <= reached < slot.end)
    assert found.rest[-1].end == session.end + found.missing
    assert found.won == late - found.missing
    for before, after in pairwise(found.rest):
        assert before.end == after.begin
    assert running in found.dropped or found.rest[0].begin <= reached + late
    grown = -sum(change.won for change in found.changes if change.won < 0)
    assert not grown or (found.shortened, found.buffers) == ((), ()), "given back before it is kept"
    for slot in found.dropped:
        assert slot.begin > running.begin, "what is over or runs now stays"
        assert slot.kind not in ("vote", "predict", "break")
        assert slot.drop_if_late or slot.part == "exercise"
        assert slot.minutes > grown or slot.memo, "each cut is needed"
    for change in found.shortened:
        assert change.slot.begin > running.begin
        assert change.slot.kind == "break" or change.slot.part == "talk"
        assert change.won <= cheap(change.slot)


@given(PLACES, st.integers(1, 60))
def test_what_is_dear_goes_only_when_what_is_cheap_is_not_enough(place: Place, late: int) -> None:
    session, into = at(place)
    found = late_at(session, into, late)
    reached = session.begin + into
    ahead = [slot for slot in session.slots if slot.begin > reached]
    now = {change.slot: change.minutes for change in found.changes}
    tasks = [s for s in ahead if s.part == "exercise" and not (s.drop_if_late or s.memo)]
    gone = [slot for slot in tasks if slot in found.dropped]
    if gone:
        assert sum(cheap(slot) for slot in ahead) < late
    for decision in {slot.stem: slot for slot in tasks}.values():
        if decision in gone:
            others = [s for s in tasks if s.stem == decision.stem and s != decision]
            assert sum(cheap(s) for s in ahead) + total(others) < late, "the decision goes last"
    buffers = [slot for slot in ahead if slot.kind == "buffer"]
    for last in buffers[-1:]:
        if now.get(last, last.minutes) < min(RESERVE, last.minutes):
            left = [s for s in ahead if s.kind != "buffer" and not s.drop_if_late and not s.memo]
            assert all(now.get(s, s.minutes) == s.minutes - cheap(s) for s in left if cheap(s))
            assert all(now.get(s) == 0 for s in ahead if s.drop_if_late or s.memo)


@given(PLACES, st.integers(1, 60), st.integers(1, 20))
def test_a_recovered_session_can_be_late_again(place: Place, late: int, again: int) -> None:
    session, into = at(place)
    found = late_at(session, into, late)
    rest = Session(session.title, found.rest)
    second = recover(rest, late=again, now=rest.begin + again)
    assert second.rest[-1].end <= rest.end + second.missing
    if any(slot.kind == "buffer" for slot in second.rest[1:]):
        assert second.rest[-1].end == rest.end + second.missing


@given(PLACES, st.integers(1, 60), st.randoms(use_true_random=False))
def test_whoever_leaves_some_lines_as_they_are_gives_up_no_more(
    place: Place, late: int, luck: random.Random
) -> None:
    session, into = at(place)
    found = late_at(session, into, late)
    assert set(chosen(found, [change.slot for change in found.changes])) == set(found.changes)
    assert chosen(found, []) == ()
    given_up = [change for change in found.changes if change.won > 0]
    wanted = [change for change in given_up if luck.random() < 0.5]
    kept = chosen(found, [change.slot for change in wanted])
    assert set(wanted) <= set(kept) <= {*wanted, *(c for c in kept if c.slot.kind == "buffer")}
    assert sum(c.won for c in kept) == min(late, sum(c.won for c in wanted))


def test_changes_put_into_the_plan_are_the_rest() -> None:
    session = half_day()
    found = late_at(session, 70, 40)
    now = {change.slot: change.minutes for change in found.changes}
    planned = [slot for slot in session.slots if slot.end > session.begin + 70]
    left = [replace(slot, minutes=now.get(slot, slot.minutes)) for slot in planned]
    assert timed(left, found.rest[0].begin) == found.rest


def test_a_few_minutes_cost_nothing_and_buffers_are_left() -> None:
    found = late_at(half_day(), 0, 4)
    assert (found.dropped, found.shortened, found.missing) == ((), (), 0)
    assert [(change.slot.minutes, change.minutes) for change in found.buffers] == [(5, 3), (5, 3)]


def test_what_is_marked_goes_before_a_break_and_a_break_before_talk() -> None:
    marked = late_at(half_day(), 10, 12)
    assert {slot.cell for slot in marked.dropped} == {"change"}
    assert marked.shortened == ()
    breaks = late_at(half_day(), 10, 20)
    assert {change.slot.kind for change in breaks.shortened} == {"break"}
    talk = late_at(half_day(), 10, 30)
    assert {change.slot.part for change in talk.shortened} == {"", "talk"}
    assert all(change.minutes >= LEAST_TALK for change in talk.shortened)


def test_lunch_stays_a_lunch() -> None:
    day = PLANS["day"].sessions[0]
    found = late_at(day, 60, 80)
    (lunch,) = [change for change in found.shortened if change.slot.title == "Lunch"]
    assert lunch.minutes == LEAST_LUNCH


def test_an_exercise_loses_single_tasks_and_its_decision_last() -> None:
    evening = PLANS["six-evenings"].sessions[2]
    pause = one(evening, kind="break")
    found = late_at(evening, pause.begin - evening.begin, 18)
    assert found.missing == 0
    assert [slot.cell for slot in found.dropped] == ["launches-task", "own-task"]
    harder = late_at(evening, pause.begin - evening.begin, 30)
    assert {slot.cell for slot in harder.dropped} >= {"second-task", "programme-task", "own-task"}
    assert "place-task" in {slot.cell for slot in harder.rest}
    hardest = late_at(evening, pause.begin - evening.begin, 40)
    assert "place-task" in {slot.cell for slot in hardest.dropped}


def test_what_a_large_cut_gives_too_much_goes_back_to_the_buffer() -> None:
    evening = PLANS["six-evenings"].sessions[0]
    exercise = next(slot for slot in evening.slots if slot.part == "exercise")
    slide = one(evening, cell="slide-task")
    found = late_at(evening, exercise.begin - evening.begin, 3)
    assert [slot.cell for slot in found.dropped] == [slide.cell], "6 minutes, the first to drop"
    buffer = found.rest[-2]
    assert (buffer.kind, buffer.minutes) == ("buffer", 5 + 3)
    assert chosen(found, []) == (), "without the cut it does not grow"
    assert found.rest[-1].end == evening.end


def test_a_memo_does_not_come_back_without_its_decision() -> None:
    lines = [
        Slot(0, 10, "talk", "Welcome"),
        Slot(0, 17, "exercise", "1. Decide", "01_own", "exercise", "plan-task"),
        Slot(0, 10, "exercise", "2. Memo", "01_own", "exercise", "memo-task"),
        Slot(0, 4, "buffer", "Buffer"),
        Slot(0, 10, "discuss", "Close"),
    ]
    found = late_at(Session("", timed(lines, 540)), 0, 15)
    assert [slot.title for slot in found.dropped] == ["1. Decide", "2. Memo"]
    assert found.rest[-1].end == 540 + 51


def test_a_buffer_that_runs_ends_at_once() -> None:
    session = half_day()
    buffer = next(slot for slot in session.slots if slot.kind == "buffer")
    found = late_at(session, buffer.begin + 2 - session.begin, 4)
    first, second = found.changes
    assert (first.slot, first.minutes, first.won, second.won) == (buffer, 2, 3, 1)


@pytest.mark.parametrize("kind", ["vote", "predict"])
def test_a_vote_and_a_prediction_stay_even_where_a_notebook_gives_them_up(kind: str) -> None:
    lines = [
        Slot(0, 10, "talk", "Welcome"),
        Slot(0, 5, kind, "Guess", "01_own", "lesson", "guess", drop_if_late=True),
        Slot(0, 5, "run", "Look", "01_own", "lesson", "look"),
        Slot(0, 10, "discuss", "Close"),
    ]
    found = late_at(Session("", timed(lines, 540)), 0, 5)
    assert (found.changes, found.missing) == ((), 5)


def test_what_is_over_or_running_is_never_dropped() -> None:
    change = one(half_day(), cell="change", stem="01")
    while_it_runs = recover(half_day(), late=40, now=change.begin + 41)
    assert change not in while_it_runs.dropped
    assert while_it_runs.rest[0].cell == "change"
    before = recover(half_day(), late=40, now=change.begin + 39)
    assert change in before.dropped


def test_a_room_that_waits_for_people_begins_late() -> None:
    found = recover(half_day(), late=10, now=half_day().begin + 5)
    assert found.rest[0].title == "Welcome"
    assert found.rest[0].begin == half_day().begin + 10
    assert found.rest[-1].end == half_day().end


def test_a_session_that_does_not_run_is_explained() -> None:
    with pytest.raises(ExplainedError, match=r"12 minutes late.*is not running; say when you are"):
        recover(half_day(), late=12, now=minutes_of("07:00"))
    with pytest.raises(ExplainedError, match=r"1 minute late.*is not running"):
        recover(half_day(), late=1, now=minutes_of("15:00"))


def test_when_small_cuts_are_not_enough_a_lesson_is_named_with_all_that_goes_with_it() -> None:
    found = recover(half_day(), late=90, now=minutes_of("10:45"))
    assert {slot.part for slot in found.larger} == {"poll", "lesson", "talk", ""}
    assert found.larger[-1].title == "Two questions about 01"
    said = " ".join(run_of_show.late(PLANS["half-day"], half_day(), found).split())
    assert f"{found.missing} minutes are still missing" in said
    assert "Leave out 01 Lesson: How much of the roadmap belongs to debt? (45 min)" in said
    assert "with it the two questions about 01 (at " in said
    assert "and end at 13:00, or say now that you end at 13:33" in said


def test_one_minute_is_said_in_english() -> None:
    evening = PLANS["six-evenings"].sessions[0]
    close = evening.slots[-1]
    found = late_at(evening, close.begin - evening.begin, 1)
    said = run_of_show.late(PLANS["six-evenings"], evening, found)
    assert said.startswith("1 minute late.")
    assert "1 minute is still missing" in said
    assert "Say now that you end at 21:01." in said


@given(PLACES, st.integers(30, 240))
def test_nothing_senseless_is_left_when_a_lesson_goes(place: Place, late: int) -> None:
    session, into = at(place)
    found = late_at(session, into, late)
    assume(found.larger)
    left = [slot for slot in found.rest if slot not in found.larger]
    stem = found.larger[0].stem
    titles = [slot.title for slot in left]
    assert (
        any(slot.stem == stem for slot in left) or f"Two questions about {stem[:2]}" not in titles
    )
    assert all({before.kind, after.kind} != {"break"} for before, after in pairwise(left))
    assert found.rest[0] not in found.larger


def test_late_in_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schedule", "--late", "22", "--now", "10:12", "--folder", str(ROOT)]) == 0
    out = capsys.readouterr().out
    assert "Drop:\n- 3 min: 01 Change one thing" in out
    assert "Shorten:\n- 5 min: Break (10:36 in the plan): 10 in place of 15." in out
    assert "of buffer (2 at 10:31, 2 at 12:06, 2 at 12:45); that costs nothing." in out
    assert "From here on:" in out
    assert out.endswith("13:00           end (planned 13:00)\n")
