"""Make of what a learner handed in what an executor runs: read, sanitised, with its plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import Exporter

from boxgrader.box.bench import Settings
from boxgrader.engine.cells import code, test_of
from boxgrader.engine.execution import Cell, Job, Reason
from boxgrader.engine.kernels import check_python
from boxgrader.errors import Refused
from boxgrader.nbgrader_course import files, submissions
from boxgrader.nbgrader_course.source import Source
from boxgrader.nbgrader_course.work import Work


class Preparation:
    """Prepares submissions of one assignment.

    Parameters
    ----------
    grader : nbgrader.converters.Autograde
        Whose settings and sanitising steps hold.
    source : Source
    settings : Settings
    known : set of str
        The notebooks of the assignment.
    """

    def __init__(self, grader: Any, source: Source, settings: Settings, known: set[str]) -> None:
        self._grader = grader
        self._course = grader.coursedir
        self._source = source
        self._settings = settings
        self._known = known

    def jobs(self, item: Work) -> dict[str, Job]:
        """Read and sanitise a submission, and return what is to be run, by notebook.

        Raises
        ------
        Refused
            If nothing of it can be graded.
        """
        # A submission's own folder may be a link as well, to somebody else's.
        top = Path(self._course.format_path(self._course.submitted_directory, ".", "."))
        beside = files.handed_in(Path(item.folder), inside=top, ignore=self._course.ignore)
        beside |= self._source.contents(self._grader.exclude_overwriting.get(item.assignment, []))
        jobs = {}
        for name, path in item.by_name(self._known).items():
            if name not in self._known:
                self._grader.log.warning("Skipping unknown notebook: %s", path)
                continue
            jobs[name] = self._job(item, name, Path(path), top, beside)
        missing = sorted(self._known - set(item.sanitised))
        if not item.sanitised:
            raise Refused(
                f"there is no {missing[0]}.ipynb in what was handed in. "
                "Please hand the notebook in again under this name."
            )
        if self._course.notebook_id == "*":
            for name in missing:
                text = f"{name}.ipynb was not handed in; its cells score 0."
                item.reasons.append(Reason("missing", text))
        return jobs

    def _job(self, item: Work, name: str, path: Path, top: Path, beside: dict[str, bytes]) -> Job:
        notebook = submissions.read(
            path,
            inside=top,
            note=lambda text: item.reasons.append(Reason("copied", f"Mended: {text}.")),
        )
        self._grader._init_preprocessors()
        resources = item.resources(name, self._course.db_url)
        exporter = self._grader.exporter
        notebook, resources = Exporter.from_notebook_node(exporter, notebook, resources)
        plan = self._source.plan(name, self._settings)
        if not plan.kernel:
            check_python(notebook, self._source.kernel)
        item.sanitised[name] = notebook, resources
        cells = tuple(Cell(cell.source, test_of(cell)) for cell in code(notebook))
        return Job(cells, self._settings, beside, plan, self._grader.keep)
