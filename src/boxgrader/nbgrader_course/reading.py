"""Open and parse what strangers handed in, within bounds, or say why not. Nothing is believed."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from itertools import accumulate
from pathlib import Path
from typing import Any

from boxgrader.errors import SAVED, Refused, shown
from boxgrader.nbgrader_course.bounds import Bounds
from boxgrader.nbgrader_course.skimming import Skimmed

_MOST_BYTES = 20 * 2**20
_PIECE = 1 << 20
# What a small file can unfold to in memory is bounded before it is parsed.
_MOST_QUOTES = 1_000_000
_MOST_MARKS = 600_000  # brackets and commas: a list needs three, a number one
_MOST_DEPTH = 100
_MOST_PASSED = 2_000_000  # brackets in outputs, which are only counted
_MOST_EMOJI = 100_000

_CLEAR = (
    "In JupyterLab choose Edit, Clear Outputs of All Cells, save the notebook and hand it in again."
)

# One JSON string. Nothing is ever tried twice, so that no text can make it slow; a string that the
# end of the file cuts off counts too, else each escaped quotation mark in it would start a search.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_EMOJI = re.compile(rb"[\xf0-\xf4][\x80-\xbf]{3}")  # letters beyond the first 65,536 in UTF-8
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1, ord(","): 0}
_NOT_STRUCTURE = bytes(set(range(256)) - set(_STEPS))


def read_json(path: Path, *, inside: Path) -> Any:
    """Read any JSON file that a learner had a hand in, within bounds.

    Raises
    ------
    Refused
        If it is no plain file, too large, or no JSON.
    """
    return _parse(_bytes(path, inside), shown(path.name))


def read_notebook(path: Path, *, inside: Path, bounds: Bounds) -> Any:
    """Read the JSON of a notebook, without its outputs, which are not looked at.

    Raises
    ------
    Refused
        If it is no plain file, too large, or no JSON.
    """
    return _parse(_skimmed(path, inside, bounds), shown(path.name))


def open_regular(path: Path, *, inside: Path) -> int:
    """Open a file for reading that must be a plain one, reached through real folders only.

    Parameters
    ----------
    path : Path
        A file below `inside`.
    inside : Path
        A folder that the instructor made; it may itself be a link.

    Returns
    -------
    int
        A file descriptor; the caller closes it.

    Raises
    ------
    Refused
        If there is no such file, or it or a folder on the way is a link, a pipe or a device.
    """
    name = shown(path.name)
    *folders, last = path.relative_to(inside).parts
    if ".." in (*folders, last):
        raise Refused(f"{name} does not lie in the folder of the submission. {SAVED}")
    try:
        if os.open in os.supports_dir_fd:
            found = _opened_from_folder_to_folder(inside, folders, last, name)
        else:
            found = _opened_by_path(inside, folders, last, name)
    except OSError as error:
        raise Refused(_why_not_opened(error, name)) from None
    try:
        _check_plain(os.fstat(found), name)
    except Refused:
        os.close(found)
        raise
    return found


def _opened_from_folder_to_folder(inside: Path, folders: list[str], last: str, name: str) -> int:
    plain = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    here = os.open(inside, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            below = os.open(folder, plain | os.O_DIRECTORY, dir_fd=here)
            os.close(here)
            here = below
        # Looked at before it is opened, because opening a device can do something.
        _check_plain(os.stat(last, dir_fd=here, follow_symlinks=False), name)
        return os.open(last, plain | os.O_NONBLOCK | os.O_NOCTTY, dir_fd=here)
    finally:
        os.close(here)


def _opened_by_path(inside: Path, folders: list[str], last: str, name: str) -> int:
    """Open a file on Windows, which has no open folders: no learner has an account on it."""
    check_folder(inside.joinpath(*folders), inside=inside)
    path = inside.joinpath(*folders, last)
    _check_plain(path.lstat(), name)
    return os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))


def check_folder(folder: Path, *, inside: Path) -> None:
    """Refuse a folder that a link leads to.

    Raises
    ------
    Refused
        With a sentence for the learner.
    """
    here = inside
    for part in folder.relative_to(inside).parts:
        here /= part
        if here.is_symlink():
            raise Refused(
                f"the folder {shown(part)} is a link. "
                "Please hand in real folders with the notebook itself."
            )


def _check_plain(status: os.stat_result, name: str) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise Refused(f"{name} is a link to another file. Please hand in the notebook itself.")
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe or a device"
        raise Refused(f"{name} is {kind}, not a file. {SAVED}")
    if status.st_nlink > 1:
        # Whoever unpacks an archive with such an entry makes the link with an instructor's rights.
        raise Refused(
            f"{name} shares its content with another file on this machine (a hard link). "
            "Please hand in the notebook itself, as a copy."
        )


def _why_not_opened(error: OSError, name: str) -> str:
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return (
            f"a folder on the way to {name} is a link. "
            "Please hand in real folders with the notebook itself."
        )
    if isinstance(error, FileNotFoundError):
        return (
            f"there is no {name} in what was handed in. "
            "Please hand the notebook in again under this name."
        )
    return (
        f"{name} cannot be opened ({error.strerror}). Please hand it in again, with permission to "
        "read it."
    )


def _bytes(path: Path, inside: Path) -> bytes:
    try:
        with os.fdopen(open_regular(path, inside=inside), "rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise _unreadable(path.name, error) from None
    if len(data) > _MOST_BYTES:
        raise _too_large(path.name, _MOST_BYTES)
    return data


def _skimmed(path: Path, inside: Path, bounds: Bounds) -> bytearray:
    name, read, skimmed = shown(path.name), 0, Skimmed()
    try:
        with os.fdopen(open_regular(path, inside=inside), "rb") as file:
            if os.fstat(file.fileno()).st_size > bounds.notebook:
                raise _too_large(name, bounds.notebook)
            while (piece := file.read(_PIECE)) and read <= bounds.notebook:
                read += len(piece)
                skimmed.read(piece)
                if len(skimmed.text) > bounds.text:
                    raise Refused(
                        f"{name} holds more than {bounds.text / 2**20:.0f} MB besides what its "
                        "cells have shown; usually that is pictures in its texts. Please make "
                        "them smaller, save the notebook and hand it in again. An instructor can "
                        "raise c.BoxedAutograde.most_text."
                    )
                if skimmed.brackets > _MOST_MARKS or skimmed.passed > _MOST_PASSED:
                    raise _crowded(name)
                if skimmed.depth > _MOST_DEPTH:
                    raise _nested(name)
    except OSError as error:
        raise _unreadable(name, error) from None
    return skimmed.text


def _unreadable(name: str, error: OSError) -> Refused:
    return Refused(f"{shown(name)} cannot be read ({error.strerror}). Please hand it in again.")


def _too_large(name: str, most_bytes: int) -> Refused:
    return Refused(
        f"{shown(name)} is larger than the {most_bytes / 2**20:.0f} MB that are read; usually that "
        f"is something a cell printed. {_CLEAR}"
    )


def _crowded(name: str) -> Refused:
    return Refused(
        f"{name} holds too many single values; usually that is something a cell printed. {_CLEAR}"
    )


def _nested(name: str) -> Refused:
    return no_notebook(name, "lists in it are nested too deeply")


def _parse(data: bytes | bytearray, name: str) -> Any:
    """Return the content of a JSON file whose size in memory is bounded beforehand."""
    _check_census(data, name)
    try:
        # One emoji makes Python keep four bytes for every letter of a text, but not as JSON can
        # write it. Some editors put a mark in front.
        text = _EMOJI.sub(_escaped, data).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise no_notebook(name, _looks_like(data) or "its text is not UTF-8") from None
    try:
        # Of two equal keys the last counts, as in JupyterLab: what is seen there is graded.
        return json.loads(text, parse_constant=lambda constant: None)
    except json.JSONDecodeError as error:
        cut_off = error.pos >= len(text.rstrip()) or "Unterminated string" in error.msg
        why = _looks_like(data) or (
            "it breaks off in the middle, as after an interrupted upload"
            if cut_off
            else f"it is not JSON from line {error.lineno} on"
        )
        raise no_notebook(name, why) from None
    except (ValueError, RecursionError):  # A number of thousands of digits.
        raise no_notebook(name, "it holds a number that no program reads") from None


def _escaped(emoji: re.Match[bytes]) -> bytes:
    return json.dumps(emoji[0].decode())[1:-1].encode()


def _check_census(data: bytes | bytearray, name: str) -> None:
    """Refuse a file that would be far larger in memory than on the disk, before it is parsed."""
    if not data.strip():
        raise no_notebook(name, "it is empty")
    emoji = sum(data.count(first) for first in range(0xF0, 0xF5))
    if data.count(b'"') > _MOST_QUOTES or emoji > _MOST_EMOJI:
        raise _crowded(name)
    structure = _STRING.sub(b"", data).translate(None, _NOT_STRUCTURE)
    if len(structure) > _MOST_MARKS:
        raise _crowded(name)
    if max(accumulate(map(_STEPS.__getitem__, structure)), default=0) > _MOST_DEPTH:
        raise _nested(name)


def no_notebook(name: str, why: str) -> Refused:
    """Return the refusal of a file that is something else."""
    return Refused(f"{name} is not a notebook: {why}. {SAVED}")


def _looks_like(data: bytes | bytearray) -> str:
    """Say what a file is that people hand in by mistake, or nothing."""
    start = data[:1024].lstrip().lower()
    if start.startswith(b"<<<<<<<") or b"\n<<<<<<< " in data:
        return "it holds the marks of a git conflict"
    if start.startswith((b"<!doctype", b"<html")):
        return "it is a web page, as a browser saves what it shows"
    if start.startswith((b"pk\x03\x04", b"\x1f\x8b", b"rar!", b"7z\xbc\xaf")):
        return "it is an archive"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "it is saved as UTF-16, not UTF-8"
    if start.startswith(b"%pdf"):
        return "it is a PDF"
    return ""
