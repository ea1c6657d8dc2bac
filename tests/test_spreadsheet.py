"""A picture of the book leaves its page as a table that a spreadsheet opens."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from patience import patient
from playwright.sync_api import Browser, Page, expect

from thousandfold.models import Debt

pytestmark = [pytest.mark.site, pytest.mark.browser]

TAKE = "Take it as a table"


@pytest.fixture(params=["en-GB", "de-DE", "ar-EG"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(locale=request.param)
    yield patient(context.new_page())
    context.close()


def taken(page: Page, figure: Any) -> tuple[str, list[list[str]]]:
    """Return the name and the cells of the table that a figure gives."""
    with page.expect_download() as told:
        figure.get_by_role("button", name=TAKE).click()
    text = Path(told.value.path()).read_bytes()
    assert text.startswith("\ufeff".encode())
    assert text.endswith(b"\r\n")
    between = ";" if page.evaluate("(0.5).toLocaleString()") == "0,5" else ","
    rows = csv.reader(text.decode("utf-8-sig").splitlines(), delimiter=between)
    return told.value.suggested_filename, list(rows)


def test_a_table_holds_what_the_picture_shows_at_this_setting(page: Page, book: Path) -> None:
    page.goto((book / "notebooks" / "01_technical_debt.html").as_uri())
    figure = page.locator("figure.player").first
    figure.scroll_into_view_if_needed()
    expect(figure.locator("svg")).to_be_visible()
    slider = figure.get_by_role("slider").first
    slider.press("End")
    sentence = figure.locator("figcaption")
    expect(figure.locator("svg")).to_have_attribute("aria-label", re.compile("."))
    name, rows = taken(page, figure)
    words = re.findall("[a-z0-9]+", rows[0][0].lower())
    whole = ["-".join(words[:many]) for many in range(1, len(words) + 1)]
    assert name == f"{max((one for one in whole if len(one) <= 60), key=len)}.csv", "of whole words"
    assert rows[0] == [figure.locator("svg").get_attribute("aria-label")]
    assert rows[1] == [sentence.text_content()]
    label = figure.locator("label span").first.text_content()
    assert rows[2] == [label, slider.get_attribute("aria-valuetext")]
    assert rows[3] == []
    columns = Debt(repayment=1).picture("debt").numbers()
    assert rows[4] == list(columns)
    told = [[float(cell.replace(",", ".")) for cell in row] for row in rows[5:]]
    assert told == [pytest.approx(row, rel=1e-5) for row in zip(*columns.values(), strict=True)]
    expect(figure.get_by_role("status")).to_contain_text(f"Saved as {name}. It writes a half as 0")


def test_no_cell_begins_a_formula_and_marks_stay_in_their_cell(page: Page, book: Path) -> None:
    page.goto((book / "notebooks" / "01_technical_debt.html").as_uri())
    cells = ["=1+1", "+1", "-a", "@sum", "\t=1", "＝1", 'a "b", c; d', -3.5, None, "a\nb"]
    [line] = page.evaluate("row => sheet([row])", cells).removeprefix("\ufeff").splitlines()
    between = ";" if ";'" in line else ","
    assert next(csv.reader([line], delimiter=between)) == [
        *("'=1+1", "'+1", "'-a", "'@sum", "' =1", "'＝1", 'a "b", c; d'),
        *("-3,5" if between == ";" else "-3.5", "", "a b"),
    ]


def test_places_and_ties_alone_are_no_table(browser: Browser, book: Path) -> None:
    page = patient(browser.new_page())
    page.goto((book / "notebooks" / "06_communication.html").as_uri())
    shown = page.locator("figure.player")
    expect(shown).to_have_count(3)
    assert [one.get_by_role("button", name=TAKE).count() for one in shown.all()] == [0, 1, 0]
    page.close()


def test_nothing_is_fetched_for_whoever_takes_no_table(browser: Browser, book: Path) -> None:
    page = patient(browser.new_page())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((book / "notebooks" / "01_technical_debt.html").as_uri())
    figure = page.locator("figure.player").first
    figure.scroll_into_view_if_needed()
    expect(figure.locator("svg")).to_be_visible()
    assert not [one for one in asked if "numbers" in one]
    with page.expect_download():
        figure.get_by_role("button", name=TAKE).click()
    assert len([one for one in asked if "numbers" in one]) == 1
    page.close()
