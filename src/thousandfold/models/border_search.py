"""A search for borders between squads that little crosses."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from thousandfold.core import SEED, Array
from thousandfold.errors import ExplainedError
from thousandfold.repository.co_change import CoChange

_Labels = NDArray[np.int_]
_RESOLUTIONS = (2, 4, 8)
_DEALS, _TRIES = 20, 5


@lru_cache(maxsize=512)
def find_borders(network: CoChange, squads: int, uneven: float) -> _Labels:
    """Return the squad of each area: the best of what several beginnings lead to.

    Parameters
    ----------
    network : CoChange
        What is cut.
    squads : int
        How many.
    uneven : float
        As in `SquadCut`.

    Returns
    -------
    array of int, shape (areas,)
        Squad of each area, counted from 0.

    Raises
    ------
    ExplainedError
        If there are more squads than areas.

    Examples
    --------
    >>> from thousandfold.models import network
    >>> sorted(set(find_borders(network("rails"), 3, 0.5).tolist()))
    [0, 1, 2]
    """
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


@lru_cache(maxsize=512)
def random_crossing(network: CoChange, squads: int, uneven: float) -> float:
    """Return how much crosses when areas are dealt at random, within the same limits of size.

    The mean of 20 deals. Where none of five keeps all limits, the one that breaks fewest counts.

    Parameters
    ----------
    network : CoChange
        What is cut.
    squads : int
        How many.
    uneven : float
        As in `SquadCut`.

    Returns
    -------
    float
        Share of all shared changes, 0..1.

    Examples
    --------
    >>> from thousandfold.models import network
    >>> 0 < random_crossing(network("rails"), 3, 0.5) < 1
    True
    """
    search = _Search(network, squads, uneven)
    generator = np.random.default_rng(SEED)
    crossing = []
    for _ in range(_DEALS):
        tried = [search.cost(search.deal(generator)) for _ in range(_TRIES)]
        crossing.append(min(tried, key=lambda cost: cost[0])[1])
    return float(np.mean(crossing) / max(1, network.together.sum()))


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

    def cost(self, label: _Labels) -> tuple[int, float]:
        """How many squads break a limit, and how much crosses."""
        work = np.bincount(label, self.changes)[np.unique(label[~self.alone])]
        broken = ((work > self.most) | (work < self.least)).sum()
        return int(broken), float(self.together[label[:, np.newaxis] != label].sum())

    def deal(self, generator: np.random.Generator) -> _Labels:
        """Deal the areas at random: one to each squad, the others to any that has room."""
        alone = int(self.alone.sum())
        label = np.empty(len(self.changes), dtype=int)
        label[self.alone] = np.arange(alone)
        work = np.where(np.arange(self.squads) < alone, np.inf, 0)
        for area in generator.permutation(np.flatnonzero(~self.alone)):
            room = np.flatnonzero(work + self.changes[area] <= self.most)
            anywhere = work.all() and room.size
            squad = room[generator.integers(len(room))] if anywhere else work.argmin()
            label[area] = squad
            work[squad] += self.changes[area]
        return label

    def merge(self, start: _Labels, scale: np.ufunc) -> _Labels:
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

    def even_out(self, label: _Labels) -> None:
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

    def improve(self, label: _Labels) -> None:
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

    def _gains(self, label: _Labels) -> Array:
        """Return what an area shares with each group, over what it shares with its own."""
        to = self.together @ np.eye(self.squads)[label]
        return np.asarray(to - to[np.arange(len(label)), label][:, np.newaxis])
