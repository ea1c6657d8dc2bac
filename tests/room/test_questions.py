"""What a room is asked stands in the lessons and the facilitator's pages, and its truth with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from conftest import ROOT

from thousandfold.facilitation import schedule
from thousandfold.facilitation.course import find_course
from thousandfold.facilitation.plan import Slot
from thousandfold.room.questions import Question, questions_of

COURSE = find_course(str(ROOT))
FORMATS = sorted(schedule.formats())


def asked(name: str) -> Iterator[Question]:
    for session in schedule.plan(COURSE, name).sessions:
        for questions in questions_of(COURSE, session.slots).values():
            yield from questions


@pytest.mark.parametrize("name", FORMATS)
def test_names_tell_questions_apart(name: str) -> None:
    for session in schedule.plan(COURSE, name).sessions:
        found = questions_of(COURSE, session.slots).values()
        names = [question.name for questions in found for question in questions]
        assert len(names) == len(set(names))


@pytest.mark.parametrize("name", FORMATS)
def test_the_truth_of_a_question_is_an_answer_to_it(name: str) -> None:
    for question in asked(name):
        assert question.words.strip()
        assert len(question.options) != 1
        if question.truth is not None:
            assert question.told
            given = f"{question.truth:.12g}"
            assert question.read(given) == pytest.approx(question.truth)


def test_a_poll_of_each_module_can_be_asked() -> None:
    stems = [module.stem for module in COURSE.modules]
    slots = [Slot(540, 9, "vote", stem, stem) for stem in stems]
    found = questions_of(COURSE, slots)
    assert found
    for (question,) in found.values():
        assert len(question.options) >= 2
        assert question.read("0") == 0


def test_a_line_that_asks_nothing_has_no_question() -> None:
    assert questions_of(COURSE, [Slot(540, 9, "run", "Look", "06_communication", "lesson")]) == {}
