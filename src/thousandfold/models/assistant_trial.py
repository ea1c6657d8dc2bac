"""What a randomised trial of assistants that write code found: forecast, belief, measurement."""

from __future__ import annotations

from thousandfold.core import one_of
from thousandfold.picture import Layer, Picture, Stack

_AN_HOUR = 60.0
_CHANGED = {"forecast": -0.24, "believed": -0.20, "measured": 0.19}


def trial_minutes(told: str) -> float:
    """Return how long an hour of work took with an assistant, in minutes.

    From the randomised trial of METR (July 2025, arXiv 2507.09089): experienced developers, in
    projects that they knew well, with the assistants of early 2025.

    Parameters
    ----------
    told : str
        ``"forecast"`` before the trial, ``"believed"`` after it, or ``"measured"``.

    Returns
    -------
    float
        Minutes.

    Examples
    --------
    >>> [round(trial_minutes(told)) for told in ("forecast", "believed", "measured")]
    [46, 48, 71]
    """
    return _AN_HOUR * (1 + _CHANGED[one_of("told", told, _CHANGED)])


def trial_picture() -> Picture:
    """Return an hour of work as it was forecast, believed and measured.

    Returns
    -------
    Picture
    """
    minutes = [_AN_HOUR, *map(trial_minutes, _CHANGED)]
    _, forecast, believed, measured = (f"{told:.0f}" for told in minutes)
    return Stack(
        ("by hand", "with an assistant: forecast", "believed afterwards", "measured"),
        (Layer("the same task", minutes),),
        "minutes",
        _AN_HOUR,
        title=f"An hour of work, with an assistant: {measured} minutes",
        shown="A column is the time for the same task; the line is the hour without an assistant.",
        sentence=(
            f"The time for a task that takes 60 minutes without an assistant. With one, developers "
            f"forecast {forecast} minutes; afterwards they believed that it had been {believed}; "
            f"measured it was {measured}."
        ),
    )
