"""Ratios within one process. `make benchmarks` writes the numbers down."""

from __future__ import annotations

import numpy as np
import speed

from thousandfold import simulate
from thousandfold.models.staffing import BrooksLaw


def test_the_plain_loop_is_the_same_model() -> None:
    model = BrooksLaw(hired=10)
    luck = model.draw(np.random.default_rng(7), (4, model.periods, 1))[:, :, 0]
    ours = simulate(model, replications=4, seed=7).final("elapsed").ravel()
    np.testing.assert_allclose([speed.plain_brooks(model, row) for row in luck.tolist()], ours)


def test_a_moved_slider_costs_little_more_than_the_drawing() -> None:
    """What is wanted stands in the benchmarks; this catches what would be felt on any machine."""
    assert speed.slider_ratio() <= 1.8


def test_no_kind_of_picture_is_much_slower_than_a_line_chart() -> None:
    slow = {of: ratio for of, ratio in speed.kind_ratios().items() if ratio > 3.5}
    assert slow == {}


def test_a_thousand_futures_cost_far_less_than_a_loop() -> None:
    assert speed.staffing_ratio() >= 12
