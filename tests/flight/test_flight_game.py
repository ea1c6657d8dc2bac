"""A team's game: played round by round, saved, resumed, and refused when it is not one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thousandfold.errors import ExplainedError
from thousandfold.flight.engine import fly
from thousandfold.flight.game import Game
from thousandfold.flight.saved import MOST_BYTES

EXPECTED: dict[str, Any] = {"forecast": 2000, "reason": "word of mouth"}


def played(folder: Path, rounds: int = 3) -> Game:
    game = Game.open("Red team", seed=7, folder=folder)
    for at in range(rounds):
        game.play(**EXPECTED, hire=at, event="good press" if at == 2 else None)
    return game


def test_a_game_is_the_flight_of_its_rows(tmp_path: Path) -> None:
    game = played(tmp_path)
    same = fly({"us": game.rows}, seed=7, replications=50, rounds=3, events={3: "good press"})
    assert np.array_equal(game.flown()["customers"][:, 0, 0], same["customers"][:, 0, 0])


def test_what_is_not_said_stays_as_it_was() -> None:
    game = Game("Red team")
    game.play(**EXPECTED, features=50, onboarding=20, api="partners")
    game.play(**EXPECTED, hire=3)
    game.play(**EXPECTED)
    assert [(row.features, row.api, row.hire) for row in game.rows[1:]] == [
        (50, "partners", 3),
        (50, "partners", 0),
    ]


def test_a_game_goes_on_where_it_was_left(tmp_path: Path) -> None:
    told = played(tmp_path).report()
    game = Game.open("Red team", seed=7, folder=tmp_path)
    assert (game.report(), game.round, game.events) == (told, 4, {3: "good press"})
    game.play(**EXPECTED)
    assert Game.open("Red team", seed=7, folder=tmp_path).round == 5


def test_a_game_that_was_only_opened_leaves_no_file(tmp_path: Path) -> None:
    Game.open("Red team", folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_teams_write_their_names_in_any_script(tmp_path: Path) -> None:
    for team in ("Équipe rouge", "红队", "../../etc/passwd"):
        game = Game.open(team, folder=tmp_path)
        game.play(**EXPECTED)
        assert Game.open(team, folder=tmp_path).team == team
    assert len(list(tmp_path.iterdir())) == 3


def test_a_game_has_twelve_rounds_and_no_way_back(tmp_path: Path) -> None:
    game = played(tmp_path, rounds=12)
    assert game.over
    with pytest.raises(ExplainedError, match="all 12 rounds are flown"):
        game.play(**EXPECTED)
    with pytest.raises(AttributeError):
        game.rows = []  # type: ignore[misc]


@pytest.mark.parametrize(
    ("decided", "told"),
    [
        ({"reason": "x"}, "write a forecast first"),
        ({"forecast": 0, "reason": "x"}, "a forecast is a number of customers"),
        ({"forecast": float("nan"), "reason": "x"}, "a forecast is a number of customers"),
        ({"forecast": 2000, "reason": "  "}, "write the reason"),
        ({"forecast": 2000, "reason": "x" * 501}, "at most 500 characters"),
        ({**EXPECTED, "features": 90}, "must add up to 100 per cent, not 150; take away 50"),
        ({**EXPECTED, "marketing": 3}, "no decision marketing; there are features"),
        ({**EXPECTED, "event": "strike"}, "no event 'strike'"),
        ({**EXPECTED, "hire": 1.5}, "hire must be a whole number"),
    ],
)
def test_an_impossible_round_changes_nothing(
    tmp_path: Path, decided: dict[str, Any], told: str
) -> None:
    game = played(tmp_path)
    before = (tmp_path / "flight-red-team.json").read_bytes()
    with pytest.raises(ExplainedError, match=told):
        game.play(**decided)
    assert (game.round, game.events) == (4, {3: "good press"})
    assert (tmp_path / "flight-red-team.json").read_bytes() == before


@pytest.mark.parametrize("team", ["", "  ", "?!", "x" * 41, "two\nlines", None, 7])
def test_a_team_needs_a_name(team: Any) -> None:
    with pytest.raises(ExplainedError, match="a team needs a name"):
        Game.open(team)


def test_another_luck_is_another_game(tmp_path: Path) -> None:
    played(tmp_path)
    with pytest.raises(ExplainedError, match="holds a game with the seed 7, not 8"):
        Game.open("Red team", seed=8, folder=tmp_path)


def test_a_full_disk_does_not_end_the_game(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    game = played(tmp_path)
    before = (tmp_path / "flight-red-team.json").read_bytes()
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ExplainedError, match=r"not saved.*No space left.*Go on playing"):
        game.play(**EXPECTED)
    assert game.round == 5
    assert (tmp_path / "flight-red-team.json").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


def changed(game: Game, **entries: Any) -> str:
    assert game.path is not None
    return json.dumps(json.loads(game.path.read_text()) | entries)


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ({"format": "somebody's game 1"}, "does not begin as a game"),
        ({"customers": 10**6}, "must hold exactly"),
        ({"turns": 12}, "must hold exactly"),
        ({"turns": [{}] * 13}, "round 1 must hold exactly"),
        ({"turns": [{"forecast": 1, "reason": "x", "decision": {"hire": 4}}]}, "round 1: .* needs"),
        ({"seed": "7; import os"}, "seed must be a whole number"),
        ({"seed": -1}, "seed must be a whole number"),
        ({"events": {"03": "good press"}}, "not numbered by rounds"),
        ({"events": {"99": "good press"}}, "a round from 1 to 12"),
        ({"events": {"3": ["good press"]}}, "no event"),
        ({"team": {"name": "us"}}, "a team needs a name"),
    ],
)
def test_a_foreign_file_is_refused_with_a_sentence(
    tmp_path: Path, entries: dict[str, Any], told: str
) -> None:
    game = played(tmp_path)
    path = tmp_path / "flight-other.json"
    path.write_text(changed(game, **entries))
    with pytest.raises(ExplainedError, match=told):
        Game.load(path)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "damaged"),
        (b"\xff\xfe", "damaged"),
        (b"[" * 60_000, "damaged"),
        (b"9" * 60_000, "damaged"),
        (b" " * (MOST_BYTES + 1), "larger than 64 KiB"),
        (b"[]", "does not begin"),
    ],
)
def test_a_damaged_file_is_refused_with_a_sentence(
    tmp_path: Path, content: bytes, told: str
) -> None:
    path = tmp_path / "flight-red-team.json"
    path.write_bytes(content)
    with pytest.raises(ExplainedError, match=told):
        Game.open("Red team", folder=tmp_path)
    assert path.read_bytes() == content
    with pytest.raises(ExplainedError, match="cannot be read"):
        Game.load(tmp_path / "nowhere.json")


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 2000), byte=st.binary(min_size=1, max_size=3))
def test_a_changed_byte_is_refused_or_still_a_game(
    tmp_path_factory: pytest.TempPathFactory, place: int, byte: bytes
) -> None:
    folder = tmp_path_factory.mktemp("game")
    path = folder / "flight-red-team.json"
    played(folder, rounds=2)
    content = path.read_bytes()
    place %= len(content)
    path.write_bytes(content[:place] + byte + content[place + 1 :])
    try:
        game = Game.load(path)
    except ExplainedError:
        return
    assert game.report().at == len(game.turns)


def test_a_renamed_file_is_told_and_no_second_game_begins(tmp_path: Path) -> None:
    played(tmp_path)
    (tmp_path / "flight-red-team.json").rename(tmp_path / "old.json")
    with pytest.raises(ExplainedError, match=r"old\.json holds a game of 'Red team' with 3 rounds"):
        Game.open("Red team", seed=7, folder=tmp_path)
    assert Game.open("Blue team", seed=7, folder=tmp_path).round == 1


def test_events_of_the_room_happen_in_rounds_that_are_not_flown(tmp_path: Path) -> None:
    played(tmp_path)
    again = Game.open("Red team", 7, tmp_path, events={1: "region fails", 5: "region fails"})
    assert again.events == {3: "good press", 5: "region fails"}
    assert Game.open("New", 7, tmp_path, events={2: "good press"}).events == {2: "good press"}


def test_an_event_that_does_not_exist_is_not_announced(tmp_path: Path) -> None:
    game = played(tmp_path)
    with pytest.raises(ExplainedError, match="there is no event 'flood'"):
        game.announce("flood")
    assert game.events == {3: "good press"}


def test_another_flight_takes_the_next_free_name(tmp_path: Path) -> None:
    game = played(tmp_path)
    game.begin_another()
    game.play(**EXPECTED)
    game.begin_another()
    assert (game.team, game.round, game.seed) == ("Red team, flight 3", 1, 7)
    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        "flight-red-team-flight-2.json",
        "flight-red-team.json",
    ]


def test_what_was_flown_is_computed_once_and_never_old(tmp_path: Path) -> None:
    game = played(tmp_path)
    assert game.flown() is game.flown()
    before = game.flown()
    game.announce("region fails")
    assert game.flown() is not before


def test_a_team_with_a_number_keeps_it_when_it_flies_again(tmp_path: Path) -> None:
    for team in ("Team 7", "T" * 40):
        game = Game.open(team, folder=tmp_path)
        game.play(**EXPECTED)
        game.begin_another()
        assert game.team.startswith(team[:28])
        game.play(**EXPECTED)
    assert (tmp_path / "flight-team-7-flight-2.json").exists()
