"""Files appear whole or not at all, also where Windows lets nobody touch what a program reads."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import boxgrader.writing
import thousandfold.writing
from boxgrader.errors import GraderError
from thousandfold.errors import ExplainedError

both = pytest.mark.parametrize(
    "write", [boxgrader.writing.write_whole, thousandfold.writing.write_whole]
)


def held(
    monkeypatch: pytest.MonkeyPatch, times: int, refused: Callable[[Path], bool] = lambda path: True
) -> list[float]:
    """Let another program have files open until somebody has waited for it so many times."""
    waited: list[float] = []
    replace, sleep, here = Path.replace, time.sleep, threading.get_ident()

    def refuse(path: Path, target: Path) -> Path:
        if len(waited) < times and refused(path):
            raise PermissionError(13, "Access is denied")
        return replace(path, target)

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(Path, "replace", refuse)
    # What another test left behind may sleep in a thread of its own.
    monkeypatch.setattr(
        time,
        "sleep",
        lambda seconds: (waited.append if threading.get_ident() == here else sleep)(seconds),
    )
    return waited


@both
def test_what_a_virus_scanner_reads_for_a_moment_is_written_all_the_same(
    write: Callable[[Path, str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "points.csv"
    target.write_text("old")
    held(monkeypatch, 2)
    assert write(target, "new").read_text() == "new"
    assert list(tmp_path.iterdir()) == [target]


@both
def test_what_stays_open_in_another_program_stays_as_it_was_and_says_so(
    write: Callable[[Path, str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "points.csv"
    target.write_text("old")
    waited = held(monkeypatch, 99)
    with pytest.raises((ExplainedError, GraderError), match="open: close it there, and try again"):
        write(target, "new")
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]
    assert 1 < sum(waited) < 5


@both
def test_elsewhere_nobody_waits(
    write: Callable[[Path, str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = held(monkeypatch, 99)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises((ExplainedError, GraderError), match=r"cannot be written: Access is denied"):
        write(tmp_path / "points.csv", "new")
    assert waited == []
