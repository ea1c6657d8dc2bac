"""What the grades of a submission depend on: where it is all as it was, nothing is graded again."""

from __future__ import annotations

import hashlib
import inspect
import itertools
import json
import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import sqlalchemy
from nbgrader import api
from nbgrader.converters.autograde import Autograde
from nbgrader.plugins import LateSubmissionPlugin
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy.orm import object_session
from traitlets.config import Config
from traitlets.utils.importstring import import_item

from boxgrader.box.bench import Settings
from boxgrader.engine.cells import code
from boxgrader.nbgrader_course.source import Source
from boxgrader.nbgrader_course.timestamps import timestamp

_VERSION = "5"  # raised when grades of unchanged submissions may change
_MOST_BYTES = 64 << 20  # of one submission; of what is more, size and time stand for the content
_MOST_FILES, _MOST_NAMES = 2_000, 50_000
_PART, _HALF = 8, 32  # hexadecimal digits of a digest: each of the parts, and the submission's own
_PARTS = (
    "the tests, their points or the solution",
    "a file beside the instructor's notebook",
    "the configuration of the course, or boxgrader itself",
    "a due date, an extension, a penalty, or points by hand of which being late costs a share",
)
_DOUBTED = "?"
_PLUGIN = "plugin_class"
_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
_NOT_THE_COURSES = ("nbgrader.", "nbclient.", "nbconvert.", "traitlets.", "boxgrader.")


class Dependencies:
    """What all submissions of an assignment depend on, looked up once.

    Parameters
    ----------
    converter : nbgrader.converters.Autograde
    settings : Settings
    source : Source
    assignment : nbgrader.api.Assignment
        As it stands in the open gradebook.
    """

    def __init__(
        self, converter: Autograde, settings: Settings, source: Source, assignment: Any
    ) -> None:
        self._config = converter.config
        self._due: datetime | None = assignment.duedate
        steps = [*converter.sanitize_preprocessors, *converter.autograde_preprocessors]
        tests = (*map(_gradebook, assignment.notebooks), *_instructors(source))
        files = (f"{name} {_sum(path).hex()}" for name, path in sorted(source.files().items()))
        configured = (
            _VERSION,
            # Not the limits: who raises one for a slow learner does not want to grade two thousand.
            repr((settings.boxed, settings.loopback, settings.readable, source.kernel)),
            repr(converter.exclude_overwriting.get(assignment.name, [])),
            *map(self._step, steps),
        )
        self._shared = "".join(map(_part, (tests, files, configured)))
        table = api.SubmittedAssignment.__table__
        query = sqlalchemy.select(table.c.student_id, table.c.timestamp, table.c.extension)
        session: Any = object_session(assignment)
        rows = session.execute(query.where(table.c.assignment_id == assignment.id))
        self._submitted = {row.student_id: (row.timestamp, row.extension) for row in rows}
        self._by_hand = _by_hand(session, assignment.id) if self._due else {}

    def digest(self, student: str, folder: Path) -> str:
        """Digest a submission and what it depends on, or nothing if it cannot be read."""
        own = _submission(folder)
        return own and self._shared + _part([self._late(student, folder)]) + own[:_HALF]

    def has(self, student: str) -> bool:
        """Say whether the gradebook has a submission; an instructor may have removed it."""
        return student in self._submitted

    def _late(self, student: str, folder: Path) -> str:
        """Return how late somebody is and what that costs; nothing for who is in time.

        What it costs may be a share of all points, and so of those by hand.
        """
        submitted, extension = self._submitted.get(student, (None, None))
        said, _ = timestamp(folder, inside=folder)  # where it says none, that is told when graded
        submitted = said or submitted
        if self._due is None or submitted is None:
            return ""
        late = submitted - self._due - (extension or timedelta())
        if late <= timedelta():
            return ""
        chosen = self._config.AssignLatePenalties.get(_PLUGIN)
        chosen = AssignLatePenalties.plugin_class.default_value if chosen is None else chosen
        by_hand = "" if self._costs_nothing(chosen) else self._by_hand.get(student, "")
        return f"{late.total_seconds()} {self._step(chosen)} {by_hand}"

    def _costs_nothing(self, chosen: Any) -> bool:
        """Say whether being late is noted and costs no points, as nbgrader has it by default."""
        ours = LateSubmissionPlugin
        named = f"{ours.__module__}.{ours.__qualname__}"
        methods = {
            it.get("penalty_method", "none") for it in _sections(self._config, ours.__name__)
        }
        return chosen in (ours, named) and methods <= {"none"}

    def _step(self, step: Any) -> str:
        """Return a step of nbgrader's, or a plugin, with its settings and what the course wrote."""
        try:
            step = import_item(step) if isinstance(step, str) else step
        except ImportError:
            return str(step)  # it is told when it is used
        kinds = inspect.getmro(step if isinstance(step, type) else type(step))
        said = [step.__qualname__ if isinstance(step, type) else kinds[0].__qualname__]
        for kind in kinds:
            settings = self._config.get(kind.__name__, {})
            said += [
                f"{name}={_ADDRESS.sub('', repr(value))}"
                for name, value in sorted(settings.items())
                if "timeout" not in name and name != _PLUGIN  # a limit; what only the late lose
            ]
            if not kind.__module__.startswith(_NOT_THE_COURSES):
                said += [_sum(path).hex() for path in _files(kind)]
        return " ".join(said)


def _sections(config: Config, name: str) -> Iterator[Config]:
    """Yield what a course says of a class, also where it says it of that class within another."""
    for key, value in config.items():
        if isinstance(value, Config):
            if key == name:
                yield value
            yield from _sections(value, name)


def _by_hand(session: Any, assignment: str) -> dict[str, str]:
    """Return what a person gave for each notebook, by student; nothing where that is nothing."""
    grades, works = api.Grade.__table__, api.SubmittedAssignment.__table__
    mine = api.SubmittedNotebook.__table__
    total = sqlalchemy.func.sum
    query = (
        sqlalchemy.select(works.c.student_id, mine.c.notebook_id, total(grades.c.manual_score))
        .add_columns(total(grades.c.extra_credit))
        .join_from(grades, mine, mine.c.id == grades.c.notebook_id)
        .join(works, works.c.id == mine.c.assignment_id)
        .where(works.c.assignment_id == assignment)
        .group_by(works.c.student_id, mine.c.notebook_id)
        .order_by(mine.c.notebook_id)
    )
    found: dict[str, str] = {}
    for student, notebook, manual, extra in session.execute(query):
        if manual is not None or extra:
            found[student] = f"{found.get(student, '')} {notebook}={manual}+{extra}"
    return found


def same_submission(one: str, other: str) -> bool:
    """Say whether two digests are of the same files, whatever they depend on."""
    return one[_HALF:] == other[_HALF:] != ""


def doubted(digest: str) -> str:
    """Return a digest of the same files that equals no other."""
    return _DOUBTED + digest[1:]


def is_doubted(digest: str) -> bool:
    """Say whether a submission was to be graded again, and is not yet."""
    return digest.startswith(_DOUBTED)


def why_again(before: str, now: str, *, asked: bool) -> str:
    """Say why a submission is graded again, as far as its digests tell.

    Examples
    --------
    >>> why_again("a" * 64, "a" * 8 + "b" * 8 + "a" * 47 + "b", asked=False)
    "Graded again, for a change of: a file beside the instructor's notebook; what was handed in."
    >>> why_again(doubted("a" * 64), "a" * 64, asked=False)
    'Graded again, because an earlier run did not finish it.'
    """
    was, parts = before, []
    if before and len(before) == len(now):
        was = now[0] + before[1:] if is_doubted(before) else before
        spans = [slice(n * _PART, (n + 1) * _PART) for n in range(len(_PARTS))]
        named = zip((*spans, slice(_HALF, None)), (*_PARTS, "what was handed in"), strict=True)
        parts = [part for span, part in named if was[span] != now[span]]
    if parts:
        return f"Graded again, for a change of: {'; '.join(parts)}."
    if asked:
        return "Graded again, because --again asked for it."
    return "Graded again, because an earlier run did not finish it." if is_doubted(before) else ""


def _part(said: Iterable[str]) -> str:
    """Digest what one part of the grades depends on."""
    digest = hashlib.sha256()
    for one in said:
        digest.update(f"{len(one)}:{one}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:_PART]


def _gradebook(notebook: Any) -> str:
    """Return what the gradebook says of an instructor's notebook."""
    kernel = json.loads(notebook.kernelspec or "{}")
    cells = sorted((it.name, it.cell_type, it.locked, it.source) for it in notebook.source_cells)
    graded = [*notebook.grade_cells, *notebook.task_cells]
    points = sorted((cell.name, cell.max_score) for cell in graded)
    return repr((notebook.name, kernel.get("name"), kernel.get("language"), cells, points))


def _instructors(source: Source) -> Iterator[str]:
    """Yield what runs of the instructor's notebooks: tests are judged by it."""
    for path in sorted(source.folder.glob("*.ipynb")):
        try:
            notebook = nbformat.read(path, as_version=4)
        except Exception:  # noqa: S112 - whoever plans with it says what is wrong
            continue
        yield repr((path.name, [cell.source for cell in code(notebook)]))


def _files(kind: type) -> Iterable[Path]:
    """Return the files that methods of a class are written in."""
    methods = [inspect.unwrap(it) for it in vars(kind).values() if inspect.isfunction(it)]
    return sorted({Path(method.__code__.co_filename) for method in methods})


def _sum(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        return b""


def _submission(folder: Path) -> str:
    """Digest what was handed in, or nothing if it cannot be read."""
    digest = hashlib.sha256()
    left = _MOST_BYTES
    try:
        found = list(itertools.islice(_below(folder), _MOST_NAMES + 1))
        if len(found) > _MOST_NAMES:  # refused, and each time again
            return ""
        for number, path in enumerate(sorted(found)):
            status = path.lstat()
            name = path.relative_to(folder)
            digest.update(os.fsencode(f"\0{name}\0{status.st_mode}\0{status.st_size}\0"))
            if not path.is_file() or path.is_symlink():
                continue
            left -= status.st_size
            if left < 0 or number >= _MOST_FILES:
                digest.update(str(status.st_mtime_ns).encode())
            else:
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    except OSError:  # a path that is too long, a file that may not be read: refused later
        return ""
    return digest.hexdigest()


def _below(folder: Path) -> Iterator[Path]:
    """Yield what a folder holds, and follow no link."""
    for here, folders, names in os.walk(folder, onerror=_raise):
        yield from (Path(here, name) for name in [*folders, *names])


def _raise(error: OSError) -> None:
    raise error
