"""Every sentence that lesson 03 claims, on default parameters."""

from __future__ import annotations

from itertools import product

import nbformat
import numpy as np
import pytest
from class_list import NAMES
from conftest import ROOT

from thousandfold import companies, compare, keypoint, numbers_for, simulate, sweep
from thousandfold.core import Array
from thousandfold.datasets import load
from thousandfold.keypoints import reliability
from thousandfold.models.counted_promises import promise_periods
from thousandfold.models.error_budget import ErrorBudget
from thousandfold.models.error_budget_policy import ErrorBudgetPolicy
from thousandfold.models.fan_out import FanOut
from thousandfold.models.service_chain import ServiceChain, downtime
from thousandfold.teaching.guesses import Guess, split_guesses

AT_ONCE = ErrorBudgetPolicy(resume=0)
EARNED = AT_ONCE.replace(opening=0)
TENTH = EARNED.replace(freeze=0.1)
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


def test_changes_that_reach_both_copies_leave_88_minutes() -> None:
    causes = load("outages").set_index("cause")["percent"]
    down, shared = 0.0001, (causes["binary push"] + causes["configuration push"]) / 100
    pair = 1 - shared * down - ((1 - shared) * down) ** 2
    assert downtime(pair**30) == pytest.approx(88, abs=0.5)
    second = downtime(ServiceChain(each=1 - down, copies=2).availability(30))
    assert second == pytest.approx(1 / 60, abs=0.005), "not for a second"


def test_a_hundred_in_a_row() -> None:
    assert FanOut(slow=0.01).slow_requests(100) == pytest.approx(0.634, abs=0.001)


def kept(team: ErrorBudgetPolicy, *freezes: float) -> Array:
    """Return in which share of the years a team keeps its promise, by where it stops."""
    return np.asarray(sweep(team, freeze=freezes).final("kept").mean(axis=1))


def test_with_a_full_budget_stopping_when_it_is_spent_is_too_late() -> None:
    minutes = sweep(AT_ONCE.replace(after_change=0), freeze=[0, 0.3, 1]).final("downtime")
    assert minutes == pytest.approx(np.broadcast_to(minutes[:1], minutes.shape))
    assert kept(AT_ONCE, 0, 0.01, 0.3) == pytest.approx([0, 0.13, 0.76], abs=0.01)


def by_quarter(team: ErrorBudgetPolicy) -> Array:
    """Return in which share of the years each quarter keeps the promise."""
    minutes = np.diff(simulate(team)["downtime"][::13, 0], axis=0)
    return np.asarray((minutes <= 13 * float(team.allowance)).mean(axis=1))


def test_a_full_budget_is_spent_on_top_of_the_year_and_an_empty_one_is_not() -> None:
    allowed = 52 * float(AT_ONCE.allowance)
    full, empty = (
        simulate(team.replace(freeze=0.01)).final("downtime").mean() for team in (AT_ONCE, EARNED)
    )
    assert full > 1.1 * allowed
    assert empty == pytest.approx(allowed, rel=0.03)
    assert kept(EARNED, 0.01, 0.1) == pytest.approx([0.64, 0.83], abs=0.01)
    assert EARNED.best_freeze() == pytest.approx(0.1)


def test_for_as_many_kept_years_an_empty_start_ships_116_and_a_full_one_96() -> None:
    full, empty = AT_ONCE.replace(freeze=0.35), TENTH
    assert kept(full, 0.35) == pytest.approx(kept(empty, 0.1), abs=0.01)
    shipped = [simulate(team).final("shipped").mean() for team in (full, empty)]
    assert shipped == pytest.approx([96, 116], abs=0.5)


def test_one_year_may_keep_the_promise_by_luck() -> None:
    told = AT_ONCE.replace(freeze=0.15).picture("year").sentence
    assert "the promise is kept. It is kept in 42 of 100" in told
    assert kept(AT_ONCE, 0.2)[0] > 0.5, "and there is a limit that keeps most years"


def test_the_first_quarter_alone_breaks_because_the_budget_is_full() -> None:
    third = AT_ONCE.replace(freeze=0.3)
    first, *later = by_quarter(third)
    assert first == pytest.approx(0.11, abs=0.01)
    assert later == pytest.approx([0.76, 0.78, 0.76], abs=0.01)
    assert by_quarter(TENTH) == pytest.approx([0.65] * 4, abs=0.02), "so it is the budget"


class TwoYears(ErrorBudgetPolicy):
    """The same team for two years."""

    periods = 104


@pytest.mark.parametrize("opening", [0, 0.5, 1])
def test_later_years_look_like_one_that_begins_empty(opening: float) -> None:
    team = TwoYears(resume=0, opening=opening)
    run = sweep(team, freeze=[0.01, 0.1, 0.3])
    shipped, minutes = (run[stock][104] - run[stock][52] for stock in ("shipped", "downtime"))
    second = minutes <= 52 * float(team.allowance)
    assert second.mean(axis=1) == pytest.approx([0.65, 0.82, 0.96], abs=0.01)
    assert (shipped * second).mean(axis=1).argmax() == 1, "a tenth is best there, too"


def test_nobody_may_promise_four_nines_at_ferry() -> None:
    minutes = simulate(AT_ONCE.replace(freeze=1)).final("downtime")
    assert minutes.mean() == pytest.approx(638, abs=1)
    assert minutes.mean() > 10 * 60, "more than ten hours"
    assert minutes.min() > downtime(0.9999, 365) == pytest.approx(53, abs=0.5)


@pytest.mark.parametrize(("room", "wins"), [(0.75, 65), (0.9, 26)])
def test_where_few_outages_must_go_an_empty_budget_costs_features(
    monkeypatch: pytest.MonkeyPatch, room: float, wins: int
) -> None:
    monkeypatch.setattr(reliability, "_ROOM", (room,))
    assert keypoint("03.3").robust().percent == pytest.approx(wins, abs=1)


def test_at_least_half_also_means_nearly_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reliability, "_ROOM", (0.05,))
    assert keypoint("03.3").robust().percent > 95


@pytest.mark.parametrize("said", ["outage", '"found_frozen"', "no number alone"])
def test_every_choice_of_what_decides_is_heard(said: str) -> None:
    cells = nbformat.read(ROOT / "notebooks" / "03_reliability.ipynb", as_version=4).cells
    [line] = [cell.source for cell in cells if cell.id == "guess-companies"]
    [guess] = split_guesses([line.replace("...", said)])
    assert isinstance(guess, Guess)
    assert guess.heard == f"you said “{said}”"


def test_asked_of_all_companies_an_empty_budget_still_wins_in_most() -> None:
    assert keypoint("03.3").robust(anywhere=True).percent == pytest.approx(86, abs=1)


def wins_of_a_tenth(room: float) -> float:
    """Return in how many of a hundred companies a tenth beats waiting, after an empty start."""
    drawn = companies(EARNED, 100).models
    meant = [
        team for team, yes in zip(drawn, reliability.mostly_by_change(drawn), strict=True) if yes
    ]
    ruled = {
        f"{place} {freeze}": reliability._promising(team, room).replace(freeze=freeze)
        for place, team in enumerate(meant)
        for freeze in (0.01, 0.1)
    }
    worth = ErrorBudgetPolicy.worth(compare(ruled, replications=200)).mean(axis=1)
    late, tenth = worth.reshape(-1, 2).T
    return float(100 * (tenth > late).mean())


def test_the_more_outages_must_go_the_earlier_a_team_has_to_stop() -> None:
    strict, middle, half = (wins_of_a_tenth(room) for room in (0.2, 0.35, 0.5))
    assert strict > 80 > middle > 50 > half


def test_no_number_alone_decides_whether_to_begin_empty() -> None:
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


def test_most_quarters_keep_the_promise_and_few_years_keep_it_in_all_four() -> None:
    table = promise_periods(TENTH)
    periods, years = table["periods that keep it (%)"], table["years without a break (%)"]
    assert years["over the year"] == pytest.approx(83, abs=1)
    assert periods["each quarter"] > 60
    assert round(years["each quarter"]) == 9
    assert years["any thirteen weeks in a row"] < 1
    full = promise_periods(AT_ONCE.replace(freeze=0.3))["years without a break (%)"]
    assert round(full["each quarter"]) == 2


def test_the_period_matters_as_much_as_the_nines() -> None:
    counted = promise_periods(TENTH).loc["each quarter", "years without a break (%)"]
    stricter = 100 * kept(TENTH.replace(promise=0.999), 0.1)
    assert counted == pytest.approx(stricter, abs=6)


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


@pytest.mark.parametrize("budget", ["year", "anew each quarter"])
def test_a_budget_that_is_given_whole_brings_less_best_against_best(budget: str) -> None:
    earned = ErrorBudgetPolicy.worth(sweep(EARNED, freeze=[0.1])).mean()
    given = [worth_when_counted(budget, tenths / 10)[0] for tenths in range(1, 10)]
    assert max(given) < 0.85 * earned
    best = {"year": (5, 56), "anew each quarter": (6, 86)}[budget]
    assert (1 + int(np.argmax(given)), max(given)) == (best[0], pytest.approx(best[1], abs=0.5))


def test_the_best_limit_lies_between_shipping_all_and_keeping_all() -> None:
    assert AT_ONCE.best_freeze() == pytest.approx(0.3)
    table = ErrorBudgetPolicy.outcomes(sweep(AT_ONCE, freeze=[0, 0.3, 0.9]))
    never, best, early = table["features under a kept promise"]
    assert best > 50 * never
    assert best > 5 * early
    assert table["promise kept (%)"].iloc[0] < 1
    assert table["promise kept (%)"].iloc[-1] > 95


@pytest.mark.parametrize(
    ("moved", "says"),
    [
        ({"opening": 1}, "30 %: 85.8, kept in 75 %"),
        ({}, "10 %: 102, kept in 84 %"),
        ({"promise": 0.999}, "30 %: 6.22, kept in 15 %"),
        ({"promise": 0.999}, "Always frozen: 0, kept in 26 %"),
        ({"promise": 0.995}, "0 %: 259, kept in 100 %"),
        ({"after_change": 0.5}, "10 %: 49.0, kept in 48 %"),
    ],
)
def test_no_freeze_can_buy_99_9_and_a_freeze_reaches_what_follows_a_change(
    moved: dict[str, float], says: str
) -> None:
    assert says in EARNED.replace(**moved).picture("freeze").sentence


def test_who_never_ships_is_down_for_longer_than_99_9_allows() -> None:
    stricter = EARNED.replace(promise=0.999, freeze=1)
    assert 52 * stricter.allowance == pytest.approx(524, abs=0.5)
    assert simulate(stricter).final("downtime").mean() == pytest.approx(638, abs=1)
    assert simulate(stricter).final("kept").mean() < 0.3
    assert stricter.background * stricter.outage > 1.1 * stricter.allowance
    assert EARNED.background * EARNED.outage < 0.6 * EARNED.allowance, "99.8 % allows it"


def test_most_outages_at_google_followed_a_change() -> None:
    table = load("outages").set_index("cause")["percent"]
    assert table["binary push"] + table["configuration push"] == 68


WISHES = {
    "as today": {},
    "tests more": {"new_flaws": 0.15},
    "mends sooner": {"outage": 12.5},
}


def best_of(team: ErrorBudgetPolicy) -> tuple[float, float]:
    """Return what a team ships in kept years at the best of the lesson's limits, and that limit."""
    limits = [0, 0.01, 0.1, 0.3]
    worth = ErrorBudgetPolicy.worth(sweep(team, freeze=limits)).mean(axis=1)
    return float(worth.max()), limits[int(worth.argmax())]


def test_mending_brings_more_than_testing_and_a_late_freeze_makes_it_safe() -> None:
    found = {wish: best_of(EARNED.replace(**moved)) for wish, moved in WISHES.items()}
    assert found["as today"] == (pytest.approx(103, abs=1), 0.1)
    assert found["tests more"] == (pytest.approx(148, abs=1), 0.01)
    assert found["mends sooner"] == (pytest.approx(237, abs=1), 0)
    mended = EARNED.replace(outage=12.5)
    assert kept(mended, 0)[0] == pytest.approx(0.91, abs=0.01), "nine years of ten"
    assert kept(mended, 0.01)[0] > 0.999, "all"
    never, late = sweep(mended, freeze=[0, 0.01]).final("shipped").mean(axis=1)
    assert 1 - late / never == pytest.approx(1 / 8, abs=0.01)
    assert kept(EARNED.replace(outage=16), 0, 0.01) == pytest.approx([0.42, 0.99], abs=0.01)


@pytest.mark.parametrize("other", [{"pace": 4}, {"opening": 1}, {"after_change": 0.9}])
def test_mending_wins_too_where_pace_start_or_share_differ(
    other: dict[str, float],
) -> None:
    tests, mends = (
        best_of(EARNED.replace(**other, **WISHES[wish])) for wish in ("tests more", "mends sooner")
    )
    assert mends[0] > 1.1 * tests[0]


def test_mending_wins_also_when_the_old_flaws_are_gone() -> None:
    best = []
    for wish in ("tests more", "mends sooner"):
        team = TwoYears(resume=0, opening=0, **WISHES[wish])
        run = sweep(team, freeze=[0, 0.01, 0.1])
        shipped, minutes = (run[stock][104] - run[stock][52] for stock in ("shipped", "downtime"))
        best.append((shipped * (minutes <= 52 * float(team.allowance))).mean(axis=1).max())
    assert best == pytest.approx([165, 241], abs=2)


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
