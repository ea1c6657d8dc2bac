"""Opens a room: its day, its journal, its pages."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import Course
from thousandfold.facilitation.plan import Plan, Session, Slot
from thousandfold.room.board import Marks
from thousandfold.room.board import Room as Board
from thousandfold.room.day import DETAIL, Day
from thousandfold.room.desk import Desk
from thousandfold.room.door import Door
from thousandfold.room.hand_in import Intake
from thousandfold.room.journal import BESIDE, Journal, put_aside
from thousandfold.room.marks import Exercise
from thousandfold.room.network import Place
from thousandfold.room.questions import Question, questions_of
from thousandfold.room.slides_shown import View, views_of
from thousandfold.room.venue import CHECKED, Site

_EXERCISE_MINUTES = 60
_SAME_DAY_SECONDS = 16 * 3600


@dataclass(frozen=True)
class Planned:
    """What a room is opened for.

    Attributes
    ----------
    name : str
        Of the format, or the exercise.
    title : str
    session : Session
        The lines of the day.
    plan : Plan or None
        What they are from; None where one exercise is worked on.
    """

    name: str
    title: str
    session: Session
    plan: Plan | None = None


def journals() -> Path:
    """Return the folder in which the days of this computer are kept, for its owner alone."""
    from jupyter_core.paths import jupyter_data_dir

    return Path(jupyter_data_dir(), "thousandfold", "rooms")


def journal_of(name: str, *, new: bool) -> Journal:
    """Return the journal of the room of this name, gone on with or begun.

    An evening that goes on past midnight, and a day that was opened the night before, are the same
    day: what was written to in the last hours is gone on with.

    Parameters
    ----------
    name : str
        Of the format or the exercise.
    new : bool
        Whether to begin anew; what was there is kept under another name.
    """
    path = journals() / f"{date.today()}-{name}.room"
    before = journals() / f"{date.today() - timedelta(days=1)}-{name}.room"
    if not path.exists() and time.time() - _written(before) < _SAME_DAY_SECONDS:
        path = before
    if new:
        put_aside(path)
        path = journals() / f"{date.today()}-{name}.room"
    return Journal(path)


def _written(journal: Path) -> float:
    """Return when a journal was written to last, also where that stands in the file beside it."""
    files = [journal.with_name(journal.name + ending) for ending in ("", *BESIDE)]
    return max((path.stat().st_mtime for path in files if path.exists()), default=0.0)


def slots_of(journal: Journal) -> tuple[Slot, ...]:
    """Return the lines of the day that a journal is of; none where it begins now."""
    return tuple(Slot(**slot) for slot in json.loads(journal.about("slots") or "[]"))


def open_site(
    course: Course | None,
    journal: Journal,
    place: Place,
    planned: Planned,
    exercises: Sequence[Exercise] = (),
    folder: Path | None = None,
    inbound: Path | None = None,
    say: Callable[[str], object] = lambda sentence: None,
    workshop: Path | None = None,
) -> Site:
    """Return a room, as far as its journal knows it.

    Parameters
    ----------
    course : Course or None
        Where questions come from; None for one exercise of any other course.
    journal : Journal
    place : Place
    planned : Planned
        The day, where the journal begins now.
    exercises : sequence of Exercise
        Those of the day.
    folder : Path, optional
        Where submissions lie and are put.
    inbound : Path, optional
        The inbound folder of an nbgrader exchange; nothing is then handed in on the page.
    say : callable
        Is given a sentence for the facilitator when a submission or a lesson cannot be read.
    workshop : Path, optional
        The site for browsers, for whoever has no Jupyter.
    """
    if not journal.about("slots"):
        journal.tell("title", planned.title)
        journal.tell("begun", repr(time.time()))
        journal.tell("slots", json.dumps([asdict(slot) for slot in planned.session.slots]))
    slots = slots_of(journal)
    questions = _questions(journal, course, slots)
    begun = float(journal.about("begun"))
    views = _views(course, slots, say)
    if not journal.about("keys"):  # so that a lesson that is edited meanwhile moves no room
        journal.tell("keys", json.dumps({place: len(keys) for place, keys in views.items()}))
    keys = {int(place): count for place, count in json.loads(journal.about("keys")).items()}
    desk = Desk(journal, lambda: Day(slots, questions, begun=begun, views=keys))
    boards = {}
    for exercise in exercises:
        tasks = {
            place: slot.cell
            for place, slot in enumerate(slots)
            if (slot.stem, slot.part) == (exercise.assignment, "exercise") and slot.cell
        }
        boards[exercise.assignment] = board = Board(
            exercise,
            folder or exercise.folder,
            inbound,
            say=say,
            tasks=tasks.values(),
            dropped=partial(_dropped, desk, tasks),
            owner=lambda learner: desk.day.person(desk.day.owners.get(learner, "")),
            changed=lambda: desk.tell_from_thread(DETAIL, CHECKED),
        )
        board.look()
    lies = folder or (exercises[0].folder if exercises else None)
    intake = None
    if exercises and lies and inbound is None:
        intake = Intake(exercises, lies)
    modules = course.modules if course else ()
    return Site(
        title=journal.about("title"),
        desk=desk,
        door=Door.of(journal),
        place=place,
        kept=journal,
        exercises=exercises,
        work=folder,
        plan=planned.plan,
        intake=intake,
        boards=boards,
        titles={each.stem: f"{each.stem[:2]} {each.question}" for each in modules},
        folder=lies.parent if lies else Path(),
        workshop=workshop,
        views=views,
    )


def _views(
    course: Course | None, slots: Sequence[Slot], say: Callable[[str], object]
) -> dict[int, tuple[View, ...]]:
    """Return the slides of today; a lesson that is being edited keeps no room shut."""
    try:
        return views_of(course, slots) if course else {}
    except ExplainedError as error:
        say(f"The projector shows no slides: {error}")
        return {}


def start_checks(site: Site, make: Callable[[Exercise], Marks], workers: int) -> None:
    """Have what is handed in checked from now on, so many notebooks at a time of all exercises.

    Parameters
    ----------
    site : Site
    make : callable
        Makes what marks an exercise.
    workers : int
    """
    turns = threading.Semaphore(max(1, workers))
    for exercise in site.exercises:
        board = site.boards[exercise.assignment]
        board.start(partial(make, exercise), max(1, workers), turns)


def _dropped(desk: Desk, tasks: Mapping[int, str]) -> set[str]:
    """Return the cells of tasks, by places in the plan, whose lines are left out by now."""
    return {cell for place, cell in tasks.items() if place in desk.day.gone}


def _questions(
    journal: Journal, course: Course | None, slots: Sequence[Slot]
) -> dict[int, tuple[Question, ...]]:
    """Return what is asked today: a lesson that is edited meanwhile changes no day that began."""
    if not journal.about("questions"):
        found = questions_of(course, slots) if course else {}
        plain = {place: [asdict(question) for question in asked] for place, asked in found.items()}
        journal.tell("questions", json.dumps(plain))
    return {
        int(place): tuple(
            Question(**{**question, "options": tuple(question["options"])}) for question in asked
        )
        for place, asked in json.loads(journal.about("questions")).items()
    }


def plan_of_day(plan: Plan, evening: int) -> Planned:
    """Return what is held today of a plan.

    Raises
    ------
    ExplainedError
        If there is no such evening.
    """
    if not 0 < evening <= len(plan.sessions):
        raise ExplainedError(f"--evening takes 1 to {len(plan.sessions)}, not {evening}")
    session = plan.sessions[evening - 1]
    return Planned(plan.name, f"Thousandfold: {session.title or plan.title}", session, plan)


def plan_of_exercise(exercise: Exercise, begin: int) -> Planned:
    """Return a day that is one exercise alone."""
    stem = exercise.assignment
    slot = Slot(begin, _EXERCISE_MINUTES, "exercise", exercise.title, stem, "exercise")
    return Planned(stem, exercise.title, Session("", (slot,)))
