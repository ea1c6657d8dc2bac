"""Working harder or working on how one works: why the second is put off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import (
    Array,
    DynamicModel,
    State,
    quantity,
)


@dataclass(frozen=True)
class CapabilityTrap(DynamicModel):
    """A team that falls short of its target and works harder, or works smarter.

    Each month::

        pressure    = response * (target - performance)      (0 when the target is met)
        improvement moves towards  habit + (2 * smarter - 1) * pressure  within `delay` months
        performance = capability * (hours - improvement) * luck
        capability  moves towards  improvement / habit  within `erosion` months

    *Harder* takes hours from improvement, *smarter* takes them from the work at hand. The idea
    and the order of events are those of Repenning & Sterman 2001 (California Management Review
    43(4):64-88); sizes and speeds are ours. With ``habit=1`` and ``target=44`` it starts where
    their runnable model on Insight Maker (number 36856) does.

    It leaves out: overtime and exhaustion, hiring, and improvement that brings nothing.

    Examples
    --------
    >>> from thousandfold import sweep
    >>> runs = sweep(CapabilityTrap(variation=0), smarter=[0.1, 0.9], replications=1)
    >>> runs["performance"][3].round(1).ravel().tolist()
    [33.6, 29.5]
    >>> runs.final("performance").round(1).ravel().tolist()
    [11.3, 36.1]
    """

    hours: float = quantity(
        40,
        "hours a week",
        "working time",
        low=10,
        high=60,
        decision=True,
    )
    habit: float = quantity(
        8,
        "hours a week",
        "time that went into improvement so far",
        low=0.5,
        high=10,
        plausible=(1, 10),
        because="Insight Maker 36856, after Repenning & Sterman 2001, starts with 1 hour of 40; "
        "above 10 is a research team",
    )
    target: float = quantity(
        40,
        "units a week",
        "what the team is asked to deliver",
        low=0,
        high=100,
        decision=True,
    )
    smarter: float = quantity(
        0.1,
        "share of the response",
        "how much of it goes into improvement",
        low=0,
        high=1,
        decision=True,
    )
    response: float = quantity(
        0.6,
        "hours a week per unit short",
        "how strongly the team responds",
        low=0,
        high=1,
        plausible=(0.2, 1),
        because="below 0.2 nobody would call it pressure; "
        "above 1 a team would do more than it was asked for",
    )
    delay: float = quantity(
        3,
        "months",
        "how slowly habits follow intentions",
        low=1,
        high=12,
        plausible=(1, 9),
        because="a habit of a team takes a month at least; "
        "after nine months the pressure has another cause",
    )
    erosion: float = quantity(
        18,
        "months",
        "how slowly capability follows improvement",
        low=1,
        high=60,
        plausible=(6, 36),
        because="skills and tools outlive half a year; "
        "after three years tools and half of the people are others",
    )
    variation: float = quantity(
        0.02,
        "share of a month's performance",
        "how much one month differs",
        low=0,
        high=1,
        plausible=(0.01, 0.15),
        because="a holiday more or less is 5 %; above 15 % two months could not be compared",
    )

    period: ClassVar[str] = "month"
    periods: ClassVar[int] = 36
    units: ClassVar[Mapping[str, str]] = {
        "performance": "units a week",
        "capability": "units an hour",
        "improvement": "hours a week",
    }
    shocks: ClassVar[int] = 1

    def start(self) -> Mapping[str, ArrayLike]:
        """Capability is in balance with the time that went into improvement so far."""
        return {
            "performance": self.hours - np.asarray(self.habit),
            "capability": 1,
            "improvement": self.habit,
        }

    def step(self, state: State, shock: Array) -> State:
        """One month: look at the target, shift hours, work, gain or lose capability."""
        pressure = self.response * np.maximum(0, self.target - state["performance"])
        wanted = np.clip(self.habit + (2 * self.smarter - 1) * pressure, 0, self.hours)
        improvement = state["improvement"] + (wanted - state["improvement"]) / self.delay
        capability = state["capability"]
        luck = np.maximum(0, 1 + self.variation * shock[0])
        return {
            "performance": capability * (self.hours - improvement) * luck,
            "capability": capability + (improvement / self.habit - capability) / self.erosion,
            "improvement": improvement,
        }
