"""What lesson 10 concludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from thousandfold.core import Array, Model
from thousandfold.keypoints.base import Keypoint
from thousandfold.models.approval import time_to_answer
from thousandfold.models.debt import Debt
from thousandfold.models.team_week import TeamWeek
from thousandfold.models.unread_debt import built_more

_HALF_AGAIN = 50


def less_than_half_again(made: Sequence[Model]) -> Array:
    """Return by how much less than half again a team delivers if code costs nothing."""
    return np.array([_HALF_AGAIN - cast(TeamWeek, week).most for week in made])


def twice_or_without_end(_: Sequence[Model]) -> float:
    """Return how nearly twice as many changes take twice as long, and then without end."""
    third = time_to_answer(2 / 3) / time_to_answer(1 / 3)
    near_half = time_to_answer(0.999) / time_to_answer(0.4995)
    return float(min(0.01 - abs(third - 2), near_half - 100))


def debt_takes_the_gain_back(made: Sequence[Model]) -> Array:
    """Return how far what is left of the gain in the twelfth quarter is below half of it."""
    gain = TeamWeek().most
    teams = [cast(Debt, team) for team in made]
    left = np.median(built_more(teams, gain)[-1], axis=1)
    return np.asarray(gain / 2 - left)


KEYPOINTS = (
    Keypoint(
        "If code cost nothing, a product team would deliver less than half as much again: "
        "the rest of its week stays.",
        less_than_half_again,
        TeamWeek(),
        "percent",
    ),
    Keypoint(
        "Where one reviewer is busy a third of the time, twice as many changes wait twice as long; "
        "from half of the time on, the line grows without end.",
        twice_or_without_end,
        unit="times",
        rests_on="arithmetic",
    ),
    Keypoint(
        "Twice the debt from each day of work takes more than half of the gain back within three "
        "years.",
        debt_takes_the_gain_back,
        Debt(repayment=0.3),
        "percent",
    ),
)
