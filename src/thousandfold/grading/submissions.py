"""Reading what strangers handed in: a notebook that is safe to pass on, or a reason why not.

A file is opened, read and parsed within bounds, and a new notebook is built from the fields that
grading needs. Outputs and saved widgets are left behind: grading makes its own. Each refusal is a
sentence that an instructor can forward to the learner.
"""

from __future__ import annotations

import errno
import functools
import json
import math
import os
import re
import stat
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from thousandfold.errors import ExplainedError

MOST_BYTES = 20 * 2**20
# What a small file can unfold to in memory is bounded before it is parsed.
_MOST_QUOTES = 1_000_000
_MOST_MARKS = 600_000  # brackets and commas: a list needs three, a number one
_MOST_DEPTH = 100
_MOST_CELLS = 2_000
_MOST_SOURCE = 2_000_000
_MOST_METADATA = 1_000_000
_MOST_POINTS = 1e6

_CLEAR = (
    "In JupyterLab choose Edit, Clear Outputs of All Cells, save the notebook and hand it in again."
)
_SAVED = "Please hand in the file that JupyterLab saved: right-click it in JupyterLab and download."
FRESH = "Please copy your answers into a fresh copy of the assignment and hand that in."

# One JSON string. Nothing is ever tried twice, so that no text can make it slow; a string that the
# end of the file cuts off counts too, else each escaped quotation mark in it would start a search.
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)
_EMOJI = re.compile(rb"[\xf0-\xf4]")  # how letters beyond the first 65,536 begin in UTF-8
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1, ord(","): 0}
_NOT_STRUCTURE = bytes(set(range(256)) - set(_STEPS))
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_GRADE_ID = re.compile(r"[a-zA-Z0-9_-]{1,128}")


class Refused(ExplainedError):
    """A submission cannot be graded; the message can be forwarded to the learner."""


def read(
    path: Path,
    *,
    inside: Path | None = None,
    most_bytes: int = MOST_BYTES,
    note: Callable[[str], object] = lambda sentence: None,
) -> NotebookNode:
    """Read a submitted notebook, or say why it cannot be graded. Nothing in it is run.

    Parameters
    ----------
    path : Path
        The notebook.
    inside : Path, optional
        A folder above it that the instructor made. Every folder below it must be a real one; by
        default only the notebook itself is looked at.
    most_bytes : int
        Largest file that is read.
    note : callable
        Is given a sentence on each thing that was mended, such as a graded cell that is there
        twice.

    Returns
    -------
    NotebookNode
        Version 4, valid, without outputs, each graded cell once.

    Raises
    ------
    Refused
        With a sentence for the learner.
    """
    name = shown(path.name)
    data = _bytes(path, inside or path.parent, most_bytes)
    content = _parse(data, name, most_bytes)
    del data
    return _notebook(content, name, note)


def read_json(path: Path, *, inside: Path, most_bytes: int = MOST_BYTES) -> Any:
    """Read any JSON file that a learner had a hand in, within the same bounds.

    Raises
    ------
    Refused
        If it is no plain file, too large, or no JSON.
    """
    return _parse(_bytes(path, inside, most_bytes), shown(path.name), most_bytes)


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
        raise Refused(f"{name} does not lie in the folder of the submission. {_SAVED}")
    plain = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        here = os.open(inside, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            for folder in folders:
                below = os.open(folder, plain | os.O_DIRECTORY, dir_fd=here)
                os.close(here)
                here = below
            # Looked at before it is opened, because opening a device can do something.
            _check_plain(os.stat(last, dir_fd=here, follow_symlinks=False), name)
            found = os.open(last, plain | os.O_NONBLOCK | os.O_NOCTTY, dir_fd=here)
        finally:
            os.close(here)
    except OSError as error:
        raise Refused(_why_not_opened(error, name)) from None
    try:
        _check_plain(os.fstat(found), name)
    except Refused:
        os.close(found)
        raise
    return found


def shown(text: str, most: int = 80) -> str:
    """Return a name that a learner chose so that a terminal and a page can show it."""
    printable = "".join(letter if letter.isprintable() else "?" for letter in text[: most + 1])
    return printable if len(printable) <= most else f"{printable[:most]}…"


def _check_plain(status: os.stat_result, name: str) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise Refused(f"{name} is a link to another file. Please hand in the notebook itself.")
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a pipe or a device"
        raise Refused(f"{name} is {kind}, not a file. {_SAVED}")
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


def _bytes(path: Path, inside: Path, most_bytes: int) -> bytes:
    try:
        with os.fdopen(open_regular(path, inside=inside), "rb") as file:
            data = file.read(most_bytes + 1)
    except OSError as error:
        raise Refused(
            f"{shown(path.name)} cannot be read ({error.strerror}). Please hand it in again."
        ) from None
    if len(data) > most_bytes:
        raise _too_large(path.name, most_bytes)
    return data


def _too_large(name: str, most_bytes: int) -> Refused:
    return Refused(
        f"{shown(name)} is larger than the {most_bytes / 2**20:.0f} MB that are read; usually that "
        f"is something a cell printed. {_CLEAR}"
    )


def _parse(data: bytes, name: str, most_bytes: int) -> Any:
    """Return the content of a JSON file whose size in memory is bounded beforehand."""
    _check_census(data, name)
    # One emoji in a file makes Python keep four bytes for every letter of it, one dash two.
    width = 4 if _EMOJI.search(data) else 2
    if width * len(data) > 2 * most_bytes:
        raise _too_large(name, most_bytes // 2)
    try:
        text = data.decode("utf-8-sig")  # Some editors put a mark in front.
    except UnicodeDecodeError:
        raise _no_notebook(name, _looks_like(data) or "its text is not UTF-8") from None
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
        raise _no_notebook(name, why) from None
    except (ValueError, RecursionError):  # A number of thousands of digits.
        raise _no_notebook(name, "it holds a number that no program reads") from None


def _check_census(data: bytes, name: str) -> None:
    """Refuse a file that would be far larger in memory than on the disk, before it is parsed."""
    if not data.strip():
        raise _no_notebook(name, "it is empty")
    structure = b""
    crowded = data.count(b'"') > _MOST_QUOTES
    if not crowded:
        structure = _STRING.sub(b"", data).translate(None, _NOT_STRUCTURE)
        crowded = len(structure) > _MOST_MARKS
    if crowded:
        raise Refused(
            f"{name} holds too many single values; usually that is something a cell printed. "
            f"{_CLEAR}"
        )
    if max(accumulate(map(_STEPS.__getitem__, structure)), default=0) > _MOST_DEPTH:
        raise _no_notebook(name, "lists in it are nested too deeply")


def _no_notebook(name: str, why: str) -> Refused:
    return Refused(f"{name} is not a notebook: {why}. {_SAVED}")


def _looks_like(data: bytes) -> str:
    """Say what a file is that people hand in by mistake, or nothing."""
    start = data[:1024].lstrip().lower()
    if start.startswith(b"<<<<<<<") or b"\n<<<<<<< " in data:
        return "it holds the marks of a git conflict"
    if start.startswith((b"<!doctype", b"<html")):
        return "it is a web page, as a browser saves what it shows"
    if start.startswith((b"pk\x03\x04", b"\x1f\x8b", b"rar!", b"7z\xbc\xaf")):
        return "it is an archive"
    if start.startswith(b"%pdf"):
        return "it is a PDF"
    return ""


def _notebook(content: Any, name: str, note: Callable[[str], object]) -> NotebookNode:
    """Build a new notebook from what grading needs of the old one."""
    if type(content) is not dict or type(content.get("cells")) is not list:
        if type(content) is dict and "worksheets" in content:
            raise Refused(
                f"{name} is saved in an old format. Please open it in JupyterLab, save it and hand "
                "it in again."
            )
        raise _no_notebook(name, "it has no cells")
    if len(content["cells"]) > _MOST_CELLS:
        raise Refused(
            f"{name} has {len(content['cells']):,} cells; at most {_MOST_CELLS:,} are graded. "
            f"{FRESH}"
        )
    major, minor = content.get("nbformat"), content.get("nbformat_minor")
    if type(major) is not int or type(minor) is not int or minor < 0:
        raise _no_notebook(name, "it does not say which version of the format it has")
    if major != 4:
        raise Refused(
            f"{name} is saved in version {shown(str(major), 10)} of the format; version 4 is "
            "graded. Please open it in JupyterLab, save it and hand it in again."
        )
    metadata = content.get("metadata", {})
    if type(metadata) is not dict:
        raise _no_notebook(name, "its metadata is not a table")
    # Saved widgets are outputs: large, and never graded.
    metadata = {key: value for key, value in metadata.items() if key != "widgets"}
    minor = min(minor, 5)
    cells = [_cell(cell, f"cell {n} of {name}") for n, cell in enumerate(content["cells"], 1)]
    _check_sizes(metadata, cells, name)
    if minor >= 5:
        _name_cells(cells)
    else:
        for cell in cells:
            cell.pop("id", None)
    _settle_copies(cells, note)
    raw = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": minor}
    notebook: NotebookNode = _node(raw)
    _validate(notebook, name)
    return notebook


def _cell(cell: Any, place: str) -> dict[str, Any]:
    """Return the fields of a cell that grading needs, checked one by one."""
    if type(cell) is not dict:
        raise Refused(f"{place} is not a cell. {_SAVED}")
    kind, source, metadata = cell.get("cell_type"), cell.get("source"), cell.get("metadata")
    if kind not in ("code", "markdown", "raw"):
        raise Refused(f"{place} is neither code nor text. {_SAVED}")
    if type(source) is list and all(type(line) is str for line in source):
        source = "".join(source)
    if type(source) is not str:
        raise Refused(f"{place} has no text. {_SAVED}")
    if type(metadata) is not dict:
        raise Refused(f"{place} has no metadata. {_SAVED}")
    built = {"cell_type": kind, "id": cell.get("id"), "metadata": metadata, "source": source}
    recorded = _check_marks(metadata, place)
    if kind == "code":
        built |= {"execution_count": None, "outputs": []}
    elif cell.get("attachments") and recorded != "code":
        built["attachments"] = _attachments(cell["attachments"], place)
    return built


def _check_marks(metadata: dict[str, Any], place: str) -> str:
    """Check nbgrader's marks of a cell, and return the kind of cell that they are for."""
    marks = metadata.get("nbgrader")
    if not marks:
        metadata.pop("nbgrader", None)
        return ""
    if type(marks) is dict:
        schema = _marks_schema()
        marks = {key: value for key, value in marks.items() if key in schema.schema["properties"]}
        metadata["nbgrader"] = marks
        if schema.is_valid(marks) and _marks_fit(marks):
            return str(marks.get("cell_type", ""))
    raise Refused(f"the marks by which {place} is graded are damaged. {FRESH}")


def _marks_fit(marks: dict[str, Any]) -> bool:
    """Say whether marks that fit nbgrader's schema also fit what its code expects."""
    if not _is_marked(marks):
        return True
    scored = marks["grade"] or marks.get("task")
    points = marks.get("points", None if scored else 0)
    return (
        _GRADE_ID.fullmatch(marks.get("grade_id", "")) is not None
        and points is not None
        and points <= _MOST_POINTS
    )


def _is_marked(marks: dict[str, Any]) -> bool:
    return any(marks.get(flag) for flag in ("grade", "solution", "locked", "task"))


@functools.cache
def _marks_schema() -> Any:
    from jsonschema import Draft4Validator
    from nbgrader.nbgraderformat import MetadataValidator

    return Draft4Validator(MetadataValidator().schema)


def _attachments(attachments: Any, place: str) -> dict[str, Any]:
    """Return the pictures that somebody put into a text."""
    if type(attachments) is dict and all(
        type(bundle) is dict and all(type(data) is str for data in bundle.values())
        for bundle in attachments.values()
    ):
        return attachments
    raise Refused(f"a picture in {place} is damaged. Please delete it there and hand in again.")


def _check_sizes(metadata: dict[str, Any], cells: list[dict[str, Any]], name: str) -> None:
    source = sum(len(cell["source"]) for cell in cells)
    if source > _MOST_SOURCE:
        raise Refused(
            f"the cells of {name} hold {source:,} letters; at most {_MOST_SOURCE:,} are graded. "
            "Please take out what you pasted in, or load it from a file."
        )
    described = len(json.dumps([metadata, [cell["metadata"] for cell in cells]]))
    if described > _MOST_METADATA:
        raise Refused(f"the metadata of {name} is far larger than its text. {FRESH}")


def _name_cells(cells: list[dict[str, Any]]) -> None:
    """Give each cell a name of its own, keeping those that are fit."""
    taken: set[str] = set()
    for number, cell in enumerate(cells, 1):
        name = cell["id"]
        if type(name) is not str or not _CELL_ID.fullmatch(name) or name in taken:
            name = next(free for free in _names(number) if free not in taken)
        cell["id"] = name
        taken.add(name)


def _names(number: int) -> Iterator[str]:
    yield f"cell-{number}"
    yield from (f"cell-{number}-{again}" for again in range(_MOST_CELLS + 1))


def _settle_copies(cells: list[dict[str, Any]], note: Callable[[str], object]) -> None:
    """Leave each grade id to one cell, as nbgrader means to: the last of the copies.

    A copy of the wrong kind counts only if there is no other. The others stay, as ordinary cells.
    """
    by_id: dict[str, list[tuple[int, dict[str, Any]]]] = {}
    for number, cell in enumerate(cells, 1):
        marks = cell["metadata"].get("nbgrader")
        if marks and _is_marked(marks):
            by_id.setdefault(marks["grade_id"], []).append((number, cell))
    for grade_id, copies in by_id.items():
        if len(copies) == 1:
            continue
        fit = [copy for copy in copies if _of_recorded_kind(copy[1])]
        kept = (fit or copies)[-1][0]
        for number, cell in copies:
            if number != kept:
                del cell["metadata"]["nbgrader"]
        note(f"the graded cell {grade_id} was there {len(copies)} times; cell {kept} was graded")


def _of_recorded_kind(cell: dict[str, Any]) -> bool:
    marks = cell["metadata"]["nbgrader"]
    return bool(marks.get("cell_type", cell["cell_type"]) == cell["cell_type"])


def _node(value: Any) -> Any:
    """Return tables as notebook nodes, and put right what cannot be written to a file again."""
    if type(value) is dict:
        return NotebookNode({_node(key): _node(held) for key, held in value.items()})
    if type(value) is list:
        return [_node(held) for held in value]
    if type(value) is str and not value.isascii():
        # Half of a letter, as a cut emoji leaves it.
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if type(value) is float and not math.isfinite(value):
        return None
    return value


def _validate(notebook: NotebookNode, name: str) -> None:
    import nbformat

    try:
        nbformat.validate(notebook)
    except Exception as error:  # nbformat stops in many ways on what does not fit.
        path = [*getattr(error, "absolute_path", ())]
        number = path[1] if path[:1] == ["cells"] and len(path) > 1 else None
        where = f"cell {number + 1} of {name}" if type(number) is int else name
        raise Refused(f"{where} does not fit the notebook format. {FRESH}") from None
