"""What the solutions alone say, for whatever looks for it where learners look."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from functools import cache

import study
from course import source, stems

BETWEEN = re.compile(r"### BEGIN (?:SOLUTION|HIDDEN TESTS)\n(.*?)### END", re.DOTALL)
_SHORT = 25  # a shorter line may stand anywhere by chance
_TAG = re.compile(r"<[^<>]*>")
_NUMBERED = re.compile(r"\\u([0-9a-fA-F]{4})")
# What differs where a line is written in JSON, in a string, in a comment or in other columns.
_AROUND = re.compile(r"(?:\\[nrt]|[\s\\\"'`#])+")


def secret_lines() -> set[str]:
    """Return the lines of answers, of their reasons and of hidden tests.

    What learners are shown as a part of a longer line is none.
    """
    shown = {_bare(line) for line in _shown()}
    return {
        line
        for stem in stems()
        for question in study.questions(stem).values()
        for text in (question["answer"], question["reason"], *BETWEEN.findall(question["test"]))
        for line in map(str.strip, text.splitlines())
        if len(line) > _SHORT
        and "checks.slips" not in text
        and not line.startswith(("from ", "import ", "def ", '"when '))
        and not any(_once(line) in longer and _once(line) != longer for longer in shown)
    }


def _shown() -> Iterator[str]:
    for stem in stems():
        for cell in source(stem).cells:
            if cell.cell_type == "code":
                yield from BETWEEN.sub("", cell.source).splitlines()


def told_in(text: str, secrets: Iterable[str]) -> set[str]:
    """Return which lines a text tells, also in a longer line, in other columns or escaped.

    Parameters
    ----------
    text : str
        Of a file: a program, a page with marks or in JSON, what a cell shows.
    secrets : iterable of str
        What `secret_lines` returns.
    """
    ways = {_bare(text)}
    once = _read(text)
    # What is a mark on one page is a sign of the code on the page around it.
    ways |= {_bare(_TAG.sub("", page)) for page in {text, once, _read(once)} if _TAG.search(page)}
    return {line for line in secrets if any(_once(line) in way for way in ways)}


def _bare(text: str) -> str:
    """Return what is left of a text however it was written."""
    return _AROUND.sub("", _read(_read(text)))  # also of a page in a page


_once = cache(_bare)


def _read(page: str) -> str:
    text = html.unescape(page)
    return _NUMBERED.sub(lambda found: chr(int(found[1], 16)), text)
