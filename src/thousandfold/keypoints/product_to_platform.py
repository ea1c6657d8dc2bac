"""What lesson 05 concludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np

from thousandfold.core import Array, Model, compare
from thousandfold.datasets import load
from thousandfold.errors import ExplainedError
from thousandfold.keypoints.base import Keypoint
from thousandfold.models.bottleneck import CompetitiveBottleneck
from thousandfold.models.partner_programme import PartnerProgramme
from thousandfold.models.platform_pricing import DuopolyPlatforms
from thousandfold.repository.placebos import placebos

_MOVED = {"terraform": "2017-06", "ansible": "2020-03"}
_FUTURES = 200
_WAYS = (0.25, 0.5, 0.75, 0.9)  # of the way to the tipping point
_MOST = 0.5  # of the money, and of the futures
_MORE = 0.1  # dollars


def no_other_month_fell_as_far(_: Sequence[Model]) -> float:
    """Return how much more of the core both openings cost than any other month, in percent."""
    every = placebos(load("core_and_extensions"), "authors_core", _MOVED)
    changes, others = (every[every["change"] == happened]["ratio"] for happened in (True, False))
    return float(100 * (others.min() - changes.max()))


def stopping_short_loses_most(made: Sequence[Model]) -> Array:
    """Return in how many of 100 futures most of the money is lost, beyond fifty.

    The money ends at four places before the tipping point, and the one counts that loses seldomest.
    It is a number of futures, because they are won or lost: a median would be one of the two, and
    a mean hides how seldom it is won.
    """
    markets = cast(Sequence[PartnerProgramme], made)
    levels = [market.levels() for market in markets]
    if any(len(found) == 1 for found in levels):
        raise ExplainedError(
            "a market without a tipping point has nothing below it: ask only markets that tip"
        )
    stopped = {
        f"{place}, {way:g}": market.replace(stop_at=way * found[1])
        for place, (market, found) in enumerate(zip(markets, levels, strict=True))
        for way in _WAYS
    }
    ends = compare(stopped, replications=_FUTURES)
    lost = -ends.final("gain") > _MOST * ends.final("spent")
    seldomest = lost.mean(axis=1).reshape(len(markets), len(_WAYS)).min(axis=1)
    return np.asarray(100 * (seldomest - _MOST))


def tips(made: Sequence[Model]) -> Array:
    """Return which markets have a tipping point."""
    return np.array([cast(PartnerProgramme, market).kind == "tips" for market in made])


def who_joins_both_pays_for_its_gain(_: Sequence[Model]) -> float:
    """Return the smaller of two moves of a price, in dollars, if a side gains a little more.

    Where each side joins one platform, how much the other side's price falls beyond what its own
    moves; where partners join both, how much their own price rises.
    """
    one, both = DuopolyPlatforms(), CompetitiveBottleneck()
    users, partners = np.subtract(one.prices, one.replace(gain_users=one.gain_users + _MORE).prices)
    rises = both.replace(gain_partners=both.gain_partners + _MORE).prices[1] - both.prices[1]
    return float(min(partners - abs(users), rises))


KEYPOINTS = (
    Keypoint(
        "In the year after its extensions moved out, Terraform's core lost more of its people than "
        "in any other year counted, Ansible's hardly more; some may have moved with the "
        "extensions.",
        no_other_month_fell_as_far,
        unit="% of the people before",
        rests_on="counted data",
    ),
    Keypoint(
        "If a market has a tipping point, money that stops below it is mostly lost in more than "
        "half of its futures.",
        stopping_short_loses_most,
        PartnerProgramme(),
        "of 100 futures, beyond fifty",
        tips,
        sets=("stop_at",),
    ),
    Keypoint(
        "Beside a rival, a side that joins one platform is charged less for what it brings, not "
        "more for what it gains; one that joins both is charged for its gain.",
        who_joins_both_pays_for_its_gain,
        unit="dollars",
        rests_on="arithmetic",
    ),
)
