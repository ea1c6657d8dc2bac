"""A short day that asks twelve questions before and after, and what people answer in it."""

from __future__ import annotations

from served import LINES, Visitor

from thousandfold.facilitation.before_after import AFTER, BEFORE, TITLES
from thousandfold.facilitation.plan import Slot

ASKED = (
    LINES[0],
    Slot(0, 10, BEFORE, TITLES[BEFORE]),
    LINES[3],
    Slot(0, 8, AFTER, TITLES[AFTER]),
    LINES[-1],
)


def fields(item: str, letter: str, sure: str = "") -> dict[str, str]:
    """Return what a page sends of one question."""
    return {f"answer-{item}": letter, f"sure-{item}": sure}


def takes_part(visitor: Visitor, when: str, letter: str = "a", sure: str = "75") -> None:
    """Begin, answer one question, and be done."""
    assert visitor.post("/questions/begin", when=when).status_code == 200
    told = visitor.send("/questions", when=when, **fields("load", letter, sure))
    assert told == {"said": "It is kept."}
    assert "said" in visitor.send("/questions", when=when, do="finish")
