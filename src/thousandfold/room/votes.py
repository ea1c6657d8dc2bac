"""Votes of a room: who has answered what, and what may be shown of it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from thousandfold.core import number
from thousandfold.facilitation.disclosure import FEWEST_PEOPLE
from thousandfold.room.questions import Question

LEAST_SHOWN = FEWEST_PEOPLE  # answers; of fewer one could tell whose they are
_BARS = 7
_FAR = 30.0  # times the smallest answer: then steps are factors


@dataclass(frozen=True)
class Bar:
    """How many gave one answer, or one of some answers that lie close together.

    Attributes
    ----------
    words : str
    first, second : int
        How many at first, and after they talked.
    true : bool
        Whether what the lesson found is among them.
    """

    words: str
    first: int
    second: int = 0
    true: bool = False


class Votes:
    """The answers of a room; each browser has one for each question, before and after the talk."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, int], dict[str, float]] = {}

    def answer(self, who: str, question: Question, ballot: int, given: object) -> None:
        """Take an answer; the latest counts.

        Parameters
        ----------
        who : str
        question : Question
        ballot : int
            1 before people talk, 2 afterwards.
        given : object
            As it was sent.

        Raises
        ------
        ExplainedError
            If it is no answer to this question.
        """
        value = question.read(given)
        self._answers.setdefault((question.name, ballot), {})[who] = value

    def of(self, who: str, question: Question, ballot: int) -> float | None:
        """Return what somebody answered, or None."""
        return self._answers.get((question.name, ballot), {}).get(who)

    def given(self, question: Question, ballot: int) -> Mapping[str, float]:
        """Return all answers, by who gave them: to count with, and for nobody to see."""
        return self._answers.get((question.name, ballot), {})

    def count(self, question: Question, ballot: int) -> int:
        """Return how many have answered."""
        return len(self._answers.get((question.name, ballot), {}))

    def bars(self, question: Question) -> tuple[Bar, ...]:
        """Return the answers as bars; none of a ballot in which fewer than five took part."""
        first, second = (
            list(self._answers.get((question.name, ballot), {}).values()) for ballot in (1, 2)
        )
        first, second = (said if len(said) >= LEAST_SHOWN else [] for said in (first, second))
        if not first and not second:
            return ()
        if question.options:
            return tuple(
                Bar(words, first.count(place), second.count(place), question.truth == place)
                for place, words in enumerate(question.options)
            )
        return _histogram(question, first, second)


def _histogram(
    question: Question, first: Sequence[float], second: Sequence[float]
) -> tuple[Bar, ...]:
    truth = [] if question.truth is None else [question.truth]
    said = np.array([*first, *second])
    low, high = np.quantile(said, [0.25, 0.75])
    # Who types a number from another world has a bar at the end, and moves nobody else's.
    far = 3 * (high - low) or max(abs(high), 1.0)
    near = [*truth, *said[(low - far <= said) & (said <= high + far)]]
    edges = _edges(min(near), max(near))
    inner = edges[1:-1]

    def count(values: Sequence[float]) -> list[int]:
        places = np.searchsorted(inner, values, side="right")
        return [int(many) for many in np.bincount(places, minlength=len(edges) - 1)]

    words = [f"{_between(a, b)} {question.unit}".rstrip() for a, b in pairwise(edges)]
    if said.min() < edges[0]:
        words[0] = f"below {number(edges[1])} {question.unit}".rstrip()
    if said.max() >= edges[-1]:
        words[-1] = f"{number(edges[-2])} {question.unit}".rstrip() + " or more"
    true = np.array(count(truth)) > 0
    return tuple(map(Bar, words, count(first), count(second), true.tolist()))


def _edges(low: float, high: float) -> list[float]:
    """Return the edges of a few bars, at numbers that people say."""
    if low > 0 and high / low > _FAR:
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        steps = (1, 3) if high / low < 10 ** (_BARS / 2) else (1,)
        wider = max(1, math.ceil((last - first) / (_BARS + 1)))
        powers = range(first, last + 2 * wider, wider)
        edges = [step * 10.0**power for power in powers for step in steps]
    else:
        wide = (high - low) / _BARS or abs(high) / _BARS or 1.0
        size = 10.0 ** math.floor(math.log10(wide))
        step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= wide)
        if low == round(low) and high == round(high):
            step = max(step, 1.0)
        edges = [step * at for at in range(math.floor(low / step), math.floor(high / step) + 2)]
    first = max(at for at, edge in enumerate(edges) if edge <= low)
    last = min(at for at, edge in enumerate(edges) if edge > high)
    return edges[first : last + 1]


def _between(low: float, high: float) -> str:
    if low != round(low) or high != round(high):
        return f"{number(low)} to {number(high)}"
    return number(low) if high == low + 1 else f"{number(low)} to {number(high - 1)}"


def all_asked(questions: Mapping[int, Sequence[Question]]) -> dict[str, Question]:
    """Return the questions of a day by their names."""
    return {question.name: question for asked in questions.values() for question in asked}
