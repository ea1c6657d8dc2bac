"""Money of the flight: what customers pay, and what people and partners cost."""

from __future__ import annotations

from dataclasses import dataclass

from thousandfold.core import quantity
from thousandfold.flight.coefficients.taken_over import taken_over
from thousandfold.models.two_segments import TwoSegments


@dataclass(frozen=True)
class Money:
    """What comes in and goes out. Prices are decided, and so is what was raised before."""

    fee_casual: float = taken_over(TwoSegments, "fee_casual", 10, 40)
    fee_power: float = quantity(
        60, "dollars a month", "what a power user pays", low=30, high=120, decision=True
    )
    serving: float = quantity(
        0.6, "share of the fees", "payments, hosting, support and selling",
        low=0.3, high=0.8, plausible=(0.4, 0.8),
        because="hosting and support take a fifth or more, selling one to three times as much",
    )  # fmt: skip
    extension_fee: float = quantity(
        10, "dollars a month", "what a customer with extensions pays for them",
        low=1, high=20, plausible=(2, 20),
        because="from less than 2 dollars no partner lives; above 20 they cost more than Ferry",
    )  # fmt: skip
    wage: float = quantity(
        60_000, "dollars a round", "cost of one person for half a year",
        low=30_000, high=120_000, plausible=(30_000, 110_000),
        because="with all costs 60,000 a year where wages are low, 220,000 where they are highest",
    )  # fmt: skip
    recruiting: float = quantity(
        15_000, "dollars", "cost of finding one person",
        low=0, high=60_000, plausible=(3000, 36_000),
        because="an own search costs some thousand; agencies take 15 to 30 % of a year's pay",
    )  # fmt: skip
    per_partner: float = quantity(
        4000, "dollars a round", "cost of looking after one partner",
        low=0, high=20_000, plausible=(500, 20_000),
        because="one person at 60,000 a round looks after three partners, or after 120",
    )  # fmt: skip
    cash: float = quantity(
        8_000_000, "dollars", "in the bank at the start",
        low=1e6, high=3e7, whole=True, decision=True,
    )  # fmt: skip
