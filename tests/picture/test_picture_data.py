"""The data of each kind of picture: what must add up, and what is refused in a sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thousandfold import ExplainedError
from thousandfold.picture import (
    AreaMap,
    Change,
    Changes,
    Dots,
    HeatMap,
    Hill,
    Hills,
    Layer,
    Loop,
    Loops,
    Network,
    Picture,
    Row,
    Stack,
    Stand,
    Strip,
)
from thousandfold.picture.area_map import squarified

SAID = {"title": "t", "sentence": "s"}

GOOD: dict[type[Picture], dict[str, Any]] = {
    Network: {"groups": [0, 0, 1, 1], "ties": [[0, 1], [1, 2], [2, 3]]},
    HeatMap: {
        "x": [0, 1],
        "y": [0, 1, 2],
        "values": np.ones((3, 2)),
        "x_label": "x",
        "y_label": "y",
    },
    AreaMap: {"names": ("a", "b"), "sizes": [3, 1], "ties": [[0, 2], [2, 0]]},
    Strip: {"rows": (Row("r", [1, 0.5], [0, 1]),)},
    Dots: {"seats": 10, "now": 2, "later": 8},
    Hills: {
        "x": [0, 1, 2],
        "hills": (Hill("h", [1, 2, 1]),),
        "stands": (Stand("p", 1, [2]),),
        "x_label": "x",
        "y_label": "y",
    },
    Stack: {"columns": ("a",), "layers": (Layer("l", [2]),), "unit": "hours"},
    Loops: {"loops": (Loop("l", (("a", 1), ("b", -1))),)},
    Changes: {"rows": (Change("late", 0.4, 0.7, 0.5, 0.9),), "x_label": "right"},
}


def made(kind: type[Picture], **changes: Any) -> Picture:
    return kind(**SAID, **{**GOOD[kind], **changes})


BAD: list[tuple[type[Picture], dict[str, Any], str]] = [
    (Network, {"groups": [], "ties": []}, "groups is empty: there is nothing to draw"),
    (Network, {"groups": [0, np.nan, 0, 0]}, "has a gap"),
    (Network, {"groups": [0] * 401, "ties": []}, "401 dots are too many to see: 400 at most"),
    (Network, {"ties": [[0, 1]] * 10_001}, "10,001 lines are too many to see"),
    (Network, {"ties": [[0, 9]]}, r"ties must be in 0\.\.3, not 9"),
    (Network, {"ties": [0, 1]}, "ties must be any number x 2, not 2"),
    (Network, {"ties": "everybody"}, "ties must be numbers, not 'everybody'"),
    (Network, {"weights": [1, np.inf, 1]}, "weights has a gap"),
    (Network, {"sizes": [1, 2]}, "sizes must be 4, not 2"),
    (Network, {"away": (7,)}, "away must be nodes, counted from 0 to 3"),
    (Network, {"names": ("one",)}, "2 groups need as many names"),
    (Network, {"centre": 4}, "centre must be a node"),
    (HeatMap, {"values": [[1, np.nan]] * 3}, "values has a gap"),
    (HeatMap, {"values": [[1, 1]]}, "values must be 3 x 2, not 1 x 2"),
    (HeatMap, {"x": [1, 1]}, "x of a heat map needs two or more increasing places"),
    (HeatMap, {"x": [1], "values": np.ones((3, 1))}, "needs two or more"),
    (HeatMap, {"x": range(200), "y": range(200)}, "40,000 cells are too many to see"),
    (HeatMap, {"levels": (1.0,)}, "1 levels need as many names, not 0"),
    (HeatMap, {"levels": (1.0, 0.5), "level_names": ("a", "b")}, "levels .* must increase"),
    (AreaMap, {"names": (), "sizes": [], "ties": []}, "sizes is empty: there is nothing"),
    (AreaMap, {"sizes": [1, 0]}, "sizes of areas must be above 0"),
    (AreaMap, {"sizes": [1, np.nan]}, "sizes has a gap"),
    (AreaMap, {"ties": [[0]]}, "ties must be 2 x 2, not 1 x 1"),
    (AreaMap, {"gone": (1, 1)}, "gone must name areas from 0 to 1, each once"),
    (Strip, {"rows": ()}, "a strip needs a row: there is nothing to draw"),
    (Strip, {"rows": tuple(Row("r", [1], [0]) for _ in range(7))}, "7 rows are too many"),
    (Strip, {"rows": (Row("r", [1] * 61, [0] * 61),)}, "61 weeks are too many to see"),
    (Strip, {"rows": (Row("a", [1], [0]), Row("b", [1, 1], [0, 0]))}, "equally long"),
    (Changes, {"rows": ()}, "a picture of changes needs a row: there is nothing to draw"),
    (Changes, {"rows": (Change("a", 0, 1, 0, 1),) * 17}, "17 rows are too many to see"),
    (AreaMap, {"worth": (("before", -1),)}, "worth of before must be 0 or above, not -1"),
    (Dots, {"seats": 0, "now": 0, "later": 0}, "a hall needs a seat"),
    (Dots, {"seats": 401}, "401 seats are too many to see: 400 at most"),
    (Dots, {"now": 11}, "now must be seats from 0 to 10, not 11"),
    (Dots, {"tipping": 0.2}, "tipping and full belong together"),
    (Dots, {"tipping": 0.9, "full": 0.2}, "with the tipping point below, not 0.9 and 0.2"),
    (Dots, {"tipping": np.nan, "full": 0.2}, "must be shares"),
    (Hills, {"x": [0]}, "two or more increasing places"),
    (Hills, {"hills": ()}, "there is no hill"),
    (Hills, {"hills": (Hill("h", [1, np.nan, 1]),)}, "the height of h has a gap"),
    (Hills, {"stands": (Stand("p", 5, [2]),)}, r"the place of p must be in 0\.\.2, not 5"),
    (Hills, {"stands": (Stand("p", 1, [2, 2]),)}, "what p wins must be 1, not 2"),
    (Stack, {"columns": ()}, "a stack needs a column and a layer"),
    (Stack, {"layers": (Layer("l", [-1]),)}, "the layer 'l' must be 0 or above, not -1"),
    (Stack, {"layers": tuple(Layer("l", [1]) for _ in range(9))}, "9 layers are too many"),
    (Loops, {"loops": ()}, "there is no loop: there is nothing to draw"),
    (Loops, {"lit": ("fame",)}, "there is no loop 'fame' to light"),
]


@pytest.mark.parametrize("kind", GOOD)
def test_what_is_good_is_taken_and_is_plain_data(kind: type[Picture]) -> None:
    told = made(kind).data()
    assert told["kind"] == kind.__name__
    json.dumps(told, allow_nan=False)


@pytest.mark.parametrize(("kind", "wrong", "said"), BAD)
def test_what_cannot_be_drawn_is_refused_in_a_sentence(
    kind: type[Picture], wrong: dict[str, Any], said: str
) -> None:
    with pytest.raises(ExplainedError, match=said):
        made(kind, **wrong)


def test_parts_of_a_picture_are_checked_where_they_are_made() -> None:
    for part, said in [
        (lambda: Row("r", [], []), "left is empty"),
        (lambda: Row("r", [1, np.nan], [0, 0]), "left has a gap"),
        (lambda: Row("r", [1, 1], [0]), "stopped must be 2, not 1"),
        (lambda: Row("r", [1], [0], stops=1.5), r"stops must be in 0\.\.1, not 1.5"),
        (lambda: Change("late", 0.4, 1.7, 0, 1), r"after of late must be in 0\.\.1, not 1.7"),
        (lambda: Change("late", 0.4, np.nan, 0, 1), "after of late has a gap"),
        (lambda: Change("late", 0.4, 0.7, 0.9, 0.5), "the interval of late must begin below"),
        (lambda: Loop("alone", (("a", 1),)), "the loop 'alone' needs two things or more"),
        (lambda: Loop("odd", (("a", 1), ("b", 2))), "each link of 'odd' needs a sign"),
        (lambda: Loop("long", (("a", 1),) * 9), "9 links in 'long' are too many to see"),
    ]:
        with pytest.raises(ExplainedError, match=said):
            part()


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=60))
def test_areas_fill_the_box_and_none_lies_on_another(sizes: list[float]) -> None:
    ordered = np.sort(sizes)[::-1]
    boxes = squarified(ordered, 1.25, 1.0)
    areas = boxes[:, 2] * boxes[:, 3]
    np.testing.assert_allclose(areas, 1.25 * ordered / ordered.sum(), rtol=1e-9)
    left, bottom, right, top = *boxes[:, :2].T, *(boxes[:, :2] + boxes[:, 2:]).T
    # What is left beside a very large area is known to fewer digits.
    assert min(left.min(), bottom.min()) > -1e-6
    assert right.max() < 1.25 + 1e-6
    assert top.max() < 1 + 1e-6
    wide = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    high = np.minimum(top[:, None], top) - np.maximum(bottom[:, None], bottom)
    shared = np.maximum(wide, 0) * np.maximum(high, 0)
    np.testing.assert_allclose(shared, np.diag(areas), atol=1e-6)


def test_an_area_that_leaves_keeps_its_size_and_moves_no_other() -> None:
    ties = 5.0 * (1 - np.eye(4))
    stay = AreaMap(("a", "b", "c", "d"), [4, 3, 2, 1], ties, **SAID)
    gone = replace(stay, gone=(2, 0))
    np.testing.assert_array_equal(stay.boxes, gone.boxes)
    np.testing.assert_allclose(
        gone.outside[:, 2] * gone.outside[:, 3], (stay.boxes[:, 2] * stay.boxes[:, 3])[[2, 0]]
    )
    assert (gone.outside[:, 0] > stay.boxes[:, 0].max()).all()
    assert stay.crossing == 0
    assert gone.crossing == pytest.approx(5 / 6)  # all pairs but b and d


def test_the_website_away_cuts_off_who_had_no_other_tie() -> None:
    star = Network([0, 0, 1, 1], [[0, 1], [0, 2], [0, 3], [2, 3]], away=(0,), **SAID)
    assert star.cut_off.tolist() == [False, True, False, False]
    assert star.cut_off_pairs == pytest.approx(2 / 3)
    assert star.crossing == pytest.approx(2 / 4)
    everybody = replace(star, away=())
    assert not everybody.cut_off.any()
    assert everybody.cut_off_pairs == 0


@pytest.mark.parametrize(
    "sizes", [[1], [1, 1], [8] * 13, [2] * 40, [30, 1, 1, 5], [100], [7, 0, 7]]
)
@pytest.mark.parametrize("centre", [None, 0])
def test_nodes_stand_inside_the_picture_on_circles_that_do_not_meet(
    sizes: list[int], centre: int | None
) -> None:
    groups = np.repeat(np.arange(len(sizes)), sizes)
    network = Network(groups, [], centre=centre, **SAID)
    assert (abs(network.places) <= [2, 1.0001]).all()
    circles = network.circles[network.circles[:, 2] > 0]
    apart = np.hypot(*(circles[:, None, :2] - circles[None, :, :2]).transpose(2, 0, 1))
    touching = circles[:, None, 2] + circles[:, 2]
    np.fill_diagonal(touching, 0)
    assert (apart >= touching).all()
    if centre is None:
        assert len(np.unique(network.places.round(6), axis=0)) == len(groups)
    else:
        assert network.places[centre].tolist() == [0, 0]


def test_a_hall_counts_everybody_once() -> None:
    for now, later in [(19, 0), (21, 80), (50, 50), (0, 0), (100, 80)]:
        hall = Dots(100, now, later, **SAID)
        assert (hall.stay + hall.leave, hall.stay + hall.come) == (now, later)


def test_a_loop_says_what_it_does() -> None:
    debt = Loop("Debt", (("debt", 1), ("time lost", -1), ("repayment", -1)))
    assert debt.sentence == (
        "Debt, reinforcing: more debt makes more time lost, more time lost makes less repayment, "
        "more repayment makes less debt."
    )
    assert not Loop("Rest", (("work", 1), ("sleep", -1))).reinforcing


def test_rectangles_are_as_square_as_in_the_paper_that_gave_them_their_name() -> None:
    """Bruls, Huizing and van Wijk's example: a box of 6 by 4, and its first five rectangles."""
    boxes = squarified([6, 6, 4, 3, 2, 2, 1], 6, 4)
    sides = [(3, 2), (3, 2), (12 / 7, 7 / 3), (9 / 7, 7 / 3), (1.2, 5 / 3)]
    np.testing.assert_allclose(boxes[:5, 2:], sides)
