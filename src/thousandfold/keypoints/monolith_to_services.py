"""What lesson 02 concludes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
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
_FEW, _MANY = 3, 12  # areas


def stopped_early() -> dict[str, tuple[float, float]]:
    """Return what the law and growth in proportion say, as shares of what was then measured.

    For the highest load, at each place where a published test can be stopped early. In proportion
    means: each machine adds as much as one did on average when the test stopped.
    """
    said = {}
    for name, test in load("load_tests").sort_values("load", kind="stable").groupby("test"):
        n, measured = (test[column].to_numpy(float) for column in ("load", "throughput"))
        for tested in range(_FEWEST_MEASURED, len(n)):
            law = float(fit_scalability(n[:tested], measured[:tested]).law.throughput(n[-1]))
            proportion = measured[tested - 1] / n[tested - 1] * n[-1]
            said[f"{name} {tested}"] = (law / measured[-1], float(proportion / measured[-1]))
    return said


def only_what_was_tested_is_known(_: Sequence[Model]) -> float:
    """Return by how much the law is too low and proportion too high, where they come closest."""
    return min(min(1 - law, proportion - 1) for law, proportion in stopped_early().values())


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


def which_and_where_beat_the_order(made: Sequence[Model]) -> Array:
    """Return by how much more which areas leave, and where to stop, decide than their order does.

    Of Prometheus: the first three of the list, the next three or the three after those; none,
    three or twelve out; and the first three in each of their six orders.
    """
    code = network("prometheus", documents=False)
    order = code.order_by(code.changes * code.independence)
    which = {
        "first": order[:_FEW],
        "next": order[_FEW : 2 * _FEW],
        "last": order[2 * _FEW :][:_FEW],
    }
    where = {"none": [], "first": order[:_FEW], "many": order[:_MANY]}
    orders = {f"order {i}": list(each) for i, each in enumerate(permutations(order[:_FEW]))}
    plans = {**which, **where, **orders}
    found = []
    for one in made:
        runs = cast(StranglerFig, one).migrate(code, plans, replications=_FUTURES)
        ends = dict(zip(plans, np.median(runs.final("delivered"), axis=1), strict=True))
        swings = [np.ptp([ends[plan] for plan in each]) for each in (which, where, orders)]
        found.append(min(swings[:2]) - swings[2])
    return np.array(found)


KEYPOINTS = (
    Keypoint(
        "Sign what was tested: wherever two published load tests are stopped early, the fitted law "
        "says too little for the highest load, and growth in proportion too much.",
        only_what_was_tested_is_known,
        unit="share of what was measured",
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
        "In a split, which areas leave and where you stop each decide more than the order in which "
        "the same three areas leave.",
        which_and_where_beat_the_order,
        StranglerFig(),
        "changes in two years",
    ),
)
