"""Feedback that teaches and keeps its secrets."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import GetGrades, NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution

from boxgrader.engine.outputs import explains_itself, failed

HIDDEN = "# What is checked here stays here: learners of the next course get the same questions."
UNREAD = "Nobody has read this text yet. Its points are not in the score, which will change."
# What is long is wrapped, and what has no end scrolls.
_LONG = (
    "pre { white-space: pre-wrap; overflow-wrap: anywhere }"
    ".output pre, .output_area pre { max-height: 20rem; overflow: auto }"
)
_UNTOLD = re.compile(r"<img\b(?![^>]*\balt=)")
_ALTERNATIVE = '<img alt="No description has been provided for this image"'


# What is remembered of cells: as many, and none that is longer in characters.
_MOST_CELLS, _MOST_LETTERS = 256, 4000


class FeedbackPage(HTMLExporter):
    """Makes the page in a third of nbconvert's time.

    nbconvert parses each page again, to add alternative texts, which are added here too, and marks
    that the template of nbgrader's feedback does not have. And a class has most cells in common:
    they are set once.
    """

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)  # type: ignore[no-untyped-call]
        self.optimistic_validation = True  # once a notebook, not once a preprocessor
        self._highlighting = functools.lru_cache(4)(self._highlight_in)
        without_context: Any = functools.partial(super().markdown2html, {})
        self._text = functools.lru_cache(_MOST_CELLS)(without_context)

    def from_notebook_node(  # type: ignore[override] # nbconvert's own HTMLExporter has it too
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page of a graded notebook, and its resources."""
        exporter: Any = self
        made: Any = WidgetsDataTypeFilter
        resources = exporter._init_resources(resources)
        language = nb.metadata.get("language_info", {})
        lexer = language.get("pygments_lexer", language.get("name"))
        exporter.register_filter("highlight_code", self._highlighting(lexer))
        data_type = made(notebook_metadata=self._nb_metadata, parent=self, resources=resources)
        exporter.register_filter("filter_data_type", data_type)
        html, resources = TemplateExporter.from_notebook_node(self, nb, resources, **kw)
        html = _UNTOLD.sub(_ALTERNATIVE, html)
        return html.replace("</head>", f"<style>{_LONG}</style></head>", 1), resources

    def _highlight_in(self, lexer: str | None) -> Callable[..., str]:
        """Return what colours code of a language, and remembers what it has coloured."""
        made: Any = Highlight2HTML
        colour = made(pygments_lexer=lexer, parent=self)
        remembered = functools.lru_cache(_MOST_CELLS)(colour)

        def highlight(source: str, language: str | None = None, metadata: Any = None) -> str:
            other = language or "magics_language" in (metadata or {})
            if other or len(source) > _MOST_LETTERS:
                return str(colour(source, language, metadata))
            return str(remembered(source))

        return highlight

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        """Return a text as HTML."""
        alone = not (context.get("cell", {}).get("attachments") or self.embed_images)
        if alone and len(source) <= _MOST_LETTERS:
            return str(self._text(source))
        return str(super().markdown2html(context, source))


class GetGradesSoFar(GetGrades):  # type: ignore[misc]
    """Put the grades in, and say of a text that nobody has read it.

    nbgrader's own feedback shows it as a text that earned nothing.
    """

    def _get_score(self, cell: NotebookNode, resources: dict[str, object]) -> None:
        named = cell.metadata.nbgrader
        grade = self.gradebook.find_grade(
            named["grade_id"], self.notebook_id, self.assignment_id, self.student_id
        )
        named["score"], named["points"] = grade.score, grade.max_score
        if grade.needs_manual_grade:
            named["comment"] = named.get("comment") or UNREAD


class HideTests(NbGraderPreprocessor):  # type: ignore[misc]
    """Show what a check said, and not how it checks.

    nbgrader's own feedback prints hidden tests, with the values that they expect. In other
    languages than Python a failed assertion repeats itself: only that it failed is told.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, object]
    ) -> tuple[NotebookNode, dict[str, object]]:
        """Hide the tests of a notebook."""
        said = (nb.metadata.get("kernelspec", {}), nb.metadata.get("language_info", {}))
        languages = said[0].get("language", "python"), said[1].get("name", "python")
        self._in_python = languages == ("python", "python")
        made: tuple[NotebookNode, dict[str, object]] = super().preprocess(nb, resources)
        return made

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, object], index: int
    ) -> tuple[NotebookNode, dict[str, object]]:
        """Take the source of a test away, and all of a traceback but the last line."""
        if cell.cell_type == "code" and is_grade(cell) and not is_solution(cell):
            cell.source = HIDDEN
            if not self._in_python and failed(cell.outputs):
                cell.outputs = [new_output("stream", name="stderr", text="A check failed.\n")]
            for output in cell.outputs:
                if output.output_type == "error":
                    said = output.evalue.strip() or output.ename
                    alone = explains_itself(output)
                    output.traceback = [said if alone else f"{output.ename}: {said}"]
        return cell, resources
