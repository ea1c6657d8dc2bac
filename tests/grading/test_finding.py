"""Learners' names are data: each folder is found as it is, and none stands for another."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from nbgrader.coursedir import CourseDirectory

from boxgrader.errors import GraderError
from boxgrader.nbgrader_course.finding import chosen, found
from boxgrader.nbgrader_course.names import check_assignment, storable, unfit

LONG = "x" * 255
FIT = [
    "ann", "Ann", "Müller, Anna", unicodedata.normalize("NFD", "Müller"), "{student_id}", "{0}",
    "{", "%s", "-rf", "--help", "a b", "ann@example.org", "O'Neil", "(ann)", "a+b", "name!", "~",
    "سارا\u200cزاده", "דוד\u200f", "CORP\\ann", "日本", "😀", "$HOME", "a;b", LONG,
    "submitted", "ps",
]  # fmt: skip
UNFIT = ["q*", "q?", "[q]", "eve\nx", "eve\x1b[2J", ".hidden", "a\u2028b", "\x85", "tab\tx"]
BYTES = os.fsdecode(b"caf\xe9")


def course(folder: Path, **more: str) -> CourseDirectory:
    return CourseDirectory(root=str(folder), assignment_id="ps", **more)


def lay(folder: Path, *names: str, structure: str = "submitted/{}/ps") -> None:
    for name in names:
        Path(folder, structure.format(name)).mkdir(parents=True)


def test_every_folder_is_found_and_only_names_that_mix_up_are_unfit(tmp_path: Path) -> None:
    lay(tmp_path, *FIT, *UNFIT, BYTES)
    (tmp_path / "submitted" / "nothing").mkdir()
    (tmp_path / "submitted" / "a file").touch()
    got = {item.folder.split("/")[-2]: item for item in found(course(tmp_path))}
    assert got.keys() == {*FIT, *UNFIT, BYTES}
    assert {name for name, item in got.items() if item.refusal} == {*UNFIT, BYTES}
    for name, item in got.items():
        assert item.student.encode("utf-8")
        assert item.student == name or name in (*UNFIT, BYTES)
        assert item.refusal.isprintable()
        assert (item.assignment, item.top) == ("ps", tmp_path / "submitted")


def test_a_name_that_cannot_be_kept_is_written_as_numbers() -> None:
    assert storable("eve\nx\udce9") == "eve\\x0ax\\xe9"
    assert storable("Müller 😀") == "Müller 😀"


@pytest.mark.parametrize(
    "structure",
    [
        "{nbgrader_step}/{assignment_id}/{student_id}",
        "{student_id}/{nbgrader_step}/{assignment_id}",
        "{nbgrader_step}/{assignment_id}+{student_id}",
        "{nbgrader_step}/class/{student_id}-{assignment_id}",
        "{nbgrader_step}/{student_id}/{student_id}/{assignment_id}",
    ],
)
def test_the_folders_of_a_course_may_be_laid_otherwise(structure: str, tmp_path: Path) -> None:
    used = course(tmp_path, directory_structure=structure)
    for name in ("ann", "q*", "b-c"):
        path = structure.format(nbgrader_step="submitted", student_id=name, assignment_id="ps")
        (tmp_path / path).mkdir(parents=True)
    got = found(used)
    assert [item.student for item in got] == ["ann", "b-c", "q*"]
    assert all(Path(item.folder).is_relative_to(item.top) for item in got)


def test_one_learner_is_chosen_by_name_before_a_pattern(tmp_path: Path) -> None:
    lay(tmp_path, "q*", "qq", "qa", "ann")
    assert [item.student for item in found(course(tmp_path, student_id="q*"))] == ["q*"]
    assert [item.student for item in found(course(tmp_path, student_id="a*"))] == ["ann"]
    assert found(course(tmp_path, student_id="nobody")) == []
    assert chosen(["a[1]", "a1"], "a[1]") == ["a[1]"]


def test_the_folder_of_the_assignment_is_known_as_another_system_writes_it(tmp_path: Path) -> None:
    lay(tmp_path, "ann", structure="submitted/{}/PS")
    lay(tmp_path, "bob", structure="submitted/{}/ps")
    lay(tmp_path, "bob", structure="submitted/{}/Ps")
    lay(tmp_path, "cem", structure="submitted/{}/ps2")
    lay(tmp_path, "dan", structure="submitted/{}/PS")  # which of them is meant?
    lay(tmp_path, "dan", structure="submitted/{}/Ps")
    got = {item.student: Path(item.folder).name for item in found(course(tmp_path))}
    assert got == {"ann": "PS", "bob": "ps"}


def test_who_has_a_folder_that_nobody_may_read_is_found(tmp_path: Path) -> None:
    lay(tmp_path, "ann", "bob")
    (tmp_path / "submitted" / "ann" / "ps").chmod(0)
    assert [item.student for item in found(course(tmp_path))] == ["ann", "bob"]


@pytest.mark.parametrize("name", ["hw*", "hw[1]", "a/b", "..", ".hw", "h\nw", "x" * 201, "\udce9"])
def test_an_assignment_that_nbgrader_would_misread_is_told(name: str) -> None:
    with pytest.raises(GraderError, match="Give its folders another name") as told:
        check_assignment(name)
    assert str(told.value).isprintable()


@pytest.mark.parametrize("name", ["hw 1", "étude", "{hw}", "-hw", "06_communication", "Übung (2)"])
def test_other_assignments_are_fine(name: str) -> None:
    check_assignment(name)
    assert not unfit(name)


def test_two_assignments_may_differ_in_case_alone(tmp_path: Path) -> None:
    for name in ("ps", "PS"):
        (tmp_path / "source" / name).mkdir(parents=True)
    lay(tmp_path, "ann", structure="submitted/{}/PS")
    lay(tmp_path, "bob")
    lay(tmp_path, "cleo", structure="submitted/{}/Ps")
    assert [item.student for item in found(course(tmp_path))] == ["bob", "cleo"]
