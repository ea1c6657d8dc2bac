"""Questions before and after in a plan: their minutes come from buffers, and what they cost."""

from __future__ import annotations

from argparse import Namespace

import pytest
from conftest import ROOT

from thousandfold.commands.planning import plan_of
from thousandfold.errors import ExplainedError
from thousandfold.facilitation import run_of_show, schedule
from thousandfold.facilitation.before_after import (
    AFTER,
    BEFORE,
    MINUTES,
    price,
    question_later,
    with_questions,
)
from thousandfold.facilitation.course import find_course
from thousandfold.facilitation.plan import Plan, Slot
from thousandfold.facilitation.recovery import recover

LONG = sorted(set(schedule.formats()) - {"one-hour"})


def plan(name: str) -> Plan:
    return schedule.plan(find_course(ROOT), name)


def lines(of: Plan) -> list[Slot]:
    return [slot for session in of.sessions for slot in session.slots]


@pytest.mark.parametrize("name", LONG)
def test_only_buffers_give_and_keep_half(name: str) -> None:
    planned, asked = plan(name), with_questions(plan(name))
    before, after = lines(planned), [one for one in lines(asked) if one.kind not in (BEFORE, AFTER)]
    assert [one.title for one in before] == [one.title for one in after]
    given = 0
    for one, other in zip(before, after, strict=True):
        given += one.minutes - other.minutes
        assert other.minutes >= (one.minutes / 2 if one.kind == "buffer" else one.minutes)
    later = sum(
        one.end - other.end for one, other in zip(asked.sessions, planned.sessions, strict=True)
    )
    assert given == asked.from_buffers
    assert given + later == sum(MINUTES.values())
    assert f"{given} from the buffers" in price(asked)
    assert price(planned) == ""


@pytest.mark.parametrize("name", LONG)
def test_they_come_after_the_welcome_and_before_the_close(name: str) -> None:
    asked = lines(with_questions(plan(name)))
    assert [one.kind for one in (asked[1], asked[-2])] == [BEFORE, AFTER]


def test_an_hour_has_no_time_for_them() -> None:
    with pytest.raises(ExplainedError, match="one hour has no time"):
        with_questions(plan("one-hour"))


def test_the_command_that_is_told_means_the_same_plan() -> None:
    asked = with_questions(plan("half-day"))
    assert "--before-after" in run_of_show.again(asked)
    assert "12 minutes later" in run_of_show.text(asked)
    given = Namespace(format="half-day", start=None, modules=None, before_after=True)
    assert lines(plan_of(find_course(ROOT), given)) == lines(asked)


def test_who_is_late_gives_up_no_question() -> None:
    session = with_questions(plan("half-day")).sessions[0]
    found = recover(session, late=40, now=session.begin + 60)
    assert not {BEFORE, AFTER} & {change.slot.kind for change in found.changes}


@pytest.mark.parametrize("name", LONG)
def test_four_weeks_later_a_question_comes_that_was_taught(name: str) -> None:
    planned = plan(name)
    assert question_later(planned) is None
    found = question_later(with_questions(planned))
    assert found is not None
    taught = {slot.stem[:2] for slot in lines(planned)}
    assert taught.issuperset(found[0].modules)
