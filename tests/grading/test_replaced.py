"""A released file that a learner has changed: used as released, and both are told so."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

import pytest
import small_course as small
from nbformat.v4 import new_code_cell
from small_course import NAME

from boxgrader.nbgrader_course import replaced
from boxgrader.nbgrader_course.assignment import grade_assignment
from boxgrader.nbgrader_course.gradebook import Record

GIVEN = "def twice(x):\n    return 2 * x\n"
ANSWER = "import helpers\n\ndef double(x):\n    return helpers.twice(x)\n\nshare = 1"


def alike(path: Path) -> None:
    path.write_bytes(GIVEN.replace("\n", "\r\n").encode())


def missing(path: Path) -> None:
    path.unlink()


def longer(path: Path) -> None:
    path.write_text(GIVEN + "print('mine')\n", encoding="utf-8")


def shorter(path: Path) -> None:
    path.write_text(GIVEN[:-1], encoding="utf-8")


def no_text(path: Path) -> None:
    path.write_bytes(b"\xff\x00")


def linked(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/hostname")


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (alike, False),
        (missing, False),
        (longer, True),
        (shorter, True),
        (no_text, True),
        (linked, False),
        (a_folder, False),
    ],
)
def test_other_content_is_seen_and_other_line_ends_are_not(
    change: Callable[[Path], None], told: bool, tmp_path: Path
) -> None:
    given, mine = tmp_path / "given", tmp_path / "submitted" / "ann" / "lib" / "helpers.py"
    mine.parent.mkdir(parents=True)
    for path in (given, mine):
        path.write_text(GIVEN, encoding="utf-8")
    change(mine)
    found = replaced.replaced(
        mine.parents[1], {"lib/helpers.py": given}, inside=tmp_path / "submitted"
    )
    assert found == (["lib/helpers.py"] if told else [])


def test_a_large_file_is_compared_to_its_end(tmp_path: Path) -> None:
    given, mine = tmp_path / "given", tmp_path / "ann" / "data.csv"
    mine.parent.mkdir()
    lines = ["1,2"] * 700_000
    given.write_text("\n".join(lines))
    mine.write_text("\r\n".join(lines), newline="")
    assert replaced.replaced(mine.parent, {"data.csv": given}, inside=tmp_path) == []
    mine.write_text("\n".join([*lines[:-1], "1,3"]))
    assert replaced.replaced(mine.parent, {"data.csv": given}, inside=tmp_path) == ["data.csv"]


def test_many_are_one_sentence_with_their_number() -> None:
    said = replaced.said([f"a{n:02}.py" for n in range(30)])
    assert said.startswith("30 files (a00.py, ")
    assert "a09.py and 20 more) were used as the course released them, " in said


@pytest.mark.usefixtures("boxes")
@pytest.mark.filterwarnings("ignore")  # nbgrader's, of SQLAlchemy
def test_both_are_told_once_and_it_costs_nothing(tmp_path: Path) -> None:
    folder = small.make(tmp_path, {})
    notebook = small.source()
    notebook.cells[0] = new_code_cell("import helpers, math\nprint('ready')", id="cell-0")
    small.write(folder / "source" / NAME / f"{NAME}.ipynb", notebook)
    for name in ("helpers.py", "more.py"):
        (folder / "source" / NAME / name).write_text(GIVEN, encoding="utf-8")
    for student, name in (("ann", NAME), ("bob", f"{NAME} (1)")):
        path = small.hand_in(folder, student, small.submission(ANSWER))
        path.rename(path.with_name(f"{name}.ipynb"))
        path.with_name("more.py").write_text(GIVEN, encoding="utf-8")
    changed = folder / "submitted" / "ann" / NAME / "helpers.py"
    changed.write_text("def twice(x):\n    return 3 * x\n", encoding="utf-8")
    outcome = grade_assignment(folder, NAME, options={"workers": 1})
    told = {record.student: record for record in outcome.records}
    sentence = replaced.said(["helpers.py"])
    assert told_of(told["ann"]) == [sentence]
    renamed = f"{NAME} (1).ipynb was read as {NAME}.ipynb."
    assert told_of(told["bob"]) == [renamed]
    pages = {
        student: html.unescape(
            (folder / "feedback" / student / NAME / f"{NAME}.html").read_text("utf-8")
        )
        for student in told
    }
    assert pages["ann"].count(sentence) == 1
    assert sentence not in pages["bob"]
    assert pages["bob"].count(f"Your file {renamed}") == 1
    for page in pages.values():
        assert "Score: 6.0 / 9.0" in " ".join(page.split())


def told_of(record: Record) -> list[str]:
    assert record.status == "graded"
    return [reason.text for reason in record.reasons]
