"""Where to draw the borders between squads."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from thousandfold.core import SEED, Array, Model, Pictures, instance, quantity, whole
from thousandfold.errors import ExplainedError
from thousandfold.models.border_search import find_borders, random_crossing
from thousandfold.picture import Lines, Network, Note, Picture, Series, colour_of
from thousandfold.repository.co_change import CoChange, Cut, network, without_most_tied

if TYPE_CHECKING:
    import pandas as pd


FERRY_AREAS = (
    *("booking", "calendar", "waiting list", "payments", "invoices", "payouts"),
    *("website", "sign-up", "e-mails", "accounts", "partner api", "mobile app"),
)
"""The areas of Ferry's product, without its help pages."""

_PROJECTS = ("terraform", "prometheus", "rails", "ansible")
_PICTURED = (1, 2, 3, 4, 6, 8, 10, 12, 15)


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
    parts = whole("parts", parts, 1, len(FERRY_AREAS))
    generator = np.random.default_rng(whole("seed", seed, 0))
    group = generator.permutation(np.arange(len(FERRY_AREAS)) % parts)
    size = len(FERRY_AREAS) + 1
    together = generator.integers(0, 6, (size, size))
    inside = generator.integers(20, 40, (size, size))
    together[:-1, :-1] = np.where(group[:, None] == group, inside[:-1, :-1], together[:-1, :-1])
    together[:, -1] = generator.integers(8, 20, size)
    upper = np.triu(together, 1).astype(np.float64)
    both = upper + upper.T
    changes = generator.integers(60, 200, size) + both.max(axis=1)
    return CoChange(f"Ferry, seed {seed}", (*FERRY_AREAS, "help pages"), changes, both)


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
        6,
        "squads",
        "how many squads the product is cut into",
        low=1,
        high=15,
        whole=True,
        decision=True,
    )
    uneven: float = quantity(
        2,
        "times an even share",
        "most work of a squad; the least is one over it",
        low=1.2,
        high=5,
        decision=True,
    )

    def of(self, network: CoChange) -> Cut:
        """Cut `network` into squads; each is named after its busiest area.

        Raises
        ------
        ExplainedError
            If there are more squads than areas.
        """
        instance("network", network, CoChange)
        label = find_borders(network, int(self.squads), float(self.uneven))
        busiest = {}
        for i in np.argsort(network.changes, kind="stable"):
            busiest[label[i]] = network.areas[i]
        return network.cut({area: busiest[label[i]] for i, area in enumerate(network.areas)})

    def crossing(self, network: CoChange) -> tuple[Array, Array]:
        """Return squads from 1 up, and for each the share of `network` that crosses borders."""
        instance("network", network, CoChange)
        squads = np.array([n for n in _PICTURED if n <= len(network.areas)])
        return squads, np.array([self.replace(squads=int(n)).of(network).crossing for n in squads])

    def crossing_at_random(self, network: CoChange) -> Array:
        """Return what crosses when areas of `network` are dealt at random, within the limits."""
        instance("network", network, CoChange)
        squads = [n for n in _PICTURED if n <= len(network.areas)]
        return np.array([random_crossing(network, n, float(self.uneven)) for n in squads])

    def pictures(self) -> Pictures:
        """Return crossing changes against the number of squads, and a project as a network."""
        one = {name: partial(self._project_picture, name) for name in _PROJECTS}
        drawn = {"network": lambda: self.network_picture(network("terraform"))}
        return {"projects": self._projects_picture} | one | drawn

    def network_picture(self, network: CoChange) -> Network:
        """Return `network` in squads, the area that shares most in the middle."""
        cut = self.of(network)
        squads = cut.squads
        most, busiest = network.order_by(network.coupling)[0], network.order_by(network.changes)
        [centre] = network.places([most])
        ties = np.argwhere(np.triu(network.together))
        tied = int((network.together[centre] > 0).sum())
        without = self.of(without_most_tied(network)).crossing if len(network.areas) > 1 else 0.0
        names = [
            next((area for area in busiest if area != most and cut.squad_of[area] == squad), "")
            for squad in squads
        ]
        owner = squads.index(cut.squad_of[most])
        names[owner] = f"the squad of {most.rpartition('/')[2]}"
        name = network.name.capitalize()
        crossing = f"{100 * cut.crossing:.0f} %"
        return Network(
            groups=[squads.index(cut.squad_of[area]) for area in network.areas],
            ties=ties,
            weights=network.together[ties[:, 0], ties[:, 1]],
            sizes=network.changes,
            names=tuple(name.rpartition("/")[2] for name in names),
            centre=centre,
            centre_name=most,
            title=f"{crossing} of shared changes cross a border; without {most} "
            f"{100 * without:.0f} % of the rest",
            shown=f"{name}'s code: a dot is an area, larger if it changes more often; a circle "
            f"is a squad. Lines: changed together with {most}, and the few strongest others; red: "
            "across a border.",
            sentence=(
                f"{name}'s {len(network.areas)} areas in {self.squads:g} squads, cut so that "
                f"little crosses: {crossing} of the shared changes need two squads. In the middle "
                f"stands {most}, which shares changes with {tied} of the other "
                f"{len(network.areas) - 1}. Without it {100 * without:.0f} % of the rest would "
                "cross."
            ),
        )

    def _projects_picture(self) -> Picture:
        return self._crossing_picture(*map(network, ("terraform", "prometheus", "rails")))

    def _project_picture(self, name: str) -> Picture:
        return self._crossing_picture(network(name))

    def _crossing_picture(self, first: CoChange, *others: CoChange) -> Picture:
        """Draw some projects, and the first without the area that is tied to most others."""
        projects = [first, *others, without_most_tied(first)]
        series, ends = [], []
        for project in projects:
            squads, crossing = self.crossing(project)
            name = project.name.capitalize()
            series.append(Series(name, squads, 100 * crossing, colour=colour_of(project.name)))
            ends.append(f"{name} {100 * self.of(project).crossing:.0f} %")
        squads, _ = self.crossing(first)
        random = f"{first.name.capitalize()}, borders at random"
        series.append(Series(random, squads, 100 * self.crossing_at_random(first), colour="soft"))
        crossed = 100 * self.of(first).crossing
        many = f"{self.squads:g} squad{'s' if self.squads > 1 else ''}"
        return Lines(
            tuple(series),
            "squads",
            "shared changes that cross a border (%)",
            title=(
                f"{many}: {crossed:.0f} % of shared changes in "
                f"{first.name.capitalize()} need two of them"
            ),
            notes=(Note(many, x=self.squads),),
            sentence=(
                f"Changes to two areas at once, and how many of them need two squads. With "
                f"{many}: {', '.join(ends)}, and {random} "
                f"{100 * random_crossing(first, int(self.squads), float(self.uneven)):.0f} %. "
                "More squads, more "
                "borders to cross."
            ),
        )


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

    Raises
    ------
    ExplainedError
        If a candidate is not a pair of areas or one, or two do not change together.

    Examples
    --------
    >>> from thousandfold.models import network
    >>> rails = network("rails")
    >>> some = [("railties",), ("activerecord", "railties")]
    >>> len(worth_removing(rails, SquadCut(squads=3), some))
    2
    """
    import pandas as pd

    instance("network", network, CoChange)
    instance("cut", cut, SquadCut)
    if candidates is None:
        heaviest = network.dependencies().head(5)
        candidates = list(zip(heaviest["area"], heaviest["other"], strict=True))
    today = cut.of(network).crossing_changes
    rows = []
    for candidate in candidates if isinstance(candidates, Iterable) else [candidates]:
        if not isinstance(candidate, tuple | list) or not 1 <= len(candidate) <= 2:
            raise ExplainedError(
                "each of the candidates is a pair of areas, or one as ('website',), "
                f"not {candidate!r:.60}"
            )
        left = network.without(*candidate)
        after = cut.of(left).crossing_changes
        rows.append((" – ".join(candidate), network.shared - left.shared, today, after))
    columns = ["removed", "shared changes", "crossing today", "crossing then"]
    table = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[1:], int))
    table["saved"] = table["crossing today"] - table["crossing then"]
    return table.sort_values("saved", ascending=False, kind="stable", ignore_index=True)
