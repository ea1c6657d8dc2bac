"""A file is taken for a notebook where only one can be meant; what is left out is named."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from boxgrader.errors import Refused
from boxgrader.nbgrader_course.matching import match

IGNORE = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback"]
ACCENT = "étude"
MAC = unicodedata.normalize("NFD", ACCENT)


def found(folder: Path, known: list[str], *files: str) -> tuple[dict[str, str], list[str]]:
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    got = match(folder, known, IGNORE)
    taken = {name: str(path.relative_to(folder)) for name, path in got.notebooks.items()}
    return taken, got.left


@pytest.mark.parametrize(
    ("known", "file"),
    [
        ("hw", "hw.ipynb"),
        ("hw", "HW.ipynb"),
        ("hw", "hw.IPYNB"),
        ("hw", "hw (1).ipynb"),
        ("hw", "hw(1).ipynb"),
        ("hw", "hw [2].ipynb"),
        ("hw", "hw-1.ipynb"),
        ("hw", "hw-Copy1.ipynb"),
        ("hw", "hw copy.ipynb"),
        ("hw", "Copy of hw.ipynb"),
        ("hw", "Kopie von hw (2).ipynb"),
        ("hw", "hw_final.ipynb"),
        ("hw", "hw.ipynb.txt"),
        ("hw", "hw.ipynb.json"),
        ("hw", "mueller_LATE_12345_6789_hw-1.ipynb"),
        ("hw", "Ann Müller_123_assignsubmission_file_hw.ipynb"),
        ("My Notebook", "My_Notebook.ipynb"),
        ("my-notebook_1", "My Notebook 1.ipynb"),
        ("hw", "hw/hw.ipynb"),
        ("hw", "Downloads/hw/hw (1).ipynb"),
        (ACCENT, f"{MAC}.ipynb"),
        (MAC, f"{ACCENT} (1).ipynb"),
        ("hw[1]", "hw[1].ipynb"),
        ("hw[1]", "hw[1] (1).ipynb"),
        ("задача", "Задача (1).ipynb"),
        ("宿題", "宿題(1).ipynb"),
    ],
)
def test_a_notebook_is_known_under_the_names_that_programs_give_it(
    known: str, file: str, tmp_path: Path
) -> None:
    assert found(tmp_path, [known, "other"], file) == ({known: file}, [])


@pytest.mark.parametrize(
    ("known", "file"),
    [
        ("hw1", "hw10.ipynb"),
        ("hw1", "hw.ipynb"),
        ("hw", "homework.ipynb"),
        ("hw", "Untitled.ipynb"),
        ("tude", f"{ACCENT}.ipynb"),
        ("題", "宿題.ipynb"),
    ],
)
def test_another_name_is_another_notebook(known: str, file: str, tmp_path: Path) -> None:
    assert found(tmp_path, [known], file) == ({}, [file])


@pytest.mark.parametrize(
    ("known", "files", "taken", "left"),
    [
        (["part1", "part2"], ["part1 (1).ipynb", "part2.ipynb"], {"part1": "part1 (1).ipynb"}, []),
        (["a", "b"], ["x/a.ipynb", "x/b.ipynb"], {"a": "x/a.ipynb", "b": "x/b.ipynb"}, []),
        (["a", "b"], ["a/a.ipynb", "b/b.ipynb"], {"a": "a/a.ipynb", "b": "b/b.ipynb"}, []),
        # A name that holds another one.
        (["hw", "hw-2"], ["hw-2 (1).ipynb"], {"hw-2": "hw-2 (1).ipynb"}, []),
        (["hw", "hw-2"], ["hw-2.ipynb"], {"hw-2": "hw-2.ipynb"}, []),
        # Names of two: nobody can say which is meant.
        (["1", "2"], ["1 (2).ipynb"], {}, ["1 (2).ipynb"]),
        (["part1", "part2"], ["part1 and part2.ipynb"], {}, ["part1 and part2.ipynb"]),
        (["a-b", "a_b"], ["A B.ipynb"], {}, ["A B.ipynb"]),
        # Two versions.
        (["hw"], ["hw.ipynb", "hw-1.ipynb"], {"hw": "hw.ipynb"}, ["hw-1.ipynb"]),
        (["hw"], ["HW.ipynb", "hw-1.ipynb"], {"hw": "HW.ipynb"}, ["hw-1.ipynb"]),
        (["hw"], ["hw (1).ipynb", "hw (2).ipynb"], {}, ["hw (1).ipynb", "hw (2).ipynb"]),
        (["hw"], ["a/hw.ipynb", "b/hw.ipynb"], {}, ["a/hw.ipynb", "b/hw.ipynb"]),
        (["hw"], ["hw.ipynb", "old/hw.ipynb"], {"hw": "hw.ipynb"}, ["old/hw.ipynb"]),
        (["hw"], ["hw.ipynb", "scratch.ipynb"], {"hw": "hw.ipynb"}, ["scratch.ipynb"]),
        # What programs leave beside it.
        (
            ["hw"],
            [
                "hw.ipynb", "._hw.ipynb", "__MACOSX/hw.ipynb", "feedback/hw.ipynb",
                ".ipynb_checkpoints/hw-checkpoint.ipynb", ".git/hw.ipynb",
            ],
            {"hw": "hw.ipynb"},
            [],
        ),
    ],
)  # fmt: skip
def test_none_is_taken_for_another_and_what_is_left_is_named(
    known: list[str], files: list[str], taken: dict[str, str], left: list[str], tmp_path: Path
) -> None:
    got, named = found(tmp_path, known, *files)
    assert got == {name: it for name, it in {"part2": "part2.ipynb"}.items() if it in files} | taken
    assert named == left


def test_the_folder_of_the_notebooks_is_that_of_the_submission(tmp_path: Path) -> None:
    found(tmp_path, ["hw"], "hw/hw.ipynb", "hw/data.csv")
    got = match(tmp_path, ["hw"], IGNORE)
    assert (got.root, got.others) == (tmp_path / "hw", ["hw/data.csv"])
    assert got.renamed == ["hw/hw.ipynb was read as hw.ipynb."]


def test_very_many_files_are_refused_before_any_is_looked_at(tmp_path: Path) -> None:
    for number in range(10_001):
        (tmp_path / str(number)).touch()
    with pytest.raises(Refused, match="more than 10,000 files"):
        match(tmp_path, ["hw"], IGNORE)
