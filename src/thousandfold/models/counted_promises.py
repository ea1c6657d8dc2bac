"""The same year, with its promise counted over the year, each quarter, each month or always."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thousandfold.core import SEED, instance, simulate
from thousandfold.models.error_budget_policy import ErrorBudgetPolicy

if TYPE_CHECKING:
    import pandas as pd

_WEEKS = 52
_QUARTER = 13
_MONTH = 4

# How a promise is counted: weeks in a period, and weeks from the start of one to the next.
_COUNTED = {
    "over the year": (_WEEKS, _WEEKS),
    "each quarter": (_QUARTER, _QUARTER),
    "every four weeks": (_MONTH, _MONTH),
    "any thirteen weeks in a row": (_QUARTER, 1),
}


def promise_periods(
    policy: ErrorBudgetPolicy, replications: int = 1000, seed: int = SEED
) -> pd.DataFrame:
    """Return how often one policy keeps its promise, by the period over which it is counted.

    The team does the same in each row; only the contract counts differently.

    Parameters
    ----------
    policy : ErrorBudgetPolicy
        Whose promise is counted.
    replications, seed : int
        As in `thousandfold.simulate`.

    Returns
    -------
    DataFrame
        A row for each way to count: how many such periods a year has, in how many of a hundred
        the promise is kept, and in how many of a hundred years it is kept in all of them.

    Examples
    --------
    >>> table = promise_periods(ErrorBudgetPolicy(freeze=0.3, resume=0))
    >>> table["years without a break (%)"].round().tolist()
    [76.0, 2.0, 0.0, 0.0]
    """
    import pandas as pd

    policy = instance("policy", policy, ErrorBudgetPolicy)
    down = simulate(policy, replications=replications, seed=seed)["downtime"][:, 0]
    rows = {}
    for counted, (weeks, steps) in _COUNTED.items():
        starts = np.arange(0, _WEEKS - weeks + 1, steps)
        kept = down[starts + weeks] - down[starts] <= weeks * policy.allowance
        rows[counted] = {
            "periods in a year": len(starts),
            "periods that keep it (%)": 100 * kept.mean(),
            "years without a break (%)": 100 * kept.all(axis=0).mean(),
        }
    return pd.DataFrame.from_dict(rows, orient="index")
