"""How often the slowest of many answers is slow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Pictures, Quantity, number, numbers, quantity
from thousandfold.picture import Lines, Picture, Series

_TAIL = "Dean & Barroso 2013, CACM 56(2):74-80"
_SHARE = Quantity(0, "share", "a share or a probability", 0, 1)


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
        0.01,
        "share of answers",
        "how often one server is slow",
        low=0,
        high=0.5,
        source=_TAIL,
        measured=False,
        plausible=(0.0001, 0.05),
        because="Dean & Barroso 2013 reckon with one in 100 and one in 10,000; "
        "one in 20 would be an incident",
    )
    servers: float = quantity(
        100,
        "servers",
        "how many a request asks",
        low=1,
        high=10_000,
        whole=True,
        source=_TAIL,
        measured=False,
        decision=True,
    )
    shared: float = quantity(
        0.1,
        "share of slow answers",
        "how often the second server is slow too",
        low=0,
        high=1,
        plausible=(0.01, 0.5),
        because="an overloaded network or one popular record slows both; "
        "above half nobody would ask twice",
    )

    def slow_requests(self, servers: ArrayLike) -> Array:
        """Return the share of requests to `servers` that wait for at least one slow server."""
        return np.asarray(1 - (1 - self.slow) ** numbers("servers", servers, 0))

    def hedged(self, servers: ArrayLike) -> Array:
        """Return the same share of `servers` when each slow one is asked once more elsewhere."""
        both = self.slow * (self.shared + (1 - self.shared) * self.slow)
        return np.asarray(1 - (1 - both) ** numbers("servers", servers, 0))

    def most_servers(self, share: float) -> float:
        """Return how many servers a request may ask if at most `share` of requests is slow."""
        share = _SHARE.check_one("share", share)
        if self.slow == 0 or share == 1:
            return float("inf")
        return float(np.floor(np.log1p(-share) / np.log1p(-self.slow) + 1e-9))

    def pictures(self) -> Pictures:
        """Return one picture: the share of slow requests against the number of servers."""
        return {"slow": self._slow_picture}

    def _slow_picture(self) -> Picture:
        servers = np.unique(np.geomspace(1, max(10, self.servers), 40).round())
        once, twice = 100 * self.slow_requests(servers), 100 * self.hedged(servers)
        return Lines(
            (
                Series("each server asked once", servers, once),
                Series("slow ones asked again", servers, twice),
            ),
            "servers that a request asks",
            "slow requests (%)",
            title=f"{servers[-1]:.0f} servers asked: {number(once[-1])} % of the requests are slow",
            shown=f"{100 * self.slow:g} % of the answers of one server are slow.",
            sentence=(
                f"Share of requests that are slow when {100 * self.slow:g} % of answers are: "
                f"{number(once[0])} % with one server, {number(once[-1])} % with "
                f"{servers[-1]:.0f}; {number(twice[-1])} % if slow ones are asked again, for "
                f"{100 * self.slow:g} % more requests."
            ),
            log_x=True,
        )
