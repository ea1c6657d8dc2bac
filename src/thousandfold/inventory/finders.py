"""How the models answer the questions of the inventory: each returns the place of an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from thousandfold.core import simulate, sweep
from thousandfold.errors import ExplainedError
from thousandfold.models import (
    BrooksLaw,
    CapabilityTrap,
    CriticalMass,
    Debt,
    FanOut,
    MixedCohort,
    ReleaseTrain,
    ScalabilityLaw,
    ServiceChain,
    TeamWeek,
    downtime,
    possible_paths,
    time_to_answer,
)

_MINUTES = 60  # of an hour
_FUTURES = 200
_YEARS_OF_QUARTERS = 40
_WEEKS = 160  # so that nearly every project is done, however late
_APART = 1.15  # times: two answers nearer to each other could both be called right


class UndecidedItemError(ExplainedError):
    """The model's number lies between two answers."""


def nearest(found: float, offered: Sequence[float]) -> int:
    """Return the place of the number that is nearest to what was found, in times.

    Parameters
    ----------
    found : float
        What the model says, above 0.
    offered : sequence of float
        What the answers say, each above 0; the last may be infinite, for *never*.

    Raises
    ------
    UndecidedItemError
        If a second answer is hardly further away than the first.
    """
    numbers = np.asarray(offered, dtype=float)
    if np.isinf(found) and np.isinf(numbers).sum() == 1:
        return int(numbers.argmax())
    with np.errstate(divide="ignore"):
        away = np.abs(np.log(numbers / found))
    first, second = np.sort(away)[:2]
    if np.isinf(found) or second - first < np.log(_APART):
        raise UndecidedItemError(
            f"{found:g} lies between two of {', '.join(f'{number:g}' for number in offered)}: "
            "offer numbers further apart"
        )
    return int(away.argmin())


def load(law: ScalabilityLaw, at: float, offered: Sequence[float]) -> Callable[[], int]:
    """Find how much is delivered at a load that was never tried."""
    return lambda: nearest(float(law.throughput(at)), offered)


def repair(team: Debt, offered_quarters: Sequence[float]) -> Callable[[], int]:
    """Find after how many quarters a team is ahead of one that repairs nothing."""
    return lambda: nearest(team.ahead_from(_YEARS_OF_QUARTERS), offered_quarters)


def pressed(team: CapabilityTrap, month: int, offered: Sequence[float]) -> Callable[[], int]:
    """Find what a team under pressure delivers in a month, in units a week."""

    def found() -> int:
        performance = simulate(team.replace(variation=0), replications=1)["performance"]
        return nearest(float(performance[month].item()), offered)

    return found


def release(plans: Sequence[ReleaseTrain]) -> Callable[[], int]:
    """Find under which plan a change is in use soonest, each with its best batch."""
    return lambda: int(np.argmin([plan.lead_time(plan.best_batch) for plan in plans]))


def chain(services: int, each: float, offered_hours: Sequence[float]) -> Callable[[], int]:
    """Find how long a month a chain of services is down."""
    row = ServiceChain(each=each, services=services)
    minutes = float(downtime(row.availability(services)))
    return lambda: nearest(minutes / _MINUTES, offered_hours)


def slowest(slow: float, servers: int, offered: Sequence[float]) -> Callable[[], int]:
    """Find which share of requests waits for at least one slow answer."""
    return lambda: nearest(
        float(FanOut(slow=slow, servers=servers).slow_requests(servers)), offered
    )


def segments(cohort: MixedCohort, year: int, offered: Sequence[float]) -> Callable[[], int]:
    """Find which share of a mixed cohort is left after some years."""
    return lambda: nearest(float(cohort.alive(year)), offered)


def tipping(service: CriticalMass, start: float, offered: Sequence[float]) -> Callable[[], int]:
    """Find where a service ends that starts with a share on board: the answer nearest to it."""

    def found() -> int:
        ends = float(service.path(start, 100)[-1])
        return int(np.abs(np.asarray(offered) - ends).argmin())

    return found


def pairs(before: int, after: int, offered: Sequence[float]) -> Callable[[], int]:
    """Find how many times as many pairs there are."""
    return lambda: nearest(float(possible_paths(after) / possible_paths(before)), offered)


def late(project: BrooksLaw, offered_days: Sequence[float]) -> Callable[[], int]:
    """Find how many working days the people added win: the nearest of what the answers say."""

    def found() -> int:
        with_them, without = (
            sweep(project, hired=[hired], periods=_WEEKS, replications=_FUTURES).final("elapsed")
            for hired in (project.hired, 0)
        )
        won = float((without - with_them).mean())
        return int(np.abs(np.asarray(offered_days) - won).argmin())

    return found


def approver(busy: float, work_hours: float, offered_hours: Sequence[float]) -> Callable[[], int]:
    """Find how long an answer takes."""
    return lambda: nearest(work_hours * float(time_to_answer(busy)), offered_hours)


def free(week: TeamWeek, offered_times: Sequence[float]) -> Callable[[], int]:
    """Find how many times as much a team delivers."""
    return lambda: nearest(1 + week.gain / 100, offered_times)
