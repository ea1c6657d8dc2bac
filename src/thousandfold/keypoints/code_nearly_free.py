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
_MUCH_WRITING = 1 / 3


def less_than_half_again(made: Sequence[Model]) -> Array:
    """Return by how much less than half again a team delivers if code costs nothing."""
    return np.array([_HALF_AGAIN - cast(TeamWeek, week).most for week in made])


def writes_little_enough(made: Sequence[Model]) -> list[bool]:
    """Say where writing code takes up to a third of the week."""
    return [cast(TeamWeek, week).coding <= _MUCH_WRITING for week in made]


def never_catches_up(_: Sequence[Model]) -> float:
    """Return how many times as long twice the changes wait just below half, beyond a hundred."""
    return float(time_to_answer(0.999) / time_to_answer(0.4995)) - 100


def debt_takes_the_gain_back(made: Sequence[Model]) -> Array:
    """Return how far what is left of the gain in the twelfth quarter is below half of it."""
    gain = TeamWeek().most
    teams = [cast(Debt, team) for team in made]
    left = np.median(built_more(teams, gain)[-1], axis=1)
    return np.asarray(gain / 2 - left)


KEYPOINTS = (
    Keypoint(
        "If code cost nothing, a product team that writes code for up to a third of its week would "
        "deliver less than half as much again: the rest of its week stays.",
        less_than_half_again,
        TeamWeek(),
        "percent",
        where=writes_little_enough,
    ),
    Keypoint(
        "A reviewer who is busy half of the time never catches up with twice as many changes.",
        never_catches_up,
        unit="times",
        rests_on="arithmetic",
    ),
    Keypoint(
        "After three years with twice the debt from each day of work, less than half of the gain "
        "is left.",
        debt_takes_the_gain_back,
        Debt(repayment=0.3),
        "percent",
    ),
)
