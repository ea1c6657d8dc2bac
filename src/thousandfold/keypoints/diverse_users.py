"""What lesson 04 concludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from thousandfold.core import Array, Model
from thousandfold.datasets import load
from thousandfold.keypoints.base import Keypoint
from thousandfold.models.retention_fit import forecasts
from thousandfold.models.two_segments import TwoSegments

_SMALL, _LARGE = 1_000, 1_000_000
_SIZES = np.geomspace(_SMALL, _LARGE, 601)


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


def overtaken_on_the_way(made: Sequence[Model]) -> NDArray[np.bool_]:
    """Return where two editions earn more than any one product from some size on."""
    return np.isfinite([_overtaken(company) for company in cast(Sequence[TwoSegments], made)])


def half_the_bill_brings_them_earlier(made: Sequence[Model]) -> Array:
    """Return the margin: by which share the size is smaller with half the bill, at least -1."""
    margins = []
    for company in cast(Sequence[TwoSegments], made):
        cheap = _overtaken(company.replace(second=company.second / 2))
        common = _overtaken(company.replace(twice=company.twice / 2))
        # Neither is finite where one product is never overtaken.
        margins.append(0.0 if cheap == common else max(1 - cheap / common, -1.0))
    return np.array(margins)


def _overtaken(company: TwoSegments) -> float:
    """Return from which market on two editions earn more than the best one product."""
    ahead = company.lead(_SIZES) > 0
    return float(_SIZES[ahead.argmax()]) if ahead.any() else float("inf")


KEYPOINTS = (
    Keypoint(
        "Forecast from four years, 20 % of the High End are left if all are taken as alike and "
        "31 % if they may differ; in truth more were left.",
        alike_forecasts_too_few,
        unit="percentage points",
        rests_on="counted data",
    ),
    Keypoint(
        "Where a product follows whoever pays, a smaller share of all teachers chooses it in a "
        "larger market; their number rises, because the market grows.",
        more_teachers_and_a_smaller_share,
        TwoSegments(),
        "percentage points",
    ),
    Keypoint(
        "Where two editions earn more from some market size on, half the bill makes that size "
        "smaller than half the doubled work does.",
        half_the_bill_brings_them_earlier,
        TwoSegments(),
        "of the size",
        where=overtaken_on_the_way,
    ),
)
