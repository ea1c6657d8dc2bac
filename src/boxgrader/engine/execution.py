"""Run one submission's notebook, cell by cell, and say what happened.

This is the task that an executor is given: a thread here, or a Dask worker on another machine. The
process it runs in never runs a learner's code; it talks to one that does, on a bench.

A test whose answers are plain data is judged where the learner's code is not (see `judge`). Which
these are is found out once, on the instructor's own solution (see `planning`). Any other test runs
beside the learner's code, after a canary: an assertion that has to fail, with a number that nobody
can know. Who makes it pass, has tampered. A test with an assertion has also a negated twin, run in
a fork: when both pass, whoever ran them does not run what they are told.
"""

from __future__ import annotations

import ast
import base64
import random
import secrets
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from boxgrader.box import bench
from boxgrader.box.bench import Bench, EndedError, Session, Settings
from boxgrader.engine.outputs import Outputs, error_output, failed, sent
from boxgrader.errors import BoxError

_NOT_RUN = "This cell was not run: the notebook stopped at an earlier one, which says why."
_START_SECONDS = 150  # for the kernel of another language
_GRACE = 5.0  # seconds beyond a cell's own time until its process is given up


@dataclass(frozen=True)
class Cell:
    """A code cell to run.

    Attributes
    ----------
    source : str
    test : str
        Grade id, if the cell is a test that gives points; else nothing.
    """

    source: str
    test: str = ""


@dataclass(frozen=True)
class Plan:
    """How learners' notebooks of one assignment are marked; made of the instructor's.

    Attributes
    ----------
    setup : tuple of str
        The instructor's cells that are neither solution nor test, and the imports of solutions.
    answers : tuple of str
        Names that solutions define: always the learner's.
    own : tuple of str
        Names that tests define, such as a helper that the next test uses: never the learner's.
    modules : tuple of str
        What the instructor's solution imports, also by way of others: imported once, and not by
        each submission.
    judged : frozenset of str
        Grade ids of the tests that are judged apart from the learner's code.
    files : dict of str to bytes
        What lies beside the instructor's notebook, by relative path.
    kernel : dict
        What starts the kernel of another language (see `kernels.kernel_of`); nothing for Python.
    locked : dict of str to str
        The instructor's cells that stand for whatever a learner has in their place, by grade id.
    points : dict of str to float
        The most that each test gives, by grade id.
    """

    setup: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    judged: frozenset[str] = frozenset()
    files: dict[str, bytes] = field(default_factory=dict)
    kernel: dict[str, Any] = field(default_factory=dict)
    locked: dict[str, str] = field(default_factory=dict)
    points: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """One notebook to run.

    Attributes
    ----------
    cells : tuple of Cell
        Its code cells, in order, tests as the instructor wrote them.
    files : dict of str to bytes
        What lies beside the notebook, by relative path.
    settings : Settings
    plan : Plan
    keep : int
        Bytes of files that the notebook's cells make and that are kept.
    """

    cells: tuple[Cell, ...]
    settings: Settings
    files: dict[str, bytes] = field(default_factory=dict)
    plan: Plan = Plan()
    keep: int = 0


@dataclass(frozen=True)
class Reason:
    """Something about a submission that its instructor should know.

    Attributes
    ----------
    kind : str
        ``"ended"``, ``"tampered"``, ``"late"``, ``"unclear"``, ``"deleted"``, ``"copied"``,
        ``"missing"``, ``"renamed"``, ``"left"``, ``"broken"``, ``"timestamp"`` or ``"refused"``.
    text : str
        A sentence.
    test : str
        Grade id of the cell, or nothing.
    """

    kind: str
    text: str
    test: str = ""


@dataclass
class Run:
    """What running a notebook gave.

    Attributes
    ----------
    outputs : list of list of dict
        The outputs of each cell, as nbformat has them.
    counts : list of int or None
        The number that each cell had when it ran.
    late : list of int
        Places of the cells that were stopped because they took too long.
    reasons : list of Reason
    files : dict of str to bytes
        What the notebook's cells have written.
    cpu : float
        Seconds that the learner's processes computed.
    language : dict
        What another kernel says of its language, in the form of nbformat; nothing for Python.
    """

    outputs: list[list[dict[str, Any]]] = field(default_factory=list)
    counts: list[int | None] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    cpu: float = 0.0
    language: dict[str, Any] = field(default_factory=dict)


def run(job: Job) -> Run:
    """Run a notebook.

    Raises
    ------
    BoxError
        If this machine gives no box, or the notebook's kernel does not start in it.
    """
    place = bench.take(job.settings)
    try:
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

    def run(self) -> Run:
        job = self._job
        self._learner = self._bench.open(folder=self._bench.folder())
        self._judge: Session | None = None
        try:
            if job.plan.kernel:
                self._start_kernel()
            if job.files:
                self._ask(self._learner, {"do": "files", "files": _encoded(job.files)}, 30)
            for cell in job.cells:
                self._cell(cell)
            if job.keep and not self._dead:
                self._gather()
        except EndedError as error:
            self._end(str(error))
            for _ in job.cells[len(self._done.outputs) :]:
                self._show(self._dead_output(), None)
        finally:
            self._learner.close()
            if self._judge:
                self._judge.close()
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
                f"The kernel {name} does not start in the box ({reply['error']}). Name the folders "
                "that it needs in c.BoxedAutograde.readable, or raise --memory."
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
            self._end(str(error), cell.test)
            self._show(self._dead_output(), None)
            return
        if reply.get("late"):
            self._done.late.append(len(self._done.outputs))
            seconds = self._job.settings.timeout
            self._reason("late", f"A cell was stopped after {seconds:g} seconds.", cell.test)
        self._show(self._outputs.of(reply), self._count)
        self._count += 1

    def _plainly(self, cell: Cell) -> dict[str, Any]:
        return self._run_in(self._learner, cell.source)

    def _run_in(self, session: Session, source: str) -> dict[str, Any]:
        timeout = self._job.settings.timeout
        message = {"do": "run", "source": source, "timeout": timeout, "count": self._count}
        return self._ask(session, message, timeout + _GRACE)

    def _tested(self, cell: Cell) -> dict[str, Any]:
        """Run a test beside the learner's code, and look whether that runs what it is told."""
        if self._job.plan.kernel:  # assertions are Python's
            return self._plainly(cell)
        nonce = secrets.token_hex(16)
        canary = self._run_in(self._learner, f"assert len('{nonce}') == 31, '{nonce}'")
        shown = [(output.get("ename"), output.get("evalue")) for output in sent(canary)]
        if shown != [("AssertionError", nonce)]:
            return self._tampered(cell, "an assertion that has to fail did not fail before it")
        twin = negated(cell.source)
        passed = False
        if twin:
            timeout = self._job.settings.timeout
            message = {"do": "twin", "source": twin, "timeout": timeout}
            passed = self._ask(self._learner, message, timeout + _GRACE).get("twin") == "passed"
        reply = self._plainly(cell)
        if passed and not any(output.get("output_type") == "error" for output in sent(reply)):
            return self._tampered(cell, "it passed, and so did its contrary")
        return reply

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
        }  # fmt: skip
        while "ask" in (reply := self._ask(self._judge, message, timeout + 2 * _GRACE)):
            question = reply["ask"]
            answer = self._ask(self._learner, question, question.get("timeout", timeout) + _GRACE)
            message = {**answer, "id": reply["id"]}
        if reply.get("strangers") and failed(self._outputs.of(reply)):
            what = ", ".join(map(str, reply["strangers"]))
            text = f"{what} is no plain data, and the test {cell.test} failed: judge it yourself."
            self._reason("unclear", text, cell.test)
        return reply

    def _open_judge(self) -> Session:
        """Fork a judge of a process in which the instructor's cells have run."""
        place = self._bench.for_judges()
        servers = place.judges
        key = self._job.plan.setup
        if key not in servers:
            timeout = self._job.settings.timeout
            files = _encoded(self._job.plan.files)
            folder = place.folder()
            server = place.open(setup=key, timeout=timeout, folder=folder, files=files)
            server.wait(timeout * (1 + len(key)))
            servers[key] = server
        return servers[key].open()

    def _gather(self) -> None:
        message = {"do": "gather", "known": list(self._job.files), "most": self._job.keep}
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
        import time

        if self._left <= 0:
            raise EndedError(f"it ran longer than {self._job.settings.whole:g} seconds in all")
        start = time.monotonic()
        try:
            return session.ask(message, min(seconds, self._left + _GRACE))
        finally:
            self._left -= time.monotonic() - start

    def _end(self, what: str, test: str = "") -> None:
        self._dead = f"The notebook stopped here: {what}. What comes after it was not run."
        self._reason("ended", self._dead, test)

    def _dead_output(self) -> list[dict[str, Any]]:
        """Say at the first cell without a result what happened, and at the others only where."""
        said, self._dead = self._dead, _NOT_RUN
        return [error_output("DeadKernelError", said)]

    def _reason(self, kind: str, text: str, test: str = "") -> None:
        self._done.reasons.append(Reason(kind, text, test))

    def _show(self, outputs: list[dict[str, Any]], count: int | None) -> None:
        self._done.outputs.append(outputs)
        self._done.counts.append(count)


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
