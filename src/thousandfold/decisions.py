"""Who decides, how squads stay aligned without asking, and what it costs to keep up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import (
    SEED,
    Array,
    DynamicModel,
    Model,
    Quantity,
    State,
    compare,
    number,
    quantity,
    simulate,
)
from thousandfold.queueing import relative_wait
from thousandfold.staffing import undisturbed

if TYPE_CHECKING:
    import pandas as pd

    from thousandfold.plotting import Picture
    from thousandfold.squads import Cut

NO_GUARDRAILS = 180
"""Degrees: a squad that goes straight back has left nothing that a limit could forbid."""

_BUSY = np.linspace(0.5, 0.96, 47)
_SIZES = (2, 4, 8, 12, 16, 24, 32)
_FEWER = 200
_SQUAD_SIZE = Quantity(10, "people", "people in a squad, about", 2, 200)
_GOAL_HOURS = Quantity(4, "hours a week", "leader's hours spent on explaining the goal", 0, 19)


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
        9, "decisions a week", "how many come up, on average", low=0.1, high=1000
    )
    hours: float = quantity(
        2, "hours", "work that one decision needs, on average", low=0.01, high=100
    )
    available: float = quantity(
        20, "hours a week", "time that each who may decide has for it", low=0.1, high=60
    )
    deciders: float = quantity(
        1, "people", "how many may take any of these decisions", low=1, high=100, whole=True
    )
    delegated: float = quantity(
        0, "share of the decisions", "what squads decide without asking", low=0, high=1
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

    def picture(self, of: str | None = None) -> Picture:
        """Return the time to an answer against how busy one approver would be."""
        from thousandfold.plotting import Picture, Series

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
        percent = 100 * _BUSY
        return Picture(
            (
                Series("one approver", percent, time_to_answer(_BUSY)),
                Series(
                    f"{others} who may decide, each as busy", percent, time_to_answer(_BUSY, others)
                ),
                Series(
                    f"{others} who share the one approver's decisions",
                    percent,
                    time_to_answer(_BUSY / others, others),
                ),
                Series("", 100 * marked, time_to_answer(marked), points=True, mark=4),
            ),
            "how busy one approver would be (%)",
            "time to an answer (times the work on it)",
            f"Time from question to answer, as a multiple of the work on it. {told}.",
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

    Examples
    --------
    One squad waits for nobody else; twenty keep each other waiting.

    >>> asking_time([1, 20], 2, 0.1).round(2).tolist()
    [0.1, 1.53]
    """
    n, rate, service = (np.asarray(value, dtype=float) for value in (squads, asked, answer))
    spare = 1 - n * rate * service
    return np.asarray(2 * service / (spare + np.sqrt(spare**2 + 4 * rate * service)))


@dataclass(frozen=True)
class GoalsAndGuardrails(DynamicModel):
    """Squads drift; goals pull them back, guardrails say what needs no asking.

    A squad's course is an angle: 0 is straight to the company's goal, 90 is work that brings it
    no nearer. Two squads stand for all. Each week, for each of them::

        course = (1 - goals) * course + drift * luck
        asked  = share of course ± scatter outside the guardrails
        course = course, turned back into the guardrails
        work   = 1 / (1 + decisions * asked * time to an answer)
        harm   = work * decisions * share beyond harmful that was not asked
        progress += max(0, work - damage * harm) * cos(course)

    All squads ask one leader and stop until they hear (`asking_time`). Guardrails of 0 degrees
    mean that the leader approves every decision, 180 that nobody asks. Decisions more than
    `harmful` degrees off course that nobody was asked about do damage.

    It leaves out: whether the goal is right, squads that learn, work that squads owe each other,
    a leader who errs, and what people feel who may decide nothing.

    Examples
    --------
    >>> year = compare(four_ways(GoalsAndGuardrails(squads=16))).summary("progress")["median"]
    >>> year.round().astype(int).tolist()
    [27, 16, 39, 47]
    """

    squads: float = quantity(
        8, "squads", "how many ask the same leader", low=1, high=100, whole=True
    )
    goals: float = quantity(
        0.2,
        "share of the deviation a week",
        "how much of its way off course a squad corrects, since it knows the goal",
        low=0,
        high=1,
    )
    guardrails: float = quantity(
        60,
        "degrees off course",
        "what a squad decides without asking; 0 nothing, 180 everything",
        low=0,
        high=NO_GUARDRAILS,
    )
    drift: float = quantity(
        15, "degrees a week", "how far a course drifts, standard deviation", low=0, high=90
    )
    scatter: float = quantity(
        30, "degrees", "how far single decisions lie around the course", low=1, high=90
    )
    decisions: float = quantity(
        2, "decisions a week", "how many a squad takes in a week of work", low=0.1, high=50
    )
    hours: float = quantity(2, "hours", "work of the leader on one decision", low=0.01, high=40)
    available: float = quantity(
        20, "hours a week", "time that the leader has for it", low=1, high=60
    )
    harmful: float = quantity(
        60, "degrees off course", "from where a decision does damage", low=1, high=180
    )
    damage: float = quantity(
        0.5, "weeks of a squad's work", "what one harmful decision costs", low=0, high=1
    )

    period: ClassVar[str] = "week"
    periods: ClassVar[int] = 52
    units: ClassVar[Mapping[str, str]] = {
        "progress": "weeks of work towards the goal",
        "spread": "weeks of work",
        "waiting": "weeks of waiting",
        "harm": "harmful decisions per squad",
        "course": "degrees",
        "other_course": "degrees",
        "lead": "weeks of work",
        "aside": "weeks of work",
    }
    shocks: ClassVar[int] = 2

    def start(self) -> Mapping[str, ArrayLike]:
        """Everybody sets out straight to the goal."""
        return dict.fromkeys(self.units, 0)

    def step(self, state: State, shock: Array) -> State:
        """One week: drift, remember the goal, perhaps ask and wait, work."""
        before = np.stack([state["course"], state["other_course"]])
        course = (1 - self.goals) * before + self.drift * shock[:, np.newaxis]
        course = (course + 180) % 360 - 180
        asked = _outside(course, self.scatter, self.guardrails)
        course = np.clip(course, -np.asarray(self.guardrails), self.guardrails)

        rate = self.decisions * asked
        answer = self.hours / np.asarray(self.available)
        work = 1 / (1 + rate * asking_time(self.squads, rate.mean(axis=0), answer))
        unseen = np.maximum(0, _outside(course, self.scatter, self.harmful) - asked)
        harm = work * self.decisions * unseen
        done = np.maximum(0, work - self.damage * harm)
        ahead, aside = done * np.cos(np.deg2rad(course)), done * np.sin(np.deg2rad(course))

        lead = state["lead"] + ahead[0] - ahead[1]
        apart = state["aside"] + aside[0] - aside[1]
        return {
            "progress": state["progress"] + ahead.mean(axis=0),
            "spread": np.hypot(lead, apart),
            "waiting": state["waiting"] + 1 - work.mean(axis=0),
            "harm": state["harm"] + harm.mean(axis=0),
            "course": course[0],
            "other_course": course[1],
            "lead": lead,
            "aside": apart,
        }

    def picture(self, of: str | None = None) -> Picture:
        """Return one stock over a year; of ``"squads"``, progress against the number of squads."""
        if of != "squads":
            return super().picture(of)
        from thousandfold.plotting import Picture, Series

        sizes = np.unique([*_SIZES, int(self.squads)])
        ways = four_ways(self)
        runs = compare(
            {
                f"{name}, {n}": way.replace(squads=int(n))
                for name, way in ways.items()
                for n in sizes
            },
            replications=_FEWER,
        )
        ends = np.median(runs.final("progress"), axis=-1).reshape(len(ways), len(sizes))
        told = "; ".join(
            f"{name} {number(first)} and {number(last)}"
            for name, first, last in zip(ways, ends[:, 0], ends[:, -1], strict=True)
        )
        return Picture(
            tuple(Series(name, sizes, line) for name, line in zip(ways, ends, strict=True)),
            "squads",
            "progress of a squad (weeks of work)",
            f"Progress of one squad towards the goal in {self.periods} weeks, in weeks of work, "
            f"with {sizes[0]} squads and with {sizes[-1]}: {told}.",
        )


def four_ways(model: GoalsAndGuardrails | None = None) -> dict[str, GoalsAndGuardrails]:
    """Return one company led in four ways, to be compared under the same luck.

    Parameters
    ----------
    model : GoalsAndGuardrails, optional
        Has the goals and the guardrails; defaults if none is given.

    Returns
    -------
    dict
        Neither goals nor guardrails; goals, and the leader approves every decision; guardrails
        without goals; both.

    Examples
    --------
    >>> list(four_ways())
    ['neither', 'goals, all approved', 'guardrails only', 'goals and guardrails']
    """
    both = model or GoalsAndGuardrails()
    return {
        "neither": both.replace(goals=0, guardrails=NO_GUARDRAILS),
        "goals, all approved": both.replace(guardrails=0),
        "guardrails only": both.replace(goals=0),
        "goals and guardrails": both,
    }


@dataclass(frozen=True)
class Outcome:
    """What one organisation makes of a year, in shares from 0 to 1.

    Attributes
    ----------
    crossing : float
        Shared changes that need two squads, of all shared changes.
    waiting : float
        Time that squads wait for an answer.
    alignment : float
        Progress towards the goal, of the work that is done.
    undisturbed : float
        Time that is left after talking inside the squads.
    output : float
        All together: the share of everybody's time that ends as progress.
    """

    crossing: float
    waiting: float
    alignment: float
    undisturbed: float
    output: float


def outcome(
    cut: Cut,
    way: GoalsAndGuardrails,
    people: float = 60,
    overhead: float = 0.0006,
    seed: int = SEED,
) -> Outcome:
    """Return what a cut into squads and a way to decide come to, together.

    ::

        output = undisturbed * (1 - waiting) * alignment / (1 + crossing changes / changes)

    People are dealt to squads as the work is, and inside a squad everybody talks with everybody
    (`staffing.TeamOutput`). A change that crosses a border costs its work once more:
    illustrative, as is the product. It leaves out what both models leave out.

    Parameters
    ----------
    cut : Cut
    way : GoalsAndGuardrails
        Its number of squads is taken from the cut.
    people : float
        In all squads.
    overhead : float
        Share of the day that talking takes, per person squared.
    seed : int
        Another seed is another year.

    Returns
    -------
    Outcome
        Medians of 200 futures.
    """
    year = simulate(way.replace(squads=len(cut.squads)), replications=_FEWER, seed=seed)
    weeks = year.time[-1]
    waited, progress = np.median(year.final("waiting")), np.median(year.final("progress"))
    quiet = float(cut.work @ undisturbed(people * cut.work, overhead))
    twice = cut.crossing_changes / cut.network.changes.sum()
    return Outcome(
        crossing=cut.crossing,
        waiting=float(waited / weeks),
        alignment=float(progress / (weeks - waited)),
        undisturbed=quiet,
        output=float(quiet * progress / weeks / (1 + twice)),
    )


def letting_go(
    squad_size: float,
    goal_hours: float,
    guardrails: float,
    people: Sequence[float] = (40, 80, 120),
    seed: int = SEED,
) -> pd.DataFrame:
    """Return what one rule for letting go makes of Ferry, at several sizes of the company.

    The leader has 20 hours a week. Those spent on goals are missing where squads ask::

        squads = people / squad_size, 1 to 12
        goals  = 0.6 * goal_hours / (squads + goal_hours)
        hours for answers = 20 - goal_hours

    Squads take three decisions a week. A decision does damage from 40 degrees off course on, and
    costs 0.7 weeks of work.
    All of this is illustrative, as is the invented product with a natural part for each twenty
    people (`squads.invented_network`), cut where least crosses. It leaves out what `outcome`
    leaves out.

    Parameters
    ----------
    squad_size : float
        People in a squad, about.
    goal_hours : float
        Hours a week in which the leader explains the goal, 0 to 19.
    guardrails : float
        Degrees off course that a squad decides without asking.
    people : sequence of float
        Sizes of the company.
    seed : int
        Another seed is another product and another year.

    Returns
    -------
    pandas.DataFrame
        One row per size: number of squads, then shares: crossing, waiting, alignment and output.

    Raises
    ------
    ExplainedError
        If there is no size, or a number lies outside its range.

    Examples
    --------
    >>> letting_go(squad_size=10, goal_hours=4, guardrails=20)["squads"].tolist()
    [4, 8, 12]
    """
    import pandas as pd

    from thousandfold.squads import FERRY, SquadCut, invented_network

    _SQUAD_SIZE.check("squad_size", squad_size)
    _GOAL_HOURS.check("goal_hours", goal_hours)
    rows = []
    for size in people:
        squads = int(np.clip(round(size / squad_size), 1, len(FERRY)))
        parts = int(np.clip(round(size / 20), 2, 6))
        way = GoalsAndGuardrails(
            goals=0.6 * goal_hours / (squads + goal_hours),
            guardrails=guardrails,
            available=20 - goal_hours,
            decisions=3,
            harmful=40,
            damage=0.7,
        )
        year = outcome(
            SquadCut(squads=squads).of(invented_network(seed, parts)), way, size, seed=seed
        )
        rows.append((squads, year.crossing, year.waiting, year.alignment, year.output))
    columns = ["squads", "crossing", "waiting", "alignment", "output"]
    return pd.DataFrame(rows, columns=columns, index=pd.Index(list(people), name="people")).round(3)


@dataclass(frozen=True)
class StatusUpdates(Model):
    """Everybody tells everybody how it goes, in a meeting or in writing.

    Hours of one person a week::

        meeting = people * spoken / 60
        written = (writing + reading * min(people - 1, followed)) / 60

    In a meeting all listen to each; a text is read by those who follow it, in less time than it
    takes to say. It leaves out: misunderstandings, trust, questions that a meeting answers at
    once, and updates that nobody reads.

    Examples
    --------
    >>> ways = StatusUpdates()
    >>> ways.meeting([10, 100]).tolist(), ways.written([10, 100]).round(2).tolist()
    ([0.5, 5.0], [0.48, 0.67])
    """

    spoken: float = quantity(
        3, "minutes per person", "how long each speaks in the weekly meeting", low=0.1, high=60
    )
    writing: float = quantity(20, "minutes", "how long each writes a week", low=1, high=600)
    reading: float = quantity(
        1, "minutes per update", "how long it takes to read one", low=0.1, high=60
    )
    followed: float = quantity(
        20, "people", "how many others somebody follows", low=1, high=1000, whole=True
    )

    def meeting(self, people: ArrayLike) -> Array:
        """Return the hours that the meeting costs one person a week, shape as `people`."""
        return np.asarray(np.asarray(people, dtype=float) * self.spoken / 60)

    def written(self, people: ArrayLike) -> Array:
        """Return the hours that written updates cost one person a week, shape as `people`."""
        read = np.minimum(np.asarray(people, dtype=float) - 1, self.followed)
        return np.asarray((self.writing + self.reading * read) / 60)

    @property
    def crossing_point(self) -> float:
        """Number of people from which on writing costs less; 1 if it always does."""
        all_read = (self.writing + self.reading * self.followed) / self.spoken
        if all_read >= self.followed + 1:
            return all_read
        if self.spoken <= self.reading:
            return 1.0
        return max(1.0, (self.writing - self.reading) / (self.spoken - self.reading))

    def picture(self, of: str | None = None) -> Picture:
        """Return hours of the whole company a week, against its people."""
        from thousandfold.plotting import Picture, Series

        people = np.unique(np.geomspace(3, 300, 31).round())
        meeting, written = people * self.meeting(people), people * self.written(people)
        return Picture(
            (
                Series("status meeting", people, meeting),
                Series("written updates", people, written),
            ),
            "people",
            "all people's time (hours a week)",
            f"Time that staying informed takes all people together: with 10 people "
            f"{number(10 * float(self.meeting(10)))} hours a week in a meeting and "
            f"{number(10 * float(self.written(10)))} in writing, with 100 people "
            f"{number(100 * float(self.meeting(100)))} and "
            f"{number(100 * float(self.written(100)))}. Writing costs less from "
            f"{number(self.crossing_point)} people on.",
            log_x=True,
            log_y=True,
        )


@dataclass(frozen=True)
class Mentoring(DynamicModel):
    """New product managers learn from those who can teach, who meanwhile do less of their own.

    A newcomer is new, then practises, then works like the others; each of the two steps takes
    half the ramp-up. Each week::

        asked    = teaching * (new + practising / 2)
        teaching = min(asked, attention * teachers)
        learned  = new / (ramp_up / 2) * teaching / asked, the same for practising
        gained  += up to speed + practised * practising - teaching

    It leaves out: how good a teacher somebody is, newcomers who leave, months of search, and
    what the company would lose without them.

    Examples
    --------
    >>> year = simulate(Mentoring(), replications=1)
    >>> round(float(year.final("taught")[0, 0])), round(float(year["gained"].min()))
    (39, -8)
    """

    newcomers: float = quantity(
        5, "people", "product managers who join", low=1, high=30, whole=True
    )
    teachers: float = quantity(
        3, "people", "product managers who can teach", low=1, high=30, whole=True
    )
    gap: float = quantity(
        0, "weeks", "time between one newcomer and the next; 0 is all at once", low=0, high=26
    )
    teaching: float = quantity(
        0.4, "share of a teacher's week", "what one new person asks for", low=0, high=1
    )
    ramp_up: float = quantity(
        26, "weeks", "time to learn, on average, if well taught", low=4, high=104
    )
    attention: float = quantity(
        0.5, "share of a teacher's week", "most that a teacher can give", low=0.05, high=1
    )
    practised: float = quantity(
        0.5, "share of a teacher's work", "what somebody who practises delivers", low=0, high=1
    )

    period: ClassVar[str] = "week"
    periods: ClassVar[int] = 78
    units: ClassVar[Mapping[str, str]] = {
        "gained": "weeks of product management",
        "taught": "weeks of teachers",
        "load": "share of teachers' time",
        "week": "weeks",
        "new": "people",
        "practising": "people",
        "able": "people",
    }

    def start(self) -> Mapping[str, ArrayLike]:
        """Nobody has come yet."""
        return dict.fromkeys(self.units, 0)

    def step(self, state: State, shock: Array) -> State:
        """One week: perhaps somebody joins; teach, learn, work."""
        week, here = state["week"], state["new"] + state["practising"] + state["able"]
        gap = np.asarray(self.gap)
        due = np.where(gap > 0, 1 + np.floor(week / np.maximum(gap, 1e-9)), np.inf)
        new = state["new"] + np.minimum(self.newcomers, due) - here
        practising, able = state["practising"], state["able"]

        asked = self.teaching * (new + practising / 2)
        given = np.minimum(asked, self.attention * np.asarray(self.teachers))
        pace = np.divide(given, asked, out=np.ones_like(given), where=asked > 0)
        step = pace / (np.asarray(self.ramp_up) / 2)
        begun, learned = step * new, step * practising
        return {
            "gained": state["gained"] + able + self.practised * practising - given,
            "taught": state["taught"] + given,
            "load": given / self.teachers,
            "week": week + 1,
            "new": new - begun,
            "practising": practising + begun - learned,
            "able": able + learned,
        }

    def picture(self, of: str | None = None) -> Picture:
        """Return one stock over time; there is no luck in it, so one future is all."""
        return simulate(self, replications=1).picture(of or "gained")

    def payback(self) -> float:
        """Return the week in which they have given back what they cost; infinite if not in time."""
        gained = simulate(self, replications=1)["gained"].ravel()
        below = np.flatnonzero(gained < 0)
        if len(below) == 0:
            return 0.0
        last = below[-1]
        return float("inf") if last == len(gained) - 1 else float(last + 1)


def _outside(course: Array, scatter: ArrayLike, limit: ArrayLike) -> Array:
    """Share of decisions, spread evenly over course ± scatter, that lie outside ± limit."""
    off, width, limit = np.abs(course), np.asarray(scatter), np.asarray(limit)
    beyond = np.clip(off + width - limit, 0, 2 * width) + np.clip(width - off - limit, 0, None)
    return np.asarray(np.where(limit >= NO_GUARDRAILS, 0, np.minimum(1, beyond / (2 * width))))


if __name__ == "__main__":
    from thousandfold.demonstration import demonstrate

    year = compare(four_ways())
    demonstrate(
        Approval(),
        GoalsAndGuardrails(),
        year.picture("spread"),
        GoalsAndGuardrails().picture("squads"),
        StatusUpdates(),
        Mentoring(),
    )
