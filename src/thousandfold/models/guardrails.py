"""Squads that decide alone: what goals and guardrails do to where they go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import (
    Array,
    DynamicModel,
    Pictures,
    State,
    compare,
    instance,
    number,
    quantity,
)
from thousandfold.models.approval import schweitzer
from thousandfold.picture import Lines, Note, Picture, Series

NO_GUARDRAILS = 180
"""Degrees: a squad that goes straight back has left nothing that a limit could forbid."""
_SIZES = (2, 4, 8, 12, 16, 24, 32)
_FEWER = 200


@dataclass(frozen=True)
class GoalsAndGuardrails(DynamicModel):
    """Squads drift; goals pull them back, guardrails say what needs no asking.

    A squad's course is an angle: 0 is straight to the company's goal, 90 is work that brings it
    no nearer. Two squads stand for all. Each week, for each of them::

        course = (1 - goals) * course + drift * luck
        asked  = share of course ± scatter outside the guardrails
        course = course, turned back into the guardrails
        work   = 1 - stops + stops / (1 + decisions * asked * time to an answer)
        harm   = work * decisions * share beyond harmful that was not asked
        progress += max(0, work - damage * harm) * cos(course)

    All squads ask one leader, nothing new before they hear (`asking_time`), and until then a share
    `stops` of their work stands still. Guardrails of 0 degrees mean that the leader approves every
    decision, 180 that nobody asks. Decisions more than `harmful` degrees off course that nobody was
    asked about do damage.

    It leaves out: whether the goal is right, squads that learn, work that squads owe each other,
    a leader who errs, answers that come too late to be of use, and what people feel who may decide
    nothing.

    Examples
    --------
    >>> year = compare(ways_to_lead(GoalsAndGuardrails(squads=16))).summary("progress")["median"]
    >>> year.round().astype(int).tolist()
    [27, 46, 16, 39, 47]
    """

    squads: float = quantity(
        8, "squads", "how many ask the same leader", low=1, high=100, whole=True, decision=True
    )
    goals: float = quantity(
        0.2,
        "share of the deviation a week",
        "how much of its way off course a squad corrects, since it knows the goal",
        low=0,
        high=1,
        plausible=(0.05, 0.5),
        because="half of a deviation is gone after a quarter at 0.05, after one week at 0.5",
    )
    guardrails: float = quantity(
        60,
        "degrees off course",
        "what a squad decides without asking; 0 nothing, 180 everything",
        low=0,
        high=NO_GUARDRAILS,
        decision=True,
    )
    drift: float = quantity(
        15,
        "degrees a week",
        "how far a course drifts, standard deviation",
        low=0,
        high=90,
        plausible=(5, 30),
        because="left alone, a squad is 36 degrees off in a year at 5, 90 in nine weeks at 30",
    )
    scatter: float = quantity(
        30,
        "degrees",
        "how far single decisions lie around the course",
        low=1,
        high=90,
        plausible=(10, 60),
        because="at 10 a squad decides the same each time, at 60 it works against itself",
    )
    decisions: float = quantity(
        2,
        "decisions a week",
        "how many a squad takes in a week of work",
        low=0.1,
        high=50,
        plausible=(0.5, 10),
        because="two a month is little for a squad; above two a day nobody would ask",
    )
    hours: float = quantity(
        2,
        "hours",
        "work of the leader on one decision",
        low=0.01,
        high=40,
        plausible=(0.5, 8),
        because="half an hour for a question in passing, a day for one that needs a paper",
    )
    available: float = quantity(
        20,
        "hours a week",
        "time that the leader has for it",
        low=1,
        high=60,
        plausible=(8, 32),
        because="a day a week at least; with more than four, who leads does nothing else",
    )
    harmful: float = quantity(
        60,
        "degrees off course",
        "from where a decision does damage",
        low=1,
        high=180,
        plausible=(30, 120),
        because="below 30 half of all decisions would hurt; above 120 only work against the goal",
    )
    damage: float = quantity(
        0.5,
        "weeks of a squad's work",
        "what one harmful decision costs",
        low=0,
        high=1,
        plausible=(0.1, 1),
        because="an afternoon of repair at least; what costs more than a week is stopped before",
    )
    stops: float = quantity(
        1,
        "share of the work",
        "how much of a squad's work stands still until it hears",
        low=0,
        high=1,
        plausible=(0.1, 1),
        because="some work always needs the answer; at 1 there is nothing else to do meanwhile",
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
        before = np.array([state["course"], state["other_course"]])
        course = (1 - self.goals) * before + self.drift * shock
        course = (course + 180) % 360 - 180
        asked = _outside(course, self.scatter, self.guardrails)
        course = np.clip(course, -np.asarray(self.guardrails), self.guardrails)

        rate = self.decisions * asked
        answer = self.hours / np.asarray(self.available)
        time = schweitzer(self.squads, rate.mean(axis=0), answer)
        work = 1 - np.asarray(self.stops) + np.asarray(self.stops) / (1 + rate * time)
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

    def pictures(self) -> Pictures:
        """Return a picture of each stock, and progress against the number of squads."""
        return super().pictures() | {"squads": self._squads_picture}

    def _squads_picture(self) -> Picture:
        sizes = np.unique([*_SIZES, int(self.squads)])
        ways = ways_to_lead(self)
        runs = compare(
            {
                f"{name}, {n}": way.replace(squads=int(n))
                for name, way in ways.items()
                for n in sizes
            },
            replications=_FEWER,
        )
        ends = np.median(runs.final("progress"), axis=-1).reshape(len(ways), len(sizes))
        here = int(np.searchsorted(sizes, self.squads))
        told = sorted({0, here, len(sizes) - 1})
        weeks = "; ".join(
            f"{name} {_in_a_row([number(end) for end in line[told]])}"
            for name, line in zip(ways, ends, strict=True)
        )
        neither, goal, *_, both = ends[:, here]
        then = (
            f"the limit takes {number(goal - both)}"
            if both < goal
            else f"the limit then adds {number(both - goal)}"
        )
        many = f"{self.squads:g} squad{'s' if self.squads > 1 else ''}"
        return Lines(
            tuple(Series(name, sizes, line) for name, line in zip(ways, ends, strict=True)),
            "squads",
            "progress of a squad (weeks of work)",
            title=f"{many}: the goal adds {number(goal - neither)} weeks, {then}",
            shown="Middle of the futures; all ways meet the same luck.",
            notes=(Note(many, x=self.squads),),
            sentence=(
                f"Progress of one squad towards the goal in {self.periods} weeks, in weeks of "
                f"work, with {_in_a_row([str(n) for n in sizes[told]])} squads: {weeks}."
            ),
        )


def ways_to_lead(model: GoalsAndGuardrails | None = None) -> dict[str, GoalsAndGuardrails]:
    """Return one company led in five ways, to be compared under the same luck.

    Parameters
    ----------
    model : GoalsAndGuardrails, optional
        Has the goals and the guardrails; defaults if none is given.

    Returns
    -------
    dict
        Neither goals nor guardrails; goals, and nobody asks; goals, and the leader approves every
        decision; guardrails without goals; both.

    Examples
    --------
    >>> list(ways_to_lead())
    ['neither', 'goals only', 'goals, all approved', 'guardrails only', 'goals and guardrails']
    """
    both = GoalsAndGuardrails() if model is None else instance("model", model, GoalsAndGuardrails)
    return {
        "neither": both.replace(goals=0, guardrails=NO_GUARDRAILS),
        "goals only": both.replace(guardrails=NO_GUARDRAILS),
        "goals, all approved": both.replace(guardrails=0),
        "guardrails only": both.replace(goals=0),
        "goals and guardrails": both,
    }


def _in_a_row(said: Sequence[str]) -> str:
    """Return some words as people list them: one, two and three."""
    *before, last = said
    return f"{', '.join(before)} and {last}" if before else last


def _outside(course: Array, scatter: ArrayLike, limit: ArrayLike) -> Array:
    """Share of decisions, spread evenly over course ± scatter, that lie outside ± limit."""
    off, width, limit = np.abs(course), np.asarray(scatter), np.asarray(limit)
    beyond = np.clip(off + width - limit, 0, 2 * width) + np.clip(width - off - limit, 0, None)
    return np.asarray(np.where(limit >= NO_GUARDRAILS, 0, np.minimum(1, beyond / (2 * width))))
