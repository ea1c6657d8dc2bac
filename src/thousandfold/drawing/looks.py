"""How each line is told from the others: by colour, and by more than colour."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from thousandfold.drawing.colours import (
    DASHES,
    GUESS,
    GUESSED,
    INK,
    LINES,
    MARKERS,
    NAMED,
    SOFT,
    for_words,
)
from thousandfold.errors import ExplainedError
from thousandfold.picture import Series

_MOST_SERIES = 12


@dataclass(frozen=True)
class Look:
    """How one series is told from the others."""

    colour: str
    dash: Any
    marker: str

    @property
    def words(self) -> str:
        """The colour of its name."""
        return self.colour if self.colour in {INK, SOFT} else for_words(self.colour)


def looks_of(series: tuple[Series, ...]) -> list[Look]:
    """Return how each series looks: by its name of a colour, or the next that is free."""
    apart = sum(one.colour != "soft" for one in series)
    if apart > _MOST_SERIES:
        raise ExplainedError(
            f"a figure shows at most {_MOST_SERIES} lines that people can tell apart, not "
            f"{apart:,}; leave some out or draw a second figure"
        )
    named = {one.colour for one in series}
    for name in sorted(named - {""}):
        if name not in NAMED:
            raise ExplainedError(f"no colour is called {name!r}; there are {', '.join(NAMED)}")
    free = iter([name for name in LINES if name not in named] * _MOST_SERIES)
    lines, marked = count(), count()
    looks = []
    for one in series:
        if one.colour:
            colour = NAMED[one.colour]
        elif one.measured:
            colour = INK
        else:
            colour = NAMED[next(free)]
        alike = {SOFT: "-", GUESS: GUESSED}
        if colour in alike or one.measured or one.points:
            dash = alike.get(colour, "-")
        else:
            dash = DASHES[next(lines) % len(DASHES)]
        cloud = one.points or (one.measured and one.colour)
        marker = MARKERS[next(marked) % len(MARKERS)] if cloud else "o"
        looks.append(Look(colour, dash, marker))
    return looks
