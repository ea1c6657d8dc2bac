"""A journal loses nothing that was answered: killed, copied, opened twice, or on a full disk."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from conftest import ROOT
from small_day import deed

from thousandfold.errors import ExplainedError
from thousandfold.room.journal import Deed, Journal

WRITER = Path(__file__).with_name("writer.py")
KILLS = 3


@contextmanager
def writer(path: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(WRITER), str(path), *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


def test_what_was_written_is_there_again_in_order(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "day.room"
    deeds = [
        deed("vote", at=float(number), answer=f"ä{number}", empty=None, half="\ud800")
        for number in range(50)
    ]
    with closing(Journal(path)) as journal:
        journal.tell("title", "Ferry")
        journal.tell("title", "Ferry 2")
        journal.write(deeds[:1])
        journal.write(deeds[1:])
    assert path.stat().st_mode & 0o077 == 0
    with closing(Journal(path)) as journal:
        assert list(journal.deeds()) == deeds
        assert (journal.about("title"), journal.about("none")) == ("Ferry 2", "")


def test_deeds_are_written_all_or_none(tmp_path: Path) -> None:
    with closing(Journal(tmp_path / "day.room")) as journal:
        journal.write([deed("vote")])
        broken = Deed("vote", "ann", {}, None)  # type: ignore[arg-type]
        with pytest.raises(ExplainedError, match="could not be kept"):
            journal.write([deed("say"), broken])
        journal.write([deed("promise")])
        assert [one.kind for one in journal.deeds()] == ["vote", "promise"]


def test_a_second_room_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "day.room"
    with writer(path) as process:
        assert process.stdout
        process.stdout.readline()
        with pytest.raises(ExplainedError, match=r"room is open with .* Ctrl\+C"):
            Journal(path)
        process.stdout.readline()  # the first one goes on


@pytest.mark.parametrize("content", [b"no journal at all" * 500, b"SQLite format 3\0" + b"x" * 900])
def test_what_is_no_journal_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "day.room"
    path.write_bytes(content)
    with pytest.raises(ExplainedError, match="cannot be opened as the journal of a room"):
        Journal(path)
    assert path.read_bytes() == content


def test_a_damaged_journal_says_so(tmp_path: Path) -> None:
    path = tmp_path / "day.room"
    with closing(Journal(path)) as journal:
        journal.write([deed("vote", answer="x" * 500) for _ in range(500)])
    whole = path.read_bytes()
    path.write_bytes(whole[:20_000] + bytes(len(whole) - 40_000) + whole[-20_000:])
    with (
        pytest.raises(ExplainedError, match=r"cannot be opened .* --new"),
        closing(Journal(path)) as journal,
    ):
        list(journal.deeds())


def test_a_journal_of_another_version_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "day.room"
    with closing(Journal(path)) as journal:
        journal.tell("format", "thousandfold room 99")
    with pytest.raises(ExplainedError, match=r"another version .*room 99.* --new"):
        Journal(path)
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("SELECT said FROM about").fetchall() == [("thousandfold room 99",)]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ExplainedError, match="file"):
        Journal(tmp_path / "file" / "day.room")


def test_a_copy_that_is_made_while_a_room_runs_is_the_room(tmp_path: Path) -> None:
    copy = tmp_path / "copy.room"
    copy.write_text("an older copy")
    with closing(Journal(tmp_path / "day.room")) as journal:
        journal.tell("password", "ba-ba")
        journal.write([deed("vote", answer=str(number)) for number in range(2000)])
        journal.copy_to(copy)
        first = list(journal.deeds())
        journal.write([deed("say")])  # and it goes on
        with closing(Journal(copy)) as other:
            assert list(other.deeds()) == first
            assert other.about("password") == "ba-ba"
        with pytest.raises(ExplainedError, match="cannot be written"):
            journal.copy_to(tmp_path / "none" / "copy.room")
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


@pytest.mark.parametrize("seed", range(KILLS))
def test_what_was_answered_survives_a_kill(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "day.room"
    answered = -1
    with writer(path) as process:
        assert process.stdout
        process.stdout.readline()
        moment = random.Random(seed).uniform(0.01, 0.3)  # noqa: S311
        threading.Timer(moment, process.kill).start()
        for line in process.stdout:
            answered = int(line) if line.endswith("\n") else answered
    with closing(Journal(path)) as journal:
        votes = [one.who for one in journal.deeds() if one.kind == "vote"]
    assert answered >= 0
    assert votes[: answered + 1] == [f"browser-{number}" for number in range(answered + 1)]
    assert len(votes) <= answered + 2  # the last one may be written, and not answered any more


@pytest.mark.skipif(sys.platform == "win32", reason="has no limit of a file's size")
def test_a_full_disk_is_told_and_forgiven(tmp_path: Path) -> None:
    with writer(tmp_path / "day.room", "200000") as process:
        assert process.stdout
        said, counted, *_ = process.stdout.read().splitlines()
    assert "takes nothing more" in said
    kept, shown = counted.split()
    assert kept == shown
    with closing(Journal(tmp_path / "day.room")) as journal:
        assert sum(one.kind == "vote" for one in journal.deeds()) == int(kept)
