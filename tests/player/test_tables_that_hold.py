"""Tables of sliders are drawn again when what they show may have changed, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from thousandfold import datasets
from thousandfold.player import lesson


@pytest.mark.parametrize(
    ("changed", "is_drawn_again"),
    [
        ("package/models/debt.py", True),
        ("package/core.py", True),
        ("data/outages.csv", True),
        ("package/room/door.py", False),
        ("package/facilitation/slides.py", False),
    ],
)
def test_tables_hold_until_a_model_or_a_data_set_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: str, is_drawn_again: bool
) -> None:
    monkeypatch.setattr(lesson, "_PACKAGE", tmp_path / "package")
    monkeypatch.setattr(datasets, "folder", lambda: tmp_path / "data")
    (tmp_path / "data").mkdir()
    (tmp_path / changed).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / changed).write_text("before")
    edition = lesson._edition.__wrapped__
    before = edition()
    assert edition() == before
    (tmp_path / changed).write_text("after")
    assert (edition() != before) is is_drawn_again


def test_no_room_that_draws_nothing_is_imported_where_pictures_come_from() -> None:
    package = Path(lesson.__file__).parent.parent
    rooms = ("player", "drawing", "models", "flight", "teaching", "repository")
    read = [path.read_text("utf-8") for room in rooms for path in (package / room).rglob("*.py")]
    assert len(read) > 100
    for room in lesson._DRAWS_NOTHING:
        assert not [text for text in read if f"import thousandfold.{room}" in text]
        assert not [text for text in read if f"from thousandfold.{room}" in text]
