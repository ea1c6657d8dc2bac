"""The page of a whole course: what everybody got for each assignment."""

from __future__ import annotations

import math
from collections.abc import Sequence

from boxgrader.errors import shown
from boxgrader.nbgrader_course.lms import Column, full_name, sums, total
from boxgrader.nbgrader_course.page_templates import template
from boxgrader.nbgrader_course.results import Learner, Results


def grade_table(
    title: str,
    assignments: Sequence[Results],
    everybody: Sequence[Learner],
    *,
    so_far: bool = False,
) -> str:
    """Return the page, whole and self-contained. It names learners.

    Parameters
    ----------
    title : str
    assignments : sequence of Results
    everybody : sequence of Learner
        Who has a row, also without any points.
    so_far : bool
        Count what waits for a person as it stands so far, and what is to be graded again as it was.
    """
    columns = [sums(results, so_far=so_far) for results in assignments]
    columns.append(total(columns))
    learners = {it.id: it for it in everybody}
    learners |= {it.id: it for results in assignments for it in results.learners}
    ordered = sorted(learners.values(), key=lambda it: (full_name(it).casefold(), it.id))
    rows = [
        [shown(full_name(it)), shown(it.id), *(_cell(column, it.id) for column in columns)]
        for it in ordered
    ]
    heads = [(shown(column.name), f"{column.most:g}") for column in columns]
    return template("grade_table.html").render(title=title, heads=heads, rows=rows) + "\n"


def _cell(column: Column, learner: str) -> str:
    if learner not in column.points:
        return "–"
    points = column.points[learner]
    return "waiting" if math.isnan(points) else f"{round(points, 2):g}"
