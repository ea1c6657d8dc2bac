"""Whether the kernel bounds all memory of a grader: what it holds for pipes and sockets, too.

The limits of a submission count the pages of its processes and its files. Only a control group,
which whoever administers the machine sets, counts the rest. See cgroups(7).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_UNBOUNDED = 1 << 60  # version 1 writes a number near the largest for none


def why_not(control: Path = Path("/sys/fs/cgroup"), own: Path = Path("/proc/self/cgroup")) -> str:
    """Say what to do where no control group bounds this process's memory, or nothing.

    Parameters
    ----------
    control : Path
        Where the control groups are.
    own : Path
        The file that says in which this process is.
    """
    if any(_bounds(file) for file in _files(control, own)):
        return ""
    return (
        "Nothing bounds what the kernel holds for submissions (pipes and sockets: 3 GB at worst). "
        "Where that matters, put `systemd-run --user --scope -p MemoryMax=4G` before the command."
    )


def _files(control: Path, own: Path) -> Iterator[Path]:
    """Yield the files that hold a bound, from the process's own group upwards."""
    try:
        lines = own.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "memory":
            top, name = control / "memory", "memory.limit_in_bytes"
        elif not controllers:
            top, name = control, "memory.max"
        else:
            continue
        group = top / path.lstrip("/")
        for place in (group, *group.parents):
            if place.is_relative_to(top):  # what is above a container's own is not seen in it
                yield place / name


def _bounds(file: Path) -> bool:
    try:
        return int(file.read_text()) < _UNBOUNDED
    except (OSError, ValueError):  # not there, or "max"
        return False
