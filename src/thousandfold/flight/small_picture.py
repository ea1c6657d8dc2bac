"""What a small picture of a screen needs of a large one."""

from __future__ import annotations

from typing import Any

from thousandfold.flight.engine import GOAL
from thousandfold.picture import Lines


def small(picture: Lines) -> dict[str, Any]:
    """Return a picture of rounds as plain data, for `small_picture.js`."""
    data = picture.data()
    told: dict[str, Any] = {name: data[name] for name in ("title", "sentence")}
    kept = ("label", "x", "y", "low", "high", "points")
    told["series"] = [{name: line[name] for name in kept} for line in data["series"]]
    if picture.log_y:
        told["goal"] = GOAL
    return told
