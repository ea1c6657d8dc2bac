"""What a room does, one step after the other: a day's plan, taken apart so that one key goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from thousandfold.facilitation.plan import Slot, questions_about
from thousandfold.flight.deck import ROUNDS

FLY = "fly"  # the cell of the lesson in which the flight is flown

DEBRIEF = ("landed", "skill", "forecasts", "loops")
"""Steps after the flight: curves with decisions, skill against luck, forecasts, what turned."""

_HEADINGS = {
    "welcome": "Welcome",
    "vote": "Vote",
    "again": "Talk with your neighbour, then vote again",
    "shown": "What the room says",
    "predict": "Before anything runs",
    "expected": "What you expected, and what came",
    "teams": "The flight: find your team",
    "decide": "decide",
    "came": "what came",
    "landed": "Every team's way, and what it decided",
    "skill": "Skill, or luck?",
    "forecasts": "Who foresaw it best?",
    "loops": "Which loop turned?",
    "buffer": "A moment to catch up",
    "before": "Twelve questions before we begin",
    "after": "Twelve questions, with other numbers",
}
# Parts of the lesson in which each looks at an own flight: a room looks at all of them together.
_TOGETHER = {"errors": "forecasts", "errors-look": "loops", "loops-look": "skill"}
_NOTHING: Mapping[int, int] = MappingProxyType({})
_SETTLE = 2  # minutes in which teams find a name
_LOOK = 0.4  # of a round's time to look at what came


@dataclass(frozen=True)
class Step:
    """One thing that the room does; the next key begins the next one.

    Attributes
    ----------
    kind : str
        ``"welcome"``, ``"vote"``, ``"again"``, ``"shown"``, ``"predict"``, ``"expected"``,
        ``"work"``, ``"exercise"``, ``"talk"``, ``"teams"``, ``"decide"``, ``"came"``,
        ``"landed"``, ``"skill"``, ``"forecasts"``, ``"loops"``, ``"break"``, ``"buffer"``,
        ``"before"``, ``"after"`` or ``"close"``.
    slot : Slot
        The line of the plan that it belongs to.
    minutes : float
        How long it takes, of the minutes of its line.
    place : int
        Of that line in the plan.
    number : int
        Of a round of the flight, or of a question whose answers are shown, from 1; 0 elsewhere.
    about : str
        The module that two questions are asked about; empty elsewhere.
    view : int
        How often the key was pressed in a part of a lesson that has several slides, from 0.
    among : int
        Of how many questions whose answers are shown this is one; 0 elsewhere.
    """

    kind: str
    slot: Slot
    minutes: float
    place: int
    number: int = 0
    about: str = ""
    view: int = 0
    among: int = 0

    @property
    def name(self) -> str:
        """Tells it from all other steps of the day, also when some of them are left out."""
        number, view = (str(count) if count else "" for count in (self.number, self.view))
        return f"{self.place}-{self.kind}" + (number and f"-{number}") + (view and f".{view}")

    @property
    def whole(self) -> Step:
        """The part of a lesson that this is one view of; any other step itself."""
        return replace(self, view=0)

    @property
    def flies(self) -> bool:
        """Whether it is a step of the flight."""
        return self.kind in ("teams", "decide", "came", *DEBRIEF)

    @property
    def title(self) -> str:
        """What it is called in the plan."""
        return self.slot.title

    @property
    def heading(self) -> str:
        """What everybody reads above it."""
        if self.kind in ("decide", "came"):
            return f"Round {self.number} of {ROUNDS}: {_HEADINGS[self.kind]}"
        said = _HEADINGS.get(self.kind, self.title)
        return f"{said}: {self.number} of {self.among}" if self.among > 1 else said


def steps_of(
    slots: Sequence[Slot],
    asked: Mapping[int, int] = _NOTHING,
    views: Mapping[int, int] = _NOTHING,
) -> tuple[Step, ...]:
    """Return the steps of a session.

    Parameters
    ----------
    slots : sequence of Slot
        As the run of show has them.
    asked : mapping of int to int, optional
        How many questions are asked in a line, by its place.
    views : mapping of int to int, optional
        How many keys it takes to show the slides of a line, by its place.
    """
    return tuple(
        replace(step, view=view)
        for step in _steps(list(slots), asked)
        for view in range(max(1, views.get(step.place, 1) if step.kind == "work" else 1))
    )


def _steps(slots: Sequence[Slot], asked: Mapping[int, int]) -> Iterator[Step]:
    waiting = 0  # predictions of this lesson that wait for their answer
    module = ""  # what the room worked on last
    flown = False
    if slots and slots[0].half == "lesson":
        # The plan has no minutes for it, and still people have to come in.
        yield Step("welcome", slots[0], 0, 0)
    for place, slot in enumerate(slots):
        lesson = slot.part == "lesson"
        module = slot.stem if slot.part else module
        if slot.kind == "vote":
            third = slot.minutes / 3
            yield Step("vote", slot, third, place)
            yield Step("again", slot, third, place)
            yield Step("shown", slot, third, place)
        elif lesson and slot.kind == "predict":
            waiting += asked.get(place, 0)
            yield Step("predict", slot, slot.minutes, place)
        elif lesson and slot.cell == FLY:
            flown = True
            later = {_TOGETHER.get(one.cell) for one in slots[place + 1 :]}
            yield from _flight(slot, place, [kind for kind in DEBRIEF if kind not in later])
        elif lesson and flown and slot.cell in _TOGETHER:
            yield Step(_TOGETHER[slot.cell], slot, slot.minutes, place)
        else:
            about = module if slot.title == questions_about(module) else ""
            kind = _kind(slot, place, len(slots) - 1)
            yield Step(kind, slot, slot.minutes, place, about=about)
        over = all(one.stem != slot.stem or one.part != "lesson" for one in slots[place + 1 :])
        if lesson and over:
            # It takes no time of its own: what came is what they talk about now.
            for number in range(1, waiting + 1):
                yield Step("expected", slot, 0, place, number, among=waiting)
            waiting = 0


def _kind(slot: Slot, place: int, last: int) -> str:
    if slot.kind in ("break", "buffer", "before", "after"):
        return slot.kind
    if slot.part == "exercise":
        return "exercise"
    if not slot.stem and place in (0, last):
        return "welcome" if place == 0 else "close"
    return "talk" if slot.kind == "discuss" and slot.part != "lesson" else "work"


def _flight(slot: Slot, place: int, debrief: Sequence[str]) -> Iterator[Step]:
    yield Step("teams", slot, _SETTLE, place)
    each = max(slot.minutes - _SETTLE, ROUNDS) / ROUNDS
    for at in range(1, ROUNDS + 1):
        yield Step("decide", slot, each * (1 - _LOOK), place, at)
        yield Step("came", slot, each * _LOOK, place, at)
    for kind in debrief:
        yield Step(kind, slot, 0, place)
