"""Make the one file that a copy for study holds more than a copy for a graded class.

Tests, answers and reasons are those of `solutions/`; the reason of an answer is the comment above
it. Without the file nothing that learners get holds an answer or a hidden test.
"""

from __future__ import annotations

import argparse
import ast
import base64
import json
import re
import sys
import textwrap
import zlib
from pathlib import Path
from typing import Any

from course import is_solution, source, stems

from thousandfold.errors import ExplainedError

SOLUTION = re.compile(r"^[ \t]*### BEGIN SOLUTION\n(.*?)^[ \t]*### END SOLUTION", re.M | re.S)
SO_FAR = re.compile(r"checks\.so_far\(([^)]*)\)")


def study() -> bytes:
    """Return the content of the file: the same sources give the same bytes.

    Raises
    ------
    ExplainedError
        If an answer has no reason.
    """
    exercises = {stem: questions(stem) for stem in stems()}
    return base64.encodebytes(zlib.compress(json.dumps(exercises).encode(), 9))


def questions(stem: str) -> dict[str, dict[str, Any]]:
    """Return of each answer of an exercise the test, its points, an answer and the reason.

    Raises
    ------
    ExplainedError
        If an answer has no reason.
    """
    found: dict[str, dict[str, Any]] = {}
    answers: dict[str, tuple[str, str]] = {}
    for cell in source(stem).cells:
        if cell.cell_type != "code":
            continue
        if is_solution(cell):
            answers |= _answers(cell.source)
        elif cell.metadata.get("nbgrader", {}).get("grade"):
            names = [n for said in SO_FAR.findall(cell.source) for n in re.findall(r"\w+", said)]
            for name in names:
                if not answers[name][1]:
                    raise ExplainedError(
                        f"solutions/{stem}: {name} has no reason. Write it as a comment above the "
                        "answer, between BEGIN and END SOLUTION: learners never get it"
                    )
                found[name] = {
                    "test": cell.source,
                    "points": float(cell.metadata.nbgrader.points),
                    "answer": "\n".join(answers[other][0] for other in names),
                    "reason": " ".join(answers[other][1] for other in names),
                }
    return found


def _answers(cell: str) -> dict[str, tuple[str, str]]:
    """Return what a solution answers: by name, the code that gives it and the comment above."""
    written = SOLUTION.search(cell)
    if not written:
        return {}
    block = textwrap.dedent(written[1])
    if function := re.search(r"^def (\w+)", cell, re.M):
        signature = cell[: written.start()].rstrip()
        code, reason = _without_comments(block)
        return {function[1]: (f"{signature}\n{textwrap.indent(code, '    ')}", reason)}
    lines = block.split("\n")
    found: dict[str, tuple[str, str]] = {}
    helping: dict[str, str] = {}
    above = 0
    for node in ast.parse(block).body:
        code = "\n".join(lines[node.lineno - 1 : node.end_lineno])
        _, reason = _without_comments("\n".join(lines[above : node.lineno - 1]))
        above = node.end_lineno or above
        used = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        needed = [text for name, text in helping.items() if name in used]
        for target in node.targets if isinstance(node, ast.Assign) else []:
            if isinstance(target, ast.Name):
                given = "\n".join([*needed, code])
                helping[target.id] = given
                found[target.id] = (given, reason)
    return found


def _without_comments(code: str) -> tuple[str, str]:
    """Return code without its own lines of comments, and what these say."""
    lines = code.strip("\n").split("\n")
    comments = [line.strip("# ") for line in lines if line.lstrip().startswith("#")]
    rest = [line for line in lines if not line.lstrip().startswith("#")]
    return "\n".join(rest), " ".join(comments)


def main() -> int:
    """Write the file, for a hub."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("output", type=Path)
    try:
        parser.parse_args().output.write_bytes(study())
    except ExplainedError as error:
        print(f"study: not written: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
