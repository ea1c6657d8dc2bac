from __future__ import annotations

import numpy as np
import pytest
from conftest import Published
from hypothesis import given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError, compare, simulate, sweep
from thousandfold.datasets import load
from thousandfold.models.counted_promises import promise_periods
from thousandfold.models.error_budget import ErrorBudget
from thousandfold.models.error_budget_policy import ErrorBudgetPolicy
from thousandfold.models.fan_out import FanOut
from thousandfold.models.service_chain import ServiceChain, downtime, parallel, serial

share = st.floats(0, 1)
some_shares = st.lists(share, min_size=1, max_size=12)


def test_the_published_alerts(published: Published) -> None:
    alerts = ErrorBudget().alerts()
    published.agrees("burn_rates", alerts["burn rate"])
    published.agrees("burn_short_windows", alerts["short window (minutes)"])
    assert alerts["budget spent (%)"].tolist() == [2, 5, 10]
    published.agrees("burn_noticed", ErrorBudget().noticed_after(0.15, burn=14.4, hours=1))


def test_the_published_five_nines(published: Published) -> None:
    budget = ErrorBudget(promise=0.99999)
    published.agrees("five_nines_budget", budget.minutes * 60)
    published.agrees("five_nines_rollout", budget.exhausted_after(budget.burn_rate(0.01)) * 60)


def test_the_published_slip(published: Published) -> None:
    budget = ErrorBudget()
    burn = budget.burn_rate(1 / 10)
    published.agrees("low_traffic_burn", burn)
    published.agrees("low_traffic_spent", budget.spent(burn, hours=1))
    assert budget.spent(1000, hours=1) > 1, "1,000 would have spent the whole budget"


def test_the_published_tails(published: Published) -> None:
    published.agrees("tail_100", FanOut().slow_requests(100))
    published.agrees("tail_2000", FanOut(slow=0.0001).slow_requests(2000))


def test_the_last_leaves_cause_half_of_the_published_tail() -> None:
    table = load("tail_latency").set_index(["case", "percentile"])["milliseconds"]
    assert table["95 % of all leaves", 99] == table["all leaves", 99] / 2
    waits = load("tail_latency").groupby("case")["milliseconds"]
    assert (
        waits.apply(lambda ms: ms.is_monotonic_increasing)
        .drop(["plain request", "hedged request"])
        .all()
    )


def test_downtime_is_what_every_handbook_prints() -> None:
    np.testing.assert_allclose(downtime([0.999, 0.9995, 0.9999]), [43.2, 21.6, 4.32])
    assert downtime(0.999, days=365) == pytest.approx(525.6)
    assert ErrorBudget().minutes == pytest.approx(43.2)


@given(some_shares)
def test_serial_is_never_better_than_its_worst_part_and_parallel_never_worse_than_its_best(
    parts: list[float],
) -> None:
    assert 0 <= serial(parts) <= min(parts)
    assert max(parts) - 1e-12 <= parallel(parts) <= 1
    # What fails in parallel is what works in series, with working and failing exchanged.
    assert parallel(parts) == pytest.approx(1 - serial([1 - part for part in parts]))


@given(st.floats(0.5, 0.999999), st.integers(1, 40), st.integers(1, 4))
def test_a_chain_is_copies_in_parallel_and_services_in_series(
    each: float, services: int, copies: int
) -> None:
    chain = ServiceChain(each=each, copies=copies)
    by_hand = serial([parallel([each] * copies)] * services)
    assert chain.availability(services) == pytest.approx(by_hand)


@given(st.floats(0.5, 0.999999), st.integers(1, 400))
def test_most_services_is_the_last_number_that_keeps_the_promise(
    each: float, services: int
) -> None:
    chain = ServiceChain(each=each)
    promise = float(chain.availability(services))
    if promise > 1e-6:
        assert chain.most_services(promise) == services
    assert chain.most_services(0) == float("inf")


@given(st.floats(0.001, 0.5), st.integers(1, 50), share)
def test_hedging_lies_between_no_gain_and_two_independent_chances(
    slow: float, servers: int, shared: float
) -> None:
    fan = FanOut(slow=slow, shared=shared)
    once, hedged = fan.slow_requests(servers), fan.hedged(servers)
    assert FanOut(slow=slow**2).slow_requests(servers) <= hedged + 1e-12
    assert hedged <= once + 1e-12
    assert fan.replace(shared=1).hedged(servers) == pytest.approx(once)
    if once < 0.999:
        assert fan.most_servers(float(once)) == servers


@given(st.floats(0.001, 1), st.floats(0.1, 50), st.floats(0.1, 100))
def test_what_is_noticed_has_spent_what_the_alert_allows(
    error_rate: float, burn: float, hours: float
) -> None:
    budget = ErrorBudget()
    minutes = float(budget.noticed_after(error_rate, burn, hours))
    rate = budget.burn_rate(error_rate)
    if np.isfinite(minutes):
        assert budget.spent(rate, minutes / 60) == pytest.approx(budget.spent(burn, hours))
        assert minutes <= 60 * hours * (1 + 1e-12)
    else:
        assert rate < burn


def test_a_budget_that_burns_as_allowed_lasts_as_long_as_its_window() -> None:
    budget = ErrorBudget(window=28)
    assert budget.exhausted_after(1) == 28 * 24
    assert budget.spent(1, 28 * 24) == 1
    assert budget.exhausted_after(0) == float("inf")
    assert budget.burn_that_spends(1, hours=28 * 24) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: serial([0.99, 99]),
        lambda: parallel([-0.1]),
        lambda: downtime(99.9),
        lambda: ErrorBudget().burn_rate(15),
        lambda: ErrorBudget().burn_that_spends(2, 1),
        lambda: FanOut().most_servers(5),
        lambda: ServiceChain().most_services(99.9),
    ],
)
def test_a_percentage_given_as_a_share_is_explained(wrong) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ExplainedError, match=r"must lie in 0\.\.1"):
        wrong()


def test_percent_is_told_how_to_be_written() -> None:
    with pytest.raises(ExplainedError, match=r"write 99\.9 % as 0\.999"):
        downtime(99.9)


# The policy.


@settings(deadline=None)
@given(share, share, st.floats(0, 1), st.integers(0, 99))
def test_a_year_is_accounted_for(freeze: float, resume: float, restart: float, seed: int) -> None:
    policy = ErrorBudgetPolicy(freeze=freeze, resume=resume, restart=restart)
    run = simulate(policy, replications=7, seed=seed)
    down = np.diff(run["downtime"], axis=0)
    assert (down >= 0).all()
    # The budget is the whole, less downtime that fades by 1/window a week.
    weeks = np.arange(policy.periods)[:, np.newaxis, np.newaxis]
    faded = (down * (1 - 1 / policy.window) ** weeks[::-1]).sum(axis=0)
    whole = policy.window * policy.allowance
    np.testing.assert_allclose(run.final("budget"), whole - faded)
    # Each week either ships or is frozen, and a freeze ends only where the budget has recovered.
    shipping = run["shipping"][1:]
    assert (np.diff(run["frozen"], axis=0) == 1 - shipping).all()
    assert ((np.diff(run["shipped"], axis=0) == 0) | (shipping == 1)).all()
    before, left = run["shipping"][:-1], run["budget"][:-1] / whole
    if freeze > 0:
        assert (left[(before == 0) & (shipping == 1)] >= resume).all()
        assert (left[shipping == 1] > freeze).all()
    assert (run.final("kept") == (run.final("downtime") <= 52 * policy.allowance)).all()
    assert (np.diff(run["kept"], axis=0) <= 0).all()


def test_a_week_brings_the_incidents_and_minutes_that_the_parameters_say() -> None:
    calm = ErrorBudgetPolicy(incidents=0.7, after_change=0, outage=30)
    down = simulate(calm, periods=1, replications=40_000).final("downtime")
    expected = 7 * (1 - np.exp(-0.1)) * 30
    assert down.mean() == pytest.approx(expected, rel=0.03)


def test_flaws_come_with_features_and_go_as_they_are_found() -> None:
    policy = ErrorBudgetPolicy(freeze=0, pace=4, new_flaws=0.5, found=0.25)
    flaws = simulate(policy, periods=200, replications=1)["flaws"].ravel()
    assert flaws[0] == pytest.approx(1.5 * 0.75 / 0.25)
    assert flaws[1] == pytest.approx((flaws[0] + 2) * 0.75)
    assert flaws[-1] == pytest.approx(2 * 0.75 / 0.25)


def test_the_share_that_follows_a_change_was_counted(published: Published) -> None:
    table = load("outages").set_index(["table", "cause"])["percent"]
    published.agrees("outage_triggers", table["trigger"])
    published.agrees("outage_root_causes", table["root cause"])
    assert table["trigger"].sum() == 100
    pushed = table["trigger", "binary push"] + table["trigger", "configuration push"]
    assert ErrorBudgetPolicy().after_change == pushed / 100
    assert ErrorBudgetPolicy.quantities()["after_change"].basis == "cited"


@settings(deadline=None)
@given(st.floats(0.01, 0.9), st.floats(0, 20))
def test_the_share_moves_what_a_freeze_saves_and_not_how_much_breaks(
    found: float, incidents: float
) -> None:
    shares = np.array([0, 0.3, 0.68, 1])
    policy = ErrorBudgetPolicy(freeze=0, found=found, incidents=incidents)
    runs = sweep(policy, after_change=shares, replications=20)
    down = runs["downtime"]
    np.testing.assert_allclose(down, np.broadcast_to(down[:, :1], down.shape))
    np.testing.assert_allclose(runs["flaws"], policy.flaws_today)
    assert policy.background + policy.trigger * policy.flaws_today == pytest.approx(incidents)


def test_a_freeze_saves_nothing_where_nothing_follows_a_change() -> None:
    runs = sweep(ErrorBudgetPolicy(after_change=0), freeze=[0, 0.5, 1], replications=50)
    down = runs.final("downtime")
    np.testing.assert_allclose(down, np.broadcast_to(down[:1], down.shape))


def test_the_same_days_break_whatever_the_policy_and_more_flaws_never_break_less() -> None:
    runs = sweep(ErrorBudgetPolicy(freeze=0), pace=[0, 2, 5, 10], replications=50)
    assert (np.diff(runs.final("downtime"), axis=0) >= 0).all()


def test_the_first_week_after_a_freeze_ships_less() -> None:
    run = simulate(ErrorBudgetPolicy(pace=6, restart=0.25), replications=200)
    shipped, shipping = np.diff(run["shipped"], axis=0), run["shipping"]
    back = (shipping[:-1] == 0) & (shipping[1:] == 1)
    assert back.any()
    np.testing.assert_allclose(shipped[back], 4.5)
    np.testing.assert_allclose(shipped[(shipping[:-1] == 1) & (shipping[1:] == 1)], 6)


def test_freeze_at_nothing_never_freezes_and_at_everything_always_does() -> None:
    runs = sweep(ErrorBudgetPolicy(), freeze=[0, 1], replications=50)
    assert (runs.final("frozen")[0] == 0).all()
    assert (runs.final("frozen")[1] == 52).all()


# What the lesson says.


def test_thirty_services_in_a_row_cost_two_hours_a_month() -> None:
    chain = ServiceChain()
    assert chain.availability(30) == pytest.approx(0.9970, abs=5e-5)
    assert downtime(chain.availability(30)) > 120
    assert chain.most_services(0.999) == 10


def test_hedging_costs_one_percent_and_helps_unless_the_cause_is_shared() -> None:
    fan = FanOut()
    assert fan.slow_requests(100) > 6 * fan.hedged(100)
    assert fan.replace(shared=0).hedged(100) < 0.011
    assert fan.replace(shared=0.9).hedged(100) > 0.55
    assert fan.most_servers(0.05) == 5


def test_never_freezing_breaks_the_promise_and_always_freezing_ships_nothing() -> None:
    policy = ErrorBudgetPolicy()
    runs = compare(
        {
            "never": policy.replace(freeze=0),
            "when it is spent": policy.replace(freeze=0.01, resume=0.01),
            "inside": policy.replace(freeze=0.3, resume=0.3),
            "anxious": policy.replace(freeze=0.9, resume=0.9),
            "always": policy.replace(freeze=1),
        }
    )
    table = policy.outcomes(runs)
    kept, shipped = table["promise kept (%)"], table["features shipped"]
    worth = table["features under a kept promise"]
    assert kept["never"] < 2
    assert shipped["never"] == 260
    assert shipped["always"] == 0
    assert worth.idxmax() == "inside"
    assert worth["inside"] > 2 * worth.drop("inside").max()
    # A freeze when the budget is spent comes too late: the flaws are out already.
    assert kept["when it is spent"] < 20


def test_the_best_policy_lies_inside_in_other_futures_too() -> None:
    freezes = [0.02, 0.2, 0.4, 0.6, 0.9]
    for seed in (1, 2):
        at_once = ErrorBudgetPolicy(resume=0)
        runs = sweep(at_once, freeze=freezes, replications=500, seed=seed)
        worth = ErrorBudgetPolicy.worth(runs).mean(axis=1)
        assert worth.argmax() in (1, 2)
        assert worth.max() > 2 * worth[0]


def test_a_gap_between_freeze_and_resuming_saves_a_freeze_that_comes_late() -> None:
    late = ErrorBudgetPolicy(freeze=0.02)
    runs = sweep(late, resume=[0.02, 0.5, 1])
    worth = ErrorBudgetPolicy.worth(runs).mean(axis=1)
    assert worth[1] > 2 * worth[0]
    assert worth[1] > worth[2]


def test_the_picture_of_the_freeze_says_where_it_is_best() -> None:
    picture = ErrorBudgetPolicy().picture("freeze")
    assert "Never frozen: 260 shipped" in picture.sentence
    assert "Always frozen: 0, kept in 99 %." in picture.sentence


@given(st.floats(0, 1))
def test_the_year_begins_with_what_is_left_of_the_budget(opening: float) -> None:
    policy = ErrorBudgetPolicy(opening=opening, freeze=0, incidents=0)
    left = simulate(policy, replications=1)["budget"][:, 0, 0] / (13 * float(policy.allowance))
    assert left[0] == pytest.approx(opening)
    assert left[-1] == pytest.approx(1 - (1 - opening) * (12 / 13) ** 52), "it comes back"


@pytest.mark.parametrize("rule", [0.5, [0.5], "half", [0.1, 0.2, 0.3]])
def test_a_rule_that_is_not_two_shares_is_explained(rule: object) -> None:
    with pytest.raises(ExplainedError, match=r"'mine' needs two shares"):
        ErrorBudgetPolicy().under({"mine": rule})  # type: ignore[dict-item]


def test_a_promise_that_is_counted_over_the_year_is_that_of_the_model() -> None:
    policy = ErrorBudgetPolicy(freeze=0.3, resume=0)
    table = promise_periods(policy, replications=200, seed=5)
    kept = simulate(policy, replications=200, seed=5).final("kept").mean()
    assert table.loc["over the year"].tolist() == pytest.approx([1, 100 * kept, 100 * kept])
    assert table["periods in a year"].tolist() == [1, 4, 13, 40]


def test_a_promise_that_is_counted_more_often_is_kept_whole_less_often() -> None:
    table = promise_periods(ErrorBudgetPolicy(freeze=0.5, resume=0), replications=300)
    whole = table["years without a break (%)"]
    assert whole["over the year"] > whole["each quarter"] > whole["any thirteen weeks in a row"]
    assert (whole <= table["periods that keep it (%)"] + 1e-9).all()


def test_a_service_that_never_fails_keeps_every_promise_and_one_that_always_does_none() -> None:
    never = promise_periods(ErrorBudgetPolicy(incidents=0), replications=5)
    assert (never.drop(columns="periods in a year") == 100).all(axis=None)
    always = promise_periods(ErrorBudgetPolicy(incidents=20, outage=600), replications=5)
    assert (always.drop(columns="periods in a year") == 0).all(axis=None)
