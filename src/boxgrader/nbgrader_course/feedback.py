"""Feedback that teaches and keeps its secrets."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbformat import NotebookNode
from nbgrader.converters import GenerateFeedback
from nbgrader.preprocessors import ClearHiddenTests, GetGrades, NbGraderPreprocessor
from traitlets import List, Type, validate
from traitlets.utils.importstring import import_item

from boxgrader.engine.cells import code, is_solution, seen_lines, test_of, visible
from boxgrader.engine.outputs import (
    error_line,
    explains_itself,
    failed,
    failed_unseen,
    failing_line,
)
from boxgrader.nbgrader_course import handing_back, places
from boxgrader.nbgrader_course.gradebook import record
from boxgrader.nbgrader_course.history import given
from boxgrader.nbgrader_course.notices import (
    AGAIN,
    EARLIER,
    OVERRULED,
    UNREAD,
    UNSEEN,
    WAITS,
    notices,
    reworded,
    waits,
)
from boxgrader.nbgrader_course.pages import SafePage

HIDDEN = "More is checked here, and stays here: learners of the next course get the same questions."
UNSEEN_FAILED = "A check that is not shown failed."
ONLY_UNSEEN_FAILED = "What is shown here passed; a check that is not shown failed."
PRINTED = "What was printed while this was checked is not shown here.\n"
_NUMBER = re.compile(r"(?:np\.\w+\()?[-+]?[0-9.]{1,20}(?:e[-+]?[0-9]{1,3})?\)?")  # points
# What is long is wrapped, and what has no end scrolls; columns are kept apart.
_LOOKS = (
    "pre { white-space: pre-wrap; overflow-wrap: anywhere }"
    ".output pre, .output_area pre { max-height: 20rem; overflow: auto }"
    ".rendered_html :is(td, th) { padding: 0 0.6em }"
)
# Bootstrap's signs, which lie nowhere near the page.
_FONTS = re.compile(r"@font-face\s*{[^}]*}")
_UNTOLD = re.compile(r"<img\b(?![^>]*\balt=)")
_BODY = re.compile(r"<body[^>]*>")
_NOTICES = Markup('<div class="container"><div class="alert alert-info">{}</div></div>')
_ALTERNATIVE = '<img alt="No description has been provided for this image"'


# What is remembered of cells: as many, and none that is longer in characters.
_MOST_CELLS, _MOST_LETTERS = 256, 4000


class FeedbackPage(SafePage):
    """Makes the page in a third of nbconvert's time.

    nbconvert parses each page again, to add alternative texts, which are added here too, and marks
    that the template of nbgrader's feedback does not have. And a class has most cells in common:
    they are set once.
    """

    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'"

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(*arguments, **keywords)
        self._highlighting = functools.lru_cache(4)(self._highlight_in)
        without_pictures: Any = functools.partial(super()._set, attachments={}, path="")
        self._text = functools.lru_cache(_MOST_CELLS)(without_pictures)

    def _page(
        self, nb: NotebookNode, resources: dict[str, Any] | None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        exporter: Any = self
        made: Any = WidgetsDataTypeFilter
        resources = exporter._init_resources(resources)
        language = nb.metadata.get("language_info", {})
        lexer = language.get("pygments_lexer", language.get("name"))
        exporter.register_filter("highlight_code", self._highlighting(lexer))
        data_type = made(notebook_metadata=self._nb_metadata, parent=self, resources=resources)
        exporter.register_filter("filter_data_type", data_type)
        html, resources = TemplateExporter.from_notebook_node(self, nb, resources, **kw)
        head, end, body = _UNTOLD.sub(_ALTERNATIVE, html).partition("</head>")
        head = _FONTS.sub("", head)
        told = resources.get("nbgrader", {}).get("notices")
        if told:
            shown = str(_NOTICES.format(Markup("<br>").join(told)))
            body = _BODY.sub(lambda found: found[0] + shown, body, count=1)
        return f"{head}<style>{_LOOKS}</style>{end}{body}", resources

    def _preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        places.leave_out(nb)  # before any test is hidden, and with it what its cell is known by
        return super()._preprocess(nb, resources)

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

    def _set(self, source: str, attachments: dict[str, Any], path: str) -> str:
        alone = not (attachments or "![" in source or "<img" in source.lower())
        if alone and len(source) <= _MOST_LETTERS:
            return str(self._text(source))
        return super()._set(source, attachments, path)


class GetGradesSoFar(GetGrades):  # type: ignore[misc]
    """Put the grades in, and say what happened and what nobody has read.

    nbgrader's own feedback shows an unread text as one that earned nothing.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Put in the grades, and what the learner is told of grading."""
        self._look_again: list[str] = []
        nb, resources = super().preprocess(nb, resources)
        session = self.gradebook.db
        now = given(session, self.assignment_id, self.student_id).values()
        waiting = {
            cell
            for it in now
            if it.waits
            for notebook, _, cell in [it.cell.rpartition("/")]
            if notebook == self.notebook_id
        }
        known = record(session, self.assignment_id, self.student_id)
        reasons = known.reasons if known else ()
        resources["nbgrader"]["notices"] = [
            *([EARLIER] if known and known.status == "refused" else ()),
            *notices(reasons, waiting, self.notebook_id),
            *(OVERRULED.format(test) for test in self._look_again),
        ]
        for cell in code(nb):
            cell.outputs = reworded(cell.outputs)
        return nb, resources

    def _get_score(self, cell: NotebookNode, resources: dict[str, object]) -> None:
        named = cell.metadata.nbgrader
        grade = self.gradebook.find_grade(
            named["grade_id"], self.notebook_id, self.assignment_id, self.student_id
        )
        named["score"], named["points"] = grade.score, grade.max_score
        if not grade.needs_manual_grade:
            return
        is_text = cell.cell_type == "markdown" and is_solution(cell)
        stands = grade.manual_score is not None
        if not test_of(cell):
            said = named.get("comment")
            unseen = said or (UNREAD if is_text else UNSEEN)
            named["comment"] = "\n\n".join([AGAIN, said or ""]) if stands else unseen
        elif stands:
            self._look_again.append(grade.cell.name)
            cell.outputs = [*cell.outputs, waits(AGAIN)]
        else:
            cell.outputs = [waits(WAITS)]


class HideTests(NbGraderPreprocessor):  # type: ignore[misc]
    """Show of a test what learners have of it, and nothing that tells the rest.

    nbgrader's own feedback prints hidden tests, with the values that they expect, and a function
    can print what it was asked. Where a notebook hides something, tests show only what they say
    for themselves, for one may call what another hides. In other languages than Python a failed
    assertion repeats itself: only that it failed is told. ``c.HideTests.enabled = False`` shows
    everything.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, object]
    ) -> tuple[NotebookNode, dict[str, object]]:
        """Hide the tests of a notebook."""
        said = (nb.metadata.get("kernelspec", {}), nb.metadata.get("language_info", {}))
        languages = said[0].get("language", "python"), said[1].get("name", "python")
        self._in_python = languages == ("python", "python")
        marks: Any = ClearHiddenTests(parent=self)
        self._marks = marks.begin_test_delimeter, marks.end_test_delimeter
        tests = [cell.source for cell in code(nb) if test_of(cell)]
        self._hides = any(mark in source for source in tests for mark in self._marks)
        made: tuple[NotebookNode, dict[str, object]] = super().preprocess(nb, resources)
        return made

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, object], index: int
    ) -> tuple[NotebookNode, dict[str, object]]:
        """Take away what learners do not have of a test, and all that could tell it."""
        if test_of(cell) and self._hides:
            seen = seen_lines(cell.source, *self._marks)
            said_by = functools.partial(_said, seen, _where_unseen(cell.source, seen))
            cell.source = visible(cell.source, *self._marks, HIDDEN)
            if not self._in_python and failed(cell.outputs):
                cell.outputs = [_stream("stderr", "A check failed.\n")]
            else:
                said = [said_by(output) for output in cell.outputs]
                cell.outputs = [output for output in said if output]
                if None in said:
                    cell.outputs.append(_stream("stdout", PRINTED))
        return cell, resources


def _stream(name: str, text: str) -> NotebookNode:
    return NotebookNode(output_type="stream", name=name, text=text)  # nbformat's own validates it


def _where_unseen(source: str, seen: dict[int, str]) -> str:
    """Return what is said of a test if a line failed that learners do not have; none may be.

    Whatever stands behind such a line was not tried.
    """
    hidden = [place for place in range(source.count("\n") + 1) if place not in seen]
    tried = [place for place, line in seen.items() if line.strip() and line.strip()[0] != "#"]
    if not hidden:
        return ""
    return ONLY_UNSEEN_FAILED if tried and max(tried) < hidden[0] else UNSEEN_FAILED


def _said(seen: dict[int, str], unseen: str, output: NotebookNode) -> NotebookNode | None:
    """Return what an output of a test says for the test: points, or an error's last line.

    Before it stands the line of the test that failed, if learners have that line, or else that
    it is another.
    """
    if output.output_type == "error":
        said = output.evalue.strip()
        name = "" if explains_itself(output) else output.ename
        place = failing_line(output, seen)
        line = "" if place is None else f"----> {seen[place].strip()}"
        if unseen and failed_unseen(output, seen):
            line = unseen
        output.traceback = [*filter(None, [line]), error_line(name, said)]
        return output
    credit = str(output.get("data", {}).get("text/plain", ""))
    if output.output_type == "execute_result" and _NUMBER.fullmatch(credit):
        output.data, output.metadata = {"text/plain": credit}, {}
        return output
    return None


class PrivateFeedback(GenerateFeedback):  # type: ignore[misc]
    """nbgrader's feedback, which keeps hidden tests hidden and runs nothing of a submission."""

    exporter_class = Type(FeedbackPage, klass=Exporter).tag(config=True)
    preprocessors = List([GetGradesSoFar, HideTests, CSSHTMLHeaderPreprocessor]).tag(config=True)

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Copy what belongs to the notebooks, and nothing that leads to somebody's page."""
        super().init_assignment(assignment_id, student_id)
        handing_back.forget_secrets(Path(self._format_dest(assignment_id, student_id)))

    @validate("preprocessors")
    def _hide(self, proposal: Any) -> list[Any]:
        """Hide the tests in any course, whatever else its configuration does to a page."""
        chosen = [import_item(it) if isinstance(it, str) else it for it in proposal["value"]]
        chosen = [GetGradesSoFar if it is GetGrades else it for it in chosen]
        return chosen if HideTests in chosen else [HideTests, *chosen]
