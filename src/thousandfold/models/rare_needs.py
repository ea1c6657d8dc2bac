"""What to do about a need that few users have: serve it by hand, or build it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Pictures, number, numbers, quantity
from thousandfold.picture import Lines, Note, Picture, Series


@dataclass(frozen=True)
class RareNeed(Model):
    """A need of a small share of the users, met by hand each time or built once.

    By hand it costs ``users * share * by_hand`` hours a month. Built, it costs
    ``build / life + upkeep`` hours a month, whatever the number of users.

    It leaves out: what the users would pay, the wait for a person's help, and that a built
    feature makes the product harder to learn for everybody else.

    Examples
    --------
    >>> round(RareNeed().break_even)
    55000
    """

    share: float = quantity(
        0.0001,
        "share of users a month",
        "how many have the need",
        low=1e-6,
        high=0.1,
        plausible=(1e-05, 0.001),
        because="above one in a thousand a month it is not rare; "
        "below one in 100,000 hardly a company hears of it",
    )
    by_hand: float = quantity(
        4,
        "hours",
        "work to meet the need once, by hand",
        low=0.1,
        high=100,
        plausible=(0.5, 16),
        because="below half an hour nobody would think of building it; "
        "above two days it is a project",
    )
    build: float = quantity(
        480,
        "hours",
        "work to build it",
        low=1,
        high=10_000,
        plausible=(40, 2000),
        because="below a week it is built without asking; above a year of work it is a product",
    )
    upkeep: float = quantity(
        2,
        "hours a month",
        "work to keep it running",
        low=0,
        high=200,
        plausible=(0.5, 20),
        because="each update of what is below touches it, too; "
        "above 20 hours it has a person of its own",
    )
    life: float = quantity(
        24,
        "months",
        "how long it lasts before it is replaced",
        low=1,
        high=120,
        plausible=(12, 84),
        because="below a year nobody builds it; "
        "hardly a feature stays seven years without being made anew",
    )

    def hours_by_hand(self, users: ArrayLike) -> Array:
        """Return the work of meeting the need by hand, in hours a month, shape as `users`."""
        return np.asarray(numbers("users", users, 0) * self.share * self.by_hand)

    @property
    def hours_built(self) -> float:
        """Work of building and keeping it, spread over its life, in hours a month."""
        return self.build / self.life + self.upkeep

    @property
    def break_even(self) -> float:
        """Number of users from which building is cheaper."""
        return self.hours_built / (self.share * self.by_hand)

    def pictures(self) -> Pictures:
        """Return one picture: hours a month by hand and built, from 1,000 to 1,000,000 users."""
        return {"hours": self._hours_picture}

    def _hours_picture(self) -> Picture:
        users = np.geomspace(1e3, 1e6, 31)
        hand = self.hours_by_hand(users)
        crossing = self.break_even
        met = (Note(f"{number(crossing)} users", crossing, self.hours_built),)
        return Lines(
            (
                Series("by hand, each time", users, hand),
                Series(
                    f"built once: {number(self.hours_built)} hours (build, spread, and upkeep)",
                    users,
                    np.full_like(users, self.hours_built),
                ),
            ),
            "users",
            "work (hours a month)",
            title=f"A rare need: above {number(crossing)} users it is less work to build it once",
            shown=f"One user in {number(1 / self.share)} has this need each month. "
            "Each step of the axes is about three times the one before.",
            notes=met if users[0] <= crossing <= users[-1] else (),
            sentence=(
                f"Work for one rare need: by hand {number(hand[0])} hours a month at 1,000 users "
                f"and {number(hand[-1])} at 1,000,000; built once, {number(self.hours_built)} for "
                "any number of users: the work to build it, spread over its life, and its upkeep. "
                f"The lines cross at {number(self.break_even)} users."
            ),
            log_x=True,
            log_y=True,
        )
