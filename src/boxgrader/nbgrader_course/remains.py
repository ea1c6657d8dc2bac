"""What in the folder of a course still names a learner who was taken out of it.

Only a person knows what such a file is for: each is named, with what to do.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy

from boxgrader.errors import shown
from boxgrader.nbgrader_course.belongings import STEPS, Known, spelled
from boxgrader.nbgrader_course.finding import LEARNER
from boxgrader.nbgrader_course.forgetting import Kept
from boxgrader.nbgrader_course.mentions import search
from boxgrader.nbgrader_course.names import plain, storable
from boxgrader.typed import quoted, typed

_PAGE = "grades.html"  # of `report`
_LONGEST_HEAD = 100_000  # which csv takes, also in one field
# How the tables begin that `report` writes, and how many columns stand before those of points.
_TABLES_OF_OURS = {
    "canvas": (["Student", "ID", "SIS User ID"], 5),
    "moodle": (["Username", "ID number", "First name"], 5),
    "questions": (["Learner", "Last name", "First name"], 3),
}


@dataclass(frozen=True)
class Remains:
    """What still names a learner, what to do about each, and how far that is known.

    Attributes
    ----------
    named : list of tuple
        Each file or folder, and what to do.
    files : int
        How many files were searched whole.
    skipped : list of str
        What was left out on purpose.
    stopped : str
        Where the search stopped before its end; nothing if it did not.
    """

    named: list[tuple[Path, str]]
    files: int
    skipped: list[str]
    stopped: str


def remaining(
    course: Any, kept: Kept, known: Known, options: str = "", without: Collection[Path] = ()
) -> Remains:
    """Search the folder of a course for what still names a learner.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
    kept : Kept
        Of the learner.
    known : Known
        Of the gradebook as it is now.
    options : str
        What leads a command to the same course from here.
    without : collection of Path
        What is removed, or was to be.
    """
    root = Path(course.root)
    others = {spelled(name) for name in known.learners} - {kept.student}
    everybodys = {plain(name) for name in (*known.assignments, *known.notebooks)}
    named = _within(kept.words)
    tops = {Path(course.format_path(getattr(course, step), ".", ".")) for step in STEPS}
    beside = [it for it in _alike(course, named, others, known) if it[0] not in without]
    whole = {path for path, _ in beside}

    def called(path: Path) -> bool:
        names = map(spelled, (*path.relative_to(root).parent.parts, path.stem))
        return tops.isdisjoint(path.parents) and any(
            named.search(name)
            for name in names
            if name not in others and plain(name) not in everybodys
        )

    done = search(root, kept.words, called, {*without, *whole}, _database(course))
    advice = [(path, _advice(path, known, options)) for path in done.found]
    unread = [(path, f"{why}: look, or delete it") for path, why in done.unread]
    return Remains([*beside, *advice, *unread], done.files, done.skipped, done.stopped)


def _within(words: Collection[str]) -> re.Pattern[str]:
    """Return what finds a learner in the name of a file."""
    forms = "|".join(rf"(?<![^\W_]){re.escape(word)}(?![^\W_])" for word in words)
    return re.compile(forms, re.IGNORECASE)


def _alike(
    course: Any, named: re.Pattern[str], others: Collection[str], known: Known
) -> Iterator[tuple[Path, str]]:
    """Yield what lies beside learners' folders, is nobody's, and has the name within its own."""
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


def _database(course: Any) -> Path | None:
    """Return the file of the gradebook, as a search comes to it; nothing where it is elsewhere."""
    url = sqlalchemy.make_url(course.db_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    root = Path(course.root)
    path = Path(root, url.database).resolve()
    return root / path.relative_to(root.resolve()) if path.is_relative_to(root.resolve()) else None


def _advice(path: Path, known: Known, options: str) -> str:
    """Say how a file is made anew without a learner, or that a person has to mend it."""
    place = os.path.relpath(path)
    if path.name == _PAGE:
        where = "" if place == _PAGE else f" --output {_typed(place)}"
        return _anew(f"report{where}{options}")
    for name in known.assignments:
        if path.name == f"alike-{name}.html":
            command = typed(f"report {_typed(name)} --alike{options}")
            return f"delete it; `{command}` makes it anew"
    if (columns := _kind(path)) is None:
        return "take the name out by hand, or delete the file"
    _, about = _TABLES_OF_OURS[columns]
    own = [it for it in _head(path)[about:] if it in known.assignments]
    one = f" {_typed(own[0])}" if len(own) == 1 else ""
    return _anew(f"report{one} --csv {_typed(place)} --columns {columns}{options}")


def _anew(command: str) -> str:
    """Say what makes a table anew; of its options the table itself does not tell."""
    added = "with --absent-as-zero or --so-far, if it was made so"
    return f"`{typed(command)}` makes it anew ({added})"


def _typed(text: str) -> str:
    """Return a word as a shell takes it, and as a screen shows it."""
    return shown(storable(quoted(text)), 300)


def _head(path: Path) -> list[str]:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return next(csv.reader([file.readline(_LONGEST_HEAD)]), [])


def _kind(path: Path) -> str | None:
    """Return the columns of a table that `report` wrote; nothing where it is another file."""
    if path.suffix != ".csv":
        return None
    try:
        head = _head(path)
    except (OSError, csv.Error):
        return None
    kinds = _TABLES_OF_OURS.items()
    return next((kind for kind, (start, _) in kinds if head[: len(start)] == start), None)
