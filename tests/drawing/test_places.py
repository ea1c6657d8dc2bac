"""Where words stand: beside their point, and in nobody's way."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from thousandfold.drawing.places import free_place, free_places, lead_of

ROOM = (600.0, 270.0)


@pytest.mark.parametrize("seed", range(8))
def test_words_of_a_crowd_run_into_nothing(seed: int) -> None:
    generator = np.random.Generator(np.random.PCG64(seed))
    # As teams of one room stand: in a corner, where there is room elsewhere.
    points = [(float(x), float(y)) for x, y in generator.uniform((0, 190), (320, 265), (10, 2))]
    sizes = [(float(wide), 14.0) for wide in generator.uniform(20, 130, 10)]
    boxes = free_places(points, sizes, ROOM, np.array(points))
    leads = [lead_of(box, point) for box, point in zip(boxes, points, strict=True)]
    for one, other in combinations(range(10), 2):
        assert not boxes[one].meets(boxes[other], 0)
        assert not boxes[one].holds(leads[other], 0)
        assert not boxes[other].holds(leads[one], 0)
        assert not boxes[one].holds(np.array([points[other]]), 4)
    assert all(box.y >= 0 and box.y + box.high <= ROOM[1] for box in boxes)


def test_words_that_are_alone_stand_where_they_always_stood() -> None:
    marks = np.column_stack([np.linspace(0, 600, 150), np.linspace(0, 270, 150)])
    alone = free_place((300.0, 135.0), (90.0, 14.0), ROOM, marks)
    assert free_places([(300.0, 135.0)], [(90.0, 14.0)], ROOM, marks) == [alone]
