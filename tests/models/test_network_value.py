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
    sarnoff, odlyzko, metcalfe, cube, reed = network.grown(factor).values()
    assert factor <= sarnoff * (1 + 1e-9) <= odlyzko * (1 + 1e-9)
    assert odlyzko <= metcalfe * (1 + 1e-9)
    assert metcalfe <= cube * (1 + 1e-9)
    assert cube <= reed * (1 + 1e-9) or members * (factor - 1) < 40
    np.testing.assert_allclose(list(network.grown(1).values()), 1)


def test_small_networks_follow_the_formulas() -> None:
    times = NetworkValue(members=4).times(8)
    np.testing.assert_allclose(list(times.values()), [2, 8 * np.log(8) / (4 * np.log(4)), 4, 8, 16])


def test_two_powers_fitted_the_same_two_companies(published: Published) -> None:
    tenfold = NetworkValue().grown(10)
    published.agrees("network_power_2015", np.log10(tenfold["Metcalfe"]))
    published.agrees("network_power_2023", np.log10(tenfold["Zhang-Xu"]))


def test_a_network_of_one_is_refused() -> None:
    with pytest.raises(ExplainedError, match=r"more than one member, not 0\.5"):
        NetworkValue(members=100).grown(0.005)
