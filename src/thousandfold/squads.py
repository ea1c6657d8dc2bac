"""Where to draw the borders between squads, and who still needs whom across them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thousandfold.core import SEED, Array, Model, number, quantity
from thousandfold.errors import ExplainedError

if TYPE_CHECKING:
    import pandas as pd

    from thousandfold.plotting import Picture

Labels = NDArray[np.int_]

FERRY = (
    *("booking", "calendar", "waiting list", "payments", "invoices", "payouts"),
    *("website", "sign-up", "e-mails", "accounts", "partner api", "mobile app"),
)
"""The areas of Ferry's product, without its help pages."""

_PICTURED = (1, 2, 3, 4, 6, 8, 10, 12, 15)
_RESOLUTIONS = (2, 4, 8)


def coordination_requirements(assignment: ArrayLike, dependencies: ArrayLike) -> Array:
    """Return who needs to coordinate with whom, from who works on what and what needs what.

    ::

        required = assignment @ dependencies @ assignment.T

    It leaves out: how hard each dependency is to handle, and who already knows what to do.

    Parameters
    ----------
    assignment : array_like, shape (people, areas)
        How much each person or squad works on each area; 0 and 1 will do.
    dependencies : array_like, shape (areas, areas)
        How strongly each area depends on each other one.

    Returns
    -------
    array, shape (people, people)
        Above 0 where two need each other. The diagonal is what each needs from themselves.

    Raises
    ------
    ExplainedError
        If the shapes do not fit.

    Notes
    -----
    After Cataldo, Herbsleb and Carley 2008.

    Examples
    --------
    Ada works on the API, Ben on the app that calls it, Cy on invoices.

    >>> coordination_requirements(np.eye(3), [[0, 1, 0], [1, 0, 0], [0, 0, 0]]).tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    works, needs = np.asarray(assignment, dtype=float), np.asarray(dependencies, dtype=float)
    if works.ndim != 2 or needs.shape != (works.shape[1],) * 2:
        raise ExplainedError(
            f"an assignment of shape {works.shape} needs a square of dependencies, one row and one "
            f"column for each of its areas, not shape {needs.shape}"
        )
    return np.asarray(works @ needs @ works.T)


def congruence(required: ArrayLike, actual: ArrayLike) -> float:
    """Return the share of those who need each other and do talk: 1 is all, 0 is none.

    Pairs count, the diagonal does not; 1 when nobody needs anybody. It leaves out: how strong a
    need is, and talking that nobody needs.

    Parameters
    ----------
    required, actual : array_like, shape (people, people)
        Above 0, or true, where two need each other and where two talk.

    Returns
    -------
    float

    Raises
    ------
    ExplainedError
        If the two are not squares of the same size.

    Examples
    --------
    Three squads need each other; two of the three pairs meet.

    >>> round(congruence(np.ones((3, 3)), [[0, 1, 0], [1, 0, 1], [0, 1, 0]]), 2)
    0.67
    """
    needed, done = np.asarray(required) > 0, np.asarray(actual) > 0
    if needed.ndim != 2 or needed.shape[0] != needed.shape[1] or needed.shape != done.shape:
        raise ExplainedError(
            "what is required and what is done must be squares of one size, "
            f"not of shapes {needed.shape} and {done.shape}"
        )
    needed = needed & ~np.eye(len(needed), dtype=bool)
    return float((needed & done).sum() / needed.sum()) if needed.any() else 1.0


def propagation_cost(depends: ArrayLike) -> float:
    """Return how much of a system a change can reach, on average: 0.42 is 42 % of its parts.

    The density of the visibility matrix: the share of ordered pairs, each part with itself
    included, that a chain of dependencies connects. It leaves out: how likely a change travels.

    Parameters
    ----------
    depends : array_like, shape (parts, parts)
        Above 0, or true, where the part of the row depends on the part of the column.

    Returns
    -------
    float
        From 1 / parts, when nothing depends on anything, to 1.

    Raises
    ------
    ExplainedError
        If the table is not a square with at least one part.

    Notes
    -----
    After MacCormack, Rusnak and Baldwin 2006.

    Examples
    --------
    A chain of three: the first reaches all, the second two, the last itself.

    >>> round(propagation_cost([[0, 1, 0], [0, 0, 1], [0, 0, 0]]), 2)
    0.67
    """
    direct = np.asarray(depends) > 0
    if direct.ndim != 2 or direct.shape[0] != direct.shape[1] or direct.size == 0:
        raise ExplainedError(
            "dependencies must be a square, one row and one column for each part, "
            f"not of shape {direct.shape}"
        )
    reached = direct | np.eye(len(direct), dtype=bool)
    while True:
        further = (reached.astype(float) @ reached) > 0
        if (further == reached).all():
            return float(reached.mean())
        reached = further


@dataclass(frozen=True, eq=False)
class CoChange:
    """Which areas of a product change together.

    Attributes
    ----------
    name : str
    areas : tuple of str
    changes : array, shape (areas,)
        Changes of each area in the year: its share of the work.
    together : array, shape (areas, areas)
        Changes that touched both areas; symmetric, zero on the diagonal. A change of k areas
        counts in k * (k - 1) / 2 pairs.
    """

    name: str
    areas: tuple[str, ...]
    changes: Array
    together: Array

    @property
    def shared(self) -> float:
        """How many shared changes there are: pairs of areas, times changes."""
        return float(self.together.sum() / 2)

    def table(self) -> pd.DataFrame:
        """Return one row per area: its changes, its share of the work and what it shares."""
        import pandas as pd

        tied = self.together.sum(axis=1)
        columns = {
            "changes": self.changes.astype(int),
            "share of work": (self.changes / self.changes.sum()).round(3),
            "shared changes": tied.astype(int),
            "share of all shared": (tied / max(self.shared, 1)).round(3),
        }
        index = pd.Index(self.areas, name="area")
        table = pd.DataFrame(columns, index=index)
        return table.sort_values("shared changes", ascending=False, kind="stable")

    def dependencies(self) -> pd.DataFrame:
        """Return one row per pair of areas that change together, the heaviest first."""
        import pandas as pd

        first, second = np.nonzero(np.triu(self.together))
        both = self.together[first, second]
        names = np.array(self.areas, dtype=object)
        columns = {"area": names[first], "other": names[second], "shared changes": both.astype(int)}
        table = pd.DataFrame(columns)
        return table.sort_values(
            "shared changes", ascending=False, kind="stable", ignore_index=True
        )

    def depends(self, often: float = 0.1) -> NDArray[np.bool_]:
        """Return whether the area of a row depends on that of a column, shape as `together`.

        It does when at least a share `often` of its changes touched the other area too. This is
        our reading of a history, not a reading of the code.
        """
        if not 0 < often <= 1:
            raise ExplainedError(
                f"often must be a share of changes above 0 and at most 1, not {often:g}"
            )
        return (self.together > 0) & (self.together >= often * self.changes[:, np.newaxis])

    def without(self, area: str, other: str | None = None) -> CoChange:
        """Return the network without one dependency, or without an area and all it shares.

        Without an area: as if what it holds had gone to those who change it.

        Raises
        ------
        ExplainedError
            If there is no such area, or the two do not change together.
        """
        here = self._place(area)
        if other is None:
            kept = np.arange(len(self.areas)) != here
            return CoChange(
                f"{self.name} without {area}",
                tuple(name for name in self.areas if name != area),
                self.changes[kept],
                self.together[np.ix_(kept, kept)],
            )
        there, together = self._place(other), self.together.copy()
        if together[here, there] == 0:
            raise ExplainedError(f"{area} and {other} do not change together: nothing to remove")
        together[here, there] = together[there, here] = 0
        return CoChange(f"{self.name} without {area} – {other}", self.areas, self.changes, together)

    def another_year(self, seed: int = SEED) -> CoChange:
        """Draw a year that could as well have happened: each count anew, around what was seen."""
        generator = np.random.default_rng(seed)
        drawn = np.triu(generator.poisson(self.together)).astype(float)
        changes = np.maximum(1, generator.poisson(self.changes)).astype(float)
        return CoChange(f"{self.name}, another year", self.areas, changes, drawn + drawn.T)

    def cut(self, squad_of: Mapping[str, object]) -> Cut:
        """Return the cut that a table says: which squad owns each area.

        Parameters
        ----------
        squad_of : mapping
            Name of the squad for each area, for example ``{"booking": "core", ...}``.

        Raises
        ------
        ExplainedError
            If an area has no squad, or the table names one that does not exist.
        """
        for area in squad_of:
            self._place(area)
        missing = [area for area in self.areas if area not in squad_of]
        if missing:
            raise ExplainedError(
                f"{len(missing)} of {len(self.areas)} areas have no squad, the first is "
                f"{missing[0]!r}; give each area one"
            )
        return Cut(self, {area: str(squad_of[area]) for area in self.areas})

    def _place(self, area: str) -> int:
        if area not in self.areas:
            known = ", ".join(self.areas[:5])
            raise ExplainedError(f"{self.name} has no area {area!r}; it has {known}, …")
        return self.areas.index(area)


@dataclass(frozen=True, eq=False)
class Cut:
    """A product cut into squads: each area belongs to one.

    Attributes
    ----------
    network : CoChange
    squad_of : mapping of str to str
        Name of the squad that owns each area.
    """

    network: CoChange
    squad_of: Mapping[str, str]

    @cached_property
    def squads(self) -> tuple[str, ...]:
        """Names of the squads, in the order in which they first own an area."""
        return tuple(dict.fromkeys(self.squad_of.values()))

    @cached_property
    def _owns(self) -> Array:
        """Whether a squad owns an area, shape (squads, areas)."""
        owners = [self.squad_of[area] for area in self.network.areas]
        return np.array([[float(owner == squad) for owner in owners] for squad in self.squads])

    @cached_property
    def required(self) -> Array:
        """Shared changes between each two squads, shape (squads, squads), zero on the diagonal."""
        needs = coordination_requirements(self._owns, self.network.together)
        np.fill_diagonal(needs, 0)
        return needs

    @property
    def crossing_changes(self) -> float:
        """Number of shared changes that need two squads."""
        return float(self.required.sum() / 2)

    @property
    def crossing(self) -> float:
        """Share of the shared changes that cross a border between squads."""
        return self.crossing_changes / self.network.shared if self.network.shared else 0.0

    @property
    def work(self) -> Array:
        """Share of all changes that falls to each squad, shape (squads,)."""
        return np.asarray(self._owns @ self.network.changes / self.network.changes.sum())

    def table(self) -> pd.DataFrame:
        """Return one row per squad: areas, work, what it shares with others and with whom most."""
        import pandas as pd

        partner = [self.squads[i] for i in self.required.argmax(axis=1)]
        columns = {
            "areas": self._owns.sum(axis=1).astype(int),
            "share of work": self.work.round(3),
            "crossing changes": self.required.sum(axis=1).astype(int),
            "needs most": [
                who if most > 0 else "nobody"
                for who, most in zip(partner, self.required.max(axis=1), strict=True)
            ],
        }
        table = pd.DataFrame(columns, index=pd.Index(self.squads, name="squad"))
        return table.sort_values("share of work", ascending=False, kind="stable")

    def another_year(self, seed: int = SEED) -> Cut:
        """Return the same borders in another year that could as well have happened."""
        return Cut(self.network.another_year(seed), self.squad_of)


@lru_cache(maxsize=16)
def network(project: str) -> CoChange:
    """Return the co-change network of a real project, from the data set ``area_coupling``.

    Parameters
    ----------
    project : str
        ``"terraform"`` (the year before its split), ``"prometheus"``, ``"rails"`` or
        ``"ansible"``.

    Raises
    ------
    ExplainedError
        If the data set has no such project.

    Examples
    --------
    >>> network("rails").dependencies().head(1).to_numpy().tolist()
    [['activerecord', 'railties', 68]]
    """
    from thousandfold.datasets import load

    every = load("code_areas")
    own = every[every["project"] == project]
    if own.empty:
        known = ", ".join(every["project"].unique())
        raise ExplainedError(f"there is no project {project!r}; there are {known}")
    pairs = load("area_coupling")
    return co_change(project, own, pairs[pairs["project"] == project])


def co_change(name: str, areas: pd.DataFrame, pairs: pd.DataFrame) -> CoChange:
    """Return the co-change network that two tables of one project hold.

    Parameters
    ----------
    name : str
    areas, pairs : pandas.DataFrame
        Like the data sets ``code_areas`` and ``area_coupling``; pairs of other areas are left out.
    """
    place = {area: i for i, area in enumerate(areas["area"])}
    pairs = pairs[pairs["area_a"].isin(place) & pairs["area_b"].isin(place)]
    first, second = pairs["area_a"].map(place), pairs["area_b"].map(place)
    together = np.zeros((len(place), len(place)))
    together[first, second] = pairs["commits_both"]
    return CoChange(name, tuple(place), areas["commits"].to_numpy(float), together + together.T)


def invented_network(seed: int = SEED, parts: int = 4) -> CoChange:
    """Return a network for Ferry that nobody has seen: some areas belong together, one to all.

    Ferry's areas are dealt at random to `parts` groups. Two areas of one group share 20 to 39
    changes a year, two of different groups 0 to 5, and the help pages share 8 to 19 with each.
    Illustrative.

    Parameters
    ----------
    seed : int
        Another seed is another organisation.
    parts : int
        Number of groups, 1 to 12.

    Returns
    -------
    CoChange

    Examples
    --------
    >>> len(invented_network().areas)
    13
    """
    if not 1 <= parts <= len(FERRY):
        raise ExplainedError(f"parts must lie in 1..{len(FERRY)} (groups of areas), not {parts}")
    generator = np.random.default_rng(seed)
    group = generator.permutation(np.arange(len(FERRY)) % parts)
    size = len(FERRY) + 1
    together = generator.integers(0, 6, (size, size))
    inside = generator.integers(20, 40, (size, size))
    together[:-1, :-1] = np.where(group[:, None] == group, inside[:-1, :-1], together[:-1, :-1])
    together[:, -1] = generator.integers(8, 20, size)
    upper = np.triu(together, 1).astype(np.float64)
    both = upper + upper.T
    changes = generator.integers(60, 200, size) + both.max(axis=1)
    return CoChange(f"Ferry, seed {seed}", (*FERRY, "help pages"), changes, both)


@dataclass(frozen=True)
class SquadCut(Model):
    """How many squads a product is cut into, and how uneven they may be.

    Borders are drawn where the fewest changes cross them::

        crossing = shared changes between squads / all shared changes

    No squad gets more than `uneven` times an even share of the work, or less than an even share
    divided by it, as far as whole areas allow. An area that alone is larger becomes a squad, and
    the others share the rest.
    Louvain's communities are merged until there are as many as wanted; then areas change places
    as long as that helps. The cut is a good one; that no better one exists is not proved.

    It leaves out: who can do what, who wants to work with whom, what customers would see as one
    thing, and work that is not in the code. Sharing a change is not talking.

    Examples
    --------
    >>> cut = SquadCut(squads=6).of(network("prometheus"))
    >>> round(cut.crossing, 2), round(float(cut.work.max()), 2)
    (0.44, 0.33)
    """

    squads: float = quantity(
        6, "squads", "how many squads the product is cut into", low=1, high=15, whole=True
    )
    uneven: float = quantity(
        2, "times an even share", "most work of a squad; the least is one over it", low=1.2, high=5
    )

    def of(self, network: CoChange) -> Cut:
        """Cut a product into squads; each is named after its busiest area.

        Raises
        ------
        ExplainedError
            If there are more squads than areas.
        """
        label = _labels(network, int(self.squads), float(self.uneven))
        busiest = {}
        for i in np.argsort(network.changes, kind="stable"):
            busiest[label[i]] = network.areas[i]
        return network.cut({area: busiest[label[i]] for i, area in enumerate(network.areas)})

    def crossing(self, network: CoChange) -> tuple[Array, Array]:
        """Return numbers of squads from 1 up, and for each the share that crosses borders."""
        squads = np.array([n for n in _PICTURED if n <= len(network.areas)])
        return squads, np.array([self.replace(squads=int(n)).of(network).crossing for n in squads])

    def picture(self, of: str | None = None) -> Picture:
        """Return crossing changes against the number of squads.

        Parameters
        ----------
        of : str, optional
            One project, with and without its most tied area; by default three, the first of them
            Terraform.
        """
        from thousandfold.plotting import Picture, Series

        first = network("terraform" if of is None else of)
        projects = [first, without_most_tied(first)]
        if of is None:
            projects[1:1] = [network("prometheus"), network("rails")]
        series, ends = [], []
        for project in projects:
            squads, crossing = self.crossing(project)
            name = project.name.capitalize()
            series.append(Series(name, squads, 100 * crossing))
            ends.append(f"{name} {100 * self.of(project).crossing:.0f} %")
        size = len(first.areas)
        squads = np.array([n for n in _PICTURED if n <= size])
        random = f"{first.name.capitalize()}, borders at random"
        series.append(Series(random, squads, 100 * random_crossing(size, squads)))
        ruler = np.linspace(0, 100, 41)
        series.append(Series("", np.full(41, self.squads), ruler, points=True, mark=5))
        return Picture(
            tuple(series),
            "squads",
            "shared changes that cross a border (%)",
            f"Changes to two areas at once, and how many of them need two squads. With "
            f"{self.squads:g} squads: {', '.join(ends)}, and {random} "
            f"{100 * float(random_crossing(size, self.squads)):.0f} %. More squads, more borders "
            "to cross.",
        )


@lru_cache(maxsize=16)
def without_most_tied(network: CoChange) -> CoChange:
    """Return the network without the area that shares most; kept, since sliders ask again."""
    return network.without(str(network.table().index[0]))


def random_crossing(areas: int, squads: ArrayLike) -> Array:
    """Return the share of shared changes that cross borders which are drawn at random.

    ::

        crossing = 1 - sum of size * (size - 1) / (areas * (areas - 1))

    over the squads, whose sizes in areas differ by one at most: the mean of all such deals,
    whatever the areas share. It leaves out: the work of the areas, which such squads share
    unevenly.

    Parameters
    ----------
    areas : int
        How many are dealt out, 2 or more.
    squads : array_like
        Numbers of squads, any shape.

    Returns
    -------
    array
        Of the shape of `squads`.

    Raises
    ------
    ExplainedError
        If there are more squads than areas.

    Examples
    --------
    >>> random_crossing(12, [1, 3, 12]).round(2).tolist()
    [0.0, 0.73, 1.0]
    """
    k = np.asarray(squads)
    if areas < 2 or (k < 1).any() or (k > areas).any():
        raise ExplainedError(
            f"{areas} areas can be dealt to 1..{areas} squads, and two areas is the least; "
            f"not to {k.tolist()}"
        )
    small, larger = areas // k, areas % k
    together = k * small * (small - 1) + larger * 2 * small
    return np.asarray(1 - together / (areas * (areas - 1)))


def worth_removing(
    network: CoChange, cut: SquadCut, candidates: Iterable[tuple[str, ...]] | None = None
) -> pd.DataFrame:
    """Return which dependency to remove before any border is drawn.

    For each candidate the product is cut anew without it.

    Parameters
    ----------
    network : CoChange
    cut : SquadCut
    candidates : iterable of tuple of str, optional
        Pairs of areas, or single areas as ``("website",)``; by default the five pairs that share
        most.

    Returns
    -------
    pandas.DataFrame
        One row per candidate: its shared changes, and how many changes then cross a border,
        against those that cross today. What saves most comes first.
    """
    import pandas as pd

    if candidates is None:
        heaviest = network.dependencies().head(5)
        candidates = list(zip(heaviest["area"], heaviest["other"], strict=True))
    today = cut.of(network).crossing_changes
    rows = []
    for candidate in candidates:
        left = network.without(*candidate)
        after = cut.of(left).crossing_changes
        rows.append((" – ".join(candidate), network.shared - left.shared, today, after))
    columns = ["removed", "shared changes", "crossing today", "crossing then"]
    table = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[1:], int))
    table["saved"] = table["crossing today"] - table["crossing then"]
    return table.sort_values("saved", ascending=False, kind="stable", ignore_index=True)


def structure_picture(organisations: pd.DataFrame, since: int = 2020) -> Picture:
    """Return how two real organisations grew: what they let grow, and what they held.

    Parameters
    ----------
    organisations : pandas.DataFrame
        Like the data set ``organisations``.
    since : int
        First year, to which the others are compared.

    Raises
    ------
    ExplainedError
        If the table has no figures for that year.
    """
    from thousandfold.plotting import Picture, Series

    lines = {
        ("kubernetes", "subprojects"): "Kubernetes: subprojects",
        ("kubernetes", "special interest groups"): "Kubernetes: groups that own them",
        ("rust", "memberships per person"): "Rust: teams per person",
        ("rust", "people per team"): "Rust: people per team",
    }
    series, ends = [], []
    for (organisation, measure), label in lines.items():
        kept = organisations["organisation"].eq(organisation) & organisations["year"].ge(since)
        own = organisations[kept & organisations["measure"].eq(measure)].sort_values(
            "year", kind="stable"
        )
        if own.empty or own["year"].iloc[0] != since:
            raise ExplainedError(f"there is no figure of {label} for the year {since}")
        years, value = own["year"].to_numpy(float), own["value"].to_numpy(float)
        series.append(Series(label, years - since, value / value[0]))
        ends.append(f"{label} {number(value[0])}, then {number(value[-1])}")
    return Picture(
        tuple(series),
        f"years since {since}",
        f"times the value of {since}",
        f"Two open-source organisations, {since} and {years[-1]:.0f}. {'; '.join(ends)}.",
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


@lru_cache(maxsize=512)
def _labels(network: CoChange, squads: int, uneven: float) -> Labels:
    """Return the squad of each area: the best of what several beginnings lead to."""
    import networkx as nx

    areas = len(network.areas)
    if squads > areas:
        raise ExplainedError(
            f"{network.name} has {areas} areas and cannot be cut into {squads} squads; "
            "take fewer squads or cut the areas finer"
        )
    search = _Search(network, squads, uneven)
    graph = nx.from_numpy_array(network.together)
    found = []
    for resolution in _RESOLUTIONS:
        communities = nx.community.louvain_communities(graph, resolution=resolution, seed=SEED)
        start = np.empty(areas, dtype=int)
        for place, members in enumerate(communities):
            start[list(members)] = place
        start[search.alone] = areas + np.flatnonzero(search.alone)
        if len(np.unique(start)) < squads:
            start = np.arange(areas)
        for scale in (np.sqrt, np.positive):
            label = search.merge(start, scale)
            search.even_out(label)
            search.improve(label)
            found.append((search.cost(label), label))
    best = min(found, key=lambda one: one[0])[1]
    best.flags.writeable = False
    return best


class _Search:
    """Borders with little crossing, within limits of size; a label is the squad of each area.

    Counts of changes are whole numbers, so sums and comparisons are exact on every machine.
    """

    def __init__(self, network: CoChange, squads: int, uneven: float) -> None:
        self.together, self.changes, self.squads = network.together, network.changes, squads
        self.alone = np.zeros(len(self.changes), dtype=bool)
        while True:
            even = self.changes[~self.alone].sum() / (squads - self.alone.sum())
            self.least, self.most = even / uneven, even * uneven
            larger = ~self.alone & (self.changes > self.most)
            if not larger.any() or (self.alone | larger).sum() >= squads:
                break
            self.alone |= larger

    def cost(self, label: Labels) -> tuple[int, float]:
        """How many squads break a limit, and how much crosses."""
        work = np.bincount(label, self.changes)[np.unique(label[~self.alone])]
        broken = ((work > self.most) | (work < self.least)).sum()
        return int(broken), float(self.together[label[:, np.newaxis] != label].sum())

    def merge(self, start: Labels, scale: np.ufunc) -> Labels:
        """Merge the two groups that share most for their size, until there are few enough."""
        label = np.unique(start, return_inverse=True)[1]
        while (groups := label.max() + 1) > self.squads:
            member = np.eye(groups)[label]
            work = self.changes @ member
            both = work[:, np.newaxis] + work
            free = np.ones(groups, dtype=bool)
            free[label[self.alone]] = False
            possible = np.triu(np.outer(free, free), 1)
            fits = possible & (both <= self.most)
            # Where nothing is shared, the smallest come together first.
            shared = member.T @ self.together @ member + 1e-6 / both
            score = shared / scale(np.outer(work, work))
            if not fits.any():
                fits, score = possible, -both
            one, other = np.unravel_index(np.where(fits, score, -np.inf).argmax(), fits.shape)
            label[label == other] = one
            label = np.unique(label, return_inverse=True)[1]
        return label

    def even_out(self, label: Labels) -> None:
        """Give the smallest group areas, those that cost least, until it has enough work."""
        groups = np.unique(label[~self.alone])
        for _ in label:
            work = np.bincount(label, self.changes)
            small = groups[work[groups].argmin()]
            may = ~self.alone & (label != small)
            may &= work[label] - self.changes >= self.least
            may &= work[small] + self.changes <= self.most
            if work[small] >= self.least or not may.any():
                return
            gain = self._gains(label)[:, small] / self.changes
            label[np.where(may, gain, -np.inf).argmax()] = small

    def improve(self, label: Labels) -> None:
        """Move one area or swap two, whatever saves most, as long as it saves something."""
        closed = np.isin(np.arange(self.squads), label[self.alone])
        size = self.changes
        while True:
            gains, work = self._gains(label), np.bincount(label, size)
            mine = work[label]
            may = work + size[:, np.newaxis] <= self.most
            may &= (~self.alone & (mine - size >= self.least))[:, np.newaxis] & ~closed
            move = np.where(may, gains, -np.inf)
            then = (mine - size)[:, np.newaxis] + size
            may = (then <= self.most) & (then >= np.minimum(self.least, mine)[:, np.newaxis])
            may = may & may.T & ~self.alone & ~self.alone[:, np.newaxis]
            gain = gains[:, label]
            swap = np.where(may, gain + gain.T - 2 * self.together, -np.inf)
            if max(move.max(), swap.max()) <= 0:
                return
            if move.max() >= swap.max():
                area, squad = np.unravel_index(move.argmax(), move.shape)
                label[area] = squad
            else:
                swapped = np.unravel_index(swap.argmax(), swap.shape)
                label[list(swapped)] = label[list(swapped[::-1])]

    def _gains(self, label: Labels) -> Array:
        """Return what an area shares with each group, over what it shares with its own."""
        to = self.together @ np.eye(self.squads)[label]
        return np.asarray(to - to[np.arange(len(label)), label][:, np.newaxis])


if __name__ == "__main__":
    from thousandfold.datasets import load
    from thousandfold.demonstration import demonstrate

    demonstrate(SquadCut(), structure_picture(load("organisations")))
