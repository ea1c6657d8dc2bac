"""The clock of what a room does now: since when it runs, and whether it stands still."""

from __future__ import annotations

from dataclasses import dataclass

from thousandfold.errors import ExplainedError

MOST_MINUTES = 120.0


@dataclass
class Stopwatch:
    """Counts a step in seconds of the room's clock, which it is given.

    Attributes
    ----------
    since : float
        When it began; later by as long as it stood still.
    more : float
        Minutes that were added.
    paused : float or None
        Since when it stands still.
    """

    since: float
    more: float = 0.0
    paused: float | None = None

    def extend(self, minutes: object) -> None:
        """Add minutes, or take some away.

        Raises
        ------
        ExplainedError
            If it is no number, or too many.
        """
        if not isinstance(minutes, int | float) or not abs(minutes) <= MOST_MINUTES:
            raise ExplainedError(f"A step is extended by at most {MOST_MINUTES:g} minutes.")
        self.more += minutes

    def pause(self, now: float) -> None:
        """Stand still, or go on."""
        if self.paused is None:
            self.paused = now
        else:
            self.since += now - self.paused
            self.paused = None

    def left(self, minutes: float, now: float) -> float:
        """Return the seconds that are left of so many minutes; negative once they are over."""
        until = now if self.paused is None else self.paused
        return 60 * (minutes + self.more) - (until - self.since)
