"""Mark a learner's notebook by the instructor's plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from boxgrader.box.bench import Settings
from boxgrader.engine.cells import code, name_of
from boxgrader.engine.execution import run
from boxgrader.engine.job import Cell, Job, Plan, Reason, Run, cells_of
from boxgrader.engine.outputs import error_output
from boxgrader.engine.points import credit, number, score


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

    Returns
    -------
    Marks
        Points by test, what the tests showed, and what an instructor should look at.

    Raises
    ------
    BoxError
        If this machine gives no box.

    Examples
    --------
    A solution and a test of two points, as nbgrader marks them; nobody else's code runs here, so
    no box is needed.

    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> from boxgrader import Settings, plan
    >>> def marked(source, **marks):
    ...     none = {"locked": False, "grade": False, "solution": False, "schema_version": 3}
    ...     marks = {"nbgrader": {"cell_type": "code", **none, **marks}}
    ...     return new_code_cell(source, metadata=marks)
    >>> answer = marked("total = 4", grade_id="answer", solution=True)
    >>> test = marked("assert total == 4", grade_id="total", grade=True, locked=True, points=2)
    >>> kernel = {"kernelspec": {"name": "python3", "display_name": "Python"}}
    >>> solved = new_notebook(cells=[answer, test], metadata=kernel)
    >>> settings = Settings(boxed=False)
    >>> mark(solved, plan(solved, settings=settings), settings=settings).points
    {'total': 2.0}
    """
    cells = []
    for written, cell in zip(code(notebook), cells_of(notebook), strict=True):
        name = name_of(written)
        source = plan.locked.get(name, cell.source)
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


def check_credit(done: Run, tests: Sequence[tuple[str, float]]) -> list[Reason]:
    """Put right what nbgrader would misread in what tests show, and say what there is to say.

    nbgrader stops at a test that gives more points than there are, or fewer than none, and gives
    full marks for what numpy calls a number.

    Parameters
    ----------
    done : Run
        The outputs of a test that gives no possible number of points end with an error afterwards.
    tests : sequence of tuple of str and float
        Grade id and most points of each cell that was run; an empty name is no test.
    """
    reasons = []
    for (test, most), outputs in zip(tests, done.outputs, strict=True):
        kinds = {output["output_type"] for output in outputs}
        if not test or "error" in kinds:
            continue
        if any(output.get("name") == "stderr" for output in outputs):
            text = f"The test {test} gives 0 only because something was written to stderr, such as"
            reasons.append(Reason("stderr", f"{text} a warning; so does nbgrader.", test))
        results = [it for it in outputs if it["output_type"] == "execute_result"]
        if results:
            reasons += _check_result(results[0], outputs, test, most)
    return reasons


def _check_result(
    result: dict[str, Any], outputs: list[dict[str, Any]], test: str, most: float
) -> list[Reason]:
    shown = str(result["data"].get("text/plain"))
    try:
        given = number(result)
        credit(result, most)
    except ValueError:
        text = f"The test {test} gave no number of points that it can give: 0."
        outputs.append(error_output("CreditError", text))
        outputs.remove(result)
        return [Reason("unclear", text, test)]
    if given is not None and shown.startswith("np."):
        result["data"]["text/plain"] = repr(given)
    elif shown in ("False", "np.False_"):
        text = f"The test {test} shows {shown}, which is no number: it gives all its points, as"
        return [Reason("unclear", f"{text} with nbgrader. It should assert.", test)]
    return []
