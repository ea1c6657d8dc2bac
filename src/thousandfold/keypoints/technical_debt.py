"""What lesson 01 concludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
from numpy.typing import NDArray

from thousandfold.core import Array, Model, compare
from thousandfold.keypoints.base import Keypoint
from thousandfold.models.capability_trap import CapabilityTrap
from thousandfold.models.debt import Debt

_FUTURES = 200
_SHARES = (0.0, 0.01, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
_EARLY, _A_YEAR, _LATE = 3, 4, 12
_REMAINS = 1 / 4
_CHARGED, _CHEAP, _DEAR = 3, 0.2, 0.4
_LITTLE = 1 / 4


def _judged(made: Sequence[Model], quarters: int) -> tuple[Array, Array]:
    """Return features by the end and debt that is left, shape (companies, shares, futures)."""
    teams = {
        f"{place} {share}": cast(Debt, team).replace(repayment=share)
        for place, team in enumerate(made)
        for share in _SHARES
    }
    runs = compare(teams, quarters, _FUTURES)
    shape = (len(made), len(_SHARES), _FUTURES)
    return np.reshape(runs.final("delivered"), shape), np.reshape(runs.final("debt"), shape)


def _lost(worth: Array, share: NDArray[np.intp]) -> Array:
    """Return what a share is worth less than the best one, in each company."""
    return np.asarray(worth.max(axis=1) - np.take_along_axis(worth, share[:, np.newaxis], 1)[:, 0])


def debt_is_not_cheap(made: Sequence[Model]) -> list[bool]:
    """Say where a day of debt costs enough for its price to bring early and late together."""
    return [cast(Debt, team).interest >= _CHEAP for team in made]


def debt_is_not_dear(made: Sequence[Model]) -> list[bool]:
    """Say where a day of debt costs too little for repair to pay back within a year."""
    return [cast(Debt, team).interest < _DEAR for team in made]


def improves_little(made: Sequence[Model]) -> list[bool]:
    """Say which teams are far below the amount of improving that delivers most, half the hours."""
    return [
        cast(CapabilityTrap, team).habit <= _LITTLE * cast(CapabilityTrap, team).hours
        for team in made
    ]


def the_bill_brings_early_and_late_together(made: Sequence[Model]) -> Array:
    """Return by how much the early judge's loss is below a quarter of that in features alone.

    It is lost by the share that is best over twelve quarters, judged after three. Each day of debt
    that is left is charged three times the company's own interest.
    """
    price = np.array([[_CHARGED * cast(Debt, team).interest] for team in made])
    (early, early_debt), (late, late_debt) = (
        [stock.mean(axis=2) for stock in _judged(made, quarters)] for quarters in (_EARLY, _LATE)
    )
    share = (late - price * late_debt).argmax(axis=1)
    return _REMAINS * _lost(early, share) - _lost(early - price * early_debt, share)


def no_payback_within_a_year(made: Sequence[Model]) -> Array:
    """Return how far even the best of the shares is behind after a year, in features."""
    delivered, _ = _judged(made, _A_YEAR)
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
        "Where a day of debt costs at least 0.2 days a quarter, and each day left is charged three "
        "times that, the share that is best over twelve quarters costs an early judge (after "
        "three) less than a quarter of what it costs in features alone.",
        the_bill_brings_early_and_late_together,
        Debt(),
        "days",
        where=debt_is_not_cheap,
        sets=("repayment", "handover"),
    ),
    Keypoint(
        "Where a day of debt costs less than 0.4 days a quarter, no share for repair that is held "
        "from now on pays back in features within a year.",
        no_payback_within_a_year,
        Debt(),
        "days of features",
        where=debt_is_not_dear,
        sets=("repayment",),
    ),
    Keypoint(
        "Where at most a quarter of the hours go into improving, working harder is better before "
        "worse, improving is worse before better: the first months mislead.",
        first_months_mislead,
        CapabilityTrap(),
        "units a week",
        where=improves_little,
        sets=("smarter",),
    ),
)
