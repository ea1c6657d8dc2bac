"""Feedback that teaches and keeps its secrets."""

from __future__ import annotations

import re
from typing import Any

from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat import NotebookNode
from nbgrader.preprocessors import GetGrades, NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution

HIDDEN = "# What is checked here stays here: learners of the next course get the same questions."
UNREAD = "Nobody has read this text yet. Its points are not in the score, which will change."
# What is long is wrapped, and what has no end scrolls.
_LONG = (
    "pre { white-space: pre-wrap; overflow-wrap: anywhere }"
    ".output pre, .output_area pre { max-height: 20rem; overflow: auto }"
)
_UNTOLD = re.compile(r"<img\b(?![^>]*\balt=)")
_ALTERNATIVE = '<img alt="No description has been provided for this image"'


class FeedbackPage(HTMLExporter):
    """Makes the page, without the half of the time that nbconvert parses it again.

    nbconvert does that to add alternative texts, which are added here too, and marks that the
    template of nbgrader's feedback does not have.
    """

    def from_notebook_node(  # type: ignore[override] # nbconvert's own HTMLExporter has it too
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page of a graded notebook, and its resources."""
        exporter: Any = self
        made: Any = (Highlight2HTML, WidgetsDataTypeFilter)
        resources = exporter._init_resources(resources)
        language = nb.metadata.get("language_info", {})
        lexer = language.get("pygments_lexer", language.get("name"))
        exporter.register_filter("highlight_code", made[0](pygments_lexer=lexer, parent=self))
        data_type = made[1](notebook_metadata=self._nb_metadata, parent=self, resources=resources)
        exporter.register_filter("filter_data_type", data_type)
        html, resources = TemplateExporter.from_notebook_node(self, nb, resources, **kw)
        html = _UNTOLD.sub(_ALTERNATIVE, html)
        return html.replace("</head>", f"<style>{_LONG}</style></head>", 1), resources


class GetGradesSoFar(GetGrades):  # type: ignore[misc]
    """Put the grades in, and say of a text that nobody has read it.

    nbgrader's own feedback shows it as a text that earned nothing.
    """

    def _get_score(self, cell: NotebookNode, resources: dict[str, object]) -> None:
        super()._get_score(cell, resources)
        named = cell.metadata.nbgrader
        grade = self.gradebook.find_grade(
            named["grade_id"], self.notebook_id, self.assignment_id, self.student_id
        )
        if grade.needs_manual_grade:
            named["comment"] = named.get("comment") or UNREAD


class HideTests(NbGraderPreprocessor):  # type: ignore[misc]
    """Show what a check said, and not how it checks.

    nbgrader's own feedback prints hidden tests, with the values that they expect.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, object], index: int
    ) -> tuple[NotebookNode, dict[str, object]]:
        """Take the source of a test away, and all of a traceback but the last line."""
        if cell.cell_type == "code" and is_grade(cell) and not is_solution(cell):
            cell.source = HIDDEN
            for output in cell.outputs:
                if output.output_type == "error":
                    said = output.evalue.strip() or output.ename
                    explained = output.ename in ("Hint", "ExplainedError", "DeadKernelError")
                    output.traceback = [said if explained else f"{output.ename}: {said}"]
        return cell, resources
