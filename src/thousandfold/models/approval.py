"""Decisions that wait for somebody who may take them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Pictures, fitting, number, numbers, quantity, whole
from thousandfold.errors import ExplainedError
from thousandfold.models.erlang import relative_wait
from thousandfold.picture import Lines, Note, Picture, Series

_BUSY = np.linspace(0.5, 0.96, 47)

_MOST_ASKED = 1e7
_BUSIEST = 0.9999
_MOST_SQUADS = 1000
_HALVINGS = 100


@dataclass(frozen=True)
class Approval(Model):
    """Decisions that wait until somebody who may take them has time.

    With one line in front of those who may decide (the queue M/M/c)::

        busy = (1 - delegated) * decisions * hours / (available * deciders)
        time = hours * (1 + C / (deciders * (1 - busy)))

    and Erlang's C for the share that has to wait. With one approver the time is
    ``hours / (1 - busy)``: 10 times the work when the approver is 90 % busy.

    It leaves out: decisions that are worse because somebody else takes them, urgent ones that
    jump the line, people who stop asking, and that a delegated decision also takes time.

    Examples
    --------
    >>> boss = Approval()
    >>> round(boss.busy, 2), round(boss.time), round(boss.replace(deciders=4).time, 1)
    (0.9, 20, 2.0)
    """

    decisions: float = quantity(
        9,
        "decisions a week",
        "how many come up, on average",
        low=0.1,
        high=1000,
        plausible=(2, 30),
        because="two in a company of ten; more than 30, six a day, nobody would ask one by one",
    )
    hours: float = quantity(
        2,
        "hours",
        "work that one decision needs, on average",
        low=0.01,
        high=100,
        plausible=(0.5, 8),
        because="half an hour for a question in passing, a day for one that needs a paper",
    )
    available: float = quantity(
        20,
        "hours a week",
        "time that each who may decide has for it",
        low=0.1,
        high=60,
        plausible=(8, 32),
        because="a day a week at least; with more than four, who leads does nothing else",
    )
    deciders: float = quantity(
        1,
        "people",
        "how many may take any of these decisions",
        low=1,
        high=100,
        whole=True,
        decision=True,
    )
    delegated: float = quantity(
        0,
        "share of the decisions",
        "what squads decide without asking",
        low=0,
        high=1,
        decision=True,
    )

    @property
    def busy(self) -> float:
        """Share of their time that those who decide need; above 1 the line only grows."""
        asked = (1 - self.delegated) * self.decisions
        return asked * self.hours / (self.available * self.deciders)

    @property
    def time(self) -> float:
        """Mean time from question to answer of a decision that is asked, in deciders' hours.

        Infinite when they cannot keep up.
        """
        if self.busy >= 1:
            return float("inf")
        return self.hours * float(time_to_answer(self.busy, int(self.deciders)))

    @property
    def weeks(self) -> float:
        """The same time in weeks, if each of them decides `available` hours a week."""
        return self.time / self.available

    def pictures(self) -> Pictures:
        """Return one picture: the time to an answer against how busy one approver would be."""
        return {"time": self._time_picture}

    def _time_picture(self) -> Picture:
        marked = np.array([0.8, 0.9, 0.95])
        others = int(self.deciders) if self.deciders > 1 else 4
        told = "; ".join(
            f"{100 * busy:.0f} % busy: {number(one)} times with one approver, {number(more)} with "
            f"{others} as busy, {number(less)} when the {others} share the same decisions"
            for busy, one, more, less in zip(
                marked,
                time_to_answer(marked),
                time_to_answer(marked, others),
                time_to_answer(marked / others, others),
                strict=True,
            )
        )
        percent, busiest = 100 * _BUSY, 100 * marked[-1]
        middle, alone = map(float, time_to_answer(marked[1:]))
        together = float(time_to_answer(marked[-1] / others, others))
        return Lines(
            (
                Series("one approver", percent, time_to_answer(_BUSY)),
                Series(f"{others}, each as busy", percent, time_to_answer(_BUSY, others)),
                Series(
                    f"{others} who share that work",
                    percent,
                    time_to_answer(_BUSY / others, others),
                ),
            ),
            "how busy one approver would be (%)",
            "time to an answer (times the work on it)",
            title=(
                f"One approver, {busiest:.0f} % busy: {number(alone)} times the work. "
                f"{others} together: {number(together)}"
            ),
            shown="How long a question waits for its answer, with the work on it.",
            notes=(Note(f"{number(middle)} times", 100 * marked[1], middle),),
            sentence=f"Time from question to answer, as a multiple of the work on it. {told}.",
        )


def time_to_answer(busy: ArrayLike, deciders: ArrayLike = 1) -> Array:
    """Return the time from question to answer, as a multiple of the work on one decision.

    ::

        time = 1 + C / (deciders * (1 - busy))

    which is ``1 / (1 - busy)`` for one approver. It leaves out what `Approval` leaves out.

    Parameters
    ----------
    busy : array_like
        Share of the time that each who may decide is busy, below 1.
    deciders : array_like
        How many take decisions from one pile.

    Returns
    -------
    array
        Multiples of the work, 1 or more.

    Raises
    ------
    ExplainedError
        If somebody is busy all the time or more: then the pile grows without end.

    Examples
    --------
    >>> time_to_answer([0.5, 0.8, 0.9, 0.95, 0.99]).round(6).tolist()
    [2.0, 5.0, 10.0, 20.0, 100.0]
    >>> time_to_answer([0.8, 0.9, 0.95], 4).round(1).tolist()
    [1.7, 3.0, 5.5]
    """
    return 1 + relative_wait(busy, deciders)


def time_if_waiting(busy: ArrayLike, squads: int) -> Array:
    """Return the same multiple of the work, when squads stop until they hear.

    Who waits asks nothing new, so the line has an end: the closed queue M/M/1//N, by its exact
    recursion. Squads are taken to ask as often as makes the one who answers that busy.

    Parameters
    ----------
    busy : array_like
        Share of the time that the one who answers is busy, below 1.
    squads : int
        How many ask the same person.

    Returns
    -------
    array
        Multiples of the work, 1 or more, and less than `time_to_answer`.

    Examples
    --------
    >>> time_if_waiting([0.8, 0.9, 0.95], 8).round(1).tolist()
    [2.6, 3.3, 3.9]
    """
    share = numbers("busy", busy, 0, _BUSIEST, unit="share of the time")
    squads = whole("squads", squads, 1, _MOST_SQUADS)
    low, high = np.full(share.shape, 1e-12), np.full(share.shape, 1e6)
    for _ in range(_HALVINGS):
        asked = np.sqrt(low * high)
        less = _closed(asked, squads)[0] < share
        low, high = np.where(less, asked, low), np.where(less, high, asked)
    return _closed(low, squads)[1]


def _closed(asked: Array, squads: int) -> tuple[Array, Array]:
    """Return how busy, and the time to an answer, where each squad asks so often in one answer."""
    line = np.zeros_like(asked)
    for others in range(squads):
        time = 1 + line
        busy = (others + 1) * asked / (1 + asked * time)
        line = busy * time
    return busy, time


def asking_time(squads: ArrayLike, asked: ArrayLike, answer: ArrayLike) -> Array:
    """Return how long squads wait for one person whom they ask, when they stop until they hear.

    A squad that waits asks nothing new, so the line has an end. By Schweitzer's approximation
    of the closed queue (machine repair)::

        spare = 1 - squads * asked * answer
        time = 2 * answer / (spare + sqrt(spare**2 + 4 * asked * answer))

    The time is up to 23 % above that of the exact recursion, the work done at most 7 % below.
    It leaves out: squads that do something else while they wait.

    Parameters
    ----------
    squads : array_like
        How many ask the same person.
    asked : array_like
        Questions of a squad in a week of work.
    answer : array_like
        Weeks that one answer takes, when nobody else asks.

    Returns
    -------
    array
        Weeks from question to answer.

    Raises
    ------
    ExplainedError
        If so many ask so much that nobody ever gets an answer.

    Examples
    --------
    One squad waits for nobody else; twenty keep each other waiting.

    >>> asking_time([1, 20], 2, 0.1).round(2).tolist()
    [0.1, 1.53]
    """
    n, rate, service = fitting(
        squads=numbers("squads", squads, 0),
        asked=numbers("asked", asked, 0),
        answer=numbers("answer", answer, 0),
    )
    if (n * rate * service > _MOST_ASKED).any():
        raise ExplainedError("so many squads ask so much that nobody ever gets an answer; ask less")
    return schweitzer(n, rate, service)


def schweitzer(squads: Array | float, asked: Array | float, answer: Array | float) -> Array:
    """Return `asking_time`, of numbers that are known to be in range.

    Parameters
    ----------
    squads, asked, answer : array
        As in `asking_time`.

    Returns
    -------
    array
        Weeks from question to answer.

    Examples
    --------
    >>> float(schweitzer(20, 2, 0.1).round(2))
    1.53
    """
    spare = 1 - squads * asked * answer
    return np.asarray(2 * answer / (spare + np.sqrt(spare**2 + 4 * asked * answer)))
