"""What a palette promises: on white, turned on a dark page, in grey, to colour-blind eyes."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from conftest import ROOT
from contact_sheet import INVERTED, grey, turned
from numpy.typing import NDArray

from thousandfold.drawing.colours import DASHES, GUESS, INK, LINES, MARKERS, SOFT, for_words

STYLES = ROOT / "src" / "thousandfold" / "labextension" / "static" / "pictures.css"
WHITE, DARK_PAGE = np.ones(3), np.full(3, 0x11 / 255)
# Machado, Oliveira and Fernandes 2009, IEEE TVCG 15, table 1: a full deficiency of each kind.
BLIND = {
    "red": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "green": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "blue": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}


def rgb(colour: str) -> NDArray[np.float64]:
    return np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])


def linear(colour: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4)


def contrast(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """As WCAG 2.2 computes it."""
    dark, light = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))
    return (light + 0.05) / (dark + 0.05)


def lab(colour: NDArray[np.float64]) -> NDArray[np.float64]:
    to_xyz = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = np.cbrt(np.array(to_xyz) @ linear(colour) / [0.9505, 1, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("name", LINES)
def test_a_line_stands_out_on_white_and_on_a_dark_page(name: str) -> None:
    assert contrast(rgb(LINES[name]), WHITE) >= 3
    assert contrast(turned(rgb(LINES[name])), DARK_PAGE) >= 3


@pytest.mark.parametrize("colour", [INK, SOFT, GUESS, *map(for_words, LINES.values())])
def test_words_can_be_read_on_white_and_on_a_dark_page(colour: str) -> None:
    assert contrast(rgb(colour), WHITE) >= 4.5
    assert contrast(turned(rgb(colour)), DARK_PAGE) >= 4.5


def test_white_becomes_the_dark_page_that_the_style_sheet_aims_at() -> None:
    np.testing.assert_allclose(turned(WHITE), DARK_PAGE, atol=0.005)
    assert f"invert({100 * INVERTED:g}%) hue-rotate(180deg)" in STYLES.read_text()


@pytest.mark.parametrize("kind", BLIND)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colour_blind_readers_tell_lines_apart(kind: str, theme: str) -> None:
    """A distance of 10 in Lab is plain to see; what is nearer has a dash of its own as well."""
    seen = {
        name: rgb(colour) if theme == "light" else turned(rgb(colour))
        for name, colour in LINES.items()
    }
    for one, other in combinations(seen, 2):
        pair = [lab(np.clip(np.array(BLIND[kind]) @ seen[name], 0, 1)) for name in (one, other)]
        assert np.hypot.reduce(pair[0] - pair[1]) >= 10, (one, other)


def test_neighbours_differ_in_grey_or_in_dash_and_marker() -> None:
    assert len(set(map(str, DASHES))) == len(LINES) == len(set(MARKERS))
    light = [lab(grey(rgb(colour)))[0] for colour in LINES.values()]
    assert min(abs(one - other) for one, other in pairwise(light)) >= 4, light
