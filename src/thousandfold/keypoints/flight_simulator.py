"""What lesson 08 concludes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from thousandfold.core import Array, Model
from thousandfold.flight.engine import Flight
from thousandfold.flight.policies import REACTING, with_rules
from thousandfold.flight.statements import ends, features_end_behind, steady_wins_but_at_ferry
from thousandfold.flight.survival import IGNORING
from thousandfold.keypoints.base import Keypoint

_FERRY = Flight()
_STRUCTURE = ("structure: one approver", "structure: one team", "structure: squads alone")
_OTHERS = ("the API", "reliability", "platform work")


def structure_costs_more(made: Sequence[Model]) -> Array:
    """Return how much more the worst structure costs than the worst of three other omissions."""
    wrong, other = (
        np.min([ends(made, with_rules(REACTING, IGNORING[what])) for what in group], axis=0)
        for group in (_STRUCTURE, _OTHERS)
    )
    return np.asarray(100 * (other - wrong) / np.maximum(1, ends(made, REACTING)))


KEYPOINTS = (
    Keypoint(
        "All into features ends behind a balanced split. The line for debt says so from the first "
        "round on; the line for customers may say the opposite.",
        features_end_behind,
        _FERRY,
        "% of the customers",
    ),
    Keypoint(
        "Take one thing away from the policy that reacts: structure costs more than the API, "
        "reliability or platform work; only debt can cost as much.",
        structure_costs_more,
        _FERRY,
        "% of the customers",
    ),
    Keypoint(
        "What wins here need not win there: the policy that reacts was tuned to Ferry and wins at "
        "Ferry; elsewhere a few rules, decided once, end ahead of it.",
        steady_wins_but_at_ferry,
        _FERRY,
        "doublings of the customers",
    ),
)
