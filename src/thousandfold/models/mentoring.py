"""Leaders who make leaders: what it costs first, and when it pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, DynamicModel, Pictures, State, Trajectory, quantity, simulate


@dataclass(frozen=True)
class Mentoring(DynamicModel):
    """New product managers learn from those who can teach, who meanwhile do less of their own.

    A newcomer is new, then practises, then works like the others; each of the two steps takes
    half the ramp-up. Each week::

        asked    = teaching * (new + practising / 2)
        teaching = min(asked, attention * teachers)
        learned  = new / (ramp_up / 2) * teaching / asked, the same for practising
        gained  += up to speed + practised * practising - teaching

    It leaves out: how good a teacher somebody is, newcomers who leave, months of search, and
    what the company would lose without them.

    Examples
    --------
    >>> year = simulate(Mentoring(), replications=1)
    >>> round(float(year.final("taught")[0, 0])), round(float(year["gained"].min()))
    (39, -8)
    """

    newcomers: float = quantity(
        5,
        "people",
        "product managers who join",
        low=1,
        high=30,
        whole=True,
        decision=True,
    )
    teachers: float = quantity(
        3,
        "people",
        "product managers who can teach",
        low=1,
        high=30,
        whole=True,
        decision=True,
    )
    gap: float = quantity(
        0,
        "weeks",
        "time between one newcomer and the next; 0 is all at once",
        low=0,
        high=26,
        decision=True,
    )
    teaching: float = quantity(
        0.4,
        "share of a teacher's week",
        "what one new person asks for",
        low=0,
        high=1,
        plausible=(0.1, 0.6),
        because="below half a day a week nobody is taught; "
        "above three days a teacher sits beside one person",
    )
    ramp_up: float = quantity(
        26,
        "weeks",
        "time to learn, on average, if well taught",
        low=4,
        high=104,
        plausible=(8, 52),
        because="before two months nobody knows the customers; "
        "after a year a newcomer is no newcomer any more",
    )
    attention: float = quantity(
        0.5,
        "share of a teacher's week",
        "most that a teacher can give",
        low=0.05,
        high=1,
        plausible=(0.2, 0.8),
        because="who owns a product, too, has a day a week at least, and never the whole week",
    )
    practised: float = quantity(
        0.5,
        "share of a teacher's work",
        "what somebody who practises delivers",
        low=0,
        high=1,
        plausible=(0.3, 0.8),
        because="below 0.3 somebody is still new; above 0.8 nobody sees a difference",
    )

    period: ClassVar[str] = "week"
    periods: ClassVar[int] = 78
    units: ClassVar[Mapping[str, str]] = {
        "gained": "weeks of product management",
        "taught": "weeks of teachers",
        "load": "share of teachers' time",
        "week": "weeks",
        "new": "people",
        "practising": "people",
        "able": "people",
    }

    def start(self) -> Mapping[str, ArrayLike]:
        """Nobody has come yet."""
        return dict.fromkeys(self.units, 0)

    def step(self, state: State, shock: Array) -> State:
        """One week: perhaps somebody joins; teach, learn, work."""
        week, here = state["week"], state["new"] + state["practising"] + state["able"]
        gap = np.asarray(self.gap)
        due = np.where(gap > 0, 1 + np.floor(week / np.maximum(gap, 1e-9)), np.inf)
        new = state["new"] + np.minimum(self.newcomers, due) - here
        practising, able = state["practising"], state["able"]

        asked = self.teaching * (new + practising / 2)
        given = np.minimum(asked, self.attention * np.asarray(self.teachers))
        pace = np.divide(given, asked, out=np.ones_like(given), where=asked > 0)
        step = pace / (np.asarray(self.ramp_up) / 2)
        begun, learned = step * new, step * practising
        return {
            "gained": state["gained"] + able + self.practised * practising - given,
            "taught": state["taught"] + given,
            "load": given / self.teachers,
            "week": week + 1,
            "new": new - begun,
            "practising": practising + begun - learned,
            "able": able + learned,
        }

    def example(self) -> Trajectory:
        """Simulate one future: there is no luck in it."""
        return simulate(self, replications=1)

    def pictures(self) -> Pictures:
        """Return a picture of each stock, first of what is gained."""
        stocks = super().pictures()
        return {"gained": stocks["gained"]} | stocks

    def payback(self) -> float:
        """Return the week in which they have given back what they cost; infinite if not in time."""
        gained = self.example()["gained"].ravel()
        below = np.flatnonzero(gained < 0)
        if len(below) == 0:
            return 0.0
        last = below[-1]
        return float("inf") if last == len(gained) - 1 else float(last + 1)
