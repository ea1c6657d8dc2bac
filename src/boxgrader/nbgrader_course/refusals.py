"""The page of a learner of whom nothing could be graded: why, and what to do."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from boxgrader.engine.job import Reason
from boxgrader.nbgrader_course import handing_back, timestamps
from boxgrader.nbgrader_course.names import unfit
from boxgrader.nbgrader_course.notices import notices
from boxgrader.nbgrader_course.page_templates import template


def tell(course: Any, student: str, notebooks: Iterable[str], reasons: Iterable[Reason]) -> None:
    """Write a page in the place of each notebook's feedback, where it says something else.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
    student : str
        Who has no graded notebook of the course's assignment.
    notebooks : iterable of str
        Those of the assignment.
    reasons : iterable of Reason
        Of the refusal.

    Raises
    ------
    OSError
        If one cannot be written.
    """
    assignment = course.assignment_id
    handed_in = Path(course.format_path(course.submitted_directory, student, assignment))
    if unfit(student) or not handed_in.is_dir():  # as its name cannot be written
        return
    folder = Path(course.format_path(course.feedback_directory, student, assignment))
    folder.mkdir(parents=True, exist_ok=True)
    said = notices(list(reasons), set(), "")
    page = template("refusal.html").render(title=f"{assignment}: not graded", said=said) + "\n"
    for name in notebooks:
        path = folder / f"{name}.html"
        if not (path.is_file() and path.read_text("utf-8") == page):
            path.write_text(page, "utf-8")
    _address(course, handed_in, folder)


def _address(course: Any, handed_in: Path, folder: Path) -> None:
    """Leave when it was handed in, and what nbgrader's own asks for when it hands out pages.

    Without, it gives nobody a page, so where work came through it each has a secret, which is part
    of a page's address. One that is made up leads nobody to it.
    """
    made_up = {timestamps.NAME: "", handing_back.SECRET: secrets.token_hex(32)}
    asked_for = not handing_back.installed() and handing_back.inbound(course).is_dir()
    for name, otherwise in made_up.items():
        said = handing_back.read_beside(handed_in / name, inside=handed_in)
        if said is not None or (asked_for and not (folder / name).exists()):
            (folder / name).write_text(otherwise if said is None else said, "utf-8")
    handing_back.forget_secrets(folder)
