"""What may be shown of a vote: every answer in one bar, none of fewer than five."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from small_day import GUESS, POLL

from thousandfold.errors import ExplainedError
from thousandfold.room.questions import Question
from thousandfold.room.votes import LEAST_SHOWN, Votes, all_asked

numbers = st.floats(-1e12, 1e12, allow_subnormal=False).filter(lambda x: not 0 < abs(x) < 1e-9)


def voted(question: Question, *ballots: list[float]) -> Votes:
    votes = Votes()
    for ballot, answers in enumerate(ballots, 1):
        for number, answer in enumerate(answers):
            votes.answer(f"browser-{number}", question, ballot, f"{answer:.12g}")
    return votes


def test_nothing_is_shown_of_fewer_than_five() -> None:
    for few in range(LEAST_SHOWN):
        assert voted(GUESS, [40.0] * few).bars(GUESS) == ()
        shown = voted(POLL, [0] * LEAST_SHOWN, [1] * few).bars(POLL)
        assert [(bar.first, bar.second) for bar in shown] == [(5, 0), (0, 0), (0, 0)]
    assert sum(bar.first for bar in voted(GUESS, [40.0] * LEAST_SHOWN).bars(GUESS)) == 5


def test_the_latest_answer_of_a_browser_counts() -> None:
    votes = Votes()
    for answer in ("0", "1", "2"):
        votes.answer("ann", POLL, 1, answer)
    assert (votes.count(POLL, 1), votes.of("ann", POLL, 1), votes.of("ann", POLL, 2)) == (
        1,
        2,
        None,
    )


def test_the_truth_is_a_mark_in_the_bar_in_which_it_lies() -> None:
    bars = voted(GUESS, [10, 20, 30, 44, 50, 60]).bars(GUESS)
    (true,) = [bar for bar in bars if bar.true]
    assert true.words == "40 to 49 paths"
    assert true.first == 1
    choice = Question("q", "?", ("a", "b"), truth=1)
    assert [bar.true for bar in voted(choice, [0] * 5).bars(choice)] == [False, True]


def test_who_types_a_number_from_another_world_moves_no_bar() -> None:
    usual = [30.0, 35, 40, 42, 45, 48, 50]
    with_joker = voted(GUESS, [*usual, 1e9]).bars(GUESS)
    assert len(with_joker) <= 10
    assert with_joker[-1].words.endswith("paths or more")
    assert sum(bar.first > 0 for bar in with_joker) > 2


def test_guesses_over_powers_of_ten_have_bars_that_are_factors() -> None:
    bars = voted(Question("q", "?"), [1, 9, 50, 400, 8000, 100_000]).bars(Question("q", "?"))
    assert [bar.first for bar in bars] == [1] * 6 or sum(bar.first for bar in bars) == 6
    assert 3 <= len(bars) <= 14


@given(st.lists(numbers, min_size=LEAST_SHOWN, max_size=30), st.none() | numbers)
@example([0.0] * 5, None)
@example([5.0] * 5, 5.0)
@example([1e12, -1e12, 0, 0, 1e-9], 0.0)
@example([0.1, 0.2, 0.3, 0.1, 0.2], 0.3)
def test_every_answer_stands_in_one_bar(answers: list[float], truth: float | None) -> None:
    question = Question("q", "?", truth=truth)
    bars = voted(question, answers, answers[:LEAST_SHOWN]).bars(question)
    assert sum(bar.first for bar in bars) == len(answers)
    assert sum(bar.second for bar in bars) == LEAST_SHOWN
    assert sum(bar.true for bar in bars) == (truth is not None)
    assert len(bars) <= 16


@pytest.mark.parametrize("answer", ["", " ", "3", "-1", "0.0", "many", None, 1, ["0"], "²"])
def test_what_is_no_option_is_no_answer(answer: object) -> None:
    votes = Votes()
    with pytest.raises(ExplainedError, match="choose one of the answers"):
        votes.answer("ann", POLL, 1, answer)
    assert votes.count(POLL, 1) == 0


@pytest.mark.parametrize("answer", ["", "many", "nan", "inf", "1e999", None, 40, "<b>40</b>"])
def test_what_is_no_number_is_no_answer(answer: object) -> None:
    votes = Votes()
    with pytest.raises(ExplainedError):
        votes.answer("ann", GUESS, 1, answer)
    assert votes.count(GUESS, 1) == 0


def test_questions_are_found_by_their_names() -> None:
    assert all_asked({1: (POLL,), 4: (GUESS,)}) == {POLL.name: POLL, GUESS.name: GUESS}
    assert math.isclose(GUESS.read(" 4,500 "), 4500)
