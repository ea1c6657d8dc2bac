"""What a report tells beside the stocks: why customers left, what downtime cost, what was luck."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from thousandfold.core import Trajectory
from thousandfold.flight import COMPARED, Decision, Flight, fly
from thousandfold.flight.engine import QUARTER_DAYS

SPARING = [Decision(features=50, onboarding=30, debt=20, reliability=0, hire=4)]


def one_round(**coefficients: float) -> Trajectory:
    """Fly ten rounds, and the last with other coefficients: all else is as it was."""
    return fly({"us": SPARING}, rounds=1, replications=200, flight=Flight(**coefficients))


def last(runs: Trajectory, stock: str) -> float:
    return float(runs[stock][-1, 0].mean())


def test_what_downtime_costs_is_what_comes_and_stays_if_nobody_is_angry() -> None:
    start = {"first_safe": 0, "load": 0.06}
    angry, calm = one_round(anger=0.2, **start), one_round(anger=0, **start)
    assert last(angry, "lost_downtime") == pytest.approx(
        last(calm, "customers") - last(angry, "customers"), rel=0.05
    )
    assert last(angry, "lost_downtime") > 10
    assert (calm["lost_downtime"] == 0).all()


def test_a_season_is_what_chance_adds_to_the_sign_ups() -> None:
    lucky, even = one_round(variation=0.3), one_round(variation=0)
    assert (even["season"] == 0).all()
    joined = [runs["casual_joined"][-1, 0] + runs["power_joined"][-1, 0] for runs in (lucky, even)]
    quiet = lucky["event"][-1, 0] == 0
    told = 1 + lucky["season"][-1, 0]
    np.testing.assert_allclose(joined[0][quiet], (told * joined[1])[quiet], rtol=0.01, atol=2)


def test_who_missed_something_are_those_whom_a_perfect_product_would_have_kept() -> None:
    runs = fly(COMPARED, replications=50)
    left = runs["casual_left"] + runs["power_left"]
    assert (runs["lost_unfit"] <= left).all()
    ferry = Flight()
    round_one = one_round()
    suited = round_one["casual_left"] * (ferry.unhappiness - 1) / (
        ferry.unhappiness - round_one["casual_uptake"]
    ) + round_one["power_left"] * (ferry.unhappiness - 1) / (
        ferry.unhappiness - round_one["power_uptake"]
    )
    gone = round_one["casual_left"] + round_one["power_left"]
    np.testing.assert_allclose(round_one["lost_unfit"][-1], (gone - suited)[-1], atol=1)


def test_who_can_use_ferry_grows_with_those_who_use_extensions() -> None:
    ferry, runs = Flight(), fly(COMPARED, replications=20)
    market = ferry.casual_market + ferry.power_market
    reachable = runs["casual_reachable"] + runs["power_reachable"]
    share = ferry.reach + (1 - ferry.reach) * runs["users"]
    np.testing.assert_allclose(reachable[1:], market * share[1:], rtol=1e-9)


def test_what_crosses_needs_another_squad_and_platform_work_takes_it_away() -> None:
    ferry = Flight()
    rows = [replace(SPARING[0], squads=squads) for squads in (1, 4)]
    one, four = (fly({"us": [row]}, rounds=1, replications=1)["crossing"][-1, 0, 0] for row in rows)
    assert one == 0
    assert four == pytest.approx(ferry.coupling * 3 / 4)
    half = fly({"us": [rows[1]]}, rounds=3, replications=1, flight=Flight(modular_half=500))
    work = [replace(rows[1], features=0, platform=50)]
    much = fly({"us": work}, rounds=3, replications=1, flight=Flight(modular_half=500))
    platform = much["platform"][2, 0, 0]
    assert much["crossing"][3, 0, 0] == pytest.approx(four * 500 / (500 + platform))
    assert much["crossing"][3, 0, 0] < half["crossing"][3, 0, 0]


def test_guardrails_take_people_for_each_squad_once_they_are_written() -> None:
    rows = [replace(SPARING[0], decides="guardrails", squads=4, hire=0)]
    calm = {"quits": 0.01, "frustration": 0, "poached": 0.02, "restlessness": 0}
    little, much = (
        fly({"us": rows}, rounds=1, replications=1, flight=Flight(explaining=each, **calm))
        for each in (0.1, 0.6)
    )
    lost = little["built"][1, 0, 0] - much["built"][1, 0, 0]
    assert 0 < lost < 2 * QUARTER_DAYS * 4 * 0.5
