"""Where everything that people do in a room arrives: checked, written down, done, and told."""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from thousandfold.errors import ExplainedError
from thousandfold.room.day import Day
from thousandfold.room.journal import Deed, Journal

_AT_ONCE = 4  # pages that are told before what has arrived meanwhile has its turn
_Pending = list[tuple[Deed, asyncio.Future[None]]]


class Desk:
    """Takes deeds, one after the other, and answers when they are on the disk.

    What arrives at the same moment is written at once: forty votes cost the disk as much as one.

    Parameters
    ----------
    journal : Journal
    begin : callable
        Returns the state in which a day begins.

    Attributes
    ----------
    elsewhere : str
        The address at which another laptop goes on with the room; empty while it is here.
    day : Day
        As it stands, with everything done that was written.
    """

    def __init__(self, journal: Journal, begin: Callable[[], Day]) -> None:
        self._journal = journal
        self._begin = begin
        self._pending: _Pending = []
        self._versions: Counter[str] = Counter()
        self._waiting: defaultdict[str, set[asyncio.Future[None]]] = defaultdict(set)
        self._opened = secrets.token_hex(4)
        self.elsewhere = ""
        self._loop: asyncio.AbstractEventLoop | None = None
        last = self._do_again()
        # The room's clock: a computer's clock that is set while it runs changes nothing, and one
        # that was set back before a restart does not make the day run backwards.
        self._started = max(time.time(), last) - _passed()

    def now(self) -> float:
        """Return the seconds of the room's clock."""
        return self._started + _passed()

    def give_away(self, address: str) -> None:
        """Take nothing more: the room goes on at another address; empty: here again."""
        self._write()
        self.elsewhere = address
        self.tell_all()

    async def do(self, kind: str, who: str, **body: Any) -> None:
        """Do something, and return when it can no longer be lost.

        Raises
        ------
        ExplainedError
            If that is not possible now; then nothing has happened.
        """
        if self.elsewhere:
            raise ExplainedError(
                f"Another laptop takes the room over, at {self.elsewhere}. This page goes there by "
                "itself once that one is open; what you entered, enter once more there."
            )
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if not self._pending:
            asyncio.get_running_loop().call_soon(self._write)
        self._pending.append((Deed(kind, who, body, self.now()), done))
        await done

    def version(self, *topics: str) -> str:
        """Return a word that changes whenever something happens that concerns one of the topics.

        No room that was opened before, or will be, has the same one.
        """
        return ".".join([self._opened, *(str(self._versions[topic]) for topic in topics)])

    async def change(self, seen: str, *topics: str, seconds: float) -> None:
        """Wait until the version of the topics is another one, or for so many seconds."""
        end = time.monotonic() + seconds
        while self.version(*topics) == seen and (left := end - time.monotonic()) > 0:
            told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            for topic in topics:
                self._waiting[topic].add(told)
            try:
                await asyncio.wait_for(told, left)
            except TimeoutError:
                return
            finally:
                for topic in topics:
                    self._waiting[topic].discard(told)

    def tell(self, *topics: str) -> None:
        """Say that something about the topics has changed."""
        self._versions.update(topics)
        # What few follow first: the projector before all phones.
        few = sorted(topics, key=lambda topic: len(self._waiting[topic]))
        self._wake(list(dict.fromkeys(told for topic in few for told in self._waiting[topic])))

    def _wake(self, waiting: list[asyncio.Future[None]]) -> None:
        """Wake some, and the others after what has arrived meanwhile: a page is drawn for each."""
        for told in waiting[:_AT_ONCE]:
            if not told.done():
                told.set_result(None)
        if others := waiting[_AT_ONCE:]:
            asyncio.get_running_loop().call_soon(self._wake, others)

    def tell_all(self) -> None:
        """Say that something has changed that concerns everybody."""
        self.tell(*self._waiting)

    def follow_threads(self) -> None:
        """Let threads say from now on that something has changed, with `tell_from_thread`."""
        self._loop = asyncio.get_running_loop()

    def tell_from_thread(self, *topics: str) -> None:
        """Say from another thread that something about the topics has changed."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.tell, *topics)

    def _write(self) -> None:
        """Do what is pending, and write it; nobody sees a state that is not written."""
        pending, self._pending = self._pending, []
        try:
            self._write_all(pending)
        except Exception as error:  # whoever waits is answered, whatever happened
            for _, answer in pending:
                _refuse(answer, error)

    def _write_all(self, pending: _Pending) -> None:
        done: _Pending = []
        concerned: set[str] = set()
        for deed, answer in pending:
            try:
                concerned |= self.day.do(deed)
            except ExplainedError as error:
                _refuse(answer, error)
            except Exception as error:  # a mistake of ours stops no other deed, and leaves no half
                _refuse(answer, error)
                self._do_again([one for one, _ in done])
            else:
                done.append((deed, answer))
        if not done:
            return
        try:
            self._journal.write([deed for deed, _ in done])
        except Exception:
            self._do_again()
            raise
        for _, answer in done:
            if not answer.done():
                answer.set_result(None)
        self.tell(*concerned)

    def _do_again(self, more: Sequence[Deed] = ()) -> float:
        """Make the state anew from the journal and what follows it; return when that was done."""
        day, last = self._begin(), 0.0
        for deed in (*self._journal.deeds(), *more):
            # What was taken once, and is not any more, was taken by another version of ours: a day
            # that opens without one vote is better than one that does not open.
            with suppress(ExplainedError):
                day.do(deed)
            last = deed.at
        self.day = day
        return last


def _refuse(answer: asyncio.Future[None], error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)


def _passed() -> float:
    """Return the seconds of a clock that nobody sets and that goes on while a laptop sleeps."""
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":  # here alone this one goes on, and Python's own does not
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.monotonic()
