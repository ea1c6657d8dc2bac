"""What lessons conclude is true in the lesson, and in most plausible companies.

How often it holds in companies near the usual one is tried with THOUSANDFOLD_ALL=1.
"""

from __future__ import annotations

import os
import re

import pytest
import robustness
from conftest import lessons

from thousandfold import ExplainedError, keypoint
from thousandfold.keypoints import LESSONS, Keypoint, keypoints, shares
from thousandfold.models import Debt

ALL = {
    f"{lesson[:2]}.{place}": point
    for lesson in LESSONS
    for place, point in enumerate(keypoints(lesson), 1)
}
TRIED = [place for place, point in ALL.items() if point.model is not None]
BOXES = list(robustness.BOXES) if "THOUSANDFOLD_ALL" in os.environ else ["plausible"]
SURVIVES = 80  # of 100 plausible companies: what holds in fewer says its condition
LOSES = 5  # of 100, before somebody has to look


@pytest.mark.parametrize("place", ALL)
def test_a_keypoint_holds_in_its_lesson(place: str) -> None:
    assert ALL[place].margin() > 0, f"it does not: {ALL[place]}"


@pytest.mark.parametrize("place", TRIED)
@pytest.mark.parametrize("box", BOXES)
def test_a_keypoint_holds_as_often_as_pages_say(place: str, box: str) -> None:
    said = shares()[place][box]
    tried = ALL[place].robust(within=robustness.BOXES[box])
    percent = 100 * said["holds"] / said["of"]
    assert 100 * tried.share == pytest.approx(percent, abs=LOSES), "make robustness"
    if box == "plausible":
        assert 100 * tried.share >= SURVIVES, "say the condition, or say less"


def test_the_pages_say_what_was_tried() -> None:
    told = shares()
    assert set(told) == set(TRIED), "make robustness"
    for path, text in robustness.pages(told).items():
        assert path.read_text(encoding="utf-8") == text, f"make robustness writes {path.name}"


def test_a_result_is_told_with_its_boxes() -> None:
    found = robustness.tried(keypoint("01.1"))
    assert set(found) == {*robustness.BOXES, "deciders", "split"}
    assert found["plausible"]["of"] == 100


def test_the_lessons_with_keypoints_are_there_and_have_three() -> None:
    assert set(LESSONS) <= set(lessons())
    assert {len(keypoints(lesson)) for lesson in LESSONS} == {3}


def test_what_is_known_at_home_changes_the_share() -> None:
    usual = keypoint("01.2").robust(anywhere=True)
    assert keypoint("1.2").robust(anywhere=True, interest=0.5).percent < usual.percent


def test_nobody_knows_what_a_sentence_decides_itself() -> None:
    deciding = {place: point for place, point in ALL.items() if point.sets}
    assert deciding
    for point in deciding.values():
        for name in point.sets:
            with pytest.raises(ExplainedError, match=f"the sentence itself decides {name}"):
                point.robust(**{name: getattr(point.model, name)})


@pytest.mark.parametrize("asked", ["01.4", "01.0", "01", "77.1", "", "01.-1", "101.1", None])
def test_a_keypoint_that_is_not_there_is_refused_with_those_that_are(asked: str) -> None:
    with pytest.raises(ExplainedError, match=re.escape("01.1 to 01.3")):
        keypoint(asked)
    with pytest.raises(ExplainedError, match="01_technical_debt"):
        keypoints("01_debt")


def test_what_rests_on_no_model_says_on_what() -> None:
    counted = Keypoint("Ten are more than nine.", lambda _: 1, rests_on="arithmetic")
    assert counted.margin() == 1
    with pytest.raises(ExplainedError, match="rests on arithmetic, so there is no company"):
        counted.robust()
    for wrong in ({}, {"rests_on": "hope"}, {"rests_on": "counted data", "model": Debt()}):
        with pytest.raises(ExplainedError):
            Keypoint("Something.", lambda _: 1, **wrong)  # type: ignore[arg-type]
