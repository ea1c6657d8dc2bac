"""Which submissions of an assignment there are.

Names are data: folders are listed, and no learner's name is ever a pattern.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from boxgrader.errors import shown
from boxgrader.nbgrader_course.names import alike, plain, storable, unfit
from boxgrader.nbgrader_course.work import Work

_LEARNER = "\0"  # stands for the learner in a path: no name holds it


def found(course: Any) -> list[Work]:
    """Return what was handed in for a course's assignment, by those whom the course chooses.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        Its ``student_id`` is a learner if there is one of that name, else a pattern of names.
    """
    assignment = course.assignment_id
    path = Path(course.format_path(course.submitted_directory, _LEARNER, assignment))
    others = _assignments(course) - {assignment}  # whose work is not this one's
    places = {
        learner: (top, folder)
        for learner, top, folder in _places(Path(path.anchor), path.parts[1:])
        if folder.name not in others
    }
    works = []
    for learner in sorted(chosen(places, course.student_id)):
        top, folder = places[learner]
        there = _notebooks(folder, course.notebook_id)
        refusal = _refusal(learner)
        works.append(Work(storable(learner), assignment, str(folder), top, there, refusal))
    return works


def misplaced(course: Any, notebooks: Collection[str] = ()) -> list[str]:
    """Say of whom a notebook lies where no assignment is looked for: in the learner's own folder.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
    notebooks : collection of str
        What the notebooks of its assignment are called.
    """
    return [sentence for _, sentence in strays(course, notebooks)]


def strays(course: Any, notebooks: Collection[str] = ()) -> list[tuple[str, str]]:
    """Return whose notebooks are misplaced, and the sentence on each; see above."""
    assignment = course.assignment_id
    path = Path(course.format_path(course.submitted_directory, _LEARNER, assignment))
    if path.parts[-2:] != (_LEARNER, assignment):
        return []
    top = path.parents[1]
    there = {work.student for work in found(course)}
    meant = [plain(name) for name in (assignment, *notebooks)]
    return [
        (
            storable(learner),
            f"{shown(storable(learner))}/{shown(name)} was not graded: it belongs in a folder "
            f"{assignment} in {top / shown(storable(learner))}.",
        )
        for learner in chosen(_folders(top), course.student_id)
        if storable(learner) not in there
        for name in sorted(_files(top / learner))
        if name.endswith(".ipynb") and any(it in plain(name) for it in meant)
    ]


def chosen(names: Collection[str], pattern: str) -> list[str]:
    """Return the names that an instructor means: the one that is written so, or a pattern's."""
    if pattern in names:
        return [pattern]
    return [name for name in names if fnmatchcase(name, pattern)]


def _places(
    here: Path, parts: tuple[str, ...], learner: str = "", top: Path | None = None
) -> Iterator[tuple[str, Path, Path]]:
    """Follow a path through the folders that there are.

    Yields
    ------
    tuple
        A learner, the folder of all learners, and the learner's own at the end of the path.
    """
    if not parts:
        if top:
            yield learner, top, here
        return
    part, rest = parts[0], parts[1:]
    if not top and _LEARNER in part:
        before, _, after = part.partition(_LEARNER)
        for name in _folders(here):
            who = name.removeprefix(before).removesuffix(after)
            if who and name == f"{before}{who}{after}":
                yield from _places(here / name, rest, who, here)
        return
    part = part.replace(_LEARNER, learner)
    if (here / part).is_dir():
        yield from _places(here / part, rest, learner, top)
    elif top:
        same = [name for name in _folders(here) if alike(name, part)]
        if len(same) == 1:  # as another system writes the same letters
            yield from _places(here / same[0], rest, learner, top)


def _assignments(course: Any) -> set[str]:
    """Return the assignments that the instructor's folders are of."""
    return set(_folders(Path(course.format_path(course.source_directory, ".", "."))))


def _refusal(learner: str) -> str:
    why = unfit(learner)
    name = shown(storable(learner))
    return why and f"the folder {name} {why}. Please give it another name, and grade again."


def _folders(here: Path) -> list[str]:
    try:
        with os.scandir(here) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir())
    except OSError:
        return []


def _files(here: Path) -> list[str]:
    try:
        with os.scandir(here) as entries:
            return [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
    except OSError:
        return []


def _notebooks(folder: Path, pattern: str) -> list[str]:
    try:
        there = [path.stem for path in folder.iterdir() if path.suffix == ".ipynb"]
    except OSError:
        return []
    return sorted(str(folder / f"{name}.ipynb") for name in chosen(there, pattern))
