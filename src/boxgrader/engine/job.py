"""One notebook to run: what it is made of, how it is marked, and what running it gave."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nbformat import NotebookNode

from boxgrader.box.bench import Settings
from boxgrader.engine.cells import code, is_skipped, test_of


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
    imported : tuple of str
        Names that solutions import, and nothing else of the instructor's.
    given : tuple of str
        Names that the instructor's other cells define: where a learner's notebook makes another
        thing of one, tests that are judged apart still see the instructor's.
    again : tuple of str
        Those of them that tests use and several cells define: a cell of these runs again where
        tests are judged when the notebook comes to it.
    own : tuple of str
        Names that tests define, such as a helper that the next test uses: never the learner's.
    unlocked : tuple of tuple
        The instructor's cells that are not locked, each with the names that it defines: where a
        learner has changed one, tests that are judged apart still see the instructor's.
    modules : tuple of str
        What the instructor's solution imports, also by way of others: imported once, and not by
        each submission.
    judged : frozenset of str
        Grade ids of the tests that are judged apart from the learner's code.
    beside : dict of str to str
        Why each of the others is not, by grade id.
    unwatched : frozenset of str
        Grade ids of the tests that run beside it without canary and twin, which would change what
        they find.
    empty : frozenset of str
        Grade ids of the tests for which the solution itself gives something that holds nothing.
    visible : dict of str to str
        What learners see of each test, by grade id.
    defines : dict of str to tuple of str
        The names that this defines, by grade id.
    lost : dict of str to str
        What the instructor's own solution loses, by grade id, and why; it should be empty.
    notes : tuple of str
        What else there is to know of the plan, in sentences.
    slowest : float
        Seconds of the slowest cell of the solution.
    memory : int
        Bytes that the solution used at most.
    files : dict of str to bytes
        What lies beside the instructor's notebook, by relative path.
    kernel : dict
        What starts the kernel of another language, or of another environment's Python (see
        `kernels.kernel_of`); nothing for the Python that this program runs in.
    locked : dict of str to str
        The instructor's cells that stand for whatever a learner has in their place, by grade id.
    points : dict of str to float
        The most that each test gives, by grade id.
    """

    setup: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    imported: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    unlocked: tuple[tuple[str, tuple[str, ...]], ...] = ()
    judged: frozenset[str] = frozenset()
    beside: dict[str, str] = field(default_factory=dict)
    unwatched: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()
    visible: dict[str, str] = field(default_factory=dict)
    defines: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    slowest: float = 0.0
    memory: int = 0
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
        What was handed in beside the notebook, by relative path; it goes before what the
        instructor's plan has of the same name.
    settings : Settings
    plan : Plan
    keep : int
        Bytes of files that the notebook's cells make and that are kept.
    traced : bool
        Whether to say which of the files the notebook's cells have changed.
    """

    cells: tuple[Cell, ...]
    settings: Settings
    files: dict[str, bytes] = field(default_factory=dict)
    plan: Plan = Plan()
    keep: int = 0
    traced: bool = False


@dataclass(frozen=True)
class Reason:
    """Something about a submission that its instructor should know.

    Attributes
    ----------
    kind : str
        ``"ended"``, ``"tampered"``, ``"late"``, ``"input"``, ``"unclear"``, ``"waits"`` (a person
        has to give the points), ``"stderr"``, ``"deleted"``, ``"copied"``, ``"missing"``,
        ``"renamed"``, ``"left"``, ``"replaced"`` (by what was released), ``"broken"``,
        ``"timestamp"``, ``"overdue"``, ``"refused"`` or ``"unable"`` (refused or broken, and why
        is for the instructor alone).
    text : str
        A sentence.
    test : str
        Grade id of the cell, or nothing.
    notebook : str
        The one that it is about; nothing where it is about all that was handed in.

    Examples
    --------
    >>> Reason("waits", "A person has to read the memo.", test="memo").kind
    'waits'
    """

    kind: str
    text: str
    test: str = ""
    notebook: str = ""


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
    changed : list of str
        The files that were there and that the notebook's cells have written to.
    empty : set of str
        Grade ids of the tests that were judged apart and were given something that holds nothing.
    differing : dict of str to list of str
        The given names that were something else in the notebook than where a test was judged, by
        its grade id.
    cpu : float
        Seconds that the learner's processes computed.
    memory : int
        Bytes that its first process used at most.
    seconds : list of float
        How long each cell took.
    language : dict
        What another kernel says of its language, in the form of nbformat; nothing for Python.
    """

    outputs: list[list[dict[str, Any]]] = field(default_factory=list)
    counts: list[int | None] = field(default_factory=list)
    late: list[int] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    empty: set[str] = field(default_factory=set)
    differing: dict[str, list[str]] = field(default_factory=dict)
    cpu: float = 0.0
    memory: int = 0
    seconds: list[float] = field(default_factory=list)
    language: dict[str, Any] = field(default_factory=dict)


def cells_of(notebook: NotebookNode) -> tuple[Cell, ...]:
    """Return the code cells of a notebook as they are run."""
    return tuple(
        Cell("" if is_skipped(cell) else cell.source, test_of(cell)) for cell in code(notebook)
    )
