"""Which day a command goes on with, and what a room finds when it opens."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest
from served import LINES, Visitor, served

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import Course
from thousandfold.facilitation.plan import Slot
from thousandfold.facilitation.slides import SlidersOf
from thousandfold.room import opening
from thousandfold.room.forgetting import kept
from thousandfold.room.journal import Deed, Journal, told_by
from thousandfold.room.opening import journal_of, journals
from thousandfold.room.slides_shown import View

HOUR = 3600
TODAY, YESTERDAY = date.today(), date.today() - timedelta(days=1)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))


def held(day: date, hours: float, step: str = "", opened: float | None = None) -> Path:
    """Keep a day in which something was done last so many hours ago."""
    path = journals() / f"{day}-half-day.room"
    now = time.time()
    with closing(Journal(path)) as journal:
        journal.tell("begun", repr(now - (opened or hours) * HOUR))
        if step:
            journal.write([Deed("go", "facilitator", {"to": step}, now - hours * HOUR)])
    return path


@pytest.mark.parametrize(
    ("hours", "step", "goes_on"),
    [
        (14, "", True),  # opened on Sunday evening
        (22, "", False),
        (3, "49-exercise", True),  # an evening, past midnight
        (15, "49-exercise", False),  # yesterday's, never closed
        (0.5, "52-close", True),  # the battery ended while certificates were fetched
        (10, "52-close", False),
    ],
)
def test_yesterdays_day_is_gone_on_with_only_where_it_is_not_over(
    hours: float, step: str, goes_on: bool
) -> None:
    before = held(YESTERDAY, hours, step)
    with closing(journal_of("half-day", new=False)) as journal:
        assert (journal.path == before) == goes_on


def test_that_a_journal_is_opened_and_closed_is_nothing_that_was_done() -> None:
    before = held(YESTERDAY, 30, "10-work")
    Journal(before).close()
    with closing(journal_of("half-day", new=False)) as journal:
        assert journal.path != before


def test_todays_day_is_gone_on_with_also_when_it_is_over() -> None:
    today = held(TODAY, 10, "52-close")
    with closing(journal_of("half-day", new=False)) as journal:
        assert journal.path == today


def test_a_room_that_is_open_since_yesterday_is_named_and_no_second_one_begun() -> None:
    with (
        closing(Journal(journals() / f"{YESTERDAY}-half-day.room")),
        pytest.raises(ExplainedError, match="a room is open"),
    ):
        journal_of("half-day", new=False)


def test_a_day_is_forgotten_under_its_own_date_also_if_it_was_opened_the_night_before() -> None:
    path = held(YESTERDAY, 0.0, "3-work", opened=24)
    assert kept(f"{TODAY}") == [path]
    assert kept(f"{YESTERDAY}") == [path]
    assert kept("2020-01-01") == []


def test_what_no_journal_is_tells_nothing(tmp_path: Path) -> None:
    path = tmp_path / "none.room"
    path.write_bytes(b"no database" * 1000)
    assert told_by(path) is None
    Journal(tmp_path / "empty.room").close()
    assert told_by(tmp_path / "empty.room") is None


def test_a_lesson_that_is_mended_has_its_slides_from_the_next_opening_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = opening.views_of

    def broken(
        course: Course, slots: list[Slot], stem: str, sliders_of: SlidersOf
    ) -> dict[int, tuple[View, ...]]:
        if stem.startswith("06"):
            raise ExplainedError("06 cannot be read as a notebook. Copy it again")
        return read(course, slots, stem, sliders_of)

    lines = [
        *LINES[:-1],
        Slot(0, 5, "run", "Ferry", "01_technical_debt", "lesson", "ferry"),
        LINES[-1],
    ]
    monkeypatch.setattr(opening, "views_of", broken)
    journal = tmp_path / "day.room"
    with served(journal, lines) as room:
        assert {room.site.day.slots[place].stem[:2] for place in room.site.views} == {"01", "08"}
        room.go("work")
        room.do("go", **{"from": room.site.day.step.name, "to": room.site.day.next.name})
        at = room.site.day.step.name
    monkeypatch.setattr(opening, "views_of", read)
    with served(journal, lines) as room:
        assert room.site.day.step.name == at
        facilitator = Visitor(room.site, facilitator=True)
        room.go("work")
        assert "Next slide" in facilitator.part("/facilitator")
        facilitator.client.close()
