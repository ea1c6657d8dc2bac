"""What lesson 03 concludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from thousandfold.core import Array, Model, compare
from thousandfold.keypoints.base import Keypoint
from thousandfold.models.error_budget_policy import ErrorBudgetPolicy
from thousandfold.models.fan_out import FanOut
from thousandfold.models.service_chain import ServiceChain, downtime

_FUTURES = 200
_OPENINGS = (1, 0)
_LIMITS = (0.01, 0.1, 0.3, 0.5)
_ROOM = (0.2, 0.35, 0.5)
_MOST = 0.5
_A_WEEK = 7 * 24 * 60


def thirty_times_as_long(_: Sequence[Model]) -> float:
    """Return by how much less than a half the downtime of thirty in a row misses thirty times."""
    one, thirty = downtime(ServiceChain(each=0.9999).availability([1, 30]))
    return float(0.5 - abs(thirty / one - 30))


def most_are_slow(_: Sequence[Model]) -> float:
    """Return by how much more than half of the requests are slow, in percentage points."""
    return float(100 * FanOut(slow=0.01).slow_requests(100) - 50)


def mostly_by_change(made: Sequence[Model]) -> list[bool]:
    """Say where something breaks, and most of it after changes of one's own."""
    teams = [cast(ErrorBudgetPolicy, team) for team in made]
    return [team.incidents > 0 and team.after_change > _MOST for team in teams]


def _promising(team: ErrorBudgetPolicy, share: float) -> ErrorBudgetPolicy:
    """Return a team whose promise has room for a share of the outages after its own changes."""
    room = team.background + team.after_change * team.incidents * share
    promise = team.quantities()["promise"]
    kept = 1 - float(room) * team.outage / _A_WEEK
    return team.replace(promise=min(max(kept, promise.low), promise.high))


def beginning_empty(made: Sequence[Model]) -> Array:
    """Return what a year that begins with an empty budget ships more than one that begins full.

    Only features of years in which the promise was kept count. Each stops at the limit that suits
    it best. No promise is chosen for anybody: of several, the one counts under which beginning
    empty gains least.
    """
    teams = {
        f"{place} {share} {opening} {left}": _promising(
            cast(ErrorBudgetPolicy, team), share
        ).replace(opening=opening, freeze=left)
        for place, team in enumerate(made)
        for share in _ROOM
        for opening in _OPENINGS
        for left in _LIMITS
    }
    worth = ErrorBudgetPolicy.worth(compare(teams, replications=_FUTURES)).mean(axis=1)
    shape = (len(made), len(_ROOM), len(_OPENINGS), len(_LIMITS))
    full, empty = np.moveaxis(worth.reshape(shape).max(axis=3), 2, 0)
    return np.asarray((empty - full).min(axis=1))


KEYPOINTS = (
    Keypoint(
        "Thirty services of 99.99 % in a row are down for thirty times as long as one of them, "
        "unless they fail together.",
        thirty_times_as_long,
        unit="times",
        rests_on="arithmetic",
    ),
    Keypoint(
        "If one answer in a hundred is slow, most requests that need a hundred answers are.",
        most_are_slow,
        unit="percentage points",
        rests_on="arithmetic",
    ),
    Keypoint(
        "A full error budget on the first day is spent on top of what the year allows. So begin "
        "with an empty one if most outages follow your own changes and at least half of those must "
        "be prevented to keep the promise.",
        beginning_empty,
        ErrorBudgetPolicy(resume=0),
        "features a year",
        where=mostly_by_change,
        sets=("freeze", "opening", "promise"),
    ),
)
