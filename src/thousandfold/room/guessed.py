"""How guesses of a room lay beside what happened: all together for everybody, each own for one."""

from __future__ import annotations

from collections.abc import Iterator

from thousandfold.facilitation.calibration import OfModule, drawn
from thousandfold.facilitation.room_calibration import Asked, RoomCalibration, calibration_of_room
from thousandfold.room.questions import Question
from thousandfold.room.venue import Site
from thousandfold.teaching.guesses import Comparison, compare_with
from thousandfold.teaching.typed import Typed


def room_guesses(site: Site) -> RoomCalibration:
    """Return what may be shown of the room's guesses at what it has seen come.

    First answers alone: those after a talk are the room's, and no more one person's.
    """
    return calibration_of_room(
        Asked(
            _title(site, question),
            question.words,
            {
                who: _compared(question, value)
                for who, value in site.day.votes.given(question, 1).items()
            },
        )
        for question in _known(site)
    )


def own_guesses(site: Site, who: str) -> str:
    """Return somebody's own guesses as marks on lines, as HTML; nothing without one."""
    modules: dict[str, list[Comparison]] = {}
    asked: dict[str, int] = {}
    for question in _known(site):
        title, value = _title(site, question), site.day.votes.of(who, question, 1)
        asked[title] = asked.get(title, 0) + 1
        if value is not None:
            modules.setdefault(title, []).append(_compared(question, value))
    if not modules:
        return ""
    return drawn(OfModule(title, tuple(modules.get(title, ())), asked[title]) for title in asked)


def _known(site: Site) -> Iterator[Question]:
    """Yield the questions for a number that the room has been told."""
    for question in site.day.revealed.values():
        if question.truth is not None and not question.options:
            yield question


def _compared(question: Question, value: float) -> Comparison:
    return compare_with(Typed(value, value), question.truth or 0.0, question.unit)


def _title(site: Site, question: Question) -> str:
    number = question.name[:2]
    titles = [site.title_of(module) for module in site.titles if module[:2] == number]
    return titles[0] if titles else number
