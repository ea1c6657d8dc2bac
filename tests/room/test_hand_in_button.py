"""The button *Hand in*, pressed in a real JupyterLab in front of a real room."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import PICTURES, ROOT
from handed_in import FILE, STEM, Told
from patience import patient
from playwright.sync_api import Browser, Locator, Page, expect
from served import Served, served
from test_browser import CLOSE_ALL, COLLAPSE, OPEN, READY, TOKEN, command, jupyterlab

from thousandfold.room.marks import Exercise

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

EXERCISE = f"exercises/{STEM}/{FILE}"
STATIC = ROOT / "src" / "thousandfold" / "labextension" / "static"
PROJECTOR = {"width": 1280, "height": 720}
# A notebook that lies nowhere near: the marks that a test wants stand in it.
MARK = """says => {
    const model = jupyterapp.shell.currentWidget.content.model;
    model.setMetadata("marks", {factor_possible: {points: 0, says}});
}"""
WRONG = "factor_possible is the number of paths added. Divide instead of subtracting."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder in which JupyterLab runs, with a copy of the course."""
    return tmp_path_factory.mktemp("jupyterlab")


@pytest.fixture(scope="module")
def lab(browser: Browser, folder: Path) -> Iterator[str]:
    with jupyterlab(folder) as url:
        yield url


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Served]:
    exercise = Exercise(ROOT, STEM)
    with served(
        tmp_path / "day.room", folder=tmp_path / "in", exercises=[exercise], make=Told
    ) as it:
        yield it


@pytest.fixture
def page(browser: Browser, lab: str, folder: Path) -> Iterator[Page]:
    """Open JupyterLab in a browser that knows no room, with the exercise as it was released."""
    shutil.copyfile(ROOT / EXERCISE, folder / "course" / EXERCISE)
    with browser.new_context(viewport=PROJECTOR) as context:  # type: ignore[arg-type]
        page = patient(context.new_page())
        problems: list[str] = []
        # JupyterLab's own, of a kernel that is closed while it is still asked for something.
        ended = "Canceled future"
        page.on("pageerror", lambda it: None if ended in str(it) else problems.append(str(it)))
        page.goto(f"{lab}lab?reset&token={TOKEN}")
        page.wait_for_function("() => window.jupyterapp?.restored.then(() => true)")
        page.evaluate(COLLAPSE)
        yield page
        page.evaluate(CLOSE_ALL)
        assert not problems


def opened(page: Page, path: str) -> Locator:
    """Open a notebook and return its button, if it has one."""
    page.evaluate(OPEN, path)
    page.locator(".jp-NotebookPanel:visible .jp-Notebook-cell").first.wait_for(state="attached")
    page.wait_for_function(READY)
    # This one is shown for all notebooks.
    toolbar = page.locator(".jp-NotebookPanel:visible .jp-NotebookPanel-toolbar")
    expect(toolbar.get_by_role("button", name="Present", exact=True)).to_be_visible()
    return toolbar.get_by_role("button", name="Hand in", exact=True)


def fill(panel: Locator, room: Served, name: str = "Anna", password: str = "") -> None:
    panel.get_by_label("Address of the room").fill(room.site.place.address)
    panel.get_by_label("Password").fill(password or room.site.door.password)
    panel.get_by_label("Your name").fill(name)
    panel.get_by_label("Your name").press("Enter")


def test_an_exercise_has_the_button_and_nothing_else_does(page: Page) -> None:
    expect(opened(page, EXERCISE)).to_be_visible()
    for path in (f"notebooks/{FILE}", f"solutions/{STEM}/{FILE}"):
        expect(opened(page, path)).to_have_count(0)


def test_an_exercise_is_handed_in_by_keyboard_and_its_results_stand_beside_it(
    page: Page, room: Served, tmp_path: Path
) -> None:
    button = opened(page, EXERCISE)
    page.evaluate(MARK, WRONG)
    button.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("region", name="Hand in")
    expect(panel.get_by_label("Address of the room")).to_be_focused()
    page.screenshot(path=PICTURES / "hand-in-form.png")
    page.keyboard.type(room.site.place.address.removeprefix("http://"))
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Tab")
    page.keyboard.type("Anna Müller")
    page.keyboard.press("Enter")
    expect(panel.get_by_role("status")).to_contain_text("not the password of this room")
    expect(panel.get_by_label("Password")).to_be_visible()

    panel.get_by_label("Password").fill(room.site.door.password)
    page.keyboard.press("Enter")
    results = panel.get_by_role("listitem")
    expect(panel.get_by_role("status")).to_contain_text("Right: 4 of 5")
    expect(results).to_have_count(5)
    expect(results.nth(1)).to_contain_text(f"right in part: {WRONG}")
    page.screenshot(path=PICTURES / "hand-in-results.png")
    assert WRONG in (tmp_path / "in" / "anna-müller" / STEM / FILE).read_text()

    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(button).to_be_focused()
    # Once it knows the room, one key is enough; what was saved is what was handed in.
    page.keyboard.press("Enter")
    expect(panel.get_by_role("heading")).to_be_focused()
    expect(panel.get_by_role("status")).to_contain_text("Right: 4 of 5")
    expect(panel.get_by_label("Password")).to_be_hidden()
    assert not page.evaluate("() => jupyterapp.shell.currentWidget.context.model.dirty")


def test_whoever_has_anothers_name_is_asked_whether_it_is_theirs(page: Page, room: Served) -> None:
    room.do("enter", "phone", address="127.0.0.1")
    room.do("hand in", "phone", learner="anna")
    opened(page, EXERCISE).click()
    panel = page.get_by_role("region", name="Hand in")
    fill(panel, room)
    expect(panel.get_by_role("status")).to_contain_text("Somebody in another browser")
    page.screenshot(path=PICTURES / "hand-in-another.png")
    claim = panel.get_by_role("button", name="That was me, in another browser")
    expect(claim).to_be_focused()
    claim.press("Enter")
    expect(panel.get_by_role("status")).to_contain_text("The facilitator is asked")
    room.do("give", learner="anna", yes=True)
    panel.get_by_role("button", name="Hand in", exact=True).click()
    expect(panel.get_by_role("status")).to_contain_text("Right: 5 of 5")


def test_where_no_room_answers_the_way_round_is_shown(page: Page, room: Served) -> None:
    opened(page, EXERCISE).click()
    panel = page.get_by_role("region", name="Hand in")
    panel.get_by_label("Address of the room").fill("a room with spaces")
    fill_rest(panel)
    expect(panel.get_by_role("status")).to_contain_text("as it stands on the projector")
    panel.get_by_label("Address of the room").fill("http://127.0.0.1:9/hand-in")
    fill_rest(panel)
    expect(panel.get_by_role("status")).to_contain_text("No room answers at http://127.0.0.1:9.")
    link = panel.get_by_role("link", name="The room's page")
    expect(link).to_have_attribute("href", "http://127.0.0.1:9/hand-in")
    with page.expect_download() as download:
        panel.get_by_role("button", name="Download the notebook").click()
    assert download.value.suggested_filename == FILE


def test_from_a_page_over_https_a_room_at_http_gets_a_way_round(browser: Browser) -> None:
    """No server has a certificate here: the page's files are given to the browser by the test."""
    with browser.new_context() as context:
        page = patient(context.new_page())
        page.route("https://workshop.example/", lambda it: it.fulfill(content_type="text/html"))
        page.route(
            "https://workshop.example/room.js",
            lambda it: it.fulfill(path=STATIC / "room.js", content_type="text/javascript"),
        )
        page.goto("https://workshop.example/")
        said = page.evaluate(
            """async () => {
                const { addressOf, ask, noAnswer } = await import("/room.js");
                const address = addressOf("room.example:8765");
                return ask(address, {}).catch(() => noAnswer(address));
            }"""
        )
    assert "came over https" in said
    assert "Download the notebook, open the room's page and choose the file there." in said


def fill_rest(panel: Locator) -> None:
    panel.get_by_label("Password").fill("any")
    panel.get_by_label("Your name").fill("Anna")
    panel.get_by_label("Your name").press("Enter")


def test_the_panel_is_whole_in_the_dark_and_twice_as_large(page: Page, room: Served) -> None:
    opened(page, EXERCISE).click()
    panel = page.get_by_role("region", name="Hand in")
    page.set_viewport_size({"width": 640, "height": 360})  # what 200 % leaves of a projector
    try:
        command(page, "apputils:change-theme", theme="JupyterLab Dark")
        fill(panel, room)
        expect(panel.get_by_role("listitem")).to_have_count(5)
        page.screenshot(path=PICTURES / "hand-in-dark-200.png")
        box = panel.evaluate("panel => [panel.scrollWidth, panel.clientWidth]")
        assert box[0] <= box[1]
        close = panel.get_by_role("button", name="Close")
        close.scroll_into_view_if_needed()
        close.click()
        expect(panel).to_be_hidden()
    finally:
        command(page, "apputils:change-theme", theme="JupyterLab Light")
    assert re.fullmatch(
        r"[0-9a-f]{40}",
        page.evaluate("() => JSON.parse(localStorage.getItem('thousandfold:room')).browser"),
    )
