"""A learner's folder: laid whole, brought up to date, and nothing of a learner's written over."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import ROOT
from course import FOR_LEARNERS

from thousandfold import ExplainedError
from thousandfold.cli import main
from thousandfold.facilitation import laying
from thousandfold.facilitation.laying import MEMORY, folder_here, lay
from thousandfold.facilitation.progress import where_was_i

LESSON = "notebooks/06_communication.ipynb"
BESIDE = "notebooks/06_communication-new.ipynb"
EXERCISE = "exercises/06_communication/06_communication.ipynb"
GERMAN = "translations/de/notebooks/06_communication.ipynb"
TABLE = "datasets/admissions.csv"
WORKSHOP = dict(laying._workshop())
GIVEN = {name: WORKSHOP[name] for name in (LESSON, EXERCISE, GERMAN, TABLE, "datasets/README.md")}

Change = Callable[[dict[str, Any]], object]


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lay a few files: what holds for them holds for all."""
    monkeypatch.setattr(laying, "_workshop", lambda: iter(GIVEN.items()))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder that was laid by this version."""
    return lay(tmp_path / "thousandfold").folder


@pytest.fixture
def newer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let a newer version be installed, in which some files have changed."""

    def install(*names: str, word: str = "newer") -> None:
        changed = {
            name: edited(GIVEN[name], lambda notebook: first(notebook).update(source=f"# {word}"))
            if name.endswith(".ipynb")
            else f"{word}\n".encode()
            for name in names
        }
        monkeypatch.setattr(laying, "_workshop", lambda: iter((GIVEN | changed).items()))

    return install


def first(notebook: dict[str, Any]) -> dict[str, Any]:
    return notebook["cells"][0]  # type: ignore[no-any-return]


def edited(content: bytes, change: Change) -> bytes:
    notebook = json.loads(content)
    change(notebook)
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def edit(path: Path, change: Change) -> bytes:
    """Change a notebook as a learner does, and return what it holds then."""
    path.write_bytes(edited(path.read_bytes(), change))
    return path.read_bytes()


def run_a_cell(notebook: dict[str, Any]) -> None:
    """As JupyterLab does: it counts, and unfolds what the cell shows."""
    ran = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    ran["execution_count"] = 99
    ran["metadata"].pop("jupyter", None)


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_new_folder_gets_what_learners_get_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(laying, "_workshop", lambda: iter(WORKSHOP.items()))
    home = lay(tmp_path / "thousandfold").folder
    there = files(home)
    del there[MEMORY]
    given = [path for pattern in FOR_LEARNERS for path in ROOT.glob(pattern)]
    assert there == {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in given}
    assert {LESSON, EXERCISE, TABLE} <= set(there)
    assert "beginning" in str(where_was_i(home / "notebooks"))


def test_a_second_start_changes_nothing(home: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    again = lay(home)
    assert (again.new, again.updated, again.beside) == ((), (), {})
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before


def test_what_nobody_touched_follows_the_version(home: Path, newer: Callable[..., None]) -> None:
    newer(LESSON, EXERCISE, TABLE)
    laid = lay(home)
    assert sorted(laid.updated) == [TABLE, EXERCISE, LESSON]
    assert (laid.new, laid.beside) == ((), {})
    assert first(json.loads((home / LESSON).read_bytes()))["source"] == "# newer"
    assert (home / TABLE).read_text() == "newer\n"
    assert lay(home).updated == ()
    newer()  # an older one again
    assert sorted(lay(home).updated) == [TABLE, EXERCISE, LESSON]
    assert (home / LESSON).read_bytes() == GIVEN[LESSON]


def test_to_have_opened_and_saved_is_not_to_have_touched(
    home: Path, newer: Callable[..., None]
) -> None:
    """As nbformat and JupyterLab save: one line, other numbers, and words about the kernel."""
    notebook = nbformat.read(home / LESSON, as_version=4)
    notebook.metadata.language_info = {"name": "python", "version": "3.99"}
    notebook.metadata.widgets = {"state": {}}
    for cell in notebook.cells:
        cell.metadata |= {"collapsed": True, "scrolled": False}
    (home / LESSON).write_text(re.sub(r"(\d)\.0\b(?=[,}])", r"\1", json.dumps(notebook)), "utf-8")
    assert (home / LESSON).read_text("utf-8") != json.dumps(notebook)
    newer(LESSON)
    assert lay(home).updated == (LESSON,)


@pytest.mark.parametrize(
    "change",
    [
        run_a_cell,
        lambda notebook: first(notebook).update(source="my own words"),
        lambda notebook: notebook["cells"].pop(),
        lambda notebook: notebook["cells"].append(first(notebook)),
    ],
    ids=["run", "written", "a cell less", "a cell more"],
)
@pytest.mark.parametrize("name", [LESSON, EXERCISE, GERMAN])
def test_what_was_touched_stays_and_the_new_one_lies_beside(
    home: Path, newer: Callable[..., None], change: Change, name: str
) -> None:
    mine = edit(home / name, change)
    newer(name)
    beside = name.replace(".ipynb", "-new.ipynb")
    laid = lay(home)
    assert (laid.updated, laid.beside) == ((), {name: beside})
    assert (home / name).read_bytes() == mine
    assert first(json.loads((home / beside).read_bytes()))["source"] == "# newer"
    assert lay(home).beside == {}, "nobody is told twice"
    (home / beside).unlink()
    assert lay(home).beside == {}


def test_what_only_we_ran_again_is_no_new_version(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = edit(home / LESSON, run_a_cell)
    ran_again = edited(GIVEN[LESSON], lambda notebook: notebook["cells"][2].update(outputs=[]))
    monkeypatch.setattr(laying, "_workshop", lambda: iter([(LESSON, ran_again)]))
    assert lay(home).beside == {}
    assert (home / LESSON).read_bytes() == mine


def test_one_beside_is_a_file_as_any_other(home: Path, newer: Callable[..., None]) -> None:
    edit(home / LESSON, run_a_cell)
    newer(LESSON)
    lay(home)
    newer(LESSON, word="newest")
    assert lay(home).beside == {LESSON: BESIDE}, "untouched, so it follows"
    assert first(json.loads((home / BESIDE).read_bytes()))["source"] == "# newest"
    mine = edit(home / BESIDE, run_a_cell)
    newer(LESSON, word="last")
    assert lay(home).beside == {LESSON: BESIDE.replace("-new", "-new2")}
    assert (home / BESIDE).read_bytes() == mine


def test_a_lesson_that_was_moved_away_comes_anew(home: Path) -> None:
    (home / LESSON).rename(home / "notebooks" / "my old one.ipynb")
    assert lay(home).new == (LESSON,)
    assert (home / LESSON).read_bytes() == GIVEN[LESSON]


def test_progress_counts_the_copy_that_somebody_worked_in(
    home: Path, newer: Callable[..., None]
) -> None:
    def guess(notebook: dict[str, Any]) -> None:
        for cell in notebook["cells"]:
            cell["source"] = "".join(cell["source"]).replace("_paths = ...", "_paths = 40")

    edit(home / LESSON, guess)
    before = str(where_was_i(home / "notebooks"))
    assert "Guesses made there: 1" in before
    newer(LESSON)
    lay(home)
    assert (home / BESIDE).is_file()
    assert str(where_was_i(home / "notebooks")) == before


@contextmanager
def killed_at(write: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Let a run end before a write, and tell which ones were to be."""
    write_whole, writes = laying.write_whole, list[int]()

    def until(target: Path, content: str | bytes) -> Path:
        writes.append(len(writes))
        if writes[-1] == write:
            raise KeyboardInterrupt
        return write_whole(target, content)

    with monkeypatch.context() as patched, suppress(KeyboardInterrupt):
        patched.setattr(laying, "write_whole", until)
        yield writes


WRITES = range(len(GIVEN) + 3)
"""What is to come is remembered, and what lies beside; the files; and none is left for the last."""


@pytest.mark.parametrize("last", WRITES)
def test_a_run_that_was_killed_can_be_run_again(
    home: Path, newer: Callable[..., None], monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    mine = edit(home / LESSON, run_a_cell)
    others = [name for name in GIVEN if name != LESSON]
    newer(*GIVEN)
    with killed_at(last, monkeypatch) as writes:
        lay(home)
    assert len(writes) == min(last + 1, WRITES[-1])
    lay(home)
    assert (home / LESSON).read_bytes() == mine
    expected = {name: content for name, content in laying._workshop() if name in others}
    there = files(home)
    assert {name: there[name] for name in others} == expected
    assert set(there) == {*GIVEN, MEMORY, BESIDE}
    assert there[BESIDE] == dict(laying._workshop())[LESSON]


@pytest.mark.parametrize("last", WRITES)
def test_after_a_run_that_was_killed_a_newer_version_lays_no_second_one_beside(
    home: Path, newer: Callable[..., None], monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    mine = [edit(home / name, run_a_cell) for name in (LESSON, EXERCISE)]
    newer(*GIVEN)
    with killed_at(last, monkeypatch):
        lay(home)
    newer(*GIVEN, word="newest")
    lay(home)
    there = files(home)
    besides = [name.replace(".ipynb", "-new.ipynb") for name in (LESSON, EXERCISE)]
    assert set(there) == {*GIVEN, MEMORY, *besides}
    assert [there[name] for name in (LESSON, EXERCISE)] == mine
    for name in besides:
        assert first(json.loads(there[name]))["source"] == "# newest"
    assert lay(home).beside == {}


def test_a_first_run_that_was_killed_can_be_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with killed_at(3, monkeypatch) as writes:
        lay(tmp_path / "home")
    assert len(writes) == 4
    lay(tmp_path / "home")
    assert set(files(tmp_path / "home")) == {*GIVEN, MEMORY}


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "taxes.ods").write_text("mine")
    with pytest.raises(ExplainedError, match=r"holds other things, such as 'taxes\.ods'.* new or"):
        lay(tmp_path)
    assert files(tmp_path) == {"taxes.ods": b"mine"}


def test_what_a_system_puts_anywhere_is_nothing_other(tmp_path: Path) -> None:
    for name in (".DS_Store", "desktop.ini", "Thumbs.db"):
        (tmp_path / name).touch()
    assert lay(tmp_path).new


def test_places_where_nothing_can_be_laid_are_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name, says in (
        ("file", "is a file; name a folder"),
        ("file/below", "cannot be"),
        ("loop", "cannot be"),
        ("x" * 300, "cannot be"),
    ):
        with pytest.raises(ExplainedError, match=says):
            lay(tmp_path / name)


def test_nothing_is_written_through_a_link(home: Path, newer: Callable[..., None]) -> None:
    outside = home.parent / "outside"
    outside.mkdir()
    (outside / "06.ipynb").write_bytes(GIVEN[LESSON])
    (home / LESSON).unlink()
    (home / LESSON).symlink_to(outside / "06.ipynb")
    newer(LESSON)
    assert lay(home).beside == {LESSON: BESIDE}
    assert (home / LESSON).is_symlink()
    (home / EXERCISE).unlink()
    (home / EXERCISE).symlink_to(outside / "nothing")
    newer(EXERCISE)
    assert list(lay(home).beside) == [EXERCISE]
    assert (home / EXERCISE).is_symlink()
    (home / "datasets").rename(outside / "datasets")
    (home / "datasets").symlink_to(outside / "datasets")
    with pytest.raises(ExplainedError, match="is a link"):
        lay(home)
    (home / "datasets").unlink()
    (home / "datasets").symlink_to(home / "datasets")
    with pytest.raises(ExplainedError, match="is a link"):
        lay(home)
    assert (outside / "06.ipynb").read_bytes() == GIVEN[LESSON]


def test_a_link_to_a_folder_of_ones_own_is_that_folder(home: Path) -> None:
    (home.parent / "here").symlink_to(home)
    assert lay(home.parent / "here").folder == home


@pytest.mark.parametrize(
    "memory", ["", "{", "[]", '{"laid": 1, "given": {}}', '{"laid": {"a": 1}}', '{"a": 2}']
)
def test_where_the_memory_is_damaged_all_that_differs_counts_as_touched(
    home: Path, newer: Callable[..., None], memory: str
) -> None:
    (home / MEMORY).write_text(memory)
    newer(LESSON)
    assert lay(home).beside == {LESSON: BESIDE}
    assert (home / LESSON).read_bytes() == GIVEN[LESSON]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with a name")
@pytest.mark.parametrize("put", [os.mkfifo, lambda path: path.symlink_to("/dev/zero")])
def test_a_memory_that_is_no_file_is_damaged_and_not_waited_for(
    home: Path, newer: Callable[..., None], put: Callable[[Path], object]
) -> None:
    (home / MEMORY).unlink()
    put(home / MEMORY)
    newer(LESSON)
    assert dict(lay(home).beside) == {LESSON: BESIDE}
    assert (home / MEMORY).is_file()
    assert not (home / MEMORY).is_symlink()


@pytest.mark.parametrize("depth", [600, 980])
def test_a_notebook_that_is_very_deep_counts_as_touched(home: Path, depth: int) -> None:
    deep = "[" * depth + "]" * depth
    content = json.dumps({"cells": [{"metadata": {"deep": 0}}]}).replace("0", deep)
    (home / LESSON).write_text(content)
    lay(home)
    assert (home / LESSON).read_text() == content


def test_a_damaged_notebook_stays_and_a_whole_one_lies_beside(
    home: Path, newer: Callable[..., None]
) -> None:
    (home / LESSON).write_text("{")
    newer(LESSON)
    assert lay(home).beside == {LESSON: BESIDE}
    assert (home / LESSON).read_text() == "{"


def test_a_full_disk_is_told_and_leaves_no_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(ExplainedError, match="cannot be written: No space left"):
            lay(tmp_path / "home")
    assert files(tmp_path) == {}
    assert lay(tmp_path / "home").new


def test_a_folder_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        if os.access(tmp_path, os.W_OK):
            pytest.skip("root may write anywhere")
        with pytest.raises(ExplainedError, match="cannot be made"):
            lay(tmp_path / "home")
    finally:
        tmp_path.chmod(0o700)


def test_whoever_is_in_their_folder_goes_on_in_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home.parent)
    assert folder_here() == home
    monkeypatch.chdir(home / "exercises" / "06_communication")
    assert folder_here() == home


def test_in_a_folder_without_translations_they_come_with_the_version_that_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    english = {name: content for name, content in GIVEN.items() if name != GERMAN}
    with monkeypatch.context() as patched:
        patched.setattr(laying, "_workshop", lambda: iter(english.items()))
        home = lay(tmp_path / "thousandfold").folder
    mine = edit(home / LESSON, run_a_cell)
    capsys.readouterr()
    assert main(["start", str(home), "--only-lay"]) == 0
    assert f"New: {GERMAN}" in capsys.readouterr().err
    assert files(home).keys() == {*GIVEN, MEMORY}
    assert (home / LESSON).read_bytes() == mine
    assert main(["start", str(home), "--only-lay"]) == 0
    assert "New" not in capsys.readouterr().err


def test_a_first_laying_names_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["start", str(tmp_path / "thousandfold"), "--only-lay"]) == 0
    assert "New" not in capsys.readouterr().err


def test_whoever_is_among_their_translations_goes_on_in_their_folder(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in ((home / GERMAN).parent, (home / GERMAN).parents[1]):
        monkeypatch.chdir(place)
        assert folder_here() == home


def test_a_kit_in_a_folder_of_that_name_is_a_kit(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = tmp_path / "translations" / "kit"
    home.rename(tmp_path / "kit")
    (tmp_path / "translations").mkdir()
    (tmp_path / "kit").rename(kit)
    (kit / MEMORY).unlink()
    monkeypatch.chdir(kit / "notebooks")
    with pytest.raises(ExplainedError, match=f"lies in {re.escape(str(kit))} already"):
        folder_here()


def test_in_the_translations_of_a_clone_the_clone_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir((ROOT / GERMAN).parent)
    with pytest.raises(ExplainedError, match=f"lies in {re.escape(str(ROOT))} already"):
        folder_here()


def test_beside_a_clone_no_second_workshop_is_laid_unasked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT / "notebooks")
    with pytest.raises(ExplainedError, match="already, from a clone or a kit"):
        folder_here()
