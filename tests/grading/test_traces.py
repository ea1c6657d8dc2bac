"""What was written to folders is put back, whatever it was."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from boxgrader.box.traces import TooMuchError, Traces


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kept.txt").write_text("as it was")
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "deep.txt").write_text("deep")
    (tmp_path / "link").symlink_to("kept.txt")
    return tmp_path


def state(folder: Path) -> dict[str, object]:
    return {
        str(path.relative_to(folder)): (
            str(path.readlink()) if path.is_symlink()
            else path.read_bytes() if path.is_file() else "folder",
            path.lstat().st_mode,
        )
        for path in sorted(folder.rglob("*"))
    }  # fmt: skip


def _replaced(folder: Path) -> None:
    (folder / "other").write_text("another one")
    (folder / "other").replace(folder / "kept.txt")


WRITES: dict[str, Callable[[Path], object]] = {
    "the same length": lambda it: (it / "kept.txt").write_text("as it w_s"),
    "more": lambda it: (it / "kept.txt").open("a").write("and more"),
    "a new file": lambda it: (it / "new.txt").write_text("new"),
    "a new folder": lambda it: (it / "a" / "b").mkdir(parents=True),
    "a file removed": lambda it: (it / "kept.txt").unlink(),
    "a folder removed": lambda it: ((it / "below" / "deep.txt").unlink(), (it / "below").rmdir()),
    "a file in another's place": _replaced,
    "a folder in a file's place": lambda it: (
        (it / "kept.txt").unlink(), (it / "kept.txt" / "x").mkdir(parents=True)
    ),
    "a link elsewhere": lambda it: ((it / "link").unlink(), (it / "link").symlink_to("/dev/null")),
    "rights": lambda it: (it / "kept.txt").chmod(0o400),
    "a name": lambda it: (it / "kept.txt").rename(it / "renamed.txt"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRITES)
def test_what_was_written_is_put_back(folder: Path, what: str) -> None:
    before = state(folder)
    traces = Traces(str(folder))
    WRITES[what](folder)
    assert state(folder) != before
    traces.remove()
    assert state(folder) == before


def test_a_file_that_is_open_stays_the_same_one_and_is_read_on_from_where_it_was(
    folder: Path,
) -> None:
    number = os.open(folder / "kept.txt", os.O_RDWR)
    os.read(number, 3)
    traces = Traces(str(folder))
    os.write(number, b"overwritten and longer")
    traces.remove()
    assert os.read(number, 100) == b"it was"
    os.close(number)


def test_who_writes_what_was_there_is_noticed(folder: Path) -> None:
    traces = Traces(str(folder))
    traces.watch()
    assert traces.changed() == []
    (folder / "kept.txt").write_text("as it was")
    assert traces.changed() == [str(folder / "kept.txt")]


def test_what_is_too_much_is_not_remembered(folder: Path) -> None:
    with pytest.raises(TooMuchError):
        Traces(str(folder), most_bytes=12)
