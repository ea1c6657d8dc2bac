"""Pictures without axes: an equal scale both ways, and words where the picture wants them."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, TypeVar

from thousandfold.drawing.frame import Drawing
from thousandfold.picture import Picture

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

Kind = TypeVar("Kind", bound=Picture)

# What a unit of the plane is on a figure of the house's size, in points: marks are sized by it.
UNIT = 122


class PlaneDrawing(Drawing[Kind]):
    """A picture on a plane, left to right from -2 to 2 and up from -1 to 1."""

    def extent(self, picture: Kind) -> tuple[float, float, float, float]:
        """Return what has to be seen of the plane: left, right, bottom, top."""
        return -2.08, 2.08, -1.05, 1.05

    def draw(self, picture: Kind) -> None:
        """Take the axes away, and draw the marks."""
        self.ax.set_axis_off()
        self.marks(picture)

    @abstractmethod
    def marks(self, picture: Kind) -> None:
        """Draw the marks, on the plane."""

    def words(self, picture: Kind) -> None:
        """Write what stands among the marks, besides the notes; nothing by default."""

    def label(self, picture: Kind) -> None:
        """Write words only now: before the frame is laid out the plane has no scale."""
        left, right, bottom, top = self.extent(picture)
        wide, high = self.room
        scale = min(wide / (right - left), high / (top - bottom))
        spare = (wide / scale - (right - left)) / 2, (high / scale - (top - bottom)) / 2
        self.ax.set(
            xlim=(left - spare[0], right + spare[0]), ylim=(bottom - spare[1], top + spare[1])
        )
        self.words(picture)
        self.notes(picture.notes)

    @property
    def unit(self) -> float:
        """Points that a unit of the plane takes."""
        return self.place(1, 0)[0] - self.place(0, 0)[0]

    def dots(self, places: ArrayLike, **look: Any) -> None:
        """Draw marks at places, shape (n, 2); none for none."""
        import numpy as np

        found = np.asarray(places, dtype=float).reshape(-1, 2)
        if len(found):
            self.keep(self.ax.scatter(*found.T, **({"linewidth": 0, "zorder": 3} | look)))
