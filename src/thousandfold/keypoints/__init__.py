"""What the lessons conclude: one object for each keypoint, with the claim that can be tried.

A file for each lesson. `keypoint` finds one by lesson and place, for example ``"01.2"``.
"""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

from thousandfold.errors import ExplainedError, verb
from thousandfold.keypoints.base import RESTS_ON, Keypoint

__all__ = ["LESSONS", "RESTS_ON", "SHARES", "Keypoint", "keypoint", "keypoints", "shares"]

LESSONS = (
    "00_start_here",
    "01_technical_debt",
    "02_monolith_to_services",
    "03_reliability",
    "04_diverse_users",
    "05_product_to_platform",
    "06_communication",
    "07_squads_and_decisions",
    "08_flight_simulator",
    "10_code_nearly_free",
)
"""The lessons whose keypoints stand here."""

SHARES = Path(__file__).with_name("shares.json")
"""In how many companies each keypoint holds; `make robustness` writes it."""


def keypoints(lesson: str) -> tuple[Keypoint, ...]:
    """Return the keypoints of a lesson.

    Parameters
    ----------
    lesson : str
        Such as ``"01_technical_debt"``.

    Examples
    --------
    >>> len(keypoints("01_technical_debt"))
    3
    """
    if lesson not in LESSONS:
        raise ExplainedError(
            f"no lesson {lesson!r} has keypoints here; there are {', '.join(LESSONS)}"
        )
    file = import_module(f"thousandfold.keypoints.{lesson.partition('_')[2]}")
    found: tuple[Keypoint, ...] = file.KEYPOINTS
    return found


def keypoint(place: str) -> Keypoint:
    """Return one keypoint.

    Parameters
    ----------
    place : str
        Number of the lesson, a dot, and which of its keypoints: ``"01.2"``.

    Returns
    -------
    Keypoint
        Its words, the claim behind them, and the model that the claim is tried in.

    Raises
    ------
    ExplainedError
        If there is none at that place.

    Examples
    --------
    >>> keypoint("01.3").rests_on
    'model'
    """
    number, _, which = str(place).partition(".")
    for lesson in LESSONS:
        if lesson.startswith(f"{number.zfill(2)}_"):
            found = keypoints(lesson)
            if which.isdecimal() and 1 <= int(which) <= len(found):
                return found[int(which) - 1]
    there = [f"{lesson[:2]}.1 to {lesson[:2]}.{len(keypoints(lesson))}" for lesson in LESSONS]
    raise ExplainedError(f"there is no keypoint {place!r}; there are {', '.join(there)}")


def shares() -> dict[str, Any]:
    """Return in how many companies each keypoint holds, as it was computed when it was released.

    Returns
    -------
    dict
        By place, such as ``"01.1"``: for each box how often it ``holds``, ``of`` how many, between
        what the share lies (``low`` and ``high``, in percent); the ``deciders``; and
        the ``split``, where one of them alone decides.
    """
    try:
        found: dict[str, Any] = json.loads(SHARES.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ExplainedError(
            f"{SHARES} is missing or damaged: `{verb('robustness')}` writes it"
        ) from None
    return found
