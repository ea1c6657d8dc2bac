"""Say what the data sets are in words for programs: `datasets/datapackage.json`, and checksums.

All of it is read from the cards and the tables. The form is version 2 of the Data Package
standard. Three things of a card that people skip are for this page: *Key* says which columns
tell rows apart and which rows stand in another table, values in `code` in the meaning of a column
are all that it may hold, and cells are empty only where the meaning says *empty*. No number in
these tables is below zero.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from course import ROOT

from thousandfold import __version__
from thousandfold.errors import ExplainedError

STANDARD = "https://datapackage.org/profiles/2.0/datapackage.json"
CC_BY = {
    "name": "CC-BY-4.0",  # of SPDX, and of the Open Definition
    "title": "Creative Commons Attribution 4.0 International",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}
PUBLIC_DOMAIN = {"name": "other-pd", "title": "Public domain, as stated by the source of our copy"}
LICENCES = {"CC BY 4.0": CC_BY, "Public domain": PUBLIC_DOMAIN}
MARKS = re.compile(r"\((V\+R|V2|V)\)|(?i:(counted by us))")
PARTS = ("What", "Source", "How measured", "Mark", "Columns", "Key", "Limits", "Licence")

_CODE = re.compile(r"`([^`]+)`")
_STANDS = re.compile(r"^(?P<ours>.+) stand in `(?P<table>\w+)` as (?P<theirs>.+)$")
_OF_UNIT = {"date": "date", "year-month": "yearmonth", "year": "year"}
_HIGHEST = {"share": 1, "%": 100, "of 100": 100}


def files(folder: Path = ROOT / "datasets") -> dict[Path, str]:
    """Return the two files that say what the tables are, as they should be.

    Raises
    ------
    ExplainedError
        If a table has no card, or a card lacks a part or describes other columns.
    """
    tables = sorted(folder.glob("*.csv"))
    sums = "".join(f"{_sha256(path)}  {path.name}\n" for path in tables)
    written = json.dumps(package(folder), ensure_ascii=False, indent=2)
    return {folder / "sha256sums.txt": sums, folder / "datapackage.json": f"{written}\n"}


def package(folder: Path) -> dict[str, Any]:
    """Return the descriptor of all tables in a folder that holds their cards.

    Raises
    ------
    ExplainedError
        If a table has no card, or a card lacks a part or describes other columns.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    home = project.get("urls", {}).get("Repository")
    cards = (folder / "README.md").read_text(encoding="utf-8")
    return {
        "$schema": STANDARD,
        "name": "thousandfold-data",
        "title": "Thousandfold: data on how products and organisations grow",
        "description": "Small tables behind the workshop Thousandfold, each with a card in"
        " README.md. Some are our own counts, some published figures with their source.",
        "version": __version__,
        **({"homepage": home} if home else {}),
        "keywords": ["scaling", "software teams", "open source", "product management", "teaching"],
        "contributors": [
            {"title": one["name"], "roles": ["creator"]} for one in project["authors"]
        ],
        "licenses": [CC_BY],
        "resources": [
            resource(path, parts(cards, path.stem)) for path in sorted(folder.glob("*.csv"))
        ],
    }


def parts(cards: str, name: str) -> dict[str, str]:
    """Return the parts of the card of one table, by their names.

    Raises
    ------
    ExplainedError
        If there is no card, or a part is missing.
    """
    _, found, rest = cards.partition(f"## `{name}.csv`\n")
    if not found:
        raise ExplainedError(
            f"datasets/README.md has no card for {name}.csv; write one, under the heading"
            f" ## `{name}.csv`"
        )
    pieces = re.split(r"^\*\*([\w ]+)\.\*\*", rest.partition("\n## ")[0], flags=re.MULTILINE)
    card = {part: text.strip() for part, text in zip(pieces[1::2], pieces[2::2], strict=True)}
    for part in PARTS:
        if not card.get(part):
            raise ExplainedError(
                f"the card of {name}.csv in datasets/README.md does not say **{part}.**; write it"
            )
    return card


def resource(path: Path, card: dict[str, str]) -> dict[str, Any]:
    """Return what the standard calls a resource: one table, its columns and where it is from.

    Raises
    ------
    ExplainedError
        If the card names no licence or no mark, or describes other columns than there are.
    """
    licences = [one for words, one in LICENCES.items() if words in card["Licence"]]
    marks = [code or "counted" for code, _ in MARKS.findall(card["Mark"])]
    for what, said in (("licence", licences), ("mark", marks)):
        if not said:
            raise ExplainedError(
                f"the card of {path.name} in datasets/README.md names no {what} that is known; as a"
                f" licence say {' or '.join(LICENCES)}, as a mark (V+R), (V), (V2) or counted by us"
            )
    return {
        "name": path.stem,
        "type": "table",
        "path": path.name,
        "description": _joined(card["What"]),
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{_sha256(path)}",
        "sources": list(sources(card["Source"])),
        "licenses": licences,
        # Ours, in the words of the card: the standard has no place for them.
        "rights": _joined(card["Licence"]),
        "howMeasured": _joined(card["How measured"]),
        "marks": marks,
        "limits": _joined(card["Limits"]),
        "schema": schema(path, card),
    }


def schema(path: Path, card: dict[str, str]) -> dict[str, Any]:
    """Return the columns of a table, what tells its rows apart, and where they stand elsewhere.

    Raises
    ------
    ExplainedError
        If the card describes other columns than there are.
    """
    header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
    lines = [line.strip("| ") for line in card["Columns"].splitlines() if line.startswith("| `")]
    told = [[cell.strip() for cell in line.split(" | ", 2)] for line in lines]
    if [f"`{name}`" for name in header] != [name for name, *_ in told]:
        raise ExplainedError(
            f"the card of {path.name} in datasets/README.md describes the columns"
            f" {', '.join(name for name, *_ in told)}, and the table has {', '.join(header)};"
            " make them agree"
        )
    key, *elsewhere = _joined(card["Key"]).rstrip(".").split("; ")
    found: dict[str, Any] = {
        "fields": [
            field(name, unit, meaning, [row[at] for row in rows], header)
            for at, (name, (_, unit, meaning)) in enumerate(zip(header, told, strict=True))
        ],
        "missingValues": [""],
        "primaryKey": _CODE.findall(key),
    }
    if elsewhere:
        found["foreignKeys"] = [_foreign(path, clause) for clause in elsewhere]
    return found


def field(
    name: str, unit: str, meaning: str, cells: Sequence[str], columns: Sequence[str]
) -> dict[str, Any]:
    """Return one column: its type, its unit, and what it may hold."""
    kind = _OF_UNIT.get(unit) or _kind(cells)
    constraints: dict[str, Any] = {} if "empty" in meaning else {"required": True}
    named = [word for word in _CODE.findall(meaning) if word not in columns]
    if named:
        constraints["enum"] = [int(word) for word in named] if kind == "integer" else named
    elif kind in {"integer", "number"}:
        constraints["minimum"] = 0
        for start, most in _HIGHEST.items():
            if unit.startswith(start):
                constraints["maximum"] = most
    said = {"name": name, "type": kind, "description": meaning}
    return said | ({} if unit == "–" else {"unit": unit}) | {"constraints": constraints}


def sources(text: str) -> Iterator[dict[str, str]]:
    """Yield where a table is from: what the card says, and each repository that was counted."""
    lines = text.splitlines()
    prose = _joined("\n".join(line for line in lines if not line.startswith("|")))
    named = re.findall(r"\bdoi (10\.\d+/\S*\w)", prose)
    yield {"title": prose} | ({"path": f"https://doi.org/{named[0]}"} if len(named) == 1 else {})
    for repository, commit, date in re.findall(
        r"^\| \S+ \| (\S+/\S+) \| ([0-9a-f]{12}) \| ([\d-]+) \|", text, re.MULTILINE
    ):
        yield {
            "title": f"{repository}, newest commit seen {commit} ({date})",
            "path": f"https://github.com/{repository}",
        }


def _foreign(path: Path, clause: str) -> dict[str, Any]:
    found = _STANDS.match(clause)
    if not found:
        raise ExplainedError(
            f"the key of {path.name} in datasets/README.md says {clause!r}; after a semicolon say"
            " which columns stand in which table: `a`, `b` stand in `table` as `c`, `d`"
        )
    theirs = {"resource": found["table"], "fields": _CODE.findall(found["theirs"])}
    return {"fields": _CODE.findall(found["ours"]), "reference": theirs}


def _kind(cells: Sequence[str]) -> str:
    full = [cell for cell in cells if cell]
    if all(re.fullmatch(r"-?\d+", cell) for cell in full):
        return "integer"
    return "number" if all(re.fullmatch(r"-?\d+(\.\d+)?", cell) for cell in full) else "string"


def _joined(text: str) -> str:
    """Return a text whose lines end only where a paragraph, a row or an entry does."""
    return re.sub(r"(?<!\n)\n(?!\n|\||- )", " ", text.strip())


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
