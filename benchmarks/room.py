"""What a live room costs: two hundred phones and twenty teams on this machine.

`make benchmark-room` writes `benchmarks/ROOM.md`. The phones run in this program, the room in one
of its own; both share the processors of the machine. The seconds are those of your machine today.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import re
import resource
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from running_room import Facilitator, RunningRoom, until_quiet
from tornado.httpclient import HTTPResponse

from thousandfold.room.browser import Browser, Lines, Sheet
from thousandfold.room.simulated import Person, people

TARGET = Path(__file__).with_name("ROOM.md")
PHONES, TEAMS, ROUNDS = 200, 20, 3
WITHIN = 2.0  # seconds in which all of them vote
FOLLOWS = 60.0  # seconds after which something is lost
_ANSWERED = re.compile(r"(\d+)\s+answered")
_TICKS = os.sysconf("SC_CLK_TCK") if sys.platform != "win32" else 100


class Phone(Person):
    """Somebody with a phone, and a watch."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.took: list[tuple[str, float, float]] = []  # where, when it was answered, seconds
        self.heard: list[float] = []

    async def ask(self, path: str, body: bytes | None = None, **more: Any) -> HTTPResponse:
        """Ask, and look at the watch."""
        begun = time.perf_counter()
        answer = await super().ask(path, body, **more)
        ended = time.perf_counter()
        if body is not None and answer.code == 200:
            self.took.append((path.partition("?")[0], ended, ended - begun))
        return answer

    async def news(self, path: str, seen: str) -> Sheet | None:
        """Wait for news, and look at the watch."""
        found = await super().news(path, seen)
        self.heard.append(time.perf_counter())
        return found

    async def _think(self) -> None:
        await asyncio.sleep(self._luck.uniform(0, WITHIN))


class Projector(Browser):
    """What the projector shows, and when."""

    def __init__(self, facilitator: Facilitator, lines: Lines) -> None:
        super().__init__(facilitator.address, lines)
        self.cookies = facilitator.cookies
        self.heard: list[tuple[float, str]] = []

    async def follow(self) -> None:
        """Follow the room."""
        page: Sheet | None = await self.open("/projector")
        while page is not None:
            self.heard.append((time.perf_counter(), page.words))
            page = await self.news("/projector", page.version)


def spent(room: RunningRoom) -> float:
    """Return the processor seconds that a room has used so far."""
    fields = (
        Path(f"/proc/{room.process.pid}/stat")
        .read_text(encoding="utf-8")
        .rpartition(")")[2]
        .split()
    )
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory(room: RunningRoom) -> float:
    """Return the most memory that a room has had, in MB."""
    status = Path(f"/proc/{room.process.pid}/status").read_text(encoding="utf-8")
    found = re.search(r"VmHWM:\s+(\d+)", status)
    return int(found[1]) / 1000 if found else 0.0


async def until(there: Callable[[], bool]) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(FOLLOWS):
        while not there():
            await asyncio.sleep(0.02)


class Measured:
    """A room that is measured."""

    def __init__(self, room: RunningRoom, phones: int, teams: int) -> None:
        self._room = room
        self._lines = Lines()
        self.facilitator = Facilitator(room, self._lines)
        class_ = people(phones, teams, room.address, room.password, kind=Phone)
        self.phones = [person for person in class_ if isinstance(person, Phone)]
        self.rows: list[tuple[str, str, str]] = []

    async def hold(self) -> None:
        """Hold so much of a day as is measured."""
        await self.facilitator.come_in()
        await self.facilitator.let_in()
        self.projector = Projector(self.facilitator, self._lines)
        tabs = [asyncio.create_task(phone.attend()) for phone in self.phones]
        tabs.append(asyncio.create_task(self.projector.follow()))
        await until(lambda: all(phone.signed_in for phone in self.phones))
        await until_quiet(lambda: sum(len(phone.took) for phone in self.phones), 2.0)
        await self._votes()
        await self._decisions()
        await self._steps()
        await self._debrief()
        for tab in tabs:
            tab.cancel()
        ends = await asyncio.gather(*tabs, return_exceptions=True)
        trouble = {repr(end) for end in ends} - {repr(asyncio.CancelledError())}
        if trouble - {"CancelledError('')"}:
            raise RuntimeError(str(trouble))
        self.rows.append(("most memory of the room", f"{memory(self._room):.0f} MB", "300 MB"))

    def _took(self, path: str, since: float) -> list[tuple[float, float]]:
        return [
            (ended, seconds)
            for phone in self.phones
            for where, ended, seconds in phone.took
            if where == path and ended > since
        ]

    async def _quiet(self) -> None:
        await until_quiet(lambda: sum(len(phone.took) for phone in self.phones), 2 * WITHIN)

    async def _reach(self, *kinds: str) -> None:
        """Go on until the room stands before the next step of a kind."""
        while True:
            at = await self.facilitator.coming()
            if at is None or at.split("-")[1] in kinds:
                return
            await self.facilitator.go()

    async def _votes(self) -> None:
        await self._reach("predict", "vote")
        before, since = spent(self._room), time.perf_counter()
        await self.facilitator.go()
        await self._quiet()
        took = self._took("/vote", since)
        self._add("a vote is answered", [seconds for _, seconds in took], "200 ms")
        cost = (spent(self._room) - before) / len(took)
        self.rows.append(("processor time of a vote, with all that follows", _ms(cost), ""))
        self._add("the projector counts it", self._lags(since), "1 s")

    def _lags(self, since: float) -> list[float]:
        """Return how long after each vote the projector counted it."""
        came: defaultdict[str, dict[int, float]] = defaultdict(dict)
        for phone in self.phones:
            votes = [f for path, f in phone.kept if path == "/vote"]
            times = [ended for where, ended, _ in phone.took if where == "/vote"]
            for fields, ended in zip(votes, times[-len(votes) :], strict=False):
                came[fields["question"]].setdefault(phone.number, ended)
        times_of = [sorted(moments.values()) for moments in came.values()]
        lags = []
        shown = 0
        for when, words in self.projector.heard:
            found = _ANSWERED.search(words)
            if when < since or not found:
                continue
            for count in range(shown, int(found[1])):
                first = min(times[count] for times in times_of if len(times) > count)
                lags.append(max(0.0, when - first))
            shown = max(shown, int(found[1]))
        return lags

    async def _steps(self) -> None:
        lags, shown, cost = [], [], []
        for _ in range(5):
            before, since = spent(self._room), time.perf_counter()
            await self.facilitator.go()
            await until(lambda: all(p.heard and p.heard[-1] > since for p in self.phones))  # noqa: B023
            await until(lambda: self.projector.heard[-1][0] > since)  # noqa: B023
            lags += [phone.heard[-1] - since for phone in self.phones]
            shown.append(next(when for when, _ in self.projector.heard if when > since) - since)
            cost.append((spent(self._room) - before) / len(self.phones))
            await asyncio.sleep(0.5)
        self._add("all phones have the next step", lags, "1 s")
        self._add("the projector has it", shown, "1 s")
        self.rows.append(("processor time of a step, for one phone", _ms(float(np.mean(cost))), ""))

    async def _decisions(self) -> None:
        await self._reach("teams")
        if await self.facilitator.coming() is None:
            return
        await self.facilitator.go()
        await self._quiet()
        since, before, lags = time.perf_counter(), spent(self._room), []
        for _ in range(ROUNDS):
            await self._reach("decide")
            await self.facilitator.go()
            await self._quiet()
            begun = time.perf_counter()
            await self._reach("came")
            await self.facilitator.go()
            await until(lambda: all(p.heard[-1] > begun for p in self.phones))  # noqa: B023
            lags += [next(w for w in p.heard if w > begun) - begun for p in self.phones]
            await asyncio.sleep(1)
        took = self._took("/flight/ask", since)
        self._add("a decision is answered", [seconds for _, seconds in took], "200 ms")
        self._add("all phones see what came", lags, "")
        cost = (spent(self._room) - before) / ROUNDS / len(self.phones)
        self.rows.append(("processor time of a round, for one phone", _ms(cost), ""))

    async def _debrief(self) -> None:
        await self._reach("skill")
        if await self.facilitator.coming() is None:
            return
        since = time.perf_counter()
        await self.facilitator.go()
        heard = self.projector.heard
        await until(lambda: heard[-1][0] > since and "in a moment" not in heard[-1][1])
        what = "skill and luck of all teams, in 1,000 futures, is on the projector"
        self.rows.append((what, f"{heard[-1][0] - since:.2g} s", "10 s"))

    def _add(self, what: str, seconds: Sequence[float], wanted: str) -> None:
        if seconds:
            middle, most = np.quantile(seconds, [0.5, 0.99])
            self.rows.append((what, f"{_ms(middle)}, {_ms(most)}", wanted))


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.3g} ms"


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phones", type=int, default=PHONES)
    parser.add_argument("--teams", type=int, default=TEAMS)
    arguments = parser.parse_args()
    logging.getLogger("tornado").setLevel(logging.CRITICAL)  # whoever leaves while it waits
    busy = os.getloadavg()[0]
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    with tempfile.TemporaryDirectory() as folder:
        room = RunningRoom(Path(folder), "--modules", "8")
        try:
            measured = Measured(room, arguments.phones, arguments.teams)
            asyncio.run(measured.hold())
        finally:
            room.close()
    rows = measured.rows
    lines = [
        "# The live room",
        "",
        f"Written by `make benchmark-room`: {arguments.phones} phones and {arguments.teams} teams, "
        f"all of which vote within {WITHIN:g} seconds, in another program on the same machine of "
        f"{os.cpu_count()} cores, for which {busy:.0f} programs waited already "
        "(for a quiet machine that is 0). Two times are those of the 50th and of the 99th "
        "percentile.",
        "",
        "| | measured | at most |",
        "|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(TARGET.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
