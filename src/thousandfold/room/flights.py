"""The flight as a room: teams that decide the same half-year, and fly it at once."""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from thousandfold.core import SEED
from thousandfold.errors import ExplainedError
from thousandfold.flight import Decision, Game
from thousandfold.flight.debrief import Room, first_rounds
from thousandfold.flight.deck import EVENTS, ROUNDS, events_of
from thousandfold.flight.game import MOST_NAME
from thousandfold.flight.turn import Replayed, Turn

MOST_TEAMS = 30
MOST_BEGUN = 3  # teams by one browser, so that nobody fills the room alone
MOST_OF_ONE = 6  # by one person, who can open many browsers
_SYLLABLES = (
    *("ba", "bo", "da", "de", "fe", "fi", "ga", "go", "ja", "ju", "ka", "ki"),
    *("la", "lu", "ma", "mi", "na", "ne", "pa", "ri", "so", "tu", "va", "zo"),
)


@dataclass
class Team:
    """One team of a room's flight.

    Attributes
    ----------
    number : int
        From 1, in the order in which they came.
    name : str
    word : str
        With it others of the team join, and nobody else.
    members : set of str
        Browsers.
    turns : dict of int to Turn
        What it decided for each round, the open one too.
    sent : dict of int to tuple of str and float
        From which browser that came last, and when, in seconds of the room's clock.
    out : bool
        Whether the facilitator has taken it out of the flight.
    brought : Game or None
        A flight that was flown in a notebook: it decides nothing here any more.
    begun_by, person : str
        The browser that began or brought it, and what stands for whoever sits there.
    """

    number: int
    name: str
    word: str
    members: set[str] = field(default_factory=set)
    turns: dict[int, Turn] = field(default_factory=dict)
    sent: dict[int, tuple[str, float]] = field(default_factory=dict)
    out: bool = False
    brought: Game | None = None
    begun_by: str = ""
    person: str = ""

    @property
    def topic(self) -> str:
        """Its topic, for pages that wait for what concerns it."""
        return f"team-{self.number}"

    def flown(self, rounds: int) -> tuple[Turn, ...]:
        """Return its first rounds; where it decided nothing, what it did before goes on."""
        turns: list[Turn] = []
        going = Decision()
        for at in range(1, rounds + 1):
            turn = self.turns.get(at) or Replayed(going)
            going = Decision.of({**turn.decision.row(), "hire": 0})
            turns.append(turn)
        return tuple(turns)


def topics_of(*teams: Team | None) -> frozenset[str]:
    """Return the topics of what concerns these teams, as far as they are there."""
    return frozenset(team.topic for team in teams if team)


class Flights:
    """All teams of a room, and how far they have flown.

    Attributes
    ----------
    teams : dict of int to Team
    events : dict of int to str
        What the facilitator announced, by round.
    flown : int
        Rounds that all have flown.
    over : bool
        Whether the room has come to the debrief; until then nobody sees beyond `flown`.
    seed : int
        The luck of the room.
    """

    def __init__(self, seed: int = SEED) -> None:
        self.seed = seed
        self.teams: dict[int, Team] = {}
        self.events: dict[int, str] = {}
        self.flown = 0
        self.over = False
        self._games: dict[int, tuple[object, Game]] = {}
        self._cut: dict[int, Game] = {}  # of those that were brought, which never change

    def team_of(self, who: str) -> Team | None:
        """Return the team that a browser flies with, or None."""
        return next((team for team in self.teams.values() if who in team.members), None)

    def begin(self, who: str, name: str, word: str, person: str = "") -> None:
        """Begin a team.

        Parameters
        ----------
        who : str
            The browser.
        name : str
        word : str
            From `new_word`.
        person : str, optional
            What stands for whoever sits at the browser; by default the browser.

        Raises
        ------
        ExplainedError
            If there is a team of this name, too many, or the name is none.
        """
        name = " ".join(name.split())
        Game(name)  # says what a name must be
        if self._is_taken(name):
            raise ExplainedError(
                f"There is a team {name} already. Choose another name; or join it with its word, "
                "which stands on the screen of whoever began it."
            )
        self._add(who, name, word, person)

    def bring(self, who: str, game: Game, word: str, person: str = "") -> None:
        """Let a flight from a notebook take part; it gets a number where its name is taken.

        Parameters
        ----------
        who : str
            The browser.
        game : Game
        word : str
            From `new_word`.
        person : str, optional
            As in `begin`.

        Raises
        ------
        ExplainedError
            If nothing is flown in it, this browser has brought one, or no team can be added.
        """
        if not game.turns:
            raise ExplainedError(
                f"{game.team} has not flown a round yet, so there is nothing to bring."
            )
        if any(team.brought and team.brought.turns == game.turns for team in self.landed):
            raise ExplainedError("This flight is in the room already.")
        mine = (team for team in self.landed if team.begun_by == who and team.brought)
        if theirs := next(mine, None):
            raise ExplainedError(
                f"This browser has brought {theirs.name} already, and each brings one. If it was "
                "the wrong file, ask the facilitator to take that out; then bring the right one."
            )
        name, number = game.team, 1
        while self._is_taken(name):
            number += 1
            name = f"{game.team[: MOST_NAME - 5]} ({number})"
        self._add(who, name, word, person).brought = Game(name, game.seed, game.events, game.turns)

    def _is_taken(self, name: str) -> bool:
        return any(_heard(team.name) == _heard(name) for team in self.teams.values())

    def _add(self, who: str, name: str, word: str, person: str) -> Team:
        person = person or who
        if self.team_of(who):
            raise ExplainedError("This browser flies with a team already. Leave that one first.")
        if sum(team.begun_by == who for team in self.counted) >= MOST_BEGUN:
            raise ExplainedError(
                f"This browser has begun {MOST_BEGUN} teams. Please join one of them with its word."
            )
        if sum(team.person == person for team in self.counted) >= MOST_OF_ONE:
            raise ExplainedError(
                f"{MOST_OF_ONE} teams came from your address. Please join one with its word, or "
                "tell the facilitator, who can let any number in."
            )
        if sum(not team.out for team in self.teams.values()) >= MOST_TEAMS:
            raise ExplainedError(f"{MOST_TEAMS} teams fly already. Please join one of them.")
        number = max(self.teams, default=0) + 1
        self.teams[number] = team = Team(number, name, word, {who}, begun_by=who, person=person)
        return team

    def join(self, who: str, word: str) -> None:
        """Join the team that has this word, and leave any other.

        Raises
        ------
        ExplainedError
            If there is none.
        """
        typed = "".join(filter(str.isalpha, word.lower()))
        team = next(
            (team for team in self.teams.values() if team.word.replace("-", "") == typed), None
        )
        if team is None:
            raise ExplainedError(
                "No team has this word. It stands on the screen of whoever began the team; the "
                "facilitator sees it, too."
            )
        if who not in team.members:
            self.leave(who)
            team.members.add(who)

    def leave(self, who: str) -> None:
        """Leave the team; it stays with what it decided, and goes where that is nothing."""
        team = self.team_of(who)
        if team is None:
            return
        team.members.discard(who)
        if not team.members and not team.turns and team.brought is None:
            del self.teams[team.number]

    def decide(self, who: str, at: int, turn: Mapping[str, Any], when: float = 0.0) -> None:
        """Take what a team decides for the open round; the latest counts until all fly.

        Parameters
        ----------
        who : str
            The browser.
        at : int
            The round that was seen on its screen.
        turn : mapping
            ``decision``, ``forecast`` and ``reason``.
        when : float
            In seconds of the room's clock.

        Raises
        ------
        ExplainedError
            If the browser flies with no team, the round is not open, or this is no decision.
        """
        team = self.team_of(who)
        if team is None:
            raise ExplainedError("This browser flies with no team. Join yours with its word.")
        if team.out:
            raise ExplainedError(
                f"{team.name} is not in the flight now. Please ask the facilitator."
            )
        if team.brought is not None:
            raise ExplainedError(f"{team.name} was flown in a notebook, and has landed.")
        if at <= self.flown:
            raise ExplainedError(
                f"Round {at} was flown while you decided. This is what came; nothing was changed."
            )
        if at != self.flown + 1 or at > ROUNDS:
            raise ExplainedError(f"Round {at} is not open. Nothing was changed.")
        taken = Turn(
            Decision.of(turn.get("decision", {})), turn.get("forecast"), str(turn.get("reason", ""))
        )
        team.turns[at], team.sent[at] = taken, (who, when)

    def fly(self, at: int) -> None:
        """Let a round be flown by all, or open the one that was flown last again.

        Parameters
        ----------
        at : int
            How many rounds are flown then.
        """
        self.flown = at

    def announce(self, at: int, event: str) -> None:
        """Let something happen to all teams in a round that is not flown yet.

        Raises
        ------
        ExplainedError
            If there is no such event, or the round is flown.
        """
        if not self.flown < at <= ROUNDS:
            raise ExplainedError(f"Round {at} is not to come; announce it for one that is.")
        if event not in EVENTS:
            raise ExplainedError(f"There is no event {event!r:.40}.")
        self.events[at] = event

    def take_out(self, number: int, out: bool) -> None:
        """Take a team out of the flight, or let it fly again.

        Browsers leave a flight that was brought and taken out: nothing is left to do in it, and one
        that has a team cannot bring the right file. Whoever brought it has it again once it is let
        in, unless that browser flies with another team by then.

        Raises
        ------
        ExplainedError
            If there is no such team.
        """
        if number not in self.teams:
            raise ExplainedError("There is no such team any more.")
        team = self.teams[number]
        was, team.out = team.out, out
        if team.brought is None or was == out:
            return
        if out:
            team.members.clear()
        elif not self.team_of(team.begun_by):
            team.members.add(team.begun_by)

    @property
    def counted(self) -> tuple[Team, ...]:
        """The teams that nobody has many of: all but the wrong flights that were taken out."""
        return tuple(
            team for team in self.teams.values() if not (team.out and team.brought is not None)
        )

    @property
    def flying(self) -> tuple[Team, ...]:
        """The teams that decide in this room."""
        return tuple(team for team in self.landed if team.brought is None)

    @property
    def landed(self) -> tuple[Team, ...]:
        """The teams of the debrief: those that decide here, and those that were brought."""
        return tuple(team for team in self.teams.values() if not team.out)

    def decided(self) -> tuple[Team, ...]:
        """Return the teams that have decided the open round."""
        return tuple(team for team in self.flying if self.flown + 1 in team.turns)

    def event(self, at: int) -> str:
        """Return what happens in a round: what was announced, or else what the deck deals."""
        return self.events.get(at) or events_of(self.seed).get(at, "none")

    def announced(self, at: int) -> str:
        """Return what teams were told of a round before it; nothing where nothing was announced."""
        event = self.events.get(at, "none")
        return EVENTS[event] if event != "none" else ""

    @property
    def has_flown(self) -> bool:
        """Whether there is a round to look back on."""
        return any(self.game(team).turns for team in self.landed)

    def room(self) -> Room:
        """Return all games side by side.

        Raises
        ------
        ExplainedError
            If nothing is flown.
        """
        games = [self.game(team) for team in self.landed]
        return Room.of(*games, luck=(self.seed, self.events), rounds=self.rounds)

    @property
    def rounds(self) -> int:
        """How many rounds are compared: those of the room, or in the end of the longest flight.

        A flight that was brought may have the luck of the room: while that flies, more rounds
        would show everybody what is to come.
        """
        if not self.over or (self.flying and self.flown):
            return self.flown
        return max((len(self.game(team).turns) for team in self.landed), default=0)

    def compared(self, team: Team) -> Game:
        """Return as much of a team's game as is compared, and everybody may see."""
        game, rounds = self.game(team), self.rounds
        if len(game.turns) <= rounds:
            return game
        known = self._cut.get(team.number)
        if known is None or len(known.turns) != rounds:  # a game is flown anew when it is made
            self._cut[team.number] = known = first_rounds(game, rounds)
        return known

    def game(self, team: Team) -> Game:
        """Return the game of a team, as far as all have flown; all of one that was brought."""
        if team.brought is not None:
            return team.brought
        turns = team.flown(self.flown)
        # A number is given again when a team has gone; the name is not.
        asked = (team.name, turns, tuple(sorted(self.events.items())))
        known = self._games.get(team.number)
        if known is None or known[0] != asked:  # to make a game flies it
            known = asked, Game(team.name, self.seed, self.events, turns)
            self._games[team.number] = known
        return known[1]


def _heard(name: str) -> str:
    """Return what is heard of a name when it is read aloud: two that sound alike are one."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", name).casefold()))


def word_in(text: str) -> str:
    """Return the word of a team that stands in a text, or nothing."""
    syllables = "|".join(_SYLLABLES)
    found = re.search(rf"\b(?:{syllables}){{2}}-(?:{syllables}){{2}}\b", text)
    return found[0] if found else ""


def new_word(taken: set[str]) -> str:
    """Return a word for a team that can be said across a table."""
    while True:
        word = "-".join(secrets.choice(_SYLLABLES) + secrets.choice(_SYLLABLES) for _ in range(2))
        if word not in taken:
            return word
