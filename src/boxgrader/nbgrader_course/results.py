"""What a class got: points from nbgrader's gradebook, and what the checks said to whom.

The gradebook is only read. What learners' code printed comes from `autograded/` and is treated as
what it is: text of strangers.
"""

from __future__ import annotations

import math
import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from boxgrader.errors import GraderError, shown
from boxgrader.nbgrader_course.messages import outcomes

if TYPE_CHECKING:
    from boxgrader.nbgrader_course.gradebook import Record

_Standing = dict[tuple[str, "Task"], float]
_NUMBER = re.compile(r"(?<![\w.])[-+−]?\d+(?:[.,]\d+)*(?:e[-+]?\d+)?", re.IGNORECASE)


@dataclass(frozen=True)
class Learner:
    """Somebody who handed in.

    Attributes
    ----------
    id, first_name, last_name, email, lms_id : str
        As nbgrader knows them; empty where it does not.
    penalty : float
        Points lost for handing in late.
    """

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""
    penalty: float = 0.0


@dataclass(frozen=True)
class Task:
    """A cell that points are given for.

    Attributes
    ----------
    notebook, name : str
    points : float
        The most that can be got.
    by_hand : bool
        True if a person gives the points.
    """

    notebook: str
    name: str
    points: float
    by_hand: bool = False


@dataclass(frozen=True)
class Said:
    """What a check said to several learners.

    Attributes
    ----------
    sentence : str
        Text of a stranger. Where each was told another number, an ellipsis stands for it.
    times : int
        To how many.
    """

    sentence: str
    times: int


@dataclass(frozen=True)
class Results:
    """What a class got for one assignment.

    Attributes
    ----------
    assignment : str
    learners : sequence of Learner
    tasks : sequence of Task
        In the order of the exercise.
    scores : sequence of list of float
        Points of each learner for each task; NaN while a person still has to give them.
    messages : dict of Task to list of str
        What the check of a task said to whoever did not pass it, one entry for each learner.
    refused, marked, outdated : sequence of str
        Whose submission could not be graded; whose was marked, because somebody seems to have
        tampered with the checks; and whose is to be graded again, and has points of before a
        change.
    standing : dict of tuple to float
        What counts so far where a person is needed, as nbgrader adds it up, by learner's id and
        task: points by hand of what was handed in before, or of a test that is doubted.
    """

    assignment: str
    learners: Sequence[Learner]
    tasks: Sequence[Task]
    scores: Sequence[list[float]]
    messages: dict[Task, list[str]]
    refused: Sequence[str] = ()
    marked: Sequence[str] = ()
    outdated: Sequence[str] = ()
    standing: dict[tuple[str, Task], float] = field(default_factory=dict)

    @cached_property
    def current(self) -> Results:
        """The same without the outdated: points of one version."""
        kept = [n for n, it in enumerate(self.learners) if it.id not in self.outdated]
        learners = [self.learners[n] for n in kept]
        return replace(self, learners=learners, scores=[self.scores[n] for n in kept])

    @cached_property
    def waiting(self) -> dict[Task, int]:
        """How many learners still wait for a person, for each task where any do."""
        missing = [sum(map(math.isnan, self._column(n))) for n in range(len(self.tasks))]
        return {task: count for task, count in zip(self.tasks, missing, strict=True) if count}

    @cached_property
    def settled(self) -> list[int]:
        """The columns of tasks whose points everybody has."""
        return [n for n, task in enumerate(self.tasks) if task not in self.waiting]

    @cached_property
    def points(self) -> float:
        """The most that can be got for the settled tasks."""
        return sum(self.tasks[n].points for n in self.settled)

    @cached_property
    def totals(self) -> list[float]:
        """Points of each learner for the settled tasks, late penalties not taken off."""
        return [sum(row[n] for n in self.settled) for row in self.scores]

    def _column(self, task: int) -> list[float]:
        return [row[task] for row in self.scores]

    def share(self, task: int) -> float:
        """Return the mean share of a task's points, its difficulty: 1 is easiest. NaN if unknown.

        For a task that is right or wrong it is the share of learners who are right.
        """
        known = [got for got in self._column(task) if not math.isnan(got)]
        points = self.tasks[task].points
        return statistics.fmean(known) / points if known and points else math.nan

    def discrimination(self, task: int) -> tuple[float, float, float]:
        """Return the item-rest correlation of a task, and the ends of its 95 % interval.

        Pearson's correlation of the points for the task with the points for all other settled
        tasks; for a task that is right or wrong that is the point-biserial correlation. The task
        itself is left out of the sum, else it would agree with itself (S. Henrysson, 1963,
        Psychometrika 28, 211-218). The interval is Fisher's. All are NaN where everybody got the
        same, or where nothing else is settled.
        """
        others = [n for n in self.settled if n != task]
        known = [row for row in self.scores if not math.isnan(row[task])]
        item, rest = [row[task] for row in known], [sum(row[n] for n in others) for row in known]
        if len(set(item)) < 2 or len(set(rest)) < 2:
            return math.nan, math.nan, math.nan
        r = min(1.0, max(-1.0, statistics.correlation(item, rest)))
        if len(item) < 4 or abs(r) > 1 - 1e-9:
            return r, math.nan, math.nan
        half = 1.96 / math.sqrt(len(item) - 3)
        return r, math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)

    def said_most(self, task: Task, most: int = 3) -> list[Said]:
        """Return what a check said most, names taken out, nothing that only one was told.

        Sentences that differ in their numbers alone are counted together.
        """
        alike: dict[str, Counter[str]] = defaultdict(Counter)
        for message in self.messages.get(task, []):
            alike[_NUMBER.sub("…", message)][message] += 1
        found = []
        for template, wordings in alike.items():
            wording, times = wordings.most_common(1)[0]
            every = sum(wordings.values())
            if every > 1:
                same = 2 * times > every or len(wordings) == 1
                found.append(Said(self._without_names(wording if same else template), every))
        return sorted(found, key=lambda said: -said.times)[:most]

    def _without_names(self, text: str) -> str:
        return self._names.sub("…", text) if self._names else text

    @cached_property
    def _names(self) -> re.Pattern[str] | None:
        names = {
            name
            for learner in self.learners
            for name in (learner.id, learner.first_name, learner.last_name, learner.email)
            if len(name) >= 3 and not name.isdigit()
        }
        if not names:
            return None
        longest_first = sorted(map(re.escape, names), key=len, reverse=True)
        return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)")


def read_results(course: Any, assignment: str, *, messages: bool = True) -> Results:
    """Read what a class got.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
    assignment : str
        For example ``"06_communication"``.
    messages : bool
        Whether to read everybody's graded notebook, for what the checks said. Without, the order
        of the tasks is that of the first learner's.

    Raises
    ------
    GraderError
        If there is no gradebook, or no such assignment in it.
    """
    learners, tasks, scores, standing, became = _gradebook(course.db_url, assignment)
    ids = {learner.id for learner in learners}
    outdated = [it.student for it in became if it.outdated and it.student in ids]
    order: dict[tuple[str, str], int] = {}
    said: dict[Task, list[str]] = {task: [] for task in tasks}
    by_name = {(task.notebook, task.name): n for n, task in enumerate(tasks)}
    for learner, row in zip(learners, scores, strict=True):
        if order and not messages:
            break
        for notebook in sorted({task.notebook for task in tasks}):
            for place, (name, says) in enumerate(
                outcomes(course, assignment, learner.id, notebook)
            ):
                order.setdefault((notebook, name), place)
                column = by_name.get((notebook, name))
                told = says and learner.id not in outdated
                if told and column is not None and row[column] < tasks[column].points:
                    said[tasks[column]].append(says)
    columns = sorted(
        range(len(tasks)),
        key=lambda n: (
            tasks[n].notebook,
            order.get((tasks[n].notebook, tasks[n].name), math.inf),
            tasks[n].name,
        ),
    )
    return Results(
        assignment,
        learners,
        [tasks[n] for n in columns],
        [[row[n] for n in columns] for row in scores],
        said,
        refused=_refused(course, assignment, became, ids),
        marked=[it.student for it in became if it.status == "tampered" and it.student in ids],
        outdated=outdated,
        standing=standing,
    )


def _refused(course: Any, assignment: str, became: list[Record], graded: set[str]) -> list[str]:
    """Return whose submission could not be graded, and is still there or was graded before."""
    from boxgrader.nbgrader_course.finding import handed_in

    refused = [it.student for it in became if it.status == "refused"]
    if graded.issuperset(refused):
        return refused
    there = handed_in(course, assignment)
    return [name for name in refused if not there or name in there | graded]


def assignments(course: Any) -> list[str]:
    """Return the assignments that the gradebook knows, in the order in which they are due.

    Raises
    ------
    GraderError
        If there is no gradebook.
    """
    import sqlalchemy
    from nbgrader import api

    from boxgrader.nbgrader_course.gradebook import check_there, explain

    check_there(course.db_url)
    table = api.Assignment.__table__
    try:
        engine = sqlalchemy.create_engine(course.db_url)
        with engine.connect() as connection:
            found = connection.execute(sqlalchemy.select(table.c.name, table.c.duedate)).all()
        engine.dispose()
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise GraderError(f"{explain(error, course.db_url)}; then run this again") from error
    return [name for name, due in sorted(found, key=lambda it: (str(it[1] or "~"), it[0]))]


def _gradebook(
    url: str, assignment: str
) -> tuple[list[Learner], list[Task], list[list[float]], _Standing, list[Record]]:
    """Read learners, tasks, points, what stands, what became of submissions; write nothing.

    nbgrader's own `Gradebook` makes tables where there are none, so it is not used.
    """
    import sqlalchemy
    from nbgrader import api
    from sqlalchemy import select

    from boxgrader.nbgrader_course.gradebook import check_there, explain, records

    check_there(url)
    try:
        engine = sqlalchemy.create_engine(url)
        with engine.connect() as connection:
            query = select(api.Assignment.id, api.Assignment.name)
            known = {name: key for key, name in connection.execute(query)}
            if assignment not in known:
                raise GraderError(_no_assignment(assignment, known))
            wanted = known[assignment]
            tasks = _tasks(connection, wanted)
            learners, rows = _learners(connection, wanted)
            scores = [[math.nan] * len(tasks) for _ in learners]
            columns = {key: n for n, key in enumerate(tasks)}
            standing = {}
            for row, cell, so_far, waits in _scores(connection, wanted):
                if so_far is None or row not in rows or cell not in columns:
                    continue
                if waits:
                    standing[learners[rows[row]].id, tasks[cell]] = so_far
                else:
                    scores[rows[row]][columns[cell]] = so_far
        engine.dispose()
        became = sorted(records(url, assignment).values(), key=lambda record: record.student)
    except sqlalchemy.exc.SQLAlchemyError as error:
        raise GraderError(f"{explain(error, url)}; then run this again") from error
    return learners, list(tasks.values()), scores, standing, became


def _no_assignment(assignment: str, known: Iterable[str]) -> str:
    listed = ", ".join(sorted(shown(name) for name in known)) or "none yet"
    return f"the gradebook knows no assignment {shown(assignment)}; it knows {listed}"


def _tasks(connection: Any, assignment_id: str) -> dict[str, Task]:
    from nbgrader import api
    from sqlalchemy import select

    found = {}
    cells, notebooks = api.BaseCell.__table__, api.Notebook.__table__
    solutions = select(cells.c.notebook_id, cells.c.name).where(cells.c.type == "SolutionCell")
    answers = set(map(tuple, connection.execute(solutions)))
    for table in (api.GradeCell.__table__, api.TaskCell.__table__):
        query = (
            select(cells.c.id, cells.c.notebook_id, notebooks.c.name, cells.c.name)
            .add_columns(table.c.max_score, table.c.cell_type)
            .join_from(cells, table, cells.c.id == table.c.id)
            .join(notebooks, notebooks.c.id == cells.c.notebook_id)
            .where(notebooks.c.assignment_id == assignment_id)
        )
        for key, notebook_id, notebook, name, points, kind in connection.execute(query):
            by_hand = kind != "code" or (notebook_id, name) in answers
            found[key] = Task(notebook, name, float(points or 0), by_hand)
    return found


def _learners(connection: Any, assignment_id: str) -> tuple[list[Learner], dict[str, int]]:
    """Return who handed in, and the row of each submission."""
    from nbgrader import api
    from sqlalchemy import func, select

    people, works = api.Student.__table__, api.SubmittedAssignment.__table__
    notebooks = api.SubmittedNotebook.__table__
    penalty = func.coalesce(func.sum(notebooks.c.late_submission_penalty), 0.0)
    person = (
        people.c.id,
        people.c.first_name,
        people.c.last_name,
        people.c.email,
        people.c.lms_user_id,
    )
    query = (
        select(works.c.id, *person, penalty)
        .join_from(works, people, works.c.student_id == people.c.id)
        .outerjoin(notebooks, notebooks.c.assignment_id == works.c.id)
        .where(works.c.assignment_id == assignment_id)
        .group_by(works.c.id, *person)
        .order_by(people.c.id)
    )
    learners: list[Learner] = []
    rows = {}
    for key, name, first, last, email, lms, points in connection.execute(query):
        rows[key] = len(learners)
        learners.append(learner(name, first, last, email, lms, penalty=float(points)))
    return learners, rows


def learner(name: str, *about: str | None, penalty: float = 0.0) -> Learner:
    """Return a learner by what the gradebook says, which may be nothing."""
    first, last, email, lms = (text or "" for text in about)
    return Learner(name, first, last, email, lms, penalty)


def _scores(connection: Any, assignment_id: str) -> Iterable[tuple[str, str, float | None, bool]]:
    """Yield submission, cell, points as nbgrader adds them up, and whether a person is needed."""
    from nbgrader import api
    from sqlalchemy import select

    from boxgrader.nbgrader_course.history import standing

    grades, notebooks = api.Grade.__table__, api.SubmittedNotebook.__table__
    works = api.SubmittedAssignment.__table__
    query = (
        select(works.c.id, grades.c.cell_id, grades.c.auto_score, grades.c.manual_score)
        .add_columns(grades.c.extra_credit, grades.c.needs_manual_grade)
        .join_from(grades, notebooks, grades.c.notebook_id == notebooks.c.id)
        .join(works, works.c.id == notebooks.c.assignment_id)
        .where(works.c.assignment_id == assignment_id)
    )
    for work, cell, auto, manual, extra, waits in connection.execute(query):
        yield work, cell, standing(auto, manual, extra), bool(waits)
