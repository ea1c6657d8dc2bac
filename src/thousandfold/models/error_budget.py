"""How fast a promise is used up, and when to wake somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import (
    Array,
    Model,
    Pictures,
    Quantity,
    fitting,
    number,
    numbers,
    quantity,
    single,
)
from thousandfold.models.service_chain import downtime
from thousandfold.picture import Lines, Picture, Series

if TYPE_CHECKING:
    import pandas as pd


_WORKBOOK = "Beyer et al. 2018, The Site Reliability Workbook, chapter 5"
_SHARE = Quantity(0, "share", "a share or a probability", 0, 1)

_SHORTEST = 0.001


@dataclass(frozen=True)
class ErrorBudget(Model):
    """How much may fail before a promise is broken, and how soon an alert says so.

    ::

        budget  = (1 - promise) * window
        burn    = error rate / (1 - promise)
        spent   = burn * time / window
        noticed = (1 - promise) / error rate * burn of the alert * length of the alert

    It leaves out: that failures come in bursts, that few requests make a noisy error rate, and
    what failures cost whom.

    Examples
    --------
    >>> ErrorBudget().minutes.round(1).item()
    43.2
    >>> round(ErrorBudget().burn_that_spends(0.02, hours=1), 1)
    14.4
    """

    promise: float = quantity(
        0.999,
        "share of requests",
        "what should succeed",
        low=0.5,
        high=0.999999,
        source=_WORKBOOK,
        measured=False,
        decision=True,
    )
    window: float = quantity(
        30,
        "days",
        "over which the promise is counted",
        low=1,
        high=400,
        source=_WORKBOOK,
        measured=False,
        decision=True,
    )

    @property
    def minutes(self) -> Array:
        """Full outage that the budget allows, in minutes."""
        return downtime(self.promise, self.window)

    def burn_rate(self, error_rate: ArrayLike) -> Array:
        """Return how many times faster than allowed `error_rate` (a share) spends the budget."""
        return np.asarray(_SHARE.check("error_rate", error_rate) / (1 - self.promise))

    def spent(self, burn: ArrayLike, hours: ArrayLike) -> Array:
        """Return the share of the budget that the rate `burn` spends in `hours`."""
        rate, time = fitting(burn=numbers("burn", burn, 0), hours=numbers("hours", hours, 0))
        return np.asarray(rate * time / (self.window * 24))

    def burn_that_spends(self, share: float, hours: float) -> float:
        """Return the burn rate that spends `share` of the budget in `hours`."""
        share, hours = _SHARE.check_one("share", share), single("hours", hours, _SHORTEST)
        return share * self.window * 24 / hours

    def exhausted_after(self, burn: ArrayLike) -> Array:
        """Return the hours until the rate `burn` has spent the whole budget; infinite at 0."""
        rate = numbers("burn", burn, 0)
        never = np.full_like(rate, np.inf)
        return np.asarray(np.divide(self.window * 24, rate, out=never, where=rate > 0))

    def noticed_after(self, error_rate: ArrayLike, burn: float, hours: float) -> Array:
        """Return the minutes until an alert fires; infinite if it never does.

        Parameters
        ----------
        error_rate : array_like
            Share of requests that fail, from now on.
        burn : float
            The alert fires when the mean burn rate over its window reaches this.
        hours : float
            Length of the alert's window.
        """
        burn, hours = single("burn", burn, 0), single("hours", hours, _SHORTEST)
        rate = self.burn_rate(error_rate)
        never = np.full_like(rate, np.inf)
        return np.divide(60 * hours * burn, rate, out=never, where=rate >= burn)

    def alerts(self) -> pd.DataFrame:
        """Return the three alerts of the workbook's table 5-8 for this promise and window.

        The second, short window (a twelfth) ends an alert soon after the errors end.
        """
        import pandas as pd

        rows = [("page", 1, 0.02), ("page", 6, 0.05), ("ticket", 72, 0.1)]
        return pd.DataFrame(
            {
                "severity": severity,
                "long window (hours)": hours,
                "short window (minutes)": hours * 5,
                "burn rate": round(self.burn_that_spends(share, hours), 4),
                "budget spent (%)": round(100 * share),
            }
            for severity, hours, share in rows
        )

    def pictures(self) -> Pictures:
        """Return one picture: the budget left over time, at several burn rates."""
        return {"budget": self._budget_picture}

    def _budget_picture(self) -> Picture:
        rates = (1.0, *self.alerts()["burn rate"][1::-1])
        gone = [float(self.exhausted_after(rate)) / 24 for rate in rates]
        series = []
        for rate, end in zip(rates, gone, strict=True):
            days = np.linspace(0, min(end, self.window), 3)
            series.append(Series(f"burn rate {rate:g}", days, 100 * (1 - days / end)))
        ends = ", ".join(
            f"{number(days)} days at burn rate {rate:g}"
            for rate, days in zip(rates, gone, strict=True)
        )
        return Lines(
            tuple(series),
            "time (days)",
            "error budget left (%)",
            title=f"At burn rate {rates[-1]:g} the budget lasts {number(gone[-1])} days",
            shown="Burn rate 1 uses up the budget on the last day of the window.",
            sentence=(
                f"Error budget of a promise of {100 * self.promise:g} %, "
                f"{number(float(self.minutes))} minutes of full outage in {self.window:g} days. It "
                f"is used up after {ends}."
            ),
        )
