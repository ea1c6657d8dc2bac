"""One decision changed: the same luck, and what it was worth."""

from __future__ import annotations

import numpy as np
import pytest

from thousandfold.errors import ExplainedError
from thousandfold.flight.debrief import example_game
from thousandfold.flight.ending import ending
from thousandfold.flight.engine import fly
from thousandfold.flight.game import Game
from thousandfold.flight.second_flight import fly_again


def test_both_meet_the_same_luck_until_the_changed_round_and_differ_after_it() -> None:
    second = fly_again(example_game(), 5, debt=40, features=40, replications=20)
    flown, changed = (game.seen() for game in (second.game, second.changed))
    for stock in ("customers", "cash", "debt"):
        np.testing.assert_array_equal(flown[stock][:5], changed[stock][:5])
    assert (flown["debt"][5:] != changed["debt"][5:]).all()
    np.testing.assert_array_equal(flown["event"], changed["event"])


def test_the_future_that_was_lived_is_the_first_of_all() -> None:
    second = fly_again(example_game(), 3, hire=20, replications=50)
    for row, game in enumerate((second.game, second.changed)):
        assert second.ends[row, 0] == game.seen()["customers"][-1]


def test_what_it_was_worth_is_counted_future_by_future() -> None:
    second = fly_again(example_game(), 3, debt=40, features=40, replications=100)
    assert second.ahead == np.sum(second.ends[1] > second.ends[0])
    assert f"in {second.ahead:.0f} of 100" in second.sentence
    picture = second.picture()
    assert [line.label for line in picture.series] == ["as flown", "changed"]
    assert picture.sentence == second.sentence


def test_a_flight_that_is_not_over_can_be_flown_again() -> None:
    game = Game("Red")
    game.play(forecast=2000, reason="x")
    assert len(fly_again(game, 1, hire=3, replications=5).changed.turns) == 1


@pytest.mark.parametrize(
    ("at", "decided", "told"),
    [
        (0, {"hire": 3}, "1 to 12, not 0"),
        (13, {"hire": 3}, "1 to 12, not 13"),
        (True, {"hire": 3}, "1 to 12"),
        (3, {}, "was decided like this"),
        (3, {"hire": 6}, "was decided like this"),
        (3, {"hire": -1}, "hire must be"),
        (3, {"salary": 1}, "a decision needs exactly"),
    ],
)
def test_what_cannot_be_changed_is_said(at: int, decided: dict[str, float], told: str) -> None:
    with pytest.raises(ExplainedError, match=told):
        fly_again(example_game(), at, **decided)


def test_before_the_first_round_nothing_can_be_changed() -> None:
    with pytest.raises(ExplainedError, match="no round is flown yet"):
        fly_again(Game("Red"), 1, hire=3)


def test_the_front_page_counts_what_the_engine_counts() -> None:
    game = example_game()
    told, seen = ending(game), game.seen()
    ends = fly({"us": game.rows}).final("customers")[0]
    text = " ".join(told.sentences)
    assert f"{seen['customers'][-1]:,.0f}" in told.headline
    assert f"kept in {seen['kept'][-1]:.0f} of 12 rounds" in text
    assert f"end at {np.median(ends):,.0f} in the middle" in text
    assert f"{100 * (ends < seen['customers'][-1]).mean():.0f} of 100 end lower" in text
    assert "round 12: 4,096,000, and 257,206 came" in text
    assert "Debt breeds debt" in text
    np.testing.assert_array_equal(told.ends, np.sort(ends))
