"""Every sentence that lesson 03 claims, on default parameters."""

from __future__ import annotations

import numpy as np
import pytest

from thousandfold import companies, keypoint, simulate, sweep
from thousandfold.core import Array
from thousandfold.datasets import load
from thousandfold.keypoints import reliability
from thousandfold.models.error_budget import ErrorBudget
from thousandfold.models.error_budget_policy import ErrorBudgetPolicy
from thousandfold.models.fan_out import FanOut
from thousandfold.models.service_chain import ServiceChain, downtime

AT_ONCE = ErrorBudgetPolicy(release=0)
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
    assert downtime(chain.replace(copies=2).availability(30)) < 1 / 60, "hardly anything"


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


@pytest.mark.parametrize(("room", "wins"), [(0.75, 86), (0.9, 59)])
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


def test_asking_again_helps_for_one_per_cent_more() -> None:
    assert FanOut().hedged(100) == pytest.approx(0.103, abs=0.001)
    table = load("tail_latency").set_index(["case", "percentile"])["milliseconds"]
    assert table["all leaves", 99] == 2 * table["95 % of all leaves", 99] == 140


def test_the_alerts_and_the_budget() -> None:
    assert ErrorBudget().minutes == pytest.approx(43.2)
    assert ErrorBudget().alerts()["burn rate"].tolist() == [14.4, 6, 1]


def test_the_table_of_the_freeze() -> None:
    table = ErrorBudgetPolicy.outcomes(sweep(AT_ONCE, freeze=[0, 0.01, 0.1, 0.3, 0.5, 0.9]))
    under = table["features under a kept promise"]
    assert table["features shipped"].iloc[0] == 260
    assert under.idxmax() == "freeze 30 % of the budget"
    assert under["freeze 30 % of the budget"] == pytest.approx(88, abs=1)


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


def test_care_is_worth_a_fifth_of_the_pace() -> None:
    careless = sweep(AT_ONCE.replace(freeze=0.3), each=[0.3, 0.15])
    tested = sweep(AT_ONCE.replace(freeze=0.3, pace=4), each=[0.15])
    assert ErrorBudgetPolicy.worth(careless).mean(axis=1) == pytest.approx([88, 120], abs=1)
    assert ErrorBudgetPolicy.worth(tested).mean() == pytest.approx(104, abs=1)


def test_the_contract_allows_more_than_the_house() -> None:
    service = ErrorBudgetPolicy(freeze=0.3, release=0.3, after_change=0.5)
    high = simulate(service).summary("downtime")["high"].iloc[0]
    assert high == pytest.approx(1358.6, abs=0.05)
    assert downtime(0.998, 365) < high < downtime(0.997, 365)


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
