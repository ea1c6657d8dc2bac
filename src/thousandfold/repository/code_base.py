"""The areas of a code base that is taken apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array
from thousandfold.errors import ExplainedError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class CodeBase:
    """The areas of a code base, how often each changes, and which change together.

    Attributes
    ----------
    areas : tuple of str
    churn : array, shape (areas,)
        Changes in a year.
    together : array, shape (areas, areas)
        Changes that touched both areas; symmetric, 0 on the diagonal.

    Examples
    --------
    >>> FERRY.order_by(FERRY.churn * FERRY.independence)
    ['payments', 'booking', 'calendar', 'messages', 'reports', 'login']
    """

    areas: tuple[str, ...]
    churn: Array
    together: Array

    def __post_init__(self) -> None:
        if not np.all(self.churn > 0) or not np.array_equal(self.together, self.together.T):
            raise ExplainedError(
                "each area must have changed at least once, and two areas changed together as "
                "often as the other way round; look for an area without changes or a lopsided pair"
            )

    @classmethod
    def of(
        cls,
        areas: pd.DataFrame,
        coupling: pd.DataFrame,
        project: str,
        leave_out: Sequence[str] = (),
    ) -> CodeBase:
        """Take one project from two tables.

        Parameters
        ----------
        areas, coupling : pandas.DataFrame
            Like the data sets ``code_areas`` and ``area_coupling``.
        project : str
            For example ``"rails"``.
        leave_out : sequence of str
            Areas that are no part of the product, for example its guides.

        Raises
        ------
        ExplainedError
            If there is no such project or area.
        """
        rows = areas[areas["project"] == project]
        if rows.empty:
            raise ExplainedError(
                f"there is no project {project!r}; there are {', '.join(areas['project'].unique())}"
            )
        unknown = set(leave_out) - set(rows["area"])
        if unknown:
            raise ExplainedError(f"{project} has no area {min(unknown)!r} to leave out")
        rows = rows[~rows["area"].isin(leave_out)]
        names = tuple(rows["area"])
        place = {name: i for i, name in enumerate(names)}
        pairs = coupling[
            (coupling["project"] == project)
            & coupling["area_a"].isin(names)
            & coupling["area_b"].isin(names)
        ]
        together = np.zeros((len(names), len(names)))
        a, b = pairs["area_a"].map(place), pairs["area_b"].map(place)
        together[a, b] = together[b, a] = pairs["commits_both"]
        return cls(names, rows["commits"].to_numpy(dtype=float), together)

    @cached_property
    def coupling(self) -> Array:
        """How often each area changes together with another one; each other one counts."""
        return np.asarray(self.together.sum(axis=1))

    @cached_property
    def independence(self) -> Array:
        """How much each area changes on its own: ``churn / (churn + coupling)``, 0..1."""
        return np.asarray(self.churn / (self.churn + self.coupling))

    def order_by(self, values: ArrayLike) -> list[str]:
        """Return the areas in the order of some values, the largest first."""
        return [self.areas[i] for i in np.argsort(-np.asarray(values, float), kind="stable")]

    def table(self) -> pd.DataFrame:
        """Return one row per area, the most changed first."""
        import pandas as pd

        columns = {"churn": self.churn, "coupling": self.coupling}
        table = pd.DataFrame(columns, index=list(self.areas)).astype(int)
        table["independence"] = self.independence.round(2)
        return table.sort_values("churn", ascending=False, kind="stable")

    def expecting(self, times: Mapping[str, float]) -> CodeBase:
        """Return the same areas with the churn that a roadmap announces.

        An area that changes four times as often changes twice as often together with each other
        one, and four times as often with one that does so too.

        Parameters
        ----------
        times : mapping of str to float
            How many times last year's churn, above 0, for the areas that the roadmap names.

        Raises
        ------
        ExplainedError
            If an area is unknown or a number is not above 0.

        Examples
        --------
        >>> FERRY.expecting({"reports": 2}).table().loc["reports", "churn"].item()
        200
        """
        factor = np.ones(len(self.areas))
        factor[self.places(list(times))] = list(times.values())
        if not np.all(factor > 0):
            raise ExplainedError(
                "write how many times last year's churn is expected, above 0: 0.5 is half of it"
            )
        together = self.together * np.sqrt(np.outer(factor, factor))
        return CodeBase(self.areas, self.churn * factor, together)

    def places(self, order: Sequence[str]) -> list[int]:
        """Return the place of each named area.

        Raises
        ------
        ExplainedError
            If a name is unknown or comes twice.
        """
        known = {name: i for i, name in enumerate(self.areas)}
        for name in order:
            if name not in known:
                raise ExplainedError(f"there is no area {name!r}; there are {', '.join(known)}")
        if len(set(order)) < len(order):
            twice = next(name for name in order if list(order).count(name) > 1)
            raise ExplainedError(f"{twice} comes twice; an area leaves the monolith once")
        return [known[name] for name in order]


_NO_PRODUCT = {
    "rails": (".github", "guides", "tasks"),
    "terraform": ("website", "vendor", "examples"),
    "prometheus": ("docs", "documentation", ".github", "scripts"),
    "ansible": ("changelogs", "docs", "test", ".github", "hacking"),
}


@cache
def real_code(project: str) -> CodeBase:
    """Return the areas of a real code base, without its documents and tools.

    Parameters
    ----------
    project : str
        ``"terraform"``, ``"ansible"``, ``"prometheus"`` or ``"rails"``; see the card of the data
        set ``code_areas``.

    Examples
    --------
    >>> real_code("rails").table().index[0]
    'activerecord'
    """
    from thousandfold.datasets import load

    areas, coupling = load("code_areas"), load("area_coupling")
    return CodeBase.of(areas, coupling, project, _NO_PRODUCT.get(project, ()))
