"""nbgrader's autograde, with learners' code in boxes, several at a time.

`BoxedAutograde` takes the place of nbgrader's `Autograde` and of its one loop. The process it runs
in is trusted: it reads, sanitises and saves with nbgrader's own preprocessors, and is the only one
that opens the gradebook. Running a notebook is the task of an executor (see `execution`).
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import errno
import glob
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import sqlalchemy
from nbconvert.exporters.exporter import Exporter
from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import MissingEntry
from nbgrader.converters.autograde import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import CheckCellMetadata, Execute
from traitlets import Bool, Integer, List, Unicode

from thousandfold.errors import ExplainedError
from thousandfold.grading import execution, files, memory, planning, submissions
from thousandfold.grading.bench import Settings
from thousandfold.grading.box import BoxError, Limits
from thousandfold.grading.cells import (
    CheckMarks,
    Paste,
    check_credit,
    code,
    role,
    score_deleted,
    to_run,
)
from thousandfold.grading.execution import Job, Plan, Reason, Run
from thousandfold.grading.executors import executor
from thousandfold.grading.gradebook import Book, Record, one_gradebook
from thousandfold.grading.kernels import check_python, kernel_of

# What goes wrong because of how a learner named files and folders, and never for want of room.
_ODD_PATHS = {errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ELOOP,
              errno.EILSEQ}  # fmt: skip
_PLAINLY = "Please hand in the notebook and what it reads, under plain names."


class GradingError(ExplainedError, NbGraderException):  # type: ignore[misc]
    """Grading cannot go on; what was graded before is kept."""


@dataclass
class _Submission:
    """One submission on its way through."""

    student: str
    assignment: str
    folder: str
    notebooks: list[str]
    digest: str
    reasons: list[Reason]
    sanitised: dict[str, tuple[NotebookNode, dict[str, Any]]]
    running: dict[str, concurrent.futures.Future[Run]]


class BoxedAutograde(Autograde):  # type: ignore[misc]
    """Grade submissions in parallel, learners' code boxed.

    All of nbgrader's settings for `Autograde` and `Execute` hold. A submission that cannot be
    graded is refused with a reason, and the others go on; see `records`.
    """

    workers = Integer(os.cpu_count() or 1, help="Submissions at a time.").tag(config=True)
    memory = Integer(1024, help="Megabytes that a submission may use.").tag(config=True)
    whole_timeout = Integer(900, help="Seconds for a whole notebook.").tag(config=True)
    boxed = Bool(True, help="Whether learners' code is boxed.").tag(config=True)
    scheduler = Unicode("", help="Address of a Dask scheduler.").tag(config=True)
    keep = Integer(1 << 20, help="Bytes of files kept that learners' code wrote.").tag(config=True)
    modules = List(
        Unicode(), list(Settings.modules), help="Modules imported before the first submission."
    ).tag(config=True)
    readable = List(
        Unicode(), help="Files and folders that learners' code may read; from the course's folder."
    ).tag(config=True)
    resume = Bool(False, help="Grade what is new or changed, and nothing else.").tag(config=True)

    def __init__(self, coursedir: Any = None, **keywords: Any) -> None:
        super().__init__(coursedir=coursedir, **keywords)
        self.records: list[Record] = []
        self.skipped: list[Record] = []
        self.progress: Callable[[int, Record | None], object] = lambda total, record: None
        self.before: Callable[[], object] = lambda: None  # it grades, and nobody else does
        self.after: Callable[[str], object] = lambda student: None  # somebody's grades are saved
        self._staging = ""
        self._broken = False  # as nbgrader sees it: a folder without a notebook is no error there

    # --- What nbgrader's own methods ask ---------------------------------------------------------

    def _format_dest(self, assignment_id: str, student_id: str, escape: bool = False) -> str:
        if self._staging:
            return str(Path(self._staging, student_id, assignment_id))
        return str(super()._format_dest(assignment_id, student_id, escape=escape))

    def _init_preprocessors(self) -> None:
        self.exporter._preprocessors = []
        chosen = self.sanitize_preprocessors if self._sanitizing else self.autograde_preprocessors
        for preprocessor in chosen:
            executes = preprocessor is Execute or preprocessor in (
                "nbgrader.preprocessors.Execute",
                "nbgrader.preprocessors.execute.Execute",
            )
            checks = preprocessor is CheckCellMetadata
            if executes and self._executes:
                preprocessor = Paste
            self.exporter.register_preprocessor(CheckMarks if checks else preprocessor)

    def init_notebooks(self) -> None:
        """Find the submissions, those without a notebook too: they are refused with a reason."""
        pattern = self._format_source(self.coursedir.assignment_id, self.coursedir.student_id)
        folders = [it for it in glob.glob(pattern) if Path(it).is_dir()]  # noqa: PTH207 - absolute
        try:
            super().init_notebooks()
        except NbGraderException:
            if not folders:
                raise
        if self.coursedir.notebook_id == "*":
            for folder in folders:
                self.assignments.setdefault(folder, [])

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
        except ExplainedError as error:
            self.log.error("%s", error)
            raise GradingError(str(error)) from error
        refused = [record for record in self.records if record.status == "refused"]
        for record in refused:
            texts = " ".join(reason.text for reason in record.reasons)
            self.log.error("The submission of '%s' was refused: %s", record.student, texts)
        if self._broken:
            raise NbGraderException(f"{len(refused)} submissions were refused; see above.")

    def _convert(self, execute: Execute) -> None:
        memory.return_what_is_large()
        self._settings = self._choose_settings(execute)
        self.exporter.optimistic_validation = True  # once a notebook, not once a preprocessor
        self._late = NotebookNode(output_type="error", **execute.error_on_timeout)
        self._plans: dict[str, Plan] = {}
        url, course = self.coursedir.db_url, self.coursedir.course_id
        assignment = self.coursedir.assignment_id
        with contextlib.ExitStack() as stack:
            stack.enter_context(files.alone(Path(self.coursedir.root), assignment))
            self.before()
            book = stack.enter_context(one_gradebook(url, course))
            runner, slots = stack.enter_context(
                executor(self._settings, self.workers, self.scheduler)
            )
            self._known = self._find_notebooks(book)
            book.save()
            try:
                self._parts = stack.enter_context(files.parts(self._graded(), assignment))
                self._grade_all(book, runner, slots)
            except OSError as error:
                raise ExplainedError(
                    f"Grading stopped: {error}. What was graded before is kept: mend that, and run "
                    "the same command again."
                ) from error

    def _grade_all(
        self, book: Book, runner: concurrent.futures.Executor, slots: Callable[[], int]
    ) -> None:
        """Keep as many submissions running as there is room for, and save what is done."""
        todo = [item for item in map(self._found, sorted(self.assignments)) if self._wanted(item)]
        todo = list(self._changed(book, todo))
        self.progress(len(todo), None)
        waiting: list[_Submission] = []
        for item in todo:
            prepared = self._guarded(book, item, lambda it: self._prepare(book, it, runner))
            if prepared:
                waiting.append(item)
            while len(waiting) > 2 * slots():
                self._save_next(book, waiting)
        while waiting:
            self._save_next(book, waiting)

    def _save_next(self, book: Book, waiting: list[_Submission]) -> None:
        """Wait for a submission that has run, and save it."""
        running = {task: item for item in waiting for task in item.running.values()}
        concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
        ready = [item for item in waiting if all(task.done() for task in item.running.values())]
        for item in ready:
            waiting.remove(item)
            self._guarded(book, item, lambda it: self._save(book, it))

    def _guarded(
        self, book: Book, item: _Submission, step: Callable[[_Submission], object]
    ) -> bool:
        """Do a step for one submission; what goes wrong with it stops no other."""
        try:
            step(item)
        except submissions.Refused as refused:
            self._refuse(book, item, str(refused))
        except (OSError, BoxError, MemoryError, concurrent.futures.BrokenExecutor) as error:
            if isinstance(error, OSError) and error.errno in _ODD_PATHS:
                text = f"a file in it has a name that cannot be used ({error.strerror}). {_PLAINLY}"
                self._refuse(book, item, text)
                return False
            book.undo()
            raise
        except sqlalchemy.exc.OperationalError:
            book.undo()
            raise
        except ExplainedError as error:
            book.undo()
            raise error
        except Exception as error:
            self.log.debug("%s: %s", item.student, error, exc_info=True)
            said = " ".join(str(error).split())[:500] or type(error).__name__
            text = f"nbgrader cannot grade it: {said.rstrip('.')}. {submissions.FRESH}"
            self._refuse(book, item, text)
        else:
            return True
        return False

    def _refuse(self, book: Book, item: _Submission, text: str) -> None:
        book.undo()
        if "." not in text.split(" ", 1)[0]:  # a file's name stays as it is
            text = text[0].upper() + text[1:]
        self._remove_destination(book, item)
        renamed = [reason for reason in item.reasons if reason.kind == "renamed"]
        self._record(book, item, "refused", [*renamed, Reason("refused", text)])
        self._broken |= bool(item.notebooks)

    def _record(self, book: Book, item: _Submission, status: str, reasons: list[Reason]) -> None:
        record = Record(item.student, status, tuple(reasons), item.digest)
        book.record(item.assignment, record)
        book.save()
        self.records.append(record)
        self.progress(0, record)

    # --- Which submissions -----------------------------------------------------------------------

    def _found(self, folder: str) -> _Submission:
        pattern = self._format_source("(?P<assignment_id>.*)", "(?P<student_id>.*)", escape=True)
        match = re.match(pattern, folder)
        if match is None:
            raise NbGraderException(f"Could not match '{folder}' with '{pattern}'")
        return _Submission(
            match["student_id"], match["assignment_id"], folder,
            sorted(self.assignments[folder]), "", [], {}, {},
        )  # fmt: skip

    def _wanted(self, item: _Submission) -> bool:
        """Say whether nbgrader would grade a submission now."""
        if item.student in (self.coursedir.student_id_exclude or "").split(","):
            return False
        if self.force or self.resume or not self._destinations_exist(item):
            return True
        new = self.coursedir.get_existing_timestamp(item.folder)
        old = self.coursedir.get_existing_timestamp(
            self._format_dest(item.assignment, item.student)
        )
        if new is not None and old is not None and new > old:
            return True
        self.log.info("Skipping existing assignment: %s", item.folder)
        return False

    def _destinations_exist(self, item: _Submission) -> bool:
        folder = Path(self._format_dest(item.assignment, item.student))
        if self.coursedir.notebook_id == "*":
            return folder.exists()
        return all((folder / Path(notebook).name).exists() for notebook in item.notebooks)

    def _changed(self, book: Book, items: list[_Submission]) -> Iterator[_Submission]:
        """Leave out what is graded and has not changed since, if asked to."""
        if not items:
            return
        assignment = items[0].assignment
        records = book.records(assignment)
        notebooks = book.nbgrader.find_assignment(assignment).notebooks
        source = files.digest_source(self._settings, notebooks, self._source_files(assignment))
        for item in items:
            item.digest = files.digest_submission(Path(item.folder), source)
            known = records.get(item.student)
            unchanged = known is not None and known.digest == item.digest != ""
            there = known is not None and (
                known.status == "refused" or self._destinations_exist(item)
            )
            if self.resume and not self.force and unchanged and there and known is not None:
                self.skipped.append(known)
                continue
            if known is not None:
                book.forget(assignment, item.student)  # until it is graded again
            yield item
        book.save()

    # --- Before the run --------------------------------------------------------------------------

    def _prepare(self, book: Book, item: _Submission, runner: concurrent.futures.Executor) -> None:
        """Read, sanitise, and hand over to the executor."""
        self.notebooks = item.notebooks
        self.run_pre_convert_hook()
        # A submission's own folder may be a link as well, to somebody else's.
        top = Path(self.coursedir.format_path(self.coursedir.submitted_directory, ".", "."))
        beside = self._beside(item, top)
        self._sanitizing = True
        named = {self._name(item, Path(path)): path for path in item.notebooks}
        item.notebooks = [str(Path(path).with_stem(name)) for name, path in named.items()]
        for name, path in named.items():
            if name not in self._known:
                self.log.warning("Skipping unknown notebook: %s", path)
                continue
            notebook = submissions.read(
                Path(path),
                inside=top,
                note=lambda text: item.reasons.append(Reason("copied", f"Mended: {text}.")),
            )
            self._init_preprocessors()
            resources = self._resources(item, name)
            notebook, resources = Exporter.from_notebook_node(self.exporter, notebook, resources)
            plan = self._plan(item.assignment, name)
            if not plan.kernel:
                check_python(notebook, Execute(parent=self).kernel_name)
            item.sanitised[name] = notebook, resources
            job = Job(to_run(notebook), self._settings, beside, plan, self.keep)
            item.running[name] = runner.submit(execution.run, job)
        missing = sorted(self._known - set(item.sanitised))
        if not item.sanitised:
            raise submissions.Refused(
                f"there is no {missing[0]}.ipynb in what was handed in. "
                "Please hand the notebook in again under this name."
            )
        if self.coursedir.notebook_id == "*":
            for name in missing:
                text = f"{name}.ipynb was not handed in; its cells score 0."
                item.reasons.append(Reason("missing", text))
        book.undo()

    def _name(self, item: _Submission, path: Path) -> str:
        """Return what the assignment calls a notebook: browsers save it under another name."""
        if len(item.notebooks) == len(self._known) == 1:
            (name,) = self._known
            within = rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"
            if name != path.stem and re.search(within, path.stem):
                text = f"{submissions.shown(path.name)} was taken for {name}.ipynb."
                item.reasons.append(Reason("renamed", text))
                return name
        return path.stem

    def _beside(self, item: _Submission, top: Path) -> dict[str, bytes]:
        """Read what was handed in beside the notebook, and the instructor's files over it."""
        ignore = self.coursedir.ignore
        found = files.handed_in(Path(item.folder), inside=top, ignore=ignore)
        excluded = self.exclude_overwriting.get(item.assignment, [])
        for name, path in self._source_files(item.assignment).items():
            if name not in excluded:
                found[name] = path.read_bytes()
        return found

    def _source_files(self, assignment: str) -> dict[str, Path]:
        folder = self._source_folder(assignment)
        ignore = [*self.coursedir.ignore, "*.ipynb"]
        return {
            os.path.relpath(path, folder): Path(path)
            for path in utils.find_all_files(str(folder), ignore)
        }

    def _source_folder(self, assignment: str) -> Path:
        return Path(self.coursedir.format_path(self.coursedir.source_directory, ".", assignment))

    def _resources(self, item: _Submission, name: str) -> dict[str, Any]:
        return {
            "unique_key": name,
            "output_files_dir": f"{name}_files",
            "nbgrader": {
                "student": item.student,
                "assignment": item.assignment,
                "notebook": name,
                "db_url": self.coursedir.db_url,
            },
        }

    def _plan(self, assignment: str, name: str) -> Plan:
        """Find out once, on the instructor's own solution, which tests are judged apart."""
        if name not in self._plans:
            path = self._source_folder(assignment) / f"{name}.ipynb"
            try:
                made = self._plan_for(assignment, path) if path.is_file() else Plan()
            except (ExplainedError, OSError):
                raise
            except Exception as error:  # nobody's submission is wrong
                raise ExplainedError(
                    f"{path} does not say how it is to be graded: {error}. Open it in JupyterLab, "
                    "choose its kernel, run it, and save it."
                ) from error
            self._plans[name] = made
        return self._plans[name]

    def _plan_for(self, assignment: str, path: Path) -> Plan:
        solution = nbformat.read(path, as_version=4)
        kernel = kernel_of(solution, Execute(parent=self).kernel_name)
        if kernel:
            return Plan(kernel=kernel)
        cells = [(cell.source, role(cell)) for cell in code(solution)]
        beside = {name: path.read_bytes() for name, path in self._source_files(assignment).items()}
        return planning.plan(cells, self._settings, beside)

    # --- After the run ---------------------------------------------------------------------------

    def _save(self, book: Book, item: _Submission) -> None:
        """Write the graded notebook, then its grades in one transaction."""
        final = Path(self._format_dest(item.assignment, item.student))
        whole = self.coursedir.notebook_id == "*"
        self.notebooks = item.notebooks
        with tempfile.TemporaryDirectory(dir=self._parts) as staging:
            self._staging = staging
            try:
                self._sanitizing = True
                self.init_assignment(item.assignment, item.student)
                self._sanitizing = False
                for name in item.sanitised:
                    self._save_notebook(book, item, name)
            finally:
                self._staging, self._sanitizing = "", True
            made = Path(staging, item.student, item.assignment)
            if whole and final.exists():
                utils.rmtree(final)
            files.move(made, final)
        self.set_permissions(item.assignment, item.student)
        tampered = any(reason.kind == "tampered" for reason in item.reasons)
        self._record(book, item, "tampered" if tampered else "graded", item.reasons)
        self.notebooks = item.notebooks
        self.run_post_convert_hook()
        try:
            self.after(item.student)
        except Exception as error:  # what is graded stays graded
            self.log.debug("%s: %s", item.student, error, exc_info=True)
        finally:
            book.undo()

    def _save_notebook(self, book: Book, item: _Submission, name: str) -> None:
        done = item.running[name].result()
        notebook, _ = item.sanitised[name]
        item.reasons += done.reasons
        for reason in done.reasons:
            if reason.kind == "late":
                self.log.error("Timeout waiting for execute reply: %s", reason.text)
        item.reasons += check_credit(notebook, done)
        self._init_preprocessors()
        resources = self._resources(item, name)
        resources["nbgrader"].update(run=done, late=self._late)
        with utils.setenv(NBGRADER_EXECUTION="autograde"):
            output, resources = self.exporter.from_notebook_node(notebook, resources)
        self.write_single_notebook(output, resources)
        files.add(Path(self._format_dest(item.assignment, item.student)), done.files)
        submitted = book.nbgrader.find_submission_notebook(name, item.assignment, item.student)
        item.reasons += score_deleted(notebook, submitted.grades)

    def _graded(self) -> Path:
        """Return the folder of all graded notebooks."""
        return Path(self.coursedir.format_path(self.coursedir.autograded_directory, ".", "."))

    def _remove_destination(self, book: Book, item: _Submission) -> None:
        """Leave no graded notebook of a submission that was refused, but one whose points stay."""
        with contextlib.suppress(MissingEntry):
            book.nbgrader.find_submission(item.assignment, item.student)
            return
        folder = Path(self._format_dest(item.assignment, item.student))
        if self.coursedir.notebook_id == "*":
            shutil.rmtree(folder, ignore_errors=True)
            return
        folder.mkdir(parents=True, exist_ok=True)  # it may hold other notebooks: nbgrader keeps it
        for notebook in item.notebooks:
            (folder / Path(notebook).name).unlink(missing_ok=True)

    # --- What grading needs ----------------------------------------------------------------------

    def _choose_settings(self, execute: Execute) -> Settings:
        timeout = execute.timeout
        if timeout is None or timeout < 0:
            timeout = self.whole_timeout
        return Settings(
            boxed=self.boxed,
            timeout=float(timeout),
            whole=float(max(self.whole_timeout, timeout)),
            limits=Limits(memory=self.memory << 20, cpu=2 * max(self.whole_timeout, timeout)),
            modules=tuple(self.modules),
            readable=tuple(str(Path(self.coursedir.root, path)) for path in self.readable),
            hidden=self._hidden(),
        )

    def _hidden(self) -> tuple[str, ...]:
        """Return what no learner's code may see."""
        course = self.coursedir
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

    def _find_notebooks(self, book: Book) -> set[str]:
        assignment = self.coursedir.assignment_id
        try:
            found = book.nbgrader.find_assignment(assignment)
        except MissingEntry:
            message = f"No assignment with ID '{assignment}' exists in the database"
            self.log.error(message)
            raise NbGraderException(message) from None
        return {notebook.name for notebook in found.notebooks}


def install() -> None:
    """Let everything of nbgrader that grades, formgrader's button included, use `BoxedAutograde`.

    For a course's `nbgrader_config.py`.
    """
    from nbgrader.apps import api, autogradeapp

    api.Autograde = autogradeapp.Autograde = BoxedAutograde
