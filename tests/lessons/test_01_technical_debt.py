"""Every sentence that lesson 01 claims, on default parameters."""

from __future__ import annotations

import numpy as np
import pytest

from thousandfold import ExplainedError, companies, compare, simulate, sweep
from thousandfold.models.capability_trap import CapabilityTrap
from thousandfold.models.debt import Debt
from thousandfold.models.debt_payback import interest_for_a_year
from thousandfold.models.plan_earnings import earned

REFERENCE = [0.65, 0.25, 0, 1, 0.6, 0.4, 0.4, 0.3, 0.25, 0.2, 0.1, 0]


def test_horizon() -> None:
    assert Debt().best_share(3) == 0
    assert 0.25 <= Debt().best_share(12) <= 0.4


def test_payback() -> None:
    shares = np.arange(0.01, 1.01, 0.03)
    assert min(Debt(repayment=share).ahead_from() for share in shares) > 6
    assert [Debt(repayment=share).ahead_from() for share in (0.01, 0.05, 0.3)] == [7, 8, 9]


def test_the_slider_marks_the_interest_from_which_some_repair_pays_within_a_year() -> None:
    turn = interest_for_a_year(Debt())
    assert 1.8 < turn / Debt().interest < 2.1
    assert Debt(repayment=0.3).picture("payback").notes[-1].x == turn
    assert [Debt(repayment=share).ahead_from() for share in (0.01, 0.3)] == [7, 9]
    assert interest_for_a_year(Debt(), 0.3) > turn


def test_better_before_worse() -> None:
    choices = {"harder": CapabilityTrap(smarter=0.1), "improve": CapabilityTrap(smarter=0.9)}
    harder, improve = np.median(compare(choices)["performance"], axis=-1).T
    assert harder[2] > harder[0] > improve[2]
    assert (harder[1:9] > improve[1:9]).all()
    assert (harder[9:] < improve[9:]).all()
    assert harder[-1] < improve[-1] / 3


def test_a_fifth_does_not_hold_the_debt_still() -> None:
    for share, smaller in ((0.2, False), (0.3, True)):
        run = simulate(Debt(repayment=share))["debt"].mean(axis=-1).ravel()
        assert (run[1] < run[0]) == smaller
        assert (run[-1] < run[0]) == smaller


def test_the_top_is_flat() -> None:
    shares, delivered = Debt().by_share(12)
    near = delivered[(shares >= 0.2) & (shares <= 0.4)]
    assert near.min() > 0.9 * delivered.max()


def test_the_lead_falls_before_it_rises() -> None:
    median = np.median(Debt(repayment=0.3).lead(), axis=1)
    assert median.argmin() == 4
    assert median[[4, 12]].round().tolist() == [-335, 791]
    picture = Debt(repayment=0.3).picture("lead")
    assert "335 days behind, after quarter 4; ahead from quarter 9 on" in picture.sentence
    assert "not ahead within 12 quarters" in Debt(repayment=0.6).picture("lead").sentence
    assert not Debt(repayment=0).lead().any()


def test_half_the_new_debt_makes_a_third_of_the_repair_unnecessary() -> None:
    delivered = [
        sweep(Debt(repayment=share), carelessness=[0.2, 0.1]).final("delivered").mean(axis=1)
        for share in (0.3, 0.2)
    ]
    assert delivered[1][1] > delivered[0][1] > delivered[0][0] > delivered[1][0]
    medians = [
        sweep(Debt(repayment=share), carelessness=[care]).summary("delivered")["median"].iloc[0]
        for share, care in ((0.2, 0.1), (0.3, 0.2))
    ]
    assert medians == pytest.approx([4650, 4180], abs=5)


def test_what_is_earned_is_counted_by_hand() -> None:
    runs = Debt(capacity=100, wasted=0.2, interest=0.5, variation=0).follow({"": [0]}, 1)
    debt = 40 + 0.2 * 80 + 0.25 * 20
    for promise, kept in ((80, 1), (81, 0)):
        row = earned(runs, promise=promise, by=1, penalty=30, handover=0.5).loc[""]
        assert row["promise kept"] == kept
        assert row["earned"] == round(80 - 0.5 * debt - 30 * (1 - kept))
    with pytest.raises(ExplainedError, match="by must be a whole number from 0 to 1, not 3"):
        earned(runs)


def test_the_exercise_rewards_the_order_of_the_quarters_and_not_the_shares_of_the_lesson() -> None:
    constant = {f"{share}": [share / 100] * 12 for share in range(0, 101, 5)}
    other = {"reference": REFERENCE, "easing off": [0.6 - 0.05 * k for k in range(12)]}
    nearly = {
        f"{quarter} {moved}": [*REFERENCE[:quarter], share, *REFERENCE[quarter + 1 :]]
        for quarter in range(12)
        for moved in (-0.1, 0.1)
        if 0 <= (share := REFERENCE[quarter] + moved) <= 1
    }
    for seed in (17, 18):
        teams = companies(Debt(), 20, seed=seed, wasted=0.23).models
        runs = [team.follow(constant | other | nearly, 200, seed=7) for team in teams]
        days = sum(earned(run)["earned"] for run in runs)
        share = (days - days["20"]) / (days["reference"] - days["20"])
        assert share[list(constant)].max() < 0.6
        assert share[list(constant)].idxmax() in ("30", "35")
        assert 0.25 < share["easing off"] < 0.5
        assert share[list(nearly)].max() < 1.03, "the reference is the best, or as good"
        kept = np.mean([earned(run)["promise kept"]["reference"] for run in runs])
        assert kept > 0.7


def test_teams_that_lose_the_same_need_different_shares() -> None:
    options = [0, 0.1, 0.2, 0.3, 0.4]
    for interest, best in ((0.15, 0), (0.3, 0.2), (0.5, 0.3)):
        for seed in (1000, 11):
            runs = sweep(Debt(interest=interest), repayment=options, periods=8, seed=seed)
            delivered = runs.final("delivered").mean(axis=1)
            assert options[delivered.argmax()] == best
            assert np.sort(delivered)[-1] > 1.01 * np.sort(delivered)[-2] or interest != 0.3
            assert options[np.median(runs.final("delivered"), axis=1).argmax()] == best
