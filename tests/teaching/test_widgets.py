from __future__ import annotations

import html

import pytest

from thousandfold import ExplainedError, Model, keypoint
from thousandfold.models import (
    CriticalMass,
    Debt,
    ErrorBudgetPolicy,
    SquadCut,
    StranglerFig,
    TwoSegments,
)
from thousandfold.models.rare_needs import RareNeed
from thousandfold.models.squads import Squads
from thousandfold.models.staffing import BrooksLaw
from thousandfold.teaching.sliders import SliderRange
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
    assert decimal.readout_format == ".2f", "0.25 is shown as 0.25, not as 0.2500"


def test_two_sliders_act_together() -> None:
    squad, liaisons, _, sentence = explore(Squads(), "squad", "liaisons").widget.children
    squad.value, liaisons.value = 10, 2
    assert "in squads of 10 with 2 liaisons each" in sentence.value


def test_a_slider_on_what_is_known_says_in_how_many_companies_a_keypoint_holds() -> None:
    point = keypoint("00.3")
    slider, figure, sentence = explore(point.robust(), "overhead").widget.children
    assert slider.value == 0.0006
    assert "with overhead 0.0006" in sentence.value
    for overhead in (0.0007, 0.002):
        slider.value = overhead
        asked = point.robust(overhead=overhead)
        assert html.escape(asked.sentence) in sentence.value
        assert html.escape(asked.sentence) in figure.value
    asked = keypoint("01.1").robust(anywhere=True)
    assert "decides" in asked.picture().title
    axes = {asked.replace(interest=at).picture(in_order=True).x_label for at in (0.2, 0.3, 0.5)}
    assert axes == {"companies, worst to best"}, "the axis stays what it is"


def test_a_slider_on_what_is_known_tells_what_cannot_be_asked() -> None:
    tried = keypoint("01.2").robust()
    slider, _, sentence = explore(tried, "interest").widget.children
    slider.value = 0.5
    assert 'role="alert">the sentence does not speak of companies with interest' in sentence.value
    with pytest.raises(ExplainedError, match="the sentence itself decides repayment"):
        explore(tried, "repayment")
    with pytest.raises(ExplainedError, match="no parameter 'intrest'"):
        explore(tried, "intrest")
    with pytest.raises(ExplainedError, match="name a parameter to move: "):
        explore(tried)


def test_unknown_names_and_no_names_are_refused() -> None:
    with pytest.raises(ExplainedError, match="no parameter 'peopel'"):
        explore(RareNeed(), "peopel")
    with pytest.raises(ExplainedError, match="name a parameter to move: share, by_hand"):
        explore(RareNeed())


@pytest.mark.parametrize(
    ("model", "of", "name", "value"),
    [
        (Squads(squad=10), "people", "squad", 25),
        (Debt(), "map", "interest", 0.5),
        (StranglerFig(), "areas", "drag", 0.2),
        (StranglerFig(), "leaving", "out", 3),
        (ErrorBudgetPolicy(resume=0), "year", "freeze", 0.4),
        (TwoSegments(), "hills", "depth", 0.9),
        (CriticalMass(), "hall", "on_board", 0.21),
        (SquadCut(), "network", "squads", 3),
    ],
    ids=lambda part: part if isinstance(part, str) else "",
)
def test_a_slider_moves_pictures_whose_number_of_things_changes(
    model: Model, of: str, name: str, value: float
) -> None:
    box = explore(model, name, of=of).widget
    slider, figure, sentence = box.children[0], *box.children[-2:]
    before = figure.value, sentence.value
    slider.value = value
    told = html.escape(model.replace(**{name: value}).picture(of).sentence)
    assert told in sentence.value
    assert f'alt="{told}"' in figure.value
    assert figure.value != before[0]
    slider.value = getattr(model, name)
    assert sentence.value == before[1]


def test_more_than_can_be_seen_is_told_and_the_figure_stays() -> None:
    box = explore(Squads(), "people", of="people").widget
    slider, figure, sentence = box.children[0], *box.children[-2:]
    before = figure.value
    slider.value = 900
    assert "900 dots are too many to see: 400 at most" in sentence.value
    assert 'role="alert"' in sentence.value
    assert figure.value == before


def test_all_of_a_share_that_is_decided_can_be_reached_in_steps_that_show() -> None:
    slider = SliderRange.of(ErrorBudgetPolicy.quantities()["freeze"], 0.01)
    assert (slider.low, slider.high, slider.step) == (0, 1, 0.01)


def test_a_slider_says_no_unit_that_is_its_name() -> None:
    slider = explore(Squads(people=10), "people", of="people").widget.children[0]
    assert slider.description == "people"
