"""All pages of the book, gathered: the source that Sphinx reads.

A page lies where its file lies in the workshop, so that links between files hold in the book. Who
gets which pages stands in `PARTS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from book_api import API, reference
from book_drawing import board_script, board_style
from book_first_page import INDEX, first_page
from book_game import GAME, game
from book_lesson import PICTURES, TABLES, Lesson, Running, write_if_changed
from book_tables import Drawn
from site_wheels import ROOT

from thousandfold.facilitation.course import find_course
from thousandfold.player.markup import script, style

BOOK = ROOT / "book"
MODELS = "models"
MARK = "<!-- holds answers -->"
"""On the first line of a page that only whoever builds the book with answers gets."""

_WHICH = re.compile(r"\.(?:wide|narrow|numbers)$")
_GUIDE = re.compile(r"facilitator/\d\d_\w+\.md")
_LINK = re.compile(r"(?<!!)\[(?P<words>[^\]]*)\]\((?P<path>[^):#\s]+)(?P<anchor>#[^)\s]*)?\)")
_UNDERLINED = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)


@dataclass(frozen=True)
class Part:
    """A part of the book, as the contents at the side show it.

    Attributes
    ----------
    title : str
        Its heading there.
    pages : tuple of str
        Files in order, with * for several.
    learners : bool
        Whether learners read it, so that it is in the EPUB. Of a part for others, the contents show
        the first page alone until somebody opens it.
    """

    title: str
    pages: tuple[str, ...]
    learners: bool = False

    def files(self, *, answers: bool) -> Iterator[str]:
        """Yield the files that are there, each once."""
        named: list[str] = []
        for pattern in self.pages:
            for path in sorted(ROOT.glob(pattern)):
                name = path.relative_to(ROOT).as_posix()
                if name not in named and (answers or not holds_answers(path)):
                    named.append(name)
        yield from named


PARTS = (
    Part("Lessons", ("notebooks/[0-9][0-9]_*.ipynb",), learners=True),
    Part(
        "To look up",
        (
            "docs/glossary.md",
            "datasets/README.md",
            "docs/robustness.md",
            "docs/accessibility.md",
            "SUPPORT.md",
            "docs/privacy.md",
        ),
        learners=True,
    ),
    Part(
        "For facilitators",
        (
            "docs/facilitating.md",
            "facilitator/README.md",
            "docs/windows-and-mac.md",
            "facilitator/run-of-show.md",
            "facilitator/room.md",
            "facilitator/presenting.md",
            "facilitator/live-room.md",
            "docs/room-over-https.md",
            "facilitator/when-things-fail.md",
            "facilitator/feedback.md",
            "facilitator/does-it-work.md",
