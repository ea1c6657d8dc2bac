"""Files written whole or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from boxgrader.errors import GraderError


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
        part.replace(target)
    except FileNotFoundError:
        raise no_folder(target) from None
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise GraderError(f"{target} cannot be written: {error.strerror}") from error
    return target


def no_folder(target: Path) -> GraderError:
    """Return the error of a file whose folder is not there, which a typing error may have named."""
    return GraderError(f"there is no folder {target.parent}; make it, or name another file")
