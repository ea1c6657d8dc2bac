"""The room's guesses at the close: all together from five people on, each own for one alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from served import LINES, Served, Visitor, served

from thousandfold.facilitation.room_calibration import ASK
from thousandfold.room.day_folder import left_behind
from thousandfold.room.guessed import own_guesses, room_guesses
from thousandfold.room.questions import Question

PATHS = "06-my_guess_paths"


@pytest.fixture
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("room")
    with served(folder / "x.room", lines=LINES, folder=folder / "in") as it:
        yield it


def vote(room: Served, *guesses: int) -> None:
    """Let one browser after the other answer, and the room see what came."""
    room.go("predict")
    for number, guess in enumerate(guesses):
        room.do("enter", f"browser {number}", address=f"10.0.0.{number}")
        room.do("vote", f"browser {number}", question=PATHS, answer=str(guess))


def test_four_show_nothing_and_five_do(room: Served) -> None:
    vote(room, 100, 400, 900, 1000)
    room.go("close")
    projector = Visitor(room.site, facilitator=True)
    assert room_guesses(room.site).questions == (), "the room has not been told what came"
    room.go("expected", 1)
    room.go("close")
    assert "No question was answered by five people" in projector.part("/projector")
    vote(room, 100, 400, 900, 1000, 4000)
    room.go("close")
    shown = projector.part("/projector")
    assert ASK in shown
    assert "Of one question 1 rather too low." in shown
    assert "of about 5 people" in projector.part("/facilitator")
    assert "of about 5 people" in left_behind(room.site).texts["guesses.html"]


def test_choices_have_no_side(room: Served) -> None:
    choice = Question("06-choice", "Which?", ("this", "that"), "", 1.0, "It was that")
    room.site.day.revealed[choice.name] = choice
    assert room_guesses(room.site).questions == ()


def test_ones_own_are_shown_to_one_alone(room: Served) -> None:
    vote(room, 100, 4900)
    room.go("expected", 1)
    room.go("close")
    assert "1 too low" in own_guesses(room.site, "browser 0")
    assert "1 close" in own_guesses(room.site, "browser 1")
    assert own_guesses(room.site, "browser 2") == ""
    stranger = Visitor(room.site)
    stranger.enter()
    for page in (stranger.part("/"), stranger.client.get("/takeaway").text):
        assert "How my guesses lay" not in page
    assert "guesses.html" not in left_behind(room.site).texts


def test_ones_own_stand_on_the_phone_and_in_the_takeaway(room: Served) -> None:
    visitor = Visitor(room.site)
    visitor.enter()
    room.go("predict")
    visitor.send("/vote", question=PATHS, answer="100")
    room.go("expected", 1)
    room.go("close")
    for page in (visitor.part("/"), visitor.client.get("/takeaway").text):
        assert "How my guesses lay" in page
        assert "You made 1 of " in page
        assert "conclude nothing yet" in page
