"""Plan and takeaway in a real browser: a phone, a projector, and no script of anybody's."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import ROOT
from patience import patient
from playwright.sync_api import Browser

from thousandfold.facilitation import run_of_show
from thousandfold.facilitation.course import find_course
from thousandfold.facilitation.schedule import formats, plan
from thousandfold.facilitation.takeaway import collect, html

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
COURSE = find_course(ROOT)
HOSTILE = (
    "<script>document.title = 'mine'</script><img src=x onerror=\"document.title='mine'\">"
    "[x](javascript:alert(1)) ![x](https://example.org/x.png) "
    '"><img src=x onerror="document.title=\'mine\'"> {{ 7 * 7 }} \x1b[31m \ud800 ' + "long" * 200
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    memo = {"nbgrader": {"grade_id": "memo"}}
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": f"# {HOSTILE}"},
        {"cell_type": "markdown", "metadata": memo, "source": HOSTILE},
        {"cell_type": "code", "metadata": {}, "source": f"my_guess_paths = 45  # {HOSTILE}"},
        {"cell_type": "code", "metadata": {}, "source": f"my_guess_x = {HOSTILE}"},
    ]
    (folder / "06_communication.ipynb").write_text(json.dumps({"cells": cells}))
    (folder / "bad <img src=x onerror=alert(1)>.ipynb").write_text("{")
    written = {
        "plan": run_of_show.html([plan(COURSE, name) for name in formats()]),
        "takeaway": html(collect(folder), HOSTILE),
    }
    for name, content in written.items():
        (folder / f"{name}.html").write_text(content, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in written}


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", ["plan", "takeaway"])
def test_a_page_fits_its_screen_and_runs_nothing(
    browser: Browser, pages: dict[str, Path], name: str, width: int
) -> None:
    sheet = patient(browser.new_page(viewport={"width": width, "height": 800}))
    problems: list[str] = []
    sheet.on("console", lambda message: problems.append(message.text))
    asked: list[str] = []
    sheet.on("request", lambda request: asked.append(request.url))
    sheet.goto(pages[name].as_uri())
    assert sheet.title() != "mine"
    assert (problems, asked) == ([], [pages[name].as_uri()])
    assert sheet.locator("script, img, a, [onerror]").count() == 0
    if name == "takeaway":
        assert sheet.locator("body").inner_text().count("{{ 7 * 7 }}") == 5
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert sheet.evaluate(wide) <= 0, "no scrolling sideways"
    levels = sheet.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]))"
    )
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    sheet.close()
