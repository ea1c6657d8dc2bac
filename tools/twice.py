"""One assignment graded by nbgrader's own autograde and by ours, and what differs."""

from __future__ import annotations

import contextlib
import itertools
import json
import logging
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from boxgrader.nbgrader_course.assignment import grade_assignment
from boxgrader.nbgrader_course.course import course_directory
from boxgrader.nbgrader_course.rehearsal import rehearse

_RUN_TO_RUN = (
    (re.compile(r"\S{0,200}ipykernel_\d+/\d+(\.py)?"), "ipykernel"),
    (re.compile(r"0x[0-9a-f]{6,}"), "0x"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "id"),  # of a widget
)


@dataclass
class Compared:
    """What came of one assignment.

    Attributes
    ----------
    counts : Counter of str
        How many notebooks, grades, comments and outputs were compared, how many tests there are,
        and how many of them are judged apart from the learner's code.
    differences : list of tuple of str
        What kind of thing differs, and where.
    said : list of str
        What ours says of the course.
    """

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[tuple[str, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def graded_twice(theirs: Path, ours: Path, assignment: str) -> Compared:
    """Grade two copies of a course, one with each, and compare."""
    by_nbgrader(theirs, assignment)
    grade_assignment(ours, assignment, options={"workers": 2, "anyway": True})
    compared = _compared(theirs, ours, assignment)
    rehearsal = rehearse(ours, assignment)
    for plan in rehearsal.plans.values():
        compared.counts.update(test=len(plan.points), apart=len(plan.judged))
        compared.said += [
            f"{test} runs beside the learner's code: {why}" for test, why in plan.beside.items()
        ]
    compared.said += filter(None, [rehearsal.lost, *rehearsal.notes])
    return compared


def _compared(theirs: Path, ours: Path, assignment: str) -> Compared:
    compared = Compared()
    for kind, left, right in zip(
        ("grade", "comment"), book(theirs, assignment), book(ours, assignment), strict=True
    ):
        compared.counts[kind] += len(left)
        compared.differences += [
            (kind, f"{key}: {left.get(key)} and {right.get(key)}")
            for key in sorted(set(left) | set(right))
            if left.get(key) != right.get(key)
        ]
    left, right = cells(theirs), cells(ours)
    compared.counts["notebook"] += len({key[:2] for key in left})
    for key in sorted(set(left) | set(right)):
        compared.counts["cell"] += 1
        _compare_cells(compared, key, left.get(key, {}), right.get(key, {}))
    return compared


def by_nbgrader(folder: Path, assignment: str) -> None:
    """Grade with nbgrader's own autograde."""
    from nbgrader.converters.autograde import Autograde

    course = released(folder, assignment)
    converter = Autograde(coursedir=course, config=course.config)
    converter.log.setLevel(logging.CRITICAL)
    with contextlib.chdir(folder):
        converter.start()


def released(folder: Path, assignment: str) -> Any:
    """Make what learners get, with nbgrader's own; return the course."""
    from nbgrader.apps import NbGraderAPI

    course = course_directory(folder)
    course.assignment_id = assignment
    with contextlib.chdir(folder):  # some of its settings are paths from there
        made = NbGraderAPI(coursedir=course, config=course.config).generate_assignment(assignment)
    if not made["success"]:
        raise RuntimeError(made["log"])
    return course


def book(folder: Path, assignment: str) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Return everything that a gradebook says: grades, and comments, by student and cell."""
    from nbgrader.api import Gradebook

    grades, comments = {}, {}
    with Gradebook(f"sqlite:///{folder}/gradebook.db") as gradebook:
        for submission in gradebook.assignment_submissions(assignment):
            for notebook in submission.notebooks:
                for grade in notebook.grades:
                    grades[submission.student.id, notebook.name, grade.cell.name] = (
                        grade.auto_score, grade.manual_score, grade.extra_credit,
                        bool(grade.needs_manual_grade),
                    )  # fmt: skip
                for comment in notebook.comments:
                    comments[submission.student.id, notebook.name, comment.name] = (
                        comment.auto_comment
                    )
    return grades, comments


def cells(folder: Path) -> dict[tuple[str, str, int], dict[str, Any]]:
    """Return every cell of the graded notebooks, without what differs from run to run."""
    found = {}
    for path in sorted((folder / "autograded").rglob("*.ipynb")):
        for number, cell in enumerate(nbformat.read(path, as_version=4).cells):
            cell.metadata.pop("execution", None)
            if "outputs" in cell:
                cell.outputs = _joined(cell.outputs)
            found[path.parent.parent.name, path.stem, number] = _steady(cell)
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


def _compare_cells(
    compared: Compared, key: tuple[str, str, int], left: dict[str, Any], right: dict[str, Any]
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
    """Return where two values, as JSON, begin to differ."""
    theirs, ours = (
        json.dumps(it, indent=1).replace("\\n", "\n").splitlines() for it in (left, right)
    )
    pairs = itertools.zip_longest(theirs, ours, fillvalue="")
    one, other = next(pair for pair in pairs if pair[0] != pair[1])
    return f"nbgrader has {one[:300]}, ours {other[:300]}"
