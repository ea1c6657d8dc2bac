"""The picture of a gain: each question before and after, and how far chance reaches."""

from __future__ import annotations

from thousandfold.inventory.gain import Gain, ItemGain
from thousandfold.inventory.told import people, points
from thousandfold.picture import Change, Changes


def picture_of(gain: Gain) -> Changes:
    """Return the questions as rows: those on what was taught first, largest gain at the top."""
    ordered = sorted(gain.items, key=lambda one: (not one.taught, -float(one.change.value)))
    rose = [one for one in ordered if one.change.rises]
    compared = len(gain.taught_items) < len(gain.items)
    shown = "Ring: right before. Disc: right after. Thin line: where chance lets it lie." + (
        " Squares: not taught." if compared else ""
    )
    return Changes(
        rows=tuple(_row(one) for one in ordered),
        x_label=f"share of {people(gain.people)} who were right",
        title=_title(gain),
        shown=shown,
        sentence=_sentence(ordered, rose, compared),
    )


def _title(gain: Gain) -> str:
    value = float(gain.taught.change.value)
    way = "more" if round(value) > 0 else "less" if round(value) < 0 else "of change"
    certain = "" if gain.taught.change.found else ", which chance alone can do"
    return f"Of what was taught, {points(value)} {way}{certain}"


def _row(one: ItemGain) -> Change:
    low, high = (
        min(max(one.before + float(end), 0.0), 1.0) for end in (one.change.low, one.change.high)
    )
    return Change(one.item.name, one.before, one.after, low=low, high=high, soft=not one.taught)


def _sentence(ordered: list[ItemGain], rose: list[ItemGain], compared: bool) -> str:
    told = ", ".join(
        f"{one.item.name} {100 * one.before:.0f} to {100 * one.after:.0f}" for one in ordered
    )
    order = "those on what was taught first" if compared else "the largest gain first"
    which = ", ".join(one.item.name for one in rose) or "none"
    return (
        f"Share of people who were right before and after, in per cent, {order}: {told}. Those "
        f"that rose by more than chance seldom does: {which}."
    )
