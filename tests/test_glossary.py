"""The glossary explains words that lessons use, each in one sentence, where learners meet it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pytest
from book_terms import EVERYDAY, Terms, entries
from conftest import ROOT

PAGE = ROOT / "docs" / "glossary.md"
ENTRY = re.compile(r"^(\S.*)\n  (.+) \[(\d\d)\]\(\.\./notebooks/(\w+)\.ipynb\)$", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    term: str
    sentence: str
    number: str
    lesson: str


def glossary() -> str:
    return PAGE.read_text(encoding="utf-8").split("```{glossary}\n")[1].split("```")[0]


ENTRIES = [Entry(*found) for found in ENTRY.findall(glossary())]


def text_of(lesson: str) -> str:
    """Return what a lesson says, in small letters and without its marks."""
    cells = json.loads((ROOT / f"notebooks/{lesson}.ipynb").read_text(encoding="utf-8"))["cells"]
    said = " ".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return re.sub(r"\s+", " ", re.sub(r"[*_`]", "", said)).lower()


def test_each_entry_is_a_term_a_sentence_and_a_lesson() -> None:
    blocks = [block for block in glossary().split("\n\n") if block.strip()]
    assert len(blocks) == len(ENTRIES)
    assert 40 <= len(ENTRIES) <= 65
    terms = [entry.term.lower() for entry in ENTRIES]
    assert terms == sorted(set(terms)), "in alphabetical order, each once"


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.term)
def test_a_term_stands_in_its_lesson(entry: Entry) -> None:
    assert entry.lesson.startswith(entry.number)
    # Its last word may stand in the plural there.
    assert re.search(rf"\b{re.escape(entry.term.lower())}(s|es)?\b", text_of(entry.lesson))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.term)
def test_a_term_is_explained_in_one_sentence(entry: Entry) -> None:
    assert entry.sentence.endswith(".")
    assert not re.search(r"[.!?] [A-Z]", entry.sentence)
    assert len(entry.sentence.split()) <= 40


def test_in_the_book_a_word_leads_to_its_entry_once() -> None:
    linked = Terms("06_communication").linked
    told = linked("Squads and\nliaisons; a squad.")
    assert told == "{term}`Squads <squad>` and\n{term}`liaisons <liaison>`; a squad."
    assert linked("The squad and its liaison") == "The squad and its liaison"


@pytest.mark.parametrize(
    ("said", "leads"),
    [
        ("Three *power\nusers*.", "Three *{term}`power users <power user>`*."),
        ("TECHNICAL DEBT", "{term}`TECHNICAL DEBT <technical debt>`"),
        ("two policies", "two {term}`policies <policy>`"),
        ("**batches**", "**{term}`batches <batch>`**"),
        ("Amdahl's law", "{term}`Amdahl's law <Amdahl's law>`"),
    ],
)
def test_a_word_is_known_however_it_is_written(said: str, leads: str) -> None:
    assert Terms("02_monolith_to_services").linked(said) == leads


@pytest.mark.parametrize(
    "said",
    [
        "## A squad\n",
        "`squad` and ``liaison``",
        "```\nsquad = 1\n```",
        "[our squad](06_communication.ipynb)",
        "<span title='squad'>",
        "a squadron, squad-like, a mega-squad",
    ],
)
def test_headings_code_links_and_parts_of_words_are_left_alone(said: str) -> None:
    assert Terms("06_communication").linked(said) == said


def test_behind_a_heading_words_lead_again() -> None:
    assert (
        Terms("06_communication").linked("# Squad\n\nA squad").endswith("A {term}`squad <squad>`")
    )


def test_an_everyday_word_leads_from_its_own_lesson_alone() -> None:
    assert set(entries()) == {entry.term for entry in ENTRIES}
    assert set(entries()) >= EVERYDAY
    said = "a round number"
    assert Terms("01_technical_debt").linked(said) == said
    assert Terms("08_flight_simulator").linked(said) == "a {term}`round <round>` number"
