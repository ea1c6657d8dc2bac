"""A folder of a tool is gone after a run, whatever ends it; what is left goes with the next one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import gone_after
import pytest
from conftest import IGNORING, ROOT
from patience import patience, wait_until

if sys.platform == "win32":
    pytest.skip("no signal and no lock tells of a run there", allow_module_level=True)

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
WORKS = """
import shutil, sys
from gone_after import gone_after
removed = shutil.rmtree
def rmtree(*given, **named):
    if "slowly" in sys.argv:
        print("removing", flush=True)
        sys.stdin.readline()
    removed(*given, **named)
shutil.rmtree = rmtree
with gone_after("work") as folder:
    (folder / "half").mkdir()
    (folder / "half" / "done").touch()
    (folder / "half").chmod(0o500)
    print("working", flush=True)
    sys.stdin.readline()
"""
# The terminal becomes that of the program, as if somebody had opened it for that.
IN_TERMINAL = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files of what is started."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    return tmp_path / "temporary"


@contextmanager
def working(*how: str, before: tuple[str, ...] = ()) -> Iterator[subprocess.Popen[str]]:
    """Start a program that is at work in such a folder until it is given a line."""
    with subprocess.Popen(
        [*before, sys.executable, "-c", WORKS, *how],
        cwd=ROOT / "tools",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        try:
            yield running
        finally:
            running.kill()


def says(running: subprocess.Popen[str], word: str) -> list[str]:
    """Return what it says until it says a word."""
    assert running.stdout is not None
    said = []
    for line in running.stdout:
        said.append(line.strip())
        if said[-1] == word:
            return said
    pytest.fail(f"it ended without a word of {word}: {said}")


def end(running: subprocess.Popen[str]) -> int:
    assert running.stdin is not None
    running.stdin.close()
    return running.wait(patience(60))


@pytest.mark.parametrize("number", ENDING)
def test_stopped_once_or_twice_it_leaves_nothing(number: signal.Signals, temporary: Path) -> None:
    with working("slowly") as running:
        says(running, "working")
        running.send_signal(number)
        says(running, "removing")
        for again in ENDING:
            running.send_signal(again)
        assert end(running) != 0
    assert list(temporary.iterdir()) == []


def test_a_run_that_ends_by_itself_leaves_nothing(temporary: Path) -> None:
    with working() as running:
        says(running, "working")
        assert end(running) == 0
    assert list(temporary.iterdir()) == []


def test_who_wishes_that_it_goes_on_without_a_terminal_has_it_so(temporary: Path) -> None:
    with working(before=IGNORING) as running:
        says(running, "working")
        running.send_signal(signal.SIGHUP)
        assert end(running) == 0
    assert list(temporary.iterdir()) == []


def test_what_a_killed_run_left_goes_with_the_next_one_and_no_other(temporary: Path) -> None:
    with working() as killed:
        says(killed, "working")
        [left] = temporary.iterdir()
        killed.kill()
        killed.wait()
    assert (left / "half").is_dir()
    others = [temporary / f"thousandfold-work-{name}" for name in ("link", "other")]
    (temporary / "theirs").mkdir()
    (temporary / "theirs" / gone_after.LOCK).touch()
    others[0].symlink_to(temporary / "theirs")
    others[1].mkdir()  # just begun, or nobody knows what
    with working() as first:
        said = says(first, "working")
        assert [line for line in said if line.endswith(f"is taken away: {left}")]
        assert not left.exists()
        with working() as second:
            assert "earlier" not in " ".join(says(second, "working"))
            assert end(second) == 0
        assert end(first) == 0
    assert sorted(temporary.iterdir()) == sorted([*others, temporary / "theirs"])
    assert (temporary / "theirs" / gone_after.LOCK).exists()


def test_what_is_known_as_left_is_so_until_nothing_else_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits for a long removal may kill it, too."""
    monkeypatch.setattr(gone_after.tempfile, "tempdir", str(tmp_path))
    unlink, gone = os.unlink, list[str]()

    def unlinked(path: Path | str, **named: int) -> None:
        gone.append(Path(path).name)
        unlink(path, **named)

    with gone_after.gone_after("work") as folder:
        for number in range(20):
            (folder / f"{number}").touch()
            (folder / gone_after.LOCK).rename(folder / f"{gone_after.LOCK}.part")
            (folder / f"{gone_after.LOCK}.part").rename(folder / gone_after.LOCK)
            (folder / f"in-{number}").mkdir()
            (folder / f"in-{number}" / "done").touch()
            (folder / f"link-{number}").symlink_to(folder)
        monkeypatch.setattr(os, "unlink", unlinked)
    assert len(gone) == 61
    assert gone[-1] == gone_after.LOCK


def test_what_somebody_else_left_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = tmp_path / "thousandfold-work-left"
    left.mkdir()
    (left / gone_after.LOCK).touch()
    monkeypatch.setattr(gone_after.tempfile, "tempdir", str(tmp_path))
    with monkeypatch.context() as patched:
        patched.setattr(os, "geteuid", lambda: left.stat().st_uid + 1)
        with gone_after.gone_after("work"):
            pass
    assert left.exists()
    with gone_after.gone_after("work"):
        assert not left.exists()


def test_what_cannot_be_taken_away_is_said_and_is_no_hindrance(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    left = tmp_path / "thousandfold-work-left"
    (left / "half").mkdir(parents=True)
    (left / gone_after.LOCK).touch()
    monkeypatch.setattr(gone_after.tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(gone_after, "_TRIES", 1)
    with monkeypatch.context() as patched:
        patched.setattr(gone_after.shutil, "rmtree", lambda *_, **__: None)
        with gone_after.gone_after("work"):
            pass
    assert f"cannot be taken away; delete it: {left}" in capsys.readouterr().out


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_in_a_bad_moment_waits_until_the_folder_is_gone(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gone_after.tempfile, "tempdir", str(tmp_path))
    make, remove = gone_after.tempfile.mkdtemp, gone_after.shutil.rmtree
    worked = []

    def made(*given: str, **named: str) -> str:
        signal.raise_signal(number)
        return make(*given, **named)

    def removed(*given: Path, **named: bool) -> None:
        signal.raise_signal(number)
        remove(*given, **named)

    for name, step, works in (("mkdtemp", made, []), ("rmtree", removed, [True])):
        worked.clear()
        with monkeypatch.context() as patched:
            patched.setattr(gone_after.tempfile if works == [] else gone_after.shutil, name, step)
            with pytest.raises(KeyboardInterrupt), gone_after.gone_after("work"):
                worked.append(True)
        assert worked == works
        assert list(tmp_path.iterdir()) == []


def test_a_terminal_that_is_closed_ends_it(temporary: Path) -> None:
    keyboard, screen = os.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", f"{IN_TERMINAL}\n{WORKS}"],
        cwd=ROOT / "tools",
        stdin=screen,
        stdout=screen,
        stderr=screen,
        start_new_session=True,
    ) as running:
        os.close(screen)
        try:
            wait_until(lambda: list(temporary.glob("*/half/done")), 60)
            os.close(keyboard)
            wait_until(lambda: running.poll() is not None, 60)
        finally:
            running.kill()
    assert list(temporary.iterdir()) == []
