"""Customers of the flight: how many there may be, what brings them and why they leave."""

from __future__ import annotations

from dataclasses import dataclass

from thousandfold.core import quantity
from thousandfold.flight.coefficients.taken_over import taken_over
from thousandfold.models.retention import ShiftedBetaGeometric

_REGULAR = (
    "Fader & Hardie 2007, Journal of Interactive Marketing 21(1):76-90, segment Regular, "
    "fitted to seven renewals"
)


@dataclass(frozen=True)
class Customers:
    """What is true of those who may come, and of those who are there."""

    casual_market: float = quantity(
        900_000, "customers", "solo teachers who may ever come",
        low=6e5, high=4e6, whole=True, plausible=(6e5, 4e6),
        because="a board that wants a million has counted more than that, and hardly five times it",
    )  # fmt: skip
    power_market: float = quantity(
        700_000, "customers", "locations of chains that may ever come",
        low=3e5, high=1.5e6, whole=True, plausible=(3e5, 1.5e6),
        because="with the solo teachers it makes the board's million, and hardly five times it",
    )  # fmt: skip
    innovation: float = quantity(
        0.0004, "share of the rest a round", "how many come by themselves",
        low=0.0001, high=0.001, plausible=(0.0001, 0.001),
        because="of 1.6 million 160 a round; more than 1,600 would top all 1,000 who ever came",
    )  # fmt: skip
    imitation: float = quantity(
        1.9, "share of the rest a round", "how many more come if all others have it",
        low=1, high=3, plausible=(1, 3),
        because=(
            "a thousandfold in twelve rounds needs 1 (VCRs had 0.3); "
            "at 3 they treble every round"
        ),
    )  # fmt: skip
    reach: float = quantity(
        0.45, "share of the market", "who can use Ferry without any extension",
        low=0.3, high=0.7, plausible=(0.3, 0.7),
        because="below three in ten it is a kit and no product; above seven nobody needs partners",
    )  # fmt: skip
    casual_alpha: float = quantity(
        0.704, "shape", "weight of leaving, casual customers",
        low=0.3, high=2, source=_REGULAR, plausible=(0.5, 1),
        because="with beta, 41 to 80 % stay a year: small customers leave at 2 to 7 % a month",
    )  # fmt: skip
    casual_beta: float = quantity(
        1.182, "shape", "weight of staying, casual customers",
        low=0.5, high=5, source=_REGULAR, plausible=(0.7, 2),
        because="with alpha, 41 to 80 % stay a year: small customers leave at 2 to 7 % a month",
    )  # fmt: skip
    power_alpha: float = taken_over(ShiftedBetaGeometric, "alpha", 0.3, 2)
    power_beta: float = taken_over(ShiftedBetaGeometric, "beta", 1, 8)
    first_power: float = quantity(
        30, "customers", "locations of chains at the start",
        low=0, high=200, whole=True, decision=True,
    )  # fmt: skip
    unhappiness: float = quantity(
        1.5, "times", "how much sooner people leave whom the product suits not at all",
        low=1.1, high=2, plausible=(1.1, 2),
        because="at 1.1 those whom it suits hardly ever leave; at 2 they leave as usual",
    )  # fmt: skip
    press: float = quantity(
        0.3, "share of sign-ups", "more in a round with good press",
        low=0, high=1, plausible=(0.05, 1),
        because="5 % more are hardly seen in the figures; twice as many in half a year is a launch",
    )  # fmt: skip
    chain: float = quantity(
        200, "customers", "locations of the chain that wants a feature",
        low=0, high=1000, whole=True, plausible=(20, 1000),
        because=(
            "with under twenty locations none presses you; 1,000 "
            "are all customers of the start"
        ),
    )  # fmt: skip
    anger: float = quantity(
        0.2, "share per promise", "who leave more for each time the downtime promised",
        low=0, high=0.5, plausible=(0.05, 0.5),
        because=(
            "if downtime is six times what was promised, a quarter "
            "more leave, or 3.5 times as many"
        ),
    )  # fmt: skip
    distrust: float = quantity(
        0.5, "share", "who leave more, and come less, when you cannot pay your bills",
        low=0, high=1, plausible=(0.1, 1),
        because="unpaid bills are heard of by some; at 1 they double those who leave",
    )  # fmt: skip
    variation: float = quantity(
        0.12, "share of a round's sign-ups", "how much one round differs",
        low=0, high=0.4, plausible=(0.05, 0.4),
        because="no market is even to 5 % over a half-year; one that swings by 40 % is a fashion",
    )  # fmt: skip
    spread: float = quantity(
        0.08, "share", "how much word of mouth differs between futures",
        low=0, high=0.3, plausible=(0.03, 0.25),
        because=(
            "ten years of sales told VCRs' to 6 % (Cowpertwait & "
            "Metcalfe 2009); half or four times that"
        ),
    )  # fmt: skip
