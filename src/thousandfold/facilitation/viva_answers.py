"""What learners answered, as plain values: from what their notebook prints, or as it is written.

What a learner's process prints is data of a stranger: it is parsed within bounds, and changes
nothing but the learner's own sheet. Nothing is run here.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import Cell
from thousandfold.facilitation.viva import Answers
from thousandfold.teaching.numbers_for import numbers_for

_NAME = "my_name"
MOST_LETTERS = 50_000
"""Of all answers of one learner that a process prints."""

_MOST_TEXT = 2_000  # letters of an answer that is a text
_MOST_ROWS = 200
_DEEPEST = 4
_LARGEST = 1e15
_MOST_SOURCE = 200_000  # letters of a cell whose answers are read as they are written

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


def learner_of(name: str, sources: Sequence[str], run: str | ExplainedError, asks: Asks) -> Learner:
    """Return what a learner answered.

    Parameters
    ----------
    name : str
        Of their folder.
    sources : sequence of str
        The code of their notebook, cell by cell.
    run : str or ExplainedError
        What its last cell printed, or why it was not run.
    asks : Asks
    """
    values = told(run, asks.names) if isinstance(run, str) else {}
    note = ""
    if not set(values) - {_NAME}:
        values = written(sources, asks.names)
        reason = str(run) if isinstance(run, ExplainedError) else "the run of it gave no answers"
        note = f"Read as it is written, not run: {reason}."
    why = "" if set(values) - {_NAME} else "Nothing is answered in it that could be read."
    if not why and not vars(asks.mine(values.get(_NAME))):
        note += (
            " They wrote no name that draws anything: the numbers are those of their folder's name."
        )
    return Learner(name, answers_of(values, asks, name), why, "" if why else note.strip())


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
    if len(text) > MOST_LETTERS:
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


def _plain(value: Any, depth: int = 0) -> Any:
    """Return a value that a page can show and a model can be asked about, or None."""
    if depth > _DEEPEST:
        return None
    if type(value) is bool:
        return value
    if type(value) in (int, float):
        return value if abs(value) <= _LARGEST else None  # NaN is not, either
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
