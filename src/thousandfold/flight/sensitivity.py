"""Which coefficients of the flight decide what it teaches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from thousandfold.core import SEED
from thousandfold.errors import ExplainedError
from thousandfold.flight.engine import GOAL, Flight, fly
from thousandfold.flight.policies import REACTING
from thousandfold.flight.statements import STATEMENTS

if TYPE_CHECKING:
    import pandas as pd

_NEAR = tuple(name for name, statement in STATEMENTS.items() if statement.near)


def sensitivity(
    names: Sequence[str] | None = None,
    statements: Sequence[str] = _NEAR,
    replications: int = 200,
    seed: int = SEED,
) -> pd.DataFrame:
    """Move each illustrative coefficient to both ends of its plausible range, one at a time.

    All decisions stay as they are; a team that knew of the change would decide otherwise.

    Parameters
    ----------
    names : sequence of str, optional
        Which coefficients; by default all that we chose.
    statements : sequence of str
        Which of `STATEMENTS` to try at both ends, by default all that speak of companies near
        Ferry; none, ``()``, leaves only how often the goal is reached.
    replications, seed
        As in `flight.engine.fly`.

    Returns
    -------
    pandas.DataFrame
        One row per coefficient, what moves the outcome most first: how often the reacting policy
        reaches the goal at the low end, by default and at the high end, and which statements that
        hold by default fall at an end.

    Raises
    ------
    ExplainedError
        If there is no such coefficient or statement, or a team decides it.

    Examples
    --------
    >>> table = sensitivity(("imitation", "poached"), statements=(), replications=50)
    >>> table.index.tolist()
    ['imitation', 'poached']
    """
    import pandas as pd

    known = Flight.quantities()
    ours = [name for name, q in known.items() if q.basis == "illustrative"]
    chosen = ours if names is None else names
    for name, there in [(n, known) for n in chosen] + [(n, STATEMENTS) for n in statements]:
        if name not in there:
            raise ExplainedError(f"there is no {name!r}; there are {', '.join(there)}")
    ranges = {name: q.plausible for name, q in known.items() if q.plausible is not None}
    for name in chosen:
        if name not in ranges:
            raise ExplainedError(
                f"a team decides {name}, so it has no plausible range: leave it out"
            )

    def reached(flight: Flight) -> float:
        runs = fly({"reacting": REACTING}, replications=replications, seed=seed, flight=flight)
        return float((runs.final("customers") >= GOAL).mean())

    usual = Flight()
    middle = reached(usual)
    ends = {
        (name, end): usual.replace(**{name: value})
        for name in chosen
        for end, value in zip(("low", "high"), ranges[name], strict=True)
    }
    fallen: dict[tuple[str, str], list[str]] = {place: [] for place in ends}
    for statement in statements:
        holds = STATEMENTS[statement].margin([usual, *ends.values()]) > 0
        for place, held in zip(ends, holds[1:], strict=True):
            if holds[0] and not held:
                fallen[place].append(statement)
    rows: dict[str, dict[str, Any]] = {}
    for name in chosen:
        low, high = (reached(ends[name, end]) for end in ("low", "high"))
        rows[name] = {
            "low": ranges[name][0],
            "default": known[name].default,
            "high": ranges[name][1],
            "goal reached, low": low,
            "goal reached": middle,
            "goal reached, high": high,
            "moves": max(abs(low - middle), abs(high - middle)),
            "falls, low": ", ".join(fallen[name, "low"]),
            "falls, high": ", ".join(fallen[name, "high"]),
        }
    return pd.DataFrame.from_dict(rows, orient="index").sort_values(
        "moves", ascending=False, kind="stable"
    )
