"""How many customers stay, and why a cohort grows more loyal although nobody does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Quantity, number, quantity
from thousandfold.errors import ExplainedError

if TYPE_CHECKING:
    import pandas as pd

    from thousandfold.plotting import Picture

_FADER_HARDIE = (
    "Fader & Hardie 2007, Journal of Interactive Marketing 21(1):76-90, segment High End, "
    "fitted to seven renewals"
)
_DISCOUNT = Quantity(0.1, "share a year", "what a year of waiting costs", 0.001, 1)
_FEWEST_RENEWALS = 2
_YEARS = 12
_STEP = 1e-5


@dataclass(frozen=True)
class MixedCohort(Model):
    """Two kinds of customers who never change: the cohort's retention still rises.

    ::

        alive(t) = loyal * loyal_stays**t + (1 - loyal) * casual_stays**t
        retention in year t = alive(t) / alive(t - 1)

    Each year the casual ones leave sooner, so those who are left are the loyal ones: sorting,
    not loyalty. It leaves out: people who change their habits, and everything you do for them.

    Examples
    --------
    >>> MixedCohort().retention([1, 4, 12]).round(2).tolist()
    [0.63, 0.8, 0.9]
    """

    loyal: float = quantity(0.33, "share of new customers", "how many are loyal", low=0, high=1)
    loyal_stays: float = quantity(
        0.9, "share a year", "how many of the loyal renew, every year", low=0, high=1
    )
    casual_stays: float = quantity(
        0.5, "share a year", "how many of the casual renew, every year", low=0, high=1
    )

    def alive(self, year: ArrayLike) -> Array:
        """Return the share of the cohort that is still there after a number of renewals."""
        t = np.asarray(year, dtype=float)
        return np.asarray(
            self.loyal * self.loyal_stays**t + (1 - self.loyal) * self.casual_stays**t
        )

    def retention(self, year: ArrayLike) -> Array:
        """Return the share of those still there who renew, at renewal 1, 2, ... ."""
        t = np.asarray(year, dtype=float)
        before = self.alive(t - 1)
        return np.divide(self.alive(t), before, out=np.zeros(before.shape), where=before > 0)

    def loyal_share(self, year: ArrayLike) -> Array:
        """Return the share of loyal customers among those who are still there."""
        t = np.asarray(year, dtype=float)
        alive = self.alive(t)
        kept = self.loyal * self.loyal_stays**t
        return np.divide(kept, alive, out=np.zeros(alive.shape), where=alive > 0)

    def picture(self, of: str | None = None) -> Picture:
        """Return the retention of each kind, which is constant, and of the cohort, which rises."""
        from thousandfold.plotting import Picture, Series

        years = np.arange(1, _YEARS + 1)
        cohort = 100 * self.retention(years)
        flat = np.full(_YEARS, 100.0)
        return Picture(
            (
                Series("loyal customers", years, self.loyal_stays * flat),
                Series("the whole cohort", years, cohort),
                Series("casual customers", years, self.casual_stays * flat),
            ),
            "renewal (years since they came)",
            "retention (% of those still there)",
            f"Retention of one cohort: {number(cohort[0])} % at the first renewal, "
            f"{number(cohort[3])} % at the fourth, {number(cohort[-1])} % at renewal {_YEARS}, "
            f"although the loyal renew at {100 * self.loyal_stays:.0f} % and the casual at "
            f"{100 * self.casual_stays:.0f} % every year. The loyal are {self.loyal:.0%} of the "
            f"new customers and {float(self.loyal_share(_YEARS - 1)):.1%} of those who are asked "
            f"at renewal {_YEARS}.",
        )


@dataclass(frozen=True)
class ShiftedBetaGeometric(Model):
    """How many of a cohort stay when each customer has a rate of leaving of his or her own.

    ::

        alive(t) = B(alpha, beta + t) / B(alpha, beta)
        retention at renewal t = (beta + t - 1) / (alpha + beta + t - 1)

    with the beta function B. Nobody's rate ever changes; rates differ between people as a beta
    distribution with the mean ``alpha / (alpha + beta)``. Small alpha and beta: people differ
    much; large ones: all are alike.

    It leaves out: loyalty that grows or wears off, seasons, price changes, and what you do to
    keep people.

    Examples
    --------
    >>> ShiftedBetaGeometric().alive([1, 7, 12]).round(3).tolist()
    [0.851, 0.489, 0.378]
    """

    alpha: float = quantity(
        0.668, "shape", "weight of leaving", low=0.001, high=10_000, source=_FADER_HARDIE
    )
    beta: float = quantity(
        3.806, "shape", "weight of staying", low=0.001, high=10_000, source=_FADER_HARDIE
    )

    def alive(self, year: ArrayLike) -> Array:
        """Return the share of the cohort that is still there after a number of renewals."""
        from scipy.special import betaln

        t = np.asarray(year, dtype=float)
        return np.asarray(np.exp(betaln(self.alpha, self.beta + t) - betaln(self.alpha, self.beta)))

    def retention(self, year: ArrayLike) -> Array:
        """Return the share of those still there who renew, at renewal 1, 2, ... ."""
        t = np.asarray(year, dtype=float)
        return np.asarray((self.beta + t - 1) / (self.alpha + self.beta + t - 1))

    def residual_value(self, renewals: ArrayLike, discount: float = 0.1) -> Array:
        """Return the years still to come from a customer, each worth less the later it comes.

        Counted just before the next renewal, which is not discounted (Fader & Hardie 2010,
        Marketing Science 29(1):85-93). Multiply by the margin of a year. Without a discount the
        sum has no end for many cohorts: a few customers stay for ever.

        Parameters
        ----------
        renewals : array_like
            How often the customer has renewed so far; 0 for a new one.
        discount : float
            What a year of waiting costs, as a share.

        Returns
        -------
        array
            Discounted years, shape as `renewals`.
        """
        from scipy.special import hyp2f1

        _DISCOUNT.check("discount", discount)
        n = np.asarray(renewals, dtype=float) + 1
        total = self.alpha + self.beta + n
        years = hyp2f1(1, self.beta + n, total, 1 / (1 + discount))
        return np.asarray((self.beta + n - 1) / (total - 1) * years)

    def picture(self, of: str | None = None) -> Picture:
        """Return the share still there, or with ``of="retention"`` the share who renew."""
        from thousandfold.plotting import Picture, Series

        years = np.arange(_YEARS + 1)
        alive, rate = 100 * self.alive(years), 100 * self.retention(years[1:])
        told = (
            f"Of a cohort {number(alive[1])} % are left after one renewal and "
            f"{number(alive[-1])} % after {_YEARS}; of those still there {number(rate[0])} % renew "
            f"the first time and {number(rate[-1])} % at renewal {_YEARS}."
        )
        if of == "retention":
            series = Series("", years[1:], rate)
            return Picture(
                (series,), "renewal (years since they came)", "retention (% of those there)", told
            )
        constant = 100 * (1 - self.alpha / (self.alpha + self.beta)) ** years
        return Picture(
            (
                Series("everybody has a rate of their own", years, alive),
                Series("if everybody left at the first year's rate", years, constant),
            ),
            "time (years since they came)",
            "still there (% of the cohort)",
            told,
        )


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
        from thousandfold.plotting import Picture, Series

        known = self.alive if np.size(alive) <= len(self.alive) else _alive(alive)
        years = np.arange(max(_YEARS + 1, len(known)))
        last = len(known) - 1
        forecast = 100 * self.cohort.alive(years)
        naive = 100 * self.constant_rate**years
        seen = np.arange(len(known))
        after = f" {number(100 * known[-1])} % were." if last > self.years else ""
        series = [
            Series(f"people differ, fitted to {self.years} years", years, forecast),
            Series(f"all alike, fitted to {self.years} years", years, naive),
            Series("seen", seen[: self.years + 1], 100 * self.alive, points=True, mark=4),
        ]
        if last > self.years:
            later = 100 * known[self.years + 1 :]
            series.append(Series("seen later", seen[self.years + 1 :], later, points=True, mark=2))
        at = last if last > self.years else years[-1]
        return Picture(
            tuple(series),
            "time (years since they came)",
            "still there (% of the cohort)",
            f"Share of a cohort that is still there, from {self.years} years: in year {at}, "
            f"{number(forecast[at])} % if people differ and {number(naive[at])} % if all are "
            f"alike.{after}",
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

    left = _alive(alive)
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

    rows = {}
    for segment, cohort in table.sort_values("year", kind="stable").groupby("segment"):
        seen = _alive(cohort["alive"])
        if len(seen) <= year:
            raise ExplainedError(f"the table ends with year {len(seen) - 1}, before year {year}")
        for years in np.asarray(fitted, dtype=int):
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
    counts = np.asarray(alive, dtype=float)
    if counts.ndim != 1 or len(counts) <= _FEWEST_RENEWALS:
        raise ExplainedError(
            f"a cohort can be fitted to at least {_FEWEST_RENEWALS} renewals, so give "
            f"{_FEWEST_RENEWALS + 1} numbers or more, beginning with everybody, not {counts.size}"
        )
    if not np.isfinite(counts).all() or (counts < 0).any() or counts[0] == 0:
        raise ExplainedError("customers still there must be numbers of 0 or above; look for gaps")
    if (np.diff(counts) > 0).any():
        year = int(np.argmax(np.diff(counts) > 0)) + 1
        raise ExplainedError(
            f"in year {year} more customers are there than the year before ({counts[year]:g} after "
            f"{counts[year - 1]:g}); follow one cohort, without those who came later"
        )
    if counts[-1] == counts[0]:
        raise ExplainedError("nobody has left so far, so nothing can be said about who will")
    return np.asarray(counts / counts[0])


if __name__ == "__main__":
    from thousandfold.datasets import load
    from thousandfold.demonstration import demonstrate

    regular = load("retention").query("segment == 'Regular'")["alive"]
    demonstrate(
        MixedCohort(), ShiftedBetaGeometric(), fit_retention(regular[:5]).picture(alive=regular)
    )
