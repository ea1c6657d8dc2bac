"""Running the product of the flight: releases, what fails and how long it is down."""

from __future__ import annotations

from dataclasses import dataclass

from thousandfold.core import quantity
from thousandfold.flight.coefficients.taken_over import taken_over
from thousandfold.models.error_budget_policy import ErrorBudgetPolicy
from thousandfold.models.releases import ReleaseTrain
from thousandfold.models.service_chain import ServiceChain


@dataclass(frozen=True)
class Running:
    """What is true of releases, of incidents, and of growth that nobody prepared for."""

    risk: float = taken_over(ReleaseTrain, "risk", 0.002, 0.1)
    release_hours: float = taken_over(ReleaseTrain, "release_hours", 0.1, 40)
    slowed: float = quantity(
        4, "times per share lost", "how debt makes a release longer",
        low=0, high=10, plausible=(0.5, 10),
        because="with a quarter of the time lost a release takes an eighth longer, or 3.5 times",
    )  # fmt: skip
    outage: float = quantity(
        5, "minutes", "of downtime after a failed release, at least",
        low=1, high=60, plausible=(1, 60),
        because="a switch back takes a minute; DORA's elite of 2019 is back within an hour",
    )  # fmt: skip
    searching: float = quantity(
        1.5, "minutes per change", "more downtime, to find the culprit in a large release",
        low=0, high=5, plausible=(0.2, 5),
        because="to find one of ten changes takes a machine two minutes and people nearly an hour",
    )  # fmt: skip
    background: float = quantity(
        0.1, "incidents a week", "what breaks without any flaw of ours",
        low=0.02, high=1, plausible=(0.02, 1),
        because="providers and hardware fail once a year; each week, and a team would move out",
    )  # fmt: skip
    incident: float = taken_over(ErrorBudgetPolicy, "outage", 10, 120)
    each: float = taken_over(ServiceChain, "each", 0.995, 0.99999)
    promise: float = quantity(
        0.999, "share of the time", "what users are promised", low=0.998, high=0.9995, decision=True
    )
    load: float = quantity(
        0.015, "minutes a week per root of customers", "downtime that growth brings, unprepared",
        low=0, high=0.06, plausible=(0.002, 0.06),
        because=(
            "at a million customers 2 minutes a week are hardly "
            "seen; an hour is a weekly outage"
        ),
    )  # fmt: skip
    mishaps: float = quantity(
        0.25, "share of a round's downtime", "how much one round differs",
        low=0, high=0.6, plausible=(0.1, 0.6),
        because="by chance alone a hundred incidents differ by a tenth, three by six tenths",
    )  # fmt: skip
    region: float = quantity(
        40, "minutes a week", "downtime when a region fails, without any precaution",
        low=10, high=120, plausible=(10, 120),
        because="AWS's Virginia failed for hours in December 2021: four hours a round, or two days",
    )  # fmt: skip
    caution: float = quantity(
        3, "days per root of customers", "reliability work that halves the downtime",
        low=1, high=10, plausible=(1, 10),
        because="at a million customers five people work on it for a year, or forty-five",
    )  # fmt: skip
