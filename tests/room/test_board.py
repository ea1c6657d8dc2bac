"""The board: what counts as right, partial credit as dots, tasks left out, what many were told."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import ROOT
from course import Sample, answered, release
from handed_in import FILE, SECONDS, STEM, Told, marked, opened, put
from nbformat import NotebookNode
from patience import wait_until
from served import served
from tornado.template import Loader

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import find_course
from thousandfold.facilitation.plan import Slot
from thousandfold.facilitation.schedule import formats, plan
from thousandfold.room.board import Board, Room
from thousandfold.room.counting import TaskCount
from thousandfold.room.marks import Exercise, Mark, Marker
from thousandfold.room.opening import start_checks
from thousandfold.room.server import PAGES
from thousandfold.room.venue import Site

OWN = "factor_possible is the number of paths *added*. Divide instead of subtracting."


@pytest.fixture(scope="module")
def exercise() -> Exercise:
    return Exercise(ROOT, STEM)


def board_of(exercise: Exercise, folder: Path, **given: object) -> Board:
    return opened(Room(exercise, folder, **given), lambda: Told(exercise))  # type: ignore[arg-type]


def structure(*points: float) -> list[bytes]:
    """Return a notebook for each number of points that the decision on a structure gives."""
    return [marked(structure={"points": it}) for it in points]


def page(board: Board) -> str:
    text = Loader(str(PAGES)).load("room_board.html").generate(board=board).decode()
    return re.sub(r"\s+", " ", text)


# --- What is right, and what is in between --------------------------------------------------------


@pytest.mark.usefixtures("boxes")
def test_a_structure_that_is_as_good_as_right_is_right(exercise: Exercise, tmp_path: Path) -> None:
    for squad, circle in ((7, 18), (8, 20), (8, 15)):
        structure = f"squad, liaisons, circle = {squad}, 2, {circle}"
        sample = Sample("a structure", {"structure_answer": structure})
        notebook = answered(release(STEM), STEM, sample)
        put(tmp_path / f"{squad}-{circle}.ipynb", nbformat.writes(notebook).encode())
    task = opened(Room(exercise, tmp_path), lambda: Marker(exercise)).tasks[4]
    assert (task.right, task.wrong, task.part) == (2, 1, True)


@pytest.mark.parametrize(("points", "right"), [(4.8, 1), (4.5, 1), (4.4, 0), (0, 0)])
def test_nearly_all_points_are_right(
    exercise: Exercise, tmp_path: Path, points: float, right: int
) -> None:
    (notebook,) = structure(points)
    put(tmp_path / "ann.ipynb", notebook)
    board = board_of(exercise, tmp_path)
    assert (board.done, board.tasks[4].right, board.tasks[4].wrong) == (right, right, 1 - right)
    assert board.tasks[4].part == (0 < points < 4.5)


def test_two_of_three_answers_are_not_a_right_task(exercise: Exercise, tmp_path: Path) -> None:
    put(tmp_path / "ann.ipynb", marked(factor_each={"points": 0}))
    task = board_of(exercise, tmp_path).tasks[1]
    assert (task.right, task.wrong, task.part) == (0, 1, True)


def test_shares_of_the_points_are_told_from_five_answers_on(
    exercise: Exercise, tmp_path: Path
) -> None:
    for number, notebook in enumerate(structure(5, 2.5, 0, 4.8)):
        put(tmp_path / f"ann-{number}.ipynb", notebook)
    put(tmp_path / "zoe.ipynb", marked(structure={"points": 0, "empty": True, "says": "open"}))
    assert board_of(exercise, tmp_path).tasks[4].shares == ()
    put(tmp_path / "zoe.ipynb", *structure(1))
    task = board_of(exercise, tmp_path).tasks[4]
    assert task.shares == (0, 0.2, 0.5, 0.96, 1)
    assert (task.right, task.wrong) == (2, 3)


@pytest.mark.parametrize("people", [5, 20, 200, 500])
def test_dots_stand_by_their_points_and_none_on_another(people: int) -> None:
    shares = (*([0.0] * (people // 10)), 0.31, 0.5, *([1.0] * (people - people // 10 - 2)))
    radius, dots = TaskCount("", 0, people, shares=shares).dots(220, 22)
    assert len(dots) == people
    for (x, y), share in zip(dots, shares, strict=True):
        column = 20 * round(10 * share)
        assert column + radius <= x <= column + 20 - radius
        assert radius <= y <= 22 - radius
    nearest = min((a - c) ** 2 + (b - d) ** 2 for (a, b), (c, d) in itertools.combinations(dots, 2))
    assert nearest > (2 * radius) ** 2


def test_the_page_shows_dots_and_says_what_counts() -> None:
    spread = TaskCount("A decision", 2, 3, shares=(0, 0.2, 0.5, 0.96, 1))
    sums = TaskCount("A sum", 4, 1, shares=(0, 1, 1, 1, 1))
    text = page(Board(5, 2, 0, 0, (spread, sums)))
    assert (text.count('<circle class="right"'), text.count('<circle class="wrong"')) == (2, 3)
    assert 'aria-label="Points of each answer in percent: 0, 20, 50, 96, 100"' in text
    assert "From 90 % on it counts as right." in text
    few = page(Board(4, 2, 0, 0, (TaskCount("A decision", 1, 3, part=True),)))
    assert "<circle" not in few
    assert "From 90 %" not in few
    assert "Right in part: not all the points yet." in few


# --- How many are checked at a time ---------------------------------------------------------------


def test_all_exercises_of_a_day_share_their_workers(tmp_path: Path) -> None:
    stems = (STEM, "05_product_to_platform")
    exercises = [Exercise(ROOT, stem) for stem in stems]
    free: list[bool] = []

    class Looks(Told):
        def prepare(self) -> None:
            self.turns = boards[self._exercise.assignment]._turns
            self.look()

        def mark(self, notebook: NotebookNode) -> Mapping[str, Mark]:
            self.look()
            return super().mark(notebook)

        def look(self) -> None:
            """Note whether another notebook could be checked beside this one."""
            free.append(self.turns.acquire(blocking=False))

    for stem in stems:
        put(
            tmp_path / "in" / "ann" / stem / f"{stem}.ipynb",
            nbformat.writes(release(stem)).encode(),
        )
    with served(tmp_path / "day.room", folder=tmp_path / "in", exercises=exercises) as room:
        boards = room.site.boards
        start_checks(room.site, Looks, 1)
        wait_until(lambda: len(free) == 4, SECONDS, seen=lambda: free)
        assert not any(free)
        assert len({board._turns for board in boards.values()}) == 1


# --- Tasks that a format leaves out ---------------------------------------------------------------


def test_only_the_tasks_of_a_format_count(exercise: Exercise, tmp_path: Path) -> None:
    put(tmp_path / FILE, marked(factor_each={"points": 0}))
    (tmp_path / FILE).rename(tmp_path / "ann.ipynb")
    assert board_of(exercise, tmp_path).done == 0
    kept = ["paths-bought-task", "ten_win", "structure-task", "memo-task"]
    board = board_of(exercise, tmp_path, tasks=kept)
    assert [task.title[:2] for task in board.tasks] == ["1.", "4.", "5."]
    assert board.done == 1


def test_a_plan_names_tasks_as_the_board_does() -> None:
    course = find_course(ROOT)
    for name in formats():
        for session in plan(course, name).sessions:
            kept: dict[str, list[str]] = {}
            for slot in session.slots:
                if slot.part == "exercise":
                    kept.setdefault(slot.stem, []).append(slot.cell)
            for stem, cells in kept.items():
                exercise = Exercise(ROOT, stem)
                assert {task.cell for task in exercise.limited(cells)} == set(cells) - {"memo-task"}


def test_what_is_dropped_during_the_day_leaves_the_board_and_the_results(
    exercise: Exercise, tmp_path: Path
) -> None:
    cells = [task.cell for task in exercise.tasks]
    lines = [Slot(0, 5, "exercise", cell, STEM, "exercise", cell) for cell in cells]

    def seen(site: Site) -> tuple[list[str], int, list[str]]:
        board = site.board(STEM)
        found = site.boards[STEM].results("ann")
        assert board
        assert found
        shown = [task.title[:1] for task in board.tasks], board.done
        return *shown, [task.title[:1] for task in found.tasks]

    put(tmp_path / "in" / "ann.ipynb", marked(factor_each={"points": 0}))
    given: Any = {"lines": lines, "folder": tmp_path / "in", "exercises": [exercise], "make": Told}
    with served(tmp_path / "day.room", **given) as room:
        wait_until(lambda: seen(room.site)[2], SECONDS)
        assert seen(room.site) == (list("12345"), 0, list("12345"))
        room.do("follow", late=5, minutes={"1": 0, "3": 0})
        assert seen(room.site) == (list("135"), 1, list("135"))
    with served(tmp_path / "day.room", **given) as room:
        wait_until(lambda: seen(room.site)[2], SECONDS)
        assert seen(room.site) == (list("135"), 1, list("135"))
        room.do("follow", late=5, minutes={str(place): 0 for place in range(len(cells))})
        assert seen(room.site) == (list("12345"), 0, list("12345"))


def test_a_task_that_is_none_is_named(exercise: Exercise, tmp_path: Path) -> None:
    with pytest.raises(ExplainedError, match="no task 'no-task'; its tasks are: paths-bought-task"):
        Room(exercise, tmp_path, tasks=["no-task"])
    with pytest.raises(ExplainedError, match="no such task that can be checked"):
        Room(exercise, tmp_path, tasks=["memo-task"])


# --- What many were told --------------------------------------------------------------------------


def told(text: str, *tests: str) -> bytes:
    return marked(**{test: {"points": 0, "says": text} for test in tests or ("factor_possible",)})


def test_a_sentence_of_one_browser_counts_once(exercise: Exercise, tmp_path: Path) -> None:
    for number, name in enumerate(("ann", "ann-again", "ann-once-more")):
        put(tmp_path / f"{name}.ipynb", told(f"Vote for me, {number}"), at=1e9 + number)
    anns = board_of(exercise, tmp_path, owner=lambda name: "a browser")
    assert (anns.tasks[1].says, anns.tasks[1].told, anns.tasks[1].varied) == ("", 0, True)
    put(tmp_path / "ben.ipynb", told("Vote for me, 2"))
    owners = {"ben": "another browser"}
    both = board_of(exercise, tmp_path, owner=lambda name: owners.get(name, "a browser"))
    assert (both.tasks[1].says, both.tasks[1].told) == ("Vote for me, 2", 2)
    files = board_of(exercise, tmp_path, owner=lambda name: "")
    assert files.tasks[1].told == 4


def test_what_an_untouched_notebook_is_told_is_no_wrong_answer(
    exercise: Exercise, tmp_path: Path
) -> None:
    for name in ("ann", "ben"):
        untouched = {"points": 0, "empty": True, "says": "no answer yet"}
        put(
            tmp_path / f"{name}.ipynb", marked(factor_possible=untouched, factor_used={"points": 0})
        )
    assert board_of(exercise, tmp_path).tasks[1].says == ""


def test_a_sentence_of_the_exercise_is_told_of_one_and_of_each(
    exercise: Exercise, tmp_path: Path
) -> None:
    for number, name in enumerate(("ann", "ben behind the same router"), start=1):
        put(tmp_path / f"{name}.ipynb", told(OWN))
        board = board_of(exercise, tmp_path, owner=lambda name: "one address")
        assert (board.tasks[1].says, board.tasks[1].told) == (OWN, number)


def test_names_are_taken_out_however_they_are_written(exercise: Exercise, tmp_path: Path) -> None:
    for name in ("zoe-müller", "yu_li", "ann"):
        put(tmp_path / f"{name}.ipynb", told("ZOE Müller's li_ann is no list"))
    assert board_of(exercise, tmp_path).tasks[1].says == "… …'s li_… is no list"


def test_of_one_browser_the_last_counts(exercise: Exercise, tmp_path: Path) -> None:
    put(tmp_path / "z-first.ipynb", told("Read it"), at=1e9)
    put(tmp_path / "a-last.ipynb", told("Read it again"), at=2e9)
    put(tmp_path / "ben.ipynb", told("Read it again"), at=1.5e9)
    board = board_of(exercise, tmp_path, owner=lambda name: "ben" if name == "ben" else "ann")
    assert (board.tasks[1].says, board.tasks[1].told) == ("Read it again", 2)


def test_two_tests_that_say_the_same_to_one_are_one(exercise: Exercise, tmp_path: Path) -> None:
    put(tmp_path / "ann.ipynb", told("NameError: vote for me", "factor_possible", "factor_used"))
    task = board_of(exercise, tmp_path).tasks[1]
    assert (task.says, task.told, task.varied) == ("", 0, True)
