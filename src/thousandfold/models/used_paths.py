"""How many of all pairs who could talk do work together: counted, and drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from thousandfold.core import one_of, tabular
from thousandfold.errors import ExplainedError
from thousandfold.language import digits, say
from thousandfold.language.lists import listed, parted
from thousandfold.models.communication import (
    FEWEST_PEOPLE,
    fit_power,
    poisson_power,
    possible_paths,
)
from thousandfold.picture import Lines, Picture, Series, colour_of

if TYPE_CHECKING:
    import pandas as pd

_LARGE = 0.8  # of the largest month and more
_FEWEST_OF_A_SIZE = 5
_NEARLY_ALL = 1.8  # of a power: from there on the share of pairs in use hardly falls
_SIZES = ((8, 12), (20, 30), (50, 70), (100, np.inf))
_FEWEST_DRAWN = 5  # A fitted line of fewer people would rise above all possible paths.


def growth_picture(growth: pd.DataFrame, *projects: str) -> Picture:
    """Return possible against used paths, month by month, with a fitted line per project.

    Parameters
    ----------
    growth : pandas.DataFrame
        Like the data set ``project_growth``.
    *projects : str
        Which projects to show.

    Returns
    -------
    Picture

    Raises
    ------
    ExplainedError
        If no project is named, or one is not in the table.
    """
    _refuse_unknown(growth, projects)
    shown = growth[growth["project"].isin(projects)]
    people = np.geomspace(_FEWEST_DRAWN, int(shown["active_authors"].max()), 30)
    series = [Series(say("all possible pairs"), people, possible_paths(people), colour="soft")]
    ends, reached, steep = [], [], []
    for project in projects:
        every = growth[growth["project"] == project]
        months = every[(every["coedit_paths"] > 0) & (every["active_authors"] >= FEWEST_PEOPLE)]
        if months.empty:
            raise ExplainedError(
                f"{project} has no month with {FEWEST_PEOPLE} people or more and a path in use"
            )
        fit = fit_power(months["active_authors"], months["coedit_paths"])
        counts = poisson_power(every["active_authors"], every["coedit_paths"])
        fewer, more = (f"{2**power:.1f}" for power in sorted((fit.power, counts)))
        factor = say("{fewer} to {more}", fewer=digits(fewer), more=digits(more))
        if fewer == more:
            factor = digits(fewer)
        name, colour = project.capitalize(), colour_of(project)
        most = int(months["active_authors"].max())
        fewest = max(int(months["active_authors"].min()), _FEWEST_DRAWN)
        largest = every[every["active_authors"] >= _LARGE * most]
        share = f"{_used_of_100(largest):.0f}"
        fitted = np.geomspace(fewest, max(most, fewest), 30)
        series += [
            Series(
                "", months["active_authors"], months["coedit_paths"], measured=True, colour=colour
            ),
            Series(
                say("{name}: {share} of 100", name=name, share=share),
                fitted,
                fit.paths(fitted),
                colour=colour,
            ),
        ]
        reached.append(say("{share} in {name}", share=share, name=name))
        if fit.power > _NEARLY_ALL:
            steep.append(name)
        ends.append(
            say(
                "{share} in {name}, at {fewest} to {most} people (twice the people, {factor} times "
                "the pairs)",
                share=share,
                name=name,
                fewest=largest["active_authors"].min(),
                most=most,
                factor=factor,
            )
        )
    rise = say("The lines of used paths rise less steeply than the line of possible paths.")
    if steep:
        names = say(" and ").join(steep)
        rise = say("{names}: about as steep as the line of possible paths.", names=names)
    return Lines(
        tuple(series),
        say("people active in a month"),
        say("pairs of people (possible; at work on the same file)"),
        title=say("Pairs used, of 100: {shares}", shares=listed(reached)),
        shown=say(
            "In the months with most people. A point is a month of a project; a line fits its "
            "points. On each axis, times ten is always as far."
        ),
        sentence=say(
            "Paths against people on logarithmic axes, one point per month. Of 100 possible pairs, "
            "so many work together in the months with most people: {shares}. {rise}",
            shares=parted(ends),
            rise=rise,
        ),
        log_x=True,
        log_y=True,
    )


def used_by_size(growth: pd.DataFrame, *projects: str) -> pd.DataFrame:
    """Return how many of 100 possible pairs work together, in small and in large months.

    Parameters
    ----------
    growth : pandas.DataFrame
        Like the data set ``project_growth``.
    *projects : str
        Which projects.

    Returns
    -------
    pandas.DataFrame
        One row per size, one column per project and one for all of them: of 100 possible pairs how
        many share a file. Empty where there are fewer than five such months.

    Raises
    ------
    ExplainedError
        If no project is named, or one is not in the table.

    Examples
    --------
    >>> from thousandfold.datasets import load
    >>> used_by_size(load("project_growth"), "rails").columns.tolist()
    ['Rails', 'all']
    """
    import pandas as pd

    _refuse_unknown(growth, projects)
    of_whom = {project.capitalize(): [project] for project in projects} | {"all": list(projects)}
    rows: dict[str, dict[str, float]] = {}
    for few, many in _SIZES:
        size = f"{few} to {many}" if np.isfinite(many) else f"{few} and more"
        sized = growth[growth["active_authors"].between(few, many)]
        for name, whose in of_whom.items():
            months = sized[sized["project"].isin(whose)]
            enough = len(months) >= _FEWEST_OF_A_SIZE
            rows.setdefault(size, {})[name] = _used_of_100(months) if enough else np.nan
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(index="people").round(1)


def _used_of_100(months: pd.DataFrame) -> float:
    possible = possible_paths(months["active_authors"]).sum()
    return float(100 * months["coedit_paths"].sum() / possible)


def _refuse_unknown(growth: pd.DataFrame, projects: tuple[str, ...]) -> None:
    known = tabular("growth", growth, "project", "active_authors", "coedit_paths")
    names = known["project"].unique()
    if not projects:
        raise ExplainedError(f"name a project at least; there are {', '.join(names)}")
    for project in projects:
        one_of("project", project, names)
