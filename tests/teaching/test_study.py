"""Study mode: the same exercise, with one file more."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from course import Sample, answered, release, scratch, stems
from course import source as solution
from nbformat import NotebookNode
from study import questions, study
from test_stumbles import Kernel, told

from thousandfold.cli import main
from thousandfold.commands import grader
from thousandfold.facilitation.studied import studied
from thousandfold.teaching.edition import FILE, PLACE, study_file
from thousandfold.teaching.study import STUDIED, opened

STEM = "06_communication"


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    """Return a kernel in the folder of an exercise, in a copy for study."""
    folder = tmp_path_factory.mktemp("copy")
    (folder / FILE).write_bytes(study())
    kernel = in_folder(folder / "exercises" / STEM)
    yield kernel
    kernel.stop()


def in_folder(folder: Path) -> Kernel:
    folder.mkdir(parents=True)
    kernel = Kernel()
    kernel.run(f"import os; os.chdir({str(folder)!r})", "from thousandfold import checks, right")
    return kernel


def test_not_yet_twice_and_then_the_answer_with_its_reason(alone: Kernel) -> None:
    alone.run("from thousandfold.models import possible_paths")
    first, second, third = alone.run(*['factor_used = 3.1\nright("factor_used")'] * 3)
    assert told(first).startswith("Not yet: factor_used. You multiplied 2 by the power.")
    assert "Try once more." in told(first)
    assert "After the next try you see an answer" in told(second)
    assert told(third).startswith("Not yet: factor_used. This is right:\nfactor_used = 2**1.55\n")
    assert "2 to the power of 1.55 when people double" in told(third)
    assert "This notebook now says that you have seen it" in told(third)
    shown = [cell.outputs[0].data[STUDIED]["shown"] for cell in (first, second, third)]
    assert shown == [False, False, True]


def test_right_is_told_with_its_reason(alone: Kernel) -> None:
    (cell,) = alone.run("true_paths = 15\nright('true_paths')")
    assert told(cell) == "Right: true_paths.\nSix people have 6 * 5 / 2 pairs."


def test_a_share_of_the_points_is_told(alone: Kernel) -> None:
    alone.run("from thousandfold import numbers_for, sweep", "my_name = 'Ann Example'")
    alone.run("from thousandfold.models import BrooksLaw")
    alone.run("late = BrooksLaw(team=17, talk=0.25)", "my_name = 'Ben Costa'")
    alone.run("one, ten = sweep(late, hired=[0, 10]).summary('elapsed')['median']")
    guessed = "{'today': one - ten, 'half the teaching': 4, 'as in Terraform': 4}"
    (cell,) = alone.run(f"ten_win = {guessed}\nright('ten_win')")
    assert told(cell).startswith("Not yet: ten_win. It earns 1 of 3 points.")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("true_paths = ...\nright('true_paths')", "true_paths has no answer yet"),
        ("true_paths = 15\nright(true_paths)", "Write the name of the answer in quotation marks"),
        ("right('nothing')", '"nothing" is no answer of an exercise. Here are: '),
        ("right()", "right() missing 1 required positional argument"),
    ],
)
def test_what_is_no_question_gets_a_sentence_and_costs_no_try(
    line: str, says: str, alone: Kernel
) -> None:
    for _ in range(4):
        (cell,) = alone.run(line)
        assert says in told(cell)
        assert "This is right" not in told(cell)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("forgotten = '...'\nright('forgotten')", "forgotten should be one of"),
        ("ninety_join = '4905'\nright('ninety_join')", "ninety_join should be a number"),
        ("true_paths = 'many'\nright('true_paths')", "true_paths should be a number"),
        ("ten_win = 4\nright('ten_win')", "ten_win should be a table"),
    ],
)
def test_an_untouched_answer_or_a_wrong_form_is_no_try(
    answer: str, says: str, tmp_path: Path
) -> None:
    (tmp_path / FILE).write_bytes(study())
    kernel = in_folder(tmp_path / "exercises" / STEM)
    kernel.run("from thousandfold import numbers_for", "my_name = 'Ann Example'")
    cells = kernel.run(*[answer] * 4)
    kernel.stop()
    assert [cell for cell in cells if says not in told(cell) or "Not yet" in told(cell)] == []


def test_filled_in_says_whom_to_ask(alone: Kernel) -> None:
    (cell,) = alone.run("checks.so_far('true_paths')")
    assert 'Nobody has checked yet whether it is right. right("true_paths") tells.' in told(cell)


def test_a_copy_for_a_graded_class_says_so_kindly(tmp_path: Path) -> None:
    kernel = in_folder(tmp_path / "exercises" / STEM)
    cells = kernel.run("true_paths = 15", 'right("true_paths")', "checks.so_far('true_paths')")
    kernel.stop()
    assert "This copy is for a graded class" in told(cells[1])
    assert "right(" not in told(cells[2])


@pytest.mark.parametrize("stem", stems())
def test_each_answer_has_a_reason_and_passes_its_own_test(stem: str, tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(study())
    kernel = in_folder(tmp_path / "exercises" / stem)
    notebook = answered(release(stem), stem, Sample("right"))
    asked = [f'right("{name}")' for name in questions(stem)]
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    cells = kernel.run(*sources, *asked)
    kernel.stop()
    answers = [told(cell) for cell in cells[len(sources) :]]
    assert [it for it in answers if not re.match(r"Right: \w+\.\n.{20}", it)] == []


@pytest.mark.parametrize("stem", stems())
def test_nothing_is_written_twice(stem: str) -> None:
    """The file holds the tests of the solutions, and a release what it holds without the file."""
    held = opened(study())[stem]
    tests = {cell.source for cell in solution(stem).cells if cell.cell_type == "code"}
    assert {question["test"] for question in held.values()} <= tests
    given = "\n".join(cell.source for cell in release(stem).cells)
    assert [name for name, question in held.items() if question["reason"] in given] == []


def handed_in(folder: Path, learner: str, cells: list[NotebookNode]) -> None:
    place = folder / learner / STEM
    place.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), place / f"{STEM}.ipynb")


def test_a_notebook_that_was_studied_says_so(alone: Kernel, tmp_path: Path) -> None:
    handed_in(
        tmp_path, "ann", alone.run(*["forgotten = 'two of the first four'\nright('forgotten')"] * 3)
    )
    handed_in(tmp_path, "ben", alone.run("true_paths = 15\nright('true_paths')"))
    handed_in(tmp_path, "cleo", alone.run("true_paths = 15", f"'{STUDIED}'"))
    assert dict(studied(tmp_path, STEM)) == {
        "ann": {"forgotten": True},
        "ben": {"true_paths": False},
    }


def test_grade_names_who_has_studied(
    alone: Kernel,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    scratch(tmp_path / "course")
    submitted = tmp_path / "course" / "submitted"
    handed_in(submitted, "ann", alone.run(*["true_paths = 14\nright('true_paths')"] * 3))
    handed_in(submitted, "ben", alone.run("true_paths = 15\nright('true_paths')"))
    handed_in(submitted, "cleo", alone.run("true_paths = 15"))
    monkeypatch.setattr(grader, "_GRADE", replace(grader._GRADE, run=lambda arguments: 3))
    assert main(["grade", STEM, "--course", str(tmp_path / "course")]) == 3
    told_of = capsys.readouterr().out.splitlines()[2:]
    assert told_of == [
        "  ann has seen true_paths",
        "  ben has asked",
        "  They may have seen more than their notebooks still say.",
    ]


def test_a_hub_gives_the_file_and_takes_it_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.spec_from_file_location("prepare", ROOT / "hub" / "prepare.py")
    assert spec
    assert spec.loader
    prepare = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(prepare)
    monkeypatch.setattr(prepare, "STUDY", tmp_path / FILE)
    prepare.switch_study(True)
    assert (tmp_path / FILE).read_bytes() == study()
    monkeypatch.setenv(PLACE, str(tmp_path / FILE))
    monkeypatch.chdir(tmp_path.parent)
    assert study_file() == tmp_path / FILE
    prepare.switch_study(False)
    assert study_file() is None
