"""Why a rate falls although it rises in every segment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Pictures, numbers, quantity, tabular
from thousandfold.errors import ExplainedError
from thousandfold.picture import Lines, Picture, Series

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class MixShift(Model):
    """A metric that falls for everybody together while it rises in each segment.

    ::

        rate of all = (1 - power) * rate of casual users + power * rate of power users

    A launch that improves both rates, and brings more of the segment with the lower one, moves
    the rate of all by the sum of a rate effect and a mix effect. Simpson's reversal: the
    second is negative and larger than the first.

    It leaves out: luck in the counts, and other differences between the users before and after.

    Examples
    --------
    >>> launch = MixShift()
    >>> round(launch.before, 3), round(launch.after, 3), round(launch.mix_effect, 3)
    (0.565, 0.482, -0.123)
    """

    power_before: float = quantity(
        0.1,
        "share of new users",
        "power users before the launch",
        low=0,
        high=1,
        decision=True,
        because="where the example stands before the launch",
    )
    power_after: float = quantity(
        0.45,
        "share of new users",
        "power users after the launch",
        low=0,
        high=1,
        plausible=(0.1, 0.6),
        because="from a launch that brought no more of them to one that most new users came for",
    )
    casual_rate_before: float = quantity(
        0.6,
        "share of casual users",
        "active after a week, before",
        low=0,
        high=1,
        decision=True,
        because="where the example stands before the launch",
    )
    casual_rate_after: float = quantity(
        0.63,
        "share of casual users",
        "active after a week, after",
        low=0,
        high=1,
        plausible=(0.55, 0.7),
        because="a launch moves such a rate by a few points; ten would be the news of the year",
    )
    power_rate_before: float = quantity(
        0.25,
        "share of power users",
        "active after a week, before",
        low=0,
        high=1,
        decision=True,
        because="where the example stands before the launch",
    )
    power_rate_after: float = quantity(
        0.3,
        "share of power users",
        "active after a week, after",
        low=0,
        high=1,
        plausible=(0.2, 0.35),
        because="a launch moves such a rate by a few points; ten would be the news of the year",
    )

    def rate_before(self, power: ArrayLike) -> Array:
        """Return the rate of all before the launch, at a share `power` of power users."""
        share = numbers("power", power, 0, 1, unit="share")
        return (1 - share) * self.casual_rate_before + share * self.power_rate_before

    def rate_after(self, power: ArrayLike) -> Array:
        """Return the rate of all after the launch, at a share `power` of power users."""
        share = numbers("power", power, 0, 1, unit="share")
        return (1 - share) * self.casual_rate_after + share * self.power_rate_after

    @property
    def before(self) -> float:
        """Rate of all that was measured before."""
        return float(self.rate_before(self.power_before))

    @property
    def after(self) -> float:
        """Rate of all that was measured after."""
        return float(self.rate_after(self.power_after))

    @property
    def mix_effect(self) -> float:
        """What the new mix alone would have done to the rate of all."""
        return float(self.rate_before(self.power_after)) - self.before

    @property
    def rate_effect(self) -> float:
        """What the new rates did in the new mix."""
        return self.after - float(self.rate_before(self.power_after))

    @property
    def reversal(self) -> bool:
        """Whether the rate of all moved against the rate of both segments."""
        moves = np.sign(
            [
                self.casual_rate_after - self.casual_rate_before,
                self.power_rate_after - self.power_rate_before,
                self.before - self.after,
            ]
        )
        return bool(moves[0] == moves[1] == moves[2] != 0)

    def pictures(self) -> Pictures:
        """Return one picture: the rate of all against the mix, and what was measured."""
        return {"rate": self._rate_picture}

    def _point(self) -> str:
        groups = (
            self.casual_rate_after - self.casual_rate_before,
            self.power_rate_after - self.power_rate_before,
        )
        if self.after < self.before and min(groups) >= 0:
            return "The rate of all falls, and no group's rate does"
        if self.after > self.before and max(groups) <= 0:
            return "The rate of all rises, and no group's rate does"
        return f"The rate of all goes from {self.before:.3f} to {self.after:.3f}"

    def _rate_picture(self) -> Picture:
        power = np.linspace(0, 1, 21)
        return Lines(
            (
                Series("before the launch", power, self.rate_before(power)),
                Series("after the launch", power, self.rate_after(power)),
                Series(
                    "what the dashboard shows",
                    [self.power_before, self.power_after],
                    [self.before, self.after],
                    measured=True,
                ),
            ),
            "power users (share of new users)",
            "active after a week (share of new users)",
            title=self._point(),
            sentence=(
                f"The rate of all goes from {self.before:.3f} to {self.after:.3f}. Casual users go "
                f"from {self.casual_rate_before:g} to {self.casual_rate_after:g}, power users from "
                f"{self.power_rate_before:g} to {self.power_rate_after:g}. The new mix alone moves "
                f"the rate of all by {self.mix_effect:+.3f}, the new rates by "
                f"{self.rate_effect:+.3f}."
            ),
        )


def rates_by_segment(
    table: pd.DataFrame, group: str, segment: str, count: str, among: str
) -> pd.DataFrame:
    """Compare a rate between groups: in each segment, in all, and in all at the same mix.

    The last row gives every group the mix of segments of all groups together: what is left of the
    difference when the mix is not part of it.

    Parameters
    ----------
    table : pandas.DataFrame
        One row per group and segment.
    group, segment : str
        Columns that say who, and in which segment.
    count, among : str
        Columns of counts: how many of how many.

    Returns
    -------
    pandas.DataFrame
        One column per group; one row per segment, then ``all`` and ``all, same mix``.

    Raises
    ------
    ExplainedError
        If a column is missing, a group has nobody in a segment, or a count is larger than what it
        is among.

    Examples
    --------
    >>> from thousandfold.datasets import load
    >>> rates = rates_by_segment(
    ...     load("admissions"), "gender", "department", "admitted", "applicants"
    ... )
    >>> rates.loc[["all", "all, same mix"]].round(2).values.tolist()
    [[0.45, 0.3], [0.39, 0.43]]
    """
    tabular("the table", table, group, segment, count, among)
    for column in (count, among):
        numbers(column, table[column])
    hits, total = (
        table.pivot_table(column, index=segment, columns=group, aggfunc="sum")
        for column in (count, among)
    )
    if not (total > 0).to_numpy().all():
        raise ExplainedError(
            f"every {group} needs somebody in every {segment}: without them there is no rate"
        )
    if (hits > total).to_numpy().any() or (hits < 0).to_numpy().any():
        raise ExplainedError(f"{count} must lie between 0 and {among} in every row")
    rates = hits / total
    mix = total.T.sum() / total.to_numpy().sum()
    overall, same_mix = hits.sum() / total.sum(), rates.mul(mix, axis=0).sum()
    rates.loc["all"], rates.loc["all, same mix"] = overall, same_mix
    return rates
