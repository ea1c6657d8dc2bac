"""What lesson NUMBER says beside its keypoints, on default parameters."""

from __future__ import annotations

import pytest

from thousandfold.models import MODEL


def test_a_user_is_dear_in_a_small_company() -> None:
    small, large = MODEL().per_user([1_000, 1_000_000])
    assert small / large == pytest.approx(39.4, abs=0.1)


def test_crossing() -> None:
    assert MODEL().crossing == 40_000


def test_the_text_below_the_change_is_what_the_change_shows() -> None:
    assert MODEL(fixed=10_000).per_user([1_000, 1_000_000]) == pytest.approx([10.5, 0.51])
    assert MODEL(each=0.25).per_user([1_000, 1_000_000]) == pytest.approx([20.25, 0.27])
