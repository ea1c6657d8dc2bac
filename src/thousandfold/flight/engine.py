"""The flight simulator: Ferry from 1,000 customers to 1,000,000, everything coupled.

One round is half a year. `Flight` holds the coefficients, all of them, and one pure `step`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from thousandfold.core import (
    SEED,
    Array,
    State,
    TimedModel,
    Trajectory,
    run,
    whole,
    with_arrays,
)
from thousandfold.errors import ExplainedError
from thousandfold.flight.decision import CLOSED, PARTNERS, PUBLIC
from thousandfold.flight.deck import EVENT, ROUNDS, luck_of, with_events
from thousandfold.flight.market import Market
from thousandfold.flight.policies import STEADY, Policy, read_policy
from thousandfold.models.approval import schweitzer
from thousandfold.models.debt import Debt
from thousandfold.models.releases import batch_risk
from thousandfold.models.scalability import times_one
from thousandfold.models.service_chain import ServiceChain

GOAL = 1_000_000
"""Customers the board wants."""

EDITION = 1
"""One more whenever the same decisions may end otherwise: a shared flight says which it flew."""

_APPROVER, _GUARDRAILS, _ALONE = range(3)
_WEEKS = 26
QUARTER_DAYS = 65
_LEAST_DAYS, _MOST_DAYS = 10.0, 1e5  # The range of `Debt.capacity`.
_MINUTES_A_WEEK = 7 * 24 * 60
_HOURS_A_WEEK = 40


@dataclass(frozen=True)
class Flight(Market, TimedModel):
    """Ferry as a whole: debt, squads, decisions, reliability, two kinds of customers, partners.

    Each round of half a year, with what the models of the other modules say::

        hands    = experienced - teaching + practised * new          staffing, decisions
        work     = hands * throughput(squad) / (1 + crossing)        scalability
                   / (1 + questions * time to an answer) - upkeep    decisions
        built    = work - interest on debt - repayment               debt
        product  = (1 - fading) * product + helping * course * built decisions
        uptake   = choice of casual and of power users               segments
        joined   = uptake * (innovation + imitation * customers / market) * the rest
                                                                     adoption
        left     = (1 - retention) * customers, more if unhappy      retention
        partners follow those who use extensions, and these follow partners
                                                                     two_sided
        downtime = failed releases, incidents, services in a row     migration, reliability

    Customers, people and dollars are whole numbers; what comes and goes stands beside what is
    there. Most of the coefficients are our own choice: `flight.sensitivity` says what each of them
    moves.

    It leaves out: prices, sales, more than one product, firing, office politics, inflation, rivals
    that answer you, and that people learn from one round to the next.

    Examples
    --------
    >>> ferry = Flight()
    >>> start = ferry.start()
    >>> start["customers"], start["experienced"]
    (1000, 10)
    """

    period: ClassVar[str] = "round"
    periods: ClassVar[int] = ROUNDS
    units: ClassVar[Mapping[str, str]] = {
        "customers": "customers",
        "casual": "customers",
        "power": "customers",
        "people": "people",
        "new": "people",
        "experienced": "people",
        "cash": "dollars",
        "partners": "partners",
        "users": "share of customers with an extension",
        "debt": "days to repay it",
        "lost": "share of the time that debt costs",
        "crossing": "share of changes that need another squad",
        "guided": "1 = goals and guardrails hold",
        "wait": "weeks",
        "waited": "share of the time that waiting costs",
        "releases": "releases a week",
        "availability": "share of the time",
        "kept": "rounds in which the promise was kept",
        "built": "days of new work",
        "helped": "share of product work that helped",
        "deep": "days of work that helped",
        "easy": "days of work that helped",
        "safe": "days of work",
        "platform": "days of work",
        "casual_settled": "customers",
        "power_settled": "customers",
        "apart": "square radians",
        "rival": "1 = a rival has an open API",
        "casual_uptake": "share",
        "power_uptake": "share",
        "casual_joined": "customers",
        "power_joined": "customers",
        "casual_left": "customers",
        "power_left": "customers",
        "casual_reachable": "customers who can use Ferry as it is",
        "power_reachable": "customers who can use Ferry as it is",
        "season": "share more or fewer sign-ups than usual",
        "lost_downtime": "customers",
        "lost_unfit": "customers",
        "hired": "people",
        "quit": "people",
        "dismissed": "people",
        "fees": "dollars",
        "extension_income": "dollars",
        "wages": "dollars",
        "partner_costs": "dollars",
        "squads": "squads",
        "event": "number of the event",
    }

    def start(self) -> dict[str, Any]:
        """Return Ferry before the first round: 1,000 customers, ten people, debt of the past."""
        asked = self.decisions * self.hours / self.available
        team = times_one(10, self.contention, self.crosstalk) / (1 + asked)
        return dict.fromkeys(self.units, 0.0) | {
            "customers": 1000,
            "casual": 1000 - self.first_power,
            "power": self.first_power,
            "casual_settled": 400,
            "people": 10,
            "experienced": 10,
            "squads": 1,
            "cash": self.cash,
            "debt": np.rint(QUARTER_DAYS * team * self.wasted / self.interest),
            "lost": self.wasted,
            "waited": asked / (1 + asked),
            "deep": self.first_deep,
            "easy": self.first_easy,
            "safe": self.first_safe,
            "availability": self.promise,
            "releases": 5,
        }

    @cached_property
    def _debt(self) -> Debt:
        return with_arrays(
            Debt(),
            wasted=self.wasted,
            interest=self.interest,
            carelessness=self.carelessness,
            contagion=self.contagion,
        )

    @cached_property
    def _services(self) -> ServiceChain:
        return with_arrays(ServiceChain(), each=self.each)

    @cached_property
    def _straight(self) -> Array:
        """How straight squads with goals go: mean cosine of a course that is pulled back."""
        return np.asarray(np.exp(-(np.deg2rad(self.drift) ** 2) / (1 - (1 - self.goals) ** 2) / 2))

    def step(self, state: State, decision: Mapping[str, ArrayLike], shock: Array) -> State:
        """Return Ferry half a year later, leaving `state` as it is.

        Parameters
        ----------
        state : mapping of str to array, shape (policies, futures)
        decision : mapping of str to array
            As `Decision.coded` names it; each broadcasts with the state.
        shock : array, shape (14, 1, futures)
            One round of `flight.deck.luck_of`.
        """
        d = {name: np.asarray(value, dtype=float) for name, value in decision.items()}
        event = shock[-1]
        people, hands = self._people(state, d, shock, event)
        squads = np.minimum(d["squads"], people["people"])
        work, modular = self._work(state, d, hands, people["people"], squads, shock, event)
        running, broken = self._running(state, work, squads, modular, shock, event)
        sides = self._sides(state, d, modular, shock, event)
        market = self._customers(state, work, sides, broken, shock, event)
        money = self.money(state, people, market, sides, d)
        here = np.broadcast_to(event, market["customers"].shape)
        return people | work | running | sides | market | money | {"squads": squads, "event": here}

    def _people(
        self, state: State, d: Mapping[str, Array], shock: Array, event: Array
    ) -> tuple[dict[str, Array], Array]:
        """Hire, lose and teach people; with an empty bank nobody is hired and a third must go."""
        broke = state["cash"] < 0
        new, experienced = state["new"], state["experienced"]
        waiting = state["wait"] / (1 + state["wait"])
        leaving = self.quits + self.frustration * (state["lost"] + waiting) / 2
        leaving = leaving * (1 + self.restlessness * shock[0]) + self.poached * (
            event == EVENT["people are poached"]
        )
        gone = np.minimum(np.maximum(np.rint(leaving * experienced), 0), experienced - 1)
        cut = broke * np.ceil((new + experienced) / 3)
        cut_new = np.minimum(new, cut)
        cut_old = np.minimum(experienced - gone - 1, cut - cut_new)
        hired = np.where(broke, 0, np.rint(d["hire"]))
        new = new + hired - cut_new
        experienced = experienced - gone - cut_old
        wanted = self.training * new
        given = np.minimum(wanted, self.attention * experienced)
        taught = np.divide(given, wanted, out=np.ones_like(given), where=wanted > 0)
        learned = np.minimum(new, np.rint(self.learning * new * taught))
        told = {
            "people": new + experienced,
            "new": new - learned,
            "experienced": experienced + learned,
            "hired": hired,
            "quit": gone,
            "dismissed": cut_new + cut_old,
        }
        return told, experienced - given + self.practised * new * taught

    def _work(
        self,
        state: State,
        d: Mapping[str, Array],
        hands: Array,
        people: Array,
        squads: Array,
        shock: Array,
        event: Array,
    ) -> tuple[dict[str, Array], Array]:
        """Turn people into work, pay for debt, waiting and the API, and build the product."""
        modular = state["platform"] / (state["platform"] + self.modular_half)
        size = people / squads
        alone, guided = d["decides"] == _ALONE, d["decides"] == _GUARDRAILS
        written = self.writing * guided * (1 - state["guided"])
        hands = hands - self.liaison * (squads - 1) - self.explaining * squads * guided - written
        crossing = self.coupling * (1 - modular) * (1 - 1 / squads)
        rate = self.decisions * np.where(alone, 0, np.where(guided, self.asked_inside, 1))
        wait = schweitzer(squads, rate, self.hours / self.available) * (rate > 0)
        together = times_one(size, self.contention, self.crosstalk)
        quiet = together / (size * (1 + crossing) * (1 + rate * wait))
        upkeep = self.upkeep(d["api"])
        days = np.maximum(QUARTER_DAYS * hands * quiet - upkeep, _LEAST_DAYS)
        days = np.minimum(days, _MOST_DAYS)

        owing = with_arrays(self._debt, capacity=days, repayment=d["debt"])
        none = np.zeros_like(days)
        books: State = {"delivered": none, "debt": state["debt"], "lost": none, "repairing": none}
        books = owing.step(owing.step(books, shock[1:3]), shock[3:5])
        built = books["delivered"]

        several = squads > 1
        course = np.where(guided & several, self._straight, 1.0)
        apart = np.zeros_like(days)
        if alone.any():
            apart = (alone & several) * (state["apart"] + 1)
            rows = np.broadcast_to(self._astray, (len(days), ROUNDS + 1))
            astray = np.take_along_axis(rows, apart.astype(int), axis=1)
            course = np.where(apart > 0, astray, course)
        useful = built * course / np.maximum(1e-9, 1 - d["debt"])
        closed = d["api"] == CLOSED
        promised = self.promised * built * ((event == EVENT["chain wants a feature"]) & closed)
        kept = 1 - self.fading
        helped = np.clip(self.helping * (1 + self.helping_varies * shock[12]), 0, 1)
        told = {
            "built": np.rint(built),
            "helped": np.broadcast_to(helped, built.shape),
            "crossing": crossing,
            "guided": guided * np.ones_like(built),
            "lost": np.minimum(1, books["lost"] / (2 * days)),
            "debt": np.rint(books["debt"] + promised),
            "wait": wait,
            "waited": rate * wait / (1 + rate * wait),
            "apart": apart,
            "deep": np.rint(kept * state["deep"] + d["features"] * helped * useful),
            "easy": np.rint(kept * state["easy"] + d["onboarding"] * helped * useful),
            "safe": np.rint(kept * state["safe"] + d["reliability"] * useful),
            "platform": np.rint(kept * state["platform"] + d["platform"] * useful),
        }
        return told, modular

    def _running(
        self, state: State, work: State, squads: Array, modular: Array, shock: Array, event: Array
    ) -> tuple[dict[str, Array], Array]:
        """Release what was built, and count what fails."""
        changes = np.maximum(1, work["built"] / _WEEKS)
        hours = self.release_hours * (1 + self.slowed * work["lost"])
        trains = 1 + (squads - 1) * modular
        releases = np.minimum(changes, trains * _HOURS_A_WEEK / hours)
        batch = changes / releases
        failing = releases * batch_risk(batch, self.risk)
        root = np.sqrt(state["customers"])
        exposed = self.caution * root / (self.caution * root + work["safe"])
        minutes = failing * (self.outage + self.searching * batch) * exposed**2
        services = 1 - self._services.availability(1 + (squads - 1) * modular)
        alone = self.background * self.incident * hours / self.release_hours + self.load * root
        minutes = minutes + alone * exposed
        minutes = minutes * (1 + self.mishaps * shock[5]) + _MINUTES_A_WEEK * services * exposed
        minutes = minutes + (event == EVENT["region fails"]) * self.region * exposed
        down = np.maximum(0, minutes) / _MINUTES_A_WEEK
        broken = np.maximum(0, down / (1 - self.promise) - 1)
        told = {
            "releases": releases,
            "availability": 1 - np.minimum(1, down),
            "kept": state["kept"] + (broken <= 0),
        }
        return told, np.minimum(broken, 5)

    @cached_property
    def _astray(self) -> Array:
        """Mean cosine of squads without goals, half-year by half-year: their courses only drift."""
        weeks = np.arange(1, _WEEKS * ROUNDS + 1).reshape(ROUNDS, _WEEKS)
        spread = weeks * np.reshape(np.deg2rad(self.drift) ** 2, (-1, 1, 1))
        apart = np.exp(-spread / 2).mean(axis=-1)
        return np.column_stack([np.ones(len(apart)), apart])

    def upkeep(self, api: ArrayLike) -> Array:
        """Return the work of keeping an API, in days a quarter.

        Parameters
        ----------
        api : array_like
            0 closed, 1 for partners only, 2 public: places in `decision.API`.
        """
        given = np.asarray(api)
        partners, public = given == PARTNERS, given == PUBLIC
        return np.asarray(self.upkeep_partners * partners + self.upkeep_public * public)

    def example(self) -> Trajectory:
        """Fly the steady policy."""
        return fly({"steady": STEADY}, flight=self)


def fly(
    policies: Mapping[str, Any],
    rounds: int = ROUNDS,
    replications: int = 1000,
    seed: int = SEED,
    events: Mapping[int, str] = MappingProxyType({}),
    flight: Flight | None = None,
) -> Trajectory:
    """Fly several policies through the same futures.

    Parameters
    ----------
    policies : mapping of str to policy
        Label, and a `Table`, `Rules`, a list of rows, or ``{"start": ..., "rules": ...}``.
    rounds : int
        How far, 0 to 12.
    replications : int
        How many futures. More leave the first ones as they were.
    seed : int
        The same seed gives the same futures. Future 0 is the one that a team plays.
    events : mapping of int to str
        What the facilitator injects: round and name of the event.
    flight : Flight, optional
        Coefficients; the defaults if none is given.

    Returns
    -------
    Trajectory
        One scenario for each policy, one period a round. `units` tells all stocks and flows.

    Raises
    ------
    ExplainedError
        If a policy, an event, the seed or a number is not what it should be.

    Examples
    --------
    >>> from thousandfold.flight import FEATURES_ONLY
    >>> runs = fly({"steady": STEADY, "features only": FEATURES_ONLY}, replications=100)
    >>> steady, features = runs.final("customers").mean(axis=1)
    >>> bool(steady > features)
    True
    """
    if not isinstance(policies, Mapping) or not policies:
        raise ExplainedError("there is no policy to fly; give at least one label and policy")
    rounds = whole("rounds", rounds, 0, ROUNDS)
    ferry = flight or _ferry()
    deciding = [read_policy(policy) for policy in policies.values()]
    luck = with_events(luck_of(seed, replications), events)[:rounds]
    return run(
        ferry,
        policies,
        luck,
        ferry.start(),
        lambda at, state, shock: ferry.step(state, _together(deciding, at + 1, state), shock),
    )


@lru_cache(maxsize=1)
def _ferry() -> Flight:
    return Flight()


def _together(deciding: Sequence[Policy], at: int, state: State) -> dict[str, Array]:
    """Return what all policies decide, shape (policies, futures), or (policies, 1) where alike."""
    rows = [policy.decide(at, _Row(state, place)) for place, policy in enumerate(deciding)]
    futures = state["customers"].shape[1]
    together = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        if all(isinstance(value, float) for value in values):
            together[name] = np.array(values)[:, np.newaxis]
        else:
            together[name] = np.empty((len(rows), futures))
            for place, value in enumerate(values):
                together[name][place] = value
    return together


class _Row(Mapping[str, Array]):
    """One policy's part of the state, cut out when it is asked for."""

    def __init__(self, state: State, place: int) -> None:
        self._state, self._place = state, place

    def __getitem__(self, name: str) -> Array:
        return self._state[name][self._place : self._place + 1]

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._state)

    def __len__(self) -> int:
        return len(self._state)
