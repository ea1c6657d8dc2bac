"""Plan how notebooks are marked, and rehearse it on the instructor's own solution.

Nobody is graded by a plan that the solution has not passed. Where a test that is judged apart, or a
canary, or a negated twin changes what any cell of it gives, that is given up for the test.
"""

from __future__ import annotations

import ast
import builtins
import itertools
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nbformat import NotebookNode

from boxgrader.box.bench import Settings
from boxgrader.box.judge import bound, defined, imports, parsed, replaced, same, used
from boxgrader.engine.cells import (
    code,
    is_locked,
    is_solution,
    name_of,
    points_of,
    test_of,
    visible,
)
from boxgrader.engine.execution import run
from boxgrader.engine.exit_codes import SHELLS, told_of_undecided
from boxgrader.engine.job import Cell, Job, Plan, Run, cells_of
from boxgrader.engine.kernels import kernel_of
from boxgrader.engine.outputs import error_line, failed, failing_line
from boxgrader.engine.points import score
from boxgrader.errors import shown

HIDDEN = ("BEGIN HIDDEN TESTS", "END HIDDEN TESTS")  # nbgrader's own
_MOST_ROUNDS = 8
_MOST_SAID = 200  # letters
# What shows a test the names or cells around it, which are not the learner's where it is judged.
_LOOKS_AROUND = {"In", "Out", "_", "__", "___", "_i", "_ii", "_iii", "_ih", "_oh", "globals",
                 "locals", "vars", "dir", "eval", "exec"}  # fmt: skip

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
    tests: Mapping[str, str] | None = None,
    hidden: tuple[str, str] = HIDDEN,
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
    tests : mapping of str to str, optional
        Tests as learners' notebooks get them, by grade id, where something has made them of the
        notebook's.
    hidden : tuple of str
        What marks the first and the last line of what learners do not see of a test.

    Returns
    -------
    Plan
        By it the solution gets what it gets when it is simply run, or `Plan.lost` and `Plan.notes`
        say where it does not. A test is judged apart if that does not change what any cell gives.

    Raises
    ------
    GraderError
        If there is no such kernel.
    BoxError
        If this machine gives no box.

    Examples
    --------
    A solution and a test of two points, as nbgrader marks them; nobody else's code runs here, so
    no box is needed.

    >>> from nbformat.v4 import new_code_cell, new_notebook
    >>> from boxgrader import Settings
    >>> def marked(source, **marks):
    ...     none = {"locked": False, "grade": False, "solution": False, "schema_version": 3}
    ...     marks = {"nbgrader": {"cell_type": "code", **none, **marks}}
    ...     return new_code_cell(source, metadata=marks)
    >>> answer = marked("total = 4", grade_id="answer", solution=True)
    >>> test = marked("assert total == 4", grade_id="total", grade=True, locked=True, points=2)
    >>> kernel = {"kernelspec": {"name": "python3", "display_name": "Python"}}
    >>> solved = new_notebook(cells=[answer, test], metadata=kernel)
    >>> plan(solved, settings=Settings(boxed=False)).points
    {'total': 2.0}
    """
    cells = code(notebook)
    for cell in cells:
        cell.source = (tests or {}).get(test_of(cell), cell.source)
    started, note = kernel_of(notebook, kernel)
    planned = Plan(
        kernel=started,
        notes=(note,) if note else (),
        locked={name_of(cell): cell.source for cell in cells if name_of(cell) and is_locked(cell)},
        points={test: points_of(cell) for cell in cells if (test := test_of(cell))},
        files=dict(files or {}),
    )
    if not planned.points:
        return planned
    return _Rehearsal(notebook, planned, settings or Settings(), hidden).plan()


class _Rehearsal:
    """The instructor's solution, run as a learner's will be, until it loses nothing by that."""

    def __init__(
        self, notebook: NotebookNode, planned: Plan, settings: Settings, hidden: tuple[str, str]
    ) -> None:
        self._cells = cells_of(notebook)
        self._settings = settings
        self._planned = planned
        self._beside: dict[str, str] = {}
        self._helpers = {cell.test: defined(cell.source) for cell in self._cells if cell.test}
        if not planned.kernel:
            self._planned = self._described(notebook, hidden)

    def _described(self, notebook: NotebookNode, hidden: tuple[str, str]) -> Plan:
        """Return the plan with what can be read from the notebook."""
        setup: list[str] = []
        answers: set[str] = set()
        imported: set[str] = set()
        given: set[str] = set()
        values: Counter[str] = Counter()
        unlocked = []
        for cell, runs in zip(code(notebook), self._cells, strict=True):
            if is_solution(cell):
                setup += imports(cell.source)
                answers |= bound(cell.source)
                imported |= defined(cell.source) - bound(cell.source)
            elif not runs.test:
                setup.append(runs.source)
                given |= defined(runs.source)
                values.update(bound(runs.source))
                if not is_locked(cell):
                    unlocked.append((runs.source, tuple(sorted(defined(runs.source)))))
        tests = [cell for cell in self._cells if cell.test]
        learners_see = {cell.test: visible(cell.source, *hidden) for cell in tests}
        asked = set().union(*(used(cell.source) for cell in tests))
        own = set().union(*(bound(cell.source) for cell in tests)) - answers
        return replace(
            self._planned,
            setup=tuple(setup),
            answers=tuple(sorted(answers)),
            imported=tuple(sorted(imported - given - answers)),
            given=tuple(sorted(values.keys() - answers)),
            again=tuple(sorted(name for name in asked if values[name] > 1)),
            own=tuple(sorted(own)),
            unlocked=tuple(unlocked),
            visible=learners_see,
            defines={test: tuple(sorted(defined(source))) for test, source in learners_see.items()},
        )

    def plan(self) -> Plan:
        """Return the plan by which the solution gets what it gets when it is simply run."""
        plain = self._plainly()
        made = {name: self._planned.files[name] for name in plain.changed if name in self._files}
        if made:
            kept = {name: it for name, it in self._files.items() if name not in made}
            self._planned = replace(self._planned, files=kept)
            without = self._plainly()
            if self._verdicts(without) == self._verdicts(plain):
                plain = without
            else:  # it reads them, before it writes them
                self._planned = replace(self._planned, files={**kept, **made})
        wanted = self._verdicts(plain)
        if self._planned.kernel:
            return self._in_another_kernel(plain, wanted)
        judged = set()
        modules = (defined(cell.source) - bound(cell.source) for cell in self._cells)
        shared = set(dir(builtins)).union(*modules)
        for cell, outputs in zip(self._cells, plain.outputs, strict=False):
            if cell.test and failed(outputs):
                self._beside[cell.test] = "your own solution does not pass it"
            elif around := sorted(used(cell.source) & _LOOKS_AROUND):
                self._beside[cell.test] = f"it looks at {around[0]}, which is the learner's"
            elif asks := same(cell.source):
                self._beside[cell.test] = f"only there one can tell whether {shown(asks[0])}"
            elif there := replaced(cell.source, shared):
                self._beside[cell.test] = f"it replaces {there[0]}, which learners may use"
            else:
                judged.add(cell.test)
        planned, done, notes = self._agreed(plain, wanted, judged - {""})
        return replace(
            planned,
            beside={test: why for test, why in self._beside.items() if test not in planned.judged},
            slowest=max(plain.seconds, default=0.0),
            memory=plain.memory,
            empty=frozenset(done.empty),
            lost=self._lost(done),
            notes=(*planned.notes, *notes, *self._no_numbers(done)),
        )

    def _in_another_kernel(self, plain: Run, wanted: list[object]) -> Plan:
        """Return the plan where all tests run beside, watched as far as that changes nothing."""
        tests = [cell.test for cell in self._cells if cell.test]
        unwatched: set[str] = set()
        done, lost = plain, self._lost(plain)
        while not lost and len(unwatched) < len(tests):
            watched = replace(self._planned, unwatched=frozenset(unwatched))
            done = run(Job(self._cells, self._settings, plan=watched))
            got = zip(self._cells, self._verdicts(done), wanted, strict=True)
            differ = [n for n, (_, one, other) in enumerate(got) if one != other]
            if not differ:
                break
            before = [cell.test for cell in self._cells[: differ[0] + 1] if cell.test]
            first = {self._cells[differ[0]].test} - unwatched - {""}
            unwatched |= first or set(before) - unwatched or set(tests)
        notes = self._planned.notes
        if unwatched:
            named = ", ".join(test for test in tests if test in unwatched)
            text = (
                "What has to fail before a test does not, or changes what your own solution gives"
            )
            notes = (*notes, f"{text}: nothing watches {named}.")
        if self._planned.kernel.get("language") in SHELLS:
            notes = (
                *notes,
                *told_of_undecided({it.test: it.source for it in self._cells if it.test}),
            )
        return replace(
            self._planned,
            unwatched=frozenset(unwatched),
            beside=dict.fromkeys(tests, "it is not in this Python"),
            slowest=max(plain.seconds, default=0.0),
            lost=lost,
            notes=notes,
        )

    def _agreed(
        self, plain: Run, wanted: list[object], judged: set[str]
    ) -> tuple[Plan, Run, tuple[str, ...]]:
        """Find a plan by which each cell gives what is wanted.

        Returns
        -------
        tuple
            The plan, what running the solution by it gave, and what there is to say of it.
        """
        possible = set(judged)
        unwatched: set[str] = set()
        planned = replace(self._planned, modules=_modules(plain))

        def tried() -> tuple[Plan, Run, list[int]]:
            chosen = replace(planned, judged=frozenset(judged), unwatched=frozenset(unwatched))
            done = run(Job(self._cells, self._settings, plan=chosen))
            got = zip(self._cells, self._verdicts(done), wanted, strict=True)
            differ = [
                n
                for n, (cell, one, other) in enumerate(got)
                if one != other or cell.test in done.differing
            ]
            return chosen, done, differ

        for rounds in itertools.count():
            judged = self._closed(judged)
            found, done, differ = tried()
            if not differ:
                break
            if done.differing:
                judged -= done.differing.keys()
                self._beside |= {
                    test: f"{names[0]} is another in the notebook by then"
                    for test, names in done.differing.items()
                }
                continue
            if rounds >= _MOST_ROUNDS:
                judged, unwatched = set(), set(self._helpers)
            if rounds > _MOST_ROUNDS or not self._retreat(differ[0], done, judged, unwatched):
                what = self._cells[differ[0]].test or f"code cell {differ[0] + 1}"
                said = f"Your own solution does not give the same each time it is run: see {what}."
                return found, done, (said,)
        for test in [cell.test for cell in self._cells if cell.test in possible - judged]:
            before, judged = judged, judged | {test}  # another one may have been the reason
            if self._closed(judged) == judged:
                again = tried()
                if not again[2]:
                    found, done, _ = again
                    continue
            judged = before
        return found, done, ()

    @property
    def _files(self) -> dict[str, bytes]:
        return self._planned.files

    def _plainly(self) -> Run:
        """Run the notebook as a kernel does."""
        cells = tuple(Cell(cell.source) for cell in self._cells)
        if not self._planned.kernel:
            cells = (*cells, Cell(_MODULES))
        bare = Plan(files=self._files, kernel=self._planned.kernel)
        traced = bool(self._files) and not self._planned.kernel
        return run(Job(cells, self._settings, plan=bare, traced=traced))

    def _verdicts(self, done: Run) -> list[object]:
        """Return what each cell gives: the points of a test, and the errors of any."""
        return [
            (
                score(outputs, self._planned.points[cell.test]) if cell.test else 0.0,
                [output["ename"] for output in outputs if output["output_type"] == "error"],
            )
            for cell, outputs in zip(self._cells, done.outputs, strict=False)
        ]

    def _closed(self, judged: set[str]) -> set[str]:
        """Return the tests that can be judged apart if no others than these are.

        What a test beside the learner's code defines, the learner can change: the judge never asks
        for it, so that whatever uses it has to run there too.
        """
        known = set().union(*map(defined, self._planned.setup))
        while True:
            lost = set().union(*(self._helpers[test] for test in self._helpers.keys() - judged))
            lost -= known.union(self._planned.answers, *(self._helpers[test] for test in judged))
            apart = {
                cell.test
                for cell in self._cells
                if cell.test in judged and used(cell.source) & lost
            }
            if not apart:
                return judged
            self._beside |= dict.fromkeys(apart, "it uses what a test beside it defines")
            judged = judged - apart

    def _retreat(self, place: int, done: Run, judged: set[str], unwatched: set[str]) -> bool:
        """Let tests be nearer to the learner's code, because a cell gives something else by it.

        Returns
        -------
        bool
            Whether there is another way.
        """
        cell = self._cells[place]
        errors = [it for it in done.outputs[place] if it["output_type"] == "error"]
        gives = _said(errors[0]) if errors else "something else"
        if "'Stranger'" in gives:  # what stands for it where the test is judged
            gives = "an error, because what it asks for is no plain data"
        if cell.test in judged:
            judged.remove(cell.test)
            self._beside[cell.test] = f"judged apart, it gives {gives}"
            return True
        names = (used(cell.source) | self._helpers.get(cell.test, set())) - set(dir(builtins))
        before = [it for it in self._cells[:place] if it.test in judged]
        shares = {it.test for it in before if names & (used(it.source) | self._helpers[it.test])}
        if before:
            moved = shares or {it.test for it in before}
            later = f"test {cell.test}" if cell.test else f"code cell {place + 1}"
            self._beside |= dict.fromkeys(moved, f"without it, {later} gives {gives}")
            judged -= moved
            return True
        watched = {it.test for it in self._cells[: place + 1] if it.test} - unwatched
        first = {cell.test} & watched
        unwatched |= first or watched
        return bool(watched)

    def _lost(self, done: Run) -> dict[str, str]:
        """Return what the solution loses, and why."""
        found = {}
        for cell, outputs in zip(self._cells, done.outputs, strict=False):
            most = self._planned.points.get(cell.test, 0.0)
            got = score(outputs, most)
            if cell.test and got < most:
                errors = [it for it in outputs if it["output_type"] == "error"]
                if errors:
                    found[cell.test] = _said(errors[0]) + _where(errors[0], cell.source)
                elif failed(outputs):
                    found[cell.test] = "something was written to stderr, such as a warning"
                else:
                    found[cell.test] = f"it gives {got:g} of {most:g} points"
        return found

    def _no_numbers(self, done: Run) -> list[str]:
        """Say which tests end with a value that is no number of points."""
        notes = []
        for cell, outputs in zip(self._cells, done.outputs, strict=False):
            results = [it for it in outputs if it["output_type"] == "execute_result"]
            shown = str(results[0]["data"].get("text/plain", "")) if results else ""
            if cell.test and shown in ("True", "False", "np.True_", "np.False_"):
                text = f"The test {cell.test} ends with {shown}, which gives everybody full marks,"
                notes.append(f"{text} whatever it is: let it assert.")
        return notes


def _said(error: dict[str, Any]) -> str:
    """Return what an error says in a line."""
    first = error["evalue"].strip().partition("\n")[0]
    return shown(error_line(error["ename"], first), _MOST_SAID)


def _where(error: dict[str, Any], source: str) -> str:
    """Return which line of a test an error came by, to follow what it says."""
    lines = dict(enumerate(source.split("\n")))
    place = failing_line(error, lines)
    if place is None:
        return ""
    return f", in line {place + 1}: {shown(lines[place].strip(), _MOST_SAID)}"


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
