"""Which areas of a product change together, and who owns them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from thousandfold.core import SEED, Array
from thousandfold.errors import ExplainedError

if TYPE_CHECKING:
    import pandas as pd


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


@lru_cache(maxsize=16)
def without_most_tied(network: CoChange) -> CoChange:
    """Return the network without the area that shares most; kept, since sliders ask again."""
    return network.without(str(network.table().index[0]))
