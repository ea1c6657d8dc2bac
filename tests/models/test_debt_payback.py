from __future__ import annotations

import numpy as np
import pytest

from thousandfold.models.debt import Debt
from thousandfold.models.debt_payback import ahead_at, interest_for_a_year


def test_the_line_is_the_quarter_from_which_the_team_is_ahead() -> None:
    quarters = ahead_at(Debt(), 0.3)
    interests = np.linspace(0.05, 1, 39)
    for interest in (0.25, 0.5, 0.75):
        whole = Debt(interest=interest, repayment=0.3).ahead_from()
        assert abs(np.interp(interest, interests, quarters) - whole) < 1.1
    assert np.isinf(quarters[0])
    assert (np.diff(quarters[np.isfinite(quarters)]) < 0).all()


def test_the_turn_is_where_a_small_repair_pays_within_a_year() -> None:
    turn = interest_for_a_year(Debt())
    assert Debt(interest=turn - 0.05, repayment=0.01).ahead_from() > 4
    assert Debt(interest=turn + 0.05, repayment=0.01).ahead_from() == 4
    assert interest_for_a_year(Debt(), 0.3) > turn
    assert np.isinf(interest_for_a_year(Debt(), 0.9))
    picture = Debt().picture("payback")
    assert f"from an interest of {turn:.2f} on" in picture.sentence
    assert picture.notes[-1].x == pytest.approx(turn)


def test_the_line_knows_neither_interest_nor_share_of_the_team() -> None:
    np.testing.assert_array_equal(
        ahead_at(Debt(interest=0.6, repayment=0.7), 0.2), ahead_at(Debt(), 0.2)
    )
