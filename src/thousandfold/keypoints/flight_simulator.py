"""What lesson 08 concludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from thousandfold.core import SEED, Array, Model
from thousandfold.flight.claims import BALANCED_SPLIT, SPLIT_FOR_FEATURES
from thousandfold.flight.debrief import IGNORING
from thousandfold.flight.engine import Flight, fly_companies
from thousandfold.flight.policies import REACTING, Policy, random_table, with_rules
from thousandfold.keypoints.base import Keypoint

_FUTURES = 50  # 200 take ten times as long, and move no share by more than another draw does
_FEW = 5  # of each policy drawn at random, of which there are many
_DRAWN = 20
_START = 1000
_FIRST_ROUNDS = slice(1, 4)


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


def grows(made: Sequence[Model]) -> Array:
    """Return whether a company has more customers in the end than when it began."""
    return np.asarray(_middle(made, REACTING) > _START)


def structure_costs_most(made: Sequence[Model]) -> Array:
    """Return how much more the worst of the wrong structures costs than all else one can ignore."""
    ends = {
        ignored: _middle(made, with_rules(REACTING, rule))
        for ignored, rule in IGNORING.items()
        if rule
    }
    wrong = np.min([end for what, end in ends.items() if what.startswith("structure")], axis=0)
    other = np.min([end for what, end in ends.items() if not what.startswith("structure")], axis=0)
    return np.asarray(100 * (other - wrong) / np.maximum(1, _middle(made, REACTING)))


def reading_beats_chance(made: Sequence[Model]) -> Array:
    """Return by how many times who reacts ends above three in four policies drawn at random."""
    generator = np.random.Generator(np.random.PCG64(SEED))
    drawn = [_middle(made, random_table(generator), _FEW) for _ in range(_DRAWN)]
    three_in_four = np.quantile(drawn, 0.75, axis=0)
    return np.asarray(_middle(made, REACTING) / np.maximum(1, three_in_four) - 1)


KEYPOINTS = (
    Keypoint(
        "All into features ends behind a balanced split. The line for debt says so from the first "
        "round on; the line for customers may say the opposite.",
        features_end_behind,
        Flight(),
        "% of the customers",
    ),
    Keypoint(
        "Of all that a growing company can ignore, structure costs most: one team, one approver, "
        "or squads that go alone.",
        structure_costs_most,
        Flight(),
        "% of the customers",
        where=grows,
    ),
    Keypoint(
        "Skill is what decisions do in many futures: a policy that reads its report ends ahead of "
        "three in four drawn at random, also in companies for which nobody made it.",
        reading_beats_chance,
        Flight(),
        "times",
    ),
)
