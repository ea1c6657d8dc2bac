"""Pictures on a telephone: whole words inside the figure that do not meet, in every lesson."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import nbformat
import numpy as np
import pytest
from conftest import ROOT, lessons
from test_drawn_kinds import PAIRS, pair
from test_every_picture import ALL, picture_of

from thousandfold.drawing import HOUSE, NARROW, draw, figure_of
from thousandfold.drawing.recorded import UNITS, Recorder
from thousandfold.drawing.words import width
from thousandfold.picture import Picture
from thousandfold.player import lesson
from thousandfold.player.lesson import CodeCell, tables_of
from thousandfold.player.table import SIZES, explored

POINT = UNITS / 72
ALONG = {"start": 0.0, "middle": 0.5, "end": 1.0}
ABOVE, BELOW = 0.74, 0.2  # of their size: how far words reach from the line they stand on
TOUCH = 2  # units: a hundredth of an inch is not seen

Mark = dict[str, Any]


def box_of(mark: Mark) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of words, as they are drawn in the figure's own font."""
    size = mark["size"]
    wide = width(mark["words"], size / POINT, mark.get("bold", False)) * POINT
    left = mark["x"] - ALONG[mark.get("anchor", "start")] * wide
    return left, mark["y"] - ABOVE * size, left + wide, mark["y"] + BELOW * size


def faults(marks: list[Mark], size: tuple[float, float]) -> Iterator[str]:
    """Yield what cannot be read in a picture of some size, in units of its marks."""
    written = [(mark["words"], box_of(mark)) for mark in marks if "words" in mark]
    for words, (left, top, right, bottom) in written:
        if min(left, top) < 0 or right > size[0] or bottom > size[1]:
            yield f"{words!r} is not inside the figure"
        if "…" in words:
            yield f"{words!r} is cut"
    for (words, one), (others, other) in combinations(written, 2):
        across = min(one[2], other[2]) - max(one[0], other[0])
        up = min(one[3], other[3]) - max(one[1], other[1])
        if min(across, up) > TOUCH:
            yield f"{words!r} and {others!r} meet"


def faults_of(picture: Picture) -> list[str]:
    figure = figure_of(draw(picture, size=NARROW).ax)
    return list(faults(Recorder(figure).marks(), tuple(figure.get_size_inches() * UNITS)))


@pytest.mark.parametrize("stem", lessons())
def test_every_slider_of_a_lesson_has_its_tables_and_can_be_read_at_its_start_and_its_ends(
    stem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lesson, "explored", lambda *a, **k: explored(*a, steps=3, **k))
    notebook = nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4)
    cells = [CodeCell(one.id, one.source) for one in notebook.cells if one.cell_type == "code"]
    found = dict(tables_of(cells))
    assert list(found) == [cell.name for cell in cells if "explore(" in cell.source]
    for name, tables in found.items():
        assert not isinstance(tables, str), f"{name}: {tables}"
        for size in SIZES:
            made = tables[size]
            pictures = [one for one in made["pictures"] if "refused" not in one]
            assert len({one["sentence"] for one in pictures}) > 1, "nothing moves"
            assert max(max(one["marks"]) for one in pictures) < len(made["marks"])
        narrow = tables["narrow"]
        for picture in narrow["pictures"]:
            marks = [narrow["marks"][number] for number in picture.get("marks", ())]
            assert list(faults(marks, narrow["size"])) == [], f"{name}: {picture.get('title')}"


@pytest.mark.parametrize("name", ALL)
def test_every_picture_of_every_model_can_be_read(name: str) -> None:
    assert faults_of(picture_of(name)) == []


@pytest.mark.parametrize("of", PAIRS)
def test_a_picture_that_takes_the_place_of_another_can_be_read(of: str) -> None:
    first, second = pair(of)
    drawing = draw(first, size=NARROW)
    drawing.update(second)
    figure = figure_of(drawing.ax)
    size = tuple(figure.get_size_inches() * UNITS)
    assert list(faults(Recorder(figure).marks(), size)) == []


def test_only_a_narrow_figure_of_its_own_is_laid_out_for_a_telephone() -> None:
    first, _ = pair("year")
    assert draw(first, size=NARROW).narrow
    assert not draw(first).narrow
    narrow = draw(first, size=NARROW).ax
    assert not draw(first, narrow).narrow, "somebody's own axes stay as they are"
    np.testing.assert_allclose(figure_of(draw(first).ax).get_size_inches(), HOUSE)
