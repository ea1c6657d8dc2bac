"""A team's game of the flight simulator: one decision a round, no undo, one small file.

A game is its seed, the events that the facilitator injected, and the rounds decided so far, each
with the forecast and the reason written down before it. Everything else follows from these, so
nothing else is saved, and a file cannot lie about its result.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

from thousandfold.core import SEED, Array, Trajectory
from thousandfold.errors import ExplainedError
from thousandfold.flight.decision import Decision
from thousandfold.flight.deck import ROUNDS
from thousandfold.flight.engine import fly
from thousandfold.flight.lock import alone_with
from thousandfold.flight.report import Report, report
from thousandfold.flight.saved import MOST_BYTES, read, written
from thousandfold.flight.share import TEAM, code_of, read_code
from thousandfold.flight.turn import Replayed, Turn
from thousandfold.writing import write_whole

MOST_NAME = 40


class Game:
    """A team's flight of Ferry, round by round.

    Parameters
    ----------
    team : str
        Name of the team, up to 40 characters.
    seed : int
        The luck. All teams of a room take the same.
    events : mapping of int to str
        What the facilitator injects: round, and a name in `flight.deck.EVENTS`.
    turns : sequence of Turn
        Rounds that were already decided.
    path : path, optional
        Where the game is saved after each round; nowhere by default.

    Raises
    ------
    ExplainedError
        If the name, the seed, an event or the number of turns is not possible.

    Examples
    --------
    >>> game = Game("Red team")
    >>> told = game.play(forecast=1500, reason="word of mouth", hire=4)
    >>> told.at, len(game.turns)
    (1, 1)
    """

    def __init__(
        self,
        team: str,
        seed: int = SEED,
        events: Mapping[int, str] | None = None,
        turns: Iterable[Turn] = (),
        path: str | Path | None = None,
    ) -> None:
        named = isinstance(team, str) and len(team) <= MOST_NAME and team.isprintable()
        if not named or not _slug(team):
            raise ExplainedError(
                f"a team needs a name of 1 to {MOST_NAME} characters with a letter or a digit, "
                f"not {team!r:.60}"
            )
        self.team, self.seed = team, seed
        self.events: dict[int, str] = dict(events or {})
        self.turns: tuple[Turn, ...] = tuple(turns)
        self.path = None if path is None else Path(path)
        self._cached: tuple[object, Trajectory] | None = None
        if len(self.turns) > ROUNDS:
            raise ExplainedError(f"a game has {ROUNDS} rounds, not {len(self.turns)}")
        self.flown()  # an impossible seed or event is told now, not after the first round

    @classmethod
    def open(
        cls,
        team: str,
        seed: int = SEED,
        folder: str | Path = ".",
        events: Mapping[int, str] | None = None,
    ) -> Game:
        """Go on with the team's game in `folder`, or begin one there.

        Parameters
        ----------
        team : str
            The file is named after it: `Red team` plays in `flight-red-team.json`.
        seed : int
            The luck of the room.
        folder : path
        events : mapping of int to str, optional
            What the facilitator injects, in all rounds that are not flown yet.

        Raises
        ------
        ExplainedError
            If the file there is damaged, is no game, or has another seed; or if another file holds
            a game of this team. All are left as they are.
        """
        if not isinstance(team, str) or not _slug(team):
            return cls(team, seed, events)
        path = _place(team, Path(folder))
        if not path.exists():
            _refuse_renamed(team, path)
            return cls(team, seed, events, path=path)
        game = cls.load(path)
        if game.seed != seed:
            raise ExplainedError(
                f"{path.name} holds a game with the seed {game.seed}, not {seed}; go on with "
                f"seed={game.seed}, or take another team name"
            )
        ahead = {at: name for at, name in (events or {}).items() if at >= game.round}
        return cls(game.team, seed, {**game.events, **ahead}, game.turns, path)

    @classmethod
    def load(cls, path: str | Path) -> Game:
        """Return the game that the file at `path` holds: all of it, or none of it.

        Raises
        ------
        ExplainedError
            If the file is missing, too large, damaged, or not a game of the flight simulator.
        """
        place = Path(path)
        try:
            with place.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise ExplainedError(
                f"{place.name} cannot be read ({error.strerror}); check the name and the folder"
            ) from None
        game = cls.read(content, place.name)
        game.path = place
        return game

    @classmethod
    def read(cls, content: bytes, name: str) -> Game:
        """Return the game that the content of a file holds: all of it, or none of it.

        Parameters
        ----------
        content : bytes
        name : str
            What to call it where it is no game.

        Raises
        ------
        ExplainedError
            If it is too large, damaged, or not a game of the flight simulator.
        """
        try:
            return cls(*read(content))
        except ExplainedError as error:
            raise ExplainedError(
                f"{name} is not a game that can be loaded: {error}; nothing was changed"
            ) from None

    @classmethod
    def from_code(cls, code: str) -> Game:
        """Return a flight that somebody shared, to look at; it is saved nowhere.

        It has no forecasts and no reasons: a code holds the luck and the decisions alone. Where it
        was flown with another edition of the engine, that is printed.

        Parameters
        ----------
        code : str
            What *Share this flight* gives in the cockpit, or `game.code()`; or the whole link.

        Raises
        ------
        ExplainedError
            If the code is damaged, or made by a newer Thousandfold.

        Examples
        --------
        >>> from thousandfold.flight.debrief import example_game
        >>> game = example_game()
        >>> Game.from_code(game.code()).report().lines == game.report().lines
        True
        """
        shared = read_code(code)
        if shared.caveat:
            print(shared.caveat)
        return cls(TEAM, shared.seed, shared.events, shared.turns)

    def code(self) -> str:
        """Return the flight as a code that others can look at: no name, no forecast, no reason.

        Raises
        ------
        ExplainedError
            If not all twelve rounds are flown.
        """
        return code_of(self.seed, self.events, self.rows)

    @property
    def round(self) -> int:
        """The round that is decided next, from 1; 13 when the game is over."""
        return len(self.turns) + 1

    @property
    def over(self) -> bool:
        """Whether all twelve rounds were flown."""
        return self.round > ROUNDS

    @property
    def key(self) -> tuple[int, tuple[tuple[int, str], ...], tuple[Turn, ...]]:
        """All that what came of it depends on: the seed, the events and the turns."""
        return self.seed, tuple(sorted(self.events.items())), self.turns

    @property
    def last(self) -> Decision:
        """The latest decision, with nobody to hire; before the first round, what Ferry does today.

        Hiring is asked for anew in each round: a number that stays hires again unseen.
        """
        return replace(self.turns[-1].decision, hire=0) if self.turns else Decision()

    @property
    def forecasts(self) -> list[float | None]:
        """The forecasts so far, one a round, None where a round was flown without.

        Empty where there is none at all, as in a flight that somebody shared.
        """
        written = [turn.forecast for turn in self.turns]
        return written if any(written) else []

    @property
    def rows(self) -> list[Decision]:
        """The decisions so far, a policy that can be flown through other futures."""
        return [turn.decision for turn in self.turns]

    def play(
        self,
        forecast: float | None = None,
        reason: str = "",
        event: str | None = None,
        **decided: Any,
    ) -> Report:
        """Fly one round. It cannot be taken back.

        Parameters
        ----------
        forecast : float
            Customers that you expect after this round.
        reason : str
            Why.
        event : str, optional
            What the facilitator announced for this round: a name in `flight.deck.EVENTS`.
        **decided
            What changes against the round before, by the names of `Decision`: for example
            ``hire=4, debt=30, features=30``. Nobody is hired unless it is said.

        Returns
        -------
        Report
            What happened.

        Raises
        ------
        ExplainedError
            If forecast or reason is missing, or the decision is none that a team can take; then
            nothing has happened, and the round can be decided again.
        """
        if self.over:
            raise ExplainedError(
                f"all {ROUNDS} rounds are flown; look at the debrief, or begin a game with another "
                "team name"
            )
        unknown = sorted(set(decided) - set(Decision.__dataclass_fields__))
        if unknown:
            raise ExplainedError(
                f"there is no decision {', '.join(unknown)}; there are "
                f"{', '.join(Decision.__dataclass_fields__)}"
            )
        turn = Turn(Decision.of({**self.last.row(), **decided}), forecast, reason)
        events = self.events if event is None else {**self.events, self.round: event}
        became = Game(self.team, self.seed, events, (*self.turns, turn))
        with nullcontext() if self.path is None else alone_with(self.path):
            self._refuse_two_windows()
            self.events, self.turns, self._cached = became.events, became.turns, became._cached
            if self.path is not None:
                self.save()
        return self.report()

    def announce(self, event: str) -> None:
        """Let the facilitator's event happen in the round to come.

        Parameters
        ----------
        event : str
            A name in `flight.deck.EVENTS`; ``"none"`` takes an event away.

        Raises
        ------
        ExplainedError
            If there is no such event, or the game is over.
        """
        self.events = Game(self.team, self.seed, {**self.events, self.round: event}).events

    def begin_another(self) -> None:
        """Keep this flight in its file, and begin another with the same luck and events.

        The next is named `Red team, flight 2`, and saved in a file of its own: with a bare number
        `Team 7` would become some other team.

        Raises
        ------
        ExplainedError
            If this flight is not saved anywhere.
        """
        if self.path is None:
            raise ExplainedError(
                "this flight is not saved, and would be lost; save it first: "
                "game.save('flight-red-team.json')"
            )
        base = re.sub(r", flight [0-9]+$", "", self.team)[: MOST_NAME - len(", flight 999")]
        number = 2
        while (path := _place(f"{base}, flight {number}", self.path.parent)).exists():
            number += 1
        self.team, self.turns, self.path = f"{base}, flight {number}", (), path

    def report(self, at: int | None = None) -> Report:
        """Return what the team saw after round `at`; after the latest by default."""
        return report(self.flown(), at, forecasts=self.forecasts)

    def flown(self) -> Trajectory:
        """Return the game so far as a trajectory of one future."""
        asked = (self.team, self.turns, sorted(self.events.items()))
        if self._cached is None or self._cached[0] != asked:
            runs = fly(
                {self.team: self.rows or [Decision()]},
                seed=self.seed,
                replications=1,
                rounds=len(self.turns),
                events=self.events,
            )
            self._cached = asked, runs
        return self._cached[1]

    def seen(self) -> dict[str, Array]:
        """Return every stock and flow of the game so far, one value a round from the start."""
        runs = self.flown()
        return {name: runs[name][:, 0, 0] for name in runs.units}

    def save(self, path: str | Path | None = None) -> Path:
        """Write the game, whole or not at all, to `path` or to its own file.

        Raises
        ------
        ExplainedError
            If it cannot be written there, or is a flight that somebody shared. The game itself
            goes on.
        """
        if any(isinstance(turn, Replayed) for turn in self.turns):
            raise ExplainedError(
                "a shared flight has no forecasts and is no game of yours; keep its code: "
                "game.code()"
            )
        place = self.path if path is None else Path(path)
        if place is None:
            raise ExplainedError("say where to save the game: game.save('flight-red-team.json')")
        content = written(self.team, self.seed, self.events, self.turns)
        try:
            write_whole(place, content)
        except ExplainedError as error:
            raise ExplainedError(
                f"the game is not saved: {error}. Go on playing, and save it elsewhere: "
                "game.save('another-folder/game.json')"
            ) from None
        self.path = place
        return place

    def _refuse_two_windows(self) -> None:
        """Refuse to fly over what another window has saved meanwhile."""
        if self.path is None or not self.path.exists():
            return
        try:
            there = Game.load(self.path)
        except ExplainedError as error:
            raise ExplainedError(
                f"{error}. Nothing was flown; give that file another name, and fly again: this "
                "window writes all its rounds anew"
            ) from None
        if (there.team, there.turns) != (self.team, self.turns):
            raise ExplainedError(
                f"{self.path.name} was changed by another window: it holds {there.team!r} with "
                f"{len(there.turns)} rounds, this window {self.team!r} with {len(self.turns)}. "
                "Nothing was flown; open the game again to go on from the file"
            )


def _place(team: str, folder: Path) -> Path:
    return folder / f"flight-{_slug(team)}.json"


def _slug(team: str) -> str:
    return re.sub(r"[\W_]+", "-", team.lower()).strip("-")


def _refuse_renamed(team: str, missing: Path) -> None:
    """Refuse to begin a second game of a team whose file has another name now."""
    for path in sorted(missing.parent.glob("*.json")):
        try:
            found = Game.load(path)
        except ExplainedError:
            continue  # some other file
        if found.team == team:
            raise ExplainedError(
                f"{path.name} holds a game of {team!r} with {len(found.turns)} rounds, and "
                f"{missing.name} is not there; rename it back to go on, or begin anew with "
                "another team name"
            )
