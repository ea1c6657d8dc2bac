"""The models of the lessons with the numbers of a learner's own company.

Which number goes into which parameter, and how, stands here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, inf, nan
from typing import Any, TypeVar

from thousandfold.core import Model, number, readable
from thousandfold.errors import ExplainedError
from thousandfold.language import say
from thousandfold.language.lists import listed, parted
from thousandfold.teaching.company import TO_ENTER, Company, filled, in_words, my_company

_WORKING_DAYS_A_QUARTER = 60
_WORKING_DAYS_A_WEEK = 5
_WEEKS_A_MONTH = 52 / 12

_M = TypeVar("_M", bound=Model)


@dataclass(frozen=True)
class Use:
    """How numbers of a company become parameters of a model: all of these, or none.

    Attributes
    ----------
    model : str
    parameters : tuple of str
    of : tuple of str
        The numbers that it takes; all of them must be known.
    values : callable
        Takes the company, and the model with what was put into it so far; gives one value for each
        parameter.
    """

    model: str
    parameters: tuple[str, ...]
    of: tuple[str, ...]
    values: Callable[[Any, Any], tuple[float, ...]]


def _incidents(company: Any, model: Any) -> tuple[float, float]:
    """Return the incidents a week, and the flaws a feature that keep their number.

    The model counts incidents while as many flaws are shipped a week as by default: who ships more
    often has fewer of them in each feature.
    """
    if not company.outages:
        return 0.0, model.new_flaws
    default = {name: q.default for name, q in model.quantities().items()}
    shipped = default["new_flaws"] * default["pace"]
    return company.outages / _WEEKS_A_MONTH, shipped / model.pace if model.pace else inf


def _fees(company: Any, model: Any) -> tuple[float, float]:
    """Return both fees, scaled so that a user pays on average what the company earns from one."""
    power = float(model.power(company.users))
    average = (1 - power) * model.fee_casual + power * model.fee_power
    scale = company.revenue / company.users / average
    return scale * model.fee_casual, scale * model.fee_power


USES = (
    Use("Debt", ("capacity",), ("people",), lambda c, _: (_WORKING_DAYS_A_QUARTER * c.people,)),
    Use("Debt", ("wasted",), ("lost",), lambda c, _: (c.lost / 100,)),
    Use(
        "StranglerFig", ("capacity",), ("people",), lambda c, _: (_WORKING_DAYS_A_WEEK * c.people,)
    ),
    Use("ErrorBudgetPolicy", ("pace",), ("releases",), lambda c, _: (c.releases / _WEEKS_A_MONTH,)),
    Use("ErrorBudgetPolicy", ("incidents", "new_flaws"), ("outages",), _incidents),
    Use("TwoSegments", ("fee_casual", "fee_power"), ("users", "revenue"), _fees),
    Use("NetworkValue", ("members",), ("users",), lambda c, _: (c.users,)),
    Use("BrooksLaw", ("team",), ("people",), lambda c, _: (c.people,)),
    Use("Squads", ("people",), ("people",), lambda c, _: (c.people,)),
    Use("Squads", ("squad",), ("people", "squads"), lambda c, _: (ceil(c.people / c.squads),)),
    Use("GoalsAndGuardrails", ("squads",), ("squads",), lambda c, _: (c.squads,)),
    Use("Approval", ("decisions",), ("decisions",), lambda c, _: (c.decisions,)),
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
    >>> from thousandfold.models import Squads
    >>> with_my_numbers(Squads(), Company(people=40, squads=6)).squad  # doctest: +ELLIPSIS
    With your numbers:
      size of the company: 40 people (your 40 people)
      largest squad: 7 people (your 40 people and 6 squads)
    As in the lesson, though your company may differ there, too: liaisons, circle, path hours, ...
    7
    """
    if not isinstance(model, Model):
        raise ExplainedError(
            "with_my_numbers needs a model, with its brackets, such as with_my_numbers(Debt()), "
            f"not {str(model)[:40]}"
        )
    own = my_company() if company is None else company
    if not own.known():
        ferry = say("This is Ferry, as in the lesson. With your own numbers?")
        print(filled(f"{ferry} {say(TO_ENTER)}"))
        return model
    kinds = {kind.__name__ for kind in type(model).__mro__}
    uses = [use for use in USES if use.model in kinds]
    mine, taken, said = model, [], []
    for use in uses:
        if not own.known().keys() >= set(use.of):
            continue
        values = _values(use, own, mine)
        misfit = [name for name, value in values.items() if not _fits(model, name, value)]
        if misfit:
            said.append(_misfit(misfit[0], _source(use, own), mine))
            continue
        mine = mine.replace(**values)
        for name, value in values.items():
            q = model.quantities()[name]
            taken.append(name)
            said.append(
                say(
                    "{meaning}: {amount} ({source})",
                    meaning=say(q.meaning),
                    amount=_amount(value, q.unit),
                    source=_source(use, own),
                )
            )
    missing = {name: None for use in uses for name in use.of if name not in own.known()}
    _tell(mine, taken, said, list(missing))
    return mine


def _values(use: Use, company: Company, model: Model) -> dict[str, float]:
    """Return what the parameters would be; no number where there is none."""
    whole = [model.quantities()[name].whole for name in use.parameters]
    try:
        found = use.values(company, model)
    except ArithmeticError:
        found = (nan,) * len(whole)
    rounded = [round(v) if w else float(v) for v, w in zip(found, whole, strict=True)]
    return dict(zip(use.parameters, rounded, strict=True))


def _fits(model: Model, name: str, value: float) -> bool:
    q = model.quantities()[name]
    return q.low <= value <= q.high


def _source(use: Use, company: Company) -> str:
    return say("your {numbers}", numbers=say(" and ").join(map(company.said, use.of)))


def _amount(value: float, unit: str) -> str:
    if unit.startswith("share"):
        counted = f"%{unit.removeprefix('share')}"
        return f"{number(100 * value)} {say(counted)}"
    return in_words(value, unit)


def _misfit(name: str, source: str, model: Model) -> str:
    q = model.quantities()[name]
    low = number(100 * q.low if q.unit.startswith("share") else q.low)
    return say(
        "{meaning}: {amount} as in the lesson, because {source} would leave the range of this "
        "model, {low} to {high}",
        meaning=say(q.meaning),
        amount=_amount(getattr(model, name), q.unit),
        source=source,
        low=low,
        high=_amount(q.high, q.unit),
    )


def _tell(mine: Model, taken: list[str], said: list[str], missing: list[str]) -> None:
    """Print which numbers are the learner's, which are the lesson's, and why."""
    print(say("With your numbers:") if said else say("No number that you entered is used here."))
    for line in said:
        print(filled(line, indent="  "))
    stays = listed(readable(name) for name in mine.quantities() if name not in taken)
    same = say(
        "As in the lesson, though your company may differ there, too: {parameters}.",
        parameters=stays,
    )
    print(filled(same))
    if missing:
        words = parted(say(Company.quantities()[name].meaning) for name in missing)
        print(filled(say("Not entered yet, but it would be used here: {numbers}.", numbers=words)))
