"""What lesson 01 concludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from thousandfold.core import Array, Model, compare
from thousandfold.keypoints.base import Keypoint
from thousandfold.models.capability_trap import CapabilityTrap
from thousandfold.models.debt import Debt

_FUTURES = 200
_SHARES = (0.0, 0.01, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
_A_YEAR = 4
_COSTLY = 0.15
_DEAR = 0.4


def _delivered(made: Sequence[Model], quarters: int) -> Array:
    """Return features by the end, shape (companies, shares, futures)."""
    teams = {
        f"{place} {share}": cast(Debt, team).replace(repayment=share)
        for place, team in enumerate(made)
        for share in _SHARES
    }
    ends = compare(teams, quarters, _FUTURES).final("delivered")
    return np.reshape(ends, (len(made), len(_SHARES), _FUTURES))


def _best(made: Sequence[Model], quarters: int) -> Array:
    """Return the share that delivers most on average, in percent."""
    best: Array = np.array(_SHARES)[_delivered(made, quarters).mean(axis=2).argmax(axis=1)]
    return 100 * best


def debt_is_costly(made: Sequence[Model]) -> list[bool]:
    """Say where a day of debt costs enough for repair to be worth anything in three years."""
    return [cast(Debt, team).interest >= _COSTLY for team in made]


def debt_is_not_dear(made: Sequence[Model]) -> list[bool]:
    """Say where a day of debt costs too little for repair to pay back within a year."""
    return [cast(Debt, team).interest < _DEAR for team in made]


def the_horizon_chooses(made: Sequence[Model]) -> Array:
    """Return by how much the best share over twelve quarters is above that over three."""
    return _best(made, 12) - _best(made, 3)


def no_payback_within_a_year(made: Sequence[Model]) -> Array:
    """Return how far even the best of the shares is behind after a year."""
    delivered = _delivered(made, _A_YEAR)
    leads = np.median(delivered[:, 1:] - delivered[:, :1], axis=2)
    return np.asarray(-leads.max(axis=1))


def first_months_mislead(made: Sequence[Model]) -> Array:
    """Return the smaller of two leads: of working harder in a month, of improving in the end."""
    runs = compare(
        {
            f"{place} {smarter}": cast(CapabilityTrap, team).replace(smarter=smarter)
            for place, team in enumerate(made)
            for smarter in (0.1, 0.9)
        },
        replications=_FUTURES,
    )
    middle = np.median(runs["performance"], axis=-1)
    harder, improve = middle[:, 0::2], middle[:, 1::2]
    smaller: Array = np.minimum(harder[1] - improve[1], improve[-1] - harder[-1])
    return smaller


KEYPOINTS = (
    Keypoint(
        "Where a day of debt costs 0.15 days or more a quarter, the horizon chooses the share: "
        "what is best over three quarters is not best over twelve.",
        the_horizon_chooses,
        Debt(),
        "percentage points",
        where=debt_is_costly,
        sets=("repayment",),
    ),
    Keypoint(
        "Where a day of debt costs less than 0.4 days a quarter, no share for repair that is held "
        "from now on pays back within a year.",
        no_payback_within_a_year,
        Debt(),
        "days of features",
        where=debt_is_not_dear,
        sets=("repayment",),
    ),
    Keypoint(
        "Working harder is better before worse, improving is worse before better: "
        "the first months mislead.",
        first_months_mislead,
        CapabilityTrap(),
        "units a week",
        sets=("smarter",),
    ),
)
