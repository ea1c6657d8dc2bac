"""Files written whole or not at all."""

from __future__ import annotations

import os
import secrets
import sys
import time
from contextlib import suppress
from pathlib import Path

from boxgrader.errors import GraderError

_PAUSES = (0.05, 0.2, 0.5, 1.5)  # seconds


def write_whole(target: Path, content: str) -> Path:
    """Write a file so that nobody ever sees a part of it.

    Parameters
    ----------
    target : path
        The file; one that stands there is replaced, or stays as it is if writing fails.
    content : str
        Written as UTF-8.

    Returns
    -------
    pathlib.Path
        The same path.

    Raises
    ------
    GraderError
        If the file cannot be written.
    """
    part = target.with_name(f".boxgrader-{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            file.write(content.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        _put_in_place(part, target)
    except FileNotFoundError:
        raise no_folder(target) from None
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise GraderError(f"{target} cannot be written: {_why(error)}") from error
    return target


def _put_in_place(part: Path, target: Path) -> None:
    """Give what was written its name, as soon as Windows lets go of what stood there."""
    for pause in _PAUSES if sys.platform == "win32" else ():
        with suppress(PermissionError):  # a virus scanner or OneDrive reads it, for a moment
            part.replace(target)
            return
        time.sleep(pause)
    part.replace(target)


def _why(error: OSError) -> str:
    if sys.platform == "win32" and isinstance(error, PermissionError):
        return f"{error.strerror}. Perhaps Excel has it open: close it there, and try again"
    return str(error.strerror or error)


def no_folder(target: Path) -> GraderError:
    """Return the error of a file whose folder is not there, which a typing error may have named."""
    return GraderError(f"there is no folder {target.parent}; make it, or name another file")
