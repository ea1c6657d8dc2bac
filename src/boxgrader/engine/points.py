"""The points that a test gives, by what it shows: the rule is nbgrader's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

# How numpy 2 shows one number: np.float64(1.5).
_SCALAR = re.compile(r"np\.(?:float|int|uint)\d+\((.*)\)")


def score(outputs: Sequence[dict[str, Any]], most: float) -> float:
    """Return the points of a test: none after an error, what its last line gives, or all."""
    for output in outputs:
        if output.get("output_type") == "error" or output.get("name") == "stderr":
            return 0.0
        if output.get("output_type") == "execute_result":
            try:
                return credit(output, most)
            except ValueError:
                return 0.0
    return most


def credit(result: dict[str, Any], most: float) -> float:
    """Return the points that a result says.

    Raises
    ------
    ValueError
        If it cannot give so many.
    """
    given = number(result)
    if given is None:
        return most  # a text, which nbgrader takes for success
    if not 0 <= given <= most:
        raise ValueError(f"{given} is not in 0..{most}")
    return given


def number(result: dict[str, Any]) -> float | None:
    """Return the number that a result shows, or nothing if it shows another thing.

    Raises
    ------
    ValueError
        If it shows nothing.
    """
    shown = result["data"].get("text/plain")
    if not shown:
        raise ValueError("it shows nothing")
    scalar = _SCALAR.fullmatch(shown)
    try:
        return float(scalar[1] if scalar else shown)
    except ValueError:
        return None
