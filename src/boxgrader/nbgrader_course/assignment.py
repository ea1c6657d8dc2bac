"""Grade one assignment of an nbgrader course, from what was handed in to the feedback."""

from __future__ import annotations

import contextlib
import logging
import shutil
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbconvert.writers.files import FilesWriter
from nbgrader.apps import NbGraderAPI
from nbgrader.converters.base import NbGraderException

from boxgrader.errors import GraderError, GradingError
from boxgrader.nbgrader_course.autograde import BoxedAutograde
from boxgrader.nbgrader_course.feedback import PrivateFeedback
from boxgrader.nbgrader_course.gradebook import Record, one_gradebook
from boxgrader.nbgrader_course.results import course_directory


@dataclass(frozen=True)
class Outcome:
    """What grading an assignment gave.

    Attributes
    ----------
    records : list of Record
        Of this run, in the order in which they were done.
    unchanged : list of Record
        Of an earlier run, where nothing has changed since.
    seconds : float
    folder : Path
        The course.
    without_feedback : tuple of str
        Who is graded, and has no page that says so.
    """

    records: list[Record]
    unchanged: list[Record]
    seconds: float
    folder: Path
    without_feedback: tuple[str, ...] = ()


def grade_assignment(
    folder: Path,
    assignment: str,
    *,
    db_url: str = "",
    again: bool = False,
    options: dict[str, Any] | None = None,
    timeout: int | None = None,
    progress: Callable[[int, Record | None], object] = lambda total, record: None,
) -> Outcome:
    """Grade everything that was handed in, and write the feedback.

    Parameters
    ----------
    folder : Path
        The course: it holds ``nbgrader_config.py`` and ``submitted/``.
    assignment : str
    db_url : str, optional
        A gradebook other than the configured one.
    again : bool
        Whether to grade also what was graded and has not changed.
    options : dict, optional
        Settings of `BoxedAutograde` that go before the configured ones.
    timeout : int, optional
        Seconds for each cell; the configured ones by default.
    progress : callable
        Is told how many submissions there are to grade, then each one that is done.

    Raises
    ------
    GraderError
        If grading could not start, or had to stop. What was graded before is kept.
    """
    # nbgrader is not yet at ease with SQLAlchemy 2.1; the grades are right, the warnings are many.
    warnings.filterwarnings("ignore", module="nbgrader")
    start = time.monotonic()
    coursedir = course_directory(folder, db_url)
    coursedir.assignment_id = assignment
    config = coursedir.config
    if timeout is not None:
        config.Execute.timeout = timeout
    for name, value in (options or {}).items():
        config.BoxedAutograde[name] = value
    _check_names(folder, coursedir, assignment)
    converter = BoxedAutograde(coursedir=coursedir, config=config)
    converter.resume, converter.force = not again, again
    converter.progress = progress
    converter.before = lambda: _release(coursedir, config, assignment)
    feedback = Feedback(coursedir=coursedir, config=config)

    converter.after = feedback.write  # what fails is tried again at the end, and told
    converter.log.setLevel(logging.CRITICAL)  # every reason is in a record
    try:
        converter.start()
    except GradingError:
        raise
    except NbGraderException as error:
        if not (converter.records or converter.skipped):
            raise GraderError(
                f"Nobody handed in {assignment}: submissions belong in "
                f"{converter._format_source(assignment, 'NAME')}. ({error})"
            ) from error
    records = [*converter.skipped, *converter.records]
    graded = [record.student for record in records if record.status != "refused"]
    without = _complete_feedback(feedback, graded)
    seconds = time.monotonic() - start
    return Outcome(converter.records, converter.skipped, seconds, Path(coursedir.root), without)


def _release(coursedir: Any, config: Any, assignment: str) -> None:
    """Put the assignment into the gradebook, where it is not, or has changed since."""
    source = Path(coursedir.format_path(coursedir.source_directory, ".", assignment))
    notebooks = list(source.glob("*.ipynb"))
    if not notebooks:
        return
    api = NbGraderAPI(coursedir=coursedir, config=config)
    with one_gradebook(coursedir.db_url, coursedir.course_id) as book:
        known: dict[str, str] = {}
        worth: dict[str, float] = {}
        for notebook in _notebooks(book, assignment):
            known |= {cell.name: cell.source for cell in notebook.source_cells}
            marked = [*notebook.grade_cells, *notebook.task_cells]
            worth |= {cell.name: cell.max_score for cell in marked}
        book.undo()
    if known and all(_unchanged(path, known, worth) for path in notebooks):
        return
    made = api.generate_assignment(assignment, force=True, create=True)
    if not made["success"]:
        last = (made.get("log") or made.get("error") or "").strip().splitlines()
        raise GraderError(
            f"nbgrader cannot release {assignment}: {last[-1] if last else 'it gives no reason'}"
        )


def _notebooks(book: Any, assignment: str) -> list[Any]:
    from nbgrader.api import MissingEntry

    try:
        return list(book.nbgrader.find_assignment(assignment).notebooks)
    except MissingEntry:
        return []


def _unchanged(path: Path, known: dict[str, str], worth: dict[str, float]) -> bool:
    """Say whether tests and points of an instructor's notebook are those in the gradebook."""
    import nbformat
    from nbgrader.utils import is_grade, is_solution, is_task

    cells = nbformat.read(path, as_version=4).cells
    marked = [cell for cell in cells if is_grade(cell) or is_task(cell)]
    tests = [cell for cell in marked if is_grade(cell) and not is_solution(cell)]
    return all(
        worth.get(cell.metadata.nbgrader["grade_id"]) == float(cell.metadata.nbgrader["points"])
        for cell in marked
    ) and all(
        known.get(cell.metadata.nbgrader["grade_id"]) == cell.source
        for cell in tests
        if "AUTOTEST" not in cell.source
    )


def _check_names(folder: Path, coursedir: Any, assignment: str) -> None:
    """Tell a typing error from an assignment that nobody handed in."""
    if not Path(folder).is_dir():
        raise GraderError(f"{folder} is not a folder; name that of the course with --course")
    sources = Path(coursedir.format_path(coursedir.source_directory, ".", "."))
    there = sorted(path.name for path in sources.glob("*") if path.is_dir())
    submitted = Path(coursedir.format_path(coursedir.submitted_directory, ".", "."))
    if there and assignment not in there and not any(submitted.glob(f"*/{assignment}")):
        raise GraderError(f"there is no exercise {assignment}; there are {', '.join(there)}")


class Feedback(PrivateFeedback):
    """Feedback for one student after the other, and not for those who have it already."""

    def __init__(self, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.force = True
        self.log.setLevel(logging.CRITICAL)
        writer: Any = FilesWriter
        self.writer = writer(parent=self, config=self.config)
        page: Any = self.exporter_class
        self.exporter = page(parent=self, config=self.config)
        for preprocessor in self.preprocessors:
            self.exporter.register_preprocessor(preprocessor)
        self.student = ""

    def write(self, student: str) -> None:
        """Write the pages of a student.

        Raises
        ------
        NbGraderException, OSError
            If one cannot be written.
        """
        self.student = student
        self.init_notebooks()
        with contextlib.chdir(self.coursedir.root):
            self.convert_notebooks()

    def init_notebooks(self) -> None:
        """Choose the graded notebooks that are newer than their feedback."""
        self.assignments: dict[str, list[str]] = {}
        self.notebooks: list[str] = []
        graded = Path(self._format_source(self.coursedir.assignment_id, self.student))
        told = Path(self._format_dest(self.coursedir.assignment_id, self.student))
        stale = [
            str(path)
            for path in sorted(graded.glob("*.ipynb"))
            if not _newer(told / f"{path.stem}.html", path)
        ]
        if stale:
            self.assignments[str(graded)] = stale

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Copy what belongs to the notebooks, but no page that the learner brought."""
        super().init_assignment(assignment_id, student_id)
        for notebook in self.notebooks:
            page = Path(self._format_dest(assignment_id, student_id), f"{Path(notebook).stem}.html")
            if page.is_dir() and not page.is_symlink():
                shutil.rmtree(page)
            page.unlink(missing_ok=True)


def _newer(page: Path, notebook: Path) -> bool:
    return page.exists() and page.stat().st_mtime_ns >= notebook.stat().st_mtime_ns


def _complete_feedback(feedback: Feedback, students: list[str]) -> tuple[str, ...]:
    """Write the feedback of those who have none of what is graded now; return who has none still.

    One page that cannot be made hides nobody else's, nor who was refused.
    """
    coursedir = feedback.coursedir
    without = []
    with one_gradebook(coursedir.db_url, coursedir.course_id):
        for student in students:
            try:
                feedback.write(student)
            except (NbGraderException, OSError):
                without.append(student)
    return tuple(without)
