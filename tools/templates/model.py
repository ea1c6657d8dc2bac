"""To replace: what this file is about, in one line, such as what a user costs as the users grow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Pictures, Quantity, number, quantity
from thousandfold.picture import Lines, Note, Picture, Series

_USERS = Quantity(1_000, "users", "how many use the service", low=1, high=1e9)


@dataclass(frozen=True)
class MODEL(Model):
    """To replace: what a service costs, one part of it with nobody there, the other for each user.

    A month costs ``fixed + each * users``; a user costs that divided by the users.

    It leaves out: what users pay, and that a part which is fixed today is bought again, larger,
    when it is full.

    Examples
    --------
    >>> MODEL().crossing
    40000.0
    """

    # To replace: low..high is what the model accepts. What is true of a company without anybody
    # deciding it is plausible in a smaller range, and `because` says why no real one lies beyond
    # it: a source with its year, or what would be odd there. Choose it before you try a claim.
    # What a team decides, such as a price, is `decision=True` instead: nobody draws it for them.
    fixed: float = quantity(
        20_000,
        "euros a month",
        "what it costs with nobody there",
        low=100,
        high=1_000_000,
        plausible=(2_000, 200_000),
        because="for less nobody is on call at night; for more a firm runs its own machines",
    )
    each: float = quantity(
        0.5,
        "euros a month",
        "what it costs for each user",
        low=0.01,
        high=100,
        plausible=(0.05, 5),
        because="under five cents it is hardly more than a page; few users are worth more than 5",
    )

    def per_user(self, users: ArrayLike) -> Array:
        """Return what a user costs, in euros a month, shape as `users`."""
        return np.asarray(self.fixed / _USERS.check("users", users) + self.each)

    @property
    def crossing(self) -> float:
        """Number of users at which both parts cost the same."""
        return self.fixed / self.each

    def pictures(self) -> Pictures:
        """Return one picture: what a user costs, from 1,000 to 1,000,000 users."""
        return {"cost": self._cost_picture}

    def _cost_picture(self) -> Picture:
        users = np.geomspace(1e3, 1e6, 31)
        cost = self.per_user(users)
        return Lines(
            (
                Series("", users, cost),
            ),
            "users",
            "cost of a user (euros a month)",
            title=(
                f"A user costs {number(cost[0])} euros at 1,000 users, {number(cost[-1])} at a "
                "million"
            ),
            shown="On both axes equal steps are equal factors.",
            notes=(Note("the part for each user", y=self.each),),
            sentence=(
                f"What a user costs a month: {number(cost[0])} euros at 1,000 users and "
                f"{number(cost[-1])} at 1,000,000. It falls towards {number(self.each)}, the part "
                f"for each user, which is half of the cost at {number(self.crossing)} users."
            ),
            log_x=True,
            log_y=True,
        )
