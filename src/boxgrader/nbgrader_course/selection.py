"""Whose work is graded, and which notebook of it, where not everything is."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable
from fnmatch import fnmatchcase

from boxgrader.errors import GraderError, listed, shown
from boxgrader.nbgrader_course.dependencies import doubted
from boxgrader.nbgrader_course.gradebook import Record
from boxgrader.nbgrader_course.names import one_spelling
from boxgrader.nbgrader_course.work import Work


def chosen(wanted: Collection[str], found: Iterable[Work], assignment: str) -> list[Work]:
    """Return the work of some, or of everybody where nobody is named.

    Raises
    ------
    GraderError
        If the work of one of them was not found.
    """
    everybody = list(found)
    if not wanted:
        return everybody
    names = set(map(one_spelling, wanted))
    there = {one_spelling(item.student) for item in everybody}
    missing = sorted(names - there)
    if missing:
        alike = {name for one in missing for name in difflib.get_close_matches(one, there)}
        raise GraderError(
            f"{listed(missing)} handed in nothing for {assignment}; name the folder in submitted/"
            + (f", such as {listed(alike)}" if alike else "")
        )
    return [item for item in everybody if one_spelling(item.student) in names]


def keep_the_rest(item: Work, known: Record | None, wanted: str) -> None:
    """Keep what there is to say of the notebooks that are not graded now.

    Parameters
    ----------
    item : Work
        One of its notebooks is to be graded.
    known : Record or None
        Of an earlier grading.
    wanted : str
        A pattern of the names of those that are.
    """
    if known:
        item.reasons += [it for it in known.reasons if not fnmatchcase(it.notebook, wanted)]
    if known is None or known.digest != item.digest:
        item.digest = doubted(item.digest)  # so that the others get their turn


def check_notebook(wanted: str, known: Collection[str], assignment: str) -> None:
    """Refuse to grade a notebook that the assignment does not have.

    Raises
    ------
    GraderError
        If there is none of that name.
    """
    if wanted not in known:
        raise GraderError(f"{assignment} has no notebook {shown(wanted)}; it has {listed(known)}")
