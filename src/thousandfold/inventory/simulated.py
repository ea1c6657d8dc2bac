"""Classes of people who are none, with a gain that is known, and what the method finds in them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from thousandfold.errors import ExplainedError
from thousandfold.inventory.answers import CONFIDENCES, Answer, form_of, new_code
from thousandfold.inventory.intervals import Crossed, bonett_price, crossed
from thousandfold.inventory.item import LETTERS
from thousandfold.inventory.items import ITEMS

_GUESSED = 1 / len(LETTERS)
_SHARPNESS = 1.2  # how steeply a question divides those who know from those who do not
_SPREAD = 1.0  # of how much people know, and of how hard questions are: logits
_UNEQUAL = 0.3  # how much two forms of a question differ, and people in what they learn: logits
_SURER = 0.8  # how much surer than right people are: logits
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(41)
_MOST_PEOPLE, _MOST_SHIFT, _USUAL = 400, 20.0, 15.0


class Outcomes(NamedTuple):
    """What the method found in many classes.

    Attributes
    ----------
    taught : Crossed
        Change on the questions that were taught, in percentage points.
    beyond : Crossed or None
        The same minus the change on the others; None if all were taught.
    items : tuple of array, shape (classes, items)
        Of each question, how many rose, how many fell.
    """

    taught: Crossed
    beyond: Crossed | None
    items: tuple[NDArray[np.int64], NDArray[np.int64]]

    def found(self, *, beyond: bool = False) -> float:
        """Return the share of classes in which zero lies outside the interval."""
        return float(self._of(beyond).change.found.mean())

    def holds(self, truth: float, *, beyond: bool = False) -> float:
        """Return the share of classes whose interval holds the truth, in percentage points."""
        return float(self._of(beyond).change.holds(truth).mean())

    def _of(self, beyond: bool) -> Crossed:
        if not beyond:
            return self.taught
        if self.beyond is None:
            raise ExplainedError("all was taught in these classes: nothing shows practice alone")
        return self.beyond


@dataclass(frozen=True)
class SimulatedClass:
    """A class whose gain is known.

    Each answer is drawn from a logistic model of three parameters: whoever does not know guesses
    one of four (Birnbaum, 1968, in Lord and Novick, Statistical Theories of Mental Test Scores).
    People differ in what they know and in what they learn, questions in how hard they are, and
    both forms of one a little.

    Attributes
    ----------
    people : int
        Half of them meet form A first.
    taught : tuple of bool
        For each question whether it was taught.
    gain : float
        What teaching adds to the share right of what was taught, in percentage points, in the mean
        over all people who might come.
    practice : float
        What comes to every question by being asked before, in percentage points: first this, then
        `gain`.
    """

    people: int = 20
    taught: tuple[bool, ...] = (True,) * len(ITEMS)
    gain: float = 10.0
    practice: float = 0.0

    def __post_init__(self) -> None:
        if not 2 <= self.people <= _MOST_PEOPLE:
            raise ExplainedError(
                f"a simulated class has 2 to {_MOST_PEOPLE} people, not {self.people}"
            )
        if not min(self.gain, self.practice) >= 0:
            raise ExplainedError("a simulated class gains nothing or something: 0 points or more")
        if len(self.taught) != len(ITEMS) or not any(self.taught):
            raise ExplainedError(
                f"say for each of {len(ITEMS)} questions whether it was taught, and teach one"
            )
        _ = self._shifts  # so that a gain that is too large is said at once

    def outcomes(self, classes: int = 2000, seed: int = 0) -> Outcomes:
        """Give the questions to many such classes, and return what the method finds in each."""
        right = self._right(classes, np.random.default_rng(seed))
        change = 100.0 * (right[:, 1].astype(float) - right[:, 0])
        taught = np.array(self.taught)
        mean = change[..., taught].mean(axis=-1)
        rose, fell = (
            (now & ~then).sum(axis=1)
            for now, then in ((right[:, 1], right[:, 0]), (right[:, 0], right[:, 1]))
        )
        return Outcomes(
            taught=crossed(mean, self._a_first),
            beyond=(
                None
                if taught.all()
                else crossed(mean - change[..., ~taught].mean(axis=-1), self._a_first)
            ),
            items=(rose, fell),
        )

    def item_changes(self) -> NDArray[np.float64]:
        """Return the true change of each question, a share, in the mean of both orders."""
        before, after = self._shares
        change: NDArray[np.float64] = (after - before).mean(axis=0)
        return change

    def items_hold(self, outcomes: Outcomes) -> NDArray[np.float64]:
        """Return for each question the share of classes whose interval holds its true change."""
        found = bonett_price(*outcomes.items, self.people)
        return np.asarray(
            ((found.low <= self.item_changes()) & (self.item_changes() <= found.high)).mean(axis=0)
        )

    def answers(self, seed: int = 0) -> tuple[Answer, ...]:
        """Return the answers of one such class, as a file of them is read."""
        chance = random.Random(seed)  # noqa: S311 - these codes hide nobody
        drawn = np.random.default_rng(seed)
        right = self._right(1, drawn)[0]
        codes: list[str] = []
        for a_first in self._a_first:
            codes.append(new_code(codes, "A" if a_first else "B", chance))
        answers = []
        for person, code in enumerate(codes):
            for place, time in enumerate(("before", "after")):
                for which, item in enumerate(ITEMS):
                    knows = bool(right[place, person, which])
                    form = form_of(code, time)
                    key = item.forms[form].right
                    letter = key if knows else chance.choice([x for x in LETTERS if x != key])
                    felt = (1.2 if knows else 0.0) + _SURER + drawn.normal(0, 1)
                    share = 100 * (_GUESSED + (1 - _GUESSED) / (1 + np.exp(-felt + 1)))
                    answers.append(Answer(code, time, form, item.name, letter, _nearest(share)))
        return tuple(answers)

    @property
    def _a_first(self) -> NDArray[np.bool_]:
        return np.asarray(np.arange(self.people) % 2 == 0)

    def _right(self, classes: int, drawn: np.random.Generator) -> NDArray[np.bool_]:
        """Draw who is right: shape (classes, 2 times, people, items)."""
        size = (classes, self.people)
        knows = drawn.normal(0, _SPREAD, size)[..., None]
        learns = drawn.normal(0, _UNEQUAL, size)[..., None] * (self.gain > 0) * self.taught
        order = np.where(self._a_first, 0, 1)
        hard = np.stack([self._hard[order], self._hard[1 - order]])
        before = _share(knows, hard[0])
        after = _share(knows + self._shifts + learns, hard[1])
        luck = drawn.random((classes, 2, self.people, len(ITEMS)))
        right: NDArray[np.bool_] = np.less(luck, np.stack([before, after], axis=1))
        return right

    @cached_property
    def _hard(self) -> NDArray[np.float64]:
        """How hard each question is in form A and in B: logits, shape (2, items).

        Hard and easy ones take turns, so that those taught are no easier than the others.
        """
        even = np.linspace(-_SPREAD, _SPREAD, len(ITEMS))
        spread = even[np.arange(len(ITEMS)) * 5 % len(ITEMS)]
        side = _UNEQUAL * np.where(np.arange(len(ITEMS)) % 3, -0.5, 1.0)
        return np.stack([spread - side / 2, spread + side / 2]) + 0.4

    @cached_property
    def _shifts(self) -> NDArray[np.float64]:
        """How much more people know after, question by question, in logits."""
        shifts = np.empty(len(ITEMS))
        taught = np.array(self.taught)
        shifts[taught] = self._shift(self.practice + self.gain, taught, spread=self.gain > 0)
        if not taught.all():
            shifts[~taught] = self._shift(self.practice, ~taught, spread=False)
        return shifts

    def _shift(self, points: float, which: NDArray[np.bool_], *, spread: bool) -> float:
        """Return what must be added to raise the mean share of some questions by so much."""
        from scipy.optimize import brentq

        hard = self._hard[:, which]
        before = float(_shares(np.array(0.0), hard, spread=False).mean())

        def short(shift: float) -> float:
            after = float(_shares(np.array(shift), hard, spread=spread).mean())
            return after - before - points / 100

        if short(_MOST_SHIFT) <= 0:
            raise ExplainedError(
                f"a simulated class knows {100 * before:.0f} % of this before: it cannot gain "
                f"{points:g} percentage points; try {_USUAL:g}"
            )
        return float(brentq(short, -1.0, _MOST_SHIFT))

    @property
    def _shares(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the mean share right before and after, in form A and in B: shape (2, items)."""
        spread = self.gain > 0
        after = np.where(
            np.array(self.taught) & spread,
            _shares(self._shifts, self._hard, spread=spread),
            _shares(self._shifts, self._hard, spread=False),
        )
        return _shares(np.array(0.0), self._hard, spread=False), after


def _nearest(share: float) -> int:
    """Return the confidence that is nearest to a probability in per cent."""
    return CONFIDENCES[int(np.argmin(np.abs(np.array(CONFIDENCES) - share)))]


def _share(knows: NDArray[np.float64], hard: NDArray[np.float64]) -> NDArray[np.float64]:
    share: NDArray[np.float64] = _GUESSED + (1 - _GUESSED) / (
        1 + np.exp(-_SHARPNESS * (knows - hard))
    )
    return share


def _shares(
    shift: NDArray[np.float64], hard: NDArray[np.float64], *, spread: bool
) -> NDArray[np.float64]:
    """Return the mean share of each question over all people who might come."""
    wide = np.hypot(_SPREAD, _UNEQUAL) if spread else _SPREAD
    weights = _WEIGHTS / _WEIGHTS.sum()
    shares: NDArray[np.float64] = np.tensordot(
        weights, _share(wide * _NODES[:, None, None] + shift, hard[None]), axes=1
    )
    return shares
