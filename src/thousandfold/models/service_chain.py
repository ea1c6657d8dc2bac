"""What a chain of services may promise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Pictures, Quantity, number, numbers, quantity
from thousandfold.picture import Lines, Picture, Series

_SHARE = Quantity(0, "share", "a share or a probability", 0, 1)
_MINUTES_A_DAY = 24 * 60


def serial(availabilities: ArrayLike) -> float:
    """Return how often everything works when every part is needed: the product.

    Parts fail independently of each other here; a shared cause makes it better than this.

    Parameters
    ----------
    availabilities : array_like
        Share of the time that each part works.

    Returns
    -------
    float
        Share of the time, 0..1.

    Examples
    --------
    >>> round(serial([0.9999] * 30), 4)
    0.997
    """
    return float(np.prod(_SHARE.check("availabilities", availabilities)))


def parallel(availabilities: ArrayLike) -> float:
    """Return how often at least one works when any will do: ``1 - product(1 - availability)``.

    Parts fail independently of each other here; a shared cause makes it worse than this.

    Parameters
    ----------
    availabilities : array_like
        Share of the time that each part works.

    Returns
    -------
    float
        Share of the time, 0..1.

    Examples
    --------
    >>> round(parallel([0.99, 0.99]), 6)
    0.9999
    """
    return float(1 - np.prod(1 - _SHARE.check("availabilities", availabilities)))


def _copies(count: float) -> str:
    return f"{count:g} {'copy' if count == 1 else 'copies'} of each"


def downtime(availability: ArrayLike, days: float = 30) -> Array:
    """Return the minutes of downtime that an availability leaves.

    Parameters
    ----------
    availability : array_like
        Share of the time, any shape.
    days : float
        Over how many days.

    Returns
    -------
    array
        Minutes, in the shape of `availability`.

    Examples
    --------
    >>> downtime([0.999, 0.9999]).round(2).tolist()
    [43.2, 4.32]
    """
    return np.asarray(
        (1 - _SHARE.check("availability", availability)) * numbers("days", days, 0) * _MINUTES_A_DAY
    )


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
        0.9999,
        "share of the time",
        "availability of one copy of a service",
        low=0.5,
        high=0.999999,
        plausible=(0.995, 0.99999),
        because="promises of 99.5 to 99.99 % stand in the SRE Workbook 2018, chapter 3; "
        "five nines is rare",
    )
    services: float = quantity(
        30,
        "services",
        "how many a request needs",
        low=1,
        high=500,
        whole=True,
        decision=True,
    )
    copies: float = quantity(
        1,
        "copies",
        "how many of each run, of which one is enough",
        low=1,
        high=5,
        whole=True,
        decision=True,
    )

    def availability(self, services: ArrayLike) -> Array:
        """Return the share of the time that a request that needs `services` is answered."""
        one = 1 - (1 - self.each) ** self.copies
        return np.asarray(one ** numbers("services", services, 0))

    def most_services(self, promise: float) -> float:
        """Return how many services a request may need if `promise` (a share) is to be kept."""
        promise = _SHARE.check_one("promise", promise)
        one = 1 - (1 - self.each) ** self.copies
        return float(np.floor(np.log(promise) / np.log(one) + 1e-9)) if promise else float("inf")

    def pictures(self) -> Pictures:
        """Return one picture: downtime a month against the number of services."""
        return {"downtime": self._downtime_picture}

    def _downtime_picture(self) -> Picture:
        services = np.arange(1, max(2, int(self.services)) + 1)
        more = self.replace(copies=min(5, self.copies + 1))
        here, better = (downtime(chain.availability(services)) for chain in (self, more))
        return Lines(
            (
                Series(_copies(self.copies), services, here),
                Series(_copies(more.copies), services, better),
            ),
            "services that a request needs",
            "downtime (minutes in 30 days)",
            title=f"{services[-1]} services in a row: {number(here[-1])} minutes down in 30 days",
            shown=f"Each service alone is up {100 * self.each:g} % of the time.",
            sentence=(
                f"Downtime in 30 days: {number(here[0])} minutes with one service, "
                f"{number(here[-1])} with {services[-1]} in a row, {number(better[-1])} if each "
                "had one copy more and copies failed independently."
            ),
        )
