"""Every sentence that lesson 06 claims, on default parameters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import product
from typing import cast

import numpy as np
import pandas as pd
import pytest
from class_list import NAMES
from conftest import ROOT

from thousandfold import (
    ExplainedError,
    Model,
    keypoint,
    numbers_for,
    robust,
    simulate,
    sweep,
)
from thousandfold.core import Array, compare
from thousandfold.datasets import load
from thousandfold.models.communication import possible_paths, powers
from thousandfold.models.counted_months import counted_alike
from thousandfold.models.late_project import finish_picture
from thousandfold.models.squads import Squads
from thousandfold.models.staffing import BrooksLaw
from thousandfold.models.team_output import TeamOutput
from thousandfold.models.used_paths import growth_picture, used_by_size

TEAMS, TALKS = [17, 18, 19, 22], [0.24, 0.25, 0.26]


def test_pairs_grow_with_the_square() -> None:
    assert possible_paths(100) / possible_paths(10) == 110
    people = 10_000
    assert abs(possible_paths(2 * people) / possible_paths(people) - 4) < 1e-3


def test_doubling_makes_about_four_times_as_many_pairs() -> None:
    people = np.array([5, 10, 20, 40])
    factors = possible_paths(people)[1:] / possible_paths(people)[:-1]
    assert ((factors > 3.5) & (factors < 5)).all()


PROJECTS = ["rails", "terraform", "ansible"]


def test_rails_grows_about_with_the_square_and_terraform_stays_below() -> None:
    large = powers(counted_alike(load("project_growth"))).loc[PROJECTS]
    assert large["power"].tolist() == [1.92, 1.55, 1.28]
    assert large.loc["rails", "low"] < 2 < large.loc["rails", "high"], "about with the square"
    assert (large.drop("rails")["high"] < 2).all()
    assert (large["most people"] >= 100).all()
    assert (large["power"] - 1 < 1).all(), "below one for each person"


def test_parts_of_a_history_have_other_powers_than_the_whole() -> None:
    growth = counted_alike(load("project_growth"))
    parts = {}
    for project, month in {"terraform": "2017-07", "ansible": "2020-04"}.items():
        months = growth[growth["project"] == project]
        parts[f"{project} before"] = months[months["month"] < month]
        parts[f"{project} after"] = months[months["month"] >= month]
    found = powers(pd.concat(part.assign(project=name) for name, part in parts.items()))
    told = {"terraform before": 1.4, "terraform after": 1.3, "ansible before": 0.85}
    assert found["power"].to_dict() == told | {"ansible after": 1.69}, "read no decimals"
    assert (found["high"] < 2).to_dict() == dict.fromkeys(told, True) | {"ansible after": False}


def test_the_large_months_of_ansible_are_of_other_years() -> None:
    growth = counted_alike(load("project_growth")).set_index("project")
    ansible = growth.loc["ansible"]
    middle = ansible[ansible["active_authors"].between(50, 70)]["month"]
    large = ansible[ansible["active_authors"] >= 100]["month"]
    assert len(middle) == 10
    assert not middle.between(large.min(), large.max()).any()
    assert growth.loc["rails", "active_authors"].between(50, 70).sum() == 91
    assert growth.loc["terraform", "active_authors"].between(50, 70).sum() == 10


def test_with_its_older_years_rails_has_another_power() -> None:
    assert powers(load("project_growth")).loc["rails", "power"] == 1.14


def test_at_some_sixty_people_the_projects_hardly_differ_and_at_a_hundred_they_part() -> None:
    used = used_by_size(counted_alike(load("project_growth")), *PROJECTS)
    middle, large = used.loc["50 to 70"], used.loc["100 and more"]
    assert middle.between(6.5, 7.5).all(), "7 of 100 in each"
    assert abs(large["Rails"] - middle["Rails"]) < 0.5, "the share stays in Rails"
    assert large["Ansible"] < middle["Ansible"] / 3, "and falls in Ansible"
    assert (used.loc[["50 to 70", "100 and more"]] < 10).all(axis=None), "fewer than one in ten"


def test_the_line_of_rails_is_said_to_rise_about_as_steeply_as_all_pairs() -> None:
    growth = counted_alike(load("project_growth"))
    assert "Rails: about as steep" in growth_picture(growth, *PROJECTS).sentence
    assert "less steeply" in growth_picture(growth, "terraform", "ansible").sentence


def test_a_team_whose_talking_grows_as_partners_do_wins_weeks() -> None:
    won = dict(zip(PROJECTS, BrooksLaw(hired=10).won([0.92, 0.55, 0.28]), strict=True))
    assert won["ansible"] > won["terraform"] > won["rails"] > 30
    assert BrooksLaw(hired=10).won(1)[0] > 30, "more than six weeks"
    at_most = [BrooksLaw(hired=10, talk=talk).won(2)[0] for talk in (0.1, 0.15, 0.2)]
    assert min(at_most) > 0, "for less than about a fifth of the day"
    assert max(at_most) < 15
    assert BrooksLaw(hired=10, talk=0.21).won(2)[0] < 0


def test_with_the_square_ten_lose_a_month_and_in_step_they_win_one() -> None:
    in_step, square = BrooksLaw(hired=10).won([1, 2])
    month = 20
    assert -1.5 * month < square < -month
    assert month < in_step < 2 * month
    assert BrooksLaw(hired=10, talk=0.12).won(2)[0] > 5, "with little talk they win even at two"
    grown = BrooksLaw().talk * (30 / 20) ** 2
    assert BrooksLaw().talk < 1 / 3
    assert grown > 1 / 2


def test_more_people_turn_sooner() -> None:
    assert turning(10) < turning(3)


def turning(hired: int) -> float:
    """Return from which power on the people added lose days."""
    notes = BrooksLaw(hired=hired).picture("won").notes
    return next(float(note.x or 0) for note in notes if note.words.startswith("turns"))


def test_with_the_square_a_larger_team_never_catches_up() -> None:
    def trained(people: int) -> float:
        late = BrooksLaw()
        return people * (1 - late.talk * (people / late.team) ** late.talk_power)

    assert trained(30) < trained(20)


def test_three_win_days_and_ten_lose_weeks_with_the_textbook_s_talking() -> None:
    late = sweep(BrooksLaw(), hired=[0, 3, 10])
    none, three, ten = late.final("elapsed")
    assert round(float((none - three).mean())) == 4
    assert round(float((ten - none).mean())) == 22
    assert 4 * BrooksLaw.days < 22
    assert (three < none).mean() > 0.99
    assert (ten > none).mean() > 0.99
    assert "at best 270 with 3" in finish_picture(BrooksLaw()).sentence


def test_people_come_after_some_months() -> None:
    hires = simulate(BrooksLaw(hired=5, variation=0), replications=1)["hires"].ravel()
    assert (hires > 0).argmax() - 1 == 20


def test_the_project_needs_75_days_more_than_it_promised() -> None:
    late = sweep(BrooksLaw(), hired=[0]).final("elapsed")
    assert 73 < np.median(late) - BrooksLaw().plan < 76


def test_the_loss_is_the_talking_and_not_the_teaching() -> None:
    def lost(**changes: float) -> float:
        days = sweep(BrooksLaw(**changes), hired=[0, 10]).final("elapsed")
        return float((days[1] - days[0]).mean())

    assert 0.5 < lost() - lost(training=0.125) < 1.5
    assert 3.5 < lost(assimilation=120) - lost(training=0.125, assimilation=120) < 4.5, (
        "half a year"
    )
    assert lost(training=0.125, assimilation=120) > 30, "it stays a loss"
    assert BrooksLaw().assimilation == 20, "a month"
    assert lost(talk_power=1) < -20


def test_squads_of_ten_need_a_tenth_of_the_paths_and_a_second_liaison_cuts_nobody_off() -> None:
    one = Squads(people=100, squad=10, liaisons=1, circle=20)
    two = one.replace(liaisons=2)
    assert one.paths == 495
    assert two.longest_chain == one.longest_chain == 3
    assert 1.2 < two.paths / one.paths < 1.4
    assert "9 people are cut off" in one.picture("people").sentence
    assert "nobody is cut off" in two.picture("people").sentence


def test_more_liaisons_than_a_circle_holds_cost_handovers() -> None:
    fives = Squads(people=100, squad=5, liaisons=1, circle=20)
    assert fives.longest_chain == 3, "twenty in one circle"
    assert fives.replace(liaisons=2).longest_chain == 5, "in squads of five"
    assert fives.replace(squad=4).longest_chain == 5, "25 liaisons"


def test_the_structure_that_is_shown_is_not_the_answer_of_the_exercise() -> None:
    shown = Squads(people=100, squad=10, liaisons=2, circle=15)
    assert shown.week() > shown.replace(squad=7, liaisons=2, circle=20).week()


def test_the_answer_of_the_exercise_survives_other_prices_and_the_circles_hang_on_the_path() -> (
    None
):
    def week(made: Sequence[Model], **changes: float) -> Array:
        hours = [
            [cast(Squads, one).replace(people=people, **changes).week(replications=3, seed=7)]
            for people in (60, 150, 300)
            for one in made
        ]
        return np.reshape(hours, (3, len(made))).mean(axis=0)

    reference = Squads(squad=7, liaisons=2, circle=20)
    tens = robust(reference, lambda made: week(made, squad=10, liaisons=1, circle=15) - week(made))
    assert tens.percent >= 95, "the facilitator's page"
    circles = robust(reference, lambda made: week(made, circle=8) - week(made))
    assert circles.deciders == ("path_hours",), "the memo in the solution"


def test_the_prices_that_the_exercise_names_are_those_of_the_model() -> None:
    exercise = ROOT / "exercises/06_communication/06_communication.ipynb"
    cells = json.loads(exercise.read_text("utf-8"))["cells"]
    task = " ".join("".join(line for cell in cells for line in cell["source"]).split())
    known = Squads.quantities()
    prices = ("path_hours", "handover_hours", "cut_off_hours", "away")
    assert [known[name].default for name in prices] == [0.25, 0.5, 20, 0.1]
    for words in ("a quarter of an hour for each path", "twenty hours times", "person in ten is"):
        assert words in task


def test_in_the_model_no_team_beats_as_many_people_alone_and_output_peaks_at_24() -> None:
    team = TeamOutput()
    people = np.arange(1, 41)
    output = team.output(people)
    assert round(team.best_size) == 24
    assert int(people[output.argmax()]) == 24
    assert (output[1:] < people[1:] * output[0]).all()


def test_the_power_decides_whether_ten_people_win_days() -> None:
    tried = keypoint("06.3").robust(anywhere=True, talk=0.24)
    assert tried.deciders == ("talk_power",)
    power = tried.companies.drawn["talk_power"]
    assert tried.holds[power < 1.5].mean() > 0.85
    assert tried.holds[power > 1.7].mean() < 0.15
    assert tried.companies.drawn["talk_power"].min() > 0.5
    share = tried.percent / 100
    assert tried.holds[power < 1].mean() > share + 0.2, "the share follows the range of powers"
    assert (tried.margin == 0).sum() == 4, "nobody joins"
    assert ((tried.margin > 0) & (tried.margin < 1)).sum() == 8, "less than a day"
    joined = compare(
        {str(place): one.replace(hired=10) for place, one in enumerate(tried.companies.models)},
        160,
        200,
    ).final("hires")
    assert ((joined > 0).any(axis=1) == (tried.margin != 0)).all(), "they are hardly late"


def test_the_keypoint_speaks_of_talking_in_step() -> None:
    assert keypoint("06.3").robust(talk_power=1).share > 0.8
    assert keypoint("06.3").robust(anywhere=True, talk_power=2).share < 0.4
    with pytest.raises(ExplainedError, match="does not speak"):
        keypoint("06.3").robust(talk_power=1.5)


def test_everybody_s_own_late_team_is_as_hard_as_any_other() -> None:
    assert len(set(NAMES)) == 200
    drawn = [numbers_for(name, team=TEAMS, talk=TALKS) for name in NAMES]
    assert {(mine.team, mine.talk) for mine in drawn} == set(product(TEAMS, TALKS))
    found = {}
    for team, talk in product(TEAMS, TALKS):
        late = BrooksLaw(team=team, talk=talk)
        changed = (late, late.replace(training=0.125), late.replace(talk_power=0.55))
        today, taught, as_there = found[team, talk] = [days_won(one) for one in changed]
        assert today < -8, "with the square everybody's ten people lose"
        assert 0.5 < taught - today < 1.5, "the teaching decides for nobody"
        assert as_there > 25, "the talking does for everybody"
        assert as_there > 3 * days_won(late.replace(talk_power=1.55)), "the slip is seen"
    todays = sorted(today for today, *_ in found.values())
    assert np.diff(todays).min() > 0.75, "a neighbour's number is not right for me"
    lesson = days_won(BrooksLaw())
    assert min(abs(today - lesson) for today in todays) > 0.7


def days_won(late: BrooksLaw) -> float:
    """Return by how many days the median is sooner with ten people."""
    nobody, ten = sweep(late, hired=[0, 10]).summary("elapsed")["median"]
    return float(nobody - ten)
