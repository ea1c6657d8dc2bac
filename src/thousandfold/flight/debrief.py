"""After the flight: the room's games side by side, skill and luck told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from thousandfold.core import SEED, Trajectory
from thousandfold.errors import ExplainedError
from thousandfold.flight.decision import Decision
from thousandfold.flight.deck import ROUNDS
from thousandfold.flight.engine import GOAL, fly
from thousandfold.flight.game import Game
from thousandfold.flight.policies import COMPARED, REACTING, random_table, with_rules
from thousandfold.flight.results import scorecard, skill_and_luck
from thousandfold.flight.survival import IGNORING, stored
from thousandfold.flight.turn import Turn
from thousandfold.picture import Lines, Note, Series

if TYPE_CHECKING:
    import pandas as pd


_MOST_GAMES = 60
_MOST_NAMED = 20
_AT_ONCE = 2  # policies that fly through a thousand futures


@dataclass(frozen=True)
class Room:
    """The games of a room, which all fly with its luck.

    Attributes
    ----------
    games : tuple of Game
    refused : tuple of str
        What is to be known of other files in the folder, and of games with other luck, a sentence
        each.
    given : tuple of int and mapping of int to str, optional
        The seed and the events of the room; by default those of most games.
    rounds : int
        How many rounds are compared.
    """

    games: tuple[Game, ...]
    refused: tuple[str, ...] = ()
    given: tuple[int, Mapping[int, str]] | None = None
    rounds: int = ROUNDS

    @cached_property
    def luck(self) -> tuple[int, dict[int, str]]:
        """The seed and the events of the room."""
        if self.given is not None:
            seed, events = self.given
            return seed, {at: event for at, event in events.items() if at <= self.rounds}
        [(luck, _)] = Counter(self._luck(game) for game in self.games).most_common(1)
        return luck[0], dict(luck[1])

    @classmethod
    def of(
        cls,
        *games: Game,
        luck: tuple[int, Mapping[int, str]] | None = None,
        rounds: int = ROUNDS,
    ) -> Room:
        """Return the room of the given games.

        Who flew with another seed or other events than the room stays in it: those decisions fly
        with the room's luck, under a name that says so. So does who flew fewer rounds; of who flew
        more, the first count.

        Parameters
        ----------
        *games : Game
        luck : tuple of int and mapping of int to str, optional
            The seed and the events of the room; by default those of most games.
        rounds : int
            How many rounds the room flew.

        Raises
        ------
        ExplainedError
            If no game has a round to look at.
        """
        flown = [game for game in games if game.turns]
        refused = [f"{game.team} has not flown a round yet." for game in games if not game.turns]
        if not flown:
            raise ExplainedError(
                "there is no flown game to look at; play a round first, or put the teams' files "
                "(flight-....json) into this folder"
            )
        room = cls(
            tuple(first_rounds(game, rounds) for game in flown[:_MOST_GAMES]), (), luck, rounds
        )
        refused += [
            f"{game.team} flew to round {len(game.turns)}; here its first {rounds} count, as many "
            "as the room flew."
            for game in flown[:_MOST_GAMES]
            if len(game.turns) > rounds
        ]
        refused += [
            f"{game.team} flew with another seed or other events than the room; its decisions fly "
            "here with the room's luck, and end otherwise than the team saw."
            for game in room.games
            if not room.shares_luck(game)
        ]
        if any(len(game.turns) < rounds for game in room.games):
            refused.append(
                f"Where a name says how far a team flew, its last decision goes on to round "
                f"{rounds}, and hires nobody more."
            )
        return replace(room, refused=tuple(refused))

    @classmethod
    def in_folder(cls, folder: str | Path = ".") -> Room:
        """Return the games that lie in `folder` as `flight-....json`; bad files are told, not read.

        Raises
        ------
        ExplainedError
            If there is no game with a flown round among them.
        """
        games, refused = [], []
        for path in sorted(Path(folder).glob("flight-*.json")):
            try:
                games.append(Game.load(path))
            except ExplainedError as error:
                refused.append(str(error))
        room = cls.of(*games)
        return replace(room, refused=(*refused, *room.refused))

    def shares_luck(self, game: Game) -> bool:
        """Return whether `game` was flown with the luck of the room."""
        return self._luck(game) == (self.luck[0], tuple(sorted(self.luck[1].items())))

    def _luck(self, game: Game) -> tuple[int, tuple[tuple[int, str], ...]]:
        met = {at: event for at, event in game.events.items() if at <= self.rounds}
        return game.seed, tuple(sorted(met.items()))

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The names of the teams; who took a name that was taken gets a number."""
        names: list[str] = []
        for game in self.games:
            flown = game.team
            if len(game.turns) < self.rounds:
                flown += f" (to round {len(game.turns)})"
            if not self.shares_luck(game):
                flown += " (other luck)"
            number, name = 1, flown
            while name in (*names, *COMPARED):
                number += 1
                name = f"{flown} ({number})"
            names.append(name)
        return tuple(names)

    def replay(self, replications: int = 1000) -> Trajectory:
        """Fly every team's decisions, and the compared policies, through `replications` futures.

        Future 0 is the one that the teams lived. Where a team stopped early its last decision
        goes on, and hires nobody more.
        """
        return self._fly(self._policies, replications)

    @property
    def _policies(self) -> dict[str, Any]:
        rows = {
            name: [*game.rows, *[game.last] * (self.rounds - len(game.turns))]
            for name, game in zip(self.labels, self.games, strict=True)
        }
        return {**rows, **COMPARED}

    def _fly(self, policies: Mapping[str, Any], replications: int) -> Trajectory:
        seed, events = self.luck
        return fly(policies, self.rounds, replications, seed, events)

    def scorecard(self) -> pd.DataFrame:
        """Return how each team ended in the future that it lived, beside the compared policies."""
        self._tell_refused()
        return scorecard(self.replay(replications=1), future=0)

    def skill_and_luck(self, replications: int = 1000) -> pd.DataFrame:
        """Return what each team is worth in `replications` futures, and what its luck was."""
        self._tell_refused()
        return self._weighed(replications)

    def _weighed(
        self, replications: int, tell: Callable[[int, int], object] = lambda done, of: None
    ) -> pd.DataFrame:
        # A few at a time: all that twenty teams do in a thousand futures takes a laptop's memory.
        import pandas as pd

        policies = list(self._policies.items())
        tables = []
        for at in range(0, len(policies), _AT_ONCE):
            runs = self._fly(dict(policies[at : at + _AT_ONCE]), replications)
            tables.append(skill_and_luck(runs))
            tell(min(at + _AT_ONCE, len(policies)), len(policies))
        table = pd.concat(tables)
        return table.sort_values("skill: median of all futures", ascending=False, kind="stable")

    def picture(
        self,
        replications: int = 1000,
        tell: Callable[[int, int], object] = lambda done, of: None,
    ) -> Lines:
        """Return all teams in one picture: across what decisions are worth, up what luck did.

        Parameters
        ----------
        replications : int
        tell : callable, optional
            Is called with how many policies have flown, and how many there are.
        """
        self._tell_refused()
        table = self._weighed(replications, tell)
        worth, luck = table["skill: median of all futures"], table["luck: better than % of futures"]
        teams = [name for name in table.index if name in self.labels]
        best, luckiest = teams[0], luck[teams].idxmax()
        # More names than that lie in each other.
        named = teams if len(teams) <= _MOST_NAMED else list(dict.fromkeys((best, luckiest)))
        listed = "; ".join(f"{name} {worth[name]:,.0f} and {luck[name]:.0f} %" for name in teams)
        others = [name for name in table.index if name not in teams]
        return Lines(
            (
                Series("", worth[others], luck[others], points=True, colour="soft"),
                Series("", worth[teams], luck[teams], measured=True),
            ),
            notes=tuple(
                Note(str(name), worth[name], luck[name], soft=name in others)
                for name in (*named, *others)
            ),
            title=f"{best} decided best, {luckiest} was luckiest",
            shown="Right: decisions that end higher in the middle future. Up: a luckier life. "
            "Grey: policies to compare with.",
            x_label="customers at the end, in the middle of all futures",
            y_label="% of its own futures that a team's life was better than",
            log_x=True,
            sentence=f"What the decisions are worth, and luck: {listed}.",
        )  # fmt: skip

    def _tell_refused(self) -> None:
        for reason in self.refused:
            print(reason)


def first_rounds(game: Game, rounds: int) -> Game:
    """Return a game as it stood after so many rounds.

    Parameters
    ----------
    game : Game
    rounds : int

    Returns
    -------
    Game
        The same, where it has no more.
    """
    if len(game.turns) <= rounds:
        return game
    return Game(game.team, game.seed, game.events, game.turns[:rounds])


def reaching_by_chance(policies: int = 100, replications: int = 10) -> int:
    """Return how many policies drawn at random reach the goal in the middle of their futures.

    Parameters
    ----------
    policies, replications : int
        How many, and futures of each.

    Returns
    -------
    int

    Examples
    --------
    >>> 0 <= reaching_by_chance(5, 2) <= 5
    True
    """
    generator = np.random.Generator(np.random.PCG64(SEED))
    drawn = {f"random {i}": random_table(generator) for i in range(policies)}
    ends = fly(drawn, replications=replications).final("customers")
    return int((np.median(ends, axis=1) >= GOAL).sum())


def ignoring_one(replications: int = 1000) -> pd.DataFrame:
    """Let the policy that reacts to its report ignore one thing at a time.

    Parameters
    ----------
    replications : int
        How many futures.

    Returns
    -------
    pandas.DataFrame
        One row for each thing that is ignored: customers at the end, in the middle of the futures,
        how many per cent of the futures reach the goal, and in how many of 100 plausible companies
        it ends lower than with everything.

    Examples
    --------
    >>> ignoring_one(50).index[0]
    'nothing'
    """
    import pandas as pd

    policies = {
        name: with_rules(REACTING, *([rule] if rule else [])) for name, rule in IGNORING.items()
    }
    ends = fly(policies, replications=replications).final("customers")
    elsewhere = stored()["ignoring"]
    columns = {
        "customers": np.median(ends, axis=-1).round(),
        "goal reached, %": (100 * (ends >= GOAL).mean(axis=-1)).round(1),
        "ends lower, of 100 companies": [
            f"{elsewhere[name]['all plausible']}" if name in elsewhere else "" for name in policies
        ],
    }
    return pd.DataFrame(columns, index=list(policies)).rename_axis(index="ignored")


def example_game() -> Game:
    """Return the game of an invented team that put nearly all into features.

    Its debrief can be read before anybody has played.
    """
    turns = [
        (
            Decision(features=80, onboarding=20, debt=0, reliability=0, platform=0, hire=6,
                     squads=1 + at // 4),
            1000 * 2.0 ** (at + 1),
            "we doubled before",
        )
        for at in range(ROUNDS)
    ]  # fmt: skip
    return Game("Example team", turns=[Turn(*turn) for turn in turns])


def to_look_at(game: Game) -> Game:
    """Return the game if a round of it was flown, and the example otherwise.

    Parameters
    ----------
    game : Game

    Returns
    -------
    Game

    Examples
    --------
    >>> len(to_look_at(Game("Ours")).turns)
    12
    """
    return game if game.turns else example_game()
