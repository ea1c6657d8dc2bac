"""A drawing as SVG, with its title and its text alternative."""

from __future__ import annotations

import io
import re
from html import escape

import matplotlib as mpl

from thousandfold.drawing.axes import STYLE, figure_of
from thousandfold.picture import Picture


def svg(picture: Picture) -> str:
    """Return a picture as SVG whose words are words; the same picture gives the same text."""
    from thousandfold.drawing import draw

    settings = {**STYLE, "svg.fonttype": "none", "svg.hashsalt": "thousandfold"}
    with mpl.rc_context(settings), io.StringIO() as out:
        unsaid = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure_of(draw(picture).ax).savefig(out, format="svg", metadata=unsaid)
        drawn = out.getvalue()
    said = (
        f'role="img" aria-labelledby="title told">\n<title id="title">{escape(picture.title)}'
        f'</title>\n<desc id="told">{escape(picture.sentence)}</desc>'
    )
    return re.sub(r"(<svg [^>]*)>", rf"\1 {said}", drawn[drawn.index("<svg") :], count=1)
