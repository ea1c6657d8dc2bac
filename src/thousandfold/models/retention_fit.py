"""A forecast from few renewals: the law of retention fitted to a cohort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, number, numbers, tabular, whole
from thousandfold.errors import ExplainedError
from thousandfold.models.retention import ShiftedBetaGeometric
from thousandfold.picture import Lines, Picture, Series

if TYPE_CHECKING:
    import pandas as pd

_FEWEST_RENEWALS = 2
_YEARS = 12
_STEP = 1e-5


@dataclass(frozen=True, eq=False)
class RetentionFit:
    """A cohort's retention fitted to its first years, and what it says of the later ones.

    Attributes
    ----------
    cohort : ShiftedBetaGeometric
        The most likely parameters.
    standard_errors : dict of str to float
        One for each parameter; they hold for the number of customers given.
    log_likelihood : float
        Of the number of customers given.
    alive : array, shape (years + 1,)
        What was fitted: share still there after 0, 1, ... renewals.
    """

    cohort: ShiftedBetaGeometric
    standard_errors: dict[str, float]
    log_likelihood: float
    alive: Array

    @property
    def years(self) -> int:
        """How many renewals were fitted."""
        return len(self.alive) - 1

    @property
    def constant_rate(self) -> float:
        """Share who would renew each year if all customers were alike, from the same years."""
        return float(1 - (1 - self.alive[-1]) / self.alive[:-1].sum())

    def table(self) -> pd.DataFrame:
        """Return the parameters of the cohort with their standard errors."""
        import pandas as pd

        values = {name: getattr(self.cohort, name) for name in self.standard_errors}
        return pd.DataFrame({"value": values, "standard error": self.standard_errors})

    def picture(self, alive: ArrayLike = ()) -> Picture:
        """Return the forecast, the one that takes all customers as alike, and what happened.

        Parameters
        ----------
        alive : array_like
            The whole table from year 0 on, in the unit that was fitted, to compare with.
        """
        given = numbers("alive", alive, 0)
        known = self.alive if given.size <= len(self.alive) else _alive(given)
        years = np.arange(max(_YEARS + 1, len(known)))
        last = len(known) - 1
        forecast = 100 * self.cohort.alive(years)
        naive = 100 * self.constant_rate**years
        seen = np.arange(len(known))
        after = f" {number(100 * known[-1])} % were." if last > self.years else ""
        series = [
            Series("if people differ", years, forecast),
            Series("if all are alike", years, naive),
            Series("seen", seen[: self.years + 1], 100 * self.alive, measured=True),
        ]
        if last > self.years:
            later = 100 * known[self.years + 1 :]
            series.append(Series("seen later", seen[self.years + 1 :], later, measured=True))
        at = last if last > self.years else years[-1]
        title = (
            f"Year {at}: {number(forecast[at])} % if people differ, {number(naive[at])} % if not"
        )
        if last > self.years:
            title += f"; seen: {number(100 * known[-1])} %"
        return Lines(
            tuple(series),
            "time (years since they came)",
            "still there (% of the cohort)",
            unmeasured=(self.years, years[-1]),
            title=title,
            shown=f"Both lines were fitted to the {self.years} years with dark points.",
            sentence=(
                f"Share of a cohort that is still there, from {self.years} years: in year {at}, "
                f"{number(forecast[at])} % if people differ and {number(naive[at])} % if all are "
                f"alike.{after}"
            ),
        )


def fit_retention(alive: ArrayLike, customers: int = 1000) -> RetentionFit:
    """Fit a shifted-beta-geometric cohort to the share of customers who are still there.

    Maximum likelihood: the parameters under which the renewals that were seen are most likely. If
    retention does not rise with age, the fit ends where everybody is alike. It leaves out: the
    uncertainty of `customers`, when only shares were published.

    Parameters
    ----------
    alive : array_like, shape (years + 1,)
        Customers still there after 0, 1, 2, ... renewals: numbers, shares or percentages.
    customers : int
        How many began. It does not change the parameters, only their errors and the likelihood.

    Returns
    -------
    RetentionFit

    Raises
    ------
    ExplainedError
        If there are too few years, somebody comes back, or nobody ever leaves.

    Examples
    --------
    >>> fit = fit_retention([100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1])
    >>> round(fit.cohort.alpha, 3), round(fit.cohort.beta, 2)
    (0.668, 3.81)
    """
    from scipy.optimize import minimize

    left, customers = _alive(alive), whole("customers", customers, 1, 10**9)
    ends = np.append(-np.diff(left), left[-1])
    limits = np.array([(q.low, q.high) for q in ShiftedBetaGeometric.quantities().values()])

    def log_chances(logarithms: Array) -> Array:
        alpha, beta = np.exp(logarithms)
        return _log_chances(alpha, beta, len(left) - 1)

    def loss(logarithms: Array) -> float:
        return -float(ends @ log_chances(logarithms))

    # No gradient: far out, where all are alike, it drowns in rounding.
    found = minimize(
        loss,
        np.zeros(2),
        method="Nelder-Mead",
        bounds=np.log(limits),
        options={"xatol": 1e-7, "fatol": 1e-14},
    )
    # Where everybody is alike, the fit ends at a bound; its logarithm may round beyond it.
    cohort = ShiftedBetaGeometric(*np.clip(np.exp(found.x), *limits.T).tolist())

    slopes = np.array(
        [log_chances(found.x + step) - log_chances(found.x - step) for step in _STEP * np.eye(2)]
    ) / (2 * _STEP)
    information = customers * (slopes * np.exp(log_chances(found.x))) @ slopes.T
    errors = np.exp(found.x) * np.sqrt(np.diag(np.linalg.pinv(information)))
    names = ShiftedBetaGeometric.quantities()
    return RetentionFit(
        cohort,
        dict(zip(names, errors.tolist(), strict=True)),
        -customers * float(found.fun),
        left,
    )


def forecasts(table: pd.DataFrame, fitted: ArrayLike = (4, 7), year: int = 12) -> pd.DataFrame:
    """Compare forecasts of how many are left in one year with what happened, in percent.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per segment and year, with the columns ``segment``, ``year`` and ``alive``. Like
        the data set ``retention``.
    fitted : array_like of int
        How many renewals each forecast knows.
    year : int
        The year to forecast.

    Returns
    -------
    pandas.DataFrame
        One row for each segment and forecast.

    Raises
    ------
    ExplainedError
        If the table ends before `year`.

    Examples
    --------
    >>> from thousandfold.datasets import load
    >>> forecasts(load("retention")).iloc[:, 0].tolist()
    [20.2, 27.0, 2.2, 4.6]
    """
    import pandas as pd

    tabular("the table", table, "segment", "year", "alive")
    year, terms = whole("year", year), numbers("fitted", fitted, 1, whole=True).astype(int)
    rows = {}
    for segment, cohort in table.sort_values("year", kind="stable").groupby("segment"):
        seen = _alive(cohort["alive"])
        if len(seen) <= year:
            raise ExplainedError(f"the table ends with year {len(seen) - 1}, before year {year}")
        for years in terms.flat:
            fit = fit_retention(seen[: years + 1])
            left = (fit.constant_rate**year, float(fit.cohort.alive(year)), float(seen[year]))
            rows[f"{segment}, from {years} years"] = [round(100 * share, 1) for share in left]
    columns = ["if all are alike", "if people differ", "seen"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def _log_chances(alpha: float, beta: float, renewals: int) -> Array:
    """Return the logarithms of the chances to leave at renewal 1, 2, ... and to stay through.

    Sums of logarithms of retention: beta functions of large parameters would lose digits.
    """
    total = alpha + beta + np.arange(renewals)
    alive = np.cumsum(np.log((total - alpha) / total))
    leaves = np.append(0, alive[:-1]) + np.log(alpha / total)
    return np.append(leaves, alive[-1])


def _alive(alive: ArrayLike) -> Array:
    """Return the shares still there, beginning with 1, or say what is wrong with them."""
    counts = numbers("alive", alive, 0)
    if counts.ndim != 1 or len(counts) <= _FEWEST_RENEWALS:
        raise ExplainedError(
            f"a cohort can be fitted to at least {_FEWEST_RENEWALS} renewals, so give "
            f"{_FEWEST_RENEWALS + 1} numbers or more, beginning with everybody, not {counts.size}"
        )
    if counts[0] == 0:
        raise ExplainedError("customers still there must begin with everybody, not with 0")
    if (np.diff(counts) > 0).any():
        year = int(np.argmax(np.diff(counts) > 0)) + 1
        raise ExplainedError(
            f"in year {year} more customers are there than the year before ({counts[year]:g} after "
            f"{counts[year - 1]:g}); follow one cohort, without those who came later"
        )
    if counts[-1] == counts[0]:
        raise ExplainedError("nobody has left so far, so nothing can be said about who will")
    return np.asarray(counts / counts[0])
