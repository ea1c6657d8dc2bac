"""What every picture says, whatever its kind: its point, its sentence, and words at a place."""

from __future__ import annotations

import dataclasses
from abc import ABC
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Columns = dict[str, Sequence[Any]]
"""By their names, all equally long; None where there is nothing."""


@dataclass(frozen=True)
class Note:
    """Words at a place of a picture: the one thing to look at, or what the reader guessed.

    Attributes
    ----------
    words : str
    x, y : float, optional
        A point of the picture; where one of them is missing, a line across it.
    guess : bool
        True for what the reader guessed before anything ran.
    soft : bool
        True for a point that is there to compare with.

    Examples
    --------
    >>> from thousandfold.models import Debt
    >>> len(Debt().picture("lead").noted(Note("my guess", x=8, guess=True)).notes)
    3
    """

    words: str
    x: float | None = None
    y: float | None = None
    guess: bool = False
    soft: bool = False


@dataclass(frozen=True, eq=False, kw_only=True)
class Picture(ABC):
    """What a figure shows, before it is drawn. Each kind of picture adds its own data.

    Attributes
    ----------
    title : str
        The point of the picture in one short line, made from its numbers.
    shown : str
        What is drawn, and how to read it: the line below the title.
    sentence : str
        The text alternative: what somebody who cannot see the figure needs to know.
    notes : tuple of Note
        At most one or two; a picture in which everything is marked marks nothing.

    Examples
    --------
    >>> from thousandfold.models import Debt
    >>> Debt().picture("map").title
    'Best share for repair: none after a year, 30 % after three'
    """

    title: str
    sentence: str
    shown: str = ""
    notes: tuple[Note, ...] = ()

    def noted(self, *notes: Note) -> Self:
        """Return the same picture with further `notes`."""
        return dataclasses.replace(self, notes=(*self.notes, *notes))

    def data(self) -> dict[str, Any]:
        """Return the picture as plain data, for JSON: its kind, and all that it says."""
        return {"kind": type(self).__name__, **_plain(self)}

    def numbers(self) -> Columns:
        """Return what is shown as a table; no columns where places and ties are all there is."""
        return {}

    def plot(self, ax: Axes | None = None) -> Axes:
        """Draw on `ax`, or on a new figure, and return the Axes."""
        # The one thing that a picture asks of the room above it, and only when it is drawn.
        from thousandfold.drawing import draw

        return draw(self, ax).ax


def _plain(value: Any) -> Any:
    """Return a value without arrays and classes; a number that is not finite is None."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    if np.ndim(value):
        return [_plain(item) for item in np.asarray(value)]
    number = np.asarray(value)[()]
    return None if isinstance(number, float) and not np.isfinite(number) else number.item()
