"""What a program starts ends with it, also when it is killed and can say nothing more.

It holds one end of a pipe, which closes when it ends, however it ends. Run as a program, this file
waits at the other end, and ends what it was told to start, with all that that started in turn. On
Windows it ends that alone.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path


def run(
    command: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command that ends when this program does, and return what it said.

    Parameters
    ----------
    command : sequence of str
        A program that starts no daemon, and its arguments.
    cwd : Path, optional
        Where it runs.
    env : mapping, optional
        Its environment; by default ours.
    """
    theirs, ours = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-IS", __file__, *command],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=cwd,
        env=env,
    ) as running:
        os.close(theirs)
        try:
            said, wrong = running.communicate()
        finally:
            os.close(ours)
    return subprocess.CompletedProcess(command, running.returncode, said, wrong)


def _end_all(started: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        started.kill()
        return
    with contextlib.suppress(ProcessLookupError):  # all of them have ended
        os.killpg(started.pid, signal.SIGKILL)


def _main() -> int:
    # A group of its own, so that all of it can be ended.
    started = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, start_new_session=True)

    def wait_for_parent() -> None:
        os.read(sys.stdin.fileno(), 1)
        _end_all(started)

    threading.Thread(target=wait_for_parent, daemon=True).start()
    try:
        return started.wait()
    finally:  # also after Ctrl+C
        _end_all(started)


if __name__ == "__main__":
    sys.exit(_main())
