"""What lesson 08 concludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from thousandfold.core import Array, Model
from thousandfold.flight.claims import BALANCED_SPLIT, SPLIT_FOR_FEATURES
from thousandfold.flight.companies import fly_companies
from thousandfold.flight.debrief import IGNORING
from thousandfold.flight.engine import Flight
from thousandfold.flight.policies import REACTING, STEADY, Policy, with_rules
from thousandfold.keypoints.base import Keypoint

_FERRY = Flight()
_FUTURES = 50  # 200 take ten times as long, and move no share by more than another draw does
_FIRST_ROUNDS = slice(1, 4)
_STRUCTURE = ("structure: one approver", "structure: one team", "structure: squads alone")
_OTHERS = ("the API", "reliability", "platform work")


def _middle(made: Sequence[Model], policy: Policy) -> Array:
    """Return the customers in the end, in the middle of the futures, shape (companies,)."""
    flights = cast(Sequence[Flight], made)
    ends = fly_companies(policy, flights, _FUTURES).final("customers")
    return np.asarray(np.median(ends, axis=-1))


def features_end_behind(made: Sequence[Model]) -> Array:
    """Return how far behind all features ends; less than nothing if debt did not tell of it."""
    flights = cast(Sequence[Flight], made)
    features, balanced = (
        fly_companies(policy, flights, _FUTURES) for policy in (SPLIT_FOR_FEATURES, BALANCED_SPLIT)
    )
    ratio = np.median(features.final("customers") / np.maximum(1, balanced.final("customers")), -1)
    debt = [np.median(runs["lost"][_FIRST_ROUNDS], axis=-1) for runs in (features, balanced)]
    told = (debt[0] > debt[1]).all(axis=0)
    behind = 100 * (1 - ratio)
    return np.where(told, behind, -np.abs(behind))


def structure_costs_more(made: Sequence[Model]) -> Array:
    """Return how much more the worst structure costs than the worst of three other omissions."""
    wrong, other = (
        np.min([_middle(made, with_rules(REACTING, IGNORING[what])) for what in group], axis=0)
        for group in (_STRUCTURE, _OTHERS)
    )
    return np.asarray(100 * (other - wrong) / np.maximum(1, _middle(made, REACTING)))


def steady_wins_but_at_ferry(made: Sequence[Model]) -> Array:
    """Return by how many doublings the steady policy ends ahead; at Ferry, how far behind."""
    steady, reacting = (np.maximum(1, _middle(made, policy)) for policy in (STEADY, REACTING))
    ahead = np.log2(steady / reacting)
    return np.where([flight == _FERRY for flight in made], -ahead, ahead)


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
