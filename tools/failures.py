"""What a test says that failed, in sentences: the rule, what is wrong, and where to look."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import nbformat

# Colours, as a program writes them, as XML holds them, and inside a string that is shown.
COLOURS = re.compile(r"(?:\x1b|#x1B|\\x1b)\[[0-9;]*m")
MOST_CHARACTERS = 300  # of what a test says


def sentences(case: Element, root: Path) -> Iterator[str]:
    """Yield what is wrong by a test of pytest's report, with paths below `root`."""
    for kind in ("failure", "error"):
        for failed in case.findall(kind):
            message = COLOURS.sub("", failed.get("message", ""))
            text = COLOURS.sub("", failed.text or "")
            where = case.get("file") or case.get("classname", "").replace(".", "/")
            name = case.get("name", "")
            if where.endswith(".ipynb"):
                yield f"{where}, {_cell(root / where, name)}: {_shown(text)}: " + (
                    f"make lessons LESSONS={where}"
                )
            elif message.startswith("collection failure"):
                yield f"{where} cannot be read: {_last_error(text)}"
            elif where.startswith("src/"):
                yield f"{where}, the example of {name.rpartition('.')[2]}: {_example(text)}"
            else:
                rule = re.sub(r"\[.*", "", name).removeprefix("test_").replace("_", " ")
                for what in _said(message, text):
                    yield f"{rule.capitalize()}. But: {what} ({where})"


def _cell(path: Path, name: str) -> str:
    """Name a cell as somebody finds it: as JupyterLab counts, with its first words."""
    index = int(name.removeprefix("Cell "))
    code = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    first = code[index].source.partition("\n")[0]
    return f"the cell [{index + 1}], `{first[:50]}`"


def _shown(text: str) -> str:
    if re.search(r"^Cell \d+: Cell execution caused an exception$", text, re.M):
        return f"it stops: {text.strip().splitlines()[-1].rstrip('.')}. Put it right, then"
    return "it shows something else than is stored"


def _example(text: str) -> str:
    if found := re.search(r"^Expected:\n(.*?)^Got:\n(.*?)^(?:\n|\S)", text, re.M | re.S):
        wanted, got = (" ".join(part.split()) for part in found.groups())
        return f"it gives {got}, and the text says {wanted}"
    return f"it stops with {text.strip().splitlines()[-1]}"


def _said(message: str, text: str) -> list[str]:
    found = re.match(r"(?:AssertionError: )?(?:(.*)\n)?assert (\[.*\]) == \[\]", message)
    if found:
        try:
            return [
                f"{found[1]}: {one}" if found[1] else str(one) for one in ast.literal_eval(found[2])
            ]
        except (ValueError, SyntaxError):
            pass
    first = message.removeprefix("AssertionError: ").partition("\n")[0].strip()
    return [(first or _last_error(text))[:MOST_CHARACTERS]]


def _last_error(text: str) -> str:
    lines = [line[1:].strip() for line in text.splitlines() if line.startswith("E ")]
    return lines[-1] if lines else "nobody says why"
