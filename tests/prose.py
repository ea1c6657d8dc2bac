"""What a learner reads of a notebook: its words, and how many numbers stand among them."""

from __future__ import annotations

import re

from nbformat import NotebookNode

# From two up: `one` is seldom a count. A quarter may be of a year, and a second of a minute.
SPELLED = re.compile(
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundreds?"
    r"|thousands?|millions?|billions?|dozens?|twice|half|halves|thirds?|fifths?|tenths?"
    r"|hundredths?",
    re.IGNORECASE,
)
YEAR = re.compile(r"(?:19|20)\d\d")
WORD = re.compile(r"\d[\d,.]*\d|\w+(?:['’-]\w+)*")


def text(notebook: NotebookNode) -> str:
    """Return all that is written, without where links lead."""
    written = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return re.sub(r"\]\([^)\s]*\)", "]", written)


def running(notebook: NotebookNode) -> str:
    """Return what is read as sentences: no heading, no table, no code, no line with the time."""
    written = re.sub(r"```.*?```", "", text(notebook), flags=re.DOTALL)
    lines = [line for line in written.splitlines() if not line.startswith(("#", "|", "**Time.**"))]
    return re.sub(r"`[^`]*`", "", "\n".join(lines))


def words(written: str) -> list[str]:
    """Return the words of a text, and its numbers."""
    return WORD.findall(written)


def numbers(written: str) -> list[str]:
    """Return the numbers of a text, in digits or spelled out; a year is none."""
    return [
        word
        for word in words(written)
        if (word[0].isdigit() and not YEAR.fullmatch(word))
        or any(SPELLED.fullmatch(part) for part in word.split("-"))
    ]
