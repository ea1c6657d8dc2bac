"""What one product and two editions earn, in pictures."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from thousandfold.core import Array, number
from thousandfold.picture import Lines, Picture, Series

_EARNED = "earned (dollars a month per user)"


def depth_picture(places: Array, earned: Mapping[float, Array], conflict: float) -> Picture:
    """Return what one product earns at each depth, in markets of several sizes.

    Parameters
    ----------
    places : array
        The depths.
    earned : mapping of float to array
        For each market, in users, what a product at these depths earns; the smallest first.
    conflict : float
        What a user loses at the other segment's ideal.
    """
    best = {users: places[each.argmax()] for users, each in earned.items()}
    small, *middle, large = earned
    return Lines(
        tuple(Series(f"{users:,.0f} users", places, each) for users, each in earned.items()),
        "depth of the one product (0 simple to 1 deep)",
        _EARNED,
        title=f"Best depth: {best[small]:.2f} with {small:,.0f} users, {best[large]:.2f} with "
        f"{large:,.0f}",
        sentence=(
            f"What one product earns at each depth, if {conflict:g} is lost at the other "
            f"ideal. It earns most at depth {best[small]:.2f} in a market of {small:,.0f} users, "
            + "".join(f"at {best[users]:.2f} with {users:,.0f}, " for users in middle)
            + f"at {best[large]:.2f} with {large:,.0f}."
        ),
    )


def earned_picture(
    sizes: Array,
    one: Array,
    two: Array,
    plan: Array | None = None,
    *,
    depth: float,
    crossing: float,
) -> Picture:
    """Return what one product and two editions earn as the market grows.

    Parameters
    ----------
    sizes : array
        Markets, in users.
    one, two, plan : array
        What one product, two editions and a plan that goes from one to the other earn there.
    depth : float
        Where the one product stands.
    crossing : float
        Market from which two editions earn more; infinite if in none.
    """
    worth = (two > 0) | (two.max() <= 0)
    says = (
        f"They cross at {number(crossing)} users."
        if np.isfinite(crossing)
        else "They do not cross."
    )
    series = [
        Series("one product", sizes, one),
        Series("two editions, less cost", sizes[worth], two[worth]),
    ]
    if plan is not None:
        series.append(Series("this plan", sizes, plan))
        says += f" On the whole way this plan earns {number(float(plan.mean()))}."
    return Lines(
        tuple(series),
        "market (users)",
        _EARNED,
        title=(
            f"Two editions earn more from {number(crossing)} users on"
            if np.isfinite(crossing)
            else "One product earns more in every market"
        ),
        sentence=(
            f"Earned a month per user in the market: one product at depth {depth:g} "
            f"{number(one[0])} dollars with 1,000 users and {number(one[-1])} with 1,000,000; "
            f"two editions {number(two[0])} and {number(two[-1])}. {says}"
        ),
        log_x=True,
    )
