"""Each lever is felt: within three rounds it moves the number that stands beside it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from thousandfold.core import Array, Trajectory
from thousandfold.flight import STEADY, Decision, Flight, fly
from thousandfold.flight.effects import BESIDE
from thousandfold.flight.policies import frozen

FELT = 3  # rounds
# What a team does otherwise once so many rounds are flown: all of one share goes to another, or a
# decision is another.
MOVED: dict[str, tuple[int, tuple[str, str] | dict[str, object]]] = {
    "features": (3, ("onboarding", "features")),
    "onboarding": (3, ("features", "onboarding")),
    "debt": (0, ("debt", "features")),
    "reliability": (3, ("reliability", "features")),
    "platform": (3, ("features", "platform")),
    "hire": (3, {"hire": 0}),
    "squads": (4, {"squads": 1}),
    "decides": (4, {"decides": "approver"}),
    "api": (4, {"api": "partners", "keep": 100}),
    "keep": (4, {"api": "partners", "keep": 90}),
}


def changed(row: Decision, change: tuple[str, str] | dict[str, object]) -> Decision:
    if isinstance(change, dict):
        return replace(row, **change)  # type: ignore[arg-type]
    giving, taking = change
    return replace(row, **{giving: 0, taking: getattr(row, giving) + getattr(row, taking)})


@cache
def steady() -> tuple[Decision, ...]:
    """The decisions of a plain company, written down."""
    return frozen(STEADY, fly({"steady": STEADY}, replications=201)).rows


def beside(runs: Trajectory, name: str, at: int, place: int) -> Array:
    """What stands beside a decision after a round, in each future."""
    seen = {stock: runs[stock][at, place] for stock in runs.units}
    count = BESIDE[name][1]
    return np.array(
        [count({stock: float(v[i]) for stock, v in seen.items()}) for i in range(len(seen["cash"]))]
    )


@pytest.mark.parametrize("name", MOVED)
def test_within_three_rounds_a_lever_moves_its_number_further_than_luck_does(name: str) -> None:
    flown, change = MOVED[name]
    rows = list(steady())
    moved = [changed(row, change) if at >= flown else row for at, row in enumerate(rows)]
    runs = fly({"as it was": rows, "moved": moved}, replications=100, rounds=flown + FELT)
    usual, other = (beside(runs, name, flown + FELT, place) for place in (0, 1))
    apart = abs(np.median(other) - np.median(usual))
    assert apart > 1.5 * (np.quantile(usual, 0.75) - np.quantile(usual, 0.25)), name


def test_what_partners_keep_is_felt_in_how_many_there_are() -> None:
    rows = [replace(row, api="partners", keep=70) if at > 4 else row
            for at, row in enumerate(steady())]  # fmt: skip
    more = [replace(row, keep=100) for row in rows]
    runs = fly({"usual": rows, "more": more}, replications=100, rounds=8)
    usual, paid = np.median(runs["partners"][8], axis=-1)
    assert paid > 2 * usual


def test_guardrails_cost_a_round_of_work_and_are_worth_it_later() -> None:
    rows = list(steady())
    early = [replace(row, decides="guardrails") for row in rows]
    runs = fly({"later": rows, "at once": early}, replications=100)
    built = np.median(runs["built"], axis=-1)
    assert built[1, 1] < 0.8 * built[1, 0]
    assert built[3, 1] > built[3, 0]
    free = fly({"at once": early}, replications=100, flight=Flight(writing=0, explaining=0.05))
    assert np.median(free["built"][1]) > built[1, 1]


def test_features_that_help_no_more_move_nothing() -> None:
    rows = list(steady())
    helped, none = (
        fly({"us": rows}, replications=50, rounds=4, flight=Flight(helping=share, helping_varies=0))
        for share in (0.33, 0.05)
    )
    assert np.median(none["deep"][4]) < np.median(helped["deep"][4])
    assert np.allclose(helped["helped"][1:], 0.33)
