"""Files written whole or not at all."""

from __future__ import annotations

import os
import secrets
import sys
import time
from contextlib import suppress
from pathlib import Path

from thousandfold.errors import ExplainedError

_PAUSES = (0.05, 0.2, 0.5, 1.5)  # seconds


def write_whole(target: Path, content: str | bytes) -> Path:
    """Write a file so that nobody ever sees a part of it; folders that are missing are made.

    Parameters
    ----------
    target : path
        The file; one that stands there is replaced, or stays as it is if writing fails.
    content : str or bytes
        What it holds; text is written as UTF-8.

    Returns
    -------
    pathlib.Path
        The same path.

    Raises
    ------
    ExplainedError
        If the file cannot be written.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    make_folder(target.parent)
    part = target.with_name(f".thousandfold-{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(part, target)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise ExplainedError(f"{target} cannot be written: {why(error)}") from error
    return target


def put_in_place(part: Path, target: Path) -> None:
    """Give what was written its name; what stood there goes.

    Windows refuses that while another program reads the old one or the new: a virus scanner and
    OneDrive do so for a moment, so there it is tried again for some seconds.

    Raises
    ------
    OSError
        If it cannot be done.
    """
    for pause in _PAUSES if sys.platform == "win32" else ():
        with suppress(PermissionError):
            part.replace(target)
            return
        time.sleep(pause)
    part.replace(target)


def why(error: OSError) -> str:
    """Return what the system says, and what to do where Windows says less than it knows."""
    if sys.platform == "win32" and isinstance(error, PermissionError):
        return f"{error.strerror}. Perhaps a program has it open: close it there, and try again"
    return str(error.strerror or error)


def make_folder(folder: Path) -> Path:
    """Make a folder, with those above it, unless it is there.

    Raises
    ------
    ExplainedError
        If it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExplainedError(f"the folder {folder} cannot be made: {error.strerror}") from error
    return folder
