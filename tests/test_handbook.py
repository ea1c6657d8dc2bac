"""The handbooks: each page has its place, and none that is published holds an answer."""

from __future__ import annotations

import re

import pytest
from book_pages import PARTS, holds_answers
from conftest import ROOT, lessons
from course import stems
from only_in_solutions import secret_lines, told_in
from release import right_numbers

READERS = {part.title: part for part in PARTS}
CONTENTS = {
    "For facilitators": "docs/facilitating.md",
    "For instructors": "docs/instructing.md",
}
# Pages of ours that the book leaves out, and why.
LEFT_OUT = {
    "docs/lesson.png": "a picture of the README",
}
PUBLISHED = sorted(
    {
        name
        for part in PARTS
        for name in part.files(answers=False)
        if name.endswith(".md") and not part.learners
    }
    | {"docs/glossary.md", "docs/accessibility.md"}
)
NUMBER = re.compile(r"(?<![\w.,])-?\d[\d,]*(?:\.\d+)?(?![\w])")


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def told_answers(text: str) -> set[str]:
    """Return the answers that a page tells: a name and its right number in one paragraph."""
    answers = {
        (name, value)
        for stem in stems()
        for name, value in right_numbers(stem).items()
        if name.isidentifier() and "_" in name  # a word such as `first` says no answer
    }
    return {
        name
        for paragraph in text.split("\n\n")
        for name, value in answers
        if re.search(rf"\b{name}\b", paragraph)
        and any(abs(n - value) <= 0.005 * abs(value) for n in numbers(paragraph))
    }


def numbers(text: str) -> list[float]:
    return [float(found.replace(",", "")) for found in NUMBER.findall(text) if found != "-"]


def test_a_page_that_tells_an_answer_is_known_by_it() -> None:
    assert told_answers("Ruth's people.\n\nThe factor is `factor_used = 2.93`, not 3.1.") == {
        "factor_used"
    }
    assert told_answers("`factor_used` is asked for in task 2.\n\nIt has 2.93 points.") == set()
    assert len(secret_lines()) > 150


@pytest.mark.parametrize("page", PUBLISHED)
def test_no_published_page_holds_an_answer_or_a_hidden_test(page: str) -> None:
    text = text_of(page)
    assert told_in(text, secret_lines()) == set()
    assert told_answers(text) == set(), "begin it with the mark of book_pages.MARK, or leave it out"


def test_a_guide_of_a_module_is_in_no_published_handbook() -> None:
    guides = {f"facilitator/{stem}.md" for stem in lessons()}
    assert guides & set(PUBLISHED) == set()
    assert all(holds_answers(ROOT / guide) for guide in guides)
    built = set(READERS["For facilitators"].files(answers=True))
    assert guides <= built


def test_every_page_has_its_place_in_the_book() -> None:
    there = {
        path.relative_to(ROOT).as_posix()
        for folder in ("docs", "facilitator")
        for path in (ROOT / folder).iterdir()
        if path.suffix in (".md", ".png")
    }
    placed = {name for part in PARTS for name in part.files(answers=True)}
    assert there - placed == set(LEFT_OUT), "give it a place in PARTS of tools/book_pages.py"


@pytest.mark.parametrize("reader", CONTENTS)
def test_the_contents_of_a_handbook_name_all_its_pages_in_order(reader: str) -> None:
    page = ROOT / CONTENTS[reader]
    linked = [
        (page.parent / target).resolve().relative_to(ROOT).as_posix()
        for target in re.findall(r"\]\(([^)#:]+\.md)", page.read_text(encoding="utf-8"))
    ]
    pages = [name for name in READERS[reader].files(answers=False) if name != CONTENTS[reader]]
    assert [name for name in linked if name in pages] == pages


@pytest.mark.parametrize("page", [page for page in PUBLISHED if page.startswith("docs/")])
def test_a_page_links_to_what_is_there(page: str) -> None:
    here = (ROOT / page).parent
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text_of(page)):
        assert (here / target).exists(), target
