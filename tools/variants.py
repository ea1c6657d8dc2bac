"""What a class might hand in of any course: the instructor's answers, left out or made wrong."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable

from nbformat import NotebookNode

from boxgrader.engine.cells import is_solution, name_of

_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult,
    ast.Lt: ast.GtE, ast.GtE: ast.Lt, ast.Gt: ast.LtE, ast.LtE: ast.Gt, ast.Eq: ast.NotEq,
}  # fmt: skip


def variants(instructors: NotebookNode, released: NotebookNode) -> dict[str, NotebookNode]:
    """Return what might be handed in: everything, nothing, half of it, and half of it wrong."""
    answers = {name_of(it): it.source for it in instructors.cells if is_solution(it)}
    stubs = {name_of(it): it.source for it in released.cells if is_solution(it)}

    def made(given: Callable[[int, str], str]) -> NotebookNode:
        notebook = copy.deepcopy(released)
        for cell in notebook.cells:
            if (name := name_of(cell)) in answers and name in stubs:
                cell.source = given(list(answers).index(name), name)
        return notebook

    def halved(changed: Callable[[str], str], which: int) -> NotebookNode:
        return made(lambda n, name: changed(name) if n % 2 == which else answers[name])

    def wrong(name: str) -> str:
        return made_wrong(answers[name])

    return {
        "solution": made(lambda n, name: answers[name]),
        "untouched": copy.deepcopy(released),
        "first_left_out": halved(lambda name: stubs[name], 0),
        "second_left_out": halved(lambda name: stubs[name], 1),
        "first_wrong": halved(wrong, 0),
        "second_wrong": halved(wrong, 1),
    }


def made_wrong(source: str) -> str:
    """Return an answer that computes something else, where it is Python that computes."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a magic, or another language, or text
        return source
    return ast.unparse(ast.fix_missing_locations(_Wrong().visit(tree)))


class _Wrong(ast.NodeTransformer):
    """Changes numbers, texts and operators; not in loops that might then never end."""

    def visit_While(self, node: ast.While) -> ast.AST:
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        if type(node.value) in (int, float):
            return ast.Constant(node.value + 1)  # type: ignore[operator]
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        node.op = _SWAPPED.get(type(node.op), type(node.op))()  # type: ignore[assignment]
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        node.ops = [_SWAPPED.get(type(it), type(it))() for it in node.ops]  # type: ignore[misc]
        return node
