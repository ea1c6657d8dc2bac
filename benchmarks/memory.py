"""The most memory that this process has had; run as a program, it prints that of whoever runs it.

Not what `getrusage` says of a process on Linux: that begins with the peak of who started it, so
that all that a large process starts seems to be as large.
"""

from __future__ import annotations

import re
import resource
from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak_megabytes() -> float:
    """Return the peak of this process alone."""
    if _STATUS.exists():
        kilobytes = re.search(r"VmHWM:\s+(\d+) kB", _STATUS.read_text(encoding="ascii"))
        assert kilobytes  # noqa: S101 - Linux always says so
        return int(kilobytes[1]) / 1000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # bytes on macOS


if __name__ == "__main__":
    print(f"{peak_megabytes():.0f}")
