"""Every figure that a model is held against has a source, and none is only remembered."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import PUBLISHED, ROOT

MARKS = {"V+R", "V", "V2", "R+"}


@pytest.mark.parametrize("entry", PUBLISHED, ids=lambda entry: entry["id"])
def test_a_published_figure_says_where_it_stands(entry: dict[str, object]) -> None:
    assert set(entry) == {"id", "what", "value", "tolerance", "mark", "source", "page"}
    assert entry["mark"] in MARKS, "a figure that is only recalled is no fact"
    assert len(str(entry["source"])) > 10
    assert str(entry["page"]).strip()


def test_ids_are_unique_and_every_figure_is_used() -> None:
    ids = [entry["id"] for entry in PUBLISHED]
    assert len(ids) == len(set(ids))
    code = "".join(path.read_text("utf-8") for path in Path(ROOT / "tests").rglob("test_*.py"))
    assert [name for name in ids if f'"{name}"' not in code] == []
