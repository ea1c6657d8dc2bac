"""An exercise that was worked through in another language, handed in like any other."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
import translate
from conftest import ROOT
from course import Sample, answered, release, scratch
from sample_class import points

from thousandfold.cli import main
from thousandfold.room.hand_in import Intake
from thousandfold.room.marks import Exercise

RIGHT = Sample("right")
HANDED_IN = [
    (language, stem)
    for language in translate.spoken_languages()
    for stem in translate.modules(language)
    if translate.exercise_place(language, stem).exists()
]


@pytest.mark.parametrize(("language", "stem"), HANDED_IN)
def test_right_answers_get_all_points_beside_english_ones(
    language: str, stem: str, tmp_path: Path, boxes: None
) -> None:
    """One by the room, as by the button *Hand in*; one as a file, by kit, folder, site or hub."""
    course = tmp_path / "course"
    scratch(course)
    released = nbformat.read(translate.exercise_place(language, stem), as_version=4)
    theirs = nbformat.writes(answered(released, stem, RIGHT)).encode()
    submitted = course / "submitted"
    intake = Intake([Exercise(ROOT, stem)], submitted)
    taken = intake.look("by-button", theirs)
    intake.take("by-button", theirs, taken)
    for name, content in (
        ("by-file", theirs),
        ("in-english", nbformat.writes(answered(release(stem), stem, RIGHT)).encode()),
    ):
        place = submitted / name / stem / f"{stem}.ipynb"
        place.parent.mkdir(parents=True)
        place.write_bytes(content)
    assert main(["grade", stem, "--course", str(course)]) == 0
    graded = points(course, stem)
    most = {
        name: cell.metadata.nbgrader.points for name, cell in Exercise(ROOT, stem).tests.items()
    }
    assert sum(most.values()) > 0
    assert graded == dict.fromkeys(("by-button", "by-file", "in-english"), most)
