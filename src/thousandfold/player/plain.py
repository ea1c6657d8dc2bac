"""The sliders of a lesson that need nothing but what is ours and numbers: none of it is run."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from thousandfold.core import Model
from thousandfold.errors import ExplainedError
from thousandfold.player.lesson import CodeCell

TOUCHES = frozenset({"flight.touch:loops_by_policy"})
"""Tables of ours that a page may hold which somebody keeps: a cell is known by the name of one."""


def plain_slider(cells: Iterable[CodeCell]) -> CodeCell | None:
    """Return the first sliders of a lesson that can be read without running its lines.

    They are ``explore(Model(name=number), "name", of="picture")`` of a model of ours, or one of
    `TOUCHES`, whoever wrote the lesson last: a learner may have changed a number in it, and nothing
    else gets here.

    Parameters
    ----------
    cells : iterable of CodeCell

    Returns
    -------
    CodeCell or None
        With the same name, and lines that name the model and show it, or none.
    """
    for cell in cells:
        if cell.touch in TOUCHES:
            return CodeCell(cell.name, "", cell.touch)
        if said := _said(cell.source):
            return CodeCell(cell.name, said)
    return None


def _said(source: str) -> str:
    try:
        last = ast.parse(source).body[-1]
    except (SyntaxError, ValueError, RecursionError, MemoryError, IndexError):
        return ""
    match last:
        case ast.Expr(
            value=ast.Call(
                func=ast.Name("explore"),
                args=[ast.Call(func=ast.Name(named), args=[], keywords=given) as model, *names],
                keywords=asked,
            )
        ):
            pass
        case _:
            return ""
    kind = getattr(import_module("thousandfold.models"), named, None)
    if not (isinstance(kind, type) and issubclass(kind, Model)):
        return ""
    numbers: dict[str, Any] = {one.arg or "": _plain(one.value) for one in given}
    moved = [_plain(name) for name in names]
    of = {one.arg: _plain(one.value) for one in asked}
    known = kind.quantities()
    if not (
        numbers.keys() | set(moved) <= known.keys()
        and all(type(number) in (int, float) for number in numbers.values())
        and of.keys() <= {"of"}
        and all(isinstance(one, str) for one in of.values())
    ):
        return ""
    try:
        kind(**numbers)
    except ExplainedError:
        return ""
    arguments = [ast.unparse(model), *map(repr, moved), *(f"of={one!r}" for one in of.values())]
    return f"from thousandfold.models import {named}\nexplore({', '.join(arguments)})"


def _plain(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None
