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
_WHEN_SPENT = 0.01
_IN_TIME = 0.1
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


def stopping_in_time(made: Sequence[Model]) -> Array:
    """Return what stopping in time ships more than stopping when all is spent, in a year.

    Only features of years in which the promise was kept count. No promise is chosen for anybody:
    of several, the one counts under which stopping in time gains least.
    """
    rules = (_WHEN_SPENT, _IN_TIME)
    teams = {
        f"{place} {share} {left}": _promising(cast(ErrorBudgetPolicy, team), share).replace(
            freeze=left
        )
        for place, team in enumerate(made)
        for share in _ROOM
        for left in rules
    }
    worth = ErrorBudgetPolicy.worth(compare(teams, replications=_FUTURES)).mean(axis=1)
    late, in_time = np.moveaxis(np.reshape(worth, (len(made), len(_ROOM), len(rules))), 2, 0)
    return np.asarray((in_time - late).min(axis=1))


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
        "Where most outages follow your own changes, and half to four fifths of those must go for "
        "the year's promise to be kept, stop shipping at a tenth of the budget left: when it is "
        "spent, it is too late.",
        stopping_in_time,
        ErrorBudgetPolicy(resume=0),
        "features a year",
        where=mostly_by_change,
        sets=("freeze", "promise"),
    ),
)
