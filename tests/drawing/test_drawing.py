from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from thousandfold import ExplainedError, simulate, sweep
from thousandfold.drawing import bundle, draw, figure_of, png
from thousandfold.drawing.axes import WORDS
from thousandfold.drawing.colours import LINES
from thousandfold.models.staffing import BrooksLaw
from thousandfold.picture import Lines, Picture, Series


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
    runs = [sweep(BrooksLaw(overhead=o), hired=[0, 10]).picture("remaining") for o in (0, 0.001)]
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
