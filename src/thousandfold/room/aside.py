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

    def get(self, key: Hashable, work: Callable[[], Made], *topics: str) -> Made | None:
        """Return what was made for a key; None until it is ready, which the topics are told.

        Parameters
        ----------
        key : hashable
            All that the work depends on.
        work : callable
        *topics : str
        """
        made = self._kept.get(key)
        if made is None:
            made = self._kept[key] = self._thread.submit(work)
            made.add_done_callback(lambda done: self._ready(done, topics))
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        if not made.done() or made.cancelled() or made.exception():
            return None
        return made.result()  # type: ignore[return-value]

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

    def _ready(self, done: Future[object], topics: tuple[str, ...]) -> None:
        if not done.cancelled() and (error := done.exception()):
            logging.getLogger(__name__).error("Something could not be computed", exc_info=error)
        self._tell(*topics)
