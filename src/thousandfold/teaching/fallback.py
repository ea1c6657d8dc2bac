"""What a widget leaves in a notebook file, for every reader in whom no kernel runs."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fallback:
    """A widget that shows itself, and where nothing can run, the pictures and words in it.

    A widget's view is a number that only its own kernel understands. A preview, a book, a PDF and
    a notebook that is opened again need something else beside it.

    Attributes
    ----------
    widget : ipywidgets.Widget
    how : str
        One sentence for the reader of the file: how the widget comes back.
    left : str
        HTML that stands in the file for a widget that draws itself in a browser.
    """

    widget: Any
    how: str
    left: str = ""

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        shown = self.left + "".join(_texts(self.widget))
        words = html.unescape(" ".join(re.sub(r"<[^>]+>", " ", shown).split()))
        return {
            **self.widget._repr_mimebundle_(),
            "text/html": f"{shown}<p><em>{html.escape(self.how)}</em></p>",
            "text/plain": words,
        }


def _texts(widget: Any) -> Iterator[str]:
    """Yield the HTML that a widget and those inside it show, from top to bottom."""
    import ipywidgets

    if isinstance(widget, ipywidgets.HTML):
        yield widget.value
    for child in getattr(widget, "children", ()):
        yield from _texts(child)
