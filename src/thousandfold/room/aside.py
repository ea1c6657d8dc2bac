"""Work that takes longer than a page may wait: done beside the server, and kept."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from thousandfold.errors import ExplainedError

Made = TypeVar("Made")

_MOST_KEPT = 200


class Aside:
    """One thread that works for pages, a piece after the other.

    Parameters
    ----------
    tell : callable
        Is called from that thread with the topics of what is ready.
    """

    def __init__(self, tell: Callable[..., object]) -> None:
        self._tell = tell
        self._thread = ThreadPoolExecutor(1, "aside")
        self._busy: set[str] = set()
        self._kept: OrderedDict[Hashable, Future[object]] = OrderedDict()
        self._reached: dict[Hashable, tuple[int, int]] = {}

    def get(self, key: Hashable, work: Callable[[], Made], *topics: str) -> Made | None:
        """Return what was made for a key; None until it is ready, which the topics are told.

        What failed is forgotten, and nobody is told: whoever looks next has it tried once more.

        Parameters
        ----------
        key : hashable
            All that the work depends on.
        work : callable
        *topics : str
        """
        made = self._begun(key, work, topics)
        if not made.done() or made.cancelled() or made.exception():
            return None
        return made.result()

    async def made(self, key: Hashable, work: Callable[[], Made]) -> Made:
        """Return what was made for a key once it is ready; many may wait for it.

        Parameters
        ----------
        key : hashable
        work : callable
            As `get` takes them.
        """
        return await asyncio.shield(asyncio.wrap_future(self._begun(key, work, ())))

    def reach(self, key: Hashable, done: int, of: int, *topics: str) -> None:
        """Say from the thread how far the work for a key has come, and tell the topics.

        Parameters
        ----------
        key : hashable
        done, of : int
            Pieces that are done, and all.
        *topics : str
        """
        self._reached[key] = done, of
        self._tell(*topics)

    def reached(self, key: Hashable) -> tuple[int, int]:
        """Return how many pieces of the work for a key are done, of how many; 0 of 0 before."""
        return self._reached.get(key, (0, 0))

    async def run(self, who: str, work: Callable[[], Made]) -> Made:
        """Do something beside the server, and return what came of it.

        Parameters
        ----------
        who : str
            For whom: one piece at a time, so that nobody else waits behind many.
        work : callable

        Raises
        ------
        ExplainedError
            If another piece is worked on for the same.
        """
        if who in self._busy:
            raise ExplainedError("The one before is still being computed. Please wait a moment.")
        self._busy.add(who)
        work_done = self._thread.submit(work)
        work_done.add_done_callback(lambda done: self._busy.discard(who))
        return await asyncio.wrap_future(work_done)

    def _begun(
        self, key: Hashable, work: Callable[[], Made], topics: tuple[str, ...]
    ) -> Future[Made]:
        made = self._kept.get(key)
        if made is None:
            made = self._kept[key] = self._thread.submit(work)
            made.add_done_callback(lambda done: self._ready(key, done, topics))
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return made  # type: ignore[return-value]

    def _ready(self, key: Hashable, done: Future[object], topics: tuple[str, ...]) -> None:
        self._reached.pop(key, None)
        if done.cancelled() or done.exception():
            self._kept.pop(key, None)
            if not done.cancelled():
                told = "Something could not be computed; whoever looks next has it tried once more"
                logging.getLogger(__name__).error(told, exc_info=done.exception())
            return
        self._tell(*topics)
