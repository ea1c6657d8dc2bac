"""What a repository of your own says, beside the projects of the workshop."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import numpy as np

from thousandfold.core import Pictures, number
from thousandfold.errors import ExplainedError
from thousandfold.models.communication import fit_power, possible_paths
from thousandfold.models.cutting import SquadCut
from thousandfold.picture import Lines, Note, Picture, Series, colour_of
from thousandfold.repository.areas import AreaCounts, PairCounts, count_areas, suggested_split
from thousandfold.repository.co_change import CoChange, network, without_most_tied
from thousandfold.repository.counts import HistoryError, MonthCounts, read_history
from thousandfold.repository.log import NOT_FETCHED, is_address
from thousandfold.repository.tables import read_tables
from thousandfold.teaching.own_change import change_picture

if TYPE_CHECKING:
    import pandas as pd

    from thousandfold.models.communication import PowerFit

# What stands in for a repository of your own: Terraform up to the year before its split.
STAND_IN = "terraform"
_STAND_IN_UNTIL = "2017-06"

# Of the nine projects those with most people, so that their lines are no extrapolation.
_COMPARED = ("rails", "terraform", "ansible")

_FEWEST_AREAS = 4
_FEWEST_PEOPLE = 3
_FEW_PEOPLE = 2
_SETTLED = 24  # months
_WIDTH = 110
_SQUADS = 6


@dataclass(frozen=True, eq=False, repr=False)
class Organisation:
    """What is known of an organisation, and where it is from.

    Attributes
    ----------
    name : str
        What figures call it.
    growth : pandas.DataFrame
        Like the data set ``project_growth``; without a row if no month is complete yet.
    areas : pandas.DataFrame
        Like the data set ``code_areas``; with a column ``new_authors`` if it was counted.
    network : CoChange
        Which areas change together.
    notes : tuple of str
        Where all this is from, and what is missing; a sentence each.
    """

    name: str
    growth: pd.DataFrame
    areas: pd.DataFrame
    network: CoChange
    notes: tuple[str, ...]

    def __repr__(self) -> str:
        # JupyterLab breaks long lines in the middle of words.
        return "\n".join(fill(note, _WIDTH, break_on_hyphens=False) for note in self.notes)

    @cached_property
    def power(self) -> PowerFit | None:
        """The power with which used paths grow, or None if there are too few months for it."""
        try:
            return fit_power(self.growth["active_authors"], self.growth["coedit_paths"])
        except ExplainedError:
            return None

    def beside(self) -> pd.DataFrame:
        """Return this organisation's newest twelve months beside the busiest of nine projects.

        Returns
        -------
        pandas.DataFrame
            One row for each project, the largest first: people active in a month, people new in
            the twelve months, pairs who could share a file, pairs who did, and how many that is of
            a hundred. Means of the months with commits, except for the new people; pairs to three
            digits where they are few, so that the last column can be calculated from them.
        """
        import pandas as pd

        from thousandfold.datasets import load

        rows: dict[str, dict[str, float]] = {}
        for project, months in load("project_growth").groupby("project"):
            people = months["active_authors"].rolling(12).sum().fillna(0)
            end = int(people.to_numpy().argmax())
            rows[str(project).capitalize()] = _a_year(months.iloc[: end + 1])
        if not self.growth.empty and self.name not in rows:
            rows[self.name] = _a_year(self.growth)
        table = pd.DataFrame.from_dict(rows, orient="index")
        table = table.sort_values("people a month", ascending=False, kind="stable")
        table = table.astype(dict.fromkeys(table.columns[:2], int)).round({"used of 100": 1})
        for pairs in table.columns[2:4]:  # objects, so that 20871 beside 5.52 is not 20871.00
            means = [_readable(float(mean)) for mean in table[pairs]]
            table[pairs] = pd.Series(means, index=table.index, dtype=object)
        return table

    def growth_picture(self) -> Picture:
        """Return possible and used paths of this organisation, beside two of the nine projects."""
        from thousandfold.datasets import load

        every = load("project_growth")
        active, used = (
            self.growth[column].to_numpy(float) for column in ("active_authors", "coedit_paths")
        )
        shown = (used > 0) & (active >= _FEWEST_PEOPLE)
        others = [name for name in _COMPARED if name.capitalize() != self.name]
        people = np.geomspace(5, active[shown].max(initial=100), 30)
        # Where there is a line of its own, the sentence stays where that line ends.
        most = int(active[shown].max()) if self.power else 100
        possible = possible_paths(people)
        series = [Series("everybody with everybody", people, possible, colour="soft")]
        alone = "" if self.power or not shown.any() else f"{self.name}, month by month"
        series.append(Series(alone, active[shown], used[shown], measured=True, colour="ink"))
        says = [f"{number(float(possible_paths(most)))} possible"]
        if self.power:
            fit = self.power
            label = f"{self.name}: power {fit.power:.2f} ({fit.low:.2f} to {fit.high:.2f})"
            seen = np.geomspace(active[shown].min(), active[shown].max(), 30)
            series.append(Series(label, seen, fit.paths(seen), colour="ink"))
            says.append(f"{number(float(fit.paths(most)))} used in {self.name}")
        for other in others[:2]:
            months = every[every["project"] == other]
            fit = fit_power(months["active_authors"], months["coedit_paths"])
            label = f"{other.capitalize()}: power {fit.power:.2f}"
            series.append(Series(label, people, fit.paths(people), colour=colour_of(other)))
            says.append(f"{number(float(fit.paths(most)))} used in {other.capitalize()}")
        return Lines(
            tuple(series),
            "people active in a month",
            "paths (pairs)",
            title=f"At {most} people: {', '.join(says[:2])}",
            shown="A point is a month; each step on the axes is a multiple of the one before.",
            sentence=(
                f"Paths against people on logarithmic axes. {self._points(int(shown.sum()))} At "
                f"{most} people: {', '.join(says)}."
            ),
            log_x=True,
            log_y=True,
        )

    def _points(self, months: int) -> str:
        if not months:
            return (
                f"{self.name} has no complete month yet in which three people worked and two of "
                "them shared a file, so it has no point here: come back when it has."
            )
        told = f"{self.name} has {months} months as points"
        if self.power:
            fit = self.power
            return f"{told}; their power is {fit.power:.2f} ({fit.low:.2f} to {fit.high:.2f})."
        return f"{told}, too few or too much alike for a line of their own."

    def change_picture(self, month: str) -> Picture:
        """Return how many people were left after a month; the stand-in shows its whole history."""
        from thousandfold.datasets import load

        every = load("project_growth")
        whole = every[every["project"].str.capitalize() == self.name]
        return change_picture(self.name, self.growth if whole.empty else whole, month)

    def cut(self, squads: int | None = None) -> SquadCut:
        """Return a cut of this code base into squads, for a figure or a slider.

        Parameters
        ----------
        squads : int, optional
            How many; by default six, or half as many as there are areas if that is less. With a
            squad for each area everything would cross.
        """
        product = self.network

        class OwnCut(SquadCut):
            """A cut whose figure shows this code base."""

            def pictures(self) -> Pictures:
                return {product.name: lambda: cut_picture(self, product)}

        return OwnCut(squads=squads or min(_SQUADS, max(2, len(product.areas) // 2)))

    def squads(self, squads: int | None = None) -> pd.DataFrame:
        """Return what each squad of such a cut owns: areas, work, what crosses, with whom most."""
        return self.cut(squads).of(self.network).table()

    def new_people(self) -> pd.DataFrame:
        """Return where new people begin: how many touched each area in their first month.

        Returns
        -------
        pandas.DataFrame
            One row per area, those with most new authors first: authors, new authors, and how many
            of a hundred authors were new. The workshop's own tables do not hold new authors.
        """
        table = self.areas.set_index("area")[["commits", "authors"]]
        if "new_authors" not in self.areas:
            table = table.sort_values("authors", ascending=False, kind="stable")
            return table.assign(**{"new authors": "not counted"})
        new = self.areas.set_index("area")["new_authors"]
        share = (100 * new / table["authors"].clip(lower=1)).round().astype(int)
        table = table.assign(**{"new authors": new, "new of 100 authors": share})
        return table.sort_values(["new authors", "commits"], ascending=False, kind="stable")


def cut_picture(cut: SquadCut, product: CoChange) -> Picture:
    """Return what crosses the borders of one code base, beside itself without its most tied area.

    Parameters
    ----------
    cut : SquadCut
        The number of squads that is marked.
    product : CoChange

    Raises
    ------
    ExplainedError
        If there are more squads than areas.
    """
    own = cut.of(product)
    products = [product, without_most_tied(product)]
    products += [network(name) for name in ("prometheus", "rails") if name != product.name]
    series, ends = [], []
    for each in products:
        squads, crossing = cut.crossing(each)
        name = _begun(each.name)
        series.append(Series(name, squads, 100 * crossing, colour=colour_of(each.name)))
        if cut.squads <= len(each.areas):
            ends.append(f"{name} {100 * cut.of(each).crossing:.0f} %")
    squads, crossing = cut.crossing(product)
    random = 100 * cut.crossing_at_random(product)
    series.append(
        Series(f"{_begun(product.name)}, borders at random", squads, random, colour="soft")
    )
    many = f"{cut.squads:g} squad{'s' if cut.squads > 1 else ''}"
    busiest = f"The busiest squad has {100 * float(own.work.max()):.0f} % of the work."
    return Lines(
        tuple(series),
        "squads",
        "shared changes that cross a border (%)",
        title=(f"{many}: {100 * own.crossing:.0f} % of shared changes need two of them"),
        shown="A change crosses a border when the areas that it touches belong to two squads.",
        notes=(Note(many, x=cut.squads),),
        sentence=(
            "Changes to two areas at once, and how many of them need two squads. With "
            f"{many}: {', '.join(ends)}. {busiest}"
            f"{_as_good_as(cut, product)}"
        ),
    )


def _as_good_as(cut: SquadCut, product: CoChange) -> str:
    """Say with how few squads the whole would cross as little as without its most tied area."""
    without, tied = without_most_tied(product), product.table().index[0]
    if not 1 < cut.squads <= len(without.areas):
        return ""
    # Whole percents, as in the sentence.
    least = round(100 * cut.of(without).crossing)
    if round(100 * cut.of(product).crossing) <= least:
        if not least:
            return ""  # nothing crosses, so nothing is tied
        return (
            f" Without {tied}, which shares most, as much or more still crosses: the others are"
            " tied to each other, too."
        )
    squads, crossing = cut.crossing(product)
    as_little = (np.round(100 * crossing) <= least) & (squads < cut.squads)
    fewer = int(squads[as_little].max())
    few = "one squad crosses" if fewer == 1 else f"at most {fewer} squads cross"
    return f" With {tied}, {few} as little as {cut.squads:g} without it."


def _begun(name: str) -> str:
    """Return a name with a capital letter; a folder in it stays as it is written."""
    return name[:1].upper() + name[1:]


def read_organisation(
    mine: str | Path | Iterable[str | Path] = "",
    *,
    year: str | int | None = None,
    split: str | Iterable[str] | None = None,
    show_folders: bool = False,
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

    Returns
    -------
    Organisation
    """
    folders = [split] if isinstance(split, str) else split
    try:
        tables, notes = _read(mine, None if year is None else str(year), folders, show_folders)
    except ExplainedError as error:
        tables = {}
        notes = [f"NOT YOURS: {error}. Until then the workshop's own data stand in for it."]
    return _completed(tables, notes)


def _read(
    mine: object, year: str | None, split: Iterable[str] | None, show_folders: bool
) -> tuple[dict[str, pd.DataFrame], list[str]]:
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
        return _from_repository(paths[0], year, split, show_folders)
    tables = read_tables(paths)
    notes = [f"{kind.capitalize()}: your table, {len(t)} rows." for kind, t in tables.items()]
    if ("areas" in tables) != ("pairs" in tables):
        notes.append("Areas and pairs are read together; one of the two tables is missing.")
    return tables, notes


def _completed(tables: dict[str, pd.DataFrame], notes: list[str]) -> Organisation:
    """Put the workshop's data where something is missing, and say so."""
    from thousandfold.datasets import load

    growth, areas = tables.get("months"), tables.get("areas")
    name = "Yours"
    if growth is None:
        name = STAND_IN.capitalize()
        every = load("project_growth")
        growth = every[(every["project"] == STAND_IN) & (every["month"] < _STAND_IN_UNTIL)]
        notes.append(f"Months: {name} up to its split of June 2017, counted by us.")
    if areas is not None and len(areas) < _FEWEST_AREAS:
        notes.append(
            f"Too few areas of yours to cut: {len(areas)}, and {_FEWEST_AREAS} is the least. Split"
            ' a folder, such as split=["src"], or count another year, such as year="2024".'
        )
        areas = None
    if areas is None or "pairs" not in tables:
        every = load("code_areas")
        areas = every[every["project"] == STAND_IN]
        product = network(STAND_IN)
        notes.append(f"Areas: {STAND_IN.capitalize()} in the year before its split, counted by us.")
    else:
        product = CoChange.of("yours", areas, tables["pairs"])
    return Organisation(name, growth, areas, product, tuple(notes))


def _from_repository(
    place: str | Path, year: str | None, split: Iterable[str] | None, show_folders: bool
) -> tuple[dict[str, pd.DataFrame], list[str]]:
    import pandas as pd

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        history = read_history(place, progress=True)
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
    tables = {"months": growth.assign(month=pd.to_datetime(growth["month"], errors="coerce"))}
    if 0 < len(months) < _SETTLED:
        notes.append("In the first months of a history everybody counts as new.")
    try:
        deeper = suggested_split(history, year) if split is None else split
        counted = count_areas(history, year, deeper, show_folders)
    except HistoryError as error:
        return tables, [*notes, f"No areas of yours: {error}."]
    tables["areas"] = pd.DataFrame(counted.areas, columns=AreaCounts._fields)
    tables["pairs"] = pd.DataFrame(counted.coupling, columns=PairCounts._fields)
    first = counted.areas[0]
    notes.append(
        f"Areas: yours, {len(counted.areas)}, {first.since} to before {first.until}."
        + ("" if show_folders else " They are numbered, the one with most commits first.")
    )
    if max(area.authors for area in counted.areas) <= _FEW_PEOPLE:
        notes.append(
            "At most two people have worked in any area: the ties then say how the work hangs"
            " together, not who needs whom, and each count is somebody you know."
        )
    return tables, notes


def _a_year(months: pd.DataFrame) -> dict[str, float]:
    """Return the means of the last twelve months, and how many people were new in them.

    They are twelve on the calendar: months without commits have no row.
    """
    import pandas as pd

    since = months["month"].max() - pd.DateOffset(months=11)
    year = months[months["month"] >= since]
    if year.empty:  # a clock so wrong that no month can be dated
        year = months.tail(12)
    possible, used = year["possible_paths"].mean(), year["coedit_paths"].mean()
    return {
        "people a month": round(year["active_authors"].mean()),
        "new in the year": year["new_authors"].sum(),
        "possible pairs": possible,
        "used pairs": used,
        "used of 100": 100 * used / possible if possible else 0.0,
    }


def _readable(mean: float) -> float:
    """Return a mean in whole numbers, or with three digits where it is below a hundred."""
    return round(mean) if mean >= 100 or mean == round(mean) else float(f"{mean:.3g}")
