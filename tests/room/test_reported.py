"""Where nothing can be run: what saved notebooks say that their checks have said."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from course import Sample, answered, grade_id, release
from handed_in import FILE, STEM, opened, put
from nbclient import NotebookClient
from nbformat import NotebookNode
from test_board import page
from traitlets.config import Config

from boxgrader.errors import BoxError
from thousandfold.room.board import Board, Marks, Room
from thousandfold.room.marks import Exercise
from thousandfold.room.reported import Reported, read

NO_BOX = "This machine gives no box."


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return Exercise(ROOT, STEM)


def as_saved(notebook: NotebookNode, monkeypatch: pytest.MonkeyPatch) -> NotebookNode:
    """Run a notebook as its learner does, from the first cell to the last."""
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    config = Config({"KernelManager": {"transport_encryption": "auto"}})
    NotebookClient(notebook, config=config).execute()
    return notebook


def no_box() -> Marks:
    raise BoxError(NO_BOX)


def without_a_box(exercise: Exercise, folder: Path, make: Callable[[], Marks] = no_box) -> Board:
    return opened(Room(exercise, folder), make)


def test_the_board_shows_what_checks_have_said_to_learners(
    exercise: Exercise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    some = Sample(
        "some",
        {
            "joins_answer": "one_joins = 100\nninety_join = ...",
            "doubling_answer": "factor_possible = 3\nfactor_used = 3.5\nfactor_each = 1.5",
            "structure_answer": "squad = liaisons = circle = ...",
        },
    )
    notebook = as_saved(answered(release(STEM), STEM, some), monkeypatch)
    put(tmp_path / "ann.ipynb", nbformat.writes(notebook).encode())
    board = without_a_box(exercise, tmp_path)
    assert (board.self_reported, board.ready, board.trouble) == (True, True, NO_BOX)
    assert [(task.right, task.wrong) for task in board.tasks] == [
        (0, 1),
        (0, 1),
        (1, 0),
        (1, 0),
        (0, 0),
    ]
    says = "More paths are used than are possible, by your own numbers. Are the two swapped?"
    assert (board.tasks[1].says, board.tasks[1].told) == (says, 1)


def test_a_notebook_that_nobody_has_run_has_no_answer(exercise: Exercise, tmp_path: Path) -> None:
    put(tmp_path / "ann.ipynb", nbformat.writes(release(STEM)).encode())
    board = without_a_box(exercise, tmp_path)
    assert (board.started, board.done, board.refused) == (1, 0, 0)
    assert {(task.right, task.wrong) for task in board.tasks} == {(0, 0)}


@pytest.mark.parametrize(
    "outputs",
    [
        "many",
        [None, 7, [], {}],
        [{"output_type": "error", "ename": {}, "evalue": []}],
        [{"output_type": "display_data", "data": {"text/plain": {"a": 1}}}],
        [{"output_type": "display_data", "data": {"text/plain": ["Hint. ", None]}}],
        [{"output_type": "stream", "name": "stderr", "text": {"a": 1}}],
    ],
)
def test_what_is_no_output_stops_nothing(
    exercise: Exercise, tmp_path: Path, outputs: object
) -> None:
    notebook = release(STEM)
    for cell in notebook.cells:
        if grade_id(cell) == "one_joins":
            cell.outputs = outputs
            cell.execution_count = {"a": 1}
    put(tmp_path / "ann.ipynb", json.dumps(notebook).encode())
    board = without_a_box(exercise, tmp_path)
    assert (board.started, board.refused) == (1, 0)


def test_what_only_one_notebook_says_is_not_shown(exercise: Exercise, tmp_path: Path) -> None:
    notebook = release(STEM)
    for cell in notebook.cells:
        if grade_id(cell) == "one_joins":
            cell.outputs = [
                nbformat.v4.new_output("display_data", {"text/plain": "Hint. Vote for me"})
            ]
    put(tmp_path / "ann.ipynb", nbformat.writes(notebook).encode())
    task = without_a_box(exercise, tmp_path).tasks[0]
    assert (task.says, task.wrong, task.varied) == ("", 1, True)
    put(tmp_path / "ben.ipynb", nbformat.writes(notebook).encode())
    assert without_a_box(exercise, tmp_path).tasks[0].says == "Vote for me"


def test_a_test_that_is_hidden_whole_is_left_out(exercise: Exercise, tmp_path: Path) -> None:
    notebook = release(STEM)
    for cell in notebook.cells:
        if grade_id(cell) == "one_joins":
            cell.execution_count = 3
        if grade_id(cell) == "ninety_join":
            cell.source = ""
    put(tmp_path / FILE, nbformat.writes(notebook).encode())
    marks = Reported(exercise).mark(read(tmp_path / FILE, inside=tmp_path))
    assert (marks["one_joins"].points, marks["ninety_join"].most) == (1, 0)


def test_the_page_says_that_nothing_was_checked(exercise: Exercise, tmp_path: Path) -> None:
    put(tmp_path / "ann.ipynb", nbformat.writes(release(STEM)).encode())
    text = page(without_a_box(exercise, tmp_path))
    assert "This computer checks no answers." in text
    assert "<dt>all tasks filled in</dt>" in text
    assert "<b>0</b> right" not in text


WINDOWS = """
from handed_in import opened
import sys
from on_windows import lacks_what_windows_lacks
lacks_what_windows_lacks()
from pathlib import Path
from thousandfold.room.board import Room
from thousandfold.room.hand_in import Intake
from thousandfold.room.marks import Exercise, Marker
folder, root, stem = map(Path, sys.argv[1:])
exercise = Exercise(root, stem.name)
work = (root / "exercises" / stem / f"{stem}.ipynb").read_bytes()
intake = Intake([exercise], folder)
intake.take("ann", work, intake.look("ann", work))
board = opened(Room(exercise, folder), lambda: Marker(exercise))
print(board.started, board.refused, board.self_reported, board.trouble)
"""


def test_a_room_opens_where_a_box_cannot_be_imported(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WINDOWS, str(tmp_path), str(ROOT), STEM],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.returncode == 0, done.stderr
    assert "1 0 True Learners' code can be boxed on Linux only, and this is Windows." in done.stdout
