"""Which coefficients of the flight decide what it teaches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from thousandfold.core import SEED
from thousandfold.errors import ExplainedError
from thousandfold.flight.claims import CLAIMS
from thousandfold.flight.engine import GOAL, Flight, fly
from thousandfold.flight.policies import REACTING

if TYPE_CHECKING:
    import pandas as pd


def sensitivity(
    names: Sequence[str] | None = None,
    statements: Sequence[str] = tuple(CLAIMS),
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
        Which of `CLAIMS` to try at both ends. All of them take a second or two for each end;
        none, ``()``, leaves only how often the goal is reached.
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
    for name, there in [(n, known) for n in chosen] + [(n, CLAIMS) for n in statements]:
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
    standing = [name for name in statements if CLAIMS[name](usual, replications, seed).holds]
    middle = reached(usual)
    rows: dict[str, dict[str, Any]] = {}
    for name in chosen:
        low, high = ranges[name]
        ends = {"low": usual.replace(**{name: low}), "high": usual.replace(**{name: high})}
        ended = {end: reached(flight) for end, flight in ends.items()}
        rows[name] = {
            "low": low,
            "default": known[name].default,
            "high": high,
            "goal reached, low": ended["low"],
            "goal reached": middle,
            "goal reached, high": ended["high"],
            "moves": max(abs(share - middle) for share in ended.values()),
        }
        for end, flight in ends.items():
            fallen = [n for n in standing if not CLAIMS[n](flight, replications, seed).holds]
            rows[name][f"falls, {end}"] = ", ".join(fallen)
    return pd.DataFrame.from_dict(rows, orient="index").sort_values(
        "moves", ascending=False, kind="stable"
    )
