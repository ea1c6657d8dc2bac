"""Which answers of a saved exercise are still open: the last thing that was written counts.

Below the dots of an exercise stands "Write your answer here": who writes there leaves the dots.
"""

from __future__ import annotations

import ast
import re
from functools import cache

from thousandfold.facilitation.course import Cell
from thousandfold.language import in_all_languages

_LONGEST = 20_000
_DOTS = {"...", "…"}
_OPEN = re.compile(r"(?<!\.)\.\.\.(?!\.)|…")
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
_WRITE = "*Write here.*"
_HEADING = re.compile(r"^\*\*[^*\n]+\.\*\*", re.MULTILINE)


def is_open(cell: Cell) -> bool:
    """Whether something that an answer asks for was not written yet."""
    source = cell.source[:_LONGEST]
    if cell.kind != "code":
        return not source.strip() or _holds_a_gap(source)
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return bool(_OPEN.search(_COMMENT.sub("", source)))
    answers = _Answers()
    try:
        answers.visit(tree)
    except RecursionError:
        return False
    return not tree.body or any(answers.open.values())


def _holds_a_gap(text: str) -> bool:
    """Whether nothing stands between a heading of a memo and the next, but what asks for it."""
    asked = where_to_write()
    parts = [part for part in _HEADING.split(text) if asked.search(part)]
    return any(not asked.sub("", part).strip() for part in parts)


@cache
def where_to_write() -> re.Pattern[str]:
    """Return what asks for an answer, in whichever language the exercise is."""
    return re.compile("|".join(map(re.escape, in_all_languages(_WRITE))))


class _Answers(ast.NodeVisitor):
    """Finds, for each thing that is given a value, whether the last one is open."""

    def __init__(self) -> None:
        self.open: dict[str, bool] = {}

    def visit_Assign(self, node: ast.Assign) -> None:
        for target in node.targets:
            self._give(target, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value:
            self._give(node.target, node.value)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._put(node.name, not any(map(_does, node.body)) or any(map(_has_dots, node.body)))

    def visit_Expr(self, node: ast.Expr) -> None:
        if _is_dots(node.value):
            self.open["..."] = True

    def _give(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, given in zip(target.elts, value.elts, strict=False):
                self._give(one, given)
            return
        name = ast.unparse(target)
        if isinstance(value, ast.Dict) and None not in value.keys:
            self._put(name, False)
            for key, given in zip(value.keys, value.values, strict=True):
                if key:
                    self.open[f"{name}[{ast.unparse(key)}]"] = _has_dots(given)
        else:
            self._put(name, _has_dots(value))

    def _put(self, name: str, is_open: bool) -> None:
        """Keep one thing; what was in it before is gone."""
        self.open = {
            kept: old for kept, old in self.open.items() if not kept.startswith(f"{name}[")
        }
        self.open[name] = is_open


def _does(statement: ast.stmt) -> bool:
    """Whether a statement of a function is more than its description."""
    return not isinstance(statement, ast.Pass | ast.Raise) and not (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def _has_dots(tree: ast.AST) -> bool:
    return any(map(_is_dots, ast.walk(tree)))


def _is_dots(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and (
        node.value is ... or (isinstance(node.value, str) and node.value.strip() in _DOTS)
    )
