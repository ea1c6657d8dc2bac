"""How a room stands with the tasks of an exercise, and what many were told. No name goes out."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from thousandfold.room.marks import Exercise, Mark, RoomTask

FEWEST = 5  # answers; of fewer only counts are shown
RIGHT_PERCENT = 90  # of the points of a task: a decision that is nearly the best is right

_WORD = re.compile(r"[^\W_]+")
_SHORTEST_NAME = 3
_RIGHT = RIGHT_PERCENT / 100 - 1e-9  # points are sums of tenths


@dataclass(frozen=True)
class TaskCount:
    """How a room stands with one task.

    Attributes
    ----------
    title : str
    right, wrong : int
        How many have all its points or nearly all, and how many have answered and have fewer.
    says : str
        What most of those who lost points were told, or nothing; it may hold what learners wrote.
    told : int
        How many were told so.
    varied : bool
        Whether they were told something, but no two the same.
    part : bool
        Whether one of those who do not have it right has some of its points.
    shares : tuple of float
        What share of its points each answer has, from the least to the most; empty below five
        answers.
    """

    title: str
    right: int
    wrong: int
    says: str = ""
    told: int = 0
    varied: bool = False
    part: bool = False
    shares: tuple[float, ...] = ()

    @property
    def spread(self) -> bool:
        """Whether there are shares to show: somebody has a part of the points."""
        return any(0 < share < 1 for share in self.shares)

    def dots(self, width: float, height: float) -> tuple[float, list[tuple[float, float]]]:
        """Return where the answers stand in a picture, from no points at the left to all.

        Each tenth of the points has a column of its own, in which its dots stand beside and above
        each other, as large as the fullest column allows.

        Returns
        -------
        float
            The radius of a dot.
        list of tuple of float
            The middle of each.
        """
        columns: dict[int, int] = {}
        for share in self.shares:
            columns[round(10 * share)] = columns.get(round(10 * share), 0) + 1
        most, wide = max(columns.values(), default=1), width / 11
        size = height / 3
        while (beside := math.floor(wide / size)) * math.floor(height / size) < most:
            size *= 0.95
        return 0.42 * size, [
            (wide * tenth + size * (n % beside + 0.5), height - size * (n // beside + 0.5))
            for tenth, count in sorted(columns.items())
            for n in range(count)
        ]


@dataclass(frozen=True)
class TaskResult:
    """What the checks said to one learner of one task.

    Attributes
    ----------
    title : str
    share : float
        Of its points.
    answered : bool
    says : str
        What is wrong, or nothing.
    reported : bool
        Whether the learner's own notebook says so, and nobody has checked it.
    hidden : bool
        Whether even that says nothing: learners have no test of it.
    """

    title: str
    share: float
    answered: bool
    says: str = ""
    reported: bool = False
    hidden: bool = False

    @property
    def done(self) -> bool:
        """Whether it is right, or, where nothing is checked, filled in."""
        return self.share >= _RIGHT and not self.hidden

    @property
    def right(self) -> bool:
        """Whether it was checked, and has all points, or nearly all."""
        return self.done and not self.reported

    @property
    def mark(self) -> str:
        """How right it is, in words."""
        if self.hidden:
            return "looked at when it is graded"
        if self.reported:
            return "filled in" if self.done else "not filled in yet"
        if self.right:
            return "right"
        if not self.answered:
            return "not answered yet"
        return "right in part" if self.share else "not right yet"


@dataclass(frozen=True)
class Results:
    """What became of what one learner handed in to one exercise.

    Attributes
    ----------
    exercise, title : str
    tasks : tuple of TaskResult
        Empty while it waits, and where it cannot be checked.
    refused : bool
        Whether it cannot be checked.
    """

    exercise: str
    title: str
    tasks: tuple[TaskResult, ...] = ()
    refused: bool = False

    @property
    def waits(self) -> bool:
        """Whether it is still to be checked."""
        return not self.tasks and not self.refused

    @property
    def said(self) -> str:
        """How it stands, in a sentence for the learner."""
        if self.refused:
            return "This notebook could not be checked: please tell the facilitator."
        if self.waits:
            return "Being checked. It comes here by itself."
        seen = [task for task in self.tasks if not task.hidden]
        done = f"{sum(task.done for task in seen)} of {len(seen)}"
        if any(task.reported for task in self.tasks):
            return (
                f"Filled in: {done}. This computer checks no answers: filled in is not yet right."
            )
        return f"Right: {done}."


def result(task: RoomTask, marks: Mapping[str, Mark], *, reported: bool = False) -> TaskResult:
    """Return what the checks said of one task of one notebook."""
    row = [marks[test] for test in task.tests]
    answered = not all(mark.empty for mark in row)
    says = next(iter(_told(row)), "")
    hidden = reported and not any(mark.most for mark in row)
    return TaskResult(task.title, share_of(row), answered, says, reported, hidden)


def is_right(marks: Collection[Mark]) -> bool:
    """Say whether a task is right by the marks of its tests: all points, or nearly all."""
    return share_of(marks) >= _RIGHT


def share_of(marks: Collection[Mark]) -> float:
    """Return the share of the points that marks give; of none at all, all."""
    most = sum(mark.most for mark in marks)
    return sum(mark.points for mark in marks) / most if most else 1.0


def count(
    exercise: Exercise,
    tasks: Sequence[RoomTask],
    marked: Mapping[str, Mapping[str, Mark]],
    owner: Callable[[str], str],
) -> tuple[TaskCount, ...]:
    """Count how learners stand with tasks.

    Parameters
    ----------
    exercise : Exercise
    tasks : sequence of RoomTask
        Those that are shown.
    marked : mapping of str to mapping
        The marks of each learner by grade id; who handed in last comes last.
    owner : callable
        Gives the person who handed in under a name, or nothing: see `board.Room`.
    """
    # What one person handed in under several names was told once: the last counts. A sentence of
    # the instructor's can be nobody's own words, so there everybody counts: a class that comes from
    # one address, behind one router, is more than one person.
    people = {owner(name) or f"/{name}": marks for name, marks in marked.items()}
    own = exercise.own_words.fullmatch
    counts = []
    for task in tasks:
        rows = [[marks[test] for test in task.tests] for marks in marked.values()]
        answered = [row for row in rows if not all(mark.empty for mark in row)]
        shares = sorted(map(share_of, answered))
        right = sum(map(is_right, answered))
        told = [
            [
                *(says for says in _told(it[test] for it in marked.values()) if own(says)),
                *(says for says in _told(it[test] for it in people.values()) if not own(says)),
            ]
            for test in task.tests
        ]
        says, times = _most_said(exercise, task, told, marked)
        counts.append(
            TaskCount(
                task.title,
                right,
                len(answered) - right,
                says,
                times,
                varied=any(told) and not says,
                part=any(0 < share < _RIGHT for share in shares),
                shares=tuple(shares) if len(shares) >= FEWEST else (),
            )
        )
    return tuple(counts)


def _told(marks: Iterable[Mark]) -> list[str]:
    return [mark.says for mark in marks if mark.says and not mark.empty]


def _most_said(
    exercise: Exercise, task: RoomTask, told: Sequence[list[str]], names: Iterable[str]
) -> tuple[str, int]:
    """Return the sentence that most were told by one of the tests of a task.

    Two tests may say the same to one person, so each is counted by itself. What only one was told
    is shown if it stands so in the instructor's test: nothing in it was written by a learner. Other
    sentences need two, and names are taken out of them.
    """
    from boxgrader.nbgrader_course.results import Results, Task

    words = exercise.own_words
    it = Task(exercise.notebook, task.title, math.nan)
    said = [
        said
        for messages in told
        for said in Results(exercise.assignment, [], [it], [], {it: messages}).said_most(it, 1)
    ]
    if said:
        most = max(said, key=lambda one: one.times)
        own = bool(words.fullmatch(most.sentence))
        return most.sentence if own else _without_names(most.sentence, names), most.times
    one = next((text for texts in told for text in texts if words.fullmatch(text)), "")
    return one, int(bool(one))


def _without_names(text: str, names: Iterable[str]) -> str:
    parts = {part.casefold() for name in names for part in _WORD.findall(name)}
    known = {part for part in parts if len(part) >= _SHORTEST_NAME and not part.isdigit()}
    return _WORD.sub(lambda word: "…" if word[0].casefold() in known else word[0], text)
