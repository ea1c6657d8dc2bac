"""What tests hand in to a room, and a marker that reads its marks from there."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import nbformat
from course import release
from nbformat import NotebookNode
from patience import wait_until

from thousandfold.room.board import Board, Marks, Room
from thousandfold.room.marks import Exercise, Mark

STEM = "06_communication"
FILE = f"{STEM}.ipynb"
SECONDS = 60  # for anything to happen, on a quiet machine


class Told:
    """Takes what each test made of a notebook from the notebook, where a test has written it."""

    def __init__(self, exercise: Exercise) -> None:
        self._exercise = exercise

    def prepare(self) -> None:
        pass

    def mark(self, notebook: NotebookNode) -> Mapping[str, Mark]:
        marks = notebook.metadata.get("marks", {})
        points = {
            name: cell.metadata.nbgrader.points for name, cell in self._exercise.tests.items()
        }
        return {
            name: Mark(**{"points": most, "most": most, **marks.get(name, {})})
            for name, most in points.items()
        }


def marked(**marks: Mapping[str, object]) -> bytes:
    """Return a notebook with these marks, and all points elsewhere."""
    notebook = release(STEM)
    notebook.metadata["marks"] = marks
    return nbformat.writes(notebook).encode()


def put(path: Path, content: bytes, *, at: float | None = None) -> None:
    """Put a file into a room's folder, if asked with a time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if at is not None:
        os.utime(path, (at, at))


def opened(room: Room, make: Callable[[], Marks]) -> Board:
    """Open a room, and return its board when everything that lies there is marked."""
    room.look()
    room.start(make, 2)

    def is_settled() -> bool:
        board = room.board()
        return board.ready and not board.waiting

    wait_until(is_settled, SECONDS, seen=room.board)
    return room.board()
