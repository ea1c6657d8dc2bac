"""Every coefficient of the flight simulator, in one table: unit, range, cited or illustrative.

A coefficient that another model has is taken over from there, with its source; where the game
needs another default than the model's, the source does not stand behind it and is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from thousandfold.core import Model, quantity
from thousandfold.models.approval import Approval
from thousandfold.models.debt import Debt
from thousandfold.models.error_budget_policy import ErrorBudgetPolicy
from thousandfold.models.guardrails import GoalsAndGuardrails
from thousandfold.models.mentoring import Mentoring
from thousandfold.models.partner_programme import PartnerProgramme
from thousandfold.models.releases import ReleaseTrain
from thousandfold.models.retention import ShiftedBetaGeometric
from thousandfold.models.service_chain import ServiceChain
from thousandfold.models.staffing import BrooksLaw
from thousandfold.models.two_segments import TwoSegments

_REGULAR = (
    "Fader & Hardie 2007, Journal of Interactive Marketing 21(1):76-90, segment Regular, "
    "fitted to seven renewals"
)


def _like(
    kind: type[Model], name: str, low: float, high: float, default: float | None = None
) -> Any:
    """Take over a parameter of another model, with its source and the range that fits the game."""
    q = kind.quantities()[name]
    return quantity(
        q.default if default is None else default,
        q.unit,
        q.meaning,
        low=low,
        high=high,
        whole=q.whole,
        source=q.source if default is None else None,
    )


@dataclass(frozen=True)
class Coefficients:
    """The numbers behind `flight.Flight`, which says what they do."""

    # People
    practised: float = _like(Mentoring, "practised", 0.3, 0.7)
    training: float = _like(BrooksLaw, "training", 0.1, 0.5)
    attention: float = _like(Mentoring, "attention", 0.2, 0.8)
    learning: float = quantity(
        0.6, "share a round", "new people who are up to speed after half a year", low=0.2, high=0.9
    )
    quits: float = quantity(
        0.05, "share of people a round", "who leave in a good half-year", low=0.01, high=0.15
    )
    frustration: float = quantity(
        0.12, "share of people per share lost", "who leave more, as debt and waiting eat time",
        low=0, high=0.3,
    )  # fmt: skip
    restlessness: float = quantity(
        0.3, "share of those who leave", "how much one round differs", low=0, high=0.6
    )
    poached: float = quantity(
        0.1, "share of experienced people", "who leave when a competitor hires them",
        low=0.02, high=0.3,
    )  # fmt: skip
    contention: float = quantity(
        0.02, "share", "work that waits for something the squad shares", low=0, high=0.05
    )
    crosstalk: float = quantity(
        0.0011, "share per pair", "work that keeps each in a squad informed", low=0.0005, high=0.003
    )
    liaison: float = quantity(
        0.4, "people per squad", "work of talking to other squads", low=0.1, high=1
    )
    coupling: float = quantity(
        0.9, "share of changes", "how many cross a border between squads in a monolith",
        low=0.5, high=1,
    )  # fmt: skip
    # Who decides
    decisions: float = _like(GoalsAndGuardrails, "decisions", 1, 4)
    hours: float = _like(Approval, "hours", 1, 4)
    available: float = _like(Approval, "available", 10, 30)
    asked_inside: float = quantity(
        0.1, "share of decisions", "what squads inside guardrails still ask", low=0.02, high=0.3
    )
    drift: float = _like(GoalsAndGuardrails, "drift", 10, 20)
    goals: float = _like(GoalsAndGuardrails, "goals", 0.1, 0.4)
    explaining: float = quantity(
        2, "people", "work of keeping goals and guardrails up to date", low=1, high=6
    )
    # Debt
    wasted: float = _like(Debt, "wasted", 0.1, 0.4)
    interest: float = _like(Debt, "interest", 0.1, 0.4)
    carelessness: float = _like(Debt, "carelessness", 0.1, 0.3)
    contagion: float = _like(Debt, "contagion", 0.1, 0.4)
    promised: float = quantity(
        0.25,
        "share of new work",
        "left as debt by a feature promised to one chain",
        low=0,
        high=0.6,
    )
    # The product
    first_deep: float = quantity(700, "days of work", "features at the start", low=300, high=1500)
    first_easy: float = quantity(500, "days of work", "onboarding at the start", low=200, high=1200)
    first_safe: float = quantity(
        100, "days of work", "reliability work at the start", low=0, high=400
    )
    fading: float = quantity(
        0.12, "share a round", "what the product loses as the world moves on", low=0.02, high=0.15
    )
    pull: float = _like(TwoSegments, "pull", 6.5, 9.5, default=8)
    inertia: float = _like(TwoSegments, "inertia", 0.5, 1.5, default=1)
    conflict: float = _like(TwoSegments, "conflict", 0.5, 1.5, default=1)
    expected: float = quantity(
        3000, "days of work", "what half of all wishes take at first", low=1500, high=5000
    )
    diversity: float = quantity(
        30,
        "days per root of customers",
        "how wishes grow as customers differ more",
        low=10,
        high=50,
    )
    by_hand: float = quantity(
        3000, "days of work", "onboarding that help by hand replaces, while all know each other",
        low=1000, high=5000,
    )  # fmt: skip
    known: float = quantity(
        15_000, "customers", "with which half of the help by hand is gone", low=5000, high=40_000
    )
    # Customers
    casual_market: float = quantity(
        900_000, "customers", "solo teachers who may ever come", low=6e5, high=4e6, whole=True
    )
    power_market: float = quantity(
        700_000,
        "customers",
        "locations of chains that may ever come",
        low=3e5,
        high=1.5e6,
        whole=True,
    )
    innovation: float = quantity(
        0.0004, "share of the rest a round", "how many come by themselves", low=0.0001, high=0.001
    )
    imitation: float = quantity(
        1.9, "share of the rest a round", "how many more come if all others have it", low=1, high=3
    )
    reach: float = quantity(
        0.45, "share of the market", "who can use Ferry without any extension", low=0.3, high=0.7
    )
    casual_alpha: float = quantity(
        0.704, "shape", "weight of leaving, casual customers", low=0.3, high=2,
        source=_REGULAR,
    )  # fmt: skip
    casual_beta: float = quantity(
        1.182, "shape", "weight of staying, casual customers", low=0.5, high=5,
        source=_REGULAR,
    )  # fmt: skip
    power_alpha: float = _like(ShiftedBetaGeometric, "alpha", 0.3, 2)
    power_beta: float = _like(ShiftedBetaGeometric, "beta", 1.5, 8)
    first_power: float = quantity(
        30, "customers", "locations of chains at the start", low=0, high=200, whole=True
    )
    unhappiness: float = quantity(
        1.5, "times", "how much sooner people leave whom the product suits not at all",
        low=1.1, high=2,
    )  # fmt: skip
    press: float = quantity(
        0.3, "share of sign-ups", "more in a round with good press", low=0, high=1
    )
    chain: float = quantity(
        200,
        "customers",
        "locations of the chain that wants a feature",
        low=0,
        high=1000,
        whole=True,
    )
    anger: float = quantity(
        0.2,
        "share per promise",
        "who leave more for each time the downtime promised",
        low=0,
        high=0.5,
    )
    distrust: float = quantity(
        0.5, "share", "who leave more, and come less, when you cannot pay your bills", low=0, high=1
    )
    variation: float = quantity(
        0.12, "share of a round's sign-ups", "how much one round differs", low=0, high=0.4
    )
    spread: float = quantity(
        0.08, "share", "how much word of mouth differs between futures", low=0, high=0.15
    )
    # Releases and reliability
    risk: float = _like(ReleaseTrain, "risk", 0.01, 0.04)
    release_hours: float = _like(ReleaseTrain, "release_hours", 1.5, 6)
    slowed: float = quantity(
        4, "times per share lost", "how debt makes a release longer", low=0, high=10
    )
    outage: float = quantity(
        5, "minutes", "of downtime after a failed release, at least", low=1, high=30
    )
    searching: float = quantity(
        1.5, "minutes per change", "more downtime, to find the culprit in a large release",
        low=0, high=5,
    )  # fmt: skip
    background: float = quantity(
        0.1, "incidents a week", "what breaks without any flaw of ours", low=0.05, high=0.2
    )
    incident: float = _like(ErrorBudgetPolicy, "outage", 12, 50)
    each: float = _like(ServiceChain, "each", 0.9998, 0.99995)
    promise: float = _like(ErrorBudgetPolicy, "promise", 0.998, 0.9995, default=0.999)
    load: float = quantity(
        0.015, "minutes a week per root of customers", "downtime that growth brings, unprepared",
        low=0, high=0.06,
    )  # fmt: skip
    mishaps: float = quantity(
        0.25, "share of a round's downtime", "how much one round differs", low=0, high=0.6
    )
    region: float = quantity(
        40,
        "minutes a week",
        "downtime when a region fails, without any precaution",
        low=10,
        high=120,
    )
    caution: float = quantity(
        3, "days per root of customers", "reliability work that halves the downtime", low=1, high=10
    )
    # The platform
    modular_half: float = quantity(
        2500,
        "days of work",
        "platform work that takes half of the coupling away",
        low=500,
        high=8000,
    )
    upkeep_partners: float = quantity(
        60, "days a quarter", "work of keeping an API for partners", low=20, high=150
    )
    upkeep_public: float = quantity(
        160, "days a quarter", "work of keeping a public API", low=50, high=400
    )
    possible_partners: float = quantity(
        500, "partners", "who may ever build on Ferry", low=100, high=2000, whole=True
    )
    partners_draw: float = _like(PartnerProgramme, "partners_draw", 4, 8)
    customers_draw: float = _like(PartnerProgramme, "customers_draw", 7, 13)
    partners_inertia: float = _like(PartnerProgramme, "partners_inertia", 2.5, 4.5)
    customers_inertia: float = _like(PartnerProgramme, "customers_inertia", 3, 5)
    partners_follow: float = quantity(
        0.6, "share a round", "partners who reconsider in half a year", low=0.3, high=0.9
    )
    users_follow: float = quantity(
        0.85, "share a round", "customers who reconsider in half a year", low=0.5, high=1
    )
    eagerness: float = _like(PartnerProgramme, "spread", 0, 0.5)
    audience: float = quantity(
        30_000, "customers", "at which half of the partners who care for size would come",
        low=5000, high=100_000,
    )  # fmt: skip
    for_audience: float = quantity(
        4, "appeal", "what too small an audience takes away", low=1, high=8
    )
    for_platform: float = quantity(3, "appeal", "what a poor platform takes away", low=1, high=6)
    for_share: float = quantity(
        6, "appeal per share of revenue", "what keeping more adds for a partner", low=2, high=12
    )
    welcome: float = quantity(
        0.7, "appeal", "what being one of few chosen partners adds", low=0, high=2
    )
    usual_share: float = quantity(
        0.7,
        "share of revenue",
        "what partners expect; more has to be guaranteed",
        low=0.5,
        high=0.9,
    )
    partners_price: float = _like(PartnerProgramme, "partners_price", 15, 60)
    rivalry: float = quantity(0.7, "appeal", "what a rival's open API takes away", low=0, high=2)
    # Money
    fee_casual: float = _like(TwoSegments, "fee_casual", 10, 40)
    fee_power: float = _like(TwoSegments, "fee_power", 30, 120, default=60)
    serving: float = quantity(
        0.6, "share of the fees", "payments, hosting, support and selling", low=0.3, high=0.8
    )
    extension_fee: float = quantity(
        10, "dollars a month", "what a customer with extensions pays for them", low=1, high=20
    )
    wage: float = quantity(
        60_000, "dollars a round", "cost of one person for half a year", low=30_000, high=120_000
    )
    recruiting: float = quantity(
        15_000, "dollars", "cost of finding one person", low=0, high=60_000
    )
    per_partner: float = quantity(
        4000, "dollars a round", "cost of looking after one partner", low=0, high=20_000
    )
    cash: float = quantity(
        8_000_000, "dollars", "in the bank at the start", low=1e6, high=3e7, whole=True
    )
