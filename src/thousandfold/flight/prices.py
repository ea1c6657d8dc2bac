"""What a decision costs, before it is flown: the bill of the round, and how long the bank lasts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from thousandfold.flight.decision import API, Decision
from thousandfold.flight.deck import ROUNDS
from thousandfold.flight.engine import QUARTER_DAYS, Flight
from thousandfold.flight.game import Game

_LATE = 4  # rounds, below which nobody who is hired comes to build much
_SHOWN = 50_000  # dollars, below which a tenth of a million is none


@dataclass(frozen=True)
class Prices:
    """The bill of the round to come, in dollars, if no customer came and none left.

    Attributes
    ----------
    people : float
        Whom it pays: everybody who is there, and everybody to be hired.
    hired : float
        Of them to be hired.
    wages, partners : float
        What people cost, those to be found included; what partners cost.
    income : float
        What today's customers pay.
    bank : float
        Dollars at the start of the round.
    left : int
        Rounds left to fly, this one included.
    guardrails, api : float
        People whose work goes into goals and guardrails, and into looking after the API.

    Examples
    --------
    >>> told = prices(Game("Red"), Decision(hire=40))
    >>> told.people, round(told.wages / 1e6, 1), told.lasts
    (50, 3.6, 2)
    """

    people: int
    hired: int
    wages: float
    partners: float
    income: float
    bank: float
    left: int
    guardrails: float = 0
    api: float = 0

    @property
    def net(self) -> float:
        """What is left of the round's income; below zero it comes out of the bank."""
        return self.income - self.wages - self.partners

    @property
    def lasts(self) -> int | None:
        """Whole rounds that the bank lasts; none if more comes in than goes out."""
        return None if self.net >= 0 else int(max(0, self.bank) // -self.net)

    @property
    def empty(self) -> bool:
        """Whether the bank is empty before the round ends."""
        return self.lasts == 0

    @property
    def broke(self) -> bool:
        """Whether the bank is empty already, whatever is decided now."""
        return self.bank < 0

    @property
    def idle(self) -> bool:
        """Whether the bank could pay everybody to the end without a single customer."""
        return self.left >= _LATE and self.bank > self.left * (self.wages + self.partners)

    def sentences(self) -> tuple[str, ...]:
        """Return what it costs, how long the bank lasts, and what is to be thought of."""
        found = f", {self.hired:,} of them to be found," if self.hired else ""
        partners = f", partners {self.partners / 1e6:,.1f}" if self.partners >= _SHOWN else ""
        cost = f"{self.people:,} people{found} cost {_money(self.wages)}{partners}; "
        cost += f"today's customers bring {self.income / 1e6:,.1f}."
        api = f"the API {self.api:,.1f}" if self.api else ""
        if self.guardrails:
            cost += f" Guardrails take {self.guardrails:,.1f} people's work{', ' * bool(api)}{api}."
        elif api:
            cost += f" {api.replace('the API', 'The API takes')} people's work."
        bank = f"The bank, {_money(self.bank)},"
        if self.broke:
            return (cost, "The bank is empty: nobody can be hired, and a third must go now.")
        if self.empty:
            return (cost, f"{bank} is empty before the round ends: a third must go.")
        lasts = "grows" if self.lasts is None else "lasts to the end"
        if self.lasts is not None and self.lasts < self.left:
            lasts = f"lasts {_rounds(self.lasts)} with these customers"
        if self.idle:
            lasts = "could pay all of it to the end without one customer: idle money builds nothing"
        return (cost, f"{bank} {lasts}.")


def prices(game: Game, decision: Decision) -> Prices:
    """Return what a decision would cost in the round to come.

    It is what can be known before: with the people, customers and partners of today. The engine
    counts the same way, with those of the round.

    Parameters
    ----------
    game : Game
    decision : Decision
    """
    now = {name: values[-1] for name, values in game.seen().items()}
    hired = 0.0 if now["cash"] < 0 else float(decision.hire)
    people = now["people"] + hired
    ferry = Flight()
    guided, new = decision.decides == "guardrails", not now["guided"]
    bill = ferry.money(
        now,
        {"people": people, "hired": np.asarray(hired)},
        {"casual": now["casual"], "power": now["power"]},
        {"users": now["users"], "partners": now["partners"]},
        {name: np.asarray(value) for name, value in decision.coded().items()},
    )
    return Prices(
        int(people),
        int(hired),
        float(bill["wages"]),
        float(bill["partner_costs"]),
        float(bill["fees"] + bill["extension_income"]),
        float(now["cash"]),
        ROUNDS - len(game.turns),
        guided * (ferry.explaining * min(decision.squads, people) + ferry.writing * new),
        float(ferry.upkeep(API.index(decision.api))) / QUARTER_DAYS,
    )


def _money(dollars: float) -> str:
    return f"{dollars / 1e6:,.1f} million"


def _rounds(count: int) -> str:
    return "1 round" if count == 1 else f"{count} rounds"
