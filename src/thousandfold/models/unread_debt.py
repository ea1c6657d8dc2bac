"""What debt that nobody wrote by hand takes back from a team that builds faster."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import Array, Pictures, State, compare, number, quantity
from thousandfold.models.debt import Debt
from thousandfold.picture import Lines, Note, Picture, Series

_FUTURES = 200
_QUARTERS = 12


@dataclass(frozen=True)
class UnreadDebt(Debt):
    """A team of which an assistant writes the code: a day builds more, and leaves more debt.

    Each quarter is one of `Debt`, with two changes::

        built    = (1 + gain / 100) * features
        new debt = leaves * carelessness * features * luck + contagion * lost

    `leaves` is counted for a day of work. A day also holds more changes, so a team that leaves as
    much debt with each change as by hand leaves ``1 + gain / 100`` times as much in a day.

    It leaves out what `Debt` leaves out, and that an assistant might repair debt, too.

    Examples
    --------
    >>> UnreadDebt().ahead_of_hand().round().tolist()
    [35.0, 8.0]
    """

    repayment: float = quantity(
        0.3,
        "share of the time left",
        "time that goes into repaying debt",
        low=0,
        high=1,
        decision=True,
    )
    gain: float = quantity(
        35,
        "percent",
        "what a day of work builds more than by hand",
        low=0,
        high=200,
        plausible=(0, 50),
        because="below nothing nobody would use an assistant; half as much again is free code "
        "where writing takes a third of the week",
    )
    leaves: float = quantity(
        2,
        "times",
        "debt that a day of work leaves, against by hand",
        low=0.5,
        high=5,
        plausible=(1, 3),
        because="below one, more changes would leave less debt than few; at three times a team "
        "with the default of carelessness leaves more than half a day of debt a day",
    )
    repaid_by_hand: float = quantity(
        0.3,
        "share of the time left",
        "time that went into repaying debt when code was written by hand",
        low=0,
        high=1,
        decision=True,
    )

    def step(self, state: State, shock: Array) -> State:
        """One quarter of `Debt`, in which a day of work builds more and leaves other debt."""
        after = dict(super().step(state, shock))
        features = after["delivered"] - state["delivered"]
        left = self.carelessness * features * np.maximum(0, 1 + self.variation * shock[1])
        return after | {
            "delivered": state["delivered"] + (1 + self.gain / 100) * features,
            "debt": after["debt"] + (self.leaves - 1) * left,
        }

    def _built(self) -> Array:
        """Return what three teams have built: by hand, this one, and one as careful as by hand."""
        teams = {
            "by hand": self.replace(gain=0, leaves=1, repayment=self.repaid_by_hand),
            "faster": self,
            "careful": self.replace(leaves=1 + self.gain / 100),
        }
        return np.asarray(compare(teams, _QUARTERS, _FUTURES)["delivered"])

    def ahead_of_hand(self) -> Array:
        """Return what the team builds more than by hand, in percent.

        Returns
        -------
        array, shape (2,)
            In the first quarter, and in three years in all; the middle of 200 futures.
        """
        built = self._built()
        return np.median(_more(built[[1, -1], 0], built[[1, -1], 1]), axis=1)

    def pictures(self) -> Pictures:
        """Return what is built more in each quarter than by hand, and the pictures of `Debt`."""
        return {"built": self._built_picture} | super().pictures()

    def _built_picture(self) -> Picture:
        quarters, built = np.arange(1, _QUARTERS + 1), self._built()
        each = np.diff(built, axis=0)
        low, middle, high = np.quantile(_more(each[:, 0], each[:, 1]), (0.1, 0.5, 0.9), axis=1)
        careful = np.median(_more(each[:, 0], each[:, 2]), axis=1)
        in_all, with_care = (
            float(np.median(_more(built[-1, 0], built[-1, team]))) for team in (1, 2)
        )
        return Lines(
            (
                Series(f"{number(self.leaves)} times the debt", quarters, middle, low, high),
                Series("each change as careful as by hand", quarters, careful, colour="soft"),
            ),
            "time (quarters)",
            "built more in the quarter than by hand (%)",
            title=f"{_compared(middle[0])} at first; {_compared(in_all)} in three years in all",
            shown="Line: the middle of 200 futures. Band: eight of ten of them.",
            notes=(Note("by hand", y=0),),
            sentence=(
                f"What a team that repairs {number(100 * self.repayment)} % builds in a quarter "
                f"beyond one by hand that repairs {number(100 * self.repaid_by_hand)} %, in "
                f"percent. With {number(self.leaves)} times the debt from each day of work: "
                f"{number(middle[0])} % in quarter 1, {number(middle[5])} % in quarter 6, "
                f"{number(middle[-1])} % in quarter 12; {_compared(in_all)} in three years in "
                f"all. As careful with each change as by hand: {number(careful[-1])} % in quarter "
                f"12, {_compared(with_care)} in all."
            ),
        )


def _more(by_hand: ArrayLike, faster: ArrayLike) -> Array:
    """Return what is built more than by hand, in percent; nothing where by hand builds nothing."""
    hand, other = np.asarray(by_hand), np.asarray(faster)
    ratio = np.divide(other, hand, out=np.ones_like(other), where=hand > 0)
    return np.asarray(100 * (ratio - 1))


def _compared(percent: float) -> str:
    return f"{number(abs(percent))} % {'less' if percent < 0 else 'more'}"
