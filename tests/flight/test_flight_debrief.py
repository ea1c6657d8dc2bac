"""After the flight: games of a room beside each other, skill and luck."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from thousandfold.errors import ExplainedError
from thousandfold.flight.debrief import Room, example_game, to_look_at
from thousandfold.flight.debrief_pictures import luck_picture
from thousandfold.flight.decision import SHARES
from thousandfold.flight.engine import fly
from thousandfold.flight.game import Game
from thousandfold.flight.policies import (
    COMPARED,
    FEATURES_ONLY,
    IN_A_CLAUSE,
    NEVER_OPEN,
    STEADY,
    random_table,
)
from thousandfold.flight.results import skill_and_luck
from thousandfold.flight.turn import Replayed


def game(team: str, folder: Path | None = None, seed: int = 7, hire: int = 2) -> Game:
    began = Game(team, seed) if folder is None else Game.open(team, seed, folder)
    for _ in range(2):
        began.play(forecast=2000, reason="word of mouth", hire=hire)
    return began


def test_a_room_is_read_from_a_folder_and_bad_files_are_told(tmp_path: Path) -> None:
    game("Red", tmp_path)
    game("Blue", tmp_path)
    game("Late", tmp_path, seed=8)
    (tmp_path / "flight-broken.json").write_text("{")
    (tmp_path / "notes.json").write_text("{}")
    room = Room.in_folder(tmp_path)
    assert room.labels == (
        "Blue (to round 2)",
        "Late (to round 2) (other luck)",
        "Red (to round 2)",
    )
    assert ["damaged" in told for told in room.refused] == [True, False, False]
    assert "Late flew with another seed" in room.refused[1]
    assert "its last decision goes on to round 12, and hires nobody more" in room.refused[2]


def test_who_has_other_luck_than_most_flies_with_the_room_and_is_marked(
    capsys: pytest.CaptureFixture[str],
) -> None:
    late = Game("Amber", 7)
    late.play(forecast=2000, reason="x", event="good press")
    room = Room.of(late, game("Blue"), game("Cyan"))
    assert [flown.team for flown in room.games] == ["Amber", "Blue", "Cyan"]
    assert room.luck == (7, {})
    room.scorecard()
    assert "Amber flew with another seed or other events" in capsys.readouterr().out
    lived = room.replay(replications=1)
    same = Game("Amber", 7)
    same.play(forecast=2000, reason="x")
    assert lived["customers"][1, 0, 0] == same.seen()["customers"][1] != late.seen()["customers"][1]


def test_a_room_whose_luck_is_given_flies_with_it_whatever_most_games_had() -> None:
    games = [game("Blue", seed=8), game("Cyan", seed=8), game("Red", seed=7)]
    assert Room.of(*games).luck == (8, {})
    room = Room.of(*games, luck=(7, {2: "good press", 3: "region fails"}), rounds=2)
    assert room.luck == (7, {2: "good press"}), "what is announced for later never happened"
    assert room.labels == ("Blue (other luck)", "Cyan (other luck)", "Red (other luck)")
    lived = room.replay(replications=1)
    same = Game("Red", 7, {2: "good press"}, games[2].turns)
    assert lived["customers"][2, 2, 0] == same.seen()["customers"][2]


@pytest.mark.parametrize(("teams", "named"), [(4, True), (14, False)])
def test_the_obvious_line_of_a_debrief_draws_a_room_of_any_size(teams: int, named: bool) -> None:
    runs = Room.of(*(game(f"Team {at}", hire=at % 6) for at in range(teams))).replay(20)
    series = runs.picture("customers").series
    assert len(series) == len(runs.scenarios) == teams + len(COMPARED)
    loud = [one for one in series if one.colour != "soft"]
    ends = dict(zip(runs.scenarios, np.median(runs.final("customers"), axis=1), strict=True))
    assert [one.label for one in loud] == sorted([min(ends, key=ends.get), max(ends, key=ends.get)],
                                                 key=runs.scenarios.index)  # fmt: skip
    assert all(bool(one.label) == named for one in series if one.colour == "soft")
    ax = runs.plot("customers")
    drawn = [line for line in ax.lines if line.get_gid() == "series"]
    assert len(drawn) == len(series)
    thin, wide = (
        {line.get_linewidth() for line in some} for some in (drawn[: -len(loud)], drawn[-2:])
    )
    assert max(thin) < min(wide)
    figure = ax.figure
    names = [text for text in ax.texts if text.get_gid() == "label"]
    assert names
    assert all(name.get_window_extent().x1 <= figure.bbox.x1 for name in names), "a name is cut"


def test_events_of_the_room_happen_in_its_replay() -> None:
    games = [Game(team, 7, {1: "region fails"}) for team in ("Red", "Blue")]
    for flown in games:
        flown.play(forecast=2000, reason="x")
    runs = Room.of(*games).replay(replications=1)
    for place, flown in enumerate(games):
        assert runs["customers"][1, place, 0] == flown.seen()["customers"][1]
        assert runs["event"][1, place, 0] > 0


def test_all_teams_stand_in_one_picture_of_skill_and_luck() -> None:
    room = Room.of(*(game(f"Team {hire}", hire=hire) for hire in (2, 5, 9)))
    picture = room.picture(replications=200)
    told = skill_and_luck(room.replay(replications=200))
    teams = [name for name in told.index if name in room.labels]
    assert picture.title.startswith(f"{teams[0]} decided best")
    assert {note.words for note in picture.notes} == {*room.labels, *COMPARED}
    assert {note.words for note in picture.notes if note.soft} == set(COMPARED)
    shown = picture.series[1]
    assert list(np.asarray(shown.x)) == told.loc[teams, "skill: median of all futures"].tolist()
    for name in teams:
        assert f"{name} {told.loc[name, 'skill: median of all futures']:,.0f}" in picture.sentence


def test_it_is_told_how_many_have_flown() -> None:
    told: list[tuple[int, int]] = []
    room = Room.of(game("Red"), game("Blue"))
    room.picture(replications=20, tell=lambda done, of: told.append((done, of)))
    assert told == [(2, 7), (4, 7), (6, 7), (7, 7)]


def test_teams_that_fly_a_few_at_a_time_end_as_all_together() -> None:
    generator = np.random.default_rng(3)
    games = [
        Game(f"team {number}", turns=[Replayed(row) for row in random_table(generator).rows])
        for number in range(7)
    ]
    room = Room.of(*games)
    together = skill_and_luck(room.replay(replications=50))
    pd.testing.assert_frame_equal(room.skill_and_luck(replications=50), together)


def test_a_room_of_many_names_the_best_and_the_luckiest() -> None:
    room = Room.of(*(game(f"Team {number}", hire=number % 7) for number in range(24)))
    notes = room.picture(replications=20).notes
    assert sum(not note.soft for note in notes) <= 2


def test_a_room_without_a_flown_game_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ExplainedError, match="play a round first, or put the teams' files"):
        Room.in_folder(tmp_path)
    with pytest.raises(ExplainedError, match="play a round first"):
        Room.of(Game("Red"))


def test_two_teams_of_one_name_are_told_apart() -> None:
    room = Room.of(game("Red"), game("Red", hire=5), game("steady"))
    names = ("Red (to round 2)", "Red (to round 2) (2)", "steady (to round 2)")
    assert room.labels == names
    assert list(room.scorecard().index) == [*room.labels, *COMPARED]


def test_the_replay_holds_what_was_lived() -> None:
    flown = example_game()
    room = Room.of(flown)
    runs = room.replay(replications=200)
    assert np.array_equal(runs["customers"][:, 0, 0], flown.flown()["customers"][:, 0, 0])
    told = skill_and_luck(runs).loc["Example team"]
    assert told["lived"] == flown.report().lines[0].now
    assert 0 < told["luck: better than % of futures"] < 100
    assert told["low"] < told["skill: median of all futures"] < told["high"]


def test_the_picture_of_luck_stands_on_its_own_curve() -> None:
    runs = Room.of(example_game()).replay(replications=400)
    picture = luck_picture(runs)
    curve, [lived] = picture.series[0], picture.notes
    at, height = lived.x, lived.y
    assert at is not None
    assert np.interp(at, np.asarray(curve.x), np.asarray(curve.y)) == pytest.approx(
        height, rel=0.02
    )
    assert [line.label for line in picture.series[1:3]] == list(COMPARED)[-2:]
    assert f"{height:,.0f} customers" in picture.sentence
    with pytest.raises(ExplainedError, match="team must be a place"):
        luck_picture(runs, 99)


def test_who_has_not_played_looks_at_the_example() -> None:
    assert to_look_at(Game("Red")).team == "Example team"
    red = game("Red")
    assert to_look_at(red) is red


def test_what_each_compared_policy_does_is_said_of_all_of_them_and_is_so() -> None:
    assert IN_A_CLAUSE.keys() == COMPARED.keys()
    assert "all work into features" in IN_A_CLAUSE["features only"]
    assert FEATURES_ONLY.start.features == 100
    assert not any(share in rule for share in SHARES for rule in FEATURES_ONLY.rules)
    assert "hires nobody" in IN_A_CLAUSE["nobody hired"]
    assert (
        fly({"nobody hired": COMPARED["nobody hired"]}, replications=20).final("hired").max() == 0
    )
    assert "API closed" in IN_A_CLAUSE["never open"]
    assert NEVER_OPEN.rules == (*STEADY.rules, "api closed")
