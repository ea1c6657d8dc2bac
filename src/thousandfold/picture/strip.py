"""A calendar strip: what is left of a budget, week by week, and the weeks that stood still."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.errors import ExplainedError
from thousandfold.picture.arguments import drawable, few_enough
from thousandfold.picture.base import Columns, Picture

_MOST_ROWS = 6
_MOST_PERIODS = 60


@dataclass(frozen=True, eq=False)
class Row:
    """One year, or another stretch of time.

    Attributes
    ----------
    label : str
        Stands above it.
    left : array, shape (periods,)
        Share of the budget that is left at the end of each period; below 0 it is overspent.
    stopped : array of bool, shape (periods,)
        Whether nothing happened in that period, on purpose.
    end : str
        How it ended; stands after the last period.
    bad : bool
        Whether that is a bad end.
    stops, resumes : float, optional
        Shares of the budget at which everything is to stop, and to go on: lines across.

    Examples
    --------
    >>> Row("year 1", [0.9, 0.4, 0.1], [False, False, True], end="kept").bad
    False
    """

    label: str
    left: ArrayLike
    stopped: ArrayLike
    end: str = ""
    bad: bool = False
    stops: float | None = None
    resumes: float | None = None

    def __post_init__(self) -> None:
        left = drawable("left", self.left)
        for name in ("stops", "resumes"):
            if getattr(self, name) is not None:
                drawable(name, getattr(self, name), (), 0, 1)
        drawable("stopped", self.stopped, left.shape, 0, 1)


@dataclass(frozen=True, eq=False)
class Strip(Picture):
    """Weeks in a row, each a cell as full as the budget is; one strip for each way to live.

    Attributes
    ----------
    rows : tuple of Row
        All equally long.
    period : str
        What one cell is called.
    """

    rows: tuple[Row, ...]
    period: str = "week"

    def __post_init__(self) -> None:
        if not self.rows:
            raise ExplainedError("a strip needs a row: there is nothing to draw")
        few_enough("rows", len(self.rows), _MOST_ROWS)
        lengths = {np.size(row.left) for row in self.rows}
        few_enough(f"{self.period}s", max(lengths), _MOST_PERIODS)
        if len(lengths) > 1:
            raise ExplainedError("the rows of a strip must be equally long")

    def numbers(self) -> Columns:
        """Return what is left of the budget in each period, and in which nothing happened."""
        columns: Columns = {self.period: range(1, np.size(self.rows[0].left) + 1)}
        for row in self.rows:
            columns[f"{row.label}: share of the budget that is left"] = np.ravel(row.left).tolist()
            stopped = np.ravel(row.stopped).tolist()
            columns[f"{row.label}: stopped"] = ["yes" if one else "no" for one in stopped]
        return columns
