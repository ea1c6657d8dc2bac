"""Points as a table: for Canvas, for Moodle, or question by question."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from boxgrader.errors import GraderError, listed
from boxgrader.nbgrader_course.results import Learner, Results

# What a spreadsheet takes for the start of a formula (OWASP, "CSV Injection"; CWE-1236).
_FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")


def neutral(text: str) -> str:
    """Return text that no spreadsheet runs as a formula.

    Examples
    --------
    >>> neutral("=HYPERLINK(0)"), neutral("Ann")
    ("'=HYPERLINK(0)", 'Ann')
    """
    kept = "".join(letter if letter.isprintable() else " " for letter in text)
    return f"'{kept}" if text.startswith(_FORMULA) or kept.lstrip().startswith(_FORMULA) else kept


@dataclass(frozen=True)
class Column:
    """Points for one thing.

    Attributes
    ----------
    name : str
    most : float
        The most that can be got.
    points : dict of str to float
        Of each learner, by id; NaN while a person is needed.
    """

    name: str
    most: float
    points: dict[str, float]


Rows = list[list[str | float]]


def canvas(learners: Sequence[Learner], columns: Sequence[Column]) -> Rows:
    """Return the rows of a table for Canvas, *Gradebook, Import*.

    Canvas finds a learner by ID, then by SIS ID, by login and by name; the row *Points Possible*
    is recognised by its first cell (instructure/canvas-lms, ``lib/gradebook_importer.rb``).
    """
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    rows: Rows = [
        [*head, *(neutral(column.name) for column in columns)],
        ["    Points Possible", "", "", "", "", *(column.most for column in columns)],
    ]
    for learner in learners:
        about = [full_name(learner), learner.lms_id, "", learner.id, ""]
        rows.append([*map(neutral, about), *_cells(learner, columns)])
    return rows


def moodle(learners: Sequence[Learner], columns: Sequence[Column]) -> Rows:
    """Return the rows of a table for Moodle, *Grades, Import, CSV file*.

    Moodle asks which column to map from and to: *Username* to *username*, *Email address* to
    *useremail* or *ID number* to *useridnumber* (docs.moodle.org, "Grade import").
    """
    head = ["Username", "ID number", "First name", "Last name", "Email address"]
    rows: Rows = [[*head, *(neutral(column.name) for column in columns)]]
    for learner in learners:
        number = learner.lms_id or learner.id
        about = [learner.id, number, learner.first_name, learner.last_name, learner.email]
        rows.append([*map(neutral, about), *_cells(learner, columns)])
    return rows


def questions(learners: Sequence[Learner], columns: Sequence[Column]) -> Rows:
    """Return the rows of a table for a spreadsheet: all questions, and the sums."""
    head = ["Learner", "Last name", "First name"]
    rows: Rows = [
        [*head, *(neutral(column.name) for column in columns)],
        ["Points possible", "", "", *(column.most for column in columns)],
    ]
    for learner in learners:
        about = [learner.id, learner.last_name, learner.first_name]
        rows.append([*map(neutral, about), *_cells(learner, columns)])
    return rows


def full_name(learner: Learner) -> str:
    """Return the names of a learner as a list has them, or the id where there are none."""
    names = (learner.last_name, learner.first_name)
    return ", ".join(name for name in names if name) or learner.id


def _cells(learner: Learner, columns: Sequence[Column]) -> list[str | float]:
    """Return what a learner has: nothing where that is not known, so that nothing is imported."""
    got = [column.points.get(learner.id, math.nan) for column in columns]
    return ["" if math.isnan(points) else round(points, 4) for points in got]


COLUMNS: dict[str, Callable[[Sequence[Learner], Sequence[Column]], Rows]] = {
    "canvas": canvas,
    "moodle": moodle,
    "questions": questions,
}


def sums(results: Results, *, so_far: bool = False) -> Column:
    """Return what everybody got for an assignment, late penalties taken off, as nbgrader exports.

    Parameters
    ----------
    results : Results
    so_far : bool
        Count what waits for a person as nbgrader does, points by hand of what was handed in before
        or 0, and what is to be graded again as it was.
    """
    points = {}
    for learner, row in zip(results.learners, results.scores, strict=True):
        known = [
            results.standing.get((learner.id, task), 0.0) if so_far and math.isnan(got) else got
            for task, got in zip(results.tasks, row, strict=True)
        ]
        points[learner.id] = _at_least_0(sum(known) - learner.penalty)
    if not so_far:
        points |= dict.fromkeys(results.outdated, math.nan)
    return Column(results.assignment, sum(task.points for task in results.tasks), points)


def _at_least_0(points: float) -> float:
    return points if math.isnan(points) else max(0.0, points)


def total(columns: Sequence[Column]) -> Column:
    """Return the sum of assignments; who did not hand in one has nothing for it."""
    everybody = dict.fromkeys(name for column in columns for name in column.points)
    points = {name: sum(column.points.get(name, 0.0) for column in columns) for name in everybody}
    return Column("Total", sum(column.most for column in columns), points)


def _all_questions(assignments: Sequence[Results], *, so_far: bool) -> list[Column]:
    """Return a column for each question and assignment, and one for all."""
    columns = []
    for results in assignments:
        shown = results if so_far else results.current
        several = len({task.notebook for task in results.tasks}) > 1
        for n, task in enumerate(results.tasks):
            name = f"{task.notebook}/{task.name}" if several else task.name
            name = f"{results.assignment}/{name}" if len(assignments) > 1 else name
            got = {
                learner.id: row[n]
                for learner, row in zip(shown.learners, shown.scores, strict=True)
            }
            columns.append(Column(name, task.points, got))
        late = {learner.id: 0.0 - learner.penalty for learner in shown.learners}
        if any(late.values()):
            columns.append(Column(f"{results.assignment}, handed in late", 0.0, late))
        columns.append(sums(results, so_far=so_far))
    if len(assignments) > 1:
        columns.append(total([sums(results, so_far=so_far) for results in assignments]))
    return columns


def table(
    assignments: Sequence[Results],
    columns: str,
    *,
    so_far: bool = False,
    everybody: Sequence[Learner] = (),
) -> tuple[str, list[str]]:
    """Return the table as CSV, and a sentence for each thing to know before it is imported.

    Parameters
    ----------
    assignments : sequence of Results
    columns : str
        ``"canvas"`` or ``"moodle"``: a column for each assignment; ``"questions"``.
    so_far : bool
        Count what waits for a person as 0 in sums, or as what a person gave before; a question by
        itself stays empty, as nobody has given it 0. By default the sum stays empty, too, and
        learners with nothing else are left out: a system that imports half the points shows them as
        a grade. The same holds of points that are of before a change.
    everybody : sequence of Learner
        Who has a row question by question, also without any points.

    Raises
    ------
    GraderError
        If nobody's points are complete.
    """
    people = {it.id: it for results in assignments for it in results.learners}
    learners = sorted(people.values(), key=lambda learner: learner.id)
    if columns == "questions":
        found = _all_questions(assignments, so_far=so_far)
    else:
        found = [sums(results, so_far=so_far) for results in assignments]
    kept = [it for it in learners if any(_cells(it, [column]) != [""] for column in found)]
    if learners and not kept:
        raise _nothing(assignments, len(learners))
    if columns == "questions":
        kept = sorted({**{it.id: it for it in everybody}, **people}.values(), key=lambda it: it.id)
    with io.StringIO(newline="") as text:
        # Text is quoted, so that a program that splits at semicolons finds no new cell in it.
        writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        writer.writerows(COLUMNS[columns](kept, found))
        return text.getvalue(), _notes(assignments, kept, so_far=so_far)


def _nothing(assignments: Sequence[Results], count: int) -> GraderError:
    """Return why nobody's points are complete."""
    outdated = {name for results in assignments for name in results.outdated}
    again = listed([results.assignment for results in assignments if results.outdated])
    waits = "still wait for points by a person"
    if not outdated:
        return GraderError(
            f"no table was written: all {count:,} learners {waits}; grade by hand in formgrader, "
            "or count that as 0 with --so-far"
        )
    old = len(outdated)
    rest = "" if old == count else f", and the other {count - old:,} {waits}"
    return GraderError(
        f"no table was written: {old:,} of {count:,} learners were to be graded again and are not "
        f"yet{rest}; grade {again} again, or take the points as they are with --so-far"
    )


def _notes(assignments: Sequence[Results], kept: Sequence[Learner], *, so_far: bool) -> list[str]:
    def of(choose: Callable[[Results], Iterable[str]]) -> list[str]:
        return [
            f"{name} of {results.assignment}" if len(assignments) > 1 else name
            for results in assignments
            for name in choose(results)
        ]

    waits = of(lambda results: _waiting(results.current))
    told = {
        "submissions that got 0 for what still waits for a person": of(
            lambda results: _waiting(results, stands=False) if so_far else ()
        ),
        "submissions with points, by hand or of a test, that a person has to look at again, and "
        "that count so far": of(lambda results: _waiting(results, stands=True) if so_far else ()),
        "submissions left out, because a person still has to grade": [] if so_far else waits,
        "learners with a name or number that a spreadsheet would run as a formula, now with an "
        "apostrophe in front": [it.id for it in kept if _is_changed(it)],
        "submissions marked as tampered with, to look at before points are published": of(
            lambda results: results.marked
        ),
        "submissions refused, which are missing here or stand with the points of an earlier one": (
            of(lambda results: results.refused)
        ),
    }
    return [f"{says}: {len(who):,} ({listed(who)})" for says, who in told.items() if who]


def _waiting(results: Results, *, stands: bool | None = None) -> Iterator[str]:
    """Yield whose points a person has to complete: where some stand so far, or none, or any."""
    for learner, row in zip(results.learners, results.scores, strict=True):
        open_ = (task for task, got in zip(results.tasks, row, strict=True) if math.isnan(got))
        there = {bool(results.standing.get((learner.id, task))) for task in open_}
        if there and stands in (None, *there):
            yield learner.id


def _is_changed(learner: Learner) -> bool:
    texts = (learner.id, learner.first_name, learner.last_name, learner.email, learner.lms_id)
    return any(neutral(text) != text for text in texts)
