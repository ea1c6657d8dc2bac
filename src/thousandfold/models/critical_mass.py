"""A platform that fills or empties: the tipping point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Model, Pictures, number, numbers, quantity, single, whole
from thousandfold.picture import Dots, Lines, Note, Picture, Series

_MOST_PERIODS = 100_000
_SEATS = 100
_LONG = 300


@dataclass(frozen=True)
class CriticalMass(Model):
    """A service that is worth more to each, the more there are: below a critical mass it dies.

    People differ in keenness, evenly from 0 to 1. With a share x on board, somebody of keenness k
    joins if ``strength * k * x >= price``. The price at which a share x stays (Rohlfs 1974)::

        price = strength * x * (1 - x)

    A price below strength / 4 is met at two shares. The lower one is the critical mass: below it
    people leave, and each who leaves makes others leave; above it the service fills by itself.

    It leaves out: how long it takes, and whom people want to meet: here all are worth the same.

    Examples
    --------
    >>> service = CriticalMass()
    >>> round(service.critical, 2), round(service.full, 2)
    (0.2, 0.8)
    """

    strength: float = quantity(
        100,
        "dollars a month",
        "worth to the keenest, if all are on board",
        low=1,
        high=500,
        plausible=(50, 250),
        because="the keenest would pay some three to fifteen times the price; below, hardly "
        "anybody would stay, above, nearly all would",
    )
    price: float = quantity(
        16, "dollars a month", "what it costs to be on board", low=0, high=200, decision=True
    )
    on_board: float = quantity(
        0.19, "share of all", "how many are on board today", low=0, high=1, decision=True
    )

    def price_at(self, share: ArrayLike) -> Array:
        """Return the price at which that share stays, in dollars a month, shape as `share`."""
        x = numbers("share", share, 0, 1, unit="share")
        return np.asarray(self.strength * x * (1 - x))

    def willing(self, share: ArrayLike) -> Array:
        """Return the share that wants to be on board, if `share` is on board now."""
        return self._willing(numbers("share", share, 0, 1, unit="share"))

    def _willing(self, share: Array) -> Array:
        worth = self.strength * share
        some = worth > 1e-300 * self.price  # less would be no number any more
        kept = np.divide(self.price, worth, out=np.full_like(worth, np.inf), where=some)
        return np.asarray(np.maximum(0, 1 - kept))

    def _roots(self) -> tuple[float, float]:
        inside = 1 - 4 * self.price / self.strength
        if inside < 0:
            return float("inf"), 0.0
        return (1 - inside**0.5) / 2, (1 + inside**0.5) / 2

    @property
    def critical(self) -> float:
        """Share from which the service fills by itself; infinite if the price is too high."""
        return self._roots()[0]

    @property
    def full(self) -> float:
        """Share at which it settles above the critical mass; 0 if the price is too high."""
        return self._roots()[1]

    def path(self, start: float, periods: int = 30) -> Array:
        """Return the share on board, round by round: all look, all decide.

        Parameters
        ----------
        start : float
            Share on board at first.
        periods : int
            How often people decide.

        Returns
        -------
        array, shape (periods + 1,)

        Raises
        ------
        ExplainedError
            If the start is no share.
        """
        shares = [np.asarray(single("start", start, 0, 1, unit="share on board"))]
        for _ in range(whole("periods", periods, 0, _MOST_PERIODS)):
            shares.append(self._willing(shares[-1]))
        return np.array(shares)

    def pictures(self) -> Pictures:
        """Return what people would pay against the share on board, and a hall of a hundred."""
        return {"price": self._price_picture, "hall": self._hall_picture}

    def _hall_picture(self) -> Picture:
        now = round(_SEATS * self.on_board)
        later = round(_SEATS * float(self.path(self.on_board, _LONG)[-1]))
        moves = "empties" if later < now else "fills" if later > now else "stays"
        tipping = (
            f"The tipping point is at {number(_SEATS * self.critical)}: below it people leave, and "
            "each who leaves makes others leave; above it the hall goes to "
            f"{number(_SEATS * self.full)}."
            if self.full
            else "At this price it empties, however many are there."
        )
        return Dots(
            _SEATS,
            now,
            later,
            *((self.critical, self.full) if self.full else (None, None)),
            title=f"With {now} of {_SEATS} the hall {moves}"
            + (f", to {later}" if later != now else ""),
            shown=f"A hall of {_SEATS} seats; filled: guests today; a cross: one who leaves in the "
            "end, a ring: one who comes. Arrows: any number of guests moves on this way.",
            sentence=(
                f"A hall of {_SEATS} at a price of {number(self.price)} dollars, with {now} on "
                f"board today: it {moves}"
                + (f" until {later} are there" if later != now else "")
                + f". {tipping}"
            ),
        )

    def _price_picture(self) -> Picture:
        share = np.linspace(0, 1, 101)
        says = (
            f"Below {100 * self.critical:.0f} % on board people leave; above, the service fills "
            f"to {100 * self.full:.0f} %."
            if self.full
            else "No share on board is worth that price: people leave until nobody is left."
        )
        low, high = (f"{100 * share:.0f} %" for share in (self.critical, self.full))
        met = (
            Note(f"critical mass: {low}", self.critical, self.price),
            Note(f"full: {high}", self.full, self.price),
        )
        return Lines(
            (Series("what the last one would pay", share, self.price_at(share)),),
            "on board (share of all)",
            "price (dollars a month)",
            title=(
                f"Below {low} on board people leave; above, it fills to {high}"
                if self.full
                else f"At a price of {self.price:g} dollars nobody stays"
            ),
            shown="Where the curve is above the price, more people join.",
            notes=(Note("price", y=self.price), *(met if self.full else ())),
            sentence=(
                f"At a price of {self.price:g} dollars, against at most "
                f"{number(self.strength / 4)} that half of all would pay. {says}"
            ),
        )
