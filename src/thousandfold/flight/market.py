"""Who comes, who leaves and what it earns: partners, customers and money of the flight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from thousandfold.core import Array, State, with_arrays
from thousandfold.flight.coefficients import Coefficients
from thousandfold.flight.decision import CLOSED, PARTNERS
from thousandfold.flight.deck import EVENT
from thousandfold.models.partner_programme import PartnerProgramme
from thousandfold.models.retention import ShiftedBetaGeometric
from thousandfold.models.two_segments import TwoSegments

_MONTHS = 6
_NEVER = 30.0
_LEAST = 1e-9  # of a season in which hardly anybody comes
_COHORT = ShiftedBetaGeometric()


@dataclass(frozen=True)
class Market(Coefficients):
    """The part of a round in which partners, users and customers follow each other."""

    def _sides(
        self, state: State, d: Mapping[str, Array], modular: Array, shock: Array, event: Array
    ) -> dict[str, Array]:
        """Let partners and users of extensions follow each other."""
        size, partners, users = state["customers"], state["partners"], state["users"]
        rival = np.maximum(state["rival"], event == EVENT["rival opens its API"])
        if not (d["api"] != CLOSED).any() and not partners.any() and not users.any():
            return {"partners": partners, "users": users, "rival": rival}
        against = (
            self.partners_inertia
            + self.for_audience * (self.audience / (self.audience + size) - 0.5)
            + self.for_platform * (0.5 - modular)
            - self.for_share * (d["keep"] - self.usual_share)
            - self.welcome * (d["api"] == PARTNERS)
            + _NEVER * (d["api"] == CLOSED)
            + self.rivalry * rival
        )
        programme = with_arrays(
            self._programme,
            partners_inertia=np.minimum(against, 10),
            customers_inertia=self.customers_inertia + 10.0 * (d["api"] == CLOSED),
        )
        before: State = {
            "partners": partners / self.possible_partners,
            "customers": users,
            "gain": np.zeros_like(size),
            "spent": np.zeros_like(size),
            "paying": np.zeros_like(size),
        }
        after = programme.step(before, shock[6:9])
        return {
            "partners": np.rint(self.possible_partners * after["partners"]),
            "users": np.round(after["customers"], 4),
            "rival": rival,
        }

    def _customers(
        self, state: State, work: State, sides: State, broken: Array, shock: Array, event: Array
    ) -> dict[str, Array]:
        """Win and lose casual and power customers."""
        deep, easy, size = work["deep"], work["easy"], state["customers"]
        wishes = self.expected + self.diversity * np.sqrt(size)
        quality = (deep + easy) / (deep + easy + wishes)
        helped = easy + self.by_hand * self.known / (self.known + size)
        place = deep / np.maximum(1, deep + helped)
        product = with_arrays(self._product, onboarding=1 - place, pull=self.pull * quality)
        users = sides["users"]
        casual, power = product.uptake(place)
        if users.any():
            # Whom no extension serves better takes the product as it is.
            power = np.maximum(power, product.uptake(place + (1 - place) * users)[1])
        uptake = np.array([casual, power])

        # From here on casual and power customers side by side, shape (2, policies, futures).
        here = np.array([state["casual"], state["power"]])
        settled = np.array([state["casual_settled"], state["power_settled"]])
        within = (self.reach + (1 - self.reach) * users) * self._markets
        mouth = self.imitation * np.maximum(0, 1 + self.spread * shock[9])
        down = 1 + self.anger * broken
        angry = down + self.distrust * (state["cash"] < 0)
        press = 1 + self.press * (event == EVENT["good press"])
        season = np.maximum(0, 1 + self.variation * shock[10:12])
        chance = uptake * (self.innovation + mouth * here / within) * press / angry
        rest = np.maximum(0, within - here)
        joined = np.rint(rest * np.minimum(1, chance * season))
        joined[1] += self.chain * (event == EVENT["chain wants a feature"])
        first, later = self._leaving
        unhappy = angry * (self.unhappiness - uptake)
        gone_new = np.rint((here - settled) * np.minimum(1, first * unhappy))
        gone_old = np.rint(settled * np.minimum(1, later * unhappy))
        settling = np.rint((here - settled - gone_new) / 2)
        left = gone_new + gone_old
        unfit = left * (1 - uptake) / (self.unhappiness - uptake)
        came = joined + 1  # where nobody came there was a season, too
        after, settled = here + joined - left, settled - gone_old + settling
        return {
            "customers": after[0] + after[1],
            "casual": after[0],
            "power": after[1],
            "casual_settled": settled[0],
            "power_settled": settled[1],
            "casual_joined": joined[0],
            "power_joined": joined[1],
            "casual_left": left[0],
            "power_left": left[1],
            "casual_reachable": within[0],
            "power_reachable": within[1],
            "season": came.sum(axis=0) / (came / np.maximum(season, _LEAST)).sum(axis=0) - 1,
            "lost_downtime": np.rint(
                joined.sum(axis=0) * (down - 1) + left.sum(axis=0) * (1 - 1 / down)
            ),
            "lost_unfit": np.rint(unfit.sum(axis=0)),
            "casual_uptake": uptake[0],
            "power_uptake": uptake[1],
        }

    def money(
        self,
        state: State,
        people: State,
        market: State,
        sides: State,
        d: Mapping[str, Array],
    ) -> dict[str, Array]:
        """Return what comes in and goes out in a round, and the cash after it, in whole dollars."""
        casual = (state["casual"] + market["casual"]) / 2
        power = (state["power"] + market["power"]) / 2
        fees = _MONTHS * (1 - self.serving) * (self.fee_casual * casual + self.fee_power * power)
        sold = _MONTHS * self.extension_fee * sides["users"] * (casual + power)
        above = self.for_share * np.maximum(0, d["keep"] - self.usual_share)
        guarantee = (d["api"] != CLOSED) * _MONTHS * 1000 * self.partners_price * above
        told = {
            "fees": np.rint(fees),
            "extension_income": np.rint(sold * (1 - d["keep"])),
            "wages": np.rint(self.wage * people["people"] + self.recruiting * people["hired"]),
            "partner_costs": np.rint(self.per_partner * sides["partners"] + guarantee),
        }
        came = told["fees"] + told["extension_income"] - told["wages"] - told["partner_costs"]
        return told | {"cash": state["cash"] + came}

    # Of one flight these are numbers; of many companies stacked, a column with one row for each.
    @cached_property
    def _leaving(self) -> Array:
        """Shares who leave in half a year, new and settled, shape (2 ages, 2 segments, ..., 1)."""
        years = np.array([1.0, 3.0]).reshape(2, 1, 1)
        casual = with_arrays(_COHORT, alpha=self.casual_alpha, beta=self.casual_beta)
        power = with_arrays(_COHORT, alpha=self.power_alpha, beta=self.power_beta)
        stay = np.broadcast_arrays(casual.retention(years), power.retention(years))
        return np.asarray(1 - np.sqrt(np.stack(stay, axis=1)))

    @cached_property
    def _markets(self) -> Array:
        markets = np.broadcast_arrays(self.casual_market, self.power_market)
        return np.stack(markets).astype(float).reshape(2, -1, 1)

    @cached_property
    def _product(self) -> TwoSegments:
        return with_arrays(TwoSegments(), inertia=self.inertia, conflict=self.conflict)

    @cached_property
    def _programme(self) -> PartnerProgramme:
        return with_arrays(
            PartnerProgramme(monthly=0),
            partners_draw=self.partners_draw,
            customers_draw=self.customers_draw,
            partners_pace=self.partners_follow,
            customers_pace=self.users_follow,
            spread=self.eagerness,
        )
