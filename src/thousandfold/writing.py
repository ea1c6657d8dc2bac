"""Files written whole or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from thousandfold.errors import ExplainedError


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
        part.replace(target)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise ExplainedError(f"{target} cannot be written: {error.strerror}") from error
    return target


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
