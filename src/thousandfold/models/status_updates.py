"""What it costs to keep everybody up to date, by meeting or in writing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Pictures, number, numbers, quantity
from thousandfold.picture import Lines, Picture, Series


@dataclass(frozen=True)
class StatusUpdates(Model):
    """Everybody tells everybody how it goes, in a meeting or in writing.

    Hours of one person a week::

        meeting = people * spoken / 60
        written = (writing + reading * min(people - 1, followed)) / 60

    In a meeting all listen to each; a text is read by those who follow it, in less time than it
    takes to say. It leaves out: misunderstandings, trust, questions that a meeting answers at
    once, and updates that nobody reads.

    Examples
    --------
    >>> ways = StatusUpdates()
    >>> ways.meeting([10, 100]).tolist(), ways.written([10, 100]).round(2).tolist()
    ([0.5, 5.0], [0.48, 0.67])
    """

    spoken: float = quantity(
        3,
        "minutes per person",
        "how long each speaks in the weekly meeting",
        low=0.1,
        high=60,
        plausible=(1, 8),
        because="in less than a minute only a name and a yes fit; above eight it is a talk",
    )
    writing: float = quantity(
        20,
        "minutes",
        "how long each writes a week",
        low=1,
        high=600,
        plausible=(5, 60),
        because="three lines take five minutes; whoever writes for an hour writes a report",
    )
    reading: float = quantity(
        1,
        "minutes per update",
        "how long it takes to read one",
        low=0.1,
        high=60,
        plausible=(0.3, 3),
        because="80 to 600 words, at the 175 to 300 a minute of most adults (Brysbaert 2019)",
    )
    followed: float = quantity(
        20,
        "people",
        "how many others somebody follows",
        low=1,
        high=1000,
        whole=True,
        plausible=(5, 60),
        because="nobody follows less than their own squad; sixty texts a week take an hour",
    )

    def meeting(self, people: ArrayLike) -> Array:
        """Return the hours that the meeting costs one person a week, shape as `people`."""
        return np.asarray(numbers("people", people, 0) * self.spoken / 60)

    def written(self, people: ArrayLike) -> Array:
        """Return the hours that written updates cost one person a week, shape as `people`."""
        read = np.minimum(numbers("people", people, 0) - 1, self.followed)
        return np.asarray((self.writing + self.reading * read) / 60)

    @property
    def crossing_point(self) -> float:
        """Number of people from which on writing costs less; 1 if it always does."""
        all_read = (self.writing + self.reading * self.followed) / self.spoken
        if all_read >= self.followed + 1:
            return all_read
        if self.spoken <= self.reading:
            return 1.0
        return max(1.0, (self.writing - self.reading) / (self.spoken - self.reading))

    def pictures(self) -> Pictures:
        """Return one picture: hours of the whole company a week, against its people."""
        return {"hours": self._hours_picture}

    def _hours_picture(self) -> Picture:
        people = np.unique(np.geomspace(3, 300, 31).round())
        meeting, written = people * self.meeting(people), people * self.written(people)
        first = np.floor(self.crossing_point) + 1
        return Lines(
            (
                Series("status meeting", people, meeting),
                Series("written updates", people, written),
            ),
            "people",
            "all people's time (hours a week)",
            title=f"From {first:,.0f} people on writing costs less than meeting",
            shown="Each step on the axes is a multiple of the one before.",
            sentence=(
                f"Time that staying informed takes all people together: with 10 people "
                f"{number(10 * float(self.meeting(10)))} hours a week in a meeting and "
                f"{number(10 * float(self.written(10)))} in writing, with 100 people "
                f"{number(100 * float(self.meeting(100)))} and "
                f"{number(100 * float(self.written(100)))}. Writing costs less from "
                f"{number(self.crossing_point)} people on."
            ),
            log_x=True,
            log_y=True,
        )
