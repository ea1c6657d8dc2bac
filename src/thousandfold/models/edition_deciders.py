"""What decides between one product and two editions, in a market of any size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import SEED, Array, Model, instance, number, numbers, one_of, robust
from thousandfold.models.two_segments import TwoSegments
from thousandfold.picture import Lines, Note, Picture, Series

_SIZES = np.geomspace(1e3, 1e6, 61)
_TOLD = (20_000, 100_000, 1_000_000)
# Companies of 100 by which one number must decide more to be named alone.
_AS_MUCH = 3
_SHOWN = {
    "second": "bill",
    "conflict": "tastes",
    "twice": "doubled work",
    "power_last": "users in chains",
}


@dataclass(frozen=True, eq=False)
class EditionDeciders:
    """In how many companies two editions earn more at each size, and which number decides.

    The companies are halved by one number, into those where it is low and those where it is high.
    What it decides is the difference between the halves: in how many of 100 companies more two
    editions win, on the side that is better for them.

    Attributes
    ----------
    leads : array, shape (companies, sizes)
        What two editions earn more than one product where that earns most, per user.
    drawn : dict of str to array, shape (companies,)
        What was drawn for each number.
    """

    leads: Array
    drawn: dict[str, Array]

    def wins(self, users: ArrayLike) -> Array:
        """Return in how many of 100 companies two editions earn more in a market of `users`."""
        return self._at(users, 100 * (self.leads > 0).mean(axis=0))

    def decides(self, name: str, users: ArrayLike) -> Array:
        """Return by how many of 100 companies the halves by `name` differ, at `users`."""
        return self._at(users, self._difference(one_of("name", name, self.drawn)))

    @property
    def bill_until(self) -> float:
        """Market up to which the bill decides most; infinite if it does in a million."""
        bill = self._difference("second")
        ahead = bill - np.max(
            [self._difference(name) for name in _SHOWN if name != "second"], axis=0
        )
        leads = np.flatnonzero(ahead > 0)
        if not len(leads):
            return float(_SIZES[0])
        last = int(leads[-1])
        if last == len(_SIZES) - 1:
            return float("inf")
        between = slice(last, last + 2)
        return float(np.exp(np.interp(0, -ahead[between], np.log(_SIZES[between]))))

    def picture(self) -> Picture:
        """Return what each number decides, against the size of the market."""
        told = "; ".join(
            f"with {users:,} users two editions earn more in {float(self.wins(users)):.0f} of "
            f"100, which hangs most on the {self._first(users)}"
            for users in _TOLD
        )
        until = self.bill_until
        ends = np.isfinite(until)
        return Lines(
            tuple(Series(words, _SIZES, self._difference(name)) for name, words in _SHOWN.items()),
            "market (users)",
            "what it decides (companies of 100)",
            title=f"The bill decides most up to {number(round(until, -3))} users"
            if ends
            else "The bill decides most in every market",
            shown="The higher a line, the more companies differ by that number.",
            notes=(Note("no longer the bill", x=until),) if ends else (),
            sentence=f"What decides between one product and two editions in {len(self.leads):,} "
            f"plausible companies: {told}.",
            log_x=True,
        )

    def _first(self, users: float) -> str:
        decided = {words: float(self.decides(name, users)) for name, words in _SHOWN.items()}
        first = sorted(decided, key=lambda words: -decided[words])
        near = [words for words in first if decided[words] > decided[first[0]] - _AS_MUCH]
        return " and the ".join(near)

    def _difference(self, name: str) -> Array:
        low = self.drawn[name] < np.median(self.drawn[name])
        won = 100 * (self.leads > 0)
        return np.asarray(np.abs(won[low].mean(axis=0) - won[~low].mean(axis=0)))

    def _at(self, users: ArrayLike, values: Array) -> Array:
        at = np.log(numbers("users", users, _SIZES[0], _SIZES[-1]))
        return np.asarray(np.interp(at, np.log(_SIZES), values))


def what_decides(
    market: TwoSegments | None = None, draws: int = 2000, seed: int = SEED
) -> EditionDeciders:
    """Try two editions against one product in plausible companies, in markets of every size.

    Parameters
    ----------
    market : TwoSegments, optional
        Its decisions are kept, such as the fees; the rest is drawn.
    draws, seed
        As in `thousandfold.robust`.

    Returns
    -------
    EditionDeciders

    Examples
    --------
    >>> what_decides().wins([20_000, 100_000, 1_000_000]).round().tolist()
    [57.0, 79.0, 70.0]
    """
    market = TwoSegments() if market is None else instance("market", market, TwoSegments)
    leads: list[Array] = []

    def most(made: Sequence[Model]) -> list[float]:
        leads.extend(company.lead(_SIZES) for company in cast(Sequence[TwoSegments], made))
        return [float(lead.max()) for lead in leads]

    tried = robust(market, most, draws=draws, seed=seed)
    return EditionDeciders(np.array(leads), dict(tried.companies.drawn))
