"""Opens a room: its day, its journal, its pages."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from thousandfold.errors import ExplainedError
from thousandfold.facilitation import schedule
from thousandfold.facilitation.course import Course
from thousandfold.facilitation.plan import Plan, Session, Slot
from thousandfold.room.day import Day
from thousandfold.room.desk import Desk
from thousandfold.room.door import Door
from thousandfold.room.journal import Journal
from thousandfold.room.network import Place
from thousandfold.room.questions import questions_of
from thousandfold.room.site import Site

if TYPE_CHECKING:
    from thousandfold.room.board import Room as Marked
    from thousandfold.room.hand_in import Intake


def journals() -> Path:
    """Return the folder in which the days of this computer are kept, for its owner alone."""
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir(), "thousandfold", "rooms")


def journal_of(name: str, *, new: bool) -> Journal:
    """Return the journal of today's room of this name, gone on with or begun.

    Parameters
    ----------
    name : str
        Of the format or the exercise.
    new : bool
        Whether to begin anew; what was there is kept under another name.
    """
    path = journals() / f"{date.today()}-{name}.room"
    if new and path.exists():
        Journal(path).close()  # refuses while a room has it open, and puts all into one file
        path.rename(path.with_name(f"{path.stem}-until-{time.strftime('%H%M%S')}.room"))
    return Journal(path)


def open_site(
    course: Course,
    journal: Journal,
    place: Place,
    planned: Callable[[], tuple[str, Session, Plan | None]],
    intakes: dict[str, Intake],
    boards: dict[str, Marked],
) -> Site:
    """Return a room, as far as its journal knows it.

    Parameters
    ----------
    course : Course
    journal : Journal
    place : Place
    planned : callable
        Returns the title of the day, its session, and the plan that it is from.
    intakes, boards : dict
        By exercise.
    """
    title, session, plan = planned()
    if not journal.about("slots"):
        journal.tell("title", title)
        journal.tell("slots", json.dumps([asdict(slot) for slot in session.slots]))
    slots = tuple(Slot(**slot) for slot in json.loads(journal.about("slots")))
    questions = questions_of(course, slots)
    return Site(
        title=journal.about("title"),
        desk=Desk(journal, lambda: Day(slots, questions)),
        door=Door.of(journal),
        place=place,
        session=Session("", slots),
        plan=plan,
        intakes=intakes,
        boards=boards,
        titles={module.stem: f"{module.stem[:2]} {module.question}" for module in course.modules},
        journal=journal.path,
        folder=next((intake.folder.parent for intake in intakes.values()), Path()),
    )


def day_plan(
    course: Course, name: str, start: int | None, modules: list[str] | None, evening: int
) -> tuple[str, Session, Plan]:
    """Return the title of a format, the session that is held today, and its plan.

    Raises
    ------
    ExplainedError
        If the format has no such evening.
    """
    plan = schedule.plan(course, name, start=start, modules=modules)
    if not 0 < evening <= len(plan.sessions):
        raise ExplainedError(f"--evening takes 1 to {len(plan.sessions)}, not {evening}")
    session = plan.sessions[evening - 1]
    return f"Thousandfold: {session.title or plan.title}", session, plan


def exercise_plan(title: str, stem: str, begin: int) -> tuple[str, Session, None]:
    """Return a day that is one exercise alone."""
    slot = Slot(begin, 60, "exercise", title, stem, "exercise")
    return title, Session("", (slot,)), None
