"""The lines of a day's plan, with the times and minutes that they have by now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.plan import Slot
from thousandfold.room.programme import Step


class Timetable:
    """What becomes of a plan in the course of its day.

    Parameters
    ----------
    planned : sequence of Slot
        As the run of show has them.
    """

    def __init__(self, planned: Sequence[Slot]) -> None:
        self.planned = tuple(planned)
        self._shift = 0  # minutes that the day began after its plan
        self._minutes: dict[int, int] = {}  # of lines that have others than in the plan
        self._waited: dict[int, int] = {}  # minutes after which the line behind begins later
        self._before: tuple[dict[int, int], dict[int, int]] | None = None

    @property
    def slots(self) -> tuple[Slot, ...]:
        """The lines of the plan, with the times and minutes that they have today."""
        found, begin = [], self.planned[0].begin + self._shift
        for place, slot in enumerate(self.planned):
            found.append(replace(slot, begin=begin, minutes=self.minutes(place)))
            begin += self.minutes(place) + self.waited(place)
        return tuple(found)

    @property
    def gone(self) -> frozenset[int]:
        """Places of lines that are left out because the day was late."""
        return frozenset(place for place, minutes in self._minutes.items() if not minutes)

    def minutes(self, place: int) -> int:
        """Return how many minutes a line has today."""
        return self._minutes.get(place, self.planned[place].minutes)

    def minutes_of(self, step: Step) -> float:
        """Return how long a step may take, also where its line was shortened."""
        whole = step.slot.minutes
        return step.minutes * self.minutes(step.place) / whole if whole else 0.0

    def waited(self, place: int) -> int:
        """Return how much later than its end the line behind it begins."""
        return self._waited.get(place, 0)

    def begin(self, minutes: int) -> None:
        """Move the whole plan, so that its first line begins at a time of the day."""
        self._shift = minutes - self.planned[0].begin
        self.settle()

    def follow(self, here: int, late: int, minutes: Mapping[int, int]) -> None:
        """Be late where the room is, and give other minutes to it and to lines to come.

        Parameters
        ----------
        here : int
            The place of the line at which the room is.
        late : int
            Minutes by which all that follows begins later.
        minutes : mapping of int to int
            Of lines, by their places; 0 for what is left out.

        Raises
        ------
        ExplainedError
            If one of them is over already; then nothing has changed.
        """
        if not all(here <= place < len(self.planned) for place in minutes):
            raise ExplainedError("The room has moved on. Look again at what to leave out.")
        self._before = dict(self._minutes), dict(self._waited)
        self._minutes.update(minutes)
        self._waited[here] = self.waited(here) + late

    @property
    def can_undo(self) -> bool:
        """Whether the lines can be as they were before the room followed last."""
        return self._before is not None

    def undo(self) -> None:
        """Let the lines be as they were before the room followed last.

        Raises
        ------
        ExplainedError
            If it has not followed since it came to where it is.
        """
        if self._before is None:
            raise ExplainedError("There is nothing to undo any more. The page shows the plan.")
        self._minutes, self._waited = self._before
        self.settle()

    def settle(self) -> None:
        """Keep the lines as they are: the room goes on by them."""
        self._before = None
