"""The line of a lesson that leads to the same one in other languages: `make translate` writes it.

It is the last line of the first cell, in the paragraph that stands there, so that the first guess
stays on the first screen. In English it says *Auf Deutsch*, in German *In English*: each language
is named in itself, for whoever reads no other.
"""

from __future__ import annotations

import re

_BETWEEN = " · "
_LINK = r"\[[^\]\n]+\]\((?:\.\./)+(?:\w+/)*notebooks/\w+\.ipynb\)"
_LINE = re.compile(rf"\n+{_LINK}(?:{_BETWEEN}{_LINK})*\Z")


def without_line(text: str) -> str:
    """Return the text of a first cell without the line, which nobody translates."""
    return _LINE.sub("", text)


def with_line(text: str, ways: list[tuple[str, str]]) -> str:
    """Return the text of a first cell with the line, instead of one that it had.

    Parameters
    ----------
    text : str
    ways : list of tuple of str
        How each language is called, and the way from this lesson to the one in that language.
    """
    links = _BETWEEN.join(f"[{named}]({way})" for named, way in ways)
    return f"{without_line(text)}\n{links}" if links else without_line(text)
