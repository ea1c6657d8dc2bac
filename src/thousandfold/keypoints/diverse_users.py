"""What lesson 04 concludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from thousandfold.core import Array, Model
from thousandfold.datasets import load
from thousandfold.keypoints.base import Keypoint
from thousandfold.models.retention_fit import forecasts
from thousandfold.models.two_segments import TwoSegments

_SMALL, _LARGE = 1_000, 1_000_000
_EARLY, _LATE = 5_000, 100_000


def alike_forecasts_too_few(_: Sequence[Model]) -> float:
    """Return the smallest margin: that more were left than 31 %, and that it is 20 and 31."""
    table = forecasts(load("retention"))
    alike, differ, left = table.loc["High End, from 4 years"].to_numpy(dtype=float)
    return float(min(left - differ, 0.5 - abs(alike - 20), 0.5 - abs(differ - 31)))


def more_teachers_and_a_smaller_share(made: Sequence[Model]) -> Array:
    """Return the margin: points by which their share falls, below 0 if their number falls, too."""
    margins = []
    for company in cast(Sequence[TwoSegments], made):
        shares = company.uptake([company.best_depth(users) for users in (_SMALL, _LARGE)])[0]
        teachers = np.array([_SMALL, _LARGE]) * (1 - company.power([_SMALL, _LARGE])) * shares
        margins.append(100 * (shares[0] - shares[1]) * np.sign(teachers[1] - teachers[0]))
    return np.array(margins)


def bill_early_and_doubled_work_late(made: Sequence[Model]) -> Array:
    """Return the smaller margin: half the bill is worth more early, half the doubled work late."""
    margins = []
    for company in cast(Sequence[TwoSegments], made):
        cheap = company.replace(second=company.second / 2)
        common = company.replace(twice=company.twice / 2)
        early, late = cheap.lead([_EARLY, _LATE]) - common.lead([_EARLY, _LATE])
        margins.append(min(early, -late))
    return np.array(margins)


KEYPOINTS = (
    Keypoint(
        "Forecast from four years, 20 % of the High End are left if all are taken as alike and "
        "31 % if they may differ; in truth more were left.",
        alike_forecasts_too_few,
        unit="percentage points",
        rests_on="counted data",
    ),
    Keypoint(
        "Where a product follows whoever pays, it has more teachers in a larger market, and a "
        "smaller share of them.",
        more_teachers_and_a_smaller_share,
        TwoSegments(),
        "percentage points",
    ),
    Keypoint(
        "What decides about two editions changes with size: half the bill is worth more than half "
        "the doubled work with 5,000 users, and less with 100,000.",
        bill_early_and_doubled_work_late,
        TwoSegments(),
        "dollars a month per user",
    ),
)
