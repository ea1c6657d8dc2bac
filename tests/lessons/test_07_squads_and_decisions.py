"""Every sentence that lesson 07 claims, on default parameters."""

from __future__ import annotations

from collections import Counter
from itertools import product

import numpy as np
import pytest
from class_list import NAMES

from thousandfold import compare, keypoint, numbers_for, sweep
from thousandfold.datasets import load
from thousandfold.errors import ExplainedError
from thousandfold.keypoints.squads_and_decisions import saved_by_good_borders
from thousandfold.models import guardrails
from thousandfold.models.approval import Approval, time_if_waiting, time_to_answer
from thousandfold.models.border_search import random_crossing
from thousandfold.models.cutting import SquadCut, worth_removing
from thousandfold.models.delegation import letting_go
from thousandfold.models.guardrails import GoalsAndGuardrails, ways_to_lead
from thousandfold.models.status_updates import StatusUpdates
from thousandfold.repository.co_change import network
from thousandfold.repository.structures import structure_table


def test_one_area_hides_good_borders() -> None:
    terraform, cut = network("terraform"), SquadCut(squads=8)
    saved, without = (
        saved_by_good_borders(project) for project in (terraform, terraform.without("website"))
    )
    assert 16 < saved < 18, "about a fifth at most"
    assert 47 < without < 50, "nearly half"
    area, tie, other = worth_removing(
        terraform, cut, [("website",), ("builtin/providers/aws", "website"), ("command",)]
    ).itertuples()
    assert area[2:] == (961, 1222, 272, 950)
    assert 961 / terraform.shared > 0.5, "most shared changes touch the manual"
    assert (tie[4], other[4]) == (859, 1073)
    tighter = SquadCut(squads=8, uneven=2.3)
    assert tighter.of(terraform).work.max() == pytest.approx(cut.of(terraform).work.max())
    assert 1 - tighter.of(terraform).crossing / random_crossing(terraform, 8, 2.3) < 0.22
    for squads, uneven in ((4, 2), (6, 2), (12, 2), (8, 1.2), (8, 3)):
        other_cut = SquadCut(squads=squads, uneven=uneven)
        lets = [
            other_cut.of(project).crossing / random_crossing(project, squads, uneven)
            for project in (terraform, terraform.without("website"))
        ]
        assert lets[1] < 0.8 * lets[0], "whatever the limit"


def test_in_other_products_documents_hide_no_borders() -> None:
    for project in ("prometheus", "rails"):
        whole, code = (saved_by_good_borders(network(project, kept)) for kept in (True, False))
        assert abs(whole - code) < 4


def test_the_same_terraform_in_module_09_crosses_far_less() -> None:
    code = network("terraform", documents=False)
    assert 100 * SquadCut(squads=6).of(code).crossing == pytest.approx(24, abs=0.5)
    assert 100 * SquadCut(squads=8).of(code).crossing == pytest.approx(41, abs=0.5)
    assert 100 * SquadCut(squads=8).of(network("terraform")).crossing > 79


def test_one_approver() -> None:
    assert time_to_answer([0.8, 0.9, 0.95]) == pytest.approx([5, 10, 20])
    four = time_to_answer([0.9, 0.9 / 4], 4)
    assert (2 * four).round().tolist() == [6, 2]
    assert time_if_waiting([0.9, 0.95], 8) == pytest.approx([3.3, 3.9], abs=0.05)
    assert 2 * time_if_waiting(0.9, 8) < 7
    assert 2 * time_if_waiting(0.9, 32) < 11
    assert (2 * time_if_waiting([0.8, 0.9, 0.95], 8) < 2 * time_to_answer([0.8, 0.9, 0.95])).all()
    assert Approval().busy == 0.9
    assert Approval().decisions == 9
    assert Approval().available / 5 == 4, "hours in a working day"
    assert Approval().time == pytest.approx(20)
    assert 5 * Approval().weeks == pytest.approx(5), "working days"
    assert 16 * GoalsAndGuardrails().hours > 20 > 9 * 2, "sixteen need more hours than you have"


def exact_wait(squads: object, asked: object, answer: object) -> np.ndarray:
    """Return what `schweitzer` approximates: the time to an answer by the exact recursion."""
    rate, service = np.asarray(asked, dtype=float), np.asarray(answer, dtype=float)
    line = np.zeros(np.broadcast(rate, service).shape)
    for number in range(1, int(np.max(np.asarray(squads))) + 1):
        time = service * (1 + line)
        line = number * time / (1 / np.maximum(rate, 1e-12) + time)
    return time


def test_the_exact_queue_brings_two_weeks_more(monkeypatch: pytest.MonkeyPatch) -> None:
    [near] = medians(GoalsAndGuardrails(squads=8), 0)
    monkeypatch.setattr(guardrails, "schweitzer", exact_wait)
    [exact] = medians(GoalsAndGuardrails(squads=8), 0)
    assert exact - near == pytest.approx(2, abs=0.3)
    for stops, limit, wins in ((0.19, 60, True), (0.21, 60, False), (0.1, 20, True)):
        asked, limited = medians(GoalsAndGuardrails(squads=8, stops=stops), 0, limit)
        assert (asked > limited) is wins, "the same fifth, and about a tenth"


def test_with_other_work_a_tighter_limit_than_sixty_is_best() -> None:
    stand, busy = (
        medians(GoalsAndGuardrails(squads=8, stops=stops), 20, 60) for stops in (1, 0.25)
    )
    assert stand[0] < stand[1]
    assert busy[0] > busy[1]


def medians(model: GoalsAndGuardrails, *limits: float) -> list[float]:
    """Return the weeks of progress in a year, for each limit."""
    return [float(np.median(year)) for year in sweep(model, guardrails=limits).final("progress")]


def test_tight_limits_cost_weeks_and_approval_half_of_the_year() -> None:
    approved, tight, good, none = medians(GoalsAndGuardrails(squads=8), 0, 20, 60, 180)
    assert round(approved) == 28
    assert 0.4 < 1 - approved / 52 < 0.5
    assert 4 < good - tight < 6
    assert 0.5 < good - none < 1.5
    harm = np.median(sweep(GoalsAndGuardrails(), guardrails=[60, 180]).final("harm"), axis=-1)
    assert harm[0] == 0
    assert 4 <= harm[1] < 4.5


def test_below_which_standstill_approval_wins_depends_on_the_limit() -> None:
    wins = {60: 0.17, 20: 0.09}
    loses = {60: 0.2, 20: 0.11}
    for limit in wins:
        for stops, won in ((wins[limit], True), (loses[limit], False)):
            asked, limited = medians(GoalsAndGuardrails(squads=8, stops=stops), 0, limit)
            assert (asked > limited) is won
    asked, five = medians(GoalsAndGuardrails(squads=8, stops=0.06), 0, 5)
    assert five > asked, "a very tight limit beats approval sooner still"
    for stops in (0, 0.15, 0.25, 1):
        year = compare(ways_to_lead(GoalsAndGuardrails(squads=8, stops=stops)), replications=200)
        best = year.summary("progress")["median"].idxmax()
        assert best == ("goals, all approved" if stops < 0.18 else "goals and guardrails")
    tight, wide = medians(GoalsAndGuardrails(squads=8, stops=0), 0, 60)
    assert tight == pytest.approx(52)
    assert tight > wide


def test_where_damage_begins_turns_the_order_of_the_limits() -> None:
    early = medians(GoalsAndGuardrails(squads=8, harmful=40), 20, 60, 180)
    assert early == pytest.approx([42.3, 41.4, 40.1], abs=0.1)
    late = medians(GoalsAndGuardrails(squads=8), 20, 60, 180)
    assert late == pytest.approx([42.3, 47.4, 46.3], abs=0.1)


def test_whether_a_limit_beats_none_depends_on_what_harm_costs() -> None:
    leads = []
    for damage in (0.1, 1):
        good, none = medians(GoalsAndGuardrails(squads=8, damage=damage), 60, 180)
        leads.append(good - none)
    assert leads[0] < 0.2 < 1.5 < leads[1]


def test_the_goal_does_what_a_limit_would_do() -> None:
    led = compare(ways_to_lead(GoalsAndGuardrails(squads=8)), replications=200)
    weeks, harm = (led.summary(name)["median"] for name in ("progress", "harm"))
    both, neither = weeks["goals and guardrails"], weeks["neither"]
    assert 0.5 < both - weeks["goals only"] < 1.5, "a week"
    assert 12 < weeks["guardrails only"] - neither < 14, "a quarter of the year"
    assert weeks["goals only"] - weeks["guardrails only"] == pytest.approx(6, abs=0.5)
    assert both - weeks["guardrails only"] == pytest.approx(7, abs=0.5), "the goal, with a limit"
    assert 3 < harm["goals only"] < 5, "a few harmful decisions"
    assert harm["goals and guardrails"] == 0
    idle = compare(ways_to_lead(GoalsAndGuardrails(stops=0)), replications=50)
    best = idle.summary("progress")["median"]["goals, all approved"]
    assert best == pytest.approx(52), "the leader never errs"


def test_a_goal_beats_a_limit_where_damage_begins_late() -> None:
    goal_first = keypoint("07.3")
    every = goal_first.robust(anywhere=True)
    assert every.percent == pytest.approx(73, abs=3)
    assert every.deciders == ("harmful",)
    assert goal_first.robust().percent > 90
    assert goal_first.robust(anywhere=True, harmful=40).percent < 30
    assert goal_first.robust(anywhere=True, goals=0.05).percent < 60
    early = GoalsAndGuardrails(squads=8, harmful=40)
    led = compare({"goal": early.replace(guardrails=180), "limit": early.replace(goals=0)})
    assert led.summary("harm")["median"]["goal"] > 15, "no goal stops what goes too far"


def test_where_the_borders_run() -> None:
    picture = SquadCut(squads=8).picture("network")
    assert "in 8 squads" in picture.sentence
    assert "79 % of the shared changes" in picture.sentence
    assert "shares changes with 64 of the other 72. Without it 47 % of the rest" in picture.sentence
    assert 0 < (picture.drawn & ~picture.between).sum() < picture.drawn.sum() < len(picture.pairs)
    terraform = network("terraform")
    squad_of = SquadCut(squads=8).of(terraform).squad_of
    assert [area for area in squad_of if squad_of[area] == squad_of["website"]] == ["website"]
    assert round(100 * random_crossing(terraform, 8, 2)) == 95
    few, many = (SquadCut(squads=n).of(terraform) for n in (3, 8))
    assert few.crossing < many.crossing
    assert few.work.min() > many.work.min()
    own_work = SquadCut(squads=8).of(terraform).table()["share of work"]
    assert own_work.iloc[0] == own_work.max() > 2 / 8, "the website exceeds the limit"
    uneven = SquadCut(squads=8, uneven=5).of(terraform)
    assert uneven.crossing < many.crossing / 2
    assert uneven.work.max() > 0.5


def test_thirty_two_squads_led_in_five_ways() -> None:
    year = compare(ways_to_lead(GoalsAndGuardrails(squads=32))).summary("progress")["median"]
    assert year.round().tolist() == [27, 46, 8, 36, 47]
    eight = compare(ways_to_lead(GoalsAndGuardrails())).summary("spread")["median"]
    assert eight["goals, all approved"] == 0


def test_three_times_the_hours_come_close_to_a_guardrail() -> None:
    assert GoalsAndGuardrails().available == 20

    def weeks(guardrails: float) -> list[float]:
        led = GoalsAndGuardrails(squads=8, guardrails=guardrails)
        return [
            float(week) for week in sweep(led, available=[20, 40, 60]).summary("progress")["median"]
        ]

    asked, guarded = weeks(0), weeks(60)
    assert [round(week) for week in asked] == [28, 42, 47]
    assert asked[2] < guarded[0] < asked[2] + 1.5
    assert max(guarded) - min(guarded) < 0.5
    tight = weeks(20)
    assert tight[0] < guarded[0] - 4
    assert tight[2] > max(guarded[2], asked[2]) + 0.5, "with most hours the best of the three"


def test_what_grew_in_kubernetes_and_rust() -> None:
    table = structure_table(load("organisations"))
    assert table.loc[("kubernetes", "special interest groups")].tolist() == [24, 24, 1]
    assert table.loc[("kubernetes", "subprojects"), "factor"] == 1.42
    earlier = structure_table(load("organisations"), since=2018)
    assert earlier.loc[("kubernetes", "special interest groups")].tolist()[:2] == [31, 24]
    assert table.loc[("kubernetes", "leads")].tolist() == [139, 224, 1.61]
    assert table.loc[("rust", "people"), "factor"] == 1.64
    assert table.loc[("rust", "people per team"), "factor"] < 1
    assert table.loc[("rust", "memberships per person")].tolist() == [1.59, 2.11, 1.33]
    assert table.loc[("rust", "depth")].tolist() == [1, 3, 3]


def test_the_guardrails_of_the_lesson_are_not_the_answer_of_the_exercise() -> None:
    copied, better = letting_go(10, 4, 60), letting_go(12, 6, 40)
    assert (better["output"] > copied["output"] + 0.08).all()


def test_the_rule_of_the_exercise_is_the_best_in_companies_that_nobody_knows() -> None:
    def output(*rule: float) -> float:
        years = {50: 31, 70: 32, 100: 33, 140: 34}
        tried = [
            letting_go(*rule, people=[n], draws=20, seed=seed)["output"]
            for n, seed in years.items()
        ]
        return float(np.mean(tried))

    naive, best = output(10, 4, 15), output(12, 5, 40)
    share = {
        rule: (output(*rule) - naive) / (best - naive)
        for rule in (
            *((size, goals, 40) for size in (8, 10, 14, 16) for goals in (3, 5, 7)),
            *((12, 5, limit) for limit in (0, 30, 50, 60, 90, 180)),
        )
    }
    assert max(share.values()) < 1.03, "the reference is the best, or as good"
    assert share[12, 5, 0] < 0
    assert max(share[12, 5, limit] for limit in (60, 90, 180)) < 0.7
    wide, alone = letting_go(12, 5, 40, draws=20), letting_go(12, 5, 40)
    assert (wide["squads"] == alone["squads"]).all()
    assert (wide["output"] != alone["output"]).all()


def test_asking_nothing_and_asking_everything_lose_at_every_size() -> None:
    better = letting_go(12, 6, 40)["output"]
    for rule in ((10, 4, 0), (10, 0, 180), (10, 19, 180), (10, 19, 40)):
        assert letting_go(*rule)["output"].mean() < better.mean() - 0.03


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ((1, 4, 60), "squad_size must lie in 2..200"),
        ((10, 20, 60), "goal_hours must lie in 0..19"),
        ((10, 4, 200), "guardrails must lie in 0..180"),
    ],
)
def test_a_rule_that_cannot_be_is_answered_in_a_sentence(
    rule: tuple[float, ...], says: str
) -> None:
    with pytest.raises(ExplainedError, match=says):
        letting_go(*rule)


SQUADS, HOURS, HARMFUL = [11, 12, 13], [0.5, 1, 3], [40, 60]


def test_everybody_s_own_squads_are_as_hard_as_any_other() -> None:
    drawn = [numbers_for(name, squads=SQUADS, hours=HOURS, harmful=HARMFUL) for name in NAMES]
    found = Counter((mine.squads, mine.hours, mine.harmful) for mine in drawn)
    assert set(found) == set(product(SQUADS, HOURS, HARMFUL))
    answers: Counter[tuple[float, ...]] = Counter()
    for (squads, hours, harmful), people in found.items():
        asking = GoalsAndGuardrails(squads=squads, hours=hours, harmful=harmful)
        limits = (0, 20, harmful, 180)
        best = []
        for share in (1, 0.25, 0):
            weeks = np.array(medians(asking.replace(stops=share), *limits))
            best.append(limits[weeks.argmax()])
            assert weeks.max() - np.sort(weeks)[-2] > 0.5, "a clear first"
        assert best == sorted(best, reverse=True), "the hint of the exercise is true"
        assert best[0] > best[2] == 0, "no one limit is best in all three cases"
        give_away = 1 - 10 / (2 * squads * hours)
        assert 0.05 < give_away < 0.95
        assert time_to_answer((1 - give_away) * 2 * squads * hours / 20) == pytest.approx(2)
        answers[(*best, round(give_away, 3))] += people
    assert max(answers.values()) < len(NAMES) / 5


def test_a_meeting_of_a_hundred_takes_hours_and_texts_less_than_one() -> None:
    updates = StatusUpdates()
    small, _, large = updates.meeting([10, 30, 100])
    few, _, many = updates.written([10, 30, 100])
    assert abs(small - few) < 0.05, "in a small company it does not matter"
    assert updates.followed == 20, "others, at most"
    assert large > 2
    assert many < 1
