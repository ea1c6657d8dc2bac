"""Pages made of hostile text, in a real browser: nothing of it runs, nothing is asked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from conftest import PICTURES
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.server_extensions.formgrader import handlers
from patience import patient
from small_course import marked
from traitlets.config import Config

from boxgrader.nbgrader_course.feedback import PrivateFeedback
from boxgrader.nbgrader_course.pages import FormgraderPage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Route

pytestmark = pytest.mark.browser

OUTSIDE = "http://127.0.0.1:9/attack"  # answers nobody; that it is asked is what counts
RUNS = "document.title='owned';fetch('" + OUTSIDE + "')"
TEXTS = [
    "# A memo\n\nPaths grow with $n(n-1)/2$: **10** people, 45 paths.\n\n"
    "| people | paths |\n|--:|--:|\n| 10 | 45 |\n\n- [x] read\n\n```python\nprint('paths')\n```",
    f"<script>{RUNS}</script>",
    f'<img src=x onerror="{RUNS}"> <img src="{OUTSIDE}">',
    f"![x]({OUTSIDE}) ![y][r] [![z]({OUTSIDE})]({OUTSIDE})\n\n[r]: {OUTSIDE}",
    f"<svg onload=\"{RUNS}\"><image href='{OUTSIDE}'/></svg>",
    f"<style>@import url({OUTSIDE}); body {{ background: url({OUTSIDE}) }}</style>",
    f'<div style="background-image: url({OUTSIDE})">A</div>',
    f'<iframe src="{OUTSIDE}"></iframe><iframe srcdoc="<script>parent.{RUNS}</script>"></iframe>',
    f'<link rel="stylesheet" href="{OUTSIDE}"><link rel="prefetch" href="{OUTSIDE}">',
    f'<meta http-equiv="refresh" content="0;url={OUTSIDE}"><base href="{OUTSIDE}">',
    f'<object data="{OUTSIDE}"></object><embed src="{OUTSIDE}"><video src="{OUTSIDE}"></video>',
    f'<details open ontoggle="{RUNS}">B</details><input autofocus onfocus="{RUNS}">',
    f"$\\href{{javascript:{RUNS}}}{{x}}$ <math><mtext><img src=x onerror={RUNS}></mtext></math>",
    f'```mermaid\ngraph TD; A-->B; click A href "javascript:{RUNS}"\n```',
    "![gone](attachment:gone.png)",
]
SVG = (
    f"<svg xmlns='http://www.w3.org/2000/svg' width='20' height='20' onload=\"{RUNS}\">"
    f"<script>{RUNS}</script><image href='{OUTSIDE}'/><circle r='9' cx='10' cy='10'/></svg>"
)
DATA = [
    {"text/html": "".join(TEXTS[1:13])},
    {"text/html": f"<script>{RUNS}</script>", "text/plain": "plain"},
    {"application/javascript": RUNS},
    {"application/vnd.jupyter.widget-view+json": {"model_id": "x", "version_major": 2}},
    {"text/vnd.mermaid": "graph TD; A-->B"},
    {"image/svg+xml": SVG},
    {"image/png": f'"><script>{RUNS}</script>'},
    {"text/latex": f"<script>{RUNS}</script>"},
]
ISOLATED = {"text/html": {"isolated": True}}


def hostile() -> NotebookNode:
    """Return a graded notebook that holds all of them."""
    answer = new_code_cell(f"# <script>{RUNS}</script>\nprint('paths')")
    marked(answer, "answer", solution=True).metadata.nbgrader["comment"] = TEXTS[2]
    answer.outputs = [new_output("display_data", data) for data in DATA]
    answer.outputs += [
        new_output("display_data", {"text/html": TEXTS[1]}, metadata=ISOLATED),
        new_output("stream", name="stdout", text=f"<script>{RUNS}</script>\x1b]8;;{OUTSIDE}\x07"),
        new_output("error", ename="<b>", evalue=TEXTS[1], traceback=TEXTS[1:4]),
    ]
    test = marked(new_code_cell("assert paths(10) == 45"), "test", 2, grade=True, locked=True)
    memos = [new_markdown_cell(text) for text in TEXTS]
    marked(memos[0], "memo", 3, grade=True, solution=True)
    for cell in (test, memos[0]):
        cell.metadata.nbgrader["score"] = 1.0
    notebook = new_notebook(cells=[memos[0], answer, test, *memos[1:]])
    notebook.metadata.widgets = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    return notebook


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """Write a page of feedback, as a course with no configuration does."""
    course = CourseDirectory(config=Config({"CourseDirectory": {"root": str(tmp_path)}}))
    feedback = PrivateFeedback(coursedir=course, parent=NbGraderAPI(coursedir=course))
    exporter = feedback.exporter_class(parent=feedback, config=feedback.config)
    exporter.register_preprocessor("nbconvert.preprocessors.CSSHTMLHeaderPreprocessor")
    told = {"notebook": "ps", "score": 1.0, "max_score": 5.0, "late_penalty": 0}
    told["notices"] = [*TEXTS, "**Two** <i>notices</i>."]
    made, _ = exporter.from_notebook_node(hostile(), {"nbgrader": told})
    path = tmp_path / "page.html"
    path.write_text(made, "utf-8")
    return path


def test_nothing_runs_and_nothing_is_asked(page: Path, browser: Browser) -> None:
    asked: list[str] = []
    said: list[str] = []
    with browser.new_context() as context:
        tab = context.new_page()
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("dialog", lambda dialog: said.append(dialog.message))
        tab.goto(page.as_uri(), wait_until="networkidle")
        tab.screenshot(path=PICTURES / "feedback.png", full_page=True)
        assert tab.title() == "ps"
        assert "**Two** <i>notices</i>." in tab.locator(".alert").inner_text()
        assert tab.locator("script, iframe, object, embed, link, base, form").count() == 0
    elsewhere = [url for url in asked if not url.startswith("data:") and url != page.as_uri()]
    assert elsewhere == []
    assert [text for text in said if "ERR_INVALID_URL" not in text] == []  # a picture that is none


SERVER = "http://127.0.0.1:9"  # everything of it is answered here
STATIC = Path(handlers.static_path)


def test_formgrader_begins_to_grade_what_is_hostile(browser: Browser) -> None:
    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    told = {"submission_id": "1", "notebook_id": "ps", "assignment_id": "ps", "base_url": SERVER}
    told |= {"student": f"<script>{RUNS}</script>", "index": 0, "total": 1}
    made, _ = FormgraderPage(config=config).from_notebook_node(hostile(), told)

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        file = STATIC / path.removeprefix("/formgrader/static/")
        if path == "/formgrader/submissions/1/":
            route.fulfill(body=made, content_type="text/html")
        elif path.startswith("/formgrader/static/") and file.is_file():
            route.fulfill(path=file)
        elif path.startswith("/formgrader/api/"):
            route.fulfill(json=[])
        else:
            route.fulfill(status=404)
            asked.append(path)

    asked: list[str] = []
    said: list[str] = []
    with browser.new_context() as context:
        context.route("**/*", answer)
        tab = patient(context.new_page())
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.goto(f"{SERVER}/formgrader/submissions/1/")
        tab.wait_for_function("window.MathJax.loaded === true")
        assert tab.title() == "ps"
        assert tab.locator("#memo").count() == 1
        tab.screenshot(path=PICTURES / "formgrader.png", full_page=True)
    assert said == []
    assert [path for path in asked if "favicon" not in path] == []
