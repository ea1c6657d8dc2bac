"""A file of answers: who answered what, when, how surely; nobody is named in it."""

from __future__ import annotations

from dataclasses import dataclass

COLUMNS = ("person", "time", "form", "item", "answer", "confidence")
TIMES = ("before", "after", "later")
CONFIDENCES = (25, 50, 75, 95)


@dataclass(frozen=True)
class Answer:
    """An answer to a question.

    Attributes
    ----------
    person : str
        A code such as ``"k7m2p4"``, drawn by chance; it says nothing of who it is.
    time : str
        *before*, *after*, or *later*: four weeks after.
    form : str
        *A* or *B*.
    item : str
        Name of the question.
    answer : str
        *a* to *d*; empty if none was given.
    confidence : int or None
        How probable the person thought it, in per cent; None if nothing was said.
    """

    person: str
    time: str
    form: str
    item: str
    answer: str
    confidence: int | None
