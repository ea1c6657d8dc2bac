"""A team that builds faster and leaves more debt, against itself by hand."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from thousandfold import simulate
from thousandfold.models import Debt, UnreadDebt
from thousandfold.picture import Lines


def built(team: UnreadDebt, line: int = 0) -> np.ndarray:
    """Return a line of its picture: this team, or one as careful as by hand."""
    return np.ravel(cast(Lines, team.picture("built")).series[line].y)


def test_nothing_gained_and_no_more_debt_is_the_team_by_hand() -> None:
    same = UnreadDebt(gain=0, leaves=1)
    assert built(same) == pytest.approx(0)
    assert same.ahead_of_hand() == pytest.approx(0)
    by_hand, runs = (simulate(team, 12, 20) for team in (Debt(repayment=0.3), same))
    for stock in ("delivered", "debt", "lost", "repairing"):
        assert runs[stock] == pytest.approx(by_hand[stock])


def test_twice_the_debt_of_a_day_is_a_team_twice_as_careless() -> None:
    careless = Debt(repayment=0.3, carelessness=2 * Debt().carelessness)
    expected, runs = (simulate(team, 12, 20) for team in (careless, UnreadDebt(gain=0)))
    assert runs["debt"] == pytest.approx(expected["debt"])


def test_the_first_quarter_keeps_the_whole_gain() -> None:
    """Debt of a quarter costs interest from the next one on."""
    assert built(UnreadDebt(gain=35))[0] == pytest.approx(35)
    assert built(UnreadDebt(gain=35, leaves=1)) == pytest.approx(35), "no more debt, no loss"


def test_more_debt_takes_back_more_and_care_less() -> None:
    at_the_end = [built(UnreadDebt(leaves=times))[-1] for times in (1, 1.5, 2, 3)]
    assert (np.diff(at_the_end) < 0).all()
    careful = UnreadDebt(leaves=1.35)
    assert built(careful) == pytest.approx(built(UnreadDebt(), line=1))


def test_more_repair_wins_less_at_first_and_more_in_all_up_to_a_point() -> None:
    ahead = np.array([UnreadDebt(repayment=r).ahead_of_hand() for r in (0.3, 0.4, 0.5)])
    assert (np.diff(ahead[:, 0]) < 0).all()
    assert ahead[:, 1].argmax() == 1


def test_the_picture_has_the_team_by_hand_at_zero_and_tells_the_sum() -> None:
    picture = cast(Lines, UnreadDebt().picture())
    assert picture.notes[0].y == 0
    assert picture.title.endswith("in three years in all")
    assert "less in three years" in UnreadDebt(repayment=0.2).picture().title
