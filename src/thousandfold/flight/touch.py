"""The debrief under the reader's finger: its pictures for other policies, luck and decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from thousandfold.flight.debrief import Room, example_game
from thousandfold.flight.debrief_pictures import lead_picture, luck_picture
from thousandfold.flight.deck import ROUNDS
from thousandfold.flight.engine import fly
from thousandfold.flight.loops import loops_picture
from thousandfold.flight.policies import COMPARED
from thousandfold.flight.second_flight import all_changed
from thousandfold.picture import Picture
from thousandfold.player.table import Control, table

Tables = dict[str, dict[str, Any]]

_FEATURES = tuple(range(0, 101, 10))
_HIRED = (0, 1, 3, 10, 15, 20, 30)  # the example team hires six in each round
_HIRED_FIRST = 15  # as the lesson does in its first round
_AS_LIVED = -1.0
_LIVES = {
    "as it was": _AS_LIVED,
    "the worst of 1,000": 0.0,
    "one in ten is worse": 10.0,
    "the middle": 50.0,
    "one in ten is better": 90.0,
    "the best of 1,000": 100.0,
}
"""How lucky a life was, in words, and how many per cent of all are worse."""


def loops_by_policy() -> Tables:
    """Return which loops turn in the flight of each policy, for the example team first.

    Returns
    -------
    dict
        A table for each width of a page, see `thousandfold.player.table.table`.
    """
    game = example_game()
    policies = {game.team: game.rows, **COMPARED}

    def picture_of(settings: Mapping[str, float]) -> Picture:
        name = list(policies)[int(settings["policy"])]
        policy = {name: policies[name]}
        return loops_picture(fly(policy, replications=1, seed=game.seed, events=game.events))

    return table([_policy(*policies)], picture_of)


def luck_by_life() -> Tables:
    """Return skill and luck for each policy, and for lives of more luck or less.

    Returns
    -------
    dict
        A table for each width of a page.
    """
    runs = Room.of(example_game()).replay()
    ends = runs.final("customers")

    def picture_of(settings: Mapping[str, float]) -> Picture:
        team, luck = int(settings["policy"]), settings["life"]
        if luck == _AS_LIVED:
            return luck_picture(runs, team)
        place = round(luck / 100 * (ends.shape[1] - 1))
        return luck_picture(runs, team, lived=int(np.argsort(ends[team], kind="stable")[place]))

    life = Control("life", "the luck it had", tuple(_LIVES.values()), words=tuple(_LIVES))
    return table([_policy(*runs.scenarios), life], picture_of)


def lead_by_features() -> Tables:
    """Return how far ahead of a balanced company one is, for each share that it gives features.

    Returns
    -------
    dict
        A table for each width of a page.
    """
    share = Control("features", "work that goes into features", _FEATURES, len(_FEATURES) - 1, "%")
    return table([share], lambda settings: lead_picture(features=settings["features"]))


def hired_otherwise() -> Tables:
    """Return the example flight and the same with other hires, for each round.

    Returns
    -------
    dict
        A table for each width of a page.
    """
    places = [(at, hired) for at in range(1, ROUNDS + 1) for hired in _HIRED]
    flights = all_changed(example_game(), [(at, {"hire": hired}) for at, hired in places])
    flown = dict(zip(places, flights, strict=True))
    return table(
        [
            Control("at", "round that changes", tuple(range(1, ROUNDS + 1))),
            Control("hire", "people hired in it", _HIRED, _HIRED.index(_HIRED_FIRST)),
        ],
        lambda settings: flown[int(settings["at"]), int(settings["hire"])].picture(),
    )


def _policy(*names: str) -> Control:
    return Control("policy", "who flies", tuple(range(len(names))), words=names)
