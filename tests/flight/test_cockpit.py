"""The cockpit: what a team sees, what the button does, what it asks about, and what it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from thousandfold.flight.cockpit import Cockpit, cockpit
from thousandfold.flight.debrief import example_game
from thousandfold.flight.game import Game
from thousandfold.flight.instruments import instruments


@pytest.fixture
def seat(tmp_path: Path) -> Cockpit:
    return Cockpit(Game.open("Red <team>", folder=tmp_path))


def fly(seat: Cockpit, forecast: object = "2000", reason: object = "mouth", **asked: Any) -> str:
    """Press the button as the page does, with what the form shows; return what is told."""
    told = {"round": seat.view["round"], "sure": False} | {
        name: asked.pop(name) for name in ("round", "sure") if name in asked
    }
    decision = seat.view["decision"] | asked
    seat.hear({"do": "fly", "forecast": forecast, "reason": reason, "decision": decision} | told)
    said: str = seat.view["said"]
    return said


def test_a_round_is_flown_by_the_button_and_saved(seat: Cockpit, tmp_path: Path) -> None:
    assert "round 1 of 12" in seat.view["headline"]
    before = seat.view["pictures"]
    assert "Round 1 is flown, and saved in flight-red-team.json" in fly(seat, hire=4)
    assert "round 2 of 12" in seat.view["headline"]
    assert seat.view["pictures"] != before
    assert Game.open("Red <team>", folder=tmp_path).rows[0].hire == 4


def test_the_next_round_begins_with_the_decision(seat: Cockpit) -> None:
    fly(seat, api="partners", hire=9)
    assert seat.view["decision"]["api"] == "partners"


def test_who_was_hired_once_is_not_hired_again_unseen(seat: Cockpit) -> None:
    fly(seat, hire=9)
    assert seat.view["decision"]["hire"] == 0
    assert "to be found" not in seat.bill["sentences"][0]


@pytest.mark.parametrize(
    ("forecast", "reason", "told"),
    [
        ("", "because", "write a forecast first"),
        (None, None, "write a forecast first"),
        ("many", "because", "'many' cannot be read"),
        ("20 %", "because", "cannot be read"),
        ("2000", "", "write the reason"),
    ],
)
def test_no_round_without_a_forecast_and_a_reason(
    seat: Cockpit, forecast: object, reason: object, told: str
) -> None:
    assert told in fly(seat, forecast, reason)
    assert seat.view["alarm"]
    assert seat.game.round == 1


@pytest.mark.parametrize("typed", ["2,500", "2500 customers", "about 2.5 thousand"])
def test_a_forecast_is_read_as_people_type_it(seat: Cockpit, typed: str) -> None:
    fly(seat, typed)
    assert seat.game.forecasts == [2500]


@pytest.mark.parametrize(
    ("decided", "told"),
    [
        (
            {"hire": 100_000},
            "people to hire must be a whole number from 0 to 200 (people), not",
        ),
        ({"hire": -1}, "people to hire must be"),
        ({"hire": 2.5}, "people to hire must be"),
        ({"hire": ""}, "people to hire must be a number"),
        ({"squads": 0}, "squads must be"),
        ({"keep": 500}, "partners keep, % must be"),
        ({"debt": 50}, "must add up to 100"),
        ({"api": "everybody"}, "API must be one of"),
    ],
)
def test_what_nobody_can_decide_is_refused_and_not_made_to_fit(
    seat: Cockpit, decided: dict[str, Any], told: str
) -> None:
    assert told in fly(seat, **decided)
    assert seat.game.round == 1
    seat.hear({"do": "price", "decision": seat.view["decision"] | decided})
    assert told in seat.bill["sentences"][0]
    assert seat.bill["alarm"]


@pytest.mark.parametrize("content", [{}, {"do": "fly"}, {"do": "fly", "round": 1}, {"do": "price"}])
def test_what_no_page_sends_flies_nothing(seat: Cockpit, content: dict[str, Any]) -> None:
    seat.hear(content)
    assert seat.game.round == 1


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"forecast": "100000"}, "Your forecast is 100,000, and today there are 1,000"),
        ({"forecast": "50"}, "Your forecast is 50"),
        ({"hire": 150}, "The bank will be empty before the round ends"),
    ],
)
def test_what_is_most_likely_a_slip_is_asked_about_and_then_flown(
    seat: Cockpit, asked: dict[str, Any], told: str
) -> None:
    said = fly(seat, **asked)
    assert said.startswith(told)
    assert "press once more" in said
    assert seat.view["question"]
    assert seat.game.round == 1
    assert "Round 1 is flown" in fly(seat, **asked, sure=True)
    assert not seat.view["question"]


def test_with_an_empty_bank_nothing_is_asked_any_more(seat: Cockpit) -> None:
    fly(seat, hire=150, sure=True)
    assert seat.bill["sentences"][1] == (
        "The bank is empty: nobody can be hired, and a third must go now."
    )
    assert "Round 2 is flown" in fly(seat)
    assert seat.game.seen()["dismissed"][-1] > 0


def test_a_damaged_file_is_told_with_what_to_do_and_kept(seat: Cockpit, tmp_path: Path) -> None:
    fly(seat)
    file = tmp_path / "flight-red-team.json"
    file.write_text("{")
    assert "give that file another name, and fly again" in fly(seat)
    assert (seat.game.round, file.read_text()) == (2, "{")
    file.rename(tmp_path / "kept.txt")
    fly(seat)
    assert len(Game.open("Red <team>", folder=tmp_path).turns) == 2


def test_a_round_that_another_view_has_flown_is_told_and_not_flown_again(seat: Cockpit) -> None:
    fly(seat)
    said = fly(seat, round=1)
    assert "Round 1 is flown already" in said
    assert seat.game.round == 2


def test_two_windows_do_not_fly_over_each_other(tmp_path: Path) -> None:
    one, other = (Cockpit(Game.open("Red", folder=tmp_path)) for _ in range(2))
    fly(one)
    said = fly(other)
    assert "changed by another window: it holds 'Red' with 1 rounds" in said
    assert "Nothing was flown" in said
    assert other.game.round == 1
    assert len(Game.open("Red", folder=tmp_path).turns) == 1


def test_a_file_that_is_gone_is_written_anew_and_told(seat: Cockpit, tmp_path: Path) -> None:
    fly(seat)
    (tmp_path / "flight-red-team.json").unlink()
    assert "The file was gone, and is written anew" in fly(seat)
    assert len(Game.open("Red <team>", folder=tmp_path).turns) == 2


def test_a_round_that_cannot_be_saved_is_flown_all_the_same(
    seat: Cockpit, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert "No space left" in fly(seat)
    assert "round 2 of 12" in seat.view["headline"]


def test_what_the_facilitator_announces_happens(seat: Cockpit) -> None:
    seat.game.announce("region fails")
    fly(seat)
    assert "data centre" in seat.view["news"][0]


def test_after_twelve_rounds_the_flight_is_kept_and_another_begins(
    seat: Cockpit, tmp_path: Path
) -> None:
    for _ in range(12):
        fly(seat, sure=True)
    assert seat.view["over"]
    assert "all 12 rounds are flown" in fly(seat)
    seat.hear({"do": "begin another"})
    assert seat.view["headline"] == "Red <team>, flight 2: round 1 of 12"
    assert seat.view["ledger"] == []
    fly(seat)
    kept = sorted(path.name for path in tmp_path.glob("*.json"))
    assert kept == ["flight-red-team-flight-2.json", "flight-red-team.json"]
    assert len(Game.open("Red <team>", folder=tmp_path).turns) == 12


def test_the_end_is_a_front_page_and_one_decision_can_be_changed() -> None:
    seat = Cockpit(example_game())
    assert seat.view["end"]["headline"] == "Ferry has 257,206 customers"
    seat.hear({"do": "loops"})
    assert seat.canvas.loops["alt"].startswith("In this flight turned: Word of mouth")
    assert seat.view["end"]["ends"] == sorted(seat.view["end"]["ends"])
    assert "fly again" in seat.bill["sentences"][0]
    decision = seat.view["ledger"][2]["decision"] | {"debt": 40, "features": 40}
    seat.hear({"do": "fly again", "round": 3, "decision": decision})
    assert "With round 3 changed there would be" in seat.view["said"]
    labels = [line["label"] for line in seat.view["pictures"][0]["series"]]
    assert labels == ["as flown", "changed"]
    assert seat.game.turns == example_game().turns


@pytest.mark.parametrize("at", [0, 13, None, "3", True])
def test_no_other_round_can_be_changed(at: object) -> None:
    seat = Cockpit(example_game())
    decision = seat.view["decision"] | {"hire": 40}
    seat.hear({"do": "fly again", "round": at, "decision": decision})
    assert "1 to 12" in seat.view["said"]
    assert seat.view["alarm"]


def test_a_flight_that_is_not_saved_is_not_left() -> None:
    seat = Cockpit(Game("Red"))
    fly(seat)
    seat.hear({"do": "begin another"})
    assert "would be lost" in seat.view["said"]
    assert seat.game.round == 2


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
    seat = Cockpit(game)
    assert seat.view["decision"]["features"] == 33.5
    assert "This flight goes on: 1 round is flown" in seat.view["said"]


def test_the_ledger_holds_decision_forecast_reason_and_what_came(seat: Cockpit) -> None:
    fly(seat, "2,500", "spring", hire=4)
    [row] = seat.view["ledger"]
    assert (row["decision"]["hire"], row["forecast"], row["reason"]) == (4, 2500, "spring")
    assert row["came"] == seat.game.seen()["customers"][1]


def test_what_stands_beside_a_decision_is_the_report_before_and_after(seat: Cockpit) -> None:
    assert seat.view["effects"]["features"] == ""
    assert seat.view["effects"]["debt"] == "time lost: 23 %"
    for _ in range(2):
        fly(seat)
    lost = [f"{100 * value:.0f}" for value in seat.game.seen()["lost"]]
    assert seat.view["effects"]["debt"] == f"time lost: {lost[1]} → {lost[2]} %"


def test_the_file_keeps_pictures_and_report_and_a_name_is_text() -> None:
    kept = cockpit(Game("Red <team>"))._repr_mimebundle_()["text/html"]
    assert "Red &lt;team&gt;: round 1 of 12" in kept
    assert "<img alt=" in kept
    assert "cash in the bank" in kept


def test_a_shared_flight_is_looked_at_and_the_own_game_stays(seat: Cockpit, tmp_path: Path) -> None:
    fly(seat, hire=4)
    before = (seat.game.turns, (tmp_path / "flight-red-team.json").read_bytes())
    code = Cockpit(example_game()).view["end"]["code"]
    seat.hear({"do": "look", "code": code})
    assert seat.view["headline"] == "A shared flight: the flight is over"
    assert seat.view["looking"]
    assert "Your own game stays" in seat.view["said"]
    assert seat.view["end"]["headline"] == Cockpit(example_game()).view["end"]["headline"]
    assert {(row["forecast"], row["reason"]) for row in seat.view["ledger"]} == {(None, "")}
    assert "all 12 rounds are flown" in fly(seat)
    seat.hear({"do": "begin another"})
    assert seat.view["alarm"]
    seat.hear({"do": "fly again", "round": 3, "decision": seat.view["decision"] | {"hire": 9}})
    assert "With round 3 changed there would be" in seat.view["said"]
    seat.hear({"do": "go back"})
    assert seat.view["headline"] == "Red <team>: round 2 of 12"
    assert not seat.view["looking"]
    assert (seat.game.turns, (tmp_path / "flight-red-team.json").read_bytes()) == before
    assert [path.name for path in tmp_path.iterdir()] == ["flight-red-team.json"]


@pytest.mark.parametrize("code", [None, 7, "", "1-1-7", ["1"], "9" * 100_000])
def test_a_code_that_is_none_is_told_and_nothing_turns(seat: Cockpit, code: object) -> None:
    fly(seat)
    seat.hear({"do": "look", "code": code})
    assert seat.view["alarm"]
    assert "code of a flight" in seat.view["said"]
    assert seat.view["headline"] == "Red <team>: round 2 of 12"


def test_a_code_has_a_cockpit_of_its_own_where_no_link_brings_it() -> None:
    shared = Game.from_code(example_game().code())
    assert "A shared flight: the flight is over" in cockpit(shared)._repr_mimebundle_()["text/html"]
    view = Cockpit(shared).view
    assert (view["another"], view["looking"]) == (False, False)
    assert Cockpit(example_game()).view["another"]


def test_the_picture_of_loops_is_that_of_the_flight_that_is_seen() -> None:
    seat = Cockpit(example_game())
    code = Game("Other", turns=example_game().turns, events={1: "good press"}).code()
    seat.hear({"do": "loops"})
    seat.hear({"do": "look", "code": code})
    assert seat.canvas.loops == {}
