"""Named slips: wrong answers that many people give, and what to say about each.

Instructors write them in the hidden part of a test in `solutions/`. `make release` copies them to
`named_slips/`, where a learner who unfolds a test does not see them at one look. They are wrong
answers; a right one never stands there.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

Values = tuple[float | None, ...]  # None: any number

_written: dict[str, dict[Values, str]] = {}


def slips(name: str, says: Mapping[float | Sequence[float | None], str]) -> None:
    """Name the slips of one answer, for hidden tests.

    Parameters
    ----------
    name : str
        The answer: a number, a table or a function.
    says : mapping of float or sequence to str
        What to say about each wrong value: of a number; of a table, one for each key and None
        where any will do; of a function, what it gives for each example. ``{call}``,
        ``{result}`` and ``{right}`` are filled in for functions, from the first wrong example.

    Examples
    --------
    >>> slips("pairs", {90: "You counted each pair twice: A-B and B-A are one."})
    """
    _written[name] = {
        tuple(values) if isinstance(values, Sequence) else (values,): sentence
        for values, sentence in says.items()
    }


def said_of(name: str, found: Sequence[float]) -> str | None:
    """Return what is said about a wrong answer, if somebody foresaw it."""
    for values, sentence in (_written.get(name) or _released().get(name, {})).items():
        if len(values) == len(found) and all(map(_alike, found, values)):
            return sentence
    return None


def _alike(found: float, slip: float | None) -> bool:
    return slip is None or math.isclose(found, slip, rel_tol=1e-3, abs_tol=1e-9)


@cache
def _released() -> dict[str, dict[Values, str]]:
    """Return the slips of all exercises; `make release` refuses two of one name."""
    return {
        name: {tuple(values): sentence for values, sentence in said}
        for file in files("thousandfold.teaching").joinpath("named_slips").iterdir()
        if file.name.endswith(".json")
        for name, said in json.loads(file.read_text(encoding="utf-8")).items()
    }
