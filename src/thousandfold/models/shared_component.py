"""Build it for each squad, or once for all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Pictures, number, numbers, quantity
from thousandfold.picture import Lines, Picture, Series


@dataclass(frozen=True)
class SharedComponent(Model):
    """How many squads must use one shared component before it pays.

    ::

        each its own: squads * own * (1 + upkeep * years)
        shared:       own * premium + team * years + joining squads * own * reuse
                      + the other squads * own * (1 + upkeep * years)

    It leaves out: waiting for the shared team, and what is won or lost by everybody
    working the same way.

    Examples
    --------
    >>> round(SharedComponent().break_even, 1)
    4.3
    """

    own: float = quantity(
        400,
        "hours",
        "work for a squad to build its own",
        low=10,
        high=5000,
        plausible=(80, 2000),
        because="less than two weeks of one person nobody would share; above a year few build it",
    )
    upkeep: float = quantity(
        0.2,
        "share of its work a year",
        "work to keep a squad's own running",
        low=0,
        high=2,
        plausible=(0.1, 0.6),
        because="maintenance is 40 to 80 % of all cost (Glass 2001): over seven years 0.1 to 0.6",
    )
    premium: float = quantity(
        1.5,
        "times its own",
        "work to build it so that others can use it",
        low=1,
        high=10,
        plausible=(1.1, 3),
        because="for others it is never free; Poulin 1996 counts with 1.5, Glass 2002 with 3",
    )
    reuse: float = quantity(
        0.2,
        "times its own",
        "work for a squad to use the shared one",
        low=0,
        high=1,
        plausible=(0.05, 0.5),
        because="Poulin 1996 counts with 0.2; if it takes half the work, squads build their own",
    )
    team: float = quantity(
        600,
        "hours a year",
        "work to keep the shared one running",
        low=0,
        high=10_000,
        plausible=(100, 3000),
        because="two hours a week is the least that answers anybody; two people are a real team",
    )
    years: float = quantity(
        3,
        "years",
        "how long it is used",
        low=0.5,
        high=10,
        plausible=(1, 7),
        because="what is gone within a year nobody shares; after seven years it is rebuilt",
    )
    joining: float = quantity(
        1,
        "share of squads",
        "how many really use it",
        low=0.01,
        high=1,
        plausible=(0.3, 1),
        because="where fewer than three in ten use it, nobody calls it shared",
    )

    def each_its_own(self, squads: ArrayLike) -> Array:
        """Return the work if every squad builds its own, in hours, shape as `squads`."""
        n = numbers("squads", squads, 0)
        return np.asarray(n * self.own * (1 + self.upkeep * self.years))

    def shared(self, squads: ArrayLike) -> Array:
        """Return the work if one is shared and `joining` of the squads use it, in hours."""
        n = numbers("squads", squads, 0)
        fixed = self.own * self.premium + self.team * self.years
        using = n * self.joining * self.own * self.reuse
        return np.asarray(fixed + using + (1 - self.joining) * self.each_its_own(n))

    @property
    def break_even(self) -> float:
        """Number of squads from which sharing is less work; infinite if it never is."""
        fixed = float(self.shared(0))
        saved = self.joining * self.own * (1 + self.upkeep * self.years - self.reuse)
        return fixed / saved if saved > 0 else float("inf")

    def pictures(self) -> Pictures:
        """Return one picture: work against the number of squads, shared and each its own."""
        return {"work": self._work_picture}

    def _work_picture(self) -> Picture:
        squads = np.arange(1, 21)
        own, shared = self.each_its_own(squads), self.shared(squads)
        says = (
            f"Sharing is less work from {number(self.break_even)} squads on."
            if np.isfinite(self.break_even)
            else "Sharing is never less work."
        )
        return Lines(
            (Series("each its own", squads, own), Series("one is shared", squads, shared)),
            "squads that need it",
            f"work in {self.years:g} years (hours)",
            title=(
                f"Sharing is less work from {np.floor(self.break_even) + 1:,.0f} squads on"
                if 1 <= self.break_even < np.inf
                else f"Sharing is {'never' if self.break_even > 1 else 'always'} less work"
            ),
            sentence=(
                f"Work in {self.years:g} years: with 2 squads {number(own[1])} hours if each "
                f"builds its own and {number(shared[1])} if one is shared; with 20, "
                f"{number(own[-1])} and {number(shared[-1])}. {says}"
            ),
        )
