"""How two real organisations grew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from thousandfold.core import number
from thousandfold.errors import ExplainedError
from thousandfold.picture import Lines, Picture, Series

if TYPE_CHECKING:
    import pandas as pd


def structure_picture(organisations: pd.DataFrame, since: int = 2020) -> Picture:
    """Return how two real organisations grew: what they let grow, and what they held.

    Parameters
    ----------
    organisations : pandas.DataFrame
        Like the data set ``organisations``.
    since : int
        First year, to which the others are compared.

    Returns
    -------
    Picture

    Raises
    ------
    ExplainedError
        If the table has no figures for that year.
    """
    lines = {
        ("kubernetes", "subprojects"): "Kubernetes: subprojects",
        ("kubernetes", "special interest groups"): "Kubernetes: groups that own them",
        ("rust", "memberships per person"): "Rust: teams per person",
        ("rust", "people per team"): "Rust: people per team",
    }
    series, ends, times = [], [], []
    for (organisation, measure), label in lines.items():
        kept = organisations["organisation"].eq(organisation) & organisations["year"].ge(since)
        own = organisations[kept & organisations["measure"].eq(measure)].sort_values(
            "year", kind="stable"
        )
        if own.empty or own["year"].iloc[0] != since:
            raise ExplainedError(f"there is no figure of {label} for the year {since}")
        years, value = own["year"].to_numpy(float), own["value"].to_numpy(float)
        series.append(Series(label, years - since, value / value[0]))
        times.append(number(value[-1] / value[0]))
        ends.append(f"{label} {number(value[0])}, then {number(value[-1])}")
    return Lines(
        tuple(series),
        f"years since {since}",
        f"times the value of {since}",
        title=f"Kubernetes: {times[0]} times the subprojects, {times[1]} times the groups",
        shown=f"Each line begins at 1: the value of {since}.",
        sentence=f"Two open-source organisations, {since} and {years[-1]:.0f}. {'; '.join(ends)}.",
    )


def structure_table(organisations: pd.DataFrame, since: int = 2020) -> pd.DataFrame:
    """Return how two real organisations grew: first year, last year, and the factor between.

    It leaves out: the years between, and how much each of the people works.

    Parameters
    ----------
    organisations : pandas.DataFrame
        Like the data set ``organisations``.
    since : int
        First year.

    Returns
    -------
    pandas.DataFrame
        One row per organisation and measure that has a figure for both years.

    Examples
    --------
    >>> from thousandfold.datasets import load
    >>> structure_table(load("organisations")).loc[("rust", "people per team")].tolist()
    [6.9, 6.3, 0.91]
    """
    last = int(organisations["year"].max())
    table = organisations.pivot(index=["organisation", "measure"], columns="year", values="value")
    table = table[[since, last]].dropna()
    table.columns.name = None
    first = table[since]
    return table.assign(factor=(table[last] / first.where(first > 0)).round(2))
