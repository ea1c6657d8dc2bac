"""A figure with sliders, as HTML: what everybody reads, and what a script makes of it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from thousandfold.player.text import NUMBERS, written

WITHOUT = "These sliders need the scripts of this page. The picture and its sentence stand for all."
_FIGURE = Markup(
    '<figure class="player" id="{name}" data-table="{beside}" data-numbers="{numbers}"{only}>'
    "{controls}{tables}"
    "<noscript><p>{without}</p></noscript>"
    '<div class="player-stage">{still}</div>'
    '<figcaption class="player-sentence">{sentence}</figcaption></figure>'
)
_SCRIPT = Markup(
    '<script type="application/json" class="player-{kind}" data-width="{width}">{told}</script>'
)


def figure(
    name: str,
    tables: dict[str, dict[str, Any]],
    still: Markup,
    *,
    beside: str = "",
    widths: tuple[str, ...] = ("wide", "narrow"),
) -> Markup:
    """Return a figure that answers its sliders.

    Parameters
    ----------
    name : str
        What no other figure of the page is called; a link to it holds this.
    tables : dict
        As `table` makes them.
    still : markupsafe.Markup
        The picture at the start, for a page without scripts.
    beside : str
        Address of the tables beside the page, without ``.wide.js``; by default they stand in it.
    widths : tuple of str
        Which tables there are; a figure that has one alone shows it however wide it is.
    """
    inside = () if beside else [_data("table", tables[width], width) for width in widths]
    return _FIGURE.format(
        name=name,
        beside=beside,
        only=Markup(' data-width="{}"').format(*widths) if len(widths) == 1 else "",
        numbers=f"{beside}.{NUMBERS}.js" if beside and NUMBERS in tables else "",
        controls=_data("controls", next(iter(tables.values()))["controls"]),
        tables=Markup("").join(inside),
        without=WITHOUT,
        still=still,
        sentence=at_start(tables),
    )


def at_start(tables: dict[str, dict[str, Any]]) -> str:
    """Return the sentence of the picture that sliders begin at."""
    first = next(iter(tables.values()))
    place = 0
    for control in first["controls"]:
        place = place * len(control["words"]) + control["start"]
    return str(first["pictures"][place]["sentence"])


@cache
def script() -> str:
    """Return the script that lets all figures of a page answer."""
    return (files("thousandfold.player") / "player.js").read_text(encoding="utf-8")


@cache
def style() -> str:
    """Return the look of the figures."""
    return (files("thousandfold.player") / "player.css").read_text(encoding="utf-8")


def _data(kind: str, told: Any, width: str = "") -> Markup:
    shown = Markup(written(told))  # noqa: S704 - no < is left in it
    return _SCRIPT.format(kind=kind, width=width, told=shown)
