"""What is said in another language: any count, pieces in a row, and by whom."""

from __future__ import annotations

import ast
import math
import threading
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT

from thousandfold.language import Catalogue, languages, read, say, say_many, speak, speaking
from thousandfold.language.lists import listed, parted

POLISH = "n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2"
ARABIC = "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5"
RULES = [*(read(language).plural for language in languages()), POLISH, ARABIC, "0", "n > 1"]
NO_NUMBERS = [math.nan, math.inf, -math.inf, np.float64("nan"), np.inf, Decimal("NaN"), 10**400]


def counted(rule: str, count: float) -> str:
    """Return which form of six is said."""
    forms = {"{n} path": ["zero", "one", "two", "few", "many", "other"]}
    with speaking(Catalogue(forms, rule)):
        return say_many("{n} path", "{n} paths", count, n=count)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("count", NO_NUMBERS, ids=[repr(count)[:12] for count in NO_NUMBERS])
def test_what_cannot_be_counted_is_said_as_many(rule: str, count: float) -> None:
    assert counted(rule, count) == counted(rule, 100)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("count", [0.5, 1.5, 2.5, -1.5, np.float64(7.25), Decimal("1.5")])
def test_a_part_of_one_is_neither_one_nor_a_pair(rule: str, count: float) -> None:
    assert counted(rule, count) == counted(rule, 3)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("count", [0, 1, 2, 5, 11, 100, 1e300, -3])
def test_whole_numbers_are_themselves_however_they_are_written(rule: str, count: int) -> None:
    assert counted(rule, count) == counted(rule, np.float64(count)) == counted(rule, abs(count))


def test_a_language_has_marks_of_its_own_between_pieces() -> None:
    pieces = ["cross: ill today", "hollow: {hears} nothing", "a diamond talks"]
    assert parted(pieces) == "; ".join(pieces)
    assert listed(pieces) == ", ".join(pieces)
    assert listed([]) == parted(iter([])) == ""
    french = Catalogue({"{before}; {after}": ["{before}\u202f; {after}"]})
    with speaking(french):
        assert parted(pieces) == "\u202f; ".join(pieces)
        assert parted(pieces[:1]) == pieces[0]


def test_what_moves_a_slider_in_a_thread_speaks_the_language_of_the_notebook() -> None:
    """A thread begins in a context of its own, which no cell has told anything."""
    heard: list[str] = []
    language = languages()[0]
    speak(language)
    try:
        thread = threading.Thread(target=lambda: heard.append(say("In English")))
        thread.start()
        thread.join()
    finally:
        speak("en")
    assert heard == [read(language).messages["In English"][0]]
    assert say("In English") == "In English"


def test_nobody_but_a_notebook_chooses_the_language() -> None:
    """One process has one language: the room, whose threads serve many people, never changes it."""

    def chosen_in(path: Path) -> bool:
        called = (
            node.func
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call)
        )
        return any(ast.unparse(func).split(".")[-1] in ("speak", "speaking") for func in called)

    package = ROOT / "src"
    assert chosen_in(Path(__file__))
    files = [path for path in package.rglob("*.py") if path.parent.name != "language"]
    assert len(files) > 100
    assert [path for path in files if chosen_in(path)] == []
