"""Plan how notebooks are marked: which tests can be judged apart from the learner's code."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from nbformat import NotebookNode

from boxgrader.box.bench import Settings
from boxgrader.box.judge import bound, imports, parsed, used
from boxgrader.engine.cells import code, is_locked, is_solution, name_of, points_of, test_of
from boxgrader.engine.execution import Cell, Job, Plan, Run, run
from boxgrader.engine.kernels import kernel_of
from boxgrader.engine.outputs import failed

# Run last. Not what lies beside the notebook: another submission may bring another. Nothing where
# a thread runs: with one, the process that imports could no longer be forked.
_MODULES = """
import os, sys
if len(os.listdir("/proc/self/task")) == 1:
    for _name, _module in list(sys.modules.items()):
        _place = getattr(getattr(_module, "__spec__", None), "origin", None) or "/"
        if not _place.startswith(os.getcwd()):
            print(_name)
"""


def plan(
    notebook: NotebookNode,
    *,
    settings: Settings | None = None,
    files: Mapping[str, bytes] | None = None,
    kernel: str = "",
) -> Plan:
    """Find out on the instructor's own solution how learners' notebooks are marked.

    Parameters
    ----------
    notebook : NotebookNode
        The instructor's, with solutions and tests.
    settings : Settings, optional
    files : mapping of str to bytes, optional
        What lies beside the notebook, by relative path.
    kernel : str, optional
        The name of a kernel that goes before the notebook's own.

    Returns
    -------
    Plan
        A test is judged apart if the reference solution passes it there as it passes it beside.

    Raises
    ------
    GraderError
        If there is no such kernel.
    BoxError
        If this machine gives no box.
    """
    cells = code(notebook)
    started, note = kernel_of(notebook, kernel)
    planned = Plan(
        kernel=started,
        notes=(note,) if note else (),
        locked={name_of(cell): cell.source for cell in cells if name_of(cell) and is_locked(cell)},
        points={test: points_of(cell) for cell in cells if (test := test_of(cell))},
        files=dict(files or {}),
    )
    if planned.kernel or not planned.points:
        return planned
    return _judged(cells, planned, settings or Settings())


def _judged(notebook: Iterable[NotebookNode], planned: Plan, settings: Settings) -> Plan:
    """Say which tests are judged apart."""
    setup: list[str] = []
    answers: set[str] = set()
    helpers: dict[str, set[str]] = {}
    cells = []
    for cell in notebook:
        test = test_of(cell)
        cells.append(Cell(cell.source, test))
        if is_solution(cell):
            setup += imports(cell.source)
            answers |= bound(cell.source)
        elif test:
            helpers[test] = bound(cell.source)
        else:
            setup.append(cell.source)
    tests = frozenset(helpers)
    own = set().union(*helpers.values()) - answers
    job = Job((*cells, Cell(_MODULES)), settings, plan=planned)
    beside = run(job)
    whole = replace(
        planned,
        setup=tuple(setup),
        answers=tuple(sorted(answers)),
        own=tuple(sorted(own)),
        modules=_modules(beside),
        judged=tests,
    )
    judged = run(replace(job, plan=whole))
    same = {
        cell.test
        for cell, one, other in zip(job.cells, judged.outputs, beside.outputs, strict=True)
        if cell.test and _verdict(one) == _verdict(other) and not failed(other)
    }
    # What a test beside the learner's code defines, the learner can change: the judge never asks
    # for it, so that whatever uses it has to run there too.
    known = set().union(*map(bound, setup))
    while True:
        lost = set().union(*(helpers[test] for test in tests - same)) - known - answers
        lost -= set().union(*(helpers[test] for test in same))
        apart = {cell.test for cell in cells if cell.test in same and used(cell.source) & lost}
        if not apart:
            return replace(whole, judged=frozenset(same))
        same -= apart


def imported(notebook: NotebookNode) -> list[str]:
    """Return the modules that a notebook names in imports, and what may be one."""
    found: dict[str, None] = {}
    for cell in code(notebook):
        for node in parsed(cell.source).body:
            if isinstance(node, ast.Import):
                found |= dict.fromkeys(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found[node.module] = None
                found |= dict.fromkeys(f"{node.module}.{alias.name}" for alias in node.names)
    return [name for name in found if not name.endswith(".*")]


def _modules(done: Run) -> tuple[str, ...]:
    """Return what the solution has imported; nothing if it warned, which each has to see."""
    *before, last = done.outputs
    if any(output.get("name") == "stderr" for outputs in before for output in outputs):
        return ()
    return tuple("".join(output.get("text", "") for output in last).split())


def _verdict(outputs: list[dict[str, Any]]) -> tuple[bool, str]:
    """Return what nbgrader makes a grade of: whether it failed, and the result of the cell."""
    results = [
        str(output["data"].get("text/plain"))
        for output in outputs
        if output["output_type"] == "execute_result"
    ]
    return failed(outputs), "".join(results)
