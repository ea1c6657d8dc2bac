"""How many customers stay, and why a cohort grows more loyal although nobody does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Pictures, Quantity, number, numbers, quantity
from thousandfold.picture import Lines, Picture, Series

_FADER_HARDIE = (
    "Fader & Hardie 2007, Journal of Interactive Marketing 21(1):76-90, segment High End, "
    "fitted to seven renewals"
)
_DISCOUNT = Quantity(0.1, "share a year", "what a year of waiting costs", 0.001, 1)
_YEARS = 12


@dataclass(frozen=True)
class MixedCohort(Model):
    """Two kinds of customers who never change: the cohort's retention still rises.

    ::

        alive(t) = loyal * loyal_stays**t + (1 - loyal) * others_stay**t
        retention in year t = alive(t) / alive(t - 1)

    The others leave sooner each year, so those who are left are the loyal ones: sorting,
    not loyalty. It leaves out: people who change their habits, and everything you do for them.

    Examples
    --------
    >>> MixedCohort().retention([1, 4, 12]).round(2).tolist()
    [0.63, 0.8, 0.9]
    """

    loyal: float = quantity(
        0.33,
        "share of new customers",
        "how many are loyal",
        low=0,
        high=1,
        plausible=(0.1, 0.8),
        because="below a tenth it is no business with renewals; "
        "above 0.8 there is hardly anybody to sort out",
    )
    loyal_stays: float = quantity(
        0.9,
        "share a year",
        "how many of the loyal renew, every year",
        low=0,
        high=1,
        plausible=(0.85, 0.97),
        because="after ten years 94 to 96 % renew in Fader & Hardie 2007; "
        "below 85 % nobody says loyal",
    )
    others_stay: float = quantity(
        0.5,
        "share a year",
        "how many of the others renew, every year",
        low=0,
        high=1,
        plausible=(0.3, 0.75),
        because="in Fader & Hardie 2007 63 and 87 % of all stay the first year; "
        "of the others alone it must be fewer",
    )

    def alive(self, year: ArrayLike) -> Array:
        """Return the share of the cohort that is still there after `year` renewals."""
        t = numbers("year", year, 0)
        return np.asarray(self.loyal * self.loyal_stays**t + (1 - self.loyal) * self.others_stay**t)

    def retention(self, year: ArrayLike) -> Array:
        """Return the share of those still there who renew, at renewal `year` (1, 2, ...)."""
        t = numbers("year", year, 0)
        before = self.alive(t - 1)
        return np.divide(self.alive(t), before, out=np.zeros(before.shape), where=before > 0)

    def loyal_share(self, year: ArrayLike) -> Array:
        """Return the share of loyal customers among those still there after `year` renewals."""
        t = numbers("year", year, 0)
        alive = self.alive(t)
        kept = self.loyal * self.loyal_stays**t
        return np.divide(kept, alive, out=np.zeros(alive.shape), where=alive > 0)

    def pictures(self) -> Pictures:
        """Return one picture: the retention of each kind, and of the cohort."""
        return {"retention": self._retention_picture}

    def _retention_picture(self) -> Picture:
        years = np.arange(1, _YEARS + 1)
        cohort = 100 * self.retention(years)
        flat = np.full(_YEARS, 100.0)
        return Lines(
            (
                Series("loyal customers", years, self.loyal_stays * flat),
                Series("the whole cohort", years, cohort),
                Series("the others", years, self.others_stay * flat),
            ),
            "renewal (years since they came)",
            "retention (% of those still there)",
            title=(
                f"Retention rises from {number(cohort[0])} to {number(cohort[-1])} %, and no "
                "customer changes"
                if number(cohort[0]) != number(cohort[-1])
                else f"{number(cohort[0])} % renew, every year"
            ),
            sentence=(
                f"Retention of one cohort: {number(cohort[0])} % at the first renewal, "
                f"{number(cohort[3])} % at the fourth, {number(cohort[-1])} % at renewal {_YEARS}, "
                f"although the loyal renew at {100 * self.loyal_stays:.0f} % and the others at "
                f"{100 * self.others_stay:.0f} % every year. The loyal are {self.loyal:.0%} of "
                f"the new customers and {float(self.loyal_share(_YEARS - 1)):.1%} of those who are "
                f"asked at renewal {_YEARS}."
            ),
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
        0.668,
        "shape",
        "weight of leaving",
        low=0.001,
        high=10_000,
        source=_FADER_HARDIE,
        plausible=(0.4, 1.5),
        because="0.67 and 0.70 in Fader & Hardie 2007; "
        "with beta it loses 6 to 60 % in the first year",
    )
    beta: float = quantity(
        3.806,
        "shape",
        "weight of staying",
        low=0.001,
        high=10_000,
        source=_FADER_HARDIE,
        plausible=(1, 6),
        because="1.2 and 3.8 in Fader & Hardie 2007; "
        "with alpha it loses 6 to 60 % in the first year",
    )

    def alive(self, year: ArrayLike) -> Array:
        """Return the share of the cohort that is still there after `year` renewals."""
        from scipy.special import betaln

        t = numbers("year", year, 0)
        return np.asarray(np.exp(betaln(self.alpha, self.beta + t) - betaln(self.alpha, self.beta)))

    def retention(self, year: ArrayLike) -> Array:
        """Return the share of those still there who renew, at renewal `year` (1, 2, ...)."""
        t = numbers("year", year, 0)
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

        discount = _DISCOUNT.check_one("discount", discount)
        n = numbers("renewals", renewals, 0) + 1
        total = self.alpha + self.beta + n
        years = hyp2f1(1, self.beta + n, total, 1 / (1 + discount))
        return np.asarray((self.beta + n - 1) / (total - 1) * years)

    def pictures(self) -> Pictures:
        """Return the share still there, and the share of those there who renew."""
        return {"alive": self._alive_picture, "retention": self._retention_picture}

    def _said(self) -> str:
        alive, rate = 100 * self.alive([1, _YEARS]), 100 * self.retention([1, _YEARS])
        return (
            f"Of a cohort {number(alive[0])} % are left after one renewal and "
            f"{number(alive[-1])} % after {_YEARS}; of those still there {number(rate[0])} % renew "
            f"the first time and {number(rate[-1])} % at renewal {_YEARS}."
        )

    def _retention_picture(self) -> Picture:
        years = np.arange(1, _YEARS + 1)
        return Lines(
            (Series("", years, 100 * self.retention(years)),),
            "renewal (years since they came)",
            "retention (% of those there)",
            title=(
                f"At first {100 * float(self.retention(1)):.0f} % renew; in year {_YEARS}, "
                f"{100 * float(self.retention(_YEARS)):.0f} % of those still there"
            ),
            sentence=self._said(),
        )

    def _alive_picture(self) -> Picture:
        years = np.arange(_YEARS + 1)
        alive = 100 * self.alive(years)
        constant = 100 * (1 - self.alpha / (self.alpha + self.beta)) ** years
        return Lines(
            (
                Series("people differ", years, alive),
                Series("if all were alike", years, constant),
            ),
            "time (years since they came)",
            "still there (% of the cohort)",
            title=(
                f"After {_YEARS} years {number(alive[-1])} % are still there; if all were alike, "
                f"{number(constant[-1])} %"
            ),
            sentence=self._said(),
        )
