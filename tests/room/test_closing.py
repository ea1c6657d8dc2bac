"""The close of a day: marks, Monday, what people take home, what the day leaves behind."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from conftest import PICTURES
from handed_in import SECONDS
from patience import patient, wait_until
from playwright.sync_api import Browser, Page, expect
from served import Served, Visitor, served
from tornado.web import create_signed_value, decode_signed_value

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.plan import Slot, questions_about
from thousandfold.flight import Decision
from thousandfold.flight.debrief import Room as Debrief
from thousandfold.room import day_folder
from thousandfold.room.closing import MARKS, Closing
from thousandfold.room.day import Day
from thousandfold.room.day_folder import left_behind, literal, write_folder
from thousandfold.room.journal import Deed, Journal
from thousandfold.room.programme import steps_of
from thousandfold.room.taking_home import reminder

STEM, FLIGHT = "06_communication", "08_flight_simulator"
LINES = (
    Slot(0, 5, "talk", "Welcome"),
    Slot(0, 6, "vote", "Vote", STEM, "poll"),
    Slot(0, 4, "predict", "Predict", STEM, "lesson", "predict"),
    Slot(0, 6, "run", "One room", STEM, "lesson", "paper"),
    Slot(0, 2, "discuss", questions_about(STEM)),
    Slot(0, 32, "exercise", "Fly", FLIGHT, "lesson", "fly"),
    Slot(0, 2, "discuss", questions_about(FLIGHT)),
    Slot(0, 5, "discuss", "Close: what I do on Monday"),
)
HOSTILE = {
    "markup": "<script>alert(1)</script><b>bold</b> & more",
    "formula": '=HYPERLINK("http://evil.example";"x")',
    "lines": "one\r\nBcc: everybody@example.org\n\n# two",
    "turned": "abc \u202e gpj.exe \u200f\u2066 xyz",
    "terminal": "\x1b]0;owned\x07\x1b[31mred\x1b[0m \x9b31m",
    "template": "{{ site.door.cookie_secret }} {% raw x %} ${x}",
    "table": "a | b \\| c `d` [e](http://evil.example) www.evil.example",
}
DAY = 24 * 3600.0
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path / "day.room", LINES) as it:
        it.site.folder = tmp_path
        yield it


@pytest.fixture
def visit(room: Served) -> Iterator[Callable[..., Visitor]]:
    visitors: list[Visitor] = []

    def make(*, facilitator: bool = False) -> Visitor:
        visitors.append(Visitor(room.site, facilitator=facilitator))
        if not facilitator:
            visitors[-1].enter()
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.client.close()


def go_to(room: Served, kind: str, about: str = "") -> None:
    day = room.site.day
    wanted = next(step for step in day.steps if step.kind == kind and step.about == about)
    room.do("go", **{"from": day.step.name, "to": wanted.name})


def marked(room: Served, people: int, module: str = STEM, line: str = "") -> None:
    """Have so many people mark a module from 1 on, each with a line of its own."""
    for number in range(people):
        said = f"{line} {number}".strip() if line else ""
        room.do("say", f"p{number}", module=module, mark=1 + number % 5, unclear=said)


# --- Two questions about a module ----------------------------------------------------------------


def test_a_step_knows_which_module_is_asked_about() -> None:
    about = {step.place: step.about for step in steps_of(LINES) if step.about}
    assert about == {4: STEM, 6: FLIGHT}


def test_marks_and_lines_are_shown_five_at_a_time() -> None:
    closing = Closing()
    for number in range(4):
        closing.say(f"p{number}", STEM, 5, f"line {9 - number}")
    said = closing.of(STEM)
    assert (said.counts, said.lines, said.all_counts(), said.all_lines()) == ((), (), (), ())
    closing.say("p4", STEM, 1, "")
    closing.say("p5", STEM, 2, "the sixth")
    closing.say("p0", STEM, 2, "changed")
    assert said.counts == (1, 0, 0, 0, 4), "the sixth, alone, would tell whose it is"
    assert said.lines == ("line 6", "line 7", "line 8", "line 9")
    assert said.all_counts() == (1, 2, 0, 0, 3)
    assert said.all_lines() == ("changed", "line 6", "line 7", "line 8", "the sixth")
    for number in range(6, 9):
        closing.say(f"p{number}", STEM, 3, "")
    assert said.counts == (1, 2, 3, 0, 3)


def test_the_latest_answer_counts_also_without_a_line() -> None:
    closing = Closing()
    closing.say("ann", STEM, 1, "what is a path?")
    closing.say("ann", STEM, 4, "")
    assert (closing.of(STEM).marks, closing.of(STEM).unclear) == ({"ann": 4}, {})


@pytest.mark.parametrize("mark", [0, 6, True, "3", None, 2.5, [1]])
def test_a_mark_is_one_of_five(mark: object) -> None:
    with pytest.raises(ExplainedError, match="from 1 to 5"):
        Closing().say("ann", STEM, mark, "")


def test_everybody_is_shown_marks_from_five_on_and_the_facilitator_lines(
    room: Served, visit: Callable[..., Visitor]
) -> None:
    phone, facilitator = visit(), visit(facilitator=True)
    answer = phone.send("/say", module=STEM, mark="3", unclear="x")
    assert answer == {"trouble": "The room has not come to this module."}
    go_to(room, "talk", STEM)
    assert "What is still unclear?" in phone.part("/")
    marked(room, 4, line="Why paths")
    for page in ("/projector", "/facilitator"):
        assert "<b>4</b> answered" in facilitator.part(page)
        assert "Why paths" not in facilitator.part(page)
        assert "<svg" not in facilitator.part(page)
    assert (
        "kept without your name"
        in phone.send("/say", module=STEM, mark="5", unclear="Mine")["said"]
    )
    seen = facilitator.part("/facilitator")
    assert re.findall(r"<li dir=\"auto\">(.+?)</li>", seen) == [
        "Mine",
        *(f"Why paths {number}" for number in range(4)),
    ]
    projected = facilitator.part("/projector")
    assert all(words in projected for words in MARKS.values())
    assert "Why paths" not in projected
    assert "Mine" not in projected
    assert "Why paths" not in visit().part("/")


def test_below_five_nothing_stands_in_the_folder(room: Served, tmp_path: Path) -> None:
    go_to(room, "vote")
    for number in range(4):
        room.do("vote", f"p{number}", question="06-poll", answer="1")
    go_to(room, "talk", STEM)
    marked(room, 4, line="Why")
    go_to(room, "close")
    folder, _ = write_folder(left_behind(room.site), tmp_path)
    assert "| – | – | – | – | – |" in (folder / "evaluation.md").read_text("utf-8")
    assert "Why" not in (folder / "evaluation.md").read_text("utf-8").split("|---", 1)[1].replace(
        "Why can't a hundred people talk like ten?", ""
    )
    assert "##" not in (folder / "votes.md").read_text("utf-8")
    assert sorted(path.name for path in folder.iterdir()) == ["evaluation.md", "votes.md"]


# --- Monday --------------------------------------------------------------------------------------


def test_a_line_for_monday_is_shown_to_nobody_else(
    room: Served, visit: Callable[..., Visitor]
) -> None:
    ann, ben, facilitator = visit(), visit(), visit(facilitator=True)
    go_to(room, "close")
    answer = ann.send("/promise", line="I count paths", address="ann@example.org", write="yes")
    assert "can write to you in four weeks" in answer["said"]
    assert "I count paths" in ann.part("/")
    assert "I count paths" in ann.client.get("/takeaway").text
    for visitor, page in (
        (ben, "/"),
        (ben, "/takeaway"),
        (facilitator, "/facilitator"),
        (facilitator, "/projector"),
        (facilitator, "/"),
        (facilitator, "/takeaway"),
    ):
        seen = visitor.client.get(page).text
        assert "I count paths" not in seen
        assert "ann@example.org" not in seen


def test_an_address_is_kept_with_a_tick_alone(room: Served, visit: Callable[..., Visitor]) -> None:
    ann, kept = visit(), room.site.day.closing.addresses
    assert "Tick that" in ann.send("/promise", line="x", address="ann@example.org")["trouble"]
    assert not room.site.day.closing.monday
    ann.send("/promise", line="x", address=" ann@example.org ", write="yes")
    assert list(kept.values()) == ["ann@example.org"]
    ann.send("/promise", line="x", write="yes")
    assert not kept, "whoever sends none later wants no letter"


@pytest.mark.parametrize(
    "address",
    [
        "ann",
        "ann@",
        "@example.org",
        "a@b",
        "a@b.org, c@d.org",
        "a@b.org\nBcc: c@d.org",
        "a@" + "b" * 250 + ".org",
        "<a@b.org>",
        '"a b"@c.org',
        "a@b.org\u202e",
        "a@b..org",
    ],
)
def test_an_address_is_one_address(address: str) -> None:
    closing = Closing()
    with pytest.raises(ExplainedError, match="not one e-mail address"):
        closing.promise("ann", "x", address)
    assert not closing.monday


def test_the_calendar_entry_is_in_four_weeks_and_holds_the_line(
    room: Served, visit: Callable[..., Visitor]
) -> None:
    ann = visit()
    assert "Write first" in ann.client.get("/four-weeks.ics").text
    ann.send("/promise", line="I buy; a team, and was wrong if " + "ä" * 80)
    answer = ann.client.get("/four-weeks.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert all(len(line.encode()) <= 75 for line in answer.text.split("\r\n"))
    whole = answer.text.replace("\r\n ", "")
    assert r"you wrote:\nI buy\; a team\, and was wrong if " + "ä" * 80 in whole
    assert "hich decision did you take differently?" in whole
    entry = reminder("A day", "x", datetime(2026, 11, 30, 17, tzinfo=UTC), "u")
    assert "DTSTART:20261228T090000\r\n" in entry


# --- What people take home -----------------------------------------------------------------------


def test_an_answer_before_it_is_revealed_appears_nowhere(
    room: Served, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    site = room.site
    [asked, *_] = (q for place in site.day.questions for q in site.day.questions[place] if q.told)
    go_to(room, "predict")
    ann, facilitator = visit(), visit(facilitator=True)
    ann.send("/vote", question=asked.name, answer="1" if asked.options else "12345")
    for number in range(5):
        room.do("vote", f"p{number}", question=asked.name, answer="1" if asked.options else "7")
    pages = [(ann, "/"), (ann, "/takeaway"), (facilitator, "/projector"), (facilitator, "/")]
    for visitor, page in pages:
        assert asked.told not in visitor.client.get(page).text
    assert asked.words not in ann.client.get("/takeaway").text
    folder, _ = write_folder(left_behind(site), tmp_path)
    votes = (folder / "votes.md").read_text("utf-8")
    assert literal(asked.words) in votes
    assert literal(asked.told) not in votes
    assert "what came" not in votes
    go_to(room, "expected")
    taken = ann.client.get("/takeaway").text
    assert asked.told in taken.replace("&#39;", "'").replace("&quot;", '"')
    assert asked.options[1] if asked.options else "12,345" in taken
    assert "12,345" not in visit().client.get("/takeaway").text, "another one's guess"


def test_a_takeaway_holds_the_own_flight_and_no_other(
    room: Served, visit: Callable[..., Visitor]
) -> None:
    ann = visit()
    who = next(iter(room.site.day.browsers))
    go_to(room, "teams")
    room.do("team", who, do="begin", name="Red <team>", word="ba-de")
    room.do("team", "ben", do="begin", name="Blue", word="fi-go")
    room.go("decide", 1)
    decided = {"decision": Decision(hire=4).row(), "forecast": 1500, "reason": "so"}
    room.do("decide", who, round=1, **decided)
    assert "The flight of" not in ann.client.get("/takeaway").text, "not flown yet"
    room.go("came", 2)
    taken = ann.client.get("/takeaway").text
    assert "Red &lt;team&gt;" in taken
    assert "1,500" in taken
    assert "Blue" not in taken
    assert taken.count("<tr>") == 3


def test_a_certificate_names_what_the_room_came_to(
    room: Served, visit: Callable[..., Visitor]
) -> None:
    ann = visit()
    assert "from the close of the day on" in ann.client.get("/certificate").text
    assert "from the close" in ann.post("/certificate", name="Ann").text
    go_to(room, "close")  # past everything: nothing was done
    assert "What the room worked on" not in ann.post("/certificate", name="Ann").text
    room.go("work")
    room.go("close")
    page = ann.post("/certificate", name="Ánna <b> Müller").text
    assert "Ánna &lt;b&gt; Müller" in page
    assert "06 Why can" in page
    assert "08" not in page
    assert "1 hour and 2 minutes" in page
    assert not room.site.day.closing.names, "kept though nobody asked for it"
    ann.post("/certificate", name="Ann", keep="yes")
    assert list(room.site.day.closing.names.values()) == ["Ann"]
    ann.post("/certificate", name="Ann")
    assert not room.site.day.closing.names
    for name in ("", " \u202e ", "x" * 81):
        assert 'role="alert"' in ann.post("/certificate", name=name).text


# --- What the day leaves behind ------------------------------------------------------------------


def a_whole_day(room: Served) -> None:
    go_to(room, "predict")
    go_to(room, "talk", STEM)
    room.go("teams")
    for number, name in enumerate(("Red team", "con", "../../x")):
        word = ("ba-de", "fi-go", "lu-ma")[number]
        room.do("team", f"p{number}", do="begin", name=name, word=word)
    room.go("decide", 1)
    for number in range(2):  # the third decides nothing
        decided = {"decision": Decision(hire=number).row(), "forecast": 1500.0, "reason": "so"}
        room.do("decide", f"p{number}", round=1, **decided)
    room.go("came", 2)
    marked(room, 6)
    go_to(room, "close")
    room.do("promise", "p0", line="I count paths", address="zoe@example.org")
    room.do("promise", "p1", line="I buy nothing", address="ann@example.org")
    room.do("promise", "p2", line="A secret of mine")


def test_the_folder_holds_the_day_and_no_name(
    room: Served, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    a_whole_day(room)
    facilitator = visit(facilitator=True)
    ann = visit()
    assert ann.post("/facilitator/folder").status_code == 403
    said = facilitator.send("/facilitator/folder")["said"]
    [folder] = tmp_path.glob("room-of-*")
    assert str(folder) in said
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.*"))
    assert files == [
        "evaluation.md",
        "flight-01-red-team.json",
        "flight-02-con-.json",
        "flight-03-x.json",
        "letters/01-ann-example-org.txt",
        "letters/02-zoe-example-org.txt",
        "votes.md",
    ]
    assert "| 2 | 1 | 1 | 1 | 1 | | |" in (folder / "evaluation.md").read_text("utf-8")
    letter = (folder / "letters/01-ann-example-org.txt").read_text("utf-8")
    assert "To: ann@example.org\n" in letter
    assert "I buy nothing" in letter
    assert "I count paths" not in letter
    everything = "".join(path.read_text("utf-8") for path in folder.rglob("*.*"))
    assert "A secret of mine" not in everything
    flights = Debrief.in_folder(folder)
    assert [len(game.turns) for game in flights.games] == [2, 2, 2]
    [told] = flights.refused
    assert "its last decision goes on to round 12" in told
    (folder / "evaluation.md").write_text("with notes of mine")
    facilitator.send("/facilitator/folder")
    assert (folder / "evaluation.md").read_text() == "with notes of mine"
    assert len(list(tmp_path.glob("room-of-*"))) == 2


def test_a_folder_is_written_whole_or_not_at_all(
    room: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_whole_day(room)
    left = left_behind(room.site)

    def full(*_: object) -> Path:
        assert not list(tmp_path.glob("room-of-*")), "a part of it can be seen"
        raise ExplainedError("the disk is full")

    monkeypatch.setattr(day_folder, "write_whole", full)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ExplainedError, match="the disk is full"):
        write_folder(left, tmp_path)
    assert sorted(tmp_path.iterdir()) == before
    (tmp_path / "a file").write_text("")
    with pytest.raises(ExplainedError):
        write_folder(left, tmp_path / "a file")


def test_a_certificate_has_the_day_of_the_close_also_when_the_room_stays_open(
    room: Served, visit: Callable[..., Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = visit()
    began = datetime(2027, 3, 15, 21, 30)
    clock = [began.timestamp()]
    monkeypatch.setattr(room.site.desk, "now", lambda: clock[0])
    go_to(room, "close")
    # The room's clock may stand still meanwhile, as where the laptop slept.
    for days, ran in ((0, 0), (2, 2), (2, 0)):
        clock[0] = began.timestamp() + ran * DAY
        room.site.today = lambda: began + timedelta(days)  # noqa: B023 - asked now
        assert "15 March 2027" in ann.post("/certificate", name="Ann").text
        room.go("work")
        room.go("close")


@pytest.mark.parametrize(
    ("lasting", "days", "path"),
    [
        (True, 7.9, "/takeaway"),
        (True, 8.1, "/sign-in"),
        (False, 1.9, "/takeaway"),
        (False, 2.1, "/sign-in"),
    ],
)
def test_a_takeaway_is_there_for_a_week_where_the_room_is_over_https(
    room: Served, visit: Callable[..., Visitor], lasting: bool, days: float, path: str
) -> None:
    room.site.place = replace(room.site.place, proxied=lasting)
    ann = visit()
    name, secret = room.site.cookie, room.site.door.cookie_secret
    kept = next(cookie for cookie in ann.client.cookies.jar if cookie.name == name)
    life = kept.expires - time.time() if kept.expires else None
    assert life == (pytest.approx(8 * DAY, abs=3600) if lasting else None)
    assert ("after eight days" in ann.client.get("/privacy").text) == lasting
    who = decode_signed_value(secret, name, (kept.value or "").strip('"'))
    assert who
    signed = create_signed_value(secret, name, who, clock=lambda: time.time() - days * DAY)
    ann.client.cookies.delete(name)
    ann.client.cookies.set(name, signed.decode())
    assert ann.client.get("/takeaway").url.path == path


def test_certificates_are_printed_where_a_browser_is(
    room: Served, printer: Path, tmp_path: Path
) -> None:
    go_to(room, "close")
    room.do("name", "p0", name="Zoe")
    room.do("name", "p1", name="<script>Ann</script>")
    folder, trouble = write_folder(left_behind(room.site), tmp_path)
    page = (folder / "certificates.html").read_text("utf-8")
    assert page.index("&lt;script&gt;Ann") < page.index("Zoe")
    assert "<script" not in page
    pdf = (folder / "certificates.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 2, "a page for each"
    assert trouble == ""


def test_without_a_browser_certificates_are_a_page(
    room: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("thousandfold.facilitation.pdf.find_browser", lambda: None)
    go_to(room, "close")
    room.do("name", "p0", name="Zoe")
    folder, trouble = write_folder(left_behind(room.site), tmp_path)
    assert trouble.startswith("No Chromium, Chrome or Edge prints here, so certificates.html is")
    assert not (folder / "certificates.pdf").exists()


# --- Whatever people write is text ---------------------------------------------------------------


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_are_text_everywhere(
    room: Served, visit: Callable[..., Visitor], tmp_path: Path, words: str
) -> None:
    ann, facilitator = visit(), visit(facilitator=True)
    go_to(room, "talk", STEM)
    room.go("work")
    go_to(room, "close")
    marked(room, 4)
    ann.send("/say", module=STEM, mark="5", unclear=words)
    ann.send("/promise", line=words, address="ann@example.org", write="yes")
    page = ann.post("/certificate", name=words, keep="yes").text
    folder, _ = write_folder(left_behind(room.site), tmp_path)
    own = facilitator.client.get("/facilitator").text  # alone holds the key, for a second laptop
    pages = [page, *(ann.client.get(path).text for path in ("/", "/takeaway"))]
    pages += [facilitator.client.get("/projector").text]
    pages += [path.read_text("utf-8") for path in folder.glob("*.[hm]*")]
    for text in (own, *pages):
        assert "<script>alert" not in text
        assert "<b>bold" not in text
    calendar = ann.client.get("/four-weeks.ics").text.replace("\r\n", "\n")
    letter = (folder / "letters/01-ann-example-org.txt").read_text("utf-8")
    assert not UNSEEN.search(own)
    for text in (*pages, calendar, letter):
        assert not UNSEEN.search(text)
        assert room.site.door.cookie_secret not in text
    evaluation = (folder / "evaluation.md").read_text("utf-8")
    [line] = [line for line in evaluation.splitlines() if line.startswith("- ")]
    assert not re.search(r"(?<!\\)[|`\[<]|://|^- =|www\.", line)
    assert not re.search(r"^(Bcc|#)", letter, re.MULTILINE)
    assert len(re.findall(r"^BEGIN:VEVENT", calendar, re.MULTILINE)) == 1


def test_too_much_is_refused_in_a_sentence(room: Served, visit: Callable[..., Visitor]) -> None:
    ann = visit()
    go_to(room, "close")
    assert "at most 300 letters" in ann.send("/promise", line="x" * 301)["trouble"]
    assert "too large" in ann.send("/promise", line="x" * 10 * 2**20)["trouble"]
    assert "at most 80 letters" in ann.post("/certificate", name="x" * 81).text
    assert not room.site.day.closing.monday


def test_a_browser_that_has_not_come_in_takes_no_part(
    room: Served, visit: Callable[..., Visitor]
) -> None:
    facilitator = visit(facilitator=True)
    go_to(room, "close")
    assert "Sign in" in facilitator.send("/promise", line="x")["trouble"]
    assert not room.site.day.closing.monday


def test_the_journal_gives_the_same_close_again(room: Served, tmp_path: Path) -> None:
    a_whole_day(room)
    room.do("name", "p3", name="Zoe")
    before = room.site.day
    room.site.desk._journal.copy_to(tmp_path / "copy.room")
    copy = Journal(tmp_path / "copy.room")
    again = Day(before.timetable.planned, before.questions)
    for deed in copy.deeds():
        again.do(deed)
    copy.close()
    assert again.closing == before.closing
    assert again.closing.of(STEM).counts == (1, 1, 1, 1, 1)
    assert (list(again.done), again.closed) == (list(before.done), True)
    assert list(again.revealed) == list(before.revealed)


def test_what_is_not_possible_changes_nothing() -> None:
    day = Day(LINES, {})
    for kind, body in (
        ("say", {"module": STEM, "mark": 3}),
        ("promise", {"line": ""}),
        ("promise", {"line": "x", "address": "nowhere"}),
        ("name", {"name": "Ann"}),
    ):
        with pytest.raises(ExplainedError):
            day.do(Deed(kind, "ann", json.loads(json.dumps(body)), 0))
    assert day.closing == Closing()


# --- Looked at -----------------------------------------------------------------------------------


def phone(browser: Browser, room: Served) -> Page:
    page = patient(browser.new_context(viewport={"width": 360, "height": 740}).new_page())
    page.goto(room.site.place.address)
    page.get_by_label("Password").fill(room.site.door.password)
    page.get_by_role("button").click()
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    return page


@pytest.mark.browser
def test_two_phones_close_a_day(browser: Browser, room: Served) -> None:
    ann, ben = phone(browser, room), phone(browser, room)
    go_to(room, "talk", STEM)
    marked(room, 3)
    for page, mark in ((ann, "5: a decision on Monday"), (ben, "2: hardly")):
        page.get_by_label(mark).check()
        page.get_by_role("button", name="Send it").click()
        expect(page.get_by_text("Thank you")).to_be_visible()
    wait_until(lambda: room.site.day.closing.of(STEM).counts, SECONDS)
    assert room.site.day.closing.of(STEM).counts == (1, 2, 1, 0, 1)
    room.go("close")
    line = ann.get_by_label("What I do on Monday")
    line.fill("I count paths")
    ann.get_by_role("button", name="Keep it").click()
    expect(ann.get_by_text("It is kept")).to_be_visible()
    line.fill("I count paths, and")
    room.do("extend", minutes=2)
    expect(ann.locator(".clock")).to_contain_text(re.compile("^[67]:"))
    expect(line).to_have_value("I count paths, and")
    expect(ben.get_by_label("What I do on Monday")).to_have_value("")
    with ann.expect_download() as download:
        ann.get_by_role("link", name="A calendar entry").click()
    assert "I count paths" in Path(download.value.path()).read_text("utf-8")
    for page in (ann, ben):
        assert page.evaluate("document.documentElement.scrollWidth") == 360
    ann.screenshot(path=PICTURES / "room-close-360.png", full_page=True)
    ann.get_by_role("link", name="My certificate").click()
    ann.get_by_label("Your name").fill("Dr. Ánna Müller-Ørsted")
    ann.get_by_role("button", name="Show my certificate").click()
    expect(ann.get_by_role("button", name="Print")).to_be_visible()
    ann.screenshot(path=PICTURES / "room-certificate-360.png", full_page=True)
    ann.get_by_role("link", name="Back to the room").click()
    ann.get_by_role("link", name="My takeaway").click()
    expect(ann.get_by_text("a decision on Monday")).to_be_visible()
    ann.screenshot(path=PICTURES / "room-takeaway-360.png", full_page=True)
