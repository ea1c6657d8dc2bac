"""How long a test waits for something: the longer, the slower or busier the machine is just now.

A bound only ends what will never come. It is passed through `patience`, so that no test fails for
being run on a slow machine, or on one that has other work.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_ROUNDS = 1_000_000
_QUIET_SECONDS = 0.03  # that many rounds take on a quiet machine of two cores
_OLD_SECONDS = 10.0  # after which a machine may be busier than it was

_measured = (float("-inf"), 1.0)


def patience(seconds: float) -> float:
    """Return how long to wait here and now for what takes at most so long on a quiet machine."""
    global _measured
    when, slowness = _measured
    if time.monotonic() - when > _OLD_SECONDS:
        start = time.perf_counter()
        for _ in range(_ROUNDS):
            pass
        slowness = max(1.0, (time.perf_counter() - start) / _QUIET_SECONDS)
        _measured = time.monotonic(), slowness
    return seconds * slowness


def wait_until(
    there: Callable[[], object], seconds: float, seen: Callable[[], object] = lambda: "nothing"
) -> None:
    """Wait until something is there; if it does not come, fail with what was seen instead."""
    latest = time.monotonic() + patience(seconds)
    while not there():
        if time.monotonic() > latest:
            raise AssertionError(f"waited in vain; what was seen instead: {seen()}")
        time.sleep(0.02)


async def until(there: Callable[[], Awaitable[object] | object], seconds: float) -> None:
    """Wait until something is so, while everything else goes on."""
    async with asyncio.timeout(patience(seconds)):
        while True:
            found = there()
            if await found if isinstance(found, Awaitable) else found:
                return
            await asyncio.sleep(0.05)


async def others_first() -> None:
    """Let everything that is ready have its turn."""
    await asyncio.sleep(0)


def patient(page: Page) -> Page:
    """Let a page, and what is expected of it, take as long as this machine needs just now."""
    from playwright.sync_api import expect

    milliseconds = patience(60) * 1000
    page.set_default_timeout(milliseconds)
    expect.set_options(timeout=milliseconds)
    return page
