"""Intervals: what was published, what must be so, and how often they hold the truth."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import Published
from hypothesis import given
from hypothesis import strategies as st

from thousandfold.inventory.intervals import bonett_price, crossed, wilson

BEFORE = [13, 12, 12, 9, 14, 17, 14, 9, 6, 7, 11, 15]
AFTER = [14, 13, 16, 12, 15, 18, 13, 10, 10, 8, 14, 16]


def test_the_published_change_of_a_share(published: Published) -> None:
    found = bonett_price(26, 4, 48)
    published.agrees("bonett_price_low", float(found.low))
    published.agrees("bonett_price_high", float(found.high))
    assert float(found.value) == pytest.approx(22 / 48)


def test_the_published_share(published: Published) -> None:
    found = wilson(81, 263)
    published.agrees("wilson_low", float(found.low))
    published.agrees("wilson_high", float(found.high))


def test_the_published_gain_of_people_who_met_one_form(published: Published) -> None:
    found = crossed(np.subtract(AFTER, BEFORE), [True] * 12)
    published.agrees("paired_mean", float(found.change.value))
    published.agrees("paired_low", float(found.change.low))
    published.agrees("paired_high", float(found.change.high))
    assert found.form is None


changes = st.lists(st.integers(-12, 12), min_size=4, max_size=30)


@given(changes, st.floats(-20, 20))
def test_an_easier_form_falls_out_and_is_told(some: list[int], easier: float) -> None:
    first = np.arange(len(some)) % 3 == 0  # not the half: the mean of all would be moved
    plain = crossed(some, first)
    moved = crossed(np.array(some) + np.where(first, easier, -easier), first)
    for one, other in zip(moved.change, plain.change, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
    assert moved.form is not None
    assert plain.form is not None
    assert float(moved.form.value - plain.form.value) == pytest.approx(easier, abs=1e-9)


@given(changes)
def test_with_halves_it_is_the_mean_of_all(some: list[int]) -> None:
    both = [*some, *some[::-1]]
    first = [True] * len(some) + [False] * len(some)
    assert float(crossed(both, first).change.value) == pytest.approx(np.mean(both))


def test_where_all_change_alike_there_is_no_interval() -> None:
    found = crossed([2, 2, 2, 2, 2], [True, False, True, False, True])
    assert float(found.change.value) == 2
    assert np.isnan(found.change.low)
    assert not found.change.found
    assert not found.change.rises


def test_many_studies_are_many_single_ones() -> None:
    some = np.random.default_rng(0).normal(size=(5, 9))
    first = np.arange(9) < 4
    many = crossed(some, first)
    for place, one in enumerate(some):
        assert many.change.low[place] == pytest.approx(float(crossed(one, first).change.low))


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_ends_lie_within_what_is_possible(rose: int, fell: int, same: int) -> None:
    people = rose + fell + same
    if not people:
        return
    found = bonett_price(rose, fell, people)
    assert -1 <= found.low <= found.high <= 1
    share = wilson(rose, people)
    assert 0 <= share.low <= share.value + 1e-12
    assert share.value - 1e-12 <= share.high <= 1
    assert np.isfinite([*found, *share]).all()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_share_is_held_in_about_95_of_100(share: float) -> None:
    drawn = np.random.default_rng(1).binomial(60, share, 4000)
    assert 0.93 < wilson(drawn, 60).holds(share).mean() < 0.975
