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
    Pictures,
    State,
    quantity,
)
from thousandfold.language import say
from thousandfold.models.late_project import days_won, people_added, remaining_picture
from thousandfold.picture import Lines, Note, Picture, Series

_MADACHY = "Madachy 2008, Software Process Dynamics, the Brooks's law model"

_LONG, _FUTURES = 160, 100
_DRAWN_TO = 2.5  # power: further only for whoever asks, for the loss there makes all others small


@dataclass(frozen=True)
class BrooksLaw(DynamicModel):
    """A team that is behind its plan hires; new people learn, teachers teach, everybody talks.

    Each working week (five days) the team delivers, per day::

        productivity * (new_factor * new + experienced_factor * (experienced - training * new))
                     * (1 - talk * (people / team)**talk_power) * luck

    `talk` is what talking takes before anybody joins. With a `talk_power` of 1 each person talks as
    long with everybody who is there; the textbook has 2. New people become experienced at the rate
    ``new / assimilation`` a day. At the start of the first week in which delivery is `tolerance`
    behind the plan, `hired` people arrive.

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
        500,
        "function points",
        "size of the work",
        low=1,
        high=5000,
        source=_MADACHY,
        measured=False,
        decision=True,
    )
    team: float = quantity(
        20,
        "people",
        "experienced people at the start",
        low=1,
        high=40,
        whole=True,
        source=_MADACHY,
        measured=False,
        decision=True,
    )
    hired: float = quantity(
        0,
        "people",
        "new people who join when the project is late",
        low=0,
        high=20,
        whole=True,
        decision=True,
    )
    plan: float = quantity(
        200,
        "days",
        "when the work should be done",
        low=20,
        high=1000,
        source=_MADACHY,
        measured=False,
        decision=True,
    )
    tolerance: float = quantity(
        65,
        "function points",
        "how far behind the plan before anybody hires",
        low=0,
        high=500,
        source=_MADACHY,
        measured=False,
        decision=True,
    )
    productivity: float = quantity(
        0.1,
        "function points per person and day",
        "work of one undisturbed person",
        low=0.01,
        high=1,
        source=_MADACHY,
        measured=False,
        plausible=(0.07, 0.12),
        because="the project is late: above 0.12 it would nearly keep its plan, below 0.07 "
        "it would need twice the plan and its scope would be cut",
    )
    new_factor: float = quantity(
        0.8,
        "times nominal",
        "how much of that a new person delivers",
        low=0,
        high=2,
        source=_MADACHY,
        measured=False,
        plausible=(0.3, 1),
        because="below 0.3 a new person would be a trainee; above 1, better than the "
        "average of all",
    )
    experienced_factor: float = quantity(
        1.2,
        "times nominal",
        "how much of that an experienced person delivers",
        low=0,
        high=2,
        source=_MADACHY,
        measured=False,
        plausible=(1, 1.5),
        because="nominal is 1, and who knows the work is not below it; above 1.5 nobody new "
        "could be of use",
    )
    training: float = quantity(
        0.25,
        "share of an experienced person",
        "teaching that one new person needs",
        low=0,
        high=1,
        source=_MADACHY,
        measured=False,
        plausible=(0.1, 0.5),
        because="below a tenth a new person is left alone; above a half two of them would "
        "keep one teacher busy all day",
    )
    assimilation: float = quantity(
        20,
        "days",
        "time until a new person counts as experienced",
        low=2,
        high=250,
        source=_MADACHY,
        measured=False,
        plausible=(10, 190),
        because="80 engineers and managers said three to nine months until full speed "
        "(Swimm 2020, a vendor's survey); two weeks is a code base made for "
        "beginners",
    )
    talk: float = quantity(
        0.24,
        "share of the day",
        "talking with each other, before anybody joins",
        low=0,
        high=0.95,
        source=f"{_MADACHY}: 0.06 % of the day times the square of twenty people",
        measured=False,
        plausible=(0.08, 0.4),
        because="below a twelfth of the day twenty people hardly know of each other; above two "
        "fifths, those who join would leave no time for work",
    )
    talk_power: float = quantity(
        2,
        "power",
        "how each person's talking grows: 1 in step with the people, 2 with their square",
        low=0,
        high=3,
        source=f"{_MADACHY}, after Abdel-Hamid and Madnick 1991",
        measured=False,
        plausible=(0.5, 2),
        because="2 is the textbook's, 1 as long a talk with each who is there; about 0.5 is how "
        "fast each of Terraform's people had more others on the same files, 0.9 in Rails",
    )
    variation: float = quantity(
        0.2,
        "share of a week's delivery",
        "how much one week differs from the next",
        low=0,
        high=1,
        plausible=(0.1, 0.5),
        because="holidays and illness alone move a week by a tenth; at a half every sixth "
        "week would bring less than half",
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
        quiet = np.maximum(0, 1 - self.talk * (people / self.team) ** self.talk_power)
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

    def pictures(self) -> Pictures:
        """Return a picture of each stock, and of days won by how fast talking grows."""
        return super().pictures() | {
            "remaining": lambda: remaining_picture(self, self.hired, self.plan),
            "won": self._won_picture,
        }

    def won(self, talk_power: ArrayLike) -> Array:
        """Return how many days the people added win (less than 0: lose).

        Parameters
        ----------
        talk_power : array_like, shape (n,)
            Powers with which each person's talking grows, in place of the model's own.

        Returns
        -------
        array, shape (n,)
            Working days, mean of 100 futures whose luck all share.

        Examples
        --------
        >>> BrooksLaw(hired=10).won([1, 2]).round(-1).tolist()
        [30.0, -20.0]
        """
        from thousandfold.core import sweep

        asked = np.ravel(self.quantities()["talk_power"].check("talk_power", talk_power))
        taken, places = np.unique(asked, return_inverse=True)
        with_them, without = (
            sweep(
                self.replace(hired=hired), talk_power=taken, periods=_LONG, replications=_FUTURES
            ).final("elapsed")
            for hired in (self.hired, 0)
        )
        return np.asarray((without - with_them).mean(axis=1)[places])

    def _won_picture(self) -> Picture:
        powers = np.linspace(0, max(_DRAWN_TO, self.talk_power), 21)
        *won, here = self.won([*powers, self.talk_power])
        turns = [
            float(powers[k] + won[k] / (won[k] - won[k + 1]) * (powers[k + 1] - powers[k]))
            for k in range(len(won) - 1)
            if won[k] > 0 >= won[k + 1]
        ]
        told = say("Nobody is added")
        if self.hired:
            told = say("{people}: {won}", people=people_added(self.hired), won=days_won(here))
        grown = self.talk * ((self.team + self.hired) / self.team) ** self.talk_power
        talking = say(
            "{before:.0f} % of the day, then {after:.0f} %",
            before=100 * self.talk,
            after=100 * min(1, grown),
        )
        turning = say("Nothing turns.")
        if turns:
            turning = say("From a power of {power:.1f} on they lose days.", power=turns[0])
        return Lines(
            (Series("", powers, won),),
            say("how each person's talking grows with the people (power)"),
            say("working days won (below zero: lost)"),
            title=told,
            shown=say(
                "At 0 nobody talks more than before; at 1 each talks as long with all; 2 is the "
                "textbook's."
            ),
            notes=(
                Note(say("nobody added"), y=0.0),
                Note(say("here: {talking}", talking=talking), self.talk_power, here),
                *(Note(say("turns at {power:.1f}", power=at), at, 0.0) for at in turns[:1]),
            ),
            sentence=say(
                "Working days that people added to the late project win, by the power with which "
                "each person's talking grows with the people. At {power:g} everybody talks for "
                "{talking}. {told}. {turning}",
                power=self.talk_power,
                talking=talking,
                told=told,
                turning=turning,
            ),
        )
