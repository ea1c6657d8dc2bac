"""Named values as one small table, so that nobody has to read what Python prints."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from thousandfold.core import readable
from thousandfold.errors import ExplainedError
from thousandfold.language import say
from thousandfold.teaching.tables import Table, is_frame, spoken
from thousandfold.teaching.words import is_number, words


def show(*tables: object, unit: str | Mapping[str, str] = "", **values: object) -> None:
    """Show named values in words: ``show(pairs_of_ten=45, pairs_of_a_hundred=4950)``.

    Lists of one length stand beside each other as columns, and so do tables with the same keys;
    everything else is one row.

    Parameters
    ----------
    *tables
        Shown as they are, one below the other.
    unit : str or mapping of str to str
        Of all values, or of some by their name. With ``"%"`` a share of 0.15 is shown as 15 %.
    **values
        Numbers, texts, lists, arrays, tables: what they are called becomes words.

    Raises
    ------
    ExplainedError
        If there is nothing to show.

    Examples
    --------
    >>> show(pairs_of_ten=45, pairs_of_a_hundred=4950)
    pairs of ten           45
    pairs of a hundred  4,950
    >>> show(people=[10, 100], pairs=[45, 4950])
    people  pairs
        10     45
       100  4,950
    >>> show(share_that_fails=0.0961, unit="%")
    share that fails  9.61 %
    """
    if not tables and not values:
        raise ExplainedError("show needs something to show, such as show(pairs=45)")
    if not isinstance(unit, str | Mapping):
        raise ExplainedError('unit must be a text in quotes, such as unit="minutes"')
    for table in tables:
        _display(*in_tables(table))
    if values:
        units = unit if isinstance(unit, Mapping) else dict.fromkeys(values, unit)
        _display(*in_tables(values, units))


def in_tables(shown: object, units: Mapping[str, str] | None = None) -> list[Table]:
    """Return anything as tables that speak: of pandas as it is, a dictionary as named values."""
    if is_frame(shown):
        return [spoken(shown)]
    if isinstance(shown, dict) and shown and all(isinstance(name, str) for name in shown):
        units = units or {}
        return _columns(
            {
                name: (_plain(value, percent=units.get(name) == "%"), f"{units.get(name, '')}")
                for name, value in shown.items()
            }
        )
    return [_line(_plain(shown))]


def _columns(values: Mapping[str, tuple[Any, str]]) -> list[Table]:
    """Return values as columns of one table where they go together, else as rows."""
    whole = {name: value for name, (value, _) in values.items() if is_frame(value)}
    if whole:
        rest = {name: told for name, told in values.items() if name not in whole}
        titled = [spoken(frame, title=readable(name)) for name, frame in whole.items()]
        return [*titled, *(_columns(rest) if rest else [])]
    lists = [value for value, _ in values.values()]
    if _alike(lists, dict):
        keys = list(lists[0])
        columns = [[value[key] for key in keys] for value in lists]
    elif len(lists) > 1 and _alike(lists, list):
        keys, columns = None, lists
    else:
        return [_rows(values)]
    import pandas as pd

    heads = [
        say("{name} ({unit})", name=readable(name), unit=say(unit)) if unit else readable(name)
        for name, (_, unit) in values.items()
    ]
    index = None if keys is None else pd.Index(keys, dtype=object)
    frame = pd.DataFrame(dict(zip(heads, columns, strict=True)), index=index, dtype=object)
    return [spoken(frame)]


def _alike(lists: list[Any], kind: type) -> bool:
    """Whether all are lists of one length, or tables with the same keys; and none is empty."""
    if not all(type(value) is kind and value for value in lists):
        return False
    first = lists[0]
    if kind is dict:
        return all(value.keys() == first.keys() for value in lists)
    return all(len(value) == len(first) for value in lists)


def _rows(values: Mapping[str, tuple[Any, str]]) -> Table:
    """Return one row for each value, of whatever kind."""
    texts = words(value for value, _ in values.values())
    rows = tuple(
        (readable(name), f"{text} {say(unit)}".strip())
        for (name, (_, unit)), text in zip(values.items(), texts, strict=True)
    )
    numbers = all(is_number(value) for value, _ in values.values())
    return Table(("", ""), rows, names=1, aligned=(False, numbers))


def _line(value: object) -> Table:
    """Return what has no name."""
    return Table(("",), (tuple(words([value])),), names=0, aligned=(False,))


def _plain(value: Any, percent: bool = False) -> Any:
    """Return arrays and ranges as lists, and shares as per cents if they are to be."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, tuple | range):
        value = list(value)
    if not percent:
        return value
    if type(value) is list:
        return [inner * 100 if is_number(inner) else inner for inner in value]
    if type(value) is dict:
        return {key: inner * 100 if is_number(inner) else inner for key, inner in value.items()}
    return value * 100 if is_number(value) or is_frame(value) else value


def _display(*tables: Table) -> None:
    ipython = sys.modules.get("IPython")
    if ipython and ipython.get_ipython():
        ipython.display.display(*tables)
    else:
        print(*tables, sep="\n\n")
