"""Models shown in a terminal: `python -m thousandfold.teaching.demonstration debt`."""

from __future__ import annotations

import inspect
import sys
from importlib import import_module
from pkgutil import iter_modules

import numpy as np

from thousandfold import models
from thousandfold.core import Model, number
from thousandfold.errors import ExplainedError
from thousandfold.picture import Lines, Picture

_ROWS = 9


def demonstrate(*shown: Model | Picture) -> None:
    """Print the card of each model, and each picture as a table and a sentence.

    Parameters
    ----------
    *shown : Model or Picture
        A model is shown by its card and its own picture.
    """
    for item in shown:
        if isinstance(item, Model):
            print(item.card(), end="\n\n")
            print(as_table(item.picture()), end="\n\n")
        else:
            print(as_table(item), end="\n\n")


def models_of(subject: str) -> list[type[Model]]:
    """Return the models that one file of `thousandfold.models` defines.

    Raises
    ------
    ExplainedError
        If there is no such file.
    """
    there = [module.name for module in iter_modules(models.__path__)]
    if subject not in there:
        raise ExplainedError(f"there is no subject {subject!r}; there are {', '.join(there)}")
    module = import_module(f"{models.__name__}.{subject}")
    return [
        kind
        for kind in vars(module).values()
        if inspect.isclass(kind) and issubclass(kind, Model) and kind.__module__ == module.__name__
    ]


def as_table(picture: Picture) -> str:
    """Return a picture as text: its lines at a few places, if it has any, then its sentence."""
    if not isinstance(picture, Lines):
        return "\n\n".join(part for part in (picture.title, picture.sentence) if part)
    lines = [series for series in picture.series if not series.points and not series.measured]
    longest = max(lines, key=lambda series: np.size(series.x))
    x = np.asarray(longest.x, dtype=float)
    places = x[np.unique(np.linspace(0, len(x) - 1, _ROWS).round().astype(int))]
    columns = [[picture.x_label, *map(number, places)]]
    for series in lines:
        known = np.asarray(series.x, dtype=float)
        y = np.interp(places, known, np.asarray(series.y, dtype=float))
        inside = (places >= known.min()) & (places <= known.max())
        name = series.label or picture.y_label
        columns.append([name, *(number(v) if ok else "" for v, ok in zip(y, inside, strict=True))])
    widths = [max(map(len, column)) for column in columns]
    rows = [
        "  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True))
        for row in zip(*columns, strict=True)
    ]
    return "\n".join([picture.title, picture.y_label, "", *rows, "", picture.sentence])


if __name__ == "__main__":
    try:
        demonstrate(*(kind() for subject in sys.argv[1:] for kind in models_of(subject)))
    except ExplainedError as error:
        sys.exit(f"demonstration: {error}")
