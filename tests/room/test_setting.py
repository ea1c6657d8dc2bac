"""The sliders of a slide: the facilitator moves them, and the projector follows."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

import fetch_for_tests
import pytest
from conftest import PICTURES, ROOT
from markupsafe import Markup
from patience import patient
from playwright.sync_api import Browser, Page, ViewportSize, expect
from served import LESSON, Served, Visitor, served
from small_day import QUESTIONS, SLOTS, deed, go, go_to

from thousandfold.errors import ExplainedError
from thousandfold.facilitation import sliders as sliders_drawn
from thousandfold.facilitation.course import Course, Module, find_course
from thousandfold.facilitation.slide import Sliders
from thousandfold.facilitation.sliders import slide_sliders
from thousandfold.facilitation.slides import none
from thousandfold.player.text import NUMBERS
from thousandfold.room.day import DETAIL, FACILITATOR, Day
from thousandfold.room.drawn_aside import drawn_aside

LOOK = 3  # the place of the lesson in the small day
PEOPLE, SQUADS = ("10", "100", "1,000"), ("1", "2")
START = (1, 0)
LAPTOP: ViewportSize = {"width": 1280, "height": 800}
PROJECTOR: ViewportSize = {"width": 1280, "height": 720}
CELLS = ("room", "talk-slider")  # of the lesson, in two of its parts
VIOLATIONS = """async () => {
    const found = await axe.run();
    return found.violations.map(one => [one.id, ...one.nodes.map(node => node.html)]);
}"""


def sliders(name: str) -> Sliders:
    """Return two sliders whose picture says where they stand; one setting cannot be drawn."""
    settings = [f"{people} people in {squads} squads" for people in PEOPLE for squads in SQUADS]
    look = {"x": 20, "y": 60, "size": 40, "fill": "#1a1a1a"}
    pictures: list[dict[str, Any]] = [
        {"title": f"{words}.", "sentence": f"You see {words}.", "marks": [number]}
        for number, words in enumerate(settings)
    ]
    pictures[1] = {"refused": "Ten people are one squad."}
    table = {
        "controls": [
            {"label": "people", "words": list(PEOPLE), "start": START[0]},
            {"label": "squads", "words": list(SQUADS), "start": START[1]},
        ],
        "size": [1000, 500],
        "pictures": pictures,
        "marks": [{"words": words, **look} for words in settings],
    }
    return Sliders(name, {"wide": table}, Markup("<p>{}</p>").format(pictures[2]["sentence"]))


def sliders_of(course: Course, module: Module) -> Mapping[str, Sliders]:
    found = {cell: sliders(f"{module.stem}-{cell}") for cell in CELLS}
    return found if module.stem == LESSON else {}


# --- How a day keeps it --------------------------------------------------------------------------


@pytest.fixture
def day() -> Day:
    """Return a day in which a lesson shows two slides with sliders, the first by two keys."""
    one, two = sliders("one"), sliders("two")
    it = Day(SLOTS, QUESTIONS, views={LOOK: [None, one, one, two]})
    go_to(it, "work")
    return it


def move(day: Day, name: str, *places: object) -> frozenset[str]:
    return day.do(deed("move sliders", FACILITATOR, of=name, places=list(places)))


def test_sliders_begin_where_they_are_drawn_and_stay_while_their_slide_does(day: Day) -> None:
    assert day.setting.said == []
    day.do(go(day))
    assert day.setting.said == [("people", "100"), ("squads", "1")]
    assert move(day, "one", 2, 1) == {DETAIL}, "no phone is woken"
    assert day.setting.said == [("people", "1,000"), ("squads", "2")]
    day.do(go(day))
    assert day.setting.places == (2, 1), "a key that opens more of the slide leaves it"


def test_the_next_slide_undoes_it_also_for_whoever_comes_back(day: Day) -> None:
    for _ in range(2):
        day.do(go(day))
    move(day, "one", 0, 0)
    day.do(go(day))
    assert day.setting.sliders
    assert (day.setting.sliders.name, day.setting.places) == ("two", START)
    assert day.before
    day.do(go(day, to=day.before.name))
    assert day.setting.places == START
    while day.step.kind == "work" and day.step.place == LOOK:
        day.do(go(day))
    assert (day.setting.sliders, day.setting.places) == (None, ())


@pytest.mark.parametrize(
    ("name", "places", "said"),
    [
        ("two", [1, 0], "another slide"),
        ("", [1, 0], "another slide"),
        (None, [1, 0], "another slide"),
        ("one", [3, 0], "cannot stand there"),
        ("one", [-1, 0], "cannot stand there"),
        ("one", [1], "cannot stand there"),
        ("one", [1, 0, 0], "cannot stand there"),
        ("one", [True, 0], "cannot stand there"),
        ("one", [1.0, 0], "cannot stand there"),
        ("one", ["1", "0"], "cannot stand there"),
        ("one", "10", "cannot stand there"),
        ("one", None, "cannot stand there"),
        ("one", {"1": 0, "0": 1}, "cannot stand there"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    day: Day, name: object, places: object, said: str
) -> None:
    day.do(go(day))
    with pytest.raises(ExplainedError, match=said):
        day.do(deed("move sliders", FACILITATOR, of=name, places=places))
    assert day.setting.places == START


def test_nobody_else_moves_them_and_nothing_moves_where_nothing_is_shown(day: Day) -> None:
    with pytest.raises(ExplainedError, match="another slide"):
        move(day, "one", 0, 0)
    day.do(go(day))
    with pytest.raises(ExplainedError, match="Only the facilitator"):
        day.do(deed("move sliders", "ann", of="one", places=[0, 0]))


# --- What the pages of a room show ---------------------------------------------------------------

NAME = f"{LESSON}-{CELLS[0]}"
TABLE = f"/sliders/{NAME}.wide.js"


def go_on(room: Served) -> None:
    """Press the right arrow."""
    day = room.site.day
    assert day.next
    room.do("go", **{"from": day.step.name, "to": day.next.name})


def to_sliders(room: Served) -> None:
    """Go to the first slide with sliders."""
    room.go("work")
    while room.site.day.setting.sliders is None:
        go_on(room)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Served]:
    """Serve a room at its first slide with sliders."""
    with served(tmp_path / "day.room", sliders_of=sliders_of) as it:
        to_sliders(it)
        yield it


@contextmanager
def visiting(room: Served, *, facilitator: bool = False) -> Iterator[Visitor]:
    visitor = Visitor(room.site, facilitator=facilitator)
    if not facilitator:
        visitor.enter()
    yield visitor
    visitor.client.close()


def stands_at(part: str) -> list[str]:
    """Return what a page says that the sliders stand at."""
    return re.findall(
        r"<b>([^<]*)</b>", part.partition('data-part="setting"')[2].partition("</p>")[0]
    )


def test_the_projector_says_where_they_stand_and_a_phone_hears_nothing(room: Served) -> None:
    with visiting(room) as phone, visiting(room, facilitator=True) as facilitator:
        before = phone.part("/")
        told = facilitator.send("/facilitator/sliders", of=NAME, places="2,1")
        assert told == {"said": ""}
        for path in ("/projector", "/facilitator"):
            assert stands_at(facilitator.part(path)) == ["1,000", "2"]
        assert phone.part("/") == before
        assert "player" not in phone.client.get("/").text
        refused = phone.client.post(
            "/facilitator/sliders",
            params={"_xsrf": phone.token()},
            data={"of": NAME, "places": "0,0"},
        )
        assert refused.status_code == 403
    assert room.site.day.setting.places == (2, 1)


@pytest.mark.parametrize(
    "places",
    ["", "9,0", "-1,0", "1", "1,0,0", "1,x", "²,0", "1e0,0", "0001,0", "1," * 500, "NaN,0"],
)
def test_a_forged_setting_is_refused_in_a_sentence(room: Served, places: str) -> None:
    with visiting(room, facilitator=True) as facilitator:
        told = facilitator.send("/facilitator/sliders", of=NAME, places=places)
        assert told == {"trouble": "These sliders cannot stand there. Nothing was moved."}
        told = facilitator.send("/facilitator/sliders", of="another", places="1,0")
        assert told["trouble"].startswith("The projector shows another slide by now.")
        assert stands_at(facilitator.part("/projector")) == ["100", "1"]


def test_a_table_is_there_while_its_slide_is_shown_and_for_whoever_has_come_in(
    room: Served,
) -> None:
    with visiting(room) as phone:
        found = phone.client.get(TABLE)
        assert found.headers["content-type"].startswith("text/javascript")
        assert "You see 100 people in 1 squads." in found.text
        assert "You see" not in phone.client.get(TABLE.replace(CELLS[0], CELLS[1])).text
        while room.site.day.setting.sliders:
            go_on(room)
        assert phone.client.get(TABLE).status_code == 404
    outside = Visitor(room.site)
    assert outside.client.get(TABLE).url.path == "/sign-in"
    outside.client.close()


def test_what_sliders_can_show_is_not_sent_with_each_piece_of_news(room: Served) -> None:
    with visiting(room, facilitator=True) as facilitator:
        for path in ("/projector", "/facilitator"):
            part = facilitator.part(path)
            assert "You see 100 people in 1 squads." in part, "for a page without scripts"
            assert "1,000 people in" not in part


def test_a_room_that_is_opened_again_shows_the_same_setting(tmp_path: Path) -> None:
    with served(tmp_path / "day.room", sliders_of=sliders_of) as room:
        to_sliders(room)
        room.do("move sliders", of=NAME, places=[0, 0])
    with served(tmp_path / "day.room", sliders_of=sliders_of) as again:
        assert again.site.day.setting.said == [("people", "10"), ("squads", "1")]
    with served(tmp_path / "day.room") as still, visiting(still, facilitator=True) as facilitator:
        assert still.site.day.setting.sliders is None
        assert "player-" not in facilitator.part("/projector") + facilitator.part("/facilitator")


def test_a_day_that_began_without_sliders_goes_on_without(tmp_path: Path) -> None:
    for given in (none, sliders_of):
        with served(tmp_path / "day.room", sliders_of=given) as room:
            views = [view for shown in room.site.views.values() for view in shown]
            assert views
            assert not any(view.sliders for view in views)


# --- How they come into a room -------------------------------------------------------------------


def test_they_are_drawn_in_another_program(monkeypatch: pytest.MonkeyPatch) -> None:
    course, said = find_course(str(ROOT)), list[str]()
    module = course.module("00_start_here")
    monkeypatch.setattr(sliders_drawn, "slide_sliders", None)  # of this program
    with drawn_aside(print) as found:
        [(cell, made)] = found(course, module).items()
    assert (cell, made.name) == ("product-slider", "00_start_here-product-slider")
    shown = made.figure(beside="x")
    assert shown.count('data-width="wide"') == 1
    assert NUMBERS in made.tables
    assert 'data-numbers=""' in shown, "the room gives no numbers"
    monkeypatch.undo()
    assert made == slide_sliders(course, module, said.append)[cell]


def test_a_program_that_ends_while_it_draws_leaves_the_pictures_still(
    capsys: pytest.CaptureFixture[str],
) -> None:
    course = find_course(str(ROOT))
    with drawn_aside(ends_there) as found:
        assert found(course, course.module("00_start_here")) == {}
    assert "The projector shows no sliders of 00" in capsys.readouterr().out


def ends_there(told: str) -> None:
    """End the program that draws, and print what this one is told."""
    if parent_process():
        os._exit(1)
    print(told)


# --- In a browser --------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_the_facilitator_moves_a_slider_and_the_projector_follows(
    room: Served, browser: Browser
) -> None:
    problems: list[str] = []
    address = room.site.place.address
    with page_of(browser, LAPTOP, problems) as hers, page_of(browser, PROJECTOR, problems) as wall:
        hers.goto(f"{address}/facilitator/sign-in?key={room.site.door.key}")
        wall.goto(address)
        wall.get_by_label("Password of the room").fill(room.site.door.password)
        wall.keyboard.press("Enter")
        expect(wall.locator("#live")).to_be_visible()
        wall.goto(f"{address}/projector")
        expect(wall.locator("svg.thousandfold-picture")).to_have_text("100 people in 1 squads")
        wall.evaluate("() => { window.sameWindow = true }")

        people, squads = hers.get_by_role("slider").all()
        expect(people).to_have_attribute("aria-valuetext", "100")
        people.focus()
        hers.keyboard.press("ArrowRight")
        expect(wall.locator("svg.thousandfold-picture")).to_have_text("1,000 people in 1 squads")
        expect(wall.locator(".player-sentence")).to_have_text("You see 1,000 people in 1 squads.")
        expect(wall.locator(".setting b").first).to_have_text("1,000")
        expect(wall.get_by_role("slider")).to_have_count(0)
        assert wall.evaluate("() => window.sameWindow"), "it was loaded again"
        assert room.site.day.setting.places == (2, 0)
        for page, name in ((hers, "room-sliders-facilitator"), (wall, "room-sliders-projector")):
            is_for_everybody(page, name)

        # What cannot be drawn is said on both pages.
        hers.keyboard.press("Home")
        squads.focus()
        hers.keyboard.press("End")
        for page in (hers, wall):
            expect(page.locator(".player-sentence")).to_have_text("Ten people are one squad.")
            expect(page.locator(".player-sentence")).to_be_in_viewport()

        # A projector that loads again shows the same; the next key leaves it, the next slide not.
        wall.reload()
        expect(wall.locator(".player-sentence")).to_have_text("Ten people are one squad.")
        wall.evaluate("() => { document.querySelector('figure.player').sameFigure = true }")
        hers.keyboard.press("Home")
        expect(wall.locator("svg.thousandfold-picture")).to_have_text("10 people in 1 squads")
        hers.keyboard.press("Escape")
        hers.keyboard.press("ArrowRight")
        expect(wall.locator(".slide .later")).to_have_count(0)
        expect(wall.locator("svg.thousandfold-picture")).to_have_text("10 people in 1 squads")
        assert wall.evaluate("() => document.querySelector('figure.player').sameFigure"), "flashed"
        hers.keyboard.press("ArrowRight")
        expect(wall.locator("figure.player")).to_have_count(0)
        expect(hers.get_by_role("slider")).to_have_count(0)
        hers.keyboard.press("ArrowLeft")
        expect(wall.locator("svg.thousandfold-picture")).to_have_text("100 people in 1 squads")
        expect(hers.locator("svg.thousandfold-picture")).to_have_text("100 people in 1 squads")

        # A clicker pages, also where a slider has the keyboard; the projector moves nothing.
        hers.get_by_role("slider").first.focus()
        hers.keyboard.press("PageDown")
        expect(wall.locator("figure.player")).to_have_count(0)
        expect(hers.get_by_role("slider")).to_have_count(0)  # or the next is a double press
        hers.keyboard.press("PageUp")
        expect(wall.locator("figure.player")).to_have_count(1)
        expect(wall.locator("svg.thousandfold-picture")).to_have_text("100 people in 1 squads")
    assert problems == []


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
def test_two_windows_of_the_facilitator_show_the_same_also_where_a_slider_has_the_keyboard(
    room: Served, browser: Browser
) -> None:
    problems: list[str] = []
    door = f"{room.site.place.address}/facilitator/sign-in?key={room.site.door.key}"
    with page_of(browser, LAPTOP, problems) as one, page_of(browser, LAPTOP, problems) as other:
        for page in (one, other):
            page.goto(door)
            page.get_by_role("slider").first.focus()
        for page, key, told in (
            (one, "End", "1,000"),
            (other, "Home", "10"),
            (one, "End", "1,000"),
        ):
            page.keyboard.press(key)
            for window in (one, other):
                slider = window.get_by_role("slider").first
                expect(slider).to_have_attribute("aria-valuetext", told)
                expect(slider).to_be_focused()
    assert problems == []


@contextmanager
def page_of(browser: Browser, size: ViewportSize, problems: list[str]) -> Iterator[Page]:
    context = browser.new_context(viewport=size)
    page = patient(context.new_page())
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        # What has no address is axe's own.
        lambda it: problems.append(it.text) if it.type == "error" and it.location["url"] else None,
    )
    yield page
    context.close()


def is_for_everybody(page: Page, name: str) -> None:
    """Fail where axe finds something, or a page is wider than its screen."""
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    size = page.viewport_size
    assert size
    assert page.evaluate("() => document.documentElement.scrollWidth") <= size["width"], name
    if fetch_for_tests.AXE.is_file():
        page.evaluate(fetch_for_tests.AXE.read_text(encoding="utf-8"))
        assert page.evaluate(VIOLATIONS) == [], name
