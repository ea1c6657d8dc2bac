"""What a form gives for questions: checked, whoever sent it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from thousandfold.inventory.answers import CONFIDENCES, Answer, AnswersError, form_of
from thousandfold.inventory.item import LETTERS
from thousandfold.inventory.items import ITEMS

Given = tuple[str, int | None]
"""A letter, empty for a question that is left out, and a confidence in per cent."""

_NAMES = tuple(item.name for item in ITEMS)


def read_given(given: Mapping[str, Any]) -> dict[str, Given]:
    """Return answers as they count, by the names of their questions.

    Parameters
    ----------
    given : mapping
        For each question a letter, or nothing where it is left out, and a confidence or None.

    Raises
    ------
    AnswersError
        If there is no such question, letter or confidence.

    Examples
    --------
    >>> read_given({"load": ["b", 75], "chain": ["", 50]})
    {'load': ('b', 75), 'chain': ('', None)}
    """
    found: dict[str, Given] = {}
    for item, said in given.items():
        if item not in _NAMES or not isinstance(said, list | tuple) or len(said) != 2:
            raise AnswersError("There is no such question. Please open the page again.")
        letter, confidence = said
        if letter not in ("", *LETTERS):
            raise AnswersError("Please choose one of the four answers, or leave it out.")
        if confidence is not None and (
            type(confidence) is not int or confidence not in CONFIDENCES
        ):
            raise AnswersError("Please choose how sure you are: 25, 50, 75 or 95 per cent.")
        found[item] = (letter, confidence if letter else None)
    return found


def all_lines(person: str, time: str, given: Mapping[str, Given]) -> list[Answer]:
    """Return what a person answered at a time, with a line for each question.

    Parameters
    ----------
    person : str
        The code.
    time : str
        *before* or *after*.
    given : mapping
        As `read_given` returns it.
    """
    form = form_of(person, time)
    return [Answer(person, time, form, item, *given.get(item, ("", None))) for item in _NAMES]


def given_of(answers: Iterable[Answer]) -> dict[str, Given]:
    """Return what the lines of a person say, without those of questions that are open."""
    return {each.item: (each.answer, each.confidence) for each in answers if each.answer}
