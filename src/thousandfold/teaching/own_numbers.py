"""The models of the lessons with the numbers of a learner's own company.

Which number goes into which parameter, and how, stands here and nowhere else.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from thousandfold.core import Model, number, readable
from thousandfold.errors import ExplainedError
from thousandfold.teaching.company import TO_ENTER, Company, filled, in_words, my_company

_WORKING_DAYS_A_QUARTER = 60
_WORKING_DAYS_A_WEEK = 5
_WEEKS_A_MONTH = 52 / 12

_M = TypeVar("_M", bound=Model)


@dataclass(frozen=True)
class Use:
    """How numbers of a company become one parameter of a model.

    Attributes
    ----------
    model, parameter : str
    of : tuple of str
        The numbers that it takes; all of them must be known.
    value : callable
        Takes the company, and the model with what was put into it so far.
    """

    model: str
    parameter: str
    of: tuple[str, ...]
    value: Callable[[Any, Any], float]


def _background(company: Any, model: Any) -> float:
    return float(min(model.background, company.outages / _WEEKS_A_MONTH))


def _flaws(company: Any, model: Any) -> float:
    """Return the flaws a feature with which incidents come as often as outages, nothing frozen."""
    of_flaws = company.outages / _WEEKS_A_MONTH - model.background
    lasting = model.pace * (1 - model.found) / model.found  # for each flaw a feature
    return float(of_flaws / (model.trigger * lasting))


def _fee(parameter: str) -> Callable[[Any, Any], float]:
    """Return how a fee is scaled, so that users pay on average what the company earns from each."""

    def scaled(company: Any, model: Any) -> float:
        power = float(model.power(company.users))
        ferry = type(model)()
        average = (1 - power) * ferry.fee_casual + power * ferry.fee_power
        return float(getattr(ferry, parameter) * company.revenue / company.users / average)

    return scaled


USES = (
    Use("Debt", "capacity", ("people",), lambda c, _: _WORKING_DAYS_A_QUARTER * c.people),
    Use("Debt", "wasted", ("lost",), lambda c, _: c.lost / 100),
    Use("StranglerFig", "capacity", ("people",), lambda c, _: _WORKING_DAYS_A_WEEK * c.people),
    Use("ErrorBudgetPolicy", "pace", ("releases",), lambda c, _: c.releases / _WEEKS_A_MONTH),
    Use("ErrorBudgetPolicy", "background", ("outages",), _background),
    Use("ErrorBudgetPolicy", "each", ("outages",), _flaws),
    Use("TwoSegments", "fee_casual", ("users", "revenue"), _fee("fee_casual")),
    Use("TwoSegments", "fee_power", ("users", "revenue"), _fee("fee_power")),
    Use("NetworkValue", "members", ("users",), lambda c, _: c.users),
    Use("BrooksLaw", "team", ("people",), lambda c, _: c.people),
    Use("Squads", "people", ("people",), lambda c, _: c.people),
    Use("Squads", "squad", ("people", "squads"), lambda c, _: math.ceil(c.people / c.squads)),
    Use("GoalsAndGuardrails", "squads", ("squads",), lambda c, _: c.squads),
    Use("Approval", "decisions", ("decisions",), lambda c, _: c.decisions),
)


def with_my_numbers(model: _M, company: Company | None = None) -> _M:
    """Return the same model with the numbers of the learner's own company, and say which.

    What the company does not know, and what does not fit into the model, stays as it is in the
    model that was given; one sentence says so. Without a company the model is returned as it is.

    Parameters
    ----------
    model : Model
        As the lesson shows it, such as ``Debt()``.
    company : Company, optional
        By default what the learner entered.

    Returns
    -------
    Model
        Of the same kind.

    Raises
    ------
    ExplainedError
        If it is no model.

    Examples
    --------
    >>> from thousandfold.models import Debt
    >>> with_my_numbers(Debt(), Company(people=40)).capacity
    With your numbers:
      work that the team can do: 2,400 days a quarter (your 40 people)
    As in the lesson: wasted, interest, carelessness, contagion, repayment, variation.
    Not entered yet, but it would be used here: time lost to old code, in %.
    2400.0
    """
    if not isinstance(model, Model):
        raise ExplainedError(
            "with_my_numbers needs a model, with its brackets, such as with_my_numbers(Debt()), "
            f"not {str(model)[:40]}"
        )
    own = my_company() if company is None else company
    if not own.known():
        print(filled(f"This is Ferry, as in the lesson. With your own numbers? {TO_ENTER}"))
        return model
    kinds = {kind.__name__ for kind in type(model).__mro__}
    uses = [use for use in USES if use.model in kinds]
    mine, taken, said = model, [], []
    for use in uses:
        if not own.known().keys() >= set(use.of):
            continue
        value = _value(use, own, mine)
        q = model.quantities()[use.parameter]
        if q.low <= value <= q.high:
            mine = mine.replace(**{use.parameter: value})
            taken.append(use.parameter)
            said.append(f"{q.meaning}: {_amount(value, q.unit)} ({_source(use, own)})")
        else:
            said.append(_misfit(use, own, mine))
    missing = {name: None for use in uses for name in use.of if name not in own.known()}
    _tell(mine, taken, said, list(missing))
    return mine


def _value(use: Use, company: Company, model: Model) -> float:
    """Return what a parameter would be; no number where there is none."""
    try:
        value = use.value(company, model)
    except ArithmeticError:
        return math.nan
    return round(value) if model.quantities()[use.parameter].whole else float(value)


def _source(use: Use, company: Company) -> str:
    return f"your {' and '.join(map(company.said, use.of))}"


def _amount(value: float, unit: str) -> str:
    if unit.startswith("share"):
        return f"{number(100 * value)} %{unit.removeprefix('share')}"
    return in_words(value, unit)


def _misfit(use: Use, company: Company, model: Model) -> str:
    q = model.quantities()[use.parameter]
    return (
        f"{q.meaning}: {_amount(getattr(model, use.parameter), q.unit)} as in the lesson, because "
        f"{_source(use, company)} would leave the range of this model, {number(q.low)} to "
        f"{number(q.high)} {q.unit}"
    )


def _tell(mine: Model, taken: list[str], said: list[str], missing: list[str]) -> None:
    """Print which numbers are the learner's, which are the lesson's, and why."""
    print("With your numbers:" if said else "No number that you entered is used here.")
    for line in said:
        print(filled(line, indent="  "))
    stays = ", ".join(readable(name) for name in mine.quantities() if name not in taken)
    print(filled(f"As in the lesson: {stays}."))
    if missing:
        words = "; ".join(Company.quantities()[name].meaning for name in missing)
        print(filled(f"Not entered yet, but it would be used here: {words}."))
