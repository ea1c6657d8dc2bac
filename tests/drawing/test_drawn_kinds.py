"""Each kind of picture beyond lines, as it is drawn from a model."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from thousandfold import Picture
from thousandfold.drawing import draw, figure_of, png
from thousandfold.drawing.colours import GUESS
from thousandfold.drawing.vector import svg
from thousandfold.flight import STEADY, fly
from thousandfold.flight.loops import loops_picture
from thousandfold.inventory.gain import gain_of
from thousandfold.inventory.items import ITEMS
from thousandfold.inventory.shown import picture_of
from thousandfold.inventory.simulated import SimulatedClass
from thousandfold.models import (
    CriticalMass,
    Debt,
    ErrorBudgetPolicy,
    SquadCut,
    Squads,
    StranglerFig,
    TeamWeek,
    TwoSegments,
    trial_picture,
)
from thousandfold.picture import HeatMap, Network, Note, Strip


def gained(people: int, gain: float) -> Picture:
    """Return what a class of half a day gained: three questions were taught, nine were not."""
    taught = tuple(item.modules[0] in ("00", "01") for item in ITEMS)
    some = SimulatedClass(people, taught, gain).answers(3)
    return picture_of(gain_of(some, ["00", "01"]))


# Of each kind two pictures that differ in how many things there are to draw.
PAIRS: dict[str, tuple[Callable[[], Picture], Callable[[], Picture]]] = {
    "people": (Squads(squad=10).picture, Squads(people=60, squad=20, liaisons=2).picture),
    "week": (Squads(squad=10).picture, Squads(people=300, squad=5).picture),
    "map": (Debt().picture, Debt(interest=0.7, contagion=0).picture),
    "areas": (StranglerFig().picture, StranglerFig(drag=0.2).picture),
    "year": (
        ErrorBudgetPolicy(resume=0, freeze=0.4).picture,
        ErrorBudgetPolicy(resume=0, freeze=0, promise=0.99).picture,
    ),
    "hills": (TwoSegments().picture, TwoSegments(depth=0.9, power_last=0.6).picture),
    "hall": (CriticalMass().picture, CriticalMass(price=60, on_board=0.5).picture),
    "network": (SquadCut().picture, SquadCut(squads=2).picture),
}
PAIRS = {of: tuple(lambda give=give, of=of: give(of) for give in two) for of, two in PAIRS.items()}  # type: ignore[misc]
PAIRS["changes"] = (
    lambda: gained(20, gain=15),
    lambda: gained(8, gain=0),
)
PAIRS["loops"] = (
    loops_picture,
    lambda: loops_picture(fly({"steady": STEADY}, replications=1)),
)


@cache
def pair(of: str) -> tuple[Picture, Picture]:
    first, second = PAIRS[of]
    return first(), second()


SAID = {"title": "The point.", "sentence": "What is seen."}

each = pytest.mark.parametrize("of", PAIRS)


@each
def test_an_update_shows_what_a_new_drawing_shows_and_leaves_nothing_behind(of: str) -> None:
    first, second = pair(of)
    moved, fresh = draw(first), draw(second)
    moved.update(second)
    assert len(moved.ax.get_children()) == len(fresh.ax.get_children())
    # Room and rulers only ever grow: after the same pictures they are the same.
    fresh.update(first)
    fresh.update(second)
    assert png(figure_of(moved.ax)) == png(figure_of(fresh.ax))
    assert png(figure_of(moved.ax)) != png(figure_of(draw(first).ax))


@each
def test_words_are_large_enough_and_stand_on_the_figure(of: str) -> None:
    for picture in pair(of):
        drawing = draw(picture)
        figure = figure_of(drawing.ax)
        png(figure)
        words = [text for text in drawing.ax.texts if text.get_text()]
        assert min(text.get_fontsize() for text in words) >= 12
        page = figure.bbox.padded(3)
        for text in words:
            box = text.get_window_extent()
            assert page.contains(box.x0, box.y0), text.get_text()
            assert page.contains(box.x1, box.y1), text.get_text()


@each
def test_it_says_its_point_and_what_somebody_needs_who_cannot_see_it(of: str) -> None:
    for picture in pair(of):
        assert picture.title
        assert picture.shown
        assert len(picture.sentence.split()) >= 20
        shown = picture.plot()._repr_mimebundle_()  # type: ignore[attr-defined]
        assert shown["text/plain"] == picture.sentence


@each
def test_it_draws_on_axes_that_are_given(of: str) -> None:
    ax = Figure().add_subplot()
    assert pair(of)[0].plot(ax) is ax
    assert len(ax.get_children()) > 10


@each
def test_as_svg_it_has_a_title_a_description_and_words_that_are_words(of: str) -> None:
    picture = pair(of)[0]
    first = svg(picture)
    assert "<title id=" in first
    assert "<text" in first
    assert svg(picture) == first


# Made when they are drawn: every worker imports this file.
ENDS: dict[str, Callable[[], Picture]] = {
    "a network of one": partial(Network, [0], [], **SAID),
    "a network whose people are away": partial(
        Network, [0, 1], [], names=("a", "b"), away=(0, 1), **SAID
    ),
    "a network without weight": partial(
        Network, [0, 0], [[0, 1]], weights=[0], sizes=[0, 0], centre=0, **SAID
    ),
    "a flat map": partial(
        HeatMap, [0, 1], [0, 1], [[0, 0], [0, 0]], "x", "y", (1.0,), ("one",), **SAID
    ),
    "a squad of two": partial(Squads(people=2, squad=2).picture, "people"),
    "a squad of a thousand": partial(Squads(people=1000, squad=1000).picture, "week"),
    "hills without a slope": partial(
        TwoSegments(power_first=0, power_last=0, conflict=10, pull=0).picture, "hills"
    ),
    "an empty hall": partial(CriticalMass(on_board=0, price=0).picture, "hall"),
    "a full hall": partial(CriticalMass(on_board=1, price=25).picture, "hall"),
    "areas without drag": partial(StranglerFig(drag=0).picture, "areas"),
    "nobody leaves": partial(StranglerFig(out=0).picture, "leaving"),
    "all leave": partial(StranglerFig(out=12).picture, "leaving"),
    "fifteen squads": partial(SquadCut(squads=15).picture, "network"),
    "a freeze at once": partial(ErrorBudgetPolicy(freeze=1).picture, "year"),
}


@pytest.mark.parametrize("end", ENDS)
def test_the_ends_of_every_range_are_drawn_without_a_warning(end: str) -> None:
    assert png(figure_of(draw(ENDS[end]()).ax)).startswith(b"\x89PNG")


def test_who_is_cut_off_and_who_is_away_differ_in_shape() -> None:
    drawn = draw(pair("people")[0]).ax
    marks = [mark for mark in drawn.collections if isinstance(mark, PathCollection)]
    shapes = {
        (len(mark.get_paths()[0].vertices), mark.get_facecolor()[0, 0] > 0.99) for mark in marks
    }
    assert len(shapes) == 4, "a person, one who speaks, one who is cut off, one who is away"


def test_a_week_that_stands_still_is_striped() -> None:
    [strip] = [p for p in pair("year") if isinstance(p, Strip) and p.rows[-1].stops]
    hatched = [c for c in draw(strip).ax.collections if c.get_hatch()]
    assert len(hatched[0].get_paths()) == sum(map(sum, (row.stopped for row in strip.rows)))


def test_a_week_that_stands_still_is_striped_where_it_is_overspent_too() -> None:
    rule = ErrorBudgetPolicy(resume=0, freeze=0.01).picture("year")
    assert isinstance(rule, Strip)
    frozen = rule.rows[-1].stopped & (rule.rows[-1].left < 0)
    hatched = [c for c in draw(rule).ax.collections if c.get_hatch()]
    assert sum(frozen) > 5
    assert len(hatched[-1].get_paths()) == sum(frozen)


def test_a_guess_is_a_line_across_a_stack_unless_it_is_far_above_it() -> None:
    def lines(*heights: float) -> list[float]:
        notes = [Note("you said", y=height, guess=True) for height in heights]
        drawn = draw(trial_picture().noted(*notes)).ax
        gold = [line for line in drawn.lines if line.get_color() == GUESS]
        assert [text.get_text() for text in drawn.texts].count("you said") == len(gold)
        return [line.get_ydata()[0] for line in gold]

    assert lines() == []
    assert lines(45) == [45]
    assert lines(100, 900) == [100], "nine hundred minutes would make all columns small"


def test_heights_in_a_stack_say_their_unit_all_or_none() -> None:
    for picture in (TeamWeek().picture("week"), pair("week")[0]):
        told = [text.get_text() for text in draw(picture).ax.texts]
        heights = [
            words for words in told if words.removesuffix(" hours").replace(".", "").isdigit()
        ]
        heights = [words for words in heights if "." in words]
        assert len(heights) > 3
        assert len({words.endswith("hours") for words in heights}) == 1
