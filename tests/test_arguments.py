"""Wrong arguments end in a sentence, whatever they are and whichever function gets them."""

from __future__ import annotations

import inspect
import pkgutil
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError, Model, compare, models, simulate, sweep
from thousandfold.datasets import load
from thousandfold.models.bass_fit import fit_bass
from thousandfold.models.choice import fit_choices
from thousandfold.models.communication import fit_power
from thousandfold.models.cutting import SquadCut, invented_network
from thousandfold.models.debt import Debt
from thousandfold.models.error_budget_policy import ErrorBudgetPolicy
from thousandfold.models.guardrails import GoalsAndGuardrails
from thousandfold.models.partner_programme import PartnerProgramme
from thousandfold.models.retention_fit import fit_retention
from thousandfold.models.scalability_fit import fit_scalability
from thousandfold.models.staffing import BrooksLaw
from thousandfold.models.strangler_fig import FERRY
from thousandfold.models.team_week import TeamWeek
from thousandfold.models.used_paths import growth_picture, used_by_size

ODD = st.sampled_from(
    [0, -1, 2.5, 10**9, 10**400, "x", "", None, True, float("nan"), float("inf"), 1j, object(),
     [], [1, 2], [[1, 2], [3]], ["x"], [float("nan")], {}, {"a": 1}, np.zeros((2, 3)), np.array([]),
     pd.DataFrame(), pd.DataFrame({"a": [1]})]
)  # fmt: skip
"""What people give by mistake, and what no function can do anything with."""

GIVEN: dict[str, Any] = {
    "people": 20, "subordinates": 5, "squads": 3, "servers": 2, "users": 5000, "members": 100,
    "developers": 20, "load": 10, "batch": 5, "year": 2, "time": 3, "renewals": 2, "periods": 6,
    "depth": 0.5, "power": 0.3, "share": 0.5, "busy": 0.5, "offered": 1.5, "risk": 0.1,
    "changes": 10, "within": 2, "teams": 3, "workers": 10, "factor": 2, "clicks": 0.8, "top": 0.2,
    "promise": 0.99, "availability": 0.99, "availabilities": [0.9, 0.99], "services": 5,
    "error_rate": 0.01, "burn": 2, "hours": 3, "start": 0.5, "partners": 1, "prices": [1, 2],
    "rival": [1, 2], "option": "monolith", "one": "monolith", "other": "services", "answer": 0.1,
    "asked": 2, "away": 0.3, "sizes": [20, 40], "power_last": [0.1, 0.5], "appeal": [1, 2, 3],
    "overhead": 0.001, "squad_size": 10, "goal_hours": 4, "guardrails": 20, "areas": 12,
    "code": FERRY, "order": ["payments"], "way": GoalsAndGuardrails(), "model": BrooksLaw(),
    "a": 10, "b": 0.3, "c": -0.001, "tested": 8,
    "sales": [10, 20, 40, 70, 90, 80, 50, 30, 10], "alive": [1000, 600, 450, 380, 340],
    "assignment": [[1, 0], [0, 1]], "dependencies": [[0, 1], [1, 0]], "depends": [[0, 1], [0, 0]],
    "required": [[0, 1], [1, 0]], "actual": [[0, 1], [1, 0]],
    "networks": FERRY, "network": FERRY, "markets": {"here": PartnerProgramme()},
}  # fmt: skip
"""An argument that works, by its name; what one function calls so and another not, below."""

TRIPS = load("travel_choice")

FITS = (
    fit_bass([10, 20, 40, 70, 90, 80, 50, 30, 10]),
    fit_choices(TRIPS, "wait", "cost"),
    fit_power(range(1, 40), [n**1.5 for n in range(1, 40)]),
    fit_retention([1000, 600, 450, 380, 340]),
    fit_scalability([1, 2, 4, 8, 16], [10, 19, 35, 55, 70]),
)

POLICIES = ErrorBudgetPolicy().under({"mine": [0.2, 0.4]})

OWN: dict[str, dict[str, Any]] = {
    "Debt.follow": {"scenarios": {"mine": [0.1, 0.2]}},
    "ErrorBudgetPolicy.under": {"scenarios": {"mine": [0.2, 0.4]}},
    "StranglerFig.migrate": {"scenarios": {"mine": ["payments"]}},
    "launched": {"scenarios": {"here": (1000, 0.5, 0.6)}},
    "odds": {"runs": sweep(PartnerProgramme(), stop_at=[0.3, 0.6], replications=3)},
    "odds_picture": {"model": PartnerProgramme(), "stop_at": [0.3, 0.6]},
    "earned": {"runs": Debt().follow({"mine": [0.1] * 4}, replications=3)},
    "checked_load_test": {"load": [1, 2, 4, 8, 16], "throughput": [10, 19, 35, 55, 70]},
    "fit_power": {"people": range(1, 40), "paths": [n**1.5 for n in range(1, 40)]},
    "poisson_power": {"people": range(1, 40), "paths": [n**1.5 for n in range(1, 40)]},
    "fit_scalability": {"load": [1, 2, 4, 8, 16], "throughput": [10, 19, 35, 55, 70]},
    "fit_quadratic": {"load": [1, 2, 4, 8, 16], "throughput": [10, 19, 35, 55, 70]},
    "promise_picture": {
        "load": [1, 2, 4, 8, 16, 32, 64],
        "throughput": [10, 19, 35, 55, 70, 75, 70],
        "tested": 5,
    },
    "SquadCut.network_picture": {"network": invented_network()},
    "outcome": {"cut": SquadCut().of(invented_network())},
    "worth_removing": {"network": invented_network(), "cut": SquadCut()},
    "finish_picture": {"most": 3},
    "ErrorBudgetPolicy.worth": {"runs": POLICIES},
    "ErrorBudgetPolicy.outcomes": {"runs": POLICIES},
    "promise_periods": {"policy": ErrorBudgetPolicy()},
    "BrooksLaw.won": {"talk_power": [1, 2]},
    "trial_minutes": {"told": "measured"},
    "first_moves": {"week": TeamWeek()},
    "moved_by_rule": {"coding_from": 0.3, "mending_from": 0.2, "draws": 10},
    "TeamWeek.overtakes_at": {"move": "fewer to ask"},
    "powers": {"growth": load("project_growth").head(60)},
    "counted_alike": {"growth": load("project_growth").head(60)},
    "fit_choices": {"table": TRIPS, "base": "car"},
    "rates_by_segment": {
        "table": load("admissions"),
        "group": "gender",
        "segment": "department",
        "count": "admitted",
        "among": "applicants",
    },
    "forecasts": {"table": load("retention")},
    "ChoiceFit.worth": {"name": "wait", "price": "cost"},
    "ScalabilityFit.series": {"label": "ours", "up_to": 32, "colour": "red"},
    "simulate": {"model": BrooksLaw(), "replications": 3, "periods": 3},
    "sweep": {"model": BrooksLaw(), "hired": [0, 3], "replications": 3, "periods": 3},
    "compare": {"models": {"now": BrooksLaw()}, "replications": 3, "periods": 3},
}

NUMBERS = {"ArrayLike", "float", "int"}

HELPERS = {
    *("areas_picture", "best_shares", "bill_picture", "binomial", "chain_lengths"),
    *("days_won", "depth_picture", "earned_picture", "freeze_picture", "hills_picture"),
    *("interest_for_a_year", "map_picture", "people_added"),
    *("market_picture", "peak_sentence", "remaining_picture", "schweitzer"),
    *("out_picture", "shares_picture", "stops_picture", "times_one"),
}
"""What models share among themselves: nobody else calls it, and some of it is called often."""


def methods(owner: object) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public method of a model or of a fit, with its name."""
    kind, hidden = type(owner), {"start", "step", "draw"}
    for method in (name for name in vars(kind) if name[0] != "_" and name not in hidden):
        if callable(getattr(owner, method)):
            yield f"{kind.__name__}.{method}", getattr(owner, method)


def public() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of a model, every method and constructor, with its name."""
    for verb in (simulate, sweep, compare):
        yield verb.__name__, verb
    for subject in pkgutil.iter_modules(models.__path__):
        module = import_module(f"{models.__name__}.{subject.name}")
        for name, found in vars(module).items():
            if (
                name.startswith("_")
                or name in HELPERS
                or getattr(found, "__module__", None) != module.__name__
            ):
                continue
            if inspect.isfunction(found):
                yield name, found
            elif inspect.isclass(found) and issubclass(found, Model):
                yield name, found
                yield from methods(found())
    for fit in FITS:
        yield from methods(fit)


def arguments(name: str, called: Callable[..., Any]) -> dict[str, Any]:
    """Arguments that work: those without a default from the tables above."""
    found = {}
    for parameter in inspect.signature(called).parameters.values():
        own = OWN.get(name, {}).get(parameter.name, parameter.default)
        if own is inspect.Parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
            own = GIVEN.get(parameter.name, 5 if parameter.annotation in NUMBERS else own)
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD or own is not parameter.empty:
            found[parameter.name] = own
    return found | OWN.get(name, {})


CALLS = {name: (called, arguments(name, called)) for name, called in public()}
CALLS["used_by_size"] = (
    lambda growth, project: used_by_size(growth, project),
    {"growth": load("project_growth"), "project": "terraform"},
)
CALLS["growth_picture"] = (
    lambda growth, project: growth_picture(growth, project),
    {"growth": load("project_growth"), "project": "terraform"},
)


@pytest.mark.parametrize("name", CALLS)
def test_the_arguments_to_start_from_work(name: str) -> None:
    called, usual = CALLS[name]
    called(**usual)


@pytest.mark.parametrize("name", [name for name, (_, usual) in CALLS.items() if usual])
@settings(deadline=None, max_examples=120)
@given(st.data())
def test_a_wrong_argument_works_or_ends_in_a_sentence(name: str, data: st.DataObject) -> None:
    called, usual = CALLS[name]
    parameter = data.draw(st.sampled_from(sorted(usual)))
    odd, said = data.draw(ODD), None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            called(**usual | {parameter: odd})
        except ExplainedError as error:
            said = str(error)
    assert said is None or len(said.split()) >= 5


PAIRS = [
    (name, one, other)
    for name, (called, usual) in CALLS.items()
    for one, other in combinations(
        [p for p, its in inspect.signature(called).parameters.items() if p in usual
         and "ArrayLike" in str(its.annotation)], 2)
]  # fmt: skip


@pytest.mark.parametrize(("name", "one", "other"), PAIRS)
def test_lengths_that_do_not_fit_end_in_a_sentence(name: str, one: str, other: str) -> None:
    called, usual = CALLS[name]
    with pytest.raises(ExplainedError, match=r"\w+ \w+ \w+"):
        called(**usual | {one: 2 * [usual[one]], other: 3 * [usual[other]]})
