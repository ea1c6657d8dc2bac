"""Reading what strangers handed in: a notebook that is safe to pass on, or a reason why not.

A file is opened, read and parsed within bounds, and a new notebook is built from the fields that
grading needs. Outputs and saved widgets are left behind: grading makes its own. Each refusal is a
sentence that an instructor can forward to the learner.
"""

from __future__ import annotations

import functools
import json
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from boxgrader.errors import FRESH, SAVED, Refused, shown
from boxgrader.nbgrader_course.bounds import USUAL, Bounds
from boxgrader.nbgrader_course.reading import no_notebook, read_notebook

_MOST_CELLS = 2_000
_MOST_SOURCE = 2_000_000
_MOST_METADATA = 1_000_000
_MOST_POINTS = 1e6
_MOST_MARKS = 2_000  # letters of the marks of a cell

_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_GRADE_ID = re.compile(r"[a-zA-Z0-9_-]{1,128}")


def read(
    path: Path,
    *,
    inside: Path | None = None,
    bounds: Bounds = USUAL,
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
    bounds : Bounds
        The most that is read.
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
    content = read_notebook(path, inside=inside or path.parent, bounds=bounds)
    return _notebook(content, name, note)


def _notebook(content: Any, name: str, note: Callable[[str], object]) -> NotebookNode:
    """Build a new notebook from what grading needs of the old one."""
    if type(content) is dict and "worksheets" in content:
        content = _converted(content, name)
    if type(content) is not dict or type(content.get("cells")) is not list:
        raise no_notebook(name, "it has no cells")
    if len(content["cells"]) > _MOST_CELLS:
        raise Refused(
            f"{name} has {len(content['cells']):,} cells; at most {_MOST_CELLS:,} are graded. "
            f"{FRESH}"
        )
    major, minor = content.get("nbformat"), content.get("nbformat_minor")
    if type(major) is not int or type(minor) is not int or minor < 0:
        raise no_notebook(name, "it does not say which version of the format it has")
    if major != 4:
        raise Refused(
            f"{name} is saved in version {shown(str(major), 10)} of the format; version 4 is "
            "graded. Please open it in JupyterLab, save it and hand it in again."
        )
    metadata = content.get("metadata", {})
    if type(metadata) is not dict:
        raise no_notebook(name, "its metadata is not a table")
    # Saved widgets are outputs: large, and never graded.
    metadata = {key: value for key, value in metadata.items() if key != "widgets"}
    minor = min(minor, 5)
    cells = [_cell(cell, f"cell {n} of {name}") for n, cell in enumerate(content["cells"], 1)]
    _check_sizes(metadata, cells, name)
    if minor >= 5:
        name_cells(cells)
    else:
        for cell in cells:
            cell.pop("id", None)
    _settle_copies(cells, note)
    raw = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": minor}
    notebook: NotebookNode = _node(raw)
    _validate(notebook, name)
    return notebook


def _converted(content: dict[str, Any], name: str) -> Any:
    """Convert a notebook from before version 4 of the format, as nbgrader does."""
    from nbformat import convert, reader

    try:
        made = convert(
            reader.reads(json.dumps(content)), 4
        )  # which joins lines, as files have them
        for cell in made.cells:
            cell.pop("id", None)  # made by chance
        return json.loads(json.dumps(made))
    except Exception:  # nbformat stops in many ways on what does not fit
        raise Refused(
            f"{name} is saved in an old format. Please open it in JupyterLab, save it and hand "
            "it in again."
        ) from None


def _cell(cell: Any, place: str) -> dict[str, Any]:
    """Return the fields of a cell that grading needs, checked one by one."""
    if type(cell) is not dict:
        raise Refused(f"{place} is not a cell. {SAVED}")
    kind, source, metadata = cell.get("cell_type"), cell.get("source"), cell.get("metadata")
    if kind not in ("code", "markdown", "raw"):
        raise Refused(f"{place} is neither code nor text. {SAVED}")
    if type(source) is list and all(type(line) is str for line in source):
        source = "".join(source)
    if type(source) is not str:
        raise Refused(f"{place} has no text. {SAVED}")
    source = source.replace("\r\n", "\n").replace("\r", "\n")  # as JupyterLab shows and runs it
    if type(metadata) is not dict:
        raise Refused(f"{place} has no metadata. {SAVED}")
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
        known = _marks_schema().schema["properties"]
        marks = {key: value for key, value in marks.items() if key in known}
        metadata["nbgrader"] = marks
        text = json.dumps(marks)
        if len(text) <= _MOST_MARKS and _are_valid(text) and _marks_fit(marks):
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


@functools.lru_cache(4096)  # a class has most marks in common
def _are_valid(marks: str) -> bool:
    return bool(_marks_schema().is_valid(json.loads(marks)))


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


def name_cells(cells: list[dict[str, Any]]) -> None:
    """Give each cell a name of its own, keeping those that are fit."""
    taken: set[str] = set()
    for number, cell in enumerate(cells, 1):
        name = cell.get("id")
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
