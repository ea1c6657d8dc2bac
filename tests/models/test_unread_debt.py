"""A team that builds faster and leaves more debt, against itself by hand."""

from __future__ import annotations

import numpy as np
import pytest

from thousandfold.models import Debt, built_more, built_more_picture
from thousandfold.picture import Lines


def test_nothing_gained_and_no_more_debt_is_the_team_by_hand() -> None:
    assert built_more([Debt()], gain=0, debt=1) == pytest.approx(0)


def test_the_first_quarter_keeps_the_whole_gain() -> None:
    """Debt of a quarter costs interest from the next one on."""
    assert built_more([Debt()], gain=35)[0] == pytest.approx(35)


def test_more_debt_takes_back_more_and_repair_less() -> None:
    def at_the_end(team: Debt, debt: float) -> float:
        return float(np.median(built_more([team], debt=debt)[-1]))

    assert at_the_end(Debt(), 2) < at_the_end(Debt(), 1.5) < at_the_end(Debt(), 1)
    assert at_the_end(Debt(repayment=0.4), 2) > at_the_end(Debt(), 2)


def test_several_teams_at_once_are_the_same_as_one_by_one() -> None:
    teams = [Debt(), Debt(interest=0.1)]
    both = built_more(teams, replications=20)
    assert both.shape == (12, 2, 20)
    for place, team in enumerate(teams):
        assert both[:, place] == pytest.approx(built_more([team], replications=20)[:, 0])


def test_debt_stays_within_what_the_model_accepts() -> None:
    assert np.isfinite(built_more([Debt(carelessness=0.9)], debt=50)).all()


def test_the_picture_has_the_team_by_hand_at_zero() -> None:
    picture = built_more_picture(Debt(), 35)
    assert isinstance(picture, Lines)
    assert picture.notes[0].y == 0
    assert np.ravel(picture.series[0].y)[0] == pytest.approx(35)
