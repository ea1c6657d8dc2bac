"""The twelve questions: answered by the models, in two forms, for somebody who was never here."""

from __future__ import annotations

import math
import re
from collections import Counter

import nbformat
import numpy as np
import pytest
from conftest import ROOT, lessons
from hypothesis import given
from hypothesis import strategies as st

from thousandfold.core import sweep
from thousandfold.inventory.finders import UndecidedItemError, nearest
from thousandfold.inventory.item import LETTERS
from thousandfold.inventory.items import ITEMS
from thousandfold.models import (
    BrooksLaw,
    CapabilityTrap,
    CriticalMass,
    Debt,
    MixedCohort,
    ReleaseTrain,
    ScalabilityLaw,
    time_to_answer,
)

FORMS = [(item, name) for item in ITEMS for name in item.forms]
LESSONS = [ROOT / "notebooks" / f"{stem}.ipynb" for stem in lessons()]
LONGEST = 80  # words of a question: on a phone it is read once, above its answers


def asked(item: str, form: str) -> str:
    """Return the words of a question."""
    return next(one for one in ITEMS if one.name == item).forms[form].asks


def test_there_are_twelve_of_lessons_that_are_there() -> None:
    assert len({item.name for item in ITEMS}) == len(ITEMS) == 12
    there = {stem[:2] for stem in lessons()}
    assert all(set(item.modules) <= there for item in ITEMS)
    assert all(set(item.forms) == {"A", "B"} for item in ITEMS)


@pytest.mark.parametrize("form", ["A", "B"])
def test_no_letter_pays(form: str) -> None:
    assert set(Counter(item.forms[form].right for item in ITEMS).values()) == {3}


def test_who_learns_the_letter_of_one_form_has_it_wrong_in_the_other() -> None:
    assert [i.name for i in ITEMS if i.forms["A"].right == i.forms["B"].right] == []


@pytest.mark.parametrize(("item", "name"), FORMS, ids=lambda one: getattr(one, "name", one))
def test_a_question_is_read_once_and_has_four_answers(item: object, name: str) -> None:
    form = item.forms[name]  # type: ignore[attr-defined]
    assert len(form.asks.split()) <= LONGEST
    assert form.asks.endswith("?")
    assert len(set(form.options)) == len(LETTERS)
    assert all(option[0].isupper() or option[0].isdigit() for option in form.options)


def test_no_question_of_a_lesson_is_asked_again() -> None:
    told = " ".join(
        cell.source for path in LESSONS for cell in nbformat.read(path, as_version=4).cells
    ).split()
    taught = {tuple(told[k : k + 8]) for k in range(len(told))}
    for item, name in FORMS:
        words = item.forms[name].asks.split()
        again = [words[k : k + 8] for k in range(len(words)) if tuple(words[k : k + 8]) in taught]
        assert not again, f"{item.name} {name}"


@pytest.mark.parametrize(
    ("form", "law", "loads", "said"),
    [
        (
            "A",
            ScalabilityLaw(rate=45, contention=0.02, crosstalk=0.0004),
            [10, 20, 40],
            "370 590 750",
        ),
        ("B", ScalabilityLaw(rate=10, contention=0.01, crosstalk=0.0018), [5, 10, 20], "46 80 107"),
    ],
)
def test_what_was_tested_is_what_the_law_delivers(
    form: str, law: ScalabilityLaw, loads: list[int], said: str
) -> None:
    told = [float(number) for number in said.split()]
    assert law.throughput(loads) == pytest.approx(told, abs=4)
    assert all(re.search(rf"\b{number}\b", asked("load", form)) for number in said.split())


@pytest.mark.parametrize(
    ("form", "loads", "told", "asked_for", "offered"),
    [
        ("A", [10, 20, 40], [370, 590, 750], 160, (3_000, 1_400, 800, 500)),
        ("B", [5, 10, 20], [46, 80, 107], 80, (60, 430, 105, 210)),
    ],
)
def test_who_draws_the_law_through_the_printed_numbers_finds_the_same(
    form: str, loads: list[int], told: list[int], asked_for: int, offered: tuple[float, ...]
) -> None:
    n = np.array(loads, dtype=float)
    terms = np.column_stack([np.ones(3), n - 1, n * (n - 1)])
    one, wait, talk = np.linalg.solve(terms, n / np.array(told))
    drawn = asked_for / (one + wait * (asked_for - 1) + talk * asked_for * (asked_for - 1))
    assert LETTERS[nearest(drawn, offered)] == ITEMS[0].forms[form].right


def test_old_code_costs_the_teams_what_is_said() -> None:
    assert Debt().interest == 0.25  # a quarter of a day, in form A
    assert Debt().wasted != 0.25, "then form A would ask the lesson's own company"
    assert Debt().carelessness == 0.2  # of a day of new features


def test_the_pressed_team_delivers_what_is_said_on_the_way() -> None:
    team = CapabilityTrap(habit=5, target=45, variation=0)
    runs = sweep(team, smarter=[0.1, 0.9], replications=1)["performance"][..., 0]
    assert runs[0].round().tolist() == [35, 35]
    assert runs[2, 0].round() == 37
    assert runs[3, 1].round() == 33
    assert "Two months later it delivers 37" in asked("pressure", "A").replace("  ", " ")
    assert "Three months later it delivers 33" in asked("pressure", "B")


@pytest.mark.parametrize(
    ("train", "batch", "form", "words"),
    [
        (ReleaseTrain(changes=20, release_hours=10), 7, "A", "seven changes go"),
        (ReleaseTrain(changes=40, release_hours=6), 9, "B", "nine changes go"),
    ],
)
def test_as_many_wait_for_each_other_as_is_best(
    train: ReleaseTrain, batch: int, form: str, words: str
) -> None:
    assert train.best_batch == batch
    assert words in asked("release", form)
    one_in = {"A": 8, "B": 6}[form]
    assert 1 / float(train.failure(batch)) == pytest.approx(one_in, abs=0.5)
    assert train.repair + train.search * batch == pytest.approx(5, abs=0.7)


def test_the_cohorts_lose_what_is_said() -> None:
    one = MixedCohort(loyal=0.5, loyal_stays=0.95, others_stay=0.6)
    other = MixedCohort(loyal=0.4, loyal_stays=0.9, others_stay=0.3)
    assert (1000 * one.alive([1, 2])).round().tolist() == [775, 631]
    assert (1000 * other.alive([1, 2])).round().tolist() == [540, 378]
    assert round(1000 * 0.775**6) == 217
    assert round(1000 * 0.54**5) == 46


@pytest.mark.parametrize(
    ("price", "there", "form"),
    [(21, [0.25, 0.35, 0.5, 0.7], "A"), (16, [0.25, 0.4, 0.8], "B")],
)
def test_as_many_want_to_be_there_as_is_said(price: float, there: list[float], form: str) -> None:
    willing = CriticalMass(strength=100, price=price).willing(there)
    text = asked("tipping", form)
    fewest = {"A": 0.2, "B": 0.1}[form]
    assert not CriticalMass(strength=100, price=price).willing([0, fewest]).any()
    for share in [*there, *willing]:
        assert f"{100 * share:.0f} %" in text


def test_the_late_project_takes_what_is_said() -> None:
    project = BrooksLaw(team=20, hired=10, talk=0.25, tolerance=13)
    runs = [sweep(project, hired=[hired], replications=200, periods=160) for hired in (0, 10)]
    assert runs[0].final("elapsed").mean() == pytest.approx(275, abs=10)
    months = (runs[1]["hires"] > 0).argmax(axis=0) * 5 / 20  # weeks of five days, months of twenty
    assert months.mean() == pytest.approx(1, abs=0.5)
    assert project.assimilation == 20
    assert project.training == 0.25
    talking = [project.talk * 1.5**power for power in (1.16, 2)]
    assert talking == pytest.approx([2 / 5, 0.56], abs=0.005)


def test_an_answer_takes_today_what_is_said() -> None:
    assert float(time_to_answer(0.8)) == pytest.approx(5)
    assert 0.5 * float(time_to_answer(0.95)) == pytest.approx(10)
    assert pytest.approx(0.8 * 95) == 76  # a fifth is decided without her


def test_a_number_between_two_answers_is_refused() -> None:
    with pytest.raises(UndecidedItemError, match="further apart"):
        nearest(10, (9.9, 10.1, 50, 100))


def test_never_is_found_only_where_it_is_offered() -> None:
    assert nearest(math.inf, (1, 2, math.inf)) == 2
    with pytest.raises(UndecidedItemError):
        nearest(math.inf, (1, 2, 4))


@given(st.floats(1e-6, 1e6), st.permutations([0.01, 1, 100, 10_000]))
def test_the_nearest_in_times_is_taken(found: float, offered: list[float]) -> None:
    try:
        place = nearest(found, offered)
    except UndecidedItemError:
        return
    assert abs(np.log(offered[place] / found)) == min(abs(np.log(np.array(offered) / found)))


def test_lessons_do_not_read_the_inventory() -> None:
    """Who opens a lesson's folder finds no answer there."""
    told = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "notebooks").glob("*.ipynb")
    )
    assert "thousandfold.inventory" not in told
