"""Pictures drawn with matplotlib: one file a kind, in one style."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from thousandfold.drawing.axes import bundle, figure_of, image, new_axes, png
from thousandfold.picture import Lines, Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["Drawing", "bundle", "draw", "figure_of", "image", "new_axes", "png"]


class Drawing(Protocol):
    """A picture on its Axes, which another picture of the same kind can take the place of."""

    ax: Axes

    def update(self, picture: Any) -> None:
        """Show another picture of the same kind."""


def draw(picture: Picture, ax: Axes | None = None) -> Drawing:
    """Draw a picture on `ax`, or on a new figure of the house's size."""
    from thousandfold.drawing.lines import LinesDrawing

    kinds: dict[type[Picture], Any] = {Lines: LinesDrawing}
    drawing: Drawing = kinds[type(picture)](picture, ax)
    return drawing
