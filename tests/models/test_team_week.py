"""A week in which one part shrinks: Amdahl's law, and what it does not know."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thousandfold import companies
from thousandfold.errors import ExplainedError
from thousandfold.models import TeamWeek, amdahl, first_moves, moved_by_rule
from thousandfold.picture import Lines, Stack

MOVES = ("faster code", "fewer faults", "fewer to ask")

shares = st.floats(0.02, 0.28)
weeks = st.builds(
    TeamWeek, shares, shares, shares, faster=st.floats(0.5, 30), heavier=st.floats(0.5, 4.9)
)


@given(weeks)
def test_with_nothing_heavier_it_is_amdahls_law(week: TeamWeek) -> None:
    plain = replace(week, heavier=1)
    assert 1 + plain.gain / 100 == pytest.approx(float(amdahl(week.faster, 1 - week.coding)))
    assert 1 + plain.most / 100 == pytest.approx(1 / (1 - week.coding))


@given(weeks)
def test_no_speed_wins_more_than_code_that_costs_nothing(week: TeamWeek) -> None:
    assert week.gain < week.most
    assert replace(week, heavier=week.heavier + 0.1).gain < week.gain


@given(weeks)
def test_the_last_column_fills_the_week_and_each_change_keeps_its_parts(week: TeamWeek) -> None:
    picture = week.picture("week")
    assert isinstance(picture, Stack)
    columns = np.array([layer.heights for layer in picture.layers])
    assert columns[:, [0, 2]].sum(axis=0) == pytest.approx([40, 40])
    assert columns[:, 2] == pytest.approx(columns[:, 1] * (1 + week.gain / 100))
    assert columns[3, 1] == pytest.approx(columns[3, 0])


def test_today_is_a_week_in_which_nothing_changed() -> None:
    assert TeamWeek(faster=1, heavier=1).gain == pytest.approx(0)


def test_code_as_slow_as_by_hand_with_more_to_read_is_a_loss() -> None:
    week = TeamWeek(faster=1)
    assert week.gain < 0
    assert "less delivered" in week.picture("week").title
    assert "hours are missing" in week.picture("week").sentence


def test_a_week_has_time_for_finding_out_what_to_build() -> None:
    with pytest.raises(ExplainedError, match="leave less than 4 % of the week"):
        TeamWeek(coding=0.6, review=0.2, mending=0.2)


def test_the_line_of_the_gain_stays_below_its_limit() -> None:
    picture = TeamWeek().picture("gain")
    assert isinstance(picture, Lines)
    assert np.max(picture.series[0].y) < TeamWeek().most
    assert picture.notes[0].y == TeamWeek().most


@given(weeks)
def test_each_move_saves_what_it_says(week: TeamWeek) -> None:
    more = first_moves(week)["delivered more (%)"]
    assert more["faster code"] == pytest.approx(week.gain)
    assert more["smaller changes"] == pytest.approx(100 * (1 / (1 - week.review / 2) - 1))
    assert more["fewer faults"] == pytest.approx(100 * (1 / (1 - week.mending / 2) - 1))
    assert more["fewer to ask"] == pytest.approx(100 * (1 / (1 - week.agreeing / 4) - 1))


@given(weeks)
def test_a_move_that_saves_as_much_of_the_week_as_faster_code_wins_as_much(week: TeamWeek) -> None:
    parts = {
        "smaller changes": week.review,
        "fewer faults": week.mending,
        "fewer to ask": week.agreeing,
    }
    for move, part in parts.items():
        needed = week.overtakes_at(move)
        assert needed >= 0
        if needed > 0:
            assert 100 * (1 / (1 - needed * part) - 1) == pytest.approx(week.gain)
        else:
            assert week.gain < 1e-9


def test_the_picture_of_moves_has_each_line_cross_faster_code_where_it_says() -> None:
    picture = TeamWeek().picture("moves")
    assert isinstance(picture, Lines)
    assert picture.notes[0].y == TeamWeek().gain
    asks = next(line for line in picture.series if line.label == "fewer to ask")
    crossed = np.interp(TeamWeek().gain, np.ravel(asks.y), np.ravel(asks.x))
    assert crossed == pytest.approx(100 * TeamWeek().overtakes_at("fewer to ask"), abs=0.2)
    assert picture.notes[1].x == pytest.approx(crossed, abs=0.2)


@pytest.mark.parametrize(
    ("week", "title", "sentence"),
    [
        (TeamWeek(), "Fewer to ask overtakes", "Fewer to ask overtakes faster code"),
        (TeamWeek(coding=0.45), "faster code wins most", "None of them overtakes"),
        (TeamWeek(faster=1.2), "any other move comes first", "Each of them wins more"),
    ],
)
def test_the_picture_of_moves_says_what_comes_first(
    week: TeamWeek, title: str, sentence: str
) -> None:
    picture = week.picture("moves")
    assert title in picture.title
    assert sentence in picture.sentence


def test_a_move_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ExplainedError, match="move"):
        TeamWeek().overtakes_at("faster code")


def test_a_rule_chooses_for_each_company_what_it_says() -> None:
    more = "delivered more (%)"
    weeks = companies(TeamWeek(), 20, seed=5).models
    alone = {move: np.mean([first_moves(week)[more][move] for week in weeks]) for move in MOVES}
    for rule, move in (((0, 0), MOVES[0]), ((1, 0), MOVES[1]), ((1, 1), MOVES[2])):
        made = moved_by_rule(*rule, seed=5)
        assert made["companies"].to_dict() == {move: len(weeks), "all": len(weeks)}
        assert made[more]["all"] == pytest.approx(alone[move])
    mixed = moved_by_rule(0.3, 0.2, seed=5)
    assert mixed["companies"]["all"] == mixed["companies"].drop("all").sum()
    writes = sum(week.coding >= 0.3 for week in weeks)
    assert mixed["companies"][MOVES[0]] == writes


def test_a_rule_in_per_cents_is_refused() -> None:
    with pytest.raises(ExplainedError, match="write 30 % as"):
        moved_by_rule(30, 20)
