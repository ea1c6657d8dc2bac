"""What you may promise, and when you stop shipping to keep it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import (
    SEED,
    Array,
    DynamicModel,
    Model,
    Quantity,
    State,
    Trajectory,
    compare,
    number,
    quantity,
    sweep,
)
from thousandfold.errors import ExplainedError

if TYPE_CHECKING:
    import pandas as pd

    from thousandfold.plotting import Picture

_WORKBOOK = "Beyer et al. 2018, The Site Reliability Workbook, chapter 5"
_TAIL = "Dean & Barroso 2013, CACM 56(2):74-80"
_SHARE = Quantity(0, "share", "a share or a probability", 0, 1)
_MINUTES_A_DAY = 24 * 60
_DAYS_A_WEEK = 7
_FUTURES = 500


def _shares(name: str, value: ArrayLike) -> Array:
    _SHARE.check(name, value)
    return np.asarray(value, dtype=float)


def serial(availabilities: ArrayLike) -> float:
    """Return how often everything works when every part is needed: the product.

    Parts fail independently of each other here; a shared cause makes it better than this.

    Parameters
    ----------
    availabilities : array_like
        Share of the time that each part works.

    Examples
    --------
    >>> round(serial([0.9999] * 30), 4)
    0.997
    """
    return float(np.prod(_shares("availability", availabilities)))


def parallel(availabilities: ArrayLike) -> float:
    """Return how often at least one works when any will do: ``1 - product(1 - availability)``.

    Parts fail independently of each other here; a shared cause makes it worse than this.

    Parameters
    ----------
    availabilities : array_like
        Share of the time that each part works.

    Examples
    --------
    >>> round(parallel([0.99, 0.99]), 6)
    0.9999
    """
    return float(1 - np.prod(1 - _shares("availability", availabilities)))


def downtime(availability: ArrayLike, days: float = 30) -> Array:
    """Return the minutes of downtime that an availability leaves.

    Parameters
    ----------
    availability : array_like
        Share of the time, any shape.
    days : float
        Over how many days.

    Examples
    --------
    >>> downtime([0.999, 0.9999]).round(2).tolist()
    [43.2, 4.32]
    """
    return np.asarray((1 - _shares("availability", availability)) * days * _MINUTES_A_DAY)


@dataclass(frozen=True)
class ServiceChain(Model):
    """A request that needs several services, each of which may run in several copies.

    ::

        availability = (1 - (1 - each)**copies)**services

    It leaves out: causes that hit several parts at once (a network, a deployment, a certificate),
    answers from a cache, and doing without a service that is down.

    Examples
    --------
    >>> round(ServiceChain().availability(30).item(), 4)
    0.997
    """

    each: float = quantity(
        0.9999, "share of the time", "availability of one copy of a service", low=0.5, high=0.999999
    )
    services: float = quantity(
        30, "services", "how many a request needs", low=1, high=500, whole=True
    )
    copies: float = quantity(
        1, "copies", "how many of each run, of which one is enough", low=1, high=5, whole=True
    )

    def availability(self, services: ArrayLike) -> Array:
        """Return the share of the time that a request with so many services is answered."""
        one = 1 - (1 - self.each) ** self.copies
        return np.asarray(one ** np.asarray(services, dtype=float))

    def most_services(self, promise: float) -> float:
        """Return how many services a request may need if a promise is to be kept."""
        _SHARE.check("promise", promise)
        one = 1 - (1 - self.each) ** self.copies
        return float(np.floor(np.log(promise) / np.log(one) + 1e-9)) if promise else float("inf")

    def picture(self, of: str | None = None) -> Picture:
        """Return downtime a month against the number of services, with one copy more too."""
        from thousandfold.plotting import Picture, Series

        services = np.arange(1, max(2, int(self.services)) + 1)
        more = self.replace(copies=min(5, self.copies + 1))
        here, better = (downtime(chain.availability(services)) for chain in (self, more))
        return Picture(
            (
                Series(f"copies of each: {self.copies:g}", services, here),
                Series(f"copies of each: {more.copies:g}", services, better),
            ),
            "services that a request needs",
            "downtime (minutes in 30 days)",
            f"Downtime in 30 days: {number(here[0])} minutes with one service, {number(here[-1])} "
            f"with {services[-1]} in a row, {number(better[-1])} if each had one copy more and "
            "copies failed independently.",
        )


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
        0.999, "share of requests", "what should succeed", low=0.5, high=0.999999, source=_WORKBOOK
    )
    window: float = quantity(
        30, "days", "over which the promise is counted", low=1, high=400, source=_WORKBOOK
    )

    @property
    def minutes(self) -> Array:
        """Full outage that the budget allows, in minutes."""
        return downtime(self.promise, self.window)

    def burn_rate(self, error_rate: ArrayLike) -> Array:
        """Return how many times faster than allowed an error rate (a share) spends the budget."""
        return np.asarray(_shares("error_rate", error_rate) / (1 - self.promise))

    def spent(self, burn: ArrayLike, hours: ArrayLike) -> Array:
        """Return the share of the budget that a burn rate spends in some hours."""
        return np.asarray(np.asarray(burn, float) * np.asarray(hours, float) / (self.window * 24))

    def burn_that_spends(self, share: float, hours: float) -> float:
        """Return the burn rate that spends a share of the budget in some hours."""
        _SHARE.check("share", share)
        return float(share * self.window * 24 / hours)

    def exhausted_after(self, burn: ArrayLike) -> Array:
        """Return the hours until a burn rate has spent the whole budget; infinite at 0."""
        rate = np.asarray(burn, dtype=float)
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
                "short window (hours)": hours / 12,
                "burn rate": round(self.burn_that_spends(share, hours), 4),
                "budget spent": share,
            }
            for severity, hours, share in rows
        )

    def picture(self, of: str | None = None) -> Picture:
        """Return the budget that is left over time, at burn rate 1 and at those of the pages."""
        from thousandfold.plotting import Picture, Series

        days = np.linspace(0, self.window, 61)
        rates = (1.0, *self.alerts()["burn rate"][1::-1])
        series = tuple(
            Series(
                f"burn rate {rate:g}", days, 100 * np.maximum(0, 1 - self.spent(rate, 24 * days))
            )
            for rate in rates
        )
        ends = ", ".join(
            f"{number(float(self.exhausted_after(rate)) / 24)} days at burn rate {rate:g}"
            for rate in rates
        )
        return Picture(
            series,
            "time (days)",
            "error budget left (%)",
            f"Error budget of a promise of {100 * self.promise:g} %, "
            f"{number(float(self.minutes))} minutes of full outage in {self.window:g} days. It is "
            f"used up after {ends}.",
        )


@dataclass(frozen=True)
class FanOut(Model):
    """A request that asks many servers at once and waits for the slowest answer.

    ::

        slow request = 1 - (1 - slow)**servers
        hedged       = 1 - (1 - slow * (shared + (1 - shared) * slow))**servers

    *Hedged*: whoever has not answered in time is asked once more elsewhere, and the quicker
    answer counts. It costs `slow` more requests, and helps unless the cause of the slowness is
    shared by both. It leaves out: that more requests make everything slower, and how slow is
    slow.

    Examples
    --------
    >>> FanOut().slow_requests([1, 100]).round(2).tolist()
    [0.01, 0.63]
    """

    slow: float = quantity(
        0.01, "share of answers", "how often one server is slow", low=0, high=0.5, source=_TAIL
    )
    servers: float = quantity(
        100, "servers", "how many a request asks", low=1, high=10_000, whole=True, source=_TAIL
    )
    shared: float = quantity(
        0.1, "share of slow answers", "how often the second server is slow too", low=0, high=1
    )

    def slow_requests(self, servers: ArrayLike) -> Array:
        """Return the share of requests that wait for at least one slow server."""
        return np.asarray(1 - (1 - self.slow) ** np.asarray(servers, dtype=float))

    def hedged(self, servers: ArrayLike) -> Array:
        """Return the same share when each slow server is asked once more elsewhere."""
        both = self.slow * (self.shared + (1 - self.shared) * self.slow)
        return np.asarray(1 - (1 - both) ** np.asarray(servers, dtype=float))

    def most_servers(self, share: float) -> float:
        """Return how many servers a request may ask if at most a share of requests is slow."""
        _SHARE.check("share", share)
        if self.slow == 0 or share == 1:
            return float("inf")
        return float(np.floor(np.log1p(-share) / np.log1p(-self.slow) + 1e-9))

    def picture(self, of: str | None = None) -> Picture:
        """Return the share of slow requests against the number of servers."""
        from thousandfold.plotting import Picture, Series

        servers = np.unique(np.geomspace(1, max(10, self.servers), 40).round())
        once, twice = 100 * self.slow_requests(servers), 100 * self.hedged(servers)
        return Picture(
            (
                Series("each server asked once", servers, once),
                Series("slow ones asked again elsewhere", servers, twice),
            ),
            "servers that a request asks",
            "slow requests (%)",
            f"Share of requests that are slow when {100 * self.slow:g} % of answers are: "
            f"{number(once[0])} % with one server, {number(once[-1])} % with {servers[-1]:.0f}; "
            f"{number(twice[-1])} % if slow ones are asked again, for {100 * self.slow:g} % more "
            "requests.",
            log_x=True,
        )


@dataclass(frozen=True)
class ErrorBudgetPolicy(DynamicModel):
    """A team that ships features and stops for a while when its error budget runs low.

    Each week::

        frozen    = left <= freeze, or frozen before and left < release
        shipped   = pace, less `restart` in the first week back, or 0 when frozen
        flaws     = flaws + each * shipped, less a share that is found (more of it when frozen)
        incidents = at random, `background + trigger * flaws` a week, of `outage` minutes on average
        spent     = spent * (1 - 1 / window) + downtime
        left      = 1 - spent / (window * what the promise allows in a week)

    Old incidents fade from the budget, instead of leaving it all at once on a day; ``left`` may
    fall below 0. ``freeze=0`` never freezes, ``freeze=1`` always does; a ``release`` below
    ``freeze`` has no effect.

    It leaves out: that incidents differ in how many customers they hit, that features pile up
    while shipping is frozen, and what a freeze does to a team.

    Examples
    --------
    >>> from thousandfold import sweep
    >>> runs = sweep(ErrorBudgetPolicy(), freeze=[0, 0.25, 1])
    >>> runs.final("shipped").mean(axis=1).round().tolist()
    [260.0, 96.0, 0.0]
    """

    freeze: float = quantity(
        0.25, "share of the budget", "stop shipping when no more than this is left", low=0, high=1
    )
    release: float = quantity(
        0.5, "share of the budget", "ship again when this much is left", low=0, high=1
    )
    promise: float = quantity(
        0.999, "share of the time", "what is promised for the year", low=0.9, high=0.9999
    )
    window: float = quantity(
        13, "weeks", "how much allowance makes the whole budget", low=1, high=52
    )
    pace: float = quantity(
        5, "features a week", "what ships when nothing is frozen", low=0, high=50
    )
    restart: float = quantity(
        0.5, "share of a week", "what the first week after a freeze loses", low=0, high=1
    )
    each: float = quantity(
        0.3, "flaws per feature", "hidden flaws that a feature brings", low=0, high=5
    )
    found: float = quantity(
        0.1, "share of flaws a week", "found and fixed while shipping", low=0, high=1
    )
    found_frozen: float = quantity(
        0.3, "share of flaws a week", "found and fixed while frozen", low=0, high=1
    )
    trigger: float = quantity(
        0.1, "incidents per flaw and week", "how often a flaw breaks something", low=0, high=1
    )
    background: float = quantity(
        0.1, "incidents a week", "what breaks without any flaw of ours", low=0, high=5
    )
    outage: float = quantity(25, "minutes", "mean length of an incident", low=1, high=600)

    period: ClassVar[str] = "week"
    periods: ClassVar[int] = 52
    units: ClassVar[Mapping[str, str]] = {
        "budget": "minutes left",
        "shipped": "features",
        "downtime": "minutes",
        "flaws": "hidden flaws",
        "frozen": "weeks frozen",
        "shipping": "1 = yes, 0 = frozen",
        "kept": "1 = kept so far, 0 = broken",
    }
    shocks: ClassVar[int] = 2 * _DAYS_A_WEEK

    @classmethod
    def draw(cls, generator: np.random.Generator, shape: tuple[int, int, int]) -> Array:
        """Draw all luck at once, uniform: whether each day has an incident, and how long."""
        return generator.random(shape)

    @property
    def allowance(self) -> Array:
        """Downtime that the promise allows in a week, in minutes."""
        return np.asarray((1 - np.asarray(self.promise)) * _DAYS_A_WEEK * _MINUTES_A_DAY)

    def start(self) -> Mapping[str, ArrayLike]:
        """Begin the year with a whole budget and without hidden flaws."""
        return {
            "budget": self.window * self.allowance,
            "shipped": 0,
            "downtime": 0,
            "flaws": 0,
            "frozen": 0,
            "shipping": 1,
            "kept": 1,
        }

    def step(self, state: State, shock: Array) -> State:
        """One week: freeze or ship, perhaps break something, earn the week's allowance."""
        whole = self.window * self.allowance
        left = state["budget"] / whole
        waiting = (state["shipping"] == 0) & (left < self.release)
        frozen = (np.asarray(self.freeze) > 0) & ((left <= self.freeze) | waiting)
        starting = self.restart * (state["shipping"] == 0)
        shipped = np.where(frozen, 0, self.pace * (1 - starting))
        found = np.where(frozen, self.found_frozen, self.found)
        flaws = (state["flaws"] + self.each * shipped) * (1 - found)
        chance = -np.expm1(-(self.background + self.trigger * flaws) / _DAYS_A_WEEK)
        down = np.zeros_like(flaws)
        for whether, how_long in shock.reshape(2, _DAYS_A_WEEK, -1).swapaxes(0, 1):
            down += np.where(whether < chance, -self.outage * np.log1p(-how_long), 0)
        downtime = state["downtime"] + down
        return {
            "budget": whole - (whole - state["budget"]) * (1 - 1 / self.window) - down,
            "shipped": state["shipped"] + shipped,
            "downtime": downtime,
            "flaws": flaws,
            "frozen": state["frozen"] + frozen,
            "shipping": np.where(frozen, 0.0, 1.0),
            "kept": np.where(downtime <= self.periods * self.allowance, 1.0, 0.0),
        }

    def under(self, rules: Mapping[str, Sequence[float]], seed: int = SEED) -> Trajectory:
        """Run a year under each of several rules, all under the same luck.

        Parameters
        ----------
        rules : mapping of str to two numbers
            Label, and for each the shares of the budget at which to freeze and to release.
        seed : int
            The same seed gives the same luck.

        Examples
        --------
        >>> runs = ErrorBudgetPolicy().under({"early": [0.6, 0.6], "late": [0.1, 0.1]})
        >>> runs.final("kept").mean(axis=1).round(2).tolist()
        [0.97, 0.18]
        """
        for label, rule in rules.items():
            if not isinstance(rule, list | tuple) or len(rule) != 2:
                raise ExplainedError(
                    f"the rule {label!r} needs two shares of the budget, for example [0.25, 0.5], "
                    f"not {rule!r}"
                )
        return compare(
            {
                label: self.replace(freeze=freeze, release=release)
                for label, (freeze, release) in rules.items()
            },
            seed=seed,
        )

    @staticmethod
    def worth(runs: Trajectory) -> Array:
        """Return features shipped where the year's promise was kept, else 0.

        Parameters
        ----------
        runs : Trajectory
            Of this model, over a year.

        Returns
        -------
        array, shape (scenarios, replications)
        """
        return np.asarray(runs.final("shipped") * runs.final("kept"))

    @staticmethod
    def outcomes(runs: Trajectory) -> pd.DataFrame:
        """Return for each policy the means of a year, and how many of 100 years kept the promise.

        Parameters
        ----------
        runs : Trajectory
            Of this model, over a year.
        """
        import pandas as pd

        columns = {
            "features shipped": runs.final("shipped").mean(axis=1),
            "minutes of downtime": runs.final("downtime").mean(axis=1),
            "weeks frozen": runs.final("frozen").mean(axis=1),
            "promise kept (%)": 100 * runs.final("kept").mean(axis=1),
            "features under a kept promise": ErrorBudgetPolicy.worth(runs).mean(axis=1),
        }
        return pd.DataFrame(columns, index=list(runs.scenarios)).round(1)

    def picture(self, of: str | None = None) -> Picture:
        """Return what a figure of a stock shows, or of ``"freeze"``: outcomes by policy."""
        from thousandfold.plotting import Picture, Series

        if of != "freeze":
            return super().picture(of)
        percent = np.array([0, 2, *range(10, 100, 10), 98, 100])
        runs = sweep(self, freeze=percent / 100, replications=_FUTURES)
        shipped, kept = (runs.final(stock).mean(axis=1) for stock in ("shipped", "kept"))
        worth = self.worth(runs).mean(axis=1)
        best = int(worth.argmax())
        return Picture(
            (
                Series("shipped", percent[1:], shipped[1:]),
                Series("shipped in years that kept the promise", percent[1:], worth[1:]),
                Series("", [0], shipped[:1], points=True, mark=0),
                Series("", [0], worth[:1], points=True, mark=1),
            ),
            "freeze when this much of the budget is left (%; at 0: never)",
            "features (mean of all futures)",
            f"Features in a year. Never frozen: {number(shipped[0])} shipped, the promise kept in "
            f"{100 * kept[0]:.0f} % of the futures. Frozen at {percent[1]} % of the budget: "
            f"{number(shipped[1])}, kept in {100 * kept[1]:.0f} %. Most are shipped in years that "
            f"kept the promise with a freeze at {percent[best]} %: {number(worth[best])}, kept in "
            f"{100 * kept[best]:.0f} %. Always frozen: {number(shipped[-1])}.",
        )


if __name__ == "__main__":
    from thousandfold.demonstration import demonstrate

    policy = ErrorBudgetPolicy()
    demonstrate(ServiceChain(), ErrorBudget(), FanOut(), policy, policy.picture("freeze"))
