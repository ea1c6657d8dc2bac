"""A learner's work on its way through grading."""

from __future__ import annotations

import concurrent.futures
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from boxgrader.engine.execution import Reason, Run
from boxgrader.errors import shown


@dataclass
class Work:
    """What one learner handed in for one assignment.

    Attributes
    ----------
    student, assignment, folder : str
    notebooks : list of str
        Paths, under the names that the assignment gives them once `by_name` has been asked.
    refusal : str
        Why it cannot be graded, where its name says so.
    digest : str
        Of everything that the grades depend on.
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
    notebooks: list[str]
    refusal: str = ""
    digest: str = ""
    reasons: list[Reason] = field(default_factory=list)
    sanitised: dict[str, tuple[NotebookNode, dict[str, Any]]] = field(default_factory=dict)
    running: dict[str, concurrent.futures.Future[Run]] = field(default_factory=dict)

    @property
    def tampered(self) -> bool:
        """Whether somebody seems to have tampered with the tests."""
        return any(reason.kind == "tampered" for reason in self.reasons)

    def by_name(self, known: set[str]) -> dict[str, str]:
        """Return each notebook's path by what the assignment calls it.

        Parameters
        ----------
        known : set of str
            The notebooks of the assignment. Where there is one of each, it may have been saved
            under another name, as browsers do.
        """
        named = {self._name(Path(path), known): path for path in self.notebooks}
        self.notebooks = [str(Path(path).with_stem(name)) for name, path in named.items()]
        return named

    def _name(self, path: Path, known: set[str]) -> str:
        if len(self.notebooks) == len(known) == 1:
            (name,) = known
            within = rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"
            if name != path.stem and re.search(within, path.stem):
                text = f"{shown(path.name)} was taken for {name}.ipynb."
                self.reasons.append(Reason("renamed", text))
                return name
        return path.stem

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
