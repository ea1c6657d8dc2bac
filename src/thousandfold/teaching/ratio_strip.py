"""Guesses as marks on a line: too low to the left, too high to the right, equal steps are factors.

Drawn as HTML whose lines are as wide as the page, so that on a phone nothing gets smaller. It holds
no style of its own and takes the colour of the words around it, in the light and in the dark. What
a mark says stands in words above its line: who cannot see the lines misses nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from thousandfold.teaching.guesses import CLOSE
from thousandfold.teaching.lean import Lean

_EDGE = 6.0  # per cent of the width, on both sides
_SPANS = (10.0, 100.0, 1000.0)
_COLOURS = ("#b35c00", "currentColor", "#0072b2")  # too low, close, too high: on white and black
_HEIGHT, _MARK = 30, 6
_HEIGHTS = (50, 22, 78, 36, 64)  # per cent of the line's, in the order in which marks take them
_BESIDE = 2.0  # per cent of the width: marks that lie nearer stand above each other


@dataclass(frozen=True)
class Row:
    """One line of marks.

    Attributes
    ----------
    label : str
        What it is about.
    words : str
        What it shows, without its picture.
    ratios : tuple of float
        Guess / happened, a mark each.
    lean : Lean, optional
        All together: a bar as wide as its interval.
    """

    label: str
    words: str
    ratios: tuple[float, ...] = ()
    lean: Lean | None = None


def figure(rows: Sequence[Row], sentence: str, what: str, conclusion: str = "") -> str:
    """Return the lines as HTML, with a sentence that says what they show together.

    Parameters
    ----------
    rows : sequence of Row
        A row without a mark is words alone.
    sentence : str
    what : str
        How to read it.
    conclusion : str, optional
        What follows, in a paragraph of its own.

    Returns
    -------
    str
        HTML in which no word that is given can be markup.
    """
    ratios = [ratio for row in rows for ratio in row.ratios]
    leans = [end for row in rows if row.lean for end in (row.lean.low, row.lean.high)]
    far = max((abs(math.log(ratio)) for ratio in (*ratios, *leans)), default=0.0)
    span = next((one for one in _SPANS if far <= math.log(one)), _SPANS[-1])
    lines = "\n".join(_row(row, span) for row in rows)
    follows = f"<p>{escape(conclusion)}</p>\n" if conclusion else ""
    return (
        f'<figure class="guessed"><figcaption>{escape(sentence)}</figcaption>\n{follows}'
        f"{_axis(span) if ratios or leans else ''}{lines}\n"
        f'<p class="quiet">{escape(what)} The grey band is what we call close: from three quarters '
        "of what happened to four thirds of it.</p></figure>"
    )


def _row(row: Row, span: float) -> str:
    label = f"<b>{escape(row.label)}</b> " if row.label else ""
    drawn = _line(row, span) if row.ratios or row.lean else ""
    return f'<div class="row"><p>{label}{escape(row.words)}</p>{drawn}</div>'


def _axis(span: float) -> str:
    sides = ((_EDGE, "start", "too low"), (50, "middle", "right"), (100 - _EDGE, "end", "too high"))
    told = [
        f'<text x="{x:g}%" y="13" text-anchor="{anchor}" font-weight="bold">{words}</text>'
        for x, anchor, words in sides
    ]
    told += [
        f'<text x="{_place(factor, span):.1f}%" y="32" text-anchor="middle">'
        f"{max(factor, 1 / factor):,.0f}×</text>"
        for factor in _ticks(span)
    ]
    return _svg("axis", 38, "".join(told), 'fill="currentColor" font-size="13"')


def _line(row: Row, span: float) -> str:
    low, high = _place(CLOSE, span), _place(1 / CLOSE, span)
    parts = [
        f'<rect x="{low:.1f}%" width="{high - low:.1f}%" height="100%" fill="currentColor" '
        'fill-opacity=".16"/>',
        '<line x1="0" x2="100%" y1="50%" y2="50%" stroke="currentColor" stroke-opacity=".35"/>',
        *(
            f'<line x1="{x:.1f}%" x2="{x:.1f}%" y1="0" y2="100%" stroke="currentColor" '
            f'stroke-opacity="{".8" if x == 50 else ".25"}"/>'
            for x in (50.0, *(_place(factor, span) for factor in _ticks(span)))
        ),
    ]
    if row.lean:
        parts += _bar(row.lean, span)
    last: dict[int, float] = {}  # where the last mark stands at each height
    for ratio in sorted(row.ratios):
        x = _place(ratio, span)
        free = (up for up in _HEIGHTS if x - last.get(up, -_BESIDE) >= _BESIDE)
        up = next(free, _HEIGHTS[0])
        last[up] = x
        colour = _COLOURS[1 + (ratio > 1 / CLOSE) - (ratio < CLOSE)]
        parts.append(
            f'<circle cx="{x:.1f}%" cy="{up}%" r="{_MARK}" fill="{colour}" fill-opacity=".85"/>'
        )
    return _svg("line", _HEIGHT, "".join(parts))


def _bar(lean: Lean, span: float) -> list[str]:
    low, middle, high = (_place(ratio, span) for ratio in (lean.low, lean.ratio, lean.high))
    colour = _COLOURS[1 + lean.side]
    return [
        f'<line x1="{low:.1f}%" x2="{high:.1f}%" y1="50%" y2="50%" stroke="{colour}" '
        'stroke-width="7" stroke-opacity=".55"/>',
        f'<line x1="{middle:.1f}%" x2="{middle:.1f}%" y1="15%" y2="85%" stroke="{colour}" '
        'stroke-width="5"/>',
    ]


def _svg(kind: str, height: int, parts: str, look: str = "") -> str:
    size = f'width="100%" height="{height}"'
    return f'<svg class="{kind}" {size} aria-hidden="true" {look}>{parts}</svg>'


def _place(ratio: float, span: float) -> float:
    """Return where a ratio stands, in per cent of the width; what is farther stands at the edge."""
    share = math.log(min(max(ratio, 1 / span), span)) / math.log(span)
    return 50 + (50 - _EDGE) * share


def _ticks(span: float) -> list[float]:
    steps = {10.0: (3.0, 10.0), 100.0: (10.0, 100.0)}.get(span, (10.0, 100.0, 1000.0))
    return [*(1 / step for step in reversed(steps)), *steps]
