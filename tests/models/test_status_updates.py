from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thousandfold import ExplainedError
from thousandfold.models.status_updates import StatusUpdates


def test_updates_by_hand() -> None:
    ways = StatusUpdates(spoken=3, writing=20, reading=1, followed=20)
    assert ways.meeting(20) == 1
    assert ways.written(41) == 40 / 60
    assert ways.written([21, 22, 1000]).tolist() == [40 / 60] * 3
    assert ways.crossing_point == 9.5


@given(st.floats(0.1, 60), st.floats(1, 600), st.floats(0.1, 60), st.integers(1, 1000))
def test_at_the_crossing_point_both_cost_the_same(
    spoken: float, writing: float, reading: float, followed: int
) -> None:
    ways = StatusUpdates(spoken=spoken, writing=writing, reading=reading, followed=followed)
    here = ways.crossing_point
    assert here >= 1
    if here > 1:
        assert ways.meeting(here) == pytest.approx(float(ways.written(here)))
        if spoken >= reading:
            assert ways.meeting(0.99 * here) <= ways.written(0.99 * here) + 1e-12
    for later in (1, 1.01, 1.5, 3, 100):
        assert ways.meeting(later * here) >= ways.written(later * here) - 1e-9


def test_a_message_is_spoken_at_some_speed() -> None:
    with pytest.raises(ExplainedError, match=r"0\.1\.\.60"):
        StatusUpdates(spoken=0)


def test_meetings() -> None:
    """A status meeting suits ten people; for a hundred, writing costs a seventh of it."""
    ways = StatusUpdates()
    assert 9 < ways.crossing_point < 10
    assert 7 < ways.meeting(100) / ways.written(100) < 8
    assert 100 * ways.meeting(100) == 500
    assert ways.meeting(100) / ways.meeting(10) == 10


def test_the_picture_says_from_when_on_writing_costs_less() -> None:
    assert "Writing costs less from 9.50 people on" in StatusUpdates().picture().sentence
