"""Nodes in groups, each group a circle, and the ties between them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from thousandfold.drawing.axes import WORDS
from thousandfold.drawing.colours import INK, LINES, PAGE, SOFT, for_words
from thousandfold.drawing.places import Box, free_places
from thousandfold.drawing.plane import UNIT, PlaneDrawing
from thousandfold.drawing.words import halo, height, width, wrapped
from thousandfold.picture import Network

_GROUND = "#e8edf1"
_FAINT = "#b9c3cc"
_LARGEST, _SMALLEST = 15.0, 4.5
_HUB = 1.7
_RIM = 0.055
_ALONE = 11
_ONE_CIRCLE = 1.05


class NetworkDrawing(PlaneDrawing[Network]):
    """Circles of nodes; ties inside a group and across, who is away and who is cut off."""

    narrow_height = 5.4

    def extent(self, picture: Network) -> tuple[float, float, float, float]:
        """Return the whole plane; on a telephone, of one circle alone what it takes."""
        if self.narrow and picture.centre is None and (picture.circles[:, 2] > 0).sum() == 1:
            return -_ONE_CIRCLE, _ONE_CIRCLE, -_ONE_CIRCLE, _ONE_CIRCLE
        return super().extent(picture)

    def marks(self, picture: Network) -> None:
        """Draw grounds, ties and nodes, in this order."""
        self._grounds(picture)
        self._ties(picture)
        self._nodes(picture)

    def words(self, picture: Network) -> None:
        """Write the names of the groups in their circles, and that of the node in the middle."""
        around = np.arange(len(picture.group)) != picture.centre
        members = np.bincount(picture.group[around], minlength=len(picture.circles))
        beside: list[tuple[str, tuple[float, float]]] = []
        taken: list[Box] = []
        for name, (x, y, radius), count in zip(
            picture.names, picture.circles, members, strict=False
        ):
            if radius > 0:
                room = 2 * radius * self.unit - 14
                inside = max(width(word, WORDS) for word in name.split() or [""]) <= room
                # A single dot stands where its name would.
                below = (_ALONE if count == 1 else 0) if inside else radius * self.unit + 9
                if self.narrow:
                    inside = inside and "…" not in wrapped(name, room, WORDS)
                words = wrapped(name, room if inside else 90, WORDS, lines=3 if self.narrow else 2)
                if inside or not self.narrow:
                    taken.append(self._name(words, (x, y), below, INK))
                elif words:
                    beside.append((words, self._rim(x, y, radius)))
        if picture.centre is not None and picture.centre_name:
            middle = picture.places[picture.centre]
            red = for_words(LINES["red"])
            taken.append(self._name(picture.centre_name, middle, 17, red, weight="bold"))
        self._name_beside(beside, np.array([self.place(*at) for at in picture.places]), taken)

    def _name_beside(
        self,
        names: list[tuple[str, tuple[float, float]]],
        nodes: NDArray[np.float64],
        taken: list[Box],
    ) -> None:
        """Write the names of circles where they hide least, with a line to each that is far."""
        sizes = [_size(words) for words, _ in names]
        rims = [rim for _, rim in names]
        boxes = free_places(rims, sizes, self.room, nodes, tuple(taken))
        for (words, rim), box in zip(names, boxes, strict=True):
            self.lead(box, rim, SOFT)
            self.say(
                words,
                (box.x + box.wide / 2, box.y + box.high / 2),
                color=INK,
                ha="center",
                va="center",
                multialignment="center",
                path_effects=halo(),
            )

    def _rim(self, x: float, y: float, radius: float) -> tuple[float, float]:
        """Return where a circle is furthest from the middle of all, in points."""
        far = float(np.hypot(x, y)) or 1.0
        return self.place(x * (1 + radius / far), y * (1 + radius / far))

    def _name(
        self, words: str, at: tuple[float, float], below: float, colour: str, weight: str = "normal"
    ) -> Box:
        """Write a name at a place of the plane or so far below it, and return where it stands."""
        x, y = self.place(*at)
        wide, high = _size(words, bold=weight == "bold")
        self.say(
            words,
            (x, y - below),
            color=colour,
            ha="center",
            weight=weight,
            va="top" if below else "center",
            multialignment="center",
            path_effects=halo(),
        )
        return Box(x - wide / 2, y - below - (high if below else high / 2), wide, high)

    def _grounds(self, picture: Network) -> None:
        from matplotlib.collections import PolyCollection

        turn = np.linspace(0, 2 * np.pi, 48)
        round_ = np.column_stack([np.cos(turn), np.sin(turn)])
        grounds = [
            (x, y) + (radius + _RIM) * round_ for x, y, radius in picture.circles if radius > 0
        ]
        drawn = PolyCollection(grounds, facecolor=_GROUND, linewidth=0, zorder=0)
        self.keep(self.ax.add_collection(drawn, autolim=False))

    def _ties(self, picture: Network) -> None:
        from matplotlib.collections import LineCollection

        if not len(picture.pairs):
            return
        weights = np.ones(len(picture.pairs))
        if picture.weights is not None:
            weights = np.sqrt(np.asarray(picture.weights, dtype=float))
            weights = 0.2 + 4 * weights / max(weights.max(), 1e-12)
        drawn = picture.drawn
        silent = (picture.cut_off | ~picture.present)[picture.pairs].any(axis=1)
        # Many lines over each other must not become one dark patch.
        faint = float(np.clip(8 / np.sqrt(len(picture.pairs)), 0.1, 0.5))
        looks = (
            (silent, _FAINT, 0.5, 1.0),
            (~silent & ~picture.between, LINES["blue"], 0.9, faint),
            (~silent & picture.between, LINES["red"], 0.9, max(0.35, faint)),
        )
        for these, colour, thick, alpha in looks:
            lines = picture.places[picture.pairs[these & drawn]]
            widths = thick * weights[these & drawn]
            self.keep(
                self.ax.add_collection(
                    LineCollection(
                        list(lines),
                        linewidths=widths,
                        colors=colour,
                        alpha=alpha,
                        zorder=1,
                    ),
                    autolim=False,
                )
            )

    def _nodes(self, picture: Network) -> None:
        size = self._diameters(picture) ** 2
        hub = np.isin(np.arange(len(picture.group)), picture.hubs)
        centre = np.arange(len(picture.group)) == picture.centre
        well = picture.present & ~picture.cut_off & ~centre
        self._draw(picture, size, well & ~hub, color=LINES["blue"])
        self._draw(picture, size * _HUB, well & hub, color=LINES["red"], marker="D", zorder=4)
        self._draw(picture, size, centre, color=LINES["red"], marker="D", zorder=4)
        self._draw(picture, size, picture.cut_off, facecolor=PAGE, edgecolor=SOFT, linewidth=1.3)
        self._draw(
            picture,
            size * 2.4,
            ~picture.present,
            color=INK,
            marker="X",
            zorder=5,
            edgecolor=PAGE,
            linewidth=0.8,
        )

    def _draw(
        self, picture: Network, size: NDArray[np.float64], these: NDArray[np.bool_], **look: object
    ) -> None:
        self.dots(picture.places[these], s=size[these], **look)

    @staticmethod
    def _diameters(picture: Network) -> NDArray[np.float64]:
        """Return how large each node is in points: by its size, or as its neighbours leave room."""
        if picture.sizes is not None:
            share = np.sqrt(np.asarray(picture.sizes, dtype=float))
            return np.asarray(np.maximum(_SMALLEST, _LARGEST * share / max(share.max(), 1e-12)))
        members = np.bincount(picture.group, minlength=len(picture.circles))
        apart = 2 * np.pi * picture.circles[:, 2] / np.maximum(members, 1) * UNIT
        return np.full(len(picture.group), np.clip(0.6 * apart[members > 0].min(), _SMALLEST, 9))


def _size(words: str, bold: bool = False) -> tuple[float, float]:
    rows = words.split("\n")
    return max(width(row, WORDS, bold) for row in rows), height(len(rows), WORDS)
