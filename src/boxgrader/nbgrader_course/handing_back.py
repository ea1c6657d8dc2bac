"""Pages of feedback on their way to learners, whose addresses nbgrader makes of a secret.

nbgrader's own reads that secret beside the pages, where somebody may hand it on together with
them. Ours reads it where the work lies, so that feedback holds none of it.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from nbgrader.exchange.default.exchange import Exchange
from nbgrader.exchange.default.release_feedback import ExchangeReleaseFeedback
from nbgrader.utils import notebook_hash

from boxgrader.errors import Refused, shown
from boxgrader.nbgrader_course.finding import LEARNER
from boxgrader.nbgrader_course.reading import open_regular

SECRET = "submission_secret.txt"  # noqa: S105 - the name of a file
_MOST_BYTES = 1000


def install() -> None:
    """Let nbgrader hand out pages as this does."""
    ExchangeReleaseFeedback.copy_files = copy_files


def installed() -> bool:
    """Say whether it does."""
    return ExchangeReleaseFeedback.copy_files is copy_files


def inbound(course: Any) -> Path:
    """Return where a course finds what was handed in through nbgrader."""
    return Path(Exchange(config=course.config).root, course.course_id, "inbound")


def read_beside(path: Path, *, inside: Path) -> str | None:
    """Return what a small file beside somebody's work says; None where there is no plain one.

    Parameters
    ----------
    path : Path
    inside : Path
        The folder of that work: below it, no link is followed.
    """
    try:
        with os.fdopen(open_regular(path, inside=inside), "rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8", "replace")
    except Refused:
        return None


def forget_secrets(folder: Path) -> None:
    """Take the secret out of a folder of feedback, where nbgrader does not ask for it there."""
    if installed():
        for path in folder.rglob(SECRET):
            with suppress(IsADirectoryError):
                path.unlink()


def copy_files(exchange: Any) -> None:
    """Put each page where its learner fetches it, as nbgrader does.

    Who did not hand in through nbgrader cannot fetch it, and is named; nbgrader stops there.
    """
    course = exchange.coursedir
    assignment = course.assignment_id
    excluded = set((course.student_id_exclude or "").split(","))
    folder = course.format_path(course.feedback_directory, LEARNER, assignment)
    # As text: nbgrader's own reads an assignment's name as a pattern, and finds none of `ps (a)`.
    before, *after = re.escape(os.path.join(folder, "")).split(re.escape(LEARNER))  # noqa: PTH118
    learners = f"{before}(?P<student>[^/]+)" + "(?P=student)".join(after)
    named = re.compile(rf"{learners}(?P<notebook>[^/]*)\.html", re.DOTALL)
    for page in sorted(glob.glob(os.path.join(exchange.src_path, "*.html"))):  # noqa: PTH118, PTH207
        found = named.fullmatch(page)
        if found is None or found["student"] in excluded:
            continue
        secret = _secret(course, found["student"])
        if not secret:
            exchange.log.warning(
                "No feedback was released to %s, whose work was not handed in through nbgrader: "
                "send them %s",
                shown(found["student"]),
                page,
            )
            continue
        address = notebook_hash(secret=secret, notebook_id=found["notebook"])
        half_done = Path(exchange.dest_path, f"{address}-tmp.html")
        shutil.copy(page, half_done)
        half_done.replace(half_done.with_name(f"{address}.html"))
        exchange.log.info("Feedback released to: %s", half_done.with_name(f"{address}.html"))


def _secret(course: Any, student: str) -> str:
    """Return the secret of what was graded; where nothing was, of what was handed in."""
    for step in (course.autograded_directory, course.submitted_directory):
        folder = Path(course.format_path(step, student, course.assignment_id))
        if folder.is_dir() and (said := read_beside(folder / SECRET, inside=folder)):
            return said
    return ""
