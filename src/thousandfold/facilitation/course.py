"""The modules of the workshop, read from the metadata of its notebooks.

Minutes, kind, "drop if late" and what learners miss without a part are written once, in the cells
of the notebooks. Everything that a facilitator gets (run of show, slides, worksheets) asks here.
Notebooks are read as JSON: no kernel, no library, and nothing in them is trusted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from thousandfold.errors import ExplainedError

KINDS = ("talk", "predict", "run", "discuss", "exercise", "break")
MOST_BYTES = 30_000_000

_STEM = re.compile(r"\d\d_[a-z0-9_]+")
_HEADING = re.compile(r"^#{1,4} +(\S.*)$", re.MULTILINE)
_PROMISE = re.compile(r"^\*\*Promise\.\*\* (.+?)(?:\n\n|\Z)", re.MULTILINE | re.DOTALL)
_TASK = re.compile(r"(.*) \((\d+) points?\b.*\)")


@dataclass(frozen=True)
class Cell:
    """One cell of a notebook.

    Attributes
    ----------
    kind : str
        ``"markdown"``, ``"code"`` or ``"raw"``.
    name : str
        Its id, such as ``"predict"``; empty where a notebook has none.
    source : str
        Its text.
    metadata : mapping
        As it stands in the notebook.
    shown : tuple of mapping
        What its outputs show, by kind.
    outputs : int
        How many outputs are saved with it, shown or printed.
    """

    kind: str
    name: str
    source: str
    metadata: Mapping[str, Any]
    shown: tuple[Mapping[str, Any], ...] = ()
    outputs: int = 0

    @property
    def plan(self) -> Mapping[str, Any]:
        """What the cell says about the run of show: minutes, kind, drop_if_late, cost."""
        plan = self.metadata.get("thousandfold")
        return plan if isinstance(plan, dict) else {}

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags."""
        tags = self.metadata.get("tags")
        return tuple(str(tag) for tag in tags) if isinstance(tags, list) else ()

    @property
    def folded(self) -> bool:
        """Whether its outputs are folded away, as they come until somebody runs it."""
        jupyter = self.metadata.get("jupyter")
        return isinstance(jupyter, dict) and jupyter.get("outputs_hidden") is True

    @property
    def grade_id(self) -> str:
        """The name that nbgrader knows it by, or nothing."""
        nbgrader = self.metadata.get("nbgrader")
        return str(nbgrader.get("grade_id", "")) if isinstance(nbgrader, dict) else ""

    @property
    def heading(self) -> str:
        """Its first heading, without the marks, or nothing."""
        found = _HEADING.search(self.source) if self.kind == "markdown" else None
        return found[1].rstrip() if found else ""


@dataclass(frozen=True)
class Section:
    """One part of a lesson, or one task of an exercise, as the run of show sees it.

    Attributes
    ----------
    cell : str
        Id of the cell with which it begins.
    title : str
        Its heading; a part without one continues the part before.
    minutes : int
        How long it takes.
    kind : str
        One of `KINDS`.
    drop_if_late : bool
        Whether it is the first to go.
    points : int
        What a task is worth; 0 for a part of a lesson.
    cost : str
        What learners miss without it, if that is more than its title.
    """

    cell: str
    title: str
    minutes: int
    kind: str
    drop_if_late: bool
    points: int = 0
    cost: str = ""

    @property
    def memo(self) -> bool:
        """Whether it is the decision memo, which can also be written at home."""
        return self.points > 0 and self.cell == "memo-task"


@dataclass(frozen=True)
class Module:
    """One module: a lesson, and an exercise where it has one.

    Attributes
    ----------
    stem : str
        The name of everything that belongs to it, such as ``"06_communication"``.
    question : str
        The first line of the lesson.
    promise : str
        What somebody can do after it, as its first cell says.
    lesson : pathlib.Path
        The notebook of the lesson.
    sections : tuple of Section
        Its parts, in order.
    exercise : pathlib.Path or None
        The notebook of the exercise as learners get it.
    tasks : tuple of Section
        The tasks of the exercise, in order; the last is the memo.
    exercise_cost : str
        What learners miss without the exercise, if that is more than the decision.
    exempt : mapping of str to str
        Rules of the house that this module does not keep, and why. Its lesson says so.
    """

    stem: str
    question: str
    promise: str
    lesson: Path
    sections: tuple[Section, ...]
    exercise: Path | None
    tasks: tuple[Section, ...]
    exercise_cost: str
    exempt: Mapping[str, str]

    @property
    def number(self) -> int:
        """Its number, such as 6."""
        return int(self.stem[:2])

    @property
    def lesson_minutes(self) -> int:
        """Minutes of the lesson."""
        return sum(section.minutes for section in self.sections)

    @property
    def exercise_minutes(self) -> int:
        """Minutes of the exercise; 0 without one."""
        return sum(task.minutes for task in self.tasks)

    @property
    def minutes(self) -> int:
        """Minutes of lesson and exercise."""
        return self.lesson_minutes + self.exercise_minutes


@dataclass(frozen=True)
class Course:
    """The workshop in a folder.

    Attributes
    ----------
    root : pathlib.Path
        The folder that holds ``notebooks/``.
    modules : tuple of Module
        Sorted by number.
    """

    root: Path
    modules: tuple[Module, ...]

    def module(self, name: str) -> Module:
        """Return a module by its number (``"6"``, ``"06"``) or by its stem.

        Raises
        ------
        ExplainedError
            If there is no such module; the message lists those there are.
        """
        for module in self.modules:
            if name == module.stem or (name.isdecimal() and int(name) == module.number):
                return module
        there = ", ".join(module.stem for module in self.modules)
        raise ExplainedError(f"there is no module {name!r} in {self.root}; there are: {there}")


def find_course(folder: str | Path | None = None) -> Course:
    """Return the workshop in `folder`, or the one that the current folder belongs to.

    Parameters
    ----------
    folder : path, optional
        The folder of the workshop, or any folder inside it; by default the current one.

    Raises
    ------
    ExplainedError
        If neither the folder nor one above it holds the workshop, or a notebook is damaged.
    """
    start = Path.cwd() if folder is None else Path(folder)
    if not start.is_dir():
        raise ExplainedError(f"{start} is not a folder; name the one that holds notebooks/")
    for root in (start.resolve(), *start.resolve().parents):
        lessons = [
            path
            for path in sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb"))
            if _STEM.fullmatch(path.stem)
        ]
        if lessons:
            return Course(root, tuple(_module(root, path) for path in lessons))
    raise ExplainedError(
        f"there is no workshop in {start.resolve()}: no folder notebooks/ with lessons, here or "
        "above. Change into the folder of the workshop, or name it with --folder"
    )


def read_cells(path: Path) -> tuple[Cell, ...]:
    """Return the cells of a notebook.

    Raises
    ------
    ExplainedError
        If the file is too large, cannot be read or is not a notebook.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ExplainedError(
                f"{path} has {path.stat().st_size / 1e6:.0f} MB; a notebook of this workshop has "
                "less than one. Clear its outputs (Edit, Clear Outputs of All Cells) and save it"
            )
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ExplainedError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, ExplainedError):
            raise
        raise ExplainedError(f"{path} is damaged: it is not a notebook. Copy it again") from error
    cells = content.get("cells") if isinstance(content, dict) else None
    if not isinstance(cells, list):
        raise ExplainedError(f"{path} is not a notebook of version 4. Copy it again")
    return tuple(_cell(cell) for cell in cells if isinstance(cell, dict))


def _cell(cell: dict[str, Any]) -> Cell:
    source, metadata, outputs = cell.get("source"), cell.get("metadata"), cell.get("outputs")
    given = outputs if isinstance(outputs, list) else []
    data = [output.get("data") for output in given if isinstance(output, dict)]
    text = "".join(str(line) for line in source) if isinstance(source, list) else source
    return Cell(
        kind=str(cell.get("cell_type", "")),
        name=str(cell.get("id", "")),
        source=text if isinstance(text, str) else "",
        metadata=metadata if isinstance(metadata, dict) else {},
        shown=tuple(shown for shown in data if isinstance(shown, dict)),
        outputs=len(given),
    )


def _module(root: Path, lesson: Path) -> Module:
    stem = lesson.stem
    cells = read_cells(lesson)
    exercise = root / "exercises" / stem / f"{stem}.ipynb"
    tasks = read_cells(exercise) if exercise.is_file() else ()
    return Module(
        stem=stem,
        question=cells[0].heading if cells else "",
        promise=_promise(cells[0].source) if cells else "",
        lesson=lesson,
        sections=_sections(cells, lesson),
        exercise=exercise if tasks else None,
        tasks=_sections(tasks, exercise),
        exercise_cost=_sentence(tasks[0].plan.get("cost")) if tasks else "",
        exempt=_exempt(cells[0].plan.get("exempt")) if cells else {},
    )


def _promise(first: str) -> str:
    found = _PROMISE.search(first)
    return " ".join(found[1].split()) if found else ""


def _sentence(given: object) -> str:
    return given if isinstance(given, str) else ""


def _exempt(given: object) -> Mapping[str, str]:
    return {str(k): _sentence(v) for k, v in given.items()} if isinstance(given, dict) else {}


def _sections(cells: tuple[Cell, ...], path: Path) -> tuple[Section, ...]:
    found: list[Section] = []
    for cell in cells:
        minutes = cell.plan.get("minutes", 0)
        if not minutes:
            continue
        kind = cell.plan.get("kind", "talk")
        if type(minutes) is not int or kind not in KINDS:
            raise ExplainedError(
                f"{path}, cell {cell.name}: minutes must be a whole number and kind one of "
                f"{', '.join(KINDS)}, not {minutes!r} and {kind!r}"
            )
        title, points = cell.heading, 0
        task = _TASK.fullmatch(title)
        if task:
            title, points = task[1], int(task[2])
        if not title:
            before = found[-1].title.removesuffix(", continued") if found else ""
            title = f"{before}, continued"
        found.append(
            Section(
                cell=cell.name,
                title=title,
                minutes=minutes,
                kind=kind,
                drop_if_late=cell.plan.get("drop_if_late") is True,
                points=points,
                cost=_sentence(cell.plan.get("cost")),
            )
        )
    return tuple(found)
