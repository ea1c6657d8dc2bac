"""What the last round did to what each decision is about: a number, before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from thousandfold.core import Array
from thousandfold.flight.engine import Flight
from thousandfold.flight.game import Game

_MINUTES_A_WEEK = 7 * 24 * 60
_FERRY = Flight()
_MARKET = _FERRY.casual_market + _FERRY.power_market

_Told = Callable[[Mapping[str, float]], float]
# What stands beside a decision: words, what they count, and how it is written.
BESIDE: Mapping[str, tuple[str, _Told, str]] = {
    "features": ("chains happy", lambda now: 100 * now["power_uptake"], "{:.0f} %"),
    "onboarding": ("teachers happy", lambda now: 100 * now["casual_uptake"], "{:.0f} %"),
    "debt": ("time lost", lambda now: 100 * now["lost"], "{:.0f} %"),
    "reliability": (
        "minutes down", lambda now: _MINUTES_A_WEEK * (1 - now["availability"]), "{:.0f}",
    ),
    "platform": ("need others", lambda now: 100 * now["crossing"], "{:.0f} %"),
    "hire": ("still learning", lambda now: now["new"], "{:.0f}"),
    "squads": ("days built each", lambda now: now["built"] / now["people"], "{:.0f}"),
    "decides": ("lost to waiting", lambda now: 100 * now["waited"], "{:.0f} %"),
    "api": ("can use Ferry", lambda now: _reachable(now), "{:.0f} %"),
    "keep": ("partners", lambda now: now["partners"], "{:,.0f}"),
}  # fmt: skip


def _reachable(now: Mapping[str, float]) -> float:
    """Return which part of all who may ever come can use Ferry, with the extensions there are."""
    return 100 * (now["casual_reachable"] + now["power_reachable"]) / _MARKET


def effects(game: Game) -> dict[str, str]:
    """Return what stands beside each decision: a number, before and after.

    It is what came after the round, not what came of the decision alone: much answers late.

    Parameters
    ----------
    game : Game

    Returns
    -------
    dict of str to str
        Name of a part of the decision, and words such as ``"time lost: 23 → 21 %"``.
    """
    seen: Mapping[str, Array] = game.seen()
    now = {name: float(values[-1]) for name, values in seen.items()}
    # What Ferry was before the first round was not asked of everybody.
    before = {name: float(values[-2]) for name, values in seen.items()} if game.round > 2 else now
    told = {}
    for name, (words, count, written) in BESIDE.items():
        was, came = written.format(count(before)), written.format(count(now))
        change = came if was == came else f"{was.removesuffix(' %')} → {came}"
        told[name] = f"{words}: {change}"
    if not game.turns:
        # Nobody has been asked yet.
        told["features"] = told["onboarding"] = told["squads"] = told["api"] = ""
    return told
