"""The pages of a room on a narrow phone: a reader's own spaces, links to touch, the keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest import ROOT
from for_everybody import NARROW, TALL, barriers
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
