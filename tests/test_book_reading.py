"""A reader of the book is told nothing that only holds in Jupyter."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from book_lesson import Lesson, Running
from book_reading import changes_code, in_place, pattern, read
from conftest import ROOT, lessons

from thousandfold.teaching.guesses import Guess, split_guesses

pytestmark = pytest.mark.site

OF_JUPYTER = re.compile(
    r"\b(?:the|this|next|a) cells?\b|double-click|shift|kernel|nbgrader|→|\.ipynb"
    r"|(?-i:\bRun it\b)|\b(?:then|and) run (?:it|the)\b|three dots",
    re.IGNORECASE,
)
CODE = re.compile(r"~~~python\n.*?\n~~~|~~~~\{raw\} html\n.*?\n~~~~|```.*?```", re.DOTALL)


def told(stem: str) -> list[str]:
    """Return the texts of a lesson, as the book has them."""
    cells = nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4).cells
    return [
        read(stem, cell.source, before_guess=_asks(after))
        for cell, after in zip(cells, [*cells[1:], None], strict=True)
        if cell.cell_type == "markdown"
    ]


def _asks(cell: nbformat.NotebookNode | None) -> bool:
    lines = cell.source.splitlines() if cell else ()
    return any(isinstance(part, Guess) for part in split_guesses(lines))


@pytest.mark.parametrize("stem", lessons())
def test_a_reader_is_sent_to_no_cell_no_key_and_no_menu(stem: str) -> None:
    for text in told(stem):
        words = re.sub(r"\]\([^)]*\)", "]", text)
        assert OF_JUPYTER.findall(words) == [], text
        assert not re.search(r"!\w|^ *[a-z]", words.split("\n\n")[0]), text


@pytest.mark.parametrize("stem", in_place())
def test_what_the_book_says_instead_stands_for_a_sentence_that_is_there(stem: str) -> None:
    cells = nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4).cells
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    for one in in_place()[stem]:
        assert sum(len(pattern(one["says"]).findall(text)) for text in texts) == 1, one["says"]


@pytest.mark.parametrize(
    ("said", "reads"),
    [
        ("Run the cell, then hire\npeople.", "Hire\npeople."),
        ("Run the cell, **then write it.**", "**Write it.**"),
        ("Listen. Run the\ncell. Move it.", "Listen. Move it."),
        ("Guess, then run it.", "Guess."),
        ("The\ncell says what it costs.", "What follows says what it costs."),
        ("Double-click here, and finish each line.", "On paper, finish each line."),
        ("For Ruth, double-click this cell and write:", "For Ruth, write on paper:"),
        ("(Double-click here to write.)\n\n- The end:", "- The end:"),
        ("Guess. The next cell shows [yours](a.ipynb), if any. Go.", "Guess.  Go."),
        ("Look. After a change here, choose *Run → Run All Cells*.", "Look. "),
        ("Press Shift + Tab.", "Press Tab."),
    ],
)
def test_a_kind_of_sentence_is_mended(said: str, reads: str) -> None:
    assert read("", said) == reads


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Halve the teaching: write `training=0.125`.", True),
        ('So count, and try `keypoint("06.3").robust()` with your share.', True),
        ("Then change `guardrails` from 0 to 60.", True),
        ("Here (`resume=0`) it ships again.", False),
        ("Set word of mouth, `imitation`: move it.", False),
        ("## Change one thing\n\nWhich would you take back?", False),
    ],
)
def test_who_is_asked_to_change_code_is_shown_where_it_runs(text: str, asks: bool) -> None:
    assert changes_code(text) is asks


def test_a_lesson_leads_to_where_its_code_can_be_changed(tmp_path: Path) -> None:
    lesson = ROOT / "notebooks" / "06_communication.ipynb"
    page = Lesson(lesson, tmp_path, Running("lab/index.html")).page()
    asked = CODE.sub("", page).count("training=0.125")
    assert asked == 1
    there = '<a href="../lab/index.html?path=notebooks/06_communication.ipynb">run the lesson</a>'
    assert page.count(there) == sum(map(changes_code, told(lesson.stem)))
