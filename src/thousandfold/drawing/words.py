"""How much room words take, before they are drawn."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from thousandfold.drawing.colours import PAGE

_LINE_HEIGHT = 1.25


@lru_cache(maxsize=4096)
def width(text: str, size: float, bold: bool = False) -> float:
    """Return the width of one line of text in points."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(size=size, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])


def halo(colour: str = PAGE) -> list[Any]:
    """Return what keeps words readable that stand on lines."""
    from matplotlib.patheffects import withStroke

    return [withStroke(linewidth=3, foreground=colour)]


def height(lines: int, size: float) -> float:
    """Return the height of some lines of text in points."""
    return lines * size * _LINE_HEIGHT


def wrapped(text: str, room: float, size: float, bold: bool = False, lines: int = 2) -> str:
    """Return text in as many lines as it needs, at most `lines`; the rest becomes an ellipsis.

    Parameters
    ----------
    text : str
    room : float
        Width of a line in points.
    size : float
        Of the font, in points.
    bold : bool
    lines : int
        Most lines.
    """
    rows = [""]
    for word in _glued(text).split(" "):
        longer = f"{rows[-1]} {word}".strip()
        if rows[-1] and width(longer[:_FAR], size, bold) > room:
            rows.append(word)
        else:
            rows[-1] = longer
        if len(rows) > lines:
            rows = [*rows[: lines - 1], f"{rows[lines - 1]} …"]
            break
    return "\n".join(_cut(row, room, size, bold) for row in rows)


def _glued(text: str) -> str:
    """Return words with single spaces, and none that may break before a per cent sign."""
    return " ".join(text.split()).replace(" %", "\N{NO-BREAK SPACE}%")


# Longer than any row: what somebody typed may have a million letters and no space.
_FAR = 300


def _cut(row: str, room: float, size: float, bold: bool) -> str:
    row = row[:_FAR]
    if width(row, size, bold) <= room:
        return row
    kept = row.removesuffix(" …")
    while kept and width(f"{kept}…", size, bold) > room:
        kept = kept[:-1].rstrip()
    return f"{kept}…"
