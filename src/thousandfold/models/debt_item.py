"""One piece of technical debt: repay it now, or pay interest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Pictures, number, numbers, quantity
from thousandfold.picture import Lines, Note, Picture, Series


@dataclass(frozen=True)
class DebtItem(Model):
    """One piece of technical debt: repay it now, or leave it and pay interest.

    Left alone it costs, in quarter ``t``, on average and in today's days::

        interest * touched * (1 + growth)**(t - 1) / (1 + discount)**t

    Repaying costs the principal once. The break-even is the horizon, in quarters, at which the
    two are equal. It leaves out: that the estimate of the principal is uncertain, and that
    a repayment can go wrong.

    Examples
    --------
    >>> round(DebtItem().break_even, 1)
    6.5
    >>> DebtItem(touched=0.02, growth=0).break_even
    inf
    """

    principal: float = quantity(
        20,
        "days",
        "work to repay it",
        low=0.1,
        high=1000,
        plausible=(2, 100),
        because="below two days it is done without asking; "
        "above a hundred it is a project with a plan of its own",
    )
    interest: float = quantity(
        5,
        "days a quarter",
        "work it costs in a quarter in which it is in the way",
        low=0,
        high=100,
        plausible=(0.5, 20),
        because="below half a day a quarter nobody notices it; "
        "above 20 days somebody works on nothing else for a month",
    )
    touched: float = quantity(
        0.6,
        "share of the quarters",
        "how often it is in the way",
        low=0,
        high=1,
        plausible=(0.05, 1),
        because="from once in five years, in a corner, to every quarter, in the middle",
    )
    growth: float = quantity(
        0.05,
        "share a quarter",
        "how much the interest grows as debt breeds debt",
        low=0,
        high=0.5,
        plausible=(0, 0.15),
        because="finished code stays as it is; "
        "above 15 % a quarter the interest would double in little more than a year",
    )
    discount: float = quantity(
        0.03,
        "share a quarter",
        "how much less a day is worth a quarter later",
        low=0,
        high=0.5,
        plausible=(0, 0.06),
        because="a large company reckons with a few per cent a year, a start-up on venture capital "
        "with 25",
    )

    def saved(self, periods: ArrayLike) -> Array:
        """Return the interest that a repayment saves within a horizon, in days of today.

        Parameters
        ----------
        periods : array_like
            Horizon in quarters, any shape.
        """
        n = numbers("periods", periods, 0)
        faster = self._faster
        with np.errstate(over="ignore"):  # What grows that long is without end.
            terms = np.expm1(n * np.log1p(faster)) / faster if faster else n
        return np.asarray(self.interest * self.touched / (1 + self.discount) * terms)

    @property
    def break_even(self) -> float:
        """Horizon from which repaying is worth it, in quarters; infinite if it never is."""
        first = self.interest * self.touched / (1 + self.discount)
        if first == 0:
            return float("inf")
        needed = self.principal / first
        if not self._faster:
            return needed
        if needed * self._faster <= -1:
            return float("inf")
        return float(np.log1p(needed * self._faster) / np.log1p(self._faster))

    @property
    def _faster(self) -> float:
        """How much faster the interest grows than its worth today fades, a quarter."""
        return (1 + self.growth) / (1 + self.discount) - 1

    def pictures(self) -> Pictures:
        """Return one picture: the interest saved against the horizon, beside the principal."""
        return {"interest": self._interest_picture}

    def _interest_picture(self) -> Picture:
        quarters = np.arange(0, 17)
        saved = self.saved(quarters)
        when = (
            f"from {number(self.break_even)} quarters on repaying is the cheaper choice"
            if np.isfinite(self.break_even)
            else "repaying is not the cheaper choice at any horizon"
        )
        met = (
            (Note(f"quarter {self.break_even:.1f}", self.break_even, self.principal),)
            if self.break_even <= quarters[-1]
            else ()
        )
        return Lines(
            (
                Series("leave it: interest", quarters, saved),
                Series("repay it: principal", quarters, np.full(17, float(self.principal))),
            ),
            "horizon (quarters)",
            "cost (days of work)",
            title=(
                f"Repaying is cheaper if the code lives beyond quarter {self.break_even:,.1f}"
                if np.isfinite(self.break_even)
                else "Repaying is not the cheaper choice at any horizon"
            ),
            notes=met,
            sentence=(
                f"Cost of one piece of debt: repaying takes {number(self.principal)} days now; "
                f"leaving it costs {number(saved[4])} days in 4 quarters, {number(saved[-1])} in "
                f"16; {when}."
            ),
        )
