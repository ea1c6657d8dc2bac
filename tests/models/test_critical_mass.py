from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError
from thousandfold.models.critical_mass import CriticalMass


@given(st.floats(1, 500), st.floats(0.01, 0.24))
def test_the_two_shares_meet_the_price_and_hold_themselves(strength: float, part: float) -> None:
    service = CriticalMass(strength=strength, price=part * strength)
    for share in (service.critical, service.full):
        np.testing.assert_allclose(service.price_at(share), service.price)
        np.testing.assert_allclose(service.willing(share), share)
    np.testing.assert_allclose(service.critical + service.full, 1)


@settings(max_examples=40)
@given(st.floats(0.01, 0.24), st.floats(0.01, 0.5))
def test_below_the_critical_mass_nobody_is_left_and_above_it_fills(
    part: float, distance: float
) -> None:
    service = CriticalMass(strength=1, price=part)
    below = service.path(service.critical * (1 - distance), periods=1000)
    above = service.path(service.critical + distance * (1 - service.critical), periods=1000)
    assert below[-1] == 0
    assert (np.diff(below) <= 0).all()
    np.testing.assert_allclose(above[-1], service.full, atol=1e-6)


def test_a_price_that_is_too_high_empties_any_service() -> None:
    service = CriticalMass(strength=100, price=26)
    assert service.critical == np.inf
    assert service.path(1)[-1] == 0
    assert "until nobody is left" in service.picture().sentence


def test_a_free_service_has_no_critical_mass() -> None:
    service = CriticalMass(price=0)
    assert (service.critical, service.full) == (0, 1)
    assert service.path(0.001, periods=1)[-1] == 1


def test_a_start_that_is_no_share_is_refused() -> None:
    with pytest.raises(ExplainedError, match=r"write 20 % as 0\.2"):
        CriticalMass().path(20)
