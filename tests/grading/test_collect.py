"""Collecting from a folder that everybody may write to. Another owner needs root: see test_hub."""

from __future__ import annotations

import getpass
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeReleaseFeedback
from traitlets.config import Config

from boxgrader.nbgrader_course.collect import CollectOwned
from boxgrader.nbgrader_course.gradebook import one_gradebook
from boxgrader.nbgrader_course.handing_back import copy_files

STEM = "06_communication"
ME = getpass.getuser()
SECRET, TIME = "submission_secret.txt", "timestamp.txt"
NBGRADERS = ExchangeReleaseFeedback.copy_files  # a course that was read since may have put in ours


class Class:
    """An exchange and a course, and what is collected from one into the other."""

    def __init__(self, folder: Path, gradebook: str) -> None:
        self.folder, self.gradebook = folder, gradebook
        self.inbound = folder / "exchange" / "course" / "inbound"
        self.inbound.mkdir(parents=True)

    def submit(self, name: str, when: str = "2026-01-05 10:00:00.000000 UTC") -> Path:
        place = self.inbound / f"{name}+{STEM}+{when}+x"
        place.mkdir()
        (place / f"{STEM}.ipynb").write_text(f"by {name} at {when}")
        (place / TIME).write_text(when)
        (place / SECRET).write_text("of-this-one")
        return place

    def release(self, names: list[str]) -> int:
        """Release feedback as nbgrader does; return how many pages were."""
        course = self.folder / "course"
        for name in names:
            page = course / "feedback" / name / STEM
            page.mkdir(parents=True)
            (page / f"{STEM}.html").write_text("feedback")
            for file in (SECRET, TIME):
                collected = course / "submitted" / name / STEM / file
                if not collected.exists():
                    collected.parent.mkdir(parents=True, exist_ok=True)
                    collected.write_text("of another one")
                (page / file).write_text(collected.read_text())
        directory = CourseDirectory(
            config=Config({"CourseDirectory": {"root": str(course), "db_url": self.gradebook}}),
            course_id="course", assignment_id=STEM,
        )  # fmt: skip
        released = ExchangeReleaseFeedback(coursedir=directory, authenticator=Authenticator())
        released.root = str(self.folder / "exchange")
        released.ensure_root = lambda: None
        released.start()
        return len(list((self.inbound.parent / "feedback").glob("*.html")))

    def collect(self, **limits: int) -> dict[str, str]:
        """Collect, and return the text of each file by its place."""
        course = {"root": str(self.folder / "course"), "db_url": self.gradebook}
        config = Config({"CourseDirectory": course | limits})
        directory = CourseDirectory(config=config, course_id="course", assignment_id=STEM)
        collect = CollectOwned(coursedir=directory, authenticator=Authenticator())
        collect.root = str(self.folder / "exchange")
        (self.folder / "course").mkdir(exist_ok=True)
        collect.ensure_root = lambda: None
        collect.update = True
        collect.start()
        submitted = self.folder / "course" / "submitted"
        found = [path for path in submitted.rglob("*") if path.is_file()]
        return {str(path.relative_to(submitted)): path.read_text() for path in found}


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Make a gradebook, once."""
    url = f"sqlite:///{tmp_path_factory.mktemp('gradebook')}/gradebook.db"
    with one_gradebook(url, "course"):
        return url


@pytest.fixture
def room(tmp_path: Path, gradebook: str) -> Class:
    return Class(tmp_path, gradebook)


MINE = f"{ME}/{STEM}/{STEM}.ipynb"


def test_the_latest_of_a_learner_is_collected(room: Class) -> None:
    room.submit(ME)
    room.submit(ME, "2026-01-06 10:00:00.000000 UTC")
    assert "2026-01-06" in room.collect()[MINE]


def test_a_name_that_is_not_the_owners_is_refused(room: Class) -> None:
    room.submit(ME)
    room.submit("somebody-else")
    assert {place.split("/")[0] for place in room.collect()} == {ME}


@pytest.mark.parametrize("kind", ["link", "link to a folder", "pipe", "many", "large"])
def test_what_is_not_plain_is_refused_and_the_older_one_taken(room: Class, kind: str) -> None:
    secret = room.folder / "solution.ipynb"
    secret.write_text("the answer")
    room.submit(ME)
    place = room.submit(ME, "2026-01-06 10:00:00.000000 UTC")
    if kind == "link":
        (place / "more.ipynb").symlink_to(secret)
    elif kind == "link to a folder":
        (place / "more").symlink_to(room.folder)
    elif kind == "pipe":
        os.mkfifo(place / "more.ipynb")
    elif kind == "many":
        for number in range(1001):
            (place / str(number)).touch()
    else:
        (place / "more.ipynb").write_bytes(b"x" * 30_000)
    found = room.collect(max_dir_size=20)
    assert "2026-01-05" in found[MINE]
    assert "the answer" not in found.values()


@pytest.mark.parametrize("name", [f"{ME}+{STEM}+never+x", f"{ME}+{STEM}+", f"+{STEM}+a+b"])
def test_a_name_that_says_nothing_stops_nobody(room: Class, name: str) -> None:
    room.submit(ME)
    (room.inbound / name).mkdir()
    assert MINE in room.collect()


def test_a_submission_that_is_itself_a_link_is_refused(room: Class) -> None:
    elsewhere = room.folder / "elsewhere"
    shutil.move(room.submit(ME), elsewhere)
    (room.inbound / f"{ME}+{STEM}+2026-01-05 10:00:00.000000 UTC+x").symlink_to(elsewhere)
    assert room.collect() == {}


def test_folders_come_along_and_what_the_course_ignores_does_not(room: Class) -> None:
    place = room.submit(ME)
    for name in ("notes", ".ipynb_checkpoints"):
        (place / name).mkdir()
        (place / name / "a.txt").write_text("a")
    places = set(room.collect())
    assert f"{ME}/{STEM}/notes/a.txt" in places
    assert not [place for place in places if "checkpoints" in place]


def test_a_file_that_becomes_a_link_after_the_first_look_is_left_out(
    room: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = room.folder / "solution.ipynb"
    secret.write_text("the answer")
    place = room.submit(ME)
    (place / "more.ipynb").symlink_to(secret)
    monkeypatch.setattr(CollectOwned, "_refusal", lambda self, folder: "")
    found = room.collect()
    assert MINE in found
    assert "the answer" not in found.values()


UNREADABLE = ["missing", "empty", "blank", "binary", "folder", "long", "other letters"]


def _spoil(path: Path, kind: str) -> None:
    path.unlink(missing_ok=True)
    if kind == "folder":
        (path / "inside").mkdir(parents=True)
    elif kind != "missing":
        said = {"empty": "", "blank": " \n", "long": "x" * 5000, "other letters": "zwölf"}
        path.write_bytes(said[kind].encode() if kind in said else b"\xff\x00\xfe")


@pytest.mark.parametrize("given", [NBGRADERS, copy_files], ids=["by nbgrader", "by ours"])
@pytest.mark.parametrize("kind", UNREADABLE)
@pytest.mark.parametrize("name", [SECRET, TIME])
def test_what_one_submission_lacks_stops_nobodys_feedback(
    room: Class,
    name: str,
    kind: str,
    given: Callable[[Any], None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(ExchangeReleaseFeedback, "copy_files", given)
    caplog.set_level("INFO", logger="traitlets")
    room.submit(ME)
    place = room.submit(ME, "2026-01-06 10:00:00.000000 UTC")
    _spoil(place / name, kind)
    found = room.collect()
    hand_made = name == SECRET and kind in ("missing", "folder")
    assert ("2026-01-05" if hand_made else "2026-01-06") in found[MINE]
    assert ("submit it again" if hand_made else "Mended: ") in caplog.text
    assert room.release([ME, "another"]) == 2
    room.submit(ME, "2026-01-07 10:00:00.000000 UTC")
    assert "2026-01-07" in room.collect()[MINE]


def test_what_goes_after_the_first_look_is_given(
    room: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    (room.submit(ME) / SECRET).unlink()
    monkeypatch.setattr(CollectOwned, "_refusal", lambda self, folder: "")
    assert len(room.collect()[f"{ME}/{STEM}/{SECRET}"]) == 128


def test_what_can_be_read_stays_as_it_was_handed_in(room: Class) -> None:
    place = room.submit(ME)
    (place / TIME).write_text("2026-01-05 09:00:00 Europe/Berlin\n")
    found = room.collect()
    assert found[f"{ME}/{STEM}/{SECRET}"] == "of-this-one"
    assert found[f"{ME}/{STEM}/{TIME}"] == "2026-01-05 09:00:00 Europe/Berlin\n"


def test_two_made_secrets_differ(room: Class) -> None:
    made = set()
    for day in (5, 6):
        (room.submit(ME, f"2026-01-0{day} 10:00:00.000000 UTC") / SECRET).write_text("")
        made.add(room.collect()[f"{ME}/{STEM}/{SECRET}"])
    assert len(made) == 2
