"""What serves ends cleanly when it is told to, wherever it was started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import IGNORING, ROOT
from course import scratch
from patience import patience, wait_until

from boxgrader.box.worker import descendants
from thousandfold.interrupts import interruptible

COMMAND = [sys.executable, "-m", "thousandfold.cli"]
ENDINGS = pytest.mark.parametrize(
    ("start", "number"),
    [
        ((), signal.SIGINT),
        (IGNORING, signal.SIGINT),
        (IGNORING, signal.SIGTERM),
        ((), signal.SIGHUP),
    ],
    ids=["Ctrl+C", "Ctrl+C where it is ignored", "kill", "a terminal that is closed"],
)


@contextmanager
def program(command: list[str], folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """Run a program in a folder; give it, and the file to which it says something."""
    said = folder / "said.txt"
    with said.open("wb") as output:
        running = subprocess.Popen(
            command,
            cwd=folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "JUPYTER_RUNTIME_DIR": str(folder / "jupyter")},
        )
    try:
        yield running, said
    finally:
        running.kill()
        running.wait()


def gone(process: int) -> bool:
    return not Path(f"/proc/{process}").exists()


@ENDINGS
@pytest.mark.parametrize("name", ["room", "serve_site"])
def test_what_serves_closes_and_says_so(
    name: str, start: tuple[str, ...], number: signal.Signals, tmp_path: Path
) -> None:
    if name == "room":
        scratch(tmp_path / "course")
        command = [*COMMAND, "room", "06_communication", "--port=0", "--course", "course"]
        ends = "The room is closed."
    else:
        (tmp_path / "jupyter-lite.json").write_text("{}")
        command = [sys.executable, str(ROOT / "tools" / "serve_site.py"), "--port=0"]
        command += ["--loopback", "--folder", str(tmp_path)]
        ends = ""  # it says no more
    with program([*start, *command], tmp_path) as (running, said):
        wait_until(lambda: "Ctrl+C" in said.read_text(), 60, seen=said.read_text)
        below = descendants(running.pid)[1:]
        running.send_signal(number)
        assert running.wait(patience(60)) == 0, said.read_text()
        assert ends in said.read_text()
        assert "Traceback" not in said.read_text()
        wait_until(lambda: all(map(gone, below)), 60, seen=lambda: below)


def test_what_was_set_before_is_set_again() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), interruptible():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before
