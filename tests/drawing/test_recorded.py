"""What a page draws again is what matplotlib drew: the same places, words and looks."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from test_drawn_kinds import PAIRS, pair

from thousandfold import Lines, Note, Series
from thousandfold.drawing import NARROW, draw, figure_of
from thousandfold.drawing.recorded import UNITS, Recorder
from thousandfold.models import Debt, Squads, TeamWeek
from thousandfold.picture import Picture

SIZE = (8.0, 4.8)


def marks_of(picture: Picture, size: tuple[float, float] = SIZE) -> list[dict[str, Any]]:
    return Recorder(figure_of(draw(picture, size=size).ax)).marks()


def words_of(marks: list[dict[str, Any]]) -> str:
    return " ".join(mark["words"] for mark in marks if "words" in mark)


def places_of(path: str) -> list[tuple[int, int]]:
    """Return where a path goes, as a browser reads it: M is a place, all else is from the last."""
    found: list[tuple[int, int]] = []
    for letter, numbers in re.findall(r"([Mlqc])([-\d ]+)", path):
        values = [int(number) for number in numbers.split()]
        steps = list(zip(values[::2], values[1::2], strict=True))
        every = {"q": 2, "c": 3}.get(letter, 1)
        for x, y in steps[every - 1 :: every]:
            found.append((x, y) if letter == "M" else (found[-1][0] + x, found[-1][1] + y))
    return found


@pytest.mark.parametrize("size", [SIZE, NARROW])
@pytest.mark.parametrize("of", PAIRS)
def test_every_kind_of_picture_is_plain_data_with_its_words(
    of: str, size: tuple[float, float]
) -> None:
    for picture in pair(of):
        figure = figure_of(draw(picture, size=size).ax)
        marks = Recorder(figure).marks()
        json.dumps(marks, allow_nan=False)
        said = words_of(marks).replace("\N{NO-BREAK SPACE}", " ")
        assert picture.title.split()[0] in said
        assert set(said.split()) & set(picture.shown.replace("\N{NO-BREAK SPACE}", " ").split())
        wide, high = figure.get_size_inches() * UNITS
        places = [(m["x"], m["y"]) for m in marks if "words" in m]
        assert all(-10 < x < wide + 10 and 0 < y < high + 20 for x, y in places)


def test_a_line_goes_where_it_goes_in_the_figure() -> None:
    x, y = np.array([0.0, 1, 2, 4]), np.array([1.0, 5, 2, 8])
    picture = Lines(title="t", sentence="s", series=(Series("a", x, y),), x_label="x", y_label="y")
    drawing = draw(picture)
    [line] = [
        mark for mark in Recorder(figure_of(drawing.ax)).marks() if mark.get("stroke") == "#0b62b0"
    ]
    figure = figure_of(drawing.ax)
    real = drawing.ax.transData.transform(np.column_stack([x, y])) * UNITS / figure.dpi
    real[:, 1] = SIZE[1] * UNITS - real[:, 1]
    assert np.abs(np.array(places_of(line["path"])) - real).max() <= 1


def test_a_mark_at_the_edge_is_whole_and_a_band_stays_inside() -> None:
    x = np.arange(5.0)
    band = Series("a", x, x, low=x - 1, high=x + 1)
    edge = Series("", [4.0], [4.0], measured=True)
    picture = Lines(
        title="t", sentence="s", series=(band, edge), x_label="x", y_label="y",
        notes=(Note("here", 2.0, 2.0),),
    )  # fmt: skip
    marks = marks_of(picture)
    assert [mark["opacity"] for mark in marks if mark.get("fill") == "#0b62b0"] == [0.16]
    radii = [mark["radius"] for mark in marks if "dots" in mark]
    assert len(radii) == 2
    assert all(5 < radius < 20 for radius in radii)


def test_lines_between_dots_are_pairs_of_them() -> None:
    people = 30
    marks = marks_of(Squads(people=people, squad=1000).picture("people"))
    [ties] = [mark["ties"] for mark in marks if "ties" in mark and len(mark["ties"]) > 100]
    dots = sum(len(mark["dots"]) // 2 for mark in marks if "dots" in mark)
    assert -people <= min(ties) <= max(ties) < dots
    pairs = {frozenset(pair) for pair in zip(ties[::2], ties[1::2], strict=True)}
    here = people - 1 - 1  # somebody is ill, whose lines are faint, and whose mark is no dot
    assert len(pairs) >= here * (here + 1) / 2 - people


def test_halos_hatches_and_maps_are_kept() -> None:
    drawn = draw(Squads(people=60, squad=10).picture("people"))
    before = [text.get_path_effects() for text in drawn.ax.texts]
    Recorder(figure_of(drawn.ax)).marks()
    assert [text.get_path_effects() for text in drawn.ax.texts] == before
    assert {mark["hatch"] for mark in marks_of(TeamWeek().picture()) if "hatch" in mark} >= {"////"}
    [image] = [mark for mark in marks_of(Debt().picture("map")) if "image" in mark]
    assert image["image"].startswith("data:image/png;base64,")
    assert image["size"][0] > 800


def test_a_ruler_that_grew_can_be_put_back() -> None:
    def picture(high: float) -> Picture:
        line = Series("a", [0.0, 1.0], [0.0, high])
        return Lines(title="t", sentence="s", series=(line,), x_label="x", y_label="y")

    drawing = draw(picture(10))
    put_back = drawing.ruler()
    first = drawing.ax.get_ylim()
    drawing.update(picture(1000))
    assert drawing.ax.get_ylim()[1] >= 1000
    put_back()
    drawing.update(picture(5))
    assert drawing.ax.get_ylim() == first
