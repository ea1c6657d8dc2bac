"""What lesson 10 concludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from thousandfold.core import Array, Model
from thousandfold.keypoints.base import Keypoint
from thousandfold.models.approval import Approval
from thousandfold.models.debt import Debt
from thousandfold.models.team_week import TeamWeek

_HALF_AGAIN = 50
_A_THIRD = 1 / 3
_A_LITTLE = 0.01
_THREE_YEARS = 12
_TIMES_THE_DEBT = 2
_MOST_CARELESS = 1.0
_PAID_BACK = 1 / 6


def free_code_saves_the_writing(_: Sequence[Model]) -> float:
    """Return by how much less than half as much again a team wins that writes just under a third.

    Free code is the most that there can be, and changes are no heavier: both favour the assistant.
    """
    return _HALF_AGAIN - TeamWeek(coding=_A_THIRD - _A_LITTLE, heavier=1).most


def a_second_reader_makes_up(_: Sequence[Model]) -> float:
    """Return the smaller of two margins, in times: of five times as long, and of today."""
    reader = Approval(decisions=9, hours=1, available=20)
    twice = reader.replace(decisions=18)
    two = twice.replace(deciders=2)
    return min(twice.time / reader.time - 5, 1 - two.time / reader.time)


def more_debt_asks_for_more_repair(made: Sequence[Model]) -> Array:
    """Return by how much the best share of repair rises if a day leaves twice the debt."""
    teams = [cast(Debt, team) for team in made]
    return np.array(
        [
            100
            * (
                team.replace(
                    carelessness=min(_MOST_CARELESS, _TIMES_THE_DEBT * team.carelessness)
                ).best_share(_THREE_YEARS)
                - team.best_share(_THREE_YEARS)
            )
            for team in teams
        ]
    )


def pays_back_soon(made: Sequence[Model]) -> list[bool]:
    """Say where a day of debt costs so much that its repair is paid back in six quarters."""
    return [cast(Debt, team).interest >= _PAID_BACK for team in made]


KEYPOINTS = (
    Keypoint(
        "Free code saves the time for writing it and no other: where that is a third of the week "
        "and the rest grows with what is built, a team delivers at most half as much again.",
        free_code_saves_the_writing,
        unit="percent",
        rests_on="arithmetic",
    ),
    Keypoint(
        "Where reading times vary widely, a reviewer who is busy 45 % of the time takes over five "
        "times as long for twice as many changes; two take less than one today.",
        a_second_reader_makes_up,
        unit="times",
        rests_on="arithmetic",
    ),
    Keypoint(
        "Where a day of work leaves twice the debt, and repair is paid back within a year and a "
        "half, more repair than was best by hand delivers most in three years.",
        more_debt_asks_for_more_repair,
        Debt(repayment=0.3),
        "points",
        where=pays_back_soon,
        sets=("repayment",),
    ),
)
