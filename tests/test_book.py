"""The book: what a reader finds who runs nothing, and what nobody may find in it."""

from __future__ import annotations

import dataclasses
import html
import json
import re
import shutil
import threading
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import build_book
import nbformat
import pytest
from book_first_page import TRY
from book_lesson import NOT_STORED, TABLES, Lesson, Running
from book_lesson import PICTURES as PICTURES_OF_BOOK
from book_pages import BOOK, MARK, beside_pages, gather, holds_answers
from book_tables import Drawn
from bs4 import BeautifulSoup, Tag
from conftest import PICTURES, ROOT, lessons
from course import stems
from for_everybody import NARROW, TALL, axe_finds, barriers
from one_at_a_time import alone
from only_in_solutions import secret_lines, told_in
from patience import patient
from playwright.sync_api import Browser, Page, expect
from site_wheels import SiteError
from typed_numbers import NO_NUMBER
from typed_numbers import TYPED as READ

from thousandfold.player.table import SIZES
from thousandfold.teaching.answers import answer
from thousandfold.teaching.choices import choice_sentence
from thousandfold.teaching.edition import FILE
from thousandfold.teaching.guesses import Guess, sentence, split_guesses
from thousandfold.teaching.typed import typed_number

pytestmark = [pytest.mark.site, pytest.mark.browser]

MEGABYTE = 1_000_000
# One of each kind; the lesson that begins, and the longest. Of the reference two short pages that
# together hold all that a long one does: axe takes longer, the longer a page is.
KINDS = (
    "index",
    "notebooks/00_start_here",
    "notebooks/08_flight_simulator",
    "models/06_communication",
    "datasets/README",
    "docs/robustness",
    "docs/glossary",
    "docs/api/boxgrader",
    "docs/api/models/partner_programme",
    "facilitator/README",
    "search",
)
OF_WHO_RUNS = re.compile(
    "three dots|Shift . Enter|You (?:made|drew) no guess|[Rr]un this cell|cannot be told|NaN"
)
OF_JUPYTER = ("Hand in an exercise",)
"""Headings of parts that nobody can follow who reads the book."""

OPEN_ALL = """() => {
    for (const fold of document.querySelectorAll("article details")) fold.open = true;
    document.documentElement.classList.add("show-back-to-top");
}"""
SENTENCES = "told => told.map(([answer, said]) => sentence(answer, said))"
UNREACHED = """() => [...document.querySelectorAll("article *")].filter(
    part => part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 0
    && /auto|scroll/.test(getComputedStyle(part).overflowX) && part.tabIndex < 0
).map(part => part.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def pages(book: Path) -> dict[str, BeautifulSoup]:
    return read(book)


def read(folder: Path) -> dict[str, BeautifulSoup]:
    """Return each page of a book, by its name."""
    own = (*folder.glob("*.html"), *folder.glob("[cdfhmns]*/**/*.html"))
    return {
        path.relative_to(folder).with_suffix("").as_posix(): soup(path.read_text(encoding="utf-8"))
        for path in own
        if path.relative_to(folder).parts[0] not in ("files", "doc")
    }


@cache
def soup(text: str) -> BeautifulSoup:
    """Return a page as it is parsed: once, although most pages of a site are those of the book."""
    return BeautifulSoup(text, "html.parser")


def cells(stem: str) -> list[Any]:
    return list(nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4).cells)


def dead_ends(folder: Path, pages: dict[str, BeautifulSoup]) -> list[tuple[str, str]]:
    """Return each link, picture or script of a page that leads nowhere in the folder."""
    anchors = {
        folder / f"{name}.html": {str(tag["id"]) for tag in page.find_all(id=True)}
        for name, page in pages.items()
    }
    dead = []
    for name, page in pages.items():
        for tag in page.find_all(href=True) + page.find_all(src=True):
            address = str(tag.get("href") or tag.get("src"))
            split = urlsplit(address)
            if split.scheme or split.netloc:
                continue
            here = folder / f"{name}.html"
            there = (here.parent / unquote(split.path)).resolve() if split.path else here
            if (
                not there.is_file()
                or (split.fragment and there in anchors and split.fragment not in anchors[there])
                or (
                    split.query.startswith("path=")
                    and not (folder / "files" / split.query[5:]).is_file()
                )
            ):
                dead.append((name, address))
        for figure in page.select("[data-table]"):
            beside = figure["data-table"]
            tables = [f"{beside}.{width}.js" for width in SIZES] if beside else []
            for table in filter(None, [*tables, figure["data-numbers"]]):
                if not ((folder / f"{name}.html").parent / str(table)).is_file():
                    dead.append((name, str(table)))
    return dead


def test_every_link_and_anchor_leads_somewhere(book: Path, pages: dict[str, BeautifulSoup]) -> None:
    assert len(pages) > 35
    assert dead_ends(book, pages) == []


def test_in_the_site_every_lesson_opens_where_it_runs(site: Path) -> None:
    pages = read(site)
    assert dead_ends(site, pages) == []
    for stem in lessons():
        [link] = pages[f"notebooks/{stem}"].select("a.run")
        assert link["href"] == f"../lab/index.html?path=notebooks/{stem}.ipynb"
    for stem in stems():
        [link] = pages[f"notebooks/{stem}"].select(f"a[href*='exercises/{stem}/']")
        assert link["href"] == f"../lab/index.html?path=exercises/{stem}/{stem}.ipynb"


def test_nothing_is_loaded_from_another_host(book: Path, pages: dict[str, BeautifulSoup]) -> None:
    loaded = [
        str(tag.get("src") or tag.get("href") or tag.get("data"))
        for page in pages.values()
        for tag in page.find_all(["script", "img", "link", "iframe", "source", "object", "embed"])
    ]
    assert len(loaded) > 500
    assert [one for one in loaded if re.match(r"(?:https?:)?//", one)] == []
    for style in book.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(?:https?:)?//|@import", style.read_text("utf-8")), style


@pytest.mark.parametrize("stem", lessons())
def test_a_lesson_is_there_as_a_whole(pages: dict[str, BeautifulSoup], stem: str) -> None:
    page = pages[f"notebooks/{stem}"].find("article")
    assert isinstance(page, Tag)
    text = re.sub(r"\s+", " ", page.get_text())
    shown = "".join(
        "".join(output.get("data", {}).get("text/html", ""))
        for cell in cells(stem)
        for output in cell.get("outputs", [])
    )
    figures = page.select(f"figure:not(#{TRY.name})")  # of the lesson itself
    assert len(figures) == shown.count("<img ")
    for figure in figures:
        [picture] = figure.find_all("img")
        assert figure.figcaption.get_text() == picture["alt"] != ""
        assert picture["loading"] == "lazy"
        assert int(picture["width"]) > int(picture["height"]) > 0
    asked = [
        guess
        for cell in cells(stem)
        if cell.cell_type == "code"
        for guess in split_guesses(cell.source.splitlines())
        if isinstance(guess, Guess)
    ]
    assert [field["id"] for field in page.find_all("input")] == [guess.name for guess in asked]
    assert [label.get_text() for label in page.find_all("label")] == [one.question for one in asked]
    explored = [
        cell.id
        for cell in cells(stem)
        if re.search(r"^explore\(", cell.source, re.MULTILINE) and cell.cell_type == "code"
    ]
    touched = [figure["id"] for figure in page.select("figure.player")]
    assert [name for name in touched if name in explored] == explored
    assert OF_WHO_RUNS.findall(text) == []
    headings = [
        line.lstrip("# ").strip()
        for cell in cells(stem)
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("#")
    ]
    found = [
        heading.get_text().removesuffix("¶")
        for heading in page.find_all(re.compile("h[1-6]"))
        if heading.find("a")  # a report of the flight has a heading of its own
    ]
    expected = [re.sub("[*`]", "", heading) for heading in headings]
    assert [heading for heading in expected if heading not in OF_JUPYTER] == found


@pytest.mark.parametrize("stem", lessons())
def test_words_of_the_glossary_lead_there_quietly(
    pages: dict[str, BeautifulSoup], stem: str
) -> None:
    page = pages[f"notebooks/{stem}"]
    links = [link for link in page.select("article a") if link.select(".std-term")]
    addresses = [str(link["href"]) for link in links]
    assert 5 <= len(links) <= 18
    assert len(set(addresses)) == len(addresses)
    assert all(one.startswith("../docs/glossary.html#term-") for one in addresses)
    assert page.select("h1 .std-term, h2 .std-term, h3 .std-term, label .std-term") == []
    # No more than one in fifty words, or the page would be a wall of links.
    assert len(page.find("article").get_text().split()) > 50 * len(links)  # type: ignore[union-attr]


@pytest.mark.parametrize("stem", lessons())
def test_what_answers_a_guess_is_folded(pages: dict[str, BeautifulSoup], stem: str) -> None:
    page = pages[f"notebooks/{stem}"]
    assert page.select("details[open]") == []
    answered = [
        cell for cell in cells(stem) if cell.cell_type == "code" and "answer(" in cell.source
    ]
    answered = [cell for cell in answered if "import answer" not in cell.source]
    assert len(page.select("details.answer")) == len(answered)
    for words in page.select("[data-guess]"):
        fold = words.find_parent("details")
        assert fold is not None
        told = json.loads(str(words["data-guess"]))
        assert told["question"] in fold.summary.get_text()
        assert words.get_text().startswith("It was ")


def test_a_lesson_without_outputs_says_so_in_place_of_a_figure(tmp_path: Path) -> None:
    notebook = nbformat.read(ROOT / "notebooks" / "06_communication.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    nbformat.write(notebook, tmp_path / "06_communication.ipynb")
    page = Lesson(tmp_path / "06_communication.ipynb", tmp_path, Running()).page()
    assert page.count(NOT_STORED) > 8
    assert "<figure" not in page
    assert page.count("<details") == page.count("</details>")


def words_of(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield all texts of a book, also those in its EPUB, with their marks and without."""
    for path in folder.rglob("*"):
        if path.suffix == ".epub":
            with zipfile.ZipFile(path) as packed:
                for name in packed.namelist():
                    if not name.endswith((".png", ".woff2", ".svg")):
                        yield from with_and_without_marks(name, packed.read(name).decode())
        elif path.suffix in (".html", ".js", ".json", ".txt", ".md", ".css", ".inv"):
            text = path.read_bytes().decode(errors="replace")
            yield from with_and_without_marks(path.name, text)


def with_and_without_marks(name: str, text: str) -> Iterator[tuple[str, str]]:
    # Between marks there is what nobody sees: tables in scripts, what a guess is compared with.
    yield name, html.unescape(text)
    if name.endswith("html"):
        yield name, soup(text).get_text()


def test_no_answer_of_an_exercise_and_no_hidden_test_is_in_it(book: Path) -> None:
    hidden = secret_lines()
    assert len(hidden) > 150
    searched = list(words_of(book))
    assert len(searched) > 60
    found = {(name, line) for name, text in searched for line in told_in(text, hidden)}
    assert found == set()
    assert list(book.rglob(FILE)) == []
    guides = {path.stem for path in ROOT.glob("facilitator/*.md") if holds_answers(path)}
    assert guides >= set(lessons())
    assert guides & {path.stem for path in (book / "facilitator").iterdir()} == set()
    assert MARK not in "".join(text for _, text in searched)


@pytest.fixture(scope="module")
def with_answers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gather the pages of whoever builds the book with answers."""
    source = tmp_path_factory.mktemp("with_answers")
    gather(source, Running(), {}, answers=True)
    return source


def test_whoever_builds_it_with_answers_gets_the_guides(with_answers: Path) -> None:
    guides = {path.stem for path in (with_answers / "facilitator").glob("*.md")}
    assert guides >= set(lessons())
    contents = (with_answers / "docs" / "facilitating.md").read_text(encoding="utf-8")
    assert "../facilitator/06_communication\n" in contents


def test_a_page_is_light(book: Path, pages: dict[str, BeautifulSoup]) -> None:
    for name, page in pages.items():
        here = (book / name).parent
        loaded = {here / urlsplit(str(tag["src"])).path for tag in page.find_all(src=True)}
        loaded |= {
            here / urlsplit(str(tag["href"])).path for tag in page.select("link[rel=stylesheet]")
        }
        weight = (
            sum(path.stat().st_size for path in loaded) + (book / f"{name}.html").stat().st_size
        )
        assert weight < MEGABYTE, name


def test_only_what_changed_is_built_again(book: Path) -> None:
    with alone(build_book.CACHE):  # another core may build a site of the same pages
        changed = changed_by("Ruth has found the money", "Ruth has found it")
    assert "06_communication" in changed
    assert changed <= {
        "06_communication",
        "05_product_to_platform",
        "07_squads_and_decisions",
        "index",
        "search",
    }


def changed_by(sentence: str, other: str) -> set[str]:
    """Return which pages Sphinx writes when lesson 06 says something else."""
    cache = build_book.CACHE / build_book.PAGES
    page = cache / "source" / "notebooks" / "06_communication.md"
    before = {path: path.stat().st_mtime_ns for path in (cache / "made").rglob("*.html")}
    written = page.read_text(encoding="utf-8")
    page.write_text(written.replace(sentence, other), "utf-8")
    try:
        build_book.sphinx("html", cache)
        return {path.stem for path, then in before.items() if path.stat().st_mtime_ns != then}
    finally:
        page.write_text(written, encoding="utf-8")


def test_a_build_that_was_stopped_leaves_no_half_page(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "conf.py").write_text((BOOK / "conf.py").read_text("utf-8"), encoding="utf-8")
    (source / "_static").mkdir()
    (source / "index.md").write_text("# A book\n\nWhole.\n", encoding="utf-8")
    build_book.sphinx("html", tmp_path)
    page = tmp_path / "made" / "index.html"
    whole = page.read_text(encoding="utf-8")
    page.write_text(whole[:200], encoding="utf-8")
    (tmp_path / build_book.UNFINISHED).touch()
    build_book.sphinx("html", tmp_path)
    assert "Whole." in page.read_text(encoding="utf-8")
    assert not (tmp_path / build_book.UNFINISHED).exists()


def test_more_sliders_than_can_be_drawn_say_which_picture_stands_there(tmp_path: Path) -> None:
    notebook = ROOT / "notebooks" / "06_communication.ipynb"
    why = "these sliders have 729 settings: take fewer"
    drawn: Drawn = {cell.id: why for cell in cells(notebook.stem) if "explore(" in cell.source}
    page = Lesson(notebook, tmp_path, Running(), drawn).page()
    assert "Here they stand where the lesson begins: these sliders have 729 settings." in page
    assert "take fewer" not in page
    assert 'class="player"' not in page


def test_what_no_page_shows_any_more_is_not_published(with_answers: Path, tmp_path: Path) -> None:
    source = shutil.copytree(with_answers, tmp_path / "source")
    shown = set(beside_pages(source))
    assert len(shown) > 50
    left = [source / PICTURES_OF_BOOK / "99_gone" / "99-1.png", source / TABLES / "99.wide.js"]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("of a lesson that is gone")
    gather(source, Running(), {}, answers=False)
    assert set(beside_pages(source)) == shown
    assert not (source / "facilitator" / "06_communication.md").exists()


def test_another_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(SiteError, match="holds other files"):
        build_book.build(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_sphinx_warns_of_leaves_the_book_before_in_place(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "book"
    output.mkdir()
    (output / ".buildinfo").write_text("a book")

    def gathers_a_dead_link(source: Path, *_: object, **__: object) -> None:
        source.mkdir(parents=True)
        (source / "conf.py").write_text((BOOK / "conf.py").read_text("utf-8"), "utf-8")
        (source / "_static").mkdir()
        (source / "index.md").write_text("# A book\n\n[nowhere](nowhere.md)\n", encoding="utf-8")

    monkeypatch.setattr(build_book, "gather", gathers_a_dead_link)
    monkeypatch.setattr(build_book, "drawn", lambda *_, **__: defaultdict(dict))
    with pytest.raises(SiteError, match=r"nowhere\.md"):
        build_book.build(output, cache=tmp_path / "cache")
    assert [path.name for path in output.iterdir()] == [".buildinfo"]


def test_the_epub_holds_the_pages_of_learners_whole(book: Path) -> None:
    with zipfile.ZipFile(book / build_book.EPUB) as epub:
        names = set(epub.namelist())
        assert names >= {f"notebooks/{stem}.xhtml" for stem in lessons()}
        assert not [name for name in names if re.search("facilitator|CONTRIBUTING|SECURITY", name)]
        for name in names:
            if not name.endswith("xhtml"):
                continue
            page = ElementTree.fromstring(epub.read(name))  # noqa: S314 - our own
            for picture in page.iter("{http://www.w3.org/1999/xhtml}img"):
                place = (Path("/") / name).parent / picture.attrib["src"]
                assert str(place.resolve().relative_to("/")) in names
            assert list(page.iter("{http://www.w3.org/1999/xhtml}input")) == []
        assert "this copy" not in epub.read("index.xhtml").decode().casefold()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = patient(browser.new_page())
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(f"{opened.url}: {error.stack or error}"))
    yield opened
    opened.close()
    assert problems == []


PAIRS = Guess("", "How many pairs could talk in a company of 100?", "")
SHARE = Guess("", "What share of the people stays, in %?", "")
DAYS = Guess("", "Add 10. How many days do you win (minus: lose)?", "")
QUARTER = Guess("", "In which quarter has it paid for itself?", "")
NINES = Guess("", "A service is up 99.99 % of the time: minutes without it in 30 days?", "")
PLAIN = Guess("", "", "")
TYPED = [
    *("", "20", "4950", "4,950", "4 950", "4.950", "5000", "about 40", "40-50", "4000 to 5000"),
    *("1-2 thousand", "1k", "2 million", "1e3", "3.5", "0.3", "30 %", "20 pairs", "-10", "minus 3"),
    *("9 weeks", "2 years", "yes", "0", "22", "-22", "18.5", "7", "6 months", "<3", "12,5"),
    *("1,00,000", "100 000", "50%", "a lot of", "39", "-0.4", "0.0375", "1118520", "12 quarters"),
    *READ,
    *NO_NUMBER,
]


@pytest.mark.parametrize(
    "asked", [PAIRS, SHARE, DAYS, QUARTER, NINES, PLAIN], ids=lambda one: one.question
)
def test_the_page_says_what_the_lesson_says_of_a_guess(
    page: Page, book: Path, asked: Guess
) -> None:
    page.goto((book / "index.html").as_uri())
    units = {PAIRS: "pairs", SHARE: "%", DAYS: "days", QUARTER: "", NINES: "minutes"}
    unit = units.get(asked, "times")
    happened = (4950.0, 39.2, 7.0, -22.0, 0.0, 2.5, 55000.0, 19.0, 0.0375, 1118520.0)
    told = [
        [{"question": asked.question, "happened": one, "unit": unit}, typed]
        for one in happened
        for typed in TYPED
    ]
    expected = [
        sentence(Guess("my_guess", asked.question, Guess.of(typed).said), one["happened"], unit)
        for one, typed in told
    ]
    assert page.evaluate(SENTENCES, told) == expected
    for typed in TYPED:
        guess = Guess("my_guess", asked.question, Guess.of(typed).said)
        if guess.typed:
            meant = guess.meant("%" if guess.in_percent else "")
            read = page.evaluate("told => heard(...told)", [told[0][0], typed])
            assert read == f"We read {guess.words}{meant}."


@pytest.mark.parametrize("typed", ["", "untangle", "Untangle.", "“untangle”", "unt", "relief"])
def test_the_page_says_what_the_lesson_says_of_a_choice(page: Page, book: Path, typed: str) -> None:
    page.goto((book / "index.html").as_uri())
    options = ("drag", "relief", "dual", "cross", "untangle")
    told = {"question": "One word?", "happened": "untangle", "unit": ""}
    said = choice_sentence(Guess("my_guess", "One word?", typed), "untangle", options)
    assert page.evaluate(SENTENCES, [[told, typed]]) == [said]


def test_the_page_reads_the_numbers_that_lessons_read(page: Page, book: Path) -> None:
    page.goto((book / "index.html").as_uri())
    for words in (*READ, *NO_NUMBER):
        read = typed_number(words)
        expected = None if read is None else pytest.approx(dataclasses.asdict(read))
        assert page.evaluate("words => typedNumber(words)", words) == expected, words


def test_a_field_says_how_a_guess_is_read_before_anything_is_answered(
    page: Page, book: Path
) -> None:
    page.goto((book / "notebooks" / "06_communication.html").as_uri())
    field = page.get_by_label("How many pairs could talk in a company of 100?")
    read = field.locator("xpath=following-sibling::*[@role='status']")
    for typed, told in {
        "7.000": "We read 7,000.",
        "one in three": "We read 33.3 %.",
        "many": "You wrote “many”, which we cannot read as a number: "
        "write it in digits, such as 40 or 40-50.",
        "-5": "You wrote “-5”, but this cannot be less than zero.",
        "": "",
    }.items():
        field.fill(typed)
        field.blur()
        expect(read).to_have_text(told)
    expect(page.locator("details.answer").first.locator(".answered")).to_be_hidden()


def test_a_guess_is_answered_after_a_tap_and_by_keyboard(page: Page, book: Path) -> None:
    page.goto((book / "notebooks" / "06_communication.html").as_uri())
    fold = page.locator("details.answer").first
    expect(fold.locator(".answered")).to_be_hidden()
    page.get_by_label("How many pairs could talk in a company of 100?").fill("20")
    fold.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(fold.locator(".answered")).to_be_visible()
    said = answer(Guess("my_guess_paths", "", "20"), 4950, unit="pairs")
    expect(fold.locator(".answered")).to_have_text(repr(said))
    page.get_by_label("How many pairs could talk in a company of 100?").fill("4950")
    page.keyboard.press("Tab")
    expect(fold.locator(".answered")).to_contain_text("exactly right")
    fold.locator("summary").first.press("Enter")
    page.get_by_label("How many pairs could talk in a company of 100?").fill("")
    fold.locator("summary").first.click()
    expect(fold.locator(".answered")).to_have_text(
        "It was 4,950 pairs. You made no guess this time."
    )


def test_a_browser_without_scripts_shows_text_figures_and_answers(
    browser: Browser, book: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = patient(context.new_page())
    page.goto((book / "notebooks" / "06_communication.html").as_uri())
    fold = page.locator("details.answer").first
    fold.locator("summary").first.click()
    expect(fold.locator(".answered")).to_have_text("It was 4,950 pairs.")
    expect(page.locator("figure img").first).to_be_visible()
    # On paper all is open.
    page.emulate_media(media="print")
    for closed in page.locator("details.answer .answered").all():
        box = closed.bounding_box()
        assert box is not None
        assert box["height"] > 10
    context.close()


def test_sliders_of_a_book_that_was_opened_from_a_folder_answer_a_keyboard(
    page: Page, book: Path
) -> None:
    page.goto((book / "notebooks" / "06_communication.html").as_uri())
    figure = page.locator("figure.player").first
    figure.scroll_into_view_if_needed()
    expect(figure.locator("svg")).to_be_visible()
    before = figure.locator("figcaption").text_content() or ""
    slider = figure.get_by_role("slider").first
    slider.press("Home")
    slider.press("ArrowRight")
    expect(figure.locator("figcaption")).not_to_have_text(before)
    expect(figure.locator("figcaption")).not_to_contain_text("could not be loaded")


def test_somebody_finds_a_word(page: Page, book: Path) -> None:
    handler = partial(SimpleHTTPRequestHandler, directory=str(book))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            page.goto(f"http://127.0.0.1:{server.server_address[1]}/notebooks/00_start_here.html")
            finds_liaison(page)
            page.goto("about:blank")  # it still fetches what stands around the words it found
        finally:
            server.shutdown()


def finds_liaison(page: Page) -> None:
    page.get_by_role("textbox", name="Search").fill("liaison")
    page.keyboard.press("Enter")
    expect(page.locator("#search-results li a").first).to_be_visible()
    assert "06_communication" in page.locator("#search-results").inner_html()


# What stands around a page is tried in all four settings on the first page.
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_every_kind_of_page_is_for_everybody(
    browser: Browser, book: Path, width: int, scheme: Any
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = patient(context.new_page())
    for name in KINDS:
        page.goto((book / f"{name}.html").as_uri())
        page.evaluate(OPEN_ALL)
        page.screenshot(path=PICTURES / f"book-{name.replace('/', '-')}-{width}-{scheme}.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert page.evaluate(UNREACHED) == [], name
        assert axe_finds(page) == [], name
    context.close()


@pytest.mark.parametrize("width", [NARROW, 1280])
@pytest.mark.parametrize("name", ["index", "notebooks/06_communication", "docs/accessibility"])
def test_a_reader_may_space_words_touch_links_and_go_by_keyboard(
    browser: Browser, book: Path, name: str, width: int
) -> None:
    page = patient(browser.new_page(viewport={"width": width, "height": TALL}))
    page.goto((book / f"{name}.html").as_uri())
    assert barriers(page) == []
    page.close()


@pytest.mark.parametrize(
    ("scheme", "media", "turned"),
    [("light", "screen", False), ("dark", "screen", True), ("dark", "print", False)],
)
def test_a_picture_is_turned_in_the_dark_alone(
    page: Page, book: Path, scheme: Any, media: Any, turned: bool
) -> None:
    page.emulate_media(color_scheme=scheme, media=media)
    page.goto((book / "notebooks" / "06_communication.html").as_uri())
    picture = page.locator("figure:not(.player) img").first  # a player changes its own
    assert (picture.evaluate("img => getComputedStyle(img).filter") != "none") is turned


def test_on_a_phone_the_contents_open_by_keyboard(browser: Browser, book: Path) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 900})
    page = patient(context.new_page())
    page.goto((book / "notebooks" / "06_communication.html").as_uri())
    contents = page.get_by_role("link", name="00 What breaks")
    expect(contents).not_to_be_in_viewport()
    door = page.get_by_role("button", name="Contents of the book")
    door.press("Enter")
    expect(contents).to_be_in_viewport()
    door.press("Space")
    expect(contents).not_to_be_in_viewport()
    page.get_by_role("button", name="Contents of the book").click()
    expect(contents).to_be_in_viewport()
    page.locator("label.sidebar-overlay").click(position={"x": 300, "y": 500})
    expect(contents).not_to_be_in_viewport()
    contents.focus()
    expect(contents).to_be_in_viewport()
    context.close()
