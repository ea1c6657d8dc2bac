"""What lesson 06 concludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from thousandfold.core import Array, Model, compare
from thousandfold.datasets import load
from thousandfold.keypoints.base import Keypoint
from thousandfold.models.communication import possible_paths, powers
from thousandfold.models.counted_months import counted_alike
from thousandfold.models.staffing import BrooksLaw
from thousandfold.models.used_paths import used_by_size

_FUTURES = 200
_LARGE = ("rails", "terraform", "ansible")  # those that had a hundred people
_NEAR = 0.15  # of a power: who doubles has at least nine tenths of the pairs of the square
_WEEKS = 160  # so that nearly every project is done, however late


def paths_grow_with_the_square(_: Sequence[Model]) -> float:
    """Return by how many times more than the square of ten the possible paths grow."""
    return float(possible_paths(100) / possible_paths(10)) - 100


def few_paths_are_used(_: Sequence[Model]) -> float:
    """Return how far the counts lie on the side that is said: the least of three distances."""
    growth = counted_alike(load("project_growth"))
    share = used_by_size(growth, *_LARGE).loc[["50 to 70", "100 and more"]].max().max() / 100
    found = powers(growth)
    rails, terraform = found.loc["rails"], found.loc["terraform"]
    near = _NEAR - max(abs(rails[fit] - 2) for fit in ("power", "Poisson"))
    return float(min(1 / 10 - share, near, 2 - terraform["high"]))


def ten_more_win_days(made: Sequence[Model]) -> Array:
    """Return how many working days ten people added win, on average."""
    elapsed = _run(made, _FUTURES, nobody={"hired": 0}, ten={"hired": 10})["elapsed"]
    return np.asarray(-np.diff(elapsed.mean(axis=2))[:, 0])


def late_and_talking_in_step(made: Sequence[Model]) -> Array:
    """Return where the project is late and each person's talk grows no faster than the team."""
    hires = _run(made, 1, typical={"hired": 1, "variation": 0})["hires"].ravel()
    power = np.array([p.talk_power for p in cast(Sequence[BrooksLaw], made)])
    return np.asarray((hires > 0) & (power <= 1))


def _run(made: Sequence[Model], futures: int, **plans: dict[str, float]) -> dict[str, Array]:
    """Return what each project ends with, shape (companies, plans, futures)."""
    runs = compare(
        {
            f"{place} {plan}": project.replace(**change)
            for place, project in enumerate(cast(Sequence[BrooksLaw], made))
            for plan, change in plans.items()
        },
        _WEEKS,
        futures,
    )
    return {
        stock: np.reshape(runs.final(stock), (len(made), len(plans), futures))
        for stock in ("elapsed", "hires")
    }


KEYPOINTS = (
    Keypoint(
        "Possible paths grow with the square of the people: ten times the people, more than a "
        "hundred times the paths.",
        paths_grow_with_the_square,
        unit="times",
        rests_on="arithmetic",
    ),
    Keypoint(
        "From fifty people on, fewer than one in ten pairs work together in three large projects. "
        "As people join, these pairs grow about with the square in Rails since 2008, and more "
        "slowly in Terraform.",
        few_paths_are_used,
        rests_on="counted data",
    ),
    Keypoint(
        "Ten people added to a late team of twenty win days where each person's talking grows no "
        "faster than the team; with the textbook's square they can lose them.",
        ten_more_win_days,
        BrooksLaw(talk_power=1),
        "working days",
        late_and_talking_in_step,
        sets=("hired",),
    ),
)
