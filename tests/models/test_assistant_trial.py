"""The trial as its authors published it."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conftest import Published
from thousandfold.models import trial_minutes, trial_picture
from thousandfold.picture import Stack

TOLD = ("forecast", "believed", "measured")


def test_the_published_changes(published: Published) -> None:
    changes = [100 * (trial_minutes(told) / 60 - 1) for told in TOLD]
    assert changes == pytest.approx(published.entries["metr_time"]["value"])


def test_the_picture_shows_the_hour_first_and_then_what_was_told() -> None:
    picture = trial_picture()
    assert isinstance(picture, Stack)
    [layer] = picture.layers
    assert np.ravel(layer.heights) == pytest.approx([60, 45.6, 48, 71.4])
    assert len(picture.columns) == 4
    assert picture.whole == 60
