"""When to stop shipping: a team that lives from its error budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import (
    SEED,
    Array,
    DynamicModel,
    Pictures,
    State,
    Trajectory,
    compare,
    instance,
    labelled,
    number,
    quantity,
    sweep,
)
from thousandfold.errors import ExplainedError
from thousandfold.models.error_budget_pictures import freeze_picture
from thousandfold.picture import Picture, Row, Strip

if TYPE_CHECKING:
    import pandas as pd

_MINUTES_A_DAY = 24 * 60
_DAYS_A_WEEK = 7
_FUTURES = 500
# Incidents are counted while so many flaws are shipped: 0.3 a feature, five features a week.
_FLAWS_A_WEEK = 0.3 * 5
_WORKBOOK = "Beyer et al. 2018, The Site Reliability Workbook, appendix C, table C-1"


@dataclass(frozen=True)
class ErrorBudgetPolicy(DynamicModel):
    """A team that ships features and stops for a while when its error budget runs low.

    Each week::

        frozen    = left <= freeze, or frozen before and left < resume
        shipped   = pace, less `restart` in the first week back, or 0 when frozen
        flaws     = flaws + new_flaws * shipped, less a share that is found (more of it when frozen)
        incidents = at random, `background + trigger * flaws` a week, of `outage` minutes on average
        spent     = spent * (1 - 1 / window) + downtime
        left      = 1 - spent / (window * what the promise allows in a week)

    Of the incidents a week that a team counts while it ships as today, a share follows a change::

        background = (1 - after_change) * incidents
        trigger    = after_change * incidents / flaws of today

    so the share moves what a freeze can save, and not how much breaks. Flaws of today are those
    that 0.3 a feature and five features a week leave behind; the year begins with them, and with
    `opening` of a whole budget. The promise counts the 52 weeks of the year alone, so whoever
    begins with a whole budget may spend more than the promise allows.

    Old incidents fade from the budget, instead of leaving it all at once on a day; ``left`` may
    fall below 0. ``freeze=0`` never freezes, ``freeze=1`` always does; with ``resume`` at or below
    ``freeze`` the team ships again as soon as more than ``freeze`` is left.

    It leaves out: that incidents differ in how many customers they hit, that features pile up
    while shipping is frozen, and what a freeze does to a team.

    Examples
    --------
    >>> from thousandfold import sweep
    >>> runs = sweep(ErrorBudgetPolicy(), freeze=[0, 0.25, 1])
    >>> runs.final("shipped").mean(axis=1).round().tolist()
    [260.0, 83.0, 0.0]
    """

    freeze: float = quantity(
        0.25, "share of the budget", "stop shipping when no more than this is left", low=0, high=1,
        decision=True,
    )  # fmt: skip
    resume: float = quantity(
        0.5, "share of the budget", "ship again when this much is left", low=0, high=1,
        decision=True,
    )  # fmt: skip
    promise: float = quantity(
        0.998, "share of the time", "what is promised for the year", low=0.9, high=0.9999,
        decision=True,
    )  # fmt: skip
    window: float = quantity(
        13, "weeks", "how much allowance makes the whole budget", low=1, high=52, decision=True,
    )  # fmt: skip
    opening: float = quantity(
        1, "share of the budget", "what is left of it when the year begins", low=0, high=1,
        decision=True,
    )  # fmt: skip
    pace: float = quantity(
        5, "features a week", "what ships when nothing is frozen", low=0, high=50, decision=True,
    )  # fmt: skip
    restart: float = quantity(
        0.5, "share of a week", "what the first week after a freeze loses", low=0, high=1,
        plausible=(0.1, 1),
        because="half a day where work lay ready, all of it where a team has to merge first",
    )  # fmt: skip
    new_flaws: float = quantity(
        0.3, "per feature", "hidden flaws that a feature brings", low=0, high=5,
        decision=True,
    )  # fmt: skip
    found: float = quantity(
        0.1, "share of flaws a week", "found and fixed while shipping", low=0.01, high=0.9,
        plausible=(0.03, 0.2),
        because="a hidden flaw lives for eight months at 0.03 and for five weeks at 0.2",
    )  # fmt: skip
    found_frozen: float = quantity(
        0.3, "share of flaws a week", "found and fixed while frozen", low=0, high=1,
        plausible=(0.15, 0.6),
        because="nobody would stop to find less than 0.15; at 0.6 most are gone in a week",
    )  # fmt: skip
    incidents: float = quantity(
        1.45, "incidents a week", "what breaks while nothing is frozen, as today", low=0, high=20,
        plausible=(0.25, 5),
        because="one a month hardly needs a rule; with one a working day nobody promises 99.8 %",
    )  # fmt: skip
    after_change: float = quantity(
        0.68, "share of incidents", "incidents that follow a change of our own", low=0, high=1,
        source=_WORKBOOK, plausible=(0.3, 0.9),
        because="68 % at Google from 2010 to 2017; below 30 % nobody would blame the releases",
    )  # fmt: skip
    outage: float = quantity(
        25, "minutes", "mean length of an incident", low=1, high=600, plausible=(10, 120),
        because="somebody has to wake up first; above two hours nobody offers 99.9 %",
    )  # fmt: skip

    period: ClassVar[str] = "week"
    periods: ClassVar[int] = 52
    units: ClassVar[Mapping[str, str]] = {
        "budget": "minutes left",
        "shipped": "features",
        "downtime": "minutes",
        "flaws": "hidden flaws",
        "frozen": "weeks frozen",
        "shipping": "1 = yes, 0 = frozen",
        "kept": "1 = kept so far, 0 = broken",
    }
    shocks: ClassVar[int] = 2 * _DAYS_A_WEEK

    @classmethod
    def draw(cls, generator: np.random.Generator, shape: tuple[int, int, int]) -> Array:
        """Draw all luck at once, uniform: whether each day has an incident, and how long."""
        return generator.random(shape)

    @property
    def flaws_today(self) -> Array:
        """Hidden flaws that are left while 0.3 a feature come and five features a week ship."""
        return np.asarray(_FLAWS_A_WEEK * (1 - np.asarray(self.found)) / self.found)

    @property
    def background(self) -> Array:
        """Incidents a week that follow no change: what breaks whether we ship or not."""
        return np.asarray((1 - np.asarray(self.after_change)) * self.incidents)

    @property
    def trigger(self) -> Array:
        """Incidents a week that each hidden flaw brings."""
        return np.asarray(self.after_change * np.asarray(self.incidents) / self.flaws_today)

    @property
    def allowance(self) -> Array:
        """Downtime that the promise allows in a week, in minutes."""
        return np.asarray((1 - np.asarray(self.promise)) * _DAYS_A_WEEK * _MINUTES_A_DAY)

    def start(self) -> Mapping[str, ArrayLike]:
        """Begin the year with what is left of the budget, and with the hidden flaws of today."""
        empty: dict[str, ArrayLike] = dict.fromkeys(self.units, 0)
        left = np.asarray(self.opening) * self.window * self.allowance
        return empty | {"budget": left, "flaws": self.flaws_today, "shipping": 1, "kept": 1}

    def step(self, state: State, shock: Array) -> State:
        """One week: freeze or ship, perhaps break something, earn the week's allowance."""
        whole = self.window * self.allowance
        left = state["budget"] / whole
        waiting = (state["shipping"] == 0) & (left < self.resume)
        frozen = (np.asarray(self.freeze) > 0) & ((left <= self.freeze) | waiting)
        starting = self.restart * (state["shipping"] == 0)
        shipped = np.where(frozen, 0, self.pace * (1 - starting))
        found = np.where(frozen, self.found_frozen, self.found)
        flaws = (state["flaws"] + self.new_flaws * shipped) * (1 - found)
        chance = -np.expm1(-(self.background + self.trigger * flaws) / _DAYS_A_WEEK)
        down = np.zeros_like(flaws)
        for whether, how_long in shock.reshape(2, _DAYS_A_WEEK, -1).swapaxes(0, 1):
            down += np.where(whether < chance, -self.outage * np.log1p(-how_long), 0)
        downtime = state["downtime"] + down
        return {
            "budget": whole - (whole - state["budget"]) * (1 - 1 / self.window) - down,
            "shipped": state["shipped"] + shipped,
            "downtime": downtime,
            "flaws": flaws,
            "frozen": state["frozen"] + frozen,
            "shipping": np.where(frozen, 0.0, 1.0),
            "kept": np.where(downtime <= self.periods * self.allowance, 1.0, 0.0),
        }

    def under(
        self, scenarios: Mapping[str, Sequence[float]], replications: int = 1000, seed: int = SEED
    ) -> Trajectory:
        """Run a year under each of several rules, all under the same luck.

        Parameters
        ----------
        scenarios : mapping of str to two numbers
            Label, and for each the shares of the budget at which to freeze and to resume.
        replications, seed : int
            As in `thousandfold.simulate`.

        Returns
        -------
        Trajectory
            With one scenario per rule.

        Raises
        ------
        ExplainedError
            If a rule is not two shares of the budget.

        Examples
        --------
        >>> runs = ErrorBudgetPolicy().under({"early": [0.6, 0.6], "late": [0.1, 0.1]})
        >>> runs.final("kept").mean(axis=1).round(2).tolist()
        [0.96, 0.32]
        """
        for label, rule in labelled("scenarios", scenarios, '{"early": [0.6, 0.6]}').items():
            if not isinstance(rule, list | tuple) or len(rule) != 2:
                raise ExplainedError(
                    f"the rule {label!r} needs two shares of the budget, for example [0.25, 0.5], "
                    f"not {rule!r}"
                )
        ruled = {
            label: self.replace(freeze=freeze, resume=resume)
            for label, (freeze, resume) in scenarios.items()
        }
        return compare(ruled, replications=replications, seed=seed)

    @staticmethod
    def worth(runs: Trajectory) -> Array:
        """Return features shipped where the year's promise was kept, else 0.

        Parameters
        ----------
        runs : Trajectory
            Of this model, over a year.

        Returns
        -------
        array, shape (scenarios, replications)
        """
        year = instance("runs", runs, Trajectory)
        return np.asarray(year.final("shipped") * year.final("kept"))

    @staticmethod
    def outcomes(runs: Trajectory) -> pd.DataFrame:
        """Return for each policy the means of a year, and how many of 100 years kept the promise.

        Parameters
        ----------
        runs : Trajectory
            Of this model, over a year.
        """
        import pandas as pd

        worth = ErrorBudgetPolicy.worth(runs).mean(axis=1)
        columns = {
            "features shipped": runs.final("shipped").mean(axis=1),
            "minutes of downtime": runs.final("downtime").mean(axis=1),
            "weeks frozen": runs.final("frozen").mean(axis=1),
            "promise kept (%)": 100 * runs.final("kept").mean(axis=1),
            "features under a kept promise": worth,
        }
        return pd.DataFrame(columns, index=list(runs.scenarios))

    def best_freeze(self) -> float:
        """Return how much of the budget is left when it is best to freeze, to a tenth of it."""
        shares = np.arange(11) / 10
        runs = sweep(self, freeze=shares, replications=_FUTURES)
        return float(shares[self.worth(runs).mean(axis=1).argmax()])

    def pictures(self) -> Pictures:
        """Return a picture of each stock, of what comes of freezing, and of one year."""
        return super().pictures() | {"freeze": self._freeze_picture, "year": self._year_picture}

    def _year_picture(self) -> Picture:
        """Show the future that is the middle one without freezing, so, and with this rule."""
        ways = {"never stops": self.replace(freeze=0), "this rule": self}
        runs = compare(ways, replications=_FUTURES)
        whole, promised = (
            self.window * float(self.allowance),
            self.periods * float(self.allowance),
        )
        kept = (100 * runs.final("kept").mean(axis=1)).round()
        rule = f"stops at {100 * self.freeze:.0f} % left" if self.freeze else "never stops either"
        down = runs.final("downtime")
        year = int(np.argsort(down[0], kind="stable")[_FUTURES // 2])
        rows, told = [], []
        for i, label in enumerate(("never stops", rule)):
            shipped, minutes = (round(float(v[i, year])) for v in (runs.final("shipped"), down))
            frozen = runs["shipping"][1:, i, year] == 0
            word = "kept" if minutes <= promised else "broken"
            rows.append(
                Row(
                    f"{label}: {number(shipped)} features, {number(frozen.sum())} weeks frozen",
                    runs["budget"][1:, i, year] / whole,
                    frozen,
                    f"{word}:\n{number(minutes)} minutes\ndown",
                    word == "broken",
                    *((self.freeze, max(self.freeze, self.resume)) if i and self.freeze else ()),
                )
            )
            told.append(
                f"A team that {label} ships {number(shipped)} features, is frozen for "
                f"{number(frozen.sum())} weeks and down for {number(minutes)} minutes: the "
                f"promise is {word}. It is kept in {kept[i]:.0f} of 100 such years."
            )
        [never, stops] = [row.end.split(":")[0] for row in rows]
        return Strip(
            tuple(rows),
            title=f"The promise: {never} with the rule and without"
            if never == stops
            else f"The promise: {never} without the rule, {stops} with it",
            shown=f"Promised: at most {number(round(promised))} minutes of downtime a year. A "
            "column is a week: what is left of the error budget; red: overspent. Striped: "
            "nothing ships; old faults still cost downtime.",
            sentence=(
                f"The middle one of {_FUTURES} years, week by week, under two rules; "
                f"{100 * self.promise:.6g} % is promised: {number(round(promised))} minutes of "
                f"downtime at most. {' '.join(told)}"
            ),
        )

    def _freeze_picture(self) -> Picture:
        percent = np.array([0, 2, *range(10, 100, 10), 98, 100])
        runs = sweep(self, freeze=percent / 100, replications=_FUTURES)
        shipped, kept = (runs.final(stock).mean(axis=1) for stock in ("shipped", "kept"))
        return freeze_picture(percent, shipped, kept, self.worth(runs).mean(axis=1))
