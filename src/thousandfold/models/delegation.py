"""What a leader wins and loses by letting squads decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np

from thousandfold.core import (
    SEED,
    Quantity,
    Trajectory,
    companies,
    compare,
    instance,
    simulate,
    single,
)
from thousandfold.models.guardrails import GoalsAndGuardrails
from thousandfold.models.team_output import undisturbed
from thousandfold.repository.co_change import Cut

if TYPE_CHECKING:
    import pandas as pd

_FEWER = 200
_FUTURES_EACH = 10
_UNKNOWN = ("drift", "scatter", "hours", "damage")
_SQUAD_SIZE = Quantity(10, "people", "people in a squad, about", 2, 200)
_GOAL_HOURS = Quantity(4, "hours a week", "leader's hours spent on explaining the goal", 0, 19)

_COMPANY = Quantity(40, "people", "size of the company", 1, 10_000)


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
    (`team_output.TeamOutput`). A change that crosses a border costs its work once more:
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

    Examples
    --------
    >>> from thousandfold.models import FERRY, GoalsAndGuardrails, SquadCut
    >>> 0 < outcome(SquadCut(squads=6).of(FERRY), GoalsAndGuardrails()).output < 1
    True
    """
    instance("cut", cut, Cut)
    people, overhead = single("people", people, 0), single("overhead", overhead, 0)
    year = simulate(
        instance("way", way, GoalsAndGuardrails).replace(squads=len(cut.squads)),
        replications=_FEWER,
        seed=seed,
    )
    return _outcome(cut, year, people, overhead)


def _outcome(cut: Cut, year: Trajectory, people: float, overhead: float) -> Outcome:
    """Return what comes of a cut and a year: the mean of what is the middle in each company."""
    weeks = year.time[-1]
    waited, progress = (np.median(year.final(of), axis=1) for of in ("waiting", "progress"))
    quiet = float(cut.work @ undisturbed(people * cut.work, overhead))
    twice = cut.crossing_changes / cut.network.changes.sum()
    return Outcome(
        crossing=cut.crossing,
        waiting=float(waited.mean() / weeks),
        alignment=float((progress / (weeks - waited)).mean()),
        undisturbed=quiet,
        output=float(quiet * progress.mean() / weeks / (1 + twice)),
    )


def letting_go(
    squad_size: float,
    goal_hours: float,
    guardrails: float,
    people: Sequence[float] = (40, 80, 120),
    draws: int | None = None,
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
    draws : int, optional
        In how many companies like this one it is tried: how far squads drift and decisions
        scatter, how long an answer takes and what damage costs lie anywhere that is plausible.
    seed : int
        Another seed is another product, another year, and other companies.

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

    from thousandfold.models.cutting import FERRY_AREAS, SquadCut, invented_network

    squad_size = _SQUAD_SIZE.check_one("squad_size", squad_size)
    goal_hours = _GOAL_HOURS.check_one("goal_hours", goal_hours)
    sizes = np.atleast_1d(_COMPANY.check("people", people)).ravel()
    rows = []
    for size in sizes.tolist():
        squads = int(np.clip(round(size / squad_size), 1, len(FERRY_AREAS)))
        parts = int(np.clip(round(size / 20), 2, 6))
        way = GoalsAndGuardrails(
            squads=squads,
            goals=0.6 * goal_hours / (squads + goal_hours),
            guardrails=guardrails,
            available=20 - goal_hours,
            decisions=3,
            harmful=40,
            damage=0.7,
        )
        cut = SquadCut(squads=squads).of(invented_network(seed, parts))
        if draws is None:
            year = outcome(cut, way, size, seed=seed)
        else:
            drawn = cast(
                tuple[GoalsAndGuardrails, ...],
                companies(way, draws, only=_UNKNOWN, seed=seed).models,
            )
            each = {f"company {place}": it for place, it in enumerate(drawn)}
            runs = compare(each, replications=_FUTURES_EACH, seed=seed)
            year = _outcome(cut, runs, size, 0.0006)
        rows.append((squads, year.crossing, year.waiting, year.alignment, year.output))
    columns = ["squads", "crossing", "waiting", "alignment", "output"]
    return pd.DataFrame(rows, columns=columns, index=pd.Index(sizes.astype(int), name="people"))
