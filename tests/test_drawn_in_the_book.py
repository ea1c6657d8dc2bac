"""A curve that a reader of the book draws, and what is told of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from book_drawing import drawing_of
from bs4 import BeautifulSoup
from conftest import PICTURES
from patience import patient
from playwright.sync_api import Browser, Page, expect

from thousandfold import Lines, Series
from thousandfold.models import ScalabilityLaw
from thousandfold.teaching.curves import Board

pytestmark = [pytest.mark.site, pytest.mark.browser]

LAW = Board.of(ScalabilityLaw().picture("times"), between=(0.1, 1000))  # type: ignore[arg-type]
COMPARED = "told => drawnSentence(...told)"
SHARES: list[list[float | None]] = [
    [None] * 7,
    [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7],
    [0.1, 0.5, 0.9, 0.4, None, None, None],
    [None, 0.2, 0.3, 0.4, 0.8, 0.6, 0.47],
    [0, 1, 0, 1, 0, 1, 0],
    [0.33] * 7,
]


@pytest.fixture
def page(browser: Browser, book: Path) -> Iterator[Page]:
    opened = patient(browser.new_page(viewport={"width": 1000, "height": 900}))
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.goto((book / "notebooks" / "00_start_here.html").as_uri())
    yield opened
    opened.close()
    assert problems == []


def board(page: Page) -> Any:
    return page.get_by_role("group", name="Draw delivered (times today's)")


def told(page: Page) -> Any:
    return page.locator("[data-drawn]")


@pytest.mark.parametrize("shares", SHARES)
def test_the_page_compares_as_the_lesson_does(page: Page, shares: list[float | None]) -> None:
    heights = tuple(None if share is None else LAW.up.value(share) for share in shares)
    made = json.loads(page.locator(".drawn").get_attribute("data-board") or "")
    assert page.evaluate(COMPARED, [made, shares]) == LAW.compared(heights)


@pytest.mark.parametrize("shares", SHARES)
def test_a_curve_that_rises_to_the_end_is_compared_on_even_axes(
    page: Page, shares: list[float | None]
) -> None:
    line = Series("", [0, 60], [1, 80])
    real = Lines((line,), "time (weeks)", "done", title="Done", sentence="It rises.")
    known = "from thousandfold import Lines, Series, draw_guess\n"
    source = f"{known}line = Series('', [0, 60], [1, 80])\ncurve = draw_guess(Lines((line,), "
    source += "'time (weeks)', 'done', title='Done', sentence='It rises.'), between=(0, 100))"
    drawing = drawing_of(source)
    assert drawing is not None
    made = json.loads(str(BeautifulSoup(drawing.page(""), "html.parser").div["data-board"]))  # type: ignore[index]
    same = Board.of(real, between=(0, 100))
    heights = tuple(None if share is None else same.up.value(share) for share in shares)
    assert page.evaluate(COMPARED, [made, shares]) == same.compared(heights)


def test_a_hand_draws_and_sees_what_happened_beside_it(page: Page) -> None:
    board(page).scroll_into_view_if_needed()
    box = board(page).bounding_box()
    assert box is not None
    across = [box["x"] + box["width"] * part for part in (0.1, 0.4, 0.7, 0.96)]
    up = [box["y"] + box["height"] * part for part in (0.8, 0.5, 0.2, 0.3)]
    page.mouse.move(across[0], up[0])
    page.mouse.down()
    for place in zip(across[1:], up[1:], strict=True):
        page.mouse.move(*place, steps=5)
    page.mouse.up()
    status = page.locator(".drawn [role=status]")
    expect(status).to_contain_text("You drew ")
    expect(told(page)).to_be_hidden()
    fold = page.locator("details.answer", has=told(page))
    fold.locator("summary").first.click()
    expect(told(page)).to_contain_text("You drew it highest at ")
    expect(told(page)).to_contain_text("it is highest at 97 times today's load")
    picture = fold.get_by_role("img", name="Dashed: what you drew. Solid: what happened.")
    expect(picture).to_be_visible()
    picture.scroll_into_view_if_needed()
    page.screenshot(path=PICTURES / "book-drawn.png")
    real = LAW.real.series[0]
    shares = zip(map(LAW.across.share, real.x), map(LAW.up.share, real.y), strict=True)  # type: ignore[arg-type]
    expected = [one for right, up in shares for one in (70 + 705 * right, 360 - 320 * up)]
    line = picture.locator(".real").get_attribute("points") or ""
    assert [float(one) for one in re.split("[ ,]", line)] == pytest.approx(expected, abs=0.1)
    # Whoever opens it again finds it once.
    fold.locator("summary").first.click()
    fold.locator("summary").first.click()
    expect(picture).to_have_count(1)


def test_a_keyboard_draws(page: Page) -> None:
    point = board(page).get_by_role("slider", name="delivered (times today's) at 100,")
    point.press("End")
    expect(page.locator(".drawn [role=status]")).to_have_text(
        "You drew 1,000 at 100. It stays in this page."
    )
    page.locator("details.answer", has=told(page)).locator("summary").first.click()
    expect(told(page)).to_contain_text("You drew it rising as far as 100 times")
    picture = page.get_by_role("img", name="Dashed: what you drew. Solid: what happened.")
    expect(picture.locator("circle")).to_have_count(1)  # a line has two ends
    assert picture.locator("[tabindex], [role]").count() == 0
    point.press("Delete")
    expect(page.locator(".drawn [role=status]")).to_contain_text("press Tab")
    expect(told(page)).to_contain_text("You drew no guess this time.")


def test_without_scripts_the_answer_stands_behind_its_fold(browser: Browser, book: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = patient(context.new_page())
    page.goto((book / "notebooks" / "00_start_here.html").as_uri())
    expect(page.locator(".drawn")).to_contain_text("Nothing is drawn yet.")
    fold = page.locator("details.answer", has=told(page))
    fold.locator("summary").first.click()
    expect(told(page)).to_have_text(
        "It is highest at 97 times today's load, and at 1,000 times today's load it is 7.52 times "
        "today's."
    )
    context.close()
