"""What the flight simulator must teach, as statements that can be tried, and what moves them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from thousandfold.core import SEED, Array, Trajectory
from thousandfold.flight.decision import DECIDES, SHARES, Decision
from thousandfold.flight.deck import ROUNDS
from thousandfold.flight.engine import GOAL, Flight, fly
from thousandfold.flight.policies import (
    NEVER_OPEN,
    REACTING,
    frozen,
    random_table,
    shares,
    with_rules,
)
from thousandfold.flight.results import points

if TYPE_CHECKING:
    import pandas as pd

BALANCED_SPLIT = with_rules(
    NEVER_OPEN,
    "when round above 0: "
    + shares(features=40, onboarding=20, debt=25, reliability=10, platform=5),
)
SPLIT_FOR_FEATURES = with_rules(BALANCED_SPLIT, shares(features=100))
"""The same decisions, but for the split: all features."""

_DEBT_SHARES = (0, 5, 10, 20, 30, 40, 60, 80)
_TEAMS = np.arange(5.0, 101, 5)


@dataclass(frozen=True)
class Claim:
    """One statement of what the game must teach, tried over many futures.

    Attributes
    ----------
    says : str
        The statement.
    holds : bool
        Whether it does.
    numbers : mapping of str to float
        What that rests on.
    """

    says: str
    holds: bool
    numbers: Mapping[str, float]


def _median(runs: Trajectory, stock: str = "customers") -> Array:
    """Median over the futures, shape (times, policies)."""
    return np.asarray(np.median(runs[stock], axis=-1))


def _tenfolds(runs: Trajectory) -> Array:
    """Mean logarithm of the customers at the end, for each policy."""
    return np.asarray(np.log10(np.maximum(1, runs.final("customers"))).mean(axis=-1))


def features_or_balance(
    flight: Flight | None = None, replications: int = 1000, seed: int = SEED
) -> Trajectory:
    """Fly two companies that differ in nothing but the split: all features, or balanced.

    Parameters
    ----------
    flight, replications, seed
        As in `flight.engine.fly`.

    Returns
    -------
    Trajectory
    """
    return fly(
        {"features only": SPLIT_FOR_FEATURES, "balanced": BALANCED_SPLIT},
        replications=replications,
        seed=seed,
        flight=flight,
    )


def features_only(flight: Flight, replications: int, seed: int) -> Claim:
    """Compare all-features with a balanced split, all else the same."""
    runs = features_or_balance(flight, replications, seed)
    ahead = _median(runs)[1:, 0] > _median(runs)[1:, 1]
    leads = int(ahead.argmin()) if not ahead.all() else ROUNDS
    ends = runs.final("customers")
    behind = float((ends[0] < ends[1]).mean())
    return Claim(
        "Features only is ahead for about three rounds, then debt eats delivery.",
        2 <= leads <= 5 and not ahead[leads:].any() and behind >= 0.9,
        {
            "rounds ahead": leads,
            "behind at the end, share of futures": behind,
            "time lost to debt, features only": float(_median(runs, "lost")[-1, 0]),
            "time lost to debt, balanced": float(_median(runs, "lost")[-1, 1]),
            "customers at the end, features only": float(_median(runs)[-1, 0]),
            "customers at the end, balanced": float(_median(runs)[-1, 1]),
        },
    )


def debt_share(flight: Flight, replications: int, seed: int) -> Claim:
    """Try shares for debt from nothing to nearly all: always, and in one half only."""
    whens = {
        "always": "when round above 0: ",
        "first half": f"when round below {ROUNDS // 2 + 1}: ",
        "second half": f"when round above {ROUNDS // 2}: ",
    }
    policies = {}
    for part, when in whens.items():
        for share in _DEBT_SHARES:
            rest = 100 - share
            split = shares(
                features=0.4 * rest, onboarding=0.3 * rest, reliability=0.2 * rest,
                platform=0.1 * rest, debt=share,
            )  # fmt: skip
            policies[f"{part}, {share} %"] = with_rules(REACTING, when + split)
    runs = fly(policies, replications=replications, seed=seed, flight=flight)
    ends = _tenfolds(runs).reshape(len(whens), -1)
    best = {part: _DEBT_SHARES[int(row.argmax())] for part, row in zip(whens, ends, strict=True)}
    return Claim(
        "Debt ignored and debt worshipped both lose; the best share is inside, and larger "
        "in the first half, with old debt to pay, than in the second, with an end in sight.",
        all(0 < share < _DEBT_SHARES[-1] for share in best.values())
        and best["first half"] > best["second half"],
        {f"best share, {part}, %": share for part, share in best.items()}
        | dict(zip((f"tenfolds, {name}" for name in policies), ends.ravel().tolist(), strict=True)),
    )


def output_by_team(flight: Flight, people: Array = _TEAMS) -> Array:
    """Return what one team builds in a round against its size, with nobody new and no luck."""
    shape = (1, len(people))
    state = {name: np.full(shape, float(value)) for name, value in flight.start().items()}
    state["experienced"] = state["people"] = np.asarray(people, dtype=float)[np.newaxis]
    decision = Decision(features=100, onboarding=0, debt=0, reliability=0).coded()
    built = flight.step(state, decision, np.zeros((14, 1, len(people))))["built"]
    return np.asarray(built[0])


def squads_and_goals(flight: Flight, replications: int, seed: int) -> Claim:
    """Let one team grow, and let many squads decide in three ways."""
    output = output_by_team(flight)
    peak = int(_TEAMS[output.argmax()])
    after = output[output.argmax() :]
    ways = {way: with_rules(REACTING, f"decides {way}") for way in DECIDES}
    runs = fly(ways, replications=replications, seed=seed, flight=flight)
    product = runs["deep"] + runs["easy"] + runs["safe"] + runs["platform"]
    useful = product[1:] - (1 - flight.fading) * product[:-1]
    each = np.median(useful / runs["people"][1:], axis=-1)
    late = dict(zip(ways, each[-4:].mean(axis=0), strict=True))
    early = float(each[2:5, 1].mean())
    return Claim(
        "One big team past about thirty people delivers less with each hire; squads without goals "
        "and guardrails diverge, squads with them scale.",
        20 <= peak <= 40
        and bool((np.diff(after) < 0).all())
        and late["alone"] < late["guardrails"] / 2
        and late["approver"] < late["guardrails"]
        and late["guardrails"] > 0.7 * early,
        {
            "people at the peak": peak,
            "days built by 30 in one team": float(np.interp(30, _TEAMS, output)),
            "days built by 60 in one team": float(np.interp(60, _TEAMS, output)),
            "useful days a person, rounds 3 to 5": early,
        }
        | {f"useful days a person, rounds 9 to 12, {way}": float(v) for way, v in late.items()},
    )


def opening(flight: Flight, replications: int, seed: int) -> Claim:
    """Open the API in the first round, in time, and never."""
    runs = fly(
        {
            "at once": with_rules(REACTING, "api public", "when round below 7: platform 20"),
            "in time": REACTING,
            "never": with_rules(REACTING, "api closed"),
        },
        replications=replications,
        seed=seed,
        flight=flight,
    )
    middle = runs["customers"][ROUNDS // 2]
    ends = runs.final("customers")
    starved = float((middle[0] < middle[1]).mean())
    return Claim(
        "Opening the API in the first round starves the core; never opening it tops out below the "
        "goal.",
        starved >= 0.9
        and np.median(ends[0]) < np.median(ends[1])
        and np.median(ends[2]) < GOAL
        and float((ends[2] >= GOAL).mean()) < 0.02,
        {
            "behind after six rounds, share of futures": starved,
            "customers after six rounds, at once": float(np.median(middle[0])),
            "customers after six rounds, in time": float(np.median(middle[1])),
            "customers at the end, at once": float(np.median(ends[0])),
            "customers at the end, in time": float(np.median(ends[1])),
            "customers at the end, never": float(np.median(ends[2])),
            "goal reached, never": float((ends[2] >= GOAL).mean()),
        },
    )


def subsidy(flight: Flight, replications: int, seed: int) -> Claim:
    """Pay partners more than usual from round 5: never, for two rounds, until they are many."""
    opened = with_rules(
        REACTING, "when round above 4: api partners", "when round below 5: api closed"
    )
    runs = fly(
        {
            "never": with_rules(opened, "keep 70"),
            "for two rounds": with_rules(opened, "keep 120", "when round above 6: keep 70"),
            "until many": with_rules(opened, "keep 120", "when partners above 250: keep 70"),
        },
        replications=replications,
        seed=seed,
        flight=flight,
    )
    partners, cash = _median(runs, "partners")[-1], _median(runs, "cash")[-1]
    paid = np.median(runs["partner_costs"].sum(axis=0), axis=-1)
    ends = _median(runs)[-1]
    return Claim(
        "Paying partners more than usual and stopping below the critical mass wastes the money.",
        bool(
            ends[2] > 1.1 * ends[0]
            and ends[1] < ends[0] + (ends[2] - ends[0]) / 10
            and paid[1] > 2 * paid[0]
        ),
        {
            f"partners at the end, {name}": float(v)
            for name, v in zip(runs.scenarios, partners, strict=True)
        }
        | {
            f"customers at the end, {name}": float(v)
            for name, v in zip(runs.scenarios, ends, strict=True)
        }
        | {
            f"cash at the end, {name}": float(v)
            for name, v in zip(runs.scenarios, cash, strict=True)
        }
        | {
            f"paid to partners, {name}": float(v)
            for name, v in zip(runs.scenarios, paid, strict=True)
        },
    )


def reacting(flight: Flight, replications: int, seed: int) -> Claim:
    """Fly a policy that looks at its report, and the same decisions with closed eyes."""
    known = fly({"reacting": REACTING}, replications=replications, seed=seed + 1, flight=flight)
    runs = fly(
        {"reacting": REACTING, "the same, written down": frozen(REACTING, known)},
        replications=replications,
        seed=seed,
        flight=flight,
    )
    reached = (runs.final("customers") >= GOAL).mean(axis=-1)
    tenfolds = _tenfolds(runs)
    return Claim(
        "A policy that reacts to its report beats the same decisions written down beforehand.",
        bool(reached[0] >= reached[1] and tenfolds[0] > tenfolds[1]),
        {
            "goal reached, reacting": float(reached[0]),
            "goal reached, written down": float(reached[1]),
            "tenfolds, reacting": float(tenfolds[0]),
            "tenfolds, written down": float(tenfolds[1]),
        },
    )


def chance(flight: Flight, replications: int, seed: int) -> Claim:
    """Let policies drawn at random fly, and the reference."""
    generator = np.random.Generator(np.random.PCG64(seed))
    drawn = {f"random {i}": random_table(generator) for i in range(min(200, replications))}
    few = max(1, replications // 20)
    runs = fly(drawn, replications=few, seed=seed, flight=flight)
    known = fly({"reacting": REACTING}, replications=replications, seed=seed, flight=flight)
    random, reference = runs.final("customers"), known.final("customers")
    by_chance, by_skill = float((random >= GOAL).mean()), float((reference >= GOAL).mean())
    return Claim(
        "A policy drawn at random hardly ever reaches the goal; the reference in at least three of "
        "five futures, and not in all.",
        by_chance < 0.02 and 0.6 <= by_skill < 1,
        {
            "goal reached, random": by_chance,
            "goal reached, reacting": by_skill,
            "customers, random, median": float(np.median(random)),
        },
    )


def levers(
    flight: Flight | None = None, replications: int = 1000, seed: int = SEED
) -> pd.DataFrame:
    """Return what both extremes of each decision come to, and what stands between.

    Parameters
    ----------
    flight, replications, seed
        As in `flight.engine.fly`.

    Returns
    -------
    pandas.DataFrame
        One row per decision; mean points at one end, between, and at the other.
    """
    import pandas as pd

    table = {name: (f"{name} 0", "", shares(**{name: 100})) for name in SHARES}
    table |= {
        "hire": ("hire 0", "", f"hire {200}"),
        "squads": ("squads 1", "", "squads 60"),
        "decides": ("decides approver", "", "decides alone"),
        "api": ("api closed", "", "api public"),
        "keep": ("keep 0", "", "keep 120"),
    }
    policies = {
        f"{name}{end}": with_rules(REACTING, *([rule] if rule else []))
        for name, rules in table.items()
        for end, rule in enumerate(rules)
    }
    runs = fly(policies, replications=replications, seed=seed, flight=flight)
    earned = points(runs)["points"].mean(axis=-1).reshape(-1, 3)
    columns = ["least", "between", "most"]
    return pd.DataFrame(earned, index=list(table), columns=columns).round(2)


def no_free_lunch(flight: Flight, replications: int, seed: int) -> Claim:
    """Push each decision to both ends."""
    table = levers(flight, replications, seed)
    ends = table[["least", "most"]].max(axis=1)
    return Claim(
        "No lever is a free lunch: of every decision both extremes lose to something between.",
        bool((table["between"] > ends).all()),
        {f"{name}, between less the better end, points": float(v)
         for name, v in (table["between"] - ends).items()},
    )  # fmt: skip


CLAIMS: Mapping[str, Callable[[Flight, int, int], Claim]] = MappingProxyType(
    {
        "features only": features_only,
        "debt share": debt_share,
        "squads and goals": squads_and_goals,
        "opening the API": opening,
        "subsidy": subsidy,
        "reacting": reacting,
        "chance": chance,
        "no free lunch": no_free_lunch,
    }
)
"""The eight statements, by a short name."""


def claims(
    flight: Flight | None = None, replications: int = 1000, seed: int = SEED
) -> dict[str, Claim]:
    """Try all eight statements of what the game must teach.

    Parameters
    ----------
    flight, replications, seed
        As in `flight.engine.fly`.

    Returns
    -------
    dict of str to Claim
    """
    return {name: tried(flight or Flight(), replications, seed) for name, tried in CLAIMS.items()}
