"""What one system delivers under load."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Pictures, Quantity, fitting, number, numbers, quantity
from thousandfold.picture import Lines, Note, Picture, Series

_GUNTHER = (
    "Gunther 2007, Guerrilla Capacity Planning, fitted to the load test specsdm91 "
    "(usl 3.0.3 for R, vignette section 4.2)"
)
_SERIAL = Quantity(0.05, "share", "work that only one can do at a time", 0, 1)

_LEAST = 0.001


def amdahl(workers: ArrayLike, serial: ArrayLike = 0.05) -> Array:
    """Return how many times faster many workers are than one, by Amdahl's law.

    ::

        speed-up = 1 / (serial + (1 - serial) / workers)

    However many workers there are, the speed-up stays below ``1 / serial``. It leaves out: that
    workers also have to agree with each other, and then a few more can be slower.

    Parameters
    ----------
    workers : array_like
        Processors, machines or people; 1 or more.
    serial : array_like
        Share of the work that only one can do at a time, 0..1: one database, one approver.

    Returns
    -------
    array
        Speed-up, in times.

    Raises
    ------
    ExplainedError
        If the share does not lie in 0..1.

    Examples
    --------
    >>> amdahl([8, 64, 1024], serial=0.05).round(2).tolist()
    [5.93, 15.42, 19.64]
    """
    share, n = fitting(
        serial=_SERIAL.check("serial", serial), workers=numbers("workers", workers, _LEAST)
    )
    return np.asarray(1 / (share + (1 - share) / n))


def times_one(load: ArrayLike, contention: ArrayLike, crosstalk: ArrayLike) -> Array:
    """Return throughput at a load over throughput at load 1.

    Parameters
    ----------
    load : array_like
        Above 0, as all that follows known to be in range.
    contention, crosstalk : array_like
        As in `ScalabilityLaw`.

    Returns
    -------
    array

    Examples
    --------
    >>> float(times_one(10, 0.1, 0).round(2))
    5.26
    """
    n = np.asarray(load, dtype=float)
    waiting = np.asarray(contention) * (n - 1)
    agreeing = np.asarray(crosstalk) * n * (n - 1)
    return np.asarray(n / (1 + waiting + agreeing))


@dataclass(frozen=True)
class ScalabilityLaw(Model):
    """The Universal Scalability Law: more load delivers more, then the same, then less.

    ::

        throughput = rate * load / (1 + contention * (load - 1) + crosstalk * load * (load - 1))

    *Contention* is waiting for something shared: one database, one approver. *Cross-talk* is
    keeping copies in agreement: each has to hear from each. Without cross-talk it is Amdahl's
    law, which levels off and never falls.

    It leaves out: failures, changes of the software, and loads that differ from request to
    request.

    Examples
    --------
    >>> round(ScalabilityLaw().peak_load, 1)
    96.5
    """

    rate: float = quantity(
        89.9952,
        "scripts per hour at load 1",
        "throughput of one unit of load",
        low=0.001,
        high=1e6,
        source=_GUNTHER,
        plausible=(9, 900),
        because="each system counts its own unit; "
        "a tenth to ten times of it scales the curve and moves no peak",
    )
    contention: float = quantity(
        0.0277285,
        "share",
        "work that waits for something shared",
        low=0,
        high=1,
        source=_GUNTHER,
        plausible=(0.005, 0.15),
        because="fits in the usl package (3.0.3) give 0.024 to 0.058; "
        "above 0.15 no number does the work of seven",
    )
    crosstalk: float = quantity(
        0.0001044,
        "share per pair",
        "work that keeps each in agreement with each",
        low=0,
        high=0.1,
        source=_GUNTHER,
        plausible=(0, 0.002),
        because="fits in the usl package (3.0.3) give 0 to 0.0016; "
        "above 0.002 more than 22 deliver less",
    )

    def throughput(self, load: ArrayLike) -> Array:
        """Return the work delivered at a load, in scripts per hour, shape as `load`."""
        return self.rate * times_one(numbers("load", load, 0), self.contention, self.crosstalk)

    @property
    def peak_load(self) -> float:
        """Load beyond which more load delivers less; infinite without cross-talk."""
        if self.crosstalk == 0:
            return float("inf")
        return float(np.sqrt((1 - self.contention) / self.crosstalk))

    @property
    def limit(self) -> float:
        """What Amdahl's law promises at any load, without cross-talk, in scripts per hour."""
        return float("inf") if self.contention == 0 else self.rate / self.contention

    @property
    def optimal_load(self) -> float:
        """Load at which a straight line would reach the limit; past it, more load buys little."""
        return float("inf") if self.contention == 0 else 1 / self.contention

    def pictures(self) -> Pictures:
        """Return two pictures from today's load to a thousandfold of it.

        Throughput, and how many times more than today is delivered.
        """
        return {"throughput": self._throughput_picture, "times": self._times_picture}

    def _throughput_picture(self) -> Picture:
        load = np.geomspace(1, 1000, 61)
        delivered = self.throughput(load)
        straight = load[self.rate * load <= 1.3 * delivered.max()]
        best = float(np.clip(self.peak_load, load[0], load[-1]))
        sentence = (
            f"Throughput of one system: {number(delivered[0])} scripts per hour at today's "
            f"load, at most {number(float(self.throughput(best)))} at {best:.0f} times that load, "
            f"and {number(delivered[-1])} at a thousand times."
        )
        times, most = float(delivered[-1] / delivered[0]), float(self.throughput(best))
        peak = (Note(f"{number(most)} at {best:.0f} times the load", best, most),)
        return Lines(
            (
                Series("this system", load, delivered),
                Series(
                    "if every unit added the same", straight, self.rate * straight, colour="soft"
                ),
            ),
            "load (times today's)",
            "throughput (scripts per hour)",
            title=(
                f"At {best:.0f} times today's load the system does most; beyond, less"
                if best < load[-1]
                else f"A thousand times the load: {number(times)} times the throughput"
            ),
            shown="Each step on the horizontal axis is a factor.",
            notes=peak if best < load[-1] else (),
            sentence=sentence,
            log_x=True,
        )

    def _times_picture(self) -> Picture:
        best = float(np.clip(self.peak_load, 1, 1000))
        load = np.unique([*np.geomspace(1, 1000, 61), max(1, best)])
        times = times_one(load, self.contention, self.crosstalk)
        most = float(times_one(best, self.contention, self.crosstalk))
        return Lines(
            (
                Series("this system", load, times),
                Series("if every unit added the same", load, load, colour="soft"),
            ),
            "load (times today's)",
            "delivered (times today's)",
            title=(
                f"At {best:.0f} times today's load the system does most; beyond, less"
                if best < load[-1]
                else f"A thousand times the load: {number(most)} times as much is delivered"
            ),
            shown="Each step is a factor, across and up.",
            sentence=(
                f"What one system delivers: at most {number(most)} times as much as today, at "
                f"{best:.0f} times today's load, and {number(float(times[-1]))} times as much at a "
                "thousand times today's load."
            ),
            log_x=True,
            log_y=True,
        )
