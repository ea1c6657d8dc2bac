"""Lines, bands and points, drawn once and then only updated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np

from thousandfold.drawing.axes import MARKS, STYLE, DescribedAxes, new_axes
from thousandfold.errors import ExplainedError
from thousandfold.picture import Lines, Series

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import PolyCollection
    from matplotlib.lines import Line2D

_MARKERS_ON_A_LINE = 8


class LinesDrawing:
    """A picture on its Axes, drawn once and then only updated.

    Parameters
    ----------
    picture : Lines
        What to draw first.
    ax : matplotlib.axes.Axes, optional
        Where; a new figure by default.
    """

    def __init__(self, picture: Lines, ax: Axes | None = None) -> None:
        self.ax: Axes = new_axes() if ax is None else ax
        with mpl.rc_context(STYLE):
            self._lines: list[Line2D] = []
            self._bands: list[PolyCollection | None] = []
            for place, series in enumerate(picture.series):
                self._add(series, _mark(place if series.mark is None else series.mark))
            if picture.log_x:
                self.ax.set_xscale("log")
            if picture.log_y:
                self.ax.set_yscale("log")
            self.ax.xaxis.set_major_formatter(_thousands(picture.log_x))
            self.ax.yaxis.set_major_formatter(_thousands(picture.log_y))
            self.ax.set(xlabel=picture.x_label, ylabel=picture.y_label, title=picture.title)
            if any(series.label for series in picture.series):
                self.ax.legend(handlelength=3.2)
        self._fit(picture)

    def update(self, picture: Lines) -> None:
        """Show another picture with the same series, without drawing anything anew.

        The axes only ever grow, so that a moved slider moves the line and not the ruler.
        """
        if len(picture.series) != len(self._lines):
            raise ExplainedError(
                f"this chart has {len(self._lines)} series, the new picture {len(picture.series)}"
            )
        for series, line, band in zip(picture.series, self._lines, self._bands, strict=True):
            line.set_data(series.x, series.y)
            line.set_label(series.label)
            if band is not None and series.low is not None and series.high is not None:
                band.set_data(series.x, series.low, series.high)  # type: ignore[attr-defined]
        legend = self.ax.get_legend()
        if legend is not None:
            shown = [series.label for series in picture.series if series.label]
            for text, label in zip(legend.get_texts(), shown, strict=True):
                text.set_text(label)
        self._fit(picture)

    def _fit(self, picture: Lines) -> None:
        """Make room for all that was ever shown, from zero up where nothing is below zero."""
        edges = [
            np.column_stack([series.x, edge])
            for series in picture.series
            for edge in (series.y, series.low, series.high)
            if edge is not None
        ]
        self.ax.update_datalim(np.concatenate(edges))
        self.ax.autoscale_view()
        if not picture.log_y and self.ax.dataLim.ymin >= 0:
            self.ax.set_ylim(bottom=0, auto=True)
        if isinstance(self.ax, DescribedAxes):
            self.ax.sentence = picture.sentence

    def _add(self, series: Series, mark: dict[str, Any]) -> None:
        count = np.size(series.x)
        if series.points:
            style = {**mark, "linestyle": "none", "alpha": 0.45, "markersize": 5}
        else:
            style = {**mark, "markevery": max(1, -(-count // _MARKERS_ON_A_LINE))}
        [line] = self.ax.plot(series.x, series.y, label=series.label, **style)
        band = None
        if series.low is not None and series.high is not None:
            band = self.ax.fill_between(
                series.x, series.low, series.high, color=mark["color"], alpha=0.18, linewidth=0
            )
        self._lines.append(line)
        self._bands.append(band)


def _mark(place: int) -> dict[str, Any]:
    if place >= len(MARKS):
        raise ExplainedError(
            f"a figure shows at most {len(MARKS)} series that people can tell apart; "
            "leave some out or draw a second figure"
        )
    return dict(MARKS[place])


def _thousands(logarithmic: bool) -> Any:
    from matplotlib.ticker import FuncFormatter, StrMethodFormatter

    if logarithmic:
        return FuncFormatter(lambda value, _: f"{value:,.10g}")
    return StrMethodFormatter("{x:,.10g}")
