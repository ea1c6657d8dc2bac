"""All that some sliders can show, drawn beforehand: a small table for each width of a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from thousandfold.core import Model, Robustness, readable
from thousandfold.drawing import HOUSE, NARROW, Drawing, draw, figure_of
from thousandfold.drawing.recorded import UNITS, Recorder
from thousandfold.errors import ExplainedError
from thousandfold.picture import Picture
from thousandfold.player.columns import numbers_of
from thousandfold.player.text import NUMBERS
from thousandfold.teaching.sliders import SliderRange, company_of, picture_at

SIZES = {"wide": HOUSE, "narrow": NARROW}
"""How wide a page may be: of a laptop, and of a telephone."""

MOST_PICTURES = 400
_PICTURES = 81  # unless somebody asks for more
_ONE_SLIDER = 21
_FEWEST = 3


@dataclass(frozen=True)
class Control:
    """One slider: what it moves, and where it can stand.

    Attributes
    ----------
    name : str
    label : str
        What people read beside it.
    values : tuple of float
        The places it has, in order.
    start : int
        Which of them it begins at.
    unit : str
        Of the values.
    words : tuple of str
        What each place is called, where it is no number.
    """

    name: str
    label: str
    values: tuple[float, ...]
    start: int = 0
    unit: str = ""
    words: tuple[str, ...] = ()


def explored(
    model: Model | Robustness,
    *names: str,
    of: str | None = None,
    steps: int | None = None,
    pictures: int = _PICTURES,
    widths: Collection[str] = tuple(SIZES),
) -> dict[str, dict[str, Any]]:
    """Draw what `explore` shows for every setting of its sliders.

    Parameters
    ----------
    model : Model or Robustness
        Where to start.
    *names : str
        Parameters to move.
    of : str, optional
        What to show; the model's own choice by default.
    steps : int, optional
        Places of each slider, at most; by default 21 of one slider, 9 of two, fewer of more.
    pictures : int, optional
        How many there are at most where `steps` does not say it; each slider has 3 places or more.
    widths : collection of str, optional
        Which of `SIZES` are drawn.

    Returns
    -------
    dict
        A table for each of the widths, see `table`.

    Raises
    ------
    ExplainedError
        If a name is unknown, or there would be more than 400 pictures.
    """
    company = company_of(model, names)
    if steps is None:
        steps = max(_FEWEST, min(_ONE_SLIDER, int(pictures ** (1 / len(names)) + 1e-9)))
    if steps < _FEWEST:
        raise ExplainedError(
            "a slider has 3 places or more, its start and both ends: take more steps, or name "
            "fewer parameters"
        )
    controls = [_control(company, name, steps) for name in names]

    def picture_of(settings: Mapping[str, float]) -> Picture:
        return picture_at(model, dict(settings), of)

    return table(controls, picture_of, widths=widths)


def table(
    controls: Sequence[Control],
    picture_of: Callable[[Mapping[str, float]], Picture],
    *,
    widths: Collection[str] = tuple(SIZES),
) -> dict[str, dict[str, Any]]:
    """Draw a picture for every setting of some sliders.

    Parameters
    ----------
    controls : sequence of Control
    picture_of : callable
        Takes a value for each name and returns a picture, all of one kind; what it refuses with an
        `ExplainedError` is said in place of a picture.
    widths : collection of str, optional
        Which of `SIZES` are drawn.

    Returns
    -------
    dict
        For each width plain data for JSON: ``controls``; ``size``, width and height in units of
        the marks; ``marks``, each kind of mark once; and ``pictures``, in the order of the
        settings, the last slider fastest, each with its ``sentence`` and its ``title`` and the
        numbers of its ``marks`` from back to front, or with what was ``refused``. Each picture has
        the ruler of the first, longer where it does not hold it, as a slider that is moved there at
        once. Beside the widths stand `NUMBERS`, as `numbers_of` gives them, if there are any.

    Raises
    ------
    ExplainedError
        If there would be more than 400 pictures.
    """
    settings = list(product(*(control.values for control in controls)))
    if len(settings) > MOST_PICTURES:
        raise ExplainedError(
            f"these sliders have {len(settings):,} settings, and at most {MOST_PICTURES} pictures "
            "are drawn: take fewer steps, or fewer sliders"
        )
    names = [control.name for control in controls]
    start = {control.name: control.values[control.start] for control in controls}
    first = picture_of(start)
    shown = [_shown(picture_of, dict(zip(names, values, strict=True))) for values in settings]
    told = [_told(control) for control in controls]
    made = {
        name: _table(told, first, shown, size) for name, size in SIZES.items() if name in widths
    }
    numbers = numbers_of([None if isinstance(one, str) else one for one in shown])
    return {**made, NUMBERS: numbers} if numbers else made


def _control(model: Model, name: str, steps: int) -> Control:
    described, value = model.quantities()[name], getattr(model, name)
    values = SliderRange.of(described, value).places(steps)
    start = min(range(len(values)), key=lambda place: abs(values[place] - value))
    return Control(name, readable(name), tuple(values), start, described.unit)


def _told(control: Control) -> dict[str, Any]:
    unit = "" if control.unit in ("", control.label) else f" ({control.unit})"
    words = control.words or tuple(f"{value:,.12g}" for value in control.values)
    return {"label": f"{control.label}{unit}", "words": list(words), "start": control.start}


def _shown(
    picture_of: Callable[[Mapping[str, float]], Picture], settings: Mapping[str, float]
) -> Picture | str:
    try:
        return picture_of(settings)
    except ExplainedError as error:
        return str(error)


def _table(
    controls: list[dict[str, Any]],
    first: Picture,
    shown: Sequence[Picture | str],
    size: tuple[float, float],
) -> dict[str, Any]:
    drawing = draw(first, size=size)
    marks: dict[str, int] = {}
    return {
        "controls": controls,
        "size": [round(side * UNITS) for side in figure_of(drawing.ax).get_size_inches()],
        "pictures": list(_pictures(drawing, shown, marks)),
        "marks": [json.loads(mark) for mark in marks],
    }


def _pictures(
    drawing: Drawing[Any], shown: Sequence[Picture | str], marks: dict[str, int]
) -> Iterator[dict[str, Any]]:
    put_back = drawing.ruler()
    recorder = Recorder(figure_of(drawing.ax))
    for picture in shown:
        if isinstance(picture, str):
            yield {"refused": picture}
            continue
        put_back()
        drawing.update(picture)
        painted = (json.dumps(mark, ensure_ascii=False) for mark in recorder.marks())
        numbers = [marks.setdefault(mark, len(marks)) for mark in painted]
        yield {"title": picture.title, "sentence": picture.sentence, "marks": numbers}
