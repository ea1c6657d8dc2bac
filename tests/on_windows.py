"""Import this in a process of its own, and it lacks what Windows lacks.

What others wrote is imported before: that knows Windows.
"""

from __future__ import annotations

import os
import signal
import sys

import nbgrader.apps.api  # noqa: F401
import nbgrader.converters.autograde  # noqa: F401
import nbgrader.coursedir  # noqa: F401
import nbgrader.preprocessors  # noqa: F401
import nbgrader.server_extensions.formgrader.formgrader  # noqa: F401
import tornado.web  # noqa: F401

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
for ours in [name for name in sys.modules if name.split(".")[0] in ("boxgrader", "thousandfold")]:
    del sys.modules[ours]
