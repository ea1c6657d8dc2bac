"""The folder of a day: all of it or none, the right number of everything, no gap in a mail."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
from conftest import ROOT
from patience import wait_until

from thousandfold.cli import _parser, main
from thousandfold.commands.planning import plan_of
from thousandfold.errors import ExplainedError
from thousandfold.facilitation import pack as packing
from thousandfold.facilitation.before_after import with_questions
from thousandfold.facilitation.course import Course, find_course
from thousandfold.facilitation.pack import Day, write_pack
from thousandfold.facilitation.schedule import formats, plan
from thousandfold.room.opening import plan_of_day

COURSE = find_course(ROOT)
BERLIN = ZoneInfo("Europe/Berlin")
FIRST = date(2027, 3, 15)
PLACE = 'Room 4, "Harbour"; Street 2'


def day(name: str = "half-day", *, people: int = 20, place: str = PLACE, link: str = "") -> Day:
    return Day(plan(COURSE, name), FIRST, BERLIN, people, place, link)


@pytest.fixture(autouse=True)
def no_browser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Write pages in place of PDF: they are read, and they are quick."""
    monkeypatch.setenv("THOUSANDFOLD_BROWSER", str(tmp_path / "missing"))


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "days" / "monday"


def command(target: Path, *more: str) -> list[str]:
    return [
        "pack", "--format", "half-day", "--date", "2027-03-15", "--start", "09:00", "--timezone",
        "Europe/Berlin", "--people", "20", "--place", PLACE, "--folder", str(ROOT),
        "--output", str(target), "--still", *more,
    ]  # fmt: skip


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def events(path: Path) -> list[icalendar.cal.Component]:
    return icalendar.Calendar.from_ical(path.read_text(encoding="utf-8")).walk("VEVENT")


def test_a_pack_holds_all_of_the_day(target: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command(target)) == 0
    assert {name for name in names(target) if not name.startswith(("kit/", "print/"))} == {
        ".pack.json",
        "READ-ME-FIRST.html",
        "calendar/for-me.ics",
        "calendar/for-participants.ics",
        "mails/1-invitation.txt",
        "mails/2-the-day-after.txt",
        "mails/3-four-weeks-after.txt",
        "slides/half-day.html",
    }
    printed = {path.stem for path in (target / "print").iterdir()}
    assert printed == {one.name for one in packing._prints(day())}
    assert {"20x-A4-predictions", "1x-A3-questions", "1x-A4-facilitator-pages"} <= printed
    out, err = capsys.readouterr()
    assert "Begin with" in out
    assert "READ-ME-FIRST" in out.splitlines()[-1]
    assert "so these are pages, not PDF" in err
    first = (target / "READ-ME-FIRST.html").read_text(encoding="utf-8")
    for path in names(target):
        kind, _, name = path.rpartition("/")
        assert kind in ("", "kit") or (name in first), f"{path} is in no list"


@pytest.mark.parametrize("name", formats())
@pytest.mark.parametrize(("people", "wall", "teams"), [(1, 1, 1), (20, 1, 5), (21, 2, 6)])
def test_each_file_says_how_often_and_on_which_paper(
    name: str, people: int, wall: int, teams: int
) -> None:
    found = {one.name for one in packing._prints(day(name, people=people))}
    assert {f"{people}x-A4-predictions", f"{wall}x-A3-questions", "1x-A4-run-of-show"} <= found
    assert (f"{teams}x-A4-flight" in found) == ("08_flight_simulator" in {
        slot.stem for session in plan(COURSE, name).sessions for slot in session.slots
    })  # fmt: skip


@pytest.mark.parametrize("name", formats())
def test_participants_get_one_event_a_session_in_everybodys_time(name: str, target: Path) -> None:
    packed = day(name, link="https://example.org/call?room=4&x=y")
    write_pack(packed, target)
    found = events(target / "calendar" / "for-participants.ics")
    assert len(found) == len(packed.plan.sessions)
    assert len({str(event["UID"]) for event in found}) == len(found)
    for event, when, session in zip(found, packed.days, packed.plan.sessions, strict=True):
        begin = datetime(when.year, when.month, when.day, tzinfo=BERLIN)
        assert event.decoded("DTSTART") == begin.replace(
            hour=session.begin // 60, minute=session.begin % 60
        )
        minutes = (event.decoded("DTEND") - event.decoded("DTSTART")).total_seconds() / 60
        assert minutes == session.end - session.begin
        assert str(event["LOCATION"]) == PLACE
        assert str(event["URL"]) == "https://example.org/call?room=4&x=y"
        told = str(event["DESCRIPTION"])
        assert packed.bring in told
        assert "one for two" not in told, "each is in the call"
        assert f"{session.end - session.begin} minutes, with" in told
        assert "(Europe/Berlin)" in told
        assert len(re.findall(r"\d\d:\d\d", told)) == 2, "the parts are in minutes"
    assert len(events(target / "calendar" / "for-me.ics")) >= len(found)


@pytest.mark.parametrize("name", formats())
def test_in_a_mail_nothing_is_missing_but_names(name: str, target: Path) -> None:
    write_pack(day(name), target)
    for path in sorted((target / "mails").iterdir()):
        text = path.read_text(encoding="utf-8")
        assert text.startswith("Subject: Thousandfold")
        assert re.findall(r"\[.*?\]", text) == ["[your name]"]
        assert not re.search(r"\{|\}|None\b(?!\")|&#|\.\.\.|\bTODO\b|\n\n\n", text), path.name
        paths = re.findall(r"\b(?:notebooks|exercises)/\S+\.ipynb", text)
        assert all((ROOT / one).is_file() for one in paths)
    invited = (target / "mails" / "1-invitation.txt").read_text(encoding="utf-8")
    assert PLACE in invited, "a mail is no HTML"
    assert "Link:" not in invited
    assert "a laptop and its power cable (one for two people is enough)" in invited


def test_mails_name_the_days_on_which_they_are_true(target: Path) -> None:
    write_pack(day("six-evenings"), target)
    mails = [path.read_text(encoding="utf-8") for path in sorted((target / "mails").iterdir())]
    assert "Mondays, 15 March, 22 March, 29 March, 5 April, 12 April and 19 April 2027" in mails[0]
    assert "18:30 to 21:00 (Europe/Berlin)" in mails[0]
    assert "Until Monday, 26 April 2027" in mails[1]
    assert "09_your_own_organisation.ipynb, 45 minutes" in mails[1]
    assert "four weeks ago, on Monday, 19 April 2027" in mails[2]
    first = (target / "READ-ME-FIRST.html").read_text(encoding="utf-8")
    for when in ("Tuesday, 20 April 2027", "Monday, 17 May 2027"):
        assert when in first


def test_who_will_be_asked_twelve_questions_is_told_before(target: Path) -> None:
    asking = replace(day(), plan=with_questions(day().plan))
    for folder, packed in ((target / "asks", asking), (target / "does not", day())):
        write_pack(packed, folder)
        invited, _, later = (
            path.read_text(encoding="utf-8") for path in sorted((folder / "mails").iterdir())
        )
        assert ("whoever skips them misses nothing" in invited) == (packed is asking)
        assert ("Reply with a letter" in later) == (packed is asking)
        for text in (invited, later):
            assert not re.search(r"\{|\}|\bNone\b(?!\")|\n\n\n", text)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a workshop in which nothing was built."""
    root = tmp_path / "workshop"
    root.mkdir()
    for name in ("notebooks", "exercises", "facilitator"):
        (root / name).symlink_to(ROOT / name)
    return root


def test_the_kit_comes_along_if_it_was_built(target: Path, root: Path) -> None:
    without = command(target, "--folder", str(root))
    assert main(without) == 0
    assert "run <code>make kit</code>" in (target / "READ-ME-FIRST.html").read_text("utf-8")
    (root / "dist" / "site").mkdir(parents=True)
    (root / "dist" / "site" / "jupyter-lite.json").touch()
    assert main(without) == 0
    assert "nobody installs anything" in (target / "READ-ME-FIRST.html").read_text("utf-8")
    assert "1. Install nothing" in (target / "mails" / "1-invitation.txt").read_text("utf-8")
    (root / "dist" / "thousandfold-kit.zip").write_bytes(b"a kit")
    assert main(without) == 0, "a pack that nobody has changed is made anew"
    assert (target / "kit" / "thousandfold-kit.zip").read_bytes() == b"a kit"
    first = (target / "READ-ME-FIRST.html").read_text("utf-8")
    assert "make kit" not in first
    assert "nobody installs anything" not in first
    assert "1. Today: extract" in (target / "mails" / "1-invitation.txt").read_text("utf-8")


@pytest.fixture
def in_browsers(root: Path) -> Course:
    """Return a workshop whose site was built, and no kit."""
    (root / "dist" / "site").mkdir(parents=True)
    (root / "dist" / "site" / "jupyter-lite.json").touch()
    return find_course(root)


@pytest.mark.parametrize("room", ["", "https://room.example.org"])
def test_whoever_had_nothing_installed_is_sent_to_no_file(
    in_browsers: Course, target: Path, room: str
) -> None:
    made = plan(in_browsers, "six-evenings")
    write_pack(Day(made, FIRST, BERLIN, 20, PLACE, room=room), target)
    mails = [path.read_text(encoding="utf-8") for path in sorted((target / "mails").iterdir())]
    for mail in mails:
        assert not re.search(r"\.ipynb|\.venv|JupyterLab|notebooks/|exercises/|\n\n\n", mail)
    assert '"My takeaway"' in mails[1]
    assert "certificate, it comes with this mail" in mails[1]
    assert "in a reply to this mail" in mails[1]
    assert ("https://room.example.org/takeaway" in mails[1]) == bool(room)
    assert ("Room:   https://room.example.org" in mails[0]) == bool(room)
    first = (target / "READ-ME-FIRST.html").read_text(encoding="utf-8")
    assert "My certificate" in first


@pytest.mark.parametrize("room", ["", "https://room.example.org"])
@pytest.mark.parametrize("name", formats())
def test_each_command_of_the_list_can_be_pasted(name: str, room: str, target: Path) -> None:
    modules = ["1", "8"] if name == "half-day" else None
    made = plan(COURSE, name, modules=modules)
    packed = Day(made, FIRST, BERLIN, 20, PLACE, room=room)
    write_pack(packed, target)
    first = (target / "READ-ME-FIRST.html").read_text(encoding="utf-8")
    found = [unescape(it) for it in re.findall(r"<code>thousandfold (.*?)</code>", first)]
    parser, evenings = _parser(), []
    for command in found:
        asked = parser.parse_args(shlex.split(command))
        again = plan_of(COURSE, asked)
        assert (again.name, again.sessions) == (made.name, made.sessions)
        if command.startswith("room") and not asked.rehearse:
            assert (asked.address or "") == room
            assert asked.network == (not room)
            evenings.append(plan_of_day(again, asked.evening).session)
    assert tuple(evenings) == made.sessions
    assert [command.split()[0] for command in found[:1] + found[-1:]] == ["room", "schedule"]
    assert "--rehearse" in found[0]


def test_over_new_year_the_year_is_written(target: Path) -> None:
    write_pack(replace(day(), first=date(2026, 12, 28)), target)
    mails = [path.read_text(encoding="utf-8") for path in sorted((target / "mails").iterdir())]
    assert "Monday, 28 December 2026" in mails[0]
    assert "On Monday, 25 January 2027 I ask you" in mails[1]
    assert "four weeks ago, on Monday, 28 December 2026" in mails[2]
    evenings = replace(day("six-evenings"), first=date(2026, 12, 14))
    assert evenings.when.startswith(
        "Mondays, 14 December, 21 December, 28 December 2026, 4 January, 11 January and "
        "18 January 2027, "
    )


@pytest.fixture
def packed(target: Path) -> Path:
    assert main(command(target)) == 0
    return target


def tree(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in names(folder)}


@pytest.mark.parametrize(
    "more", [("--date", "2027-03-16"), ("--people", "21"), ("--place", "x"), ("--start", "10:00")]
)
def test_another_pack_stays(
    packed: Path, more: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree(packed)
    assert main(command(packed, *more)) == 1
    assert "holds another pack (half-day, 2027-03-15" in capsys.readouterr().err
    assert tree(packed) == before


def test_what_somebody_changed_stays(packed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (packed / "mails" / "1-invitation.txt").write_text("better")
    before = tree(packed)
    assert main(command(packed)) == 1
    assert "was changed since it was packed (mails/1-invitation.txt)" in capsys.readouterr().err
    assert tree(packed) == before
    (packed / "notes.txt").write_text("mine")
    assert main(command(packed)) == 1


@pytest.mark.parametrize("record", [None, "{", "[]", '{"day": 3, "files": {}}'])
def test_a_folder_that_is_no_pack_stays(
    target: Path, record: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    target.mkdir(parents=True)
    (target / "thesis.txt").write_text("mine")
    if record is not None:
        (target / ".pack.json").write_text(record)
    before = tree(target)
    assert main(command(target)) == 1
    assert "is no pack; name another folder" in capsys.readouterr().err
    assert tree(target) == before


def test_an_empty_folder_is_taken_and_a_file_is_not(
    target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target.mkdir(parents=True)
    assert main(command(target)) == 0
    assert main(command(target / "READ-ME-FIRST.html")) == 1
    assert "is a file" in capsys.readouterr().err


def test_what_fails_on_the_way_leaves_nothing(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> Iterator[Path]:
        raise ExplainedError("the disk is full")

    monkeypatch.setattr(packing, "write_format_deck", full)
    assert main(command(target)) == 1
    assert list(target.parent.iterdir()) == []
    monkeypatch.undo()
    monkeypatch.setenv("THOUSANDFOLD_BROWSER", str(target / "missing"))
    assert main(command(target)) == 0
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_a_pack_that_was_killed_is_made_again(packed: Path, tmp_path: Path) -> None:
    other = packed.with_name("tuesday")
    browser, started = tmp_path / "browser", tmp_path / "started"
    started.touch()
    browser.write_text(f"#!/bin/sh\necho $$ >>{started}\nexec sleep 1000\n")
    browser.chmod(0o755)
    program = [sys.executable, "-m", "thousandfold.cli", *command(other)]
    left = other.with_name(".tuesday.part")
    own = {"THOUSANDFOLD_BROWSER": str(browser), "TMPDIR": str(tmp_path)}
    printing = {**os.environ, **own}
    with subprocess.Popen(program, env=printing) as process:
        wait_until(lambda: len(started.read_text().splitlines()) > 1, 30)
        process.kill()
    for pid in started.read_text().split():
        os.kill(int(pid), signal.SIGKILL)
    assert not other.exists()
    assert left.exists()
    assert main(command(other)) == 0
    assert names(other) == names(packed)
    assert not left.exists()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--people", "0"), "--people takes 1 to 500, not 0"),
        (("--people", "501"), "--people takes 1 to 500"),
        (("--place", " "), "say where people come together"),
        (("--place", "a\nb"), "--place takes one line"),
        (("--link", "example.org"), "--link takes an address"),
        (("--link", "https://example.org/\r\nX:1"), "--link takes an address"),
        (("--link", "https://[x"), "--link takes an address"),
        (("--room", "room.example.org"), "--room takes an address"),
        (("--date", "15.3.2027"), "a day looks like 2027-03-15"),
        (("--timezone", "Berlin"), "'Berlin' is not a time zone"),
        (("--start", "25:00"), "a time looks like 09:30"),
        (("--format", "week"), "there is no format 'week'"),
    ],
)
def test_what_cannot_be_right_is_a_sentence_and_nothing_is_written(
    target: Path, more: tuple[str, str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command(target, *more)) == 1
    assert told in capsys.readouterr().err
    assert not target.parent.exists()


@pytest.mark.usefixtures("printer")
def test_the_list_is_one_page(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("THOUSANDFOLD_BROWSER")
    write_pack(day("six-evenings", people=40, link="https://example.org/call"), target)
    printed = {path.suffix for path in (target / "print").iterdir()}
    assert printed == {".pdf"}
    content = (target / "READ-ME-FIRST.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1
