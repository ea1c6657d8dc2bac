"""The tables that `thousandfold history` wrote, read back and checked.

They may come from another machine, through a spreadsheet or half a download, so nothing in them is
believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from thousandfold.errors import ExplainedError
from thousandfold.repository.areas import AreaCounts, PairCounts
from thousandfold.repository.counts import MonthCounts

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = {
    "months": MonthCounts._fields,
    "pairs": PairCounts._fields,
    "areas": AreaCounts._fields[:-1],  # who was new is not counted in the workshop's tables
}
_KEYS = {"months": ["month"], "pairs": ["area_a", "area_b"], "areas": ["area"]}
_WORDS = {"project", "since", "until", "area", "area_a", "area_b", "month"}
_MONTH = r"\d{4}-(0[1-9]|1[0-2])"
_COUNT = r"[0-9]{1,15}"
_LARGEST = 20_000_000  # bytes
_AGAIN = "take the file as `thousandfold history` wrote it"


class TableError(ExplainedError):
    """A table cannot be used; the message says where it is wrong and what to do."""


def read_tables(paths: Iterable[str | Path]) -> dict[str, pd.DataFrame]:
    """Read tables in any order; which is which is told by their columns.

    Parameters
    ----------
    paths : iterable of str or Path

    Returns
    -------
    dict of str to pandas.DataFrame
        Those that were given, of ``"months"``, ``"areas"`` and ``"pairs"``.

    Raises
    ------
    TableError
        If a file is missing, damaged or none of the three; if one of them is given twice; if the
        pairs are of other areas.
    """
    tables: dict[str, pd.DataFrame] = {}
    for path in paths:
        kind, table = _read(Path(path).expanduser())
        if kind in tables:
            raise TableError(
                f"{path} is a second table of {kind}; name one of each: months, areas, pairs"
            )
        tables[kind] = table
    if {"areas", "pairs"} <= tables.keys():
        named = set(tables["pairs"]["area_a"]) | set(tables["pairs"]["area_b"])
        if not named <= set(tables["areas"]["area"]):
            raise TableError(
                "the table of pairs names areas that the table of areas lacks; take both from one"
                " run of `thousandfold history`"
            )
    return tables


def _read(path: Path) -> tuple[str, pd.DataFrame]:
    """Read one table, and say which it is."""
    import pandas as pd

    if not path.is_file():
        raise TableError(
            f"there is no file {path}; put it beside this notebook (in JupyterLab, drag it into the"
            " list of files) and check its name"
        )
    if path.stat().st_size > _LARGEST:
        raise TableError(f"{path.name} is too large for a table of counts; {_AGAIN}")
    try:
        table = pd.read_csv(path, dtype=str, encoding="utf-8", na_filter=False)
    except pd.errors.EmptyDataError as error:
        raise TableError(f"{path.name} is empty; {_AGAIN}") from error
    except (OSError, ValueError) as error:
        raise TableError(f"{path.name} cannot be read ({str(error).strip()}); {_AGAIN}") from error
    kind = next((kind for kind, names in _COLUMNS.items() if {*names} <= {*table.columns}), None)
    if kind is None:
        shown = ", ".join(map(str, table.columns))[:80]
        cause = ""
        if len(table.columns) == 1 and re.search(r"[;\t]", str(table.columns[0])):
            cause = " perhaps a spreadsheet saved it with semicolons or tabs, so"
        raise TableError(
            f"{path.name} begins with the columns {shown}, which is none of the three tables;"
            f"{cause} {_AGAIN}"
        )
    if table.empty:
        raise TableError(f"{path.name} has no row below its first line; {_AGAIN}")
    for name in {*_COLUMNS[kind], "new_authors"} & {*table.columns} - _WORDS:
        _refuse(path, table[name], _COUNT, "is not a count", "the file was cut off")
        table[name] = table[name].astype(int)
    if kind == "months":
        _refuse(path, table["month"], _MONTH, "is no month such as 2024-05", "a spreadsheet did it")
        # A wrong clock may write a year that pandas cannot hold.
        table["month"] = pd.to_datetime(table["month"], format="%Y-%m", errors="coerce")
    wrong = table.duplicated(_KEYS[kind])
    if kind == "months":
        people = table["active_authors"]
        wrong |= table["possible_paths"] != people * (people - 1) // 2
        wrong |= table["coedit_paths"] > table["possible_paths"]
        wrong |= (table["commits"] < people) | (table["new_authors"] > people)
    if kind == "areas":
        wrong |= table["commits"] == 0
    if kind == "pairs":
        wrong |= table["area_a"] >= table["area_b"]
    if wrong.any():
        line = int(np.argmax(wrong)) + 2
        raise TableError(f"{path.name}, line {line} cannot have been counted so; {_AGAIN}")
    return kind, table


def _refuse(path: Path, column: pd.Series[str], pattern: str, problem: str, cause: str) -> None:
    """Raise an error if an entry does not have the form it must have."""
    wrong = ~column.str.fullmatch(pattern)
    if wrong.any():
        place = int(np.argmax(wrong))
        found = f"{path.name}, line {place + 2}: {column.name} {column[place][:20]!r}"
        raise TableError(f"{found} {problem}; perhaps {cause}, so {_AGAIN}")
