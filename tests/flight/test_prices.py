"""What a decision costs is what the engine takes for it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from thousandfold.flight.debrief import example_game
from thousandfold.flight.decision import Decision
from thousandfold.flight.engine import Flight
from thousandfold.flight.game import Game
from thousandfold.flight.prices import prices


def test_wages_are_those_that_the_engine_pays() -> None:
    game = Game("Red")
    told = prices(game, Decision(hire=40))
    game.play(forecast=2000, reason="x", hire=40)
    seen = game.seen()
    # Who leaves in the round is luck, and is not paid.
    assert seen["wages"][-1] == told.wages - Flight().wage * seen["quit"][-1]
    assert told.bank == seen["cash"][0]


def test_partners_cost_what_the_engine_takes_above_the_usual_share() -> None:
    game = Game("Red")
    generous = prices(game, Decision(api="public", keep=110)).partners
    assert generous > prices(game, Decision(api="public", keep=70)).partners == 0
    game.play(forecast=2000, reason="x", api="public", keep=110)
    per_partner = Flight().per_partner * game.seen()["partners"][-1]
    assert game.seen()["partner_costs"][-1] == pytest.approx(generous + per_partner)


def test_the_bank_lasts_as_long_as_the_money_does() -> None:
    told = prices(Game("Red"), Decision(hire=40))
    assert told.lasts is not None
    assert told.bank + told.lasts * told.net >= 0 > told.bank + (told.lasts + 1) * told.net
    assert "lasts 2 rounds" in told.sentences()[1]


@pytest.mark.parametrize(
    ("hire", "words"),
    [
        (0, "idle money builds nothing"),
        (40, "lasts 2 rounds"),
        (70, "lasts 1 round with"),
        (150, "is empty before the round ends: a third must go"),
    ],
)
def test_what_is_to_be_thought_of_is_said(hire: int, words: str) -> None:
    assert words in prices(Game("Red"), Decision(hire=hire)).sentences()[1]


def test_a_bank_that_grows_is_said_to_grow() -> None:
    game = example_game()
    rich = Game("Red", turns=game.turns[:8])
    told = prices(rich, rich.last)
    assert told.lasts is None
    assert not told.empty


def test_with_an_empty_bank_nobody_can_be_hired() -> None:
    game = Game("Red")
    game.play(forecast=2000, reason="x", hire=150)
    assert game.seen()["cash"][-1] < 0
    assert prices(game, Decision(hire=10)).hired == 0


def test_a_bank_that_lasts_longer_than_the_flight_lasts_to_the_end() -> None:
    game = Game("Red", turns=example_game().turns[:2])
    told = prices(game, Decision(hire=0))
    late = replace(told, left=3)
    assert "lasts to the end" in late.sentences()[1]
    assert "idle" not in late.sentences()[1]


def test_people_whom_guardrails_and_the_api_take_are_counted_as_the_engine_counts_them() -> None:
    game, ferry = Game("Red"), Flight()
    both = prices(game, Decision(decides="guardrails", api="public", squads=2))
    assert both.guardrails == ferry.writing + 2 * ferry.explaining
    assert both.api == pytest.approx(ferry.upkeep_public / 65)
    assert "Guardrails take 5.0 people's work, the API 2.5." in both.sentences()[0]
    assert "work" not in prices(game, Decision()).sentences()[0]
    game.play(3000, "a test", decides="guardrails")
    assert prices(game, Decision(decides="guardrails")).guardrails == ferry.explaining
