"""Grade the sample answers with nbgrader's own autograde and with ours, and say what differs.

    .venv/bin/python tools/equality.py [ASSIGNMENT ...]

All modules and nbgrader's example `ps1` by default. Grades, comments, and every cell of the graded
notebooks are compared; left out is what differs from run to run: times, names of temporary files,
addresses in memory, and whether a kernel sends a text in one part or two. Our own answers are run
without a box by nbgrader; they harm nobody.
"""

from __future__ import annotations

import argparse
import difflib
import json
import logging
import re
import sys
import tempfile
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from course import Sample, answered, release, samples, source, stems

from boxgrader.engine.cells import code, test_of
from boxgrader.nbgrader_course.assignment import grade_assignment
from boxgrader.nbgrader_course.results import course_directory
from thousandfold.datasets import folder as datasets

HERE = Path(__file__).resolve().parent
_RUN_TO_RUN = (
    (re.compile(r"\S*ipykernel_\d+/\d+(\.py)?"), "ipykernel"),
    (re.compile(r"0x[0-9a-f]{6,}"), "0x"),
)


@dataclass
class Compared:
    """What came of one assignment.

    Attributes
    ----------
    counts : Counter of str
        How many notebooks, grades, comments and outputs were compared.
    differences : list of tuple of str
        What kind of thing differs, and where.
    """

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[tuple[str, str]] = field(default_factory=list)


def make(folder: Path, stem: str, chosen: dict[str, nbformat.NotebookNode]) -> Path:
    """Make a course with one assignment, and what was handed in."""
    config = (HERE.parent / "nbgrader_config.py").read_text(encoding="utf-8")
    folder.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(
        config.replace("\ninstall()\n", "\n").replace("Path(__file__).resolve().parent", "Path()")
        + f"\nc.CourseDirectory.root = {str(folder)!r}\n",
        encoding="utf-8",
    )
    instructors, name = exercise(stem)
    _write(folder / "solutions" / stem / f"{name}.ipynb", instructors)
    for student, notebook in chosen.items():
        _write(folder / "submitted" / student / stem / f"{name}.ipynb", notebook)
    return folder


def exercise(stem: str) -> tuple[nbformat.NotebookNode, str]:
    """Return an instructor's notebook and its name: one of ours, or nbgrader's own example."""
    if stem != "ps1":
        return source(stem), stem
    import nbgrader

    example = Path(nbgrader.__file__).parent / "docs/source/user_guide/source/ps1/problem1.ipynb"
    return nbformat.read(example, as_version=4), "problem1"


def submissions(stem: str, names: list[str] | None = None) -> dict[str, nbformat.NotebookNode]:
    """Return the samples of a module by name, the right and the untouched one too."""
    if stem == "ps1":
        import nbgrader

        handed_in = Path(nbgrader.__file__).parent / "docs/source/user_guide/submitted"
        found = {
            path.parts[-3]: nbformat.read(path, as_version=4)
            for path in sorted(handed_in.glob("*/ps1/problem1.ipynb"))
        }
        return {"instructor": exercise(stem)[0], **found}
    made = {
        sample.name: answered(release(stem), stem, sample)
        for sample in [Sample("right"), *samples(stem)]
    }
    made["untouched"] = release(stem)
    return {name: made[name] for name in names or made}


def _write(path: Path, notebook: nbformat.NotebookNode) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def by_nbgrader(folder: Path, stem: str) -> None:
    """Grade with nbgrader's own autograde."""
    from nbgrader.apps import NbGraderAPI
    from nbgrader.converters.autograde import Autograde

    course = course_directory(folder)
    course.assignment_id = stem
    made = NbGraderAPI(coursedir=course, config=course.config).generate_assignment(stem)
    if not made["success"]:
        raise RuntimeError(made["log"])
    converter = Autograde(coursedir=course, config=course.config)
    converter.log.setLevel(logging.CRITICAL)
    converter.start()


def book(folder: Path, stem: str) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Return everything that a gradebook says: grades, and comments, by student and cell."""
    from nbgrader.api import Gradebook

    grades, comments = {}, {}
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        for submission in gradebook.assignment_submissions(stem):
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    grades[submission.student.id, grade.cell.name] = (
                        grade.auto_score, grade.manual_score, grade.extra_credit,
                        bool(grade.needs_manual_grade),
                    )  # fmt: skip
                for comment in notebook.comments:
                    comments[submission.student.id, comment.name] = comment.auto_comment
    return grades, comments


def cells(folder: Path) -> dict[tuple[str, int], dict[str, Any]]:
    """Return every cell of the graded notebooks, without what differs from run to run."""
    found = {}
    for path in sorted((folder / "autograded").rglob("*.ipynb")):
        for number, cell in enumerate(nbformat.read(path, as_version=4).cells):
            cell.metadata.pop("execution", None)
            if "outputs" in cell:
                cell.outputs = _joined(cell.outputs)
            found[path.parent.parent.name, number] = _steady(cell)
    return found


def _joined(outputs: list[Any]) -> list[Any]:
    """Join what a kernel sends in one part or two, as its clock has it."""
    joined: list[Any] = []
    for output in outputs:
        if joined and "name" in output and output["name"] == joined[-1].get("name"):
            joined[-1]["text"] += output["text"]
        else:
            joined.append(output)
    return joined


def _steady(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _steady(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_steady(item) for item in value]
    if isinstance(value, str):
        for pattern, name in _RUN_TO_RUN:
            value = pattern.sub(name, value)
    return value


def compare(stem: str, names: list[str] | None = None) -> Compared:
    """Grade the samples of a module twice, and compare."""
    compared = Compared()
    with tempfile.TemporaryDirectory() as scratch:
        chosen = submissions(stem, names)
        theirs = make(Path(scratch, "theirs"), stem, chosen)
        ours = make(Path(scratch, "ours"), stem, chosen)
        by_nbgrader(theirs, stem)
        grade_assignment(ours, stem, options={"workers": 2})
        for kind, left, right in zip(
            ("grade", "comment"), book(theirs, stem), book(ours, stem), strict=True
        ):
            compared.counts[kind] += len(left)
            compared.differences += [
                (kind, f"{key}: {left.get(key)} and {right.get(key)}")
                for key in sorted(set(left) | set(right))
                if left.get(key) != right.get(key)
            ]
        left, right = cells(theirs), cells(ours)
        compared.counts["notebook"] += len(chosen)
        for key in sorted(set(left) | set(right)):
            compared.counts["cell"] += 1
            _compare_cells(compared, key, left.get(key, {}), right.get(key, {}))
    return compared


def _compare_cells(
    compared: Compared, key: tuple[str, int], left: dict[str, Any], right: dict[str, Any]
) -> None:
    for part in sorted(set(left) | set(right) - {"outputs"}):
        if part != "outputs" and left.get(part) != right.get(part):
            compared.differences.append(
                (part, f"{key}: {left.get(part)!r} and {right.get(part)!r}")
            )
    mine, other = right.get("outputs", []), left.get("outputs", [])
    compared.counts["output"] += len(other)
    if mine == other:
        return
    stripped = [
        [{k: v for k, v in it.items() if k != "traceback"} for it in outputs]
        for outputs in (other, mine)
    ]
    kind = "traceback" if stripped[0] == stripped[1] else "output"
    compared.differences.append((kind, f"{key}: {_difference(other, mine)}"))


def _difference(left: Any, right: Any) -> str:
    """Return the lines that differ of two values as JSON."""
    theirs, ours = (
        json.dumps(it, indent=1).replace("\\n", "\n").splitlines() for it in (left, right)
    )
    lines = difflib.unified_diff(theirs, ours, "nbgrader", "ours", n=0, lineterm="")
    return "\n        ".join(line[:300] for line in list(lines)[:20])


def apart_and_beside(stem: str) -> tuple[list[str], list[str]]:
    """Return the tests of a module that are judged apart from the learner's code, and the rest."""
    from boxgrader import Settings, plan
    from boxgrader.box import bench

    instructors = exercise(stem)[0]
    judged = plan(instructors, settings=Settings(timeout=60, readable=(str(datasets()),))).judged
    bench.close_all()
    tests = list(filter(None, map(test_of, code(instructors))))
    return [it for it in tests if it in judged], [it for it in tests if it not in judged]


def main() -> int:
    """Compare, and print what differs; the exit code says whether anything but tracebacks does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignments", nargs="*", default=[*stems(), "ps1"])
    parser.add_argument("--all", action="store_true", help="print each difference of a traceback")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    print("| assignment | notebooks | grades | comments | outputs | differ | of them tracebacks |"
          " tests judged apart |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|")
    unequal = 0
    for stem in options.assignments:
        found = compare(stem)
        apart, beside = apart_and_beside(stem)
        kinds = Counter(kind for kind, _ in found.differences)
        count, told = found.counts, kinds["traceback"]
        unequal += kinds.total() - told
        print(
            f"| {stem} | {count['notebook']} | {count['grade']} | {count['comment']} | "
            f"{count['output']} | {kinds.total()} | {told} | {len(apart)} of "
            f"{len(apart) + len(beside)} |",
            flush=True,
        )
        for kind, text in found.differences:
            if kind != "traceback" or options.all:
                print(f"    {kind} {text}", flush=True)
        if beside:
            print(f"    beside the learner's code: {', '.join(beside)}", flush=True)
    return int(unequal > 0)


if __name__ == "__main__":
    sys.exit(main())
