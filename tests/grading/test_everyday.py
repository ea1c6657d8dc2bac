"""What an ordinary class hands in: graded as it is meant, or told why not; nobody stops it."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path
from typing import Any

import nbformat
import pytest
import small_course as small
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from boxgrader.nbgrader_course.assignment import grade_assignment
from boxgrader.nbgrader_course.configuration import install
from boxgrader.nbgrader_course.course import course_directory
from boxgrader.nbgrader_course.gradebook import Record
from boxgrader.nbgrader_course.names import unfit

pytestmark = [
    pytest.mark.usefixtures("boxes"),
    pytest.mark.filterwarnings("ignore"),  # nbgrader's, of SQLAlchemy and of kernels
]

ONE, TWO = "étude", "part 2"
FULL = {ONE: 1.0, TWO: 1.0}
_CONFIG = """
c.BoxedAutograde.most_beside = 1
c.BoxedAutograde.exclude_overwriting = {"ps": ["mine.csv"]}
"""
_ASKS = "assert answer == 'given'"


def instructors(name: str) -> NotebookNode:
    kinds = [(answer(name), "solution"), (_ASKS, f"test:{name[-1]}")]
    made = small.instructors(kinds)
    made.metadata["kernelspec"] = small.source().metadata["kernelspec"]
    return made


def answer(name: str) -> str:
    return f"answer = open({'data.csv' if name == ONE else 'mine.csv'!r}).read()[:5]"


def text(name: str) -> str:
    return str(nbformat.writes(instructors(name)))


def with_outputs(name: str, output: Any) -> str:
    """Return a notebook whose outputs are most of it, with an emoji in its text."""
    made = json.loads(text(name))
    made["cells"][0]["outputs"] = output
    made["cells"].append({"cell_type": "markdown", "id": "a", "metadata": {}, "source": "👍"})
    return json.dumps(made, ensure_ascii=False)


def with_line_ends(name: str) -> str:
    """Return a notebook as some editors and programs of Windows leave its cells."""
    made = json.loads(text(name))
    for cell in made["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")
    return json.dumps(made)


def old(name: str) -> str:
    """Return a notebook of version 3 of the format."""
    cells = [
        {
            "cell_type": "code", "input": cell.source, "language": "python", "outputs": [],
            "metadata": cell.metadata, "collapsed": False,
        }
        for cell in instructors(name).cells
    ]  # fmt: skip
    sheet = {"cells": cells, "metadata": {}}
    return json.dumps(
        {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [sheet]}
    )


PLAIN = {f"{ONE}.ipynb": text(ONE), f"{TWO}.ipynb": text(TWO)}
BIG = [{"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * 21_000_000}}]

# By learner: what was handed in, what it gives, and what is told.
CLASS: dict[str, tuple[dict[str, Any], dict[str, float], str]] = {
    "plain": (PLAIN, FULL, ""),
    "mac": ({unicodedata.normalize("NFD", name): it for name, it in PLAIN.items()}, FULL, ""),
    "browser": (
        {f"{ONE} (1).ipynb": text(ONE), f"{TWO}(2).ipynb": text(TWO)},
        FULL,
        f"{ONE} (1).ipynb was read as {ONE}.ipynb.",
    ),
    "unpacked": (
        {f"ps/{name}": it for name, it in PLAIN.items()},
        FULL,
        f"ps/{TWO}.ipynb was read as {TWO}.ipynb.",
    ),
    "versions": (
        {**PLAIN, f"{ONE}-1.ipynb": "{"},
        FULL,
        f"Also handed in, and not graded: {ONE}-1.ipynb.",
    ),
    "which": (
        {f"{ONE}-1.ipynb": text(ONE), f"{ONE}-2.ipynb": text(ONE), f"{TWO}.ipynb": text(TWO)},
        {ONE: 0, TWO: 1},
        f"Also handed in, and not graded: {ONE}-1.ipynb, {ONE}-2.ipynb.",
    ),
    "half": (
        {f"{ONE}.ipynb": text(ONE)[:300], f"{TWO}.ipynb": text(TWO)},
        {ONE: 0, TWO: 1},
        "breaks off in the middle, as after an interrupted upload",
    ),
    "pictures": ({**PLAIN, f"{ONE}.ipynb": with_outputs(ONE, BIG)}, FULL, ""),
    "old": ({f"{ONE}.ipynb": old(ONE), f"{TWO}.ipynb": old(TWO)}, FULL, ""),
    "windows": (
        {
            f"{ONE}.ipynb": b"\xef\xbb\xbf" + text(ONE).replace("\n", "\r\n").encode(),
            f"{TWO}.ipynb": text(TWO),
            "desktop.ini": b"\xff\xfe[\x00",
        },
        FULL,
        "",
    ),
    "powershell": (
        {f"{ONE}.ipynb": text(ONE).encode("utf-16"), f"{TWO}.ipynb": text(TWO)},
        {ONE: 0, TWO: 1},
        "UTF-16, not UTF-8",
    ),
    "line ends": ({name: with_line_ends(name[:-6]) for name in PLAIN}, FULL, ""),
    "code page": (
        {f"{ONE}.ipynb": text(ONE).replace("{", '{"by": "José",', 1).encode("cp1252"),
         f"{TWO}.ipynb": text(TWO)},
        {ONE: 0, TWO: 1},
        "its text is not UTF-8",
    ),
    "backslash": (
        {f"ps\\{name}": it for name, it in PLAIN.items()},
        FULL,
        f"ps\\{TWO}.ipynb was read as {TWO}.ipynb.",
    ),
    "capitals": (
        {f"{ONE}.IPYNB": text(ONE), f"{TWO}.Ipynb": text(TWO)},
        FULL,
        f"{TWO}.Ipynb was read as {TWO}.ipynb.",
    ),
    "apple": (
        {**PLAIN, f"._{ONE}.ipynb": b"\0\5\x16\7", f"__MACOSX/._{ONE}.ipynb": b"\0\5\x16\7",
         ".DS_Store": b"\0\0\0\1Bud1"},
        FULL,
        "",
    ),
    "NUL": (PLAIN, FULL, ""),
    "c:d\\e. ": (PLAIN, FULL, ""),
    "noon": ({**PLAIN, "timestamp.txt": "yesterday at noon"}, FULL, "'yesterday at noon'"),
    "linked time": ({**PLAIN, "timestamp.txt": os.symlink}, FULL, "it is not a plain file"),
    "linked data": ({**PLAIN, "data.csv": os.symlink}, FULL, ""),
    "changed": ({**PLAIN, "data.csv": "other"}, FULL, "data.csv was used as the course released"),
    "a folder": ({**PLAIN, "data.csv/x": "other"}, FULL, ""),
    "edited": ({**PLAIN, "mine.csv": "other"}, {ONE: 1, TWO: 0}, ""),
    "heavy": ({**PLAIN, "film.mp4": b"\0" * (2 << 20)}, {}, "larger than 1 MB together"),
    "page": ({"étude.html": "<html>"}, {}, "there is étude.html"),
    "nothing": ({}, {}, "nor any other file"),
    "{0}": (PLAIN, FULL, ""),
    "-rf": (PLAIN, FULL, ""),
    "סטודנט\u200f": (PLAIN, FULL, ""),
    "x" * 255: (PLAIN, FULL, ""),
    "p[l]ain": (PLAIN, {}, "has [ in its name"),
    "pl*": ({f"{ONE}.ipynb": "{}"}, {}, "has * in its name"),
    "two\nlines": (PLAIN, {}, "that no screen shows"),
    os.fsdecode(b"caf\xe9"): (PLAIN, {}, "is not UTF-8"),
    ".hidden": (PLAIN, {}, "begins with a dot"),
}  # fmt: skip
KEPT = {"two\nlines": "two\\x0alines", os.fsdecode(b"caf\xe9"): "caf\\xe9"}


def lay(folder: Path, files: dict[str, Any]) -> None:
    folder.mkdir(parents=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content is os.symlink:
            path.symlink_to(folder.parents[2] / "nbgrader_config.py")
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content, encoding="utf-8")


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Record]]:
    course = small.make(tmp_path_factory.mktemp("everyday"), {})
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(_CONFIG)
    source = course / "source" / small.NAME
    (source / f"{small.NAME}.ipynb").unlink()
    for name in (ONE, TWO):
        small.write(source / f"{name}.ipynb", instructors(name))
    (source / "data.csv").write_text("given" * 500_000)
    (source / "mine.csv").write_text("given")
    for learner, (files, _, _) in CLASS.items():
        lay(course / "submitted" / learner / small.NAME, files)
    outcome = grade_assignment(course, small.NAME, options={"workers": 2})
    return course, {record.student: record for record in outcome.records}


def points(course: Path) -> dict[str, dict[str, float]]:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        return {
            submission.student.id: {it.name: it.score for it in submission.notebooks}
            for submission in gradebook.assignment_submissions(small.NAME)
        }


@pytest.mark.parametrize("learner", CLASS)
def test_each_gets_the_points_of_the_work_or_is_told_why_not(
    learner: str, graded: tuple[Path, dict[str, Record]]
) -> None:
    course, records = graded
    _, worth, told = CLASS[learner]
    record = records[KEPT.get(learner, learner)]
    sentences = " ".join(reason.text for reason in record.reasons)
    assert points(course).get(learner, {}) == worth, sentences
    assert record.status == ("graded" if worth else "refused")
    assert told in sentences if told else not sentences
    assert sentences.isprintable()


def test_nobody_else_is_there(graded: tuple[Path, dict[str, Record]]) -> None:
    course, records = graded
    assert len(records) == len(CLASS)
    assert points(course).keys() == {name for name, (_, worth, _) in CLASS.items() if worth}
    pages = {page.parts[-3] for page in (course / "feedback").rglob("*.html")}
    assert pages == {name for name in CLASS if not unfit(name)}, "who was refused has one, too"


def test_formgrader_lists_the_class(
    graded: tuple[Path, dict[str, Record]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for place, name in (
        (CourseDirectory, "get_existing_timestamp"),
        (NbGraderAPI, "get_submitted_timestamp"),
    ):
        monkeypatch.setattr(place, name, getattr(place, name))  # as it was, in the end
    install()
    course = course_directory(graded[0])
    found = NbGraderAPI(coursedir=course, config=course.config).get_submissions(small.NAME)
    done = {it["student"] for it in found if it["autograded"]}
    assert done == points(graded[0]).keys()


def test_what_was_graded_before_stays_when_a_notebook_comes_back_broken(
    graded: tuple[Path, dict[str, Record]], tmp_path: Path
) -> None:
    for learner in CLASS:
        if learner not in ("plain", "half"):
            (graded[0] / "submitted" / learner / small.NAME).rename(tmp_path / learner[:100])
    course = small.copy_of(graded[0], tmp_path / "course")
    before = (course / "autograded" / "plain" / small.NAME / f"{ONE}.ipynb").read_bytes()
    for learner in ("plain", "half"):
        (course / "submitted" / learner / small.NAME / f"{ONE}.ipynb").write_text("{")
    outcome = grade_assignment(course, small.NAME, options={"workers": 1})
    told = {record.student: record.reasons[-1].text for record in outcome.records}
    assert told["plain"].endswith("What it got before stays.")
    assert told["half"].endswith("Its cells score 0."), "it was missing, and never got anything"
    page = course / "feedback" / "half" / small.NAME / f"{TWO}.html"
    assert f"{ONE}.ipynb" in page.read_text("utf-8"), "the only page that can say so"
    assert points(course)["plain"] == FULL
    assert points(course)["half"] == {ONE: 0, TWO: 1}
    assert (course / "autograded" / "plain" / small.NAME / f"{ONE}.ipynb").read_bytes() == before
