"""A whole short day in a real browser: facilitator, projector, a phone and a team's laptop.

Each is as far away as somebody in a remote workshop: what is asked is answered 300 ms later.
THOUSANDFOLD_ALL=1 holds the half-day, with three phones and five teams, and looks at every step.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import fetch_for_tests
import pytest
from conftest import PICTURES, ROOT
from handed_in import STEM, Told, marked
from patience import patient
from playwright.sync_api import Browser, Page, ViewportSize, expect
from served import EXERCISE, LINES, Served, Visitor, served

from thousandfold.facilitation import schedule
from thousandfold.facilitation.course import find_course
from thousandfold.flight.deck import ROUNDS
from thousandfold.room.marks import Exercise

pytestmark = [pytest.mark.site, pytest.mark.browser, pytest.mark.xdist_group("browser")]

LAPTOP: ViewportSize = {"width": 1280, "height": 800}
PROJECTOR: ViewportSize = {"width": 1280, "height": 720}
PHONE: ViewportSize = {"width": 360, "height": 740}
ALL = "THOUSANDFOLD_ALL" in os.environ
FLOWN, PHONES = (ROUNDS, 3) if ALL else (2, 1)
NAMES = ["Blue", "Green", "The one with a very long name of its own", "Owl"] if ALL else ["Blue"]
REMOTE = {"offline": False, "latency": 300, "downloadThroughput": -1, "uploadThroughput": -1}
CHECK = """async () => {
    const found = await axe.run();
    return found.violations.map(one => [one.id, ...one.nodes.map(node => node.html)]);
}"""


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Served]:
    plan = schedule.plan(find_course(ROOT), "half-day") if ALL else None
    lines = plan.sessions[0].slots if plan else LINES
    stems = {STEM, *(slot.stem for slot in lines if slot.part == EXERCISE)}
    exercises = [Exercise(ROOT, stem) for stem in sorted(stems)]
    with served(tmp_path / "x.room", lines, tmp_path / "in", exercises, Told, plan=plan) as it:
        it.site.today = lambda: datetime(2027, 3, 15, 9, 0)
        yield it


@contextmanager
def opened(browser: Browser, size: ViewportSize, problems: list[str]) -> Iterator[Page]:
    """Open a browser of its own."""
    context = browser.new_context(viewport=size)
    page = patient(context.new_page())
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.emulateNetworkConditions", REMOTE)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        # What has no address is axe's own.
        lambda it: problems.append(it.text) if it.type == "error" and it.location["url"] else None,
    )
    try:
        yield page
    finally:
        context.close()


def come_in(page: Page, room: Served) -> None:
    page.goto(room.site.place.address)
    page.get_by_label("Password of the room").fill(room.site.door.password)
    page.keyboard.press("Enter")
    expect(page.locator("#live")).to_be_visible()


def is_for_everybody(page: Page, name: str) -> None:
    """Fail where axe finds something, or a page is wider than its screen."""
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    size = page.viewport_size
    assert size
    assert wide <= size["width"], name
    if not fetch_for_tests.AXE.is_file():
        pytest.skip("axe-core is not here: `python tools/fetch_for_tests.py` fetches it")
    page.evaluate(fetch_for_tests.AXE.read_text(encoding="utf-8"))
    violations: Any = page.evaluate(CHECK)
    assert violations == [], name


def test_a_day_from_its_welcome_to_its_close(room: Served, browser: Browser) -> None:
    problems: list[str] = []
    others = [Visitor(room.site) for _ in range(5)]
    for other in others:
        other.enter()
    with ExitStack() as stack:

        def sit_down(size: ViewportSize) -> Page:
            return stack.enter_context(opened(browser, size, problems))

        facilitator, projector, team = (sit_down(size) for size in (LAPTOP, PROJECTOR, LAPTOP))
        phones = [sit_down(PHONE) for _ in range(PHONES)]
        site = room.site
        facilitator.goto(f"{site.place.address}/facilitator/sign-in?key={site.door.key}")
        for page in (projector, team, *phones):
            come_in(page, room)
        projector.goto(f"{site.place.address}/projector")
        seen: set[str] = set()
        while True:
            step = room.site.day.step
            title = step.heading
            expect(facilitator.locator("h1")).to_have_text(title)
            expect(projector.locator("h1")).to_have_text(title)
            for phone in phones:
                answer(step.kind, phone)
            act(step.kind, team, others, room)
            if step.kind == "exercise":
                one_of_two_is_let_in(facilitator, *others[:2], room)
            picture = f"{step.name}-{step.kind}" if ALL else step.kind
            if picture not in seen:
                seen |= {picture, step.kind}
                looked = {"f": facilitator, "p": projector, "m": phones[-1], "t": team}
                for who, page in looked.items():
                    page.screenshot(path=PICTURES / f"day-{len(seen):02d}-{picture}-{who}.png")
                    is_for_everybody(page, f"{picture} {who}")
            if step.kind == "came" and step.number == FLOWN < ROUNDS:
                facilitator.get_by_role("button", name="End the flight after round").click()
            elif room.site.day.next is None:
                break
            else:
                facilitator.locator("body").press("ArrowRight")
            expect(facilitator.locator(f"input[name=from][value='{step.name}']")).to_have_count(0)
        assert {"welcome", "vote", "again", "shown", "predict", "expected", "exercise"} <= seen
        assert {"teams", "decide", "came", "landed", "break", "close"} <= seen
    assert problems == []


def one_of_two_is_let_in(facilitator: Page, first: Visitor, second: Visitor, room: Served) -> None:
    """Two say to be Ann, and the facilitator believes the second."""
    first.hand_in("Ann", marked())
    for pressed, refused in (("No", True), ("Let it hand in as ann", False)):
        second.hand_in("Ann", marked(), mine="yes")
        facilitator.get_by_role("button", name=pressed, exact=True).click()
        expect(facilitator.get_by_text("says that it is ann")).to_have_count(0)
        answer = second.hand_in("Ann", marked())
        assert (answer.status_code == 422) == refused


def answer(kind: str, phone: Page) -> None:
    """Do what somebody with a phone does in a step."""
    if kind in ("vote", "again", "predict"):
        form = phone.locator("form[action^='/vote']").first
        expect(form).to_be_visible()
        if form.get_by_role("radio").count():
            form.get_by_role("radio").first.check()
        else:
            form.get_by_role("textbox").fill("about 40")
        form.get_by_role("button").click()
        expect(form.locator(".answer")).to_contain_text("Your answer is in")
    elif kind == "close":
        phone.get_by_label("What I do on Monday").fill("I ask for the age of open decisions")
        phone.get_by_role("button", name="Keep it").click()


def act(kind: str, team: Page, others: list[Visitor], room: Served) -> None:
    """Do what a team and all others do in a step."""
    site = room.site
    if kind in ("vote", "again", "predict"):
        for question in site.day.asked:
            for number, other in enumerate(others):
                said = str(number % 3) if question.options else str(10 * number + 5)
                other.send("/vote", question=question.name, answer=said)
    elif kind == "teams":
        team.goto(f"{site.place.address}/flight")
        team.get_by_label("Or begin a team").fill("Red")
        team.get_by_role("button", name="Begin").click()
        expect(team.locator("#cockpit")).to_be_visible()
        for other, name in zip(others, NAMES, strict=False):
            other.send("/flight/team", do="begin", name=name)
    elif kind == "decide":
        # A forecast that is far from today's customers would be asked about.
        told = " ".join(team.get_by_text("Customers: ").all_text_contents())
        today = re.search(r"Customers: ([\d,]+)", told)
        team.get_by_label("your forecast").fill(today[1] if today else "1,500")
        team.get_by_label("because").fill("word of mouth")
        team.get_by_role("button", name="Hand in our decision").click()
        expect(team.get_by_text("Handed in at")).to_be_visible()
