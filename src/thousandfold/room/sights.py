"""What is seen of a room's flight: curves, decisions, forecasts, the loops that turned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from thousandfold.flight.decision import SHARES, Decision
from thousandfold.flight.decision_form import LABELS, OPTIONS
from thousandfold.flight.deck import ROUNDS
from thousandfold.flight.engine import GOAL
from thousandfold.flight.loops import LOOPS, turned
from thousandfold.room.flights import Flights, Team

# A picture of curves, in its own units.
WIDTH, HEIGHT = 800, 600
LEFT, RIGHT = 62, 338  # beside the lines: the second for names
_TOP, _BOTTOM = 24, 36
_APART = 27.0  # between two names
_LONGEST = 15  # letters of a name beside a curve
_LEAST = 700.0  # customers at the foot of the picture


@dataclass(frozen=True)
class Curve:
    """A team's customers as a line.

    Attributes
    ----------
    name, short : str
        The name, and as much of it as has a place beside the line.
    place : int
        Says how it looks: colour, dashes and the mark at its end.
    points : str
        As SVG takes them.
    x, y : float
        Where it ends.
    beside : float
        How high its name stands.
    customers : float
        At its end.
    """

    name: str
    short: str
    place: int
    points: str
    x: float
    y: float
    beside: float
    customers: float


@dataclass(frozen=True)
class Curves:
    """All teams in one picture, customers counted in times.

    Attributes
    ----------
    lines : tuple of Curve
        The highest first.
    heights : tuple of tuple of float and str
        Where lines across stand, and their names.
    rounds : tuple of tuple of float and int
        Where rounds stand.
    goal : float
        Where the goal stands.
    sentence : str
        What the picture says.
    """

    lines: tuple[Curve, ...]
    heights: tuple[tuple[float, str], ...]
    rounds: tuple[tuple[float, int], ...]
    goal: float
    sentence: str


def curves(flights: Flights) -> Curves:
    """Return the curves of all teams, as far as they are compared."""
    teams = flights.landed
    seen = [np.asarray(flights.compared(team).seen()["customers"], dtype=float) for team in teams]
    least = max(1.0, min([_LEAST, *(values.min() for values in seen)]))
    most = max([1.6 * GOAL, *(values.max() for values in seen)])
    edge = WIDTH - RIGHT

    def x(at: float) -> float:
        return LEFT + (edge - LEFT) * at / ROUNDS

    def y(customers: float) -> float:
        share = math.log(max(customers, least) / least) / math.log(most / least)
        return HEIGHT - _BOTTOM - share * (HEIGHT - _BOTTOM - _TOP)

    order = sorted(range(len(teams)), key=lambda place: -seen[place][-1])
    beside = _apart([y(seen[place][-1]) for place in order])
    lines = []
    for place, height in zip(order, beside, strict=True):
        values, name = seen[place], teams[place].name
        spots = [f"{x(at):.1f},{y(customers):.1f}" for at, customers in enumerate(values)]
        short = name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"
        end = float(values[-1])
        lines.append(
            Curve(name, short, place, " ".join(spots), x(len(values) - 1), y(end), height, end)
        )
    listed = "; ".join(f"{line.name} {line.customers:,.0f}" for line in lines)
    return Curves(
        tuple(lines),
        tuple((y(value), f"{value:,}") for value in (1_000, 10_000, 100_000, GOAL)),
        tuple((x(at), at) for at in range(0, ROUNDS + 1, 2)),
        y(GOAL),
        f"Customers of each team: {listed or 'no team yet'}.",
    )


def _apart(wanted: Sequence[float]) -> list[float]:
    """Return heights near those that are wanted, from above, so that names can be read."""
    lowest = float(HEIGHT - _BOTTOM)
    apart = min(_APART, (lowest - _TOP) / max(1, len(wanted)))
    heights: list[float] = []
    for height in wanted:
        heights.append(max(height, heights[-1] + apart if heights else _TOP))
    for place in reversed(range(len(heights))):
        most = lowest if place == len(heights) - 1 else heights[place + 1] - apart
        heights[place] = min(heights[place], most)
    return heights


@dataclass(frozen=True)
class Cell:
    """What a team decided for one round.

    Attributes
    ----------
    at : int
    decision : Decision or None
        None as long as nothing came for the open round.
    went_on : bool
        Whether that is what it did before, because nothing came.
    """

    at: int
    decision: Decision | None
    went_on: bool = False

    @property
    def shares(self) -> list[tuple[int, float, float]]:
        """Place, beginning and width of each share of the capacity, in per cent."""
        if self.decision is None:
            return []
        widths = [float(getattr(self.decision, name)) for name in SHARES]
        begins = [sum(widths[:place]) for place in range(len(widths))]
        return [
            (place, begin, width)
            for place, (begin, width) in enumerate(zip(begins, widths, strict=True))
            if width
        ]

    @property
    def words(self) -> str:
        """The decision in words."""
        if self.decision is None:
            return f"round {self.at}: nothing yet"
        row = self.decision.row()
        split = ", ".join(f"{LABELS[name]} {row[name]:g}" for name in SHARES if row[name])
        return (
            f"round {self.at}: {'nothing came, it went on with ' * self.went_on}{split}; "
            f"hire {row['hire']:g}; squads {row['squads']:g}; "
            f"{OPTIONS['decides'][row['decides']]}; API {OPTIONS['api'][row['api']]}, partners "
            f"keep {row['keep']:g} %"
        )


def cells(flights: Flights, team: Team, *, with_open: bool) -> list[Cell]:
    """Return what a team decided, round by round, as far as teams are compared.

    Parameters
    ----------
    flights : Flights
    team : Team
    with_open : bool
        Whether the round that is open is among them.
    """
    turns = flights.compared(team).turns
    found = [
        Cell(at, turn.decision, team.brought is None and at not in team.turns)
        for at, turn in enumerate(turns, start=1)
    ]
    if with_open and team.brought is None and flights.flown < ROUNDS:
        open_round = flights.flown + 1
        turn = team.turns.get(open_round)
        found.append(Cell(open_round, turn.decision if turn else None))
    return found


@dataclass(frozen=True)
class Guess:
    """A team's forecast, and what came."""

    team: Team
    forecast: float | None
    came: float

    @property
    def times(self) -> float:
        """By which factor the forecast was off, 1 or more."""
        ratio = (self.forecast or math.nan) / max(1.0, self.came)
        return max(ratio, 1 / ratio)

    @property
    def words(self) -> str:
        """How far off it was."""
        if self.forecast is None:
            return "no forecast"
        if round(self.times, 2) == 1:
            return "as forecast"
        way = "too high" if self.forecast > self.came else "too low"
        if self.times >= 2:
            return f"{self.times:,.1f} times {way}"
        return f"{100 * abs(self.forecast / max(1.0, self.came) - 1):.0f} % {way}"


def guesses(flights: Flights, at: int) -> list[Guess]:
    """Return what each team that flies here forecast for a round that has flown, nearest first."""
    found = []
    for team in flights.flying:
        game = flights.compared(team)
        if at <= len(game.turns):
            came = float(game.seen()["customers"][at])
            found.append(Guess(team, game.turns[at - 1].forecast, came))
    return sorted(found, key=lambda guess: (guess.forecast is None, guess.times))


@dataclass(frozen=True)
class Forecaster:
    """How well a team saw coming what came.

    Attributes
    ----------
    team : Team
    times : float
        By which factor its forecasts were off, in the middle of the multiplied errors; not a
        number where it made none.
    made, rounds : int
        Forecasts, of how many rounds that the debrief compares.
    """

    team: Team
    times: float
    made: int
    rounds: int

    @property
    def counts(self) -> bool:
        """Whether it forecast each round, and so can be the best."""
        return self.made == self.rounds > 0


def forecasters(flights: Flights) -> list[Forecaster]:
    """Return all teams, the best forecaster first; who did not forecast each round comes after."""
    found = []
    for team in flights.landed:
        game = flights.compared(team)
        came = game.seen()["customers"][1:]
        off = [
            abs(math.log(turn.forecast / max(1.0, float(value))))
            for turn, value in zip(game.turns, came, strict=True)
            if turn.forecast
        ]
        times = math.exp(sum(off) / len(off)) if off else math.nan
        found.append(Forecaster(team, times, len(off), flights.rounds))
    return sorted(found, key=lambda one: (not one.counts, -one.made * (not one.counts), one.times))


def loops(flights: Flights) -> list[tuple[str, str, list[str]]]:
    """Return each loop, how it is met, and the teams in which it turned; most of them first."""
    lit = {}
    for team in flights.landed:
        game, flown = flights.compared(team), ""
        if len(game.turns) < flights.rounds:
            flown = f" (to round {len(game.turns)})"
        lit[team.name + flown] = turned(game.flown())
    found = [
        (loop.name, loop.felt, [name for name, names in lit.items() if loop.name in names])
        for loop in LOOPS
    ]
    return sorted(found, key=lambda one: -len(one[2]))
