"""Two processes that save one team's game in the same moment: one does, the other is told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from patience import patience

from thousandfold.errors import ExplainedError
from thousandfold.flight import lock
from thousandfold.flight.game import Game

FILE = "flight-red.json"
# Another window, which stops in the middle of saving until it hears a line.
OTHER = """
import sys
from thousandfold.flight import game

def slowly(place, content, write=game.write_whole):
    print("saving", flush=True)
    sys.stdin.readline()
    return write(place, content)

game.write_whole = slowly
game.Game.open("Red", folder=sys.argv[1]).play(forecast=2000, reason="the other window")
"""


@contextmanager
def saving(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Let another process begin to save a round of the game, and end it if it still runs."""
    command = [sys.executable, "-c", OTHER, str(folder)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == "saving\n"
            yield other
        finally:
            other.kill()


def play(game: Game) -> None:
    game.play(forecast=2000, reason="this window")


def reasons(folder: Path) -> list[str]:
    return [turn.reason for turn in Game.open("Red", folder=folder).turns]


def test_who_saves_in_the_same_moment_is_refused_and_nothing_is_lost(tmp_path: Path) -> None:
    game = Game.open("Red", folder=tmp_path)
    with saving(tmp_path) as other:
        with pytest.raises(ExplainedError, match=r"flight-red\.json just now. Nothing was flown"):
            play(game)
        assert game.round == 1
        other.communicate(input="\n", timeout=patience(60))
        assert other.returncode == 0
    with pytest.raises(ExplainedError, match="was changed by another window"):
        play(game)
    play(Game.open("Red", folder=tmp_path))
    assert reasons(tmp_path) == ["the other window", "this window"]
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_process_that_was_killed_while_it_saved_keeps_nobody_out(tmp_path: Path) -> None:
    with saving(tmp_path) as other:
        other.kill()
        other.wait(patience(60))
    assert [path.name for path in tmp_path.iterdir()] == [f".{FILE}.lock"]
    play(Game.open("Red", folder=tmp_path))
    assert reasons(tmp_path) == ["this window"]
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_a_lock_that_its_holder_took_away_meanwhile_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = tmp_path / f".{FILE}.lock"
    monkeypatch.setattr(lock, "_lock", lambda _: held.unlink())
    with pytest.raises(ExplainedError, match="just now"):
        play(Game.open("Red", folder=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_on_a_disk_without_locks_a_game_is_saved_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without(_: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(lock, "_lock", without)
    play(Game.open("Red", folder=tmp_path / "new"))
    assert reasons(tmp_path / "new") == ["this window"]
