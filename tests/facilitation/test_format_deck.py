"""One deck for a whole format: all that the plan holds, and a clock that the room can trust."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT
from patience import patient
from playwright.sync_api import Browser, Page, expect
from test_slides import LOOK, SMALLEST, opened, shown

from thousandfold.cli import main
from thousandfold.facilitation.course import find_course
from thousandfold.facilitation.format_deck import format_deck, options_of, write_format_deck
from thousandfold.facilitation.plan import Plan, Slot
from thousandfold.facilitation.schedule import formats, plan

COURSE = find_course(ROOT)
POLL = "What share of your roadmap is set aside for debt?"
QUESTION = "Who sets the date at which your last repair was judged?"


def with_talk(made: Plan) -> Plan:
    """Return a plan in which the room votes within a lesson, and discusses at its end."""
    (session, *_) = made.sessions
    slots = list(session.slots)
    own = [
        at
        for at, slot in enumerate(slots)
        if (slot.stem, slot.part) == ("01_technical_debt", "lesson")
    ]
    slots.insert(own[-1] + 1, Slot(0, 5, "discuss", QUESTION, "01_technical_debt", "talk"))
    slots.insert(own[1], Slot(0, 4, "vote", POLL, "01_technical_debt", "poll"))
    return replace(made, sessions=(replace(session, slots=tuple(slots)),))


def titles(made: Plan) -> list[str]:
    found = [slide.title for slide in format_deck(made)]
    return [title for title, before in zip(found, ["", *found], strict=False) if title != before]


def test_a_deck_holds_what_the_plan_holds_in_its_order() -> None:
    found = titles(with_talk(plan(COURSE, "half-day")))
    wanted = [
        "Thousandfold: from product to platform",
        "Today",
        "What breaks between 1,000 and 1,000,000 users?",
        "Two questions about 00",
        "How much of the roadmap belongs to debt?",
        "Amara asks for time",
        POLL,
        "Predict",
        QUESTION,
        "Two questions about 01",
        "Break",
        "06 Exercise: Why can't a hundred people talk like ten?",
        "Close",
        "Two questions, on your way out",
    ]
    places = [found.index(title, 8 if title == "Predict" else 0) for title in wanted]
    assert places == sorted(places)
    assert found.count("Break") == 2


def test_a_poll_has_its_options_and_a_question_its_minutes() -> None:
    slides = {slide.title: slide for slide in format_deck(with_talk(plan(COURSE, "half-day")))}
    assert options_of(COURSE, "01_technical_debt") == [
        "None", "About 10 %", "About 20 %", "30 % or more",
    ]  # fmt: skip
    for option in options_of(COURSE, "01_technical_debt"):
        assert f"<li>{option}</li>" in shown(slides[POLL])
    assert "vote again" in "".join(slides[POLL].notes)
    assert "5 minutes" in shown(slides[QUESTION])


@pytest.mark.parametrize("module", COURSE.modules, ids=lambda module: module.stem)
def test_the_poll_of_each_page_is_found(module: object) -> None:
    options = options_of(COURSE, module.stem)  # type: ignore[attr-defined]
    assert 2 <= len(options) <= 5
    assert all(0 < len(option) < 40 for option in options)


def test_what_the_plan_leaves_out_has_no_slide_and_what_it_shortens_says_so() -> None:
    made = plan(COURSE, "one-hour", start=13 * 60)
    slides = format_deck(made)
    found = {slide.title for slide in slides}
    assert "Fly" in found
    left = {cut.title for cut in made.cuts} & {s.title for s in COURSE.module("8").sections}
    assert "Keypoints" in left
    assert not left & found
    notes = "".join("".join(slide.notes) for slide in slides if slide.title == "Fly")
    assert "13:06, 30 minutes, exercise" in notes


def test_the_agenda_says_when_each_part_begins() -> None:
    made = plan(COURSE, "half-day", start=13 * 60)
    (agenda,) = [slide for slide in format_deck(made) if slide.title == "Today"]
    for time, title in (("13:00", "Welcome"), ("13:27", "01 How much of the"), ("17:00", "End")):
        assert f">{time}</td>" in shown(agenda)
        assert f">{title}" in shown(agenda)
    assert "Buffer" not in shown(agenda)
    talked = next(s for s in format_deck(with_talk(made)) if s.title == "Today")
    assert shown(talked).count("01 How much") == 1, "a poll does not divide a lesson"


@pytest.mark.parametrize("name", formats())
def test_every_format_has_a_deck(name: str) -> None:
    made = plan(COURSE, name)
    slides = format_deck(made)
    pauses = [s for session in made.sessions for s in session.slots if s.kind == "break"]
    assert sum('class="clock"' in shown(slide) for slide in slides) == len(pauses)
    assert all(slide.title for slide in slides)


def test_the_command_makes_one_deck(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["slides", "0", "1", "--format", "two-hours", "--start", "14:00"]
    assert main([*arguments, "--output", str(tmp_path), "--folder", str(ROOT)]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["two-hours.html"]
    text = (tmp_path / "two-hours.html").read_text(encoding="utf-8")
    assert ">14:00</td>" in text
    assert "Ruth has found the money" not in text
    assert main([*arguments[:2], "--format", "week", "--folder", str(ROOT)]) == 1
    assert "there is no format 'week'" in capsys.readouterr().err


@pytest.fixture(scope="module")
def deck_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = with_talk(plan(COURSE, "half-day"))
    (path,) = write_format_deck(made, tmp_path_factory.mktemp("deck"))
    return path


@pytest.mark.browser
def test_every_slide_of_a_format_can_be_read(browser: Browser, deck_page: Path) -> None:
    sheet, problems = opened(browser, deck_page)
    for number in range(1, sheet.locator("main > section").count() + 1):
        sheet.evaluate("number => { location.hash = number }", number)
        sheet.locator(f"section.now[id='{number}']").wait_for()
        while sheet.locator("section.now .later").count():
            sheet.keyboard.press("ArrowRight")
        assert sheet.evaluate(LOOK, SMALLEST) == [], f"slide {number}"
        assert sheet.locator("section.now h1, section.now h2").is_visible(), "a slide has a heading"
    assert problems == []
    sheet.close()


@pytest.fixture
def pause(browser: Browser, deck_page: Path) -> Iterator[Page]:
    """Open the first break, at ten in the morning; time stands still until a test moves it."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 720}, timezone_id="Europe/Berlin"
    )
    sheet = patient(context.new_page())
    sheet.clock.install(time="2027-03-15T10:30:00+01:00")
    sheet.goto(deck_page.as_uri())
    place = sheet.locator("section:has(.clock)").first.get_attribute("id")
    sheet.goto(f"{deck_page.as_uri()}#{place}")
    sheet.clock.pause_at("2027-03-15T10:31:00+01:00")
    yield sheet
    context.close()


@pytest.mark.browser
def test_a_clock_counts_the_minutes_of_the_break_down_from_its_start(pause: Page) -> None:
    left, back = pause.locator("section.now .left"), pause.locator("section.now .back")
    expect(left).to_have_text("15:00")
    expect(back).to_have_text("Until 10:31 in the plan")
    pause.keyboard.press("c")
    expect(back).to_have_text("Back at 10:46")
    pause.clock.run_for("05:00")
    expect(left).to_have_text("10:00")
    pause.keyboard.press("c")
    expect(back).to_have_text("Paused")
    pause.clock.run_for("02:00")
    expect(left).to_have_text("10:00")
    pause.get_by_role("button", name="Go on: C").click()
    expect(back).to_have_text("Back at 10:48")
    pause.clock.fast_forward("20:00")  # as a laptop that slept
    expect(left).to_have_text("0:00")
    expect(back).to_have_text("We go on.")
    pause.keyboard.press("C")
    expect(left).to_have_text("15:00")


@pytest.mark.browser
def test_a_clicker_starts_the_clock_and_then_goes_on(pause: Page) -> None:
    here = pause.locator("section.now").get_attribute("id")
    pause.keyboard.press("PageDown")
    expect(pause.locator("section.now .back")).to_have_text("Back at 10:46")
    assert pause.locator("section.now").get_attribute("id") == here
    pause.keyboard.press("PageDown")
    assert pause.locator("section.now").get_attribute("id") != here
