"""The run of show: it adds up, fits, and has time for talk."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from thousandfold.cli import main
from thousandfold.errors import ExplainedError
from thousandfold.facilitation import run_of_show, schedule
from thousandfold.facilitation.calendar_file import calendar, escaped, folded
from thousandfold.facilitation.course import Course, find_course
from thousandfold.facilitation.guide import discussion, poll
from thousandfold.facilitation.plan import Session, Slot, clock, minutes_of, timed, total
from thousandfold.facilitation.schedule import LEAST_BUFFER, cost, formats, plan

COURSE = find_course(ROOT)
PLANS = {name: plan(COURSE, name) for name in formats()}
LENGTHS = {
    "one-hour": (60, 1),
    "two-hours": (120, 1),
    "half-day": (240, 1),
    "day": (480, 1),
    "six-evenings": (150, 6),
}


def lesson(path: Path, minutes: list[int], question: str = "And now?") -> None:
    cells = [
        {
            "cell_type": "markdown",
            "id": f"part-{'abcdefgh'[i]}",
            "metadata": {"thousandfold": {"minutes": m, "kind": "run"}},
            "source": f"{'#' if i == 0 else '##'} {question}",
        }
        for i, m in enumerate(minutes)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"cells": cells, "nbformat": 4}))


def with_lessons(tmp_path: Path, **extra: list[int]) -> Course:
    """The workshop with some lessons in place of its own."""
    (tmp_path / "notebooks").mkdir()
    for module in COURSE.modules:
        if module.stem not in extra and module.number < 8:
            (tmp_path / "notebooks" / module.lesson.name).symlink_to(module.lesson)
    (tmp_path / "facilitator").symlink_to(ROOT / "facilitator")
    (tmp_path / "exercises").mkdir()
    for module in COURSE.modules:
        if module.exercise and (module.stem in extra or module.number < 8):
            (tmp_path / "exercises" / module.stem).symlink_to(module.exercise.parent)
    for stem, minutes in extra.items():
        lesson(tmp_path / "notebooks" / f"{stem}.ipynb", minutes)
    return find_course(tmp_path)


def test_the_formats_are_those_of_the_workshop() -> None:
    assert formats() == list(LENGTHS), "the shortest first"


@pytest.mark.parametrize("name", formats())
def test_a_format_fits_its_time_with_buffers(name: str) -> None:
    most, sessions = LENGTHS[name]
    assert len(PLANS[name].sessions) == sessions
    for session in PLANS[name].sessions:
        assert session.end - session.begin <= most
        assert session.buffer >= LEAST_BUFFER * most
        for before, after in pairwise(session.slots):
            assert before.end == after.begin
        assert all(slot.minutes > 0 for slot in session.slots)
        work = 0
        for slot in session.slots:
            work = 0 if slot.kind == "break" else work + slot.minutes * (slot.kind != "buffer")
            assert work <= 150, f"no break until {clock(slot.end)}"


@pytest.mark.parametrize("name", formats())
def test_each_part_is_in_the_plan_or_among_the_cuts(name: str) -> None:
    found = PLANS[name]
    planned = [
        (slot.stem, slot.title, slot.minutes)
        for session in found.sessions
        for slot in session.slots
        if slot.cell
    ]
    assert len(planned) == len(set(planned)), "no part twice"
    taken = {stem for stem, _, _ in planned}
    minutes = sum(m for _, _, m in planned) + sum(c.minutes for c in found.cuts)
    assert minutes == sum(m.minutes for m in COURSE.modules if m.stem in taken)
    rest = {module.stem for module in (*found.missing, *found.home)}
    assert taken | rest == {module.stem for module in COURSE.modules}
    assert taken.isdisjoint(rest)


def test_what_a_cut_costs_is_known_for_all_that_goes_first() -> None:
    droppable = [
        (module.stem, section)
        for module in COURSE.modules
        if module.exercise
        for section in (*module.sections, *module.tasks)
        if section.drop_if_late or section.memo
    ]
    assert [f"{stem}: {s.title}" for stem, s in droppable if s.title in cost(s)] == []
    for found in PLANS.values():
        for cut in found.cuts:
            general = ("they do not see *", "they do not work on it together")
            assert not cut.cost.startswith(general), cut


@pytest.mark.parametrize("name", formats())
def test_the_room_votes_before_each_lesson_and_talks_after_it(name: str) -> None:
    for session in PLANS[name].sessions:
        for block in session.blocks():
            first, last = block[0], block[-1]
            if first.half != "lesson":
                assert {slot.part for slot in block} <= {"", "exercise"}
                continue
            asked = poll(COURSE, first.stem)
            assert asked is not None
            assert (first.kind, first.part, first.title) == ("vote", "poll", asked.question)
            question = discussion(COURSE, first.stem)[0]
            assert (last.kind, last.part, last.title) == ("discuss", "talk", question)
            assert 3 <= first.minutes <= 5
            assert 4 <= last.minutes <= 8
            assert {slot.part for slot in block[1:-1]} == {"lesson"}


def test_half_a_day_is_the_flight_and_more_talk_than_running_cells() -> None:
    (session,) = PLANS["half-day"].sessions
    minutes = Counter[str]()
    for slot in session.slots:
        minutes[slot.kind] += slot.minutes
    assert minutes["discuss"] + minutes["vote"] > minutes["run"]
    said = "{vote} minutes of votes and {discuss} of discussing beside {run} of running cells"
    told = re.sub(r"\s+", " ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert said.format(**minutes) in told
    blocks = {(block[0].stem[:2], block[0].half): total(block) for block in session.blocks()}
    assert max(blocks, key=blocks.__getitem__) == ("08", "lesson")
    (fly,) = [slot for slot in session.slots if slot.cell == "fly"]
    assert fly.minutes == 30, "two and a half a round"
    assert [slot.minutes for slot in session.slots if slot.kind == "break"] == [15, 15]


def test_a_course_without_pages_has_neither_vote_nor_talk(tmp_path: Path) -> None:
    course = with_lessons(tmp_path)
    (tmp_path / "facilitator").unlink()
    (session,) = plan(course, "two-hours").sessions
    assert {slot.part for slot in session.slots} == {"", "lesson", "exercise"}


def test_the_flight_simulator_ends_the_day_when_it_is_there(tmp_path: Path) -> None:
    course = with_lessons(tmp_path, **{"08_flight_simulator": [20, 50]})
    day = plan(course, "day").sessions[0]
    assert [block[0].stem for block in day.blocks() if block[0].stem][-1] == "08_flight_simulator"
    assert day.end - day.begin <= 480
    evenings = plan(course, "six-evenings")
    assert {slot.stem for slot in evenings.sessions[5].slots} == {"", "08_flight_simulator"}
    assert [m.stem for m in plan(course, "two-hours").missing][-1] == "08_flight_simulator"


def test_without_the_flight_simulator_the_day_is_full_of_other_work(tmp_path: Path) -> None:
    day = plan(with_lessons(tmp_path), "day").sessions[0]
    assert day.end == minutes_of("17:00")


def test_an_hour_is_the_flight_simulator_alone_and_says_what_it_shortens() -> None:
    found = PLANS["one-hour"]
    (session,) = found.sessions
    assert {slot.stem for slot in session.slots} == {"", "08_flight_simulator"}
    minutes = {slot.cell: slot.minutes for slot in session.slots}
    assert minutes["fly"] == 30
    assert {"errors", "errors-look", "loops-look"} < minutes.keys(), "the debrief is never cut"
    fly = next(s for s in COURSE.module("8").sections if s.cell == "fly")
    (short,) = [cut for cut in found.cuts if cut.title.startswith("Fly")]
    assert short.minutes == fly.minutes - 30
    assert "30 minutes in place of 36" in run_of_show.text(found)
    assert found.memos == ()


@pytest.mark.parametrize(
    ("shorter", "said"),
    [
        ("{ fly = 1000 }", "gives fly of 08_flight_simulator 1000 minutes, and the notebook 36"),
        ("{ fly = 0 }", "0 minutes, and the notebook"),
        ("{ flee = 3 }", "leaves out flee, which 08_flight_simulator does not have"),
    ],
)
def test_a_part_can_only_be_made_shorter(
    shorter: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = Path(schedule.__file__).with_name("formats.toml").read_text(encoding="utf-8")
    assert "{ fly = 30 }" in text
    changed = tomllib.loads(text.replace("{ fly = 30 }", shorter))
    monkeypatch.setattr(schedule, "_file", lambda: changed)
    with pytest.raises(ExplainedError, match=said):
        plan(COURSE, "one-hour")


def test_a_memo_is_written_where_its_exercise_is_begun_or_at_home() -> None:
    assert [module.number for module in PLANS["half-day"].taught] == [0, 1, 8]
    assert [module.number for module in PLANS["half-day"].memos] == [8]
    assert [module.number for module in PLANS["two-hours"].memos] == [6]
    assert PLANS["one-hour"].memos == ()
    assert [m.number for m in PLANS["six-evenings"].memos] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]


def test_your_own_organisation_is_for_home(tmp_path: Path) -> None:
    course = with_lessons(tmp_path, **{"09_your_own_organisation": [45]})
    assert [m.stem for m in plan(course, "six-evenings").home] == ["09_your_own_organisation"]


def test_a_format_that_leaves_out_what_is_not_there_is_explained(tmp_path: Path) -> None:
    course = with_lessons(tmp_path, **{"00_start_here": [20]})
    with pytest.raises(ExplainedError, match="leaves out hand-in, which 00_start_here does not"):
        plan(course, "two-hours")


def test_a_lesson_that_grew_breaks_the_format_that_it_is_in(tmp_path: Path) -> None:
    course = with_lessons(tmp_path, **{"01_technical_debt": [40, 50]})
    with pytest.raises(ExplainedError, match=r"too long: 240 minutes leave -18 for buffers"):
        plan(course, "half-day")
    assert plan(course, "two-hours").missing


@pytest.mark.parametrize("name", formats())
def test_other_modules_can_be_chosen(name: str) -> None:
    wanted = ["4", "03_reliability"] if name != "one-hour" else ["4"]
    found = plan(COURSE, name, modules=wanted)
    first = [block[0].stem for s in found.sessions for block in s.blocks() if block[0].stem]
    assert first[0] == "04_diverse_users", "in the order that was asked for"
    assert set(first) == {COURSE.module(module).stem for module in wanted}
    assert {module.stem for module in found.taught} == set(first)
    most, _ = LENGTHS[name]
    for session in found.sessions:
        assert session.end - session.begin <= most
        assert not [slot for slot in session.slots if slot.memo]


def test_too_many_modules_are_refused() -> None:
    with pytest.raises(ExplainedError, match=r"do not fit.*Leave a module out"):
        plan(COURSE, "two-hours", modules=["1", "2", "3"])


@pytest.mark.parametrize("wrong", ["9", "25:00", "09:60", "9:5", "-1:30", "", "a:bc", "٠٩:٣٠"])
def test_a_time_that_is_none_is_explained(wrong: str) -> None:
    with pytest.raises(ExplainedError, match="a time looks like 09:30"):
        minutes_of(wrong)


@given(st.integers(0, 24 * 60 - 1))
def test_a_time_is_read_as_it_is_written(minutes: int) -> None:
    assert minutes_of(clock(minutes)) == minutes


@pytest.mark.parametrize("zone", [None, "Europe/Berlin", "America/New_York"])
def test_others_read_the_calendar_as_we_meant_it(zone: str | None) -> None:
    evenings = PLANS["six-evenings"]
    given_zone = ZoneInfo(zone) if zone else None
    text = calendar(evenings, date(2027, 3, 15), given_zone)
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert len({str(event["UID"]) for event in events}) == len(events)
    lessons = [e for e in events if str(e["SUMMARY"]).startswith("01 Lesson")]
    (event,) = lessons
    assert str(event["SUMMARY"]) == "01 Lesson: How much of the roadmap belongs to debt?"
    slots = [s for s in evenings.sessions[0].slots if s.stem.startswith("01")]
    local = datetime(2027, 3, 15, slots[0].begin // 60, slots[0].begin % 60, tzinfo=given_zone)
    assert event.decoded("DTSTART") == local
    last = [e for e in events if e.decoded("DTSTART").date() == date(2027, 4, 19)]
    assert last, "the sixth evening is five weeks later"
    if zone:  # summer time begins between the evenings; the clock on the wall stays
        for e in events:
            assert e.decoded("DTSTART").astimezone(given_zone).hour >= 18
    assert clock(slots[1].begin) in str(event["DESCRIPTION"])


def test_a_calendar_has_what_takes_five_minutes_and_no_buffer() -> None:
    minutes = {"Welcome": 5, "A short word": 4, "Lunch": 40, "Buffer": 20, "Close": 6}
    lines = [Slot(0, m, "buffer" if t == "Buffer" else "talk", t) for t, m in minutes.items()]
    session = Session("", timed(lines, 540))
    text = calendar(replace(PLANS["half-day"], sessions=(session,)), date(2027, 3, 15))
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in events] == ["Welcome", "Lunch", "Close"]


@given(st.text(max_size=200))
def test_a_long_line_of_the_calendar_is_folded_as_the_standard_says(words: str) -> None:
    line = "SUMMARY:" + escaped(words.replace("\r", "").replace("\x00", ""))
    pieces = list(folded(line))
    assert all(len(piece.encode()) <= 75 for piece in pieces)
    assert pieces[0] + "".join(piece.removeprefix(" ") for piece in pieces[1:]) == line or all(
        piece.startswith(" ") for piece in pieces[1:]
    )
    assert "".join([pieces[0], *(piece[1:] for piece in pieces[1:])]) == line


def test_the_page_holds_every_line_and_escapes_what_it_is_given() -> None:
    found = PLANS["half-day"]
    html = run_of_show.html([found])
    for session in found.sessions:
        for slot in session.slots:
            assert clock(slot.begin) in html
    assert "can&#39;t" in html
    assert "<script" not in html
    assert "http" not in html.split("</head>")[1]


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["schedule", *arguments, "--folder", str(ROOT)])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_command_prints_and_writes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, _ = run(capsys, "--format", "half-day", "--start", "10:30")
    assert code == 0
    assert out.startswith("Half a day, 10:30 to 14:30")
    assert "[first to drop]" in out
    assert "- 08 task 2. Who was good" in out
    assert "[vote, talk with your neighbour, vote again]" in out
    assert "[in pairs, then all]" in out
    for suffix, begins in ((".md", "# Run"), (".html", "<!doctype"), (".ics", "BEGIN:VCALENDAR")):
        target = tmp_path / f"plan{suffix}"
        code, out, _ = run(capsys, "--output", str(target), "--date", "2027-03-15")
        assert (code, target.read_text().startswith(begins)) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--format", "week"), "there is no format 'week'; there are: one-hour"),
        (("--late", "0"), "--late takes 1 to 240"),
        (("--late", "5", "--evening", "2"), "--evening takes 1 to 1"),
        (("--late", "5", "--format", "all"), "for one format"),
        (("--output", "plan.docx"), "end it in .md, .html, .ics, .pdf"),
        (("--output", "plan.ics"), "needs the day: add --date"),
        (("--output", "plan.ics", "--date", "Monday"), "a day looks like 2027-03-15"),
        (
            ("--output", "plan.ics", "--date", "2027-03-15", "--timezone", "../x"),
            "is not a time zone",
        ),
        (("--modules", "1,x"), "there is no module 'x'"),
    ],
)
def test_what_is_wrong_is_said(
    capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    code, _, err = run(capsys, *arguments)
    assert code == 1
    assert said in err
