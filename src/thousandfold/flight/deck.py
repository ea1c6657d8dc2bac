"""The luck of the flight simulator: the same on every machine, and drawn before anybody decides."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from thousandfold.core import Array, whole
from thousandfold.errors import ExplainedError

ROUNDS = 12
"""Rounds of half a year each."""

EVENTS: Mapping[str, str] = {
    "none": "Nothing out of the ordinary happened.",
    "rival opens its API": "A rival opened its API. Partners have a choice now.",
    "region fails": "A data centre of your cloud provider failed for hours.",
    "chain wants a feature": "A big chain signed, and sales promised it a feature of its own.",
    "good press": "A popular teacher praised you, and sign-ups jumped.",
    "people are poached": "A competitor hired some of your most experienced people.",
}
"""What can happen in a round, and what a team is told."""

EVENT = {name: place for place, name in enumerate(EVENTS)}
"""The number that stands for an event in the luck."""

_MOST = 100_000  # Futures; more are more than a computer holds.
_QUIET = 2
_CHANCE = 0.3
_NORMALS = 13
_LASTING = [6, 9]  # How eager partners and customers are in this future: drawn once.
_SIXTEEN = np.uint64(16)
_LOW = np.uint64(0xFFFF)


def luck_of(seed: int, replications: int = 1000) -> Array:
    """Draw the luck of many futures.

    Raw 64-bit numbers of PCG64, whose stream is fixed, become luck by whole numbers alone: sums of
    four uniforms, nearly normal and never beyond 3.5 standard deviations. So the same seed gives
    the same luck, to the bit, on every platform and in every version of numpy.

    Parameters
    ----------
    seed : int
        The same seed gives the same luck; 0 or above.
    replications : int
        How many futures. More futures leave the first ones as they were.

    Returns
    -------
    array, shape (12 rounds, 14, futures)
        Thirteen rows of standard normal luck, then the number of the event in `EVENTS`. Read-only.

    Raises
    ------
    ExplainedError
        If seed or replications is not a whole number in its range.

    Examples
    --------
    >>> luck_of(7, 2).shape
    (12, 14, 2)
    """
    return _drawn(whole("seed", seed, 0), whole("replications", replications, 1, _MOST))


@lru_cache(maxsize=4)
def _drawn(seed: int, replications: int) -> Array:
    raw = np.random.PCG64(seed).random_raw((replications, ROUNDS, _NORMALS + 1))
    raw = np.ascontiguousarray(raw.transpose(1, 2, 0))
    total: Array = np.zeros(raw.shape)
    for part in range(4):
        total += (raw >> (_SIXTEEN * np.uint64(part))) & _LOW
    # Four uniforms on 0..65535: mean 2 * 65535, variance (65536**2 - 1) / 3.
    luck: Array = (total - 2 * 65535) / np.sqrt((65536.0**2 - 1) / 3)
    luck[:, _LASTING] = luck[:1, _LASTING]
    luck[:, -1] = _dealt(raw[:, -1])
    luck.flags.writeable = False
    return luck


def _dealt(raw: NDArray[np.uint64]) -> Array:
    """Turn raw numbers into numbers of events, none in the first rounds."""
    place = (raw >> np.uint64(11)).astype(float) / 2.0**53
    kinds = len(EVENTS) - 1
    event = 1 + np.minimum(kinds - 1, np.floor(place / _CHANCE * kinds))
    event = np.where(place < _CHANCE, event, 0)
    event[:_QUIET] = 0
    return event


def events_of(seed: int, future: int = 0) -> dict[int, str]:
    """Return what the deck deals in one future: round and event, for whoever prepares a game.

    Parameters
    ----------
    seed : int
    future : int
        0 is the one that teams play.

    Examples
    --------
    >>> events_of(1000)[3]
    'rival opens its API'
    """
    dealt = (
        luck_of(seed, whole("future", future, 0, _MOST - 1) + 1)[:, -1, future].astype(int).tolist()
    )
    return {at: list(EVENTS)[number] for at, number in enumerate(dealt, start=1) if number}


def with_events(luck: Array, events: Mapping[int, str]) -> Array:
    """Return luck in which the named rounds have the named events, in every future.

    Parameters
    ----------
    luck : array
        As `luck_of` returns it.
    events : mapping of int to str
        Round, 1 to 12, and the name of an event in `EVENTS`, for example ``{5: "region fails"}``;
        ``"none"`` takes an event away.

    Raises
    ------
    ExplainedError
        If there is no such round or event.
    """
    if not events:
        return luck
    names = list(EVENTS)
    changed = luck.copy()
    for at, name in events.items():
        if isinstance(at, bool) or not isinstance(at, int) or not 1 <= at <= ROUNDS:
            raise ExplainedError(f"an event comes in a round from 1 to {ROUNDS}, not {at!r}")
        if not isinstance(name, str) or name not in EVENTS:
            raise ExplainedError(f"there is no event {name!r}; there are {', '.join(names)}")
        changed[at - 1, -1] = names.index(name)
    return changed
