"""Which of a learner's numbers goes into which parameter of which model, and how."""

from __future__ import annotations

import math
from typing import Any

import pytest

from thousandfold import ExplainedError, models, simulate, with_my_numbers
from thousandfold.models import (
    Approval,
    BrooksLaw,
    Debt,
    ErrorBudgetPolicy,
    GoalsAndGuardrails,
    NetworkValue,
    Squads,
    StranglerFig,
    TeamOutput,
    TwoSegments,
)
from thousandfold.teaching.company import Company
from thousandfold.teaching.own_numbers import USES

CASES = [
    (Debt(), {"people": 40}, {"capacity": 2400}),
    (Debt(), {"lost": 30}, {"wasted": 0.3}),
    (StranglerFig(), {"people": 40}, {"capacity": 200}),
    (ErrorBudgetPolicy(), {"releases": 13}, {"pace": 3}),
    (ErrorBudgetPolicy(), {"outages": 0}, {"incidents": 0, "new_flaws": 0.3}),
    (
        ErrorBudgetPolicy(),
        {"outages": 0, "releases": 0},
        {"incidents": 0, "new_flaws": 0.3, "pace": 0},
    ),
    (TwoSegments(), {"users": 1000, "revenue": 23_600}, {"fee_casual": 20, "fee_power": 200}),
    (TwoSegments(), {"users": 1000, "revenue": 11_800}, {"fee_casual": 10, "fee_power": 100}),
    (NetworkValue(), {"users": 5000}, {"members": 5000}),
    (BrooksLaw(), {"people": 12}, {"team": 12}),
    (Squads(), {"people": 44}, {"people": 44}),
    (Squads(), {"people": 44, "squads": 5}, {"people": 44, "squad": 9}),
    (GoalsAndGuardrails(), {"squads": 5}, {"squads": 5}),
    (Approval(), {"decisions": 25}, {"decisions": 25}),
]


@pytest.mark.parametrize(("model", "known", "becomes"), CASES)
def test_a_number_becomes_a_parameter(
    model: Any, known: dict[str, float], becomes: dict[str, float]
) -> None:
    mine = with_my_numbers(model, Company(**known))
    assert type(mine) is type(model)
    for name in model.quantities():
        assert getattr(mine, name) == pytest.approx(becomes.get(name, getattr(model, name)))


def test_every_use_has_a_case_and_fits_ferry() -> None:
    tried = {(type(model).__name__, name) for model, _, becomes in CASES for name in becomes}
    assert {(use.model, name) for use in USES for name in use.parameters} == tried
    ferry = Company(**{name: q.default for name, q in Company.quantities().items()})
    for use in USES:
        model = getattr(models, use.model)()
        for name, value in zip(use.parameters, use.values(ferry, model), strict=True):
            q = model.quantities()[name]
            assert q.low <= value <= q.high
        assert set(use.of) <= set(Company.quantities())


def test_outages_come_as_often_as_the_learner_said() -> None:
    mine = with_my_numbers(ErrorBudgetPolicy(freeze=0), Company(releases=30, outages=4))
    run = simulate(mine, replications=400)
    downtime = run["downtime"]
    last_half_year = (downtime[52] - downtime[26]).mean() / mine.outage / 6
    assert last_half_year == pytest.approx(4, rel=0.15)


def test_it_says_which_numbers_are_whose(capsys: pytest.CaptureFixture[str]) -> None:
    with_my_numbers(Debt(repayment=0.3), Company(people=40))
    told = " ".join(capsys.readouterr().out.split())
    assert "work that the team can do: 2,400 days a quarter (your 40 people)" in told
    assert "may differ there, too: wasted, interest, carelessness, contagion, repayment" in told
    assert "Not entered yet, but it would be used here: time lost to old code, in %." in told


@pytest.mark.parametrize(
    ("model", "known", "says"),
    [
        (BrooksLaw(), {"people": 300}, "your 300 people would leave the range of this model, 1 to"),
        (Debt(), {"lost": 95}, "your 95 % of the time lost to old code would leave the range"),
        (ErrorBudgetPolicy(), {"releases": 0, "outages": 3}, "your 3 outages a month would leave"),
        (
            ErrorBudgetPolicy(),
            {"outages": 9999},
            "your 9,999 outages a month would leave the range",
        ),
        (NetworkValue(), {"users": 1}, "your 1 user would leave the range"),
    ],
)
def test_what_does_not_fit_is_explained_and_left_out(
    model: Any, known: dict[str, float], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = with_my_numbers(model, Company(**known))
    assert mine == model.replace(**{name: 0 for name in ["pace"] if known.get("releases") == 0})
    assert says in " ".join(capsys.readouterr().out.split())
    assert all(math.isfinite(getattr(mine, name)) for name in mine.quantities())


def test_without_a_company_it_is_ferry_and_says_how_to_enter_numbers(
    capsys: pytest.CaptureFixture[str], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert with_my_numbers(Debt()) == Debt()
    told = " ".join(capsys.readouterr().out.split())
    assert told.startswith("This is Ferry, as in the lesson.")
    assert "00_start_here.ipynb" in told


def test_a_model_that_takes_none_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert with_my_numbers(TeamOutput(), Company(people=40)) == TeamOutput()
    assert "No number that you entered is used here." in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [Debt, 3, None, "Debt"])
def test_what_is_no_model_is_refused_in_a_sentence(wrong: Any) -> None:
    with pytest.raises(ExplainedError, match="needs a model, with its brackets"):
        with_my_numbers(wrong, Company(people=40))
