"""Causal loops: chains of causes that come back to their beginning."""

from __future__ import annotations

import math
from dataclasses import dataclass

from thousandfold.errors import ExplainedError
from thousandfold.picture.arguments import few_enough
from thousandfold.picture.base import Picture

_MOST_LOOPS = 9
_MOST_LINKS = 8


@dataclass(frozen=True)
class Loop:
    """A chain of causes that comes back to its beginning.

    Attributes
    ----------
    name : str
    links : tuple of (str, int)
        Each thing in the loop, and the sign of what it does to the next one: 1 if more of it makes
        more of the next, -1 if less. After the last comes the first.
    felt : str
        How a team meets it.

    Examples
    --------
    >>> Loop("hurry", (("debt", 1), ("hurry", 1)), "everybody is late").name
    'hurry'
    """

    name: str
    links: tuple[tuple[str, int], ...]
    felt: str = ""

    def __post_init__(self) -> None:
        few_enough(f"links in {self.name!r}", len(self.links), _MOST_LINKS)
        if len(self.links) < 2:
            raise ExplainedError(f"the loop {self.name!r} needs two things or more")
        if any(sign not in (-1, 1) for _, sign in self.links):
            raise ExplainedError(f"each link of {self.name!r} needs a sign, 1 or -1")

    @property
    def reinforcing(self) -> bool:
        """Whether the loop makes more of what there is; otherwise it holds it back."""
        return math.prod(sign for _, sign in self.links) > 0

    @property
    def kind(self) -> str:
        """The field's word for what the loop does."""
        return "reinforcing" if self.reinforcing else "balancing"

    @property
    def sentence(self) -> str:
        """The loop in words."""
        steps = [
            f"more {here} makes {'more' if sign > 0 else 'less'} {there}"
            for (here, sign), (there, _) in zip(
                self.links, (*self.links[1:], self.links[0]), strict=True
            )
        ]
        return f"{self.name}, {self.kind}: {', '.join(steps)}."


@dataclass(frozen=True, eq=False)
class Loops(Picture):
    """Loops side by side, each thing in its place and each arrow with its sign.

    Attributes
    ----------
    loops : tuple of Loop
    lit : tuple of str, optional
        Names of the loops that turn, the others are drawn faintly; by default all are alike, and
        below each stands how it is felt.
    """

    loops: tuple[Loop, ...]
    lit: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if not self.loops:
            raise ExplainedError("there is no loop: there is nothing to draw")
        few_enough("loops", len(self.loops), _MOST_LOOPS)
        unknown = set(self.lit or ()) - {loop.name for loop in self.loops}
        if unknown:
            raise ExplainedError(f"there is no loop {min(unknown)!r} to light")
