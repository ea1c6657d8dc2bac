"""Outputs pass by while a notebook is read; everything else is kept as it stands."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boxgrader.nbgrader_course.skimming import Skimmed

JSON = st.recursive(
    st.none() | st.integers() | st.text('a\\"[]{}:,\n é', max_size=6),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=3), inside),
    max_leaves=8,
)
NAMES = st.sampled_from(["outputs", "widgets", "cells", "metadata", "source"])
CELLS = st.lists(st.dictionaries(NAMES, JSON, max_size=4) | JSON, max_size=4)


def skimmed(data: bytes, size: int) -> bytes:
    reading = Skimmed()
    for start in range(0, len(data), size):
        reading.read(data[start : start + size])
    return bytes(reading.text)


def without(value: Any) -> Any:
    return type(value)() if isinstance(value, list | dict) else value


def expected(notebook: dict[str, Any]) -> dict[str, Any]:
    cells = [
        {key: without(held) if key == "outputs" else held for key, held in cell.items()}
        if isinstance(cell, dict)
        else cell
        for cell in notebook["cells"]
    ]
    metadata = {
        key: without(held) if key == "widgets" else held
        for key, held in notebook["metadata"].items()
    }
    return {**notebook, "cells": cells, "metadata": metadata}


@given(CELLS, st.dictionaries(NAMES, JSON), st.integers(1, 40), st.sampled_from([None, 1]))
def test_whatever_the_pieces_outputs_are_left_out_and_nothing_else(
    cells: list[Any], metadata: dict[str, Any], size: int, indent: int | None
) -> None:
    notebook = {"cells": cells, "metadata": metadata, "outputs": cells}
    text = json.dumps(notebook, indent=indent, ensure_ascii=False)
    got = skimmed(text.encode(), size)
    assert json.loads(got) == expected(notebook)
    assert got.count(b"\n") == text.count("\n"), "an error names the line of the file"


@given(st.binary(max_size=60), st.integers(1, 9))
def test_what_is_no_notebook_stays_as_it_is(data: bytes, size: int) -> None:
    assert skimmed(data, size) == data or data.endswith(b"\\")


@pytest.mark.parametrize("version", [3, 4])
def test_outputs_of_every_version_are_found(version: int) -> None:
    cells = [{"outputs": [{"text": "x" * 99}], "cell_type": "code"}]
    held = {"cells": cells} if version == 4 else {"worksheets": [{"cells": cells}]}
    assert b"xx" not in skimmed(json.dumps(held).encode(), 7)
