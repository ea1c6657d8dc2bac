"""What was gained, in the few sentences that one says aloud when a client asks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from thousandfold.inventory.gain import Gain
from thousandfold.inventory.told import beyond_practice, judged, points, stayed


def in_short(gain: Gain, worth: float | None = None) -> tuple[str, ...]:
    """Return what may be said aloud, the doubt before the number.

    Parameters
    ----------
    gain : Gain
    worth : float, optional
        The smallest gain that was called worth the time beforehand, in percentage points.

    Returns
    -------
    tuple of str
        Whole sentences. If too few stayed, only that no gain may be told.
    """
    if not stayed(gain):
        return (
            f"Say no gain at all: of {gain.began} who began, {gain.people} can be compared, fewer "
            "than two of three. By the rules on facilitator/does-it-work.md the study failed, "
            "whatever stands below.",
        )
    return tuple(_sentences(gain, worth))


def _sentences(gain: Gain, worth: float | None) -> Iterator[str]:
    change = gain.taught.change
    known = not np.isnan(change.low)
    if known and change.rises and not beyond_practice(gain):
        # It stands first, as the page to sign beforehand has it.
        yield "Practice alone may explain this gain: people answered for the second time."
    yield (
        f"Of 100 answers on what was taught, {gain.before:.0f} were right before and "
        f"{gain.after:.0f} after."
    )
    if not known:
        yield "Everybody changed alike, so nothing tells how much of it is chance."
    elif change.rises:
        yield (
            "That is more than chance alone brings. How much more is not exactly known: "
            f"probably between {max(round(float(change.low)), 0)} and {round(float(change.high))}."
        )
    elif change.found:
        yield "That is fewer, and more of a loss than chance alone brings."
    else:
        yield (
            "Chance alone can do that, so no gain was found. It is not shown either that there is "
            f"none: a group like this one often misses a gain below {_size(gain)}."
        )
    if known and change.rises and beyond_practice(gain):
        yield (
            "On what was not taught they gained clearly less, so being asked twice is not all of "
            "it. That the workshop is the rest, nobody can say: nobody answered twice without it."
        )
    if gain.calmer and gain.calmer.change.rises:
        yield "They left more surer than right than they came: that is harm, whatever they gained."
    if worth is not None:
        yield judged(gain, worth)
    elif known and change.rises:
        yield "Whether that is enough stays open: nobody wrote down beforehand what would be."


def _size(gain: Gain) -> str:
    return points(float(gain.taught.detectable))
