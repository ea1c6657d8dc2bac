"""Pictures drawn with matplotlib: one file a kind, in one style."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from thousandfold.drawing.axes import HOUSE, NARROW, bundle, figure_of, image, new_axes, png
from thousandfold.drawing.frame import Drawing
from thousandfold.picture import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["HOUSE", "NARROW", "Drawing", "bundle", "draw", "figure_of", "image", "new_axes", "png"]

FILE_OF = {
    "AreaMap": "area_map",
    "Changes": "changes",
    "Dots": "dots",
    "HeatMap": "heat_map",
    "Hills": "hills",
    "Lines": "lines",
    "Loops": "loops",
    "Network": "network",
    "Stack": "stack",
    "Strip": "strip",
}


def draw(
    picture: Picture, ax: Axes | None = None, size: tuple[float, float] = HOUSE
) -> Drawing[Any]:
    """Draw a picture on `ax`, or on a new figure, by default of the house's size (inches)."""
    kind = type(picture).__name__
    file = import_module(f"{__name__}.{FILE_OF[kind]}")
    drawing: type[Drawing[Any]] = getattr(file, f"{kind}Drawing")
    return drawing(picture, ax, size)
