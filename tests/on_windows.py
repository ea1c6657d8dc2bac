"""What Windows lacks, taken from a process that is started for it: nothing of it comes back."""

from __future__ import annotations

import importlib
import os
import signal
import sys

OURS = ("boxgrader", "thousandfold")
# What others wrote is imported before: that knows Windows.
THEIRS = (
    *("nbgrader.apps.api", "nbgrader.converters.autograde", "nbgrader.coursedir"),
    *("nbgrader.preprocessors", "nbgrader.server_extensions.formgrader.formgrader"),
    "tornado.web",
)


def lacks_what_windows_lacks() -> None:
    """Take it away, from here to the end of the process."""
    for name in THEIRS:
        importlib.import_module(name)
    for gone in ("fcntl", "grp", "pwd", "pyseccomp", "resource", "termios"):
        sys.modules[gone] = None  # type: ignore[assignment]
    for gone in ("O_CLOEXEC", "O_DIRECTORY", "O_NOCTTY", "O_NOFOLLOW", "O_NONBLOCK"):
        delattr(os, gone)
    for gone in ("fork", "fwalk", "geteuid", "getuid", "killpg"):
        delattr(os, gone)
    for gone in ("SIGHUP", "SIGKILL"):
        delattr(signal, gone)
    os.supports_dir_fd = set()
    sys.platform = "win32"
    for ours in [name for name in sys.modules if name.split(".")[0] in OURS]:
        del sys.modules[ours]
