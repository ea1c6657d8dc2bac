"""Grade one assignment of an nbgrader course, from what was handed in to the feedback."""

from __future__ import annotations

import contextlib
import glob
import logging
import shutil
import time
import warnings
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from nbconvert.writers.files import FilesWriter
from nbgrader import api
from nbgrader.converters.base import BaseConverter, NbGraderException
from traitlets import TraitError

from boxgrader.engine.job import Reason
from boxgrader.errors import GraderError, GradingError, clause, listed, shown
from boxgrader.nbgrader_course import page_digests, refusals
from boxgrader.nbgrader_course.autograde import BoxedAutograde
from boxgrader.nbgrader_course.configuration import lacking
from boxgrader.nbgrader_course.course import course_directory, import_named
from boxgrader.nbgrader_course.due import untold
from boxgrader.nbgrader_course.feedback import PrivateFeedback
from boxgrader.nbgrader_course.files import in_turn
from boxgrader.nbgrader_course.gradebook import Book, Record, one_gradebook, place, record
from boxgrader.nbgrader_course.history import Regrading
from boxgrader.nbgrader_course.misplaced import misplaced
from boxgrader.nbgrader_course.release import new_tests, notebooks, release
from boxgrader.nbgrader_course.roll import everybody
from boxgrader.nbgrader_course.selection import check_notebook
from boxgrader.typed import nbgrader

_NAMELESS = (
    'The gradebook has no names: formgrader shows everybody as "None, None", beside the id. '
    "`{}` brings them: columns id, first_name, last_name, email."
)
_Converter = TypeVar("_Converter", bound=BaseConverter)


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
    notes : tuple of str
        Sentences about the course, and about no learner.
    without_feedback : tuple of str
        Who is graded, and has no page that says so.
    regradings : tuple of Regrading
        Of whom had points before this run graded anew.
    told_anew : tuple of str
        Whose pages of feedback were made anew, though nothing was graded: points or comments are
        others than those that the page showed.
    """

    records: list[Record]
    unchanged: list[Record]
    seconds: float
    folder: Path
    notes: tuple[str, ...] = ()
    without_feedback: tuple[str, ...] = ()
    regradings: tuple[Regrading, ...] = ()
    told_anew: tuple[str, ...] = ()


def grade_assignment(
    folder: Path,
    assignment: str,
    *,
    db_url: str = "",
    again: bool = False,
    students: Collection[str] = (),
    notebook: str = "",
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
    students : collection of str, optional
        Whose work to grade; everybody's by default.
    notebook : str, optional
        The one notebook to grade; all of the assignment by default.
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
    start = time.monotonic()
    converter = grader(folder, assignment, db_url=db_url, options=options, timeout=timeout)
    coursedir = converter.coursedir
    config = coursedir.config
    place(coursedir.db_url)
    converter.resume, converter.force = not again, again
    converter.students = students
    if notebook:
        coursedir.notebook_id = glob.escape(notebook)
    converter.progress = progress

    known: set[str] = set()

    def prepare() -> None:
        course = Path(coursedir.root)
        with in_turn(course):
            tests = new_tests(coursedir, config, assignment)
        if tests:  # not in turn, for it may take minutes: what has changed is looked at again
            converter.try_solution(tests)
        with in_turn(course):
            converter.notes.extend(release(coursedir, config, assignment))
        known.update(it.id for it in everybody(coursedir.db_url))
        if notebook:
            check_notebook(notebook, notebooks(coursedir, assignment), assignment)

    converter.before = prepare
    feedback = _configured(Feedback, coursedir)
    converter.after = feedback.write  # what fails is tried again at the end, and told
    try:
        converter.start()
    except GradingError:
        raise
    except NbGraderException as error:
        if not (converter.records or converter.skipped):
            lost = [it.sentence for it in misplaced(coursedir)]
            raise GraderError(
                f"Nobody handed in {assignment}: submissions belong in "
                f"{converter._format_source(assignment, 'NAME')}. ({' '.join(lost) or error})"
            ) from error
    records = [*converter.skipped, *converter.records]
    with one_gradebook(coursedir.db_url, coursedir.course_id) as book:
        without, anew = _complete_feedback(feedback, book, records)
        nameless = (
            [_NAMELESS.format(nbgrader("db student import FILE.csv"))]
            if converter.records and not book.names()
            else []
        )
        above = [_above(*one) for one in book.above(assignment)]
        late = list(untold(coursedir, book, assignment, records))
    new = {it.id for it in everybody(coursedir.db_url)} - known
    newcomers = [f"New in the gradebook: {listed(new)}."] if known and new else []
    seconds = time.monotonic() - start
    told = [
        *converter.notes,
        *newcomers,
        *_warned(records),
        *above,
        *late,
        *lacking(coursedir),
        *nameless,
    ]
    return Outcome(
        converter.records,
        converter.skipped,
        seconds,
        Path(coursedir.root),
        tuple(dict.fromkeys(told)),
        without,
        tuple(converter.regradings),
        tuple(sorted(set(anew) - {record.student for record in converter.records})),
    )


def grader(
    folder: Path,
    assignment: str,
    *,
    db_url: str = "",
    options: dict[str, Any] | None = None,
    timeout: int | None = None,
) -> BoxedAutograde:
    """Return what grades an assignment, as its course and these settings say; see above."""
    # nbgrader is not yet at ease with SQLAlchemy 2.1; the grades are right, the warnings are many.
    warnings.filterwarnings("ignore", module="nbgrader")
    coursedir = course_directory(folder, db_url)
    coursedir.assignment_id = assignment
    config = coursedir.config
    import_named(config, Path(coursedir.root))
    if timeout is not None:
        config.Execute.timeout = timeout
    for name, value in (options or {}).items():
        config.BoxedAutograde[name] = value
    _check_names(folder, coursedir, assignment)
    converter = _configured(BoxedAutograde, coursedir)
    converter.log.setLevel(logging.CRITICAL)  # every reason is in a record
    return converter


def _warned(records: list[Record]) -> Iterator[str]:
    """Say of each test how many lost it for what was written to stderr, which may be a warning."""
    tests = Counter(it.test for record in records for it in record.reasons if it.kind == "stderr")
    for test, times in tests.items():
        yield (
            f"{times:,} of {len(records):,} lost the points of {test} only because something, such "
            "as a warning, was written to stderr. nbgrader gives 0 for that, too."
        )


def _above(cell: str, most: float, students: list[str]) -> str:
    have = "1 learner has" if len(students) == 1 else f"{len(students):,} learners have"
    return (
        f"{have} more than {most:g} points for {shown(cell)} by hand, which is the most there is: "
        f"look at that in formgrader ({listed(students)})."
    )


def _configured(kind: type[_Converter], coursedir: Any) -> _Converter:
    """Return a converter of nbgrader's with the settings of the course."""
    try:
        converter: _Converter = kind(coursedir=coursedir, config=coursedir.config)
        return converter
    except (TraitError, ImportError) as error:
        raise GraderError(
            f"nbgrader_config.py in {coursedir.root} has a setting that cannot be used: "
            f"{clause(error)}. Mend it, and run this again."
        ) from error


def _check_names(folder: Path, coursedir: Any, assignment: str) -> None:
    """Tell a typing error from an assignment that nobody handed in."""
    if not folder.is_dir():
        raise GraderError(f"{folder} is not a folder; name that of the course with --course")
    sources = Path(coursedir.format_path(coursedir.source_directory, ".", "."))
    there = sorted(path.name for path in _below(sources) if path.is_dir())
    submitted = Path(coursedir.format_path(coursedir.submitted_directory, ".", "."))
    if not (sources.is_dir() or submitted.is_dir() or (folder / "nbgrader_config.py").is_file()):
        raise GraderError(
            f"There is no course in {folder.resolve()}: no nbgrader_config.py, no source/, no "
            "submitted/. Run this in the folder of the course, or name that with --course."
        )
    handed_in = any((path / assignment).exists() for path in _below(submitted))
    if there and assignment not in there and not handed_in:
        raise GraderError(f"there is no assignment {assignment}; there are {', '.join(there)}")


def _below(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


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
        self.everything = False

    def write(self, student: str) -> None:
        """Write the pages of a student whose points may have changed.

        Raises
        ------
        NbGraderException, OSError
            If one cannot be written.
        """
        assignment = self.coursedir.assignment_id
        with api.Gradebook(self.coursedir.db_url) as gradebook:
            known = record(gradebook.db, assignment, student)
            refused = _refused([known] if known else [])
            shown = page_digests.digests(gradebook.db, assignment, refused, student)
            self._write(student, everything=True)
            page_digests.remember(gradebook.db, assignment, student, shown.get(student, ""))
            Book(gradebook).save()

    def complete(self, student: str) -> None:
        """Write those pages of a student that are missing or older than what was graded."""
        self._write(student, everything=False)

    def _write(self, student: str, *, everything: bool) -> None:
        self.student, self.everything = student, everything
        self.init_notebooks()
        with contextlib.chdir(self.coursedir.root):
            self.convert_notebooks()

    def init_notebooks(self) -> None:
        """Choose the graded notebooks whose feedback is to be written."""
        self.assignments: dict[str, list[str]] = {}
        self.notebooks: list[str] = []
        graded = Path(self._format_source(self.coursedir.assignment_id, self.student))
        told = Path(self._format_dest(self.coursedir.assignment_id, self.student))
        stale = [
            str(path)
            for path in sorted(graded.glob("*.ipynb"))
            if self.everything or not _newer(told / f"{path.stem}.html", path)
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


def _refused(records: Iterable[Record]) -> dict[str, tuple[Reason, ...]]:
    return {it.student: it.reasons for it in records if it.status == "refused"}


def _newer(page: Path, notebook: Path) -> bool:
    return page.exists() and page.stat().st_mtime_ns >= notebook.stat().st_mtime_ns


def _complete_feedback(
    feedback: Feedback, book: Book, records: list[Record]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Write the feedback of those who have none of what they have now.

    One page that cannot be made hides nobody else's, nor who was refused.

    Returns
    -------
    tuple
        Who has none still; and whose showed other points or comments, and was made anew.
    """
    assignment = feedback.coursedir.assignment_id
    without, anew = [], []
    names = book.tests(assignment)
    refused = _refused(records)
    now = page_digests.digests(book.nbgrader.db, assignment, refused)
    told = page_digests.known(book.nbgrader.db, assignment)
    book.undo()
    for one in records:
        student = one.student
        same = now.get(student, "") == told.get(student)
        try:
            if student in refused and student not in now:  # there is no page of points to compare
                refusals.tell(feedback.coursedir, student, names, one.reasons)
                continue
            (feedback.complete if same else feedback.write)(student)
        except (NbGraderException, OSError):
            book.undo()
            without.append(student)
        else:
            # Where none is known it was made for the first time, or by an earlier version.
            anew += [student] if student in told and not same else []
    return tuple(without), tuple(anew)
