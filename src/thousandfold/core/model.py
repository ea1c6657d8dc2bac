"""What every model is: parameters that know their range, and pictures that know their words."""

from __future__ import annotations

import dataclasses
import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from thousandfold.core.arguments import Quantity, one_of
from thousandfold.errors import ExplainedError
from thousandfold.picture import Picture

if TYPE_CHECKING:
    import pandas as pd


Array = NDArray[np.float64]
State = Mapping[str, Array]
Pictures = dict[str, Callable[[], Picture]]


@dataclass(frozen=True)
class Model(ABC):
    """A small, honest model: its parameters are its fields.

    Subclasses are frozen dataclasses too. A field that is not one sensible number is refused when
    the model is made, in a sentence that names the value, the range and the unit. Several values
    are several models: `sweep` and `compare` run them together.

    Examples
    --------
    >>> from thousandfold.models import RareNeed
    >>> RareNeed(share=0.001).replace(by_hand=2).parameters().loc["by_hand", "unit"]
    'hours'
    >>> RareNeed(life=0)
    Traceback (most recent call last):
        ...
    thousandfold.errors.ExplainedError: life must lie in 1..120 (months), not 0
    """

    def __post_init__(self) -> None:
        for name, described in self.quantities().items():
            value = getattr(self, name)
            number = described.check_one(name, value)
            if isinstance(value, np.ndarray):
                object.__setattr__(self, name, number)

    @classmethod
    @cache
    def quantities(cls) -> Mapping[str, Quantity]:
        """Name and description of each parameter, in order."""
        return MappingProxyType(
            {
                field.name: field.metadata["quantity"]
                for field in dataclasses.fields(cls)
                if "quantity" in field.metadata
            }
        )

    def parameters(self) -> pd.DataFrame:
        """Table of the parameters: value, unit, what is accepted and plausible, meaning, basis."""
        import pandas as pd

        return pd.DataFrame(
            {
                "value": getattr(self, name),
                "unit": q.unit,
                "range": f"{q.low:g}..{q.high:g}",
                "plausible": q.between,
                "meaning": q.meaning,
                "basis": q.stands_on,
            }
            for name, q in self.quantities().items()
        ).set_axis(list(self.quantities()), axis=0)

    @classmethod
    def card(cls) -> str:
        """Return the model card in Markdown: what it says, leaves out, and rests on."""
        told = inspect.cleandoc(cls.__doc__ or "").split("\nExamples\n")[0].rstrip()
        rows = [
            f"| `{name}` | {q.default:g} | {q.unit} | {q.low:g}..{q.high:g} | {q.between} "
            f"| {q.because} | {q.meaning} | {q.stands_on} |"
            for name, q in cls.quantities().items()
        ]
        head = [
            "| parameter | default | unit | range | plausible | because | meaning | basis |",
            "|---|---|---|---|---|---|---|---|",
        ]
        return "\n".join([f"## {cls.__name__}", "", told, "", *head, *rows])

    @abstractmethod
    def pictures(self) -> Pictures:
        """Return all that figures of this model can show, by name; the first by default."""

    def picture(self, of: str | None = None) -> Picture:
        """Return what a figure of this model shows.

        Parameters
        ----------
        of : str, optional
            What to show, one of `pictures`; the first of them by default.

        Raises
        ------
        ExplainedError
            If there is no such picture.
        """
        pictures = self.pictures()
        return pictures[next(iter(pictures)) if of is None else one_of("picture", of, pictures)]()

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some parameters changed.

        Parameters
        ----------
        **changes
            Parameters by name, and their new values.

        Returns
        -------
        Model
            Of the same class.

        Raises
        ------
        ExplainedError
            If a name is not a parameter of this model or a value is out of range.
        """
        unknown = [name for name in changes if name not in self.quantities()]
        if unknown:
            raise ExplainedError(
                f"{type(self).__name__} has no parameter {unknown[0]!r}; "
                f"it has {', '.join(self.quantities())}"
            )
        return dataclasses.replace(self, **changes)
