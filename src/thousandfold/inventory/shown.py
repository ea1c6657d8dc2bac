"""The picture of a gain: each question before and after, and how far chance reaches."""

from __future__ import annotations

from math import isnan
from statistics import fmean

from thousandfold.inventory.gain import Gain, ItemGain
from thousandfold.inventory.intervals import Interval
from thousandfold.inventory.told import people, points
from thousandfold.picture import Change, Changes

ALL_TAUGHT, ALL_UNTAUGHT = "all taught", "all not taught"


def picture_of(gain: Gain) -> Changes:
    """Return the sums as rows, then the questions: on what was taught first, as they are asked.

    They are not sorted by gain: whoever sees a largest one at the top tells of that one.
    """
    ordered = in_order(gain)
    rose = [one for one in ordered if one.change.rises]
    compared = len(gain.taught_items) < len(gain.items)
    shown = "Ring: right before. Disc: right after. Thin line: where chance lets it lie." + (
        " Squares: not taught." if compared else ""
    )
    return Changes(
        rows=(*_sums(gain), *(_row(one) for one in ordered)),
        x_label=f"share of {people(gain.people)} who were right",
        title=_title(gain),
        shown=shown,
        sentence=_sentence(gain, ordered, rose),
    )


def in_order(gain: Gain) -> list[ItemGain]:
    """Return the questions: those on what was taught first, each group as the sheets have it."""
    return sorted(gain.items, key=lambda one: not one.taught)


def _sums(gain: Gain) -> tuple[Change, ...]:
    """Return the rows of everything together, which are what the study is about."""
    rest = [one for one in gain.items if not one.taught]
    rows = [_sum(ALL_TAUGHT, gain.before / 100, gain.after / 100, gain.taught.change)]
    if gain.untaught:
        before, after = (
            fmean(share) for share in zip(*((r.before, r.after) for r in rest), strict=True)
        )
        rows.append(_sum(ALL_UNTAUGHT, before, after, gain.untaught.change, soft=True))
    return tuple(rows)


def _sum(
    label: str, before: float, after: float, change: Interval, *, soft: bool = False
) -> Change:
    """Return a row whose interval lies around the change; a mere point where there is none."""
    low, high = (
        after if isnan(end) else min(max(before + float(end) / 100, 0.0), 1.0)
        for end in (change.low, change.high)
    )
    return Change(label, before, after, low=low, high=high, soft=soft)


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


def _sentence(gain: Gain, ordered: list[ItemGain], rose: list[ItemGain]) -> str:
    sums = ", ".join(
        f"{row.label} {100 * row.before:.0f} to {100 * row.after:.0f}" for row in _sums(gain)
    )
    told = ", ".join(
        f"{one.item.name} {100 * one.before:.0f} to {100 * one.after:.0f}" for one in ordered
    )
    which = ", ".join(one.item.name for one in rose) or "none"
    return (
        f"Share of people who were right before and after, in per cent: {sums}. By question, "
        f"those on what was taught first: {told}. Those that "
        f"rose by more than chance seldom does: {which}."
    )
