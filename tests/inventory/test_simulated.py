"""Classes with a known gain: one that is there is found, none is not, as often as the page says."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import power
import pytest

from thousandfold.errors import ExplainedError
from thousandfold.inventory.answers import as_table, read_answers
from thousandfold.inventory.gain import gain_of, taught_by
from thousandfold.inventory.items import ITEMS
from thousandfold.inventory.simulated import SimulatedClass

HALF_DAY = tuple(map(bool, taught_by(["00", "01", "08"])))
ALL = (True,) * len(ITEMS)
CLASSES = 2000


def near(share: float, wanted: float, classes: int = CLASSES) -> bool:
    """Return whether a share of classes is what it should be, but for luck."""
    return abs(share - wanted) < 4 * np.sqrt(wanted * (1 - wanted) / classes) + 0.003


@pytest.mark.parametrize("people", [8, 20, 40])
@pytest.mark.parametrize("taught", [ALL, HALF_DAY], ids=["all", "half day"])
def test_without_a_gain_one_is_found_in_five_of_a_hundred(
    people: int, taught: tuple[bool, ...]
) -> None:
    outcomes = SimulatedClass(people, taught, gain=0).outcomes(CLASSES, seed=11)
    assert near(outcomes.found(), 0.05)


def test_practice_alone_is_no_gain_beyond_practice() -> None:
    outcomes = SimulatedClass(20, HALF_DAY, gain=0, practice=8).outcomes(CLASSES, seed=5)
    assert near(outcomes.found(beyond=True), 0.05)
    assert outcomes.found() > 0.1  # which is why it is told from teaching


@pytest.mark.parametrize("gain", [0, 10, 20])
@pytest.mark.parametrize("taught", [ALL, HALF_DAY], ids=["all", "half day"])
def test_the_interval_holds_the_truth_in_95_of_100(gain: float, taught: tuple[bool, ...]) -> None:
    one = SimulatedClass(20, taught, gain, practice=4)
    outcomes = one.outcomes(CLASSES, seed=2)
    assert near(outcomes.holds(gain + 4), 0.95)
    if taught is not ALL:
        assert near(outcomes.holds(gain, beyond=True), 0.95)


def test_the_gain_is_the_one_that_was_asked_for() -> None:
    one = SimulatedClass(40, HALF_DAY, gain=12, practice=4)
    true = 100 * one.item_changes()
    taught = np.array(HALF_DAY)
    assert true[taught].mean() == pytest.approx(16, abs=0.01)
    assert true[~taught].mean() == pytest.approx(4, abs=0.01)
    mean = one.outcomes(CLASSES, seed=1).taught.change.value.mean()
    assert mean == pytest.approx(16, abs=0.8)


@pytest.mark.parametrize("people", [8, 20])
def test_the_interval_of_a_question_holds_its_truth(people: int) -> None:
    one = SimulatedClass(people, gain=10)
    assert one.items_hold(one.outcomes(CLASSES, seed=4)).min() > 0.93


def test_what_four_of_five_studies_find_is_what_the_page_of_one_says() -> None:
    detectable = float(np.mean(SimulatedClass(20, gain=10).outcomes(500).taught.detectable))
    found = SimulatedClass(20, gain=detectable).outcomes(CLASSES, seed=8).found()
    assert found == pytest.approx(0.8, abs=0.05)


def test_the_same_seed_gives_the_same_answers_and_a_file_holds_them(tmp_path: Path) -> None:
    one = SimulatedClass(20, HALF_DAY, gain=15)
    answers = one.answers(3)
    assert answers == one.answers(3)
    assert answers != one.answers(4)
    path = tmp_path / "answers.csv"
    path.write_text(as_table(answers), encoding="utf-8")
    assert set(read_answers(path)) == set(answers)
    assert gain_of(answers).a_first == 10


def test_a_class_that_is_taught_is_found_to_have_gained_by_the_whole_way() -> None:
    values = [
        float(gain_of(SimulatedClass(40, gain=20).answers(seed)).taught.change.value)
        for seed in range(10)
    ]
    assert np.mean(values) == pytest.approx(20, abs=4)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"people": 1}, "2 to 400 people, not 1"),
        ({"people": 401}, "2 to 400 people"),
        ({"gain": -1}, "0 points or more"),
        ({"gain": float("nan")}, "0 points or more"),
        ({"gain": 60}, "knows 56 % of this before: it cannot gain 60"),
        ({"taught": (True,)}, "for each of 12 questions"),
        ({"taught": (False,) * 12}, "teach one"),
    ],
)
def test_a_class_that_cannot_be_is_refused(settings: dict[str, object], words: str) -> None:
    with pytest.raises(ExplainedError, match=words):
        SimulatedClass(**settings)  # type: ignore[arg-type]


def test_nothing_is_beyond_practice_where_all_was_taught() -> None:
    with pytest.raises(ExplainedError, match="all was taught"):
        SimulatedClass(8).outcomes(5).found(beyond=True)


def stated(first: int) -> list[list[int]]:
    """Return the rows of a table of the page, from its place among both."""
    tables = power.PAGE.read_text(encoding="utf-8").partition(power.BEGIN)[2]
    tables = tables.partition(power.END)[0]
    rows = re.findall(r"^\| (\d[\d |]+) \|$", tables, re.MULTILINE)
    found = [[int(cell) for cell in row.split(" | ")] for row in rows]
    split = len(power.PEOPLE) * len(power.GAINS)
    return found[:split] if first else found[split:]


@pytest.mark.parametrize("first", [1, 0], ids=["found", "judged"])
def test_the_page_says_what_is_found_with_other_luck(first: int) -> None:
    again = (power.found if first else power.judged)(1000, seed=77)
    rows = stated(first)
    assert len(rows) == len(again)
    for (people, gain, *said), row in zip(rows, again, strict=True):
        assert (people, gain) == row[:2]
        for percent, share in zip(said, row[2], strict=True):
            luck = 4 * np.sqrt(share * (1 - share) * (1 / 1000 + 1 / power.CLASSES))
            assert abs(percent / 100 - share) < luck + 0.011


def test_the_page_to_sign_takes_its_numbers_from_the_table() -> None:
    text = power.PAGE.read_text(encoding="utf-8")
    half_day = {(row[0], row[1]): row[5] for row in stated(1)}
    said = re.search(r"one of 20 points in (\d+) of 100 such studies, and one of 15 in (\d+)", text)
    assert said
    assert [int(said[1]), int(said[2])] == [half_day[40, 20], half_day[40, 15]]


def test_a_page_that_lost_its_place_is_told() -> None:
    assert power.page(f"a\n{power.BEGIN}\nold\n{power.END}\nb", "new").count("new") == 1
    with pytest.raises(ExplainedError, match="has no place for the power"):
        power.page("nothing", "new")
