"""What in the folder of a course still names a learner who was taken out of it.

Only a person knows what such a file is for: each is named, with what to do.
"""

from __future__ import annotations

import csv
import html
import os
import re
import shlex
import stat
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from boxgrader.errors import shown
from boxgrader.nbgrader_course.belongings import STEPS, Known, spelled
from boxgrader.nbgrader_course.finding import LEARNER
from boxgrader.nbgrader_course.names import plain, storable

_LOOKED_AT = re.compile(
    r"\.(csv|tsv|html?|json|txt|log|md|db\b.*|sqlite.*|bak|old)$", re.IGNORECASE
)
_OF_A_DATABASE = ("-journal", "-wal", "-shm")  # whoever deletes such a file breaks the database
_CONFIGURATION = "nbgrader_config.py"
_PAGE = "grades.html"  # of `report`
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
    root = Path(course.root)
    steps = ("source_directory", "release_directory", *STEPS)
    tops = {Path(course.format_path(getattr(course, step), ".", ".")) for step in steps}
    candidates = [*_beside(root, db_url), *_tables_below(root, tops)]
    return [*_alike(course, words, known), *_files(root, candidates, words, known)]


def _alike(course: Any, words: Collection[str], known: Known) -> Iterator[tuple[Path, str]]:
    """Yield what lies beside learners' folders, is nobody's, and has the name within its own."""
    named = re.compile(
        "|".join(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])" for word in words), re.IGNORECASE
    )
    others = {spelled(name) for name in known.learners}
    assignments = set(map(plain, known.assignments))
    for step in STEPS:
        path = Path(course.format_path(getattr(course, step), LEARNER, "."))
        if path.name != LEARNER or not path.parent.is_dir():
            continue
        for entry in sorted(path.parent.iterdir()):
            name = spelled(entry.name)
            if entry.is_dir() and (name[0] == "." or plain(entry.name) in assignments):
                continue  # of many: its own were found in it
            if name not in others and named.search(name):
                yield entry, "it has the name within its own; if it is theirs, delete it"


def _files(
    root: Path, candidates: Collection[Path], words: Collection[str], known: Known
) -> Iterator[tuple[Path, str]]:
    written = {form for word in words for form in (word, html.escape(word))}
    named = re.compile(
        "|".join(rf"(?<![\w.+-]){re.escape(form)}(?![\w+-]|\.\w)" for form in sorted(written))
    )
    for path in candidates:
        if _holds(path, named):
            yield path, _advice(path, root, known)


def _beside(root: Path, db_url: str) -> Iterator[Path]:
    """Yield what a person may read that lies in the folder of the course itself."""
    for path in sorted(root.iterdir()):
        if not (_LOOKED_AT.search(path.name) or path.name == _CONFIGURATION):
            continue
        if path.name.endswith(_OF_A_DATABASE) or db_url.endswith(str(path)):
            continue
        if stat.S_ISREG(path.lstat().st_mode):
            yield path


def _tables_below(root: Path, steps: Collection[Path]) -> Iterator[Path]:
    """Yield tables that `report` wrote into folders of the course, but no work of learners."""
    for here, folders, names in os.walk(root):
        folders[:] = sorted(
            name for name in folders if name[0] != "." and Path(here, name) not in steps
        )
        for path in (Path(here, name) for name in sorted(names)):
            if path.parent == root or not stat.S_ISREG(path.lstat().st_mode):
                continue
            if path.name == _PAGE or (path.suffix == ".csv" and _kind(path)):
                yield path


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


def _advice(path: Path, root: Path, known: Known) -> str:
    """Say how a file is made anew without a learner, or that a person has to mend it."""
    place = str(path.relative_to(root))
    try:
        head = _head(path)
    except OSError as error:
        return f"nobody here may read it ({error.strerror}): look, or delete it"
    if path.name == _PAGE:
        where = "" if place == _PAGE else f" --output {_typed(place)}"
        return f"`report{where}` makes it anew"
    if columns := _kind(path):
        own = [it for it in head[_TABLES_OF_OURS[columns][1] :] if it in known.assignments]
        one = f" {_typed(own[0])}" if len(own) == 1 else ""
        return f"`report{one} --csv {_typed(place)} --columns {columns}` makes it anew"
    return "take the name out by hand, or delete the file"


def _typed(text: str) -> str:
    """Return a word as a shell takes it, and as a screen shows it."""
    return shown(storable(shlex.quote(text)), 300)


def _head(path: Path) -> list[str]:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return next(csv.reader([file.readline(_LONGEST_HEAD)]), [])


def _kind(path: Path) -> str:
    """Return the columns of a table that `report` wrote; nothing where it is another file."""
    try:
        head = _head(path)
    except OSError:
        return ""
    return next(
        (kind for kind, (start, _) in _TABLES_OF_OURS.items() if head[: len(start)] == start), ""
    )
