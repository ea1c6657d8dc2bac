"""What lesson 08 concludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from thousandfold.core import SEED, Array, Model
from thousandfold.flight.claims import BALANCED_SPLIT, SPLIT_FOR_FEATURES
from thousandfold.flight.companies import fly_companies
from thousandfold.flight.debrief import IGNORING
from thousandfold.flight.engine import Flight
from thousandfold.flight.policies import REACTING, STEADY, Policy, random_table, with_rules
from thousandfold.keypoints.base import Keypoint

_FUTURES = 50  # 200 take ten times as long, and move no share by more than another draw does
_FEW = 5  # of each policy drawn at random, of which there are many
_DRAWN = 20
_NINE_IN_TEN = 0.9
_FIRST_ROUNDS = slice(1, 4)
_STRUCTURE = ("structure: one approver", "structure: one team", "structure: squads alone")
_OTHERS = ("the API", "reliability", "platform work")


def _middle(made: Sequence[Model], policy: Policy, futures: int = _FUTURES) -> Array:
    """Return the customers in the end, in the middle of the futures, shape (companies,)."""
    flights = cast(Sequence[Flight], made)
    ends = fly_companies(policy, flights, futures).final("customers")
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


def steady_beats_chance(made: Sequence[Model]) -> Array:
    """Return by how many doublings the steady policy is ahead of nine in ten drawn at random."""
    generator = np.random.Generator(np.random.PCG64(SEED))
    drawn = [_middle(made, random_table(generator), _FEW) for _ in range(_DRAWN)]
    nine_in_ten = np.maximum(1, np.quantile(drawn, _NINE_IN_TEN, axis=0))
    return np.asarray(np.log2(np.maximum(1, _middle(made, STEADY)) / nine_in_ten))


KEYPOINTS = (
    Keypoint(
        "All into features ends behind a balanced split. The line for debt says so from the first "
        "round on; the line for customers may say the opposite.",
        features_end_behind,
        Flight(),
        "% of the customers",
    ),
    Keypoint(
        "Take one thing away from the policy that reacts: structure costs more than the API, "
        "reliability or platform work; only debt can cost as much.",
        structure_costs_more,
        Flight(),
        "% of the customers",
    ),
    Keypoint(
        "Skill is what decisions do in many futures: something of everything, held steadily, ends "
        "ahead of nine in ten policies drawn at random.",
        steady_beats_chance,
        Flight(),
        "doublings of the customers",
    ),
)
