"""The flight simulator: Ferry from 1,000 customers to 1,000,000, everything coupled."""

from thousandfold.flight.cockpit import cockpit
from thousandfold.flight.companies import fly_companies
from thousandfold.flight.debrief import (
    Room,
    ignoring_one,
    reaching_by_chance,
    to_look_at,
)
from thousandfold.flight.debrief_pictures import lead_picture, luck_picture
from thousandfold.flight.decision import (
    API,
    DECIDES,
    MOST_HIRED,
    MOST_KEPT,
    MOST_SQUADS,
    SHARES,
    Decision,
)
from thousandfold.flight.engine import GOAL, Flight, fly
from thousandfold.flight.game import Game
from thousandfold.flight.loops import loops_picture
from thousandfold.flight.policies import (
    COMPARED,
    FEATURES_ONLY,
    REACTING,
    STEADY,
    Rules,
    Table,
    read_policy,
    with_rules,
)
from thousandfold.flight.policy_form import policy_form
from thousandfold.flight.results import (
    forecast_errors,
    points,
    scorecard,
    shares_of_skill_and_luck,
    skill_and_luck,
)
from thousandfold.flight.second_flight import fly_again
from thousandfold.flight.survival import what_survives

__all__ = [
    "API",
    "COMPARED",
    "DECIDES",
    "FEATURES_ONLY",
    "GOAL",
    "MOST_HIRED",
    "MOST_KEPT",
    "MOST_SQUADS",
    "REACTING",
    "SHARES",
    "STEADY",
    "Decision",
    "Flight",
    "Game",
    "Room",
    "Rules",
    "Table",
    "cockpit",
    "fly",
    "fly_again",
    "fly_companies",
    "forecast_errors",
    "ignoring_one",
    "lead_picture",
    "loops_picture",
    "luck_picture",
    "points",
    "policy_form",
    "reaching_by_chance",
    "read_policy",
    "scorecard",
    "shares_of_skill_and_luck",
    "skill_and_luck",
    "to_look_at",
    "what_survives",
    "with_rules",
]
