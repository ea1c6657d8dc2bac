"""What a question of the inventory is: two forms with other numbers, answered by a model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

LETTERS = "abcd"


@dataclass(frozen=True)
class Form:
    """A question with its numbers, and four answers of which one is right.

    Attributes
    ----------
    asks : str
        The situation and the question.
    options : tuple of str
        Four answers, in the order in which they are shown.
    finds : callable
        Asks the model, and returns the place of the right answer among `options`, from 0.
    """

    asks: str
    options: tuple[str, str, str, str]
    finds: Callable[[], int]

    @cached_property
    def right(self) -> str:
        """The letter of the right answer, which the model finds."""
        return LETTERS[self.finds()]


@dataclass(frozen=True)
class Item:
    """A question of the inventory.

    Attributes
    ----------
    name : str
        One word; it names the question in files of answers.
    about : str
        What it asks for, in half a sentence.
    modules : tuple of str
        The lessons that teach it, such as ``("03",)``.
    forms : dict of str to Form
        ``"A"`` and ``"B"``.
    """

    name: str
    about: str
    modules: tuple[str, ...]
    forms: dict[str, Form]
