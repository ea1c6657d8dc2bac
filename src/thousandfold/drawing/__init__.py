"""Pictures drawn with matplotlib: one file a kind, in one style."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from thousandfold.drawing.axes import bundle, figure_of, image, new_axes, png
from thousandfold.drawing.frame import Drawing
from thousandfold.picture import Lines, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Drawing", "bundle", "draw", "figure_of", "image", "new_axes", "png"]


def draw(picture: Picture, ax: Axes | None = None) -> Drawing[Any]:
    """Draw a picture on `ax`, or on a new figure of the house's size."""
    from thousandfold.drawing.lines import LinesDrawing

    kinds: dict[type[Picture], type[Drawing[Any]]] = {Lines: LinesDrawing}
    return kinds[type(picture)](picture, ax)
