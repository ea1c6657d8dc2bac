"""Where a learner was, as their saved notebooks tell."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import ROOT, lessons

from thousandfold import where_was_i
from thousandfold.facilitation import progress
from thousandfold.facilitation.course import Cell, read_cells
from thousandfold.facilitation.open_answers import is_open
from thousandfold.facilitation.progress import Progress

STEMS = lessons()


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """What a learner gets; returns the folder of the lessons."""
    for name in ("exercises", "notebooks"):
        ignored = shutil.ignore_patterns(".ipynb_checkpoints")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    for number, stem in enumerate(STEMS):
        os.utime(tmp_path / "notebooks" / f"{stem}.ipynb", (number, number))
    return tmp_path / "notebooks"


@pytest.fixture
def german(workshop: Path) -> Path:
    """What lies beside it in German; returns the folder of the lessons."""
    place = workshop.parent / "translations" / "de"
    for name in ("exercises", "notebooks"):
        shutil.copytree(ROOT / "translations" / "de" / name, place / name)
    return place / "notebooks"


def change(path: Path, how: Any) -> None:
    notebook = nbformat.read(path, as_version=4)
    how(notebook.cells)
    nbformat.write(notebook, path)


def run(path: Path, share: float = 1.0) -> None:
    """Unfold the results of a lesson up to a share of it, as JupyterLab does for what is run."""

    def unfold(cells: list[Any]) -> None:
        results = [cell for cell in cells if cell.get("outputs")]
        for cell in results[: round(share * len(results))]:
            cell.metadata.pop("jupyter", None)

    change(path, unfold)


def guess(path: Path) -> None:
    def fill(cells: list[Any]) -> None:
        for cell in cells:
            if cell.id == "my-guesses":
                cell.source = cell.source.replace("...", "40", 1)

    change(path, fill)


def answer(path: Path, *names: str) -> None:
    def fill(cells: list[Any]) -> None:
        for cell in cells:
            if cell.id in names:
                cell.source = "return_value = 1"

    change(path, fill)


def link(progress: Progress, folder: Path) -> Path:
    return (folder / progress.link).resolve()


def test_a_new_learner_is_not_bothered(workshop: Path) -> None:
    assert repr(where_was_i(workshop)) == (
        "This is the beginning: nothing has been run and saved yet."
    )
    assert not where_was_i(workshop).link


def test_to_ask_where_one_was_is_no_beginning(workshop: Path) -> None:
    def ask(cells: list[Any]) -> None:
        for cell in cells:
            if cell.id == "where":
                cell.outputs = [nbformat.v4.new_output("stream", text="This is the beginning")]

    change(workshop / "06_communication.ipynb", ask)
    assert "This is the beginning" in where_was_i(workshop).words


def test_a_lesson_is_done_when_nearly_all_of_it_was_run(workshop: Path) -> None:
    run(workshop / "00_start_here.ipynb")
    run(workshop / "01_technical_debt.ipynb", 0.9)
    told = where_was_i(workshop)
    assert "Done: 00, 01." in told.words
    assert "Open: 02 to 10." in told.words


def test_who_comes_back_is_led_to_the_place_where_they_were(workshop: Path) -> None:
    run(workshop / "01_technical_debt.ipynb", 0.4)
    run(workshop / "00_start_here.ipynb", 0.2)
    guess(workshop / "01_technical_debt.ipynb")  # saved last
    told = where_was_i(workshop)
    assert re.search(r"Begun: 00 \(\d of \d+ results seen\), 01 \(", told.words)
    assert "Guesses made there: 1 of 8." in told.words
    assert link(told, workshop) == workshop / "01_technical_debt.ipynb"
    assert "How much of the roadmap belongs to debt?, at “" in told.label


def test_the_exercise_of_a_lesson_that_is_done_comes_next(workshop: Path) -> None:
    run(workshop / "06_communication.ipynb")
    told = where_was_i(workshop)
    path = workshop.parent / "exercises" / "06_communication" / "06_communication.ipynb"
    assert link(told, workshop) == path
    answer(path, "joins-answer", "memo")
    told = where_was_i(workshop)
    assert "Exercises: 06 begun (2 of 7 answers)." in told.words
    assert link(told, workshop) == path
    answer(path, *[f"{name}-answer" for name in ("doubling", "fourteen", "hire", "structure")])
    answer(path, "own-team")
    told = where_was_i(workshop)
    assert "Exercises: 06 filled in." in told.words
    assert link(told, workshop) == workshop / "00_start_here.ipynb"


def test_no_exercise_that_we_give_out_is_begun(workshop: Path) -> None:
    guess(workshop / "00_start_here.ipynb")
    assert "Exercises" not in where_was_i(workshop).words


STUB = "squad = ...\nliaisons = ...\n# Write your answer here.\n"
DESCRIBED = 'def paths(people):\n    """Number of pairs."""\n    # Write your answer here.\n'
HIRES = "hire = {10: ..., 14: ...}\n# Write your answer here.\n"
MEMO = "**Option chosen.**\n*Write here.*\n\n**Tripwire.**\n*Write here.*\n"


@pytest.mark.parametrize(
    ("kind", "source", "still_open"),
    [
        ("code", STUB, True),
        ("code", f"{STUB}squad = 8\n", True),
        ("code", f"{STUB}squad = 8\nliaisons = 2\n", False),
        ("code", f"{STUB}squad, liaisons = 8, 2", False),
        ("code", f"{STUB}squad, liaisons = 8, ...", True),
        ("code", f"{STUB}if True:\n    squad = 8\nliaisons: int = 2", False),
        ("code", f"squad = 8\nliaisons = 2\n{STUB}", True),
        ("code", f"{STUB}squad = 20 %\nliaisons = 2", True),
        ("code", "squad = 20 %", False),
        ("code", 'why = "..."', True),
        ("code", 'why = "..."\nwhy = "Well... it depends"', False),
        ("code", "# Write your answer here.", True),
        ("code", "", True),
        ("code", "...", True),
        ("code", DESCRIBED, True),
        ("code", f"{DESCRIBED}    return people * (people - 1) / 2", False),
        ("code", f"{DESCRIBED}    return ...", True),
        ("code", f"{DESCRIBED}    pass", True),
        ("code", f"{DESCRIBED}def paths(people):\n    return people", False),
        ("code", f"{DESCRIBED}paths = lambda people: people", False),
        ("code", HIRES, True),
        ("code", f"{HIRES}hire = {{10: 3, 14: 1}}", False),
        ("code", f"{HIRES}hire[10] = 3", True),
        ("code", f"{HIRES}hire[10] = 3\nhire[14] = 1", False),
        ("code", "plan = {**old, 3: ...}", True),
        ("code", "-" * 15_000 + "1", False),
        ("markdown", MEMO, True),
        ("markdown", f"{MEMO}When half leave.", True),
        ("markdown", MEMO.replace("Write here.*", "Write here.*\n**Sell** it..."), False),
        ("markdown", MEMO.replace("*Write here.*", "Sell it..."), False),
    ],
)
def test_what_was_written_last_counts(kind: str, source: str, still_open: bool) -> None:
    assert is_open(Cell(kind, "", source, {})) == still_open


def test_answers_below_the_dots_are_answers(workshop: Path) -> None:
    path = workshop.parent / "exercises" / "06_communication" / "06_communication.ipynb"
    below = {
        "joins-answer": "\none_joins = 90\nninety_join = 4000",
        "doubling-answer": "\nfactor_possible = 4\nfactor_used = 2\nfactor_each = 1",
        "fourteen-answer": "\ntrue_paths = 91\nforgotten = 'half'",
        "own-team": "\nmy_name = 'Ada'",
        "hire-answer": "\nten_win = {'today': 4, 'half the teaching': 2, 'as in Terraform': 0}",
        "structure-answer": "\nsquad = 8\nliaisons = 2\ncircle = 3",
    }

    def fill(cells: list[Any]) -> None:
        for cell in cells:
            cell.source += below.get(cell.id, "")
            if cell.id == "memo":
                cell.source = cell.source.replace("*Write here.*", "*Write here.*\nA word.")

    change(path, fill)
    assert "Exercises: 06 filled in." in where_was_i(workshop).words


def test_all_done_is_said_without_a_link(workshop: Path) -> None:
    for stem in STEMS:
        run(workshop / f"{stem}.ipynb")
    for path in workshop.parent.glob("exercises/*/*.ipynb"):
        change(path, lambda cells: [cell.update(source="done = 1") for cell in cells])
    told = where_was_i(workshop)
    assert told.words.endswith("All is done.")
    assert not told.link


SIX, SIX_EXERCISE = "06_communication.ipynb", "06_communication/06_communication.ipynb"


def test_a_lesson_is_one_in_whichever_language_it_was_done(workshop: Path, german: Path) -> None:
    assert "This is the beginning" in where_was_i(german).words
    run(german / SIX)
    exercise = german.parent / "exercises" / SIX_EXERCISE
    for place in (german, workshop):
        told = where_was_i(place)
        assert "Done: 06." in told.words
        assert "0 of 4" in told.words, "guesses are asked once"
    assert "Open: 00 to 05, 07 to 10." in told.words
    # As far in either, so each leads to its own.
    assert link(told, workshop) == workshop.parent / "exercises" / SIX_EXERCISE
    assert link(where_was_i(german), german) == exercise
    answer(exercise, "joins-answer", "memo")
    for place in (german, workshop):
        told = where_was_i(place)
        assert "Exercises: 06 begun (2 of 7 answers)." in told.words
        assert link(told, place) == exercise
    change(exercise, lambda cells: [cell.update(source="done = 1") for cell in cells])
    assert where_was_i(german).words.endswith("Exercises: 06 filled in. All is done.")
    assert where_was_i(workshop).label.startswith("00 What breaks")


def test_of_two_languages_the_furthest_counts_and_what_was_saved_last_is_next(
    workshop: Path, german: Path
) -> None:
    run(workshop / SIX, 0.6)
    run(german / SIX, 0.2)
    run(workshop / "01_technical_debt.ipynb", 0.4)
    for number, path in enumerate(
        (german / SIX, workshop / SIX, workshop / "01_technical_debt.ipynb"), 100
    ):
        os.utime(path, (number, number))
    assert link(where_was_i(german), german) == workshop / SIX
    told = where_was_i(workshop)
    assert link(told, workshop) == workshop / "01_technical_debt.ipynb"
    shutil.copy(ROOT / "translations" / "de" / "notebooks" / SIX, german / SIX)
    assert where_was_i(workshop) == told, "a newer version that was laid is no saving"
    run(german / SIX, 0.7)
    assert link(where_was_i(workshop), workshop) == german / SIX


def test_of_two_that_are_as_far_each_language_leads_to_its_own(
    workshop: Path, german: Path
) -> None:
    for place in (workshop, german):
        run(place / SIX, 0.4)
    os.utime(workshop / SIX, (1, 1))
    for place in (workshop, german):
        assert link(where_was_i(place), place) == place / SIX
    guess(workshop / SIX)
    os.utime(workshop / SIX, (1, 1))
    assert link(where_was_i(german), german) == workshop / SIX


def test_a_workshop_in_a_folder_of_that_name_is_another_one(
    workshop: Path, german: Path, tmp_path: Path
) -> None:
    another = tmp_path / "translations" / "thousandfold"
    for name in ("exercises", "notebooks", "translations/de"):
        shutil.copytree(tmp_path / name, another / name)
    run(workshop / SIX)
    assert "beginning" in where_was_i(another / "notebooks").words
    run(another / "translations" / "de" / "notebooks" / SIX)
    assert "Done: 06" in where_was_i(another / "notebooks").words


def test_in_a_folder_that_is_a_link_what_is_next_is_found(
    workshop: Path, german: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "linked").mkdir()
    (tmp_path / "linked" / "here").symlink_to(german)
    run(workshop / SIX, 0.4)
    monkeypatch.chdir(tmp_path / "linked" / "here")
    for place in (Path(), tmp_path / "linked" / "here"):
        assert link(where_was_i(place), german) == workshop / SIX


def test_what_is_there_in_one_language_alone_is_asked_there_alone(
    workshop: Path, german: Path
) -> None:
    run(workshop / "01_technical_debt.ipynb", 0.4)
    answer(workshop.parent / "exercises" / "01_technical_debt" / "01_technical_debt.ipynb", "memo")
    run(workshop / SIX, 0.4)
    os.utime(german / SIX, (0, 0))
    told = where_was_i(german)
    assert "01" not in told.words
    assert link(told, german) == workshop / SIX
    run(german / SIX, 0.5)
    told = where_was_i(german)
    assert link(told, german) == german / SIX


def test_copies_and_other_notebooks_do_not_count_twice(workshop: Path) -> None:
    run(workshop / "06_communication.ipynb", 0.5)
    shutil.copy(workshop / "06_communication.ipynb", workshop / "06_communication-Copy1.ipynb")
    shutil.copy(workshop / "06_communication.ipynb", workshop / "Untitled.ipynb")
    assert where_was_i(workshop).words.count("06 (") == 1
    assert "Un" not in where_was_i(workshop).words


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"cells": 3}', '{"cells": [3, {}]}', "\0" * 99]
)
def test_a_damaged_notebook_is_no_progress_and_no_error(workshop: Path, content: str) -> None:
    (workshop / "02_monolith_to_services.ipynb").write_text(content, "utf-8")
    run(workshop / "00_start_here.ipynb")
    assert "Done: 00." in where_was_i(workshop).words


def test_what_a_learner_wrote_is_text(workshop: Path) -> None:
    def harm(cells: list[Any]) -> None:
        cells[0].source = "# <script>alert(1)</script>"

    change(workshop / "03_reliability.ipynb", harm)
    run(workshop / "03_reliability.ipynb", 0.3)
    assert "<script>" not in where_was_i(workshop)._repr_html_()


def test_where_nothing_can_be_read_it_says_so_kindly(tmp_path: Path) -> None:
    assert "Nothing is lost" in repr(where_was_i(tmp_path))
    assert "Nothing is lost" in repr(where_was_i(tmp_path / "missing"))


def test_in_a_browser_only_what_a_learner_saved_is_read(
    workshop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(path: Path) -> tuple[Cell, ...]:
        read.append(path.stem)
        return read_cells(path)

    monkeypatch.setattr(progress, "read_cells", counted)
    monkeypatch.setenv(progress.GIVEN_OUT, "1000")
    for path in workshop.parent.rglob("*.ipynb"):
        os.utime(path, (1000, 1000))
    assert "This is the beginning" in where_was_i(workshop).words
    assert read == []
    run(workshop / "06_communication.ipynb")
    told = where_was_i(workshop)
    # The second time for the exercise, which comes next; the others are as they were given out.
    assert read == ["06_communication"] * 2
    assert link(told, workshop).parent == workshop.parent / "exercises" / "06_communication"
    (workshop.parent / "exercises" / "06_communication" / "06_communication.ipynb").unlink()
    assert where_was_i(workshop).label.startswith("00 What breaks")
    monkeypatch.delenv(progress.GIVEN_OUT)
    run(workshop / "04_diverse_users.ipynb", 0.4)
    os.utime(workshop / "04_diverse_users.ipynb", (1000, 1000))
    assert "Begun: 04 (" in where_was_i(workshop).words


def test_in_a_browser_an_exercise_begun_in_another_language_is_begun(
    workshop: Path, german: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(progress.GIVEN_OUT, "1000")
    for path in workshop.parent.rglob("*.ipynb"):
        os.utime(path, (1000, 1000))
    exercise = german.parent / "exercises" / SIX_EXERCISE
    answer(exercise, "joins-answer")
    for place in (german, workshop):
        told = where_was_i(place)
        assert "Exercises: 06 begun (1 of 7 answers)." in told.words
        assert link(told, place) == exercise


def test_too_many_notebooks_are_a_sentence(tmp_path: Path) -> None:
    for number in range(301):
        (tmp_path / f"{number}.ipynb").write_text("{}", "utf-8")
    assert "cannot be said" in repr(where_was_i(tmp_path))


def test_the_line_has_a_link_for_a_mouse_and_words_for_a_terminal(workshop: Path) -> None:
    run(workshop / "00_start_here.ipynb", 0.5)
    told = where_was_i(workshop)
    assert '<a href="00_start_here.ipynb">00 What breaks' in told._repr_html_()
    assert "Next: 00 What breaks" in repr(told)
    json.dumps(told._repr_html_())
