"""Which sliders a lesson has, and their tables: the lines of its cells that matter are run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from thousandfold.errors import ExplainedError
from thousandfold.player.table import explored

Tables = dict[str, dict[str, Any]]


def tables_of(cells: Mapping[str, str]) -> Iterator[tuple[str, Tables | str]]:
    """Draw all that the sliders of a lesson can show.

    Parameters
    ----------
    cells : mapping of str to str
        Name and source of each code cell, in order. They are run: give nobody's but ours.

    Yields
    ------
    tuple of (str, dict or str)
        The name of a cell whose last line is ``explore(…)``, and its table for each width, or the
        sentence that says why there is none.
    """
    lines = [(name, node) for name, source in cells.items() for node in _statements(source)]
    for place, (name, node) in enumerate(lines):
        if call := _explores(node):
            yield name, _tables(call, [line for _, line in lines[:place]])


def _tables(call: ast.Call, before: list[ast.stmt]) -> Tables | str:
    known: dict[str, Any] = {}
    try:
        for line in _needed(call, before):
            exec(ast.unparse(line), known)  # noqa: S102 - a lesson of ours
        known["explore"] = explored
        return eval(ast.unparse(call), known)  # type: ignore[no-any-return]  # noqa: S307 - ours
    except ExplainedError as error:
        return str(error)


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
        if isinstance(line, ast.ImportFrom | ast.Import):
            kept.append(line)
        elif isinstance(line, ast.Assign) and {ast.unparse(one) for one in line.targets} & names:
            names |= _names(line.value)
            kept.append(line)
    return kept[::-1]


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
