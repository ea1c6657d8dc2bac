"""A learner's work on its way through grading."""

from __future__ import annotations

import concurrent.futures
import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from boxgrader.engine.job import Reason, Run


@dataclass
class Work:
    """What one learner handed in for one assignment.

    Attributes
    ----------
    student, assignment, folder : str
    top : Path
        The instructor's folder of learners' folders: below it, no link is followed.
    notebooks : list of str
        Paths, under the names that the assignment gives them once it is known which they are.
    refusal : str
        Why it cannot be graded, where its name says so.
    digest : str
        Of everything that the grades depend on.
    again : str
        Why it is graded again, if it is.
    files : dict of str to bytes
        What lies beside the notebooks, by relative path, but not what the instructor released.
    stamped, timestamp : bool, datetime
        Whether it says when it was handed in, and what it says.
    missing : list of str
        The notebooks of the assignment that are not there.
    broken : dict of str to str
        A sentence on each notebook that cannot be graded, by name.
    unable : set of str
        Those of them of which the sentence is for the instructor alone.
    kept : list of str
        Those of the broken that were graded before.
    several : bool
        Whether the assignment has more than one notebook.
    reasons : list of Reason
        What there is to say about it.
    sanitised : dict of str to tuple
        Notebook and resources, as nbgrader's exporter gives them, by name.
    running : dict of str to Future
        What each notebook's run will give.
    """

    student: str
    assignment: str
    folder: str
    top: Path
    notebooks: list[str]
    refusal: str = ""
    digest: str = ""
    again: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    stamped: bool = False
    timestamp: datetime.datetime | None = None
    missing: list[str] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    unable: set[str] = field(default_factory=set)
    kept: list[str] = field(default_factory=list)
    several: bool = False
    reasons: list[Reason] = field(default_factory=list)
    sanitised: dict[str, tuple[NotebookNode, dict[str, Any]]] = field(default_factory=dict)
    running: dict[str, concurrent.futures.Future[Run]] = field(default_factory=dict)

    def tell(self, notebook: str, reasons: Iterable[Reason]) -> None:
        """Keep what there is to say about one of the notebooks, which is named among several."""
        start = f"{notebook}.ipynb: " if self.several else ""
        self.reasons += [
            replace(reason, text=start + reason.text, notebook=notebook) for reason in reasons
        ]

    @property
    def tampered(self) -> bool:
        """Whether somebody seems to have tampered with the tests."""
        return any(reason.kind == "tampered" for reason in self.reasons)

    def let_go(self) -> None:
        """Forget what is large and was saved: a class of thousands waits until its end."""
        for held in (self.files, self.sanitised, self.running):
            held.clear()

    def resources(self, name: str, db_url: str) -> dict[str, Any]:
        """Return what nbgrader's preprocessors have to know of a notebook."""
        return {
            "unique_key": name,
            "output_files_dir": f"{name}_files",
            "nbgrader": {
                "student": self.student,
                "assignment": self.assignment,
                "notebook": name,
                "db_url": db_url,
            },
        }
