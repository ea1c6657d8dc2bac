"""The flight simulator in the book: one sees a game, touches it, and learns how to play it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import build_book
import pytest
from book_game import GAME, game
from book_lesson import Running
from bs4 import BeautifulSoup, Tag
from conftest import ROOT
from patience import patient
from playwright.sync_api import Browser, Page, expect

from thousandfold.facilitation.course import find_course
from thousandfold.flight.first_hire import START, first_hire_picture

pytestmark = [pytest.mark.site, pytest.mark.browser]

ADDRESS = f"notebooks/{GAME}.html"
LAB = Running("lab/index.html")


@pytest.fixture
def opened(browser: Browser, book: Path) -> Iterator[Page]:
    page = patient(browser.new_page(viewport={"width": 360, "height": 640}))
    page.goto((book / ADDRESS).as_uri())
    yield page
    page.close()


def words_of(part: str) -> str:
    return " ".join(BeautifulSoup(part, "html.parser").get_text(" ").split())


def test_on_a_phone_the_first_screen_says_who_one_is_and_a_slider_answers(opened: Page) -> None:
    expect(opened.get_by_text("You lead the product of Ferry,")).to_be_in_viewport()
    slider = opened.get_by_label("people hired at once")
    slider.scroll_into_view_if_needed()
    expect(slider).to_have_attribute("aria-valuetext", f"{START}")
    slider.press("ArrowLeft")
    said = opened.locator("#first-hire .player-sentence")
    expect(said).to_have_text(first_hire_picture(START - 2).sentence)


def test_it_says_what_one_decides_what_ends_badly_and_how_long(book: Path) -> None:
    text = (book / ADDRESS).read_text(encoding="utf-8")
    article = BeautifulSoup(text, "html.parser").find("article")
    assert isinstance(article, Tag)
    before, lesson, _ = words_of(str(article)).partition("Promise.")
    assert lesson
    module = find_course(ROOT).module(GAME)
    [fly] = [part.minutes for part in module.sections if part.cell == "fly"]
    for told in (
        "1,000 customers, ten people, eight million dollars in the bank",
        "1,000,000 customers in six years",
        "What you decide:",
        "with an empty bank, a third of your people must go",
        f"{fly} minutes to play, {module.lesson_minutes} with the talk",
        "whoever sent it for the folder of the workshop",
        "Play it with a room:",
    ):
        assert told in before


def test_with_an_empty_bank_a_third_must_go() -> None:
    from thousandfold.flight import fly
    from thousandfold.flight.policies import STEADY, with_rules

    many = with_rules(STEADY, "when round below 2: hire 50")
    run = fly({"many": many}, replications=1)
    cash, people = run["cash"][:, 0, 0], (run["experienced"] + run["new"])[:, 0, 0]
    broke = int((cash < 0).argmax())
    assert cash[broke] < 0
    assert people[broke + 1] < 0.75 * people[broke]


def test_where_it_runs_one_door_leads_to_the_game(tmp_path: Path) -> None:
    page = game(tmp_path, LAB, {})
    assert f'class="run" href="../lab/index.html?path=notebooks/{GAME}.ipynb"' in page
    assert "ask whoever sent it" not in page.lower()
    assert "Play it with a room:" in page


def test_on_paper_it_stands_still_and_sends_nobody_anywhere(book: Path) -> None:
    with zipfile.ZipFile(book / build_book.EPUB) as epub:
        told = words_of(epub.read(f"notebooks/{GAME}.xhtml").decode())
    assert first_hire_picture().sentence in told
    assert "Play it" not in told
