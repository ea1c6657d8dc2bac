"""Files of several people are read as one, and what does not go together is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from thousandfold.inventory.answers import Answer, AnswersError, as_table
from thousandfold.inventory.collected import REHEARSED, is_rehearsed, read_all
from thousandfold.inventory.given import all_lines
from thousandfold.inventory.items import ITEMS


def put(folder: Path, name: str, letter: str = "b", code: str = "k7m2p4") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    time = "after" if name.startswith("after") else "before"
    path.write_text(as_table(all_lines(code, time, {"load": (letter, 75)})), encoding="utf-8")
    return path


def test_a_folder_and_a_file_are_one(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    put(folder, "before-k7m2p4.csv")
    put(folder, "before-k7m2p4 (1).csv")  # a browser downloaded it twice
    put(folder, "after-k7m2p4.csv")
    (folder / "customers.csv").write_text("something else", encoding="utf-8")
    other = put(tmp_path, "typed.csv", code="a3c5d8")
    answers = read_all([folder, other])
    assert len(answers) == 3 * len(ITEMS)
    assert {each.person for each in answers} == {"k7m2p4", "a3c5d8"}


def test_two_who_say_something_else_under_one_code_are_told(tmp_path: Path) -> None:
    first, second = put(tmp_path / "a", "before-k7m2p4.csv"), put(tmp_path / "b", "x.csv", "c")
    with pytest.raises(AnswersError, match="k7m2p4 answered load before in") as told:
        read_all([first, second])
    assert str(first) in str(told.value)
    assert str(second) in str(told.value)


def test_a_folder_without_answers_is_told(tmp_path: Path) -> None:
    with pytest.raises(AnswersError, match="no file of answers"):
        read_all([tmp_path])
    with pytest.raises(AnswersError, match="name a file"):
        read_all([])


def test_what_people_who_are_none_answered_is_mixed_with_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    name = f"answers-{REHEARSED}.csv"
    rehearsed = put(folder, name, code="a3c5d8")
    assert read_all([rehearsed])
    assert is_rehearsed(rehearsed)
    with pytest.raises(AnswersError, match="of a rehearsal"):
        read_all([folder])  # in which nobody would see it
    real = put(folder, "before-k7m2p4.csv")
    for paths in ([folder], [real, rehearsed]):
        with pytest.raises(AnswersError, match="of a rehearsal"):
            read_all(paths)


def test_a_name_that_is_too_long_is_told(tmp_path: Path) -> None:
    with pytest.raises(AnswersError, match="cannot be read"):
        read_all([tmp_path / ("a" * 300 + ".csv")])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="such files are there on Unix alone")
def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    put(folder, "after-k7m2p4.csv")
    os.mkfifo(folder / "before-k7m2p4.csv")
    with pytest.raises(AnswersError, match="there is no file"):
        read_all([folder])


@pytest.mark.parametrize("what", ["is_dir", "iterdir", "is_file"])
def test_what_nobody_may_look_into_is_told(
    tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "in", "before-k7m2p4.csv")

    def refuse(*_: object) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, what, refuse)
    with pytest.raises(AnswersError, match="cannot be read: Permission denied"):
        read_all([tmp_path / "in"])


def test_two_files_that_say_another_form_of_one_person_are_told(tmp_path: Path) -> None:
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for path, form, item in zip(paths, "AB", ("load", "chain"), strict=True):
        answer = Answer("k7m2p4", "later", form, item, "b", 75)
        path.write_text(as_table([answer]), encoding="utf-8")
        assert read_all([path]) == (answer,)
    with pytest.raises(
        AnswersError, match=r"k7m2p4 answered chain later in .*a\.csv and otherwise"
    ):
        read_all(paths)
