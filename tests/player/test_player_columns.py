"""The numbers behind a picture, as columns of a table."""

from __future__ import annotations

import math

import numpy as np
import pytest

from thousandfold import Lines, Series
from thousandfold.models import AverageUser, Debt, ErrorBudgetPolicy, Squads
from thousandfold.picture import (
    AreaMap,
    Change,
    Changes,
    Dots,
    Hill,
    Hills,
    Layer,
    Picture,
    Row,
    Stack,
    Strip,
)
from thousandfold.player.columns import numbers_of

SAID = {"title": "A", "sentence": "A."}


def lines(*series: Series) -> Lines:
    return Lines(series, "year", "rent (dollars)", **SAID)


def test_lines_share_their_x_and_a_place_that_one_lacks_is_empty() -> None:
    first, second = Series("flat", [1, 2, 3], [5, 6, 7]), Series("house", [2, 4], [9, 8])
    assert lines(first, second).numbers() == {
        "year": [1, 2, 3, 4],
        "flat: rent (dollars)": [5, 6, 7, None],
        "house: rent (dollars)": [None, 9, None, 8],
    }


def test_a_band_and_lines_without_a_name_have_columns_of_their_own() -> None:
    band = Series("", [1], [5], low=[4], high=[6])
    assert lines(band, Series("", [1], [7])).numbers() == {
        "year": [1],
        "rent (dollars)": [5],
        "rent (dollars), from": [4],
        "rent (dollars), to": [6],
        "rent (dollars) (2)": [7],
    }


def test_a_line_that_stands_upright_keeps_all_its_points() -> None:
    upright = Series("wall", [1, 1, 2, math.nan], [0, 5, 5, 5])
    numbers = lines(upright, Series("floor", [1], [0])).numbers()
    assert numbers["year"] == [1, 1, 2]
    assert numbers["wall: rent (dollars)"] == [0, 5, 5]
    assert numbers["floor: rent (dollars)"] == [0, None, None]


@pytest.mark.parametrize(
    ("picture", "columns"),
    [
        (
            Stack(("now", "then"), (Layer("work", [3, 2]),), "hours", **SAID),
            {"stack": ("now", "then"), "work: hours": [3, 2]},
        ),
        (
            Strip((Row("kept", [0.9, 0.4], [False, True]),), **SAID),
            {
                "week": range(1, 3),
                "kept: share of the budget that is left": [0.9, 0.4],
                "kept: stopped": ["no", "yes"],
            },
        ),
        (
            Hills([0, 1], (Hill("casual", [6, 4]),), (), "depth", "users", **SAID),
            {"depth": [0, 1], "casual: users": [6, 4]},
        ),
        (
            AreaMap(("a", "b"), [2, 1], np.zeros((2, 2)), gone=(1,), **SAID),
            {"area": ("a", "b"), "size": [2, 1], "where": ["inside", "outside"]},
        ),
        (
            Changes((Change("late", 0.4, 0.75, 0.5, 0.9),), "right", **SAID),
            {
                "": ["late"],
                "before (%)": [40],
                "after (%)": [75],
                "after, from (%)": [50],
                "after, to (%)": [90],
            },
        ),
        (Squads(people=20, squad=10).picture("people"), {}),
    ],
    ids=lambda one: type(one).__name__,
)
def test_each_kind_of_picture_has_its_columns(picture: Picture, columns: object) -> None:
    assert picture.numbers() == columns


def test_a_hall_tells_its_seats() -> None:
    hall = Dots(seats=100, now=20, later=80, tipping=0.15, full=0.8, **SAID)
    assert hall.numbers()["seats"] == [100, 20, 80, 15, 80]
    assert Dots(seats=100, now=20, later=0, **SAID).numbers()["seats"] == [100, 20, 0, None, None]


def test_a_column_that_pictures_share_is_told_once_and_shortly() -> None:
    one, two = (lines(Series("a", [1, 2], [up, math.pi])) for up in (1.0, 2.5))
    assert numbers_of([one, None, two]) == {
        "columns": [[1, 2], [1, 3.14159], [2.5, 3.14159]],
        "pictures": [
            [["year", 0], ["a: rent (dollars)", 1]],
            [],
            [["year", 0], ["a: rent (dollars)", 2]],
        ],
    }
    assert numbers_of([Squads(people=20, squad=10).picture("people"), None]) == {}


@pytest.mark.parametrize("model", [Debt(), ErrorBudgetPolicy(), AverageUser()])
def test_columns_of_a_model_are_equally_long(model: object) -> None:
    for name in model.pictures():  # type: ignore[attr-defined]
        columns = model.picture(name).numbers()  # type: ignore[attr-defined]
        assert len({len(column) for column in columns.values()}) <= 1
