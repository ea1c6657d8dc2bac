"""What lies beside a notebook is counted before it is read, and what was released is neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from boxgrader.errors import Refused
from boxgrader.nbgrader_course import files
from boxgrader.nbgrader_course.bounds import Bounded, Bounds
from boxgrader.nbgrader_course.files import handed_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "ann").mkdir()
    return tmp_path / "ann"


def hole(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


def names(folder: Path, **more: object) -> set[str]:
    return set(handed_in(folder, inside=folder.parent, **more))  # type: ignore[arg-type]


def test_too_much_is_refused_and_none_of_it_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(150):
        hole(folder / f"{number}.bin", 32 << 20)

    def read(*_: object, **__: object) -> None:
        pytest.fail("it was read")

    monkeypatch.setattr(files, "open_regular", read)
    with pytest.raises(Refused, match="larger than 32 MB together"):
        names(folder)


def test_an_instructor_can_raise_each_bound(folder: Path) -> None:
    for number in range(3):
        hole(folder / str(number), 1 << 20)
    given = Bounded(most_files=3, most_beside=3, most_notebook=1, most_text=2).bounds()
    assert given == Bounds(files=3, beside=3 << 20, notebook=1 << 20, text=2 << 20)
    assert Bounded().bounds() == Bounds()
    assert names(folder, bounds=given) == {"0", "1", "2"}
    for less in (Bounds(files=2), Bounds(beside=(3 << 20) - 1)):
        with pytest.raises(Refused, match=r"c\.BoxedAutograde\.most_files and most_beside"):
            names(folder, bounds=less)


def test_what_was_released_is_neither_counted_nor_opened(folder: Path) -> None:
    hole(folder / "data.csv", 1 << 40)
    (folder / "linked.csv").symlink_to("/dev/zero")
    (folder / "table.csv").mkdir()
    (folder / "table.csv" / "x").touch()
    (folder / "images").touch()
    (folder / "mine.py").touch()
    released = ["data.csv", "linked.csv", "table.csv", "images/a.png"]
    assert names(folder, released=released) == {"mine.py"}


def test_what_a_course_ignores_is_left_where_it_is(folder: Path) -> None:
    for name in ("__pycache__/a.pyc", "b.pyc", "feedback/x.html", "kept.py", "hw.ipynb", "d/e.txt"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    ignore = ["__pycache__", "*.pyc", "feedback"]
    assert names(folder, ignore=ignore) == {"kept.py", "d/e.txt"}


def test_code_does_not_say_when_it_was_handed_in(folder: Path) -> None:
    files.add(folder, {"timestamp.txt": b"2099-01-01 00:00:00 UTC", "out/kept.txt": b"1"})
    assert [path.name for path in folder.rglob("*.txt")] == ["kept.txt"]
