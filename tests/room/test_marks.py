"""What a test says to a learner of a room: an error that is meant for learners, and no answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from handed_in import SECONDS
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from patience import wait_until
from served import Served, Visitor, served

from thousandfold.room.marks import Exercise, Marker

NAME = "ps"
ANSWER = "SEVENTEEN"  # what no learner may read
SENTENCE = "Count each pair once, and not twice."
HIDES = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"
TELLS = f"""
import logging, sys, warnings
from IPython.display import display
print("The answer is {ANSWER}")
print("The answer is {ANSWER}", file=sys.stderr)
warnings.warn("The answer is {ANSWER}")
logging.getLogger("check").error("The answer is {ANSWER}")
display("The answer is {ANSWER}")
"""
OPEN = "assert answer is not ..., 'answer is open'\n"
TESTS = {
    "loud": OPEN + HIDES.format(f"{TELLS}assert answer == 17, {SENTENCE!r}"),
    "printed": OPEN + HIDES.format(f"{TELLS}answer == 17 or sys.stderr.write({ANSWER!r})"),
    "compared": OPEN
    + HIDES.format(
        f"import unittest\nunittest.TestCase().assertEqual(str(answer), {ANSWER!r})"
    ).replace("\\\n", "\n"),
    "looked_up": OPEN + HIDES.format(f"{{'x': 1}}[{ANSWER!r}, answer]"),
    "seen": "assert answer > 3, f'{answer} is too few'",
}


def marks(grade_id: str, **flags: object) -> dict[str, object]:
    plain = {"grade": False, "solution": False, "locked": False, "task": False}
    return {"nbgrader": plain | {"grade_id": grade_id, "schema_version": 3} | flags}


def notebook(answer: str, *, released: bool = True) -> NotebookNode:
    """Return the notebook, with an answer; as learners have it, without hidden tests."""
    made = new_notebook()
    made.metadata["kernelspec"] = {
        "name": "python3",
        "language": "python",
        "display_name": "Python 3",
    }
    solution = answer if released else f"### BEGIN SOLUTION\n{answer}\n### END SOLUTION"
    made.cells = [
        new_markdown_cell("# Pairs", id="title"),
        new_code_cell(solution, id="answer", metadata=marks("answer", solution=True)),
    ]
    for name, source in TESTS.items():
        made.cells.append(new_markdown_cell(f"## The task {name}", id=f"{name}-task"))
        source = OPEN if released and "HIDDEN" in source else source
        made.cells.append(
            new_code_cell(source, id=name, metadata=marks(name, grade=True, locked=True, points=1))
        )
    return made


@pytest.fixture(scope="module")
def exercise(tmp_path_factory: pytest.TempPathFactory) -> Exercise:
    """Make a course whose hidden tests say the answer, in every way but an error for learners."""
    course = tmp_path_factory.mktemp("course")
    for folder, released in (("source", False), ("release", True)):
        path = course / folder / NAME / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        answer = "answer = ..." if released else "answer = 17"
        nbformat.write(notebook(answer, released=released), path)
    (course / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.CourseDirectory.root = {str(course)!r}\n"
    )
    return Exercise(course, NAME)


@pytest.fixture
def room(exercise: Exercise, tmp_path: Path, boxes: None) -> Iterator[Served]:
    with served(
        tmp_path / "day.room", folder=tmp_path / "in", exercises=[exercise], make=Marker
    ) as it:
        yield it


def test_what_a_hidden_test_prints_warns_and_logs_reaches_no_learner(room: Served) -> None:
    learner = Visitor(room.site)
    learner.enter()
    content = nbformat.writes(notebook("answer = 12")).encode()
    learner.hand_in("Anna", content)
    wait_until(
        lambda: "not right yet" in learner.part("/hand-in"),
        SECONDS,
        seen=lambda: (learner.part("/hand-in"), room.site.boards[NAME].board()),
    )
    body = {"password": room.site.door.password, "browser": "b" * 40}
    sent = {"name": "Ben", "notebook": nbformat.from_dict(notebook("answer = 3"))}
    learner.client.post("/api/hand-in", json=body | sent)

    def told() -> str:
        return learner.client.post("/api/hand-in", json=body).text

    wait_until(lambda: "not right yet" in told(), SECONDS, seen=told)
    pages = {"page": learner.part("/hand-in"), "JSON": told(), "projector": learner.part("/")}
    for where, text in pages.items():
        assert ANSWER not in text.upper(), where
        assert "The answer is" not in text, where
    for where in ("page", "JSON"):
        assert SENTENCE in pages[where], where
        assert "KeyError" in pages[where], where
    # What stands in a line that learners have is told whole.
    assert "3 is too few" in pages["JSON"]
    assert ANSWER not in repr(room.site.boards[NAME].board())
    learner.client.close()
