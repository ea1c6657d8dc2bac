"""Hills over one axis, and products as poles in them."""

from __future__ import annotations

from typing import Any

import numpy as np

from thousandfold.drawing.axes import WORDS
from thousandfold.drawing.colours import INK, LINES, PAGE, for_words
from thousandfold.drawing.frame import Drawing
from thousandfold.drawing.places import Box
from thousandfold.drawing.words import halo, height, width
from thousandfold.picture import Hill, Hills, Stand

_LOOKS = (("blue", ""), ("red", "////"), ("green", ".."))
_ABOVE, _ABOVE_NARROW = 1.65, 2.0
_KEY = 32


class HillsDrawing(Drawing[Hills]):
    """Filled hills, told apart by hatching and name; a pole is a product, a dot what it wins."""

    narrow_height = 5.6

    def draw(self, picture: Hills) -> None:
        """Draw hills, then poles."""
        x = np.asarray(picture.x, dtype=float)
        highest = 0.0
        for hill, (colour, hatch) in zip(picture.hills, _LOOKS, strict=False):
            up = np.asarray(hill.height, dtype=float)
            highest = max(highest, up.max())
            self.keep(
                self.ax.fill_between(
                    x,
                    up,
                    facecolor=LINES[colour],
                    alpha=0.22,
                    edgecolor=LINES[colour],
                    hatch=hatch,
                    linewidth=0,
                ),
                *self.ax.plot(x, up, color=LINES[colour]),
            )
        self.ax.set(xlim=(x[0], x[-1]), xlabel=self.across(picture.x_label))
        top = (_ABOVE_NARROW if self.narrow else _ABOVE) * highest
        self.ax.set_ylim(0, max(self.ax.get_ylim()[1] * self._kept, top, 1e-9))
        self._kept = 1.0
        self.ax.set_xticks([at for at, _ in picture.ticks], [name for _, name in picture.ticks])
        for stand in picture.stands:
            self._pole(stand)

    _kept = 0.0

    def upwards(self, picture: Hills) -> str:
        """Return what the height of a hill is."""
        return f"↑ {picture.y_label}"

    def margins(self, picture: Hills) -> tuple[float, float, float]:
        """Make room for the numbers at both axes."""
        return 34, self.below(picture.x_label), 14

    def label(self, picture: Hills) -> None:
        """Name each hill in it, and each pole above it with what it wins."""
        for hill, (colour, _) in zip(picture.hills, _LOOKS, strict=False):
            if np.max(hill.height) >= 0.5:
                self._name(hill, np.asarray(picture.x, dtype=float), for_words(LINES[colour]))
        taken: list[Box] = []
        for stand in picture.stands:
            # Above the hill, too: what two editions win lies below it.
            over = [
                np.interp(stand.x, np.asarray(picture.x, float), np.asarray(hill.height, float))
                for hill in picture.hills
            ]
            at = self.place(stand.x, float(np.max([*over, *np.ravel(stand.wins)])))
            taken.append(self._write(stand.label, at, INK, taken))
            self._number(stand)
        self._total(picture)
        self.notes(picture.notes, taken=tuple(taken))

    def _name(self, hill: Hill, x: np.ndarray, colour: str) -> None:
        """Write the name in the hill, on the side that no other hill is on."""
        up = np.asarray(hill.height, dtype=float)
        right = up.argmax() >= len(x) / 2
        edge, level = self.place(float(x[-1 if right else 0]), float(up[-1 if right else 0]) / 2)
        self.say(
            hill.label,
            (edge + (-8 if right else 8), level),
            color=colour,
            weight="bold",
            ha="right" if right else "left",
            va="center",
            path_effects=halo(),
        )

    def _number(self, stand: Stand) -> None:
        """Write beside each dot how many it stands for, where that is anybody."""
        # On its own side, since an edition may stand where the one product stands.
        side, ha = (9, "left") if stand.mine else (-9, "right")
        for won in map(float, np.ravel(stand.wins)):
            x, y = self.place(stand.x, won)
            if won >= 0.5:
                look = {"color": INK, "va": "center", "path_effects": halo()}
                self.say(f"{won:.0f}", (x + side, y), ha=ha, **look)

    def _total(self, picture: Hills) -> None:
        """Write the sums in the upper right corner, each beside a piece of its pole."""
        wide, tall = self.room
        longest = max((width(words, WORDS, True) for words, _ in picture.totals), default=0)
        x = wide - longest - 4
        for place, (words, mine) in enumerate(picture.totals):
            y = tall - 8 - place * 1.5 * WORDS
            self.say(words, (x, y), color=INK, weight="bold", va="center")
            [key] = self.ax.plot(
                [(x - _KEY) / wide, (x - 6) / wide], [y / tall, y / tall],
                color=INK, transform=self.ax.transAxes, **_pole(mine),
            )  # fmt: skip
            self.keep(key)

    def _write(self, words: str, at: tuple[float, float], colour: str, taken: list[Box]) -> Box:
        rows = words.split("\n")
        wide, tall = max(width(row, WORDS, True) for row in rows), height(len(rows), WORDS)
        x = float(np.clip(at[0], wide / 2 + 2, self.room[0] - wide / 2 - 2))
        box = Box(x - wide / 2, at[1] + 8, wide, tall)
        while any(box.meets(other) for other in taken):
            box = Box(box.x, box.y + 4, wide, tall)
        self.say(
            words,
            (x, box.y),
            color=colour,
            weight="bold",
            ha="center",
            va="bottom",
            multialignment="center",
            path_effects=halo(),
        )
        return box

    def _pole(self, stand: Stand) -> None:
        wins = np.asarray(stand.wins, dtype=float)
        self.keep(
            *self.ax.plot(
                [stand.x, stand.x],
                [0, wins.max()],
                color=INK,
                zorder=4,
                **_pole(stand.mine),
            )
        )
        for won, (colour, _) in zip(wins, _LOOKS, strict=False):
            self.keep(
                *self.ax.plot(
                    stand.x,
                    won,
                    "o" if colour == "blue" else "s",
                    color=INK,
                    markersize=8,
                    markerfacecolor=INK if stand.mine else PAGE,
                    markeredgewidth=1.8,
                    zorder=5,
                )
            )


def _pole(mine: bool) -> dict[str, Any]:
    return {"linestyle": "-" if mine else (0, (4, 2)), "linewidth": 2.6 if mine else 1.6}
