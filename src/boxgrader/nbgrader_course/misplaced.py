"""Whose notebook of an assignment lies where no assignment is looked for.

Nobody gets 0 for a folder of another name: whoever handed in such a notebook is named. What lies in
the folder of another assignment is that one's, as long as it may be: two may have a `homework`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from boxgrader.errors import Refused, listed, shown
from boxgrader.nbgrader_course.finding import LEARNER, chosen, folders, found
from boxgrader.nbgrader_course.matching import NOTEBOOK, files_of
from boxgrader.nbgrader_course.names import alike, plain, storable

_RUNS = re.compile(r"\d+|[^\W\d]+|[^\w\s]+")


@dataclass(frozen=True)
class Misplaced:
    """A learner whose notebook lies in a wrong place, and the sentence on it."""

    student: str
    sentence: str


def misplaced(course: Any, notebooks: Collection[str] = ()) -> list[Misplaced]:
    """Return whose notebook of an assignment is misplaced, where there is no other work of theirs.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
    notebooks : collection of str
        What the notebooks of its assignment are called.
    """
    assignment = course.assignment_id
    path = Path(course.format_path(course.submitted_directory, LEARNER, assignment))
    if path.parts[-2:] != (LEARNER, assignment):
        return []
    top = path.parents[1]
    there = {work.student for work in found(course)}
    meanings = _meanings(course)
    meanings[assignment] = {assignment, *notebooks} | meanings.get(assignment, set())
    others = {
        PurePath(folder): learner
        for name in folders(top)
        if storable(name) not in there
        for learner, folder in _learners(top, name, assignment)
        if storable(learner) not in there
    }
    wanted = chosen(set(others.values()), course.student_id)
    return [
        Misplaced(storable(learner), sentence)
        for folder, learner in others.items()
        if learner in wanted
        for sentence in _told(top, learner, folder, assignment, meanings, course.ignore)
    ]


def _learners(top: Path, name: str, assignment: str) -> list[tuple[str, str]]:
    """Return whose folder it is: of several learners, where it has the assignment's name."""
    within = folders(top / name) if alike(name, assignment) else []
    return [(one, f"{name}/{one}") for one in within] or [(name, name)]


def _told(
    top: Path,
    learner: str,
    folder: PurePath,
    assignment: str,
    meanings: Mapping[str, Collection[str]],
    ignore: Collection[str],
) -> Iterator[str]:
    place = f"a folder {assignment} in {top / shown(storable(learner))}"
    try:
        files = [folder / path for path in files_of(top / folder, ignore)]
    except Refused as refused:
        name = shown(storable(str(folder)))
        yield f"{name}: look whether {assignment} is in it; it belongs in {place}. {refused}"
        return
    meant = [
        storable(str(path))
        for path in files
        if NOTEBOOK.fullmatch(path.name) and _is_of(path, assignment, meanings)
    ]
    if meant:
        was, it, belongs = (
            ("was", "it", "belongs") if len(meant) == 1 else ("were", "they", "belong")
        )
        yield f"{listed(meant)} {was} not graded: {it} {belongs} in {place}."


def _is_of(path: PurePath, assignment: str, meanings: Mapping[str, Collection[str]]) -> bool:
    """Say whether a notebook is an assignment's: by its own name, or else by the nearest folder."""
    owners = _owners(NOTEBOOK.sub(r"\1", path.name), meanings)
    for folder in reversed(path.parent.parts):
        if len(owners) == 1:
            break
        nearer = _owners(folder, meanings)
        owners = nearer & owners if nearer & owners else owners or nearer
    return assignment in owners


def _owners(name: str, meanings: Mapping[str, Collection[str]]) -> set[str]:
    """Return the assignments that a name means: by the longest of their names that stand in it."""
    within = {
        (assignment, known)
        for assignment, names in meanings.items()
        for known in names
        if _stands_in(known, name)
    }
    return {
        assignment
        for assignment, known in within
        if not any(_stands_in(known, other) and known != other for _, other in within)
    }


def _stands_in(known: str, name: str) -> bool:
    """Say whether a name stands in another: ps1 in PS 1 and in ps1final, but not in ps10."""
    runs = r"\s?".join(map(re.escape, _RUNS.findall(plain(known))))
    end = r"(?!\d)" if known[-1:].isdigit() else r"(?!\w)"
    return re.search(rf"(?<!\w){runs}{end}", plain(name)) is not None


def _meanings(course: Any) -> dict[str, set[str]]:
    """Return the names that mean each assignment of the instructor: its own, and its notebooks'."""
    top = Path(course.format_path(course.source_directory, ".", "."))
    return {
        name: {name, *(path.stem for path in (top / name).glob("*.ipynb"))} for name in folders(top)
    }
