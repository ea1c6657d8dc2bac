"""What one system delivers as its load grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, number, quantity

if TYPE_CHECKING:
    from thousandfold.plotting import Picture

_GUNTHER = (
    "Gunther 2007, Guerrilla Capacity Planning, fitted to the load test specsdm91 "
    "(usl 3.0.3 for R, vignette section 4.2)"
)


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
        "requests per second at load 1",
        "throughput of one unit of load",
        low=0.001,
        high=1e6,
        source=_GUNTHER,
    )
    contention: float = quantity(
        0.0277285, "share", "work that waits for something shared", low=0, high=1, source=_GUNTHER
    )
    crosstalk: float = quantity(
        0.0001044,
        "share per pair",
        "work that keeps each in agreement with each",
        low=0,
        high=0.1,
        source=_GUNTHER,
    )

    def throughput(self, load: ArrayLike) -> Array:
        """Return the work delivered at a load, in requests per second, shape as `load`."""
        n = np.asarray(load, dtype=float)
        waiting = self.contention * (n - 1)
        agreeing = self.crosstalk * n * (n - 1)
        return np.asarray(self.rate * n / (1 + waiting + agreeing))

    @property
    def peak_load(self) -> float:
        """Load beyond which more load delivers less; infinite without cross-talk."""
        if self.crosstalk == 0:
            return float("inf")
        return float(np.sqrt((1 - self.contention) / self.crosstalk))

    @property
    def limit(self) -> float:
        """What Amdahl's law promises at any load, without cross-talk, in requests per second."""
        return float("inf") if self.contention == 0 else self.rate / self.contention

    def picture(self, of: str | None = None) -> Picture:
        """Return throughput from today's load to a thousandfold of it."""
        from thousandfold.plotting import Picture, Series

        load = np.geomspace(1, 1000, 61)
        delivered = self.throughput(load)
        straight = load[self.rate * load <= 1.3 * delivered.max()]
        best = min(self.peak_load, load[-1])
        sentence = (
            f"Throughput of one system: {number(delivered[0])} requests per second at today's "
            f"load, at most {number(float(self.throughput(best)))} at {best:.0f} times that load, "
            f"and {number(delivered[-1])} at a thousand times."
        )
        return Picture(
            (
                Series("this system", load, delivered),
                Series("if every unit added the same", straight, self.rate * straight),
            ),
            "load (times today's)",
            "throughput (requests per second)",
            sentence,
            log_x=True,
        )


if __name__ == "__main__":
    from thousandfold.demonstration import demonstrate

    demonstrate(ScalabilityLaw())
