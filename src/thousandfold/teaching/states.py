"""All that sliders can show, computed beforehand: a table that plays where no Python runs."""

from __future__ import annotations

from itertools import product
from typing import Any

from thousandfold.core import Model, Robustness, readable
from thousandfold.errors import ExplainedError
from thousandfold.teaching.sliders import SliderRange, company_of, picture_at

MOST_PICTURES = 400
_PICTURES = 200  # unless somebody asks for more
_ONE_SLIDER = 21
_DIGITS = 4
_FEW_PAIRS = 2


def states(
    model: Model | Robustness, *names: str, of: str | None = None, steps: int | None = None
) -> dict[str, Any]:
    """Compute what `explore` shows, for every setting of its sliders, as plain data for JSON.

    Pictures stand in the order of the sliders' values, the last slider fastest. Each is only what
    differs from ``first``: a page puts it over a copy of that, key by key, in lists by place.
    Numbers have four digits. Ties of a network are ``{"runs": [[3, 4, 2], ...]}``: from 3 to 4 and
    the next, 2 ties in all. A setting that the model refuses has its sentence under ``refused``.

    Parameters
    ----------
    model : Model or Robustness
        Where to start.
    *names : str
        Parameters to move.
    of : str, optional
        What to show; the model's own choice by default.
    steps : int, optional
        Places of each slider, at most; by default 21 of one slider, 14 of two, fewer of more.

    Returns
    -------
    dict
        ``sliders`` (name, label, unit, values, start), ``first`` and ``pictures``.

    Raises
    ------
    ExplainedError
        If a name is unknown, or there would be more than 400 pictures.

    Examples
    --------
    >>> from thousandfold.models import RareNeed
    >>> table = states(RareNeed(), "by_hand", steps=5)
    >>> table["sliders"][0]["values"], len(table["pictures"])
    ([0.1, 4, 17.3, 30.6, 40], 5)
    """
    company = company_of(model, names)
    if steps is None:
        steps = min(_ONE_SLIDER, int(_PICTURES ** (1 / len(names)) + 1e-9))
    if steps < 3:
        raise ExplainedError(
            "a slider has 3 places or more, its start and both ends: take more steps, or name "
            "fewer parameters"
        )
    sliders = [_slider(company, name, steps) for name in names]
    settings = list(product(*(slider["values"] for slider in sliders)))
    if len(settings) > MOST_PICTURES:
        raise ExplainedError(
            f"these sliders have {len(settings):,} settings, and at most {MOST_PICTURES} pictures "
            f"are computed: take fewer steps than {steps}, or name fewer parameters"
        )
    start = {name: getattr(company, name) for name in names}
    first = _rounded(picture_at(model, start, of).data())
    return {
        "sliders": sliders,
        "first": first,
        "pictures": [
            _difference(first, _shown(model, dict(zip(names, setting, strict=True)), of))
            for setting in settings
        ],
    }


def _slider(model: Model, name: str, steps: int) -> dict[str, Any]:
    described, value = model.quantities()[name], getattr(model, name)
    values = SliderRange.of(described, value).places(steps)
    start = min(range(len(values)), key=lambda place: abs(values[place] - value))
    return {
        "name": name,
        "label": readable(name),
        "unit": described.unit,
        "values": values,
        "start": start,
    }


def _shown(model: Model | Robustness, settings: dict[str, float], of: str | None) -> Any:
    try:
        return _rounded(picture_at(model, settings, of).data())
    except ExplainedError as error:
        return {"refused": str(error)}


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(item) for name, item in value.items()}
    if isinstance(value, list) and len(value) > _FEW_PAIRS and all(map(_is_pair, value)):
        return {"runs": _runs(value)}
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    if not isinstance(value, float):
        return value
    short = float(f"{value:.{_DIGITS}g}")
    return int(short) if short.is_integer() else short


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(type(end) is int for end in value)


def _runs(pairs: list[list[int]]) -> list[list[int]]:
    """Return pairs in their order, those that go on from the one before as one."""
    runs: list[list[int]] = []
    for start, end in pairs:
        if runs and runs[-1][0] == start and sum(runs[-1][1:]) == end:
            runs[-1][2] += 1
        else:
            runs.append([start, end, 1])
    return runs


def _difference(first: Any, other: Any) -> Any:
    """Return what of `other` is not the same in `first`; lists of equal length go by place."""
    if isinstance(first, dict) and isinstance(other, dict):
        return _changed(first, other)
    lists = isinstance(first, list) and isinstance(other, list) and len(first) == len(other)
    if lists and any(isinstance(item, dict) for item in other):
        return _changed(dict(enumerate(first)), dict(enumerate(other)))
    return other


def _changed(first: dict[Any, Any], other: dict[Any, Any]) -> dict[str, Any]:
    return {
        str(key): _difference(first.get(key), item)
        for key, item in other.items()
        if first.get(key) != item
    }
