"""The form of a policy: rules become rows and rows rules, slips are told, and strangers refused."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError, companies
from thousandfold.flight import (
    COMPARED,
    SHARES,
    STEADY,
    Decision,
    Flight,
    Rules,
    fly_companies,
    points,
    policy_form,
    read_policy,
)
from thousandfold.flight.decision_form import OPTIONS
from thousandfold.flight.policies import MEASURES, read_rule
from thousandfold.flight.policy_form import PolicyForm
from thousandfold.flight.policy_preview import companies_of, when_applied
from thousandfold.flight.policy_rows import MEASURED, SETTINGS, row_of, rule_of

RULES = {name: policy for name, policy in COMPARED.items() if isinstance(policy, Rules)}


@pytest.fixture
def form() -> PolicyForm:
    return PolicyForm(..., companies_of(None))


def handed_out(form: PolicyForm) -> Any:
    """Run the text for the answer cell, as its reader does."""
    given: dict[str, Any] = {}
    exec(form.view["cell"], given)  # noqa: S102
    assert type(given["policy"]) is dict
    return read_policy(given["policy"])


def send(form: PolicyForm, *rows: Any, **start: Any) -> None:
    form.hear({"view": "a", "start": form.draft["start"] | start, "rows": list(rows)})


def row(when: Any = (), then: Any = (("hire", "5"),)) -> dict[str, Any]:
    conditions = [dict(zip(("measure", "side", "number"), one, strict=True)) for one in when]
    return {
        "when": conditions,
        "then": [dict(zip(("what", "value"), one, strict=True)) for one in then],
    }


@pytest.mark.parametrize("name", RULES)
def test_the_answer_cell_holds_the_policy_that_the_form_began_with(name: str) -> None:
    form = PolicyForm(RULES[name], companies_of(None))
    assert handed_out(form) == RULES[name]
    again = PolicyForm(handed_out(form), companies_of(None))
    assert again.draft == form.draft


def test_an_unanswered_cell_begins_with_a_policy_without_rules(form: PolicyForm) -> None:
    assert form.draft["rows"] == []
    assert handed_out(form) == Rules(Decision(**form.draft["start"]))
    assert '"rules": [],' in form.view["cell"]


def test_thirds_and_large_numbers_are_written_as_they_are() -> None:
    start = Decision(33.4, 33.3, 33.3, 0, 0)
    rules = Rules(start, ("when cash below 1,234,567.5: hire 12.5 %",))
    assert handed_out(PolicyForm(rules, companies_of(None))) == rules


def test_a_start_in_thirds_still_adds_up_in_the_cell() -> None:
    form = PolicyForm(Rules(Decision(100 / 3, 100 / 3, 100 / 3, 0, 0)), companies_of(None))
    send(form, row(), features=100 - 2 * 33.33333333333333)
    assert handed_out(form).start.features == pytest.approx(100 / 3)


def figures(low: float, high: float) -> st.SearchStrategy[str]:
    # Three digits behind a point may be thousands, too, and are asked about.
    return st.floats(low, high).map(lambda value: f"{value:.2f}")


def whole(low: int, high: int) -> st.SearchStrategy[str]:
    return st.integers(low, high).map(str)


CONDITIONS = st.tuples(
    st.sampled_from(list(MEASURED)), st.sampled_from(("above", "below")), figures(-1e9, 1e9)
)
SET = st.one_of(
    st.tuples(st.sampled_from(SHARES), figures(0, 100)),
    st.tuples(st.just("keep"), figures(0, 120)),
    st.tuples(st.sampled_from(("hire", "squads")), whole(1, 60)),
    st.tuples(st.sampled_from(("hire %", "squads of")), figures(1, 60)),
    st.sampled_from([(name, option) for name, options in OPTIONS.items() for option in options]),
)


@settings(deadline=None)
@given(when=st.lists(CONDITIONS, max_size=3), then=st.lists(SET, min_size=1, max_size=5))
def test_a_rule_comes_back_from_its_row(when: Any, then: Any) -> None:
    rule = rule_of(row(when, then))
    again = rule_of(row_of(rule))
    assert again == rule
    conditions, chosen = read_rule(rule)
    assert [(name, above) for name, above, _ in conditions] == [
        (name, side == "above") for name, side, _ in when
    ]
    np.testing.assert_allclose([limit for *_, limit in conditions], [float(c[2]) for c in when])
    assert [name for name, *_ in chosen] == [name.split()[0] for name, _ in then]


def test_all_that_a_rule_may_look_at_and_set_is_in_the_form() -> None:
    assert set(MEASURED) == {"round", *MEASURES}
    assert {name.split()[0] for name in SETTINGS} == set(Decision.__dataclass_fields__)


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("50,000", "50,000"),
        ("50 thousand", "50,000"),
        ("1.5 million", "1,500,000"),
        (" 2k ", "2,000"),
        ("-5", "-5"),
        ("99.92", "99.92"),
        ("2,5", "2.5"),
    ],
)
def test_numbers_are_read_as_people_type_them(form: PolicyForm, typed: str, rule: str) -> None:
    send(form, row([("cash", "above", typed)]))
    assert handed_out(form).rules == (f"when cash above {rule}: hire 5",)


def test_a_share_of_the_time_may_have_three_digits_behind_the_point() -> None:
    form = PolicyForm(Rules(Decision()), companies_of(None))
    send(form, row([("availability", "below", "99.925")]))
    assert handed_out(form).rules == ("when availability below 99.925: hire 5",)


@pytest.mark.parametrize(
    ("slipped", "told"),
    [
        (row([("customers", "above", "")]), "Customers: write a number."),
        (row([("customers", "above", "many")]), "'many' cannot be read"),
        (row([("customers", "above", "20.000")]), "write 20,000, or nothing behind the point"),
        (row([("cash", "below", "1.500.000")]), "write 1,500,000"),
        (row([("customers", "above", "40-50")]), "write one number"),
        (row([("customers", "above", "20 %")]), "not a share in per cent"),
        (row([("customers", "above", "1e14")]), "cannot be read"),
        (row(then=[("hire", "2.5")]), "a whole number from 0 to 200"),
        (row(then=[("hire", "500")]), "a whole number from 0 to 200"),
        (row(then=[("debt", "120")]), "Debt: write a number from 0 to 100 (% of the capacity)"),
        (row(then=[("squads", "0")]), "from 1 to 60"),
        (row(then=[("keep", "-1")]), "from 0 to 120"),
        (row(then=[("decides", "me")]), "choose one approver or guardrails".capitalize()),
        (
            row([("availability", "above", "99.123456")] * 4, [("onboarding", "12.123456")] * 10),
            "make two of it",
        ),
        ({"text": "when mood above 3: hire 1"}, "is no condition"),
        ({"text": ""}, "Mend the words"),
    ],
)
def test_a_slip_is_told_beside_its_row_and_the_others_fly(
    form: PolicyForm, slipped: Any, told: str
) -> None:
    send(form, row(), slipped, row(then=[("api", "public")]))
    before, slip, after = form.view["slips"]
    assert told in slip
    assert slip.endswith("Until then this rule does nothing.")
    assert before == after == ""
    assert form.view["applied"][1] is None
    assert form.view["applied"][2]["sentence"] == "Applies in every round."
    assert handed_out(form).rules == ("hire 5", "api public")
    assert "# not finished: " in form.view["cell"]
    assert form.draft["rows"][1] == slipped


@pytest.mark.parametrize(
    ("start", "told"),
    [
        ({"hire": 500}, "people to hire must be a whole number"),
        ({"hire": ""}, "people to hire must be a number"),
        ({"debt": 90}, "must add up to 100"),
        ({"api": "everybody"}, "API must be one of"),
        ({"hire": True}, "people to hire must be a number"),
    ],
)
def test_a_slip_in_the_start_leaves_nothing_to_copy_and_loses_nothing(
    form: PolicyForm, start: dict[str, Any], told: str
) -> None:
    pictures = form.view["pictures"]
    send(form, row(), {"text": "hire"}, **start)
    assert told in form.view["start_slip"]
    assert form.view["cell"] == ""
    assert form.view["pictures"] == pictures
    assert [bool(slip) for slip in form.view["slips"]] == [False, True]
    assert form.draft["rows"] == [row(), {"text": "hire"}]


@pytest.mark.parametrize(
    "content",
    [
        None,
        [],
        "fly",
        {},
        {"start": Decision().row()},
        {"start": Decision().row(), "rows": "hire 3"},
        {"start": Decision().row(), "rows": [row()] * 41},
        {"start": Decision().row(), "rows": [row(then=[("hire", "1")] * 11)]},
        {"start": Decision().row(), "rows": [row([("round", "above", "1")] * 5)]},
        {"start": Decision().row(), "rows": [row(then=[])]},
        {"start": Decision().row(), "rows": [row([("mood", "above", "1")])]},
        {"start": Decision().row(), "rows": [row([("round", "over", "1")])]},
        {"start": Decision().row(), "rows": [row([("round", "above", 1)])]},
        {"start": Decision().row(), "rows": [row([("round", "above", "1" * 61)])]},
        {"start": Decision().row(), "rows": [row([([], "above", "1")])]},
        {"start": Decision().row(), "rows": [{"text": "x" * 301}]},
        {"start": Decision().row(), "rows": [{"text": 3}]},
        {"start": Decision().row(), "rows": [3]},
        {"start": Decision().row(), "rows": [{"when": 3, "then": 3}]},
        {"start": Decision().row() | {"more": 1}, "rows": []},
        {"start": Decision().row() | {"hire": []}, "rows": []},
        {"start": Decision().row() | {"hire": float("nan")}, "rows": []},
        {"start": Decision().row() | {"hire": 10**400}, "rows": []},
        {"start": Decision().row() | {"api": "x" * 61}, "rows": []},
        {"start": 3, "rows": []},
    ],
)
def test_what_no_form_sends_flies_nothing_and_changes_nothing(
    form: PolicyForm, content: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(form.companies), "preview", lambda *_: pytest.fail("it flew"))
    draft = form.draft
    form.hear(content)
    assert "not what the form sends" in form.view["said"]
    assert form.draft == draft


def test_words_of_a_slip_stay_one_comment_in_the_cell(form: PolicyForm) -> None:
    send(form, {"text": "hire 1\nimport os\r\x00\u2028]}; os"})
    assert handed_out(form).rules == ()
    assert form.view["cell"].count("\n") == len(form.view["cell"].splitlines()) - 1


def test_where_a_rule_applies_is_what_it_decides() -> None:
    rules = ("when round above 3: squads 2", "when debt above 20: keep 11", "hire 5")
    policy = Rules(Decision(hire=5), rules)
    flights = companies(Flight(), 10, only=["interest"]).models
    form = PolicyForm(policy, companies_of(flights))
    turned, debt, always = (applied["shares"] for applied in form.view["applied"])
    assert turned == [0] * 3 + [1] * 9
    assert always == [1] * 12
    runs = fly_companies(policy, flights)
    for at in range(1, 13):
        report = {name: runs[name][at - 1] for name in runs.units}
        keeps = np.broadcast_to(policy.decide(at, report)["keep"], runs["lost"][0].shape)
        assert debt[at - 1] == pytest.approx(np.mean(keeps == 0.11))
    assert 0 < np.mean(debt) < 1


def test_the_points_are_those_of_the_task() -> None:
    flights = companies(Flight(wage=75_000), 10, only=["interest"]).models
    policy = Rules(Decision(hire=5), ("when round above 2: hire 20 %",))
    told = PolicyForm(policy, companies_of(flights)).view["sentence"]
    for flown in (policy, STEADY):
        earned = points(fly_companies(flown, flights))["points"].mean()
        assert f"earns {earned:.1f}" in told
    assert "in the worst company" in told
    mine = points(fly_companies(policy, flights))
    assert f"By part: customers {mine['customers'].mean():.0f} of 60, cash" in told


def test_pictures_show_both_policies_and_how_far_companies_lie_apart() -> None:
    flights = companies(Flight(), 10, only=["interest"]).models
    form = PolicyForm(Rules(Decision(hire=5)), companies_of(flights))
    assert len(form.view["pictures"]) == 4
    for picture in form.view["pictures"]:
        mine, steady = picture["series"]
        assert (mine["label"], steady["label"]) == ("yours", "steady")
        assert (np.array(mine["low"]) <= mine["y"]).all()
        assert (np.array(mine["high"]) >= mine["y"]).all()
        assert "steady" in picture["sentence"]
    assert "10 companies" in form.view["reading"]
    alone = PolicyForm(..., companies_of(None)).view
    assert "one company" in alone["reading"]
    assert "worst company" not in alone["sentence"]


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        ([0.0] * 12, "Applies in no round."),
        ([1.0] * 12, "Applies in every round."),
        ([0.5] * 12, "Applies in rounds 1 to 12: in 50 % of the flights."),
        ([0, 0, 1] + [0] * 9, "Applies in round 3: in 100 % of the flights."),
        (
            [0.001, 0, 1, 0.3, 1] + [0] * 7,
            "Applies in rounds 1, 3 to 5: in 1 to 100 % of the flights.",
        ),
    ],
)
def test_when_a_rule_applies_is_a_sentence(shares: list[float], told: str) -> None:
    assert when_applied(shares) == told


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ([Decision().row()] * 12, "a list of rows"),
        (COMPARED["nobody hired"], "a list of rows"),
        (None, "a policy is"),
        (3, "a policy is"),
        ({"start": Decision()}, "exactly 'start' and 'rules'"),
        ({"start": Decision(), "rules": "hire 3"}, "list of sentences"),
        ({"start": 3, "rules": []}, "a decision needs"),
        ({"start": Decision(), "rules": ["hire 1"] * 41}, "up to 40"),
    ],
)
def test_what_has_no_form_is_told_and_stops_nobody_who_runs_all_cells(
    policy: Any, told: str
) -> None:
    shown = policy_form(policy)
    assert re.search(told, shown._repr_mimebundle_()["text/plain"])
    assert shown.widget.children[-1].draft["rows"] == []
    assert "begins empty" not in policy_form()._repr_mimebundle_()["text/plain"]


@pytest.mark.parametrize("flights", [[], [Flight()] * 101, [3], 3, Flight()])
def test_what_is_no_company_is_refused_in_a_sentence(flights: Any) -> None:
    with pytest.raises(ExplainedError, match=r"compan(y|ies)"):
        policy_form(flights=flights)


def test_a_file_keeps_the_rules_and_the_preview() -> None:
    slipped = {"start": Decision(), "rules": ["when debt above 20: debt 40", "<script>"]}
    kept = policy_form(slipped)._repr_mimebundle_()["text/html"]
    assert "<li>when debt above 20: debt 40</li><li>&lt;script&gt;</li>" in kept
    assert '<img alt="Customers after round 12' in kept
    assert "Your policy earns" in kept
