"""What lesson 08 concludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from thousandfold.core import SEED, Array, Model
from thousandfold.flight.claims import BALANCED_SPLIT, SPLIT_FOR_FEATURES
from thousandfold.flight.debrief import IGNORING
from thousandfold.flight.engine import GOAL, Flight, fly_companies
from thousandfold.flight.policies import REACTING, Policy, random_table, with_rules
from thousandfold.keypoints.base import Keypoint

_FUTURES = 50  # 200 take four times as long, and change the share by less than a draw does
_FEW = 5  # for each policy drawn at random: only its middle is asked
_DRAWN = 20
_BAD = 0.1
_WITHIN_REACH = 0.5


def _ends(made: Sequence[Model], policy: Policy, futures: int = _FUTURES) -> Array:
    """Return customers after the last round, shape (companies, futures)."""
    flights = cast(Sequence[Flight], made)
    return fly_companies(policy, flights, futures).final("customers")


def features_lead_first(made: Sequence[Model]) -> Array:
    """Return the smaller of two: the best lead of all features, and how much more it loses."""
    flights = cast(Sequence[Flight], made)
    features, balanced = (
        fly_companies(policy, flights, _FUTURES)["customers"]
        for policy in (SPLIT_FOR_FEATURES, BALANCED_SPLIT)
    )
    ahead = 100 * np.median(features / np.maximum(1, balanced) - 1, axis=-1)
    lead = ahead.max(axis=0)
    return np.asarray(np.minimum(lead, -ahead[-1] - lead))


def within_reach(made: Sequence[Model]) -> Array:
    """Return whether the policy that reacts to its report reaches the goal as often as not."""
    return np.asarray((_ends(made, REACTING) >= GOAL).mean(axis=1) >= _WITHIN_REACH)


def structure_before_debt(made: Sequence[Model]) -> Array:
    """Return by how much the best of three wrong structures ends behind no work on debt."""
    middle = {
        ignored: np.median(_ends(made, with_rules(REACTING, rule)), axis=1)
        for ignored, rule in IGNORING.items()
        if ignored == "debt" or ignored.startswith("structure")
    }
    debt = middle.pop("debt")
    return np.asarray((debt - np.max(list(middle.values()), axis=0)) / 1000)


def skill_beats_luck(made: Sequence[Model]) -> Array:
    """Return by how much a bad future of who reacts is ahead of the best policy of chance."""
    generator = np.random.Generator(np.random.PCG64(SEED))
    drawn = [random_table(generator) for _ in range(_DRAWN)]
    best = np.max([np.median(_ends(made, policy, _FEW), axis=1) for policy in drawn], axis=0)
    bad = np.quantile(_ends(made, REACTING), _BAD, axis=1)
    return np.asarray((bad - best) / 1000)


KEYPOINTS = (
    Keypoint(
        "All into features leads at first, and in the end is behind by more than it ever led.",
        features_lead_first,
        Flight(),
        "% of the customers of a balanced split",
    ),
    Keypoint(
        "Where the goal is within reach, a wrong structure costs more customers than no work on "
        "debt: one team, one approver, or squads that go alone.",
        structure_before_debt,
        Flight(),
        "thousand customers",
        where=within_reach,
    ),
    Keypoint(
        "Luck moves a result, skill moves it further: in a bad future, a policy that reads its "
        "report still ends ahead of the best of twenty drawn at random.",
        skill_beats_luck,
        Flight(),
        "thousand customers",
    ),
)
