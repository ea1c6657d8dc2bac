"""Make `exercises/` from `solutions/` with nbgrader, as `make release` does.

Everything is made in a scratch course first; an exercise is replaced only when all were made.
The named slips of an exercise, which stand in the hidden part of its tests, go into the package.
"""

from __future__ import annotations

import argparse
import ast
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from course import ROOT, nbgrader_api, scratch, source, stems

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


def named_slips(stem: str) -> dict[str, list[list[Any]]]:
    """Return the slips that an exercise names: by answer, its wrong values and what is said."""
    found: dict[str, list[list[Any]]] = {}
    for cell in source(stem).cells:
        if cell.cell_type != "code" or "checks.slips(" not in cell.source:
            continue
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "checks.slips":
                name, says = map(ast.literal_eval, node.args)
                found[name] = [
                    [list(values) if isinstance(values, tuple) else [values], sentence]
                    for values, sentence in says.items()
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
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "course"
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
