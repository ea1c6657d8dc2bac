"""What comes of stopping earlier or later, in a picture."""

from __future__ import annotations

from thousandfold.core import Array, number
from thousandfold.picture import Lines, Picture, Series


def freeze_picture(percent: Array, shipped: Array, kept: Array, worth: Array) -> Picture:
    """Return the features of a year by how much of the budget is left when a team stops.

    Parameters
    ----------
    percent : array
        What is left when the team stops; the first is 0, a team that never does.
    shipped, kept, worth : array
        For each, over all futures: features, the share of years that keep the promise, and
        features where a year that breaks it counts as nothing.

    Returns
    -------
    Picture
    """
    best = int(worth.argmax())
    return Lines(
        (
            Series("all that ships", percent[1:], shipped[1:], colour="blue"),
            Series("a broken year counts as 0", percent[1:], worth[1:], colour="red"),
            Series("", percent[:1], shipped[:1], colour="blue"),
            Series("", percent[:1], worth[:1], colour="red"),
        ),
        "freeze when this much of the budget is left (%; at 0: never)",
        "features (mean of all futures)",
        title=(
            f"If a broken year counts as 0, a freeze at {percent[best]} % ships most"
            if best
            else "If a broken year counts as 0, never freezing ships most"
        ),
        shown="The points at 0 are the team that never freezes.",
        sentence=(
            f"Features in a year. Never frozen: {number(shipped[0])} shipped, the promise kept "
            f"in {100 * kept[0]:.0f} % of the futures. Frozen at {percent[1]} % of the budget: "
            f"{number(shipped[1])}, kept in {100 * kept[1]:.0f} %. If a year that breaks the "
            f"promise counts as nothing, most are shipped with a freeze at {percent[best]} %: "
            f"{number(worth[best])}, kept in {100 * kept[best]:.0f} %. Always frozen: "
            f"{number(shipped[-1])}, kept in {100 * kept[-1]:.0f} %."
        ),
    )
