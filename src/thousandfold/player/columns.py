"""The numbers behind pictures, for whoever wants to see them in a spreadsheet."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from thousandfold.picture import Picture

_DIGITS = 6


def numbers_of(shown: Sequence[Picture | None]) -> dict[str, Any]:
    """Return the tables of some pictures.

    Parameters
    ----------
    shown : sequence of Picture or None
        In the order of the settings.

    Returns
    -------
    dict
        Plain data for JSON: ``columns``, each once, for most pictures share their x; and
        ``pictures``, for each its columns as pairs of a name and a number, none for what was
        refused. Empty where no picture is a table.
    """
    columns: dict[str, int] = {}
    pictures = []
    for picture in shown:
        table = {} if picture is None else picture.numbers()
        written = {name: json.dumps([_short(one) for one in table[name]]) for name in table}
        pictures.append([[n, columns.setdefault(c, len(columns))] for n, c in written.items()])
    made = [json.loads(column) for column in columns]
    return {"columns": made, "pictures": pictures} if made else {}


def _short(value: Any) -> Any:
    """Return a value as it is read: no digits that nobody can see in a picture."""
    if not isinstance(value, int | float):
        return value
    if not math.isfinite(value):
        return None
    short = float(f"{value:.{_DIGITS}g}")
    return int(short) if short == int(short) else short
