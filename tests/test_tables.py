"""What pages say about the modules is what the notebooks say."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import tables
from conftest import ROOT, lessons
from test_said_once import copied

from thousandfold.errors import ExplainedError


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Copy what the tables are made from."""
    for folder in ("notebooks", "exercises", "facilitator"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "README.md", tmp_path)
    shutil.copytree(ROOT / "datasets", tmp_path / "datasets")
    return copied(tmp_path)


@pytest.mark.parametrize("page", tables.pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_says_of_the_modules_what_the_notebooks_say(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == tables.pages()[page], "make tables"


@pytest.mark.parametrize("page", ["README.md", "facilitator/README.md"])
def test_every_module_has_a_row(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[(\d\d)\]\(\S+\) \| \S.*\?", text, re.MULTILINE)
    assert rows == [stem[:2] for stem in lessons()]


def test_a_row_that_was_changed_by_hand_is_written_again(course: Path) -> None:
    front = course / "README.md"
    whole = front.read_text(encoding="utf-8")
    row = next(line for line in whole.splitlines() if line.startswith("| [06]"))
    front.write_text(whole.replace(row, row.replace("90", "91")), encoding="utf-8")
    assert tables.pages(course)[front] == whole


@pytest.mark.parametrize("comment", ["the formats: written by", "the end of the formats"])
def test_a_page_that_lost_a_comment_is_explained(course: Path, comment: str) -> None:
    start = course / "facilitator" / "README.md"
    start.write_text(start.read_text(encoding="utf-8").replace(comment, ""), encoding="utf-8")
    with pytest.raises(ExplainedError, match="no place for the formats: put the lines"):
        tables.pages(course)
