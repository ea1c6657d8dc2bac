from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thousandfold.models.rare_needs import RareNeed


@given(st.floats(1e-6, 0.1), st.floats(0.1, 100), st.floats(1, 10_000), st.floats(0, 200))
def test_there_is_one_crossing_whatever_the_numbers(
    share: float, by_hand: float, build: float, upkeep: float
) -> None:
    need = RareNeed(share=share, by_hand=by_hand, build=build, upkeep=upkeep)
    crossing = need.break_even
    assert need.hours_by_hand(crossing) == pytest.approx(need.hours_built)
    assert need.hours_by_hand(crossing / 2) < need.hours_built < need.hours_by_hand(crossing * 2)
