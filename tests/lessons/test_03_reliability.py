"""Every sentence that lesson 03 claims, on default parameters."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from class_list import NAMES

from thousandfold import companies, keypoint, numbers_for, simulate, sweep
from thousandfold.core import Array
from thousandfold.datasets import load
from thousandfold.keypoints import reliability
from thousandfold.models.counted_promises import promise_periods
from thousandfold.models.error_budget import ErrorBudget
from thousandfold.models.error_budget_policy import ErrorBudgetPolicy
from thousandfold.models.fan_out import FanOut
from thousandfold.models.service_chain import ServiceChain, downtime

AT_ONCE = ErrorBudgetPolicy(resume=0)
INCIDENTS, OUTAGES = [1.6, 2.2, 2.6], [18, 22, 34, 36]
PROMISES = [0.999, 0.998, 0.997, 0.995, 0.99]
UNKNOWN = ["found", "found_frozen", "restart"]
CALENDAR = [ErrorBudgetPolicy(outage=o, incidents=3.2) for o in (6.4, 9.6)]
PAYMENTS = [
    ErrorBudgetPolicy(outage=o, incidents=2, after_change=0.9, promise=0.999) for o in (20, 30)
]


def worth(services: list[ErrorBudgetPolicy], rules: dict[str, list[float]]) -> Array:
    """Return what each rule earns, as the exercise counts it."""
    rivals = rules | {"naive": [0.01, 0.01]}
    unseen = [companies(it, 10, only=UNKNOWN, seed=23).models for it in services]
    runs = [service.under(rivals, 100, seed=7) for group in unseen for service in group]
    return np.sum([ErrorBudgetPolicy.worth(run).mean(axis=1) for run in runs], axis=0)


def test_thirty_in_a_row() -> None:
    chain = ServiceChain(each=0.9999)
    assert downtime(chain.availability([1, 30])) == pytest.approx([4.32, 129.4], abs=0.1)
    assert downtime(chain.replace(copies=2).availability(30)) < 1 / 60, "mends it"


def test_a_shared_cause_of_a_tenth_leaves_thirteen_minutes() -> None:
    down, shared = 0.0001, 0.1
    pair = 1 - shared * down - ((1 - shared) * down) ** 2
    assert downtime(pair**30) == pytest.approx(13, abs=0.1)
    second = downtime(ServiceChain(each=1 - down, copies=2).availability(30))
    assert second == pytest.approx(1 / 60, abs=0.005), "not for a second"


def test_a_hundred_in_a_row() -> None:
    assert FanOut(slow=0.01).slow_requests(100) == pytest.approx(0.634, abs=0.001)


def test_stopping_when_it_is_spent_is_too_late() -> None:
    minutes = sweep(AT_ONCE.replace(after_change=0), freeze=[0, 0.3, 1]).final("downtime")
    assert minutes == pytest.approx(np.broadcast_to(minutes[:1], minutes.shape))
    for share in (0.5, 0.68, 0.9):
        kept = sweep(AT_ONCE.replace(after_change=share), freeze=[0.01, 0.3]).final("kept")
        late, in_time = kept.mean(axis=1)
        assert in_time > 2.5 * late
    kept = sweep(AT_ONCE, freeze=[0, 0.01]).final("kept").mean(axis=1)
    assert kept == pytest.approx([0, 0.13], abs=0.02)


def test_flaws_that_are_already_in_are_not_why_it_is_too_late() -> None:
    at_once = AT_ONCE.replace(found=0.9, found_frozen=1)
    kept = sweep(at_once, freeze=[0.01, 0.3]).final("kept").mean(axis=1)
    assert kept == pytest.approx([0.05, 0.76], abs=0.01)
    late, in_time = sweep(AT_ONCE, freeze=[0.01, 0.3]).final("kept").mean(axis=1)
    assert kept[0] < late / 2
    assert kept[1] == pytest.approx(in_time, abs=0.01)


def test_luck_and_what_follows_no_change_break_the_promise_of_a_team_that_hovers() -> None:
    hovers = AT_ONCE.replace(freeze=0.01)
    minutes = simulate(hovers).final("downtime").mean()
    assert minutes == pytest.approx(52 * float(AT_ONCE.allowance), rel=0.13), "all it allows"
    own = simulate(hovers.replace(after_change=1)).final("kept").mean()
    assert 3 * simulate(hovers).final("kept").mean() < own < 0.5, "and the rest is luck"


def test_nobody_may_promise_four_nines_at_ferry() -> None:
    minutes = simulate(AT_ONCE.replace(freeze=1)).final("downtime")
    assert minutes.mean() == pytest.approx(638, abs=1)
    assert minutes.min() > downtime(0.9999, 365) == pytest.approx(53, abs=0.5)


def test_half_is_the_safer_limit() -> None:
    table = ErrorBudgetPolicy.outcomes(sweep(AT_ONCE, freeze=[0.1, 0.3, 0.5]))
    assert list(table["promise kept (%)"]) == pytest.approx([32, 76, 93], abs=1)
    assert table["features under a kept promise"].iloc[2] == pytest.approx(63, abs=1)
    assert ErrorBudgetPolicy(resume=0).best_freeze() == pytest.approx(0.3)


@pytest.mark.parametrize(("room", "wins"), [(0.75, 86), (0.9, 57)])
def test_a_loose_promise_needs_no_early_stop(
    monkeypatch: pytest.MonkeyPatch, room: float, wins: int
) -> None:
    monkeypatch.setattr(reliability, "_ROOM", (room,))
    assert keypoint("03.3").robust().percent == pytest.approx(wins, abs=1)


def test_no_number_alone_decides_whether_to_stop_in_time() -> None:
    assert keypoint("03.3").robust().deciders == ()


def test_the_promise_of_the_lesson_has_room_for_a_third() -> None:
    room = float(AT_ONCE.allowance / AT_ONCE.outage - AT_ONCE.background)
    assert room / (AT_ONCE.after_change * AT_ONCE.incidents) == pytest.approx(1 / 3, abs=0.02)


def test_asking_again_helps() -> None:
    assert FanOut().hedged(100) < FanOut().slow_requests(100) / 6


def test_one_hour_that_spends_a_fiftieth_wakes_somebody_and_what_takes_days_waits() -> None:
    alerts = ErrorBudget().alerts().set_index("long window (hours)")
    assert alerts.loc[1, ["severity", "budget spent (%)"]].tolist() == ["page", 100 / 50]
    assert set(alerts.loc[alerts.index >= 48, "severity"]) == {"ticket"}


def test_the_budget_is_twenty_minutes_a_week() -> None:
    assert AT_ONCE.allowance == pytest.approx(20, abs=0.5)


def test_in_the_year_that_is_drawn_both_budgets_are_gone_after_a_quarter() -> None:
    never, stops = AT_ONCE.replace(freeze=0.01).picture("year").rows  # type: ignore[attr-defined]
    for row in (never, stops):
        assert row.left[0] > 0.9
        assert row.left[12] < 0.05
    kept = AT_ONCE.replace(freeze=0.3).picture("year").sentence
    assert "the promise is kept" in kept


def test_what_is_left_of_the_rule_is_resumed_at_once() -> None:
    at_once, same = (AT_ONCE.replace(freeze=0.3, resume=resume) for resume in (0, 0.3))
    assert (simulate(at_once)["shipped"] == simulate(same)["shipped"]).all()


def test_most_quarters_keep_the_promise_and_hardly_a_year_keeps_it_in_all_four() -> None:
    table = promise_periods(AT_ONCE.replace(freeze=AT_ONCE.best_freeze()))
    periods, years = table["periods that keep it (%)"], table["years without a break (%)"]
    assert years["over the year"] > 70
    assert periods["each quarter"] > 50
    assert round(years["each quarter"]) == 2
    assert years["any thirteen weeks in a row"] < 1


def worth_when_counted(budget: str, freeze: float) -> tuple[float, float]:
    """Return features of kept years and of kept quarters, with a budget of another form."""
    team, weeks = AT_ONCE, 52
    luck = np.random.default_rng(3).random((weeks, 2, 7, 1000))
    allowed = float(team.allowance)
    flaws = np.full(1000, float(team.flaws_today))
    frozen = np.zeros(1000, bool)
    down, shipped = np.zeros((weeks, 1000)), np.zeros((weeks, 1000))
    for week in range(weeks):
        if budget == "fading":
            ages = np.arange(week)[::-1, np.newaxis]
            spent, whole = (down[:week] * (12 / 13) ** ages).sum(axis=0), 13 * allowed
        else:
            length = {"year": 52, "anew each quarter": 13}[budget]
            start = week // length * length
            spent, whole = down[start:week].sum(axis=0), length * allowed
        before, frozen = frozen, 1 - spent / whole <= freeze
        shipped[week] = np.where(frozen, 0, team.pace * (1 - team.restart * before))
        found = np.where(frozen, team.found_frozen, team.found)
        flaws = (flaws + team.new_flaws * shipped[week]) * (1 - found)
        chance = -np.expm1(-(team.background + team.trigger * flaws) / 7)
        broken = luck[week, 0] < chance
        down[week] = np.where(broken, -team.outage * np.log1p(-luck[week, 1]), 0).sum(axis=0)
    quarters = (down.reshape(4, 13, -1).sum(axis=1), shipped.reshape(4, 13, -1).sum(axis=1))
    kept = quarters[0] <= 13 * allowed
    year = shipped.sum(axis=0) * (down.sum(axis=0) <= weeks * allowed)
    return float(year.mean()), float((quarters[1] * kept).sum(axis=0).mean())


@pytest.mark.parametrize("budget", ["fading", "year", "anew each quarter"])
def test_stopping_before_it_is_spent_is_better_however_the_budget_is_counted(budget: str) -> None:
    spent, tenth, third, half = (worth_when_counted(budget, f)[0] for f in (0.01, 0.1, 0.3, 0.5))
    assert tenth > 1.3 * spent
    assert (half > third) == (budget != "fading"), "the best limit rose to half or more"


def test_counted_by_the_quarter_stopping_in_time_ships_no_more() -> None:
    spent, tenth = (worth_when_counted("fading", freeze)[1] for freeze in (0.01, 0.1))
    assert tenth < 1.02 * spent


def test_the_best_limit_lies_between_shipping_all_and_keeping_all() -> None:
    table = ErrorBudgetPolicy.outcomes(sweep(AT_ONCE, freeze=[0, 0.3, 0.9]))
    never, best, early = table["features under a kept promise"]
    assert best > 50 * never
    assert best > 5 * early
    assert table["promise kept (%)"].iloc[0] < 1
    assert table["promise kept (%)"].iloc[-1] > 95


@pytest.mark.parametrize(
    ("moved", "says"),
    [
        ({}, "30 %: 85.8, kept in 75 %"),
        ({"promise": 0.999}, "50 %: 3.91, kept in 9 %"),
        ({"promise": 0.995}, "0 %: 259, kept in 100 %"),
        ({"after_change": 0.5}, "30 %: 36.5, kept in 37 %"),
        ({"after_change": 0.3}, "30 %: 7.83, kept in 9 %"),
    ],
)
def test_a_nine_is_bought_with_roadmap_and_a_freeze_reaches_what_follows_a_change(
    moved: dict[str, float], says: str
) -> None:
    assert f"with a freeze at {says}" in AT_ONCE.replace(**moved).picture("freeze").sentence


def test_most_outages_at_google_followed_a_change() -> None:
    table = load("outages").set_index("cause")["percent"]
    assert table["binary push"] + table["configuration push"] == 68
    policy = AT_ONCE.replace(after_change=0.3)
    assert policy.background * policy.outage > policy.allowance


def test_mending_sooner_is_worth_more_than_testing_at_less_pace_or_at_all() -> None:
    rule = AT_ONCE.replace(freeze=0.3)
    changes = ({}, {"new_flaws": 0.15}, {"new_flaws": 0.15, "pace": 4}, {"outage": 12.5})
    earned = [ErrorBudgetPolicy.worth(simulate(rule.replace(**c))).mean() for c in changes]
    assert earned == pytest.approx([88, 120, 104, 209], abs=1)


def test_everybody_s_own_service_is_as_hard_as_any_other() -> None:
    drawn = [numbers_for(name, incidents=INCIDENTS, outage=OUTAGES) for name in NAMES]
    assert {(it.incidents, it.outage) for it in drawn} == set(product(INCIDENTS, OUTAGES))
    answers = []
    for incidents, outage in product(INCIDENTS, OUTAGES):
        service = ErrorBudgetPolicy(
            freeze=0.3, resume=0, after_change=0.4, incidents=incidents, outage=outage
        )
        (today, first), (tested, second), (mended, third) = (
            signed(service.replace(**change))
            for change in ({}, {"new_flaws": 0.15}, {"outage": outage / 2})
        )
        assert tested == today, "fewer flaws move the promise for nobody"
        assert mended > today, "shorter outages do for everybody"
        assert min(first, second, third) > 0.03, "no answer is close to the border"
        answers.append((today, mended))
    assert max(answers.count(answer) for answer in answers) <= len(answers) / 3


def signed(service: ErrorBudgetPolicy) -> tuple[float, float]:
    """Return the strictest promise that nine of ten years keep, and how far the next limit is."""
    high = float(simulate(service).summary("downtime")["high"].iloc[0])
    allowed = {share: float(downtime(share, 365)) for share in PROMISES}
    best = max(share for share, minutes in allowed.items() if minutes >= high)
    return best, min(abs(minutes - high) / minutes for minutes in allowed.values())


def test_the_exercise_rewards_a_rule_for_each_service_and_not_one_for_both() -> None:
    steps = [round(0.05 * k, 2) for k in range(1, 20)]
    rules = {f"{f} {r}": [f, r] for f in steps for r in steps if r >= f}
    earned = []
    for services, reference in ((CALENDAR, "0.1 0.1"), (PAYMENTS, "0.5 0.5")):
        features = worth(services, rules)
        best = features[list(rules).index(reference)]
        assert best >= 0.985 * features.max(), "the reference is the best, or as good"
        earned.append(((features - features[-1]) / (best - features[-1])).clip(0, 1))
    both = dict(zip([*rules, "naive"], np.mean(earned, axis=0), strict=True))
    assert max(both.values()) < 0.6
    assert 0.2 < both["0.3 0.3"] < 0.35, "the lesson's rule"
    assert both["0.9 0.9"] < 0.2
    assert both["naive"] == 0
