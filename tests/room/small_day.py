"""A small day of a room: a poll, guesses, a flight, an exercise, the close."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from thousandfold.facilitation.plan import Slot
from thousandfold.flight import Decision
from thousandfold.room.day import FACILITATOR, Day
from thousandfold.room.journal import Deed
from thousandfold.room.programme import FLY
from thousandfold.room.questions import Question
from thousandfold.room.votes import all_asked

POLL = Question("06-poll", "Who needs to know?", ("all", "some", "nobody"))
GUESS = Question("06-paths", "How many paths?", (), "paths", 45.0, "There were 45")
SLOTS = (
    Slot(540, 10, "talk", "Welcome"),
    Slot(550, 9, "vote", "Poll", "06_communication"),
    Slot(559, 5, "predict", "Guess", "06_communication", "lesson", "guess"),
    Slot(564, 10, "run", "Look", "06_communication", "lesson", "look"),
    Slot(574, 50, "run", "Fly", "08_flight_simulator", "lesson", FLY),
    Slot(624, 20, "exercise", "Work", "06_communication", "exercise", "work"),
    Slot(644, 10, "talk", "Close"),
)
QUESTIONS = {1: (POLL,), 2: (GUESS,)}


def small_day() -> Day:
    """Return it as it begins."""
    return Day(SLOTS, QUESTIONS)


def deed(kind: str, who: str = "ann", at: float = 0.0, **body: Any) -> Deed:
    """Return something that somebody does."""
    return Deed(kind, who, body, at)


def decision(at: int, forecast: object = 2000, **changed: object) -> dict[str, Any]:
    """Return what a team sends for a round."""
    row = {**Decision().row(), **changed}
    return {"round": at, "decision": row, "forecast": forecast, "reason": "as before"}


def go_to(day: Day, kind: str, at_round: int = 0) -> None:
    """Press the right arrow until the room does this."""
    while (day.step.kind, day.step.number) != (kind, at_round):
        assert day.next, f"there is no {kind} in this day"
        day.do(go(day))


def go(day: Day, **body: str) -> Deed:
    """Return one press of the right arrow."""
    wanted = day.next.name if day.next else ""
    return deed("go", FACILITATOR, **{"from": day.step.name, "to": wanted, **body})


def state(day: Day) -> Mapping[str, Any]:
    """Return all that a day knows, to compare it."""
    return {
        "step": day.step.name,
        "left": day.left(0.0),
        "gone": day.gone,
        "slots": day.slots,
        "minutes": [day.timetable.minutes_of(step) for step in day.steps],
        "votes": {
            (question.name, ballot): dict(day.votes._answers.get((question.name, ballot), {}))
            for question in all_asked(day.questions).values()
            for ballot in (1, 2)
        },
        "teams": repr(day.flights.teams),
        "members": {n: set(team.members) for n, team in day.flights.teams.items()},
        "flight": (day.flights.flown, dict(day.flights.events)),
        "closing": repr(day.closing),
        "setting": (day.setting.sliders, day.setting.places),
        "owners": list(day.owners.items()),
        "claims": dict(day.claims),
        "door": (dict(day.addresses), dict(day.notebooks), set(day.welcome), set(day.browsers)),
    }
