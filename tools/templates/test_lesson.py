"""Every sentence that lesson NUMBER claims, on default parameters."""

from __future__ import annotations

import pytest

from thousandfold.models import MODEL


def test_a_user_is_dear_in_a_small_company() -> None:
    """At 1,000 users a user costs nearly forty times as much as at 1,000,000."""
    small, large = MODEL().per_user([1_000, 1_000_000])
    assert small / large == pytest.approx(39.4, abs=0.1)


def test_crossing() -> None:
    """From some size on, the part for each user costs more than the fixed part."""
    assert MODEL().crossing == 40_000


def test_what_to_halve() -> None:
    """Halving the fixed part helps a small company, halving the part for each user a large one."""
    less_fixed, less_each = MODEL(fixed=10_000), MODEL(each=0.25)
    assert less_fixed.per_user(1_000) < less_each.per_user(1_000)
    assert less_each.per_user(1_000_000) < less_fixed.per_user(1_000_000)


def test_the_text_below_the_change_is_what_the_change_shows() -> None:
    assert MODEL(fixed=10_000).per_user([1_000, 1_000_000]) == pytest.approx([10.5, 0.51])
    assert MODEL(each=0.25).per_user([1_000, 1_000_000]) == pytest.approx([20.25, 0.27])
