"""How fast one person may ask: many times at once, then so many a second, and nobody else waits."""

from __future__ import annotations

import time

import pytest

from thousandfold.room import pace
from thousandfold.room.pace import Pace


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the time, which a test moves."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_a_burst_is_let_through_and_then_so_many_a_second(clock: list[float]) -> None:
    asked = Pace(10, 2.0)
    assert [asked.allows("ann") for _ in range(12)] == [True] * 10 + [False] * 2
    assert asked.allows("ben")
    clock[0] += 1.5
    assert [asked.allows("ann") for _ in range(4)] == [True] * 3 + [False]
    clock[0] += 1000
    assert sum(asked.allows("ann") for _ in range(100)) == 10


def test_whoever_comes_from_everywhere_fills_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "_MOST_REMEMBERED", 5)
    asked = Pace(1, 0.0)
    for number in range(100):
        asked.allows(str(number))
    assert len(asked._left) <= 5


def test_whoever_presses_again_and_again_waits_no_longer(clock: list[float]) -> None:
    asked = Pace(1, 0.5)
    assert asked.allows("ann")
    for _ in range(4):
        clock[0] += 0.4
        assert not asked.allows("ann")
    clock[0] += 0.5
    assert asked.allows("ann")
