"""A room that is served to tests, and browsers without a screen in front of it."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from conftest import ROOT
from handed_in import FILE, SECONDS
from patience import patience

from thousandfold.facilitation.course import find_course
from thousandfold.facilitation.plan import Plan, Session, Slot, timed
from thousandfold.facilitation.slides import SlidersOf, none
from thousandfold.room.board import Marks
from thousandfold.room.day import FACILITATOR
from thousandfold.room.journal import Journal
from thousandfold.room.marks import Exercise
from thousandfold.room.network import open_sockets
from thousandfold.room.opening import Planned, open_site, start_checks
from thousandfold.room.server import application, listen
from thousandfold.room.venue import Site

LESSON, EXERCISE = "06_communication", "exercise"
LINES = (
    Slot(0, 5, "talk", "Welcome"),
    Slot(0, 6, "vote", "Conversations that are possible?", LESSON, "poll"),
    Slot(0, 4, "predict", "Predict", LESSON, "lesson", "predict"),
    Slot(0, 6, "run", "One room", LESSON, "lesson", "paper"),
    Slot(0, 12, "exercise", "Decide", LESSON, EXERCISE),
    Slot(0, 32, "exercise", "Fly", "08_flight_simulator", "lesson", "fly"),
    Slot(0, 10, "break", "Break"),
    Slot(0, 5, "discuss", "Close"),
)
"""A short day with one line of each kind."""


@dataclass
class Served:
    """A room that is served.

    Attributes
    ----------
    site : Site
    loop : asyncio.AbstractEventLoop
        In which it runs, in a thread of its own.
    """

    site: Site
    loop: asyncio.AbstractEventLoop

    def do(self, kind: str, who: str = FACILITATOR, **body: Any) -> None:
        """Have something done, as a page would."""
        asyncio.run_coroutine_threadsafe(self.site.desk.do(kind, who, **body), self.loop).result()

    def go(self, kind: str, at: int = 0) -> None:
        """Go to the first step of a kind, or of a round of the flight."""
        day = self.site.day
        wanted = next(step for step in day.steps if step.kind == kind and at in (0, step.number))
        self.do("go", **{"from": day.step.name, "to": wanted.name})


@contextmanager
def served(
    journal: Path,
    lines: Sequence[Slot] = LINES,
    folder: Path | None = None,
    exercises: Sequence[Exercise] = (),
    make: Callable[[Exercise], Marks] | None = None,
    begin: int = 9 * 60,
    plan: Plan | None = None,
    workshop: Path | None = None,
    sliders_of: SlidersOf = none,
) -> Iterator[Served]:
    """Serve a room on this computer.

    Parameters
    ----------
    journal : Path
        Gone on with where it is there.
    lines : sequence of Slot
    folder : Path, optional
        Where submissions lie.
    exercises : sequence of Exercise
    make : callable, optional
        Makes what marks an exercise; else nothing is marked.
    begin : int
        Minutes after midnight.
    plan : Plan, optional
        Without one the room is never late.
    workshop : Path, optional
        The site for browsers.
    sliders_of : callable, optional
        Returns the sliders of a lesson; else the pictures of slides stand still.
    """
    sockets, place = open_sockets(0, shared=False)
    kept = Journal(journal)
    planned = Planned("test", "A short day", Session("", timed(lines, begin)), plan)
    site = open_site(
        find_course(ROOT),
        kept,
        place,
        planned,
        exercises,
        folder,
        workshop=workshop,
        sliders_of=sliders_of,
    )
    loop, ready, stop = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def serve() -> None:
        server = listen(application(site), sockets)
        site.desk.follow_threads()
        ready.set()
        await stop.wait()
        server.stop()
        await server.close_all_connections()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait()
    if make is not None:
        start_checks(site, make, 2)
    try:
        yield Served(site, loop)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()
        kept.close()


class Visitor:
    """A browser without a screen.

    Parameters
    ----------
    site : Site
    facilitator : bool
        Whether it has opened the facilitator's link.
    address : str, optional
        Where it is; Linux has many such addresses.
    """

    def __init__(self, site: Site, *, facilitator: bool = False, address: str = "") -> None:
        self.site = site
        self.client = httpx.Client(
            base_url=site.place.address,
            follow_redirects=True,
            timeout=patience(SECONDS),
            transport=httpx.HTTPTransport(trust_env=False, local_address=address or None),
        )
        if facilitator:
            self.client.get("/facilitator/sign-in", params={"key": site.door.key})

    def token(self, path: str = "/sign-in") -> str:
        """Return what stands in every form of this browser, so that no other site can send one."""
        found = re.search(r"_xsrf=([^\"&]+)", self.client.get(path).text)
        assert found
        return found[1]

    def enter(self, password: str = "") -> httpx.Response:
        """Sign in, with the right password by default."""
        given = password or self.site.door.password
        return self.post("/sign-in", password=given)

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Send the fields of a form."""
        return self.client.post(path, params={"_xsrf": self.token()}, data=fields)

    def send(self, path: str, **fields: str) -> dict[str, str]:
        """Send them as the script of a page does, and return the answer."""
        answer = self.client.post(
            path,
            params={"_xsrf": self.token()},
            data=fields,
            headers={"Accept": "application/json"},
        )
        told: dict[str, str] = answer.json()
        return told

    def hand_in(self, name: str, content: bytes, **more: str) -> httpx.Response:
        """Hand in a notebook."""
        return self.client.post(
            "/hand-in",
            params={"_xsrf": self.token()},
            data={"name": name, **more},
            files={"notebook": (FILE, content)},
        )

    def part(self, path: str) -> str:
        """Return the part of a page that changes, as its script gets it."""
        answer = self.client.get(
            path, params={"seen": "nothing yet"}, headers={"Accept": "application/json"}
        )
        return str(answer.json()["html"])
