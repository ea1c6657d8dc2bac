"""What a page draws from a table is what matplotlib drew: each kind of picture, side by side."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from markupsafe import Markup
from matplotlib.figure import Figure
from matplotlib.text import Text
from patience import patient
from PIL import Image
from playwright.sync_api import Browser, expect
from test_drawn_kinds import PAIRS, pair

from thousandfold.drawing import draw, figure_of, png
from thousandfold.models import Debt
from thousandfold.picture import Picture
from thousandfold.player.markup import figure, script, style
from thousandfold.player.table import Control, table

pytestmark = pytest.mark.browser

# A hair's breadth beside where it was is no difference, so squares of pixels are compared. What was
# measured: words in place differ by 0.07, marks without words by 0.08; whatever lacks by more.
WORDS, MARKS = (32, 0.1), (16, 0.1)
POLES = (16, 0.16)  # a pole that stands on the axis is whole in a page, half in matplotlib


def in_letters(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()


def fonts() -> str:
    """Return matplotlib's own letters for a page, so that no machine's fonts are tested."""
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    faces = (
        ("DejaVuSans.ttf", "normal", "normal"),
        ("DejaVuSans-Bold.ttf", "bold", "normal"),
        ("DejaVuSans-Oblique.ttf", "normal", "italic"),
    )
    return "".join(
        f"@font-face {{ font-family: 'DejaVu Sans'; font-weight: {weight}; font-style: {slant}; "
        f"src: url(data:font/ttf;base64,{in_letters(folder / name)}) }}"
        for name, weight, slant in faces
    )


def differs(one: bytes, other: bytes, side: int) -> float:
    """Return by how much the squares of two images differ at most."""
    first, second = (Image.open(io.BytesIO(image)).convert("RGB") for image in (one, other))
    box = Image.Resampling.BOX
    wide, high = first.size
    squares = [
        np.asarray(image.resize((wide, high), box).resize((wide // side, high // side), box)) / 255
        for image in (first, second)
    ]
    return float(np.abs(squares[0] - squares[1]).max())


def without_words(figure: Figure) -> bytes:
    for text in figure.findobj(Text):
        text.set_alpha(0)
        text.set_path_effects([])
    return png(figure)


KINDS: dict[str, Callable[[], Picture]] = {of: lambda of=of: pair(of)[1] for of in PAIRS}  # type: ignore[misc]
KINDS["lines"] = Debt().picture


@pytest.mark.parametrize("of", KINDS)
def test_each_kind_of_picture_looks_as_matplotlib_draws_it(
    browser: Browser, tmp_path: Path, of: str
) -> None:
    picture = KINDS[of]()
    made = table([Control("n", "n", (0, 1))], lambda _: picture, widths=("wide",))
    body = figure("a", made, Markup(""), widths=("wide",))
    (tmp_path / "page.html").write_text(
        f"<!doctype html><meta charset=utf-8><style>{style()}{fonts()}</style>{body}"
        f"<script>{script()}</script>",
        encoding="utf-8",
    )
    page = patient(browser.new_page(viewport={"width": 1000, "height": 900}))
    page.goto((tmp_path / "page.html").as_uri())
    shown = page.locator(".player-stage svg")
    expect(shown).to_be_visible()
    page.evaluate("() => Promise.all([...document.fonts].map(font => font.load()))")
    drawn = figure_of(draw(picture).ax)

    def left_out(script: str, real: bytes, side: int) -> float:
        shown.evaluate(f"svg => {{ {script} }}")
        return differs(shown.screenshot(), real, side)

    side, same = WORDS
    whole = png(drawn)
    assert differs(shown.screenshot(), whole, side) < same
    assert left_out("svg.querySelector('[font-weight=bold]').remove()", whole, side) > same
    side, same = POLES if of == "hills" else MARKS
    marks = without_words(drawn)
    assert (
        left_out("for (const words of svg.querySelectorAll('text')) words.remove()", marks, side)
        < same
    )
    assert left_out(LARGEST, marks, side) > same
    page.close()


# The largest mark that has a colour of its own: what lies below it is white or grey.
LARGEST = """
    const size = mark => { const box = mark.getBBox(); return Math.max(box.width, box.height); };
    const least = svg.querySelector("[fill='#0b62b0'], [fill='#d9512c'], image") ? 60 : 10;
    const channels = colour =>
        (colour ?? "").match(/[0-9a-f]{2}/g)?.map(one => parseInt(one, 16)) ?? [0];
    const strong = colour => Math.max(...channels(colour)) - Math.min(...channels(colour)) > least;
    const coloured = mark => [mark, ...mark.children].some(part => part.localName === "image" ||
        ["fill", "stroke"].some(look => strong(part.getAttribute(look))));
    const marks = [...svg.children].filter(coloured);
    marks.sort((one, other) => size(other) - size(one))[0].remove();
"""
