"""The platform of the flight: what it takes to open it, and what draws partners."""

from __future__ import annotations

from dataclasses import dataclass

from thousandfold.core import quantity
from thousandfold.flight.coefficients.taken_over import taken_over
from thousandfold.models.partner_programme import PartnerProgramme


@dataclass(frozen=True)
class Partners:
    """What is true of the platform, of partners, and of customers who use extensions."""

    modular_half: float = quantity(
        1500, "days of work", "platform work that takes half of the coupling away",
        low=500, high=8000, plausible=(500, 8000),
        because="what two people untangle in a year is no monolith; forty for a year are a rewrite",
    )  # fmt: skip
    upkeep_partners: float = quantity(
        60, "days a quarter", "work of keeping an API for partners",
        low=20, high=150, plausible=(20, 150),
        because="a third of a person hardly answers partners; more than two are a team for them",
    )  # fmt: skip
    upkeep_public: float = quantity(
        160, "days a quarter", "work of keeping a public API",
        low=50, high=400, plausible=(50, 400),
        because="one person is the least that keeps a public API; six are a squad for it alone",
    )  # fmt: skip
    possible_partners: float = quantity(
        500, "partners", "who may ever build on Ferry",
        low=100, high=2000, whole=True, plausible=(100, 2000),
        because="a hundred are hardly a market place; Shopify had some 6,000 apps in 2021",
    )  # fmt: skip
    partners_draw: float = taken_over(PartnerProgramme, "partners_draw", 3, 10)
    customers_draw: float = taken_over(PartnerProgramme, "customers_draw", 4, 15)
    partners_inertia: float = taken_over(PartnerProgramme, "partners_inertia", 2, 5)
    customers_inertia: float = taken_over(PartnerProgramme, "customers_inertia", 2.5, 5.5)
    partners_follow: float = quantity(
        0.6, "share a round", "partners who reconsider in half a year",
        low=0.3, high=0.9, plausible=(0.3, 0.9),
        because="below 0.3 most think about it every two years; above 0.9 all do it twice a year",
    )  # fmt: skip
    users_follow: float = quantity(
        0.85, "share a round", "customers who reconsider in half a year",
        low=0.5, high=1, plausible=(0.5, 1),
        because="an extension is tried in an hour: within a year three in four look at least once",
    )  # fmt: skip
    eagerness: float = taken_over(PartnerProgramme, "spread", 0, 0.5)
    audience: float = quantity(
        30_000, "customers", "at which half of the partners who care for size would come",
        low=5000, high=100_000, plausible=(5000, 100_000),
        because="among fewer than 5,000 an extension feeds nobody; 100,000 are enough for most",
    )  # fmt: skip
    for_audience: float = quantity(
        4, "appeal", "what too small an audience takes away",
        low=1, high=8, plausible=(1, 8),
        because="at 1 a huge audience does not treble the odds; at 8 nobody comes without it",
    )  # fmt: skip
    for_platform: float = quantity(
        3, "appeal", "what a poor platform takes away",
        low=1, high=6, plausible=(1, 6),
        because="at 1 a clean platform does not treble the odds; at 6 nobody builds on a poor one",
    )  # fmt: skip
    for_share: float = quantity(
        6, "appeal per share of revenue", "what keeping more adds for a partner",
        low=2, high=12, plausible=(2, 12),
        because="ten points more of the revenue raise a partner's odds by a fifth, or treble them",
    )  # fmt: skip
    welcome: float = quantity(
        0.7, "appeal", "what being one of few chosen partners adds",
        low=0, high=2, plausible=(0.1, 2),
        because="to be chosen is worth something; at 2 it makes the odds seven times as good",
    )  # fmt: skip
    usual_share: float = quantity(
        0.7, "share of revenue", "what partners expect; more has to be guaranteed",
        low=0.5, high=0.9, plausible=(0.6, 0.9),
        because="Apple leaves 70 or 85 % since 2020, Shopify left 80 % until 2021; some leave less",
    )  # fmt: skip
    partners_price: float = taken_over(PartnerProgramme, "partners_price", 10, 90)
    rivalry: float = quantity(
        0.7, "appeal", "what a rival's open API takes away",
        low=0, high=2, plausible=(0.1, 2),
        because="a choice more is always felt; at 2 a seventh of a partner's odds is left",
    )  # fmt: skip
