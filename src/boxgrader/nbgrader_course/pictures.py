"""The pictures of a report, drawn as SVG from a few numbers: no library is needed for that."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

WIDTH = 760
_RIGHT = 20  # pixels that stay free there
_NAMES = 240  # pixels for names of tasks
_ROW = 30
_LONGEST_NAME = 28


@dataclass(frozen=True)
class Bar:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Line:
    """A straight line; `kind` is its class in the style sheet."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str = "grid"


@dataclass(frozen=True)
class Text:
    """Some words; `anchor` says which end of them stands at x."""

    x: float
    y: float
    words: str
    anchor: str = "middle"


@dataclass
class Picture:
    """What is drawn, and the words that stand for it.

    Attributes
    ----------
    height : float
    alternative : str
        For whoever does not see the picture.
    bars, lines, texts : list
    dots : list of tuple of float
        Their middles.
    """

    height: float
    alternative: str
    bars: list[Bar] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    dots: list[tuple[float, float]] = field(default_factory=list)


def histogram(counts: Sequence[int], alternative: str) -> Picture:
    """Draw how many learners got which share of the points, in equal steps from none to all."""
    left, top, bottom = 60.0, 24.0, 300.0
    drawn = Picture(bottom + 56, alternative)
    width = WIDTH - _RIGHT - left
    most = max(*counts, 1)
    step = _round_step(most)
    tall = (bottom - top) / most
    for value in range(0, most + 1, step):
        y = bottom - value * tall
        drawn.lines.append(Line(left, y, left + width, y))
        drawn.texts.append(Text(left - 8, y + 5, str(value), "end"))
    each = width / len(counts)
    for place, number in enumerate(counts):
        x, y = left + place * each, bottom - number * tall
        drawn.bars.append(Bar(x + each * 0.04, y, each * 0.92, bottom - y))
        if number:
            drawn.texts.append(Text(x + each / 2, y - 6, str(number)))
    for tenth in range(11):
        drawn.texts.append(Text(left + width * tenth / 10, bottom + 20, str(10 * tenth)))
    drawn.texts.append(Text(left + width / 2, bottom + 46, "share of the points [%]"))
    drawn.texts.append(Text(left, top - 8, "learners"))
    return drawn


def shares(names: Sequence[str], found: Sequence[float], alternative: str) -> Picture:
    """Draw a share for each task, the first on top."""
    drawn, width = _rows(names, alternative), WIDTH - _RIGHT - 40 - _NAMES
    bottom = len(names) * _ROW + 8
    for percent in range(0, 101, 20):
        x = _NAMES + width * percent / 100
        drawn.lines.append(Line(x, 0, x, bottom))
        drawn.texts.append(Text(x, bottom + 18, str(percent)))
    for row, share in enumerate(found):
        y, long = row * _ROW + 4, width * min(1.0, max(0.0, share))
        drawn.bars.append(Bar(_NAMES, y, long, _ROW - 8))
        drawn.texts.append(Text(_NAMES + long + 6, y + 16, f"{100 * share:.0f}", "start"))
    words = "mean share of the points [%]"
    drawn.texts.append(Text(_NAMES + width / 2, bottom + 42, words))
    return drawn


def intervals(
    names: Sequence[str],
    found: Sequence[tuple[float, float, float]],
    mark: float,
    alternative: str,
) -> Picture:
    """Draw a correlation with its interval for each task, and the value that is looked for."""
    drawn, width = _rows(names, alternative), WIDTH - _RIGHT - 20 - _NAMES

    def x(value: float) -> float:
        return _NAMES + 10 + width * (value + 1) / 2

    bottom = len(names) * _ROW + 8
    for half in range(-2, 3):
        kind = "grid" if half else "zero"
        drawn.lines.append(Line(x(half / 2), 0, x(half / 2), bottom, kind))
        drawn.texts.append(Text(x(half / 2), bottom + 18, f"{half / 2:g}".replace("-", "−")))
    drawn.lines.append(Line(x(mark), 0, x(mark), bottom, "mark"))
    drawn.texts.append(Text(x(mark), bottom + 18, f"{mark:g}"))
    for row, (r, low, high) in enumerate(found):
        y = row * _ROW + _ROW / 2
        if not math.isnan(low):
            drawn.lines.append(Line(x(low), y, x(high), y, "interval"))
        drawn.dots.append((x(r), y))
    words = "item-rest correlation, with its 95 % interval"
    drawn.texts.append(Text(x(0), bottom + 42, words))
    return drawn


def _rows(names: Sequence[str], alternative: str) -> Picture:
    """Begin a picture that has a line for each task."""
    drawn = Picture(len(names) * _ROW + 60, alternative)
    for row, name in enumerate(names):
        short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
        drawn.texts.append(Text(_NAMES - 10, row * _ROW + _ROW / 2 + 5, short, "end"))
    return drawn


def _round_step(most: int) -> int:
    """Return a step of 1, 2 or 5, with as many zeros as it takes for at most seven steps."""
    steps: Iterator[int] = (lead * 10**zeros for zeros in count() for lead in (1, 2, 5))
    return next(step for step in steps if most <= 7 * step)
