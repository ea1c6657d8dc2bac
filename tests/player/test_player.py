"""Sliders in a page without Python: what hands, keyboards and screen readers find there."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import fetch_for_tests
import numpy as np
import pytest
from markupsafe import Markup
from patience import patient
from playwright.sync_api import Browser, Locator, Page, expect

from thousandfold import ExplainedError, Lines, Series
from thousandfold.picture import Picture
from thousandfold.player.markup import WITHOUT, figure, script, style
from thousandfold.player.table import SIZES, Control, table
from thousandfold.player.text import beside_page

pytestmark = pytest.mark.browser

Tables = dict[str, dict[str, Any]]
SIZE = Control("size", "how large", (1, 2, 3, 4), start=1, words=("team", "floor", "house", "city"))
PRICE = Control("price", "price (dollars)", (10, 20, 30), start=0)
STILL = Markup('<img src="data:image/png;base64,iVBORw0KGgo=" alt="As it begins.">')
NOBODY = "no house is that large"


def picture_of(settings: Mapping[str, float]) -> Picture:
    size, price = settings["size"], settings["price"]
    if size == 4 and price > 10:
        raise ExplainedError(NOBODY)
    line = Series("rent", [0.0, 1.0, 2.0], [0.0, size * price, size])
    title = f"Size {size} at {price}"
    return Lines(
        title=title, sentence=f"{title}, in words.", series=(line,), x_label="year", y_label="rent"
    )


@pytest.fixture(scope="module")
def tables() -> Tables:
    return table([SIZE, PRICE], picture_of)


def sentences(made: Tables, width: str = "wide") -> list[str]:
    return [one.get("sentence") or one["refused"] for one in made[width]["pictures"]]


def whole(body: str, more: str = "") -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Rents</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{style()}{more}</style></head><body><main><h1>Rents</h1>{body}</main>"
        f"<script>{script()}</script></body></html>"
    )


@pytest.fixture
def path(tables: Tables, tmp_path: Path) -> Path:
    made = tmp_path / "page.html"
    made.write_text(whole(figure("rent", tables, STILL)), encoding="utf-8")
    return made


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = patient(browser.new_page(viewport={"width": 1000, "height": 900}))
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    yield opened
    opened.close()
    assert problems == []


def slider(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name, exact=True)


def said(page: Page) -> Locator:
    return page.locator(".player-sentence")


def drawing(page: Page) -> Locator:
    return page.locator(".player-stage svg")


def test_a_keyboard_moves_it_and_picture_sentence_and_what_is_read_aloud_agree(
    page: Page, path: Path, tables: Tables
) -> None:
    page.goto(path.as_uri())
    expect(drawing(page)).to_have_attribute("aria-label", "Size 2 at 10")
    told = sentences(tables)
    expect(said(page)).to_have_text(told[3])
    expect(said(page)).to_have_attribute("aria-live", "polite")
    page.keyboard.press("Tab")
    for key, name, words, place in (
        ("ArrowRight", "how large", "house", 6),
        ("Home", "how large", "team", 0),
        ("Tab", "price (dollars)", "10", 0),
        ("ArrowRight", "price (dollars)", "20", 1),
        ("End", "price (dollars)", "30", 2),
    ):
        page.keyboard.press(key)
        expect(page.locator(":focus")).to_have_attribute("aria-valuetext", words)
        expect(slider(page, name)).to_be_focused()
        expect(said(page)).to_have_text(told[place])
        title = tables["wide"]["pictures"][place]["title"]
        expect(drawing(page)).to_have_attribute("aria-label", title)
        expect(drawing(page).get_by_text(title)).to_be_visible()
    expect(page.locator("output").last).to_have_text("30")
    path_of_rent = f"[stroke='#0b62b0'][d='{line_of(tables, 2)}']"
    expect(drawing(page).locator(path_of_rent)).to_have_count(1)


def line_of(tables: Tables, place: int) -> str:
    made = tables["wide"]
    marks = [made["marks"][number] for number in made["pictures"][place]["marks"]]
    return next(str(mark["path"]) for mark in marks if mark.get("stroke") == "#0b62b0")


def test_what_is_refused_is_said_and_the_last_picture_stays_faint(page: Page, path: Path) -> None:
    page.goto(path.as_uri())
    slider(page, "how large").press("End")
    expect(said(page)).to_have_text("Size 4 at 10, in words.")
    slider(page, "price (dollars)").press("ArrowRight")
    expect(said(page)).to_have_text(NOBODY)
    expect(drawing(page)).to_have_attribute("aria-label", "Size 4 at 10")
    faint = "stage => Number(getComputedStyle(stage).opacity)"
    assert page.locator(".player-stage").evaluate(faint) < 0.5
    slider(page, "how large").press("ArrowLeft")
    expect(said(page)).to_have_text("Size 3 at 20, in words.")
    assert page.locator(".player-stage").evaluate(faint) == 1


def test_a_link_to_what_is_refused_keeps_the_picture_of_the_page(page: Page, path: Path) -> None:
    page.goto(f"{path.as_uri()}#rent=3,2")
    expect(said(page)).to_have_text(NOBODY)
    expect(page.get_by_alt_text("As it begins.")).to_have_count(1)


def test_a_narrow_page_has_the_narrow_table_and_one_that_changes_changes_over(
    page: Page, path: Path, tables: Tables
) -> None:
    size = {name: " ".join(map(str, [0, 0, *tables[name]["size"]])) for name in SIZES}
    page.set_viewport_size({"width": 400, "height": 900})
    page.goto(path.as_uri())
    expect(drawing(page)).to_have_attribute("viewBox", size["narrow"])
    assert page.evaluate("() => document.documentElement.scrollWidth") == 400
    slider(page, "how large").press("ArrowRight")
    page.set_viewport_size({"width": 1000, "height": 900})
    expect(drawing(page)).to_have_attribute("viewBox", size["wide"])
    expect(drawing(page)).to_have_attribute("aria-label", "Size 3 at 10")


@pytest.mark.parametrize(
    ("link", "place"),
    [("#rent=2,1", 7), ("#rent=2%2C1", 7), ("#rent=2", 6), ("#rent=9,x", 3), ("#%E0%A4=1", 3)],
)
def test_a_link_opens_it_as_it_stood(
    page: Page, path: Path, tables: Tables, link: str, place: int
) -> None:
    page.goto(path.as_uri() + link)
    expect(said(page)).to_have_text(sentences(tables)[place])
    expect(drawing(page)).to_be_visible()
    expect(drawing(page)).to_have_attribute(
        "aria-label", tables["wide"]["pictures"][place]["title"]
    )


def test_a_link_is_copied(browser: Browser, path: Path) -> None:
    context = browser.new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = patient(context.new_page())
    page.goto(path.as_uri())
    slider(page, "price (dollars)").press("End")
    page.get_by_role("button", name="Copy a link to this picture").click()
    expect(page.get_by_role("status")).to_have_text("Copied.", use_inner_text=True)
    assert page.evaluate("() => navigator.clipboard.readText()") == f"{path.as_uri()}#rent=1,2"
    context.close()


def test_without_scripts_the_picture_and_its_sentence_are_there(
    browser: Browser, path: Path, tables: Tables
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = patient(context.new_page())
    page.goto(path.as_uri())
    expect(page.get_by_alt_text("As it begins.")).to_have_count(1)
    expect(said(page)).to_have_text(sentences(tables)[3])
    assert WITHOUT in page.locator("noscript").inner_text()
    context.close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    handler = partial(_Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_tables_beside_the_page_are_fetched_and_asked_for_again(
    page: Page, address: str, tables: Tables, tmp_path: Path
) -> None:
    made = figure("rent", tables, STILL, beside="rent-table")
    (tmp_path / "page.html").write_text(whole(made), encoding="utf-8")
    asked: list[str] = []
    page.on("response", lambda answer: asked.append(f"{answer.status} {answer.url[-22:]}"))
    with page.expect_response("**/rent-table.wide.js"):
        page.goto(f"{address}/page.html")
    expect(said(page)).to_have_text(sentences(tables)[3])
    slider(page, "how large").press("ArrowRight")
    expect(said(page)).to_contain_text("could not be loaded. Move a slider to try again.")
    (tmp_path / "rent-table.wide.js").write_text(beside_page(tables["wide"]), encoding="utf-8")
    slider(page, "how large").press("ArrowLeft")
    expect(said(page)).to_have_text(sentences(tables)[3])
    expect(drawing(page)).to_have_attribute("aria-label", "Size 2 at 10")
    assert not [one for one in asked if "narrow" in one]
    assert next(one for one in asked if "wide" in one).startswith("404")


CHECK = "async () => (await axe.run()).violations.map(one => [one.id, one.nodes.length])"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, tables: Tables, tmp_path: Path, scheme: Any) -> None:
    if not fetch_for_tests.AXE.is_file():
        pytest.skip("axe-core is not here: `python tools/fetch_for_tests.py` fetches it")
    more = ":root { color-scheme: light dark } body { background: light-dark(#fff, #131416); "
    more += "color: light-dark(#111, #ddd) }"
    (tmp_path / "page.html").write_text(whole(figure("rent", tables, STILL), more), "utf-8")
    page = patient(browser.new_page(color_scheme=scheme))
    page.goto((tmp_path / "page.html").as_uri())
    expect(drawing(page)).to_be_visible()
    page.evaluate(fetch_for_tests.AXE.read_text(encoding="utf-8"))
    assert page.evaluate(CHECK) == []
    accent = "input => getComputedStyle(input).accentColor"
    seen = slider(page, "how large").evaluate(accent)
    assert contrast(seen, (255, 255, 255) if scheme == "light" else (19, 20, 22)) >= 3
    page.close()


def contrast(colour: str, ground: tuple[int, ...]) -> float:
    """Return how far two colours differ, as WCAG counts it."""

    def bright(channels: Any) -> float:
        shares = np.asarray(channels, dtype=float) / 255
        linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    channels = [int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
    low, high = sorted([bright(channels), bright(ground)])
    return (high + 0.05) / (low + 0.05)


def test_on_paper_there_are_no_sliders(page: Page, path: Path) -> None:
    page.goto(path.as_uri())
    expect(drawing(page)).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("input")).to_have_count(2)
    for hidden in ("input >> nth=0", "input >> nth=1", ".player-link"):
        expect(page.locator(hidden)).to_be_hidden()
    expect(drawing(page)).to_be_visible()
    expect(said(page)).to_be_visible()


def test_what_a_table_says_never_runs(page: Page, tables: Tables, tmp_path: Path) -> None:
    evil = '</script><img src=x onerror="window.ran=1"><svg onload="window.ran=1">'
    made = json.loads(json.dumps(tables))
    for one in (made[width] for width in SIZES):
        one["controls"][0] |= {"label": evil, "words": [evil] * 4}
        for shown in one["pictures"]:
            shown |= {"refused" if "refused" in shown else "sentence": evil}
            if "title" in shown:
                shown["title"] = evil
        for mark in one["marks"]:
            mark |= {
                name: evil for name in ("words", "fill", "stroke", "hatch", "over") if name in mark
            }
        one["marks"].append({"image": "javascript:window.ran=1", "x": 0, "y": 0, "size": [9, 9]})
        one["pictures"][6]["marks"].append(len(one["marks"]) - 1)
    (tmp_path / "page.html").write_text(whole(figure("rent", made, STILL)), encoding="utf-8")
    page.goto((tmp_path / "page.html").as_uri())
    page.locator("input").first.press("ArrowRight")
    expect(said(page)).to_have_text(evil)
    expect(page.locator("image")).to_have_count(1)
    assert page.locator("img").count() == 0
    assert page.evaluate("() => window.ran") is None
