"""Which folders and files of a course are one learner's, wherever a program or a person put them.

Names are data: folders are listed, no learner's name is ever a pattern or a part of a path, and no
link is followed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader.exchange.default.exchange import Exchange
from nbgrader.utils import notebook_hash

from boxgrader.nbgrader_course.course import settings_around
from boxgrader.nbgrader_course.files import PART
from boxgrader.nbgrader_course.finding import LEARNER
from boxgrader.nbgrader_course.handing_back import SECRET, read_beside
from boxgrader.nbgrader_course.names import one_spelling, plain, storable

STEPS = ("feedback_directory", "autograded_directory", "submitted_directory")
_ASSIGNMENT = "\1"  # stands for an assignment in a path
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")  # an assignment may be called 2026


@dataclass(frozen=True)
class Known:
    """What a gradebook knows: the names of learners, assignments and notebooks."""

    learners: Collection[str] = field(default=())
    assignments: Collection[str] = field(default=())
    notebooks: Collection[str] = field(default=())


def spelled(name: str) -> str:
    """Return the name of a folder or of a gradebook so that two can be compared."""
    return one_spelling(storable(name))


def by_learner(course: Any, known: Known) -> dict[str, list[Path]]:
    """Return what lies in a course under the name of each learner.

    That is the folders of all steps; what a program has put aside in a hidden folder, or was making
    when it was killed; and work in a folder that has an assignment's name. No learner has a hidden
    one: the gradebook may name `.replaced`, as one who was refused. A learner may be called as an
    assignment is: then others' work in that folder is theirs still.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
    known : Known
    """
    learners = set(map(spelled, known.learners))
    assignments = set(map(plain, known.assignments))
    found: dict[str, list[Path]] = {}
    for step in STEPS:
        directory = getattr(course, step)
        path = Path(course.format_path(directory, LEARNER, _ASSIGNMENT))
        places = list(_in(Path(path.anchor), path.parts[1:], known.assignments))
        top = Path(course.format_path(directory, ".", "."))
        for name, place in [*_aside(top, learners, assignments), *places]:
            if name.startswith("."):
                continue
            if plain(name) not in assignments:
                found.setdefault(spelled(name), []).append(place)
            elif spelled(name) in learners:
                found.setdefault(spelled(name), []).extend(_own(place, learners, assignments))
    return {name: list(dict.fromkeys(places)) for name, places in found.items()}


def _own(place: Path, learners: Collection[str], assignments: Collection[str]) -> list[Path]:
    """Return a folder, or what lies in it, if some of that is other learners'."""
    within = [] if place.is_symlink() else _listed(place)
    others = {name for name in within if _is_others(name, learners, assignments)}
    return [place / name for name in within if name not in others] if others else [place]


def _is_others(name: str, learners: Collection[str], assignments: Collection[str]) -> bool:
    """Say whether what lies in the folder of one who is called as an assignment is another's."""
    return spelled(name) in learners and plain(name) not in assignments


def _in(
    here: Path, parts: tuple[str, ...], assignments: Collection[str]
) -> Iterator[tuple[str, Path]]:
    """Yield each learner of a path with placeholders, and what lies at the first that is theirs."""
    if not parts:
        return
    part, rest = parts[0], parts[1:]
    if LEARNER in part:
        patterns = [part.replace(_ASSIGNMENT, it) for it in assignments]
        for name in _listed(here):
            claimed = {_between(it, LEARNER, name) for it in patterns or [part]} - {""}
            if len(claimed) == 1:  # else it may be somebody else's
                yield claimed.pop(), here / name
    elif _ASSIGNMENT in part:
        for name in _listed(here, folders=True):
            if _between(part, _ASSIGNMENT, name):
                yield from _in(here / name, rest, assignments)
    else:
        yield from _in(here / part, rest, assignments)


def _between(pattern: str, mark: str, name: str) -> str:
    """Return what stands in a name where a pattern has its mark, or nothing."""
    before, _, after = pattern.partition(mark)
    found = name.removeprefix(before).removesuffix(after)
    return found if name == f"{before}{found}{after}" else ""


def _aside(
    top: Path, learners: Collection[str], assignments: Collection[str]
) -> Iterator[tuple[str, Path]]:
    """Yield what lies under learners' names in folders that are of many."""
    for name in _listed(top, folders=True):
        if name.startswith(PART):
            for half_done in _listed(top / name, folders=True):
                for within in _listed(top / name / half_done):
                    yield within, top / name / half_done / within
        elif name.startswith(".") or plain(name) in assignments:
            theirs = spelled(name) in learners and not name.startswith(".")
            for within in _listed(top / name):
                if not theirs or _is_others(within, learners, assignments):
                    yield within, top / name / within


def _listed(here: Path, *, folders: bool = False) -> list[str]:
    """Return the names in a folder, or those of real folders alone."""
    try:
        with os.scandir(here) as entries:
            return sorted(
                it.name for it in entries if not folders or it.is_dir(follow_symlinks=False)
            )
    except OSError:
        return []


# --- nbgrader's exchange -------------------------------------------------------------------------


def exchange(course: Any) -> Path | None:
    """Return the folder of a course in nbgrader's exchange, if there is one."""
    config = settings_around(course)
    name = course.course_id or config.CourseDirectory.get("course_id", "")
    folder = Path(Exchange(config=config).root, name)
    return folder if name and folder.is_dir() else None


def submitted_to(exchange: Path) -> dict[str, list[Path]]:
    """Return what was handed in to an exchange and lies there still, by the name that it says."""
    found: dict[str, list[Path]] = {}
    for name in _listed(exchange / "inbound"):
        for number in (3, 2):  # a random name stands at the end, if the course does not forbid it
            parts = name.rsplit("+", number)
            if len(parts) == number + 1 and _TIME.match(parts[2]):
                place = exchange / "inbound" / name
                found.setdefault(spelled(parts[0]), []).append(place)
                break
    return found


def pages_in(
    exchange: Path,
    places: Collection[Path],
    others: Collection[Path],
    notebooks: Collection[str],
) -> list[Path]:
    """Return the pages of feedback in an exchange that nbgrader gave to whose work lies in places.

    A page's name is made of the submission's secret and the notebook's name. Where one work was
    copied for several people who were graded, its page is that of the others, too, and stays.
    """
    paths = list(_files(places))
    stems = {*notebooks, *(path.stem for _, path in paths if path.suffix in (".ipynb", ".html"))}
    pages = [
        exchange / "feedback" / f"{notebook_hash(secret=secret, notebook_id=stem)}{end}"
        for secret in sorted(_secrets(paths) - _secrets(_files(others)) - {""})
        for stem in sorted(stems)
        for end in (".html", "-tmp.html")
    ]
    return [page for page in pages if os.path.lexists(page)]


def _files(places: Collection[Path]) -> Iterator[tuple[Path, Path]]:
    """Yield each place, and a file in it; no link is followed."""
    for place in places:
        for here, _, names in os.walk(place) if not place.is_symlink() else ():
            yield from ((place, Path(here, name)) for name in names)


def _secrets(paths: Iterable[tuple[Path, Path]]) -> set[str]:
    return {read_beside(path, inside=it) or "" for it, path in paths if path.name == SECRET}
