"""What the lesson `08_flight_simulator` says, tried on the defaults."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest
from conftest import ROOT

from thousandfold import keypoint
from thousandfold.core import Trajectory, companies
from thousandfold.flight import GOAL, Flight, with_rules
from thousandfold.flight.claims import (
    BALANCED_SPLIT,
    SPLIT_FOR_FEATURES,
    Claim,
    claims,
    features_or_balance,
)
from thousandfold.flight.companies import fly_companies
from thousandfold.flight.debrief import (
    DebtShare,
    Room,
    example_game,
    ignoring_one,
    luck_picture,
)
from thousandfold.flight.engine import fly
from thousandfold.flight.policies import COMPARED, FEATURES_ONLY, NOBODY, REACTING, STEADY
from thousandfold.flight.results import forecast_errors, scorecard, skill_and_luck

NEVER_OPEN_REACTING = with_rules(REACTING, "api closed")
LESSON = (ROOT / "notebooks" / "08_flight_simulator.ipynb").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tried() -> dict[str, Claim]:
    return claims()


@pytest.fixture(scope="module")
def replay() -> Trajectory:
    return Room.of(example_game()).replay()


def test_features_only() -> None:
    runs = features_or_balance()
    ratio = runs["customers"][:, 0] / runs["customers"][:, 1]
    middle = np.median(ratio, axis=1)
    assert ((middle > 1) == [False, *[True] * 3, *[False] * 9]).all()
    assert (ratio[-1] < 0.5).mean() > 0.9
    assert round(100 * middle[-1]) == 39


def test_ignoring_one() -> None:
    reached = ignoring_one()["goal reached, %"]
    assert 0.4 < reached["debt"] / reached["nothing"] < 0.7
    assert (reached.iloc[4:] == 0).all()
    assert reached.index[4:].str.contains("API|reliability|structure").all()
    assert reached.round().astype(int).tolist()[:4] == [76, 44, 41, 14]


def test_a_closed_api_is_a_ceiling_that_we_chose() -> None:
    ferry = Flight()
    assert ferry.reach * (ferry.casual_market + ferry.power_market) == 720_000
    wider = fly({"never": NEVER_OPEN_REACTING}, flight=Flight(reach=0.7)).final("customers")
    assert round(100 * float((wider >= GOAL).mean())) == 32


def test_who_hires_nobody_is_what_a_team_should_beat() -> None:
    ends = scorecard(fly({"nobody": NOBODY, "features": FEATURES_ONLY}))["customers"]
    assert round(ends["nobody"], -3) == 199_000
    assert ends["nobody"] > ends["features"]


def test_two_lines_of_the_report_contradict_features_only_from_the_start() -> None:
    runs = features_or_balance()
    lost, releases = (np.median(runs[name][1:4], axis=-1) for name in ("lost", "releases"))
    assert (lost[:, 0] > lost[:, 1]).all()
    assert (releases[:, 0] < releases[:, 1]).all()
    ratio = np.median(runs["customers"][1:4, 0] / runs["customers"][1:4, 1], axis=-1)
    assert ratio.max() < 1.045


def test_skill(tried: dict[str, Claim]) -> None:
    numbers = tried["chance"].numbers
    assert 0.6 <= numbers["goal reached, reacting"] < 0.9
    assert numbers["goal reached, random"] < 0.02
    best = scorecard(fly(COMPARED))["goal reached"]
    assert best.idxmax() == "reacting"


def test_the_numbers_in_the_text(replay: Trajectory) -> None:
    team = skill_and_luck(replay).loc["Example team"]
    assert f"{team['lived']:,.0f} customers" in LESSON
    assert f"better than {team['luck: better than % of futures']:.0f} %" in LESSON
    assert f"{team['lived']:,.0f}" in luck_picture(replay).sentence
    for share in (0, 20, 60):
        assert f"{DebtShare(share).customers():,}" in LESSON


def test_the_example_is_wrong_in_the_way_that_the_text_says() -> None:
    game = example_game()
    table = forecast_errors(game.forecasts, game.flown())
    told, lazy = table["forecast / customers"], table["same growth / customers"]
    assert (told > 1.5).tolist() == [False] * 7 + [True] * 5
    assert 1.8 < told.iloc[7] < 2
    assert round(told.iloc[-1]) == 17
    assert (lazy.iloc[3:] - 1).abs().max() <= 0.24


def test_the_best_share_for_debt_is_larger_in_the_first_half(tried: dict[str, Claim]) -> None:
    numbers = tried["debt share"].numbers
    best = [numbers[f"best share, {part}, %"] for part in ("first half", "second half")]
    assert best == [30, 10]
    ends = {share: DebtShare(share).customers() for share in (0, 20, 60)}
    assert ends[0] < ends[20] > ends[60]


def test_what_the_92_numbers_stand_on() -> None:
    counted = Counter(q.basis for q in Flight.quantities().values())
    assert counted == {"cited": 6, "textbook": 1, "decision": 8, "illustrative": 77}


def test_the_policy_that_wins_in_ferry_is_made_for_ferry() -> None:
    plausible = cast(Sequence[Flight], companies(Flight()).models)
    steady, reacting = (
        fly_companies(policy, plausible).final("customers") for policy in (STEADY, REACTING)
    )
    wins = np.median(steady, axis=-1) > np.median(reacting, axis=-1)
    assert wins.mean() > 0.75, "the lesson and its page say: in most companies"
    as_often_as_not = (reacting >= GOAL).mean(axis=-1) >= 0.5
    assert as_often_as_not.mean() < 0.1, "the page says: in hardly any"


def test_half_of_the_plausible_companies_have_no_early_lead_of_features() -> None:
    plausible = cast(Sequence[Flight], companies(Flight()).models)
    features, balanced = (
        fly_companies(policy, plausible)["customers"]
        for policy in (SPLIT_FOR_FEATURES, BALANCED_SPLIT)
    )
    ratio = np.median(features / np.maximum(1, balanced), axis=-1)
    assert (ratio[1:4].max(axis=0) > 1).mean() == pytest.approx(0.5, abs=0.1)


def test_the_winner_of_ferry_loses_elsewhere() -> None:
    point = keypoint("08.3")
    assert 100 - point.robust().percent == pytest.approx(18, abs=3), "the facilitator's page"
    at_ferry, elsewhere = Flight(), Flight(wasted=0.3)
    won, lost = np.asarray(point.claim([at_ferry, elsewhere]))
    ends = {
        name: fly_companies(policy, [at_ferry, elsewhere]).final("customers")
        for name, policy in {"steady": STEADY, "reacting": REACTING}.items()
    }
    middle = {name: np.median(runs, axis=-1) for name, runs in ends.items()}
    assert won > 0
    assert middle["reacting"][0] > middle["steady"][0]
    assert lost < 0
    assert middle["reacting"][1] > middle["steady"][1]


def test_what_the_two_policies_look_at() -> None:
    assert (len(STEADY.rules), len(REACTING.rules)) == (5, 12)
    assert set(re.findall(r"(\w+) (?:above|below)", " ".join(STEADY.rules))) == {
        "people",
        "round",
        "cash",
    }
    assert "customers above" in " ".join(REACTING.rules)


def test_near_ferry_the_winner_of_ferry_wins() -> None:
    assert keypoint("08.3").robust(within=0.25).share < 0.3
