"""Points as a table that a learning management system imports."""

from __future__ import annotations

import csv
import dataclasses
import io
import math
from collections.abc import Callable, Sequence

from boxgrader.errors import GraderError
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


def canvas(results: Results, points: Sequence[float], most: float) -> list[list[str | float]]:
    """Return the rows of a table for Canvas, *Gradebook, Import*.

    Canvas finds a learner by ID, then by SIS ID, by login and by name; the row *Points Possible*
    is recognised by its first cell (instructure/canvas-lms, ``lib/gradebook_importer.rb``).
    """
    about = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    rows: list[list[str | float]] = [
        [*about, neutral(results.assignment)],
        ["    Points Possible", "", "", "", "", most],
    ]
    for learner, got in zip(results.learners, points, strict=True):
        name = ", ".join(part for part in (learner.last_name, learner.first_name) if part)
        about = [name or learner.id, learner.lms_id, "", learner.id, ""]
        rows.append([*map(neutral, about), got])
    return rows


def moodle(results: Results, points: Sequence[float], most: float) -> list[list[str | float]]:
    """Return the rows of a table for Moodle, *Grades, Import, CSV file*.

    Moodle asks which column to map from and to: *Username* to *username*, *Email address* to
    *useremail* or *ID number* to *useridnumber* (docs.moodle.org, "Grade import").
    """
    rows: list[list[str | float]] = [
        ["Username", "ID number", "First name", "Last name", "Email address"]
    ]
    rows[0].append(neutral(results.assignment))
    for learner, got in zip(results.learners, points, strict=True):
        number = learner.lms_id or learner.id
        about = [learner.id, number, learner.first_name, learner.last_name, learner.email]
        rows.append([*map(neutral, about), got])
    return rows


Columns = Callable[[Results, Sequence[float], float], list[list[str | float]]]
COLUMNS: dict[str, Columns] = {"canvas": canvas, "moodle": moodle}


def table(results: Results, columns: str, *, so_far: bool = False) -> tuple[str, list[str]]:
    """Return the table as CSV, and a sentence for each thing to know before it is imported.

    Parameters
    ----------
    results : Results
    columns : str
        ``"canvas"`` or ``"moodle"``.
    so_far : bool
        Count what waits for a person as 0. By default learners whose points are not complete are
        left out: a system that imports half the points shows them as a grade.

    Raises
    ------
    GraderError
        If nobody's points are complete.
    """
    whole = [not any(map(math.isnan, row)) for row in results.scores]
    notes = []
    if not all(whole):
        waits = whole.count(False)
        if so_far:
            notes.append(f"learners who got 0 for what still waits for a person: {waits:,}")
            whole = [True] * len(whole)
        elif not any(whole):
            raise GraderError(
                f"no table was written: all {waits:,} learners still wait for points by a person; "
                "grade by hand in formgrader, or count that as 0 with --so-far"
            )
        else:
            notes.append(f"learners left out, because a person still has to grade: {waits:,}")
    kept = [learner for learner, is_whole in zip(results.learners, whole, strict=True) if is_whole]
    scores = [row for row, is_whole in zip(results.scores, whole, strict=True) if is_whole]
    chosen = dataclasses.replace(results, learners=kept, scores=scores)
    points = [
        round(max(0.0, sum(got for got in row if not math.isnan(got)) - learner.penalty), 4)
        for learner, row in zip(kept, scores, strict=True)
    ]
    changed = sum(_is_changed(learner) for learner in kept)
    if changed:
        notes.append(
            "learners with a name or number that a spreadsheet would run as a formula, now with an "
            f"apostrophe in front: {changed:,}"
        )
    if results.marked:
        notes.append(
            "submissions marked as tampered with, to look at before points are published: "
            f"{results.marked:,}"
        )
    if results.refused:
        notes.append(
            "submissions refused, whose learners are missing here or stand with the points of an "
            f"earlier one: {results.refused:,}; `boxgrader grade` names them"
        )
    most = sum(task.points for task in results.tasks)
    with io.StringIO(newline="") as text:
        # Text is quoted, so that a program that splits at semicolons finds no new cell in it.
        writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        writer.writerows(COLUMNS[columns](chosen, points, most))
        return text.getvalue(), notes


def _is_changed(learner: Learner) -> bool:
    texts = (learner.id, learner.first_name, learner.last_name, learner.email, learner.lms_id)
    return any(neutral(text) != text for text in texts)
