"""Make `exercises/` from `solutions/` with nbgrader, as `make release` does.

Everything is made in a scratch course first; an exercise is replaced only when all were made.
The named slips of an exercise, which stand in the hidden part of its tests, go into the package;
but not those from which the right answer follows: these are told after grading.
"""

from __future__ import annotations

import argparse
import ast
import json
import math
import re
import shutil
import sys
from pathlib import Path
from typing import Any

from course import ROOT, nbgrader_api, scratch, source, stems
from gone_after import gone_after

SLIPS = ROOT / "src" / "thousandfold" / "teaching" / "named_slips"


def make(folder: Path, wanted: list[str]) -> None:
    """Make the release of each wanted module in `folder` / exercises.

    Raises
    ------
    RuntimeError
        If nbgrader refuses a module; the message holds its reason.
    """
    scratch(folder)
    course = nbgrader_api(folder)
    for stem in wanted:
        make_one(course, stem)


def make_one(course: Any, stem: str) -> None:
    """Make the release of one module in a course, given by nbgrader's programming interface.

    Raises
    ------
    RuntimeError
        If nbgrader refuses it; the message holds its reason.
    """
    result = course.generate_assignment(stem, force=True, create=True)
    if not result["success"]:
        raise RuntimeError(f"{stem}:\n{result['log']}")


def right_numbers(stem: str) -> dict[str, float]:
    """Return the numbers that are right, as far as they are written out, by name of the answer."""
    found: dict[str, float] = {}
    for cell in source(stem).cells:
        if cell.cell_type != "code":
            continue
        for node in ast.walk(_parsed(cell.source)):
            if isinstance(node, ast.Assign) and "BEGIN SOLUTION" in cell.source:
                _note(found, ast.unparse(node.targets[0]), node.value)
            elif isinstance(node, ast.Call) and ast.unparse(node.func) == "checks.number":
                for keyword in node.keywords:
                    if keyword.arg == "expected":
                        _note(found, str(getattr(node.args[0], "value", "")), keyword.value)
    return found


def _parsed(text: str) -> ast.AST:
    try:
        return ast.parse(text)
    except SyntaxError:  # a line for IPython alone
        return ast.Module([], [])


def _note(found: dict[str, float], name: str, node: ast.expr) -> None:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if key:
                _note(found, f"{name}[{ast.unparse(key)}]", value)
    elif not any(isinstance(part, ast.Name | ast.Call) for part in ast.walk(node)):
        value = eval(compile(ast.Expression(node), "answer", "eval"), {})  # noqa: S307 - our own
        if isinstance(value, int | float):
            found[name] = float(value)


def tells(slip: float, sentence: str, right: float) -> bool:
    """Say whether a right number follows from a slip: another unit, turned round, or rounded.

    Half and double count too, and each number that the sentence names.
    """
    named = [float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*(?:\.\d+)?", sentence)]
    scales = [2.0, 100.0, 1000.0, *(number for number in named if number not in (0, slip))]
    follows = [slip * scale for scale in scales] + [slip / scale for scale in scales]
    follows += [1 / slip if slip else slip, 1 - slip, 100 - slip]
    rounded = [] if slip == int(slip) else [math.floor(slip), math.ceil(slip)]
    return right in rounded or any(math.isclose(it, right, rel_tol=0.005) for it in follows)


def tell_together(slip: float, other: float, right: float) -> bool:
    """Say whether a right number follows from two slips: their sum, difference, or a third share.

    Two slips alone may be harmless, such as all that is not luck and the part of it that is not
    skill either. One slip in two roundings is one.
    """
    if math.isclose(slip, other, rel_tol=0.02):
        return False
    follows = (slip + other, abs(slip - other), 100 - slip - other, 1 - slip - other)
    return any(math.isclose(it, right, rel_tol=0.002) for it in follows)


def _kept(says: dict[float, str], right: float) -> list[float]:
    """Return the slips, in their order, from which nobody learns the right number."""
    kept: list[float] = []
    for slip, sentence in says.items():
        if tells(slip, sentence, right) or any(tell_together(slip, it, right) for it in kept):
            continue
        kept.append(slip)
    return kept


def named_slips(stem: str) -> dict[str, list[list[Any]]]:
    """Return the slips that learners may have: by answer, its wrong values and what is said.

    A slip from which the right answer follows, alone or with another, stays where it is written,
    in a hidden test.
    """
    found: dict[str, list[list[Any]]] = {}
    right = right_numbers(stem)
    for cell in source(stem).cells:
        if cell.cell_type != "code" or "checks.slips(" not in cell.source:
            continue
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "checks.slips":
                name, says = map(ast.literal_eval, node.args)
                kept = _kept(says, right[name]) if name in right else list(says)
                found[name] = [
                    [list(values) if isinstance(values, tuple) else [values], says[values]]
                    for values in kept
                ]
    return found


def slips_text(stem: str) -> str:
    """Return the file of an exercise's named slips."""
    return json.dumps(named_slips(stem), indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Make the releases that are named, or all, and put them in place."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stems", nargs="*", help="modules to release (default: all)")
    wanted = parser.parse_args().stems or stems()
    with gone_after("exercises") as work:
        folder = work / "course"
        try:
            make(folder, wanted)
        except RuntimeError as error:
            print(
                f"nothing was written, because nbgrader refused a source: {error}", file=sys.stderr
            )
            return 1
        for stem in wanted:
            shutil.copytree(
                folder / "exercises" / stem, ROOT / "exercises" / stem, dirs_exist_ok=True
            )
            (SLIPS / f"{stem}.json").write_text(slips_text(stem), encoding="utf-8")
            print(f"exercises/{stem}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
