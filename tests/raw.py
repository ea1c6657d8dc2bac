"""What nobody should have to read in an output: what Python prints, and not what a person says."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterator

from nbformat import NotebookNode

# What is refused, and how it looks.
RAW = {
    "a type of numpy": r"\bnp\.\w+|\barray\(|\bdtype\b|<[\w.]+ object at ",
    "no number": r"(?i)\b(?:inf|nan|nat)\b",
    "a name from code": r"\b(?:[^\W_]|\d)+(?:_[^\W_]+)+\b",
    "a naked tuple, list or dict": r"^[\[({].*,.*[\])}]$|[\[(]-?\d[\d.]*,? +-?\d|\{['\d]",
    "a power of ten of a computer": r"\b\d(?:\.\d+)?e[+-]?\d+\b",
    "five digits without a comma": r"(?<![\d.,])\d{5,}(?![\d.])",
}
BROKEN = re.compile(r"(?<![\w.,])\d[\d,]*\.\d+(?![\w.])")


def raw(text: str, known: Collection[str] = ()) -> list[str]:
    """Return what is raw in a text, and why.

    A number that is not whole has at most three digits, those before the point and leading zeros
    not counted as they are what they are: 1,234 but not 1,234.5; 0.00123 but not 0.001234. A share
    near all of it (0.9 to 1, 90 to 100) may have more, since 0.9995 is not 1.

    Parameters
    ----------
    text : str
    known : collection of str
        Names from code that the reader has in sight.
    """
    found = []
    for why, pattern in RAW.items():
        for match in re.finditer(pattern, text, re.MULTILINE):
            if match.group() not in known:
                found.append(f"{why}: {match.group()}")
    for number in BROKEN.findall(text):
        value = float(number.replace(",", ""))
        nearly = 0.9 < value < 1 or 90 < value < 100
        if len(re.sub(r"[.,]", "", number).lstrip("0")) > 3 and not nearly:
            found.append(f"more than three digits: {number}")
    return found


def raw_of(notebook: NotebookNode) -> list[str]:
    """Return what is raw in the outputs of a notebook, cell by cell.

    Names that its own code gives are no surprise to whoever reads it.
    """
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    known = set(re.findall(r"\w+", "\n".join(cell.source for cell in code)))
    return [
        f"{cell.get('id', '')}: {what}"
        for cell in code
        for output in cell.get("outputs", [])
        for text in _texts(output)
        for what in raw(text, known)
    ]


def _texts(output: NotebookNode) -> Iterator[str]:
    """Yield what is read of an output: words, and no drawing."""
    if output.output_type == "stream":
        yield output.text
    data = output.get("data", {})
    if "text/plain" in data:
        yield data["text/plain"]
    page = re.sub(r"(?s)<(svg|style|script)\b.*?</\1>", " ", data.get("text/html", ""))
    yield html.unescape(re.sub(r"<[^>]*>", "\n", page))
