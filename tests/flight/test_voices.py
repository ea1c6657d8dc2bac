"""What people say: true, never twice in four rounds, and each lever spoken of in time."""

from __future__ import annotations

import re

import pytest

from thousandfold.core import Trajectory
from thousandfold.flight import COMPARED, Decision, Flight, fly
from thousandfold.flight.game import Game
from thousandfold.flight.report import report
from thousandfold.flight.voices import voices

FERRY = Flight()
POLICIES = {
    **COMPARED,
    "hires": [Decision(hire=30, squads=1)],
    "alone": [Decision(hire=12, squads=8, decides="alone")],
    "many squads": [Decision(hire=12, squads=12)],
    "open at once": [Decision(hire=6, api="public", keep=50)],
    "broke": [Decision(hire=90)],
}


@pytest.fixture(scope="module")
def runs() -> Trajectory:
    return fly(POLICIES, replications=8)


def heard(runs: Trajectory, name: str, future: int = 0) -> list[tuple[str, ...]]:
    place = list(POLICIES).index(name)
    return [report(runs, at, place, future).voices for at in range(1, 13)]


@pytest.mark.parametrize("name", POLICIES)
def test_no_sentence_comes_back_within_four_rounds_and_nobody_speaks_twice(
    runs: Trajectory, name: str
) -> None:
    for future in range(8):
        rounds = heard(runs, name, future)
        for at, now in enumerate(rounds):
            lately = [line for lines in rounds[max(0, at - 3) : at] for line in lines]
            assert not set(now) & set(lately), f"round {at + 1}"
            speakers = [line.partition(":")[0] for line in now]
            assert len(set(speakers)) == len(speakers) <= 4


@pytest.mark.parametrize(
    ("name", "words", "latest"),
    [
        ("features only", r"runs into something old|takes a week|hours of a hundred go", 2),
        ("features only", r"back to paper|Tuesday class", 5),
        ("features only", r"down on Saturday|Fifty queues", 7),
        ("nobody hired", r"lie in the bank|everybody to the end", 2),
        ("never open", r"nobody does|send them away", 5),
        ("hires", r"who works on what|mostly I talk|in one squad", 2),
        ("nobody hired", r"of us left this half-year|What do we stop", 6),
        ("hires", r"had time for me|explain all day", 2),
        ("many squads", r"wait for an answer|on the pile", 5),
        ("steady", r"wrote down what squads may decide", 6),
        ("steady", r"phone every new teacher|same first steps", 6),
        ("steady", r"helped anybody|were worth it", 6),
        ("never open", r"need something that you lack|whom Ferry suits have it", 12),
        ("reacting", r"can break|nights on the phone", 12),
        ("many squads", r"two other squads|need more than one", 4),
        ("alone", r"two different products|the same company", 3),
        ("open at once", r"does not feed one of us|did the sum", 2),
        ("broke", r"bank is empty within the year|How long will the money last", 2),
    ],
)
def test_each_lever_is_spoken_of_in_time(
    runs: Trajectory, name: str, words: str, latest: int
) -> None:
    early = [line for lines in heard(runs, name)[:latest] for line in lines]
    assert any(re.search(words, line) for line in early), early


def test_every_number_that_is_said_is_a_number_of_the_round(runs: Trajectory) -> None:
    said = 0
    for place, name in enumerate(POLICIES):
        for at, lines in enumerate(heard(runs, name), start=1):
            now = {stock: float(runs[stock][at, place, 0]) for stock in runs.units}
            before = {stock: float(runs[stock][at - 1, place, 0]) for stock in runs.units}
            known = {
                *(
                    now[stock]
                    for stock in ("customers", "squads", "new", "partners", "quit", "people")
                ),
                *(100 * now[stock] for stock in ("lost", "waited", "users", "helped", "crossing")),
                100 * FERRY.known / (FERRY.known + now["customers"]),
                FERRY.writing,
                now["releases"],
                100
                - 100
                * (now["casual_reachable"] + now["power_reachable"])
                / (FERRY.casual_market + FERRY.power_market),
                FERRY.explaining * now["squads"],
                *(100 * (1 - now[stock]) for stock in ("casual_uptake", "power_uptake")),
                10080 * (1 - now["availability"]),
                now["people"] / now["squads"],
                before["customers"],
                abs(now["partners"] - before["partners"]),
            }
            rounded = {f"{value:,.0f}" for value in known} | {f"{now['cash'] / 1e6:,.1f}"}
            for number in re.findall(r"\d[\d,.]*\d|\d", " ".join(lines)):
                said += 1
                assert number in rounded, (name, at, number)
    assert said > 30


def test_what_the_board_says_of_a_forecast_is_true() -> None:
    game = Game("Red")
    game.play(forecast=9000, reason="hope")
    came = game.seen()["customers"][1]
    assert f"Ruth, board: “You forecast 9,000, and {came:,.0f} came." in game.report().text()


def test_before_the_first_round_nobody_speaks() -> None:
    assert voices([]) == ()
    assert Game("Red").report().voices == ()
