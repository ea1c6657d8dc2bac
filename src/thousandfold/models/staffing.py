"""What new people do to a late project: Brooks's law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import (
    Array,
    DynamicModel,
    Model,
    Pictures,
    State,
    fitting,
    number,
    numbers,
    quantity,
    whole,
)
from thousandfold.picture import Lines, Note, Picture, Series

_MADACHY = "Madachy 2008, Software Process Dynamics, the Brooks's law model"


def undisturbed(people: ArrayLike, overhead: ArrayLike) -> Array:
    """Return the share of the day that is left for work: ``1 - overhead * people**2``."""
    return _undisturbed(
        *fitting(people=numbers("people", people, 0), overhead=numbers("overhead", overhead, 0))
    )


def _undisturbed(people: Array, overhead: Array | float) -> Array:
    """Return the same, of numbers that are known to be in range: a run asks in every period."""
    return np.asarray(np.maximum(0, 1 - overhead * people**2))


@dataclass(frozen=True)
class TeamOutput(Model):
    """What one team delivers when everybody in it talks with everybody.

    ::

        output = productivity * people * (1 - overhead * people**2)

    Each person adds work and takes time from everybody else. It leaves out: who is good at
    what, squads, writing things down, and tools.

    Examples
    --------
    >>> TeamOutput().output([10, 20, 30]).round(3).tolist()
    [1.128, 1.824, 1.656]
    """

    productivity: float = quantity(
        0.12,
        "function points per person and day",
        "work of one undisturbed, experienced person",
        low=0.01,
        high=1,
        source=_MADACHY,
    )
    overhead: float = quantity(
        0.0006,
        "share of the day per person squared",
        "time that goes into talking, as the team grows",
        low=0.0001,
        high=0.01,
        source=_MADACHY,
    )

    def output(self, people: ArrayLike) -> Array:
        """Return what the team delivers, in function points a day, shape as `people`."""
        n = numbers("people", people, 0)
        return self.productivity * n * _undisturbed(n, self.overhead)

    @property
    def best_size(self) -> float:
        """Number of people beyond which one more makes the team deliver less."""
        return float(1 / np.sqrt(3 * self.overhead))

    def pictures(self) -> Pictures:
        """Return one picture: output against the size of the team."""
        return {"output": self._output_picture}

    def _output_picture(self) -> Picture:
        people = np.arange(1, 41)
        output = self.output(people)
        best = int(output.argmax())
        perfect = people[self.productivity * people <= 1.3 * output.max()]
        return Lines(
            (
                Series("this team", people, output),
                Series(
                    "if nobody had to talk", perfect, self.productivity * perfect, colour="soft"
                ),
            ),
            "people in one team",
            "output (function points a day)",
            title=(
                f"Beyond {people[best]} people this team gets slower"
                if best < len(people) - 1
                else f"{people[-1]} people do {number(output[-1])} function points a day"
            ),
            notes=(Note(f"{people[best]} people", int(people[best]), float(output[best])),),
            sentence=(
                f"Output of one team: {number(output[9])} function points a day with 10 people, "
                f"at most {number(output.max())} with {people[output.argmax()]}, and "
                f"{number(output[-1])} with 40."
            ),
        )


@dataclass(frozen=True)
class BrooksLaw(DynamicModel):
    """A team that is behind its plan hires; new people learn, teachers teach, everybody talks.

    Each working week (five days) the team delivers, per day::

        productivity * (new_factor * new + experienced_factor * (experienced - training * new))
                     * (1 - overhead * people**2) * luck

    New people become experienced at the rate ``new / assimilation`` a day. At the start of the
    first week in which delivery is `tolerance` behind the plan, `hired` people arrive.

    It leaves out: quality and rework, people who leave, the weeks it takes to find somebody, the
    cost of the new people, and what they are worth after this project.

    Examples
    --------
    >>> from thousandfold import sweep
    >>> runs = sweep(BrooksLaw(variation=0), hired=[0, 5, 10], replications=1)
    >>> runs.final("elapsed").round().ravel().tolist()
    [274.0, 272.0, 296.0]
    """

    requirements: float = quantity(
        500, "function points", "size of the work", low=1, high=5000, source=_MADACHY
    )
    team: float = quantity(
        20,
        "people",
        "experienced people at the start",
        low=1,
        high=40,
        whole=True,
        source=_MADACHY,
    )
    hired: float = quantity(
        0, "people", "new people who join when the project is late", low=0, high=20, whole=True
    )
    plan: float = quantity(
        200, "days", "when the work should be done", low=20, high=1000, source=_MADACHY
    )
    tolerance: float = quantity(
        65,
        "function points",
        "how far behind the plan before anybody hires",
        low=0,
        high=500,
        source=_MADACHY,
    )
    productivity: float = quantity(
        0.1,
        "function points per person and day",
        "work of one undisturbed person",
        low=0.01,
        high=1,
        source=_MADACHY,
    )
    new_factor: float = quantity(
        0.8,
        "times nominal",
        "how much of that a new person delivers",
        low=0,
        high=2,
        source=_MADACHY,
    )
    experienced_factor: float = quantity(
        1.2,
        "times nominal",
        "how much of that an experienced person delivers",
        low=0,
        high=2,
        source=_MADACHY,
    )
    training: float = quantity(
        0.25,
        "share of an experienced person",
        "teaching that one new person needs",
        low=0,
        high=1,
        source=_MADACHY,
    )
    assimilation: float = quantity(
        20,
        "days",
        "time until a new person counts as experienced",
        low=2,
        high=250,
        source=_MADACHY,
    )
    overhead: float = quantity(
        0.0006,
        "share of the day per person squared",
        "time that goes into talking, as the team grows",
        low=0,
        high=0.01,
        source=_MADACHY,
    )
    variation: float = quantity(
        0.2, "share of a week's delivery", "how much one week differs from the next", low=0, high=1
    )

    period: ClassVar[str] = "week"
    periods: ClassVar[int] = 100
    days: ClassVar[float] = 5
    units: ClassVar[Mapping[str, str]] = {
        "remaining": "function points",
        "new": "people",
        "experienced": "people",
        "hires": "people",
        "elapsed": "working days",
    }
    shocks: ClassVar[int] = 1

    def start(self) -> Mapping[str, ArrayLike]:
        """Nobody has been hired and nothing is done."""
        return {
            "remaining": self.requirements,
            "new": 0,
            "experienced": self.team,
            "hires": 0,
            "elapsed": 0,
        }

    def step(self, state: State, shock: Array) -> State:
        """One working week: look at the plan, perhaps hire, work, learn."""
        remaining, new, experienced = state["remaining"], state["new"], state["experienced"]
        planned = self.requirements * np.minimum(1, state["elapsed"] / self.plan)
        behind = planned - (self.requirements - remaining)
        late = (behind >= self.tolerance) & (remaining > 0) & (state["hires"] == 0)
        joining = late * self.hired
        new = new + joining

        people = new + experienced
        effort = self.new_factor * new + self.experienced_factor * (
            experienced - self.training * new
        )
        quiet = _undisturbed(people, self.overhead)
        luck = np.maximum(0, 1 + self.variation * shock[0])
        output = self.days * self.productivity * np.maximum(0, effort) * quiet * luck
        delivered = np.minimum(remaining, output)
        part_of_week = np.divide(delivered, output, out=np.ones_like(output), where=output > 0)
        learned = new * self.days / self.assimilation
        return {
            "remaining": remaining - delivered,
            "new": new - learned,
            "experienced": experienced + learned,
            "hires": state["hires"] + joining,
            "elapsed": state["elapsed"] + self.days * part_of_week,
        }


def finish_picture(model: BrooksLaw, most: int = 12) -> Picture:
    """Return on which day the project is done against the number of people added.

    Parameters
    ----------
    model : BrooksLaw
        The project.
    most : int
        Most people added.
    """
    from thousandfold.core import sweep

    most = whole("most", most, 1, int(BrooksLaw.quantities()["hired"].high))
    hired = np.arange(most + 1)
    done = sweep(model, hired=hired).final("elapsed")
    low, median, high = np.quantile(done, [0.1, 0.5, 0.9], axis=1)
    best = int(median.argmin())
    saved = round(float(median[0] - median[best]))
    sooner = (Note(f"{best} added: {saved} days sooner", best, float(median[best])),)
    ten = min(10, most)
    lost = round(float(median[ten] - median[0]))
    how = "later" if lost > 0 else "sooner"
    later = f"{abs(lost)} working days {how}" if lost else "no day won or lost"
    return Lines(
        (Series("", hired, median, low, high),),
        "people added to the late project",
        "done (working days after the start)",
        title=f"{ten} people added: {later}",
        shown="Line: the middle of 1,000 futures. Band: eight of ten of them.",
        notes=(Note("nobody added", y=float(median[0])), *(sooner if saved else ())),
        sentence=(
            f"Working days until the project is done: {number(median[0])} with nobody added, at "
            f"best {number(median[best])} with {best}, and {number(median[-1])} with {most}; eight "
            f"of ten futures lie within about {number((high[0] - low[0]) / 2)} days of that."
        ),
    )
