"""The colours of all figures: distinct for colour-blind readers, in grey, and turned for the dark.

In a dark theme CSS inverts a picture's lightness and keeps its hue. So a colour here is chosen
twice: as it stands on white, and as it stands turned on a dark page. A test computes both.
"""

from __future__ import annotations

from typing import Any

PAGE = "#ffffff"
INK = "#1c2733"
SOFT = "#566573"
EDGE = "#9aa7b3"
RULE = "#dfe5ea"
GUESS = "#9a6b00"

# Neighbours differ in lightness and in line style, so that a print in grey still tells them apart.
LINES = {
    "blue": "#0b62b0",
    "red": "#d9512c",
    "green": "#009267",
    "purple": "#4a1380",
    "lilac": "#be77bf",
    "olive": "#869200",
}
NAMED = {**LINES, "ink": INK, "soft": SOFT, "guess": GUESS}
GUESSED: Any = (0, (5, 3))
DASHES: tuple[Any, ...] = (
    "-",
    (0, (7, 2)),
    (0, (7, 2, 1.5, 2)),
    (0, (1.5, 1.5)),
    (0, (7, 2, 1.5, 2, 1.5, 2)),
    (0, (3.5, 2)),
)
MARKERS = ("o", "s", "^", "D", "v", "P")

_TO_INK = 0.35


def for_words(colour: str) -> str:
    """Return a colour of a line as its words have it: thin strokes need more contrast."""
    mixed = (
        round((1 - _TO_INK) * int(colour[i : i + 2], 16) + _TO_INK * int(INK[i : i + 2], 16))
        for i in (1, 3, 5)
    )
    return "#" + "".join(f"{level:02x}" for level in mixed)
