"""Three questions for a talk: from a learner's own numbers, whatever they wrote.

THOUSANDFOLD_ALL=1 tries each name and each known answer, and all strangers in the box.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import course
import nbformat
import pytest
from conftest import ROOT
from course import grade_id, is_solution, release, samples, source, stems
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode

import kit
from thousandfold import numbers_for
from thousandfold.cli import main
from thousandfold.errors import ExplainedError
from thousandfold.facilitation import viva_answers
from thousandfold.facilitation.course import Cell, find_course, read_cells
from thousandfold.facilitation.pdf import write_pdf
from thousandfold.facilitation.viva import (
    ASKED,
    CONTRADICTS,
    Answers,
    Candidate,
    Lines,
    Question,
    UnfitError,
    choose,
    read_lines,
)
from thousandfold.facilitation.viva_answers import Learner, answers_of, asked_in, told, written
from thousandfold.facilitation.viva_sheets import Sheet, sheet, sheets_page
from thousandfold.models import (
    Approval,
    CriticalMass,
    ScalabilityLaw,
    Squads,
    downtime,
    possible_paths,
)

STEMS = stems()
FOLDER = ROOT / "facilitator" / "viva"
ALL = "THOUSANDFOLD_ALL" in os.environ
NAMES = ("Ann Example", "Bob", "Chidi Anagonye")
TRIED = NAMES if ALL else NAMES[:1]
LEARNER = "06_communication"


@cache
def lines(stem: str) -> Lines:
    return read_lines(FOLDER / f"{stem[3:]}.py")


@cache
def asks(stem: str) -> viva_answers.Asks:
    return asked_in(read_cells(ROOT / "exercises" / stem / f"{stem}.ipynb"))


def examples(stem: str, name: str) -> Answers:
    return answers_of(lines(stem).examples, asks(stem), name)


def asked(stem: str, answers: Answers) -> Iterator[tuple[Candidate, Question]]:
    """Make each question that fits; what goes wrong in one goes on to the test."""
    for candidate in lines(stem).candidates:
        with contextlib.suppress(ExplainedError):
            if made := candidate.make(answers):
                yield candidate, made


def check(question: Question) -> None:
    for text in (question.asks, question.holds, question.refutes):
        assert text.strip() == text
        assert re.search(r"\b(?:nan|inf|None)\b|[{}*]|  |e[+]\d", text) is None, text
        assert re.search(r"\d\.\d{5}", text) is None, text
    assert "?" in question.asks
    assert question.fits in (1, 2, 3)
    for text in (question.asks, question.holds, question.refutes):
        assert len(text.split()) <= 60, text


# --- The lines of each exercise ------------------------------------------------------------------


def still_to_be_written(stem: str) -> bool:
    """Return whether the questions are those that `make new` has laid."""
    return "To replace" in (FOLDER / f"{stem[3:]}.py").read_text("utf-8")


@pytest.mark.parametrize("stem", STEMS)
def test_the_lines_of_an_exercise_are_enough_for_whoever_answered_nothing(stem: str) -> None:
    found = lines(stem)
    laid = still_to_be_written(stem)
    assert len(found.candidates) >= (ASKED if laid else 6)
    assert set(found.examples) <= set(asks(stem).names)
    module = find_course(ROOT).module(stem)
    assert module.tasks[found.decision - 1].title.startswith("Decide") or "Decide" in (
        module.tasks[found.decision - 1].title
    )
    for name in TRIED:
        chosen = choose(found, answers_of({}, asks(stem), name), name)
        assert len(chosen) == ASKED
        assert len({it.name for it in chosen}) == ASKED
        assert found.decision in {it.task for it in chosen}


@pytest.mark.parametrize("stem", STEMS)
def test_every_question_can_be_asked_of_an_example_or_of_a_known_answer(stem: str) -> None:
    seen = set()
    for who in TRIED:
        for candidate, made in asked(stem, examples(stem, who)):
            check(made)
            seen.add(candidate.name)
    known = known_answers(stem)
    # The largest share of what is tried would be structures that cost as much as they teach.
    for values in known if ALL else (*known[:2], *known[-2:]):
        for candidate, made in asked(stem, answers_of(values, asks(stem), "Ann Example")):
            check(made)
            seen.add(candidate.name)
    assert seen == {it.name for it in lines(stem).candidates}


@cache
def known_answers(stem: str) -> tuple[dict[str, Any], ...]:
    """Return what the solution and each named answer say: our own code, so run without a box."""
    notebook = source(stem)
    for cell in notebook.cells:
        if is_solution(cell):
            cell.source = course.SOLUTION.sub("", cell.source)
    ours = cells_to_run(notebook)
    names: dict[str, Any] = {"display": print, "__name__": "answers"}
    found = []
    with contextlib.redirect_stdout(io.StringIO()):
        for _, code in ours:
            exec(code, names)  # noqa: S102
        found.append(printed(names, stem))
        for sample in samples(stem):
            other = dict(names)
            for code in sample.answers.values():
                with contextlib.suppress(Exception):
                    exec(code, other)  # noqa: S102
            found.append(printed(other, stem))
    return tuple(found)


def cells_to_run(notebook: NotebookNode) -> list[tuple[str, str]]:
    """Return setup and answers, without tests and without what only tries plans."""
    used = " ".join(
        cell.source for cell in notebook.cells if is_solution(cell) and cell.cell_type == "code"
    )
    return [
        (grade_id(cell), cell.source)
        for cell in notebook.cells
        if cell.cell_type == "code"
        and not cell.metadata.get("nbgrader", {}).get("grade")
        and (
            is_solution(cell)
            or "import" in cell.source
            or any(
                re.search(rf"\b{name}\b", used)
                for name in re.findall(r"^(\w+)(?:, \w+)* = ", cell.source, re.MULTILINE)
            )
        )
    ]


def printed(names: dict[str, Any], stem: str) -> dict[str, Any]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(viva_answers.last_cell(asks(stem)), names)  # noqa: S102
    return told(out.getvalue(), asks(stem).names)


@pytest.mark.parametrize("stem", STEMS)
def test_the_solution_is_read_whole_and_contradicts_itself_nowhere(stem: str) -> None:
    right = known_answers(stem)[0]
    assert set(right) == set(asks(stem).names)
    made = list(asked(stem, answers_of(right, asks(stem), "Ann Example")))
    tasks = {candidate.task for candidate, _ in made}
    assert len(tasks) >= min(3, len({it.task for it in lines(stem).candidates}))
    assert [it.name for it, made in made if made.fits == CONTRADICTS] == []


def junk() -> st.SearchStrategy[Any]:
    plain = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-5, 200),
        st.integers(),
        st.floats(),
        st.sampled_from([10**400, -(10**400), math.nan, math.inf, 1e308, "<b>x</b>", "x" * 5000]),
        st.text(max_size=8),
    )
    return st.one_of(
        plain, st.lists(plain, max_size=13), st.dictionaries(st.text(max_size=5), plain, max_size=4)
    )


def near(value: Any) -> st.SearchStrategy[Any]:
    """Return values of the kind of an example, and some that are not."""
    if isinstance(value, dict):
        keys = {str(key): near(it) for key, it in value.items()}
        return st.one_of(st.fixed_dictionaries(keys), st.fixed_dictionaries(keys), junk())
    if isinstance(value, list):
        each = near(value[0]) if value else junk()
        return st.one_of(st.lists(each, min_size=len(value), max_size=len(value)), junk())
    if isinstance(value, str):
        return st.sampled_from([value, value, value, "other"])
    most = max(1.0, 3 * abs(value))
    return st.one_of(
        st.just(value),
        st.integers(0, math.ceil(most)),
        st.floats(0, most).map(lambda it: round(it, 2)),
        st.sampled_from([0, 1, -1, value * 10, 10**400, math.nan]),
    )


@pytest.mark.parametrize("stem", STEMS)
@settings(
    max_examples=15 if ALL else 4,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_no_answer_whatever_stops_a_question(stem: str, data: st.DataObject) -> None:
    values = {name: data.draw(near(it), name) for name, it in lines(stem).examples.items()}
    answers = answers_of(values, asks(stem), data.draw(st.sampled_from(NAMES)))
    for _, made in asked(stem, answers):
        check(made)
    assert len(choose(lines(stem), answers, "Bob")) == ASKED


@given(values=st.dictionaries(st.sampled_from(["a", "b"]), junk()))
@settings(max_examples=60, deadline=None, database=None)
def test_an_answer_is_what_a_question_asks_for_or_none(values: dict[str, Any]) -> None:
    a = Answers(values)
    reads: list[Callable[[], Any]] = [
        lambda: a.number("a", 0, 10),
        lambda: a.whole("a", 0, 10),
        lambda: a.choice("a", ("x", "y")),
        lambda: a.table("a", (1, 2), 0, 10),
        lambda: a.choices("a", (1, 2), ("x", "y")),
        lambda: a.row("a", 2, 0, 10),
        lambda: a.picked("a", ("x", "y")),
    ]
    for read in reads:
        with contextlib.suppress(UnfitError):
            found = read()
            numbers = found if isinstance(found, list) else [found]
            assert all(not isinstance(it, float) or 0 <= it <= 10 for it in numbers)


@pytest.mark.parametrize(
    ("value", "reads"),
    [
        (7.5, lambda a: a.whole("it", 1, 9)),
        (True, lambda a: a.number("it", 0, 9)),
        ("7", lambda a: a.number("it", 0, 9)),
        (math.inf, lambda a: a.number("it", 0, math.inf)),
        (math.nan, lambda a: a.number("it", 0, 9)),
        (10**400, lambda a: a.number("it", 0, 9)),
        (["a", "a"], lambda a: a.picked("it", ("a", "b", "c"))),
        (["a", "d"], lambda a: a.picked("it", ("a", "b", "c"))),
        ({"a": 1}, lambda a: a.table("it", ("a", "b"), 0, 9)),
        ([1, 2], lambda a: a.row("it", 3, 0, 9)),
    ],
)
def test_what_is_another_thing_is_no_answer(value: Any, reads: Callable[[Answers], Any]) -> None:
    with pytest.raises(UnfitError):
        reads(Answers({"it": value}))


# --- Which three ---------------------------------------------------------------------------------


def test_the_same_learner_has_the_same_three_twice_and_two_have_others() -> None:
    for stem in (STEMS[0], STEMS[-1]):
        found, values = lines(stem), lines(stem).examples
        by_name = {
            name: choose(found, answers_of(values, asks(stem), name), name)
            for name in (*NAMES, "Dana", "Eleni", "Farid")
        }
        again = read_lines(FOLDER / f"{stem[3:]}.py")  # nothing is kept from the first time
        for name, chosen in by_name.items():
            made = choose(again, answers_of(values, asks(stem), name), name)
            assert [it.question for it in made] == [it.question for it in chosen]
        assert len({tuple(it.question.asks for it in chosen) for chosen in by_name.values()}) > 1


@pytest.mark.parametrize("stem", STEMS)
def test_a_class_with_one_good_plan_hears_many_questions(stem: str) -> None:
    if still_to_be_written(stem):
        pytest.skip("three lines to begin with are no six questions")
    answers = answers_of(known_answers(stem)[0], asks(stem), "Ann Example")
    made = dict(asked(stem, answers))
    ready = replace(
        lines(stem),
        candidates=tuple(
            replace(it, make=lambda a, found=found: found)  # type: ignore[misc]
            for it, found in made.items()
        ),
    )
    rows = [choose(ready, answers, f"learner {n}") for n in range(200)]
    heard = Counter(frozenset(it.name for it in row) for row in rows)
    same = sum(n * (n - 1) for n in heard.values()) / (len(rows) * (len(rows) - 1))
    assert same < 0.1, "two of a class seldom hear the same three"
    first = Counter(row[0].name for row in rows)
    assert max(first.values()) < 0.6 * len(rows), "nor do most of them hear one of them"


def test_whoever_wrote_no_name_is_told_of_beside_their_sheet() -> None:
    nameless = viva_answers.learner_of("ann", [], '{"squad": 7}', asks(LEARNER))
    assert "They wrote no name" in nameless.note
    assert nameless.answers.mine == asks(LEARNER).mine("ann")
    alone = viva_answers.learner_of("ann", ["squad = 7"], '{"my_name": "Bo"}', asks(LEARNER))
    assert alone.answers.values == {"squad": 7}
    named = viva_answers.learner_of("ann", [], '{"squad": 7, "my_name": "Bo"}', asks(LEARNER))
    assert named.note == ""
    assert named.answers.mine == asks(LEARNER).mine("Bo") != asks(LEARNER).mine("ann")


def test_capitals_and_spaces_make_nobody_another_learner() -> None:
    found, values = lines(LEARNER), known_answers(LEARNER)[0]
    one, other = (
        choose(found, answers_of(values, asks(LEARNER), name), name)
        for name in ("Ann Example", " ann  EXAMPLE")
    )
    assert one == other


def question(fits: int = 1) -> Question:
    return Question("Why?", "This.", "That.", fits)


def candidates(*tasks_and_fits: tuple[int, int]) -> tuple[Candidate, ...]:
    return tuple(
        Candidate(f"q{n}", task, lambda a, fits=fits: question(fits))  # type: ignore[misc]
        for n, (task, fits) in enumerate(tasks_and_fits)
    )


def test_the_decision_comes_first_then_what_contradicts_itself_and_each_task_once() -> None:
    made = Lines(candidates((1, 1), (1, 3), (2, 1), (2, 1), (3, 3), (5, 2), (5, 3)), 5, {})
    for name in NAMES:
        chosen = [(it.task, it.question.fits) for it in choose(made, Answers(), name)]
        assert chosen[0] == (5, 3)
        assert set(chosen[1:]) == {(1, 3), (3, 3)}
    made = Lines(candidates((1, 1), (2, 1), (2, 1), (5, 1)), 5, {})
    first, *others = choose(made, Answers(), "Ann")
    assert first.task == 5
    assert {it.task for it in others} == {1, 2}


def test_what_is_extreme_has_two_lots_and_leaves_the_others_one() -> None:
    made = Lines(candidates((5, 1), (5, 2)), 5, {})
    first = [choose(made, Answers(), f"learner {n}")[0].question.fits for n in range(900)]
    assert 0.6 < first.count(2) / len(first) < 0.73


def test_an_example_of_ours_contradicts_nobody_and_is_drawn_as_any() -> None:
    def needs_a_number(fits: int) -> Callable[[Answers], Question]:
        return lambda a: Question(f"Why {a.number('n', 0, 9):g}?", "This.", "That.", fits)

    made = Lines(
        (Candidate("n", 5, needs_a_number(3)), Candidate("m", 5, needs_a_number(1))), 5, {"n": 4}
    )
    first = [choose(made, Answers(), f"learner {n}")[0].question.fits for n in range(300)]
    assert 0.4 < first.count(3) / len(first) < 0.6


def test_few_questions_are_filled_from_examples_that_say_so() -> None:
    def needs_a_number(a: Answers) -> Question:
        return Question(f"Why {a.number('n', 0, 9):g}?", "This.", "That.")

    made = Lines(
        (*candidates((1, 1)), Candidate("n", 2, needs_a_number), Candidate("m", 2, needs_a_number)),
        2,
        {"n": 4},
    )
    chosen = choose(made, Answers({"n": math.nan}), "Ann")
    assert [it.example for it in chosen] == [False, True, True]
    assert chosen[1].question.asks == "Why 4?"
    assert not any(it.example for it in choose(made, Answers({"n": 3}), "Ann"))


def test_a_question_that_stops_stops_nobody() -> None:
    def stops(a: Answers) -> Question:
        raise RuntimeError("an author's error")

    made = Lines((Candidate("stops", 1, stops), *candidates((1, 1), (2, 1), (3, 1))), 1, {})
    assert len(choose(made, Answers(), "Ann")) == ASKED


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (None, "is missing"),
        ("1 / 0", "ZeroDivisionError"),
        ("DECISION = 5", "needs questions"),
    ],
)
def test_lines_that_are_none_are_said(tmp_path: Path, text: str | None, says: str) -> None:
    if text is not None:
        (tmp_path / "x.py").write_text(text, encoding="utf-8")
    with pytest.raises(ExplainedError, match=says):
        read_lines(tmp_path / "x.py")


# --- The numbers in a good answer are the models' ------------------------------------------------


def of(stem: str, name: str, answers: dict[str, Any]) -> Question:
    [made] = [it for it in lines(stem).candidates if it.name == name]
    found = made.make(answers_of(answers, asks(stem), "Ann Example"))
    assert found is not None
    return found


def test_good_answers_hold_what_the_models_say() -> None:
    chosen = {"squad": 7, "liaisons": 2, "circle": 20}
    week = Squads(people=400, squad=7, liaisons=2, circle=20).week(replications=20)
    assert f"{week:.1f} hours a week" in of(LEARNER, "what_breaks_first", chosen).holds
    paths = possible_paths(100) - possible_paths(10)
    used = of(LEARNER, "which_paths_are_used", {"ninety_join": 4905})
    assert f"{paths:,.0f} are possible" in used.holds
    minutes = of("03_reliability", "do_copies_fail_alone", {"both_single": 1, "one_doubled": 1})
    assert f"{float(downtime(0.81)):,.0f} to {float(downtime(0.9 * 0.99)):,.0f}" in minutes.holds
    mine = numbers_for("Ann Example", teachers=[2800, 3000, 3200], keenest=[85, 90, 93, 108])
    need = mine.teachers * CriticalMass(strength=mine.keenest, price=20).critical
    fill = of("05_product_to_platform", "nearly_enough", {"teachers_needed": 1})
    assert f"By the model {need:,.0f} are needed" in fill.holds
    team = Approval(decisions=60, hours=1, available=20, deciders=4)
    read = of("10_code_nearly_free", "who_reads", {"readers": {"4": 1, "12": 2, "30": 4}})
    assert f"busy {team.busy:.0%} and it takes {team.time:.1f} hours" in read.holds


@pytest.mark.parametrize("price", ["path_hours", "handover_hours", "cut_off_hours", "away"])
def test_another_price_costs_what_the_model_says(price: str) -> None:
    [found] = [it for it in lines(LEARNER).candidates if it.name == "what_it_hangs_on"]
    week = found.make.__globals__["week"]
    dear = Squads(people=200, squad=7, liaisons=2, circle=20, **{price: 0.17})
    assert week(200, 7, 2, 20, **{price: 0.17}) == pytest.approx(dear.week(replications=20))


def test_another_model_gives_another_good_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    before = of(LEARNER, "what_breaks_first", {"squad": 7, "liaisons": 2, "circle": 20})
    monkeypatch.setattr(Squads, "hours", lambda self, **_: {"talking": 9.9, "handing over": 1.0})
    lines.cache_clear()
    after = of(LEARNER, "what_breaks_first", {"squad": 7, "liaisons": 2, "circle": 20})
    lines.cache_clear()
    assert before.holds != after.holds
    assert "10.9 hours a week" in after.holds


def test_a_system_is_fastest_where_more_machines_make_it_slower() -> None:
    stem = "02_monolith_to_services"
    found = {it.name: it.make for it in lines(stem).candidates if it.task == 2}
    for contention in (0.005, 0.025, 0.1):
        for crosstalk in (0.0002, 0.0005, 0.003):
            law = ScalabilityLaw(rate=100, contention=contention, crosstalk=crosstalk)
            top = max(range(1, 200), key=law.throughput)
            mine = SimpleNamespace(contention=contention, crosstalk=crosstalk)
            answers = Answers(
                {"remedy": {"8 machines": 1, "24 machines": 1, "72 machines": 3}}, mine
            )
            turns, pays = (found[it](answers) for it in ("where_it_turns", "what_to_pay_for"))
            assert turns is not None
            assert pays is not None
            assert int(re.findall(r"at (\d+) machines", turns.holds)[0]) in (top - 1, top, top + 1)
            assert f"At best it has {law.throughput(top):,.0f}"[:-2] in turns.holds
            said = int(re.findall(r"fastest at (\d+) machines", pays.refutes)[0])
            assert abs(said - top) <= 1


def test_a_repair_is_praised_for_what_a_day_of_it_brings() -> None:
    stem = "01_technical_debt"
    for first, fits in (("test suite", 1), ("booking core", CONTRADICTS), ("old reports", 3)):
        made = of(stem, "what_people_complain_about", {"first": first})
        assert "test suite 16 (0.80). So the test suite first" in made.holds
        assert made.fits == fits
    assert "You would repair the old reports first, about which" in made.asks
    board = {"hours_behind": 17.3, "billions": 85}
    wrong = of(stem, "a_number_for_the_board", board)
    assert wrong.fits == CONTRADICTS
    assert "rest on 3.8 hours" in wrong.holds
    assert "would be 386 billion" in wrong.holds


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3, 0.6])
def test_who_is_let_off_a_promise_is_asked_for_no_less_than_nothing(share: float) -> None:
    plan = [share] * 3 + [0.2] * 9
    made = of("01_technical_debt", "the_promise", {"plan": plan})
    (mine,) = re.findall(r"and earns (-?[\d,]+) days", made.holds)
    let_off, more = re.findall(r"-?\d[\d,]*", made.refutes)[:2]
    mine, let_off, more = (int(it.replace(",", "")) for it in (mine, let_off, more))
    assert let_off >= mine
    assert ("the most that he may ask for" in made.refutes) is (more > let_off)


def test_a_question_asks_nothing_that_the_answer_makes_false() -> None:
    steady = {"policy": lines("08_flight_simulator").examples["policy"]}
    row = {**steady["policy"]["start"], "features": 60, "debt": 30, "onboarding": 10}
    row |= {"reliability": 0, "platform": 0}
    many = of("08_flight_simulator", "the_first_round", {"policy": {"start": row, "rules": []}})
    assert "Marco wants more features" in many.asks
    row |= {"features": 0, "debt": 90}
    none = of("08_flight_simulator", "the_first_round", {"policy": {"start": row, "rules": []}})
    assert "Marco wants a new feature" in none.asks
    assert "half of the features" not in none.holds
    plan = {"money": dict.fromkeys(("yoga", "music", "climbing"), 1000), "stop": 0.7}
    paid = plan | {"paid": dict.fromkeys(plan["money"], "both")}
    assert (
        "The head of sales would pay both"
        not in of("05_product_to_platform", "who_is_paid", paid).asks
    )
    means = {"on_average": {"early": 370, "late": -120}, "late_needed": 61}
    late = of("05_product_to_platform", "mean_or_middle", means)
    assert late.fits == CONTRADICTS
    assert "98 of 100 won futures" in late.refutes


# --- What is read of a notebook ------------------------------------------------------------------


def test_what_an_exercise_asks_for_is_read_from_it() -> None:
    found = asks(LEARNER)
    assert found.names[:2] == ("one_joins", "ninety_join")
    assert found.names[-3:] == ("squad", "liaisons", "circle")
    assert found.drawn["team"] == [17, 18, 19, 22]
    given = Cell(
        "code",
        "given",
        "mine = ...\nteam = numbers_for(my_name, team=[1])",
        {"nbgrader": {"solution": False}},
    )
    assert asked_in([given, Cell("code", "plan", "plan = ...", {})]) == viva_answers.Asks((), {})
    assert found.mine(...) == found.mine("x" * 999) == found.mine(None) == SimpleNamespace()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('{"squad": 7, "circle": NaN, "other": 1}', {"squad": 7}),
        ('{"squad": 1e400, "circle": -Infinity}', {}),
        ('{"squad": ' + "9" * 5000 + "}", {}),
        ('{"squad": ' + "[" * 9000 + "]" * 9000 + "}", {}),
        ('{"squad": "' + "x" * 60_000 + '"}', {}),
        ('{"squad": 7}' + " " * 60_000, {}),
        ('{"squad": "' + "x" * 3_000 + '"}', {}),
        ("[7]", {}),
        ("", {}),
        ('{"squad": "...", "circle": "  "}', {}),
        ('{"squad": true, "circle": [1, null]}', {"squad": True, "circle": [1, None]}),
        ('{"squad": 7} {"squad": 8}', {}),
    ],
)  # fmt: skip
def test_what_a_process_prints_is_read_within_bounds(text: str, values: dict[str, Any]) -> None:
    assert told(text, ["squad", "circle"]) == values


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("squad = 7", {"squad": 7}),
        ("squad, circle = 7, 'many'", {"squad": 7, "circle": "many"}),
        ("squad = 7\nsquad = open('x').read()", {}),
        ("squad = {1: 2, 'a': [0.5]}", {"squad": {"1": 2, "a": [0.5]}}),
        ("squad = 10**400", {}),
        ("squad = " + "9" * 400, {}),
        ("squad = ...", {}),
        ("squad =", {}),
        ("squad = " + "(" * 500 + ")" * 500, {}),
        ("squad, circle = 7", {}),
        ("squad.x = 7", {}),
        ("squad = 1\x00", {}),
        ("#" * 300_000 + "\nsquad = 7", {}),
    ],
)
def test_what_is_written_is_read_and_not_run(source: str, values: dict[str, Any]) -> None:
    assert written([source], ["squad", "circle"]) == values


# --- A course of strangers -----------------------------------------------------------------------

# Of squads of 7 with 2 liaisons, in each of the three questions about a structure.
OWN_STRUCTURE = re.compile(r"squads of up to 7 with 2|Each of your squads sends 2|squads of 7,")
EVIL = "<b>Eve\u202e'&\"x<b>"


def handed_in(root: Path, name: str, changes: dict[str, str], last: str = "") -> Path:
    notebook = course.answered(release(LEARNER), LEARNER, course.Sample("right", changes))
    for cell in notebook.cells:
        if (
            not is_solution(cell)
            and "BrooksLaw(" not in cell.source
            and "import" not in cell.source
        ):
            cell.source = cell.source if cell.cell_type == "markdown" else ""
    if last:
        notebook.cells[-1].source = last
    path = root / "submitted" / name / LEARNER / f"{LEARNER}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    return path


LITERAL = {
    "own_team": 'my_name = "Ann"\nmine = late = None',
    "hire_answer": 'ten_win = {"today": -22, "half the teaching": -21, "as in Terraform": 32}',
    "doubling_answer": "factor_possible, factor_used, factor_each = 4.04, 2.93, 1.46",
    "joins_answer": "one_joins = 100\nninety_join = 4905",
}


@pytest.fixture
def strangers(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Make a course of which few can be read: of those to run only some, and all with ALL."""
    boxed = "boxes" in request.fixturenames
    root = tmp_path / "course"
    course.scratch(root)
    shutil.rmtree(root / "solutions")
    (root / "solutions" / LEARNER).mkdir(parents=True)
    handed_in(root, "ann", LITERAL)
    absurd = "squad = 10**400\nliaisons = float('nan')\ncircle = '<script>alert(1)</script>'"
    if ALL or not boxed:
        other = {"structure_answer": "squad, liaisons, circle = 4, 1, 30"}
        handed_in(root, EVIL, LITERAL | other)
        handed_in(root, "absurd", LITERAL | {"structure_answer": absurd})
    if ALL or boxed:
        if ALL:
            handed_in(root, "leaves", LITERAL, "import os\nos._exit(0)")
        forges = 'import json\njson.dumps = lambda *a, **k: \'{"squad": 1e999, "my_name": [[]]}\''
        handed_in(root, "forges", LITERAL, forges)
    handed_in(root, "broken", LITERAL).write_text("{", encoding="utf-8")
    handed_in(root, "linked", LITERAL).unlink()
    place = root / "submitted" / "linked" / LEARNER / f"{LEARNER}.ipynb"
    place.symlink_to(root / "submitted" / "ann" / LEARNER / f"{LEARNER}.ipynb")
    (root / "submitted" / "nothing" / LEARNER).mkdir(parents=True)
    return root


def sheets_of(page: str) -> dict[str, str]:
    parts = [it.split("</section>")[0] for it in page.split('<section class="sheet">')[2:]]
    found = {}
    for part in parts:
        name = re.search(r'<h2 class="name">(.*?)</h2>', part)
        assert name is not None
        found[name[1]] = part
    return found


def test_a_course_of_strangers_has_a_sheet_for_each(
    boxes: None, strangers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "talks.html"
    command = ["viva", "6", "--course", str(strangers), "--folder", str(ROOT)]
    assert main([*command, "--output", str(page)]) == 0
    said = capsys.readouterr()
    first = page.read_text("utf-8")
    found = sheets_of(first)
    assert len(found) == (8 if ALL else 5)
    for part in found.values():
        assert part.count("<article>") == ASKED
        assert part.count('class="box"') == 3 * ASKED
    assert OWN_STRUCTURE.search(found["ann"])
    unread = first.split("Could not be read (")[1].split("</table>")[0]
    assert re.findall(r'<td class="name">(\w+)</td>', unread) == ["broken", "linked", "nothing"]
    assert "as if a colleague" not in found["forges"]  # what is no answer is read as it is written
    assert "Read as it is written, not run" in first
    assert "asked from the exercise" in said.out
    if ALL:
        assert main([*command, "--output", str(page)]) == 0
        assert page.read_text("utf-8") == first, "a second print is the same, byte for byte"


def test_without_a_box_nothing_is_run(
    strangers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = tmp_path / "ran"
    handed_in(strangers, "runs", LITERAL, f"open({str(ran)!r}, 'w').write('x')")
    monkeypatch.setattr("boxgrader.box.namespaces.why_not", lambda: "No box.")
    page = tmp_path / "talks.html"
    command = ["viva", LEARNER, "--course", str(strangers), "--folder", str(ROOT)]
    assert main([*command, "--output", str(page)]) == 0
    found = sheets_of(page.read_text("utf-8"))
    assert not ran.exists()
    assert found["runs"].count("<article>") == ASKED
    first = page.read_text("utf-8")
    assert "no box for learners" in first
    assert OWN_STRUCTURE.search(found["ann"])
    assert "&lt;b&gt;Eve?&#39;&amp;&#34;x&lt;b&gt;" in found
    assert "<script" not in first
    assert "alert(1)" not in first
    assert main([*command, "--output", str(page)]) == 0
    assert page.read_text("utf-8") == first, "a second print is the same, byte for byte"
    assert main([*command, "--output", str(page), "--student", "ann"]) == 0
    assert sheets_of(page.read_text("utf-8")) == {"ann": found["ann"]}


def test_who_is_not_there_is_said(
    strangers: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["viva", LEARNER, "--course", str(strangers), "--folder", str(ROOT)]
    assert main([*command, "--student", "anna"]) == 1
    assert "anna handed in nothing for 06_communication" in capsys.readouterr().err
    shutil.rmtree(strangers / "submitted")
    assert main(command) == 1
    assert "nobody handed in 06_communication" in capsys.readouterr().err
    assert main(["viva", "9", *command[2:]]) == 1
    assert "has no exercise" in capsys.readouterr().err


def test_whoever_has_no_lines_is_told_where_they_stand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copied = tmp_path / "copy"
    for name in (f"notebooks/{LEARNER}.ipynb", f"exercises/{LEARNER}/{LEARNER}.ipynb"):
        (copied / name).parent.mkdir(parents=True)
        shutil.copy(ROOT / name, copied / name)
    assert main(["viva", "6", "--folder", str(copied), "--course", str(copied)]) == 1
    assert "learners' copies have none" in capsys.readouterr().err


# --- On paper ------------------------------------------------------------------------------------


def test_each_learner_has_one_page_with_the_longest_questions_and_names(
    printer: Path, tmp_path: Path
) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext on PATH, so no printed sheet was read: poppler-utils has it")
    made: list[Sheet] = []
    for stem in STEMS:
        found = lines(stem)
        words = {
            candidate.name: len(made.asks + made.holds + made.refutes)
            for candidate, made in asked(stem, examples(stem, "Bob"))
        }
        longest = sorted(found.candidates, key=lambda it: -words.get(it.name, 0))[:ASKED]
        worst = Lines(tuple(longest), found.decision, found.examples)
        why = "It is not a notebook: it breaks off in the middle. " * 4
        made.append(sheet(worst, Learner("W" * 200, answers_of({}, asks(stem), "Bob"), why)))
    target = tmp_path / "talks.pdf"
    write_pdf(sheets_page("Why?", LEARNER, made), target)
    text = subprocess.run(["pdftotext", str(target), "-"], capture_output=True, check=True).stdout
    pages = text.decode().split("\f")[:-1]
    assert [page.count("Heard:") for page in pages if "About task" in page] == [ASKED] * len(made)
    assert sum("About task" in page for page in pages) == len(made)


def test_a_sheet_sets_its_numbers_as_they_are_printed() -> None:
    made = Question("Why -18 days, 20% and 7 %?", "3-4 of -2,000.", "At -0.5%.")
    laid = Lines((Candidate("q", 1, lambda a: made),), 1, {})
    assert sheet(laid, Learner("W" * 200)).name == "W" * 80 + "…"
    [one] = sheet(laid, Learner("ann")).asked
    assert one.question.asks == "Why \N{MINUS SIGN}18 days, 20\u202f% and 7\u202f%?"
    assert one.question.holds == "3-4 of \N{MINUS SIGN}2,000."
    assert one.question.refutes == "At \N{MINUS SIGN}0.5\u202f%."


# --- Nothing of it where learners look -----------------------------------------------------------


def test_no_learner_gets_the_lines() -> None:
    for pattern in (*course.FOR_LEARNERS, *kit.OURS):
        assert not any("facilitator" in path.parts for path in ROOT.glob(pattern)), pattern
    allowed = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert allowed[1] == "*"
    assert not any("facilitator" in line for line in allowed)
    secret = {
        line
        for path in FOLDER.glob("*.py")
        for line in map(str.strip, path.read_text("utf-8").splitlines())
        if len(line) > 60 and '"' in line and not line.startswith(("from ", "import "))
    }
    assert len(secret) > 300
    if not ALL:
        secret = set(sorted(secret, key=lambda it: (-len(it), it))[:150])
    secret |= {json.dumps(line) for line in secret}
    places = ("notebooks", "exercises", "kit", "site", "book", "src", "translations", "datasets")
    for place in places:
        for path in (ROOT / place).rglob("*"):
            if path.suffix in {".py", ".ipynb", ".md", ".json", ".html", ".js", ".toml"}:
                text = path.read_text("utf-8", errors="replace")
                assert [line for line in secret if line in text] == []
