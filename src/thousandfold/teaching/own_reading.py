"""A repository of your own, or tables counted from one; where something is missing, a stand-in."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from thousandfold.errors import ExplainedError
from thousandfold.repository.areas import (
    FEWEST_AREAS,
    AreaCounts,
    PairCounts,
    count_areas,
    suggested_split,
)
from thousandfold.repository.co_change import CoChange, network
from thousandfold.repository.counts import HistoryError, MonthCounts, read_history
from thousandfold.repository.log import NOT_FETCHED, is_address
from thousandfold.repository.tables import read_tables
from thousandfold.teaching.organisation import SPLIT, STAND_IN, YOURS, Organisation
from thousandfold.teaching.own_growth import FEWEST_PEOPLE

if TYPE_CHECKING:
    import pandas as pd

_SETTLED = 24  # months
_TABLES = (
    "thousandfold history FOLDER --output shop_growth.csv --areas shop_areas.csv"
    " --coupling shop_coupling.csv --auto-split"
)


def read_organisation(
    mine: str | Path | Iterable[str | Path] = "",
    *,
    year: str | int | None = None,
    split: str | Iterable[str] | None = None,
    show_folders: bool = False,
    everything: bool = False,
) -> Organisation:
    """Read a repository, or tables that were counted from one; nothing leaves this machine.

    Where something cannot be read or is missing, the workshop's own data stand in for it, and a
    note says so and what to do.

    Parameters
    ----------
    mine : str, Path or list of them
        A folder of a git repository, or the tables that `thousandfold history` wrote, in any order;
        empty for the workshop's data.
    year : str or int, optional
        Twelve months for the areas, as for `areas.count_areas`.
    split : str or iterable of str, optional
        Folders to look into; by default what holds more than half of the commits is split.
    show_folders : bool
        Whether areas are called by their folders, and not by numbers.
    everything : bool
        Whether tests, documents and what else goes along with changes are areas, too.

    Returns
    -------
    Organisation

    Examples
    --------
    >>> read_organisation().has_months
    False
    """
    folders = [split] if isinstance(split, str) else split
    try:
        tables, notes = _read(
            mine, _Choice(None if year is None else str(year), folders, show_folders, everything)
        )
    except ExplainedError as error:
        tables = {}
        notes = [
            f"NOT YOURS: {error}. Until then the workshop's own data stand in for it.",
            f"The line for somebody who has git, with FOLDER replaced: {_TABLES}",
        ]
    return _completed(tables, notes)


class _Choice(NamedTuple):
    """How areas are counted, as for `areas.count_areas`."""

    year: str | None
    split: Iterable[str] | None
    show_folders: bool
    everything: bool


def _read(mine: object, choice: _Choice) -> tuple[dict[str, pd.DataFrame], list[str]]:
    given = list(mine) if isinstance(mine, list | tuple) else [mine]
    paths = [one for one in given if isinstance(one, str | Path)]
    if len(paths) < len(given):
        raise ExplainedError(
            'write the folder of a repository in quotes, such as "~/code/shop", or the names of'
            ' tables, such as ["shop_growth.csv", "shop_areas.csv", "shop_coupling.csv"]'
        )
    paths = [one for one in paths if str(one).strip()]
    if not paths:
        return {}, ["You named no repository, so the workshop's own data stand in for it."]
    if any(is_address(one) for one in paths):
        raise ExplainedError(NOT_FETCHED)
    if len(paths) == 1 and Path(paths[0]).suffix.lower() != ".csv":
        return _from_repository(paths[0], choice)
    tables = read_tables(paths)
    notes = [f"{kind.capitalize()}: your table, {len(t)} rows." for kind, t in tables.items()]
    notes.append("The files may hold counts below five: show them to nobody else.")
    if ("areas" in tables) != ("pairs" in tables):
        notes.append(
            "NOT YOUR AREAS: areas and pairs are read together, and one of the tables is missing."
        )
    return tables, notes


def _completed(tables: dict[str, pd.DataFrame], notes: list[str]) -> Organisation:
    """Put the workshop's data where something is missing, and say so."""
    from thousandfold.datasets import load

    growth, areas = tables.get("months"), tables.get("areas")
    name = YOURS
    if growth is None:
        name = STAND_IN.capitalize()
        every = load("project_growth")
        growth = every[(every["project"] == STAND_IN) & (every["month"] < SPLIT)]
        notes.append(f"Months: {name} up to its split of June 2017, counted by us.")
    else:
        growth = growth.dropna(subset="month")  # a wrong clock may write a year that no table holds
    if areas is not None and len(areas) < FEWEST_AREAS:
        notes.append(
            f"NOT YOUR AREAS: you have {len(areas)} with enough commits in this year, and below"
            f" {FEWEST_AREAS} there are no borders to choose from. To look into a folder and its"
            ' files, paste: own = read_organisation(mine, split=["src", "src/*"]). For another'
            ' year: own = read_organisation(mine, year="2024"). If both lead nowhere, your code is'
            " one piece for one team, and that is the result."
        )
        areas = None
    if areas is None or "pairs" not in tables:
        every = load("code_areas")
        areas = every[every["project"] == STAND_IN]
        product = network(STAND_IN, documents=False)
        areas = areas[areas["area"].isin(product.areas)]
        notes.append(f"Areas: {STAND_IN.capitalize()} in the year before its split, counted by us.")
    else:
        product = CoChange.of(YOURS.lower(), areas, tables["pairs"])
    return Organisation(name, growth, areas, product, tuple(notes))


def _from_repository(
    place: str | Path, choice: _Choice
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    import pandas as pd

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        history = read_history(place, progress=True)
    history.refuse_without_people()
    notes = [f"Warning: {warning.message}." for warning in caught]
    try:
        months = history.growth()
    except HistoryError:
        months = []
        notes.append(
            "Your repository is young: it has no complete month yet. That is no fault. Its areas"
            " can be read today, its growth in a year or two."
        )
    else:
        notes.append(
            f"Months: yours, {len(months)} with commits, {months[0].month} to {months[-1].month}."
        )
    growth = pd.DataFrame(months, columns=MonthCounts._fields)
    # A wrong clock may write a year that pandas cannot hold.
    tables = {
        "months": growth.assign(
            month=pd.to_datetime(growth["month"], format="%Y-%m", errors="coerce")
        )
    }
    if 0 < len(months) < _SETTLED:
        notes.append("In the first months of a history everybody counts as new.")
    try:
        year, split, show_folders, everything = choice
        if split is None:
            split = suggested_split(history, year, everything)
        counted = count_areas(history, year, split, show_folders, everything)
    except HistoryError as error:
        return tables, [*notes, f"NOT YOUR AREAS: {error}."]
    tables["areas"] = pd.DataFrame(counted.areas, columns=AreaCounts._fields)
    tables["pairs"] = pd.DataFrame(counted.coupling, columns=PairCounts._fields)
    first = counted.areas[0]
    notes.append(
        f"Areas: yours, {len(counted.areas)}, {first.since} to before {first.until}."
        + ("" if choice.show_folders else " They are numbered, the one with most commits first.")
    )
    if counted.left_out:
        notes.append(f"L{counted.told_left_out[1:]}.")
    if max(area.authors for area in counted.areas) < FEWEST_PEOPLE:
        notes.append(
            "Fewer than five people have worked in any area: the ties then say how the work hangs"
            " together, not who needs whom, and each count is somebody you know."
        )
    return tables, notes
