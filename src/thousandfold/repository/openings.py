"""What happened where extensions were moved out of a core."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from thousandfold.core import number
from thousandfold.errors import ExplainedError
from thousandfold.picture import Lines, Note, Picture, Series, colour_of

if TYPE_CHECKING:
    import pandas as pd


_MONTHS_SHOWN = 36


def before_and_after(
    counts: pd.DataFrame, moved: Mapping[str, str], months: int = 12
) -> pd.DataFrame:
    """Compare a month's counts before and after extensions were moved out of a core.

    Parameters
    ----------
    counts : pandas.DataFrame
        Like the data set ``core_and_extensions``.
    moved : mapping of str to str
        Month of the move for each project, for example ``{"terraform": "2017-06"}``. The month
        itself counts on neither side.
    months : int
        How many months on each side.

    Returns
    -------
    pandas.DataFrame
        One row per project and side; the mean of each column a month.

    Raises
    ------
    ExplainedError
        If a project is not in the table or has too few months on one side.

    Examples
    --------
    >>> from thousandfold.datasets import load
    >>> table = before_and_after(load("core_and_extensions"), {"terraform": "2017-06"})
    >>> table["authors_core"].round().tolist()
    [65.0, 25.0]
    """
    import pandas as pd

    rows = {}
    for project, month in moved.items():
        since = _since(counts, project, month)
        for side, kept in (
            ("before", (since >= -months) & (since < 0)),
            ("after", (since > 0) & (since <= months)),
        ):
            if kept.sum() < months:
                raise ExplainedError(
                    f"{project} has {kept.sum()} months {side} {month}; ask for at most that many"
                )
            means = counts.loc[kept.index[kept]].mean(numeric_only=True)
            rows[project, side] = means
    return pd.DataFrame(rows).T


def opening_picture(
    counts: pd.DataFrame, growth: pd.DataFrame, project: str, moved: str, *outside: str
) -> Picture:
    """Return who worked on a core, on extensions inside it and outside, around a move.

    Parameters
    ----------
    counts, growth : pandas.DataFrame
        Like the data sets ``core_and_extensions`` and ``project_growth``.
    project, moved : str
        Which project, and the month of the move, for example ``"2017-06"``.
    *outside : str
        Projects in `growth` that took extensions over; shown from the month of the move on.
        Somebody who works in two of them counts twice.

    Returns
    -------
    Picture

    Raises
    ------
    ExplainedError
        If a project is not in its table or has too few months on one side.
    """
    core, extensions = (
        list(map(number, before_and_after(counts, {project: moved})[column]))
        for column in ("authors_core", "authors_extension")
    )
    since = _since(counts, project, moved)
    near = since[abs(since) <= _MONTHS_SHOWN]
    here = counts.loc[near.index]
    series = [
        Series("core only", near, here["authors_core"], colour=colour_of(project)),
        Series("extensions, inside", near, here["authors_extension"]),
    ]
    says = (
        f"{project.capitalize()}, authors a month in the twelve months before and after {moved}: "
        f"core only {core[0]} and {core[1]}, extensions inside the core {extensions[0]} and "
        f"{extensions[1]}."
    )
    if outside:
        months = [_since(growth, name, moved) for name in outside]
        after_move = [m[(m >= 0) & (m <= _MONTHS_SHOWN)] for m in months]
        authors = sum(
            growth.loc[m.index, "active_authors"].set_axis(m).reindex(range(_MONTHS_SHOWN + 1))
            for m in after_move
        ).dropna()
        name = f"outside, {len(outside)} repositories"
        series.append(Series(name, authors.index, authors))
        says += (
            f" Outside, in {len(outside)} repositories, {number(authors[1:13].mean())} in the "
            f"twelve months after, and {number(authors[-12:].mean())} in the last twelve shown."
        )
    return Lines(
        tuple(series),
        "time since the move (months)",
        "people who worked (authors a month)",
        title=f"Extensions inside: {extensions[0]} authors a month before, {extensions[1]} after",
        shown="Counted month by month; somebody who works in two repositories counts twice.",
        notes=(Note("the move", x=0),),
        sentence=says,
    )


def _since(table: pd.DataFrame, project: str, moved: str) -> pd.Series[int]:
    """Months since the move, for the rows of one project."""
    import pandas as pd

    months = table.loc[table["project"] == project, "month"]
    if months.empty:
        raise ExplainedError(
            f"there is no project {project!r} in the table; "
            f"there are {', '.join(table['project'].unique())}"
        )
    date = pd.Timestamp(moved)
    since: pd.Series[int] = (months.dt.year - date.year) * 12 + months.dt.month - date.month
    return since
