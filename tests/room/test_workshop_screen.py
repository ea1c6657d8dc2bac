"""The workshop's site as the room serves it: Python runs there, and one hands in at one address."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import PICTURES, ROOT
from handed_in import FILE, STEM, Told
from patience import patient
from playwright.sync_api import Browser, expect
from served import served
from test_browser import RUN_ALL, command

from thousandfold.room.marks import Exercise

pytestmark = [pytest.mark.browser, pytest.mark.site, pytest.mark.timeout(900)]

REACH = "path => fetch(path).then(() => 'reached', () => 'kept out')"
READY = """async () => {
    const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
    await context?.ready;
    return Boolean(await context?.session?.kernel?.info);
}"""


def test_one_works_and_hands_in_at_the_rooms_address(
    browser: Browser, site: Path, tmp_path: Path
) -> None:
    with (
        served(
            tmp_path / "day.room",
            folder=tmp_path / "in",
            exercises=[Exercise(ROOT, STEM)],
            make=Told,
            workshop=site,
        ) as room,
        browser.new_context() as context,
    ):
        page = patient(context.new_page())
        page.goto(room.site.place.address)
        page.get_by_label("Password").fill(room.site.door.password)
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Open the workshop in this browser").click()
        page.get_by_role("heading", name="The lessons").wait_for()
        page.goto(f"{page.url}lab/index.html?path=exercises/{STEM}/{FILE}")
        page.get_by_role("heading", name="Exercise:").first.wait_for()
        page.wait_for_function(READY)
        assert command(page, RUN_ALL)
        page.get_by_role("button", name="Hand in", exact=True).click()
        panel = page.get_by_role("region", name="Hand in")
        expect(panel.get_by_label("Password")).to_be_focused()
        expect(panel.get_by_label("Address of the room")).to_be_hidden()
        panel.get_by_label("Password").fill(room.site.door.password)
        panel.get_by_label("Your name").fill("Anna")
        page.keyboard.press("Enter")
        expect(panel.get_by_role("status")).to_contain_text("Right: 5 of 5")
        page.screenshot(path=PICTURES / "workshop-hand-in.png")
        assert "Still open" in (tmp_path / "in" / "anna" / STEM / FILE).read_text()
        for path in ("/", "/facilitator", "/vote", "/projector"):
            assert page.evaluate(REACH, path) == "kept out"
        assert page.evaluate(REACH, "/workshop/jupyter-lite.json") == "reached"
