"""What lesson 08 concludes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thousandfold.core import Array, Model
from thousandfold.flight.engine import Flight
from thousandfold.flight.policies import REACTING, STEADY, with_rules
from thousandfold.flight.statements import ends, features_end_behind, steady_wins_but_at_ferry
from thousandfold.flight.survival import IGNORING
from thousandfold.keypoints.base import Keypoint

_FERRY = Flight()
_STRUCTURES = ("structure: one approver", "structure: one team", "structure: squads alone")


def worst_structure_costs(made: Sequence[Model]) -> Array:
    """Return how many per cent of the customers the worst of three structures costs.

    It is asked of two policies, and the one that loses less counts: a policy that begins some of
    its work late, or never, would make that work look cheap to leave out.
    """
    lost = []
    for policy in (REACTING, STEADY):
        worst = np.min(
            [ends(made, with_rules(policy, IGNORING[structure])) for structure in _STRUCTURES],
            axis=0,
        )
        lost.append(100 * (1 - worst / np.maximum(1, ends(made, policy))))
    return np.asarray(np.min(lost, axis=0))


KEYPOINTS = (
    Keypoint(
        "All into features ends behind a balanced split. The line for debt says so from the first "
        "round on; the line for customers may say the opposite.",
        features_end_behind,
        _FERRY,
        "% of the customers",
    ),
    Keypoint(
        "Of one approver, one team and squads without goals, the worst loses customers in nearly "
        "every company. Which of them is worst differs.",
        worst_structure_costs,
        _FERRY,
        "% of the customers",
    ),
    Keypoint(
        "What wins here need not win there: far from Ferry, a few plain rules, decided once, end "
        "ahead of the policy that was tuned to it.",
        steady_wins_but_at_ferry,
        _FERRY,
        "doublings of the customers",
    ),
)
