"""Every sentence that lesson 00 claims, on default parameters."""

from __future__ import annotations

from thousandfold.models.rare_needs import RareNeed
from thousandfold.models.scalability import ScalabilityLaw
from thousandfold.models.team_output import TeamOutput


def test_peak() -> None:
    law = ScalabilityLaw()
    assert 90 < law.peak_load < 110
    assert 0.3 < law.throughput(1000) / law.throughput(law.peak_load) < 0.4


def test_by_hand() -> None:
    need = RareNeed()
    assert need.hours_by_hand(1_000) < need.hours_built / 10
    assert need.hours_by_hand(1_000_000) == 400
    assert round(need.hours_by_hand(1_000_000) / need.hours_built) == 18
    assert round(need.break_even) == 55_000


def test_best_size() -> None:
    output = TeamOutput().output(range(1, 41))
    best = output.argmax() + 1
    assert best == 24
    assert (output[best:] < output[best - 1 : -1]).all()
    assert output[39] < output[1]
