"""Words of the glossary in a lesson: the first time one stands in a page, it leads to its entry."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from site_wheels import ROOT

GLOSSARY = ROOT / "docs" / "glossary.md"
EVERYDAY = frozenset(
    [
        *("active", "cell", "forecast", "goal", "interest", "partner", "path", "power", "push"),
        *("round", "skill"),
    ]
)
"""Words that other lessons use as everybody does: they lead there in their own lesson alone."""

_ENTRY = re.compile(
    r"^(?P<term>\S.*)\n  .+\[\d\d\]\(\.\./notebooks/(?P<lesson>\w+)\.ipynb\)$", re.M
)
_HEADING = r"^#{1,6} [^\n]*"
_CODE = r"^(?:```|~~~).*?^(?:```|~~~)|(?P<ticks>`+).*?(?<!`)(?P=ticks)(?!`)"
_LINK = r"!?\[[^\]]*\]\([^)]*\)|</?\w[^>]*>"


@dataclass
class Terms:
    """The words of the glossary that a page has not yet named.

    Attributes
    ----------
    lesson : str
        The stem of the lesson.
    left : dict
        Each such word, by how it is written in small letters.
    """

    lesson: str
    left: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Leave out what means something else here."""
        self.left = {
            term.lower(): term
            for term, lesson in entries().items()
            if term not in EVERYDAY or lesson == self.lesson
        }

    def linked(self, text: str) -> str:
        """Return Markdown in which each word that is new to the page leads to its entry."""
        return _pattern().sub(self._link, text)

    def _link(self, found: re.Match[str]) -> str:
        term = self.left.pop(_singular(found["word"] or ""), None)
        if term is None:
            return found[0]
        return f"{{term}}`{' '.join(found[0].split())} <{term}>`"


@cache
def entries() -> dict[str, str]:
    """Return the words of the glossary, each with the stem of the lesson where one meets it."""
    found = _ENTRY.finditer(GLOSSARY.read_text(encoding="utf-8"))
    return {entry["term"]: entry["lesson"] for entry in found}


@cache
def _pattern() -> re.Pattern[str]:
    # The longest first: a power user is no power.
    words = "|".join(
        form.replace(r"\ ", r"\s+")
        for term in sorted(entries(), key=len, reverse=True)
        for form in (re.escape(_plural(term)), re.escape(term))
    )
    return re.compile(
        rf"{_HEADING}|{_CODE}|{_LINK}|(?<![\w-])(?P<word>{words})(?![\w-])", re.M | re.S | re.I
    )


@cache
def _singular(word: str) -> str:
    said = " ".join(word.lower().split())
    plurals = {_plural(term).lower(): term.lower() for term in entries()}
    return plurals.get(said, said)


def _plural(term: str) -> str:
    """Return the plural of a word, as English writes it."""
    if re.search(r"[^aeiou]y$", term):
        return f"{term[:-1]}ies"
    return f"{term}es" if re.search(r"(?:s|x|z|ch|sh)$", term) else f"{term}s"
