from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest
from conftest import Published
from hypothesis import given
from hypothesis import strategies as st

from thousandfold import simulate, sweep
from thousandfold.models.late_project import finish_picture
from thousandfold.models.staffing import BrooksLaw
from thousandfold.models.team_output import TeamOutput


class QuarterDays(BrooksLaw):
    """The published model looks at the plan four times a day."""

    days: ClassVar[float] = 0.25
    periods: ClassVar[int] = 1300


def test_the_published_dates(published: Published) -> None:
    for model in (QuarterDays(variation=0), BrooksLaw(variation=0)):
        runs = sweep(model, hired=[0, 5, 10], replications=1)
        done = runs.final("elapsed").ravel()
        for name, days in zip(("brooks_no_hire", "brooks_five", "brooks_ten"), done, strict=True):
            published.agrees(name, days)


def test_the_published_day_of_hiring(published: Published) -> None:
    hires = simulate(QuarterDays(variation=0, hired=5), replications=1)["hires"].ravel()
    published.agrees("brooks_trigger", (np.argmax(hires > 0) - 1) * QuarterDays.days)


def test_without_overhead_and_training_output_is_people_times_productivity() -> None:
    plain = BrooksLaw(variation=0, talk=0, training=0)
    assert simulate(plain, replications=1).final("elapsed") == 500 / (0.1 * 1.2 * 20)


def test_a_team_of_experienced_people_delivers_what_the_curve_says() -> None:
    run = simulate(BrooksLaw(variation=0), replications=1)
    first_week = run["remaining"][0, 0, 0] - run["remaining"][1, 0, 0]
    np.testing.assert_allclose(first_week, BrooksLaw.days * TeamOutput().output(20))


@given(
    st.integers(0, 20),
    st.integers(1, 40),
    st.floats(0, 1),
    st.floats(0, 0.95),
    st.floats(0, 3),
    st.integers(0, 2**32),
)
def test_people_and_work_are_accounted_for(
    hired: int, team: int, variation: float, talk: float, power: float, seed: int
) -> None:
    model = BrooksLaw(hired=hired, team=team, variation=variation, talk=talk, talk_power=power)
    run = simulate(model, replications=5, seed=seed)
    people = run["new"] + run["experienced"]
    np.testing.assert_allclose(people, team + run["hires"])
    assert set(np.unique(run["hires"])) <= {0, hired}
    assert (np.diff(run["remaining"], axis=0) <= 0).all()
    assert (run["remaining"] >= 0).all()
    assert (np.diff(run["elapsed"], axis=0) <= BrooksLaw.days + 1e-9).all()


@given(st.floats(0.0001, 0.01))
def test_the_best_size_of_a_team_is_where_output_peaks(overhead: float) -> None:
    team = TeamOutput(overhead=overhead)
    best = team.best_size
    assert team.output(best) >= max(team.output(best - 1), team.output(best + 1))


def test_pictures_say_what_the_people_added_won_or_lost() -> None:
    late = BrooksLaw(hired=10).picture()
    assert late.title == "10 people added: 22 days lost"
    assert [note.words for note in late.notes] == ["day 296: 22 days lost"]
    assert BrooksLaw(hired=3).picture().title == "3 people added: 4 days won"
    assert BrooksLaw().picture().title == "Nobody added: done 74 days behind the plan"
    assert BrooksLaw(productivity=0.01).picture().notes == (), "it is never done"
    assert "10 added: 22 days lost" in [note.words for note in finish_picture(BrooksLaw()).notes]


def test_days_won_are_those_of_the_project_and_turn_where_the_picture_says() -> None:
    ten = BrooksLaw(hired=10)
    done = sweep(ten, hired=[0, 10], replications=100).final("elapsed").mean(axis=1)
    assert ten.won(2)[0] == pytest.approx(done[0] - done[1], abs=0.1)
    picture = ten.picture("won")
    (turn,) = (note.x for note in picture.notes if note.words.startswith("turns"))
    assert 1.7 < float(turn or 0) < 1.75
    before, after = ten.won([0.98 * float(turn or 0), 1.02 * float(turn or 0)])
    assert before > 0 > after
    assert "10 people added: 22 days lost" in picture.sentence
    assert "24 % of the day, then 54 %" in picture.sentence


@pytest.mark.parametrize("power", [0.6, 2.7, 3])
def test_the_mark_of_days_won_lies_on_the_curve(power: float) -> None:
    picture = BrooksLaw(hired=10, talk_power=power).picture("won")
    [curve] = picture.series
    [here] = [note for note in picture.notes if note.words.startswith("here")]
    assert max(curve.x) == max(2.5, power)
    assert here.y == pytest.approx(np.interp(power, curve.x, curve.y), abs=2)


def test_nobody_added_wins_nothing_and_nobody_talks_for_more_than_the_day() -> None:
    assert not BrooksLaw(hired=0).won([0, 2]).any()
    assert "Nobody is added" in BrooksLaw(hired=0).picture("won").sentence
    assert "then 100 %" in BrooksLaw(hired=20, talk=0.9).picture("won").sentence


@given(st.integers(1, 20), st.floats(0, 0.95))
def test_the_square_is_the_textbook_s_and_in_step_is_a_talk_with_everybody(
    team: int, talk: float
) -> None:
    square, in_step = (
        BrooksLaw(variation=0, talk=talk, team=team, hired=team, talk_power=power, tolerance=0)
        for power in (2, 1)
    )
    for late, factor in ((square, 4), (in_step, 2)):
        state = {"remaining": 400.0, "new": 0.0, "experienced": team, "hires": 0, "elapsed": 150.0}
        after = late.step({k: np.array([v]) for k, v in state.items()}, np.zeros((1, 1)))
        effort = 0.8 * team + 1.2 * (team - 0.25 * team)
        delivered = 5 * 0.1 * effort * max(0.0, 1 - factor * talk)
        np.testing.assert_allclose(400 - after["remaining"], min(400, delivered), atol=1e-9)
