"""Handing in: which exercise a notebook is of, and what becomes of what it replaces."""

from __future__ import annotations

import datetime
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from course import release
from handed_in import FILE, STEM

from boxgrader.errors import Refused
from thousandfold.errors import ExplainedError
from thousandfold.room import hand_in
from thousandfold.room.hand_in import Intake, folder_name, meant_for, not_meant
from thousandfold.room.marks import Exercise

OTHER = "05_product_to_platform"
NINE = datetime.datetime(2027, 3, 15, 9, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def exercises() -> list[Exercise]:
    return [Exercise(ROOT, STEM), Exercise(ROOT, OTHER)]


class Clock:
    """What time it is for whoever hands in."""

    at = NINE


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    it = Clock()

    class Now(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:  # type: ignore[override]
            return it.at

    monkeypatch.setattr(hand_in.datetime, "datetime", Now)
    return it


@pytest.fixture
def intake(exercises: list[Exercise], tmp_path: Path) -> Intake:
    return Intake(exercises[:1], tmp_path)


def take(intake: Intake, learner: str, content: bytes) -> Exercise:
    """Take what a learner hands in, as the room does."""
    exercise = intake.look(learner, content)
    intake.take(learner, content, exercise)
    return exercise


def saying(text: str) -> bytes:
    """Return a notebook of the exercise that holds a text."""
    notebook = release(STEM)
    notebook.metadata["text"] = text
    return nbformat.writes(notebook).encode()


def kept(folder: Path) -> list[bytes]:
    """Return what was replaced, from the oldest to the newest."""
    return [path.read_bytes() for path in sorted((folder / ".replaced" / "ann" / STEM).iterdir())]


def test_a_notebook_of_another_exercise_replaces_nothing(intake: Intake, tmp_path: Path) -> None:
    right = saying("right")
    take(intake, "ann", right)
    with pytest.raises(Refused, match=rf"another one. Please hand in exercises/{STEM}/{FILE}\."):
        take(intake, "ann", nbformat.writes(release(OTHER)).encode())
    assert (tmp_path / "ann" / STEM / FILE).read_bytes() == right


@pytest.mark.parametrize("stem", [STEM, OTHER])
def test_the_notebook_says_which_exercise_of_the_day_it_is_of(
    exercises: list[Exercise], tmp_path: Path, stem: str
) -> None:
    content = nbformat.writes(release(stem)).encode()
    day = Intake(exercises, tmp_path)
    assert take(day, "ann", content).assignment == stem
    assert (tmp_path / "ann" / stem / f"{stem}.ipynb").read_bytes() == content


def test_what_is_left_of_a_notebook_is_still_of_its_exercise(exercises: list[Exercise]) -> None:
    notebook = release(STEM)
    tests = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    for cell in tests[:3]:
        notebook.cells.remove(cell)
    assert meant_for(notebook, exercises) is exercises[0]
    notebook.cells = [cell for cell in notebook.cells if cell not in tests[:-2]]
    assert meant_for(notebook, exercises) is None


def test_of_two_exercises_that_fit_it_is_that_with_more_of_its_tests(
    exercises: list[Exercise],
) -> None:
    notebook = release(STEM)
    notebook.cells += release(OTHER).cells[:-4]
    assert all(exercise.is_meant(notebook) for exercise in exercises)
    for order in (exercises, exercises[::-1]):
        assert meant_for(notebook, order) is exercises[0]


def test_whoever_hands_in_something_else_is_told_what_is_wanted(exercises: list[Exercise]) -> None:
    assert not_meant([*exercises, exercises[0]]) == (
        f"This notebook is another one. Please hand in exercises/{STEM}/{FILE}, "
        f"exercises/{OTHER}/{OTHER}.ipynb or exercises/{STEM}/{FILE}."
    )


def test_what_is_replaced_is_kept_whoever_replaces_it(intake: Intake, tmp_path: Path) -> None:
    for text in ("first", "second", "second", "third"):
        take(intake, "ann", saying(text))
    assert kept(tmp_path) == [saying("first"), saying("second")]


def test_of_two_at_the_same_moment_one_is_kept(intake: Intake, tmp_path: Path) -> None:
    texts = [f"{number}" for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda text: take(intake, "ann", saying(text)), texts))
    there = (tmp_path / "ann" / STEM / FILE).read_bytes()
    assert sorted([*kept(tmp_path), there]) == sorted(map(saying, texts))


def test_many_versions_leave_the_first_and_those_that_stood_for_long(
    intake: Intake, tmp_path: Path, clock: Clock
) -> None:
    note = tmp_path / ".replaced" / "ann" / STEM / "a note.ipynb"
    for minutes, text in ((0, "first"), (1, "an hour of work"), (61, "somebody else")):
        clock.at = NINE + datetime.timedelta(minutes=minutes)
        take(intake, "ann", saying(text))
    note.write_bytes(b"put here by a person")
    for second in range(60):
        clock.at = NINE + datetime.timedelta(minutes=62, seconds=second)
        take(intake, "ann", saying(f"again, {second}"))
    note.unlink()
    versions = kept(tmp_path)
    assert len(versions) == 20
    assert versions[:2] == [saying("first"), saying("an hour of work")]


def test_what_is_kept_of_somebody_has_a_bound_in_bytes_and_a_flood_drives_out_its_own(
    exercises: list[Exercise], tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = len(saying("x" * 1000))
    monkeypatch.setattr(hand_in, "_MOST_KEPT", 4 * size)
    intake = Intake(exercises, tmp_path)
    other = nbformat.writes(release(OTHER)).encode()
    for hour, content in enumerate((other, other + b" ", saying("first"), saying("for an hour"))):
        clock.at = NINE + datetime.timedelta(hours=hour)
        take(intake, "ann", content)
    for second in range(1, 30):
        clock.at = NINE + datetime.timedelta(hours=5, seconds=second)
        take(intake, "ann", saying(f"{second:02}" + "x" * 1000))
    everything = sorted((tmp_path / ".replaced" / "ann").glob("*/*.ipynb"))
    assert 3 * size < sum(path.stat().st_size for path in everything) <= 4 * size
    assert kept(tmp_path)[:2] == [saying("first"), saying("for an hour")]
    # Where the first ones alone are too large, the oldest goes.
    monkeypatch.setattr(hand_in, "_MOST_KEPT", size)
    take(intake, "ann", saying("last"))
    assert kept(tmp_path) == [saying("first")]


def test_a_disk_that_is_nearly_full_takes_nothing(
    intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=499 * 2**20))
    with pytest.raises(ExplainedError, match="nearly full"):
        take(intake, "ann", saying("no room"))
    assert not (tmp_path / "ann").exists()
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=501 * 2**20))
    take(intake, "ann", saying("room"))


def test_so_many_people_hand_in_and_no_more(
    intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand_in, "MOST_LEARNERS", 2)
    for name in ("ann", "ben"):
        take(intake, name, saying("first"))
    with pytest.raises(ExplainedError, match="2 people have handed in already"):
        take(intake, "zoe", saying("too late"))
    assert not (tmp_path / "zoe").exists()
    take(intake, "ann", saying("second"))


@pytest.mark.parametrize(
    ("typed", "folder"),
    [
        (" Anna  Müller ", "anna-müller"),
        ("李伟", "李伟"),
        ("../../etc/passwd", "etc-passwd"),
        ("a+b|c:d\\e\x00f\u202eg", "a-b-c-d-e-f-g"),
        ("x" * 500, "x" * 40),
        ("Con", "con-"),  # Windows has no file of this name
    ],
)
def test_a_name_becomes_a_safe_folder(typed: str, folder: str) -> None:
    assert folder_name(typed) == folder


@pytest.mark.parametrize("typed", ["", "  ", "..", "///"])
def test_a_name_that_is_none_is_asked_for_again(typed: str) -> None:
    with pytest.raises(ExplainedError, match="Please type your name"):
        folder_name(typed)
