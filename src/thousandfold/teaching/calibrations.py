"""How often several guesses were too low, close and too high, in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from thousandfold.language import say
from thousandfold.language.lists import listed
from thousandfold.teaching.guesses import Comparison, in_words, times_in_digits


@dataclass(frozen=True)
class Calibration:
    """How often some guesses were too low, close and too high, and by how much.

    Attributes
    ----------
    guesses, low, close, high : int
        How many could be compared, and of them.
    factors : tuple of float
        How many times off, from the smallest, for those where a factor makes sense.
    """

    guesses: int
    low: int
    close: int
    high: int
    factors: tuple[float, ...]

    @property
    def off(self) -> str:
        """By how many times they were off, in digits; empty where that tells of few of them.

        No guess was off by the middle of two: then both are told.
        """
        count = len(self.factors)
        if 2 * count <= self.guesses:
            return ""
        less, more = (
            times_in_digits(self.factors[place]) for place in ((count - 1) // 2, count // 2)
        )
        if less == more:
            return more
        if less == "1":
            return say("up to {more}", more=more)
        return say("{low} to {high}", low=less, high=more)

    @property
    def counted(self) -> str:
        """How many were too low, close and too high."""
        low = say("{guesses} too low", guesses=self.low) if self.low else ""
        high = say("{guesses} too high", guesses=self.high) if self.high else ""
        close = say("{guesses} close", guesses=self.close) if self.close else ""
        return listed(filter(None, [low, high, close]))

    @property
    def words(self) -> str:
        """All in one line."""
        counted = self.counted
        off, count = self.off, len(self.factors)
        if off in {"", "1"}:
            return counted
        told = {"count": count, "factor": in_words(off)}
        if count < self.guesses:
            if count == 1:
                said = say(
                    "Of the {count} that compare in times, it was off by {factor} times", **told
                )
            elif count == 2:
                said = say(
                    "Of the {count} that compare in times, they were off by {factor} times", **told
                )
            elif count % 2:
                said = say(
                    "Of the {count} that compare in times, the middle one was off by {factor} "
                    "times",
                    **told,
                )
            else:
                said = say(
                    "Of the {count} that compare in times, the middle two were off by {factor} "
                    "times",
                    **told,
                )
        elif count == 1:
            said = say("It was off by {factor} times", **told)
        elif count == 2:
            said = say("They were off by {factor} times", **told)
        elif count % 2:
            said = say("The middle one was off by {factor} times", **told)
        else:
            said = say("The middle two were off by {factor} times", **told)
        return f"{counted}. {said}"


def calibration_of(comparisons: Sequence[Comparison]) -> Calibration:
    """Sum up how some guesses compare with what happened."""
    sides = [one.side for one in comparisons]
    factors = [one.factor for one in comparisons if one.factor is not None]
    low, close, high = (sides.count(side) for side in (-1, 0, 1))
    return Calibration(len(sides), low, close, high, tuple(sorted(factors)))
