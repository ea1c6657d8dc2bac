"""A room that goes on with another laptop, from a copy or over the network."""

from __future__ import annotations

import io
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT
from handed_in import FILE, STEM, Told, marked
from served import Served, Visitor, served
from tornado.web import create_signed_value

from thousandfold.errors import ExplainedError
from thousandfold.room.copying import packed, unpack
from thousandfold.room.marks import Exercise
from thousandfold.room.moving import ask_for_room, let_pages_follow
from thousandfold.room.page import COME

HOSTILE = (
    "../out.ipynb",
    "/out.ipynb",
    "submitted/../x/y.ipynb",
    "submitted/A/b/c.ipynb",
    "submitted/.replaced/b/c.ipynb",
    "submitted/a/b/c.py",
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
    assert "goes on at http://127.0.0.1:1" in refused["trouble"]
    assert "moved" not in page(visitor, "/"), "as long as nobody answers there"

    journal = unpack(content, tmp_path / "days", tmp_path / "in 2")
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
    ask_for_room(link_of(first), "http://127.0.0.1:1")
    let_pages_follow(link_of(first), "http://127.0.0.1:1")
    assert "Go on here after all" in facilitator.client.get("/facilitator").text
    token = facilitator.token("/facilitator")
    facilitator.client.post("/facilitator/stay", params={"_xsrf": token})
    first.go("vote")
    assert "moved" not in page(visitor, "/")


def test_a_link_of_somebody_elses_makes_nobody_that_person(first: Served) -> None:
    ann, eve = Visitor(first.site), Visitor(first.site)
    ann.enter()
    ann.send("/promise", line="what Ann does on Monday")
    eve.enter()
    secret = first.site.door.cookie_secret
    eves = list(first.site.day.browsers)[1]
    ticket = create_signed_value(secret, COME, eves).decode()
    ann.client.get("/come", params={"ticket": ticket})
    assert "what Ann does" in ann.client.get("/takeaway").text
    newcomer = Visitor(first.site)
    assert newcomer.client.get("/come", params={"ticket": ticket}).url.path == "/"
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
    days, work = tmp_path / "days", tmp_path / "work"
    good = packed(first.site.kept, [exercise], tmp_path / "in")
    for content in (b"", b"no zip", good[: len(good) // 2]):
        with pytest.raises(ExplainedError):
            unpack(content, days, work)
    hostile = io.BytesIO(good)
    with zipfile.ZipFile(hostile, "a") as archive:
        for name in HOSTILE:
            archive.writestr(name, b"x")
    unpack(hostile.getvalue(), days, work)
    assert sorted(tmp_path.rglob("out.ipynb")) == []
    assert not work.exists()
    with pytest.raises(ExplainedError, match="has a room of that day already"):
        unpack(good, days, work)


def test_a_copy_is_whole_while_people_vote(first: Served, exercise: Exercise) -> None:
    stop = threading.Event()

    def vote() -> None:
        while not stop.is_set():
            first.do("let in", address="10.0.0.1")

    thread = threading.Thread(target=vote)
    thread.start()
    try:
        copies = [packed(first.site.kept, [exercise], None) for _ in range(5)]
    finally:
        stop.set()
        thread.join()
    assert all(zipfile.ZipFile(io.BytesIO(copy)).testzip() is None for copy in copies)
