"""A week as a stack of hours, before and after."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.errors import ExplainedError
from thousandfold.picture.arguments import drawable, few_enough
from thousandfold.picture.base import Columns, Picture

_MOST_COLUMNS = 4
_MOST_LAYERS = 8


@dataclass(frozen=True, eq=False)
class Layer:
    """One part of all stacks.

    Attributes
    ----------
    label : str
    heights : array, shape (columns,)

    Examples
    --------
    >>> Layer("talking", [2, 9]).label
    'talking'
    """

    label: str
    heights: ArrayLike


@dataclass(frozen=True, eq=False)
class Stack(Picture):
    """Stacks of the same layers side by side: what grows and what shrinks between them.

    Attributes
    ----------
    columns : tuple of str
    layers : tuple of Layer
        The lowest first.
    unit : str
        Of all heights.
    whole : float, optional
        How much there is in all, for example the hours of a week: a line across.

    Examples
    --------
    >>> layers = (Layer("work", [38, 31]), Layer("talking", [2, 9]))
    >>> said = {"title": "Talking grows", "sentence": "Talking takes 2, then 9 hours."}
    >>> Stack(("10 people", "30 people"), layers, "hours a week", 40, **said).columns
    ('10 people', '30 people')
    """

    columns: tuple[str, ...]
    layers: tuple[Layer, ...]
    unit: str
    whole: float | None = None

    def __post_init__(self) -> None:
        if not self.columns or not self.layers:
            raise ExplainedError("a stack needs a column and a layer: there is nothing to draw")
        few_enough("columns", len(self.columns), _MOST_COLUMNS)
        few_enough("layers", len(self.layers), _MOST_LAYERS)
        for layer in self.layers:
            drawable(f"the layer {layer.label!r}", layer.heights, (len(self.columns),), 0)
        if self.whole is not None:
            drawable("whole", self.whole, (), 0)

    def numbers(self) -> Columns:
        """Return a row for each stack, and a column for each layer."""
        layers = {
            f"{one.label}: {self.unit}": np.ravel(one.heights).tolist() for one in self.layers
        }
        return {"stack": self.columns, **layers}
