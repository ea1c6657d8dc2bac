from __future__ import annotations

import numpy as np
import pytest
from conftest import Published
from hypothesis import given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError, compare, simulate, sweep
from thousandfold.datasets import load
from thousandfold.models.capability_trap import CapabilityTrap
from thousandfold.models.debt import Debt
from thousandfold.models.debt_item import DebtItem
from thousandfold.models.debt_map import best_shares, interest_for_a_year

shares = st.floats(0, 1)


def test_the_published_figures(published: Published) -> None:
    debt = Debt(variation=0)
    quarter = simulate(debt, periods=1, replications=1)
    lost = quarter["lost"].ravel()[1]
    published.agrees("besker_wasted", lost / debt.capacity)
    alone = simulate(debt.replace(contagion=0), periods=1, replications=1)
    published.agrees("besker_contagion", (quarter["debt"] - alone["debt"]).ravel()[1] / lost)


def test_the_parts_of_stripes_week_add_up_and_bad_code_is_one_of_them(
    published: Published,
) -> None:
    table = load("debt_studies").set_index("figure")["value"]
    parts = table["of which technical debt"] + table["of which bad code"]
    published.agrees("stripe_total", parts)
    published.agrees("stripe_total", table["technical debt and maintenance"])
    besker = "time wasted because of technical debt"
    assert table[besker] == Debt().wasted


def test_the_published_team_stays_where_it_is_when_nobody_asks_for_more(
    published: Published,
) -> None:
    for smarter in (0, 0.1, 0.9):
        team = CapabilityTrap(habit=1, target=39, smarter=smarter, variation=0)
        published.agrees("capability_baseline", simulate(team, replications=1)["performance"])


def test_a_share_that_does_not_change_does_what_the_parameter_does() -> None:
    plans = {f"{share:g}": [share] * 7 for share in (0, 0.3, 1)}
    followed = Debt().follow(plans, replications=20, seed=5)
    swept = sweep(Debt(), repayment=[0, 0.3, 1], periods=7, replications=20, seed=5)
    assert followed.units == swept.units
    for stock in Debt.units:
        np.testing.assert_allclose(followed[stock], swept[stock], rtol=1e-12)


def test_one_quarter_by_hand() -> None:
    team = Debt(capacity=100, wasted=0.2, interest=0.5, repayment=0.25, variation=0)
    run = simulate(team, periods=1, replications=1)
    after = {stock: float(run.final(stock)[0, 0]) for stock in team.units}
    repaid = 40 * (1 - np.exp(-20 / 40))
    expected = {
        "delivered": 60,
        "debt": 40 - repaid + 0.2 * 60 + 0.25 * 20,
        "lost": 20,
        "repairing": 20,
    }
    assert after == pytest.approx(expected)


def test_new_features_leave_debt_that_differs_by_luck() -> None:
    team = Debt(wasted=0, repayment=0, carelessness=0.3, variation=0.1)
    run = simulate(team, periods=1, replications=4000)
    left = run.final("debt") / run.final("delivered")
    assert left.mean() == pytest.approx(0.3, rel=0.02)
    assert left.std() == pytest.approx(0.03, rel=0.1)


@settings(deadline=None)
@given(shares, shares, st.floats(0, 0.9), st.floats(0.01, 1), st.floats(0, 1), st.integers(0, 99))
def test_time_and_debt_are_accounted_for(
    first: float, then: float, wasted: float, interest: float, variation: float, seed: int
) -> None:
    debt = Debt(wasted=wasted, interest=interest, variation=variation)
    runs = debt.follow({"plan": [first, then] * 4, "none": [0] * 8}, replications=9, seed=seed)
    time = runs["delivered"] + runs["lost"] + runs["repairing"]
    luck = np.random.default_rng(seed).standard_normal((9, 8, 2))
    work = debt.capacity * np.maximum(0, 1 + variation * luck[:, :, 0]).cumsum(axis=1).T
    np.testing.assert_allclose(time[1:], np.broadcast_to(work[:, np.newaxis], time[1:].shape))
    assert (runs["debt"] >= 0).all()
    assert (runs["repairing"][:, 1] == 0).all()
    for stock in ("delivered", "lost", "repairing"):
        assert (np.diff(runs[stock], axis=0) >= -1e-9).all()
    # Repaying more than there is, is not possible.
    new = np.diff(runs["debt"], axis=0)
    assert (new >= -runs["debt"][:-1] - 1e-9).all()


@given(st.floats(0.5, 1), shares)
def test_debt_that_breeds_debt_never_helps(interest: float, share: float) -> None:
    ends = [
        simulate(Debt(contagion=c, interest=interest, repayment=share), replications=5)
        for c in (0, 0.25, 1)
    ]
    debts = [run.final("debt") for run in ends]
    delivered = [run.final("delivered") for run in ends]
    assert (debts[0] <= debts[1] + 1e-9).all()
    assert (debts[1] <= debts[2] + 1e-9).all()
    assert (delivered[0] >= delivered[1] - 1e-9).all()
    assert (delivered[1] >= delivered[2] - 1e-9).all()


@pytest.mark.parametrize(
    ("plans", "says"),
    [
        ({}, "scenarios must be labels"),
        ({"none": []}, "one share per quarter"),
        ({"a": [0.1, 0.2], "b": [0.1]}, "same length"),
        ({"a": [20, 0]}, "write 20 % as 0.2"),
        ({"a": [-0.1, 0]}, "repayment in 'a' must lie in 0..1"),
        ({"a": ["much", "little"]}, "must be a number"),
    ],
)
def test_a_plan_that_makes_no_sense_is_explained(plans: dict[str, list[float]], says: str) -> None:
    with pytest.raises(ExplainedError, match=says):
        Debt().follow(plans)


def test_more_futures_leave_the_first_ones_as_they_were() -> None:
    few = Debt().follow({"": [0.5, 0.1, 0]}, replications=3)
    many = Debt().follow({"": [0.5, 0.1, 0]}, replications=30)
    np.testing.assert_allclose(few["debt"], many["debt"][:, :, :3], rtol=1e-12)


@settings(deadline=None)
@given(st.floats(1, 100), st.floats(0, 20), shares, st.floats(0, 0.3), st.floats(0, 0.3))
def test_the_break_even_is_where_interest_reaches_the_principal(
    principal: float, interest: float, touched: float, growth: float, discount: float
) -> None:
    item = DebtItem(principal, interest, touched, growth, discount)
    quarters = np.arange(1, 41)
    costs = interest * touched * (1 + growth) ** (quarters - 1) / (1 + discount) ** quarters
    np.testing.assert_allclose(item.saved(quarters), costs.cumsum(), rtol=1e-6, atol=1e-9)
    if np.isfinite(item.break_even) and item.break_even < 1e4:
        assert item.saved(item.break_even) == pytest.approx(principal, rel=1e-6)
    else:
        assert item.saved(40) < principal


def test_break_even_without_growth_or_discount_is_principal_over_interest() -> None:
    item = DebtItem(principal=30, interest=5, touched=0.5, growth=0, discount=0)
    assert item.break_even == 12
    assert item.replace(discount=0.1).break_even == float("inf")
    assert item.replace(interest=0).break_even == float("inf")
    assert item.replace(growth=0.05, discount=0.05).break_even == pytest.approx(12 * 1.05)


# What the lesson says.


def test_the_same_team_at_four_shares_is_best_with_nothing_repaid_over_three_quarters_only() -> (
    None
):
    four = [0, 0.15, 0.3, 0.6]
    for quarters, best in ((3, 0), (12, 2)):
        runs = sweep(Debt(), repayment=four, periods=quarters)
        assert runs.final("delivered").mean(axis=1).argmax() == best


def test_the_best_share_depends_on_the_horizon_and_lies_inside_in_the_long_run() -> None:
    debt = Debt()
    best = {quarters: debt.best_share(quarters) for quarters in (3, 6, 12, 20)}
    assert best[3] == 0
    assert best[6] <= 0.05
    assert 0.2 <= best[12] <= 0.4
    assert 0.2 <= best[20] <= 0.4
    _, delivered = debt.by_share(12)
    assert delivered.max() > 1.15 * delivered[0]
    assert delivered.max() > 1.15 * delivered[12]


def test_the_best_share_is_inside_in_twelve_quarters_whatever_reasonable_numbers_one_takes() -> (
    None
):
    for interest in (0.2, 0.25, 0.3):
        for carelessness in (0.1, 0.2, 0.3):
            for contagion in (0.1, 0.25, 0.4):
                debt = Debt(interest=interest, carelessness=carelessness, contagion=contagion)
                assert debt.best_share(3) <= 0.05
                assert 0 < debt.best_share(12) < 0.5


def test_ignoring_debt_is_ahead_first_and_behind_in_the_end() -> None:
    runs = sweep(Debt(), repayment=[0, 0.3])
    gap = (runs["delivered"][:, 0] - runs["delivered"][:, 1]).mean(axis=1)
    assert (gap[1:7] > 0).all()
    assert gap[12] < 0
    assert (runs.final("delivered")[1] > runs.final("delivered")[0]).mean() > 0.9


def test_debt_that_breeds_debt_is_what_makes_ignoring_it_so_dear() -> None:
    lost = [
        simulate(Debt(repayment=0, contagion=c)).final("lost").mean() for c in (0, Debt().contagion)
    ]
    assert lost[1] > 1.1 * lost[0]


def test_repaying_early_and_stopping_in_time_beats_the_best_constant_share() -> None:
    constant = {f"{share}": [share / 100] * 12 for share in range(0, 101, 5)}
    early = {"early": [0.6] * 4 + [0.2] * 3 + [0] * 5}
    runs = Debt().follow(constant | early, seed=7)
    delivered = runs.final("delivered").mean(axis=1)
    assert delivered[-1] > 1.1 * delivered[:-1].max()
    # It leaves more behind: a successor would have to pay it.
    assert runs.final("debt").mean(axis=1)[-1] > runs.final("debt").mean(axis=1)[6]


def test_working_harder_is_better_before_worse_and_smarter_is_worse_before_better() -> None:
    for team in (CapabilityTrap(), CapabilityTrap(habit=1, target=44, response=0.2)):
        runs = compare(
            {
                "harder": team.replace(smarter=0.1),
                "smarter": team.replace(smarter=0.9),
                "as before": team.replace(smarter=0.5),
            }
        )
        harder, smarter, before = np.moveaxis(np.median(runs["performance"], axis=-1), 1, 0)
        assert harder[1] > before[1] > smarter[1]
        assert harder[-1] < before[-1] < smarter[-1]
        assert harder[-1] < 0.5 * before[-1]


@pytest.mark.parametrize("target", [20, 32])
def test_a_target_that_is_met_leaves_everything_as_it_is(target: float) -> None:
    runs = sweep(CapabilityTrap(variation=0, target=target), smarter=[0, 0.3, 1], replications=1)
    assert np.ptp(runs["performance"]) == 0
    assert np.ptp(runs["improvement"]) == 0


@settings(deadline=None)
@given(shares, shares, st.floats(0, 100), st.integers(0, 99))
def test_hours_stay_within_the_week(
    smarter: float, response: float, target: float, seed: int
) -> None:
    team = CapabilityTrap(smarter=smarter, response=response, target=target)
    run = simulate(team, replications=5, seed=seed)
    assert ((run["improvement"] >= 0) & (run["improvement"] <= team.hours)).all()
    assert (run["capability"] >= 0).all()
    assert (run["performance"] >= 0).all()


def test_the_picture_of_shares_says_where_each_horizon_is_best() -> None:
    picture = Debt().picture("repayment")
    assert "over 3 quarters 0 % is best" in picture.sentence
    assert "over 12 quarters 30 % is best" in picture.sentence
    assert picture.y_label == "features (days a quarter)"
    priced = Debt(handover=0.75).picture("repayment")
    assert "25 % over 3, 30 % over 12" in priced.title
    assert "less 0.75 days for each day of debt left" in priced.sentence
    assert priced.y_label == "features less debt left (days a quarter)"


def test_the_price_counts_what_is_left_and_changes_no_quarter() -> None:
    free, priced = Debt(), Debt(handover=0.5)
    np.testing.assert_array_equal(simulate(free)["debt"], simulate(priced)["debt"])
    left = sweep(free, repayment=[0, 0.3, 1], periods=5, replications=200).final("debt")
    cost = free.by_share(5)[1] - priced.by_share(5)[1]
    np.testing.assert_allclose(5 * cost[[0, 6, 20]], 0.5 * left.mean(axis=1))
    assert (Debt(handover=0.75).by_share(5)[1] < priced.by_share(5)[1]).all()


def test_the_price_turns_the_map_blue_for_who_is_judged_early() -> None:
    (_, _, free), (_, _, priced) = best_shares(Debt()), best_shares(Debt(handover=0.75))
    assert free[2, 7] == 0 < priced[2, 7]
    told = Debt(handover=0.75).picture("map").sentence
    assert "in features less 0.75 days for each day of debt left" in told


def test_time_turns_the_map_blue_and_so_does_interest() -> None:
    interests, horizons, best = best_shares(Debt())
    ferry = int(np.abs(interests - Debt().interest).argmin())
    year = list(horizons).index(4)
    assert best[year, ferry] == 0, "the circle stands on white"
    assert best[-1, ferry] > 0.25
    assert best[year, -1] > 0.1


def test_the_second_circle_is_where_some_repair_is_best_after_a_year() -> None:
    turn = interest_for_a_year(Debt())
    assert 2 < turn / Debt().interest < 2.2
    assert Debt(interest=0.9 * turn).best_share(4) == 0
    assert Debt(interest=1.1 * turn).best_share(4) > 0
    assert Debt().picture("map").notes[-1].x == turn
    assert interest_for_a_year(Debt(wasted=0.9)) == float("inf")
    assert "no repair is best anywhere" in Debt(wasted=0.9).picture("map").sentence
