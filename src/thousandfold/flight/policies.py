"""Policies for the flight simulator: tables of twelve rows, rules in words, and how to fly them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np

from thousandfold.core import Array, State, Trajectory
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
from thousandfold.flight.deck import ROUNDS

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

MOST_RULES = 40


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
        """Return the table of up to twelve `rows`, each a `Decision` or a dictionary.

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
        """Return the row of round `at`, whatever the `state`; after the last row, the last."""
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
        if isinstance(self.rules, str) or len(self.rules) > MOST_RULES:
            raise ExplainedError(f"rules are a list of up to {MOST_RULES} sentences")
        read = tuple(read_rule(rule) for rule in self.rules)
        object.__setattr__(self, "rules", tuple(self.rules))
        object.__setattr__(self, "_read", read)

    def holding(self, at: int, state: State) -> tuple[Any, ...]:
        """Return for each rule whether its conditions hold in `state` at round `at`, by future."""
        told = []
        for conditions, _ in self._read:
            holds: Any = True
            for name, above, limit in conditions:
                seen = at if name == "round" else MEASURES[name][1](state)
                holds = holds & ((seen > limit) if above else (seen < limit))
            told.append(holds)
        return tuple(told)

    def decide(self, at: int, state: State) -> Mapping[str, Any]:
        """Apply the rules to `state`, the report of the round before, for round `at`."""
        chosen: dict[str, Any] = dict(self.start.coded())
        for (_, settings), holds in zip(self._read, self.holding(at, state), strict=True):
            held = np.asarray(holds)
            if not held.any():
                continue
            everywhere = held.all()
            for name, value, relative in settings:
                if relative:
                    people = state["people"]
                    new = people * value if name == "hire" else people / value
                    value = np.clip(np.rint(new), name == "squads", _LIMITS[name])
                chosen[name] = value if everywhere else np.where(holds, value, chosen[name])
        total = np.asarray(sum(chosen[name] for name in SHARES))
        if (np.abs(total - 1) > 1e-9).any():
            even = total <= 0
            whole = np.where(even, 1, total)
            for name in SHARES:
                chosen[name] = np.where(even, 1 / len(SHARES), chosen[name] / whole)
        return chosen


def read_rule(rule: object) -> tuple[list[tuple[str, bool, float]], list[tuple[str, float, bool]]]:
    """Read one rule, or say which words are not understood.

    Returns
    -------
    conditions : list of tuple
        Measure, whether above, and the number.
    settings : list of tuple
        What is set, to which value as `Decision.coded` has it, and whether that is relative to the
        people there are.
    """
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

    Parameters
    ----------
    given : policy, mapping or sequence
        Rows, each a `Decision` or a dictionary, or a start and rules in words.

    Returns
    -------
    Rules or Table

    Raises
    ------
    ExplainedError
        If it is neither, or holds what no team can decide.

    Examples
    --------
    >>> len(read_policy([Decision(hire=2), Decision()]).rows)
    2
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
"""A few rules, decided once: they look at the round, the people and the cash, at nothing else."""

NEVER_OPEN = Rules(STEADY.start, (*STEADY.rules, "api closed"))
"""Steady, and the API stays closed."""

REACTING = Rules(
    Decision(features=60, onboarding=10, debt=30, reliability=0, platform=0, hire=10),
    (
        "when people above 16: decides guardrails",
        "when people above 24: squads of 7",
        "when round above 1: hire 25 %",
        "when customers above 12,000: features 40, onboarding 25, debt 20, reliability 10, "
        "platform 5",
        "when customers above 40,000: features 28, onboarding 20, debt 18, reliability 16, "
        "platform 18",
        "when customers above 40,000: hire 70 %",
        "when round above 7: api public, keep 120",
        "when customers above 170,000: features 28, onboarding 34, debt 2, reliability 29, "
        "platform 7",
        "when customers above 275,000: features 18, onboarding 38, debt 2, reliability 42, "
        "platform 0",
        "when partners above 450: keep 85",
        "when cash below 1,500,000: hire 25 %",
        "when cash below 600,000: hire 0",
    ),
)
"""Looks at its report and answers it.

Tuned to Ferry, where no other policy of the game does better; in most plausible companies it ends
behind the steady one.
"""

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

IN_A_CLAUSE: Mapping[str, str] = MappingProxyType(
    {
        "features only": "puts all work into features",
        "nobody hired": "hires nobody, and decides nothing again",
        "never open": "is steady, and keeps the API closed",
        "steady": "keeps to a few rules, decided once",
        "reacting": "answers each report, by rules tuned to Ferry",
    }
)
"""What each of them does, for whoever has not read it."""


def with_rules(policy: Rules, *rules: str) -> Rules:
    """Return a policy with more rules after its own: what they say counts.

    Parameters
    ----------
    policy : Rules
    *rules : str
        For example ``"when round above 5: hire 4"``.

    Returns
    -------
    Rules

    Examples
    --------
    >>> len(with_rules(STEADY, "when round above 5: hire 4").rules) - len(STEADY.rules)
    1
    """
    return Rules(policy.start, (*policy.rules, *rules))


def shares(**given: float) -> str:
    """Return the setting of all five shares, those not given 0, for a rule."""
    return ", ".join(f"{name} {given.get(name, 0):g}" for name in SHARES)


def random_table(generator: np.random.Generator) -> Table:
    """Return a policy drawn at random: each of twelve rows anything that a team can decide.

    Shares are even over all splits in steps of 5 per cent, people hired 0 to 50, squads 1 to 30.
    """
    rows = []
    for _ in range(ROUNDS):
        cuts = np.sort(generator.integers(0, 21, len(SHARES) - 1))
        split = 5 * np.diff(np.concatenate([[0], cuts, [20]]))
        rows.append(
            Decision(
                **_split(split),
                hire=int(generator.integers(0, 51)),
                squads=int(generator.integers(1, 31)),
                decides=str(generator.choice(DECIDES)),
                api=str(generator.choice(API)),
                keep=float(generator.integers(0, 121)),
            )
        )
    return Table(tuple(rows))


def frozen(policy: Policy, runs: Trajectory, place: int = 0) -> Table:
    """Return the table of what a reacting policy decides in the middle of its futures.

    Parameters
    ----------
    policy : Policy
    runs : Trajectory
        In which it flew.
    place : int
        Its place among the policies.
    """
    rows = []
    for at in range(1, len(runs.time)):
        state = {name: runs[name][at - 1, place : place + 1] for name in runs.units}
        coded = {k: float(np.median(v)) for k, v in policy.decide(at, state).items()}
        split = np.floor(100 * np.array([coded[name] for name in SHARES]))
        split[split.argmax()] += 100 - split.sum()
        rows.append(
            Decision(
                **_split(split),
                hire=round(coded["hire"]),
                squads=max(1, round(coded["squads"])),
                decides=DECIDES[round(coded["decides"])],
                api=API[round(coded["api"])],
                keep=round(100 * coded["keep"]),
            )
        )
    return Table(tuple(rows))


def _split(per_cent: Array) -> dict[str, Any]:
    """Return the five shares by name."""
    return dict(zip(SHARES, map(float, per_cent), strict=True))
