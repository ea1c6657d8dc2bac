"""What a lesson says to whoever runs it, as a reader of the book reads it.

Kinds of sentences are mended by rules. A sentence that no rule mends stands in `IN_PLACE`, with
what a reader finds instead of it.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache

from site_wheels import ROOT

IN_PLACE = ROOT / "book" / "in_place.toml"
GUESS_FIRST = "Write a number in each field. It stays in this page: nobody else sees it."

_THREE_DOTS = re.compile(
    r"(?:Click the grey line above[^.]*\.\s+Then r|R)eplace the (?:three )?dots[^.]*?"
    r"(?P<about> about your own organisation)?(?:, and press[^.]*)?\."
    r"(?:\s+Nobody sees (?:it|them|your guess(?:es)?)\.)?"
)
_CHANGE = re.compile(
    r"\b(?:(?:write|change)\s+`"
    r"|(?:write|change|try|run|add|set|ask|halve)\b[^.`;]{0,40}`[^`]*[=(\d][^`]*`)",
    re.IGNORECASE,
)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(found.replace(" ", r"\s+")), said)  # lines break where they like
    for found, said in (
        (r"\(Double-click[^)]*\)\s+", ""),
        (r"Double-click (?:here|(?:this|each) text),?\s+and (?=\w)", "On paper, "),
        (r"double-click this cell and write:", "write on paper:"),
        (r"\*Write here\.\*\n*", ""),
        (r"Run the cell, (?:and|then) ", "!"),
        (r"Run the cell, \*\*then ", "**!"),
        (r"Run the cell, which begins", "The picture begins"),
        (r"(?:Run the cell|Run it)\.\s*", ""),
        (r", (?:and|then) run (?:it|the cell)\.", "."),
        (r"(?s)\b[Tt]he next cell (?:has|shows)\b.*?\.(?=\s|$)", ""),
        (r"\bThe cell (?=\w)", "What follows "),
        (r"[A-Z][^.!?:]*:?[^.!?:]*\*\w+ → [^*]*\*\.", ""),
        (r"Shift \+ Tab", "Tab"),
    )
)
_CAPITAL = re.compile(r"!(\w)")


def read(stem: str, text: str, *, before_guess: bool = False) -> str:
    """Return a text of a lesson as it holds where nothing is run.

    Parameters
    ----------
    stem : str
        Name of the lesson.
    text : str
        Markdown of one cell.
    before_guess : bool
        Whether fields for guesses follow it.
    """
    for told in in_place().get(stem, ()):
        text = told["reads"].join(pattern(told["says"]).split(text))
    if before_guess:
        text = _THREE_DOTS.sub(_guess_first, text)
    for found, said in _RULES:
        text = found.sub(said, text)
    return _CAPITAL.sub(lambda found: found[1].upper(), text)


def changes_code(text: str) -> bool:
    """Say whether a text of a lesson asks for a change in its code."""
    return bool(_CHANGE.search(text))


@cache
def in_place() -> dict[str, list[dict[str, str]]]:
    """Return the sentences that no rule mends, by the lesson that says them."""
    return tomllib.loads(IN_PLACE.read_text(encoding="utf-8"))


def pattern(says: str) -> re.Pattern[str]:
    """Return what finds a sentence, wherever its lines break."""
    return re.compile(r"\s+".join(map(re.escape, says.split())))


def _guess_first(found: re.Match[str]) -> str:
    return GUESS_FIRST.replace("a number", f"a number{found['about'] or ''}")
