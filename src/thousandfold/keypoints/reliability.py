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
_IN_TIME = (0.1, 0.25, 0.5)
_A_WEEK = 7 * 24 * 60


def thirty_times_as_long(_: Sequence[Model]) -> float:
    """Return by how much less than a half the downtime of thirty in a row misses thirty times."""
    one, thirty = downtime(ServiceChain(each=0.9999).availability([1, 30]))
    return float(0.5 - abs(thirty / one - 30))


def most_are_slow(_: Sequence[Model]) -> float:
    """Return by how much more than half of the requests are slow, in percentage points."""
    return float(100 * FanOut(slow=0.01).slow_requests(100) - 50)


def _promising(team: ErrorBudgetPolicy) -> ErrorBudgetPolicy:
    """Return a team whose promise has room for half of the outages that follow its own changes."""
    room = team.background + team.after_change * team.incidents / 2
    promise = team.quantities()["promise"]
    kept = 1 - float(room) * team.outage / _A_WEEK
    return team.replace(promise=min(max(kept, promise.low), promise.high))


def stopping_in_time(made: Sequence[Model]) -> Array:
    """Return what the best limit ships more than stopping when the budget is spent, in a year.

    Only features of years in which the promise was kept count.
    """
    rules = (_WHEN_SPENT, *_IN_TIME)
    teams = {
        f"{place} {left}": _promising(cast(ErrorBudgetPolicy, team)).replace(freeze=left)
        for place, team in enumerate(made)
        for left in rules
    }
    worth = ErrorBudgetPolicy.worth(compare(teams, replications=_FUTURES)).mean(axis=1)
    late, *in_time = np.reshape(worth, (len(made), len(rules))).T
    return np.asarray(np.max(in_time, axis=0) - late)


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
        "Where your own changes break a promise, stop shipping while some of the budget is left: "
        "when it is spent, it is too late.",
        stopping_in_time,
        ErrorBudgetPolicy(release=0),
        "features a year",
    ),
)
