"""What a slide holds, and how much fits on it: nothing is cut, and nothing gets too small."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup

from thousandfold.player.markup import figure

# A slide is 1280 by 720; text has 32 pixels, which are 24 points. Counted for a wide font.
CHARACTERS = 66  # in a line of text
_LINES = 14.5
_LARGER = (1.45, 1.3, 1.15)  # a slide with little on it is set larger


@dataclass(frozen=True)
class Sliders:
    """A figure that answers its sliders.

    Attributes
    ----------
    name : str
        What no other figure of a page is called.
    tables : dict
        All that it can show, as wide as a slide.
    still : markupsafe.Markup
        The picture at the start, for a page without scripts.
    """

    name: str
    tables: dict[str, dict[str, Any]]
    still: Markup

    @property
    def controls(self) -> list[dict[str, Any]]:
        """The sliders: the label of each, what its places are called, and where it begins."""
        found: list[dict[str, Any]] = self.tables["wide"]["controls"]
        return found

    def figure(self, beside: str = "") -> Markup:
        """Return it for a page; its table stands in it, or at an address beside the page."""
        shown = {"wide": self.tables["wide"]}  # no page with slides has the numbers behind it
        return figure(self.name, shown, self.still, beside=beside, widths=("wide",))


@dataclass(frozen=True)
class Block:
    """Something on a slide that is not divided.

    Attributes
    ----------
    html : markupsafe.Markup
    lines : float
        Height, in lines of text of the smallest size.
    width : float
        Share of a line that it must have: 0 for what can be broken anywhere.
    code : bool
        Code is there to be looked up: it is never set larger.
    picture : bool
        A figure takes the room that the text leaves.
    keep : bool
        Whether it belongs together with what follows.
    fragment : bool
        Whether it waits for the next key.
    sliders : Sliders or None
        What it answers, if it is a figure with sliders; a page needs the player for that.
    """

    html: Markup
    lines: float
    width: float = 0
    code: bool = False
    picture: bool = False
    keep: bool = False
    fragment: bool = False
    sliders: Sliders | None = None

    def height(self, size: float) -> float:
        """Return its height in lines where text is set so many times larger."""
        if self.code:
            return self.lines
        return self.lines * (size if self.width else size**2)


@dataclass
class Slide:
    """One slide.

    Attributes
    ----------
    title : str
        Heading of the section that it belongs to, as text.
    opens : bool
        Whether the section begins here; else the heading is repeated in small.
    blocks : list of Block
    notes : list of markupsafe.Markup
        What the presenter says.
    part : str
        The cell with which its part of the lesson begins; empty before the first.
    """

    title: str
    opens: bool = False
    blocks: list[Block] = field(default_factory=list)
    notes: list[Markup] = field(default_factory=list)
    part: str = ""

    @property
    def picture(self) -> bool:
        """Whether a figure takes the room that the text leaves."""
        return any(block.picture for block in self.blocks)

    @property
    def size(self) -> float:
        """How much larger than it must be the text can be set: larger text also breaks sooner."""
        room = _LINES - _heading(self)
        for size in () if self.picture else _LARGER:
            height = sum(block.height(size) for block in self.blocks)
            if height <= room - 1 and all(block.width * size <= 1 for block in self.blocks):
                return size
        return 1.0


def pages(slide: Slide) -> Iterator[Slide]:
    """Divide a slide that holds too much, as evenly as what belongs together allows."""
    room = _LINES - _heading(slide)
    groups = _groups(slide.blocks)
    least = max((_lines(group) for group in groups if _lines(group) <= room), default=1)
    found = _fill(groups, room)
    while len(found) > 1 and room - 0.5 >= least:
        tighter = _fill(groups, room - 0.5)
        if len(tighter) > len(found):
            break
        found, room = tighter, room - 0.5
    for i, blocks in enumerate(found):
        last = i == len(found) - 1
        if blocks and blocks[0].fragment:  # a page does not begin empty
            blocks[0] = replace(blocks[0], fragment=False)
        notes = slide.notes if last else []
        yield Slide(slide.title, slide.opens and i == 0, blocks, notes, slide.part)


def _groups(blocks: list[Block]) -> list[list[Block]]:
    """Return what is not parted: a heading and its text, a figure and the sentence said of it."""
    groups: list[list[Block]] = []
    for block in blocks:
        said_of_it = groups and groups[-1][-1].picture and block.fragment
        if groups and (groups[-1][-1].keep or said_of_it):
            groups[-1].append(block)
        else:
            groups.append([block])
    return groups


def _fill(groups: list[list[Block]], room: float) -> list[list[Block]]:
    pages: list[list[Block]] = [[]]
    for group in groups:
        whole = _lines(group) <= room
        for part in [group] if whole else [[block] for block in group]:
            if pages[-1] and _lines(pages[-1]) + _lines(part) > room:
                pages.append([])
            pages[-1] += part
    return pages


def _lines(blocks: list[Block]) -> float:
    return sum(block.lines for block in blocks)


def _heading(slide: Slide) -> float:
    return 2.3 * math.ceil(len(slide.title) / 40) if slide.opens else 1.5
