"""What changed: a share before and after, for each of a few things, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass

from thousandfold.errors import ExplainedError
from thousandfold.picture.arguments import drawable, few_enough
from thousandfold.picture.base import Columns, Picture

_MOST_ROWS = 16


@dataclass(frozen=True)
class Change:
    """One thing, at two times.

    Attributes
    ----------
    label : str
        Stands at the left of it.
    before, after : float
        Shares from 0 to 1.
    low, high : float
        Between which ends the share after may lie by chance, from `before` on.
    soft : bool
        True for what is there to compare with.

    Examples
    --------
    >>> Change("late", 0.4, 0.7, 0.5, 0.85).soft
    False
    """

    label: str
    before: float
    after: float
    low: float
    high: float
    soft: bool = False

    def __post_init__(self) -> None:
        for name in ("before", "after", "low", "high"):
            drawable(f"{name} of {self.label}", getattr(self, name), (), 0, 1)
        if self.low > self.high:
            raise ExplainedError(
                f"the interval of {self.label} must begin below its end, not {self.low:g} and "
                f"{self.high:g}"
            )


@dataclass(frozen=True, eq=False)
class Changes(Picture):
    """A ring for before, a disc for after, and a line for the interval; one row for each thing.

    Attributes
    ----------
    rows : tuple of Change
        From the top down.
    x_label : str
        What the shares are shares of.
    """

    rows: tuple[Change, ...]
    x_label: str

    def __post_init__(self) -> None:
        if not self.rows:
            raise ExplainedError("a picture of changes needs a row: there is nothing to draw")
        few_enough("rows", len(self.rows), _MOST_ROWS)

    def numbers(self) -> Columns:
        """Return both shares of each thing in per cent, and the interval of the second."""
        shares = ("before", "after", "low", "high")
        names = ("before (%)", "after (%)", "after, from (%)", "after, to (%)")
        columns: Columns = {"": [row.label for row in self.rows]}
        for name, share in zip(names, shares, strict=True):
            columns[name] = [round(100 * getattr(row, share), 1) for row in self.rows]
        return columns
