"""What lesson 02 concludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from thousandfold.core import Array, Model
from thousandfold.datasets import load
from thousandfold.keypoints.base import Keypoint
from thousandfold.models.releases import ReleaseTrain
from thousandfold.models.scalability_fit import fit_scalability
from thousandfold.models.strangler_fig import StranglerFig
from thousandfold.repository.co_change import network

_FUTURES = 100
_FEWEST_MEASURED = 4
_CHEAPER = 10
_SOONER = 3  # times
_MOST_SOONER = 30  # times: beyond it, how many tells nobody anything
_DEAR = 2  # hours
_SIZES = np.arange(1, 1001)
_TAKEN_OUT = (0, 3, 12)
_SMALL_LISTS = (2, 3)


def missed_later() -> dict[str, float]:
    """Return, for each place to stop a published test early, which share of the rest is missed."""
    missed = {}
    for name, test in load("load_tests").sort_values("load", kind="stable").groupby("test"):
        n, measured = (test[column].to_numpy(float) for column in ("load", "throughput"))
        for tested in range(_FEWEST_MEASURED, len(n)):
            low, high = fit_scalability(n[:tested], measured[:tested]).prediction(n[tested:])
            later = measured[tested:]
            missed[f"{name} {tested}"] = float(np.mean((later < low) | (later > high)))
    return missed


def a_range_knows_what_was_tested(_: Sequence[Model]) -> float:
    """Return by how much less than a half the places miss three of ten."""
    missed = missed_later()
    most = sum(share > 0.5 for share in missed.values())
    return 0.5 - abs(10 * most / len(missed) - 3)


def cheaper_releases_are_sooner(made: Sequence[Model]) -> Array:
    """Return how many times sooner than three times changes are in use, at a tenth of the cost."""
    found = []
    for one in made:
        train = cast(ReleaseTrain, one)
        cheap = train.replace(release_hours=train.release_hours / _CHEAPER)
        before, after = (float(each.lead_time(_SIZES).min()) for each in (train, cheap))
        times = before / after if np.isfinite(after) else 0  # releases pile up at either cost
        found.append(min(times, _MOST_SOONER) - _SOONER)
    return np.array(found)


def releases_are_dear(made: Sequence[Model]) -> list[bool]:
    """Return where one release costs more than two hours."""
    return [cast(ReleaseTrain, train).release_hours > _DEAR for train in made]


def the_stop_beats_the_order(made: Sequence[Model]) -> Array:
    """Return by how much more the stop changes what Prometheus delivers than the order does."""
    code = network("prometheus", documents=False)
    by_churn, counted = code.order_by(code.changes), code.order_by(code.changes * code.independence)
    plans = {f"{out} out": counted[:out] for out in {*_TAKEN_OUT, *_SMALL_LISTS}}
    plans |= {f"{out} by churn": by_churn[:out] for out in _SMALL_LISTS}
    found = []
    for one in made:
        runs = cast(StranglerFig, one).migrate(code, plans, replications=_FUTURES)
        ends = dict(zip(plans, np.median(runs.final("delivered"), axis=1), strict=True))
        stops = [ends[f"{out} out"] for out in _TAKEN_OUT]
        orders = [abs(ends[f"{out} out"] - ends[f"{out} by churn"]) for out in _SMALL_LISTS]
        found.append(max(stops) - min(stops) - max(orders))
    return np.array(found)


KEYPOINTS = (
    Keypoint(
        "A load test holds as far as it was run: at three of ten places to stop one early, "
        "the range missed most of what came later.",
        a_range_knows_what_was_tested,
        unit="places",
        rests_on="counted data",
    ),
    Keypoint(
        "Ask what one release costs before you split: where it is more than two hours, a tenth "
        "of it and smaller releases bring changes into use three times sooner, "
        "in the same program.",
        cheaper_releases_are_sooner,
        ReleaseTrain(),
        "times",
        releases_are_dear,
    ),
    Keypoint(
        "Where you stop decides more of what a split brings than how you refine the order.",
        the_stop_beats_the_order,
        StranglerFig(),
        "changes in two years",
    ),
)
