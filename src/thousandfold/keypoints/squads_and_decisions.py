"""What lesson 07 concludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from thousandfold.core import Array, Model, compare
from thousandfold.keypoints.base import Keypoint
from thousandfold.models.approval import time_if_waiting, time_to_answer
from thousandfold.models.border_search import random_crossing
from thousandfold.models.cutting import SquadCut
from thousandfold.models.guardrails import NO_GUARDRAILS, GoalsAndGuardrails
from thousandfold.repository.co_change import CoChange, network

_FUTURES = 200
_EXPLAINING = 2  # weeks of a squad's year
_LATE = 60  # degrees off course


def saved_by_good_borders(project: CoChange) -> float:
    """Return how much less crosses eight squads' borders than at random, in percent."""
    cut = SquadCut(squads=8)
    at_random = random_crossing(project, int(cut.squads), float(cut.uneven))
    return 100 * (1 - cut.of(project).crossing / at_random)


def one_area_hides_good_borders(_: Sequence[Model]) -> float:
    """Return the smallest of three leads: under a fifth, over two fifths, and more than twice."""
    whole = network("terraform")
    saved, rest = saved_by_good_borders(whole), saved_by_good_borders(whole.without("website"))
    return min(20 - saved, rest - 40, rest - 2 * saved)


def ten_times_or_three(_: Sequence[Model]) -> float:
    """Return by how much less than a half the two waits miss ten and three times the work."""
    goes_on, stops = time_to_answer(0.9), time_if_waiting(0.9, 8)
    return float(0.5 - max(abs(goes_on - 10), abs(stops - 3)))


def goal_beats_limit(made: Sequence[Model]) -> Array:
    """Return by how many weeks a goal alone brings a squad farther than a limit alone.

    The limit stands where damage begins; in a company without a goal nobody corrects a course. The
    goal is charged what explaining it takes.
    """
    known = [cast(GoalsAndGuardrails, company) for company in made]
    companies = {
        f"{place} {'limit' if limited else 'goal'}": (
            company.replace(goals=0, guardrails=company.harmful)
            if limited
            else company.replace(guardrails=NO_GUARDRAILS)
        )
        for place, company in enumerate(known)
        for limited in (False, True)
    }
    ends = np.median(compare(companies, replications=_FUTURES).final("progress"), axis=-1)
    goal, limit = np.reshape(ends, (len(made), 2)).T
    return np.asarray(goal - _EXPLAINING - limit)


def damage_begins_late(made: Sequence[Model]) -> list[bool]:
    """Say where a decision does damage only far off course."""
    return [cast(GoalsAndGuardrails, company).harmful >= _LATE for company in made]


KEYPOINTS = (
    Keypoint(
        "One area that changes with all others can hide good borders: eight squads, none with more "
        "work than that area, save about a fifth at most of what crosses at random in Terraform, "
        "and nearly half without its manual.",
        one_area_hides_good_borders,
        unit="percentage points",
        rests_on="counted data",
    ),
    Keypoint(
        "At 90 % busy, an answer takes ten times the work on it, if whoever asks goes on and asks "
        "again; where eight squads stop until they hear, about three times.",
        ten_times_or_three,
        unit="times",
        rests_on="arithmetic",
    ),
    Keypoint(
        "Explain the goal first where damage begins 60 degrees off course or later: alone it "
        "brings more than a limit alone, even if explaining takes two weeks of the year.",
        goal_beats_limit,
        GoalsAndGuardrails(squads=8),
        "weeks of a squad",
        where=damage_begins_late,
        sets=("guardrails",),
    ),
)
