from __future__ import annotations

import numpy as np
import pytest
from conftest import Published
from hypothesis import given
from hypothesis import strategies as st

from thousandfold import ExplainedError
from thousandfold.models.network_value import NetworkValue


def test_the_published_worth_of_a_doubled_network(published: Published) -> None:
    grown = NetworkValue().grown(2)
    published.agrees(
        "doubled_network", [grown[law] for law in ("Sarnoff", "Odlyzko-Tilly", "Metcalfe")]
    )
    assert grown["Reed"] == np.inf


@given(st.floats(10, 1e7), st.floats(1.01, 100))
def test_the_laws_are_in_order_and_nothing_changes_without_growth(
    members: float, factor: float
) -> None:
    network = NetworkValue(members=members)
    sarnoff, odlyzko, metcalfe, reed = network.grown(factor).values()
    assert factor <= sarnoff * (1 + 1e-9) <= odlyzko * (1 + 1e-9)
    assert odlyzko <= metcalfe * (1 + 1e-9)
    assert metcalfe <= reed * (1 + 1e-9) or members * (factor - 1) < 20
    np.testing.assert_allclose(list(network.grown(1).values()), 1)


def test_small_networks_follow_the_formulas() -> None:
    times = NetworkValue(members=4).times(8)
    np.testing.assert_allclose(list(times.values()), [2, 8 * np.log(8) / (4 * np.log(4)), 4, 16])


@given(st.floats(100, 1e7), st.floats(100, 1e7))
def test_who_gains_from_joining(mine: float, other: float) -> None:
    gains = NetworkValue(members=mine, other=other).joined()
    value, ratio = 1e6, other / mine
    assert "-" not in str(gains.loc["Sarnoff"].tolist()), "nothing, and neither -0.0 nor 1e-10"
    assert (gains.loc["Sarnoff"] == 0).all()
    metcalfe = gains.loc["Metcalfe"].to_numpy()
    np.testing.assert_allclose(metcalfe, value * ratio, rtol=1e-6)
    yours, theirs = gains.loc["Odlyzko-Tilly"]
    assert (yours > theirs) == (mine < other) or np.isclose(mine, other)
    assert min(yours, theirs) > 0


def test_the_laws_give_opposite_advice_about_a_merger() -> None:
    # Briscoe, Odlyzko and Tilly 2006: with one network eight times as large, its gain is less than
    # half of the other's; by Metcalfe's law both gain the same.
    gains = NetworkValue(members=100_000, other=12_500).joined()
    assert gains.loc["Odlyzko-Tilly", "yours"] < 0.5 * gains.loc["Odlyzko-Tilly", "the other's"]
    assert np.isclose(*gains.loc["Metcalfe"])
    assert gains.loc["Metcalfe", "yours"] > 10 * gains.loc["Odlyzko-Tilly", "yours"]
    assert (gains.loc["Reed"] == np.inf).all()


def test_a_network_of_one_is_refused() -> None:
    with pytest.raises(ExplainedError, match=r"more than one member, not 0\.5"):
        NetworkValue(members=100).grown(0.005)
