"""What a learner takes home of a flight: its curve, and each forecast beside what came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from markupsafe import Markup

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.markup import plain
from thousandfold.facilitation.notebooks import saved_flights
from thousandfold.teaching.guesses import compare_with
from thousandfold.teaching.typed import Typed


@dataclass(frozen=True)
class Round:
    """One round: what a team expected and why, and what came.

    Attributes
    ----------
    number : int
    forecast, came : float
        Customers.
    reason : str
    words : str
        How far off the forecast was.
    """

    number: int
    forecast: float
    came: float
    reason: str
    words: str


@dataclass(frozen=True)
class Flown:
    """One flight.

    Attributes
    ----------
    team : str
    picture : markupsafe.Markup
        Its customers and its forecasts, with a text alternative.
    rounds : tuple of Round
        Those that were flown.
    """

    team: str
    picture: Markup
    rounds: tuple[Round, ...]


def flights(folder: Path) -> tuple[tuple[Flown, ...], list[str]]:
    """Return the flights that lie in a folder, and a sentence for each file that is none."""
    from thousandfold.flight import Game

    found, refused = [], []
    for path in saved_flights(folder):
        try:
            game = Game.load(path)
        except ExplainedError as error:
            refused.append(plain(str(error)))
            continue
        if game.turns:  # a flight that was never begun is nothing to take home
            found.append(_flown(game))
    return tuple(found), refused


def _flown(game: Any) -> Flown:
    from thousandfold.flight.instruments import instruments

    customers, *_ = instruments(game)
    shown = cast(Any, customers.plot())._repr_mimebundle_()["text/html"]
    return Flown(game.team, Markup(shown), tuple(_rounds(game)))  # noqa: S704 - drawn by us


def _rounds(game: Any) -> Iterator[Round]:
    came = game.seen()["customers"]
    for number, turn in enumerate(game.turns, start=1):
        words = compare_with(Typed(turn.forecast, turn.forecast), float(came[number])).words
        yield Round(number, turn.forecast, float(came[number]), turn.reason, words)
