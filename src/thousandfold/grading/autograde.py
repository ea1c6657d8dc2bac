"""nbgrader's autograde, with learners' code in boxes, several at a time.

`BoxedAutograde` takes the place of nbgrader's `Autograde` and of its one loop. The process it runs
in is trusted: it reads, sanitises and saves with nbgrader's own preprocessors, and is the only one
that opens the gradebook. Running a notebook is the task of an executor (see `execution`).
"""

from __future__ import annotations

import concurrent.futures
import errno
import glob
import hashlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from traitlets import Bool, Integer, List, Unicode

from thousandfold.errors import ExplainedError
from thousandfold.grading import bench, execution, submissions
from thousandfold.grading.bench import Settings
from thousandfold.grading.box import BoxError, Limits
from thousandfold.grading.execution import Cell, Job, Plan, Reason, Run
from thousandfold.grading.gradebook import Book, Record, one_gradebook

_VERSION = b"1"  # raised when grades of unchanged submissions may change
_MOST_FILES, _MOST_FILE_BYTES = 200, 32 << 20
# What goes wrong because of how a learner named files and folders, and never for want of room.
_ODD_PATHS = {errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ELOOP,
              errno.EILSEQ}  # fmt: skip
_PLAINLY = "Please hand in the notebook and what it reads, under plain names."

_LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": sys.version_info[0]},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
    "version": sys.version.split()[0],
}


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


class _Paste(NbGraderPreprocessor):  # type: ignore[misc]
    """Put the outputs of a run where nbgrader's `Execute` would have made them."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Fill in the code cells in order."""
        done: Run = resources["nbgrader"]["run"]
        code = [cell for cell in nb.cells if cell.cell_type == "code"]
        for number, (cell, outputs, count) in enumerate(
            zip(code, done.outputs, done.counts, strict=True)
        ):
            cell.outputs = [nbformat.from_dict(output) for output in outputs]
            if number in done.late:
                cell.outputs.append(resources["nbgrader"]["late"])
            cell.execution_count = count
        nb.metadata["language_info"] = _LANGUAGE
        return nb, resources


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
        self._staging = ""

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
            self.exporter.register_preprocessor(
                _Paste if executes and self._executes else preprocessor
            )

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
        if refused:
            raise NbGraderException(f"{len(refused)} submissions were refused; see above.")

    def _convert(self, execute: Execute) -> None:
        self._settings = self._choose_settings(execute)
        self._late = NotebookNode(output_type="error", **execute.error_on_timeout)
        self._plans: dict[str, Plan] = {}
        url, course = self.coursedir.db_url, self.coursedir.course_id
        with self._alone(), one_gradebook(url, course) as book, self._executor() as executor:
            self._known = self._find_notebooks(book)
            book.save()
            try:
                self._grade_all(book, executor)
            except OSError as error:
                raise ExplainedError(
                    f"Grading stopped: {error.strerror} ({error.filename}). What was graded before "
                    "is kept: mend that, and run the same command again."
                ) from error

    def _grade_all(self, book: Book, executor: concurrent.futures.Executor) -> None:
        """Keep as many submissions running as there are workers, and save what is done."""
        todo = [item for item in map(self._found, sorted(self.assignments)) if self._wanted(item)]
        todo = list(self._changed(book, todo))
        self.progress(len(todo), None)
        waiting: list[_Submission] = []
        for item in todo:
            prepared = self._guarded(book, item, lambda it: self._prepare(book, it, executor))
            if prepared:
                waiting.append(item)
            while len(waiting) > 2 * self.workers:
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
        self._remove_destination(item)
        self._record(book, item, "refused", [Reason("refused", text)])

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
        source = self._source_digest(book, assignment)
        for item in items:
            try:
                item.digest = self._digest(item, source)
            except OSError:  # a path that is too long, a file that may not be read: refused later
                item.digest = ""
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

    def _source_digest(self, book: Book, assignment: str) -> bytes:
        """Digest what grades depend on besides the submission."""
        digest = hashlib.sha256(_VERSION + repr(self._settings).encode())
        for notebook in book.nbgrader.find_assignment(assignment).notebooks:
            cells = sorted((cell.name, cell.checksum or "") for cell in notebook.source_cells)
            points = sorted((cell.name, cell.max_score) for cell in notebook.grade_cells)
            digest.update(repr((notebook.name, cells, points)).encode())
        for name, path in sorted(self._source_files(assignment).items()):
            digest.update(name.encode() + hashlib.sha256(path.read_bytes()).digest())
        return digest.digest()

    def _digest(self, item: _Submission, source: bytes) -> str:
        digest = hashlib.sha256(source)
        for path in sorted(Path(item.folder).rglob("*")):
            status = path.lstat()
            digest.update(os.fsencode(f"\0{path.relative_to(item.folder)}\0{status.st_mode}"))
            if path.is_file() and not path.is_symlink():
                digest.update(f"{status.st_size}\0".encode())
                if status.st_size <= _MOST_FILE_BYTES:
                    digest.update(hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()

    # --- Before the run --------------------------------------------------------------------------

    def _prepare(
        self, book: Book, item: _Submission, executor: concurrent.futures.Executor
    ) -> None:
        """Read, sanitise, and hand over to the executor."""
        self.notebooks = item.notebooks
        self.run_pre_convert_hook()
        # A submission's own folder may be a link as well, to somebody else's.
        top = Path(self.coursedir.format_path(self.coursedir.submitted_directory, ".", "."))
        files = self._files(item, top)
        self._sanitizing = True
        for path in item.notebooks:
            name = Path(path).stem
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
            self._check_language(notebook)
            item.sanitised[name] = notebook, resources
            plan = self._plan(item.assignment, name)
            cells = tuple(map(_cell, filter(_is_code, notebook.cells)))
            job = Job(cells, self._settings, files, plan, self.keep)
            item.running[name] = executor.submit(execution.run, job)
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

    def _files(self, item: _Submission, top: Path) -> dict[str, bytes]:
        """Read what was handed in beside the notebook, and the instructor's files over it."""
        found: dict[str, bytes] = {}
        left = _MOST_FILE_BYTES
        root = Path(item.folder)
        for folder, folders, names in os.walk(root):
            for name in sorted(folders):
                if (Path(folder) / name).is_symlink():
                    raise submissions.Refused(
                        f"{submissions.shown(name)} is a link to another folder. "
                        "Please hand in the files themselves."
                    )
            for name in sorted(names):
                path = Path(folder, name)
                if name.endswith(".ipynb") or utils.is_ignored(str(path), self.coursedir.ignore):
                    continue
                with os.fdopen(submissions.open_regular(path, inside=top), "rb") as file:
                    content = file.read(left + 1)
                left -= len(content)
                if left < 0 or len(found) >= _MOST_FILES:
                    raise submissions.Refused(
                        f"the files beside the notebook are more than {_MOST_FILES}, or larger "
                        f"than {_MOST_FILE_BYTES >> 20} MB together. Please hand in the notebook "
                        "and what it reads."
                    )
                found[str(path.relative_to(root))] = content
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

    def _check_language(self, notebook: NotebookNode) -> None:
        kernel = Execute(parent=self).kernel_name or notebook.metadata.get("kernelspec", {}).get(
            "name", "python3"
        )
        if re.fullmatch(r"python3?", kernel):
            return
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

        try:
            language = KernelSpecManager().get_kernel_spec(kernel).language
        except NoSuchKernel:
            raise NbGraderException(f"there is no kernel named {kernel} on this machine") from None
        if language != "python":
            raise submissions.Refused(
                f"its language is {language}, and only Python is graded in a box. Grade this "
                "assignment with nbgrader's own autograde, in a container."
            )

    def _plan(self, assignment: str, name: str) -> Plan:
        """Find out once, on the instructor's own solution, which tests are judged apart."""
        if name not in self._plans:
            self._plans[name] = Plan()
            path = self._source_folder(assignment) / f"{name}.ipynb"
            if path.is_file():
                notebook = nbformat.read(path, as_version=4)
                cells = [(cell.source, _role(cell)) for cell in filter(_is_code, notebook.cells)]
                files = {
                    name: path.read_bytes() for name, path in self._source_files(assignment).items()
                }
                self._plans[name] = execution.plan(cells, self._settings, files)
        return self._plans[name]

    # --- After the run ---------------------------------------------------------------------------

    def _save(self, book: Book, item: _Submission) -> None:
        """Write the graded notebook, then its grades in one transaction."""
        final = Path(self._format_dest(item.assignment, item.student))
        whole = self.coursedir.notebook_id == "*"
        parent = Path(self.coursedir.format_path(self.coursedir.autograded_directory, ".", "."))
        parent.mkdir(parents=True, exist_ok=True)
        self.notebooks = item.notebooks
        with tempfile.TemporaryDirectory(dir=parent, prefix=".part-") as staging:
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
            _move(made, final)
        self.set_permissions(item.assignment, item.student)
        tampered = any(reason.kind == "tampered" for reason in item.reasons)
        self._record(book, item, "tampered" if tampered else "graded", item.reasons)
        self.notebooks = item.notebooks
        self.run_post_convert_hook()

    def _save_notebook(self, book: Book, item: _Submission, name: str) -> None:
        done = item.running[name].result()
        notebook, _ = item.sanitised[name]
        item.reasons += done.reasons
        for reason in done.reasons:
            if reason.kind == "late":
                self.log.error("Timeout waiting for execute reply: %s", reason.text)
        self._check_credit(item, notebook, done)
        self._init_preprocessors()
        resources = self._resources(item, name)
        resources["nbgrader"].update(run=done, late=self._late)
        with utils.setenv(NBGRADER_EXECUTION="autograde"):
            output, resources = self.exporter.from_notebook_node(notebook, resources)
        self.write_single_notebook(output, resources)
        folder = Path(self._format_dest(item.assignment, item.student))
        for path, content in done.files.items():
            target = folder / path
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("xb") as file:
                    file.write(content)
            except (FileExistsError, NotADirectoryError):
                continue  # the instructor's files go before
        self._score_deleted(book, item, name)

    def _check_credit(self, item: _Submission, notebook: NotebookNode, done: Run) -> None:
        """Let a test fail that gives more points than there are, fewer than none, or no number.

        nbgrader stops at the first, and gives full marks for the others.
        """
        for cell, outputs in zip(filter(_is_code, notebook.cells), done.outputs, strict=True):
            results = [it for it in outputs if it["output_type"] == "execute_result"]
            if not (_test(cell) and results):
                continue
            try:
                utils.get_partial_grade(results[0], float(cell.metadata.nbgrader["points"]))
                if not _at_least_nothing(results[0]["data"]["text/plain"]):
                    raise ValueError
            except (ValueError, KeyError):
                text = f"The test {_test(cell)} gave no number of points that it can give: 0."
                outputs.append(execution.error_output("CreditError", text))
                outputs.remove(results[0])
                item.reasons.append(Reason("unclear", text, _test(cell)))

    def _score_deleted(self, book: Book, item: _Submission, name: str) -> None:
        """Give 0 for each graded cell that is not in the notebook."""
        notebook, _ = item.sanitised[name]
        there = {
            cell.metadata.nbgrader.get("grade_id")
            for cell in notebook.cells
            if "nbgrader" in cell.metadata and (utils.is_grade(cell) or utils.is_task(cell))
        }
        submitted = book.nbgrader.find_submission_notebook(name, item.assignment, item.student)
        for grade in submitted.grades:
            if grade.cell.name not in there:
                grade.auto_score = 0
                grade.needs_manual_grade = False
                text = f"The graded cell {grade.cell.name} is not in the notebook and scores 0."
                item.reasons.append(Reason("deleted", text, grade.cell.name))

    def _remove_destination(self, item: _Submission) -> None:
        """Leave no graded notebook of a submission that was refused."""
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
        )

    def _find_notebooks(self, book: Book) -> set[str]:
        assignment = self.coursedir.assignment_id
        try:
            found = book.nbgrader.find_assignment(assignment)
        except MissingEntry:
            message = f"No assignment with ID '{assignment}' exists in the database"
            self.log.error(message)
            raise NbGraderException(message) from None
        return {notebook.name for notebook in found.notebooks}

    @contextmanager
    def _executor(self) -> Iterator[concurrent.futures.Executor]:
        """Give what runs notebooks: threads that each talk to a process, or a Dask cluster."""
        try:
            if self.scheduler:
                with _cluster(self.scheduler) as client:
                    # A worker that is lost takes no submission with it.
                    yield client.get_executor(pure=False, retries=2)
                return
            first = bench.take(self._settings)
            first.wait()  # says at once if there is no box
            bench.give_back(first)
            pool = concurrent.futures.ThreadPoolExecutor(self.workers)
            try:
                yield pool
            finally:  # stopped by hand, it waits for those that run, and starts no other
                pool.shutdown(cancel_futures=True)
        finally:
            bench.close_all()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock of the assignment, which the system opens when a grader dies.

        Raises
        ------
        ExplainedError
            If somebody else grades it now.
        """
        import fcntl

        path = Path(self.coursedir.root, f".grading-{self.coursedir.assignment_id}.lock")
        with path.open("a") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ExplainedError(
                    f"{self.coursedir.assignment_id} is being graded by another program. Wait "
                    "until that has ended, and run this again."
                ) from None
            yield


def _cluster(address: str) -> Any:
    """Return a client of a Dask cluster.

    Raises
    ------
    ExplainedError
        If there is none.
    """
    try:
        import distributed

        connect: Any = distributed.Client
        return connect(address, set_as_default=False, timeout=20)
    except ImportError:
        raise ExplainedError(
            "Dask is not installed: run `pip install distributed`, here and on every worker."
        ) from None
    except (OSError, ValueError) as error:
        raise ExplainedError(
            f"No Dask scheduler answers at {address} ({error}). Start one with `dask scheduler`, "
            "and name its address as it prints it."
        ) from None


def _is_code(cell: NotebookNode) -> bool:
    return bool(cell.cell_type == "code")


def _cell(cell: NotebookNode) -> Cell:
    return Cell(cell.source, _test(cell))


def _test(cell: NotebookNode) -> str:
    """Return the grade id of a cell that nbgrader scores by running it, or nothing."""
    if utils.is_grade(cell) and not utils.is_solution(cell):
        return str(cell.metadata.nbgrader["grade_id"])
    return ""


def _role(cell: NotebookNode) -> str:
    """Say what `execution.plan` has to know of an instructor's cell."""
    if utils.is_solution(cell):
        return "solution"
    test = _test(cell)
    return f"test:{test}" if test else ""


def _at_least_nothing(shown: str) -> bool:
    """Say whether what a test gives is no number below zero, and no number that is none."""
    try:
        return float(shown) >= 0
    except ValueError:
        return True  # a text, which nbgrader takes for success


def _move(made: Path, final: Path) -> None:
    """Move every file to its place, whole, and onto the disk."""
    for path in sorted(made.rglob("*")):
        if path.is_dir():
            continue
        with path.open("rb") as file:
            os.fsync(file.fileno())
        target = final / path.relative_to(made)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)


def install() -> None:
    """Let everything of nbgrader that grades, formgrader's button included, use `BoxedAutograde`.

    For a course's `nbgrader_config.py`.
    """
    from nbgrader.apps import api, autogradeapp

    api.Autograde = autogradeapp.Autograde = BoxedAutograde
