"""Futures that gain and futures that lose: how many there are of each, and how much each brings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from thousandfold.core import Array, DynamicModel, Trajectory, instance, number, readable, sweep
from thousandfold.picture import Lines, Note, Picture, Series

if TYPE_CHECKING:
    import pandas as pd

_LAYERS = 60
_WIDE = 0.36  # of the way to the next heap


def odds(runs: Trajectory, stock: str = "gain") -> pd.DataFrame:
    """Return how many futures end above zero, and the mean of these, of the others, and of all.

    A median hides what a plan risks where futures are won or lost: it is a won or a lost one.

    Parameters
    ----------
    runs : Trajectory
        As `sweep`, `compare` and `simulate` return it.
    stock : str
        What counts as won above zero.

    Returns
    -------
    pandas.DataFrame
        One row per scenario. Where no future is won, or none is lost, its mean is 0.

    Examples
    --------
    >>> from thousandfold import sweep
    >>> from thousandfold.models import PartnerProgramme
    >>> runs = sweep(PartnerProgramme(), stop_at=[0.3, 0.6])
    >>> odds(runs)["of 100, gain"].tolist()
    [22, 67]
    """
    import pandas as pd

    ends = instance("runs", runs, Trajectory).final(stock)
    won = ends > 0
    columns = {
        f"of 100, {readable(stock)}": (100 * won.mean(axis=1)).round().astype(int),
        "mean of these": _mean(ends, won).round(),
        "mean of the others": _mean(ends, ~won).round(),
        "mean of all": ends.mean(axis=1).round(),
    }
    table = pd.DataFrame(columns, index=list(runs.scenarios))
    return table.rename_axis(columns=runs.units[stock])


def odds_picture(model: DynamicModel, stock: str = "gain", **values: Iterable[float]) -> Picture:
    """Return one mark for each future, in a heap for each value of one decision.

    Parameters
    ----------
    model : DynamicModel
        What to run.
    stock : str
        What counts as won above zero.
    **values
        One parameter and its values, as in `sweep`.

    Returns
    -------
    Picture

    Examples
    --------
    >>> from thousandfold.models import PartnerProgramme
    >>> odds_picture(PartnerProgramme(), stop_at=[0.3, 0.6]).title
    'In 22 and 67 of 100 futures there is a gain'
    """
    given: dict[str, Any] = {
        name: list(these) if isinstance(these, Iterable) else these
        for name, these in values.items()
    }
    runs = sweep(model, **given)
    [(name, settings)] = given.items()
    q = model.quantities()[name]
    places = (100 if q.in_percent else 1) * np.array(settings, dtype=float)
    wide = _WIDE * float(np.diff(np.sort(places)).min()) if len(places) > 1 else 1.0
    ends = runs.final(stock)
    across = places[:, np.newaxis] + wide * _spread(ends)
    won = ends > 0
    *some, last = odds(runs, stock).iloc[:, 0].tolist()
    told = f"{', '.join(map(str, some))} and {last}" if some else f"{last}"
    means = zip(_mean(ends, won), _mean(ends, ~won), [*some, last], runs.scenarios, strict=True)
    measure = f"% of {q.unit.removeprefix('share of ')}" if q.in_percent else q.unit
    return Lines(
        series=tuple(
            Series("", across[kept], ends[kept], points=True, colour=colour)
            for kept, colour in ((won, "blue"), (~won, "red"))
            if kept.any()
        ),
        x_label=f"{readable(name)} ({measure})",
        y_label=f"{readable(stock)} ({runs.units[stock]})",
        title=f"In {told} of 100 futures there is a {readable(stock)}",
        shown="One mark for each future, up by what it brings; where many bring the same, the heap "
        "is wide.",
        notes=(Note(f"above this line there is a {readable(stock)}", y=0),),
        sentence=f"{readable(stock).capitalize()} in {runs.units[stock]}, in {runs.replications:,} "
        "futures each: "
        + "; ".join(
            f"{label}: {share} of 100 are won, {number(good)} on average, the others bring "
            f"{number(bad)}"
            for good, bad, share, label in means
        )
        + ".",
    )


def _mean(ends: Array, kept: np.ndarray) -> Array:
    """Return the mean of what is kept of each row; 0 where nothing is."""
    total = np.where(kept, ends, 0).sum(axis=1)
    return np.asarray(total / np.maximum(1, kept.sum(axis=1)))


def _spread(ends: Array) -> Array:
    """Return where each mark stands in its heap, from -1 to 1: the wider, the more are there."""
    edges = np.linspace(ends.min(), ends.max(), _LAYERS)
    layers = np.digitize(ends, edges)
    most = max(2, *(int(np.bincount(layer).max()) for layer in layers))
    place = np.zeros(ends.shape)
    for row, layer in zip(place, layers, strict=True):
        for one in np.unique(layer):
            there = np.flatnonzero(layer == one)
            row[there] = (2 * np.arange(len(there)) - len(there) + 1) / (most - 1)
    return place
