"""What the flight simulator teaches, as eight statements that are tried in many companies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

import numpy as np

from thousandfold.core import SEED, Array, Model, Robustness, Trajectory, robust
from thousandfold.flight.companies import fly_companies
from thousandfold.flight.decision import SHARES
from thousandfold.flight.deck import ROUNDS
from thousandfold.flight.engine import GOAL, Flight, fly
from thousandfold.flight.policies import (
    NEVER_OPEN,
    REACTING,
    STEADY,
    Policy,
    random_table,
    shares,
    with_rules,
)
from thousandfold.flight.results import points

_BESIDE_FEATURES = {"onboarding": 20, "debt": 25, "reliability": 10, "platform": 5}
BALANCED_SPLIT = with_rules(
    NEVER_OPEN, "when round above 0: " + shares(features=40, **_BESIDE_FEATURES)
)
SPLIT_FOR_FEATURES = with_rules(BALANCED_SPLIT, shares(features=100))
"""The same decisions, but for the split: all features."""

_FUTURES = 50  # 200 take ten times as long, and move no share by more than another draw does
_FIRST_ROUNDS = slice(1, 4)
_DEBT_SHARES = (0, 10, 20, 30, 40, 60, 80)
_CHANCES = 40  # policies drawn at random
_CHANCES_FUTURES = 10
_HARDLY = 2.0  # % of the futures
_MOST = 7  # of ten decisions
_FERRY = Flight()

ENDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **{name: (f"{name} 0", shares(**{name: 100})) for name in SHARES},
        "hire": ("hire 0", "hire 200"),
        "squads": ("squads 1", "squads 60"),
        "decides": ("decides approver", "decides alone"),
        "api": ("api closed", "api public"),
        "keep": ("keep 0", "keep 120"),
    }
)
"""Both ends of each decision, as rules."""


@dataclass(frozen=True)
class Statement:
    """What the game teaches, and how it is tried.

    Attributes
    ----------
    says : str
    margin : callable
        From companies to one number each: above 0 where the statement holds, and by how much.
    unit : str
        Of the margin.
    near : bool
        Whether it speaks of companies near Ferry, too.
    """

    says: str
    margin: Callable[[Sequence[Model]], Array]
    unit: str
    near: bool = True

    def robust(self, *, within: float | None = None, draws: int = 100) -> Robustness:
        """Try it in many companies, all coefficients drawn together.

        Parameters
        ----------
        within : float, optional
            How far around Ferry; all that is plausible by default.
        draws : int
            How many companies.
        """
        return robust(_FERRY, self.margin, self.says, unit=self.unit, within=within, draws=draws)


def ends(
    made: Sequence[Model], policy: Policy, stock: str = "customers", at: int = ROUNDS
) -> Array:
    """Return a stock after a round in the middle of the futures, shape (companies,).

    Parameters
    ----------
    made : sequence of Flight
        The companies.
    policy : Policy
    stock : str
    at : int
        The round.
    """
    flown = fly_companies(policy, cast(Sequence[Flight], made), _FUTURES)
    return np.asarray(np.median(flown[stock][at], axis=-1))


def features_or_balance(replications: int = 1000, features: float = 100) -> Trajectory:
    """Fly two companies that differ in nothing but the split: all features, or balanced.

    Parameters
    ----------
    replications : int
    features : float
        What the first puts into features, in per cent of its capacity; it splits the rest as the
        balanced one does.

    Returns
    -------
    Trajectory
    """
    rest = (100 - features) / sum(_BESIDE_FEATURES.values())
    split = {name: rest * share for name, share in _BESIDE_FEATURES.items()}
    first = with_rules(BALANCED_SPLIT, shares(features=features, **split))
    return fly({"features": first, "balanced": BALANCED_SPLIT}, replications=replications)


def features_end_behind(made: Sequence[Model]) -> Array:
    """Return how far behind all features ends; less than nothing if debt did not tell of it."""
    features, balanced = (
        fly_companies(policy, cast(Sequence[Flight], made), _FUTURES)
        for policy in (SPLIT_FOR_FEATURES, BALANCED_SPLIT)
    )
    ratio = np.median(features.final("customers") / np.maximum(1, balanced.final("customers")), -1)
    debt = [np.median(runs["lost"][_FIRST_ROUNDS], axis=-1) for runs in (features, balanced)]
    told = (debt[0] > debt[1]).all(axis=0)
    behind = 100 * (1 - ratio)
    return np.where(told, behind, -np.abs(behind))


def _debt_has_a_middle(made: Sequence[Model]) -> Array:
    """Return how far behind the better end of the shares for debt is, against the best inside."""
    found = []
    for share in _DEBT_SHARES:
        rest = (100 - share) / 10
        split = shares(
            features=4 * rest, onboarding=3 * rest, reliability=2 * rest, platform=rest, debt=share
        )
        found.append(ends(made, with_rules(STEADY, f"when round above 0: {split}")))
    return _behind(np.maximum(found[0], found[-1]), np.max(found[1:-1], axis=0))


def _squads_need_goals(made: Sequence[Model]) -> Array:
    """Return how far squads without goals and guardrails end behind squads with them."""
    alone, guided = (
        ends(made, with_rules(STEADY, f"decides {who}")) for who in ("alone", "guardrails")
    )
    return _behind(alone, guided)


def _opening_at_once_costs(made: Sequence[Model]) -> Array:
    """Return how far a public API from the first round is behind after half of the rounds."""
    open_at_once = with_rules(STEADY, "api public")
    half = ROUNDS // 2
    return _behind(ends(made, open_at_once, at=half), ends(made, STEADY, at=half))


def _subsidy_that_stops_early(made: Sequence[Model]) -> Array:
    """Return how many partners fewer stay if they are paid more for a year, not until many."""
    opened = with_rules(
        STEADY, "when round above 4: api partners", "when round below 5: api closed", "keep 120"
    )
    a_year, until_many = (
        ends(made, with_rules(opened, f"when {when}: keep 70"), "partners")
        for when in ("round above 6", "partners above 250")
    )
    return np.asarray(until_many - a_year)


def steady_wins_but_at_ferry(made: Sequence[Model]) -> Array:
    """Return by how many doublings the steady policy ends ahead; at Ferry, how far behind."""
    steady, reacting = (np.maximum(1, ends(made, policy)) for policy in (STEADY, REACTING))
    ahead = np.log2(steady / reacting)
    return np.where([flight == _FERRY for flight in made], -ahead, ahead)


def _chance_hardly_ever_wins(made: Sequence[Model]) -> Array:
    """Return how much less than 2 % of the futures of policies drawn at random reach the goal."""
    generator = np.random.Generator(np.random.PCG64(SEED))
    reached = [
        fly_companies(
            random_table(generator), cast(Sequence[Flight], made), _CHANCES_FUTURES
        ).final("customers")
        >= GOAL
        for _ in range(_CHANCES)
    ]
    return np.asarray(_HARDLY - 100 * np.mean(reached, axis=(0, 2)))


def between_less_ends(made: Sequence[Model]) -> Array:
    """Return how many points a decision between earns more than the better of both ends.

    Returns
    -------
    array, shape (10 decisions, companies)
    """

    def earned(policy: Policy) -> Array:
        flown = fly_companies(policy, cast(Sequence[Flight], made), _FUTURES)
        return np.asarray(points(flown)["points"].mean(axis=-1))

    between = earned(STEADY)
    return np.array(
        [
            between - np.maximum(*(earned(with_rules(STEADY, rule)) for rule in rules))
            for rules in ENDS.values()
        ]
    )


def _most_decisions_have_a_middle(made: Sequence[Model]) -> Array:
    return np.asarray((between_less_ends(made) > 0).sum(axis=0) - _MOST + 0.5)


def _behind(worse: Array, better: Array) -> Array:
    """Return how far one is behind another, in per cent of that."""
    return np.asarray(100 * (1 - worse / np.maximum(1, better)))


STATEMENTS: Mapping[str, Statement] = MappingProxyType(
    {
        "features only": Statement(
            "All into features ends behind a balanced split, and the line for debt says so from "
            "the first round on.",
            features_end_behind,
            "% of the customers",
        ),
        "debt share": Statement(
            "No debt work, and nearly nothing but debt work, both end behind a share between.",
            _debt_has_a_middle,
            "% of the customers",
        ),
        "goals": Statement(
            "Squads without goals and guardrails end behind squads with them.",
            _squads_need_goals,
            "% of the customers",
        ),
        "opening the API": Statement(
            "A public API from the first round on costs customers in the first three years.",
            _opening_at_once_costs,
            "% of the customers",
        ),
        "subsidy": Statement(
            "To pay partners more for a year leaves fewer of them than to pay until they are many.",
            _subsidy_that_stops_early,
            "partners",
        ),
        "tuned": Statement(
            "The policy that was tuned to Ferry wins there; elsewhere a few plain rules end ahead "
            "of it.",
            steady_wins_but_at_ferry,
            "doublings of the customers",
            near=False,
        ),
        "chance": Statement(
            "Policies drawn at random hardly ever reach a million.",
            _chance_hardly_ever_wins,
            "% of the futures",
        ),
        "no free lunch": Statement(
            "For seven of ten decisions, too little and too much both do worse than what the "
            "steady policy does.",
            _most_decisions_have_a_middle,
            "decisions",
        ),
    }
)
"""What the game teaches, by a short name. `what_survives` says in how many companies it does."""
