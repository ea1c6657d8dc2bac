"""What lesson 07 concludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from thousandfold.core import Array, Model, compare
from thousandfold.keypoints.base import Keypoint
from thousandfold.models.approval import time_if_waiting, time_to_answer
from thousandfold.models.cutting import SquadCut, worth_removing
from thousandfold.models.guardrails import NO_GUARDRAILS, GoalsAndGuardrails
from thousandfold.repository.co_change import network

_FUTURES = 200
_TOO_TIGHT = (0, 20)


def _heaviest_tie(project: str) -> float:
    """Return how much of what crosses borders is gone without the heaviest tie, in percent."""
    table = worth_removing(network(project), SquadCut(squads=8))
    return float(100 * (table["saved"] / table["crossing today"]).max())


def one_tie_in_one_project(_: Sequence[Model]) -> float:
    """Return the smaller of two leads of Terraform's tie: over 29 %, and over others' doubled."""
    here = _heaviest_tie("terraform")
    elsewhere = max(map(_heaviest_tie, ("prometheus", "rails", "ansible")))
    return min(here - 29, here - 2 * elsewhere)


def ten_times_or_three(_: Sequence[Model]) -> float:
    """Return by how much less than a half the two waits miss ten and three times the work."""
    goes_on, stops = time_to_answer(0.9), time_if_waiting(0.9, 8)
    return float(0.5 - max(abs(goes_on - 10), abs(stops - 3)))


def squads_mostly_stop(made: Sequence[Model]) -> list[bool]:
    """Say where more than half of a squad's work stands still until it hears."""
    return [cast(GoalsAndGuardrails, company).stops > 1 / 2 for company in made]


def tight_limits(made: Sequence[Model]) -> Array:
    """Return by how many weeks a squad gets further in a year without limits than with tight."""
    limits = (*_TOO_TIGHT, NO_GUARDRAILS)
    companies = {
        f"{place} {limit}": cast(GoalsAndGuardrails, company).replace(guardrails=limit)
        for place, company in enumerate(made)
        for limit in limits
    }
    ends = np.median(compare(companies, replications=_FUTURES).final("progress"), axis=-1)
    *tight, none = np.reshape(ends, (len(made), len(limits))).T
    return np.asarray(none - np.max(tight, axis=0))


KEYPOINTS = (
    Keypoint(
        "One tie can be large: without the one between AWS and the website, three in ten of "
        "Terraform's crossing changes are gone. In Prometheus, Rails and Ansible no tie saves half "
        "as much.",
        one_tie_in_one_project,
        unit="percentage points",
        rests_on="counted data",
    ),
    Keypoint(
        "At 90 % busy one approver takes ten times the work on a decision, if whoever asks goes on "
        "and asks again; where eight squads stop until they hear, about three times.",
        ten_times_or_three,
        unit="times",
        rests_on="arithmetic",
    ),
    Keypoint(
        "If many squads that know the goal mostly stand still until one leader answers, limits "
        "that are too tight cost more than none.",
        tight_limits,
        GoalsAndGuardrails(squads=32),
        "weeks of a squad",
        where=squads_mostly_stop,
        sets=("guardrails",),
    ),
)
