"""A room that goes on with another laptop, from a copy or over the network."""

from __future__ import annotations

import io
import json
import re
import shutil
import signal
import threading
import zipfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack, closing
from html import unescape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import ROOT
from handed_in import FILE, SECONDS, STEM, Told, marked, put
from patience import patience
from served import Served, Visitor, served

from thousandfold.commands.room import _taken_over as taken_over
from thousandfold.errors import ExplainedError
from thousandfold.interrupts import interruptible
from thousandfold.room import hand_in, moving
from thousandfold.room.copying import packed, unpack, unpack_work
from thousandfold.room.hand_in import Intake
from thousandfold.room.journal import Journal
from thousandfold.room.marks import Exercise
from thousandfold.room.moving import ask_for_room, let_pages_follow, let_stay
from thousandfold.room.network import Place, is_near
from thousandfold.room.venue import STOOD

HOSTILE = (
    "../out.ipynb",
    "/out.ipynb",
    "submitted/../x/y.ipynb",
    "submitted/A/b/c.ipynb",
    "submitted/.replaced/b/c.ipynb",
    "submitted/a/c.ipynb",
)
NAME = "2027-03-15-half-day.room"


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return Exercise(ROOT, STEM)


@pytest.fixture
def first(exercise: Exercise, tmp_path: Path) -> Iterator[Served]:
    """Give a room in which somebody has voted and handed in."""
    with served(tmp_path / NAME, folder=tmp_path / "in", exercises=[exercise], make=Told) as room:
        yield room


def link_of(room: Served) -> str:
    site = room.site
    return f"{site.place.address}/facilitator/sign-in?key={site.door.key}"


def test_everybodys_page_follows_to_a_second_laptop(
    first: Served, exercise: Exercise, tmp_path: Path
) -> None:
    visitor, facilitator = Visitor(first.site), Visitor(first.site, facilitator=True)
    visitor.enter()
    visitor.hand_in("Ann", marked())
    first.go("vote")
    (question,) = first.site.day.asked
    visitor.send("/vote", question=question.name, answer="1")

    content = ask_for_room(link_of(first), "http://127.0.0.1:1")
    refused = visitor.send("/vote", question=question.name, answer="2")
    assert "takes the room over, at http://127.0.0.1:1" in refused["trouble"]
    assert "moved" not in page(visitor, "/"), "as long as nobody answers there"

    journal = unpack(content, tmp_path / "days")
    assert unpack_work(content, Intake([exercise], tmp_path / "in 2")) == (1, [])
    assert journal.name == NAME
    assert (tmp_path / "in 2" / "ann" / STEM / FILE).read_bytes() == marked()
    with served(journal, folder=tmp_path / "in 2", exercises=[exercise]) as second:
        let_pages_follow(link_of(first), second.site.place.address)
        assert second.site.day.step.name == first.site.day.step.name
        for browser, path in ((visitor, "/"), (facilitator, "/facilitator")):
            moved = page(browser, path)["moved"]
            assert moved.startswith(f"{second.site.place.address}/come?ticket=")
            there = browser.client.get(moved)
            assert there.url.path == path
        day = second.site.day
        (who,) = day.browsers
        assert day.votes.of(who, question, 1) == 1
        assert day.owners == {"ann": who}


def page(browser: Visitor, path: str) -> dict[str, str]:
    answer = browser.client.get(
        path, params={"seen": "x"}, headers={"Accept": "application/json"}
    ).json()
    assert isinstance(answer, dict)
    return answer


def test_the_first_laptop_goes_on_where_the_second_did_not_open(first: Served) -> None:
    visitor, facilitator = Visitor(first.site), Visitor(first.site, facilitator=True)
    visitor.enter()
    token = facilitator.token()
    for opened in (False, True):
        ask_for_room(link_of(first), "http://127.0.0.1:1")
        if opened:
            let_pages_follow(link_of(first), "http://127.0.0.1:1")
        assert "Another laptop takes the room over" in facilitator.client.get("/facilitator").text
        facilitator.client.post("/facilitator/stay", params={"_xsrf": token})
        assert "Another laptop" not in facilitator.client.get("/facilitator").text
    ask_for_room(link_of(first), "http://127.0.0.1:1")
    let_stay(link_of(first))  # as the second laptop says itself, where it could not open
    first.go("vote")
    assert "moved" not in page(visitor, "/")


def test_the_first_laptop_goes_on_where_nobody_waits_for_its_copy_any_longer(
    first: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = threading.Event()
    main = threading.main_thread().ident
    assert main

    def never_packed(*_: object) -> bytes:
        assert first.site.desk.elsewhere
        signal.pthread_kill(main, signal.SIGINT)  # Ctrl+C on the second laptop
        gone.wait(patience(SECONDS))
        return b""

    monkeypatch.setattr(moving, "packed", never_packed)
    asked = Namespace(rehearse=False, assignment=None, take_over=link_of(first))
    with interruptible(), pytest.raises(KeyboardInterrupt), ExitStack() as undo:
        taken_over(asked, Place("http://127.0.0.1:1", shared=False), undo)
    assert first.site.desk.elsewhere == ""
    gone.set()


def test_a_link_that_leads_to_the_second_laptop_itself_is_told_at_once() -> None:
    with pytest.raises(ExplainedError, match="is this laptop itself"):
        ask_for_room("http://127.0.0.1:9/facilitator/sign-in?key=x", "http://192.168.1.20:9")


def test_a_companys_proxy_is_asked_for_rooms_on_the_internet_alone(
    first: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Proxy(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(HTTPStatus.OK)
            self.end_headers()
            self.wfile.write(b"a copy")

    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        threading.Thread(target=proxy.serve_forever).start()
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.server_port}")
        try:
            far = "http://room.example.org/facilitator/sign-in?key=x"
            assert ask_for_room(far, "http://127.0.0.1:1") == b"a copy"
            assert ask_for_room(link_of(first), "http://127.0.0.1:1").startswith(b"PK")
        finally:
            proxy.shutdown()
    assert asked == ["http://room.example.org/move"]


@pytest.mark.parametrize(
    ("host", "near"),
    [
        ("10.1.2.3", True),
        ("169.254.3.4", True),
        ("fe80::1", True),
        ("localhost", True),
        ("anns-laptop", True),
        ("anns-laptop.local.", True),
        ("203.0.114.1", False),
        ("2a00:1450::1", False),
        ("room.example.org", False),
    ],
)
def test_a_room_in_this_network_is_told_by_its_name(host: str, near: bool) -> None:
    assert is_near(host) == near


def test_a_ticket_opens_nothing_in_a_room_that_was_never_elsewhere(first: Served) -> None:
    visitor, stranger = Visitor(first.site), Visitor(first.site)
    visitor.enter()
    found = re.search(r'data-ticket="([^"]+)"', visitor.client.get("/").text)
    assert found
    ticket = found[1].replace("&#34;", '"').replace("&quot;", '"')
    assert stranger.client.get("/come", params={"ticket": ticket}).url.path == "/sign-in"


def test_who_types_the_new_address_of_the_same_laptop_stays_who_they_are(
    exercise: Exercise, tmp_path: Path
) -> None:
    journal = tmp_path / NAME  # a hotspot in place of the wi-fi: another address
    with served(journal, folder=tmp_path / "in", exercises=[exercise], make=Told) as first:
        visitor = Visitor(first.site)
        visitor.enter()
        visitor.hand_in("Ann", marked())
        ticket = re.search(r'data-ticket="([^"]+)"', visitor.client.get("/").text)
        assert ticket
    with served(journal, folder=tmp_path / "in", exercises=[exercise]) as room:
        assert room.site.place.address != first.site.place.address
        after = Visitor(room.site)
        after.client.get("/come", params={"ticket": ticket[1]})
        assert 'value="ann"' in after.client.get("/hand-in").text
        assert len(room.site.day.browsers) == 1


def test_a_link_of_somebody_elses_makes_nobody_that_person(first: Served) -> None:
    first.site.kept.tell(STOOD, json.dumps(["http://10.0.0.1:8765"]))  # it has moved
    ann, eve = Visitor(first.site), Visitor(first.site)
    ann.enter()
    ann.send("/promise", line="what Ann does on Monday")
    eve.enter()
    found = re.search(r'data-ticket="([^"]+)"', eve.client.get("/").text)
    assert found
    eves = {"ticket": unescape(found[1])}
    ann.client.get("/come", params=eves)
    assert "what Ann does" in ann.client.get("/takeaway").text
    newcomer = Visitor(first.site)
    assert newcomer.client.get("/come", params=eves).url.path == "/"
    for visitor in (ann, eve, newcomer):
        visitor.client.close()


def test_nobody_else_takes_a_room_over(first: Served) -> None:
    visitor = Visitor(first.site)
    visitor.enter()
    wrong = f"{first.site.place.address}/facilitator/sign-in?key=wrong"
    with pytest.raises(ExplainedError, match="does not give its room away"):
        ask_for_room(wrong, "http://127.0.0.1:1")
    with pytest.raises(ExplainedError, match="takes the facilitator's link"):
        ask_for_room("file:///etc/passwd?key=x", "http://127.0.0.1:1")
    assert visitor.client.get("/facilitator/copy").url.path == "/sign-in"
    assert visitor.client.get("/come", params={"ticket": "2|1:0|forged"}).url.path == "/sign-in"
    first.go("vote")  # it is still here


def test_a_copy_that_is_none_leaves_nothing(
    first: Served, exercise: Exercise, tmp_path: Path
) -> None:
    days, intake = tmp_path / "days", Intake([exercise], tmp_path / "work")
    good = packed(first.site.kept, [exercise], tmp_path / "in")
    for content in (b"", b"no zip", good[: len(good) // 2]):
        with pytest.raises(ExplainedError):
            unpack(content, days)
    hostile = io.BytesIO(good)
    with zipfile.ZipFile(hostile, "a") as archive:
        for name in HOSTILE:
            archive.writestr(name, marked())
    came, left = unpack_work(hostile.getvalue(), intake)
    assert (came, len(left)) == (0, sum(name.count("/") == 3 for name in HOSTILE))
    assert sorted(tmp_path.rglob("out.ipynb")) == []
    assert not list((tmp_path / "work").rglob("*.ipynb"))


@pytest.mark.parametrize("name", ["ps 1.2", "06_communication", "übung [1] (neu)", "half-day"])
def test_a_room_of_any_exercise_can_be_copied(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"2027-03-15-{name}.room"
    with closing(Journal(path)) as journal:
        assert unpack(packed(journal, [], None), tmp_path / "days").name == path.name


@pytest.mark.parametrize("name", ["a/../../b", "a\\b", "a:b", "a\x00b", "a\nb", ""])
def test_a_copy_with_a_name_that_leads_elsewhere_is_refused(
    first: Served, tmp_path: Path, name: str
) -> None:
    hostile = io.BytesIO(packed(first.site.kept, [], None))
    with zipfile.ZipFile(hostile, "a") as archive:
        archive.comment = f"2027-03-15-{name}.room".encode()
    with pytest.raises(ExplainedError, match="no copy of a room"):
        unpack(hostile.getvalue(), tmp_path / "days")
    assert not list(tmp_path.rglob("*b.room"))


def test_what_was_there_on_the_second_laptop_is_kept_aside(
    first: Served, exercise: Exercise, tmp_path: Path
) -> None:
    visitor = Visitor(first.site)
    visitor.enter()
    visitor.hand_in("Ann", marked())
    copy = packed(first.site.kept, [exercise], tmp_path / "in")
    work = tmp_path / "in 2"
    older = work / "ann" / STEM / FILE
    put(older, b"what she tried on Friday")
    unpack(copy, tmp_path / "days")
    again = unpack(copy, tmp_path / "days")
    assert len(list(again.parent.glob("*.room"))) == 2
    unpack_work(copy, Intake([exercise], work))
    assert older.read_bytes() == marked()
    (kept,) = (work / ".replaced" / "ann" / STEM).iterdir()
    assert kept.read_bytes() == b"what she tried on Friday"


@pytest.mark.parametrize("lacking", ["disk", "people"])
def test_hand_ins_that_do_not_fit_are_no_take_over_without_a_word(
    first: Served,
    exercise: Exercise,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    lacking: str,
) -> None:
    for name in ("ann", "ben"):
        put(tmp_path / "in" / name / STEM / FILE, marked())
    copy = packed(first.site.kept, [exercise], tmp_path / "in")
    work = tmp_path / "in 2"
    usage = shutil.disk_usage(tmp_path)
    if lacking == "disk":
        monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=100 * 2**20))
    else:
        monkeypatch.setattr(hand_in, "MOST_LEARNERS", 1)
    with pytest.raises(
        ExplainedError, match=r"does not fit here: .*(nearly full|1 people).*--folder"
    ):
        unpack_work(copy, Intake([exercise], work))
    assert not list(work.rglob("*.ipynb"))


def test_what_cannot_come_along_is_named_and_the_others_come(
    first: Served, exercise: Exercise, tmp_path: Path
) -> None:
    for name, content in {"ann": marked(), "ben": b"no notebook", "zoe": marked()}.items():
        put(tmp_path / "in" / name / STEM / FILE, content)
    copy = packed(first.site.kept, [exercise], tmp_path / "in")
    work = tmp_path / "in 2"
    work.mkdir()
    (work / "zoe").write_text("a file where her folder would be")
    came, left = unpack_work(copy, Intake([exercise], work))
    assert came == 1
    assert (work / "ann" / STEM / FILE).read_bytes() == marked()
    assert [re.search(r"submitted/(\w+)/", one)[1] for one in left] == ["ben", "zoe"]  # type: ignore[index]
    assert "cannot be" in left[1]


def test_a_copy_holds_all_that_was_answered_before_it(
    first: Served, exercise: Exercise, tmp_path: Path
) -> None:
    stop, answered = threading.Event(), [0]

    def ask() -> None:
        while not stop.is_set():
            first.do("let in", address=f"10.0.0.{answered[0]}")
            answered[0] += 1

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        for number in range(5):
            before = answered[0]
            journal = unpack(packed(first.site.kept, [exercise], None), tmp_path / f"days {number}")
            with closing(Journal(journal)) as copied:
                assert len(list(copied.deeds())) >= before
    finally:
        stop.set()
        thread.join()
    assert answered[0] > 0
