"""The course as nbgrader sees it, and answers put into its exercises."""

from __future__ import annotations

import re
import shutil
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.laying import DATA, LESSONS

ROOT = Path(__file__).resolve().parent.parent
ANSWERS = ROOT / "tests" / "answers"

# What learners get of the project's files; what somebody keeps beside them is theirs.
FOR_LEARNERS = (*LESSONS, *(f"datasets/{pattern}" for pattern in DATA))

MARKER = ".scratch-course"

SOLUTION = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION[^\n]*\n?", re.MULTILINE)


@dataclass(frozen=True)
class Sample:
    """A submission that we know the grades of.

    Attributes
    ----------
    name : str
        For example ``"forgets_the_new_pairs"``.
    answers : dict of str to str
        Grade id and text of each answer that differs from the reference solution.
    loses : dict of str to float
        Points that must be lost, by grade id of the test. All other points must be won.
    says : dict of str to str
        Part of the message that each failing test must show.
    """

    name: str
    answers: dict[str, str] = field(default_factory=dict)
    loses: dict[str, float] = field(default_factory=dict)
    says: dict[str, str] = field(default_factory=dict)


def stems() -> list[str]:
    """Return the name of each module that has an exercise."""
    return sorted(path.parent.name for path in (ROOT / "solutions").glob("*/*.ipynb"))


def source(stem: str) -> NotebookNode:
    """Return an exercise as instructors see it, with answers and hidden tests."""
    return _read(ROOT / "solutions" / stem / f"{stem}.ipynb")


def release(stem: str) -> NotebookNode:
    """Return an exercise as learners get it."""
    return _read(ROOT / "exercises" / stem / f"{stem}.ipynb")


def _read(path: Path) -> NotebookNode:
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    return notebook


def samples(stem: str) -> list[Sample]:
    """Return the named answers that stand beside the tests, one TOML file each.

    Raises
    ------
    ExplainedError
        If a file is not TOML or lacks a part; the message names it.
    """
    return [_sample(path) for path in sorted((ANSWERS / stem).glob("*.toml"))]


def _sample(path: Path) -> Sample:
    where = path.relative_to(ROOT)
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return Sample(path.stem, content["answers"], content["loses"], content["says"])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ExplainedError(f"{where} is not TOML: {error}") from error
    except KeyError as error:
        raise ExplainedError(
            f"{where} has no [{error.args[0]}]: each has [answers], [loses] and [says]"
        ) from error


def answered(notebook: NotebookNode, stem: str, sample: Sample) -> NotebookNode:
    """Write a sample's answers into a notebook, and the reference answers everywhere else.

    Raises
    ------
    ExplainedError
        If the sample answers a cell that the exercise does not have.
    """
    reference = {
        grade_id(cell): SOLUTION.sub("", cell.source)
        for cell in source(stem).cells
        if is_solution(cell)
    }
    unknown = set(sample.answers) - set(reference)
    if unknown:
        raise ExplainedError(
            f"{sample.name}.toml answers {', '.join(sorted(unknown))}, which {stem} does not ask; "
            f"it asks {', '.join(sorted(reference))}"
        )
    for cell in notebook.cells:
        if is_solution(cell):
            cell.source = sample.answers.get(grade_id(cell), reference[grade_id(cell)])
    return notebook


def grade_id(cell: NotebookNode) -> str:
    """Return nbgrader's name of a cell, or nothing."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def is_solution(cell: NotebookNode) -> bool:
    """Say whether a learner writes in this cell."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def scratch(folder: Path) -> None:
    """Make a fresh nbgrader course in `folder`, with the sources and the configuration.

    Raises
    ------
    FileExistsError
        If the folder holds something that is not such a course: it is never deleted.
    """
    if folder.exists():
        if any(folder.iterdir()) and not (folder / MARKER).is_file():
            raise FileExistsError(f"{folder} holds other files; name a folder that is new or empty")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    shutil.copytree(ROOT / "solutions", folder / "solutions")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    (folder / MARKER).write_text("Made by tools/course.py; may be deleted at any time.\n")


def nbgrader_api(folder: Path) -> Any:
    """Return nbgrader's programming interface for the course in `folder`.

    What nbgrader logs goes to the returned dictionaries, not to the screen.
    """
    from nbgrader.apps import NbGraderAPI
    from traitlets.config.loader import PyFileConfigLoader

    config = PyFileConfigLoader("nbgrader_config.py", path=str(folder)).load_config()
    return NbGraderAPI(config=config)
