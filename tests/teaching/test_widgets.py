from __future__ import annotations

import pytest

from thousandfold import ExplainedError
from thousandfold.models.rare_needs import RareNeed
from thousandfold.models.squads import Squads
from thousandfold.models.staffing import BrooksLaw
from thousandfold.teaching.widgets import explore


def test_moving_a_slider_moves_figure_and_sentence_together() -> None:
    slider, figure, sentence = explore(BrooksLaw(hired=0), "hired").widget.children
    figures, sentences = [], [sentence.value]
    for hired in (10, 0, 10):
        slider.value = hired
        figures.append(figure.value)
        sentences.append(sentence.value)
    assert figures[0] == figures[2] != figures[1]
    assert sentences[0] == sentences[2] != sentences[1] == sentences[3]
    assert 'alt="Remaining in function points' in figure.value
    assert 'aria-live="polite"' in sentence.value


def test_sliders_have_the_range_of_the_quantity() -> None:
    whole, decimal = explore(BrooksLaw(), "hired", "training").widget.children[:2]
    assert (whole.min, whole.max, whole.value) == (0, 20, 0)
    assert (decimal.min, decimal.max, decimal.value) == (0, 1, 0.25)
    assert "teaching" in decimal.tooltip


def test_two_sliders_act_together() -> None:
    squad, liaisons, _, sentence = explore(Squads(), "squad", "liaisons").widget.children
    squad.value, liaisons.value = 10, 2
    assert "in squads of 10 with 2 liaisons each" in sentence.value


def test_unknown_names_and_no_names_are_refused() -> None:
    with pytest.raises(ExplainedError, match="no parameter 'peopel'"):
        explore(RareNeed(), "peopel")
    with pytest.raises(ExplainedError, match="name a parameter to move: share, by_hand"):
        explore(RareNeed())
