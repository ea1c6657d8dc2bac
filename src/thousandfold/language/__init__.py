"""The language that a notebook is read in: English, unless it asks for another.

A sentence stands in the code in English, whole, with named places: ``say("{n} pairs", n=45)``.
Another language is a catalogue that has the same sentences; `tools/translate.py` makes it from what
translators write. A sentence that it does not have is said in English.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from gettext import c2py
from importlib.resources import files
from numbers import Number
from string import Formatter
from typing import Any

from thousandfold.errors import ExplainedError

__all__ = [
    "IN_ENGLISH",
    "Catalogue",
    "digits",
    "english",
    "in_all_languages",
    "languages",
    "read",
    "say",
    "say_many",
    "speak",
    "speaking",
]

MARKS = "1,234.5"
"""A message of every catalogue: its translation shows the marks in numbers, such as 1.234,5."""

IN_ENGLISH = "In English"
"""A message of every catalogue: its translation names its language, such as *Auf Deutsch*."""


_FEW, _MANY = 3, 100
"""What stands for others: one and a half are more than one, and no pair; infinite is many."""


@dataclass(frozen=True, eq=False)
class Catalogue(Formatter):
    """What is said in one language.

    Attributes
    ----------
    messages : mapping of str to sequence of str
        By the English sentence, or the one of two that speaks of one, all forms of its translation.
    plural : str
        Which form belongs to a number, as catalogues of gettext write it.
    unsaid : dict
        What was asked for and has no translation, in the order of asking.
    said : set of str
        Sentences with something in their places.
    """

    messages: Mapping[str, Sequence[str]]
    plural: str = "n != 1"
    unsaid: dict[str, None] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)

    def form(self, message: str, count: float) -> str | None:
        """Return the translation that belongs to a number of things; None where there is none."""
        forms = self.messages.get(message)
        if forms is None:
            # What is said already, such as a label that a table shows, needs no other words.
            if message not in self.english and message not in self.said:
                self.unsaid[message] = None
            return None
        return forms[min(self._which(_counted(count)), len(forms) - 1)]

    def format_field(self, value: Any, format_spec: str) -> Any:
        """Write a number with the marks of this language."""
        written = super().format_field(value, format_spec)
        return self.digits(written) if isinstance(value, Number) else written

    def filled(self, form: str, named: Mapping[str, object]) -> str:
        """Return a translation with what belongs into its places."""
        text = self.vformat(form, (), named)
        self.said.add(text)
        return text

    def digits(self, text: str) -> str:
        """Return a number that was written in English with the marks of this language."""
        return text.translate(self._marks)

    @cached_property
    def english(self) -> Mapping[str, str]:
        """The English sentence of each translation."""
        return {form: message for message, forms in self.messages.items() for form in forms}

    @cached_property
    def _which(self) -> Callable[[int], int]:
        return c2py(self.plural)

    @cached_property
    def _marks(self) -> dict[int, str]:
        shown = self.messages.get(MARKS, [MARKS])[0]
        return {ord(","): shown[1:-5], ord("."): shown[-2:-1]}


def _counted(count: float) -> int:
    """Return the whole number whose form belongs to a count: rules of languages know no others."""
    try:
        whole = int(count)
    except (ValueError, OverflowError):  # nan, or inf
        return _MANY
    return abs(whole) if count == whole else _FEW


# One for the whole process, and no ContextVar. JupyterLab and JupyterLite give each notebook a
# process or a worker of its own; and what moves a slider may run in a context or a thread that the
# first cell knew nothing of, and still has to speak its language. Of the package only notebooks ask
# for a language: the room, whose threads serve many people, always speaks English.
_spoken: Catalogue | None = None


def languages() -> list[str]:
    """Return which languages there are beside English, by the letters that `speak` takes."""
    return sorted(
        entry.name.removesuffix(".json")
        for entry in files("thousandfold.language").iterdir()
        if entry.name.endswith(".json")
    )


def speak(language: str) -> None:
    """Say all that follows in another language; the first cell of a translated notebook does so.

    Parameters
    ----------
    language : str
        Such as ``"de"``; ``"en"`` is English.

    Raises
    ------
    ExplainedError
        If there is no catalogue of that language.

    Examples
    --------
    >>> speak("en")
    """
    global _spoken
    known = languages()
    if language not in ("en", *known):
        raise ExplainedError(f"there is no language {language!r}; there are en, {', '.join(known)}")
    _spoken = None if language == "en" else read(language)


def read(language: str) -> Catalogue:
    """Return the catalogue of a language."""
    file = files("thousandfold.language").joinpath(f"{language}.json")
    return Catalogue(**json.loads(file.read_text(encoding="utf-8")))


def in_all_languages(message: str) -> list[str]:
    """Return a sentence in English and in each language that has it, to look for it in a text."""
    known = (read(language).messages for language in languages())
    return [message, *(there[message][0] for there in known if message in there)]


@contextmanager
def speaking(catalogue: Catalogue | None) -> Iterator[None]:
    """Speak from a catalogue for a while, without one in English."""
    global _spoken
    before, _spoken = _spoken, catalogue
    try:
        yield
    finally:
        _spoken = before


def say(message: str, /, **named: object) -> str:
    """Return a sentence in the language that is spoken, with what belongs into its places.

    Parameters
    ----------
    message : str
        In English, whole: other languages have another order of words.
    **named
        What stands in its places; numbers get the marks of the language.

    Returns
    -------
    str
        In English, where there is no translation.

    Examples
    --------
    >>> say("Not made: {names}", names="my_guess")
    'Not made: my_guess'
    """
    if _spoken is None:
        return message.format(**named) if named else message
    found = _spoken.form(message, 1)
    if found is None:
        found = message
    return _spoken.filled(found, named) if named else found


def say_many(one: str, many: str, count: float, /, **named: object) -> str:
    """Return the sentence that belongs to a number of things.

    Parameters
    ----------
    one, many : str
        The English sentence for one thing, and for any other number.
    count : float
        How many things.
    **named
        As in `say`.

    Examples
    --------
    >>> say_many("{paths} path", "{paths} paths", 45, paths=45)
    '45 paths'
    """
    plain = one if count == 1 else many
    if _spoken is None:
        return plain.format(**named)
    found = _spoken.form(one, count)
    return _spoken.filled(plain if found is None else found, named)


def digits(text: str) -> str:
    """Return a number that was written in English as the language that is spoken writes it.

    Examples
    --------
    >>> digits("4,950.5")
    '4,950.5'
    """
    return text if _spoken is None else _spoken.digits(text)


def english(text: str) -> str:
    """Return the English sentence of a translated one, for what is read and not said.

    A capital letter at its beginning makes no difference.

    Examples
    --------
    >>> english("How many pairs could talk in a company of 100?")
    'How many pairs could talk in a company of 100?'
    """
    if _spoken is None:
        return text
    known = _spoken.english
    return known.get(text) or known.get(text[:1].lower() + text[1:], text)
