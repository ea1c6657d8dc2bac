"""What a room is asked: the polls of the guides, and the predictions of the lessons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import Cell, Course, read_cells
from thousandfold.facilitation.guide import poll
from thousandfold.facilitation.plan import Slot
from thousandfold.facilitation.predictions import outcomes, predictions
from thousandfold.teaching.guesses import Guess

_BETWEEN = re.compile(r",? or |, ")


@dataclass(frozen=True)
class Question:
    """Something to answer on a phone.

    Attributes
    ----------
    name : str
        Such as ``"06-poll"`` or ``"06-my_guess_paths"``.
    words : str
    options : tuple of str
        To choose from; empty where a number is asked for.
    unit : str
        Of the number, such as ``"%"``; empty for none.
    truth : float, optional
        What the lesson found: a number, or the place of an option.
    told : str
        The same in a sentence.
    """

    name: str
    words: str
    options: tuple[str, ...] = ()
    unit: str = ""
    truth: float | None = None
    told: str = ""

    def read(self, answer: object) -> float:
        """Return an answer as it counts: the place of an option, or a number.

        Raises
        ------
        ExplainedError
            If it is neither.
        """
        words = answer.strip() if isinstance(answer, str) else ""
        if self.options:
            if words not in [str(place) for place in range(len(self.options))]:
                raise ExplainedError("Please choose one of the answers.")
            return int(words)
        guess = Guess("", self.words, words)
        if guess.value is None:
            raise ExplainedError(
                f"{guess.heard[:1].upper()}{guess.heard[1:]}."
                if words
                else "Please write a number, such as 40."
            )
        return guess.value


def questions_of(course: Course, slots: Sequence[Slot]) -> dict[int, tuple[Question, ...]]:
    """Return what is asked in each line of a plan, by its place in it.

    Parameters
    ----------
    course : Course
    slots : sequence of Slot
    """
    found = {}
    for place, slot in enumerate(slots):
        if slot.kind == "vote":
            found[place] = tuple(_poll(course, slot.stem))
        elif slot.kind == "predict" and slot.part == "lesson":
            found[place] = tuple(_predictions(course, slot))
    return {place: asked for place, asked in found.items() if asked}


def poll_of(stem: str) -> str:
    """Return the name of the poll of a module."""
    return f"{stem[:2]}-poll"


def _poll(course: Course, stem: str) -> Iterator[Question]:
    asked = poll(course, stem)
    if asked:
        yield Question(poll_of(stem), asked.question, asked.options)


def _predictions(course: Course, slot: Slot) -> Iterator[Question]:
    cells = read_cells(course.module(slot.stem).lesson)
    came = outcomes(cells)
    for guess in predictions(_section(cells, slot.cell)):
        name, outcome = f"{slot.stem[:2]}-{guess.name}", came.get(guess.name)
        if outcome is None:  # only each team knows
            yield Question(name, guess.question)
        elif not isinstance(outcome.value, str):
            yield Question(
                name, guess.question, (), outcome.unit, float(outcome.value), outcome.happened
            )
        else:
            options = tuple(_BETWEEN.split(guess.question.rpartition(": ")[2].rstrip("?")))
            known = [option.lower() for option in options]
            if outcome.value.lower() in known:
                truth = known.index(outcome.value.lower())
                yield Question(name, guess.question, options, "", truth, outcome.happened)


def _section(cells: Sequence[Cell], begins: str) -> Iterator[Cell]:
    """Yield the cells of a part of a lesson: from the one that names its minutes to the next."""
    inside = False
    for cell in cells:
        if cell.plan.get("minutes"):
            inside = cell.name == begins
        if inside:
            yield cell
