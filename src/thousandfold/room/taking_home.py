"""What one person takes home of a day: own answers beside what came, and the own team's flight."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from thousandfold.core import number
from thousandfold.errors import ExplainedError
from thousandfold.facilitation.calendar_file import escaped, folded
from thousandfold.room.day import Day
from thousandfold.room.questions import Question
from thousandfold.room.venue import Site

IN_FOUR_WEEKS = timedelta(weeks=4)
QUESTION = "which decision did you take differently?"
_AT = 9  # o'clock, wherever the calendar is opened


@dataclass(frozen=True)
class Answer:
    """What one person answered, beside what came; empty where there was nothing."""

    question: str
    first: str
    second: str
    came: str


@dataclass(frozen=True)
class Round:
    """One half-year of a team's flight; no forecast where it decided nothing."""

    at: int
    customers: float
    forecast: float | None


@dataclass(frozen=True)
class Attended:
    """What a certificate says: the day, the modules that the room came to, the team's flight."""

    title: str
    date: str
    length: str
    modules: tuple[str, ...]
    team: str
    rounds: int
    customers: str


def answers(day: Day, who: str) -> Iterator[Answer]:
    """Yield somebody's own answers, of the questions alone whose answers the room has shown."""
    for question in day.revealed.values():
        first, second = (day.votes.of(who, question, ballot) for ballot in (1, 2))
        if first is not None or second is not None:
            yield Answer(
                question.words,
                _words(question, first),
                _words(question, second),
                question.told or _words(question, question.truth),
            )


def flight(day: Day, who: str) -> tuple[str, tuple[Round, ...]]:
    """Return the name of somebody's team, and what it flew; nothing without a flight."""
    team = day.flights.team_of(who)
    game = day.flights.game(team) if team else None
    if team is None or game is None or not game.turns:
        return "", ()
    customers = game.seen()["customers"][1:]
    rounds = zip(customers, game.turns, strict=True)
    return team.name, tuple(
        Round(at, float(came), turn.forecast) for at, (came, turn) in enumerate(rounds, start=1)
    )


def attended(site: Site, who: str) -> Attended:
    """Return what a certificate says of somebody's day."""
    day = site.day
    team, rounds = flight(day, who)
    return Attended(
        title=site.title,
        date=date_in_words(_day_of(site)),
        length=_length(day),
        modules=tuple(map(site.title_of, day.done)),
        team=team,
        rounds=len(rounds),
        customers=number(rounds[-1].customers) if rounds else "",
    )


def _day_of(site: Site) -> datetime:
    """Return when the room came to its close: a room over https is open for days after it."""
    closed = site.day.closed_at
    return datetime.fromtimestamp(closed) if closed else site.today()


def _length(day: Day) -> str:
    """Return how long the day was planned to be, in words."""
    hours, minutes = divmod(day.slots[-1].end - day.slots[0].begin, 60)
    parts = [f"{hours} hour{'s' * (hours != 1)}"] if hours else []
    return " and ".join([*parts, f"{minutes} minutes"] if minutes else parts)


def date_in_words(day: date) -> str:
    """Return a date such as ``"29 November 2026"``."""
    return f"{day.day} {day:%B %Y}"


def reminder(title: str, line: str, today: datetime, unique: str) -> str:
    """Return a calendar file with one entry in four weeks, which holds somebody's own line.

    Parameters
    ----------
    title : str
        Of the day.
    line : str
        What that person wrote.
    today : datetime
    unique : str
        Tells the entry from all others.

    Raises
    ------
    ExplainedError
        If there is no line.
    """
    if not line:
        raise ExplainedError(
            "Write first what you do on Monday, and keep it: the entry reminds you of it."
        )
    begin = datetime.combine(today.date() + IN_FOUR_WEEKS, datetime.min.time()).replace(hour=_AT)
    said = f"On {date_in_words(today)} you wrote:\n{line}\n\n{QUESTION.capitalize()}"
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Thousandfold//Four weeks later//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{unique}@thousandfold",
        f"DTSTAMP:{today.astimezone(UTC):%Y%m%dT%H%M%S}Z",
        f"DTSTART:{begin:%Y%m%dT%H%M%S}",
        f"DTEND:{begin + timedelta(minutes=15):%Y%m%dT%H%M%S}",
        f"SUMMARY:{escaped(f'Four weeks after {title}: {QUESTION}')}",
        f"DESCRIPTION:{escaped(said)}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:PT0M",
        f"DESCRIPTION:{escaped(QUESTION.capitalize())}",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def _words(question: Question, value: float | None) -> str:
    if value is None:
        return ""
    if question.options:
        return question.options[int(value)]
    return f"{number(value)} {question.unit}".rstrip()
