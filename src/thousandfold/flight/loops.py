"""The loops behind the flight simulator, as one picture for the debrief."""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT, _RADIUS = 430, 330, 96
_COLUMNS = 2
_LINE = 17


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
    ask : str
        A question for the debrief.
    """

    name: str
    links: tuple[tuple[str, int], ...]
    felt: str
    ask: str

    @property
    def reinforcing(self) -> bool:
        """Whether the loop makes more of what there is; otherwise it holds it back."""
        return math.prod(sign for _, sign in self.links) > 0

    @property
    def sentence(self) -> str:
        """The loop in words."""
        steps = [
            f"more {here} makes {'more' if sign > 0 else 'less'} {there}"
            for (here, sign), (there, _) in zip(
                self.links, (*self.links[1:], self.links[0]), strict=True
            )
        ]
        kind = "reinforcing" if self.reinforcing else "balancing"
        return f"{self.name}, {kind}: {', '.join(steps)}."


LOOPS = (
    Loop(
        "Word of mouth",
        (("customers", 1), ("sign-ups", 1)),
        "It grows by itself, for a while.",
        "Which of your forecasts was a straight line?",
    ),
    Loop(
        "Growth outruns the product",
        (("customers", 1), ("wishes", -1), ("fit of the product", 1), ("sign-ups", 1)),
        "The same product pleases fewer of the new customers.",
        "When did features stop bringing customers?",
    ),
    Loop(
        "Debt breeds debt",
        (("debt", 1), ("time lost", -1), ("repayment", -1)),
        "Nothing for three rounds, then everything is slow.",
        "In which round could you still have paid it?",
    ),
    Loop(
        "Teaching",
        (("new people", 1), ("teaching", -1), ("delivery", 1), ("money", 1)),
        "You hire, and deliver less.",
        "How many can your experienced people teach?",
    ),
    Loop(
        "Waiting for an answer",
        (("squads", 1), ("questions", 1), ("waiting", -1), ("delivery", 1), ("money", 1)),
        "More squads, and no more comes out.",
        "Who had to be asked, and for what?",
    ),
    Loop(
        "Partners and users",
        (("partners", 1), ("extensions used", 1)),
        "Nothing, then a wave; or you stop paying one round too early.",
        "Who came first, and who paid for that?",
    ),
)
"""What the debrief looks for; a test holds each link against the engine."""


def svg() -> str:
    """Return all loops as one SVG picture with a title and a description.

    Signs stand at the arrowheads as + and -, kinds in the middle as words, so that nothing depends
    on colour.

    Returns
    -------
    str
    """
    rows = -(-len(LOOPS) // _COLUMNS)
    panels = "".join(
        f'<g transform="translate({_WIDTH * (place % _COLUMNS)} {_HEIGHT * (place // _COLUMNS)})">'
        f"{_panel(loop)}</g>"
        for place, loop in enumerate(LOOPS)
    )
    told = " ".join(loop.sentence for loop in LOOPS)
    size = f"{_WIDTH * _COLUMNS} {_HEIGHT * rows}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size}" role="img" '
        'aria-labelledby="title told" font-family="sans-serif" font-size="15" fill="#1b1b1b">\n'
        f'<title id="title">The loops behind the flight simulator</title>'
        f'<desc id="told">{escape(told)}</desc>\n'
        '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0 0L10 5L0 10z"/></marker></defs>\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n{panels}\n</svg>\n'
    )


def _panel(loop: Loop) -> str:
    count = len(loop.links)
    centre = (_WIDTH / 2, _HEIGHT / 2 - 6)
    step = 2 * math.pi / count
    parts = [
        f'<text x="{_WIDTH / 2:g}" y="26" text-anchor="middle" font-weight="bold" '
        f'font-size="17">{escape(loop.name)}</text>',
        f'<text x="{centre[0]:g}" y="{centre[1] + 5:.0f}" text-anchor="middle" '
        f'font-style="italic">{"reinforcing" if loop.reinforcing else "balancing"}</text>',
        f'<text x="{_WIDTH / 2:g}" y="{_HEIGHT - 18}" text-anchor="middle" font-size="14">'
        f"{escape(loop.felt)}</text>",
    ]
    for place, (name, sign) in enumerate(loop.links):
        angle = place * step - math.pi / 2
        x, y = _on_circle(centre, angle)
        parts.append(_word(x, y, name))
        start, end = angle + 0.32 * _gap(count), angle + step - 0.32 * _gap(count)
        (x1, y1), (x2, y2) = _on_circle(centre, start), _on_circle(centre, end)
        parts.append(
            f'<path d="M{x1:.1f} {y1:.1f}A{1.55 * _RADIUS:.1f} {_RADIUS} 0 0 1 {x2:.1f} {y2:.1f}" '
            'fill="none" stroke="#0072B2" stroke-width="2.4" marker-end="url(#head)"/>'
        )
        sx, sy = _on_circle(centre, end - 0.22, 1.2)
        parts.append(
            f'<text x="{sx:.1f}" y="{sy + 6:.1f}" text-anchor="middle" font-weight="bold" '
            f'font-size="20">{"+" if sign > 0 else "−"}</text>'
        )
    return "".join(parts)


def _gap(count: int) -> float:
    """Leave room for the words: more of the circle where there are few of them."""
    return {2: 1.5, 3: 1.3}.get(count, 1.05)


def _on_circle(centre: tuple[float, float], angle: float, far: float = 1) -> tuple[float, float]:
    """Return a point on the flattened circle on which a loop runs."""
    return (
        centre[0] + far * 1.55 * _RADIUS * math.cos(angle),
        centre[1] + far * _RADIUS * math.sin(angle),
    )


def _word(x: float, y: float, name: str) -> str:
    lines = name.split(" ", 1) if len(name) > 12 else [name]
    top = y + 5 - _LINE * (len(lines) - 1) / 2
    return "".join(
        f'<text x="{x:.1f}" y="{top + _LINE * row:.1f}" text-anchor="middle">{escape(line)}</text>'
        for row, line in enumerate(lines)
    )


if __name__ == "__main__":
    print(svg(), end="")
