"""Which submissions of an assignment there are.

Names are data: folders are listed, and no learner's name is ever a pattern.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from nbgrader.utils import temp_attrs

from boxgrader.errors import shown
from boxgrader.nbgrader_course.names import alike, storable, unfit
from boxgrader.nbgrader_course.work import Work

LEARNER = "\0"  # stands for the learner in a path: no name holds it


def found(course: Any) -> list[Work]:
    """Return what was handed in for a course's assignment, by those whom the course chooses.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
        Its ``student_id`` is a learner if there is one of that name, else a pattern of names.
    """
    assignment = course.assignment_id
    path = Path(course.format_path(course.submitted_directory, LEARNER, assignment))
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


def handed_in(course: Any, assignment: str) -> set[str]:
    """Return whose folder of an assignment is in submitted/."""
    with temp_attrs(course, assignment_id=assignment):
        return {work.student for work in found(course)}


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
    if not top and LEARNER in part:
        before, _, after = part.partition(LEARNER)
        for name in folders(here):
            who = name.removeprefix(before).removesuffix(after)
            if who and name == f"{before}{who}{after}":
                yield from _places(here / name, rest, who, here)
        return
    part = part.replace(LEARNER, learner)
    if (here / part).is_dir():
        yield from _places(here / part, rest, learner, top)
    elif top:
        same = [name for name in folders(here) if alike(name, part)]
        if len(same) == 1:  # as another system writes the same letters
            yield from _places(here / same[0], rest, learner, top)


def _assignments(course: Any) -> set[str]:
    """Return the assignments that the instructor's folders are of."""
    return set(folders(Path(course.format_path(course.source_directory, ".", "."))))


def _refusal(learner: str) -> str:
    why = unfit(learner)
    name = shown(storable(learner))
    return why and f"the folder {name} {why}. Please give it another name, and grade again."


def folders(here: Path) -> list[str]:
    """Return the names of the folders in another; none of one that cannot be read."""
    try:
        with os.scandir(here) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir())
    except OSError:
        return []


def _notebooks(folder: Path, pattern: str) -> list[str]:
    try:
        there = [path.stem for path in folder.iterdir() if path.suffix == ".ipynb"]
    except OSError:
        return []
    return sorted(str(folder / f"{name}.ipynb") for name in chosen(there, pattern))
