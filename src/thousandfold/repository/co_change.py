"""Which areas of a product change together, and who owns them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thousandfold.core import SEED, Array, whole
from thousandfold.errors import ExplainedError

if TYPE_CHECKING:
    import pandas as pd

_NAMED = 12  # areas that an error lists


@dataclass(frozen=True, eq=False)
class CoChange:
    """How often the areas of a product changed in a year, and which changed together.

    Attributes
    ----------
    name : str
    areas : tuple of str
    changes : array, shape (areas,)
        Changes of each area in the year, its churn: its share of the work.
    together : array, shape (areas, areas)
        Changes that touched both areas; symmetric, zero on the diagonal. A change of k areas
        counts in k * (k - 1) / 2 pairs.

    Raises
    ------
    ExplainedError
        If an area has not changed, or the pairs are lopsided.

    Examples
    --------
    >>> from thousandfold.models import network
    >>> rails = network("rails")
    >>> rails.together.shape == (len(rails.areas), len(rails.areas))
    True
    """

    name: str
    areas: tuple[str, ...]
    changes: Array
    together: Array

    def __post_init__(self) -> None:
        if not np.all(self.changes > 0) or not np.array_equal(self.together, self.together.T):
            raise ExplainedError(
                "each area must have changed at least once, and two areas changed together as "
                "often as the other way round; look for an area without changes or a lopsided pair"
            )

    @classmethod
    def of(
        cls, name: str, areas: pd.DataFrame, pairs: pd.DataFrame, leave_out: Sequence[str] = ()
    ) -> CoChange:
        """Return what two tables of one project hold.

        Parameters
        ----------
        name : str
        areas, pairs : pandas.DataFrame
            Like the data sets ``code_areas`` and ``area_coupling``; pairs of other areas are left
            out.
        leave_out : sequence of str
            Areas that are no part of the product, for example its guides.

        Raises
        ------
        ExplainedError
            If there is no area to leave out of that name, or one area stands there twice.
        """
        unknown = set(leave_out) - set(areas["area"])
        if unknown:
            raise ExplainedError(f"{name} has no area {min(unknown)!r} to leave out")
        kept = areas[~areas["area"].isin(leave_out)]
        if (twice := kept["area"].duplicated()).any():
            raise ExplainedError(
                f"{kept.loc[twice, 'area'].iloc[0]!r} stands twice in the table of areas; give the "
                "rows of one project"
            )
        place = {area: i for i, area in enumerate(kept["area"])}
        pairs = pairs[pairs["area_a"].isin(place) & pairs["area_b"].isin(place)]
        first, second = pairs["area_a"].map(place), pairs["area_b"].map(place)
        together = np.zeros((len(place), len(place)))
        together[first, second] = pairs["commits_both"]
        return cls(name, tuple(place), kept["commits"].to_numpy(float), together + together.T)

    @cached_property
    def coupling(self) -> Array:
        """Changes that each area shares: with another area, and each other one counts."""
        return np.asarray(self.together.sum(axis=1))

    @cached_property
    def independence(self) -> Array:
        """How much each area changes on its own: ``changes / (changes + coupling)``, 0..1."""
        return np.asarray(self.changes / (self.changes + self.coupling))

    @property
    def shared(self) -> float:
        """How many shared changes there are: pairs of areas, times changes."""
        return float(self.together.sum() / 2)

    def order_by(self, values: ArrayLike) -> list[str]:
        """Return the areas in the order of `values`, one for each, the largest first."""
        return [self.areas[i] for i in np.argsort(-np.asarray(values, float), kind="stable")]

    def table(self) -> pd.DataFrame:
        """Return one row per area: changes, share of the work, shared changes, independence."""
        import pandas as pd

        columns = {
            "changes": self.changes.astype(int),
            "share of work": (self.changes / self.changes.sum()).round(3),
            "shared changes": self.coupling.astype(int),
            "independence": self.independence.round(2),
        }
        table = pd.DataFrame(columns, index=pd.Index(self.areas, name="area"))
        return table.sort_values("changes", ascending=False, kind="stable")

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

        Raises
        ------
        ExplainedError
            If `often` is no share above 0.
        """
        if not 0 < often <= 1:
            raise ExplainedError(
                f"often must be a share of changes above 0 and at most 1, not {often:g}"
            )
        return (self.together > 0) & (self.together >= often * self.changes[:, np.newaxis])

    def without(self, area: str, other: str | None = None) -> CoChange:
        """Return the network without what `area` shares with `other`, or without `area` itself.

        Without an area: as if what it holds had gone to those who change it.

        Raises
        ------
        ExplainedError
            If there is no such area, or the two do not change together.
        """
        [here] = self.places([area])
        if other is None:
            kept = np.arange(len(self.areas)) != here
            return CoChange(
                f"{self.name} without {area}",
                tuple(name for name in self.areas if name != area),
                self.changes[kept],
                self.together[np.ix_(kept, kept)],
            )
        [there], together = self.places([other]), self.together.copy()
        if together[here, there] == 0:
            raise ExplainedError(f"{area} and {other} do not change together: nothing to remove")
        together[here, there] = together[there, here] = 0
        return CoChange(f"{self.name} without {area} – {other}", self.areas, self.changes, together)

    def expecting(self, times: Mapping[str, float]) -> CoChange:
        """Return the same areas with the changes that a roadmap announces.

        An area that changes four times as often changes twice as often together with each other
        one, and four times as often with one that does so too.

        Parameters
        ----------
        times : mapping of str to float
            How many times last year's changes, above 0, for the areas that the roadmap names.

        Raises
        ------
        ExplainedError
            If an area is unknown or a number is not above 0.

        Examples
        --------
        >>> network("rails").expecting({"railties": 2}).table().loc["railties", "changes"].item()
        828
        """
        factor = np.ones(len(self.areas))
        factor[self.places(list(times))] = list(times.values())
        if not np.all(factor > 0):
            raise ExplainedError(
                "write how many times last year's changes are expected, above 0: 0.5 is half of it"
            )
        together = self.together * np.sqrt(np.outer(factor, factor))
        return CoChange(self.name, self.areas, self.changes * factor, together)

    def another_year(self, seed: int = SEED) -> CoChange:
        """Draw by `seed` a year that could have been: each count anew, around what was seen."""
        generator = np.random.default_rng(whole("seed", seed, 0))
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
        self.places(list(squad_of))
        missing = [area for area in self.areas if area not in squad_of]
        if missing:
            raise ExplainedError(
                f"{len(missing)} of {len(self.areas)} areas have no squad, the first is "
                f"{missing[0]!r}; give each area one"
            )
        return Cut(self, {area: str(squad_of[area]) for area in self.areas})

    def places(self, areas: Sequence[str]) -> list[int]:
        """Return the place of each of the named `areas`, counted from 0.

        Raises
        ------
        ExplainedError
            If a name is unknown or comes twice.
        """
        known = {name: i for i, name in enumerate(self.areas)}
        if isinstance(areas, str) or not isinstance(areas, Sequence):
            raise ExplainedError(
                f"name some areas in a list, as ['{self.areas[0]}'], not {areas!r:.60}"
            )
        for area in areas:
            if not isinstance(area, str) or area not in known:
                some = ", ".join(self.areas[:_NAMED]) + (", …" if len(known) > _NAMED else "")
                raise ExplainedError(f"{self.name} has no area {area!r}; it has {some}")
        if len(set(areas)) < len(areas):
            twice = next(area for area in areas if list(areas).count(area) > 1)
            raise ExplainedError(f"{twice} comes twice; name each area once")
        return [known[area] for area in areas]


@dataclass(frozen=True, eq=False)
class Cut:
    """A product cut into squads: each area belongs to one.

    Attributes
    ----------
    network : CoChange
    squad_of : mapping of str to str
        Name of the squad that owns each area.

    Examples
    --------
    >>> from thousandfold.models import SquadCut, network
    >>> len(set(SquadCut(squads=4).of(network("rails")).squad_of.values()))
    4
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
        needs = self._owns @ self.network.together @ self._owns.T
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
        """Return the same borders in another year that could have been, by `seed`."""
        return Cut(self.network.another_year(seed), self.squad_of)


# No part of the product: documents, examples, what serves only the project itself.
_DOCUMENTS = {
    "rails": (".github", "guides", "tasks"),
    "terraform": ("website", "vendor", "examples"),
    "prometheus": ("docs", "documentation", ".github", "scripts"),
    "ansible": ("changelogs", "docs", "test", ".github", "hacking"),
}


@lru_cache(maxsize=16)
def network(project: str, documents: bool = True) -> CoChange:
    """Return what changed together in a real project, from the data set ``area_coupling``.

    Parameters
    ----------
    project : str
        ``"terraform"`` (the year before its split), ``"prometheus"``, ``"rails"`` or
        ``"ansible"``.
    documents : bool
        Whether areas count that are no part of the product, such as Terraform's website.

    Returns
    -------
    CoChange
        Areas, how often each changed in the year, and how often each two changed together.

    Raises
    ------
    ExplainedError
        If the data set has no such project.

    Examples
    --------
    >>> network("rails").dependencies().head(1).to_numpy().tolist()
    [['activerecord', 'railties', 68]]
    >>> network("terraform").shared, network("terraform", documents=False).shared
    (1543.0, 415.0)
    """
    from thousandfold.datasets import load

    every = load("code_areas")
    own = every[every["project"] == project]
    if own.empty:
        known = ", ".join(every["project"].unique())
        raise ExplainedError(f"there is no project {project!r}; there are {known}")
    pairs = load("area_coupling")
    leave_out = () if documents else _DOCUMENTS[project]
    return CoChange.of(project, own, pairs[pairs["project"] == project], leave_out)


@lru_cache(maxsize=16)
def without_most_tied(network: CoChange) -> CoChange:
    """Return the network without the area that shares most; kept, since sliders ask again.

    Parameters
    ----------
    network : CoChange

    Returns
    -------
    CoChange

    Examples
    --------
    >>> rails = network("rails")
    >>> len(rails.areas) - len(without_most_tied(rails).areas)
    1
    """
    return network.without(network.order_by(network.coupling)[0])
