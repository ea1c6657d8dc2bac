"""One round of a game: what was decided, and what was expected of it."""

from __future__ import annotations

from dataclasses import dataclass

from thousandfold.errors import ExplainedError
from thousandfold.flight.decision import Decision

MOST_REASON = 500
MOST_FORECAST = 10**9


@dataclass(frozen=True)
class Turn:
    """One round of a game: what was decided, and what was expected of it.

    Attributes
    ----------
    decision : Decision
    forecast : float
        Customers after this round, written down before it.
    reason : str
        Why so many.
    """

    decision: Decision
    forecast: float | None
    reason: str

    def __post_init__(self) -> None:
        """Ask for a forecast and a reason; without them nobody learns from a surprise."""
        if self.forecast is None:
            raise ExplainedError(
                "write a forecast first: how many customers there will be after this round"
            )
        if isinstance(self.forecast, bool) or not isinstance(self.forecast, int | float):
            raise ExplainedError(
                "write a forecast first: how many customers there will be after this round, a "
                f"number, not {self.forecast!r}"
            )
        if not 0 < self.forecast <= MOST_FORECAST:
            raise ExplainedError(
                f"a forecast is a number of customers from 1 to {MOST_FORECAST:,}, "
                f"not {self.forecast:,g}"
            )
        if not isinstance(self.reason, str) or not self.reason.strip():
            raise ExplainedError(
                "write the reason for your forecast first; half a sentence is enough"
            )
        if len(self.reason) > MOST_REASON:
            raise ExplainedError(
                f"a reason has at most {MOST_REASON} characters, this one {len(self.reason)}; "
                "keep the half that you would tell the board"
            )


@dataclass(frozen=True)
class Replayed(Turn):
    """One round of a flight that somebody shared: what was expected of it stayed with its team."""

    forecast: float | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        """Ask for nothing."""
