"""Commands in messages, as whoever reads them can type them.

Many a grader lives in an environment that nobody activates: there `grading/bin/boxgrader` works,
and `boxgrader` does not.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path


def typed(command: str, program: str = "") -> str:
    """Return a command as it can be typed where this program was started.

    Parameters
    ----------
    command : str
        What follows the name of the program, such as ``report ps1``.
    program : str, optional
        Such as ``nbgrader``; by default whichever door of the grader was taken.
    """
    return f"{_called(program or _door() or 'boxgrader')} {command}"


def nbgrader(command: str) -> str:
    """Return a command of the nbgrader that this grader grades with, as it can be typed."""
    return typed(command, "nbgrader")


def quoted(word: str) -> str:
    """Return a word as a shell takes it.

    Examples
    --------
    >>> quoted("my course") in ("'my course'", '"my course"')
    True
    """
    return subprocess.list2cmdline([word]) if sys.platform == "win32" else shlex.quote(word)


def _door() -> str:
    """Return the name of the program that is running, if it is one that has the grader's commands.

    A notebook's kernel and nbgrader's own programs grade, too.
    """
    path = Path(sys.argv[0])
    name = path.parent.name if path.name == "__main__.py" else path.stem
    return name if f"{name}.commands" in sys.modules else ""


def _called(name: str) -> str:
    door = _door()
    if not door:
        return name
    started = Path(sys.argv[0])
    folders = [started.parent, Path(sys.executable).parent]
    if started.name == "__main__.py":
        if name == door:
            return f"{quoted(sys.orig_argv[0])} -m {name}"
        del folders[0]
    found = shutil.which(name)
    for folder in folders:
        if there := shutil.which(name, path=str(folder)):
            same = found and Path(found).samefile(there)
            # With its folder, also if that is this one: a shell would look elsewhere.
            return name if same else quoted(os.path.join(folder, name))  # noqa: PTH118
    return name
