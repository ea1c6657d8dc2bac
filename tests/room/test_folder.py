"""What a board counts of a folder in which submissions lie."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from course import release
from nbformat import NotebookNode
from patience import wait_until

from thousandfold.errors import ExplainedError
from thousandfold.room.board import Board, Room
from thousandfold.room.marks import Exercise, Mark

STEM = "06_communication"
FILE = f"{STEM}.ipynb"
OWN = "factor_possible is the number of paths *added*. Divide instead of subtracting."
SECONDS = 60  # for anything to happen, on a quiet machine


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return Exercise(ROOT, STEM)


class Reader:
    """Takes the marks from the notebook itself, where a test has written them."""

    def __init__(self, exercise: Exercise) -> None:
        self._tests = list(exercise.tests)

    def prepare(self) -> None:
        pass

    def mark(self, notebook: NotebookNode) -> Mapping[str, Mark]:
        said = notebook.metadata.get("said", {})
        return {name: Mark(not said.get(name), says=said.get(name, "")) for name in self._tests}


def saying(**said: str) -> bytes:
    """Return a notebook whose tests say this, and that is right where they say nothing."""
    notebook = release(STEM)
    notebook.metadata["said"] = said
    return nbformat.writes(notebook).encode()


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def settled(room: Room) -> Board:
    """Wait until everything that lies there is marked."""
    room.look()

    def is_settled() -> bool:
        board = room.board()
        return not board.waiting and bool(board.ready or board.trouble)

    wait_until(is_settled, SECONDS, seen=room.board)
    return room.board()


def open_room(exercise: Exercise, folder: Path, inbound: Path | None = None) -> Room:
    room = Room(exercise, folder, inbound)
    room.start(lambda: Reader(exercise), 2)
    return room


# --- What is counted ------------------------------------------------------------------------------


def test_tasks_are_what_stands_under_a_heading(exercise: Exercise) -> None:
    assert exercise.title == "Why can't a hundred people talk like ten?"
    assert [task.title[:2] for task in exercise.tasks] == ["1.", "2.", "3.", "4.", "5."]
    assert exercise.tasks[1].tests == ("factor_possible", "factor_used", "factor_each")
    with pytest.raises(ExplainedError, match=f"Name one of these: .*{STEM}"):
        Exercise(ROOT, "no_such_exercise")


class Silent(Reader):
    """Marks a decision that its test has weighed, and said nothing about."""

    points = 0.0

    def mark(self, notebook: NotebookNode) -> Mapping[str, Mark]:
        return {name: Mark(self.points) for name in self._tests}


class Sharing(Silent):
    points = 0.5


@pytest.mark.parametrize(("reader", "part"), [(Silent, False), (Sharing, True)])
def test_right_in_part_is_said_where_somebody_has_points(
    reader: type[Silent], part: bool, exercise: Exercise, tmp_path: Path
) -> None:
    put(tmp_path / "ann" / STEM / FILE, saying())
    room = Room(exercise, tmp_path)
    room.start(lambda: reader(exercise), 2)
    assert {task.part for task in settled(room).tasks} == {part}


def test_a_room_counts_and_the_latest_counts(exercise: Exercise, tmp_path: Path) -> None:
    put(tmp_path / "ann" / STEM / FILE, saying())
    put(tmp_path / "ben" / FILE, saying(factor_possible="no", factor_used="no"))
    put(tmp_path / "li.wei.ipynb", saying(factor_possible="no"))
    put(tmp_path / "li.chen.ipynb", b"no notebook")
    room = open_room(exercise, tmp_path)
    board = settled(room)
    assert (board.started, board.done, board.refused) == (4, 1, 1)
    assert [(task.right, task.wrong) for task in board.tasks] == [(3, 0), (1, 2), *[(3, 0)] * 3]
    put(tmp_path / "ben" / FILE, saying())
    (tmp_path / "li.chen.ipynb").unlink()
    board = settled(room)
    assert (board.started, board.done, board.refused) == (3, 2, 0)
    again = settled(open_room(exercise, tmp_path))  # after it was killed
    assert again == board


@pytest.mark.parametrize("later", ["folder", "file"])
def test_of_two_of_one_name_the_later_counts(
    exercise: Exercise, tmp_path: Path, later: str
) -> None:
    places = {"folder": tmp_path / "ann" / STEM / FILE, "file": tmp_path / "ann.ipynb"}
    for name, path in places.items():
        put(path, saying() if name == later else saying(factor_possible="no"))
        os.utime(path, (2e9, 2e9) if name == later else (1e9, 1e9))
    board = settled(open_room(exercise, tmp_path))
    assert (board.started, board.done) == (1, 1)


def test_what_is_submitted_through_an_exchange_counts(exercise: Exercise, tmp_path: Path) -> None:
    inbound = tmp_path / "inbound"
    early, late = "2027-03-15 10:00:00.0 UTC", "2027-03-15 10:30:00.0 UTC"
    put(inbound / f"ann+{STEM}+{late}+a1" / FILE, saying())
    put(inbound / f"ann+{STEM}+{early}+b2" / FILE, saying(factor_possible="no"))
    put(inbound / f"ben+07_other+{early}+c3" / FILE, saying())
    put(inbound / "no name" / FILE, saying())
    board = settled(open_room(exercise, tmp_path / "none", inbound))
    assert (board.started, board.done) == (1, 1)


@pytest.mark.parametrize(
    ("said", "shown", "told"),
    [
        ([OWN], OWN, 1),
        (["ValueError: Boris is slow"], "", 0),
        (["ValueError: Boris is slow"] * 2, "ValueError: … is slow", 2),
        ([OWN, "a is 3, look again", "a is 4, look again"], "a is …, look again", 2),
        ([f"{OWN} Boris is slow"], "", 0),
    ],
)
def test_a_sentence_of_one_is_shown_if_no_learner_wrote_it(
    exercise: Exercise, tmp_path: Path, said: list[str], shown: str, told: int
) -> None:
    for number, text in enumerate(said):
        put(tmp_path / f"boris-{number}.ipynb", saying(factor_possible=text))
    board = settled(open_room(exercise, tmp_path))
    task = board.tasks[1]
    assert (task.says, task.told, task.wrong) == (shown, told, len(said))
    assert task.varied == (not shown)
