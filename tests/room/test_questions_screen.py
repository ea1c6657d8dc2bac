"""The questions on a phone: by keyboard, through a reload and a lost connection."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from asked_day import ASKED
from for_everybody import NARROW, TALL, axe_finds, barriers
from patience import patient
from playwright.sync_api import Browser, Page, expect
from served import Served, served

pytestmark = [pytest.mark.site, pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("asked") / "x.room", ASKED) as it:
        it.go("before")
        yield it


@pytest.fixture
def phone(room: Served, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": NARROW, "height": TALL}, bypass_csp=True)
    page = patient(context.new_page())
    page.goto(room.site.place.address)
    page.get_by_label("Password of the room").fill(room.site.door.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Skip this")).to_be_visible()
    yield page
    context.close()


def test_they_hold_nobody_up(phone: Page) -> None:
    assert barriers(phone) == []
    assert axe_finds(phone) == []
    phone.get_by_role("button", name="Begin").click()
    expect(phone.get_by_role("heading", name="Question 1 of 12")).to_be_visible()
    assert barriers(phone) == []
    assert axe_finds(phone) == []


def test_they_are_answered_by_keyboard_alone(room: Served, phone: Page) -> None:
    phone.get_by_role("button", name="Begin").press("Enter")
    expect(phone.get_by_role("heading", name="Question 1 of 12")).to_be_visible()
    phone.get_by_role("radio").first.focus()
    phone.keyboard.press("Space")
    phone.keyboard.press("ArrowDown")
    phone.keyboard.press("Tab")
    phone.keyboard.press("Space")
    phone.keyboard.press("ArrowRight")
    phone.keyboard.press("Enter")  # goes on
    expect(phone.get_by_role("heading", name="Question 2 of 12")).to_be_focused()
    for number in range(3, 13):
        phone.get_by_role("button", name="Next").press("Enter")
        expect(phone.get_by_role("heading", name=f"Question {number} of 12")).to_be_focused()
    phone.get_by_role("button", name="Back").press("Enter")
    expect(phone.get_by_role("heading", name="Question 11 of 12")).to_be_focused()
    phone.get_by_role("button", name="Next").press("Enter")
    phone.get_by_role("button", name="Next").press("Enter")
    expect(phone.get_by_text("You answered 1 of 12.")).to_be_visible()
    phone.get_by_role("button", name="I am done").press("Enter")
    expect(phone.get_by_text("Done. Thank you.")).to_be_visible()
    asked = room.site.day.before_after
    (who,) = [who for who in asked.codes if asked.is_done(who, "before")]
    assert asked.given(who, "before") == {"load": ("b", 50)}


def test_a_lost_connection_and_a_reload_take_nothing(room: Served, phone: Page) -> None:
    phone.get_by_role("button", name="Begin").click()
    card = phone.locator("section:visible")
    card.get_by_role("radio").nth(3).check()
    phone.get_by_role("button", name="Next").click()
    phone.reload()
    expect(phone.get_by_role("heading", name="Question 2 of 12")).to_be_visible()
    phone.route("**/questions*", lambda route: route.abort())
    card.get_by_role("radio").nth(2).check()
    phone.get_by_role("radio", name="95").and_(phone.locator(":visible")).check()
    expect(phone.get_by_text("No connection to the room. Go on answering")).to_be_visible()
    phone.unroute("**/questions*")
    phone.reload()
    expect(card.get_by_role("radio").nth(2)).to_be_checked()
    phone.get_by_role("button", name="Back").click()
    expect(card.get_by_role("radio").nth(3)).to_be_checked()
    for _ in range(12):
        phone.get_by_role("button", name="Next").click()
    phone.get_by_role("button", name="I am done").click()
    expect(phone.get_by_text("You answered 2 of 12.")).to_be_visible()
    asked = room.site.day.before_after
    given = [asked.given(who, "before") for who in asked.codes]
    assert {"load": ("d", None), "repair": ("c", 95)} in given
