from __future__ import annotations

import warnings
from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from thousandfold import ExplainedError, simulate, sweep
from thousandfold.drawing import bundle, draw, figure_of, png
from thousandfold.drawing.axes import WORDS
from thousandfold.drawing.colours import GUESS, LINES, PAGE
from thousandfold.models.staffing import BrooksLaw
from thousandfold.picture import Lines, Note, Picture, Series


def picture(count: int = 2, factor: float = 1.0) -> Picture:
    x = np.arange(10.0)
    series = tuple(
        Series(f"{factor:g} times {i}", x, factor * (i + 1) * x, low=0 * x) for i in range(count)
    )
    return Lines(
        series, "time (days)", "work (points)",
        title=f"The point of {factor:g}", sentence=f"A sentence about {factor:g}.",
    )  # fmt: skip


def test_an_axes_shows_itself_with_picture_and_sentence() -> None:
    shown = picture().plot()._repr_mimebundle_()  # type: ignore[attr-defined]
    assert shown["text/plain"] == "A sentence about 1."
    assert shown["text/html"].startswith('<img alt="A sentence about 1." src="data:image/png;')


def test_a_sentence_cannot_break_out_of_the_page() -> None:
    shown = bundle(b"", 'a "quote" <script>alert(1)</script>')["text/html"]
    assert "<script" not in shown
    assert '"quote"' not in shown


def test_it_draws_on_axes_that_are_given_and_returns_them() -> None:
    ax = Figure().add_subplot()
    assert picture().plot(ax) is ax
    assert len([line for line in ax.lines if line.get_gid() == "series"]) == 2


def test_global_settings_stay_as_they_were() -> None:
    before = dict(mpl.rcParams)
    png(figure_of(simulate(BrooksLaw()).plot("remaining")))
    assert dict(mpl.rcParams) == before


def test_text_is_readable_and_series_differ_in_more_than_colour() -> None:
    ax = picture(count=len(LINES)).plot()
    texts = [ax.xaxis.label, *ax.get_xticklabels(), *ax.texts]
    assert min(text.get_fontsize() for text in texts) >= WORDS
    series = [line for line in ax.lines if line.get_gid() == "series"]
    assert len({str(line._dash_pattern) for line in series}) == len(LINES)  # type: ignore[attr-defined]
    assert len({line.get_color() for line in series}) == len(LINES)
    assert {f"1 times {i}" for i in range(6)} < {text.get_text() for text in ax.texts}


def test_more_series_than_people_can_tell_apart_are_refused() -> None:
    with pytest.raises(ExplainedError, match="at most 12 lines"):
        picture(count=10_000).plot()


def test_an_update_shows_what_a_new_drawing_would_show() -> None:
    runs = [sweep(BrooksLaw(talk=o), hired=[0, 10]).picture("remaining") for o in (0, 0.4)]
    chart = draw(runs[0])
    chart.update(runs[1])
    chart.ax.set_ylim(0, 600)
    fresh = draw(runs[1])
    fresh.ax.set(ylim=(0, 600), xlim=chart.ax.get_xlim())
    assert png(figure_of(chart.ax)) == png(figure_of(fresh.ax))


def test_an_update_renames_the_lines() -> None:
    chart = draw(picture(factor=1))
    chart.update(picture(factor=2))
    names = [text.get_text() for text in chart.ax.texts if "times" in text.get_text()]
    assert names == ["2 times 0", "2 times 1"]


def test_the_ruler_only_grows_and_starts_at_zero() -> None:
    chart = draw(picture(factor=1))
    chart.update(picture(factor=5))
    high = chart.ax.get_ylim()[1]
    chart.update(picture(factor=0.1))
    assert chart.ax.get_ylim() == (0, high)
    assert high >= 2 * 5 * 9


def test_another_number_of_series_takes_the_place_of_the_first() -> None:
    chart = draw(picture())
    chart.update(picture(count=3))
    assert len([line for line in chart.ax.lines if line.get_gid() == "series"]) == 3


@pytest.mark.parametrize(
    "series",
    [
        (),
        (Series("none", [], []),),
        (Series("one", [1], [2]),),
        (Series("unknown", [1, 2], [np.nan, np.nan]),),
        (Series("part", [1, 2, 3], [1, np.nan, np.inf]),),
        (Series("alike", [1, 1], [2, 2]),),
        (Series("huge", [0, 1e200], [0, 1e200]),),
        (Series("$x^2$ \\frac { % ", [0, 1], [0, 1]),),
        (Series("long " * 2000, [0, 1], [0, 1]), Series("x" * 10_000, [0, 1], [0, 1])),
        (
            Series("measured", [1, 2], [3, 4], measured=True),
            Series("", [1, 2], [3, 4], points=True),
        ),
    ],
    ids=lambda series: series[0].label[:8] if series else "no series",
)
@pytest.mark.parametrize("logarithmic", [False, True])
@pytest.mark.parametrize(
    "more",
    [
        {}, {"unmeasured": (1, 9)},
        {"notes": (Note("here", 1, 2), Note("up", x=1), Note("", y=np.nan))},
    ],
    ids=["plain", "unmeasured", "notes"],
)  # fmt: skip
def test_what_is_odd_is_drawn_without_a_word(
    series: tuple[Series, ...], logarithmic: bool, more: dict[str, Any]
) -> None:
    odd = Lines(
        series, "x", "y", log_x=logarithmic, log_y=logarithmic,
        title="Title " * 100, sentence="A sentence.", **more,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert png(figure_of(odd.plot()))
        chart = draw(picture())
        chart.update(odd)
        assert png(figure_of(chart.ax))


def test_a_picture_without_a_point_says_so() -> None:
    empty = Lines((), "x", "y", title="Nothing", sentence="Nothing happened.")
    assert "There is nothing to draw yet." in [text.get_text() for text in empty.plot().texts]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"x": [1, 2], "y": [1]}, "2 numbers for x and 1 for y"),
        ({"x": [1], "y": ["many"]}, "y of the line 'ours' must be numbers"),
        ({"x": [[1]], "y": [1]}, "x of the line 'ours' must be one row"),
        ({"x": [1], "y": [1], "low": [1, 2]}, "1 numbers for x and 2 for low"),
        ({"x": [1], "y": [1], "colour": 3}, "colour of a line must be words"),
    ],
)
def test_a_line_that_cannot_be_is_refused_in_a_sentence(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ExplainedError, match=told):
        Series("ours", **given)


def test_an_unknown_colour_is_refused_with_all_names() -> None:
    odd = Lines((Series("", [1], [1], colour="pink"),), "x", "y", title="Pink", sentence="Pink.")
    with pytest.raises(ExplainedError, match="no colour is called 'pink'; there are blue, red"):
        odd.plot()


def test_a_point_that_came_later_is_hollow_and_the_region_named() -> None:
    told = Series("sold", [1, 2, 3], [1, 2, 3], measured=True)
    ax = Lines((told,), "x", "y", title="T", sentence="S.", unmeasured=(2, 3)).plot()
    known, later = (line for line in ax.lines if line.get_gid() == "series")
    assert list(known.get_xdata()) == [1, 2]
    assert list(later.get_xdata()) == [3]
    assert later.get_markerfacecolor() == PAGE
    assert "nobody had measured here" in " ".join(text.get_text() for text in ax.texts)


def test_a_guess_is_a_dashed_golden_line_with_its_words() -> None:
    ax = draw(picture().noted(Note("you said 5", y=5, guess=True))).ax
    [words] = [text for text in ax.texts if text.get_text() == "you said 5"]
    assert words.get_color() == GUESS
    assert words.get_weight() == "bold"
    assert any(line.get_color() == GUESS and line.get_linestyle() != "-" for line in ax.lines)


def test_a_line_at_zero_where_something_is_below() -> None:
    def at_zero(low: float) -> bool:
        drawn = Lines((Series("", [0, 1], [low, 1]),), "x", "y", title="T", sentence="S.").plot()
        return any(np.array_equal(line.get_ydata(), [0, 0]) for line in drawn.lines)

    assert at_zero(-1)
    assert not at_zero(0)


def test_a_logarithmic_axis_of_less_than_a_decade_writes_no_powers_of_ten() -> None:
    x = np.arange(5.0)
    drawn = Lines(
        (Series("", x, 40 + 20 * x),), "time", "work", title="t", sentence="s", log_y=True
    )
    axis = drawn.plot().yaxis
    between = axis.get_minor_formatter().format_ticks(list(axis.get_minorticklocs()))
    assert set(between) <= {""}
