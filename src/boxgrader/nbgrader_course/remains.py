"""What in the folder of a course still names a learner who was taken out of it.

Only a person knows what such a file is for: each is named, with what to do.
"""

from __future__ import annotations

import csv
import html
import re
import stat
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from boxgrader.errors import shown
from boxgrader.nbgrader_course.belongings import STEPS, Known, spelled
from boxgrader.nbgrader_course.finding import LEARNER
from boxgrader.nbgrader_course.names import storable

_LOOKED_AT = re.compile(
    r"\.(csv|tsv|html?|json|txt|log|md|db\b.*|sqlite.*|bak|old)$", re.IGNORECASE
)
_CONFIGURATION = "nbgrader_config.py"
_CHUNK = 1 << 20  # letters
_LONGEST_HEAD = 100_000  # which csv takes, also in one field
# How the tables begin that `report` writes, and how many columns stand before those of points.
_TABLES_OF_OURS = {
    "canvas": (["Student", "ID", "SIS User ID"], 5),
    "moodle": (["Username", "ID number", "First name"], 5),
    "questions": (["Learner", "Last name", "First name"], 3),
}


def remaining(
    course: Any, words: Collection[str], known: Known, db_url: str
) -> list[tuple[Path, str]]:
    """Return what still names a learner, and what to do about each.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
    words : collection of str
        What names the learner: an id, an e-mail address.
    known : Known
        Of the gradebook as it is now.
    db_url : str
        Its address: it is no file to be looked at.
    """
    return [*_alike(course, words, known), *_files(Path(course.root), words, known, db_url)]


def _alike(course: Any, words: Collection[str], known: Known) -> Iterator[tuple[Path, str]]:
    """Yield what lies beside learners' folders, is nobody's, and has the name within its own."""
    named = re.compile(
        "|".join(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])" for word in words), re.IGNORECASE
    )
    others = {spelled(name) for name in known.learners}
    for step in STEPS:
        path = Path(course.format_path(getattr(course, step), LEARNER, "."))
        if path.name != LEARNER or not path.parent.is_dir():
            continue
        for entry in sorted(path.parent.iterdir()):
            name = spelled(entry.name)
            if name not in others and named.search(name):
                yield entry, "it has the name within its own; if it is theirs, delete it"


def _files(
    root: Path, words: Collection[str], known: Known, db_url: str
) -> Iterator[tuple[Path, str]]:
    written = {form for word in words for form in (word, html.escape(word))}
    named = re.compile(
        "|".join(rf"(?<![\w.+-]){re.escape(form)}(?![\w+-]|\.\w)" for form in sorted(written))
    )
    for path in sorted(root.iterdir()):
        if not (_LOOKED_AT.search(path.name) or path.name == _CONFIGURATION):
            continue
        if not stat.S_ISREG(path.lstat().st_mode) or db_url.endswith(str(path)):
            continue
        if _holds(path, named):
            yield path, _advice(path, known)


def _holds(path: Path, named: re.Pattern[str]) -> bool:
    """Say whether a file names somebody; a part of it at a time, for it may be large."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            before = ""
            while part := file.read(_CHUNK):
                if named.search(before + part):
                    return True
                before = part[-1000:]
    except OSError:
        return True  # whoever may read it has to look
    return False


def _advice(path: Path, known: Known) -> str:
    """Say how a file is made anew without a learner, or that a person has to mend it."""
    name = shown(storable(path.name))
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            head = file.readline(_LONGEST_HEAD)
    except OSError as error:
        return f"nobody here may read it ({error.strerror}): look, or delete it"
    if path.name == "grades.html":
        return "`report` makes it anew"
    row = next(csv.reader([head]), [])
    for columns, (start, about) in _TABLES_OF_OURS.items():
        if row[: len(start)] == start:
            own = [it for it in row[about:] if it in known.assignments]
            one = f" {own[0]}" if len(own) == 1 else ""
            return f"`report{one} --csv {name} --columns {columns}` makes it anew"
    return "take the name out by hand, or delete the file"
