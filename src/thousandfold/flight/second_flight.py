"""Fly again, with one decision changed: the same luck, and what that decision was worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from thousandfold.core import Array
from thousandfold.errors import ExplainedError
from thousandfold.flight.decision import Decision
from thousandfold.flight.engine import fly
from thousandfold.flight.game import Game
from thousandfold.picture import Lines, Series

_AT_ONCE = 4  # policies; more of them in a thousand futures no longer fit near the processor


@dataclass(frozen=True, eq=False)
class SecondFlight:
    """A flight and the same flight with one decision changed, through the same futures.

    Attributes
    ----------
    at : int
        The round that was changed.
    game, changed : Game
        As it was flown, and as it would have been with the room's luck.
    ends : array, shape (2, futures)
        Customers after the last round, as flown and changed.

    Examples
    --------
    >>> from thousandfold.flight.debrief import example_game
    >>> fly_again(example_game(), 3, replications=200, debt=40, features=40).ahead > 90
    True
    """

    at: int
    game: Game
    changed: Game
    ends: Array

    @property
    def ahead(self) -> float:
        """In how many of 100 futures the change ends with more customers."""
        return float(100 * (self.ends[1] > self.ends[0]).mean())

    @property
    def worth(self) -> float:
        """By how many per cent the customers at the end differ, in the middle future."""
        return float(100 * (np.median(self.ends[1] / np.maximum(1, self.ends[0])) - 1))

    @property
    def _worth(self) -> str:
        return f"{self.worth:+.0f} %" if round(self.worth) else "0 %"

    @property
    def sentence(self) -> str:
        """What the change did: in the future that was flown, and in all."""
        flown, changed = (game.seen()["customers"][-1] for game in (self.game, self.changed))
        return (
            f"With round {self.at} changed there would be {changed:,.0f} customers, not "
            f"{flown:,.0f}. In {self.ends.shape[1]:,} futures the change ends ahead in "
            f"{self.ahead:.0f} of 100, by {self._worth} in the middle."
        )

    def picture(self) -> Lines:
        """Return the customers of both flights, round by round, with the room's luck."""
        rounds = np.arange(len(self.game.turns) + 1.0)
        flown, changed = (game.seen()["customers"] for game in (self.game, self.changed))
        return Lines(
            (Series("as flown", rounds, flown), Series("changed", rounds, changed)),
            title=f"Round {self.at} changed: {self._worth} customers in the middle future",
            shown="both with the luck that you had",
            sentence=self.sentence,
            x_label="round",
            y_label="customers",
            log_y=True,
        )


def fly_again(game: Game, at: int, replications: int = 1000, **decided: Any) -> SecondFlight:
    """Fly a game again with one decision changed; all others stay as they were.

    Parameters
    ----------
    game : Game
        At least one round of it is flown.
    at : int
        The round whose decision changes.
    replications : int
        How many futures say what the change is worth.
    **decided
        What changes in that round, by the names of `Decision`: ``hire=4, debt=30, features=30``.

    Returns
    -------
    SecondFlight
        Both flights, with a picture and a sentence of what the change is worth.

    Raises
    ------
    ExplainedError
        If that round is not flown yet, nothing changes, or the decision is none.

    Examples
    --------
    >>> from thousandfold.flight.debrief import example_game
    >>> changed = fly_again(example_game(), 3, replications=20, hire=0)
    """
    if isinstance(at, bool) or not isinstance(at, int) or not 1 <= at <= len(game.turns):
        raise ExplainedError(
            f"a round that was flown can be changed: 1 to {len(game.turns)}, not {at!r}"
            if game.turns
            else "no round is flown yet; fly one first"
        )
    return all_changed(game, [(at, decided)], replications)[0]


def all_changed(
    game: Game, changes: Sequence[tuple[int, Mapping[str, Any]]], replications: int = 1000
) -> list[SecondFlight]:
    """Fly a game again for each of some changes, all through the same futures.

    Parameters
    ----------
    game : Game
        All rounds that are changed are flown.
    changes : sequence of tuple
        A round, and what changes in it, by the names of `Decision`.
    replications : int
        How many futures say what each change is worth.

    Returns
    -------
    list of SecondFlight
        One for each change.

    Raises
    ------
    ExplainedError
        If a change changes nothing, or the decision is none.
    """
    games = [_changed(game, at, decided) for at, decided in changes]
    policies = [game.rows, *(changed.rows for changed in games)]
    ends = np.concatenate(
        [
            fly(
                {str(place): rows for place, rows in enumerate(policies[first : first + _AT_ONCE])},
                rounds=len(game.turns),
                replications=replications,
                seed=game.seed,
                events=game.events,
            ).final("customers")
            for first in range(0, len(policies), _AT_ONCE)
        ]
    )
    return [
        SecondFlight(at, game, changed, np.stack([ends[0], ends_changed]))
        for (at, _), changed, ends_changed in zip(changes, games, ends[1:], strict=True)
    ]


def _changed(game: Game, at: int, decided: Mapping[str, Any]) -> Game:
    turns = list(game.turns)
    row = Decision.of({**turns[at - 1].decision.row(), **decided})
    if row == turns[at - 1].decision:
        raise ExplainedError(f"round {at} was decided like this; change something in it")
    turns[at - 1] = replace(turns[at - 1], decision=row)
    return Game(game.team, game.seed, game.events, turns)
