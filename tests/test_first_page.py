"""The first page: in two minutes a leader has guessed, been surprised, and knows how to begin."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import build_book
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from patience import patient
from playwright.sync_api import Browser, Page, expect
from test_book import axe_finds

from thousandfold.facilitation.course import find_course
from thousandfold.facilitation.schedule import formats, plan
from thousandfold.flight.first_hire import START, first_hire_picture, first_hire_told
from thousandfold.teaching.answers import answer
from thousandfold.teaching.guesses import Guess

pytestmark = [pytest.mark.site, pytest.mark.browser]

PHONE, DESK = {"width": 360, "height": 640}, {"width": 1280, "height": 800}
QUESTION = "after six years"
SLIDER = "people hired at once"
MOST_STEPS = 60  # by Tab, past the contents of the book


@pytest.fixture
def opened(browser: Browser, book: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open the first page, and hold each request against the folder of the book."""
    page = patient(browser.new_page(viewport=getattr(request, "param", DESK)))
    problems: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("request", lambda one: asked.append(one.url))
    page.goto((book / "index.html").as_uri())
    yield page
    page.close()
    assert problems == []
    assert [url for url in asked if not url.startswith(("file://", "data:"))] == []


@pytest.fixture(scope="module")
def words(book: Path) -> str:
    page = BeautifulSoup((book / "index.html").read_text(encoding="utf-8"), "html.parser")
    for link in page.select("a.headerlink"):
        link.decompose()
    article = page.find("article")
    assert article is not None
    return " ".join(article.get_text(" ").split())


def tab_to(page: Page, what: str) -> None:
    """Press Tab until something has the focus."""
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if page.evaluate("what => document.activeElement.matches(what)", what):
            return
    pytest.fail(f"nobody comes to {what} by keyboard")


def happened() -> int:
    return int(first_hire_told()["told"]["happened"])


def sentence(page: Page) -> Any:
    return page.locator("#first-hire .player-sentence")


@pytest.mark.parametrize("opened", [PHONE, DESK], indirect=True, ids=["phone", "desk"])
def test_a_leader_guesses_moves_a_slider_and_is_surprised_by_keyboard_alone(opened: Page) -> None:
    fold = opened.locator("details.try > summary")
    for seen in (
        opened.get_by_role("heading", name="Thirty at once?"),
        opened.get_by_label(QUESTION),
    ):
        expect(seen).to_be_in_viewport()
    expect(fold).to_be_in_viewport(ratio=0.9)
    expect(opened.locator(".answered")).to_be_hidden()
    tab_to(opened, "#first-hire-guess")
    opened.keyboard.type("700,000")
    opened.keyboard.press("Enter")
    said = answer(Guess("my_guess", QUESTION, "700,000"), happened(), unit="customers")
    expect(opened.locator(".answered")).to_have_text(repr(said))
    expect(opened.locator(".answered")).to_be_in_viewport()
    expect(sentence(opened)).to_have_text(first_hire_picture(START).sentence)
    expect(sentence(opened)).to_contain_text("30 hired were ahead")
    tab_to(opened, "summary")
    tab_to(opened, "#first-hire input[type=range]")
    slider = opened.get_by_label(SLIDER)
    expect(slider).to_have_attribute("aria-valuetext", f"{START}")
    for number in (28, 26, 24):
        opened.keyboard.press("ArrowLeft")
        expect(sentence(opened)).to_have_text(first_hire_picture(number).sentence)
    expect(opened.locator("#first-hire svg.thousandfold-picture")).to_be_visible()
    assert opened.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_without_scripts_all_of_it_can_be_read(browser: Browser, book: Path) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)  # type: ignore[arg-type]
    page = patient(context.new_page())
    page.goto((book / "index.html").as_uri())
    page.locator("details.try > summary").click()
    expect(page.locator(".answered")).to_have_text(f"It was {happened():,} customers.")
    still = page.locator("#first-hire img")
    still.scroll_into_view_if_needed()
    expect(still).to_be_visible()
    assert still.get_attribute("alt") == first_hire_picture().title
    expect(sentence(page)).to_have_text(first_hire_picture().sentence)
    expect(page.locator("#first-hire noscript p")).to_be_visible()
    context.close()


def test_what_it_says_of_lessons_and_formats_is_what_they_are(words: str) -> None:
    modules = find_course(ROOT).modules
    assert len(modules) == 11
    assert "How long: eleven lessons" in words
    usual = re.search(r"Most take (\d+) minutes", words)
    whole = re.search(r"together (\d+) hours", words)
    assert usual is not None
    assert whole is not None
    assert sum(module.minutes == int(usual[1]) for module in modules) > len(modules) / 2
    assert round(sum(module.minutes for module in modules) / 60) == int(whole[1])
    for module in modules:
        assert module.promise.startswith("You will ")
        assert f"{module.question} {module.promise} {module.minutes} minutes" in words
    for name in formats():
        shown = plan(find_course(ROOT), name)
        begun = re.escape(shown.title) + r"(?: , [\d.]+ hours each)? "
        assert re.search(begun + re.escape(shown.fits[0].upper() + shown.fits[1:]), words)
    assert f"Look at a whole lesson: {modules[6].question}" in words


def test_what_it_says_of_ferry_is_what_the_flight_has(words: str) -> None:
    from thousandfold.flight import Flight

    ferry = Flight().start()
    assert (ferry["customers"], ferry["experienced"], ferry["cash"]) == (1000, 10, 8e6)
    assert "1,000 customers, a team of ten, eight million dollars and no more to come." in words
    told = first_hire_told()["told"]
    assert f"You hire {told['start']} people at once" in words
    beside = f"with {told['best']} hired, {told['beside']}."
    assert f"After two years you have {told['ahead']} customers; {beside}" in words
    worse = f"hiring {told['start']} is worse than hiring {told['best']} in"
    assert f"{worse} {told['start_behind']} of them" in words
    assert START == 30, "the heading says it in words"
    assert "this is a model: we chose most of its numbers" in words


def test_whoever_wants_to_begin_finds_a_way(book: Path, words: str) -> None:
    assert "ask whoever sent it for the folder of the workshop" in words
    page = BeautifulSoup((book / "index.html").read_text(encoding="utf-8"), "html.parser")
    links = {str(link["href"]) for link in page.select("article a[href]")}
    leads = {str(link["href"]): link.get_text() for link in page.select("article dt a[href]")}
    for module in find_course(ROOT).modules:
        assert leads[f"notebooks/{module.stem}.html"] == module.question
    plans = BeautifulSoup((book / "facilitator/run-of-show.html").read_text("utf-8"), "html.parser")
    planned = page.select("article dt a[href^='facilitator/run-of-show.html#']")
    titles = [plan(find_course(ROOT), name).title for name in formats()]
    assert [link.get_text() for link in planned] == titles
    for link in planned:
        section = plans.find(id=str(link["href"]).partition("#")[2])
        assert section is not None
        assert section.find("h2").get_text().startswith(link.get_text())
    assert links >= {
        "notebooks/06_communication.html",
        "notebooks/08_flight_simulator.html#play-it",
        "docs/facilitating.html",
        "docs/instructing.html",
        build_book.EPUB,
    }


def test_on_paper_the_picture_stands_still_with_its_sentence(book: Path) -> None:
    with zipfile.ZipFile(book / build_book.EPUB) as epub:
        page = epub.read("index.xhtml").decode()
    told = " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())
    assert first_hire_picture().sentence in told
    assert f"It was {happened():,} customers." in told
    assert "make lab" not in told


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("opened", [PHONE, DESK], indirect=True, ids=["phone", "desk"])
def test_axe_finds_nothing_where_the_answer_is_open(opened: Page, scheme: Any) -> None:
    opened.emulate_media(color_scheme=scheme)
    opened.get_by_label(QUESTION).fill("700,000")
    opened.locator("details.try > summary").click()
    expect(opened.locator("#first-hire svg.thousandfold-picture")).to_be_visible()
    assert axe_finds(opened) == []
