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
from thousandfold.facilitation.slide import Sliders
from thousandfold.facilitation.slides import SlidersOf, none
from thousandfold.room.board import Marks
from thousandfold.room.board import Room as Board
from thousandfold.room.day import CHECKED, DETAIL, Day
from thousandfold.room.desk import Desk
from thousandfold.room.door import Door
from thousandfold.room.hand_in import Intake
from thousandfold.room.journal import Journal, put_aside, told_by
from thousandfold.room.marks import Exercise
from thousandfold.room.network import Place
from thousandfold.room.questions import Question, questions_of
from thousandfold.room.slides_shown import View, views_of
from thousandfold.room.venue import STOOD, Site

_EXERCISE_MINUTES = 60
_HOUR = 3600
_OPENED_HOURS, _HELD_HOURS, _CLOSED_HOURS = 20, 12, 2


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
    day: of yesterday's is gone on with what was opened and not begun, what was held until a few
    hours ago, and what has just been closed.

    Parameters
    ----------
    name : str
        Of the format or the exercise.
    new : bool
        Whether to begin anew; what was there is kept under another name.
    """
    path = journals() / f"{date.today()}-{name}.room"
    before = journals() / f"{date.today() - timedelta(days=1)}-{name}.room"
    if not path.exists() and before.exists() and _is_under_way(before):
        path = before
    if new:
        put_aside(path)
        path = journals() / f"{date.today()}-{name}.room"
    return Journal(path)


def _is_under_way(journal: Path) -> bool:
    """Say whether a day of yesterday is not over; what a room is open with goes on."""
    told = told_by(journal)
    if told is None:
        return True
    hours = _HELD_HOURS if told.step else _OPENED_HOURS
    if told.step.endswith("-close"):
        hours = _CLOSED_HOURS
    return time.time() - told.last < hours * _HOUR


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
    sliders_of: SlidersOf = none,
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
    sliders_of : callable, optional
        Returns the sliders of a lesson; without it the projector's pictures stand still, also on a
        day that began so.
    """
    if not journal.about("slots"):
        journal.tell("title", planned.title)
        journal.tell("begun", repr(time.time()))
        journal.tell("moves", "" if sliders_of is none else "yes")  # a slide more, or a hint
        journal.tell("slots", json.dumps([asdict(slot) for slot in planned.session.slots]))
    stood = json.loads(journal.about(STOOD) or "[]")
    if place.address not in stood:
        journal.tell(STOOD, json.dumps([*stood, place.address]))
    slots = slots_of(journal)
    questions = _questions(journal, course, slots)
    begun = float(journal.about("begun"))
    views = _views(course, slots, say, sliders_of if journal.about("moves") else none)
    keys = _keys(journal, views)
    moves = {place: _moves(views.get(place, ()), count) for place, count in keys.items()}
    desk = Desk(journal, lambda: Day(slots, questions, begun=begun, views=moves))
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
    course: Course | None,
    slots: Sequence[Slot],
    say: Callable[[str], object],
    sliders_of: SlidersOf,
) -> dict[int, tuple[View, ...]]:
    """Return the slides of today; a lesson that is being edited keeps no room shut."""
    found: dict[int, tuple[View, ...]] = {}
    for stem in dict.fromkeys(slot.stem for slot in slots if slot.part == "lesson"):
        try:
            found |= views_of(course, slots, stem, sliders_of) if course else {}
        except ExplainedError as error:
            say(f"The projector shows no slides of {stem[:2]}: {error}")
    return found


def _keys(journal: Journal, views: Mapping[int, Sequence[View]]) -> dict[int, int]:
    """Return how many keys each part takes: as it was first, so that no edited lesson moves a room.

    What could not be read when the day began has slides from the opening on at which it can.
    """
    before = json.loads(journal.about("keys") or "{}")
    known = {int(place): count for place, count in before.items()}
    keys = {place: len(shown) for place, shown in views.items()} | known
    if keys != known:
        journal.tell("keys", json.dumps(keys))
    return keys


def _moves(shown: Sequence[View], keys: int) -> list[Sliders | None]:
    """Return what moves after each key: of a lesson with fewer slides now the last one stays."""
    return [shown[min(key, len(shown) - 1)].sliders if shown else None for key in range(keys)]


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
