"""A lesson in JupyterLab without a mouse, without sight, and at twice its size: what of it is ours.

Checked by axe-core, and by what no rule can know: whether a slider says its unit, whether it can
be seen where the keyboard is, and whether a page half as wide still holds everything.
"""

from __future__ import annotations

import re
from typing import Any

import fetch_for_tests
import pytest
from conftest import ROOT
from for_everybody import axe_finds
from playwright.sync_api import Page, ViewportSize, expect
from test_browser import CELL, OUTPUT, RUN_ALL, SLIDER, Room, command, room

__all__ = ["room"]

pytestmark = [pytest.mark.site, pytest.mark.browser, pytest.mark.xdist_group("browser")]

# An ordinary laptop at a zoom of 200 %, high enough that the whole notebook is on it.
ZOOMED: ViewportSize = {"width": 683, "height": 9000}
NARROW = 480  # with a sidebar beside the notebook
CHECK = """async include => {
    const found = await axe.run({include: [[include]]});
    const violations = found.violations.map(one => [one.id, ...one.nodes.map(node => node.html)]);
    return [violations, found.passes.length];
}"""
WCAG = (
    "{runOnly: {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']},"
    " rules: {'target-size': {enabled: true}}}"
)
TEXT = "p, label, .widget-label, .jupyter-widgets"
# Only a table of data may be wider than the page (WCAG 1.4.10).
SIDEWAYS = f"""output => [output, ...output.querySelectorAll("{TEXT}")]
    .filter(part => part.clientWidth && part.scrollWidth > part.clientWidth)
    .filter(part => !part.querySelector("table") && !part.closest("table"))
    .map(part => part.className + " " + part.textContent.slice(0, 80))"""


@pytest.mark.parametrize("stem", ["00_start_here", "06_communication", "08_flight_simulator"])
def test_what_a_lesson_shows_is_for_everybody(room: Room, stem: str) -> None:
    with room.notebook(f"notebooks/{stem}.ipynb", f"{stem}-access") as page:
        assert command(page, RUN_ALL)
        page.set_viewport_size(ZOOMED)
        page.locator(".jp-WindowedPanel-inner").evaluate("notebook => notebook.scrollIntoView()")
        expect(page.locator(SLIDER).first).to_be_visible()
        assert_sliders_are_named(page)
        assert_focus_is_seen(page)
        assert page.locator(OUTPUT).evaluate_all(f"all => all.flatMap({SIDEWAYS})") == []
        wide = "all => Math.max(...all.map(line => line.scrollWidth - line.clientWidth))"
        assert page.locator(f"{CELL} .cm-scroller").evaluate_all(wide) == 0, "a question is cut"
        assert_axe_finds_nothing(page)
        page.set_viewport_size(ZOOMED | {"width": NARROW})
        assert page.locator(".widget-slider .widget-label").evaluate_all(wide) == 0, "a name is cut"


def test_what_fails_in_the_frame_is_what_the_statement_says(room: Room) -> None:
    told = (ROOT / "docs" / "accessibility.md").read_text(encoding="utf-8")
    with room.notebook("notebooks/06_communication.ipynb", "frame-access") as page:
        assert command(page, RUN_ALL)
        expect(page.locator(SLIDER).first).to_be_visible()
        page.keyboard.press("Escape")
        found = axe_finds(page, WCAG)
        assert {rule for rule, _ in found} == set(re.findall(r"^\| `([a-z-]+)` \|", told, re.M))
        assert_the_keyboard_gets_out_of_a_cell(page)


def assert_the_keyboard_gets_out_of_a_cell(page: Page) -> None:
    """Tab indents in a cell; Escape gives the keyboard back (2.1.2)."""
    cell = page.locator(".jp-CodeCell .cm-content:visible").first
    cell.click()
    expect(cell).to_be_focused()
    page.keyboard.press("Escape")
    expect(cell).not_to_be_focused()
    page.keyboard.press("Tab")
    expect(cell).not_to_be_focused()


def assert_sliders_are_named(page: Page) -> None:
    for slider in page.locator(".widget-slider").all():
        label = slider.locator(".widget-label").text_content() or ""
        words, _, unit = label.removesuffix(")").partition(" (")  # none, where it is the name
        handle = slider.get_by_role("slider", name=words, exact=True)
        said = f"{slider.locator('.widget-readout').text_content()} {unit}".strip()
        expect(handle).to_have_attribute("aria-valuetext", said)
        handle.press("ArrowRight")
        expect(handle).not_to_have_attribute("aria-valuetext", said)
        said = f"{slider.locator('.widget-readout').text_content()} {unit}".strip()
        expect(handle).to_have_attribute("aria-valuetext", said)


def assert_focus_is_seen(page: Page) -> None:
    handle = page.locator(SLIDER).first
    handle.evaluate("handle => handle.blur()")
    without = handle.screenshot()
    handle.focus()
    page.keyboard.press("Shift")  # from here on it is the keyboard that moves
    assert handle.screenshot() != without


def assert_axe_finds_nothing(page: Page) -> None:
    if not fetch_for_tests.AXE.is_file():
        pytest.skip("axe-core is not here: `python tools/fetch_for_tests.py` fetches it")
    page.evaluate(fetch_for_tests.AXE.read_text(encoding="utf-8"))
    violations: Any
    violations, passes = page.evaluate(CHECK, OUTPUT)
    assert violations == []
    assert passes > 5
