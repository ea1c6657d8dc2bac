"""nbgrader's autograde, with learners' code in boxes, several at a time.

`BoxedAutograde` takes the place of nbgrader's `Autograde` and of its one loop. The process it runs
in is trusted: it reads, sanitises and saves with nbgrader's own preprocessors, and is the only one
that opens the gradebook. Running a notebook is the task of an executor (see `execution`).
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import errno
import os
import tempfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy
from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import MissingEntry
from nbgrader.converters.autograde import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import Execute
from traitlets import Bool, Integer, List, Type, Unicode

from boxgrader.box.bench import Settings
from boxgrader.box.namespaces import Limits
from boxgrader.engine import execution
from boxgrader.engine.cells import code, points_of, test_of
from boxgrader.engine.executors import executor
from boxgrader.engine.job import Reason
from boxgrader.engine.marking import check_credit
from boxgrader.errors import (
    BoxError,
    GraderError,
    GradingError,
    Refused,
    StepError,
    UnableError,
    clause,
)
from boxgrader.nbgrader_course import files, memory, selection
from boxgrader.nbgrader_course.bounds import Bounded
from boxgrader.nbgrader_course.dependencies import Dependencies, why_again
from boxgrader.nbgrader_course.entering import enter
from boxgrader.nbgrader_course.finding import found
from boxgrader.nbgrader_course.gradebook import Book, Record, one_gradebook
from boxgrader.nbgrader_course.history import Regrading
from boxgrader.nbgrader_course.misplaced import misplaced
from boxgrader.nbgrader_course.names import check_assignment
from boxgrader.nbgrader_course.plans import Plans
from boxgrader.nbgrader_course.preparing import Preparation, cannot, sentence
from boxgrader.nbgrader_course.preprocessors import (
    leave_to_a_person,
    overdue,
    register,
    score_deleted,
)
from boxgrader.nbgrader_course.rewritten import rewritten
from boxgrader.nbgrader_course.source import Source, hidden
from boxgrader.nbgrader_course.steps import GradedNotebook
from boxgrader.nbgrader_course.timestamps import timestamp
from boxgrader.nbgrader_course.work import Work

# What goes wrong because of how a learner named files and folders, and never for want of room.
_ODD_PATHS = {errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ELOOP,
              errno.EILSEQ}  # fmt: skip
_PLAINLY = "Please hand in the notebook and what it reads, under plain names."


class _Stopped(GradingError, NbGraderException):  # type: ignore[misc]
    """So that nbgrader's own programs end with the sentence, too."""


class BoxedAutograde(Bounded, Autograde):  # type: ignore[misc]
    """Grade submissions in parallel, learners' code boxed.

    All of nbgrader's settings for `Autograde` and `Execute` hold. A submission that cannot be
    graded is refused with a reason, and the others go on; see `records`.
    """

    exporter_class = Type(GradedNotebook, klass=Exporter).tag(config=True)
    workers = Integer(os.cpu_count() or 1, help="Submissions at a time.").tag(config=True)
    memory = Integer(1024, help="Megabytes that a submission may use.").tag(config=True)
    scratch = Integer(
        64, help="Megabytes of files that a submission may write; half of that into one."
    ).tag(config=True)
    whole_timeout = Integer(900, help="Seconds for a whole notebook.").tag(config=True)
    boxed = Bool(True, help="Whether learners' code is boxed.").tag(config=True)
    loopback = Bool(
        False, help="Whether learners' code may open a network, in which it reaches itself only."
    ).tag(config=True)
    scheduler = Unicode("", help="Address of a Dask scheduler.").tag(config=True)
    keep = Integer(1 << 20, help="Bytes of files kept that learners' code wrote.").tag(config=True)
    readable = List(
        Unicode(), help="Files and folders that learners' code may read; from the course's folder."
    ).tag(config=True)
    anyway = Bool(False, help="Grade although the instructor's own solution loses points.").tag(
        config=True
    )
    resume = Bool(False, help="Grade what is new or changed, and nothing else.").tag(config=True)

    def __init__(self, coursedir: Any = None, **keywords: Any) -> None:
        super().__init__(coursedir=coursedir, **keywords)
        self.records: list[Record] = []
        self.skipped: list[Record] = []
        self.regradings: list[Regrading] = []
        self.students: Collection[str] = ()  # whom alone to grade
        self.notes: list[str] = []  # about the course, and about no learner
        self.progress: Callable[[int, Record | None], object] = lambda total, record: None
        self.before: Callable[[], object] = lambda: None  # it grades, and nobody else does
        self.after: Callable[[str], object] = lambda student: None  # somebody's grades are saved
        self._steps: dict[Any, Any] = {}  # those that serve one notebook after the other
        self._staging = ""
        self._broken = False  # as nbgrader sees it: a folder without a notebook is no error there

    # --- What nbgrader's own methods ask ---------------------------------------------------------

    def _format_dest(self, assignment_id: str, student_id: str, escape: bool = False) -> str:
        if self._staging:
            return str(Path(self._staging, student_id, assignment_id))
        return str(super()._format_dest(assignment_id, student_id, escape=escape))

    def _init_preprocessors(self) -> None:
        chosen = self.sanitize_preprocessors if self._sanitizing else self.autograde_preprocessors
        register(self.exporter, chosen, self._steps, executes=self._executes)

    def init_notebooks(self) -> None:
        """Find the submissions, those without a notebook too: they are refused with a reason."""
        try:
            check_assignment(self.coursedir.assignment_id)
        except GraderError as error:
            raise self._stopped(error) from error
        self._found = found(self.coursedir)
        self.assignments = {item.folder: item.notebooks for item in self._found}
        if not self._found:
            place = self._format_source(self.coursedir.assignment_id, self.coursedir.student_id)
            self.log.error("No notebooks were matched by '%s'", place)
            raise NbGraderException(f"No notebooks were matched by '{place}'")

    # --- The loop --------------------------------------------------------------------------------

    def convert_notebooks(self) -> None:
        """Grade every submission that was found.

        Raises
        ------
        NbGraderException
            If some were refused (as nbgrader does), or the assignment is not in the gradebook.
        GradingError
            If grading cannot go on: no box, a locked gradebook, a full disk.
        """
        execute = Execute(parent=self)
        self._executes = execute.enabled
        if not self._executes:  # then nothing of a learner's runs
            super().convert_notebooks()
            return
        try:
            self._convert(execute)
        except GraderError as error:
            raise self._stopped(error) from error
        refused = [record for record in self.records if record.status == "refused"]
        for record in refused:
            texts = " ".join(reason.text for reason in record.reasons)
            self.log.error("The submission of '%s' was refused: %s", record.student, texts)
        if self._broken:
            raise NbGraderException(f"{len(refused)} submissions were refused; see above.")

    def _stopped(self, error: GraderError) -> _Stopped:
        self.log.error("%s", error)
        return _Stopped(str(error))

    def _convert(self, execute: Execute) -> None:
        memory.return_what_is_large()
        assignment = self.coursedir.assignment_id
        self._settings = self.settings()
        self._late = NotebookNode(output_type="error", **execute.error_on_timeout)
        url, course = self.coursedir.db_url, self.coursedir.course_id
        with contextlib.ExitStack() as stack:
            stack.enter_context(files.alone(Path(self.coursedir.root), assignment, self.notes))
            self.before()
            book = stack.enter_context(one_gradebook(url, course))
            tests = book.tests(assignment)
            self._source = self._tried_by(tests, book)
            self._preparation = Preparation(self, self._source, self._settings, tests)
            self.notes += [it.sentence for it in misplaced(self.coursedir, tests)]
            try:
                self._parts = stack.enter_context(files.parts(self._graded(), assignment))
                todo = list(self._todo(book))
                self.progress(len(todo), None)
                if todo:  # else nothing has to be started
                    runner, slots = stack.enter_context(
                        executor(self._settings, self.workers, self.scheduler, len(todo))
                    )
                    self.notes += self._source.checked(self._settings, anyway=self.anyway)
                    self._grade_all(book, todo, runner, slots)
            except OSError as error:
                raise GraderError(
                    f"Grading stopped: {clause(error)}. What was graded before is kept: mend that, "
                    "and run the same command again."
                ) from error

    def try_solution(self, tests: dict[str, dict[str, str]]) -> None:
        """Grade the instructor's own solution by tests that the gradebook does not hold yet.

        Raises
        ------
        GraderError
            If it loses points: then the gradebook stays as it is.
        """
        with one_gradebook(self.coursedir.db_url, self.coursedir.course_id) as book:
            self.notes += self._tried_by(tests, book).checked(self._settings, anyway=self.anyway)

    def _tried_by(self, tests: dict[str, dict[str, str]], book: Book) -> Source:
        assignment, kernel = self.coursedir.assignment_id, Execute(parent=self).kernel_name
        return Source(self.coursedir, assignment, kernel, tests, Plans(book, assignment))

    def _grade_all(
        self,
        book: Book,
        todo: list[Work],
        runner: concurrent.futures.Executor,
        slots: Callable[[], int],
    ) -> None:
        """Keep as many submissions running as there is room for, and save what is done."""
        book.doubt(self.coursedir.assignment_id, {item.student for item in todo})
        book.save()  # until they are graded again
        waiting: list[Work] = []
        for item in todo:
            prepared = self._guarded(book, item, lambda it: self._prepare(book, it, runner))
            if prepared:
                waiting.append(item)
            while len(waiting) > 2 * slots():
                self._save_next(book, waiting)
        while waiting:
            self._save_next(book, waiting)

    def _save_next(self, book: Book, waiting: list[Work]) -> None:
        """Wait for a submission that has run, and save it."""
        running = {task: item for item in waiting for task in item.running.values()}
        concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
        ready = [item for item in waiting if all(task.done() for task in item.running.values())]
        for item in ready:
            waiting.remove(item)
            self._guarded(book, item, lambda it: self._save(book, it))

    def _guarded(self, book: Book, item: Work, step: Callable[[Work], object]) -> bool:
        """Do a step for one submission; what goes wrong with it stops no other."""
        try:
            step(item)
        except Refused as refused:
            if isinstance(refused, StepError):
                item.digest = ""  # nothing of it has to change until it can be graded
            self._refuse(book, item, refused)
        except (OSError, BoxError, MemoryError, concurrent.futures.BrokenExecutor) as error:
            if isinstance(error, OSError) and error.errno in _ODD_PATHS:
                text = f"a file in it has a name that cannot be used ({error.strerror}). {_PLAINLY}"
                self._refuse(book, item, Refused(text))
                return False
            book.undo()
            raise
        except sqlalchemy.exc.OperationalError:
            book.undo()
            raise
        except GraderError as error:
            book.undo()
            raise error
        except Exception as error:
            if isinstance(error.__context__, sqlalchemy.exc.OperationalError):
                book.undo()
                raise error.__context__ from error  # nbgrader would blame the learner
            self.log.debug("%s: %s", item.student, error, exc_info=True)
            self._refuse(book, item, cannot(error, "it"))
        else:
            return True
        return False

    def _refuse(self, book: Book, item: Work, refused: Refused) -> None:
        book.undo()
        if not item.refusal:
            self._remove_destination(book, item)
        renamed = [reason for reason in item.reasons if reason.kind == "renamed"]
        kind = "unable" if isinstance(refused, UnableError) else "refused"
        self._record(book, item, "refused", [*renamed, Reason(kind, sentence(str(refused)))])
        self._broken |= bool(item.notebooks)

    def _record(self, book: Book, item: Work, status: str, reasons: list[Reason]) -> None:
        record = Record(item.student, status, tuple(dict.fromkeys(reasons)), item.digest)
        regrading = book.record(item.assignment, record, item.again)
        book.save()
        item.let_go()
        self.records.append(record)
        self.regradings += [regrading] if regrading else []
        self.progress(0, record)

    # --- Which submissions -----------------------------------------------------------------------

    def _wanted(self, item: Work) -> bool:
        """Say whether nbgrader would grade a submission now."""
        if item.student in (self.coursedir.student_id_exclude or "").split(","):
            return False
        if self.force or self.resume or not self._destinations_exist(item):
            return True
        graded = Path(self._format_dest(item.assignment, item.student))
        new, _ = timestamp(Path(item.folder), inside=item.top)
        old, _ = timestamp(graded, inside=graded)
        if new is not None and old is not None and new > old:
            return True
        self.log.info("Skipping existing assignment: %s", item.folder)
        return False

    def _destinations_exist(self, item: Work) -> bool:
        folder = Path(self._format_dest(item.assignment, item.student))
        if self.coursedir.notebook_id == "*":
            return folder.exists()
        return all((folder / Path(notebook).name).exists() for notebook in item.notebooks)

    def _todo(self, book: Book) -> Iterator[Work]:
        """Yield what is to be graded, without what has not changed since, if asked to."""
        assignment = self.coursedir.assignment_id
        wanted = filter(self._wanted, selection.chosen(self.students, self._found, assignment))
        records = book.records(assignment)
        known_as = book.nbgrader.find_assignment(assignment)
        depends = Dependencies(self, self._settings, self._source, known_as)
        for item in wanted:
            item.digest = depends.digest(item.student, Path(item.folder))
            known = records.get(item.student)
            if known and self._stands(item, known, saved=depends.has(item.student)):
                self.skipped.append(known)
                continue
            if known:
                item.again = why_again(known.digest, item.digest, asked=self.force)
            if self.coursedir.notebook_id != "*":
                selection.keep_the_rest(item, known, self.coursedir.notebook_id)
            yield item

    def _stands(self, item: Work, known: Record, *, saved: bool) -> bool:
        """Say whether an earlier grading of a submission holds."""
        if self.force or not self.resume or known.digest != item.digest or not item.digest:
            return False
        return known.status == "refused" or (saved and self._destinations_exist(item))

    # --- Before the run --------------------------------------------------------------------------

    def _prepare(self, book: Book, item: Work, runner: concurrent.futures.Executor) -> None:
        """Read, sanitise, and hand over to the executor."""
        self.notebooks = item.notebooks
        self.run_pre_convert_hook()
        self._sanitizing = True
        for name, job in self._preparation.jobs(item).items():
            item.running[name] = runner.submit(execution.run, job)
        book.undo()

    # --- After the run ---------------------------------------------------------------------------

    def _save(self, book: Book, item: Work) -> None:
        """Write the graded notebook, then its grades in one transaction."""
        by_hand = book.watch(item.assignment, item.student, item.digest)
        final = Path(self._format_dest(item.assignment, item.student))
        whole = self.coursedir.notebook_id == "*"
        self.notebooks = item.notebooks
        with tempfile.TemporaryDirectory(dir=self._parts) as staging:
            self._staging = staging
            try:
                made = Path(self._format_dest(item.assignment, item.student))
                item.kept = files.keep(final, made, item.broken)
                files.lay(made, self._source.released(self._settings), item.files)
                enter(book.nbgrader, item, create=self.create_student)
                self._sanitizing = False
                for name in item.sanitised:
                    self._save_notebook(book, item, name)
                work = book.nbgrader.find_submission(item.assignment, item.student)
                item.reasons += overdue(work)
            finally:
                self._staging, self._sanitizing = "", True
            now = {name: notebook for name, (notebook, _) in item.sanitised.items()}
            changed = rewritten(final, now, by_hand, self.bounds())
            book.reread(item.assignment, item.student, changed)
            if whole and final.exists():
                utils.rmtree(final)
            files.move(made, final)
        self.set_permissions(item.assignment, item.student)
        self._record(book, item, "tampered" if item.tampered else "graded", item.reasons)
        self.notebooks = item.notebooks
        self.run_post_convert_hook()
        try:
            self.after(item.student)
        except Exception as error:  # what is graded stays graded
            self.log.debug("%s: %s", item.student, error, exc_info=True)
        finally:
            book.undo()

    def _save_notebook(self, book: Book, item: Work, name: str) -> None:
        done = item.running[name].result()
        notebook, _ = item.sanitised[name]
        item.tell(name, done.reasons)
        for reason in done.reasons:
            if reason.kind == "late":
                self.log.error("Timeout waiting for execute reply: %s", reason.text)
        worth = [(test_of(cell), points_of(cell)) for cell in code(notebook)]
        item.tell(name, check_credit(done, worth))
        self._init_preprocessors()
        resources = item.resources(name, self.coursedir.db_url)
        resources["nbgrader"].update(run=done, late=self._late)
        with utils.setenv(NBGRADER_EXECUTION="autograde"):
            output, resources = self.exporter.from_notebook_node(notebook, resources)
        self.write_single_notebook(output, resources)
        files.add(Path(self._format_dest(item.assignment, item.student)), done.files)
        submitted = book.nbgrader.find_submission_notebook(name, item.assignment, item.student)
        item.tell(name, score_deleted(notebook, submitted.grades))
        leave_to_a_person(done.reasons, submitted.grades)

    def _graded(self) -> Path:
        """Return the folder of all graded notebooks."""
        return Path(self.coursedir.format_path(self.coursedir.autograded_directory, ".", "."))

    def _remove_destination(self, book: Book, item: Work) -> None:
        """Leave no graded notebook of a submission that was refused, but one whose points stay."""
        with contextlib.suppress(MissingEntry):
            book.nbgrader.find_submission(item.assignment, item.student)
            return
        folder = Path(self._format_dest(item.assignment, item.student))
        names = [Path(notebook).name for notebook in item.notebooks]
        files.remove(folder, names, whole=self.coursedir.notebook_id == "*")

    # --- What grading needs ----------------------------------------------------------------------

    def settings(self) -> Settings:
        """Return how submissions are run, as the course is configured."""
        timeout = Execute(parent=self).timeout
        if timeout is None or timeout < 0:
            timeout = self.whole_timeout
        return Settings(
            boxed=self.boxed,
            loopback=self.loopback,
            timeout=float(timeout),
            whole=float(max(self.whole_timeout, timeout)),
            limits=Limits(
                memory=self.memory << 20,
                file=self.scratch << 19,
                scratch=self.scratch << 20,
                cpu=2 * max(self.whole_timeout, timeout),
            ),
            modules=Source(self.coursedir, self.coursedir.assignment_id).modules(),
            readable=tuple(str(Path(self.coursedir.root, path)) for path in self.readable),
            hidden=hidden(self.coursedir),
        )
