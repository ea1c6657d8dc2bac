"""Twelve questions before the workshop and after it as lines of a plan, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.plan import Plan, Session, Slot, timed
from thousandfold.inventory.item import Form, Item
from thousandfold.inventory.items import ITEMS

BEFORE, AFTER = "before", "after"
LATER_FORM = "A"
MINUTES = {BEFORE: 10, AFTER: 8}  # after it the way through it is known
TITLES = {BEFORE: "Before: twelve questions", AFTER: "After: twelve questions"}
_LEAST = 90  # minutes of a session; in fewer nothing is left to give


def with_questions(plan: Plan) -> Plan:
    """Return a plan that asks twelve questions after the welcome, and twelve before the close.

    Half of each buffer goes into them: the room may be late all the same. Breaks stay, and so does
    every part of a lesson. For what is missing then the session ends later.

    Parameters
    ----------
    plan : Plan
        As `schedule.plan` returns it.

    Raises
    ------
    ExplainedError
        If its sessions are too short.
    """
    first, last = plan.sessions[0], plan.sessions[-1]
    if min(one.end - one.begin for one in (first, last)) < _LEAST:
        raise ExplainedError(
            f"{plan.title.lower()} has no time for questions before and after, which take "
            f"{sum(MINUTES.values())} minutes: choose a longer format, or ask on paper before "
            "people come and after they have left"
        )
    given = 0
    sessions = []
    for session in plan.sessions:
        slots, asked = list(session.slots), 0
        if session is last:
            slots.insert(len(slots) - 1, Slot(0, MINUTES[AFTER], AFTER, TITLES[AFTER]))
            asked += MINUTES[AFTER]
        if session is first:
            slots.insert(1, Slot(0, MINUTES[BEFORE], BEFORE, TITLES[BEFORE]))
            asked += MINUTES[BEFORE]
        shorter = list(_shorter(slots, asked))
        given += sum(slot.minutes for slot in slots) - sum(slot.minutes for slot in shorter)
        sessions.append(Session(session.title, timed(shorter, session.begin)))
    return replace(plan, sessions=tuple(sessions), from_buffers=given)


def question_later(plan: Plan) -> tuple[Item, Form] | None:
    """Return the question that is asked once more four weeks later, and the form of it for all.

    It is the last of those whose lessons the plan holds: a mail goes to everybody, so half of
    them meet the form again that they had before, and half the one that they had after.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    tuple or None
        Nothing where the plan asks no questions, or teaches what none asks for.
    """
    taught = {f"{module.number:02}" for module in plan.taught if module not in plan.home}
    asked = [item for item in ITEMS if plan.asks and taught.issuperset(item.modules)]
    return (asked[-1], asked[-1].forms[LATER_FORM]) if asked else None


def _shorter(slots: Sequence[Slot], needed: int) -> Iterator[Slot]:
    """Yield the lines with buffers that give up to half of theirs."""
    for slot in slots:
        gives = min(needed, slot.minutes // 2) if slot.kind == "buffer" else 0
        needed -= gives
        yield replace(slot, minutes=slot.minutes - gives)


def price(plan: Plan) -> str:
    """Return what the questions cost, in a sentence; nothing of a plan that asks none.

    Parameters
    ----------
    plan : Plan
    """
    if not plan.asks:
        return ""
    whole = sum(MINUTES.values())
    said = f"{whole} minutes: {plan.from_buffers} from the buffers"
    later = whole - plan.from_buffers
    if not later:
        return said
    if len(plan.sessions) > 1:
        return f"{said}; for the other {later} the first and the last evening end later"
    return f"{said}, and the session ends {later} minutes later"
