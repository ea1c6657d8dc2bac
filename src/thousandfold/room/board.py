"""A live room: who has started an exercise, who has passed which task, and what many get wrong.

Everything is read from the folder where submissions lie, again and again, so that a room that was
killed goes on as if nothing had happened. What goes out of here holds no name.
"""

from __future__ import annotations

import math
import os
import re
import stat
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from nbformat import NotebookNode

from boxgrader.errors import GraderError, Refused, shown
from boxgrader.nbgrader_course import submissions
from thousandfold.errors import ExplainedError

if TYPE_CHECKING:
    from boxgrader.nbgrader_course.results import Said
    from thousandfold.room.marks import Exercise, Mark

MOST_LEARNERS = 500
_SECONDS = 1.0  # between two looks into the folder
_SLOW_SECONDS = 10.0  # whoever needs longer waits behind the others the next time


class Marks(Protocol):
    """What marks notebooks: a `marks.Marker`."""

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
class TaskCount:
    """How a room stands with one task.

    Attributes
    ----------
    title : str
    right, wrong : int
        How many have it right, and how many have answered and do not.
    says : str
        What most of those were told, or nothing; it may hold what learners wrote.
    told : int
        How many were told so.
    varied : bool
        Whether they were told something, but no two the same.
    part : bool
        Whether one of those who do not have it right has some of its points.
    """

    title: str
    right: int
    wrong: int
    says: str = ""
    told: int = 0
    varied: bool = False
    part: bool = False


@dataclass(frozen=True)
class Board:
    """What a room shows.

    Attributes
    ----------
    started, done : int
        How many have handed something in, and how many of them have every task right.
    waiting, refused : int
        How many of them wait to be checked, and how many have handed in what cannot be.
    tasks : tuple of TaskCount
    trouble : str
        Why tasks are not checked, or nothing.
    ready : bool
        Whether tasks are checked yet.
    """

    started: int
    done: int
    waiting: int
    refused: int
    tasks: tuple[TaskCount, ...]
    trouble: str = ""
    ready: bool = True


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
    """

    def __init__(
        self,
        exercise: Exercise,
        folder: Path,
        inbound: Path | None = None,
        *,
        say: Callable[[str], object] = lambda sentence: None,
    ) -> None:
        self._exercise = exercise
        self._folder = folder
        self._inbound = inbound
        self._say = say
        self._words = exercise.own_words()
        self._learners: dict[str, _Known] = {}
        self._queue: deque[str] = deque()
        self._busy: set[str] = set()
        self._changed = threading.Condition()
        self._wake = threading.Event()
        self._trouble = ""
        self._ready = False

    def start(self, make: Callable[[], Marks], workers: int) -> None:
        """Look and mark from now on, in threads that end with the program."""
        threading.Thread(target=self._watch, daemon=True).start()
        threading.Thread(target=self._open, args=(make, workers), daemon=True).start()

    def look_now(self) -> None:
        """Look into the folder at once: something was handed in."""
        self._wake.set()

    def board(self) -> Board:
        """Return what the room shows at this moment."""
        with self._changed:
            learners = list(self._learners.items())
            marked = {name: known.marks for name, known in learners if known.marks}
            waiting = 0 if self._trouble else len(set(self._queue) | self._busy)
        return Board(
            started=len(learners),
            done=sum(all(mark.right for mark in marks.values()) for marks in marked.values()),
            waiting=waiting,
            refused=sum(known.refused for _, known in learners),
            tasks=self._count(marked),
            trouble=self._trouble,
            ready=self._ready,
        )

    # --- What is there ---------------------------------------------------------------------------

    def look(self) -> None:
        """Find what was handed in, and put what is new in line to be marked."""
        found: dict[str, Submission] = {}
        for name, submission in self._found():
            if name not in found or found[name].stamp < submission.stamp:
                found[name] = submission
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
            self._changed.notify_all()

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
            self._wake.clear()
            try:
                self.look()
            except OSError as error:
                self._say(f"{self._folder} cannot be read ({error.strerror}); trying again")
            self._wake.wait(_SECONDS)

    def _found(self) -> Iterator[tuple[str, Submission]]:
        yield from _in_folder(self._folder, self._exercise)
        if self._inbound is not None:
            yield from _in_exchange(self._inbound, self._exercise)

    # --- Marking ---------------------------------------------------------------------------------

    def _open(self, make: Callable[[], Marks], workers: int) -> None:
        try:
            marks = make()
            marks.prepare()
        except ImportError as error:
            self._trouble = f"This machine cannot run learners' code safely: {error}."
        except (ExplainedError, GraderError) as error:
            self._trouble = str(error)
        if self._trouble:
            self._say(f"tasks are not checked, only who has started is counted: {self._trouble}")
            return
        self._ready = True
        for _ in range(workers):
            threading.Thread(target=self._work, args=(marks,), daemon=True).start()

    def _work(self, marks: Marks) -> None:
        while True:
            with self._changed:
                while not (name := self._next()):
                    self._changed.wait()
                self._busy.add(name)
                submission = self._learners[name].submission
            known = self._mark(marks, name, submission)
            with self._changed:
                self._busy.discard(name)
                if name in self._learners:
                    known.submission = self._learners[name].submission
                    self._learners[name] = known
                self._changed.notify_all()

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
            notebook = submissions.read(submission.path, inside=submission.inside)
            if not self._exercise.is_meant(notebook):
                raise Refused(f"it holds no task of {self._exercise.assignment}")
            known.marks = marks.mark(notebook)
        except Exception as error:  # one submission stops no room
            known.refused = True
            explained = isinstance(error, ExplainedError | GraderError)
            why = str(error) if explained else type(error).__name__
            self._say(f"{shown(name)} could not be checked: {why}")
        known.slow = time.monotonic() - start > _SLOW_SECONDS
        return known

    # --- Counting --------------------------------------------------------------------------------

    def _count(self, marked: Mapping[str, Mapping[str, Mark]]) -> tuple[TaskCount, ...]:
        counts = []
        for task in self._exercise.tasks:
            rows = [[marks[test] for test in task.tests] for marks in marked.values()]
            right = sum(all(mark.right for mark in row) for row in rows)
            empty = sum(all(mark.empty for mark in row) for row in rows)
            messages = [mark.says for row in rows for mark in row if mark.says and not mark.empty]
            says, told = self._most_said(task.title, messages, list(marked))
            wrong = len(rows) - right - empty
            varied = bool(messages) and not says
            open_rows = [row for row in rows if not all(mark.right for mark in row)]
            part = any(mark.right or mark.some for row in open_rows for mark in row)
            counts.append(TaskCount(task.title, right, wrong, says, told, varied, part))
        return tuple(counts)

    def _most_said(self, title: str, messages: list[str], names: list[str]) -> tuple[str, int]:
        """Return the sentence that most were told.

        What only one was told is shown if it stands so in the instructor's test: nothing in it was
        written by a learner. Other sentences need two, and names are taken out of them.
        """
        from boxgrader.nbgrader_course.results import Learner, Results, Task

        task = Task(self._exercise.notebook, title, math.nan)
        parts = {part for name in names for part in (name, *re.split(r"[\W_]+", name))}
        people = [Learner(form) for p in parts for form in {p, p.capitalize(), p.upper()}]

        def said(learners: list[Learner]) -> list[Said]:
            scores = [[math.nan] for _ in learners]
            told = {task: messages}
            return Results(self._exercise.assignment, learners, [task], scores, told).said_most(
                task, 1
            )

        most = said([])
        if most and not self._words.fullmatch(most[0].sentence):
            most = said(people)
        if most:
            return most[0].sentence, most[0].times
        own = next((text for text in messages if self._words.fullmatch(text)), "")
        return own, int(bool(own))


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
