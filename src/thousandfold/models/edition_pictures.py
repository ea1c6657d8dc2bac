"""What one product and two editions earn, in pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from thousandfold.core import Array, number
from thousandfold.picture import Hill, Hills, Lines, Note, Picture, Series, Stand

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

    Returns
    -------
    Picture
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

    Returns
    -------
    Picture
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


def bill_picture(
    bills: Array,
    here: Array,
    best: Array,
    bill: float,
    now: float,
    turn: tuple[float, float],
    depth: float,
) -> Picture:
    """Return up to which market one product earns more, by what a second edition costs.

    Parameters
    ----------
    bills : array
        Costs of a second edition, in dollars a month.
    here, best : array
        Up to which market, in users, the product earns more where it stands, and where it lasts
        longest.
    bill, now : float
        Of this company, and up to which market the depth that lasts longest does at that bill.
    turn : tuple of float
        A market to last to, and the bill from which on a product at some depth does.
    depth : float
        Where the product stands.

    Returns
    -------
    Picture
    """
    goal, dear = turn
    lasts = f"up to {number(now)} users" if np.isfinite(now) else "in every market up to a million"
    inside = bills[0] <= dear <= bills[-1]
    turned = (
        f"From {number(round(dear, -2))} dollars on it lasts to {goal:,.0f} users."
        if inside
        else f"No bill on this line lets it last to {goal:,.0f} users for the first time."
    )
    known = np.isfinite(here), np.isfinite(best)
    return Lines(
        (
            Series("where it lasts longest", bills[known[1]], best[known[1]]),
            Series(f"at depth {depth:g}", bills[known[0]], here[known[0]]),
        ),
        "what a second edition costs (dollars a month)",
        "one product earns more up to (users)",
        title=f"A bill of {number(bill)}: one product pays {lasts}",
        shown="Above a line two editions earn more, below it one product does.",
        notes=(
            *([Note("this bill", bill, now)] if np.isfinite(now) else []),
            *(
                [Note(f"{number(round(dear, -2))} dollars: {goal:,.0f} users", dear, goal)]
                if inside
                else []
            ),
        ),
        sentence=(
            "Up to which market one product earns more than two editions, by what the second "
            f"edition costs a month. At {number(bill)} dollars a product at the depth that "
            f"lasts longest does {lasts}. {turned}"
        ),
    )


def hills_picture(
    places: Array,
    hills: Sequence[Array],
    of_100: Array,
    one: Array,
    each: Array,
    *,
    depth: float,
    twice: float,
) -> Picture:
    """Return whom one product and two editions win of a hundred users, casual ones first.

    Parameters
    ----------
    places : array
        Depths.
    hills : sequence of array
        How many users of each segment choose a product there.
    of_100, one : array, shape (segments,)
        Users there are, and those whom one product wins.
    each : array, shape (editions, segments)
        Those whom each edition wins.
    depth, twice : float
        Where the one product stands, and how much work two editions lose by doing things twice.

    Returns
    -------
    Picture
    """
    two = each.sum(axis=0)
    return Hills(
        places,
        (
            Hill(f"{of_100[0]:.0f} casual users", hills[0]),
            Hill(f"{of_100[1]:.0f} power users", hills[1]),
        ),
        (
            Stand("one product", depth, one),
            *(
                Stand(f"edition {place + 1}", float(place), wins, mine=False)
                for place, wins in enumerate(each)
            ),
        ),
        "depth of the product",
        "users who choose it, of 100",
        ((0, "simple"), (0.5, "halfway"), (1, "deep")),
        tuple(
            (f"{name}: {wins.sum():.0f} = {wins[0]:.0f} casual + {wins[1]:.0f} power", mine)
            for name, wins, mine in (("one product", one, True), ("two editions", two, False))
        ),
        title=f"One product at depth {depth:g} wins {one.sum():.0f} of 100 users; two editions "
        f"{two.sum():.0f}",
        shown="The higher a curve, the more users choose a product that is built there."
        + (
            f" An edition wins a little less: {100 * twice:.0f} % of the team's work is lost by "
            "doing things twice."
            if twice
            else ""
        ),
        sentence=(
            "Two hills over the depth of a product, in a market of 1,000,000 users: of 100 "
            f"users {of_100[0]:.0f} are casual, with their ideal at 0, and {of_100[1]:.0f} "
            f"power users, with theirs at 1. One product at depth {depth:g} wins "
            f"{one[0]:.0f} casual users and {one[1]:.0f} power users; {(of_100 - one)[0]:.0f} "
            "casual users stay away. Two editions, one at each ideal, win "
            f"{two[0]:.0f} and {two[1]:.0f}."
        ),
    )
