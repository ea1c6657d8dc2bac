"""The points that a test gives, by what it shows: the rule is nbgrader's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from boxgrader.engine.execution import Reason, Run
from boxgrader.engine.outputs import error_output


def score(outputs: Sequence[dict[str, Any]], most: float) -> float:
    """Return the points of a test: none after an error, what its last line gives, or all."""
    for output in outputs:
        if output["output_type"] == "error" or output.get("name") == "stderr":
            return 0.0
        if output["output_type"] == "execute_result":
            return _credit(output, most)
    return most


def check_credit(done: Run, tests: Sequence[tuple[str, float]]) -> list[Reason]:
    """Let a test fail that gives more points than there are, fewer than none, or no number.

    nbgrader stops at the first, and gives full marks for the others.

    Parameters
    ----------
    done : Run
        The outputs of such a test end with an error afterwards.
    tests : sequence of tuple of str and float
        Grade id and most points of each cell that was run; an empty name is no test.
    """
    reasons = []
    for (test, most), outputs in zip(tests, done.outputs, strict=True):
        results = [it for it in outputs if it["output_type"] == "execute_result"]
        if not (test and results):
            continue
        try:
            _credit(results[0], most)
        except ValueError:
            text = f"The test {test} gave no number of points that it can give: 0."
            outputs.append(error_output("CreditError", text))
            outputs.remove(results[0])
            reasons.append(Reason("unclear", text, test))
    return reasons


def _credit(result: dict[str, Any], most: float) -> float:
    """Return the points that a result says.

    Raises
    ------
    ValueError
        If it cannot give so many.
    """
    shown = result["data"].get("text/plain")
    if not shown:
        raise ValueError("it shows nothing")
    try:
        given = float(shown)
    except ValueError:
        return most  # a text, which nbgrader takes for success
    if not 0 <= given <= most:
        raise ValueError(f"{given} is not in 0..{most}")
    return given
