"""Make of what a learner handed in what an executor runs: read, sanitised, with its plan."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from boxgrader.box.bench import Settings
from boxgrader.engine.job import Job, Reason, cells_of
from boxgrader.engine.kernels import check_python
from boxgrader.errors import (
    FRESH,
    GraderError,
    Refused,
    StepError,
    UnableError,
    clause,
    listed,
    shown,
)
from boxgrader.nbgrader_course import files, replaced, submissions, timestamps
from boxgrader.nbgrader_course.finding import chosen
from boxgrader.nbgrader_course.matching import Match, match
from boxgrader.nbgrader_course.reading import check_folder
from boxgrader.nbgrader_course.source import Source
from boxgrader.nbgrader_course.steps import through
from boxgrader.nbgrader_course.untouched import untouched
from boxgrader.nbgrader_course.work import Work


class Preparation:
    """Prepares submissions of one assignment.

    Parameters
    ----------
    grader : nbgrader.converters.Autograde
        Whose settings and sanitising steps hold.
    source : Source
    settings : Settings
    known : mapping of str to mapping
        The notebooks of the assignment; what was released in their marked cells, by grade id.
    """

    def __init__(
        self,
        grader: Any,
        source: Source,
        settings: Settings,
        known: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._grader = grader
        self._course = grader.coursedir
        self._source = source
        self._settings = settings
        self._known = known
        self._wanted = sorted(chosen(list(known), self._course.notebook_id))
        self._bounds = grader.bounds()
        if not self._wanted:
            raise GraderError(
                f"There is no notebook {self._course.notebook_id} in {self._course.assignment_id}; "
                f"there are {', '.join(sorted(known)) or 'none'}."
            )

    def jobs(self, item: Work) -> dict[str, Job]:
        """Read and sanitise a submission, and return what is to be run, by notebook.

        Raises
        ------
        Refused
            If nothing of it can be graded.
        """
        if item.refusal:
            raise UnableError(item.refusal)
        folder = Path(item.folder)
        check_folder(folder, inside=item.top)
        found = match(folder, sorted(self._known), self._course.ignore)
        if found.notebooks:
            item.notebooks = [str(found.root / f"{name}.ipynb") for name in found.notebooks]
        item.reasons += [Reason("renamed", text) for text in found.renamed]
        self._read_timestamp(item, found.root)
        item.several = len(self._known) > 1
        item.missing = sorted(set(self._known) - set(found.notebooks))
        wanted = {name: found.notebooks[name] for name in self._wanted if name in found.notebooks}
        if not wanted:
            raise _nothing(self._wanted[0], found)
        item.files = files.handed_in(
            found.root,
            inside=item.top,
            ignore=self._course.ignore,
            released=self.overwritten(),
            bounds=self._bounds,
        )
        if names := replaced.replaced(found.root, self.overwritten(), inside=item.top):
            item.reasons.append(Reason("replaced", replaced.said(names)))
        jobs = {}
        for name, path in wanted.items():
            try:
                jobs[name] = self._job(item, name, path, found.left)
            except StepError as error:
                item.digest, item.broken[name] = "", str(error)
                item.unable.add(name)
            except Refused as refused:
                item.broken[name] = sentence(str(refused))
                if isinstance(refused, UnableError):
                    item.unable.add(name)
        if not jobs:
            kind = UnableError if item.unable else Refused
            raise kind(" ".join(item.broken.values()))
        if found.left:
            text = f"Also handed in, and not graded: {listed(found.left)}."
            item.reasons.append(Reason("left", text))
        if self._course.notebook_id == "*":
            for name in item.missing:
                text = f"{name}.ipynb was not handed in; its cells score 0."
                item.reasons.append(Reason("missing", text))
        return jobs

    def overwritten(self) -> dict[str, Path]:
        """Return the instructor's files that go before a learner's, by relative path."""
        excluded = self._grader.exclude_overwriting.get(self._course.assignment_id, [])
        released = self._source.released(self._settings)
        return {name: path for name, path in released.items() if name not in excluded}

    def _read_timestamp(self, item: Work, root: Path) -> None:
        folder = next(
            (it for it in (Path(item.folder), root) if os.path.lexists(it / timestamps.NAME)), root
        )
        item.stamped = os.path.lexists(folder / timestamps.NAME)
        item.timestamp, unknown = timestamps.timestamp(folder, inside=item.top)
        if unknown:
            item.reasons.append(Reason("timestamp", unknown))

    def _job(self, item: Work, name: str, path: Path, left: Collection[str]) -> Job:
        notebook = submissions.read(
            path,
            inside=item.top,
            bounds=self._bounds,
            note=lambda text: item.tell(name, [Reason("copied", f"Mended: {text}.")]),
        )
        self._grader._init_preprocessors()
        resources = item.resources(name, self._course.db_url)
        try:
            notebook, resources = through(self._grader.exporter, notebook, resources)
        except (GraderError, OSError, MemoryError, SQLAlchemyError):
            raise
        except Exception as error:
            raise cannot(error, f"{name}.ipynb") from error
        if left and untouched(notebook, self._known[name], self._source.given(name)):
            raise Refused(
                f"{shown(path.name)} is as it was released: nothing is answered in it, and it was "
                f"not graded. Beside it lies {listed(left)}. If that is your work, please hand it "
                f"in as {name}.ipynb."
            )
        plan = self._source.plan(name, self._settings)
        if not plan.kernel:
            check_python(notebook, self._source.kernel)
        item.sanitised[name] = notebook, resources
        return Job(cells_of(notebook), self._settings, item.files, plan, self._grader.keep)


def sentence(text: str) -> str:
    """Return a sentence with its first letter; a file's name at its beginning stays as it is."""
    return text if "." in text.split(" ", 1)[0] else text[0].upper() + text[1:]


def cannot(error: Exception, what: str) -> UnableError:
    """Return the refusal of what one of nbgrader's own steps stops at."""
    said = clause(error, 500) or type(error).__name__
    return UnableError(f"nbgrader cannot grade {what}: {said}. {FRESH}")


def _nothing(name: str, found: Match) -> Refused:
    there = found.left or found.others
    but = f"; there is {listed(there)}" if there else ", nor any other file"
    return Refused(
        f"there is no {name}.ipynb in what was handed in{but}. Please hand the notebook in again "
        "under this name."
    )
