"""What lesson 00 concludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from thousandfold.core import Array, Model
from thousandfold.datasets import load
from thousandfold.keypoints.base import Keypoint
from thousandfold.models.rare_needs import RareNeed
from thousandfold.models.team_output import TeamOutput

_FEW, _MANY = 1_000, 1_000_000
_PAST = 26
_AT, _A_FIFTH = 20, 0.2


def more_load_delivers_less(_: Sequence[Model]) -> float:
    """Return how much less a published test delivered at its highest load than at its best."""
    measured = (
        load("load_tests")
        .query("test == 'specsdm91'")
        .sort_values("load", kind="stable")["throughput"]
    )
    return 100 * (1 - float(measured.iloc[-1] / measured.max()))


def by_hand_then_built(made: Sequence[Model]) -> Array:
    """Return the smaller of two savings: by hand at few users, built at many."""
    needs = [cast(RareNeed, need) for need in made]
    return np.array(
        [
            min(
                need.hours_built - float(need.hours_by_hand(_FEW)),
                float(need.hours_by_hand(_MANY)) - need.hours_built,
            )
            for need in needs
        ]
    )


def twenty_six_are_past_the_best(made: Sequence[Model]) -> Array:
    """Return by how many people twenty-six are past a team's best size."""
    return np.array([_PAST - cast(TeamOutput, team).best_size for team in made])


def talks_for_a_fifth(made: Sequence[Model]) -> list[bool]:
    """Say where a team of twenty talks for a fifth of the day, or more."""
    return [cast(TeamOutput, team).overhead * _AT**2 >= _A_FIFTH for team in made]


KEYPOINTS = (
    Keypoint(
        "When more is asked of a system, it can deliver less, and not only stop growing: "
        "measure from which load on, before you promise.",
        more_load_delivers_less,
        unit="% less",
        rests_on="counted data",
    ),
    Keypoint(
        "A rare wish that is cheaper to meet by hand at 1,000 users is cheaper to build "
        "at 1,000,000.",
        by_hand_then_built,
        RareNeed(),
        "hours a month",
    ),
    Keypoint(
        "Where each person's talk grows with the square of the team, and takes at least a fifth of "
        "the day at twenty people, each person past twenty-six makes the team deliver less.",
        twenty_six_are_past_the_best,
        TeamOutput(),
        "people",
        where=talks_for_a_fifth,
    ),
)
