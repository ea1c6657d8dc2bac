"""A hall of dots that fills or empties, and the tipping point that decides which."""

from __future__ import annotations

from dataclasses import dataclass

from thousandfold.errors import ExplainedError
from thousandfold.picture.arguments import few_enough
from thousandfold.picture.base import Columns, Picture

_MOST_DOTS = 400


@dataclass(frozen=True, eq=False)
class Dots(Picture):
    """A hall of seats: who is there now, who leaves, who comes; below it where shares move to.

    Attributes
    ----------
    seats : int
    now, later : int
        How many seats are taken now, and in the end.
    tipping, full : float, optional
        Share of the seats from which the hall fills by itself, and at which it settles; None if
        it empties from everywhere.

    Examples
    --------
    >>> said = {"title": "It fills by itself", "sentence": "Of 100 seats, 20 are taken now."}
    >>> Dots(seats=100, now=20, later=80, tipping=0.15, full=0.8, **said).later
    80
    """

    seats: int
    now: int
    later: int
    tipping: float | None = None
    full: float | None = None

    def __post_init__(self) -> None:
        if self.seats < 1:
            raise ExplainedError("a hall needs a seat: there is nothing to draw")
        few_enough("seats", self.seats, _MOST_DOTS)
        for name in ("now", "later"):
            if not 0 <= getattr(self, name) <= self.seats:
                raise ExplainedError(
                    f"{name} must be seats from 0 to {self.seats}, not {getattr(self, name)!r}"
                )
        if (self.tipping is None) != (self.full is None):
            raise ExplainedError("tipping and full belong together: give both or none")
        if self.tipping is None or self.full is None:
            return
        if not 0 <= self.tipping <= self.full <= 1:
            raise ExplainedError(
                "tipping and full must be shares with the tipping point below, not "
                f"{self.tipping:g} and {self.full:g}"
            )

    @property
    def stay(self) -> int:
        """Who is there now and in the end."""
        return min(self.now, self.later)

    @property
    def leave(self) -> int:
        """Who is there now and not in the end."""
        return max(0, self.now - self.later)

    @property
    def come(self) -> int:
        """Who is not there now, and comes."""
        return max(0, self.later - self.now)

    def numbers(self) -> Columns:
        """Return how many seats are taken, and from which on the hall fills by itself."""
        told: dict[str, float | None] = {
            "in all": self.seats,
            "taken now": self.now,
            "taken in the end": self.later,
            "tipping point": None if self.tipping is None else self.tipping * self.seats,
            "where it settles": None if self.full is None else self.full * self.seats,
        }
        return {"": list(told), "seats": list(told.values())}
