"""Every sentence that lesson 01 claims, on default parameters."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from class_list import NAMES

from thousandfold import (
    ExplainedError,
    companies,
    compare,
    keypoint,
    numbers_for,
    simulate,
    sweep,
)
from thousandfold.keypoints.technical_debt import first_months_mislead
from thousandfold.models.capability_trap import CapabilityTrap
from thousandfold.models.debt import Debt
from thousandfold.models.debt_item import DebtItem
from thousandfold.models.plan_earnings import earned

LOST, INTERESTS = [0.16, 0.17, 0.18, 0.32, 0.33, 0.34], [0.32, 0.34, 0.36]
SHARES = [0, 0.1, 0.2, 0.3, 0.4]
REFERENCE = [0.65, 0.25, 0, 1, 0.6, 0.4, 0.4, 0.3, 0.25, 0.2, 0.1, 0]


def test_in_features_alone_the_date_chooses_the_share_and_on_the_bill_hardly() -> None:
    assert Debt().best_share(3) == 0
    assert 0.25 <= Debt().best_share(12) <= 0.4
    for price in (0.75, 0.9, 1):
        billed = Debt(handover=price)
        assert abs(billed.best_share(12) - billed.best_share(3)) < 0.06


def test_what_a_day_of_debt_costs_in_three_more_quarters_depends_on_who_repairs() -> None:
    assert 3 * Debt().interest == 0.75
    for repaired, cost in ((0, 0.76), (Debt().best_share(12), 0.56)):
        less, more = (
            simulate(Debt(repayment=repaired, wasted=wasted), periods=3)
            for wasted in (0.23, 0.2301)
        )
        debt = np.mean(more["debt"][0] - less["debt"][0])
        lost = np.mean(less.final("delivered")) - np.mean(more.final("delivered"))
        assert lost / debt == pytest.approx(cost, abs=0.01)
    assert Debt(handover=0.55).best_share(3) == 0, "at the price of who repairs as well"


def test_with_the_bill_the_early_line_is_nearly_flat_and_the_late_share_costs_next_to_nothing() -> (
    None
):
    late = Debt().best_share(12)
    assert late == Debt(handover=0.75).best_share(12)
    lost_at = {0: (0.23, 0.25), 0.25: (0.15, 0.2), 0.55: (0.07, 0.08), 0.75: (0, 0.01)}
    for price, lost in lost_at.items():
        shares, worth = Debt(handover=price).by_share(3)
        [at] = np.flatnonzero(np.isclose(shares, late))
        assert lost[0] <= 1 - worth[at] / worth.max() <= lost[1]
    flat = worth[shares <= 0.401]
    assert flat.min() > 0.94 * flat.max()
    assert worth[0] < worth[at], "and the top is not at no repair"


def test_what_repair_takes_from_the_features_it_saves_on_the_bill() -> None:
    runs = sweep(Debt(), repayment=[0, 0.3], periods=3)
    taken, given = (np.diff(runs.final(k).mean(axis=1)) for k in ("delivered", "debt"))
    assert taken < 0
    assert 0.75 * -given == pytest.approx(-taken, rel=0.15)


def test_the_first_keypoint_hangs_on_the_interest_that_each_company_charges() -> None:
    point = keypoint("01.1")
    found = point.robust(anywhere=True)
    assert found.deciders == ("interest",)
    costs = found.companies.drawn["interest"]
    assert not found.holds[costs < 0.15].any()
    for team, cost, margin in zip(found.companies.models, costs, found.margin, strict=True):
        billed = team.replace(handover=min(2, 3 * cost))
        best = [billed.best_share(quarters) for quarters in (3, 12)]
        if margin == 0:
            assert cost < 0.1, "on the line debt is so cheap that no repair is best"
            assert best == [0, 0]
        elif cost < 0.15:
            assert best[0] == 0 < best[1], "below it the date decides"
    assert found.holds[costs >= 0.2].mean() > 0.95
    assert point.robust(anywhere=True, interest=0.15).percent < 10, "what the lesson tries"
    with pytest.raises(ExplainedError, match=r"does not speak of companies with interest 0\.1"):
        point.robust(interest=0.1)
    with pytest.raises(ExplainedError, match="the sentence itself decides handover"):
        point.robust(handover=0.5)


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


def test_debt_is_nearly_as_much_as_ten_people_work_in_a_quarter() -> None:
    assert 0.9 < Debt().start()["debt"] / Debt().capacity < 1
    assert 0.2 < Debt().wasted < 0.25, "nearly a quarter of the week"


def test_at_a_fifth_debt_grows_by_more_than_half_and_a_quarter_of_the_time_holds_it() -> None:
    for share, grown in ((0.2, (1.5, 2)), (0.25, (0.98, 1.02)), (0.3, (0, 0.5))):
        debt = np.median(simulate(Debt(repayment=share))["debt"], axis=-1).ravel()
        assert grown[0] < debt[-1] / debt[0] < grown[1]


def test_one_line_only_falls_and_the_other_has_a_flat_top() -> None:
    _, early = Debt().by_share(3)
    shares, late = Debt().by_share(12)
    assert (np.diff(early) < 0).all()
    assert late[0] < 0.85 * late.max()
    near = late[(shares >= 0.25) & (shares <= 0.35)]
    assert near.min() > 0.97 * late.max()


def test_no_share_is_ahead_after_a_year_and_larger_ones_are_later() -> None:
    ahead = [Debt(repayment=share).ahead_from() for share in np.arange(0.01, 0.5, 0.04)]
    assert min(ahead) > 4
    assert ahead == sorted(ahead)


def test_at_twice_the_interest_a_few_per_cent_are_ahead_after_a_year_by_less_than_a_day() -> None:
    dear = 2 * Debt().interest
    for share in (0.01, 0.02, 0.03):
        team = Debt(repayment=share, interest=dear)
        assert team.ahead_from() == 4
        assert 0 < np.median(team.lead(), axis=1)[4] < 1
    assert Debt(repayment=0.05, interest=dear).ahead_from() > 4
    assert Debt(interest=dear).start()["debt"] == Debt().start()["debt"] / 2
    assert Debt(repayment=0.05, interest=1.25 * dear).ahead_from() == 4
    assert Debt(repayment=0.3, interest=dear).ahead_from() > 4
    assert Debt(repayment=0.01, interest=0.75 * dear).ahead_from() > 4


@pytest.mark.parametrize("interest", [0.15, 0.25, 0.35, 0.5])
def test_a_day_returns_itself_after_one_divided_by_the_interest(interest: float) -> None:
    team = Debt(interest=interest)
    once = team.follow({"once": [0.01] + [0] * 11, "never": [0] * 12})["delivered"]
    lead = np.median(once[:, 0] - once[:, 1], axis=1)
    returned = int((lead > 0).argmax()) - 1
    assert returned == pytest.approx(1 / interest, abs=1)
    if interest == Debt().interest:
        assert returned == 4
    kept_up = [team.replace(repayment=share).ahead_from(16) for share in (0.01, 0.1, 0.2, 0.3)]
    assert 1.6 < np.mean(kept_up) * interest < 2.8, "about twice as long"


def test_the_second_keypoint_says_where_it_ends() -> None:
    found = keypoint("01.2").robust(anywhere=True)
    costs = found.companies.drawn["interest"]
    assert found.deciders == ("interest",)
    assert found.holds[costs < 0.4].mean() > 0.95 > 0.8 > found.holds[costs >= 0.4].mean()
    with pytest.raises(ExplainedError, match=r"does not speak of companies with interest 0\.5"):
        keypoint("01.2").robust(interest=0.5)


def test_the_share_is_of_the_time_left_and_less_of_the_week() -> None:
    left = 1 - Debt().wasted
    assert round(100 * Debt().best_share(12) * left) == 23


def test_the_lead_falls_by_half_a_quarter_and_ends_above_a_whole_one() -> None:
    median = np.median(Debt(repayment=Debt().best_share(12)).lead(), axis=1)
    assert median.argmin() == 4
    assert median[4] < -Debt().capacity / 2
    assert median[12] > Debt().capacity
    picture = Debt(repayment=0.3).picture("lead")
    assert "335 days behind, after quarter 4; ahead from quarter 9 on" in picture.sentence
    assert "not ahead within 12 quarters" in Debt(repayment=0.6).picture("lead").sentence
    assert not Debt(repayment=0).lead().any()


def test_who_works_harder_is_ahead_in_the_second_month_and_never_recovers() -> None:
    choices = {"harder": CapabilityTrap(smarter=0.1), "improve": CapabilityTrap(smarter=0.9)}
    runs = compare(choices)
    harder, improve = np.median(runs["performance"], axis=-1).T
    assert harder[2] > harder[0] > improve[2]
    skill = np.median(runs["capability"], axis=-1)[:, 0]
    assert skill[2] < skill[0]
    crossed = int((harder < improve).argmax()) or 1
    assert crossed == 9
    assert (harder[crossed + 3 :] < improve[crossed + 3 :]).all()
    assert (np.diff(harder[crossed:]) < 0).all()
    late = compare(choices, 120)
    assert np.median(late["capability"], axis=-1)[-1, 0] < 0.01, "skill falls to nothing"
    assert np.median(late["performance"], axis=-1)[-1, 1] < CapabilityTrap().target


def test_who_spends_half_of_the_hours_on_improving_loses_by_more() -> None:
    assert 4 * CapabilityTrap().habit <= CapabilityTrap().hours
    for hours, habit in ((40, 10), (20, 5)):
        team = CapabilityTrap(hours=hours, habit=habit, target=1.3 * (hours - habit))
        assert first_months_mislead([team])[0] > 0
    assert first_months_mislead([CapabilityTrap(hours=20, habit=10, target=13)])[0] < 0
    with pytest.raises(ExplainedError, match="does not speak of companies with hours 10, habit 9"):
        keypoint("01.3").robust(hours=10, habit=9)


def test_repair_lets_debt_grow_at_a_fifth_because_features_and_workarounds_leave_more() -> None:
    for less in ({"contagion": 0}, {"carelessness": 0}):
        debt = np.median(simulate(Debt(repayment=0.2).replace(**less))["debt"], axis=-1).ravel()
        assert debt[-1] < debt[0], "either alone would not"


def test_with_care_and_a_third_less_repair_more_is_built() -> None:
    [careful], [plain] = built(Debt(repayment=0.2), 0.1), built(Debt(repayment=0.3), 0.2)
    assert careful > 1.1 * plain


def test_care_that_takes_a_tenth_of_the_days_costs_more_than_it_gains() -> None:
    [free] = built(Debt(repayment=0.3), 0.2)
    assert Debt(capacity=570, wasted=0.242).start()["debt"] == pytest.approx(552, abs=1)
    assert Debt(capacity=540, wasted=0.256).start()["debt"] == pytest.approx(552, abs=1)
    for capacity, worth in ((570, True), (540, False)):
        careful = Debt(repayment=0.2, capacity=capacity)
        [paid] = built(careful, 0.1)
        assert (paid > 1.02 * free) == worth
        as_much_debt = careful.wasted * 600 / capacity
        [same] = built(careful.replace(wasted=as_much_debt), 0.1)
        assert (same > 1.02 * free) == worth, "and also with the debt of 600 days a quarter"
    assert same < 0.97 * free, "a twentieth is lost, as the facilitator's page says"


def built(team: Debt, *care: float) -> list[float]:
    """Return the days of features in the middle future, for each carelessness."""
    found = sweep(team, carelessness=list(care)).summary("delivered")["median"]
    return [float(days) for days in found]


def test_everybody_s_own_team_is_as_hard_as_any_other() -> None:
    drawn = [numbers_for(name, lost=LOST, interest=INTERESTS) for name in NAMES]
    assert {(mine.lost, mine.interest) for mine in drawn} == set(product(LOST, INTERESTS))
    for lost, interest in product(LOST, INTERESTS):
        team = Debt(wasted=lost, interest=interest)
        found = [
            *(margin_of_the_best(team, quarters) for quarters in (4, 8, 12)),
            margin_of_the_best(team.replace(interest=2 * interest), 8),
        ]
        year, two, three, dear = (share for share, _ in found)
        assert year == 0 < two < three, "the date decides for everybody"
        assert dear > two, "and so does the interest"
        assert two != 0.1, "what the lesson's map shows of Ferry is nobody's answer"
        assert min(margin for _, margin in found) > 0.012


def margin_of_the_best(team: Debt, quarters: int) -> tuple[float, float]:
    """Return which share is best, and by which part of its features the next is worse."""
    runs = sweep(team, repayment=SHARES, periods=quarters)
    built = runs.summary("delivered")["median"].to_numpy()
    second, best = np.sort(built)[-2:]
    return SHARES[int(built.argmax())], float((best - second) / best)


def test_the_repairs_of_the_first_task_are_counted_by_hand() -> None:
    pieces = {"reports": (30, 20, 0.1), "core": (55, 15, 0.9), "suite": (20, 6, 1)}
    won = {
        name: float(DebtItem(days, interest, touched, growth=0, discount=0).saved(6)) - days
        for name, (days, interest, touched) in pieces.items()
    }
    assert won == pytest.approx({"reports": -18, "core": 26, "suite": 16})
    a_day = {name: won[name] / pieces[name][0] for name in pieces}
    assert a_day["suite"] > 1.5 * a_day["core"] > 0 > a_day["reports"]
    suite = DebtItem(*pieces["suite"], growth=0, discount=0)
    assert 3 < suite.break_even < 4


def test_what_the_facilitator_says_of_the_price() -> None:
    left = sweep(Debt(), repayment=[0, 0.3], periods=3).final("debt").mean(axis=1)
    assert list(left) == pytest.approx([940, 480], abs=8)
    assert Debt(handover=0.55).best_share(3) == 0 < Debt(handover=0.6).best_share(3)
    assert Debt(handover=0.55).best_share(12) == 0.3
