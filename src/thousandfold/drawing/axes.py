"""Figures in the house style: readable from the back of a room, and with a text alternative.

Nothing here touches pyplot or the global settings of matplotlib: a figure belongs to its Axes,
and an Axes that is the last line of a notebook cell shows itself, picture and sentence.
"""

from __future__ import annotations

import base64
import html
import io
from typing import Any, cast

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.projections import register_projection

from thousandfold.drawing.colours import EDGE, INK, RULE, SOFT

# In points at the size a figure is shown: an inch of it is 100 CSS pixels wide, not 96.
WORDS = 12
TITLE = 15

STYLE: Any = {
    "font.size": WORDS,
    "axes.labelsize": WORDS,
    "axes.labelcolor": SOFT,
    "axes.labelpad": 6,
    "axes.edgecolor": EDGE,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.xmargin": 0,
    "grid.color": RULE,
    "legend.fontsize": WORDS,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "lines.linewidth": 2.4,
    "lines.solid_capstyle": "round",
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": SOFT,
    "xtick.labelsize": WORDS,
    "xtick.minor.size": 0,
    "ytick.color": SOFT,
    "ytick.labelsize": WORDS,
    "ytick.major.size": 0,
    "ytick.minor.size": 0,
}

# In inches. Wide enough for labels at the ends of lines, low enough for a slider and a sentence
# below; the narrow one for telephones, on which the other's words are too small to read.
HOUSE = (8.0, 4.8)
NARROW = (4.6, 4.8)
_DPI = 130
_COLOURS = 64
_ALMOST_WHITE = 250
# On the screen, in CSS pixels: a figure, its slider and its sentence fit on a projector together.
_WIDTH = 800


class DescribedAxes(Axes):
    """Axes that show themselves in a notebook, with a text alternative."""

    name = "described"
    sentence = ""

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        figure = figure_of(self)
        axes = [ax for ax in figure.axes if isinstance(ax, DescribedAxes)]
        return bundle(png(figure, stays=True), " ".join(ax.sentence for ax in axes))


register_projection(DescribedAxes)


def new_axes(size: tuple[float, float] = HOUSE) -> DescribedAxes:
    """Return empty Axes on a new figure, by default of the house's size (inches)."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=size, dpi=_DPI)
        return figure.add_subplot(projection="described")  # type: ignore[return-value]


def figure_of(ax: Axes) -> Figure:
    """Return the whole figure that the Axes belong to."""
    return cast(Figure, ax.get_figure(root=True))


def png(figure: Figure, *, stays: bool = False) -> bytes:
    """Draw a figure once and return it as PNG, with as many colours as a line chart needs.

    A palette makes the file a third as large and is quicker to write than full colour. What `stays`
    in a notebook file is a seventh smaller still; what follows a slider has no time for that.
    """
    from PIL import Image

    canvas = FigureCanvasAgg(figure)
    with mpl.rc_context(STYLE):
        canvas.draw()
    drawn = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    few = drawn.quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    # The page is white, so almost white must be too: else a faint box stands around the figure.
    few.putpalette([255 if level > _ALMOST_WHITE else level for level in few.getpalette() or []])
    with io.BytesIO() as buffer:
        few.save(buffer, "png", compress_level=9 if stays else 6)
        return buffer.getvalue()


def image(picture: bytes, sentence: str, width: int = _WIDTH) -> str:
    """Return an HTML image with its text alternative. JupyterLab gives a plain PNG none."""
    data = base64.b64encode(picture).decode()
    alternative = html.escape(sentence, quote=True)
    look = f"width:{width}px;max-width:100%"
    source = f"data:image/png;base64,{data}"
    # The class is what CSS turns in a dark theme.
    return f'<img alt="{alternative}" src="{source}" class="thousandfold-picture" style="{look}">'


def bundle(picture: bytes, sentence: str) -> dict[str, str]:
    """Return a picture as notebooks show it: HTML for a browser, a sentence for everything else."""
    return {"text/html": image(picture, sentence), "text/plain": sentence}
