"""The site for browsers, opened anew: what a page loads, what it remembers, and what is newer.

Each test begins JupyterLab, and some of them Python, so they stand beside those that share one.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import browser
import pytest
import serve_site
from conftest import PICTURES, lessons
from patience import patient, wait_until
from playwright.sync_api import expect
from test_browser import CELL
from test_site import (
    FIRST_CELL,
    GRADED,
    ROOM,
    START_SECONDS,
    STORED_FIRST,
    TOLD,
    Visitor,
    address,
    ask,
    open_in,
    run_all,
    served,
    visitor,
    wait_until_shown,
)

__all__ = ["address", "visitor"]

pytestmark = [pytest.mark.browser, pytest.mark.site, pytest.mark.timeout(900)]


@pytest.mark.parametrize(
    ("stem", "loaded"),
    [
        ("00_start_here", {"ipywidgets", "matplotlib"}),
        ("08_flight_simulator", {"ipywidgets", "matplotlib", "pandas"}),
    ],
)
def test_a_lesson_loads_what_it_uses_and_nothing_else(
    visitor: Visitor, stem: str, loaded: set[str]
) -> None:
    path = f"notebooks/{stem}.ipynb"
    page = visitor.lab(path)
    open_in(page, path)  # with a kernel of its own: another lesson's may have loaded more
    assert run_all(page)
    told = dict(one.split(":") for one in ask(page, browser.LOADED).split())
    assert loaded == {name for name in browser.HEAVY if name in told}
    assert loaded == {name for name in browser.HEAVY if told.get(name) == "True"}
    page.close()


def test_a_flight_in_a_link_is_remembered_and_no_server_hears_of_it(visitor: Visitor) -> None:
    path = "notebooks/08_flight_simulator.ipynb"
    page = patient(visitor.context.new_page())
    page.goto(f"{visitor.address}lab/index.html?path={path}#flight=1-1-7")
    wait_until_shown(page, path)
    wait_until(lambda: page.evaluate("location.search") == "", START_SECONDS)  # its router was here
    assert page.evaluate("_JUPYTERLAB.thousandfold.openedWith") == "#flight=1-1-7"
    assert [url for url in visitor.asked if "flight=" in url] == []
    page.close()


def test_a_lesson_and_its_exercise_have_a_kernel_each(visitor: Visitor) -> None:
    page = visitor.lab(f"notebooks/{GRADED}.ipynb")
    lesson = open_in(page, f"notebooks/{GRADED}.ipynb")
    exercise = open_in(page, f"exercises/{GRADED}/{GRADED}.ipynb")
    assert lesson != exercise
    page.close()


def test_work_is_there_when_the_page_is_opened_again(visitor: Visitor) -> None:
    path = f"notebooks/{lessons()[1]}.ipynb"
    page = visitor.lab(path)
    open_in(page, path)
    page.evaluate(FIRST_CELL, "# My own words")
    # Nobody presses save: it is saved within seconds.
    wait_until(lambda: not page.evaluate("opened.context.model.dirty"), START_SECONDS)
    page.close()
    # By its link: a page that is loaded again too soon forgets which tab was open, not the work.
    page = visitor.lab(path)
    first = page.locator(f".jp-NotebookPanel:not(.lm-mod-hidden) {CELL}").first
    expect(first).to_contain_text("My own words")
    page.close()


def test_who_has_an_old_copy_is_told_of_the_new_one_and_loses_nothing(
    visitor: Visitor, site: Path, tmp_path: Path
) -> None:
    changing = shutil.copytree(site, tmp_path / "site")  # others see the one that stays as it is
    with served(changing) as address:
        # A lesson and its exercise in one visit, since JupyterLab takes long to begin.
        paths = ("notebooks/03_reliability.ipynb", "exercises/03_reliability/03_reliability.ipynb")
        page = visitor.lab(paths[0], address)
        for path in paths:
            open_in(page, path)
            page.evaluate(FIRST_CELL, "# My own words")
            wait_until(lambda: not page.evaluate("opened.context.model.dirty"), START_SECONDS)
        page.close()
        page = visitor.lab(paths[0], address)
        for path in paths:
            open_in(page, path)
            assert page.evaluate(TOLD) == 0  # it is still the same
        page.close()
        for path in paths:
            newer = json.loads((changing / "files" / path).read_text(encoding="utf-8"))
            newer["cells"][0]["source"] = "# What the site says now"
            newer["metadata"]["thousandfold"]["version"] = "newer"
            (changing / "files" / path).write_text(json.dumps(newer), encoding="utf-8")
        page = visitor.lab(paths[0], address)
        for path in paths:
            beside = path.replace(".ipynb", "-new.ipynb")
            open_in(page, path)
            mine = page.locator(f"[id='{page.evaluate('opened.id')}']")
            expect(mine.get_by_text("There is a newer version of this")).to_be_visible()
            page.screenshot(path=PICTURES / f"site-newer-{path.split('/')[0]}.png")
            mine.get_by_role("button", name="Open the new one beside it").press("Enter")
            wait_until_shown(page, beside)
            assert page.evaluate(STORED_FIRST, path) == "# My own words"
            assert page.evaluate(STORED_FIRST, beside) == "# What the site says now"
        page.close()
        page = visitor.lab(paths[0], address)
        for path in paths:
            open_in(page, path)
            assert page.evaluate(TOLD) == 0  # nobody is told twice
        page.close()


def test_over_plain_http_in_a_room_a_lesson_runs_and_the_page_says_what_does_not(
    visitor: Visitor,
) -> None:
    address = visitor.address.replace(serve_site.LOOPBACK, ROOM)
    page = patient(visitor.context.new_page())
    page.goto(visitor.address)
    expect(page.get_by_role("note")).to_be_hidden()
    page.goto(address)
    expect(page.get_by_role("note")).to_be_visible()
    page.close()
    page = visitor.lab("notebooks/00_start_here.ipynb", address)
    open_in(page, "notebooks/00_start_here.ipynb")  # waits for the kernel
    assert run_all(page)
    page.close()
