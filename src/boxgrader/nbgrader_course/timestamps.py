"""When something was handed in, as `timestamp.txt` says; an unreadable one makes nobody late."""

from __future__ import annotations

import datetime
import os
import warnings
from pathlib import Path
from typing import Any

from nbgrader.utils import parse_utc

from boxgrader.errors import Refused, shown
from boxgrader.nbgrader_course.reading import open_regular

NAME = "timestamp.txt"
_MOST_BYTES = 200
_AHEAD = datetime.timedelta(days=1)  # for clocks and zones


def timestamp(folder: Path, *, inside: Path) -> tuple[datetime.datetime | None, str]:
    """Return when a submission was handed in, in UTC, and why that is not known.

    Parameters
    ----------
    folder : Path
        The submission.
    inside : Path
        A folder above it that the instructor made.

    Returns
    -------
    tuple
        The time, or nothing; and a sentence where there is a file and no time.
    """
    if not os.path.lexists(folder / NAME):
        return None, ""
    try:
        with os.fdopen(open_regular(folder / NAME, inside=inside), "rb") as file:
            said = file.read(_MOST_BYTES).decode("utf-8-sig", "replace").strip()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a zone that nobody knows is taken for UTC
            when = parse_utc(said) if said else None
    except Refused:
        return None, _unknown("it is not a plain file")
    except Exception:  # dateutil stops in many ways
        return None, _unknown(f"it says {shown(said, 40)!r}")
    if when is None:
        return None, _unknown("it is empty")
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    if when > now + _AHEAD:
        return None, _unknown(f"it says {when:%Y-%m-%d %H:%M}, which has not come yet")
    return when, ""


def existing_timestamp(course: Any, folder: str) -> datetime.datetime | None:
    """Return when something was handed in, where nbgrader's `CourseDirectory` would stop."""
    return timestamp(Path(folder), inside=Path(folder))[0]


def submitted_timestamp(api: Any, assignment_id: str, student_id: str) -> datetime.datetime | None:
    """Return it where one file that cannot be read would stop formgrader's list of a class."""
    course = api.coursedir
    folder = course.format_path(course.submitted_directory, student_id, assignment_id)
    return existing_timestamp(course, folder)


def _unknown(why: str) -> str:
    return f"{NAME} does not say when this was handed in ({why}): it counts as in time."
