"""How many people work on your code, and how many pairs share a file, beside nine projects."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from thousandfold.core import number
from thousandfold.errors import ExplainedError
from thousandfold.models.communication import PowerFit, fit_power, possible_paths
from thousandfold.models.counted_months import counted_alike
from thousandfold.picture import Lines, Picture, Series, colour_of
from thousandfold.teaching.tables import Table, spoken

if TYPE_CHECKING:
    import pandas as pd

# A count below it is somebody: it is neither shown nor compared.
FEWEST_PEOPLE = 5
FEWER = f"fewer than {FEWEST_PEOPLE}"

# Of the nine projects those with most people, so that their lines are no extrapolation.
_COMPARED = ("rails", "terraform", "ansible")
_NEAREST = 2
_PEOPLE, _NEW, _USED = "people a month", "new in the year", "used of 100"
_POSSIBLE, _PAIRS, _EACH = "possible pairs", "used pairs", "partners each"
_ALIKE = 1.5  # times: nearer than that, two shares of so few pairs do not differ
_VAGUE = 0.6  # of a power: with a wider range it says neither one nor the other
_PARTNERS, _MORE_THAN_EVERYBODY = 1.5, 2.2


def newest(growth: pd.DataFrame) -> tuple[str, str]:
    """Return the newest twelve months: the first counted, and the first not counted any more."""
    import pandas as pd

    last = growth["month"].max()
    since, until = last - pd.DateOffset(months=11), last + pd.DateOffset(months=1)
    return f"{since:%Y-%m}", f"{until:%Y-%m}"


def in_year(growth: pd.DataFrame, since: str, until: str) -> pd.DataFrame:
    """Return the months from `since` to the one before `until`."""
    return growth[(growth["month"] >= since) & (growth["month"] < until)]


def year_of(months: pd.DataFrame) -> dict[str, float]:
    """Return what a year holds: means of its months with commits, and the new people."""
    if months.empty:
        return dict.fromkeys((_PEOPLE, _NEW, _POSSIBLE, _PAIRS, _EACH, _USED), 0.0)
    people = months["active_authors"].mean()
    possible, used = months["possible_paths"].mean(), months["coedit_paths"].mean()
    return {
        _PEOPLE: round(people),
        _NEW: int(months["new_authors"].sum()),
        _POSSIBLE: possible,
        _PAIRS: used,
        _EACH: round(2 * used / people, 1) if people else 0.0,
        _USED: round(100 * used / possible, 1) if possible else 0.0,
    }


def whole_history(name: str, growth: pd.DataFrame) -> pd.DataFrame:
    """Return all months of the project that stands in, and one's own as they are."""
    from thousandfold.datasets import load

    every = load("project_growth")
    whole = every[every["project"].str.capitalize() == name]
    return growth if whole.empty else whole


def busiest(growth: pd.DataFrame) -> pd.DataFrame:
    """Return the twelve months on the calendar in which most people were active."""
    import pandas as pd

    months = growth.set_index("month").sort_index()
    span = pd.date_range(months.index.min(), months.index.max(), freq="MS")
    people = months["active_authors"].reindex(span, fill_value=0)
    total = people.rolling(12, min_periods=1).sum()
    end = total.index[int(total.to_numpy().argmax())]
    return in_year(growth, *_twelve_until(end))


def _twelve_until(last: pd.Timestamp) -> tuple[str, str]:
    import pandas as pd

    return f"{last - pd.DateOffset(months=11):%Y-%m}", f"{last + pd.DateOffset(months=1):%Y-%m}"


def beside_table(name: str, growth: pd.DataFrame, since: str, until: str) -> Table:
    """Return one year beside the busiest twelve months of nine projects, and what it says.

    Parameters
    ----------
    name : str
        Whose numbers they are: a project of the nine, or anything else for a row of its own.
    growth : pandas.DataFrame
    since, until : str
        The twelve months that are called the year, such as ``"2024-06"`` and ``"2025-06"``.
    """
    import pandas as pd

    from thousandfold.datasets import load

    every = load("project_growth")
    rows = {
        str(project).capitalize(): year_of(busiest(months))
        for project, months in every.groupby("project")
    }
    note = ""
    if name not in rows:
        others = dict(rows)
        rows[f"{name}, {since} to before {until}"] = now = year_of(in_year(growth, since, until))
        if not growth.empty:
            best = busiest(growth)
            first = f"{best['month'].min():%Y-%m}"
            if year_of(best)[_PEOPLE] > now[_PEOPLE]:
                rows[f"{name}, busiest twelve months, from {first}"] = year_of(best)
        note = _pairs_say(now, others)
    table = pd.DataFrame.from_dict(rows, orient="index")
    # How many were new is guessed, and answered later.
    table = table.drop(columns=_NEW).sort_values(_PEOPLE, ascending=False, kind="stable")
    told = {column: [_told(column, row) for _, row in table.iterrows()] for column in table.columns}
    shown = spoken(pd.DataFrame(told, index=table.index, dtype=object))
    aligned = (False, *[True] * len(table.columns))
    return replace(shown, aligned=aligned, note=note)


def _told(column: str, row: pd.Series[float]) -> object:
    """Return a count as it may be seen: what is about fewer than five people is not."""
    few = row[_PEOPLE] < FEWEST_PEOPLE
    if column == _PEOPLE:
        return FEWER if row[column] < FEWEST_PEOPLE else int(row[column])
    return "too few" if few else readable_mean(float(row[column]))


def readable_mean(mean: float) -> float:
    """Return a mean in whole numbers, or with three digits where it is below a hundred."""
    return round(mean) if mean >= 100 or mean == round(mean) else float(f"{mean:.3g}")


def _pairs_say(now: dict[str, float], others: dict[str, dict[str, float]]) -> str:
    if now[_PEOPLE] < FEWEST_PEOPLE:
        return (
            "Of yours, pairs say nothing: fewer than five people were active in a month, and each "
            "count would be about somebody. Look at the ties below: which parts change together "
            "can be seen however few people work on them."
        )
    near = sorted(others, key=lambda one: abs(np.log(others[one][_PEOPLE] / now[_PEOPLE])))
    near = near[:_NEAREST]
    told = " and ".join(
        f"{others[one][_USED]:.0f} in {one} ({others[one][_PEOPLE]:.0f} people)" for one in near
    )
    theirs = float(np.mean([others[one][_USED] for one in near]))
    if now[_USED] > _ALIKE * theirs:
        verdict = (
            "More of your people meet in the same files than there. Ask whether that is help, or "
            "one file that everybody must pass."
        )
    elif now[_USED] < theirs / _ALIKE:
        verdict = (
            "Fewer of your people meet in the same files than there. Ask which of the silent pairs "
            "has waited for the other."
        )
    else:
        verdict = "That is no difference that so few pairs could show."
    return (
        f"Of 100 of your pairs, {now[_USED]:.0f} changed a same file in a month. The projects "
        f"nearest to your size have {told}. {verdict}"
    )


def power_of(growth: pd.DataFrame) -> PowerFit | None:
    """Return the power with which used paths grow, or None if there are too few months for it."""
    kept = growth[growth["active_authors"] >= FEWEST_PEOPLE]
    try:
        return fit_power(kept["active_authors"], kept["coedit_paths"])
    except ExplainedError:
        return None


def growth_says(name: str, growth: pd.DataFrame) -> str:
    """Say what the months tell about growth, or why they cannot."""
    whose = "your" if name == "Yours" else f"{name}'s"
    shown = _shown(growth)
    if not shown.any():
        return (
            f"{_begun(whose)} history cannot say how sharing grows: it has no complete month in "
            "which five people were active and two of them shared a file. Ask instead who else "
            "could change the area that you need most."
        )
    fit = power_of(growth)
    if fit is None:
        return (
            f"{_begun(whose)} history cannot say how sharing grows: a line needs 24 months with "
            f"five people or more and with different numbers of them, and there are "
            f"{int(shown.sum())} to draw. Read the points, and come back later."
        )
    if fit.high - fit.low > _VAGUE and fit.low < _PARTNERS < fit.high:
        return (
            f"{_begun(whose)} months do not agree: the power lies anywhere between {fit.low:.1f} "
            f"and {fit.high:.1f}. So they cannot say whether people keep as many partners or have "
            "more of them as more people come; only the single points can be read."
        )
    times = (
        f"{2**fit.power:.1f} times as many pairs shared a file "
        f"({2**fit.low:.1f} to {2**fit.high:.1f})"
    )
    if fit.high < _PARTNERS:
        meaning = "That is nearer to twice, as if each kept as many partners"
    elif fit.power > _MORE_THAN_EVERYBODY:
        meaning = (
            "That is more than the four times that size alone can bring: in busy months a larger "
            "share of the pairs met"
        )
    elif fit.low > _PARTNERS:
        meaning = "That is nearer to four times, as fast as all possible pairs grow"
    else:
        meaning = (
            "That lies between twice, as if each kept as many partners, and four times, as fast as "
            "all possible pairs grow"
        )
    return f"In {whose} history, when twice as many people were active, about {times}. {meaning}."


def _shown(growth: pd.DataFrame) -> pd.Series[bool]:
    return (growth["coedit_paths"] > 0) & (growth["active_authors"] >= FEWEST_PEOPLE)


def growth_picture(name: str, growth: pd.DataFrame) -> Picture:
    """Return possible and used paths of one organisation, beside two of the nine projects."""
    from thousandfold.datasets import load

    every = counted_alike(load("project_growth"))
    kept = growth[_shown(growth)]
    active, used = (kept[column].to_numpy(float) for column in ("active_authors", "coedit_paths"))
    fit = power_of(growth)
    others = [other for other in _COMPARED if other.capitalize() != name]
    people = np.geomspace(5, active.max(initial=100), 30)
    # Where there is a line of its own, the sentence stays where that line ends.
    most = int(active.max()) if fit else 100
    possible = possible_paths(people)
    series = [Series("everybody with everybody", people, possible, colour="soft")]
    alone = "" if fit or not len(active) else f"{name}, month by month"
    series.append(Series(alone, active, used, measured=True, colour="ink"))
    says = [f"{number(float(possible_paths(most)))} possible"]
    if fit:
        label = f"{name}: power {fit.power:.2f} ({fit.low:.2f} to {fit.high:.2f})"
        seen = np.geomspace(active.min(), active.max(), 30)
        series.append(Series(label, seen, fit.paths(seen), colour="ink"))
        mine = "in your code" if name == "Yours" else f"in {name}"
        says.append(f"{number(float(fit.paths(most)))} used {mine}")
    for other in others[:2]:
        months = every[every["project"] == other]
        theirs = fit_power(months["active_authors"], months["coedit_paths"])
        label = f"{other.capitalize()}: power {theirs.power:.2f}"
        series.append(Series(label, people, theirs.paths(people), colour=colour_of(other)))
        says.append(f"{number(float(theirs.paths(most)))} used in {other.capitalize()}")
    return Lines(
        tuple(series),
        "people active in a month",
        "paths (pairs)",
        title=(
            f"At {most} people: {', '.join(says[:2])}"
            if fit
            else f"{len(active)} months as points: too few for a line of their own"
        ),
        shown="A point is a month; each step on the axes is a multiple of the one before.",
        sentence=(
            f"Paths against people on logarithmic axes. {growth_says(name, growth)} "
            f"{_points(name, len(active), fit)}At {most} people: {', '.join(says)}."
        ),
        log_x=True,
        log_y=True,
    )


def _points(name: str, months: int, fit: PowerFit | None) -> str:
    if not months:
        return ""
    told = f"{name} has {months} months as points"
    if not fit:
        return f"{told}. "
    return f"{told}; their power is {fit.power:.2f} ({fit.low:.2f} to {fit.high:.2f}). "


def _begun(words: str) -> str:
    return words[:1].upper() + words[1:]
