"""What learners predicted in the lessons, and what happened."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from thousandfold.facilitation.course import Cell

MOST = 50  # of one lesson; ours have three

_GUESS = re.compile(r"^[ \t]*(my_guess\w{0,40})[ \t]*=[ \t]*([^#\n]*)(?:#[ \t]*(.*))?$", re.M)
_NUMBER = re.compile(r"[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d{1,2})?")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+")


@dataclass(frozen=True)
class Prediction:
    """A line of a lesson in which a learner writes a number before anything runs.

    Attributes
    ----------
    name : str
        Such as ``"my_guess_users"``.
    question : str
        The comment behind it, as a sentence.
    said : str
        What the learner wrote; empty while the three dots are there.
    """

    name: str
    question: str
    said: str

    @property
    def value(self) -> float | None:
        """The number that was written, or None where it is none."""
        words = self.said.rstrip(" %").replace(" ", "")
        if _GROUPED.fullmatch(words):
            return float(words.replace(",", ""))
        return float(words.replace("_", "")) if _NUMBER.fullmatch(words) else None


@dataclass(frozen=True)
class Outcome:
    """What happened to a prediction.

    Attributes
    ----------
    happened : str
        A sentence, after the lesson.
    value : float or None
        The number to compare with, where there is one.
    quote : str
        The words that stand in the lesson.
    cell : str
        The cell that says or shows them, and whose metadata hold the outcome.
    """

    happened: str
    value: float | None
    quote: str
    cell: str


def predictions(cells: Iterable[Cell]) -> list[Prediction]:
    """Return the predictions in a lesson; the last line counts where one was written twice."""
    found: dict[str, Prediction] = {}
    for cell in cells:
        if cell.kind == "code":
            for name, said, question in _GUESS.findall(cell.source[:20_000]):
                written = said.strip().strip(".…").strip()
                asked = question.strip()
                asked = asked[:1].upper() + asked[1:]
                found[name] = Prediction(name, asked, said.strip() if written else "")
    return list(found.values())[:MOST]


def outcomes(cells: Iterable[Cell]) -> dict[str, Outcome]:
    """Return what happened to the predictions of a lesson, as far as anybody else can know it."""
    found: dict[str, Outcome] = {}
    for cell in cells:
        given = cell.plan.get("outcomes")
        for name, entry in given.items() if isinstance(given, dict) else ():
            if isinstance(entry, dict) and isinstance(entry.get("happened"), str):
                happened, value, quote = entry["happened"], entry.get("value"), entry.get("quote")
                found[name] = Outcome(
                    happened,
                    value if type(value) in (int, float) else None,
                    quote if isinstance(quote, str) else happened,
                    cell.name,
                )
    return found


def distance(said: float, happened: float) -> str:
    """Say in words how far a prediction was from what happened.

    Examples
    --------
    >>> distance(500, 100)
    '5 times too high'
    >>> distance(20, 24)
    'close'
    >>> distance(10, -22)
    '32 away'
    """
    if said == happened:
        return "exactly"
    if said * happened <= 0 or said < 0:
        return f"{short(abs(said - happened))} away"
    ratio = said / happened
    if 0.75 <= ratio <= 4 / 3:
        return "close"
    return f"{short(max(ratio, 1 / ratio))} times too {'high' if ratio > 1 else 'low'}"


def short(number: float) -> str:
    """Return a number as people read it, such as ``"55,000"`` or ``"2.5"``."""
    return f"{number:,.0f}" if abs(number) >= 10 else f"{number:.2g}"
