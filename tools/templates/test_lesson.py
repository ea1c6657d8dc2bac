"""What lesson NUMBER says beside its keypoints, on default parameters."""

from __future__ import annotations

from itertools import product

import pytest
from class_list import NAMES

from thousandfold import numbers_for
from thousandfold.models import MODEL


def test_a_user_is_dear_in_a_small_company() -> None:
    small, large = MODEL().per_user([1_000, 1_000_000])
    assert small / large == pytest.approx(39.4, abs=0.1)


def test_crossing() -> None:
    assert MODEL().crossing == 40_000


def test_the_same_saving_helps_one_company_and_not_the_other() -> None:
    assert MODEL(fixed=10_000).per_user([1_000, 1_000_000]) == pytest.approx([10.5, 0.51])
    assert MODEL(each=0.25).per_user([1_000, 1_000_000]) == pytest.approx([20.25, 0.27])


def test_everybody_s_own_service_is_as_hard_as_any_other() -> None:
    fixed, each = [10_000, 20_000, 40_000], [2, 3, 4]
    drawn = [numbers_for(name, fixed=fixed, each=each) for name in NAMES]
    assert {(mine.fixed, mine.each) for mine in drawn} == set(product(fixed, each))
