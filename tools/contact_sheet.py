"""All pictures of all models on a few sheets: as they are, in a dark theme, in grey, and small.

    .venv/bin/python tools/contact_sheet.py            # all models, into build/pictures
    .venv/bin/python tools/contact_sheet.py debt squads

Look at every sheet after a change in `drawing`: no test sees whether a picture reads well.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from thousandfold import models
from thousandfold.drawing import draw, figure_of, png
from thousandfold.picture import Picture
from thousandfold.teaching.demonstration import models_of

SHEETS = Path(__file__).parents[1] / "build" / "pictures"
WIDE = 800  # as in a lesson
ROOM_AWAY = 2  # half the size: as from across a room
ROWS = 4

# What `filter: invert(93.33%) hue-rotate(180deg)` in labextension/static/pictures.css computes.
INVERTED = 0.9333
TURN = np.array([[-0.574, 1.43, 0.144], [0.426, 0.43, 0.144], [0.426, 1.43, -0.856]])
GREY = np.array([0.299, 0.587, 0.114])


def turned(colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return colours from 0 to 1, shape (..., 3), as CSS turns them in a dark theme."""
    inverted = INVERTED + colours * (1 - 2 * INVERTED)
    return np.asarray(np.clip(inverted @ TURN.T, 0, 1))


def grey(colours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return colours as a printer without colour shows them."""
    return np.repeat((colours @ GREY)[..., np.newaxis], 3, axis=-1)


def pictures(*subjects: str) -> Iterator[tuple[str, Callable[[], Picture]]]:
    """Yield what makes each picture that a model of some subjects can show; of all by default."""
    every = [module.name for module in iter_modules(models.__path__)]
    for subject in subjects or every:
        import_module(f"{models.__name__}.{subject}")
        for kind in models_of(subject):
            for name, made in kind().pictures().items():
                yield f"{subject}, {kind.__name__}: {name}", made


def _sheet(images: list[Image.Image], columns: int) -> Image.Image:
    wide, high = (max(sizes) for sizes in zip(*(one.size for one in images), strict=True))
    rows = -(-len(images) // columns)
    sheet = Image.new("RGB", (columns * (wide + 8), rows * (high + 8)), "#888888")
    for place, one in enumerate(images):
        sheet.paste(one, (place % columns * (wide + 8), place // columns * (high + 8)))
    return sheet


def main(*subjects: str) -> None:
    """Write the sheets."""
    shown = []
    for name, made in pictures(*subjects):
        print(name)
        drawn = Image.open(io.BytesIO(png(figure_of(draw(made()).ax)))).convert("RGB")
        size = WIDE, round(drawn.height * WIDE / drawn.width)
        shown.append(np.asarray(drawn.resize(size, Image.Resampling.LANCZOS)) / 255)
    SHEETS.mkdir(parents=True, exist_ok=True)
    themes = {
        "light": shown,
        "dark": [turned(one) for one in shown],
        "grey": [grey(one) for one in shown],
    }
    for theme, looks in themes.items():
        images = [Image.fromarray(np.uint8(255 * one)) for one in looks]
        small = [one.reduce(ROOM_AWAY) for one in images]
        for these, columns, what in ((images, 2, "100"), (small, 4, "50")):
            page = columns * ROWS
            for at in range(0, len(these), page):
                file = SHEETS / f"{theme}-{what}-{at // page + 1:02}.png"
                _sheet(these[at : at + page], columns).save(file)


if __name__ == "__main__":
    main(*sys.argv[1:])
