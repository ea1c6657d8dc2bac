"""What a policy in words comes to, before it is handed in: beside the steady one, rule by rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from thousandfold.core import Array, Trajectory
from thousandfold.errors import ExplainedError
from thousandfold.flight.companies import fly_companies
from thousandfold.flight.deck import ROUNDS
from thousandfold.flight.engine import GOAL, Flight
from thousandfold.flight.instruments import figure
from thousandfold.flight.policies import STEADY, Rules
from thousandfold.flight.results import WEIGHTS, points
from thousandfold.picture import Lines, Series

_FUTURES = 50
_MOST_COMPANIES = 100  # more, and a screen would wait for its answer
_LUCK = (0.1, 0.9)  # in one company the band is of futures


@dataclass(frozen=True)
class Preview:
    """What came of a policy.

    Attributes
    ----------
    pictures : tuple of Lines
        Customers, cash, people, time lost to debt: the policy and the steady one.
    applied : array, shape (rules, rounds)
        In which share of the flights each rule applied.
    sentence : str
        The points of both.
    """

    pictures: tuple[Lines, ...]
    applied: Array
    sentence: str


@dataclass(frozen=True)
class Companies:
    """The companies that policies are tried in, all of them in the same futures.

    Attributes
    ----------
    flights : tuple of Flight

    Raises
    ------
    ExplainedError
        If there is no company, there are too many, or one is none.
    """

    flights: tuple[Flight, ...]

    def __post_init__(self) -> None:
        """Refuse what cannot be flown in."""
        if not 1 <= len(self.flights) <= _MOST_COMPANIES:
            raise ExplainedError(
                f"the form tries a policy in 1 to {_MOST_COMPANIES} companies, not in "
                f"{len(self.flights)}; give some of them: flights[:20]"
            )
        if not all(isinstance(flight, Flight) for flight in self.flights):
            raise ExplainedError(
                "flights are companies, for example [Flight(), Flight(wage=75_000)]"
            )

    @property
    def reading(self) -> str:
        """How policies are tried, and how to read the pictures."""
        if len(self.flights) == 1:
            return (
                f"Flown in one company through {_FUTURES} futures, the same for both. The line is "
                "the middle one, the band holds eight of ten."
            )
        return (
            f"Flown in {len(self.flights)} companies, each through the same {_FUTURES} futures. "
            "The line is the middle company, the band goes from the lowest to the highest; of each "
            "company the middle future counts."
        )

    def preview(self, policy: Rules) -> Preview:
        """Fly a policy, and show it beside the steady one."""
        runs = self._fly(policy)
        applied = np.zeros((len(policy.rules), ROUNDS))
        for at in range(1, ROUNDS + 1):
            report = {name: runs[name][at - 1] for name in runs.units}
            applied[:, at - 1] = [np.mean(holds) for holds in policy.holding(at, report)]
        return Preview(self._pictures(runs), applied, self._points(runs))

    @cached_property
    def _steady(self) -> Trajectory:
        return self._fly(STEADY)

    def _fly(self, policy: Rules) -> Trajectory:
        return fly_companies(policy, self.flights, _FUTURES)

    def _points(self, runs: Trajectory) -> str:
        earned = points(runs)
        mine, steady = earned["points"].mean(axis=1), points(self._steady)["points"].mean(axis=1)
        told = f"Your policy earns {mine.mean():.1f} points"
        if len(self.flights) > 1:
            worst, best = f"{mine.min():.1f}", f"{mine.max():.1f}"
            told += f" on average, {worst} in the worst company and {best} in the best"
        parts = [f"{name} {earned[name].mean():.0f} of {most}" for name, most in WEIGHTS.items()]
        return f"{told}; the steady policy earns {steady.mean():.1f}. By part: {', '.join(parts)}."

    def _pictures(self, runs: Trajectory) -> tuple[Lines, ...]:
        return (
            self._picture(runs, "customers", "Customers", "customers", 1, log_y=True),
            self._picture(runs, "cash", "Cash", "million dollars", 1e-6),
            self._picture(runs, "people", "People", "people", 1),
            self._picture(runs, "lost", "Lost to debt", "% of the time", 100),
        )

    def _picture(
        self, runs: Trajectory, stock: str, name: str, unit: str, scale: float, log_y: bool = False
    ) -> Lines:
        low, middle, high = self._spread(scale * runs[stock])
        steady = self._spread(scale * self._steady[stock])[1]
        rounds = np.arange(ROUNDS + 1.0)
        mine, least, most, theirs = (figure(line[-1]) for line in (middle, low, high, steady))
        goal = f" The goal is {GOAL:,}." if log_y else ""
        return Lines(
            (
                Series("yours", rounds, middle, low, high),
                Series("steady", rounds, steady, colour="soft"),
            ),
            x_label="round",
            y_label=unit,
            log_y=log_y,
            title=f"{name}: {mine}{' million' if scale < 1 else ' %' if scale > 1 else ''}",
            sentence=(
                f"{name} after round {ROUNDS}, {unit}: yours {mine} in the middle, from {least} to "
                f"{most}; steady {theirs} in the middle.{goal}"
            ),
        )

    def _spread(self, values: Array) -> Array:
        """Return the low edge, the middle and the high edge of rounds, companies and futures."""
        if len(self.flights) == 1:
            return np.quantile(values[:, 0], (_LUCK[0], 0.5, _LUCK[1]), axis=-1)
        each = np.median(values, axis=-1)
        return np.stack([each.min(axis=-1), np.median(each, axis=-1), each.max(axis=-1)])


def companies_of(flights: Sequence[Flight] | None) -> Companies:
    """Return the companies that were given, or Ferry alone."""
    if flights is None:
        return Companies((Flight(),))
    if not isinstance(flights, list | tuple):
        raise ExplainedError(
            f"flights is a list of companies, for example [Flight()], not {type(flights).__name__}"
        )
    return Companies(tuple(flights))


def when_applied(shares: Sequence[float]) -> str:
    """Say in which rounds a rule applied, and in which share of the flights.

    Examples
    --------
    >>> when_applied([0, 0, 0.2, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    'Applies in rounds 3 to 6: in 20 to 100 % of the flights.'
    """
    rounds = [at for at, share in enumerate(shares, start=1) if share > 0]
    if not rounds:
        return "Applies in no round."
    there = [max(1, round(100 * share)) for share in shares if share > 0]
    low, high = min(there), max(there)
    if len(rounds) == len(shares) and low == 100:
        return "Applies in every round."
    spans: list[list[int]] = []
    for at in rounds:
        if spans and at == spans[-1][-1] + 1:
            spans[-1] = [spans[-1][0], at]
        else:
            spans.append([at])
    told = ", ".join(" to ".join(map(str, span)) for span in spans)
    share = f"{high} %" if low == high else f"{low} to {high} %"
    return f"Applies in round{'s' * (len(rounds) > 1)} {told}: in {share} of the flights."
