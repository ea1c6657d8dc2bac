"""Sheets for the talks: one page for each learner, and a first one that says what to know."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from thousandfold.facilitation.page import page
from thousandfold.facilitation.viva import Asked, Lines, Question, choose
from thousandfold.facilitation.viva_answers import Learner

_MOST_LETTERS = 80  # of a name
TICKS = ("holds", "partly", "not")


@dataclass(frozen=True)
class Sheet:
    """The page of one learner.

    Attributes
    ----------
    name : str
        As a page can show it.
    asked : tuple of Asked
    why, note : str
        As of `Learner`.
    """

    name: str
    asked: tuple[Asked, ...]
    why: str = ""
    note: str = ""


def sheet(lines: Lines, learner: Learner) -> Sheet:
    """Return the page of a learner, whatever they have handed in."""
    chosen = choose(lines, learner.answers, learner.name)
    asked = tuple(replace(it, question=_typeset(it.question)) for it in chosen)
    return Sheet(shown(learner.name), asked, learner.why, learner.note)


def sheets_page(title: str, stem: str, sheets: Sequence[Sheet]) -> str:
    """Return all pages as one: the first for whoever holds the talks, then one a learner.

    Parameters
    ----------
    title : str
        The question of the module.
    stem : str
        The name of its exercise.
    sheets : sequence of Sheet
    """
    unread = [it for it in sheets if it.why]
    noted = [it for it in sheets if it.note]
    return page(
        "viva.html", title=title, stem=stem, sheets=sheets, unread=unread, noted=noted, ticks=TICKS
    )


def _typeset(question: Question) -> Question:
    """Return a question with its numbers as they are printed: 20 %, −3."""

    def typeset(text: str) -> str:
        spaced = re.sub(r"(?<=\d)\s?%", "\u202f%", text)
        return re.sub(r"(?<![\w.,])-(?=\d)", "\N{MINUS SIGN}", spaced)

    return replace(
        question,
        asks=typeset(question.asks),
        holds=typeset(question.holds),
        refutes=typeset(question.refutes),
    )


def shown(name: str) -> str:
    """Return a name that a learner chose so that a page and a terminal can show it."""
    printable = "".join(letter if letter.isprintable() else "?" for letter in name)
    return f"{printable[:_MOST_LETTERS]}…" if len(printable) > _MOST_LETTERS else printable
