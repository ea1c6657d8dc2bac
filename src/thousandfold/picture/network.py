"""People or areas in groups, who is tied to whom, and who is cut off when somebody is away."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from thousandfold.errors import ExplainedError
from thousandfold.picture.arguments import drawable, few_enough
from thousandfold.picture.base import Picture

_MOST_NODES = 400
_MOST_TIES = 10_000
_MOST_DRAWN = 1700
_OTHERS = 12
# A picture is twice as wide as it is high; a group never fills more than this of half of it.
_HALF_WIDTH, _HALF_HEIGHT = 2.0, 1.0
_LARGEST = 0.42
_AIR = 1.22
_STEPS = 720


@dataclass(frozen=True, eq=False)
class Network(Picture):
    """Nodes in groups, and ties between them: each group a circle, the circles on an ellipse.

    Attributes
    ----------
    groups : array of int, shape (nodes,)
        Group of each node, counted from 0.
    ties : array of int, shape (ties, 2)
        The two nodes of each tie.
    weights : array, shape (ties,), optional
        How strong each tie is; all alike by default.
    sizes : array, shape (nodes,), optional
        How large each node is; all alike by default.
    names : tuple of str
        Name of each group; empty for none.
    hubs : tuple of int
        Nodes that speak for their group.
    away : tuple of int
        Nodes that are missing today.
    centre : int, optional
        A node that stands in the middle of everybody, with its name. Its ties are drawn, and of
        all others only the strongest.
    centre_name : str

    Examples
    --------
    >>> said = {"title": "Two squads", "sentence": "Two squads, and one tie between them."}
    >>> Network([0, 0, 1], [[0, 1], [1, 2]], names=("one", "two"), **said).names
    ('one', 'two')
    """

    groups: ArrayLike
    ties: ArrayLike
    weights: ArrayLike | None = None
    sizes: ArrayLike | None = None
    names: tuple[str, ...] = ()
    hubs: tuple[int, ...] = ()
    away: tuple[int, ...] = ()
    centre: int | None = None
    centre_name: str = ""

    def __post_init__(self) -> None:
        group = drawable("groups", self.groups, low=0)
        few_enough("dots", group.size, _MOST_NODES)
        count = np.shape(self.ties)[0] if np.ndim(self.ties) else 1
        few_enough("lines", count, _MOST_TIES)
        if count:
            drawable("ties", self.ties, (None, 2), 0, group.size - 1)
        if self.weights is not None:
            drawable("weights", self.weights, (count,), 0)
        if self.sizes is not None:
            drawable("sizes", self.sizes, (group.size,), 0)
        for name in ("hubs", "away"):
            if not set(getattr(self, name)) <= set(range(group.size)):
                raise ExplainedError(f"{name} must be nodes, counted from 0 to {group.size - 1}")
        if self.centre is not None and not 0 <= self.centre < group.size:
            raise ExplainedError(f"centre must be a node, counted from 0 to {group.size - 1}")
        if self.names and len(self.names) <= group.max():
            raise ExplainedError(f"{group.max() + 1:g} groups need as many names")

    @cached_property
    def group(self) -> NDArray[np.int_]:
        """Group of each node."""
        return np.asarray(self.groups).astype(int)

    @cached_property
    def pairs(self) -> NDArray[np.int_]:
        """The two nodes of each tie, shape (ties, 2)."""
        return np.asarray(self.ties).astype(int).reshape(-1, 2)

    @property
    def one_in(self) -> int:
        """How many ties stand for one that is drawn: thousands over each other are one patch."""
        return -(-len(self.pairs) // _MOST_DRAWN)

    @cached_property
    def drawn(self) -> NDArray[np.bool_]:
        """Whether a tie is drawn: with a centre, its own and the strongest of the others."""
        each = np.arange(len(self.pairs))
        if self.centre is None:
            return np.asarray(each % max(1, self.one_in) == 0)
        own = (self.pairs == self.centre).any(axis=1)
        weights = np.ones(len(self.pairs)) if self.weights is None else np.asarray(self.weights)
        others = np.argsort(np.where(own, -1.0, weights), kind="stable")[::-1]
        return np.asarray(own | (np.isin(each, others[:_OTHERS]) & ~own))

    @cached_property
    def between(self) -> NDArray[np.bool_]:
        """Whether a tie joins two groups."""
        here, there = self.group[self.pairs].T
        return np.asarray(here != there)

    @property
    def crossing(self) -> float:
        """Share of all ties that join two groups, by weight; 0 without ties."""
        weights = np.ones(len(self.pairs)) if self.weights is None else np.asarray(self.weights)
        return float(weights[self.between].sum() / weights.sum()) if weights.sum() else 0.0

    @cached_property
    def present(self) -> NDArray[np.bool_]:
        """Whether a node is there today."""
        here = np.ones(len(self.group), dtype=bool)
        here[list(self.away)] = False
        return np.asarray(here)

    @cached_property
    def parts(self) -> NDArray[np.int_]:
        """For each node the first one that it can reach; -1 for one that is away."""
        first = np.where(self.present, np.arange(len(self.group)), len(self.group))
        here, there = self.pairs[self.present[self.pairs].all(axis=1)].T
        while True:
            least = first.copy()
            np.minimum.at(least, here, first[there])
            np.minimum.at(least, there, first[here])
            if (least == first).all():
                return np.where(self.present, first, -1)
            first = least

    @cached_property
    def cut_off(self) -> NDArray[np.bool_]:
        """Whether a node cannot reach the largest part because somebody is away."""
        if not self.away or not self.present.any():
            return np.zeros(len(self.group), dtype=bool)
        found, sizes = np.unique(self.parts[self.present], return_counts=True)
        return np.asarray(self.present & (self.parts != found[sizes.argmax()]))

    @property
    def cut_off_pairs(self) -> float:
        """Share of the pairs present who cannot reach each other."""
        there = int(self.present.sum())
        _, sizes = np.unique(self.parts[self.present], return_counts=True)
        pairs = there * (there - 1)
        return 1 - float((sizes * (sizes - 1)).sum()) / pairs if pairs else 0.0

    @cached_property
    def circles(self) -> NDArray[np.float64]:
        """Middle and radius of each group's circle, shape (groups, 3)."""
        members = np.bincount(self._outer_group)[: self.group.max() + 1]
        if (members > 0).sum() == 1 and self.centre is None:
            return np.where(members[:, None] > 0, [[0.0, 0.0, 0.86]], 0.0)
        # The circles share the ellipse by their number of nodes, a lone one too.
        share = np.where(members > 0, np.maximum(members, 2.0) ** 0.75, 0)
        if not share.any():
            return np.zeros((len(members), 3))
        radius = np.full(len(members), 0.2)
        turn = np.linspace(0, 2 * np.pi, _STEPS + 1)
        for _ in range(12):
            most = radius.max()
            ring = np.column_stack(
                [(_HALF_WIDTH - most) * np.sin(turn), (_HALF_HEIGHT - most) * np.cos(turn)]
            )
            way = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(ring, axis=0).T))])
            radius = np.minimum(_LARGEST, way[-1] * share / share.sum() / 2)
        step = np.where(
            members > 0, 2 * radius + (way[-1] - 2 * radius.sum()) / (members > 0).sum(), 0
        )
        middle = np.cumsum(step) - step / 2 - step[0] / 2
        x, y = (np.interp(middle, way, side) for side in ring.T)
        # Where the ellipse bends, neighbours are nearer than the way along it.
        there = np.flatnonzero(members)
        beside = np.roll(there, -1)
        apart = np.hypot(x[there] - x[beside], y[there] - y[beside])
        if len(there) > 1:
            radius *= min(1, (apart / (radius[there] + radius[beside])).min() / _AIR)
        return np.column_stack([x, y, radius])

    @cached_property
    def places(self) -> NDArray[np.float64]:
        """Where each node stands, shape (nodes, 2): x in -2..2, y in -1..1."""
        places = np.zeros((len(self.group), 2))
        for number, (x, y, radius) in enumerate(self.circles):
            members = np.flatnonzero(self._outer_group == number)
            if not len(members):
                continue
            hubs = np.isin(members, self.hubs)
            members = np.concatenate([members[hubs], members[~hubs]])
            if len(members) == 1:
                places[members] = x, y
                continue
            # Who speaks for the group stands towards the middle of the picture, the others around.
            inward = np.arctan2(-y, -x) if np.hypot(x, y) > 1e-9 else np.pi / 2
            beside = np.arange(len(members))
            turn = np.where(beside % 2, -(beside + 1) // 2, beside // 2) * 2 * np.pi / len(members)
            places[members] = np.column_stack(
                [x + radius * np.cos(inward + turn), y + radius * np.sin(inward + turn)]
            )
        return places

    @cached_property
    def _outer_group(self) -> NDArray[np.int_]:
        """Group of each node, and one group more for the node in the middle."""
        outer = self.group.copy()
        if self.centre is not None:
            outer[self.centre] = outer.max() + 1
        return outer
