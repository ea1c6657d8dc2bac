"""Which areas of your code change together, how it may be cut, and where new people begin."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from thousandfold.core import Pictures
from thousandfold.models.border_search import random_crossing
from thousandfold.models.cutting import SquadCut
from thousandfold.picture import Lines, Network, Note, Picture, Series, colour_of
from thousandfold.repository.areas import FEWEST_AREAS
from thousandfold.repository.co_change import CoChange, Cut, without_most_tied
from thousandfold.teaching.own_growth import FEWER, FEWEST_PEOPLE
from thousandfold.teaching.tables import Table, spoken

if TYPE_CHECKING:
    import pandas as pd

_SQUADS = 6
_FEWEST_TOGETHER = 5  # changes: fewer may be chance
_TIES = 5
_APART, _HALF = 20, 50  # of 100 changes
_SURE = 1.64  # in 90 of 100 cases
FEW_SHARED = 30  # shared changes: with fewer, borders follow chance
_YEARS = 100
_HELP = 0.85  # of what crosses at random: borders that save less save nothing to speak of
_SHOWN = 8
_SETTLED = 12  # months before the year: in a younger history nearly everybody is new
_TOO_YOUNG = (
    "This history begins in {}, so nearly everybody counts as new in this year, and the table "
    "cannot say where it is easy to begin. Come back in a year. Until then, read which areas have "
    "the fewest authors for their commits."
)


class _Tie(NamedTuple):
    """Two areas that changed together, the one that changes less often first."""

    area: str
    changes: int
    other: str
    together: int

    @property
    def of_100(self) -> int:
        return round(100 * self.together / self.changes)

    @property
    def at_least(self) -> float:
        """The lower end of Wilson's interval: 6 of 6 is less sure than 17 of 17."""
        n, share = self.changes, self.together / self.changes
        middle = share + _SURE**2 / (2 * n)
        spread = _SURE * math.sqrt(share * (1 - share) / n + _SURE**2 / (4 * n**2))
        return (middle - spread) / (1 + _SURE**2 / n)


def ties_table(product: CoChange, areas: pd.DataFrame, yours: bool) -> Table:
    """Return the areas that seldom change alone, the surest first, and what that says.

    One row per area that changed with another at least five times, with the one to which it is
    tied most: how often it changed, and in how many of a hundred changes the other did, too.
    """
    import pandas as pd

    ties = _ties(product, areas)
    closest: dict[str, _Tie] = {}
    for tie in ties:
        closest.setdefault(tie.area, tie)
    rows = [(*tie, tie.of_100) for tie in list(closest.values())[:_TIES]]
    columns = ["area", "its changes", "together with", "together", "of 100"]
    table = pd.DataFrame(rows, columns=columns).set_index("area")
    few = yours and int(areas["authors"].max()) < FEWEST_PEOPLE
    return replace(spoken(table), note=_ties_say(ties, yours, few))


def _ties(product: CoChange, areas: pd.DataFrame) -> list[_Tie]:
    """Return the ties that are no chance, the surest first.

    What one person changes together, or a script in their name, ties no two people; so it counts
    only where hardly anything else is there.
    """
    several = set(areas.loc[areas["authors"] > 1, "area"])
    if len(several) < FEWEST_AREAS:
        several = set(product.areas)
    changes = dict(zip(product.areas, product.changes.astype(int).tolist(), strict=True))
    ties = []
    for one, other, both in product.dependencies().itertuples(index=False):
        area, larger = sorted((one, other), key=lambda name: (changes[name], name))
        if both >= _FEWEST_TOGETHER and area in several:
            ties.append(_Tie(area, changes[area], larger, int(both)))
    return sorted(ties, key=lambda tie: (-tie.at_least, -tie.together, tie))


def _ties_say(ties: list[_Tie], yours: bool, few: bool) -> str:
    if not ties:
        return (
            "No two areas changed together five times in this year, so no tie can be told from "
            "chance. That speaks for borders that hold, or for changes that are committed piece by "
            "piece: ask which of the two it is."
        )
    first = ties[0]
    if first.of_100 < _APART:
        return (
            f"Even the closest pair, {first.area} and {first.other}, moves together in only "
            f"{first.of_100} of 100 changes. As far as commits show, nobody here has to wait for a "
            "neighbour often."
        )
    said = (
        f"The surest tie: in {first.together} of {first.changes} changes of {first.area}, "
        f"{first.other} changed, too."
    )
    alone = first.changes - first.together
    often = "never changed" if not alone else f"changed {alone} time{'s' * (alone > 1)}"
    said += f" It {often} without it."
    half = sum(tie.of_100 >= _HALF for tie in ties)
    if half > 1:
        said += f" {half} pairs in all move together in at least half of the changes of one."
    if few:
        return (
            f"{said} With so few people nobody waits for anybody; the tie says what the next "
            "person has to learn together."
        )
    ask = "does one team look after both, or does one wait for the other?"
    return f"{said} {'Ask' if yours else 'Of your own code you would ask'}: {ask}"


def own_cut(product: CoChange, squads: int | None) -> SquadCut:
    """Return a cut of this code base whose figure shows this code base."""

    class OwnCut(SquadCut):
        """A cut whose figure shows this code base."""

        def pictures(self) -> Pictures:
            return {product.name: lambda: cut_picture(self, product)}

    return OwnCut(squads=squads or min(_SQUADS, max(2, len(product.areas) // 2)))


def map_picture(cut: SquadCut, product: CoChange) -> Network:
    """Return the areas as a network in squads, the one that shares most in the middle."""
    drawn, found = cut.network_picture(product), cut.of(product)
    most = product.order_by(product.coupling)[0]
    whose = _whose(product)
    partners = int((product.together[product.places([most])[0]] > 0).sum())
    tied = f"{most} changes together with {partners} of {len(product.areas) - 1} others"
    return replace(
        drawn,
        names=tuple(squad.rpartition("/")[2] for squad in found.squads),
        title=f"{_begun(whose)}: {tied}",
        shown=(
            "A dot is an area, larger if it changes more often; a circle is a squad. Lines: "
            f"changed together with {most}, and the few strongest others; red: across a border."
        ),
        sentence=(
            f"{_begun(whose)} in {cut.squads:g} squads, {len(product.areas)} areas, cut so that "
            f"little crosses. In the middle stands {most} of the squad {found.squad_of[most]}: "
            f"{tied}."
        ),
    )


def squads_table(cut: SquadCut, product: CoChange) -> Table:
    """Return what each squad of such a cut owns, and what the cut can say."""
    table = cut.of(product).table()
    table["share of work"] = [f"{100 * share:.0f} %" for share in table["share of work"]]
    shown = spoken(table)
    aligned = (False, True, True, True, False)
    return replace(shown, aligned=aligned, note=cut_says(cut, product))


def cut_says(cut: SquadCut, product: CoChange) -> str:
    """Say whether borders help in this code base, and how far another year might differ."""
    whose = _whose(product)
    if product.shared < FEW_SHARED:
        return (
            f"{_begun(whose)} shows fewer than {FEW_SHARED} shared changes in this year. With so "
            "few, the borders follow chance: do not read them. Ask instead which two people wait "
            "for each other most."
        )
    found = cut.of(product)
    random = random_crossing(product, int(cut.squads), float(cut.uneven))
    low, high = _in_other_years(found)
    said = (
        f"Borders drawn well let {100 * found.crossing:.0f} of 100 shared changes cross, borders "
        f"drawn at random {100 * random:.0f}. "
    )
    without, tied = without_most_tied(product), product.order_by(product.coupling)[0]
    if found.crossing <= _HELP * random:
        said += f"So {whose} has seams: along them, less needs two squads. "
    else:
        said += "So no line through this code saves much: it moves as a whole. "
    if cut.squads < len(without.areas):
        alone = cut.of(without).crossing
        if alone <= _HELP * found.crossing:
            said += (
                f"Look at one area before you draw any line: of 100 shared changes that do not "
                f"touch {tied}, only {100 * alone:.0f} would cross. "
            )
        elif found.crossing > _HELP * random:
            said += "No single area is the cause, so fewer squads help more than better borders. "
    return said + (
        f"If the same year had gone a little differently, it would be {100 * low:.0f} to "
        f"{100 * high:.0f} in 90 of 100 tries. The borders were drawn from the year that judges "
        "them, so more may cross in the next."
    )


def _in_other_years(found: Cut) -> tuple[float, float]:
    crossing = [found.another_year(seed).crossing for seed in range(_YEARS)]
    low, high = np.quantile(crossing, [0.05, 0.95])
    return float(low), float(high)


def cut_picture(cut: SquadCut, product: CoChange) -> Picture:
    """Return what crosses the borders of one code base, and what without its most tied area.

    Both are counted in a hundred of all its shared changes, so that the gap is what crosses because
    of that area.

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
    whole, rest = product.shared or 1, without_most_tied(product)
    series = []
    for each in (product, rest):
        squads, crossing = cut.crossing(each)
        crossed = 100 * crossing * each.shared / whole
        series.append(Series(_begun(each.name), squads, crossed, colour=colour_of(each.name)))
    squads, _ = cut.crossing(product)
    random = 100 * cut.crossing_at_random(product)
    series.append(Series("borders at random", squads, random, colour="soft"))
    many = f"{cut.squads:g} squad{'s' if cut.squads > 1 else ''}"
    busiest = f"The busiest squad has {100 * float(own.work.max()):.0f} % of the work."
    return Lines(
        tuple(series),
        "squads",
        "shared changes that cross a border (%)",
        title=(
            f"Fewer than {FEW_SHARED} shared changes: too few to read a border"
            if product.shared < FEW_SHARED
            else f"{many}: {100 * own.crossing:.0f} % of shared changes need two of them"
        ),
        shown="A change crosses a border when the areas that it touches belong to two squads.",
        notes=(Note(many, x=cut.squads),),
        sentence=(
            "Changes to two areas at once, and how many of them need two squads. With "
            f"{many}: {_begun(product.name)} {100 * own.crossing:.0f} %. {busiest}"
            f"{_as_good_as(cut, product)}"
        ),
    )


def _as_good_as(cut: SquadCut, product: CoChange) -> str:
    """Say what crosses without the most tied area, and how few squads would save as much."""
    without = without_most_tied(product)
    tied = product.order_by(product.coupling)[0]
    if not 1 < cut.squads < len(without.areas):
        return ""
    found, left = cut.of(product), cut.of(without).crossing_changes
    if not found.crossing_changes:
        return ""  # nothing crosses, so nothing is tied
    said = (
        f" Of {product.shared:.0f} shared changes {found.crossing_changes:.0f} cross; without "
        f"{tied}, which shares most, {left:.0f} would."
    )
    low, _ = _in_other_years(found)
    if low * product.shared <= left:
        return f"{said} Another year might differ by as much, so do not rely on it."
    fewer = next(
        squads
        for squads in range(int(cut.squads) - 1, 0, -1)
        if cut.replace(squads=squads).of(product).crossing_changes <= left
    )
    return f"{said} With {tied}, it takes {fewer} squad{'s' * (fewer > 1)} to cross no more."


def new_people_table(areas: pd.DataFrame, new_in_year: int | None, began: str = "") -> Table:
    """Return where new people begin: how many touched each area in their first month.

    Parameters
    ----------
    areas : pandas.DataFrame
    new_in_year : int or None
        How many people were new in the same twelve months, if it is known.
    began : str
        The first month of the history, if it is known.

    Returns
    -------
    Table
        One row per area, those with most new authors first: authors, new authors, and how many of
        a hundred authors were new. Counts below five are not told. The workshop's own tables do
        not hold new authors.
    """
    import pandas as pd

    table = areas.set_index("area")[["commits", "authors"]]
    if "new_authors" not in areas:
        table = table.sort_values("authors", ascending=False, kind="stable")
        table = table.assign(**{"new authors": "not counted"})
        said = "In the workshop's data new people were not counted area by area."
    else:
        new = areas.set_index("area")["new_authors"]
        share = (100 * new / table["authors"].clip(lower=1)).round().astype(int)
        table = table.assign(**{"new authors": new, "new of 100 authors": share})
        table = table.sort_values(["new authors", "commits"], ascending=False, kind="stable")
        young = bool(began) and _months_between(began, areas["since"].iloc[0]) < _SETTLED
        said = _TOO_YOUNG.format(began) if young else _new_people_say(table, new_in_year)
    few = table.apply(pd.to_numeric, errors="coerce") < FEWEST_PEOPLE
    seen = table.astype(object)
    for column in ("authors", "new authors"):
        seen[column] = seen[column].mask(few[column], FEWER)
    if "new of 100 authors" in seen:
        hidden = few["authors"] | few["new authors"]
        seen["new of 100 authors"] = seen["new of 100 authors"].mask(hidden, "too few")
    shown = spoken(seen.head(_SHOWN))
    aligned = (False, *[True] * len(seen.columns))
    return Table(shown.header, shown.rows, shown.names, aligned, note=said)


def _months_between(first: str, later: str) -> int:
    (year, month), (other_year, other_month) = (
        (int(one[:4]), int(one[5:7])) for one in (first, later)
    )
    return 12 * (other_year - year) + other_month - month


def _new_people_say(table: pd.DataFrame, new_in_year: int | None) -> str:
    most, new = table.index[0], int(table["new authors"].iloc[0])
    if new < FEWEST_PEOPLE:
        return (
            "In no area did five new people begin in this year, so the table cannot say where it "
            "is easy to begin. Ask whoever came last: which first change took longer than it "
            "should?"
        )
    everywhere = 100 * table["new authors"].sum() / table["authors"].sum()
    here = int(table["new of 100 authors"].iloc[0])
    whole = f" of the {new_in_year} people who were new here" if new_in_year else ""
    said = (
        f"{new}{whole} touched {most} in their first month. There {here} of 100 authors were new; "
        f"taken over all areas, {everywhere:.0f} of 100."
    )
    closed = table[
        (table["authors"] >= 2 * FEWEST_PEOPLE) & (table["new of 100 authors"] <= here / 2)
    ]
    if len(closed):
        named = closed.sort_values("commits", ascending=False, kind="stable").index[0]
        said += (
            f" In {named} many work and few begin: ask whether that is experience or a closed door."
        )
    return said


def _whose(product: CoChange) -> str:
    return "your code" if product.name == "yours" else f"{_begun(product.name)}'s code"


def _begun(name: str) -> str:
    """Return a name with a capital letter; a folder in it stays as it is written."""
    return name[:1].upper() + name[1:]
