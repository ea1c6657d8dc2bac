"""One deck for a whole format: all that the plan holds, and a clock that the room can trust."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT
from markupsafe import Markup
from patience import patient
from playwright.sync_api import Browser, Page, expect
from test_slides import LOOK, SMALLEST, opened, shown

from thousandfold.cli import main
from thousandfold.facilitation.course import find_course
from thousandfold.facilitation.format_deck import format_deck, write_format_deck
from thousandfold.facilitation.guide import poll
from thousandfold.facilitation.plan import Plan, Slot, clock
from thousandfold.facilitation.schedule import formats, plan
from thousandfold.facilitation.slide import Block, Slide, pages

COURSE = find_course(ROOT)
DEBT = "01_technical_debt"


def with_talk(made: Plan) -> Plan:
    """Return a plan in which the room votes within the lesson on debt, and discusses at its end."""
    (session, *_) = made.sessions
    slots = list(session.slots)
    if not any(slot.kind == "vote" for slot in slots):
        own = [at for at, slot in enumerate(slots) if (slot.stem, slot.part) == (DEBT, "lesson")]
        slots.insert(own[-1] + 1, Slot(0, 5, "discuss", "Who sets the date?", DEBT, "talk"))
        slots.insert(own[1], Slot(0, 4, "vote", "What share is set aside?", DEBT, "poll"))
    return replace(made, sessions=(replace(session, slots=tuple(slots)),))


def the(made: Plan, part: str, stem: str = DEBT) -> Slot:
    slots = [slot for session in made.sessions for slot in session.slots]
    return next(slot for slot in slots if (slot.stem, slot.part) == (stem, part))


def wanted(made: Plan) -> Iterator[str]:
    """Yield the titles that a deck of a plan must have, in order."""
    slots = [slot for session in made.sessions for slot in session.slots]
    for before, slot in zip([None, *slots], slots, strict=False):
        if before is None:
            yield from ("Thousandfold: from product to platform", "Today")
        elif slot is slots[-1]:
            yield from ("Close", "Two questions, on your way out")
        elif slot.part == "exercise":
            if (before.stem, before.part) != (slot.stem, slot.part):
                yield f"{slot.stem[:2]} Exercise: {COURSE.module(slot.stem).question}"
        elif slot.kind != "buffer" and not slot.title.endswith(", continued"):
            yield slot.title


@pytest.mark.parametrize("name", ["two-hours", "half-day", "day"])
def test_a_deck_holds_what_the_plan_holds_in_its_order(name: str) -> None:
    made = with_talk(plan(COURSE, name))
    titles = iter(slide.title for slide in format_deck(made))
    missing = [title for title in wanted(made) if title not in titles]  # goes on where it stopped
    assert missing == []


def test_a_poll_has_its_options_and_a_question_its_minutes() -> None:
    made = with_talk(plan(COURSE, "half-day"))
    slides = {slide.title: slide for slide in format_deck(made)}
    vote, question = the(made, "poll"), the(made, "talk")
    asked = poll(COURSE, vote.stem)
    assert asked
    for option in asked.options:
        assert f"<li>{option}</li>" in shown(slides[vote.title])
    assert "vote again" in "".join(slides[vote.title].notes)
    assert f"{question.minutes} minutes, until" in shown(slides[question.title])


def test_what_the_plan_leaves_out_has_no_slide_and_what_it_shortens_says_so() -> None:
    made = plan(COURSE, "one-hour", start=13 * 60)
    slides = format_deck(made)
    found = {slide.title for slide in slides}
    assert "Fly" in found
    left = {cut.title for cut in made.cuts} & {s.title for s in COURSE.module("8").sections}
    assert "Keypoints" in left
    assert not left & found
    notes = "".join("".join(slide.notes) for slide in slides if slide.title == "Fly")
    (fly,) = [slot for slot in made.sessions[0].slots if slot.cell == "fly"]
    (whole,) = [section for section in COURSE.module("8").sections if section.cell == "fly"]
    assert fly.minutes < whole.minutes
    assert f"{clock(fly.begin)}, {fly.minutes} minutes, exercise" in notes


def test_the_agenda_says_when_each_part_begins() -> None:
    made = plan(COURSE, "half-day", start=13 * 60)
    (agenda,) = [slide for slide in format_deck(made) if slide.title == "Today"]
    debt = next(slot for slot in made.sessions[0].slots if slot.stem == DEBT)
    for time, title in (
        ("13:00", "Welcome"),
        (clock(debt.begin), "01 How much of the roadmap belongs to debt?"),
        ("17:00", "End"),
    ):
        assert re.search(rf"<td[^>]*>{time}</td>\s*<td[^>]*>{re.escape(title)}", shown(agenda))
    assert "Buffer" not in shown(agenda)
    talked = next(s for s in format_deck(with_talk(made)) if s.title == "Today")
    assert shown(talked).count("01 How much") == 1, "a poll does not divide a lesson"


def test_a_welcome_is_said_once_and_planned_where_it_has_minutes() -> None:
    first, agenda, *_ = format_deck(plan(COURSE, "half-day"))
    assert "09:00, 5 minutes, talk" in first.notes[0]
    assert len(first.notes) == 2
    assert agenda.notes == [], "the slide before has said it"
    first, agenda, *_ = format_deck(plan(COURSE, "one-hour"))
    assert first.title == "Thousandfold: from product to platform"
    assert [note for note in first.notes if "minutes, " in note] == [], "the plan has none for it"
    assert len(first.notes) == 1
    assert (agenda.title, agenda.notes) == ("Today", [])
    evenings = plan(COURSE, "six-evenings")
    agendas = [one for one in format_deck(evenings) if one.title.startswith("Evening")]
    assert [len(one.notes) for one in agendas] == [0, 1, 1, 1, 1, 1]


def test_the_sentence_of_a_figure_stands_below_it_and_not_on_the_next_slide() -> None:
    before = Block(Markup("<p>before"), 1)
    figure = Block(Markup("<img>"), 8, picture=True)
    sentence = Block(Markup("<p>said of it"), 4, fragment=True)
    another = replace(sentence, fragment=False)
    found = [one.blocks for one in pages(Slide("A figure", True, [before, figure, sentence]))]
    assert found == [[before], [figure, sentence]]
    found = [one.blocks for one in pages(Slide("A figure", True, [before, figure, another]))]
    assert found == [[before, figure], [another]], "what does not wait is said of something else"


@pytest.mark.parametrize("name", formats())
def test_every_format_has_a_deck(name: str) -> None:
    made = plan(COURSE, name)
    slides = format_deck(made)
    pauses = [s for session in made.sessions for s in session.slots if s.kind == "break"]
    assert sum('class="clock"' in shown(slide) for slide in slides) == len(pauses)
    assert all(slide.title for slide in slides)


def test_the_command_makes_one_deck(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["slides", "0", "1", "--still", "--format", "two-hours", "--start", "14:00"]
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
    made = with_talk(plan(COURSE, "half-day"))
    pauses = [slot for slot in made.sessions[0].slots if slot.kind == "break"]
    expect(back).to_have_text(f"Until {clock(pauses[0].end)} in the plan")
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
def test_a_page_that_is_loaded_again_in_a_break_keeps_its_clock(pause: Page) -> None:
    left, back = pause.locator("section.now .left"), pause.locator("section.now .back")
    here = pause.locator("section.now").get_attribute("id")
    pause.keyboard.press("c")
    pause.clock.run_for("05:00")
    pause.reload()
    expect(left).to_have_text("10:00")
    expect(back).to_have_text("Back at 10:46")
    pause.clock.run_for("01:00")
    expect(left).to_have_text("9:00")
    pause.keyboard.press("c")
    pause.clock.run_for("03:00")
    pause.reload()
    expect(back).to_have_text("Paused")
    expect(left).to_have_text("9:00")
    pause.get_by_role("button", name="Go on: C").click()
    expect(back).to_have_text("Back at 10:49")
    pause.clock.run_for("09:01")
    pause.reload()
    expect(back).to_have_text("We go on.")
    pause.keyboard.press("PageDown")
    assert pause.locator("section.now").get_attribute("id") != here, "the break is over"
    other = pause.locator("section:has(.clock)").nth(1)
    assert "15:00" in other.inner_text(), "each break has its own"


@pytest.mark.browser
def test_a_clicker_starts_the_clock_and_then_goes_on(pause: Page) -> None:
    here = pause.locator("section.now").get_attribute("id")
    pause.keyboard.press("PageDown")
    expect(pause.locator("section.now .back")).to_have_text("Back at 10:46")
    assert pause.locator("section.now").get_attribute("id") == here
    pause.keyboard.press("PageDown")
    assert pause.locator("section.now").get_attribute("id") != here
