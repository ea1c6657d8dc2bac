"""Work beside the server: kept, shared by all who wait, and tried again where it failed."""

from __future__ import annotations

import asyncio
import threading

import pytest
from patience import patience, wait_until

from thousandfold.room.aside import Aside


@pytest.fixture
def told() -> list[tuple[str, ...]]:
    return []


@pytest.fixture
def aside(told: list[tuple[str, ...]]) -> Aside:
    return Aside(lambda *topics: told.append(topics))


def test_what_is_made_is_kept_and_told(aside: Aside, told: list[tuple[str, ...]]) -> None:
    go_on = threading.Event()
    assert aside.get("key", lambda: 7 * go_on.wait(patience(60)), "detail") is None
    go_on.set()
    wait_until(lambda: told == [("detail",)], 10)
    assert aside.get("key", lambda: 8) == 7


def test_what_failed_is_tried_again_by_whoever_looks_next_and_told_to_nobody(
    aside: Aside, told: list[tuple[str, ...]], caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[int] = []

    def work() -> int:
        tries.append(1)
        if len(tries) == 1:
            raise MemoryError
        return 7

    assert aside.get("key", work, "detail") is None
    wait_until(lambda: "whoever looks next" in caplog.text, 10)
    assert told == [], "who is told looks at once, and so on for ever"
    wait_until(lambda: aside.get("key", work, "detail") == 7, 10)
    assert tries == [1, 1]


def test_all_who_wait_for_the_same_have_it_made_once(aside: Aside) -> None:
    made: list[int] = []
    go_on = threading.Event()

    def work() -> int:
        made.append(1)
        go_on.wait(patience(60))
        return 7

    async def two() -> list[int]:
        both = asyncio.gather(aside.made("key", work), aside.made("key", work))
        asyncio.get_running_loop().call_soon(go_on.set)
        return await both

    assert asyncio.run(two()) == [7, 7]
    assert made == [1]


def test_how_far_work_has_come_is_known_until_it_is_done(
    aside: Aside, told: list[tuple[str, ...]]
) -> None:
    steps = threading.Semaphore(0)

    def work() -> int:
        for done in (1, 2):
            aside.reach("key", done, 2, "detail")
            steps.acquire(timeout=patience(60))
        return 7

    assert aside.reached("key") == (0, 0)
    aside.get("key", work, "detail")
    wait_until(lambda: aside.reached("key") == (1, 2), 10, lambda: aside.reached("key"))
    steps.release()
    wait_until(lambda: aside.reached("key") == (2, 2), 10)
    steps.release()
    wait_until(lambda: aside.get("key", work) == 7, 10)
    assert aside.reached("key") == (0, 0)
    assert told == [("detail",)] * 3
