"""The slides of a lesson on the projector, one key after the other."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import ROOT
from served import LINES, Visitor, served
from small_day import QUESTIONS, SLOTS, deed, go, go_to

from thousandfold.errors import ExplainedError
from thousandfold.facilitation import schedule
from thousandfold.facilitation.course import Course, find_course
from thousandfold.facilitation.plan import Session
from thousandfold.facilitation.slide import Block, Slide
from thousandfold.facilitation.slide_blocks import text_blocks
from thousandfold.facilitation.slides import lesson_slides, planned
from thousandfold.room import opening
from thousandfold.room.day import DETAIL, STAGE, Day
from thousandfold.room.programme import steps_of
from thousandfold.room.slides_shown import View, views_of

LOOK = 3  # the place of the lesson in the small day


@pytest.fixture
def day() -> Day:
    """Return a day in which a part of a lesson takes three keys."""
    return Day(SLOTS, QUESTIONS, views={LOOK: [None, None, None]})


def test_each_key_opens_one_fragment_more() -> None:
    [first] = text_blocks("Look.")
    [second] = text_blocks("It falls.")
    slide = Slide("A part", blocks=[first, *(_waits(second) for _ in range(2))])
    seen = [[shown for _, shown in View(slide, waiting).blocks] for waiting in (2, 1, 0)]
    assert seen == [[True, False, False], [True, True, False], [True, True, True]]


def _waits(block: Block) -> Block:
    return replace(block, fragment=True)


@pytest.mark.parametrize("name", schedule.formats())
def test_each_part_of_a_lesson_in_each_format_shows_something(name: str) -> None:
    course = find_course(str(ROOT))
    for session in schedule.plan(course, name).sessions:
        views = shown_in(course, session)
        for place, keys in views.items():
            notes = [note for view in keys for note in view.slide.notes]
            assert planned(session.slots[place]) not in notes
        for sooner, later in (pair for keys in views.values() for pair in pairwise(keys)):
            assert later.slide is not sooner.slide or later.waiting == sooner.waiting - 1
        counts = {place: len(keys) for place, keys in views.items()}
        for step in steps_of(session.slots, {}, counts):
            if step.kind == "work" and step.slot.part == "lesson":
                shown = views[step.place][step.view]
                assert any(seen and block.html for block, seen in shown.blocks), step.name


def shown_in(course: Course, session: Session) -> dict[int, tuple[View, ...]]:
    found: dict[int, tuple[View, ...]] = {}
    for stem in {slot.stem for slot in session.slots if slot.part == "lesson"}:
        found |= views_of(course, session.slots, stem)
    return found


def test_slides_of_a_lesson_are_all_there_once_and_its_title_comes_first() -> None:
    course = find_course(str(ROOT))
    [session] = schedule.plan(course, "half-day").sessions
    slides = lesson_slides(course, session.slots)
    ids = [id(slide) for found in slides.values() for slide in found]
    assert len(ids) == len(set(ids))
    first = next(found for (stem, _), found in slides.items() if stem == "01_technical_debt")
    assert first[0].part == ""


def test_the_key_goes_through_all_slides_of_a_part_and_then_on(day: Day) -> None:
    go_to(day, "work")
    names = []
    while day.step.place == LOOK and day.step.kind == "work":
        names.append(day.step.name)
        day.do(go(day))
    assert names == ["3-work", "3-work.1", "3-work.2"]
    assert day.before
    assert day.before.name == "3-work.2"


def test_a_double_press_turns_one_slide(day: Day) -> None:
    go_to(day, "work")
    press = go(day)
    day.do(press)
    with pytest.raises(ExplainedError, match="moved on already"):
        day.do(press)
    assert day.step.view == 1


def test_the_slides_of_a_part_have_one_clock_and_are_due_at_one_time(day: Day) -> None:
    go_to(day, "work")
    due = day.planned(day.step)
    day.do(deed("extend", "facilitator", minutes=2))
    left = day.left(100.0)
    day.do(go(day))
    assert day.left(100.0) == left
    assert day.planned(day.step) == due
    assert due == (SLOTS[LOOK].begin, SLOTS[LOOK].end)
    go_to(day, "expected", 1)
    assert day.planned(day.step) == (SLOTS[LOOK].end, SLOTS[LOOK].end)


def test_phones_are_not_woken_for_a_slide(day: Day) -> None:
    go_to(day, "work")
    assert day.do(go(day)) == {DETAIL}
    day.do(go(day))
    assert STAGE in day.do(go(day))


def test_the_projector_shows_the_slide_and_the_facilitator_its_notes(tmp_path: Path) -> None:
    with served(tmp_path / "day.room") as room:
        facilitator = Visitor(room.site, facilitator=True)
        room.go("work")
        views = room.site.views[room.site.day.step.place]
        assert len(views) > 1
        told, hidden = [], []
        for _ in views:
            projector = facilitator.part("/projector")
            # A part that stays keeps its class in the browser: each size is a part of its own.
            size = room.site.view.size
            assert f'<div data-part="slide {size}" class="slide {size}">' in projector
            hidden.append(projector.count('class="later"'))
            told.append(facilitator.part("/facilitator"))
            room.do("go", **{"from": room.site.day.step.name, "to": room.site.day.next.name})
        assert hidden == [view.waiting for view in views]
        assert hidden[-1] == 0
        assert ["Next slide" in part for part in told] == [True] * (len(views) - 1) + [False]
        for part, view in zip(told, views, strict=True):
            assert all(str(note) in part for note in view.slide.notes)
        assert 'data-part="slide' not in facilitator.part("/projector")
        facilitator.client.close()


def test_a_lesson_that_is_being_edited_keeps_no_room_shut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object) -> dict[int, tuple[View, ...]]:
        raise ExplainedError("06 cannot be read as a notebook. Copy it again")

    journal = tmp_path / "day.room"
    with served(journal) as room:
        room.go("work")
        for _ in range(2):
            at = room.site.day.next.name
            room.do("go", **{"from": room.site.day.step.name, "to": at})
    monkeypatch.setattr(opening, "views_of", broken)
    with served(journal, LINES) as room:
        assert room.site.day.step.name == at
        facilitator = Visitor(room.site, facilitator=True)
        assert "In JupyterLab" in facilitator.part("/projector")
        facilitator.client.close()
