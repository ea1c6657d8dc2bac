"""Find out which tests of a notebook can be judged apart from the learner's code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from thousandfold.grading.bench import Settings
from thousandfold.grading.execution import Cell, Job, Plan, Run, run
from thousandfold.grading.judge import bound, imports, used
from thousandfold.grading.outputs import failed

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


def plan(solution: Sequence[tuple[str, str]], settings: Settings, files: dict[str, bytes]) -> Plan:
    """Find out on the instructor's own solution which tests can be judged apart.

    Parameters
    ----------
    solution : sequence of tuple of str
        The code cells of the instructor's notebook: source, and ``"solution"``, the grade id of a
        test after ``"test:"``, or nothing.
    settings : Settings
    files : dict of str to bytes
        What lies beside the notebook.

    Returns
    -------
    Plan
        A test is judged apart if the reference solution passes it there as it passes it beside.
    """
    setup: list[str] = []
    answers: set[str] = set()
    helpers: dict[str, set[str]] = {}
    cells = []
    for source, kind in solution:
        test = kind.removeprefix("test:") if kind.startswith("test:") else ""
        cells.append(Cell(source, test))
        if kind == "solution":
            setup += imports(source)
            answers |= bound(source)
        elif test:
            helpers[test] = bound(source)
        else:
            setup.append(source)
    tests = frozenset(cell.test for cell in cells if cell.test)
    if not tests:
        return Plan()
    own = set().union(*helpers.values()) - answers
    job = Job((*cells, Cell(_MODULES)), settings, files)
    beside = run(job)
    whole = Plan(
        tuple(setup), tuple(sorted(answers)), tuple(sorted(own)), _modules(beside), tests, files
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
