"""What technical debt costs a team, and how much of its time repaying it is worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

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
    labelled,
    luck_of,
    number,
    quantity,
    run,
    sweep,
    whole,
    with_arrays,
)
from thousandfold.errors import ExplainedError
from thousandfold.models.debt_map import HORIZONS, map_picture, shares_picture
from thousandfold.picture import Lines, Note, Picture, Series

_BESKER = "Besker, Martini & Bosch 2019, Journal of Systems and Software 156:41-61"
_PERCENT = np.arange(0, 101, 5)
_FUTURES = 200
_NEXT_TO_NOTHING = 1e-12


@dataclass(frozen=True)
class Debt(DynamicModel):
    """A team that splits its time over features and repaying debt, while debt costs interest.

    Each quarter::

        lost     = interest * debt                           (never more than there is)
        left     = capacity * luck - lost
        effort   = repayment * left
        features = left - effort
        repaid   = debt * (1 - exp(-effort / debt))          (the easy part goes first)
        new debt = carelessness * features * luck + contagion * lost

    At the start debt is so large that the share `wasted` of the time is lost. The default of
    `contagion` is the share of encounters with debt that force new debt; that such an encounter
    leaves as much new debt as it costs is our reading. The price `handover` changes no quarter:
    it counts when a share is judged, for each day of debt that is left by then.

    It leaves out: what the features earn, people who leave because of bad code, debt that
    nobody ever touches, and outages.

    Examples
    --------
    >>> [Debt().best_share(quarters) for quarters in (3, 12)]
    [0.0, 0.3]
    >>> [Debt(handover=0.75).best_share(quarters) for quarters in (3, 12)]
    [0.25, 0.3]
    """

    capacity: float = quantity(
        600,
        "days a quarter",
        "work that the team can do",
        low=10,
        high=100_000,
        decision=True,
        because="the size of the example",
    )
    wasted: float = quantity(
        0.23,
        "share of the time",
        "time that debt costs at the start",
        low=0,
        high=0.9,
        source=_BESKER,
        plausible=(0.1, 0.45),
        because="Besker 2019 measured 23 %, Tornhill & Borg 2022 quote up to 42 %; "
        "below 10 % few would complain",
    )
    interest: float = quantity(
        0.25,
        "days a quarter per day of debt",
        "time that debt costs",
        low=0.01,
        high=1,
        plausible=(0.05, 0.5),
        because="below 0.05 a repair takes five years to pay; "
        "above 0.5 the easiest repair pays within a year and nobody has to ask",
    )
    carelessness: float = quantity(
        0.2,
        "days of debt per day of features",
        "debt that new features leave",
        low=0,
        high=1,
        plausible=(0.05, 0.5),
        because="careful teams leave some, too; "
        "above half a day a day a product would rot within a year",
    )
    contagion: float = quantity(
        0.25,
        "days of debt per day lost",
        "debt that working around debt leaves",
        low=0,
        high=1,
        source=f"{_BESKER}, as quoted by others: a quarter of encounters force new debt",
        plausible=(0.05, 0.5),
        because="Besker 2019 prints a quarter as a mean; "
        "teams that may clean up force less, teams in a hurry more",
    )
    repayment: float = quantity(
        0.2,
        "share of the time left",
        "time that goes into repaying debt",
        low=0,
        high=1,
        decision=True,
    )
    variation: float = quantity(
        0.2,
        "share of a quarter's amount",
        "how much one quarter differs",
        low=0,
        high=1,
        plausible=(0.05, 0.4),
        because="holidays alone move a quarter by 5 %; above 40 % nobody could plan a quarter",
    )

    handover: float = quantity(
        0,
        "days of features per day of debt",
        "price of the debt that is left",
        low=0,
        high=2,
        decision=True,
        because="the terms of who judges: 0 where nobody counts the debt that is left, 1 where "
        "somebody has to repair all of it",
    )

    period: ClassVar[str] = "quarter"
    periods: ClassVar[int] = 12
    units: ClassVar[Mapping[str, str]] = {
        "delivered": "days of features",
        "debt": "days to repay",
        "lost": "days lost to debt",
        "repairing": "days spent on repaying",
    }
    shocks: ClassVar[int] = 2

    def start(self) -> Mapping[str, ArrayLike]:
        """Nothing is delivered yet, and the debt of the past is there."""
        debt = self.capacity * self.wasted / np.asarray(self.interest)
        return {"delivered": 0, "debt": debt, "lost": 0, "repairing": 0}

    def step(self, state: State, shock: Array) -> State:
        """One quarter: pay interest, split what is left, leave new debt."""
        debt = state["debt"]
        work = self.capacity * np.maximum(0, 1 + self.variation * shock[0])
        lost = np.minimum(work, self.interest * debt)
        effort = self.repayment * (work - lost)
        features = work - lost - effort
        repaid = -debt * np.expm1(-effort / np.maximum(debt, _NEXT_TO_NOTHING))
        care = np.maximum(0, 1 + self.variation * shock[1])
        return {
            "delivered": state["delivered"] + features,
            "debt": debt - repaid + self.carelessness * features * care + self.contagion * lost,
            "lost": state["lost"] + lost,
            "repairing": state["repairing"] + effort,
        }

    def follow(
        self, scenarios: Mapping[str, Sequence[float]], replications: int = 1000, seed: int = SEED
    ) -> Trajectory:
        """Run plans that give one repayment share for each quarter, all under the same luck.

        Parameters
        ----------
        scenarios : mapping of str to sequence of float, shape (quarters,)
            Label and shares of each plan, for example ``{"early": [0.6, 0.4, 0.2, 0]}``. They
            stand in place of `repayment`.
        replications, seed
            As in `thousandfold.simulate`: a plan with one share throughout does what that share
            does there.

        Returns
        -------
        Trajectory
            With one scenario per plan.

        Raises
        ------
        ExplainedError
            If there is no plan, plans differ in length, or a share is not between 0 and 1.

        Examples
        --------
        >>> runs = Debt().follow({"never": [0] * 12, "early": [0.5] * 4 + [0.1] * 8})
        >>> runs.final("delivered").mean(axis=1).round(-2).tolist()
        [3400.0, 4700.0]
        """
        labelled("scenarios", scenarios, '{"mine": [0.4, 0.2, 0.1]}')
        check = self.quantities()["repayment"].check
        shares = [np.ravel(check(f"repayment in {k!r}", plan)) for k, plan in scenarios.items()]
        lengths = {share.size for share in shares}
        if len(lengths) > 1 or 0 in lengths:
            raise ExplainedError(
                "each of the scenarios needs one share per quarter, and all of them the same "
                'length, for example {"mine": [0.4, 0.2, 0.1]}'
            )
        plans = [with_arrays(self, repayment=now[:, np.newaxis]) for now in np.transpose(shares)]
        luck = luck_of(self, len(plans), replications, seed, scenarios=len(scenarios))
        return run(
            self,
            scenarios,
            luck,
            self.start(),
            lambda quarter, state, shock: plans[quarter].step(state, shock),
        )

    def by_share(self, periods: int) -> tuple[Array, Array]:
        """Return repayment shares from 0 to 1 and what each is worth to who judges it.

        Parameters
        ----------
        periods : int
            Horizon, in quarters.

        Returns
        -------
        shares : array, shape (21,)
        worth : array, shape (21,)
            Days of features a quarter, less `handover` for each day of debt that is left; mean of
            200 futures.
        """
        shares, periods = _PERCENT / 100, whole("periods", periods)
        runs = sweep(self, repayment=shares, periods=periods, replications=_FUTURES)
        worth = runs.final("delivered") - self.handover * runs.final("debt")
        return shares, worth.mean(axis=1) / periods

    def best_share(self, periods: int) -> float:
        """Return the repayment share, in steps of 5 %, worth most within `periods` quarters."""
        shares, worth = self.by_share(periods)
        return float(shares[worth.argmax()])

    def lead(self, periods: int = 12) -> Array:
        """Return how far the team is ahead of itself without repaying, in days of features.

        Parameters
        ----------
        periods : int
            Horizon, in quarters.

        Returns
        -------
        lead : array, shape (periods + 1, 1000)
            Features delivered so far beyond those of the same team that never repays, in 1,000
            futures whose luck both share; negative where it is behind.
        """
        never = self.replace(repayment=0)
        delivered = compare({"repays": self, "never": never}, periods)["delivered"]
        return np.asarray(delivered[:, 0] - delivered[:, 1])

    def ahead_from(self, periods: int = 12) -> float:
        """Return the first quarter after which repaying is ahead; infinite if it never is.

        Parameters
        ----------
        periods : int
            How many quarters to look ahead.

        Examples
        --------
        >>> [Debt(repayment=share).ahead_from() for share in (0.1, 0.3, 0.6)]
        [8.0, 9.0, inf]
        """
        ahead = np.median(self.lead(periods), axis=1) > 0
        return float(ahead.argmax()) if ahead.any() else float("inf")

    def pictures(self) -> Pictures:
        """Return a picture of each stock, of repayment shares, the lead, and the best."""
        return super().pictures() | {
            "repayment": lambda: shares_picture(
                {quarters: self.by_share(quarters) for quarters in HORIZONS}, self.handover
            ),
            "lead": self._lead_picture,
            "map": lambda: map_picture(self, self.interest),
        }

    def _lead_picture(self) -> Picture:
        low, median, high = np.quantile(self.lead(), (0.1, 0.5, 0.9), axis=1)
        quarters = np.arange(len(median))
        ahead, deepest = self.ahead_from(), int(median.argmin())
        share = f"{number(100 * self.repayment)} %"
        told = when = f"not ahead within {quarters[-1]} quarters"
        begun: tuple[Note, ...] = ()
        if np.isfinite(ahead):
            told = f"ahead from quarter {ahead:.0f} on"
            when = f"{told}, {number(median[-1])} days after {quarters[-1]}"
            # The line crosses within the quarter at whose end the team is first ahead.
            behind, beyond = median[int(ahead) - 1], median[int(ahead)]
            begun = (
                Note(f"quarter {ahead:.0f}: ahead", float(ahead - beyond / (beyond - behind)), 0.0),
            )
        return Lines(
            (Series(f"repays {share}", quarters, median, low, high),),
            "time (quarters)",
            "days of features ahead of a team that never repairs",
            title=f"Repaying {share} is {told}",
            shown="Line: the middle of 1,000 futures. Band: eight of ten of them.",
            notes=(Note("never repays", y=0), *begun),
            sentence=(
                f"Features of a team that repays {share} beyond those of the same team that never "
                f"does: at worst {number(0 - median[deepest])} days behind, after quarter "
                f"{deepest}; {when}. Median and middle eight of ten in 1,000 futures."
            ),
        )
