"""Run one submission's notebook, cell by cell, and say what happened.

This is the task that an executor is given: a thread here, or a Dask worker on another machine. The
process it runs in never runs a learner's code; it talks to one that does, on a bench.

A test whose answers are plain data is judged where the learner's code is not (see `judge`). Which
these are is found out once, on the instructor's own solution (see `planning`). Any other test runs
beside the learner's code, after a canary: something that has to fail, with a number that nobody
can know. Who makes it pass, has tampered. A test with an assertion has also a negated twin, run in
a fork: when both pass, whoever ran them does not run what they are told. In another kernel every
test runs beside, and only a canary watches it.

A notebook finds in its names what the tests before it have left there, as in a kernel: of a test
that was judged apart, what learners can see of it is run once more where a later cell asks for it.
"""

from __future__ import annotations

import ast
import base64
import random
import re
import time
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from boxgrader.box import bench
from boxgrader.box.bench import Bench
from boxgrader.box.judge import used
from boxgrader.box.session import EndedError, Session
from boxgrader.engine.canaries import Canary, as_tests_fail, canary
from boxgrader.engine.job import Cell, Job, Reason, Run
from boxgrader.engine.outputs import Outputs, error_output, failed, sent
from boxgrader.engine.points import score
from boxgrader.errors import BoxError

_NOT_RUN = "This cell was not run: the notebook stopped at an earlier one, which says why."
_START_SECONDS = 150  # for a kernel
_GRACE = 5.0  # seconds beyond a cell's own time until its process is given up
_ASKED = "StdinNotImplementedError"  # as every kernel of Jupyter's in Python says it
_WORD = re.compile(r"[^\W\d]\w*")


def run(job: Job) -> Run:
    """Run a notebook.

    Raises
    ------
    BoxError
        If this machine gives no box, or the notebook's kernel does not start in it.
    """
    settings, kernel = job.settings, job.plan.kernel
    if kernel:
        settings = replace(settings, readable=(*settings.readable, *kernel["readable"]), modules=())
    place = bench.take(settings)
    try:
        place.release(job.plan.files)
        place.load(job.plan.modules)
        done = _Notebook(job, place).run()
    except BaseException:
        place.close()
        raise
    bench.give_back(place)
    return done


class _Notebook:
    """One notebook on a bench."""

    def __init__(self, job: Job, place: Bench) -> None:
        self._job = job
        self._bench = place
        self._done = Run()
        self._left = job.settings.whole
        self._count = 1
        self._dead = ""
        self._outputs = Outputs()
        self._unseen: dict[str, list[str]] = {}  # tests that define a name and ran elsewhere
        self._passed: list[str] = []  # the instructor's cells since the last test that was judged

    def run(self) -> Run:
        job = self._job
        self._learner = self._bench.open(kernel=bool(job.plan.kernel))
        self._judge: Session | None = None
        try:
            if job.plan.kernel:
                self._start_kernel()
            if job.files:
                self._ask(self._learner, {"do": "files", "files": _encoded(job.files)}, 30)
            if job.traced:
                self._ask(self._learner, {"do": "trace"}, 30)
            for cell in job.cells:
                start = time.monotonic()
                self._cell(cell)
                self._done.seconds.append(time.monotonic() - start)
            if job.keep and not self._dead:
                self._gather()
            if job.traced and not self._dead:
                self._done.changed = self._ask(self._learner, {"do": "changed"}, 30)["changed"]
        except EndedError as error:
            self._end(str(error))
            for _ in job.cells[len(self._done.outputs) :]:
                self._show(self._dead_output(), None)
        finally:
            self._learner.close()
            if self._judge:
                self._judge.close()
        self._done.memory = self._learner.memory
        self._done.cpu = self._learner.cpu + (self._judge.cpu if self._judge else 0.0)
        return self._done

    def _start_kernel(self) -> None:
        name = self._job.plan.kernel["display_name"]
        try:
            message = {"do": "kernel", "kernel": self._job.plan.kernel}
            reply = self._ask(self._learner, message, _START_SECONDS)
        except EndedError as error:  # not one submission's fault: nobody is graded
            reply = {"error": error}
        if "error" in reply:
            raise BoxError(
                f"The kernel {name} does not start in the box ({reply['error']}). Install what it "
                "lacks, name the folders that it needs in c.BoxedAutograde.readable, or raise "
                "--memory."
            )
        self._done.language = reply["language"]

    def _cell(self, cell: Cell) -> None:
        if not cell.source.strip():
            self._show([], None)
            return
        if self._dead:
            self._show(self._dead_output(), None)
            return
        try:
            if cell.test and cell.test in self._job.plan.judged:
                reply = self._judged(cell)
            elif cell.test:
                reply = self._tested(cell)
            else:
                reply = self._plainly(cell)
        except EndedError as error:
            self._end(str(error), cell)
            self._show(self._dead_output(), None)
            return
        if reply.get("late"):
            self._done.late.append(len(self._done.outputs))
            seconds = self._job.settings.timeout
            text = f"{self._here(cell)} was stopped after {seconds:g} seconds."
            self._reason("late", text, cell.test)
        if any(output.get("ename") == _ASKED for output in sent(reply)):
            text = f"{self._here(cell)} asked for input, and nobody is there to answer."
            self._reason("input", text, cell.test)
        self._show(self._outputs.of(reply), self._count)
        self._count += 1

    def _plainly(self, cell: Cell) -> dict[str, Any]:
        self._leave_what_tests_define(cell)
        if cell.source in self._job.plan.setup:
            self._passed.append(cell.source)
        return self._run_in(self._learner, cell.source)

    def _leave_what_tests_define(self, cell: Cell) -> None:
        """Run what learners see of earlier tests, where a cell looks up a name that they define."""
        mentioned = self._unseen.keys() & set(_WORD.findall(cell.source))
        if not mentioned:
            return
        question = {"do": "loads", "source": cell.source, "names": sorted(mentioned)}
        found = self._ask(self._learner, question, self._job.settings.timeout).get("names")
        wanted = mentioned & {name for name in _listed(found) if type(name) is str}
        tests = dict.fromkeys(test for name in sorted(wanted) for test in self._unseen[name])
        for test in tests:
            self._run_in(self._learner, self._job.plan.visible[test])
        self._unseen = {
            name: left
            for name, among in self._unseen.items()
            if (left := [test for test in among if test not in tests])
        }

    def _run_in(self, session: Session, source: str) -> dict[str, Any]:
        timeout = self._job.settings.timeout
        message = {"do": "run", "source": source, "timeout": timeout, "count": self._count}
        return self._ask(session, message, timeout + _GRACE)

    def _tested(self, cell: Cell) -> dict[str, Any]:
        """Run a test beside the learner's code, and look whether that runs what it is told."""
        plan, timeout = self._job.plan, self._job.settings.timeout
        if cell.test in plan.unwatched:
            return self._plainly(cell)
        self._leave_what_tests_define(cell)
        before = canary(plan.kernel.get("language", "python"), cell.source)
        sung = self._watch(before)
        if plan.kernel:
            return self._in_another_kernel(cell, before, sung)
        if not before.fails(sung):
            return self._tampered(cell, "an assertion that has to fail did not fail before it")
        twin = negated(cell.source)
        passed = False
        if twin:
            message = {"do": "twin", "source": twin, "timeout": timeout}
            passed = self._ask(self._learner, message, timeout + _GRACE).get("twin") == "passed"
        reply = self._plainly(cell)
        if passed and not failed(sent(reply)):
            return self._tampered(cell, "it passed, and so did its contrary")
        return reply

    def _watch(self, bird: Canary) -> dict[str, Any]:
        timeout = self._job.settings.timeout
        message = {"do": "canary", "source": bird.source, "timeout": timeout}
        return self._ask(self._learner, message, timeout + _GRACE)

    def _in_another_kernel(
        self, cell: Cell, before: Canary, sung: dict[str, Any]
    ) -> dict[str, Any]:
        """Run a test of which nothing but a canary is known: nobody is blamed who gains nothing."""
        reply = self._plainly(cell)
        if reply.get("late"):
            return reply
        passed = not failed(sent(reply))
        plain = as_tests_fail(self._job.plan.kernel["language"]) if passed else None
        hidden = plain is not None and not plain.fails(self._watch(plain))
        after = before.afterwards(sung)  # this one last: from there on the shell keeps a history
        ended = after is not None and not after.fails(self._watch(after))
        if not passed:
            return reply
        if not before.fails(sung):
            return self._doubtful(cell, before, sung, reply)
        if not ended:
            if hidden:
                return self._tampered(cell, "it passed, and so did what has to fail after it")
            return reply
        text = (
            f"The test {cell.test} ended the shell that it ran in, before it was done: it gives 0. "
            "`exit` in a function does that, `exec`, or `set -e`: use `return`."
        )
        self._reason("ended", text, cell.test)
        return {**reply, "outputs": [*sent(reply), error_output("ShellEnded", text)]}

    def _doubtful(
        self, cell: Cell, before: Canary, sung: dict[str, Any], reply: dict[str, Any]
    ) -> dict[str, Any]:
        if not (before.uses and failed(sent(sung))):
            return self._tampered(cell, "it passed, and so did what has to fail before it")
        text = (
            f"The test {cell.test} checks with {' or '.join(before.uses)}, which here passes "
            "whatever it is told, as a function of that name may: it waits for you to give the "
            "points."
        )
        self._reason("waits", text, cell.test)
        return {**reply, "outputs": [*sent(reply), error_output("Waits", text)]}

    def _tampered(self, cell: Cell, what: str) -> dict[str, Any]:
        text = f"The test {cell.test} was tampered with: {what}."
        self._reason("tampered", text, cell.test)
        return {"outputs": [error_output("TamperedError", text)]}

    def _judged(self, cell: Cell) -> dict[str, Any]:
        """Run a test where the learner's code is not, and carry its questions."""
        timeout = self._job.settings.timeout
        if self._judge is None:
            self._judge = self._open_judge()
        message: dict[str, Any] = {
            "do": "judge", "source": cell.source, "timeout": timeout, "count": self._count,
            "answers": self._job.plan.answers, "own": self._job.plan.own,
            "imported": self._job.plan.imported, "given": self._job.plan.given,
            "again": self._job.plan.again, "passed": self._passed,
        }  # fmt: skip
        most = timeout * (1 + len(self._passed)) + 2 * _GRACE
        self._passed = []
        while "ask" in (reply := self._ask(self._judge, message, most)):
            question = reply["ask"]
            answer = self._ask(self._learner, question, question.get("timeout", timeout) + _GRACE)
            message = {"do": "answer", "answer": answer, "id": reply["id"]}
        for name in self._job.plan.defines.get(cell.test, ()):
            self._unseen.setdefault(name, []).append(cell.test)
        self._doubt(cell, reply)
        return reply

    def _doubt(self, cell: Cell, reply: dict[str, Any]) -> None:
        """Say where a verdict of the judge may not be that of a person."""
        errors = [output.get("ename") for output in sent(reply)]
        strangers = reply["strangers"]
        if "AssertionError" not in errors:  # a function with attributes, such as one with a cache
            strangers = [*strangers, *reply["odd"]]
        if reply["empty"]:
            self._done.empty.add(cell.test)
        told = set().union(*self._done.differing.values())
        if reply["differing"]:
            self._done.differing[cell.test] = reply["differing"]
        most = self._job.plan.points.get(cell.test, 0.0)
        if score(sent(reply), most) < most:
            changed = sorted({*(self._changed_names() & used(cell.source)), *reply["differing"]})
            if strangers:
                what = f"was given what is no plain data ({', '.join(map(str, strangers))})"
            elif changed:
                what = f"uses {', '.join(changed)}, which the learner has changed"
            else:
                return
            text = f"The test {cell.test} {what}, and lost points: it waits for you to give them."
            self._reason("waits", text, cell.test)
        elif reply["empty"] and cell.test not in self._job.plan.empty:
            text = f"The test {cell.test} passed with an answer that holds nothing: such a one"
            self._reason("unclear", f"{text} equals anything in a comparison of arrays.", cell.test)
        elif new := [name for name in reply["differing"] if name not in told]:
            text = f"From {cell.test} on, tests see your {', '.join(new)}, which the learner has"
            text = f"{text} changed; nbgrader shows them the learner's."
            self._reason("unclear", text, cell.test)

    def _changed_names(self) -> set[str]:
        """Return the names that cells of the instructor's define which a learner has changed."""
        there = {cell.source.strip() for cell in self._job.cells}
        cells = self._job.plan.unlocked
        return {name for source, names in cells if source.strip() not in there for name in names}

    def _open_judge(self) -> Session:
        """Fork a judge of a process in which the instructor's cells have run."""
        place = self._bench.for_judges()
        servers = place.judges
        place.release(self._job.plan.files)
        setup = self._job.plan.setup
        key = (place.released, setup)
        if key not in servers:
            timeout = self._job.settings.timeout
            server = place.open(setup=setup, timeout=timeout)
            server.wait(timeout * (1 + len(setup)))
            servers[key] = server
        return servers[key].open()

    def _gather(self) -> None:
        known = [*self._job.files, *self._job.plan.files]
        message = {"do": "gather", "known": known, "most": self._job.keep}
        reply = self._ask(self._learner, message, 30)
        files = reply.get("files")
        files = files if type(files) is dict else {}
        left = self._job.keep
        for name, content in files.items():
            if type(content) is not str or not _harmless(name):
                continue
            try:
                data = base64.b64decode(content, validate=True)
            except ValueError:
                continue
            left -= len(data)
            if left >= 0 and not any(str(above) in files for above in PurePosixPath(name).parents):
                self._done.files[name] = data

    def _ask(self, session: Session, message: dict[str, Any], seconds: float) -> dict[str, Any]:
        if self._left <= 0:
            raise EndedError(f"it ran longer than {self._job.settings.whole:g} seconds in all")
        start = time.monotonic()
        try:
            return session.ask(message, min(seconds, self._left + _GRACE))
        finally:
            self._left -= time.monotonic() - start

    def _end(self, what: str, cell: Cell | None = None) -> None:
        said = f"{what}. What comes after it was not run."
        self._dead = f"The notebook stopped here: {said}"
        place = f" at {_low(self._here(cell))}" if cell else ""
        self._reason("ended", f"The notebook stopped{place}: {said}", cell.test if cell else "")

    def _here(self, cell: Cell) -> str:
        """Say which cell runs now."""
        return f"The test {cell.test}" if cell.test else f"Code cell {len(self._done.outputs) + 1}"

    def _dead_output(self) -> list[dict[str, Any]]:
        """Say at the first cell without a result what happened, and at the others only where."""
        said, self._dead = self._dead, _NOT_RUN
        return [error_output("DeadKernelError", said)]

    def _reason(self, kind: str, text: str, test: str = "") -> None:
        self._done.reasons.append(Reason(kind, text, test))

    def _show(self, outputs: list[dict[str, Any]], count: int | None) -> None:
        self._done.outputs.append(outputs)
        self._done.counts.append(count)


def _low(text: str) -> str:
    return text[0].lower() + text[1:]


def _listed(value: Any) -> list[Any]:
    return value if type(value) is list else []


def _encoded(files: dict[str, bytes]) -> dict[str, str]:
    return {name: base64.b64encode(content).decode() for name, content in files.items()}


def _harmless(name: str) -> bool:
    parts = name.split("/")
    return (
        not name.endswith(".ipynb")
        and len(name) < 200
        and not any(part in ("", ".", "..") or part.startswith(".") for part in parts)
        and all(len(part.encode()) < 200 for part in parts)
        and name.isprintable()
    )


def negated(source: str) -> str:
    """Return a cell with one of its assertions turned into its contrary, or nothing.

    Only an assertion that always runs is turned: one at the top of the cell.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ""
    places = [n for n, node in enumerate(tree.body) if isinstance(node, ast.Assert)]
    if not places:
        return ""
    place = random.SystemRandom().choice(places)
    node = tree.body[place]
    assert isinstance(node, ast.Assert)  # noqa: S101 - for mypy
    node.test = ast.UnaryOp(ast.Not(), node.test)
    return ast.unparse(ast.fix_missing_locations(tree))
