"""Every sentence that lesson 00 claims, on default parameters."""

from __future__ import annotations

from typing import cast

import numpy as np

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


def test_agreeing_and_not_only_a_full_machine_makes_it_fall() -> None:
    law = ScalabilityLaw(crosstalk=0)
    assert (np.diff(law.throughput(np.geomspace(1, 1000, 61))) > 0).all()
    assert ScalabilityLaw().throughput(1000) < ScalabilityLaw().throughput(100)


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


def test_where_the_sentence_fails_even_a_million_users_hardly_ask() -> None:
    tried = keypoint("00.2").robust()
    made = [cast(RareNeed, need) for need in tried.companies.models]
    stays = [need.hours_by_hand(1_000_000) <= need.hours_built for need in made]
    assert (~tried.holds).sum() == sum(stays) > 0


def test_best_size() -> None:
    output = TeamOutput().output(range(1, 41))
    best = output.argmax() + 1
    assert best == 24
    assert (output[best:] < output[best - 1 : -1]).all()
    assert output[39] < output[1]
