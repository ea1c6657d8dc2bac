"""How fast one person may ask, so that enough of a room is left for everybody else."""

from __future__ import annotations

import time

_MOST_REMEMBERED = 10_000  # addresses cost nothing where IPv6 is


class Pace:
    """Lets everybody ask as people do: many times at once, and then so many a second.

    Parameters
    ----------
    burst : int
        How often somebody may ask who has not asked before.
    each_second : float
        How often from then on.
    """

    def __init__(self, burst: int, each_second: float) -> None:
        self._burst, self._each_second = burst, each_second
        self._left: dict[str, tuple[float, float]] = {}

    def allows(self, who: str) -> bool:
        """Say whether somebody may ask now, and count it."""
        now = time.monotonic()
        if who not in self._left and len(self._left) >= _MOST_REMEMBERED:
            self._left.clear()
        when, left = self._left.get(who, (now, float(self._burst)))
        left = min(self._burst, left + (now - when) * self._each_second)
        allowed = (
            left >= 1
        )  # what is refused costs nothing: whoever hammers is slowed, not shut out
        self._left[who] = now, left - allowed
        return allowed
