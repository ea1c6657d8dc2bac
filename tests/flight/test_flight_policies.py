"""Policies in tables and in words: read exactly, refused kindly, and the same as by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError
from thousandfold.flight import SHARES, Decision
from thousandfold.flight.engine import fly
from thousandfold.flight.policies import (
    COMPARED,
    MEASURES,
    REACTING,
    Rules,
    Table,
    frozen,
    random_table,
    read_policy,
)


def state(**given: float) -> dict[str, np.ndarray[Any, Any]]:
    usual = dict.fromkeys(("customers", "cash", "lost", "wait", "partners", "rival"), 0.0)
    usual |= {"people": 20.0, "squads": 2.0, "availability": 0.999}
    return {name: np.array([[value]]) for name, value in (usual | given).items()}


def decided(*rules: str, at: int = 1, **given: float) -> dict[str, float]:
    coded = Rules(Decision(), rules).decide(at, state(**given))
    return {name: float(np.ravel(value)[0]) for name, value in coded.items()}


def test_without_rules_the_start_is_decided() -> None:
    assert decided() == Decision().coded()


def test_a_rule_without_a_condition_always_holds() -> None:
    assert decided("hire 12")["hire"] == 12
    assert decided("hire 25 %")["hire"] == 5
    assert decided("hire 25%")["hire"] == 5
    assert decided("squads of 6")["squads"] == 3
    assert decided("squads 6")["squads"] == 6
    assert (
        decided("decides alone, api public, keep 80")
        == Decision(decides="alone", api="public", keep=80).coded()
    )


@pytest.mark.parametrize(
    ("condition", "given", "holds"),
    [
        ("customers above 10,000", {"customers": 10_000}, False),
        ("customers above 10_000", {"customers": 10_001}, True),
        ("cash below -5", {"cash": -6}, True),
        ("debt above 20", {"lost": 0.21}, True),
        ("debt below 20", {"lost": 0.21}, False),
        ("availability below 99.9", {"availability": 0.9985}, True),
        ("squad above 9", {"people": 20, "squads": 2}, True),
        ("round above 3", {"at": 3}, False),
        ("round above 3", {"at": 4}, True),
        ("wait above 0.5 and people above 10", {"wait": 1}, True),
        ("wait above 0.5 and people above 30", {"wait": 1}, False),
    ],
)
def test_a_condition_reads_the_report(condition: str, given: dict[str, Any], holds: bool) -> None:
    assert (decided(f"when {condition}: hire 7", **given)["hire"] == 7) is holds


def test_later_rules_count_and_shares_are_scaled_to_one() -> None:
    both = decided("debt 60", "debt 40")
    assert both["debt"] == pytest.approx(40 / 120)
    assert sum(both[name] for name in SHARES) == pytest.approx(1)
    nothing = decided("features 0, onboarding 0, debt 0, reliability 0, platform 0")
    assert [nothing[name] for name in SHARES] == [0.2] * 5


def test_each_future_is_decided_for_itself() -> None:
    rules = Rules(Decision(), ("when debt above 20: debt 50",))
    coded = rules.decide(1, {"lost": np.array([[0.1, 0.3]])})
    assert coded["debt"].round(3).tolist() == [[0.2, round(50 / 130, 3)]]


def test_every_measure_of_a_rule_stands_in_the_state() -> None:
    runs = fly({"us": [Decision()]}, replications=3)
    last = {name: runs[name][-1] for name in runs.units}
    for name, (unit, read) in MEASURES.items():
        assert np.isfinite(read(last)).all(), name
        assert unit


def test_a_table_is_flown_row_by_row_and_its_last_row_repeats() -> None:
    rows = [Decision(hire=1), replace(Decision(), hire=4)]
    hired = fly({"us": rows}, replications=2, rounds=4)["hired"][:, 0, 0]
    assert hired.tolist() == [0, 1, 4, 4, 4]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 999))
def test_rows_and_rules_that_say_the_same_fly_the_same(seed: int) -> None:
    table = random_table(np.random.default_rng(seed))
    spoken = [
        f"when round above {at}: "
        + ", ".join(f"{name} {getattr(row, name):g}" for name in SHARES)
        + f", hire {row.hire:g}, squads {row.squads:g}, decides {row.decides}, api {row.api}, "
        + f"keep {row.keep:g}"
        for at, row in enumerate(table.rows)
    ]
    runs = fly(
        {"rows": table, "words": Rules(Decision(), tuple(spoken))}, seed=seed, replications=3
    )
    np.testing.assert_allclose(runs["customers"][:, 0], runs["customers"][:, 1], rtol=1e-12)


def test_what_a_file_holds_can_be_read_back() -> None:
    rows = [Decision(hire=2).row(), Decision().row()]
    assert read_policy(rows) == Table((Decision(hire=2), Decision()))
    words = {"start": Decision().row(), "rules": ["hire 20 %"]}
    assert read_policy(words) == Rules(Decision(), ("hire 20 %",))
    assert read_policy(REACTING) is REACTING


def test_the_compared_policies_are_in_the_order_of_their_worth() -> None:
    ends = np.median(fly(COMPARED).final("customers"), axis=1)
    assert list(ends) == sorted(ends)


def test_a_frozen_policy_decides_what_the_reacting_one_decides_in_the_middle() -> None:
    runs = fly({"reacting": REACTING}, replications=101)
    table = frozen(REACTING, runs)
    assert table.rows[0] == Decision(60, 10, 30, 0, 0, hire=10)
    assert [row.api for row in table.rows] == ["closed"] * 7 + ["public"] * 5
    assert table.rows[5].hire == np.median(runs["hired"][6])


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "hire",
        "hire many",
        "hire -3",
        "hire 2.5",
        "hire 500",
        "hire of 3",
        "squads 0",
        "squads of 0",
        "squads 3 %",
        "debt 120",
        "debt of 3",
        "decides me",
        "decides 1",
        "api guardrails",
        "keep 121",
        "customers above 3",
        "when customers above 3",
        "when customers over 3: hire 1",
        "when mood above 3: hire 1",
        "when customers above x: hire 1",
        "when customers above 3 or people above 3: hire 1",
        "if customers above 3: hire 1",
        "hire 3, fire 2",
        "__import__('os').system('true')",
        "hire 3" * 100,
        None,
        3,
    ],
)
def test_a_rule_that_is_not_understood_is_refused_in_a_sentence(rule: Any) -> None:
    with pytest.raises(ExplainedError, match=r"[a-z ]{10,}"):
        Rules(Decision(), (rule,))


@pytest.mark.parametrize(
    "given",
    [
        [],
        [Decision()] * 13,
        [3],
        "features only",
        {"start": Decision().row()},
        {"start": Decision().row(), "rules": "hire 3"},
        {"start": Decision().row(), "rules": [], "more": 1},
        {"start": 3, "rules": []},
        None,
        3,
    ],
)
def test_what_is_no_policy_is_refused_in_a_sentence(given: Any) -> None:
    with pytest.raises(ExplainedError, match=r"[a-z ]{10,}"):
        read_policy(given)


def test_a_wrong_row_says_in_which_round() -> None:
    with pytest.raises(ExplainedError, match=r"round 2: .*add up to 100"):
        read_policy([Decision().row(), {**Decision().row(), "debt": 90}])


def test_there_is_nothing_to_fly_without_a_policy() -> None:
    with pytest.raises(ExplainedError, match="no policy to fly"):
        fly({})


def test_too_many_rules_are_refused() -> None:
    with pytest.raises(ExplainedError, match="up to 40"):
        Rules(Decision(), ("hire 1",) * 41)
