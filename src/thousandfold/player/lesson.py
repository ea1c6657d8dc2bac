"""Which sliders a lesson has, and their tables: the lines of its cells that matter are run."""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

from thousandfold import datasets
from thousandfold.errors import ExplainedError
from thousandfold.player.table import SIZES, explored
from thousandfold.player.text import written
from thousandfold.writing import write_whole

Tables = dict[str, dict[str, Any]]

_PACKAGE = Path(__file__).parent.parent
_DRAWS_NOTHING = {"room", "facilitation", "commands", "labextension"}
"""Rooms that no picture comes from: tables hold when something changes there."""


@dataclass(frozen=True)
class CodeCell:
    """A code cell of a lesson of ours. It is run: make none of what a learner wrote.

    Attributes
    ----------
    name : str
    source : str
    touch : str
        Where its table comes from if its last line is no ``explore(…)``, such as
        ``"flight.touch:one_decision"``; empty for none.
    """

    name: str
    source: str
    touch: str = ""


def tables_of(
    cells: Sequence[CodeCell],
    keep: Path | None = None,
    *,
    pictures: int | None = None,
    widths: Sequence[str] = tuple(SIZES),
) -> Iterator[tuple[str, Tables | str]]:
    """Draw all that the sliders of a lesson can show.

    Parameters
    ----------
    cells : sequence of CodeCell
        In their order.
    keep : Path, optional
        A folder for tables: what is there is not drawn again until its lines, the package or the
        data sets change. Where it cannot be written, nothing is kept.
    pictures : int, optional
        How many each has at most, as far as its sliders can have fewer places.
    widths : sequence of str, optional
        For which of the `SIZES` they are.

    Yields
    ------
    tuple of (str, dict or str)
        The name of a cell with sliders and its table for each width, or the sentence that says why
        there is none.
    """
    options: dict[str, Any] = {} if pictures is None else {"pictures": pictures}
    if len(widths) < len(SIZES):
        options["widths"] = tuple(widths)
    asked_for = str(options or "")
    before: list[ast.stmt] = []
    for cell in cells:
        lines = _statements(cell.source)
        call = next(filter(None, map(_explores, lines)), None)
        if cell.touch:
            yield cell.name, _kept(keep, f"{cell.touch}{asked_for}", _touched(cell.touch, widths))
        elif call:
            needed = [*map(ast.unparse, _needed(call, [*before, *lines])), ast.unparse(call)]
            yield cell.name, _kept(keep, "\n".join(needed) + asked_for, _explored(needed, options))
        before += lines


def _kept(folder: Path | None, asked: str, draw: Callable[[], Tables]) -> Tables | str:
    """Return what was drawn before of the same lines by the same package, or draw it."""
    digest = hashlib.sha256(f"{_edition()}\n{asked}".encode()).hexdigest()[:32]
    file = None if folder is None else folder / f"{digest}.json"
    if file is not None:
        with suppress(OSError, ValueError):  # not there, or damaged
            return json.loads(file.read_text(encoding="utf-8"))  # type: ignore[no-any-return]
    try:
        made = draw()
    except ExplainedError as error:
        return str(error)
    if file is not None:
        with suppress(ExplainedError):  # it was drawn all the same
            write_whole(file, written(made))
    return made


@cache
def _edition() -> str:
    """Return a digest of all that a picture may depend on."""
    found = hashlib.sha256(f"{version('matplotlib')} {version('numpy')}".encode())
    for folder in (_PACKAGE, datasets.folder()):
        for path in sorted(folder.rglob("*")):
            place = path.relative_to(folder)
            drawn = path.suffix in {".py", ".json", ".toml", ".csv", ".txt"}
            if drawn and place.parts[0] not in _DRAWS_NOTHING:
                found.update(place.as_posix().encode() + path.read_bytes())
    return found.hexdigest()


def _explored(lines: Sequence[str], options: dict[str, Any]) -> Callable[[], Tables]:
    def draw() -> Tables:
        known: dict[str, Any] = {}
        for line in lines[:-1]:
            exec(line, known)  # noqa: S102 - a lesson of ours
        known["explore"] = partial(explored, **options)
        return eval(lines[-1], known)  # type: ignore[no-any-return]  # noqa: S307 - ours

    return draw


def _touched(named: str, widths: Sequence[str]) -> Callable[[], Tables]:
    module, _, function = named.partition(":")

    def draw() -> Tables:
        made: Tables = getattr(import_module(f"thousandfold.{module}"), function)()
        return {name: made[name] for name in made if name not in SIZES or name in widths}

    return draw


def _statements(source: str) -> list[ast.stmt]:
    try:
        return ast.parse(source).body
    except SyntaxError:  # a line for IPython alone
        return []


def _explores(line: ast.stmt) -> ast.Call | None:
    if isinstance(line, ast.Expr) and isinstance(line.value, ast.Call):
        call = line.value
        return call if ast.unparse(call.func) == "explore" else None
    return None


def _needed(call: ast.Call, before: list[ast.stmt]) -> list[ast.stmt]:
    """Return the lines before a call that give it its names, and those that give them theirs."""
    names = _names(call)
    kept: list[ast.stmt] = []
    for line in reversed(before):
        if _bound(line) & names:
            names |= _names(line)
            kept.append(line)
    return kept[::-1]


def _bound(line: ast.stmt) -> set[str]:
    """Return the names that a line gives a value."""
    if isinstance(line, ast.ImportFrom | ast.Import):
        return {alias.asname or alias.name.partition(".")[0] for alias in line.names}
    if isinstance(line, ast.FunctionDef | ast.ClassDef):
        return {line.name}
    return {
        one.id
        for one in ast.walk(line)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
