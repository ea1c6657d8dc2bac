from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thousandfold import ExplainedError
from thousandfold.models.architectures import Architectures


@given(
    st.floats(0.1, 10), st.floats(1, 10), st.floats(1, 10), st.floats(0.5, 1), st.floats(0.05, 1)
)
def test_two_architectures_cross_once(
    price: float, dearer: float, dearest: float, power: float, steeper: float
) -> None:
    three = Architectures(
        monolith_price=price,
        modular_price=price * dearer,
        services_price=min(100, price * dearer * dearest),
        monolith_power=power + 2 * steeper,
        modular_power=power + steeper,
        services_power=power,
    )
    for one, other in (
        ("monolith", "modular monolith"),
        ("modular monolith", "services"),
        ("monolith", "services"),
    ):
        there = three.crossing(one, other)
        assert three.crossing(other, one) == pytest.approx(there)
        sizes = there * np.array([0.01, 0.5, 2, 100])
        ahead = three.cost(one, sizes) < three.cost(other, sizes)
        assert ahead.tolist() == [True, True, False, False]


def test_each_architecture_has_its_size() -> None:
    three = Architectures()
    first = three.crossing("monolith", "modular monolith")
    second = three.crossing("modular monolith", "services")
    assert first < three.crossing("monolith", "services") < second
    assert three.cheapest([first / 2, (first + second) / 2, second * 2]).tolist() == [
        *three.options
    ]


def test_what_cannot_cross_is_explained() -> None:
    with pytest.raises(ExplainedError, match="same power"):
        Architectures(monolith_power=1.3).crossing("monolith", "modular monolith")
    with pytest.raises(ExplainedError, match="no option 'microservices'"):
        Architectures().cost("microservices", 10)
