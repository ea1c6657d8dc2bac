"""A coefficient that another model has, as the game takes it over."""

from __future__ import annotations

from typing import Any

from thousandfold.core import Model, quantity


def taken_over(kind: type[Model], name: str, low: float, high: float) -> Any:
    """Take over a parameter of another model: its source, and its ranges as far as the game goes.

    Parameters
    ----------
    kind : type of Model
    name : str
        Which of its parameters.
    low, high : float
        What the game accepts; a plausible range that reaches further is cut, and says so.
    """
    q = kind.quantities()[name]
    plausible, because = q.plausible, q.because
    if plausible is not None:
        plausible = max(low, plausible[0]), min(high, plausible[1])
        if plausible != q.plausible:
            because = f"{because}; cut to what the game can fly"
    return quantity(
        q.default,
        q.unit,
        q.meaning,
        low=low,
        high=high,
        whole=q.whole,
        source=q.source,
        measured=q.basis != "textbook",
        plausible=plausible,
        because=because,
        decision=q.decision,
    )
