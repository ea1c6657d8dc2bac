"""A live room: who has started an exercise, who has passed which task, and what many get wrong.

Everything is read from the folder where submissions lie, again and again, so that a room that was
killed goes on as if nothing had happened. What goes out of here holds no name.
"""

from __future__ import annotations

import os
import stat
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from nbformat import NotebookNode

from boxgrader.errors import GraderError, Refused, shown
from boxgrader.nbgrader_course import submissions
from thousandfold.errors import ExplainedError
from thousandfold.room.counting import Results, TaskCount, count, is_right, result
from thousandfold.room.reported import Reported
from thousandfold.room.reported import read as read_with_outputs

if TYPE_CHECKING:
    from thousandfold.room.marks import Exercise, Mark, RoomTask

MOST_LEARNERS = 500
_SECONDS = 1.0  # between two looks into the folder
_SLOW_SECONDS = 10.0  # whoever needs longer waits behind the others the next time


class Marks(Protocol):
    """What marks notebooks: a `marks.Marker`, or `reported.Reported` where nothing can be run."""

    def prepare(self) -> None:
        """Make ready; an `ExplainedError` or a `GraderError` says why nothing can be marked."""

    def mark(self, notebook: NotebookNode) -> Mapping[str, Mark]:
        """Return what each test made of a notebook."""


@dataclass(frozen=True)
class Submission:
    """The latest that one learner handed in.

    Attributes
    ----------
    path, inside : Path
        The notebook, and the folder above it that the instructor made.
    stamp : tuple of int
        Differs when the file does.
    """

    path: Path
    inside: Path
    stamp: tuple[int, ...]


@dataclass(frozen=True)
class Board:
    """What a room shows.

    Attributes
    ----------
    started, done : int
        How many have handed something in, and how many of them have every task right that is
        shown.
    waiting, refused : int
        How many of them wait to be checked, and how many have handed in what cannot be.
    tasks : tuple of TaskCount
    trouble : str
        Why answers are not checked here, or nothing.
    ready : bool
        Whether tasks are checked yet.
    self_reported : bool
        Whether nothing is checked here: what is shown is what learners' own notebooks say, and
        *right* means filled in.
    """

    started: int
    done: int
    waiting: int
    refused: int
    tasks: tuple[TaskCount, ...]
    trouble: str = ""
    ready: bool = True
    self_reported: bool = False


@dataclass
class _Known:
    submission: Submission
    marks: Mapping[str, Mark] = field(default_factory=dict)
    refused: bool = False
    slow: bool = False


class Room:
    """Looks into a folder, and has what is new there marked in the background.

    Parameters
    ----------
    exercise : Exercise
    folder : Path
        Holds ``NAME/ASSIGNMENT/NOTEBOOK.ipynb`` as nbgrader keeps submissions,
        ``NAME/NOTEBOOK.ipynb`` or plain ``NAME.ipynb``.
    inbound : Path, optional
        The inbound folder of an nbgrader exchange.
    say : callable
        Is given a sentence for the facilitator when a submission cannot be read.
    tasks : collection of str
        The tasks that are shown, by the names of their cells or grade ids: a format leaves some
        out. All where no name is given.
    dropped : callable
        Gives the cells of those that were dropped since, because the day is late.
    owner : callable
        Gives the person who handed in under a name, so that what they were told counts once, under
        however many names. Nothing for files that were put into the folder: each counts.
    changed : callable
        Is called, in some thread, when something was handed in or checked.

    Raises
    ------
    ExplainedError
        If the exercise has no such task.
    """

    def __init__(
        self,
        exercise: Exercise,
        folder: Path,
        inbound: Path | None = None,
        *,
        say: Callable[[str], object] = lambda sentence: None,
        tasks: Collection[str] = (),
        dropped: Callable[[], Collection[str]] = tuple,
        owner: Callable[[str], str] = lambda learner: "",
        changed: Callable[[], object] = lambda: None,
    ) -> None:
        self._exercise = exercise
        self._planned = exercise.limited(tasks)
        self._dropped = dropped
        self._owner = owner
        self._tell = changed
        self._folder = folder
        self._inbound = inbound
        self._say = say
        self._learners: dict[str, _Known] = {}
        self._queue: deque[str] = deque()
        self._busy: set[str] = set()
        self._changed = threading.Condition()
        self._trouble = ""
        self._ready = False
        self._self_reported = False

    def start(
        self, make: Callable[[], Marks], workers: int, turns: threading.Semaphore | None = None
    ) -> None:
        """Look and mark from now on, in threads that end with the program.

        Parameters
        ----------
        make : callable
            Makes what marks.
        workers : int
            How many notebooks are marked at a time.
        turns : threading.Semaphore, optional
            Shared by the rooms of a day, so that together they mark no more than it allows.
        """
        self._turns = turns or threading.Semaphore(workers)
        threading.Thread(target=self._watch, daemon=True).start()
        threading.Thread(target=self._open, args=(make, workers), daemon=True).start()

    def board(self) -> Board:
        """Return what the room shows at this moment."""
        with self._changed:
            learners = sorted(self._learners.items(), key=lambda it: it[1].submission.stamp)
            waiting = len(set(self._queue) | self._busy)
        marked = {name: known.marks for name, known in learners if known.marks}
        tasks = self._tasks
        return Board(
            started=len(learners),
            done=sum(_is_done(tasks, marks) for marks in marked.values()),
            waiting=waiting,
            refused=sum(known.refused for _, known in learners),
            tasks=count(self._exercise, tasks, marked, self._owner),
            trouble=self._trouble,
            ready=self._ready,
            self_reported=self._self_reported,
        )

    def results(self, learner: str) -> Results | None:
        """Return what the checks said to somebody; None where nothing was handed in."""
        with self._changed:
            known = self._learners.get(learner)
            waits = learner in self._queue or learner in self._busy
        if known is None:
            return None
        marks = {} if waits else known.marks
        reported = self._self_reported
        return Results(
            self._exercise.assignment,
            self._exercise.title,
            tuple(result(task, marks, reported=reported) for task in self._tasks if marks),
            known.refused and not waits,
        )

    @property
    def _tasks(self) -> tuple[RoomTask, ...]:
        """What is shown at this moment: where all that can be checked was dropped, as before."""
        dropped = set(self._dropped())
        return tuple(it for it in self._planned if it.cell not in dropped) or self._planned

    # --- What is there ---------------------------------------------------------------------------

    def look(self) -> None:
        """Find what was handed in, and put what is new in line to be marked."""
        found: dict[str, Submission] = {}
        for name, submission in self._found():
            if name not in found or found[name].stamp < submission.stamp:
                found[name] = submission
        new = False
        with self._changed:
            for name in set(self._learners) - set(found):
                del self._learners[name]
            for name, submission in found.items():
                known = self._learners.get(name)
                if known is None:
                    known = self._learners[name] = _Known(submission)
                elif known.submission.stamp == submission.stamp:
                    continue
                known.submission = submission
                if name not in self._queue:
                    (self._queue.append if known.slow else self._put_before_slow)(name)
                    new = True
            self._changed.notify_all()
        if new:
            self._tell()

    def _put_before_slow(self, name: str) -> None:
        slow = 0
        for waiting in reversed(self._queue):
            known = self._learners.get(waiting)
            if known is None or not known.slow:
                break
            slow += 1
        self._queue.insert(len(self._queue) - slow, name)

    def _watch(self) -> None:
        while True:
            try:
                self.look()
            except OSError as error:
                self._say(f"{self._folder} cannot be read ({error.strerror}); trying again")
            time.sleep(_SECONDS)

    def _found(self) -> Iterator[tuple[str, Submission]]:
        yield from _in_folder(self._folder, self._exercise)
        if self._inbound is not None:
            yield from _in_exchange(self._inbound, self._exercise)

    # --- Marking ---------------------------------------------------------------------------------

    def _open(self, make: Callable[[], Marks], workers: int) -> None:
        try:
            with self._turns:
                marks = make()
                marks.prepare()
        except ImportError as error:
            self._trouble = f"This machine cannot run learners' code safely: {error}."
        except (ExplainedError, GraderError) as error:
            self._trouble = str(error)
        if self._trouble:
            self._say(f"answers are not checked, only what notebooks report: {self._trouble}")
            marks = Reported(self._exercise)
        self._self_reported = isinstance(marks, Reported)
        self._ready = True
        self._tell()
        for _ in range(workers):
            threading.Thread(target=self._work, args=(marks,), daemon=True).start()

    def _work(self, marks: Marks) -> None:
        while True:
            with self._changed:
                while not (name := self._next()):
                    self._changed.wait()
                self._busy.add(name)
                submission = self._learners[name].submission
            with self._turns:
                known = self._mark(marks, name, submission)
            with self._changed:
                self._busy.discard(name)
                if name in self._learners:
                    known.submission = self._learners[name].submission
                    self._learners[name] = known
                self._changed.notify_all()
            self._tell()

    def _next(self) -> str:
        """Return whose turn it is, or nothing; nobody is marked twice at the same time."""
        for name in list(self._queue):
            if name not in self._learners:
                self._queue.remove(name)
            elif name not in self._busy:
                self._queue.remove(name)
                return name
        return ""

    def _mark(self, marks: Marks, name: str, submission: Submission) -> _Known:
        known, start = _Known(submission), time.monotonic()
        try:
            read = read_with_outputs if self._self_reported else submissions.read
            notebook = read(submission.path, inside=submission.inside)
            if not self._exercise.is_meant(notebook):
                raise Refused(f"it holds few tasks of {self._exercise.assignment}, or none")
            known.marks = marks.mark(notebook)
        except Exception as error:  # one submission stops no room
            known.refused = True
            explained = isinstance(error, ExplainedError | GraderError)
            why = str(error) if explained else type(error).__name__
            self._say(f"{shown(name)} could not be checked: {why}")
        known.slow = time.monotonic() - start > _SLOW_SECONDS
        return known


def _is_done(tasks: Iterable[RoomTask], marks: Mapping[str, Mark]) -> bool:
    return all(is_right([marks[test] for test in task.tests]) for task in tasks)


def _in_folder(folder: Path, exercise: Exercise) -> Iterator[tuple[str, Submission]]:
    """Yield who handed in, from a folder of submissions; of two files of a learner the later."""
    file = f"{exercise.notebook}.ipynb"
    for entry in _entries(folder):
        if entry.name.endswith(".ipynb"):
            places = [Path(entry.name)]
        else:
            places = [Path(entry.name, exercise.assignment, file), Path(entry.name, file)]
        there = [one for place in places if (one := _submission(folder, place))]
        if there:
            yield entry.name.removesuffix(".ipynb"), max(there, key=lambda one: one.stamp)


def _in_exchange(inbound: Path, exercise: Exercise) -> Iterator[tuple[str, Submission]]:
    """Yield the latest submission of each learner; nbgrader puts a time in the name of each."""
    latest: dict[str, tuple[str, Submission]] = {}
    for entry in _entries(inbound):
        parts = entry.name.rsplit("+", 3)
        if len(parts) < 3 or parts[1] != exercise.assignment:
            continue
        one = _submission(inbound, Path(entry.name, f"{exercise.notebook}.ipynb"))
        if one and (parts[0] not in latest or latest[parts[0]][0] < parts[2]):
            latest[parts[0]] = parts[2], one
    for name, (_, one) in latest.items():
        yield name, one


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """Return what lies in a folder, hidden files left out; nothing if there is no folder yet."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except FileNotFoundError:
        return []
    return [entry for entry in entries if not entry.name.startswith(".")][: 20 * MOST_LEARNERS]


def _submission(inside: Path, place: Path) -> Submission | None:
    try:
        found = (inside / place).lstat()
    except OSError:
        return None
    if stat.S_ISDIR(found.st_mode):
        return None
    stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
    return Submission(inside / place, inside, stamp)
