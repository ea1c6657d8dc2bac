"""A notebook on its way through the steps of an exporter, without the copies of nbconvert's own.

nbconvert copies a notebook three times before its first step, and looks whether it is valid once
more when it is written. Of a class, that is a quarter of what reading and saving take.
"""

from __future__ import annotations

from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode

from boxgrader.nbgrader_course.submissions import name_cells


def through(
    exporter: Any, nb: NotebookNode, resources: dict[str, Any]
) -> tuple[NotebookNode, dict[str, Any]]:
    """Take a notebook through the steps of an exporter, which change it where it is.

    Parameters
    ----------
    exporter : nbconvert.exporters.Exporter
    nb : NotebookNode
        Nobody else's.
    resources : dict

    Raises
    ------
    nbformat.ValidationError
        If it is no notebook any more.
    """
    if nb.get("nbformat_minor", 0) >= 5:
        name_cells(nb.cells)
    for step in exporter._preprocessors:
        nb, resources = step(nb, resources)
    nbformat.validate(nb, relax_add_props=True)
    return nb, resources


class GradedNotebook(NotebookExporter):
    """Makes the text of a graded notebook."""

    def _preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        return through(self, nb, resources)
