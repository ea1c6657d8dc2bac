"""Is my before-and-after larger than luck? The same ratio at all months at which nothing happened.

Economists call it a placebo test in time: what is claimed of one month is calculated for every
other month, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from thousandfold.core import number, tabular, whole
from thousandfold.errors import ExplainedError
from thousandfold.picture import Lines, Note, Picture, Series, colour_of

if TYPE_CHECKING:
    import pandas as pd


def placebos(
    table: pd.DataFrame,
    column: str,
    dates: Mapping[str, str | Iterable[str]],
    *,
    group: str = "project",
    month: str = "month",
    months: int = 12,
) -> pd.DataFrame:
    """Compare after with before at the months of a change, and at every other month.

    Months within `months` of a change of their own group are left out: their windows hold the
    change. So are months for which a number is missing, or before which nothing was counted.

    Parameters
    ----------
    table : pandas.DataFrame
        One row for each group and month; groups without a change are there to compare.
    column : str
        What is counted.
    dates : mapping of str to str or list of str
        The month of the change, or several, for each group that has one, for example
        ``{"terraform": "2017-06"}``. The month itself counts on neither side.
    group, month : str
        The columns that say whose number it is, and of which month.
    months : int
        How many months on each side.

    Returns
    -------
    pandas.DataFrame
        One row for each month with a ratio: ``group``, ``month``, means ``before`` and ``after``,
        their ``ratio``, and whether it is a ``change``.

    Raises
    ------
    ExplainedError
        If there is no date, a change has too few months on one side, a month is missing or there
        twice, nothing was counted before a change, or no other month is left to compare with.

    Examples
    --------
    >>> from thousandfold.datasets import load
    >>> moved = {"terraform": "2017-06", "ansible": "2020-03"}
    >>> ratios = placebos(load("core_and_extensions"), "authors_core", moved)
    >>> ratios[ratios["change"]].set_index("group")["ratio"].round(2).to_dict()
    {'terraform': 0.39, 'ansible': 0.51}
    """
    import pandas as pd

    months = whole("months", months)
    counts = _counted(table, column, group, month)
    changes = _changes(dates, counts)
    found = []
    for name, series in counts.items():
        of_it = changes.get(name, [])
        for at in of_it:
            _refuse_gaps(name, series, at, months)
        sides = _sides(series, months)
        change = sides.index.isin(of_it)
        near = [any(0 < abs((at - one).n) <= months for one in of_it) for at in sides.index]
        sides.insert(0, "group", name)
        sides.insert(1, "month", pd.PeriodIndex(sides.index).to_timestamp())
        found.append(sides.assign(change=change)[change | ~np.array(near, dtype=bool)])
    every: pd.DataFrame = pd.concat(found, ignore_index=True)
    if every["change"].all():
        raise ExplainedError(
            f"no other month has {months} months on both sides and no change among them; take fewer"
            " months, or a table with more"
        )
    return every


def placebo_picture(
    table: pd.DataFrame,
    column: str,
    dates: Mapping[str, str | Iterable[str]],
    *,
    group: str = "project",
    month: str = "month",
    months: int = 12,
) -> Picture:
    """Return what was left after a change, beside what is left after any other month.

    Parameters and errors are those of `placebos`. It shows no probability: neighbouring months
    share most of what they count.

    Parameters
    ----------
    table, column, dates, group, month, months
        As in `placebos`.

    Returns
    -------
    Picture
    """
    every = placebos(table, column, dates, group=group, month=month, months=months)
    others, changes = every[~every["change"]], every[every["change"]]
    first = every["month"].min()
    # Groups without a change are one cloud: there may be many, and none of them is the subject.
    clouds = others["group"].where(others["group"].isin(changes["group"]), "")
    series = [
        Series(
            f"{_begun(name)}, other months" if name else "others, any month",
            _years(of_it["month"], first),
            100 * of_it["ratio"],
            points=True,
            colour=colour_of(name) if name else "soft",
        )
        for name, of_it in others.groupby(clouds)
    ]
    notes = [Note("as many as before", y=100.0)]
    told = []
    named: list[Any] = list(changes.itertuples())
    for row, years in zip(named, _years(changes["month"], first), strict=True):
        name, percent = f"{_begun(row.group)}, {row.month:%Y-%m}", 100 * row.ratio
        series.append(Series("", [years], [percent], measured=True, colour=colour_of(row.group)))
        notes.append(Note(f"{name}: {percent:.0f} %", x=years, y=percent))
        told.append(f"{name}: {percent:.0f} %; {_as_far(row.ratio, others['ratio'])}.")
    low, high = 100 * others["ratio"].min(), 100 * others["ratio"].max()
    lowest: Any = next(others.sort_values("ratio", kind="stable").itertuples())
    apart = _without_overlap(others, months)
    return Lines(
        tuple(series),
        f"time since {first:%B %Y} (years)",
        f"{column.replace('_', ' ')}, after in % of before",
        title=(
            f"{_listed(100 * changes['ratio'])} % "
            f"{'were left' if (changes['ratio'] < 1).all() else 'of before'}; "
            f"after any other month {low:.0f} to {number(high)} %"
        ),
        shown=(
            f"A point is a month: the mean of {months} months after it, in % of {months} before. "
            "Months near a change have no point."
        ),
        notes=tuple(notes),
        sentence=(
            f"{column.replace('_', ' ').capitalize()}, mean of {months} months after in % of the "
            f"{months} months before. {' '.join(told)} There are {len(others)} other months to "
            f"compare with; the lowest is {low:.0f} %, {_begun(lowest.group)} in "
            f"{lowest.month:%Y-%m}. Windows overlap: only {apart} of these months share nothing "
            "with each other, so this is a picture and no probability."
        ),
        log_y=bool((every["ratio"] > 0).all()),
    )


def _counted(
    table: pd.DataFrame, column: str, group: str, month: str
) -> dict[str, pd.Series[float]]:
    """Return the numbers of each group, month by month; a month without a number is a gap."""
    import pandas as pd

    table = tabular("table", table, group, month, column).reset_index(drop=True)
    number_of = pd.to_numeric(table[column], errors="coerce")
    if number_of.isna().all() or (number_of < 0).any():
        raise ExplainedError(
            f"{column} must hold numbers from 0 up, one for each month; a ratio of anything else "
            "says nothing"
        )
    months = _month_of(table[month])
    if months.isna().any():
        wrong = table[month][months.isna()].iloc[0]
        raise ExplainedError(f"a month is written like 2017-06, not {str(wrong)[:30]!r}")
    counts = {}
    for name, rows in number_of.groupby(table[group].astype(str), sort=False):
        series = rows.set_axis(pd.PeriodIndex(months[rows.index], freq="M"))
        if series.index.has_duplicates:
            twice = series.index[series.index.duplicated()][0]
            raise ExplainedError(f"{name} has two rows for {twice}: add them up first")
        span = pd.period_range(series.index.min(), series.index.max(), freq="M")
        counts[str(name)] = series.reindex(span).astype(float)
    return counts


def _sides(series: pd.Series[float], months: int) -> pd.DataFrame:
    """Return the means before and after each month that has enough of both, and their ratio."""
    import pandas as pd

    if len(series) <= 2 * months:
        return pd.DataFrame(
            {"before": [], "after": [], "ratio": []}, index=series.index[:0], dtype=float
        )
    means = np.lib.stride_tricks.sliding_window_view(series.to_numpy(), months).mean(axis=1)
    before, after = means[: -months - 1], means[months + 1 :]
    at = series.index[months : months + len(before)]
    sides = pd.DataFrame({"before": before, "after": after}, index=at)
    sides = sides[sides["before"] > 0].dropna()
    return sides.assign(ratio=sides["after"] / sides["before"])


def _month_of(dates: pd.Series[Any]) -> pd.Series[pd.Timestamp]:
    import pandas as pd

    return pd.to_datetime(dates.astype(str).str[:7], format="%Y-%m", errors="coerce")


def _changes(
    dates: Mapping[str, str | Iterable[str]], counts: Mapping[str, object]
) -> dict[str, list[pd.Period]]:
    import pandas as pd

    if not isinstance(dates, Mapping) or not dates:
        raise ExplainedError(
            f'say when something changed, such as {{"{next(iter(counts))}": "2017-06"}}'
        )
    changes = {}
    for name, given in dates.items():
        if name not in counts:
            raise ExplainedError(
                f"there is no {name!r} in the table; there are {', '.join(counts)}"
            )
        several = list(given) if isinstance(given, list | tuple | set) else [given]
        months = _month_of(pd.Series(several, dtype=object))
        if months.empty or months.isna().any():
            raise ExplainedError(
                f"the date of {name} must be a month such as 2017-06, not {given!r}"
            )
        changes[name] = sorted(set(pd.PeriodIndex(months, freq="M")))
    return changes


def _refuse_gaps(name: str, series: pd.Series[float], at: pd.Period, months: int) -> None:
    """Refuse a change that cannot be compared, and say what is missing."""
    start, end = series.index[0], series.index[-1]
    for side, there in (("before", (at - start).n), ("after", (end - at).n)):
        if there < months:
            raise ExplainedError(
                f"{months} months {side} {at} are compared, and {name} has {max(there, 0)}; its "
                f"table runs from {start} to {end}"
            )
    around = series[at - months : at + months].drop(at)
    if around.isna().any():
        raise ExplainedError(
            f"{name} has no number for {around.index[around.isna()][0]}, near {at}; write a row "
            "with 0 if nothing happened then"
        )
    if not series[at - months : at - 1].any():
        raise ExplainedError(
            f"{name} has nothing but 0 in the {months} months before {at}: there is nothing to "
            "compare with"
        )


def _as_far(ratio: float, others: pd.Series[float]) -> str:
    """Say how many other months went at least as far in the same direction."""
    down = ratio < 1
    as_far = int((others <= ratio).sum() if down else (others >= ratio).sum())
    how = "fell" if down else "rose"
    return f"{as_far or 'none'} of {len(others)} other months {how} as far"


def _without_overlap(others: pd.DataFrame, months: int) -> int:
    """Return how many of these months have windows that share no month with each other's."""
    count = 0
    for _, of_it in others.groupby("group"):
        last = None
        for at in of_it["month"].dt.to_period("M").sort_values(kind="stable"):
            if last is None or (at - last).n > 2 * months:
                count, last = count + 1, at
    return count


def _years(months: pd.Series[pd.Timestamp], first: pd.Timestamp) -> np.ndarray:
    since = (months.dt.year - first.year) * 12 + months.dt.month - first.month
    return since.to_numpy(float) / 12


def _listed(percents: pd.Series[float]) -> str:
    return " and ".join(f"{percent:.0f}" for percent in percents)


def _begun(name: str) -> str:
    return name[:1].upper() + name[1:]
