"""What people who are none hand in: exercises in which some tasks are right, some wrong, some open.

Wrong answers are made from what learners have. Right ones are taken, at the moment, from the
instructor's notebook that a room marks by: they are stored nowhere in this program, and lie where
the rehearsal is kept until it is over.
"""

from __future__ import annotations

import ast
import copy
import random
import re

from nbformat import NotebookNode

from boxgrader.engine.cells import code, is_solution, name_of, test_of

_RIGHT, _WRONG = 0.5, 0.35  # shares of answers; the others stay open
_GUESSES = (3, 9, 30, 75)  # few: so that many are told the same, as it happens in a class
_BEGINS = re.compile(r"^[ \t]*### BEGIN\sSOLUTION", re.MULTILINE)
_MARKS = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION[^\n]*\n?", re.MULTILINE)
_NAME = re.compile(r"""^(my_name = )["']\.\.\.["']$""", re.MULTILINE)


def worked_on(
    released: NotebookNode, number: int, instructors: NotebookNode | None = None
) -> NotebookNode:
    """Return an exercise as somebody hands it in who is no person.

    Parameters
    ----------
    released : NotebookNode
        The exercise as learners have it.
    number : int
        Of the person, from 1; the same number does the same things.
    instructors : NotebookNode, optional
        The exercise with its answers; without it none is right but by chance.
    """
    notebook = copy.deepcopy(released)
    luck = random.Random(f"{number} {[name_of(cell) for cell in notebook.cells]}")  # noqa: S311 - nothing secret
    answers = {
        name_of(cell): _MARKS.sub("", cell.source)
        for cell in (code(instructors) if instructors else ())
        if is_solution(cell) and _BEGINS.search(cell.source)
    }
    is_answered = False
    for cell in code(notebook):
        if is_solution(cell):
            drawn = luck.random()
            named = _NAME.sub(rf'\1"Rehearsal {number:03}"', cell.source)
            if is_answered := named != cell.source:
                cell.source = named
            elif drawn < _RIGHT and name_of(cell) in answers:
                cell.source, is_answered = answers[name_of(cell)], True
            elif drawn < _RIGHT + _WRONG:
                cell.source, is_answered = _guessed(cell.source, luck), True
        elif test_of(cell) and is_answered:
            cell.execution_count = 1  # what a room reads that can run nothing: it had no hint
    return notebook


def _guessed(source: str, luck: random.Random) -> str:
    """Return a cell with a number in place of each three dots."""
    lines = source.splitlines(keepends=True)
    dots = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and node.value is ...
    ]
    for node in sorted(dots, key=lambda it: (it.lineno, it.col_offset), reverse=True):
        line = lines[node.lineno - 1].encode()
        before, after = line[: node.col_offset], line[node.end_col_offset :]
        lines[node.lineno - 1] = (before + str(luck.choice(_GUESSES)).encode() + after).decode()
    return "".join(lines)
