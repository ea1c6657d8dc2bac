"""How long people wait for somebody who is busy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import (
    BAND,
    Array,
    DynamicModel,
    Pictures,
    Quantity,
    State,
    number,
    numbers,
    quantity,
    single,
    whole,
)
from thousandfold.errors import ExplainedError
from thousandfold.models.erlang import erlang_c, relative_wait
from thousandfold.picture import Lines, Note, Picture, Series

_SHARE = Quantity(0.8, "share", "part of all customers", 0, 0.9999)
_WORKED = Quantity(0.9, "share of the time", "how busy each server may be", 0.01, 0.9999)
_AWAY = Quantity(0.3, "share of the time", "breaks, training, illness", 0, 0.9)
_PICTURED = (0.8, 0.9, 0.95)
_PIECES = 40


@dataclass(frozen=True)
class Queue(DynamicModel):
    """One line in front of a few people: the wait grows without end as they get fully busy.

    ::

        busy = arrivals * handling / (60 * servers)
        mean wait = C * handling / (servers * (1 - busy))

    with Erlang's C for the share of customers who wait at all. Arrivals are independent of each
    other and handling times vary as much as their mean (the queue M/M/c). To *simulate* it is to
    serve customers one after another, on many possible days: each begins with nobody there, and
    who comes first is served first, by whoever is free first.

    It leaves out: people who give up, rush hours, urgent cases that jump the line, and that
    people work differently when the line is long.

    Examples
    --------
    >>> desk = Queue(arrivals=16, handling=3, servers=1)
    >>> round(desk.busy, 2), round(desk.mean_wait, 1)
    (0.8, 12.0)
    """

    arrivals: float = quantity(
        16,
        "customers an hour",
        "how many come, on average",
        low=0.01,
        high=100_000,
        plausible=(4, 19),
        because="three minutes each: at 4 an hour hardly anybody waits, at 20 the line never ends",
    )
    handling: float = quantity(
        3,
        "minutes",
        "work that one customer needs, on average",
        low=0.01,
        high=10_000,
        decision=True,
    )
    servers: float = quantity(
        1, "people", "how many serve from one line", low=1, high=1000, whole=True, decision=True
    )

    period: ClassVar[str] = "customer"
    periods: ClassVar[int] = 1000
    units: ClassVar[Mapping[str, str]] = {
        "arrival": "minutes of the day",
        "wait": "minutes in line",
    }
    shocks: ClassVar[int] = 2

    @property
    def offered(self) -> float:
        """Work that arrives, in servers that it would keep busy (erlang)."""
        return self.arrivals * self.handling / 60

    @property
    def busy(self) -> float:
        """Share of the time that each server would have to work; above 1 the line only grows."""
        return self.offered / self.servers

    @property
    def waiting_share(self) -> float:
        """Share of customers who have to wait at all."""
        return float(erlang_c(self.offered, self.servers))

    @property
    def mean_wait(self) -> float:
        """Mean wait in line, in minutes, of all customers; infinite if servers cannot keep up."""
        if self.busy >= 1:
            return float("inf")
        return self.waiting_share * self.handling / (self.servers - self.offered)

    @property
    def mean_time(self) -> float:
        """Mean time from arriving to being done, in minutes."""
        return self.mean_wait + self.handling

    @property
    def mean_line(self) -> float:
        """Mean number of customers who wait, by Little's law: arrivals times mean wait."""
        return self.arrivals / 60 * self.mean_wait

    def service_level(self, within: ArrayLike) -> Array:
        """Return the share of customers who wait at most `within` minutes, shape as `within`."""
        longest = numbers("within", within, 0)
        if self.busy >= 1:
            return np.zeros(longest.shape)
        spare = (self.servers - self.offered) / self.handling
        return np.asarray(1 - self.waiting_share * np.exp(-spare * longest))

    def wait_of(self, share: ArrayLike) -> Array:
        """Return the wait, in minutes, that `share` of the customers does not exceed."""
        longer = 1 - _SHARE.check("share", share)
        if self.busy >= 1:
            return np.full(longer.shape, np.inf)
        spare = (self.servers - self.offered) / self.handling
        return np.asarray(np.maximum(0, np.log(self.waiting_share / longer)) / spare)

    def staffed(self, share: float = 0.8, within: float = 1 / 3, most_busy: float = 0.9) -> Queue:
        """Return this queue with as few servers as keep a promise.

        Parameters
        ----------
        share : float
            Part of all customers for whom the promise holds.
        within : float
            Longest wait promised, in minutes.
        most_busy : float
            Nobody works a larger share of the time than this.

        Raises
        ------
        ExplainedError
            If more than 1,000 servers would be needed.
        """
        share, within = _SHARE.check_one("share", share), single("within", within, 0)
        most_busy = _WORKED.check_one("most_busy", most_busy)
        servers = np.arange(max(1, int(self.offered)), self.quantities()["servers"].high + 1)
        spare = (servers - self.offered) / self.handling
        level = 1 - erlang_c(self.offered, servers) * np.exp(-spare * within)
        kept = (self.offered <= most_busy * servers * (1 + 1e-12)) & (level >= share)
        if not kept.any():
            raise ExplainedError(
                f"1,000 servers are too few to serve {share:.0%} within {within:g} minutes at "
                f"{self.arrivals:g} customers an hour; promise less or split the line"
            )
        return self.replace(servers=int(servers[kept.argmax()]))

    def pooled(self, teams: int) -> Queue:
        """Return the one line that `teams` such teams share: all their customers and people."""
        teams = whole("teams", teams, 1, int(self.quantities()["servers"].high / self.servers))
        return self.replace(arrivals=self.arrivals * teams, servers=int(self.servers * teams))

    def pictures(self) -> Pictures:
        """Return the wait against how busy people are, through a simulated day, and each stock."""
        return {"busy": self._busy_picture, "day": self._day_picture} | super().pictures()

    def _busy_picture(self) -> Picture:
        busy = np.linspace(0, _PICTURED[-1], 96)
        sizes = sorted({1, 3, 10, int(self.servers)})
        here = self.handling * relative_wait(_PICTURED, self.servers)
        who = f"{self.servers:g} {'person' if self.servers == 1 else 'people'}"
        return Lines(
            tuple(
                Series(
                    "1 person" if size == 1 else f"{size} people, one line",
                    100 * busy,
                    self.handling * relative_wait(busy, size),
                )
                for size in sizes
            ),
            "busy (% of the time)",
            "mean wait in line (minutes)",
            title=(f"80 % busy: {number(here[0])} minutes in line. 95 % busy: {number(here[-1])}"),
            shown=f"With {who}; one piece of work takes {number(self.handling)} minutes.",
            sentence=(
                f"Mean wait against how busy people are, when one piece of work takes "
                f"{number(self.handling)} minutes. With {who} at 80, 90 and 95 % busy: "
                f"{', '.join(map(number, here))} minutes. With 10 people and one line: "
                f"{', '.join(map(number, self.handling * relative_wait(_PICTURED, 10)))} minutes."
            ),
        )

    def start(self) -> Mapping[str, ArrayLike]:
        """Nobody is there, and everybody is free; whom a smaller team lacks is never free."""
        places = range(int(np.max(self.servers)))
        free = {f"free {k}": np.where(k < np.asarray(self.servers), 0.0, np.inf) for k in places}
        return {"arrival": 0, "wait": 0, **free}

    @classmethod
    def draw(cls, generator: np.random.Generator, shape: tuple[int, int, int]) -> Array:
        """Draw all luck at once, exponential: when each customer comes, and how much work it is."""
        return generator.standard_exponential(shape)

    def step(self, state: State, shock: Array) -> State:
        """One customer: come, wait for whoever is free first, be served."""
        came = state["arrival"] + shock[0] * (60 / self.arrivals)
        begins = np.maximum(state["free 0"], came)
        after = {"arrival": came, "wait": begins - came}
        # Servers stand in the order in which they are free again: the one who just got a customer
        # moves along the row, past whoever is free sooner.
        done = begins + shock[1] * self.handling
        _, _, *places = state
        for place, following in pairwise(places):
            other = state[following]
            after[place] = np.minimum(done, other)
            done = np.maximum(done, other)
        after[places[-1]] = done
        return after

    def _day_picture(self) -> Picture:
        run = self.example()
        served = run["wait"][1:, 0]
        order = np.arange(1, len(served) + 1)
        pieces = np.array_split(order, _PIECES)
        middle = [float(piece.mean()) for piece in pieces]
        waits = [served[piece - 1] for piece in pieces]
        mean = np.array([wait.mean() for wait in waits])
        low, high = np.array([np.quantile(wait, BAND) for wait in waits]).T
        expected = self.mean_wait
        return Lines(
            (Series("", middle, mean, low, high),),
            "customer of the day (number)",
            "wait in line (minutes)",
            title=f"The first wait {number(mean[0])} minutes, the last {number(mean[-1])}",
            shown="Line: mean of all days. Band: eight of ten customers.",
            notes=(Note("mean in the long run", y=expected),) if np.isfinite(expected) else (),
            sentence=(
                f"Wait in line of {len(order):,} customers on {run.replications:,} simulated days, "
                f"servers {self.busy:.0%} busy: {number(mean[0])} minutes for the first customers, "
                f"{number(mean[-1])} for the last; eight of ten of the last wait {number(low[-1])} "
                f"to {number(high[-1])} minutes. In the long run the mean is {number(expected)}."
            ),
        )


def positions(servers: ArrayLike, away: float) -> Array:
    """Return how many people to employ so that enough are at work: ``servers / (1 - away)``.

    It leaves out: that absences come together, in flu season and in July.

    Parameters
    ----------
    servers : array_like
        How many have to be at work.
    away : float
        Share of the time that somebody employed is not: breaks, training, illness.

    Returns
    -------
    array
        Whole numbers, rounded up.

    Examples
    --------
    >>> float(positions(14, away=0.3))
    20.0
    """
    away = _AWAY.check_one("away", away)
    needed = numbers("servers", servers, 0) / (1 - away)
    return np.asarray(np.ceil(np.round(needed, 9)))
