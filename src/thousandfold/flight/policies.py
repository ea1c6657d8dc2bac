"""Policies for the flight simulator: tables of twelve rows, rules in words, and how to fly them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np

from thousandfold.core import SEED, Array, State, Trajectory, run, whole
from thousandfold.errors import ExplainedError
from thousandfold.flight.decision import (
    API,
    DECIDES,
    MOST_HIRED,
    MOST_KEPT,
    MOST_SQUADS,
    SHARES,
    Decision,
)
from thousandfold.flight.deck import ROUNDS, luck_of, with_events
from thousandfold.flight.engine import Flight

MEASURES: Mapping[str, tuple[str, Callable[[State], Array]]] = MappingProxyType(
    {
        "customers": ("customers", lambda s: s["customers"]),
        "casual": ("casual customers", lambda s: s["casual"]),
        "power": ("power customers", lambda s: s["power"]),
        "partners": ("partners", lambda s: s["partners"]),
        "cash": ("dollars in the bank", lambda s: s["cash"]),
        "people": ("people", lambda s: s["people"]),
        "new": ("people who still learn", lambda s: s["new"]),
        "squad": ("people in a squad", lambda s: s["people"] / s["squads"]),
        "debt": ("per cent of the time that debt costs", lambda s: 100 * s["lost"]),
        "releases": ("releases a week", lambda s: s["releases"]),
        "availability": ("per cent of the time", lambda s: 100 * s["availability"]),
        "wait": ("weeks that a decision waits", lambda s: s["wait"]),
        "rival": ("1 if a rival has an open API", lambda s: s["rival"]),
    }
)
"""What a rule may look at: name, unit, and how it is read; all of it stands in the report."""

_CONDITION = re.compile(r"(\w+) (above|below) (-?[\d,_]*\.?\d+)")
_SETTING = re.compile(r"(\w+) (of )?([\d.]+|[a-z]+)( ?%)?")
_LIMITS = {
    **dict.fromkeys(SHARES, 100.0),
    "hire": MOST_HIRED,
    "squads": MOST_SQUADS,
    "keep": MOST_KEPT,
}
_WORDS = {"decides": DECIDES, "api": API}


class Policy(Protocol):
    """What decides, round by round; a `Table` and `Rules` do."""

    def decide(self, at: int, state: State) -> Mapping[str, Any]:
        """Return the coded decision of round `at` (from 1), one number or one for each future."""


@dataclass(frozen=True)
class Table:
    """A policy that was written down beforehand: one decision for each round.

    Attributes
    ----------
    rows : tuple of Decision

    Examples
    --------
    >>> len(Table.of([Decision().row()] * 12).rows)
    12
    """

    rows: tuple[Decision, ...]

    @classmethod
    def of(cls, rows: Sequence[Decision | Mapping[str, Any]]) -> Table:
        """Return the table of up to twelve rows, each a `Decision` or a dictionary.

        Raises
        ------
        ExplainedError
            If there is no row, more than twelve, or one that no team can decide.
        """
        if not isinstance(rows, list | tuple) or not 1 <= len(rows) <= ROUNDS:
            told = f"{len(rows)}" if isinstance(rows, list | tuple) else type(rows).__name__
            raise ExplainedError(
                f"a policy is a list of 1 to {ROUNDS} rows, one a round, not {told}"
            )
        read = []
        for at, row in enumerate(rows, start=1):
            try:
                read.append(row if isinstance(row, Decision) else Decision.of(row))
            except ExplainedError as error:
                raise ExplainedError(f"round {at}: {error}") from None
        return cls(tuple(read))

    def decide(self, at: int, state: State) -> Mapping[str, Any]:
        """Return the row of the round; after the last row, the last."""
        return self.rows[min(at, len(self.rows)) - 1].coded()


@dataclass(frozen=True)
class Rules:
    """A policy in words that reacts to its report.

    Each round begins with the decision `start`. Then the rules apply from the first to the last,
    and what a later one says counts. In the end the five shares are scaled to 100 per cent::

        when customers above 20,000 and wait above 0.2: decides guardrails, squads of 9
        when debt above 20: debt 35
        hire 25 %

    A condition compares a measure of the report with a number, ``above`` or ``below``; ``round``
    is one too. ``hire 25 %`` is a share of the people there are, ``squads of 9`` cuts them into
    squads of about nine.

    Attributes
    ----------
    start : Decision
    rules : tuple of str

    Examples
    --------
    >>> mine = Rules(Decision(), ("when debt above 20: debt 40", "hire 20 %"))
    >>> mine.decide(1, {"lost": np.array([[0.1, 0.3]]), "people": np.array([[10.0, 20.0]])})["hire"]
    array([[2., 4.]])
    """

    start: Decision
    rules: tuple[str, ...] = ()
    _read: tuple[tuple[Any, Any], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Read the rules once, so that a slip is told before anything runs."""
        if not isinstance(self.start, Decision):
            object.__setattr__(self, "start", Decision.of(self.start))
        if isinstance(self.rules, str) or len(self.rules) > _MOST_RULES:
            raise ExplainedError(f"rules are a list of up to {_MOST_RULES} sentences")
        read = tuple(_read(rule) for rule in self.rules)
        object.__setattr__(self, "rules", tuple(self.rules))
        object.__setattr__(self, "_read", read)

    def decide(self, at: int, state: State) -> Mapping[str, Any]:
        """Apply the rules to the report of the round before."""
        chosen: dict[str, Any] = dict(self.start.coded())
        for conditions, settings in self._read:
            holds: Any = True
            for name, above, limit in conditions:
                seen = at if name == "round" else MEASURES[name][1](state)
                holds = holds & ((seen > limit) if above else (seen < limit))
            if not np.any(holds):
                continue
            everywhere = np.all(holds)
            for name, value, relative in settings:
                if relative:
                    people = state["people"]
                    new = people * value if name == "hire" else people / value
                    value = np.clip(np.rint(new), name == "squads", _LIMITS[name])
                chosen[name] = value if everywhere else np.where(holds, value, chosen[name])
        total = np.asarray(sum(chosen[name] for name in SHARES))
        if (np.abs(total - 1) > 1e-9).any():
            even = total <= 0
            for name in SHARES:
                scaled = chosen[name] / np.where(even, 1, total)
                chosen[name] = np.where(even, 1 / len(SHARES), scaled)
        return chosen


_MOST_RULES = 40


def _read(rule: object) -> tuple[list[tuple[str, bool, float]], list[tuple[str, float, bool]]]:
    """Read one rule, or say which words are not understood."""
    if not isinstance(rule, str) or len(rule) > 300:
        raise ExplainedError(f"a rule is one sentence, for example 'hire 20 %', not {rule!r:.80}")
    text = " ".join(rule.strip().rstrip(".").split())
    condition, colon, setting = text.partition(":")
    if not colon:
        condition, setting = "", text
    conditions = []
    if condition:
        if not condition.startswith("when "):
            raise ExplainedError(f"a condition begins with 'when': {rule!r}")
        for part in condition[5:].split(" and "):
            found = _CONDITION.fullmatch(part.strip())
            if not found or found[1] not in (*MEASURES, "round"):
                raise ExplainedError(
                    f"{part.strip()!r} is no condition; write a measure, 'above' or 'below', and a "
                    f"number. Measures: round, {', '.join(MEASURES)}"
                )
            limit = float(found[3].replace(",", "").replace("_", ""))
            conditions.append((found[1], found[2] == "above", limit))
    return conditions, [_setting(part.strip(), rule) for part in setting.split(",")]


def _setting(part: str, rule: str) -> tuple[str, float, bool]:
    """Return what is set, to which value, and whether that is relative to the people there are."""
    found = _SETTING.fullmatch(part)
    name, of, value, per_cent = found.groups() if found else ("", None, "", None)
    if value in _WORDS.get(name, ()) and not of and not per_cent:
        return name, float(_WORDS[name].index(value)), False
    if name in _LIMITS and value.replace(".", "", 1).isdigit() and float(value) <= _LIMITS[name]:
        amount = float(value)
        if name == "hire" and per_cent and not of:
            return name, amount / 100, True
        if name == "squads" and of and not per_cent and amount >= 1:
            return name, amount, True
        if name in ("hire", "squads"):
            if not of and not per_cent and amount == round(amount) and (amount or name == "hire"):
                return name, amount, False
        elif not of:
            return name, amount / 100, False
    raise ExplainedError(
        f"{part!r} in {rule!r} is nothing to decide; write for example 'debt 30', 'hire 5', "
        "'hire 20 %', 'squads 3', 'squads of 9', 'decides guardrails', 'api partners' or 'keep 80'"
    )


def read_policy(given: Policy | Mapping[str, Any] | Sequence[Any]) -> Policy:
    """Return the policy that a learner or a file gives: rows, or ``{"start": ..., "rules": ...}``.

    Raises
    ------
    ExplainedError
        If it is neither, or holds what no team can decide.
    """
    if isinstance(given, Table | Rules):
        return given
    if isinstance(given, Mapping):
        if set(given) != {"start", "rules"}:
            raise ExplainedError("a policy in words needs exactly 'start' and 'rules'")
        start = given["start"]
        rules = given["rules"]
        if not isinstance(rules, list | tuple):
            raise ExplainedError("'rules' is a list of sentences, for example ['hire 20 %']")
        return Rules(start if isinstance(start, Decision) else Decision.of(start), tuple(rules))
    if isinstance(given, list | tuple):
        return Table.of(given)
    if hasattr(given, "decide"):
        return given
    raise ExplainedError(
        f"a policy is a list of rows, or start and rules, not {type(given).__name__}"
    )


def fly(
    policies: Mapping[str, Any],
    seed: int = SEED,
    replications: int = 1000,
    rounds: int = ROUNDS,
    events: Mapping[int, str] = MappingProxyType({}),
    flight: Flight | None = None,
) -> Trajectory:
    """Fly several policies through the same futures.

    Parameters
    ----------
    policies : mapping of str to policy
        Label, and a `Table`, `Rules`, a list of rows, or ``{"start": ..., "rules": ...}``.
    seed : int
        The same seed gives the same futures. Future 0 is the one that a team plays.
    replications : int
        How many futures. More leave the first ones as they were.
    rounds : int
        How far, 0 to 12.
    events : mapping of int to str
        What the facilitator injects: round and name of the event.
    flight : Flight, optional
        Coefficients; the defaults if none is given.

    Returns
    -------
    Trajectory
        One scenario for each policy, one period a round. `units` tells all stocks and flows.

    Raises
    ------
    ExplainedError
        If a policy, an event, the seed or a number is not what it should be.

    Examples
    --------
    >>> runs = fly({"steady": STEADY, "features only": FEATURES_ONLY}, replications=100)
    >>> steady, features = runs.final("customers").mean(axis=1)
    >>> bool(steady > features)
    True
    """
    if not isinstance(policies, Mapping) or not policies:
        raise ExplainedError("there is no policy to fly; give at least one label and policy")
    rounds = whole("rounds", rounds, 0, ROUNDS)
    ferry = flight or _ferry()
    deciding = [read_policy(policy) for policy in policies.values()]
    luck = with_events(luck_of(seed, replications), events)[:rounds]
    return run(
        ferry,
        policies,
        luck,
        ferry.start(),
        lambda at, state, shock: ferry.step(state, _together(deciding, at + 1, state), shock),
    )


@lru_cache(maxsize=1)
def _ferry() -> Flight:
    return Flight()


def _together(deciding: Sequence[Policy], at: int, state: State) -> dict[str, Array]:
    """Return what all policies decide, shape (policies, futures), or (policies, 1) where alike."""
    rows = [policy.decide(at, _Row(state, place)) for place, policy in enumerate(deciding)]
    futures = state["customers"].shape[1]
    together = {}
    for name in rows[0]:
        values = [np.ravel(row[name]) for row in rows]
        if any(value.size > 1 for value in values):
            values = [np.broadcast_to(value, (futures,)) for value in values]
        together[name] = np.array(values, dtype=float)
    return together


class _Row(Mapping[str, Array]):
    """One policy's part of the state, cut out when it is asked for."""

    def __init__(self, state: State, place: int) -> None:
        self._state, self._place = state, place

    def __getitem__(self, name: str) -> Array:
        return self._state[name][self._place : self._place + 1]

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._state)

    def __len__(self) -> int:
        return len(self._state)


NOBODY = Table((Decision(),))
"""Nobody is hired, and nothing is ever decided again: what a team should beat."""

FEATURES_ONLY = Rules(
    Decision(features=100, onboarding=0, debt=0, reliability=0, platform=0, hire=3),
    ("squads of 10", "when round above 3: hire 20 %", "when cash below 1,500,000: hire 0"),
)
"""All into features: what a careless team does."""

STEADY = Rules(
    Decision(features=40, onboarding=25, debt=25, reliability=10, platform=0, hire=5),
    (
        "when people above 20: decides guardrails, squads of 8",
        "when round above 3: features 30, reliability 15, platform 10, hire 30 %",
        "when round above 6: hire 50 %",
        "when round above 7: api public, keep 90",
        "when cash below 1,500,000: hire 0",
    ),
)
"""Something of everything, and the same in each stage; good, and not the best."""

NEVER_OPEN = Rules(STEADY.start, (*STEADY.rules, "api closed"))
"""Steady, and the API stays closed."""

REACTING = Rules(
    Decision(features=60, onboarding=10, debt=30, reliability=0, platform=0, hire=10),
    (
        "when people above 16: decides guardrails",
        "when people above 21: squads of 5",
        "when round above 1: hire 25 %",
        "when customers above 12,000: features 37, onboarding 27, debt 21, reliability 8, "
        "platform 7",
        "when customers above 42,000: features 28, onboarding 19, debt 18, reliability 16, "
        "platform 19",
        "when customers above 42,000: hire 70 %",
        "when round above 7: api public, keep 120",
        "when customers above 200,000: features 21, onboarding 36, debt 3, reliability 32, "
        "platform 8",
        "when customers above 275,000: features 17, onboarding 34, reliability 46, platform 3",
        "when partners above 450: keep 85",
        "when cash below 1,500,000: hire 30 %",
        "when cash below 600,000: hire 0",
    ),
)
"""Looks at its report and answers it: the best policy that comes with the game."""

COMPARED: Mapping[str, Policy] = MappingProxyType(
    {
        "features only": FEATURES_ONLY,
        "nobody hired": NOBODY,
        "never open": NEVER_OPEN,
        "steady": STEADY,
        "reacting": REACTING,
    }
)
"""The policies that a team is compared with after the game."""
