"""The cockpit in a real browser: nothing jumps, nothing is cut, and a key flies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from conftest import PICTURES, ROOT
from patience import patient
from plain_page import DARK, PHONE, drawn
from playwright.sync_api import Browser, Page, ViewportSize, expect

from thousandfold.flight.cockpit import Cockpit
from thousandfold.flight.debrief import example_game
from thousandfold.flight.engine import fly
from thousandfold.flight.game import Game
from thousandfold.flight.policies import REACTING, frozen
from thousandfold.flight.share import read_code
from thousandfold.flight.turn import Turn

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("cockpit")]

FLIGHT = ROOT / "src" / "thousandfold" / "flight"
# What JupyterLab leaves of 1366 x 768 and of a projector's 1280 x 720 beside its own bars.
LAPTOP: ViewportSize = {"width": 1000, "height": 647}
PROJECTOR: ViewportSize = {"width": 920, "height": 600}
ZOOMED: ViewportSize = {"width": 683, "height": 384}
SIZES = {"laptop": LAPTOP, "projector": PROJECTOR, "phone": PHONE, "zoomed": ZOOMED}
# What JupyterLab knows of where it runs: as JupyterLite writes it, and as JupyterHub does.
CONFIGURED = {
    "site.test": '{"litePluginSettings": {}}',
    "hub.test": '{"hubUser": "ann", "shareUrl": "/hub/user-redirect"}',
}
TOLD = ("view", "bill", "loops")
CUT = """screen => [...screen.querySelectorAll("*")]
    .filter(part => part.clientWidth && !part.closest("svg, select, .book, [readonly]"))
    .filter(part => part.scrollWidth > part.clientWidth
        || part.scrollHeight > part.clientHeight + 1)
    .filter(part => getComputedStyle(part).overflow !== "visible")
    .map(part => `${part.className}: ${part.textContent.slice(0, 60)}`)"""


INSIDE = """header => [...header.querySelectorAll("button")]
    .map(button => [button.textContent, button.getBoundingClientRect()])
    .filter(([_, box]) => box.height && (box.bottom > header.getBoundingClientRect().bottom
        || box.right > header.getBoundingClientRect().right))
    .map(([words]) => words)"""


@contextmanager
def shown(
    browser: Browser, game: Game, size: ViewportSize, look: str = "", address: str = ""
) -> Iterator[Page]:
    """Open a page with the cockpit of a game, at an address if it matters."""
    seat = Cockpit(game)
    told = next((told for name, told in CONFIGURED.items() if name in address), "{}")
    with drawn(
        browser, seat.canvas, seat.hear, TOLD, size, look, address=address, configured=told
    ) as page:
        yield page


def after(rounds: int) -> Game:
    return Game("Team Blue", turns=example_game().turns[:rounds])


@cache
def busy() -> tuple[Turn, ...]:
    """The turns of a team that does everything: long bills, and much to tell."""
    rows = frozen(REACTING, fly({"reacting": REACTING}, replications=51)).rows
    return tuple(Turn(row, 1e5, "what others tell") for row in rows)


def place(page: Page) -> list[float]:
    """Return where the button, the bill and the message stand."""
    boxes = [page.locator(f".{name}").bounding_box() for name in ("fly", "bill", "said")]
    return [value for box in boxes if box for value in (box["x"], box["y"], box["height"])]


@pytest.mark.parametrize("size", SIZES)
def test_nothing_jumps_and_nothing_is_cut_in_any_round(browser: Browser, size: str) -> None:
    places = []
    for rounds in (0, 1, 7, 11, 12):
        look = DARK if rounds == 7 else ""
        with shown(browser, after(rounds), SIZES[size], look) as page:
            page.screenshot(path=PICTURES / f"cockpit-{size}-{rounds}.png", full_page=True)
            assert page.locator(".screen").evaluate(CUT) == [], f"round {rounds}"
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= SIZES[size]["width"], f"round {rounds} needs to be moved sideways"
            if size in ("laptop", "projector"):
                high = page.evaluate("document.documentElement.scrollHeight")
                assert high <= SIZES[size]["height"], f"round {rounds} needs to be scrolled"
            places.append(place(page))
    for rounds in (4, 8, 9, 10, 11):
        with shown(browser, Game("Team Blue", turns=busy()[:rounds]), SIZES[size]) as page:
            hired = page.get_by_role("spinbutton", name="people to hire", exact=True)
            hired.fill("110")
            expect(page.locator(".bill")).to_contain_text("110 of them to be found")
            page.screenshot(path=PICTURES / f"cockpit-{size}-busy-{rounds}.png", full_page=True)
            assert page.locator(".screen").evaluate(CUT) == [], f"busy, round {rounds}"
            places.append(place(page))
    assert all(one == places[0] for one in places)


def test_a_round_is_flown_by_keyboard_and_the_form_stays_where_it_is(browser: Browser) -> None:
    with shown(browser, Game("Red"), LAPTOP) as page:
        before = place(page)
        page.get_by_role("slider", name="user onboarding", exact=True).press("ArrowLeft")
        expect(page.locator(".entry").first).to_contain_text("45 %")
        hired = page.get_by_role("spinbutton", name="people to hire", exact=True)
        hired.fill("40")
        expect(page.locator(".bill")).to_contain_text("50 people, 40 of them to be found")
        page.get_by_role("button", name="Fly round 1").press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("write a forecast first")
        page.get_by_label("your forecast").fill("2500")
        page.get_by_label("because").fill("word of mouth")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Fly round 1")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("h3")).to_have_text("Red: round 2 of 12")
        expect(page.get_by_role("button", name="Fly round 2")).to_be_focused()
        expect(page.get_by_label("your forecast")).to_have_value("")
        expect(page.get_by_role("spinbutton", name="people to hire", exact=True)).to_have_value("0")
        expect(page.locator(".said")).to_have_text("Round 1 is flown.")
        assert place(page) == before
        page.get_by_role("button", name="All rounds").press("Enter")
        expect(page.locator(".pictures")).to_be_hidden()
        expect(page.locator("tbody tr").first).to_contain_text("2.5K")
        expect(page.locator("tbody tr.open")).to_contain_text("2")


def test_shares_always_add_up_to_a_hundred(browser: Browser) -> None:
    with shown(browser, Game("Red"), LAPTOP) as page:
        page.get_by_role("slider", name="debt", exact=True).fill("90")
        expect(page.get_by_role("slider", name="debt", exact=True)).to_have_value(
            "60"
        )  # features had 40, debt 20
        expect(page.get_by_role("alert")).to_contain_text("All is given out")
        shares = page.locator(".entry output").all_text_contents()
        assert shares == ["0 %", "30 %", "60 %", "10 %", "0 %"]


def test_shares_in_thirds_are_shown_as_people_write_them(browser: Browser) -> None:
    game = Game("Red")
    game.play(forecast=2000, reason="x", features=33.4, onboarding=33.3, debt=33.3, reliability=0)
    with shown(browser, game, LAPTOP) as page:
        shares = page.locator(".entry output").all_text_contents()
        assert shares == ["33.4 %", "33.3 %", "33.3 %", "0 %", "0 %"]


def test_a_double_click_flies_one_round_and_answers_no_question(browser: Browser) -> None:
    with shown(browser, Game("Red"), LAPTOP) as page:
        page.get_by_label("your forecast").fill("900,000")
        page.get_by_label("because").fill("hope")
        page.locator(".fly").dblclick()
        expect(page.get_by_role("alert")).to_contain_text("press once more")
        expect(page.locator(".fly")).to_have_text("Yes, fly round 1")
        page.locator(".fly").dispatch_event("click", {"detail": 2})  # however fast Python was
        expect(page.locator("h3")).to_have_text("Red: round 1 of 12")
        expect(page.locator(".fly")).not_to_have_attribute("aria-disabled", "true")
        page.get_by_label("your forecast").fill("2000")
        expect(page.locator(".fly")).to_have_text("Fly round 1: no way back")
        page.locator(".fly").dblclick()
        expect(page.locator("h3")).to_have_text("Red: round 2 of 12")
        expect(page.locator(".said")).to_have_text("Round 1 is flown.")


def test_a_cockpit_without_python_says_so(browser: Browser) -> None:
    with shown(browser, Game("Red"), LAPTOP) as page:
        page.clock.install()
        page.evaluate("window.heard = () => {}")
        page.get_by_label("your forecast").fill("2000")
        page.locator(".fly").click()
        page.clock.run_for(10_000)
        expect(page.get_by_role("alert")).to_contain_text("run its cell again")
        expect(page.get_by_label("your forecast")).to_have_value("2000")


def test_a_cockpit_whose_price_stays_the_same_has_not_lost_its_python(browser: Browser) -> None:
    with shown(browser, Game("Red"), LAPTOP) as page:
        page.clock.install()
        page.get_by_role("slider", name="debt", exact=True).press("ArrowRight")
        page.clock.run_for(10_000)
        expect(page.locator(".said")).to_have_text("")


def test_what_was_typed_stays_when_another_view_flew_the_round(browser: Browser) -> None:
    game = Game("Red")
    with shown(browser, game, LAPTOP) as page:
        game.play(forecast=2000, reason="from a cell below")
        page.get_by_label("your forecast").fill("2500")
        page.get_by_label("because").fill("word of mouth")
        page.locator(".fly").click()
        expect(page.locator(".said")).to_contain_text("Round 1 is flown already")
        expect(page.locator("h3")).to_have_text("Red: round 2 of 12")
        expect(page.get_by_label("your forecast")).to_have_value("2500")
        expect(page.get_by_label("because")).to_have_value("word of mouth")


def test_the_end_is_a_front_page_with_a_second_flight_and_another_game(
    browser: Browser, tmp_path: Path
) -> None:
    game = Game("Red", turns=example_game().turns, path=tmp_path / "flight-red.json")
    game.save()
    with shown(browser, game, LAPTOP) as page:
        expect(page.get_by_role("heading", name="Ferry has 257,206 customers")).to_be_visible()
        expect(page.get_by_role("img", name="The same decisions in other futures")).to_be_visible()
        page.get_by_role("button", name="Loops").click()
        expect(page.get_by_role("img", name="In this flight turned: Word of mouth")).to_be_visible()
        page.get_by_role("button", name="All rounds").click()
        expect(page.locator("tbody tr")).to_have_count(12)
        page.get_by_role("combobox", name="change round").select_option("3")
        page.get_by_role("button", name="Fly it again, with round 3").click()
        expect(page.get_by_role("alert")).to_contain_text("change something in it")
        page.get_by_role("slider", name="debt", exact=True).fill("40")
        page.get_by_role("button", name="Fly it again, with round 3").click()
        expect(page.locator(".said")).to_contain_text("With round 3 changed there would be")
        changed = page.get_by_role("img", name="As flown: Customers after round 12")
        expect(changed.locator("polyline")).to_have_count(2)
        page.get_by_role("button", name="Keep this flight").click()
        expect(page.locator("h3")).to_have_text("Red, flight 2: round 1 of 12")
        expect(page.get_by_role("button", name="Fly round 1")).to_be_visible()
        expect(page.locator(".front").first).to_be_hidden()


def test_the_picture_of_customers_marks_each_forecast(browser: Browser) -> None:
    with shown(browser, after(7), LAPTOP) as page:
        picture = page.get_by_role("img").first
        expect(picture.locator(".forecast")).to_have_count(7)
        sentence = picture.get_attribute("aria-label") or ""
        assert "Customers after round 7" in sentence


@pytest.mark.parametrize(
    ("address", "before"),
    [
        (
            "https://site.test/course/lab/index.html?room=7#other",
            "https://site.test/course/lab/index.html?path=notebooks/08_flight_simulator.ipynb#flight=",
        ),
        (
            "https://hub.test/user/ann/lab/tree/course/notebooks/08.ipynb?token=secret",
            "https://hub.test/hub/user-redirect/lab/tree/course/notebooks/08.ipynb#flight=",
        ),
        ("http://127.0.0.1:8000/site.test/lab/index.html", "cockpit(Game.from_c"),
        ("http://localhost:8888/lab/tree/notebooks/08.ipynb?token=secret", "cockpit(Game.from_c"),
        ("https://binder.test/user/ferry-x1/lab/tree/08.ipynb?token=secret", "cockpit(Game.from_c"),
        ("", "cockpit(Game.from_c"),
    ],
)
def test_a_flight_is_shared_by_a_link_where_there_is_a_place_and_else_by_its_code(
    browser: Browser, address: str, before: str
) -> None:
    game = example_game()
    with shown(browser, game, PROJECTOR, address=address) as page:
        button = page.get_by_role("button", name="Share this flight")
        button.press("Enter")
        box = page.get_by_role("textbox", name="the link" if "#flight" in before else "the code")
        expect(box).to_be_focused()
        copied = page.evaluate("getSelection().toString()")
        assert copied == box.input_value()
        assert copied.startswith(before)
        assert read_code(re.findall(r"[\w.-]{40,}", copied)[-1]).seed == game.seed
        expect(page.locator(".share")).to_contain_text("no name, no forecast and no reason")
        page.screenshot(path=PICTURES / "cockpit-share.png", full_page=True)
        assert page.locator(".screen").evaluate(CUT) == []
        button.press("Enter")
        expect(box).to_be_hidden()


@pytest.mark.parametrize("size", [PROJECTOR, PHONE])
def test_a_link_brings_a_flight_that_is_looked_at_and_left_again(
    browser: Browser, size: ViewportSize
) -> None:
    link = f"https://site.test/lab/index.html#flight={example_game().code()}"
    own = Game("A team whose name is forty letters long", turns=example_game().turns[:1])
    with shown(browser, own, size, address=link) as page:
        expect(page.locator(".said")).to_contain_text("This link brings a flight")
        expect(page.locator(".said")).to_contain_text("1 round is flown")
        assert page.locator(".screen").evaluate(CUT) == []
        page.get_by_role("spinbutton", name="people to hire", exact=True).fill("17")
        page.get_by_label("because").fill("half a thought")
        look = page.get_by_role("button", name="See the shared flight")
        look.press("Enter")
        expect(page.locator("h3")).to_have_text("A shared flight: the flight is over")
        expect(page.get_by_role("heading", name=re.compile("Ferry has"))).to_be_visible()
        expect(page.locator(".said")).to_contain_text("Your own game stays")
        expect(page.get_by_role("button", name="Keep this flight")).to_be_hidden()
        page.get_by_role("button", name="All rounds").press("Enter")
        expect(page.locator("tbody tr")).to_have_count(12)
        expect(page.locator("tbody tr.open")).to_have_count(0)
        assert page.locator("header").evaluate(INSIDE) == []
        page.screenshot(path=PICTURES / f"cockpit-shared-{size['width']}.png", full_page=True)
        assert page.locator(".screen").evaluate(CUT) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
        page.get_by_role("button", name="Back to your game").press("Enter")
        expect(page.locator("h3")).to_contain_text("long: round 2 of 12")
        assert page.locator("header").evaluate(INSIDE) == []
        page.screenshot(path=PICTURES / f"cockpit-own-{size['width']}.png", full_page=True)
        expect(look).to_be_focused()
        expect(page.get_by_role("spinbutton", name="people to hire", exact=True)).to_have_value(
            "17"
        )
        expect(page.locator(".bill")).to_contain_text("17 of them to be found")
        expect(page.get_by_label("because")).to_have_value("half a thought")
        expect(page.get_by_role("button", name="Share this flight")).to_be_hidden()
        assert own.turns == example_game().turns[:1]


def test_a_link_whose_end_was_cut_off_is_told_and_the_own_game_goes_on(browser: Browser) -> None:
    link = f"https://site.test/lab/index.html#flight={example_game().code()[:-5]}"
    with shown(browser, Game("Red"), LAPTOP, address=link) as page:
        page.get_by_role("button", name="See the shared flight").click()
        expect(page.get_by_role("alert")).to_contain_text("not the whole code of a flight")
        expect(page.locator("h3")).to_have_text("Red: round 1 of 12")
        expect(page.get_by_role("button", name="Fly round 1")).to_be_visible()


BROUGHT = """async source => {
    const code = new Blob([source, "export { broughtCode }"], { type: "text/javascript" });
    return (await import(URL.createObjectURL(code))).broughtCode();
}"""


def test_what_jupyterlab_drops_from_an_address_is_remembered(browser: Browser) -> None:
    extension = ROOT / "src" / "thousandfold" / "labextension" / "static" / "present.js"
    script = extension.read_text("utf-8").replace("document.currentScript.src", "location.href")
    source = (FLIGHT / "cockpit.js").read_text(encoding="utf-8")
    page = patient(browser.new_page())
    page.route("**/*", lambda route: route.fulfill(body="<p>Lab", content_type="text/html"))
    page.goto("https://site.test/lab/index.html#flight=1-1-7")
    page.add_script_tag(content=script)
    page.evaluate("history.replaceState({}, '', '/lab/index.html')")  # as its router does
    assert page.evaluate(BROUGHT, source) == "1-1-7"
    page.close()
