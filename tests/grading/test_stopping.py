"""Grading that is told to stop stops at once, wherever it was started, and goes on later."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest
import small_course as small
import sqlalchemy
from conftest import IGNORING, ROOT
from patience import patience, wait_until
from small_course import NAME
from test_interrupts import COMMAND, ENDINGS, gone, program

from boxgrader.box.worker import descendants
from boxgrader.nbgrader_course.gradebook import one_gradebook
from thousandfold.cli import main

pytestmark = pytest.mark.usefixtures("boxes")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a course whose assignment is released: nbgrader takes seconds, a copy takes none."""
    return small.release(small.make(tmp_path_factory.mktemp("released"), {}))


@ENDINGS
def test_grading_stops_at_once_keeps_what_is_graded_and_goes_on_when_run_again(
    start: tuple[str, ...],
    number: signal.Signals,
    released: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stop_and_go_on(small.copy_of(released, tmp_path), start, number)
    assert "1 done now" in (said := capsys.readouterr().out)
    assert "1 unchanged" in said


def test_without_a_box_it_leaves_no_process_behind_either(released: Path, tmp_path: Path) -> None:
    stop_and_go_on(small.copy_of(released, tmp_path), IGNORING, signal.SIGTERM, "--unsafe")


def stop_and_go_on(
    course: Path, start: tuple[str, ...], number: signal.Signals, *options: str
) -> None:
    small.hand_in(course, "ann", small.submission())
    small.hand_in(course, "zoe", small.submission("import time\ntime.sleep(1000)"))
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.Execute.timeout = 100000\n")
    grade = ["grade", NAME, "--course", str(course), "--workers", "2", *options]
    graded = course / "feedback" / "ann" / NAME / f"{NAME}.html"
    with program([*start, *COMMAND, *grade], course) as (running, said):
        wait_until(graded.exists, 60, seen=said.read_text)
        below = descendants(running.pid)[1:]
        assert below, "somebody's notebook runs"
        running.send_signal(number)
        assert running.wait(patience(60)) == 1, said.read_text()
        assert "stopped; what was graded is kept" in said.read_text()
        assert "Traceback" not in said.read_text()
        wait_until(lambda: all(map(gone, below)), 60, seen=lambda: below)
    assert not list(course.rglob(".part-*"))
    small.hand_in(course, "zoe", small.submission())
    assert main(grade) == 0


def test_a_sample_class_ends_when_it_is_told_to(tmp_path: Path) -> None:
    course = tmp_path / "class"
    command = [sys.executable, str(ROOT / "tools" / "sample_class.py"), "--course", str(course)]
    with program([*IGNORING, *command], tmp_path) as (running, said):
        wait_until((course / "gradebook.db").exists, 60, seen=said.read_text)
        running.terminate()
        running.wait(patience(60))
        assert "stopped" in said.read_text()
        assert "Traceback" not in said.read_text()


@pytest.mark.parametrize("when", ["before_commit", "after_commit", "after_transaction_end"])
def test_what_was_stopped_in_the_middle_of_a_commit_is_undone(tmp_path: Path, when: str) -> None:
    def stopped(*_: object) -> None:
        sqlalchemy.event.remove(session, when, stopped)
        raise KeyboardInterrupt

    with one_gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}", "course") as book:
        session = book.nbgrader.db()
        book.nbgrader.add_student("ann")
        sqlalchemy.event.listen(session, when, stopped)
        with pytest.raises(KeyboardInterrupt):
            book.save()
        book.undo()
        book.nbgrader.update_or_create_student("zoe")
        book.save()
        assert "zoe" in [student.id for student in book.nbgrader.students]
