"""Another box, for a machine that gives this project none of its own but has bubblewrap.

Some systems let ordinary programs make no user namespace, and bubblewrap all the same. It boxes one
fork server and the one submission that runs in it, so each submission starts Python anew: slower,
and as safe. The judge of its tests runs in a second such box. See bwrap(1).
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO

from boxgrader.box.calls import allowed_calls
from boxgrader.box.namespaces import ETC, HOME, NOBODY, TMP, ZEROS, Limits
from boxgrader.box.readable import SYSTEM, sources
from boxgrader.box.released import SHOWN
from boxgrader.errors import GraderError


def available() -> bool:
    """Say whether bubblewrap makes boxes here, and whoever grades is an ordinary user.

    Root stays root on the outside of a box that bubblewrap makes.
    """
    if os.geteuid() == 0 or shutil.which("bwrap") is None:
        return False
    try:
        allowed_calls()
    except GraderError:
        return False
    # With a /proc of its own, as `command` asks: a container that hides parts of /proc refuses it.
    empty = ["bwrap", "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "true"]
    return subprocess.run(empty, capture_output=True).returncode == 0


@functools.cache
def _search() -> list[str]:
    """Return where Python looks for modules when it starts; nbgrader adds the course to its own."""
    program = "import boxgrader.box.readable as r, json; print(json.dumps(r.searched()))"
    started = [sys.executable, "-P", "-c", program]
    found: list[str] = json.loads(subprocess.run(started, capture_output=True, check=True).stdout)
    return found


@functools.cache
def _etc() -> str:
    """Return a folder, there as long as this process, with files that each box has of its own."""
    folder = tempfile.TemporaryDirectory(prefix="etc-")
    for name, text in ETC.items():
        Path(folder.name, name).write_text(text.format(user=NOBODY))
    with Path(folder.name, "zero").open("wb") as zeros:
        zeros.truncate(ZEROS)
    atexit.register(folder.cleanup)
    return folder.name


def command(
    readable: Iterable[str],
    hidden: Iterable[str],
    released: str,
    limits: Limits,
    loopback: bool = False,
) -> tuple[list[str], IO[bytes]]:
    """Return what to put before a command to run it in a box, and the open file that it reads.

    Parameters
    ----------
    readable : iterable of str
        Files and folders that may be read besides the system's programs and Python's.
    hidden : iterable of str
        As for `Box.enter`.
    released : str
        The folder that is shown as `released.SHOWN`.
    limits : Limits
        Of which only `scratch` is bubblewrap's to keep.
    loopback : bool
        As for `Box.enter`; bubblewrap has switched the device on already.
    """
    arguments = [
        "--unshare-all", "--unshare-user", "--disable-userns", "--die-with-parent",
        "--new-session", "--cap-drop", "ALL", "--uid", str(NOBODY), "--gid", str(NOBODY),
        "--hostname", "box", "--proc", "/proc", "--dev", "/dev",
    ]  # fmt: skip
    arguments += ["--ro-bind", released, SHOWN]
    arguments += ["--size", str(limits.scratch), "--tmpfs", "/box"]
    arguments += ["--dir", HOME, "--dir", "/box/tmp"]
    shown = [Path(path) for path in sources(readable, hidden, _search())]
    if any(path.is_relative_to(TMP) for path in shown):  # beside which it may be written
        arguments += ["--size", str(limits.scratch), "--tmpfs", TMP]
    else:
        arguments += ["--symlink", "/box/tmp", TMP]
    for path in shown:
        if str(path) in SYSTEM and path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), str(path)]
        else:
            arguments += ["--ro-bind", str(path), str(path)]
    for name in ETC:
        arguments += ["--ro-bind", f"{_etc()}/{name}", f"/etc/{name}"]
    arguments += ["--ro-bind", f"{_etc()}/zero", "/dev/zero"]
    # A folder of its own, because the one for devices has no size.
    arguments += ["--size", str(limits.scratch), "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]  # noqa: S108
    if not any(path.is_relative_to(f"/var{TMP}") for path in shown):
        arguments += ["--dir", "/var", "--symlink", TMP, f"/var{TMP}"]
    arguments += ["--remount-ro", "/", "--chdir", HOME]
    calls = tempfile.TemporaryFile()  # noqa: SIM115 - closed by whoever starts the command
    allowed_calls(loopback).export_bpf(calls)
    calls.seek(0)
    arguments += ["--seccomp", str(calls.fileno())]
    return ["bwrap", *arguments, "--"], calls
