"""Mark a learner's notebook by the instructor's plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from boxgrader.box.bench import Settings
from boxgrader.engine.cells import code, name_of
from boxgrader.engine.execution import Cell, Job, Plan, Reason, run
from boxgrader.engine.points import check_credit, score


@dataclass(frozen=True)
class Marks:
    """What the tests of an assignment made of one notebook.

    Attributes
    ----------
    points : dict of str to float
        By grade id; each test of the plan is here.
    outputs : dict of str to list of dict
        What each test that was run has shown, by grade id, as nbformat has it.
    reasons : tuple of Reason
        What an instructor should know of this notebook; `Reason.test` names the test, if it is one.
    """

    points: dict[str, float]
    outputs: dict[str, list[dict[str, Any]]]
    reasons: tuple[Reason, ...] = ()


def mark(
    notebook: NotebookNode,
    plan: Plan,
    *,
    settings: Settings | None = None,
    files: Mapping[str, bytes] | None = None,
) -> Marks:
    """Run a learner's notebook in a box, and say what each test makes of it.

    Parameters
    ----------
    notebook : NotebookNode
        Nothing in it is believed: what the instructor locked is taken from the plan.
    plan : Plan
        Of the instructor's notebook; `boxgrader.plan` makes it.
    settings : Settings, optional
        The same as for `plan`.
    files : mapping of str to bytes, optional
        What the learner has beside the notebook, by relative path. The instructor's go before.

    Raises
    ------
    BoxError
        If this machine gives no box.

    Examples
    --------
    >>> import nbformat
    >>> assignment = nbformat.read("source/ps1.ipynb", 4)  # doctest: +SKIP
    >>> learner = nbformat.read("submitted/ann/ps1.ipynb", 4)  # doctest: +SKIP
    >>> mark(learner, plan(assignment)).points  # doctest: +SKIP
    {'sum_of_squares': 2.0}
    """
    cells = []
    for written in code(notebook):
        name = name_of(written)
        source = plan.locked.get(name, written.source)
        cells.append(Cell(source, name if name in plan.points else ""))
    beside = {name: it for name, it in (files or {}).items() if name not in plan.files}
    done = run(Job(tuple(cells), settings or Settings(), beside, plan))
    unclear = check_credit(done, [(cell.test, plan.points.get(cell.test, 0.0)) for cell in cells])
    points = dict.fromkeys(plan.points, 0.0)
    shown: dict[str, list[dict[str, Any]]] = {}
    for place, (cell, outputs) in enumerate(zip(cells, done.outputs, strict=True)):
        if cell.test:
            late = place in done.late
            points[cell.test] = 0.0 if late else score(outputs, plan.points[cell.test])
            shown[cell.test] = outputs
    deleted = [
        Reason("deleted", f"The graded cell {test} is not in the notebook and scores 0.", test)
        for test in plan.points
        if test not in shown
    ]
    return Marks(points, shown, (*done.reasons, *unclear, *deleted))
