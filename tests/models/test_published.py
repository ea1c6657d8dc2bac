"""Every figure that a model is held against has a source, and none is only remembered."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from conftest import PUBLISHED, ROOT, Published

MARKS = {"V+R", "V", "V2", "R+"}
NUMBERS = {"three": 3.0, "five": 5.0, "eight": 8.0, "third": 1 / 3, "square": 2.0, "cube": 3.0}
QUOTED = [
    ("01_technical_debt", "code_red_bases", "In 39 code bases"),
    ("01_technical_debt", "code_red_time", "took 124 % more time"),
    ("04_diverse_users", "kohavi_third", "about a third did"),
    ("05_product_to_platform", "network_power_2015", "found the square"),
    ("05_product_to_platform", "network_power_2023", "the cube"),
    ("05_product_to_platform", "boudreau_systems", "In 21 handheld systems"),
    ("05_product_to_platform", "boudreau_access", "up to five times as fast"),
    ("08_flight_simulator", "kohavi_third", "about a third improved"),
    ("10_code_nearly_free", "metr_trial", "16 people, 246 tasks"),
    ("10_code_nearly_free", "metr_interval", "between 2 and 39"),
    ("10_code_nearly_free", "metr_later", "18 % faster"),
    ("10_code_nearly_free", "metr_later_interval", "between 38 faster and 9 slower"),
    ("10_code_nearly_free", "dora_2025", "90 % use assistants"),
    ("10_code_nearly_free", "faros_2025", "98 % more changes, 91 % more time"),
]


@pytest.mark.parametrize("entry", PUBLISHED, ids=lambda entry: entry["id"])
def test_a_published_figure_says_where_it_stands(entry: dict[str, object]) -> None:
    assert set(entry) == {"id", "what", "value", "tolerance", "mark", "source", "page"}
    assert entry["mark"] in MARKS, "a figure that is only recalled is no fact"
    assert len(str(entry["source"])) > 10
    assert str(entry["page"]).strip()


def test_ids_are_unique_and_every_figure_is_used() -> None:
    ids = [entry["id"] for entry in PUBLISHED]
    assert len(ids) == len(set(ids))
    code = "".join(path.read_text("utf-8") for path in Path(ROOT / "tests").rglob("test_*.py"))
    assert [name for name in ids if f'"{name}"' not in code] == []


def said(words: str) -> list[float]:
    """Return the numbers in a phrase, written as digits or as words."""
    found = re.findall(r"(\d+)( %)?|(" + "|".join(NUMBERS) + ")", words)
    return [
        NUMBERS[word] if word else int(digits) / (100 if percent else 1)
        for digits, percent, word in found
    ]


@pytest.mark.parametrize(("stem", "name", "words"), QUOTED)
def test_a_lesson_quotes_what_was_published_and_how_it_was_read(
    stem: str, name: str, words: str, published: Published
) -> None:
    lesson = nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4)
    text = re.sub(r"\s+", " ", " ".join(cell.source for cell in lesson.cells))
    assert words in text
    numbers = said(words)
    published.agrees(name, numbers if len(numbers) > 1 else numbers[0])
    mark = {"V": r"\bread\b", "V2": "second hand"}[published.entries[name]["mark"]]
    assert re.search(mark, text.split(words)[1][:250]), "how we know it stands beside it"
