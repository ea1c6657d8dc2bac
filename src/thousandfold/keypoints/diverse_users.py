"""What lesson 04 concludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from thousandfold.core import Array, Model
from thousandfold.datasets import load
from thousandfold.keypoints.base import Keypoint
from thousandfold.models.retention import MixedCohort
from thousandfold.models.retention_fit import forecasts
from thousandfold.models.two_segments import TwoSegments

_FAR = 8  # percentage points
_USERS = 100_000
_PLACES = np.linspace(0, 1, 41)


def alike_forecasts_too_few(_: Sequence[Model]) -> float:
    """Return the smallest margin: that more were left than 31 %, and that it is 20 and 31."""
    table = forecasts(load("retention"))
    alike, differ, left = table.loc["High End, from 4 years"].to_numpy(dtype=float)
    return float(min(left - differ, 0.5 - abs(alike - 20), 0.5 - abs(differ - 31)))


def retention_rises_by_sorting(made: Sequence[Model]) -> Array:
    """Return how far beyond eight points retention rises from the first to the eighth renewal."""
    rates = [cast(MixedCohort, cohort).retention([1, 8]) for cohort in made]
    return np.asarray(100 * np.diff(rates)[:, 0] - _FAR)


def no_place_lasts(made: Sequence[Model]) -> Array:
    """Return what two editions earn a user more than one product in its best place."""
    return np.array(
        [
            float(company.two_editions(_USERS) - company.one_product(_USERS, _PLACES).max())
            for company in cast(Sequence[TwoSegments], made)
        ]
    )


KEYPOINTS = (
    Keypoint(
        "Forecast from four years, 20 % of the High End are left if all are taken as alike and "
        "31 % if they may differ; in truth more were left.",
        alike_forecasts_too_few,
        unit="percentage points",
        rests_on="counted data",
    ),
    Keypoint(
        "A total can rise though nobody changed: by the eighth renewal retention is far higher, "
        "because those who leave have left.",
        retention_rises_by_sorting,
        MixedCohort(),
        "percentage points",
    ),
    Keypoint(
        "At Ferry, as in most plausible companies, no place for one product holds out to 100,000 "
        "users; what the second edition costs decides how soon.",
        no_place_lasts,
        TwoSegments(),
        "dollars a month per user",
    ),
)
