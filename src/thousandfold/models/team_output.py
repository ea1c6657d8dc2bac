"""What one team delivers as it grows, when everybody in it talks with everybody."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Pictures, fitting, number, numbers, quantity
from thousandfold.picture import Lines, Note, Picture, Series

_MADACHY = "Madachy 2008, Software Process Dynamics, the Brooks's law model"


def undisturbed(people: ArrayLike, overhead: ArrayLike) -> Array:
    """Return the share of the day that is left for work: ``1 - overhead * people**2``.

    Parameters
    ----------
    people : array_like
        In one team, any shape.
    overhead : array_like
        Share of the day that talking takes, per person squared.

    Returns
    -------
    array
        Share of the day; below 0 where talking takes more than there is.

    Examples
    --------
    >>> undisturbed([10, 30], 0.0006).round(2).tolist()
    [0.94, 0.46]
    """
    n, taken = fitting(
        people=numbers("people", people, 0), overhead=numbers("overhead", overhead, 0)
    )
    return np.asarray(np.maximum(0, 1 - taken * n**2))


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
        measured=False,
        plausible=(0.05, 0.3),
        because="a scale: who counts function points finely gets six times as many as who "
        "counts them coarsely",
    )
    overhead: float = quantity(
        0.0006,
        "share of the day per person squared",
        "talking: 0.0005 is a fifth of the day in a team of twenty",
        low=0.0001,
        high=0.01,
        source=_MADACHY,
        measured=False,
        plausible=(0.0002, 0.001),
        because="a team of 20 then talks for a twelfth to two fifths of the day; above, the "
        "teams of 29 in QSM's data (2005) would only talk",
    )

    def output(self, people: ArrayLike) -> Array:
        """Return what the team delivers, in function points a day, shape as `people`."""
        n = numbers("people", people, 0)
        return self.productivity * n * undisturbed(n, self.overhead)

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
