"""What a group gained, on one page to print and in a terminal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from thousandfold.drawing.vector import svg
from thousandfold.facilitation.page import page
from thousandfold.inventory.gain import Gain, ItemGain, Level
from thousandfold.inventory.intervals import Interval
from thousandfold.inventory.shown import in_order, picture_of
from thousandfold.inventory.summary import in_short
from thousandfold.inventory.told import cannot_be_said, points, span, told

SIMULATED = "Simulated: these are people who are none, drawn by chance to show the page."
_HIDDEN = "not shown"


@dataclass(frozen=True)
class Report:
    """What is said of a gain.

    Attributes
    ----------
    gain : Gain
    held : str
        What was taught, such as the title of a format.
    worth : float or None
        The smallest gain that was called worth the time beforehand, in percentage points.
    simulated : bool
        Whether the people are none.
    """

    gain: Gain
    held: str
    worth: float | None = None
    simulated: bool = False

    @property
    def sentences(self) -> tuple[str, ...]:
        """What was found, at length."""
        return told(self.gain)

    @property
    def short(self) -> tuple[str, ...]:
        """What may be said aloud."""
        return in_short(self.gain, self.worth)

    def html(self) -> str:
        """Return the page."""
        before, after = self.gain.sureness
        return page(
            "gain.html",
            held=self.held,
            warning=SIMULATED if self.simulated else "",
            short=self.short,
            sentences=self.sentences,
            picture=Markup(svg(picture_of(self.gain))),  # noqa: S704 - our own, from names of ours
            items=[_row(one) for one in in_order(self.gain)],
            levels=[
                (f"{one.confidence} %", *_level(one), *_level(other))
                for one, other in zip(before.levels, after.levels, strict=True)
            ],
            forms=_forms(self.gain),
            not_said=cannot_be_said(self.gain),
        )

    def text(self) -> str:
        """Return the same for a terminal, without the picture."""
        rows = [(*row[:1], *row[2:]) for row in map(_row, in_order(self.gain))]
        head = ("question", "", "before", "after", "change", "interval of 95 %")
        warning = (SIMULATED,) if self.simulated else ()
        return "\n\n".join(
            [
                "\n".join([*warning, f"Taught: {self.held}."]),
                "\n".join(["In short:", *self.short]),
                "\n".join(["At length:", *self.sentences]),
                "\n".join(_aligned([head, *rows])),
                _forms(self.gain),
                "\n".join(["What cannot be said:", *(f"- {x}" for x in cannot_be_said(self.gain))]),
            ]
        )


def _row(one: ItemGain) -> tuple[str, ...]:
    """Return name, what it asks, whether it was taught, shares and change in words."""
    return (
        one.item.name,
        one.item.about,
        "taught" if one.taught else "not taught",
        f"{100 * one.before:.0f} %",
        f"{100 * one.after:.0f} %",
        _signed(100 * float(one.change.value)),
        _ends(one.change),
    )


def _ends(share: Interval) -> str:
    return f"{_signed(100 * float(share.low))} to {_signed(100 * float(share.high))}"


def _signed(value: float) -> str:
    return f"{round(value):+d}" if round(value) else "0"


def _level(one: Level) -> tuple[str, str]:
    if one.share is None:
        return ("", _HIDDEN) if one.answers else ("0", "")
    low, value, high = (
        round(100 * float(end)) for end in (one.share.low, one.share.value, one.share.high)
    )
    return str(one.answers), f"{value} % ({low} to {high})"


def _forms(gain: Gain) -> str:
    """Say how much the two forms differ, which falls out of the gain."""
    form = gain.taught.form
    first = f"Form A came first for {gain.a_first} of {gain.people}."
    if form is None or np.isnan(form.low):
        return first
    more = "more" if form.value >= 0 else "less"
    return (
        f"{first} Of what was taught, {points(float(form.value))} {more} were right in form B than "
        f"in form A ({span(form)}), which falls out of the gain."
    )


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Return the rows of a table as lines, its first two columns to the left."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(wide) if column < 2 else cell.rjust(wide)
            for column, (cell, wide) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
