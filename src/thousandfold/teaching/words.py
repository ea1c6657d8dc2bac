"""Values of any kind as people say them: yes, unknown, 1,153,368, without end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import TypeGuard

import numpy as np

from thousandfold.language import english, say
from thousandfold.language.lists import parted
from thousandfold.teaching.digits import figures

_MOST_TOLD = 12
_DEEPEST = 3
_LONGEST = 200


def words(values: Iterable[object], heading: str = "", depth: int = 0) -> list[str]:
    """Return values that stand below each other as people say them.

    Parameters
    ----------
    values : iterable
        Of anything.
    heading : str
        What stands above. Years are written without a comma; several whole numbers that could all
        be years are taken for years below any heading.
    depth : int
        How many lists they stand in.

    Examples
    --------
    >>> words([1153368.0, True, None, "tsdb", float("inf")])
    ['1,153,368', 'yes', 'nothing', 'tsdb', 'without end']
    """
    plain = [value.item() if isinstance(value, np.generic) else value for value in values]
    numbers = [value for value in plain if is_number(value)]
    years = all(value in range(1900, 2101) for value in numbers) and (
        "year" in english(heading).lower() or _several_whole(numbers)
    )
    written = iter([f"{value:.0f}" for value in numbers] if years else figures(numbers))
    return [next(written) if is_number(value) else _word(value, depth) for value in plain]


def _several_whole(numbers: list[float]) -> bool:
    return len(numbers) > 1 and all(isinstance(value, int) for value in numbers)


def is_number(value: object) -> TypeGuard[float]:
    """Whether it is a number, of numpy or not; True is none."""
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)


def _word(value: object, depth: int) -> str:
    if isinstance(value, str):
        line = say(" ".join(value.split()))
        return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if value is None:
        return say("nothing")
    if type(value).__name__ in {"NaTType", "NAType"}:  # what pandas has for a gap
        return say("unknown")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}".removesuffix(" 00:00")
    if isinstance(value, date):
        return value.isoformat()
    return _several(value, depth)


def _several(value: object, depth: int) -> str:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, Mapping | Sequence | set | frozenset):
        kind = type(value).__name__
        if callable(value):
            return say("a function")
        return say("something of the kind {kind}, which has no words", kind=kind)
    if not value:
        return say("nothing")
    if depth == _DEEPEST:
        return say("and so on")
    told = list(islice(value, _MOST_TOLD))
    said = words(told, depth=depth + 1)
    if isinstance(value, Mapping):
        inside = words([value[key] for key in told], depth=depth + 1)
        said = [
            say("{key}: {inner}", key=key, inner=inner)
            for key, inner in zip(said, inside, strict=True)
        ]
    left = len(value) - len(told)
    more = [say("and {left:,} more", left=left)] if left else []
    told_all = parted(said + more)
    return f"({told_all})" if depth else told_all
