"""Every sentence that lesson 06 claims, on default parameters."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from class_list import NAMES

from thousandfold import ExplainedError, keypoint, numbers_for, simulate, sweep
from thousandfold.core import Robustness
from thousandfold.datasets import load
from thousandfold.models.communication import graicunas, growth_picture, possible_paths, powers
from thousandfold.models.late_project import finish_picture
from thousandfold.models.squads import Squads
from thousandfold.models.staffing import BrooksLaw
from thousandfold.models.team_output import TeamOutput

TEAMS, TALKS = [12, 13, 15, 16, 17], [0.14, 0.20, 0.22]


def test_pairs_grow_with_the_square() -> None:
    assert possible_paths(100) / possible_paths(10) == 110
    people = 10_000
    assert abs(possible_paths(2 * people) / possible_paths(people) - 4) < 1e-3


def test_all_nine_lie_between_the_people_and_the_square() -> None:
    table = powers(load("project_growth"))
    large = table.nlargest(5, "most people")[["power", "Poisson"]]
    assert large.stack().between(1.1, 1.6).all()
    assert table[["power", "Poisson"]].stack().between(1, 2, inclusive="neither").all()
    assert (table["low"] >= 1).all()


def test_counting_empty_months_moves_rails_most_of_the_large_ones() -> None:
    table = powers(load("project_growth")).nlargest(5, "most people")
    moved = (table["Poisson"] - table["power"]).abs()
    assert moved.idxmax() == "rails"
    assert table.loc["rails", ["power", "Poisson"]].tolist() == [1.14, 1.6]
    sentence = growth_picture(load("project_growth"), "terraform", "rails").sentence
    assert "power" not in sentence


def test_talking_decides_whether_people_added_win_days_and_many_turn_sooner() -> None:
    talk = [0.0004, 0.0008]
    for hired in (3, 10):
        little, much = BrooksLaw(hired=hired).won(talk)
        assert little > 0 > much
    assert turning(10) < turning(3)


def turning(hired: int) -> float:
    """Return from how much talking on, in % of the day, the people added lose days."""
    notes = BrooksLaw(hired=hired).picture("won").notes
    return next(float(note.x or 0) for note in notes if note.words.startswith("turns"))


def test_three_win_days_and_ten_lose_weeks_with_the_textbook_s_talking() -> None:
    late = sweep(BrooksLaw(), hired=[0, 3, 10])
    none, three, ten = late.final("elapsed")
    assert round(float((none - three).mean())) == 4
    assert round(float((ten - none).mean())) == 22
    assert 4 * BrooksLaw.days < 22
    assert (three < none).mean() > 0.99
    assert (ten > none).mean() > 0.99
    assert "at best 270 with 3" in finish_picture(BrooksLaw()).sentence


def test_people_are_hired_in_week_twenty() -> None:
    hires = simulate(BrooksLaw(hired=5, variation=0), replications=1)["hires"].ravel()
    assert (hires > 0).argmax() - 1 == 20


def test_only_one_small_project_does_not_exclude_the_square() -> None:
    table = powers(load("project_growth"))
    assert list(table.index[table["high"] >= 2]) == ["community.general"]


def test_the_count_of_graicunas_is_exponential_and_pairs_are_not() -> None:
    assert graicunas(10) == 5210
    factors = [graicunas(2 * n) / graicunas(n) for n in (5, 10, 20)]
    assert factors[0] < factors[1] < factors[2]


def test_a_few_in_a_hundred_possible_pairs_share_work_at_full_size() -> None:
    growth = load("project_growth")
    large = growth[growth["active_authors"] >= 100]
    shares = (large["coedit_paths"] / large["possible_paths"]).groupby(large["project"]).median()
    assert shares.between(0.01, 0.1).all()
    kept = growth[(growth["active_authors"] >= 3) & (growth["coedit_paths"] >= 1)]
    assert (len(growth), len(kept)) == (1329, powers(growth)["months"].sum()) == (1329, 1259)
    assert "499 used in Terraform" in growth_picture(growth, "terraform").sentence


def test_the_luck_of_a_project_outweighs_what_the_best_hire_wins() -> None:
    late = sweep(BrooksLaw(), hired=range(13)).summary("elapsed")
    low, high = late.loc["hired 0 people", ["low", "high"]]
    assert 19 < high - low < 21
    assert late["median"].min() > late.loc["hired 0 people", "median"] - 5


def test_the_loss_is_the_talking_and_not_the_teaching() -> None:
    def lost(**changes: float) -> float:
        days = sweep(BrooksLaw(**changes), hired=[0, 10]).final("elapsed")
        return float((days[1] - days[0]).mean())

    assert 0.5 < lost() - lost(training=0.125) < 1.5
    assert lost(overhead=0.0003) < -5


def test_squads_of_ten_need_a_tenth_of_the_paths() -> None:
    squads = Squads(people=100, squad=10, liaisons=1)
    assert squads.paths == 495
    assert squads.longest_chain == 3


def test_the_structure_of_the_lesson_is_not_the_answer_of_the_exercise() -> None:
    shown = Squads(people=100, squad=10, liaisons=1)
    assert shown.week() > 1.25 * shown.replace(squad=7, liaisons=2, circle=20).week()


def test_in_the_model_no_team_beats_as_many_people_alone_and_output_peaks_at_24() -> None:
    team = TeamOutput()
    people = np.arange(1, 41)
    output = team.output(people)
    assert round(team.best_size) == 24
    assert int(people[output.argmax()]) == 24
    assert (output[1:] < people[1:] * output[0]).all()


def test_talking_more_than_a_fifth_of_the_day_decides_whether_ten_people_make_it_later() -> None:
    tried = keypoint("06.3").robust(anywhere=True)
    assert tried.deciders == ("overhead",)
    much = tried.companies.drawn["overhead"] * BrooksLaw().team ** 2 > 1 / 5
    assert tried.holds[much].mean() > 0.95
    assert tried.holds[~much].mean() < 0.2


def test_the_keypoint_speaks_of_more_than_a_fifth_of_the_day() -> None:
    def at(talk: float, *, anywhere: bool = False) -> Robustness:
        return keypoint("06.3").robust(anywhere=anywhere, overhead=talk / 20**2)

    assert at(0.21).share > 0.97
    assert at(0.25).share == 1
    assert at(0.19, anywhere=True).share < 0.6
    with pytest.raises(ExplainedError, match="does not speak"):
        at(0.19)


def test_everybody_s_own_late_team_is_as_hard_as_any_other() -> None:
    assert len(set(NAMES)) == 200
    drawn = [numbers_for(name, team=TEAMS, talk=TALKS) for name in NAMES]
    assert {(mine.team, mine.talk) for mine in drawn} == set(product(TEAMS, TALKS))
    for team, talk in product(TEAMS, TALKS):
        late = BrooksLaw(team=team, overhead=talk / team**2)
        found = [
            margin_of_the_best(late),
            margin_of_the_best(late.replace(training=0.125)),
            margin_of_the_best(late.replace(overhead=talk / 2 / team**2)),
        ]
        today, taught, talked = (people for people, _ in found)
        assert today in (4, 8), "neither nobody nor everybody"
        assert taught == today, "the teaching decides for nobody"
        assert talked > today, "the talking does for everybody"
        assert min(margin for _, margin in found) > 1.5


def margin_of_the_best(late: BrooksLaw) -> tuple[int, float]:
    """Return how many people are best, and by how many days the next is worse."""
    days = sweep(late, hired=[0, 4, 8, 12]).summary("elapsed")["median"].to_numpy()
    best, second = np.sort(days)[:2]
    return [0, 4, 8, 12][int(days.argmin())], float(second - best)
