"""What people who are none hand in: right, wrong and open tasks, and no answer from nowhere."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from course import release, source, stems
from handed_in import STEM, opened, put
from nbformat import NotebookNode
from test_reported import no_box

from boxgrader.engine.cells import code, is_solution
from thousandfold.room.board import Board, Room
from thousandfold.room.marks import Exercise, Marker
from thousandfold.room.practice import worked_on

PEOPLE = range(1, 13)


def answers(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in code(notebook) if is_solution(cell)]


def board_of(folder: Path, *, boxed: bool) -> Board:
    exercise = Exercise(ROOT, STEM)
    for number in PEOPLE:
        notebook = worked_on(release(STEM), number, source(STEM))
        put(folder / f"rehearsal-{number:03}.ipynb", nbformat.writes(notebook).encode())
    return opened(Room(exercise, folder), (lambda: Marker(exercise)) if boxed else no_box)


@pytest.mark.usefixtures("boxes")
def test_a_board_of_a_rehearsal_has_right_and_wrong_and_open_tasks(tmp_path: Path) -> None:
    board = board_of(tmp_path, boxed=True)
    assert board.refused == 0
    for task in board.tasks:
        assert task.right > 0, task
        assert task.wrong > 0, task
    assert any(task.right + task.wrong < len(PEOPLE) for task in board.tasks)
    assert any(task.told > 1 for task in board.tasks)


def test_where_nothing_is_checked_some_tasks_are_filled_in(tmp_path: Path) -> None:
    board = board_of(tmp_path, boxed=False)
    assert board.self_reported
    filled = [task.right for task in board.tasks]
    assert 0 < min(filled) < len(PEOPLE)


@pytest.mark.parametrize("stem", stems())
def test_without_the_instructors_notebook_no_answer_is_known(stem: str) -> None:
    released = release(stem)
    for number in PEOPLE:
        made = answers(worked_on(released, number))
        assert made != answers(released)
        for before, after in zip(answers(released), made, strict=True):
            ast.parse(after)
            blank = r"(?:\.\.\.|3|9|30|75|Rehearsal \d{3})"
            assert re.fullmatch(re.escape(before).replace(r"\.\.\.", blank), after)


def test_the_same_person_hands_in_the_same_and_others_something_else() -> None:
    twice = [answers(worked_on(release(STEM), 1, source(STEM))) for _ in range(2)]
    assert twice[0] == twice[1]
    assert twice[0] != answers(worked_on(release(STEM), 2, source(STEM)))
