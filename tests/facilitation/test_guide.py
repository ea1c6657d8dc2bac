"""What is read from a facilitator's page: the poll, and the questions for the room."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import ROOT

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import Course, find_course
from thousandfold.facilitation.guide import Poll, discussion, poll

COURSE = find_course(ROOT)
PAGE = """# 07 · And now?

**Poll.** *How many decisions
waited for you?* None / up to
five / more. Count them.

## Discuss

Print the loops.

1. Which kind of decision came
   three times? Who says so?
2. Who may stop?

Afterwards:

- no question

## When somebody challenges a number

1. Not this one.
"""


def with_page(tmp_path: Path, text: str) -> Course:
    (tmp_path / "facilitator").mkdir()
    (tmp_path / "facilitator" / "07_own.md").write_text(text, encoding="utf-8")
    return Course(tmp_path, ())


def test_poll_and_questions_are_read_over_the_ends_of_lines(tmp_path: Path) -> None:
    course = with_page(tmp_path, PAGE)
    asked = Poll("How many decisions waited for you?", ("None", "Up to five", "More"))
    assert poll(course, "07_own") == asked
    assert discussion(course, "07_own") == (
        "Which kind of decision came three times? Who says so?",
        "Who may stop?",
    )


def test_the_pages_of_the_workshop_are_read() -> None:
    found = poll(COURSE, "06_communication")
    assert found is not None
    assert found.options[-1] == "More than a thousand times"
    first, *others = discussion(COURSE, "08_flight_simulator")
    assert first == "Where does your forecast leave what came, and which loop turned there?"
    assert len(others) == 2


@pytest.mark.parametrize(
    "text",
    ["", "# 07\n\n**Poll.** Anything?\n", "**Poll.** *Really?* Yes.\n\n## Discuss\n\nTalk.\n"],
)
def test_a_page_of_another_shape_has_no_poll_and_no_question(tmp_path: Path, text: str) -> None:
    course = with_page(tmp_path, text)
    assert poll(course, "07_own") is None
    assert discussion(course, "07_own") == ()


def test_a_course_need_not_have_pages(tmp_path: Path) -> None:
    assert poll(Course(tmp_path, ()), "07_own") is None
    assert discussion(Course(tmp_path, ()), "07_own") == ()


def test_a_page_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    course = with_page(tmp_path, "")
    (tmp_path / "facilitator" / "07_own.md").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ExplainedError, match=r"07_own\.md cannot be read; copy it again"):
        poll(course, "07_own")
