"""A room that is killed, left, starved and dripped on loses nothing, and everybody goes on.

THOUSANDFOLD_ALL=1 kills it twenty times in a day of 40 people; else three times in one of 12.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import tornado.web
from conftest import ROOT
from patience import patience, until, wait_until
from running_room import Facilitator, RunningRoom
from tornado.netutil import bind_sockets
from tornado.web import decode_signed_value

from thousandfold.facilitation import schedule
from thousandfold.facilitation.course import find_course
from thousandfold.room import server
from thousandfold.room.browser import Browser, Lines
from thousandfold.room.hand_in import folder_name
from thousandfold.room.journal import Deed, Journal
from thousandfold.room.simulated import Person, people

ALL = "THOUSANDFOLD_ALL" in os.environ
KILLS, PEOPLE, TEAMS = (20, 40, 5) if ALL else (3, 12, 3)
LONG = ("--format", "half-day")
SHORT = ("--modules", "8")
OPTIONS = LONG if ALL else SHORT
HANDING_IN = 4  # people; each notebook is marked in a box
KINDS = {"/vote": "vote", "/say": "say", "/promise": "promise", "/hand-in": "hand in"}
SECONDS = 60


@pytest.fixture
def room(tmp_path: Path) -> Iterator[RunningRoom]:
    room = RunningRoom(tmp_path, *OPTIONS)
    yield room
    room.close()


def works() -> dict[str, tuple[str, bytes]]:
    """Return the untouched exercises, by the title of their line in the plan."""
    course = find_course(str(ROOT))
    numbers = None if ALL else ["8"]
    slots = schedule.plan(course, "half-day", modules=numbers).sessions[0].slots
    paths = {
        slot.title: ROOT / "exercises" / slot.stem / f"{slot.stem}.ipynb"
        for slot in slots
        if slot.part == "exercise"
    }
    return {title: (path.name, path.read_bytes()) for title, path in paths.items()}


WAITED_FOR = {"vote": "/vote", "teams": "/flight/team", "decide-1": "/flight/ask"}
"""Steps in which a facilitator waits for somebody, however fast the others are left."""


async def the_day(room: RunningRoom, class_: list[Person], kills: int) -> None:
    """Hold a day to its end, while the room is killed again and again."""
    lines, luck = Lines(), random.Random(20)  # noqa: S311 - moments, no secrets
    facilitator = Facilitator(room, lines)
    await facilitator.come_in()
    await facilitator.let_in()
    tabs = [asyncio.create_task(person.attend()) for person in class_]
    killed, over = 0, False
    while killed < kills or not over:
        done = sum(len(person.kept) for person in class_)
        pressed = asyncio.create_task(facilitator.go())
        if killed < kills and luck.random() < 0.3:
            await asyncio.sleep(luck.uniform(0, 0.3))  # the moment is what is tried
            room.kill()
            await asyncio.to_thread(room.start)
            killed += 1
        over = await pressed is None
        await asyncio.sleep(luck.uniform(0, 0.2))
        step = await facilitator.step()
        for kind, path in WAITED_FOR.items():
            if step.partition("-")[2] == kind:
                await until(lambda path=path: any(_has(one, path) for one in class_), SECONDS)  # type: ignore[misc]
        if "exercise" in step:
            await until(
                lambda: all(_has(person, "/hand-in") for person in class_[:HANDING_IN]), SECONDS
            )
        if over and killed >= kills:
            await until(lambda: all(_has(person, "/promise") for person in class_), SECONDS)
        assert sum(len(person.kept) for person in class_) >= done
    for tab in tabs:
        tab.cancel()
    ends = await asyncio.gather(*tabs, return_exceptions=True)
    assert {type(end) for end in ends} == {asyncio.CancelledError}


def _has(person: Person, path: str) -> bool:
    return any(where == path for where, _ in person.kept)


def said(body: dict[str, Any]) -> set[str]:
    """Return all that a deed says, as it was written into the form."""
    found: set[str] = set()
    for value in body.values():
        if isinstance(value, dict):
            found |= said(value)
        else:
            found.add(f"{value:.12g}" if isinstance(value, float) else str(value))
    return found


def kept(person: Person, deeds: list[Deed], folder: Path) -> None:
    """Fail where something is missing that the room said it keeps."""
    for path, fields in person.kept:
        if path == "/hand-in":
            learner = folder_name(fields["name"])
            assert list((folder / learner).rglob("*.ipynb")), "a hand-in is lost"
            assert any(deed.body.get("learner") == learner for deed in deeds)
            continue
        kind = KINDS.get(path)
        wanted = {value for value in fields.values() if value}
        assert any(wanted <= said(deed.body) for deed in deeds if kind in (None, deed.kind)), (
            f"{path} {fields} is lost"
        )


@pytest.mark.timeout(1500 if ALL else 300)
def test_a_room_that_is_killed_again_and_again_loses_nothing(room: RunningRoom) -> None:
    async def day() -> list[Person]:
        class_ = people(PEOPLE, TEAMS, room.address, room.password, pace=0.2)
        for person in class_[:HANDING_IN]:
            person.works = works()
        await the_day(room, class_, KILLS)
        facilitator = Facilitator(room, Lines())
        await facilitator.come_in()
        assert await facilitator.go() is None  # the day is at its end, as it was
        for person in class_:
            page = await person.open("/")
            assert not any(form.path == "/sign-in" for form in page.forms)
            (line,) = [form for form in page.forms if form.path == "/promise"]
            assert line.fields["line"].value == dict(person.kept)["/promise"]["line"]
        return class_

    class_ = asyncio.run(day())
    room.close()
    by: defaultdict[str, list[Deed]] = defaultdict(list)
    with closing(Journal(room.journal)) as journal:
        for deed in journal.deeds():
            by[deed.who].append(deed)
        secret = journal.about("cookie_secret")
    cookie = f"thousandfold-room-{room.port}"
    for person in class_:
        visitor = decode_signed_value(secret, cookie, person.cookies[cookie])
        assert visitor, "the cookie is another room's"
        assert person.signed_in == 1
        assert person.kept
        kept(person, by[visitor.decode()], room.folder / "submitted")
    paths = {path for person in class_ for path, _ in person.kept}
    assert {"/vote", "/flight/team", "/flight/ask", "/hand-in", "/promise"} <= paths


def open_lines(room: RunningRoom, number: int, begun: bytes) -> list[socket.socket]:
    lines = []
    for _ in range(number):
        line = socket.create_connection(("127.0.0.1", room.port), timeout=patience(SECONDS))
        line.sendall(begun)
        lines.append(line)
    return lines


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: local",
        b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\npass",
    ],
    ids=["silent", "header", "body"],
)
def test_hundreds_of_half_open_lines_stop_nobody(room: RunningRoom, begun: bytes) -> None:
    half_open = open_lines(room, 600, begun)

    async def day() -> None:
        (person,) = people(1, 0, room.address, room.password)
        tab = asyncio.create_task(person.attend())
        facilitator = Facilitator(room, Lines())
        await facilitator.come_in()
        await until(lambda: person.signed_in == 1 and bool(person.cookies), SECONDS)

        async def goes_on() -> bool:
            await facilitator.go()
            return bool(person.kept)

        await until(goes_on, SECONDS)
        tab.cancel()

    asyncio.run(day())
    for line in half_open:
        line.close()


def test_whoever_leaves_while_they_wait_harms_nobody(room: RunningRoom) -> None:
    async def day() -> None:
        lines = Lines()
        guests = people(8, 0, room.address, room.password)
        for guest in guests:
            await guest._sign_in()
        gone = []
        for guest in guests[:4]:
            page = await guest.open("/")
            gone.append(asyncio.create_task(guest.news("/", page.version)))
        stays = await guests[4].open("/")
        waits = asyncio.create_task(guests[4].news("/", stays.version))
        await until(lambda: len(guests[0]._lines.active) == 5, SECONDS)
        for one in gone:
            one.cancel()
        # The wi-fi is gone in the middle of an answer: nothing more is read, the line is reset.
        for line in open_lines(room, 20, b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            line.close()
        facilitator = Facilitator(room, lines)
        await facilitator.come_in()
        await facilitator.go()
        news = await waits
        assert news is not None
        assert news.version != stays.version
        back = await guests[0].open("/")  # and whoever left is where they were
        assert back.version == news.version

    asyncio.run(day())


def test_two_browsers_of_one_person_are_two_and_both_stay(room: RunningRoom) -> None:
    async def day() -> None:
        lines = Lines()
        one, two = Browser(room.address, lines), Browser(room.address, lines)
        for browser in (one, two):
            page = await browser.open("/sign-in")
            assert (await browser.send(page.forms[0], {"password": room.password})).done
        assert one.cookies != two.cookies
        two.cookies = dict(one.cookies)  # a second window of the first one
        assert (await two.open("/")).version == (await one.open("/")).version

    asyncio.run(day())


class _Hello(tornado.web.RequestHandler):
    def get(self) -> None:
        self.finish("hello")


@contextmanager
def served() -> Iterator[int]:
    """Serve a page with the limits of a room, and give its port."""
    (line,) = bind_sockets(0, "127.0.0.1")
    loop, stop = asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        bounded = server.listen(tornado.web.Application([("/", _Hello)]), [line])
        await stop.wait()
        bounded.stop()
        await bounded.close_all_connections()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        yield line.getsockname()[1]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def answer(port: int, source: str = "127.0.0.1") -> bytes:
    with socket.create_connection(
        ("127.0.0.1", port), timeout=patience(SECONDS), source_address=(source, 0)
    ) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        try:
            return b"".join(iter(lambda: line.recv(10_000), b""))
        except ConnectionResetError:
            return b""


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere this machine has one loopback address"
)
def test_no_address_takes_all_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_LINES", 5)
    with served() as port:
        half_open = [socket.create_connection(("127.0.0.1", port)) for _ in range(5)]
        wait_until(lambda: not answer(port), SECONDS)
        assert answer(port, "127.0.0.2").endswith(b"hello")
        for line in half_open:
            line.close()
        wait_until(lambda: answer(port).endswith(b"hello"), SECONDS)


@pytest.mark.parametrize(
    "begun", [b"", b"GET / HT", b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx"]
)
def test_whoever_drips_is_not_waited_for(begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "_SLOW_SECONDS", 0.2)
    with (
        served() as port,
        socket.create_connection(("127.0.0.1", port), timeout=patience(SECONDS)) as line,
    ):
        line.sendall(begun)
        while line.recv(1000):  # ends when the other side does
            pass
