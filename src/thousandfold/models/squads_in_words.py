"""What the pictures of a company in squads say."""

from __future__ import annotations

from dataclasses import dataclass

from thousandfold.core import number
from thousandfold.language import say, say_many
from thousandfold.language.lists import parted


@dataclass(frozen=True, kw_only=True)
class PeopleInWords:
    """A day on which the busiest of all is ill.

    Attributes
    ----------
    people, squad, squads : float
        How many people, at most how many in a squad, and how many squads.
    paths, possible : float
    handovers : float
        That news needs at most.
    busiest : int
        With how many others the busiest talks.
    cut_off : int
        People who hear nothing today.
    pairs : float
        Share of the pairs who cannot reach each other.
    one_in : int
        How many lines stand for one that is drawn.

    Examples
    --------
    >>> room = PeopleInWords(
    ...     people=10, squad=10, squads=1, paths=45, possible=45, handovers=1, busiest=9,
    ...     cut_off=0, pairs=0, one_in=1,
    ... )
    >>> room.title
    '10 people, all with all: 45 paths. One is ill: nobody cut off'
    """

    people: float
    squad: float
    squads: int
    paths: int
    possible: float
    handovers: float
    busiest: int
    cut_off: int
    pairs: float
    one_in: int

    @property
    def title(self) -> str:
        """How many paths there are, and who is cut off."""
        if self.squads > 1:
            paths = say_many(
                "{people:g} in squads of {squad:g}: {paths} path, not {possible}.",
                "{people:g} in squads of {squad:g}: {paths} paths, not {possible}.",
                self.paths,
                people=self.people,
                squad=self.squad,
                paths=number(self.paths),
                possible=number(self.possible),
            )
        else:
            paths = say_many(
                "{people:g} people, all with all: {paths} path.",
                "{people:g} people, all with all: {paths} paths.",
                self.paths,
                people=self.people,
                paths=number(self.paths),
            )
        cut_off = say("One is ill: nobody cut off")
        if self.cut_off:
            cut_off = say("One is ill: {cut_off} cut off", cut_off=self.cut_off)
        return f"{paths} {cut_off}"

    @property
    def shown(self) -> str:
        """How to read the picture."""
        read = [
            say(
                "each of the {people:g} dots is a person, a line a pair who talk",
                people=self.people,
            )
        ]
        if self.squads > 1:
            read.append(say("a diamond talks for its squad"))
        if self.one_in > 1:
            read.append(say("one line in {lines} is drawn", lines=self.one_in))
        read.append(say("cross: ill today"))
        if self.cut_off:
            read.append(say("hollow: hears nothing"))
        return parted(read)

    @property
    def sentence(self) -> str:
        """The same for somebody who cannot see the picture."""
        paths, possible = number(self.paths), number(self.possible)
        if self.squads > 1:
            counted = say_many(
                "{people:g} people in {squads} squads of up to {squad:g}: {paths} path in use, of "
                "{possible} possible;",
                "{people:g} people in {squads} squads of up to {squad:g}: {paths} paths in use, of "
                "{possible} possible;",
                self.paths,
                people=self.people,
                squads=self.squads,
                squad=self.squad,
                paths=paths,
                possible=possible,
            )
        else:
            counted = say_many(
                "{people:g} people in one squad: {paths} path in use, of {possible} possible;",
                "{people:g} people in one squad: {paths} paths in use, of {possible} possible;",
                self.paths,
                people=self.people,
                paths=paths,
                possible=possible,
            )
        news = say_many(
            "news needs at most {handovers:g} handover.",
            "news needs at most {handovers:g} handovers.",
            self.handovers,
            handovers=self.handovers,
        )
        return f"{counted} {news} {self._missed}"

    @property
    def _missed(self) -> str:
        if not self.cut_off:
            return say(
                "Today one of those who talk with most others ({busiest}) is ill, and nobody is "
                "cut off.",
                busiest=self.busiest,
            )
        return say_many(
            "Today one of those who talk with most others ({busiest}) is ill, and {cut_off} person "
            "is cut off: {pairs:.0f} in 100 pairs cannot reach each other.",
            "Today one of those who talk with most others ({busiest}) is ill, and {cut_off} people "
            "are cut off: {pairs:.0f} in 100 pairs cannot reach each other.",
            self.cut_off,
            busiest=self.busiest,
            cut_off=self.cut_off,
            pairs=100 * self.pairs,
        )


@dataclass(frozen=True, kw_only=True)
class PathsInWords:
    """Paths when everybody talks with everybody, and in squads.

    Attributes
    ----------
    people, squad, liaisons : float
    paths, possible : float
    handovers : float
        That news needs at most.
    away : float
        Share of the people who are away on a day.
    pairs : float
        Share of the pairs who cannot reach each other then.

    Examples
    --------
    >>> squads = PathsInWords(
    ...     people=100, squad=10, liaisons=1, paths=495, possible=4950, handovers=3, away=0.1,
    ...     pairs=0.2,
    ... )
    >>> squads.title
    '100 people: 4,950 paths, in squads 495'
    """

    people: float
    squad: float
    liaisons: float
    paths: int
    possible: float
    handovers: float
    away: float
    pairs: float

    @property
    def title(self) -> str:
        """How many paths there are, in both ways."""
        return say(
            "{people:g} people: {possible} paths, in squads {paths}",
            people=self.people,
            possible=number(self.possible),
            paths=number(self.paths),
        )

    @property
    def shown(self) -> str:
        """What the structure is."""
        return say(
            "Squads of {squad:g}; from each, {liaisons:g} talk with the others.",
            squad=self.squad,
            liaisons=self.liaisons,
        )

    @property
    def sentence(self) -> str:
        """The same for somebody who cannot see the picture."""
        counted = say_many(
            "Paths in a company of {people:g}: {possible} when everybody talks with everybody, "
            "{paths} in squads of {squad:g} with {liaisons:g} liaison each;",
            "Paths in a company of {people:g}: {possible} when everybody talks with everybody, "
            "{paths} in squads of {squad:g} with {liaisons:g} liaisons each;",
            self.liaisons,
            people=self.people,
            possible=number(self.possible),
            paths=number(self.paths),
            squad=self.squad,
            liaisons=self.liaisons,
        )
        news = say_many(
            "news then needs at most {handovers:g} handover, and on a day when {away:g} in 100 "
            "people are away, {pairs:.0f} in 100 pairs cannot reach each other.",
            "news then needs at most {handovers:g} handovers, and on a day when {away:g} in 100 "
            "people are away, {pairs:.0f} in 100 pairs cannot reach each other.",
            self.handovers,
            handovers=self.handovers,
            away=100 * self.away,
            pairs=100 * self.pairs,
        )
        return f"{counted} {news}"
