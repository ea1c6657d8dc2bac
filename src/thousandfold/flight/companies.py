"""One policy in many companies: what a claim about the flight is tried in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from thousandfold.core import SEED, Trajectory, run, stacked
from thousandfold.errors import ExplainedError
from thousandfold.flight.deck import luck_of
from thousandfold.flight.engine import Flight
from thousandfold.flight.policies import read_policy


def fly_companies(
    policy: Any, flights: Sequence[Flight], replications: int = 50, seed: int = SEED
) -> Trajectory:
    """Fly one policy in many companies through the same futures, all at once.

    Parameters
    ----------
    policy, replications, seed
        As in `fly`.
    flights : sequence of Flight
        The companies, such as `thousandfold.core.companies` draws them.

    Returns
    -------
    Trajectory
        One scenario for each company.

    Raises
    ------
    ExplainedError
        If there is no company, or the policy is none.

    Examples
    --------
    >>> from thousandfold.flight import STEADY
    >>> slow, usual = Flight(imitation=1.5), Flight()
    >>> ends = fly_companies(STEADY, [slow, usual]).final("customers")
    >>> bool((ends[0] < ends[1]).all())
    True
    """
    if not flights:
        raise ExplainedError("there is no company to fly in; give at least one Flight()")
    ferry, deciding = stacked(flights), read_policy(policy)
    return run(
        ferry,
        range(1, len(flights) + 1),
        luck_of(seed, replications),
        ferry.start(),
        lambda at, state, shock: ferry.step(state, deciding.decide(at + 1, state), shock),
    )
