"""Every picture of every model, drawn: words that do not meet, inside the figure, large enough."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import combinations

import numpy as np
import pytest
from contact_sheet import pictures
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from thousandfold.core import Model
from thousandfold.drawing import draw, figure_of, png
from thousandfold.drawing.axes import WORDS
from thousandfold.models.approval import Approval
from thousandfold.models.critical_mass import CriticalMass
from thousandfold.models.debt import Debt
from thousandfold.models.error_budget_policy import ErrorBudgetPolicy
from thousandfold.models.queueing import Queue
from thousandfold.models.squads import Squads
from thousandfold.models.team_output import TeamOutput
from thousandfold.models.two_segments import TwoSegments
from thousandfold.picture import Picture

EVERY = dict(pictures())
# Extremes of kinds whose words stand among their marks.
EXTREMES: dict[str, Callable[[], Picture]] = {
    f"{type(model).__name__} {place}": partial(model.picture, name)
    for place, (model, name) in enumerate(
        [
            (Debt(interest=0.6), "map"),
            (Debt(interest=0.8, contagion=0), "map"),
            (ErrorBudgetPolicy(resume=0, freeze=0.01), "year"),
            (ErrorBudgetPolicy(resume=0.9, freeze=0.8), "year"),
            (TwoSegments(depth=1, power_last=1), "hills"),
            (TwoSegments(depth=0, power_last=0), "hills"),
            (CriticalMass(on_board=0.9, price=5), "hall"),
            (CriticalMass(on_board=0.5, price=24), "hall"),
            (Squads(squad=3), "week"),
            (Squads(people=300), "week"),
        ]
    )
}
ALL = EVERY | EXTREMES


@cache
def picture_of(name: str) -> Picture:
    """Make a picture when a test needs it: every worker imports this file, one runs it."""
    return ALL[name]()


def texts(picture: Picture) -> list[tuple[str, Text, tuple[float, float, float, float]]]:
    """Return what is written, with its box in pixels."""
    ax = draw(picture).ax
    renderer = FigureCanvasAgg(figure_of(ax)).get_renderer()
    written = [text for text in ax.texts if text.get_text()]
    return [(text.get_text(), text, text.get_window_extent(renderer).extents) for text in written]


def assert_fits(picture: Picture) -> None:
    """Words do not meet, stay in the figure, and are large enough."""
    found = texts(picture)
    figure = figure_of(draw(picture).ax).bbox
    for words, text, (left, bottom, right, top) in found:
        assert text.get_fontsize() >= WORDS, words
        assert left >= 0, words
        assert bottom >= 0, words
        assert right <= figure.x1, words
        assert top <= figure.y1, words
    for (words, _, one), (others, _, other) in combinations(found, 2):
        across = min(one[2], other[2]) - max(one[0], other[0])
        up = min(one[3], other[3]) - max(one[1], other[1])
        assert min(across, up) <= 2, f"{words!r} and {others!r}"


@pytest.mark.parametrize("name", ALL)
def test_words_do_not_meet_and_stay_in_the_figure(name: str) -> None:
    assert_fits(picture_of(name))


@pytest.mark.parametrize("name", EVERY)
def test_a_title_is_the_point_and_short(name: str) -> None:
    picture = picture_of(name)
    assert 10 <= len(picture.title) <= 90, picture.title
    assert picture.title != picture.sentence
    assert len(picture.notes) <= 3


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (CriticalMass(), CriticalMass(price=30)),
        (Approval(), Approval(deciders=7)),
        (TeamOutput(), TeamOutput(overhead=0.002)),
        (Queue(), Queue(servers=14)),
        (TwoSegments(), TwoSegments(conflict=0.9)),
    ],
    ids=lambda model: type(model).__name__,
)
def test_a_picture_that_takes_the_place_of_another_looks_as_if_drawn_anew(
    first: Model, then: Model
) -> None:
    """Both have shown the same two pictures, since a ruler keeps what it once had to hold."""
    moved, anew = draw(first.picture()), draw(then.picture())
    anew.update(first.picture())
    for drawing in (moved, anew):
        drawing.update(then.picture())
    assert png(figure_of(moved.ax)) == png(figure_of(anew.ax))


def test_numbers_on_logarithmic_axes_are_round() -> None:
    ax = draw(picture_of("two_segments, TwoSegments: plan")).ax
    low, high = ax.get_xlim()
    shown = [tick for tick in ax.get_xticks() if 0.999 * low <= tick <= 1.001 * high]
    np.testing.assert_allclose(shown, [1e3, 3e3, 1e4, 3e4, 1e5, 3e5, 1e6])
