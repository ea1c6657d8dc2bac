"""What the empty picture does with what is drawn and typed; the hand itself is in a browser."""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from thousandfold import draw_guess
from thousandfold.models import ScalabilityLaw
from thousandfold.teaching import drawn_guess
from thousandfold.teaching.curves import FILE
from thousandfold.teaching.drawn_guess import DrawnGuess

HIGH = [0.25, 0.4, 0.5, 0.6, 0.7, 0.6, 0.5]


@pytest.fixture
def curve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DrawnGuess:
    monkeypatch.chdir(tmp_path)
    return again()


def again() -> DrawnGuess:
    return draw_guess(ScalabilityLaw().picture("times"), between=(0.1, 1000))  # type: ignore[arg-type]


def test_what_is_drawn_is_written_below_and_what_is_written_is_drawn(curve: DrawnGuess) -> None:
    canvas, typed, said = curve._shown.widget.children
    canvas.heights = HIGH
    assert typed.value == "1 4 10 25 63 25 10"
    assert "You drew 1 at 1, 4 at 3, 10 at 10" in said.value
    drawn = str(curve.answer())
    typed.value = "1 4 10 25 63 25 10 "
    assert str(curve.answer()) == drawn
    typed.value = "1, 4, 10, 25, 63, 25, 1,000"
    assert canvas.heights[:5] == pytest.approx(HIGH[:5], abs=0.01)
    assert canvas.heights[-1] == 1
    assert "you drew 1,000 times today's" in str(curve.answer())
    typed.value = ""
    assert canvas.heights == [None] * 7
    assert str(curve.answer()).endswith("You drew no guess this time.")


def test_a_slip_keeps_what_was_drawn(curve: DrawnGuess) -> None:
    canvas, typed, said = curve._shown.widget.children
    canvas.heights = HIGH
    before = str(curve.answer())
    typed.value = "1 2 3"
    assert 'role="alert">Write 7 numbers' in said.value
    assert canvas.heights == pytest.approx(HIGH, abs=0.01)
    assert str(curve.answer()) == before == str(again().answer())


def test_it_is_asked_again_nowhere(curve: DrawnGuess) -> None:
    curve._shown.widget.children[0].heights = HIGH
    assert again()._shown.widget.children[1].value == "1 4 10 25 63 25 10"
    assert "You drew 1 at 1" in again()._repr_mimebundle_()["text/plain"]


def test_a_folder_that_cannot_be_written_to_is_said(
    curve: DrawnGuess, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(drawn_guess, "keep", refused)
    canvas, typed, said = curve._shown.widget.children
    canvas.heights = HIGH
    assert "this folder takes no file" in said.value
    assert FILE not in said.value
    assert typed.value == "1 4 10 25 63 25 10"


def test_the_answer_shows_both_curves_and_says_how_they_differ(curve: DrawnGuess) -> None:
    empty = curve.answer()._repr_mimebundle_()
    assert "You drew no guess this time." in empty["text/plain"]
    curve._shown.widget.children[0].heights = HIGH
    shown = curve.answer()._repr_mimebundle_()
    assert "You drew it highest at 100 times today's load" in html.unescape(shown["text/html"])
    assert "<img " in shown["text/html"]


def test_the_widget_asks_no_other_host(curve: DrawnGuess) -> None:
    canvas = curve._shown.widget.children[0]
    assert "http" not in canvas._esm.replace("http://www.w3.org/2000/svg", "")
    assert "url(" not in canvas._css
