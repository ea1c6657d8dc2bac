"""What learners predicted in the lessons, and what happened, read from saved notebooks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from thousandfold.facilitation.course import Cell
from thousandfold.teaching.guesses import (
    ANSWER,
    Comparison,
    Guess,
    compare_with,
    quantity_of,
    split_guesses,
)

MOST = 50  # of one lesson; ours have three

_LONGEST = 20_000


@dataclass(frozen=True)
class Outcome:
    """What happened to a prediction.

    Attributes
    ----------
    value : float or str
        The number, or the choice, that the lesson computed.
    unit : str
        Such as ``"%"``; empty for none.
    sentence : str
        What happened, in the words of the lesson's author; ``{happened}`` in it is the number.
    """

    value: float | str
    unit: str
    sentence: str = "It was {happened}"

    @property
    def number(self) -> str:
        """The number with its unit, or the choice."""
        return self.value if isinstance(self.value, str) else quantity_of(self.value, self.unit)

    @property
    def happened(self) -> str:
        """The sentence with its number."""
        return self.sentence.replace("{happened}", self.number)

    def compared(self, guess: Guess) -> Comparison | None:
        """Compare a guess with it, where both are numbers of one kind."""
        said = guess.within(self.unit)
        if said is None or isinstance(self.value, str):
            return None
        return compare_with(said, self.value, self.unit)


def predictions(cells: Iterable[Cell]) -> list[Guess]:
    """Return the predictions in a lesson; the last line counts where one was written twice."""
    found = {
        part.name: part
        for cell in cells
        if cell.kind == "code"
        for part in split_guesses(cell.source[:_LONGEST].splitlines())
        if isinstance(part, Guess)
    }
    return list(found.values())[:MOST]


def outcomes(cells: Iterable[Cell]) -> dict[str, Outcome]:
    """Return what happened to the predictions of a lesson, as its saved outputs hold it."""
    found: dict[str, Outcome] = {}
    for cell in cells:
        told = cell.plan.get("outcomes")
        sentences = told if isinstance(told, dict) else {}
        for shown in cell.shown:
            name, outcome = kept(shown)
            if outcome:
                sentence = sentences.get(name)
                found[name] = (
                    replace(outcome, sentence=sentence) if isinstance(sentence, str) else outcome
                )
    return found


def kept(shown: Mapping[str, Any]) -> tuple[str, Outcome | None]:
    """Return the name of the guess that a saved output answers, and what happened."""
    answer = shown.get(ANSWER)
    if not isinstance(answer, dict):
        return "", None
    name, value, unit = (answer.get(key) for key in ("name", "happened", "unit"))
    if not isinstance(name, str) or not isinstance(value, int | float | str):
        return "", None
    return name, Outcome(value, unit if isinstance(unit, str) else "")
