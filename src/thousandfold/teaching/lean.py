"""Whether guesses lie to one side of what happened, and how sure of that a few guesses can be.

A guess ten times too low is as far off as one ten times too high, so each counts by the logarithm
of guess / happened. Its mean has an interval by Student's t (Student 1908, Biometrika 6): of one
person over questions, of a room over people, who each count once however many guesses they made.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from thousandfold.teaching.guesses import CLOSE, in_words, times_in_digits

FEWEST = 5  # guesses, or people: of fewer, one that is far off moves all
CONFIDENCE = 0.95
_ALIKE = 1e-9  # what rounding leaves between numbers that are the same
FARTHEST = 1000.0  # times; a slip of the keyboard counts as much and no more

STEPS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0, 10.0, 15.0, 20.0, 30.0, 50.0, 70.0, 100.0,
         200.0, 500.0, 1000.0)  # fmt: skip
"""Factors as people say them."""

_STEP_DOWN = 0.999  # of a step: what lies below it, and above the next one


@dataclass(frozen=True)
class Lean:
    """By which factor some guesses lie to one side, all together.

    Attributes
    ----------
    count : int
        How many were compared: guesses of one person, or people of a room.
    ratio : float
        Guess / happened, the geometric mean: below 1 for too low.
    low, high : float
        Its interval at `CONFIDENCE`.
    """

    count: int
    ratio: float
    low: float
    high: float

    @property
    def side(self) -> int:
        """-1 for low numbers, 1 for high ones, 0 as long as the interval holds 1."""
        return (self.low > 1) - (self.high < 1)

    @property
    def factor(self) -> float:
        """How many times to that side, 1 or more."""
        return max(self.ratio, 1 / self.ratio)

    @property
    def is_small(self) -> bool:
        """Whether it is no more than what counts as close for one guess."""
        return self.factor <= 1 / CLOSE

    @property
    def coarse(self) -> Lean:
        """The same in factors as people say them, its interval never narrower.

        Each end lies a step or more away: an interval without a width would tell that all guessed
        alike, and so what each of them guessed.
        """
        ratio = said_factor(self.ratio)
        return Lean(
            self.count,
            ratio,
            said_factor(min(self.low, ratio * _STEP_DOWN), -1),
            said_factor(max(self.high, ratio / _STEP_DOWN), 1),
        )


def lean_of(ratios: Sequence[float]) -> Lean | None:
    """Return by how much one person's guesses lie to one side; None for fewer than five.

    Parameters
    ----------
    ratios : sequence of float
        Guess / happened, each above 0.

    Examples
    --------
    >>> lean_of([0.2, 0.5, 0.25, 0.5, 0.4, 0.3]).side
    -1
    >>> lean_of([0.2, 0.5, 2.0, 0.5, 4.0, 1.0]).side
    0
    """
    if len(ratios) < FEWEST:
        return None
    logs = _logs(ratios)
    error = float(logs.std(ddof=1)) / math.sqrt(len(logs))
    return _lean(len(logs), float(logs.mean()), error, len(logs) - 1)


def lean_of_room(asked: Sequence[Mapping[str, float]]) -> Lean | None:
    """Return by how much a room lies to one side, over its questions.

    Each question counts the same. The interval is that over people: whoever guesses low at one
    question often does so at the next, so a person is one draw and not many.

    Parameters
    ----------
    asked : sequence of mapping of str to float
        For each question, guess / happened of each person who answered it.

    Returns
    -------
    Lean or None
        None where no question has an answer, or fewer than five people gave one; or where all
        guessed alike, so that nothing tells how far chance reaches, and the interval would tell
        what each of them guessed.

    Notes
    -----
    The mean of the questions' means is a sum over people; its error is that of a sum of
    independent parts, as for clusters in surveys (Cochran 1977, *Sampling Techniques*, 9A). Where
    few answered a question their parts are large: it is as uncertain as a mean over so many people
    as have the same weights in common (Kish 1965, *Survey Sampling*, 11.7), here of the squares.
    """
    logs = [dict(zip(said, _logs([*said.values()]).tolist(), strict=True)) for said in asked]
    logs = [said for said in logs if said]
    parts: dict[str, float] = {}
    weights: dict[str, float] = {}
    means = []
    for said in logs:
        count = len(said)
        mean = sum(said.values()) / count
        means.append(mean)
        # Around their own mean few lie nearer to each other than around the true one.
        wider = math.sqrt(count / (count - 1)) if count > 1 else 1.0
        for who, value in said.items():
            parts[who] = parts.get(who, 0.0) + wider * (value - mean) / (count * len(logs))
            weights[who] = weights.get(who, 0.0) + 1 / (count * len(logs))
    people = len(parts)
    if people < FEWEST:
        return None
    error = math.sqrt(sum(part**2 for part in parts.values()))
    if error < _ALIKE:
        return None
    squares = [weight**2 for weight in weights.values()]
    alike = sum(squares) ** 2 / sum(square**2 for square in squares)
    # A whole number, and never more than there are: of equal weights rounding takes nothing away.
    degrees = max(1, math.floor(alike + _ALIKE) - 1)
    return _lean(people, sum(means) / len(means), error, degrees)


def t_quantile(degrees: int, within: float = CONFIDENCE) -> float:
    """Return how far from 0 a value of Student's t lies at most, with that probability.

    The probability is a finite sum for whole degrees of freedom (Abramowitz and Stegun 1964,
    26.7.3 and 26.7.4), so that no browser has to load SciPy for it.

    Examples
    --------
    >>> round(t_quantile(4), 3), round(t_quantile(30), 3)
    (2.776, 2.042)
    """
    low, high = 0.0, math.pi / 2
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (middle, high) if _inside(middle, degrees) < within else (low, middle)
    return math.tan(low) * math.sqrt(degrees)


def said_factor(ratio: float, way: int = 0) -> float:
    """Return a ratio in steps as people say them: the nearest, the next below or the next above.

    Examples
    --------
    >>> said_factor(2.2), said_factor(0.45), said_factor(2.2, 1), said_factor(0.45, -1)
    (2.0, 0.5, 2.5, 0.4)
    """
    steps = sorted({*STEPS, *(1 / step for step in STEPS)})
    if way < 0:
        return max((step for step in steps if step <= ratio), default=steps[0])
    if way > 0:
        return min((step for step in steps if step >= ratio), default=steps[-1])
    return min(steps, key=lambda step: abs(math.log(step / ratio)))


def to_one_side(ratio: float) -> str:
    """Return a ratio in words, such as ``"1.5 times too low"``.

    Examples
    --------
    >>> to_one_side(0.5), to_one_side(1.2), to_one_side(1)
    ('two times too low', '1.2 times too high', 'neither too low nor too high')
    """
    told = times_in_digits(max(ratio, 1 / ratio))
    if told == "1":
        return "neither too low nor too high"
    return f"{in_words(told)} times too {'low' if ratio < 1 else 'high'}"


def between(low: float, high: float) -> str:
    """Return an interval of ratios in words."""
    if (low < 1) == (high < 1) and 1 not in (low, high):
        less, more = sorted(max(end, 1 / end) for end in (low, high))
        side = "low" if low < 1 else "high"
        return f"{times_in_digits(less)} to {times_in_digits(more)} times too {side}"
    return f"from {to_one_side(low)} to {to_one_side(high)}"


def _logs(ratios: Sequence[float]) -> np.ndarray:
    found: np.ndarray = np.log(np.clip(np.asarray(ratios, dtype=float), 1 / FARTHEST, FARTHEST))
    return found


def _lean(count: int, mean: float, error: float, degrees: int) -> Lean:
    half = t_quantile(degrees) * error
    return Lean(count, math.exp(mean), math.exp(mean - half), math.exp(mean + half))


def _inside(angle: float, degrees: int) -> float:
    """Return the probability of a value of t within tan(angle) times the root of `degrees`."""
    odd, cosine = degrees % 2, math.cos(angle)
    term = total = cosine if odd else 1.0
    if degrees == 1:
        total = 0.0
    for power in range(2 + odd, degrees - 1, 2):
        term *= cosine**2 * (power - 1) / power
        total += term
    total *= math.sin(angle)
    return 2 / math.pi * (angle + total) if odd else total
