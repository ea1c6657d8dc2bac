"""What a room does, one step after the other: a day's plan, taken apart so that one key goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from thousandfold.facilitation.plan import Slot, questions_about
from thousandfold.flight.deck import ROUNDS

FLY = "fly"  # the cell of the lesson in which the flight is flown

DEBRIEF = ("landed", "skill", "forecasts", "loops")
"""Steps after the flight: curves with decisions, skill against luck, forecasts, what turned."""

# Parts of the lesson in which each looks at an own flight: a room looks at all of them together.
_TOGETHER = {"errors": "forecasts", "loops-look": "loops", "luck-look": "skill"}
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
        ``"landed"``, ``"skill"``, ``"forecasts"``, ``"loops"``, ``"break"``, ``"buffer"`` or
        ``"close"``.
    slot : Slot
        The line of the plan that it belongs to.
    minutes : float
        How long it takes, of the minutes of its line.
    place : int
        Of that line in the plan.
    round : int
        Of the flight; 0 elsewhere.
    about : str
        The module that two questions are asked about; empty elsewhere.
    """

    kind: str
    slot: Slot
    minutes: float
    place: int
    round: int = 0
    about: str = ""

    @property
    def name(self) -> str:
        """Tells it from all other steps of the day, also when some of them are left out."""
        return f"{self.place}-{self.kind}" + (f"-{self.round}" if self.round else "")

    @property
    def flies(self) -> bool:
        """Whether it is a step of the flight."""
        return self.kind in ("teams", "decide", "came", *DEBRIEF)

    @property
    def title(self) -> str:
        """What it is called in the plan."""
        return self.slot.title


def steps_of(slots: Sequence[Slot]) -> tuple[Step, ...]:
    """Return the steps of a session.

    Parameters
    ----------
    slots : sequence of Slot
        As the run of show has them.
    """
    return tuple(_steps(list(slots)))


def _steps(slots: Sequence[Slot]) -> Iterator[Step]:
    asked: set[str] = set()  # modules whose predictions wait for their answer
    module = ""  # what the room worked on last
    flown = False
    for place, slot in enumerate(slots):
        lesson = slot.part == "lesson"
        module = slot.stem if slot.part else module
        if slot.kind == "vote":
            third = slot.minutes / 3
            yield Step("vote", slot, third, place)
            yield Step("again", slot, third, place)
            yield Step("shown", slot, third, place)
        elif lesson and slot.kind == "predict":
            asked.add(slot.stem)
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
        if lesson and over and slot.stem in asked:
            # It takes no time of its own: what came is what they talk about now.
            yield Step("expected", slot, 0, place)


def _kind(slot: Slot, place: int, last: int) -> str:
    if slot.kind in ("break", "buffer"):
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
