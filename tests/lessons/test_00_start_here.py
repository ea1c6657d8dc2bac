"""Every sentence that lesson 00 claims, on default parameters."""

from __future__ import annotations

from typing import cast

import numpy as np
import pytest

from thousandfold import keypoint
from thousandfold.datasets import load
from thousandfold.models.rare_needs import RareNeed
from thousandfold.models.scalability import ScalabilityLaw
from thousandfold.models.team_output import TeamOutput


def test_peak() -> None:
    law = ScalabilityLaw()
    assert 90 < law.peak_load < 110
    assert 0.3 < law.throughput(1000) / law.throughput(law.peak_load) < 0.4


def test_the_load_test_ended_at_216_times() -> None:
    measured = load("load_tests").query("test == 'specsdm91'")["load"]
    assert measured.max() == 216
    assert ScalabilityLaw().peak_load < measured.max() < 1000, "beyond, it is an extrapolation"


def test_what_is_asked_lies_within_the_test_and_the_fit_starts_above_it() -> None:
    law = ScalabilityLaw()
    measured = load("load_tests").query("test == 'specsdm91'").sort_values("load")
    first, best = measured["throughput"].iloc[0], measured["throughput"].max()
    assert 72 < 200 < measured["load"].max()
    assert float(law.throughput(200) / law.throughput(1)) == pytest.approx(18.7, abs=0.1)
    assert law.throughput(1) > 1.3 * first
    last = measured["throughput"].iloc[-1]
    assert last / first == pytest.approx(26, abs=0.5)
    assert last / first > float(law.throughput(216) / law.throughput(1)), "more than the curve"
    assert measured.loc[measured["throughput"].idxmax(), "load"] < law.peak_load
    assert 0 < 1 - last / best < 0.1, "by less than a tenth"
    assert best / first > 1.3 * law.throughput(law.peak_load) / law.throughput(1)


def test_agreeing_and_not_only_a_full_machine_makes_it_fall() -> None:
    law = ScalabilityLaw(crosstalk=0)
    assert (np.diff(law.throughput(np.geomspace(1, 1000, 61))) > 0).all()
    assert ScalabilityLaw().throughput(1000) < ScalabilityLaw().throughput(100)


def test_each_user_gets_less_long_before_the_system_does() -> None:
    test = load("load_tests").query("test == 'specsdm91'").sort_values("load")
    rises = test[test["load"] <= 72]
    assert (rises["throughput"].diff().dropna() > 0).all()
    assert ((rises["throughput"] / rises["load"]).diff().dropna() < 0).all()


def test_today_is_the_first_load_of_the_test_and_further_along_the_top_is_nearer() -> None:
    law = ScalabilityLaw()
    assert load("load_tests").query("test == 'specsdm91'")["load"].min() == 1
    delivered = law.picture("times").data()["series"][0]
    assert delivered["x"][0] == delivered["y"][0] == 1
    from_today = law.peak_load / 10
    ahead = law.throughput(10 * np.array([from_today / 2, from_today, from_today * 2]))
    assert ahead.argmax() == 1
    assert 9 < from_today < 11


def test_by_hand() -> None:
    need = RareNeed()
    a_month, a_quarter = 160, 480
    assert need.hours_by_hand(1_000) < min(0.5, need.hours_built / 10)
    assert 2 * a_month < need.hours_by_hand(1_000_000) < 3 * a_month
    assert need.build == a_quarter
    assert round(need.break_even) == 55_000


def test_what_is_built_is_flat_and_the_crossing_moves_and_stays() -> None:
    _, built = RareNeed().picture().data()["series"]
    assert len(set(built["y"])) == 1
    crossings = [
        RareNeed(by_hand=hours, build=work).break_even
        for hours in (0.1, 4, 100)
        for work in (1, 480, 10_000)
    ]
    assert len(set(crossings)) == len(crossings)
    assert np.isfinite(crossings).all()
    assert min(RareNeed(by_hand=0.1).break_even, RareNeed(build=10_000).break_even) > 1_000_000


def test_where_the_sentence_fails_few_ask_and_each_asks_for_little() -> None:
    tried = keypoint("00.2").robust()
    made = [cast(RareNeed, need) for need in tried.companies.models]
    stays = [need.hours_by_hand(1_000_000) <= need.hours_built for need in made]
    assert (~tried.holds).sum() == sum(stays) > 0
    for need, fails in zip(made, ~tried.holds, strict=True):
        if fails:
            assert need.share < RareNeed().share / 4
            assert need.by_hand < RareNeed().by_hand / 2
    assert keypoint("00.2").robust(share=0.00002).percent > 80, "few who ask are not enough"


def test_best_size() -> None:
    output = TeamOutput().output(range(1, 41))
    best = output.argmax() + 1
    assert best == 24
    assert (output[best:] < output[best - 1 : -1]).all()
    assert float(output[29] / output[9]) == pytest.approx(1.5, abs=0.05), "within the model"
    assert TeamOutput().overhead * 20**2 == pytest.approx(0.24), "a quarter of the day"
    assert TeamOutput().overhead * 40**2 == pytest.approx(4 * TeamOutput().overhead * 20**2)


def test_the_top_depends_on_talk_that_grows_with_the_square() -> None:
    team, people = TeamOutput(), np.arange(1, 81)
    in_step = team.overhead * 20 * people
    assert in_step[19] == pytest.approx(team.overhead * 20**2)
    output = team.productivity * people * np.maximum(0, 1 - in_step)
    assert people[output.argmax()] == 42
    assert TeamOutput(productivity=2 * team.productivity).best_size == team.best_size
    assert team.picture().data()["series"][0]["x"][-1] == 40
    assert (np.diff(output[:40]) > 0).all()


def test_the_less_a_team_talks_the_later_its_top_and_a_fifth_at_twenty_is_the_condition() -> None:
    tops = [TeamOutput(overhead=talk).best_size for talk in (0.001, 0.0006, 0.0005, 0.0002)]
    assert tops == sorted(tops)
    output = TeamOutput(overhead=0.2 / 20**2).output(range(1, 45))
    assert output.argmax() + 1 == 26
    assert (np.diff(output[25:40]) < 0).all(), "each person past twenty-six"
    assert keypoint("00.3").robust().percent == 100
    assert "62 in 100" in keypoint("00.3").robust().sentence, "the guide"
    assert keypoint("00.3").robust(anywhere=True).percent < 80, "hence the condition"


def test_hours_saved_are_the_smaller_of_two_savings() -> None:
    tried = keypoint("00.2").robust()
    for need, margin in zip(tried.companies.models, tried.margin, strict=True):
        made = cast(RareNeed, need)
        by_hand_with_few = made.hours_built - made.hours_by_hand(1_000)
        built_with_many = made.hours_by_hand(1_000_000) - made.hours_built
        assert margin == pytest.approx(min(by_hand_with_few, built_with_many))
