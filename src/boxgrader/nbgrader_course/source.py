"""The instructor's side of a course: assignments with their solutions, and what to hide of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import sqlalchemy
from nbgrader import utils
from nbgrader.preprocessors import ClearHiddenTests

from boxgrader.box.bench import Settings
from boxgrader.engine.job import Plan
from boxgrader.engine.kernels import kernel_of
from boxgrader.engine.planning import imported, plan
from boxgrader.errors import GraderError, clause
from boxgrader.nbgrader_course.plans import Plans, digest


class Source:
    """One assignment as its instructor wrote it.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
    assignment : str
    kernel : str, optional
        The name of a kernel that goes before that of the notebooks.
    tests : dict of str to dict, optional
        The tests of each notebook as the gradebook has them, by grade id.
    kept : Plans, optional
        Plans that were made before.
    """

    def __init__(
        self,
        course: Any,
        assignment: str,
        kernel: str = "",
        tests: Mapping[str, Mapping[str, str]] | None = None,
        kept: Plans | None = None,
    ) -> None:
        self._course = course
        self._tests = tests or {}
        self._kept = kept
        self._assignment = assignment
        self.kernel = kernel
        self._plans: dict[tuple[str, Settings], Plan] = {}
        self.folder = Path(course.format_path(course.source_directory, ".", assignment))

    def files(self) -> dict[str, Path]:
        """Return what lies beside the notebooks, by relative path."""
        ignore = [*self._course.ignore, "*.ipynb"]
        return {
            os.path.relpath(path, self.folder): Path(path)
            for path in utils.find_all_files(str(self.folder), ignore)
        }

    def contents(self) -> dict[str, bytes]:
        """Return what the files beside the notebooks hold, by relative path."""
        return {name: path.read_bytes() for name, path in self.files().items()}

    def modules(self) -> tuple[str, ...]:
        """Return the modules that the notebooks name in imports, and what may be one."""
        found: set[str] = set()
        for path in self.folder.glob("*.ipynb"):
            try:
                found.update(imported(nbformat.read(path, as_version=4)))
            except Exception:  # noqa: S112 - whoever plans with it says what is wrong
                continue
        return tuple(sorted(found))

    def given(self, name: str) -> set[str]:
        """Return what the cells of a notebook hold, as it was written and as it was released."""
        released = self._course.format_path(self._course.release_directory, ".", self._assignment)
        found: set[str] = set()
        for folder in (self.folder, Path(released)):
            with suppress(Exception):  # whoever plans with it says what is wrong
                notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
                found.update(cell.source for cell in notebook.cells)
        return found

    def plan(self, name: str, settings: Settings) -> Plan:
        """Return how a notebook is marked, found out once; without an instructor's, nothing of it.

        Raises
        ------
        GraderError
            If the instructor's notebook does not say it.
        """
        path = self.folder / f"{name}.ipynb"
        if (name, settings) not in self._plans:
            try:
                made = self._planned(name, path, settings)
            except (GraderError, OSError, sqlalchemy.exc.SQLAlchemyError):
                raise
            except Exception as error:  # nobody's submission is wrong
                raise GraderError(
                    f"{path} does not say how it is to be graded: {clause(error)}. Open it in "
                    "JupyterLab, choose its kernel, run it, and save it."
                ) from error
            self._plans[name, settings] = made
        return self._plans[name, settings]

    def _planned(self, name: str, path: Path, settings: Settings) -> Plan:
        """Return the plan that was kept, or make it."""
        beside = self.contents()
        if not path.is_file():
            return Plan(files=beside)
        marks = ClearHiddenTests(parent=self._course)
        hidden = marks.begin_test_delimeter, marks.end_test_delimeter
        tests = self._tests.get(name)
        notebook = nbformat.read(path, as_version=4)
        known = ""
        if self._kept:
            started = kernel_of(notebook, self.kernel)
            own = path.read_bytes(), sorted(beside.items()), sorted((tests or {}).items())
            known = digest(settings.readable, settings, hidden, started, own)
            if found := self._kept.find(name, known, beside):
                return found
        made = plan(
            notebook,
            settings=settings,
            files=beside,
            kernel=self.kernel,
            tests=tests,
            hidden=hidden,
        )
        if self._kept:
            self._kept.keep(name, known, made)
        return made

    def plans(self, settings: Settings) -> dict[str, Plan]:
        """Return how each notebook of the gradebook is marked."""
        return {name: self.plan(name, settings) for name in sorted(self._tests)}

    def released(self, settings: Settings) -> dict[str, Path]:
        """Return the files that learners are given, by relative path; not what a solution makes."""
        given = {name for made in self.plans(settings).values() for name in made.files}
        return {name: path for name, path in self.files().items() if name in given}

    def checked(self, settings: Settings, *, anyway: bool = False) -> list[str]:
        """Grade the instructor's own solution first: where it loses points, so does everybody.

        Returns
        -------
        list of str
            What there is to say of how the notebooks are marked.

        Raises
        ------
        GraderError
            If it loses points, and learners are not to be graded anyway.
        """
        lost = self.lost(settings)
        if lost and not anyway:
            raise GraderError(
                f"Nobody was graded: {lost}. Mend the test or the solution, or, if it is meant to "
                "be so, grade with --anyway."
            )
        return [note for made in self.plans(settings).values() for note in made.notes]

    def lost(self, settings: Settings) -> str:
        """Say what the instructor's own solution loses, or nothing."""
        lost = [
            f"the test {test} of {name}.ipynb ({why})"
            for name, made in self.plans(settings).items()
            for test, why in made.lost.items()
        ]
        if not lost:
            return ""
        more = f", and {len(lost) - 3} more" if len(lost) > 3 else ""
        return f"your own solution in {self.folder} fails {'; '.join(lost[:3])}{more}"


def hidden(course: Any) -> tuple[str, ...]:
    """Return the files and folders of a course that no learner's code may see."""
    folders = (
        course.source_directory,
        course.submitted_directory,
        course.autograded_directory,
        course.feedback_directory,
    )
    book = sqlalchemy.make_url(course.db_url)
    files = [book.database] if book.drivername.startswith("sqlite") and book.database else []
    places = [course.format_path(folder, ".", ".") for folder in folders] + files
    return tuple(str(Path(course.root, place)) for place in places)
