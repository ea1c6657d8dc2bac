"""What learners answered in the notebooks that they handed in, as plain values.

A notebook is run in the grader's box, and its last cell prints the answers; where this machine has
no box, or a run gives none, answers are read as they are written. What a learner's process prints
is data of a stranger: it is parsed within bounds, and changes nothing but the learner's own sheet.
"""

from __future__ import annotations

import ast
import json
import math
import os
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import Cell
from thousandfold.facilitation.viva import Answers
from thousandfold.teaching.numbers_for import numbers_for

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from boxgrader import Marks

_NAME = "my_name"
_TOLD = "viva"  # grade id of the cell that prints
_MOST_LETTERS = 50_000  # of all answers of one learner
_MOST_TEXT = 2_000  # letters of an answer that is a text
_MOST_ROWS = 200
_DEEPEST = 4
_LARGEST = 1e15
_MOST_SOURCE = 200_000  # letters of a cell whose answers are read as they are written
_SECONDS = 60.0  # for a cell
_WHOLE = 300.0  # for a notebook

# Runs last, among whatever a learner's notebook has left: it can spoil their own sheet alone.
_TELL = """
def _viva(value, depth=0):
    kind = type(value).__name__
    if value is None or isinstance(value, bool) or depth > {deepest}:
        return value if isinstance(value, bool) else None
    if isinstance(value, str):
        return str(value)[:{text}]
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        rows = list(value.items())[:{rows}]
        return {{str(key)[:{text}]: _viva(it, depth + 1) for key, it in rows}}
    if isinstance(value, (list, tuple)):
        return [_viva(it, depth + 1) for it in value[:{rows}]]
    try:
        number = float(value)
    except Exception:
        return None
    if not abs(number) <= {largest}:
        return None
    return int(number) if number == int(number) and isinstance(value, int) else number

_told = {{}}
for _name in {names}:
    try:
        _told[_name] = _viva(globals().get(_name))
    except Exception:
        _told[_name] = None
import json as _json
print(_json.dumps(_told))
"""


@dataclass(frozen=True)
class Asks:
    """What an exercise asks for.

    Attributes
    ----------
    names : tuple of str
        Its answers, as learners have to name them.
    drawn : mapping of str to sequence
        What it draws from a learner's name, and among which values.
    """

    names: tuple[str, ...]
    drawn: Mapping[str, Sequence[Any]]

    def mine(self, name: object) -> SimpleNamespace:
        """Return the numbers of a name; none where it is no name."""
        try:
            return numbers_for(name, **self.drawn)  # type: ignore[arg-type]
        except ExplainedError:
            return SimpleNamespace()


@dataclass(frozen=True)
class Learner:
    """What is known of a learner.

    Attributes
    ----------
    name : str
        Of their folder in submitted/.
    answers : Answers
    why : str
        Why nothing of theirs could be read, as a sentence; nothing where it was.
    note : str
        What else whoever holds the talk should know, as a sentence.
    """

    name: str
    answers: Answers = field(default_factory=Answers)
    why: str = ""
    note: str = ""


def asked_in(cells: Iterable[Cell]) -> Asks:
    """Return what an exercise asks for.

    Parameters
    ----------
    cells : iterable of Cell
        Of its notebook as learners get it.
    """
    names: dict[str, None] = {}
    drawn: dict[str, Sequence[Any]] = {}
    for cell in cells:
        marks = cell.metadata.get("nbgrader")
        solution = isinstance(marks, dict) and marks.get("solution") and cell.kind == "code"
        for node in ast.walk(parsed(cell.source)) if solution else ():
            if isinstance(node, ast.Assign) and _is_open(node.value):
                names.update(dict.fromkeys(_targets(node)))
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "numbers_for":
                drawn |= {
                    it.arg: ast.literal_eval(it.value) for it in node.keywords if it.arg is not None
                }
    return Asks(tuple(names), drawn)


def read_learners(
    folder: Path, assignment: str, asks: Asks, students: Collection[str] = ()
) -> list[Learner]:
    """Return what everybody answered; one who cannot be read stops nobody.

    Parameters
    ----------
    folder : Path
        The course, with ``submitted/``.
    assignment : str
        The exercise, as its folder is called.
    asks : Asks
    students : collection of str, optional
        Only these.

    Raises
    ------
    GraderError
        If the course cannot be read, or one of those who are named handed in nothing.
    ExplainedError
        If nobody handed in anything.
    """
    from boxgrader.nbgrader_course.course import course_directory
    from boxgrader.nbgrader_course.finding import found
    from boxgrader.nbgrader_course.selection import chosen

    course = course_directory(folder)
    course.assignment_id = assignment
    works = chosen(students, found(course), assignment)
    if not works:
        where = course.format_path(course.submitted_directory, "NAME", assignment)
        raise ExplainedError(
            f"nobody handed in {assignment}: submissions belong in {where}. Collect them, or name "
            "the folder of the course with --course"
        )
    notebooks = {work.student: _notebook(work, course.ignore) for work in works}
    run = _run(
        course, {name: it for name, it in notebooks.items() if not isinstance(it, str)}, asks
    )
    return [_learner(name, it, run.get(name), asks) for name, it in notebooks.items()]


def answers_of(values: Mapping[str, Any], asks: Asks, folder: str) -> Answers:
    """Return answers with the numbers of the name that somebody wrote, or of their folder."""
    drawn = (asks.mine(name) for name in (values.get(_NAME), folder, "Ann Example"))
    return Answers(values, next((it for it in drawn if vars(it)), SimpleNamespace()))


def last_cell(asks: Asks) -> str:
    """Return the code that prints the answers, to be run after a learner's own."""
    return _TELL.format(
        names=repr(asks.names),
        text=_MOST_TEXT,
        rows=_MOST_ROWS,
        deepest=_DEEPEST,
        largest=_LARGEST,
    )


def told(text: str, names: Collection[str]) -> dict[str, Any]:
    r"""Return answers from what a notebook's last cell printed: plain values, within bounds.

    Examples
    --------
    >>> told('{"squad": 7, "circle": NaN, "other": 1}', ["squad", "circle"])
    {'squad': 7}
    """
    if len(text) > _MOST_LETTERS:
        return {}
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if type(values) is not dict:
        return {}
    plain = {name: _plain(values.get(name)) for name in names}
    return {name: value for name, value in plain.items() if value is not None}


def written(sources: Iterable[str], names: Collection[str]) -> dict[str, Any]:
    """Return answers that are written as they are, such as ``squad = 7``; nothing is run.

    Parameters
    ----------
    sources : iterable of str
        Cells of a learner's notebook; the last that says something of an answer counts.
    names : collection of str
    """
    values: dict[str, Any] = {}
    for source in sources:
        for node in parsed(source).body:
            if not isinstance(node, ast.Assign) or len(node.targets) != 1:
                continue
            targets = _targets(node)
            if not targets:
                continue
            try:
                value = ast.literal_eval(node.value)
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                values |= dict.fromkeys(targets)
                continue
            several = isinstance(node.targets[0], ast.Tuple)
            if several and (type(value) not in (tuple, list) or len(value) != len(targets)):
                continue
            values |= zip(targets, value if several else [value], strict=True)
    plain = {name: _plain(values.get(name)) for name in names}
    return {name: value for name, value in plain.items() if value is not None}


def parsed(source: str) -> ast.Module:
    """Return a cell as Python reads it; nothing where it is too long, or no Python."""
    try:
        return ast.parse(source if len(source) <= _MOST_SOURCE else "")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return ast.Module([], [])


def _notebook(work: Any, ignore: Collection[str]) -> NotebookNode | str:
    """Return a learner's notebook, or why it cannot be read."""
    from boxgrader.errors import Refused
    from boxgrader.nbgrader_course import submissions
    from boxgrader.nbgrader_course.matching import match
    from boxgrader.nbgrader_course.reading import check_folder

    try:
        if work.refusal:
            raise Refused(work.refusal)
        check_folder(Path(work.folder), inside=work.top)
        found = match(Path(work.folder), [work.assignment], ignore).notebooks
        if work.assignment not in found:
            raise Refused(f"there is no {work.assignment}.ipynb in what was handed in.")
        return submissions.read(found[work.assignment], inside=work.top)
    except Refused as refused:
        text = str(refused)
        return text[:1].upper() + text[1:]
    except OSError as error:
        return f"It cannot be read: {error.strerror}."


def _run(course: Any, notebooks: Mapping[str, NotebookNode], asks: Asks) -> dict[str, Any]:
    """Return what each notebook's last cell printed, or why it was not run; never outside a box."""
    if not notebooks:
        return {}
    if sys.platform != "linux":
        return dict.fromkeys(notebooks, _NO_BOX)
    from boxgrader import BoxError, GraderError, Plan, mark
    from boxgrader.box.namespaces import why_not
    from boxgrader.engine.executors import executor
    from boxgrader.nbgrader_course.assignment import grader

    if why_not():
        return dict.fromkeys(notebooks, _NO_BOX)
    lines = last_cell(asks)
    plan = Plan(points={_TOLD: 0.0}, unwatched=frozenset({_TOLD}))
    try:
        settings = _settings(grader(Path(course.root), course.assignment_id).settings(), course)
        workers = min(os.cpu_count() or 1, len(notebooks))
        with executor(settings, workers, "", len(notebooks)) as (pool, _):
            running = {
                name: pool.submit(mark, _to_run(it, lines), plan, settings=settings)
                for name, it in notebooks.items()
            }
            return {name: _printed(it.result()) for name, it in running.items()}
    except BoxError:
        return dict.fromkeys(notebooks, _NO_BOX)
    except GraderError as error:
        return dict.fromkeys(notebooks, ExplainedError(str(error)))


_NO_BOX = ExplainedError("this machine has no box for learners' code")


def _settings(settings: Any, course: Any) -> Any:
    """Return how notebooks are run: as for grading, in less time, and without these lines."""
    from dataclasses import replace

    hidden = (*settings.hidden, str(Path(course.root, "facilitator")))
    return replace(
        settings,
        timeout=min(settings.timeout, _SECONDS),
        whole=min(settings.whole, _WHOLE),
        hidden=hidden,
    )


def _to_run(notebook: NotebookNode, lines: str) -> NotebookNode:
    """Return a learner's code without the tests, and what prints the answers after it."""
    from nbformat.v4 import new_code_cell, new_notebook

    marks = {"grade": True, "locked": True, "solution": False, "schema_version": 3, "points": 0}
    last = {"nbgrader": {**marks, "cell_type": "code", "grade_id": _TOLD}}
    cells = [new_code_cell(source) for source in _sources(notebook)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python"}}
    made: NotebookNode = new_notebook(
        cells=[*cells, new_code_cell(lines, metadata=last)], metadata=kernel
    )
    return made


def _sources(notebook: NotebookNode) -> list[str]:
    """Return the code of a learner's notebook, without cells that are tests."""
    from boxgrader.engine.cells import code, test_of

    return [cell.source for cell in code(notebook) if not test_of(cell)]


def _printed(marks: Marks) -> str:
    """Return the text that the last cell printed."""
    shown = marks.outputs.get(_TOLD, [])
    texts = [str(it["text"]) for it in shown if it.get("name") == "stdout"]
    return "".join(texts)[: _MOST_LETTERS + 1]


def _learner(name: str, notebook: NotebookNode | str, run: Any, asks: Asks) -> Learner:
    if isinstance(notebook, str):
        return Learner(name, answers_of({}, asks, name), notebook)
    values = told(run, asks.names) if isinstance(run, str) else {}
    note = ""
    if not values:
        values = written(_sources(notebook), asks.names)
        reason = str(run) if isinstance(run, ExplainedError) else "the run of it gave no answers"
        note = f"Read as it is written, not run: {reason}."
    why = "" if set(values) - {_NAME} else "Nothing is answered in it that could be read."
    return Learner(name, answers_of(values, asks, name), why, "" if why else note)


def _plain(value: Any, depth: int = 0) -> Any:
    """Return a value that a page can show and a model can be asked about, or None."""
    if depth > _DEEPEST:
        return None
    if type(value) is bool:
        return value
    if type(value) in (int, float):
        return value if abs(value) <= _LARGEST and math.isfinite(value) else None
    if type(value) is str:
        return value if len(value) <= _MOST_TEXT and value.strip(" .…") else None
    if type(value) in (list, tuple):
        return [_plain(it, depth + 1) for it in value[:_MOST_ROWS]]
    if type(value) is dict:
        rows = list(value.items())[:_MOST_ROWS]
        return {str(key)[:_MOST_TEXT]: _plain(it, depth + 1) for key, it in rows if _is_key(key)}
    return None


def _is_key(key: Any) -> bool:
    return type(key) is str or (type(key) in (int, float) and abs(key) <= _LARGEST)


def _targets(node: ast.Assign) -> list[str]:
    first = node.targets[0]
    names = first.elts if isinstance(first, ast.Tuple) else [first]
    found = [it.id for it in names if isinstance(it, ast.Name)]
    return found if len(found) == len(names) else []


def _is_open(value: ast.expr) -> bool:
    """Say whether a value is where an answer goes: dots, in a table or a list or alone."""
    return any(
        isinstance(it, ast.Constant) and (it.value is ... or it.value == "...")
        for it in ast.walk(value)
    )
