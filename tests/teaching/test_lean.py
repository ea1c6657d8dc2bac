"""Whether guesses lean to a side: the interval holds what it promises, and no more is concluded."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from scipy import stats

from thousandfold.teaching.lean import (
    CONFIDENCE,
    FARTHEST,
    FEWEST,
    Lean,
    between,
    lean_of,
    lean_of_room,
    said_factor,
    t_quantile,
    to_one_side,
)
from thousandfold.teaching.ratio_strip import Row, figure

SIMULATED = 1000
PERSON, GUESS, QUESTION = 0.5, 0.8, 1.0  # spread in factors of e: of people, guesses, questions


def rooms(people: int, questions: int, answered: float, true: float) -> list[tuple[Lean, float]]:
    """Return what is found in simulated rooms whose lean is known, each with what is true."""
    luck = np.random.default_rng(people * questions)
    found = []
    for _ in range(SIMULATED):
        hard = luck.normal(0, QUESTION, questions)
        hard += math.log(true) - hard.mean()
        leaning = luck.normal(0, PERSON, (people, 1))
        # Guesses have longer tails than the normal distribution.
        logs = hard + leaning + GUESS * luck.standard_t(4, (people, questions))
        there = luck.random((people, questions)) < answered
        asked = [
            {str(who): math.exp(logs[who, place]) for who in np.flatnonzero(there[:, place])}
            for place in range(questions)
        ]
        kept = [place for place, said in enumerate(asked) if len(said) >= FEWEST]
        lean = lean_of_room([asked[place] for place in kept])
        if lean is not None:
            found.append((lean, math.exp(hard[kept].mean())))
    return found


@pytest.mark.parametrize(
    ("people", "questions", "answered"), [(5, 20, 1.0), (12, 20, 0.7), (40, 12, 0.5)]
)
def test_the_interval_of_a_room_holds_the_truth_as_often_as_it_says(
    people: int, questions: int, answered: float
) -> None:
    """In 95 of 100 rooms, and what is shown of it, rounded outwards, in more."""
    found = rooms(people, questions, answered, 1.0)
    held = [lean.low <= true <= lean.high for lean, true in found]
    shown = [lean.coarse.low <= true <= lean.coarse.high for lean, true in found]
    # Three standard errors of a share of a thousand rooms.
    assert abs(np.mean(held) - CONFIDENCE) < 3 * math.sqrt(0.05 * 0.95 / SIMULATED)
    assert np.mean(shown) > np.mean(held)
    assert np.mean([lean.coarse.side != 0 for lean, _ in found]) < 1 - CONFIDENCE


@pytest.mark.parametrize("true", [0.4, 2.5])
def test_a_lean_that_is_there_is_found(true: float) -> None:
    found = [lean.coarse.side for lean, _ in rooms(12, 20, 0.7, true)]
    side = 1 if true > 1 else -1
    assert found.count(side) > 0.9 * SIMULATED
    assert -side not in found


def test_answers_of_one_person_are_not_many() -> None:
    """Twenty questions of five people who agree with themselves are five numbers, not a hundred."""
    asked = [{str(who): math.exp(who) for who in range(5)} for _ in range(20)]
    alone = lean_of([math.exp(who) for who in range(5)])
    room = lean_of_room(asked)
    assert room is not None
    assert alone is not None
    assert (room.low, room.high) == pytest.approx((alone.low, alone.high))


@pytest.mark.parametrize("count", [5, 10, 30])
def test_the_interval_of_one_person_holds_the_truth_as_often_as_it_says(count: int) -> None:
    luck = np.random.default_rng(count)
    guesses = np.exp(math.log(0.5) + GUESS * luck.standard_t(4, (SIMULATED, count)))
    leans = [lean for lean in map(lean_of, guesses.tolist()) if lean is not None]
    held = np.mean([lean.low <= 0.5 <= lean.high for lean in leans])
    assert abs(held - CONFIDENCE) < 3 * math.sqrt(0.05 * 0.95 / SIMULATED)


def test_few_guesses_and_few_people_have_no_lean() -> None:
    assert lean_of([0.1] * (FEWEST - 1)) is None
    assert lean_of_room([{str(who): 0.1 for who in range(FEWEST - 1)}] * 20) is None
    assert lean_of_room([]) is None
    assert lean_of_room([{}, {}]) is None


def test_one_slip_of_the_keyboard_makes_no_lean() -> None:
    slip, far = (lean_of([1.0, 1.1, 0.9, 1.0, one]) for one in (1e15, FARTHEST))
    assert slip == far
    assert slip is not None
    assert slip.side == 0


def test_guesses_that_are_all_alike_have_a_lean_without_a_width() -> None:
    same = lean_of([0.1] * 5)
    assert same is not None
    assert (same.low, same.ratio, same.high) == pytest.approx((0.1, 0.1, 0.1))
    right = lean_of([1.0] * 5)
    assert right is not None
    assert (right.side, right.is_small) == (0, True)


def test_the_quantile_is_the_one_of_the_tables() -> None:
    degrees = [*range(1, 60), 500]
    assert [t_quantile(one) for one in degrees] == pytest.approx(
        [stats.t.ppf(0.975, one) for one in degrees], rel=1e-9
    )


def test_what_is_said_of_an_interval_is_never_narrower() -> None:
    for ratio in np.geomspace(1e-3, 1e3, 400).tolist():
        assert said_factor(ratio, -1) <= ratio * (1 + 1e-12)
        assert said_factor(ratio, 1) >= ratio * (1 - 1e-12)
        assert said_factor(ratio, -1) <= said_factor(ratio) <= said_factor(ratio, 1)
        assert said_factor(1 / ratio) == pytest.approx(1 / said_factor(ratio)), "both sides alike"


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.25, 0.5, "2 to 4 times too low"),
        (2.0, 3.0, "2 to 3 times too high"),
        (0.5, 2.0, "from two times too low to two times too high"),
        (0.5, 1.0, "from two times too low to neither too low nor too high"),
    ],
)
def test_an_interval_is_said_in_words(low: float, high: float, words: str) -> None:
    assert between(low, high) == words


def test_a_line_has_each_mark_at_its_side_and_no_markup_of_others() -> None:
    rows = [Row("<b>01", "two", (0.1, 1.0, 10.0)), Row("all", "one", lean=Lean(5, 0.5, 0.2, 0.9))]
    made = figure(rows, "<i>one</i>", "How to read it.", "So what?")
    places = [float(x) for x in re.findall(r'cx="([\d.]+)%"', made)]
    assert places == sorted(places)
    assert places[1] == 50
    assert places[0] == pytest.approx(100 - places[2])
    assert "&lt;b&gt;01" in made
    assert "&lt;i&gt;one" in made
    assert made.count('aria-hidden="true"') == made.count("<svg")
    assert "style=" not in made, "the room's pages allow no style inside"


def test_marks_that_are_alike_are_all_seen() -> None:
    made = figure([Row("a", "b", (0.2, 0.2, 0.201, 0.2, 0.5))], "", "")
    seats = re.findall(r'cx="([\d.]+)%" cy="(\d+)%"', made)
    assert len({height for _, height in seats[:4]}) == 4
    assert seats[4][1] == "50"


def test_what_lies_beyond_the_line_stands_at_its_end() -> None:
    far = figure([Row("a", "b", (1e-9, 1e9))], "", "")
    assert [float(x) for x in re.findall(r'cx="([\d.]+)%"', far)] == [6, 94]


def test_a_row_without_a_mark_is_words_alone() -> None:
    assert "<svg" not in figure([Row("a", "b")], "", "")
    assert to_one_side(1.0) == "neither too low nor too high"


@pytest.mark.parametrize(
    ("all_day", "people", "late", "few"), [(1, 40, 1, 5), (1, 40, 4, 5), (10, 40, 10, 6)]
)
def test_questions_that_few_answered_do_not_make_a_room_surer(
    all_day: int, people: int, late: int, few: int
) -> None:
    """Who leaves early leaves the last questions to a few, and their mean is as uncertain."""
    drawn = np.random.default_rng(4)
    sides = []
    for _ in range(SIMULATED):
        of = drawn.normal(0, PERSON, people)
        asked = [
            {str(one): math.exp(of[one] + drawn.normal(0, GUESS)) for one in range(count)}
            for count in [people] * all_day + [few] * late
        ]
        lean = lean_of_room(asked)
        assert lean is not None
        sides.append(lean.side)
    # Three standard errors of a share of a thousand rooms.
    wrong = np.mean(np.abs(sides))
    assert wrong - (1 - CONFIDENCE) < 3 * math.sqrt(0.05 * 0.95 / SIMULATED)


@pytest.mark.parametrize("ratio", [0.5, 0.45, 3.0])
def test_a_room_that_guesses_alike_is_not_told_to(ratio: float) -> None:
    assert lean_of_room([dict.fromkeys("abcde", ratio)]) is None
    nearly = lean_of_room([{**dict.fromkeys("abcd", ratio), "e": ratio * 1.001}])
    assert nearly is not None
    said = said_factor(ratio)
    assert nearly.coarse.low < said < nearly.coarse.high
