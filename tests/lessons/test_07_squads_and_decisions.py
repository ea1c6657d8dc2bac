"""Every sentence that lesson 07 claims, on default parameters."""

from __future__ import annotations

import numpy as np
import pytest

from thousandfold import compare, keypoint, sweep
from thousandfold.datasets import load
from thousandfold.errors import ExplainedError
from thousandfold.models.approval import Approval, time_if_waiting, time_to_answer
from thousandfold.models.cutting import SquadCut, worth_removing
from thousandfold.models.delegation import letting_go
from thousandfold.models.guardrails import GoalsAndGuardrails, four_ways
from thousandfold.models.mentoring import Mentoring
from thousandfold.models.status_updates import StatusUpdates
from thousandfold.repository.co_change import network
from thousandfold.repository.structures import structure_table


def test_one_tie() -> None:
    best, *others = worth_removing(network("terraform"), SquadCut(squads=6)).itertuples()
    assert best.removed == "builtin/providers/aws – website"
    assert best[3:] == (1126, 737, 389)
    assert 0.33 < 389 / 1126 < 0.36
    assert all(0.05 < other.saved / 1126 < 0.07 for other in others)


def test_one_approver() -> None:
    assert time_to_answer([0.8, 0.9, 0.95]) == pytest.approx([5, 10, 20])
    four = time_to_answer([0.9, 0.9 / 4], 4)
    assert (2 * four).round().tolist() == [6, 2]
    assert time_if_waiting([0.9, 0.95], 8) == pytest.approx([3.3, 3.9], abs=0.05)
    assert 2 * time_if_waiting(0.9, 8) < 7
    assert 2 * time_if_waiting(0.9, 32) < 11
    assert Approval().busy == 0.9
    assert Approval().time == pytest.approx(20)


def test_tight_guardrails() -> None:
    lost = []
    for squads in (8, 32):
        years = sweep(GoalsAndGuardrails(squads=squads), guardrails=[0, 20, 60, 180])
        approved, tight, good, none = np.median(years.final("progress"), axis=-1)
        assert approved < tight < none < good
        lost.append(good - tight)
    assert lost[0] == pytest.approx(5.1, abs=0.2)
    assert lost[1] > 5 * lost[0]
    years = sweep(GoalsAndGuardrails(squads=32), guardrails=[20, 60, 180])
    tight, good, none = np.median(years.final("progress"), axis=-1)
    assert 26 < good - tight < 30
    assert 0 < good - none < 1
    assert (round(tight), round(none)) == (18, 46)
    assert 4 <= np.median(years.final("harm"), axis=-1)[2] < 4.5


def test_few_squads_with_quick_answers_may_be_approved() -> None:
    tight = keypoint("07.3")
    assert tight.robust(squads=8).percent == pytest.approx(67, abs=3)
    assert tight.robust(squads=8, hours=1).percent == pytest.approx(41, abs=3)


def test_where_the_borders_run() -> None:
    sentence = SquadCut(squads=6).picture().sentence
    assert "Terraform 73 %, Prometheus 44 %, Rails 73 %, Terraform without website 35 %" in sentence
    assert "borders at random 91 %" in sentence


def test_thirty_two_squads_led_in_four_ways() -> None:
    year = compare(four_ways(GoalsAndGuardrails(squads=32))).summary("progress")["median"]
    assert year.round().tolist() == [27, 8, 36, 47]
    eight = compare(four_ways(GoalsAndGuardrails(squads=8))).summary("spread")["median"]
    assert eight["goals, all approved"] == 0


def test_long_weeks_do_not_replace_a_guardrail() -> None:
    kept = GoalsAndGuardrails(squads=32, guardrails=0)
    weeks = sweep(kept, available=[20, 40, 60]).summary("progress")["median"]
    assert weeks.round().tolist() == [8, 16, 24]


def test_updates_and_teaching() -> None:
    ways = StatusUpdates()
    assert ways.meeting([10, 100]).tolist() == [0.5, 5]
    assert (60 * ways.written([10, 100])).round().tolist() == [29, 40]
    assert Mentoring().payback() == 18


def test_kubernetes_and_rust_did_not_grow_by_larger_squads() -> None:
    table = structure_table(load("organisations"))
    assert table.loc[("kubernetes", "special interest groups")].tolist() == [24, 24, 1]
    assert table.loc[("kubernetes", "subprojects"), "factor"] == 1.42
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
