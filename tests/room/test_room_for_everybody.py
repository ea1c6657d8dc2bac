"""The pages of a room on a narrow phone: a reader's own spaces, links to touch, the keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest import ROOT
from for_everybody import NARROW, TALL, axe_finds, barriers
from handed_in import STEM, Told
from patience import patient
from playwright.sync_api import Browser, Page, expect
from served import Served, served

from thousandfold.room.marks import Exercise

pytestmark = [pytest.mark.site, pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("room")
    exercises = [Exercise(ROOT, STEM)]
    with served(folder / "x.room", folder=folder / "in", exercises=exercises, make=Told) as it:
        yield it


@pytest.fixture(scope="module")
def phone(room: Served, browser: Browser) -> Iterator[Page]:
    """Sign in; a password may be pasted, and none has to be remembered (3.3.8)."""
    context = browser.new_context(viewport={"width": NARROW, "height": TALL}, bypass_csp=True)
    page = patient(context.new_page())
    page.goto(room.site.place.address)
    assert barriers(page) == []
    page.get_by_label("Password of the room").fill(room.site.door.password)
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_be_visible()
    yield page
    context.close()


@pytest.mark.parametrize("step", ["vote", "predict", "exercise", "teams", "decide", "close"])
def test_a_step_of_the_day_holds_nobody_up(room: Served, phone: Page, step: str) -> None:
    room.go(step)
    phone.goto(room.site.place.address)
    assert barriers(phone) == []


def test_the_guesses_of_the_day_hold_nobody_up(room: Served, phone: Page) -> None:
    """One's own on the phone and in the takeaway, all together for the projector and at a desk."""
    room.go("predict")
    phone.goto(room.site.place.address)
    phone.get_by_label("How many pairs could talk").fill("40")
    phone.keyboard.press("Enter")
    expect(phone.get_by_text("Your answer is in.").first).to_be_visible()
    for number in range(5):
        room.do("enter", f"guessing {number}", address=f"10.0.1.{number}")
        room.do("vote", f"guessing {number}", question="06-my_guess_paths", answer="900")
    room.go("expected", 1)
    room.go("close")
    phone.goto(room.site.place.address)
    phone.get_by_text("Only you see this").click()
    expect(phone.get_by_text("You made 1 of")).to_be_visible()
    assert barriers(phone) == []
    phone.goto(f"{room.site.place.address}/takeaway")
    assert barriers(phone) == []
    context = phone.context.browser.new_context(  # type: ignore[union-attr]
        viewport={"width": 1280, "height": 720}, bypass_csp=True
    )
    desk = patient(context.new_page())
    desk.goto(room.site.link)
    expect(desk.get_by_text("How the room's guesses lay")).to_be_visible()
    assert axe_finds(desk) == []
    desk.goto(f"{room.site.place.address}/projector")
    expect(desk.get_by_text("How our guesses lay")).to_be_visible()
    assert axe_finds(desk) == []
    context.close()


@pytest.mark.parametrize("place", ["hand-in", "flight", "privacy"])
def test_a_page_beside_the_day_holds_nobody_up(room: Served, phone: Page, place: str) -> None:
    phone.goto(f"{room.site.place.address}/{place}")
    assert barriers(phone) == []


def test_what_is_kept_is_at_the_same_place_on_every_page(room: Served, phone: Page) -> None:
    """3.2.6, and no page asks for the password again (3.3.7)."""
    last = []
    for place in ("", "hand-in", "flight"):
        phone.goto(f"{room.site.place.address}/{place}")
        last.append(phone.get_by_role("navigation").get_by_role("link").last.inner_text())
        expect(phone.locator("input[type=password]")).to_have_count(0)
    assert last == ["What is kept"] * 3
