"""The cockpit: what a team sees, what the button does, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from thousandfold.flight.debrief import example_game
from thousandfold.flight.game import Game
from thousandfold.flight.widgets import _Cockpit, cockpit, instruments


@pytest.fixture
def seat(tmp_path: Path) -> _Cockpit:
    return _Cockpit(Game.open("Red <team>", folder=tmp_path))


def fly(seat: _Cockpit, forecast: int = 2000, reason: str = "word of mouth") -> None:
    seat.forecast.value, seat.reason.value = forecast, reason
    seat.fly.click()


def test_a_round_is_flown_by_the_button_and_saved(seat: _Cockpit, tmp_path: Path) -> None:
    assert "Round 1 of 12" in seat.title.value
    before = seat.pictures.value
    seat.entries["hire"].value = 4
    fly(seat)
    assert "Round 2 of 12" in seat.title.value
    assert "Round 1 is flown and saved" in seat.said.value
    assert seat.pictures.value != before
    assert Game.open("Red <team>", folder=tmp_path).last.hire == 4


def test_the_next_round_begins_with_the_decision_and_without_the_forecast(seat: _Cockpit) -> None:
    seat.entries["api"].value = "partners"
    fly(seat)
    assert (seat.entries["api"].value, seat.forecast.value, seat.reason.value) == (
        "partners",
        0,
        "",
    )


@pytest.mark.parametrize(
    ("forecast", "reason", "told"),
    [(0, "because", "write a forecast first"), (2000, "", "write the reason")],
)
def test_no_round_without_a_forecast_and_a_reason(
    seat: _Cockpit, forecast: int, reason: str, told: str
) -> None:
    seat.event.value = "good press"
    fly(seat, forecast, reason)
    assert (seat.game.round, seat.game.events) == (1, {})
    assert told in seat.said.value
    assert 'role="alert"' in seat.said.value
    assert seat.event.value == "good press"


def test_shares_that_do_not_add_up_are_told_while_they_are_typed(seat: _Cockpit) -> None:
    seat.entries["features"].value = 60
    assert "120 %: take away 20" in seat.said.value
    fly(seat)
    assert seat.game.round == 1
    seat.entries["onboarding"].value = 10
    assert "100 %" in seat.said.value
    fly(seat)
    assert seat.game.round == 2


def test_what_the_facilitator_announces_happens(seat: _Cockpit) -> None:
    seat.event.value = "region fails"
    fly(seat)
    assert seat.game.events == {1: "region fails"}
    assert "data centre" in seat.told.value
    assert seat.event.value == ""


def test_a_round_that_cannot_be_saved_is_flown_all_the_same(
    seat: _Cockpit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    fly(seat)
    assert "Round 2 of 12" in seat.title.value
    assert "No space left" in seat.said.value


def test_a_name_is_text_and_nothing_else(seat: _Cockpit) -> None:
    assert "Red &lt;team&gt;" in seat.title.value


def test_after_twelve_rounds_there_is_nothing_left_to_press(seat: _Cockpit) -> None:
    for _ in range(12):
        fly(seat)
    assert seat.game.over
    assert seat.fly not in seat.form.children
    assert "over" in seat.title.value


def test_pictures_have_sentences_with_the_numbers() -> None:
    game = example_game()
    pictures = instruments(game)
    assert len(pictures) == 6
    customers = game.flown().final("customers")[0, 0]
    assert f"{customers:,.0f}" in pictures[0].sentence
    assert all(len(picture.sentence.split()) > 5 for picture in pictures)


def test_a_cockpit_opens_in_the_middle_of_a_game() -> None:
    game = Game("Red")
    game.play(forecast=2000, reason="x", features=33.5, onboarding=36.5)
    seat = _Cockpit(game)
    assert seat.entries["features"].value == 33.5
    assert "Round 2" in seat.title.value
    assert cockpit(game).widget.children
