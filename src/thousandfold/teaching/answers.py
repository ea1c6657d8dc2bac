"""A guess that is answered: where the result appears, with one sentence that compares the two."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thousandfold.errors import ExplainedError
from thousandfold.language import say
from thousandfold.language.lists import listed
from thousandfold.picture import Lines, Note, Picture
from thousandfold.teaching.calibrations import calibration_of
from thousandfold.teaching.choices import choice_sentence
from thousandfold.teaching.guess_cells import HEARD, install
from thousandfold.teaching.guesses import (
    ANSWER,
    Guess,
    compare_with,
    sentence,
)
from thousandfold.teaching.show import in_tables
from thousandfold.teaching.tables import Table, is_frame, spoken

_ANSWERED: dict[str, Answer] = {}
_BEYOND = 0.5  # of a figure's width or height: a mark farther out would squeeze all the rest

install()


@dataclass(frozen=True, eq=False)
class Answer:
    """What happened, beside what was guessed. The last line of a cell shows it.

    Attributes
    ----------
    guess : Guess
    happened : float, str or None
    unit : str
    sentence : str
    shown : object
        A picture or a table, or None.
    """

    guess: Guess
    happened: float | str | None
    unit: str
    sentence: str
    shown: object

    def __repr__(self) -> str:
        return self.sentence

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        below = _bundle(self.shown)
        said = f"<p><strong>{html.escape(self.sentence)}</strong></p>"
        bundle: dict[str, Any] = {
            "text/html": said + below.get("text/html", ""),
            "text/plain": "\n".join(filter(None, [self.sentence, below.get("text/plain", "")])),
        }
        if self.guess.name and self.happened is not None:
            bundle[ANSWER] = {
                "name": self.guess.name,
                "question": self.guess.question,
                "said": self.guess.said,
                "happened": self.happened,
                "unit": self.unit,
            }
        return bundle


@dataclass(frozen=True)
class Words:
    """A sentence, as a notebook shows it."""

    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(self.text)}</p>"


def answer(
    guess: object,
    happened: object,
    shown: object = None,
    *,
    unit: str = "",
    on: str = "",
    options: Sequence[str] = (),
) -> Answer:
    """Say what happened beside what somebody guessed.

    Parameters
    ----------
    guess : Guess
        The name of a line such as ``my_guess_load = ...``; a plain number is read as well.
    happened : float or str
        What the lesson computed; with `options`, one of them; None where it cannot be told.
    shown : Picture or table, optional
        What the result is seen in. It is shown too, with the guess as a mark in it.
    unit : str
        Such as ``"people"`` or ``"%"``.
    on : str
        Where the number is read: ``"x"`` or ``"y"`` of a picture, or a column of a table. Without
        it, the guess is no mark.
    options : sequence of str
        What there was to choose from.

    Returns
    -------
    Answer
        Says, as the last line of a cell, one sentence, and shows the figure above it.

    Raises
    ------
    ExplainedError
        If `happened` is no number and not one of the options.

    Examples
    --------
    >>> answer(20, 100)
    You said 20; it was 100: five times too low.
    """
    made = Guess.of(guess)
    given: float | str | None
    if happened is None:
        given, words = None, say("This cannot be told yet.")
    elif options:
        if happened not in options:
            raise ExplainedError(f"happened must be one of {', '.join(options)}, not {happened!r}")
        given = str(happened)
        words = choice_sentence(made, str(happened), options)
    else:
        given = _number(happened)
        words = sentence(made, given, unit)
        if made.within(unit):
            shown = _marked(shown, made, on)
    found = Answer(made, given, unit, words, shown)
    if made.name and given is not None:
        _ANSWERED[made.name] = found
    return found


def told(words: str, shown: object) -> Answer:
    """Return a sentence with the picture or table of which it speaks; nobody guessed."""
    return Answer(Guess("", "", ""), "", "", words, shown)


def my_guesses() -> Words:
    """Sum up the guesses of this lesson in one line.

    Returns
    -------
    Words
        One sentence, shown as the last line of a cell.

    Examples
    --------
    >>> my_guesses()
    No guess of this lesson was answered yet: run its cells, then run this one again.
    """
    if not _ANSWERED:
        return Words(
            say("No guess of this lesson was answered yet: run its cells, then run this one again.")
        )
    compared = [
        compare_with(said, one.happened, one.unit)
        for one in _ANSWERED.values()
        if isinstance(one.happened, float) and (said := one.guess.within(one.unit)) is not None
    ]
    silent = [name for name, one in _ANSWERED.items() if not one.guess.made]
    waiting = [name for name in HEARD if name not in _ANSWERED]
    asked = len(_ANSWERED)
    made = asked - len(silent)
    told = say(
        "You made {made} of the {asked} guesses that were answered here", made=made, asked=asked
    )
    if not made:
        told = say("You made none of the {asked} guesses that were answered here", asked=asked)
    if compared:
        how = calibration_of(compared).words
        told = say("{made}: {how}", made=told, how=how)
    parts = [f"{told}."]
    if silent and made:
        parts.append(say("Not made: {names}.", names=listed(silent)))
    if waiting:
        parts.append(say("Not answered yet: {names}.", names=listed(waiting)))
    return Words(" ".join(parts))


def _number(happened: object) -> float:
    try:
        value = round(float(np.asarray(happened, dtype=float).item()), 9) + 0.0
    except (TypeError, ValueError):
        raise ExplainedError(
            f"happened must be one number, not {happened!r}; with options=[...], one of them"
        ) from None
    # What is stored has the digits that every processor agrees on.
    return value if value == np.round(value) else float(f"{value:.4g}")


def _marked(shown: object, guess: Guess, on: str) -> object:
    """Return a picture or a table with the guess as a mark in it."""
    value = guess.value
    if value is None or not on:
        return shown
    if isinstance(shown, Picture):
        if isinstance(shown, Lines) and not _fits(shown, on, value):
            return shown
        x, y = (value, None) if on == "x" else (None, value)
        said = say("you said {guess}", guess=guess.words)
        return shown.noted(Note(said, x, y, guess=True))
    if isinstance(shown, Table) or is_frame(shown):
        table = shown if isinstance(shown, Table) else spoken(shown)
        return table.with_row(say("you said"), on, guess.words)
    return shown


def _fits(picture: Lines, axis: str, value: float) -> bool:
    """Whether a mark stands in the picture, or so near that it need not shrink for it."""
    logarithmic = picture.log_x if axis == "x" else picture.log_y
    arrays = [
        np.ravel(np.asarray(edge, dtype=float))
        for series in picture.series
        for edge in ((series.x,) if axis == "x" else (series.y, series.low, series.high))
        if edge is not None
    ]
    there = np.concatenate(arrays)
    if logarithmic:
        if value <= 0:
            return False
        there, value = np.log(there[there > 0]), float(np.log(value))
    there = there[np.isfinite(there)]
    low, high = float(there.min()), float(there.max())
    more = _BEYOND * (high - low)
    return low - more <= value <= high + more


def _bundle(shown: Any) -> dict[str, str]:
    """Return what a notebook would show."""
    if shown is None:
        return {}
    if isinstance(shown, Picture):
        shown = shown.plot()
    if hasattr(shown, "_repr_mimebundle_"):
        return dict(shown._repr_mimebundle_())
    parts = [shown] if isinstance(shown, Table) else in_tables(shown)
    return {
        "text/html": "\n".join(part._repr_html_() for part in parts),
        "text/plain": "\n\n".join(map(repr, parts)),
    }
