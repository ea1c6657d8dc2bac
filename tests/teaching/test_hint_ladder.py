"""Ladders of hints: a place, a question, a first step, each on asking, and never an answer."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from course import nbgrader_api, scratch, source, stems
from only_in_solutions import secret_lines, told_in
from release import right_numbers
from study import SO_FAR, SOLUTION
from test_stumbles import Kernel, told

from boxgrader.engine.likeness import PROSE, given, prepared
from thousandfold.teaching import hint_ladder
from thousandfold.teaching.edition import HINTS, NO_HINTS, hints_off
from thousandfold.teaching.hint_ladder import EVERYWHERE, Ladder, ladders
from thousandfold.teaching.hints import Hint

NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?")
WORDS = ["three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
         "thirteen", "fourteen", "fifteen"]  # fmt: skip
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)### END", re.DOTALL)


def rungs(ladder: Ladder) -> tuple[str, ...]:
    return ladder.look, ladder.think, ladder.step


def answers(stem: str) -> list[str]:
    """Return the names of all answers that are checked."""
    return [
        name
        for cell in source(stem).cells
        if cell.cell_type == "code"
        for said in SO_FAR.findall(cell.source)
        for name in re.findall(r"\w+", said)
    ]


def written_out(stem: str, name: str) -> Iterator[str | float]:
    """Yield the words and numbers of which the instructor's answer is made."""
    for cell in source(stem).cells:
        for block in SOLUTION.findall(cell.source) if cell.cell_type == "code" else ():
            for node in ast.walk(ast.parse(textwrap.dedent(block))):
                if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
                    yield from parts_of(node.value)
    for wanted, value in right_numbers(stem).items():
        if re.split(r"\W", wanted)[0] == name:
            yield value


def parts_of(node: ast.AST) -> Iterator[str | float]:
    """Yield what is written out in an answer: not what it is calculated from by name."""
    if isinstance(node, ast.Constant) and type(node.value) in (str, int, float):
        yield node.value  # type: ignore[misc]
    elif isinstance(node, ast.Dict | ast.List | ast.Tuple | ast.BinOp | ast.UnaryOp):
        inside = node.values if isinstance(node, ast.Dict) else ast.iter_child_nodes(node)
        for part in inside:
            yield from parts_of(part)


def shown(stem: str) -> str:
    """Return what a learner reads of an exercise."""
    path = ROOT / "exercises" / stem / f"{stem}.ipynb"
    return "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)


def numbers(text: str) -> set[float]:
    found = {float(one.replace(",", "")) for one in NUMBER.findall(text)}
    return found | {float(n) for n, word in enumerate(WORDS, 3) if re.search(rf"\b{word}\b", text)}


def leaks(stem: str, ladder: Ladder, text: str) -> list[str | float]:
    """Return what a text says of the answers that a ladder is for."""
    found: list[str | float] = []
    known = numbers(shown(stem))
    right = right_numbers(stem)
    for name in ladder.names:
        mine = {v for one, v in right.items() if re.split(r"\W", one)[0] == name}
        for part in written_out(stem, name):
            if isinstance(part, str):
                # The words of a choice are shown as options: which of them it is, is not.
                word = re.search(rf"\b{re.escape(part.casefold())}\b", text.casefold())
                found += [part] if word and part not in known_keys(stem, name) else []
            elif part in mine or part not in known:
                near = any(abs(n - part) <= 0.005 * abs(part) for n in numbers(text))
                found += [part] if near else []
    return found


def known_keys(stem: str, name: str) -> set[str]:
    """Return the words that stand in the answer's form already, such as names of cases."""
    for cell in source(stem).cells:
        if cell.cell_type == "code" and re.search(rf"^{name} = ", cell.source, re.MULTILINE):
            form = cell.source.partition("### BEGIN SOLUTION")[0]
            return set(re.findall(r'"([^"]+)"', form))
    return set()


CASES = [(stem, ladder) for stem in stems() for ladder in ladders().get(stem, ())]
IDS = [f"{stem}-{ladder.names[0]}" for stem, ladder in CASES]


@pytest.mark.parametrize("stem", stems())
def test_every_answer_has_a_ladder_and_every_ladder_an_answer(stem: str) -> None:
    named = [name for ladder in ladders()[stem] for name in ladder.names]
    assert sorted(named) == sorted(answers(stem))


def test_no_ladder_is_of_an_exercise_that_is_not_there() -> None:
    assert set(ladders()) == {EVERYWHERE, *stems()}
    assert [ladder.names for ladder in ladders()[EVERYWHERE]] == [("memo",)]


@pytest.mark.parametrize(("stem", "ladder"), CASES, ids=IDS)
def test_no_rung_holds_the_answer(stem: str, ladder: Ladder) -> None:
    for rung in rungs(ladder):
        assert leaks(stem, ladder, rung) == [], rung


def one_step_on(text: str) -> set[float]:
    """Return what halves and middles make of the numbers of a text."""
    found = numbers(text)
    return {n / 2 for n in found} | {(n + m) / 2 for n in found for m in found}


@pytest.mark.parametrize(("stem", "ladder"), CASES, ids=IDS)
def test_no_rung_says_how_to_close_in_on_the_answer_itself(stem: str, ladder: Ladder) -> None:
    right = {
        value
        for name in ladder.names
        for value in (
            *(it for it in written_out(stem, name) if type(it) in (int, float)),
            *(it for one, it in right_numbers(stem).items() if re.split(r"\W", one)[0] == name),
        )
    }
    if re.search(r"half as many|middle|halve|Close in", ladder.step):
        assert right.isdisjoint(one_step_on(ladder.step)), ladder.step


def test_a_rung_that_closes_in_on_the_answer_is_seen() -> None:
    assert 10 in one_step_on("If 15 are too many and 5 are not, try the middle.")
    assert 8 in one_step_on("Try 16 people, then half as many.")


def test_an_answer_in_a_rung_is_seen() -> None:
    stem = "06_communication"
    join = next(it for it in ladders()[stem] if "ninety_join" in it.names)
    squads = next(it for it in ladders()[stem] if "squad" in it.names)
    forgotten = next(it for it in ladders()[stem] if "forgotten" in it.names)
    for ladder, text in (
        (join, "That makes 4,905 paths."),
        (join, "Are it 4905.0?"),
        (squads, "Squads of seven are small."),
        (squads, "Try circle=20."),
        (forgotten, "Did it forget the two new ones?"),
    ):
        assert leaks(stem, ladder, text) != [], text
    assert leaks(stem, join, "The ninety join 10 people.") == []


def test_no_rung_holds_a_line_of_a_solution_or_of_a_hidden_test() -> None:
    secrets = secret_lines()
    for path in (ROOT / "src/thousandfold/teaching/hint_ladders").iterdir():
        assert told_in(path.read_text(encoding="utf-8"), secrets) == set()


@pytest.mark.parametrize("stem", stems())
def test_no_rung_says_what_reasons_and_hidden_tests_say(stem: str) -> None:
    hidden = []
    for cell in source(stem).cells:
        if cell.cell_type == "code":
            for block in (*SOLUTION.findall(cell.source), *HIDDEN.findall(cell.source)):
                hidden.append(" ".join(re.findall(r"#\s*(.*)", block)))
                hidden += re.findall(r'hint="([^"]*)"', block)
    told = given(hidden, PROSE)
    for ladder in ladders()[stem]:
        for rung in rungs(ladder):
            text = prepared(rung, PROSE)
            same = [stretch in told.stretches for stretch in text.all_stretches]
            runs = "".join("x" if it else " " for it in same).split()
            # Three words in a row may be chance; seven are a sentence that was taken over.
            assert max(map(len, runs), default=0) <= 4, rung


@pytest.mark.parametrize(("stem", "ladder"), CASES, ids=IDS)
def test_a_ladder_has_a_place_a_question_and_other_numbers(stem: str, ladder: Ladder) -> None:
    lesson = nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4)
    headings = {
        line.lstrip("# ").strip()
        for cell in lesson.cells
        if cell.cell_type == "markdown"
        for line in cell.source.splitlines()
        if line.startswith("##")
    }
    # "What the evidence says, in November 2026"
    assert any(heading.startswith(ladder.part) for heading in headings), ladder.part
    assert "?" in ladder.think
    for rung in rungs(ladder):
        assert len(rung.split()) <= 36, "a rung is a place or a question, no lecture"
        assert not re.search(r"\b(simply|just|obviously|easy)\b|!", rung)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    kernel = Kernel()
    folder = tmp_path_factory.mktemp("copy") / "exercises" / "06_communication"
    folder.mkdir(parents=True)
    kernel.run(
        f"import os; os.chdir({str(folder)!r})",
        "from thousandfold import checks, hint, numbers_for, show, sweep",
        "one_joins = ...",
        "ninety_join = ...",
        "true_paths = ...",
    )
    yield kernel
    kernel.stop()


def test_rung_after_rung_each_on_asking(alone: Kernel) -> None:
    first, second, third, fourth = alone.run(
        "ninety_join = 900\nhint('ninety_join')", *["hint('ninety_join')"] * 3
    )
    join = next(it for it in ladders()["06_communication"] if "ninety_join" in it.names)
    assert told(first) == (
        f'Hint 1 of 3. Look in the lesson, at "One room". {join.look}\n'
        "Two more are left: for the next one, run this again."
    )
    assert told(second) == f"Hint 2 of 3. {join.think}\nOne more is left: run this again."
    assert told(third) == (
        f"Hint 3 of 3. {join.step}\n"
        "That was the last one. Try it, then run the check below your answer."
    )
    assert told(fourth) == told(third)


def test_without_any_answer_the_first_rung_is_all(alone: Kernel) -> None:
    first, again, written = alone.run(
        "one_joins = ...\nhint('one_joins')",
        "hint('one_joins')",
        "one_joins = 3\nhint('one_joins')",
    )
    for cell in (first, again):
        assert "Hint 1 of 3." in told(cell)
        assert "write an answer above, a guess is enough, and run its cell" in told(cell)
    assert "Hint 2 of 3." in told(written)


def test_a_cell_that_runs_again_with_another_answer_goes_no_further(alone: Kernel) -> None:
    first, other, same = alone.run(
        "true_paths = 30\nhint('true_paths')",
        "true_paths = 16\nhint('true_paths')",
        "true_paths = 16\nhint('true_paths')",
    )
    assert "Hint 1 of 3." in told(first)
    assert "Hint 1 of 3." in told(other)
    assert "Your answer is another now: check it first." in told(other)
    assert "Hint 2 of 3." in told(same)


def test_an_answer_of_several_parts_has_one_ladder(alone: Kernel) -> None:
    first, second = alone.run(
        "squad, liaisons, circle = 9, 1, ...\nhint('squad')", "hint('circle')"
    )
    assert "Hint 1 of 3." in told(first)
    assert "Hint 2 of 3." in told(second)


def test_the_memo_has_one_in_every_exercise(alone: Kernel) -> None:
    first, second = alone.run("hint('memo')", "hint('memo')")
    assert 'at "Decide"' in told(first)
    assert "Hint 2 of 3." in told(second)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("hint()", "Which answer? Write its name in quotation marks"),
        ("hint('  ')", "Which answer? Write its name in quotation marks"),
        ("hint(ninety_join)", "Write the name of the answer in quotation marks"),
        (
            "hint('nothing')",
            '"nothing" is no answer whose cell has been run here. So far there are: ',
        ),
        ("hint('nothing')", "ninety_join"),
    ],
)
def test_a_name_that_is_none_is_said(line: str, says: str, alone: Kernel) -> None:
    (cell,) = alone.run(f"ninety_join = 900\n{line}")
    assert says in told(cell)


def test_a_name_may_have_a_space_behind_it_and_capitals() -> None:
    assert hint_ladder._ladder(" Ninety_Join ")[0] == "06_communication"


@pytest.mark.parametrize("name", ["forgotten", "nothing"])
def test_before_any_answer_was_run_nobody_guesses_which_exercise_it_is(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hint_ladder, "_names", dict)
    with pytest.raises(Hint, match="Run the cell of your answer first"):
        hint_ladder._ladder(name)


def test_of_two_exercises_with_one_name_it_is_the_one_at_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hint_ladder, "_names", lambda: {"true_percent": 1, "more_percent": 2})
    assert hint_ladder._ladder("forgotten")[0] == "10_code_nearly_free"
    monkeypatch.setattr(hint_ladder, "_names", lambda: {"true_paths": 1, "one_joins": 2})
    assert hint_ladder._ladder("forgotten")[0] == "06_communication"


@pytest.mark.parametrize(
    "value", [..., None, "", {"a": ..., "b": None}, [..., "..."], {"a": [...]}]
)
def test_a_form_that_nobody_filled_in_is_no_answer(value: object) -> None:
    assert hint_ladder._open(value)
    assert not hint_ladder._open({"a": value, "b": 0})


def test_while_grading_nothing_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    hint_ladder.hint("ninety_join")
    hint_ladder.hint("nothing at all")
    assert capsys.readouterr().out == ""


def test_an_instructor_switches_hints_off_by_a_file_or_for_a_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = tmp_path / "course" / "exercises" / "06_communication"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    monkeypatch.delenv(HINTS, raising=False)
    assert not hints_off()
    monkeypatch.setenv(HINTS, " None ")
    assert hints_off()
    monkeypatch.delenv(HINTS)
    for folder in (here, tmp_path / "course"):
        (folder / NO_HINTS).touch()
        assert hints_off()
        hint_ladder.hint("ninety_join")
        assert "has switched them off" in capsys.readouterr().out
        (folder / NO_HINTS).unlink()


@pytest.mark.parametrize("stem", stems())
def test_an_exercise_says_that_there_are_hints_and_brings_them(stem: str) -> None:
    text = shown(stem)
    (name,) = re.findall(
        r'Stuck\? Below your answer add a cell \(\+\), write `hint\("(\w+)"\)`', text
    )
    assert name == answers(stem)[0]
    assert re.search(r"^from thousandfold import .*\bhint\b", text, re.MULTILINE)


def test_what_nbgrader_releases_beside_an_exercise_reaches_learners(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (ROOT / "docs" / "assistants.md").read_text(encoding="utf-8")
    place = "solutions/06_communication/"
    assert f"`{NO_HINTS}` beside the exercise in `{place}`" in text
    scratch(tmp_path)
    (tmp_path / place / NO_HINTS).touch()
    made = nbgrader_api(tmp_path).generate_assignment("06_communication", force=True, create=True)
    assert made["success"], made["log"]
    released = tmp_path / "exercises" / "06_communication"
    assert {it.name for it in released.iterdir()} >= {NO_HINTS, "06_communication.ipynb"}
    monkeypatch.delenv(HINTS, raising=False)
    monkeypatch.chdir(released)
    assert hints_off()
    assert NO_HINTS in text
    assert f"{HINTS}=none" in text
