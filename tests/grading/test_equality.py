"""A sample of `tools/equality.py`, and the page of feedback beside nbgrader's own."""

from __future__ import annotations

import equality
import nbformat
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter

from boxgrader.nbgrader_course.feedback import FeedbackPage

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's, of SQLAlchemy and of kernels


@pytest.mark.usefixtures("boxes")
@pytest.mark.parametrize(
    ("stem", "sample"),
    [("01_technical_debt", "half_right"), ("06_communication", "raises_an_exception")],
)
def test_grades_comments_and_cells_equal_nbgraders_own(stem: str, sample: str) -> None:
    compared = equality.compare(stem, [sample])
    assert compared.differences == []
    assert compared.counts["grade"] > 5


def test_the_page_of_feedback_is_nbgraders_own() -> None:
    notebook = nbformat.v4.new_notebook()
    picture = nbformat.v4.new_output("display_data", {"image/png": "iVBORw0KGgo="})
    table = nbformat.v4.new_output("display_data", {"text/html": "<ul><li>1</li></ul>"})
    failed = nbformat.v4.new_output(
        "error", ename="Hint", evalue="a < b", traceback=["\x1b[31ma < b"]
    )
    notebook.cells = [
        nbformat.v4.new_markdown_cell("# Title\n\n![](data:image/png;base64,iVBORw0KGgo=)"),
        nbformat.v4.new_code_cell("print('<b>')", outputs=[picture, table, failed]),
    ]
    # Without the names of headings, which the page itself may use.
    plain = {"template_name": "classic", "exclude_anchor_links": True}
    pages = [
        exporter(**plain).from_notebook_node(notebook)[0]
        for exporter in (FeedbackPage, HTMLExporter)
    ]
    ours, theirs = (BeautifulSoup(page, "html.parser").find("body") for page in pages)
    assert ours is not None
    assert ours == theirs
    assert all(picture.has_attr("alt") for picture in ours.find_all("img"))
