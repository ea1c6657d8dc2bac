"""Lines, bands and measured points over two axes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.errors import ExplainedError
from thousandfold.picture.base import Columns, Picture


@dataclass(frozen=True, eq=False)
class Series:
    """One line, band or cloud of points.

    Attributes
    ----------
    label : str
        Stands at the end of the line; empty for none.
    x, y : array, shape (n,)
        What is not a finite number is left out.
    low, high : array, shape (n,), optional
        Edges of a band around the line.
    measured : bool
        True for what somebody measured: large dark points, without a line between them.
    points : bool
        True for a pale cloud of points, as a simulation gives them.
    colour : str
        A name of `thousandfold.drawing.colours`, "soft" for what is there to compare with;
        by default the next free one.

    Raises
    ------
    ExplainedError
        If x and y are not numbers, or not as many of one as of the other.

    Examples
    --------
    >>> Series("used paths", [10, 20, 40], [9, 16, 31], measured=True).label
    'used paths'
    """

    label: str
    x: ArrayLike
    y: ArrayLike
    low: ArrayLike | None = None
    high: ArrayLike | None = None
    measured: bool = False
    points: bool = False
    colour: str = ""

    def __post_init__(self) -> None:
        for name in ("label", "colour"):
            if not isinstance(getattr(self, name), str):
                raise ExplainedError(f"{name} of a line must be words in quotes")
        for name in ("x", "y", "low", "high"):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, self._numbers(name, value))

    def _numbers(self, name: str, value: ArrayLike) -> np.ndarray:
        line = f"the line {self.label!r}" if self.label else "a line of a picture"
        try:
            found = np.asarray(value, dtype=float)
        except (TypeError, ValueError):
            raise ExplainedError(f"{name} of {line} must be numbers, one for each point") from None
        if found.ndim != 1:
            raise ExplainedError(f"{name} of {line} must be one row of numbers, one for each point")
        if name != "x" and len(found) != len(np.asarray(self.x)):
            raise ExplainedError(
                f"{line} has {len(np.asarray(self.x))} numbers for x and {len(found)} for {name}; "
                "each point needs both"
            )
        return found


@dataclass(frozen=True, eq=False)
class Lines(Picture):
    """Lines over two axes.

    Attributes
    ----------
    series : tuple of Series
    x_label, y_label : str
        With the unit in brackets.
    log_x, log_y : bool
        Logarithmic axes: equal distances are equal factors.
    unmeasured : tuple of float, optional
        From where to where on the x axis nobody measured.

    Examples
    --------
    >>> pairs = Series("possible pairs", [10, 100], [45, 4950])
    >>> Lines((pairs,), "people", "pairs", title="Pairs", sentence="Ten times the people.").title
    'Pairs'
    """

    series: tuple[Series, ...]
    x_label: str
    y_label: str
    log_x: bool = False
    log_y: bool = False
    unmeasured: tuple[float, float] | None = None

    def numbers(self) -> Columns:
        """Return x, and what each line is there; where one has an x twice, that x has two rows."""
        told = [(name, dict(_at(x, y))) for name, x, y in self._edges()]
        places = sorted({place for _, there in told for place in there})
        columns: Columns = {self.x_label: [x for x, _ in places]}
        for name, there in told:
            columns[_new(name, columns)] = [there.get(place) for place in places]
        return columns

    def _edges(self) -> Iterator[tuple[str, ArrayLike, ArrayLike]]:
        """Yield each line, and the edges of its band, with a name and its x and y."""
        for one in self.series:
            name = f"{one.label}: {self.y_label}" if one.label else self.y_label
            yield name, one.x, one.y
            for edge, values in (("from", one.low), ("to", one.high)):
                if values is not None:
                    yield f"{name}, {edge}", one.x, values


def _at(x: ArrayLike, y: ArrayLike) -> Iterator[tuple[tuple[float, int], float]]:
    """Yield each finite point by its x, and by how often the line has been there before."""
    before: dict[float, int] = {}
    for across, up in zip(np.asarray(x).tolist(), np.asarray(y).tolist(), strict=True):
        if np.isfinite(across) and np.isfinite(up):
            yield (across, before.setdefault(across, 0)), up
            before[across] += 1


def _new(name: str, there: Columns) -> str:
    """Return a name, with a number where it is there already."""
    numbered = (f"{name} ({number})" for number in count(2))
    return name if name not in there else next(one for one in numbered if one not in there)
