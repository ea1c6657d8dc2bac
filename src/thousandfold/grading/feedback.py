"""Feedback that teaches and keeps its secrets."""

from __future__ import annotations

from nbformat import NotebookNode
from nbgrader.preprocessors import GetGrades, NbGraderPreprocessor
from nbgrader.utils import is_grade, is_solution

HIDDEN = "# What is checked here stays here: learners of the next course get the same questions."
UNREAD = "Nobody has read this text yet. Its points are not in the score, which will change."


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
                    explained = output.ename in ("Hint", "ExplainedError")
                    output.traceback = [said if explained else f"{output.ename}: {said}"]
        return cell, resources
