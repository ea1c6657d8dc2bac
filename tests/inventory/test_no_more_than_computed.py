"""What is said of a gain claims no more than was computed, and tells of nobody alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from thousandfold.facilitation.gain import Report
from thousandfold.inventory.answers import Answer, form_of, new_code
from thousandfold.inventory.gain import FEWEST, Gain, gain_of
from thousandfold.inventory.intervals import Crossed, Interval, crossed
from thousandfold.inventory.items import ITEMS
from thousandfold.inventory.told import Verdict, cannot_be_said, judged, told, verdicts

Right = dict[str, tuple[int, int]]  # before and after, by code


def some_codes(orders: str) -> list[str]:
    """Return a code for each letter: the form that this person meets first."""
    found: list[str] = []
    for form in orders:
        found.append(new_code(found, form))
    return found


def sheets(right: Right, sure: int | None = 75) -> list[Answer]:
    """Return sheets on which the first questions are right, and the others wrong."""
    found = []
    for code, counts in right.items():
        for time, count in zip(("before", "after"), counts, strict=True):
            form = form_of(code, time)
            for place, item in enumerate(ITEMS):
                key = item.forms[form].right
                other = "abcd"[("abcd".index(key) + 1) % 4]
                letter = key if place < count else other
                found.append(Answer(code, time, form, item.name, letter, sure))
    return found


def study(orders: str, before: list[int], after: list[int]) -> Gain:
    """Return the gain of people who meet the forms in these orders."""
    counts = zip(before, after, strict=True)
    return gain_of(sheets(dict(zip(some_codes(orders), counts, strict=True))))


def interval(value: float, reach: float = 1.0) -> Crossed:
    """Return a change with a plain interval around it."""
    around = Interval(np.array(value), np.array(value - reach), np.array(value + reach))
    return Crossed(around, None, np.array(1.4 * reach))


@pytest.mark.parametrize("people", [5, 7, 12, 20])
@pytest.mark.parametrize("change", [100 / 12, -100 * 7 / 11, 100 / 3, 100 / 9])
def test_rounding_makes_no_interval_and_so_no_gain(people: int, change: float) -> None:
    found = crossed([change] * people, np.arange(people) % 2 == 0)
    assert np.isnan(found.change.low)
    assert not found.change.found


def test_two_orders_that_differ_are_not_said_to_have_changed_alike() -> None:
    gain = study("AAAAABBBBB", [3] * 10, [6] * 5 + [3] * 5)
    said = "\n".join([*told(gain), judged(gain, 10)])
    assert float(gain.taught.change.value) == pytest.approx(12.5)
    assert "verybody" not in said
    assert "the others who met the same form first" in said


@pytest.mark.parametrize("other", range(1, FEWEST))
def test_of_fewer_than_five_who_met_a_form_first_no_mean_can_be_told(other: int) -> None:
    orders = "A" * 8 + "B" * other
    before, after = [4, 5] * 4 + [9] * other, [6, 8] * 4 + [2] * other
    gain = study(orders, before, after)
    # The plain mean: beside it, that of both orders would tell the mean of the smaller.
    plain = 100 * (sum(after) - sum(before)) / 12 / len(orders)
    assert float(gain.taught.change.value) == pytest.approx(plain)
    assert gain.taught.form is None
    assert gain.calmer is not None
    assert gain.calmer.form is None
    report = Report(gain, "half a day").text()
    assert "in form B than in form A" not in report
    assert "fewer than 5 met one of them first" in report


def test_from_five_in_each_order_the_forms_fall_out() -> None:
    gain = study("A" * 8 + "B" * 5, [4, 5] * 4 + [9] * 5, [6, 8] * 4 + [2] * 5)
    assert gain.taught.form is not None
    assert float(gain.taught.change.value) == pytest.approx((2.5 - 7) / 2 / 12 * 100)


def confident(levels: list[int | None]) -> Gain:
    """Return the gain of people who each are as sure of all their answers."""
    found = []
    for code, sure in zip(some_codes("AB" * (len(levels) // 2)), levels, strict=True):
        found += [replace(a, confidence=sure) for a in sheets({code: (5, 7)})]
    return gain_of(found)


@pytest.mark.parametrize(
    ("levels", "shown"),
    [
        ([75] * 9 + [95], {25, 50}),  # what one said would be what is missing of all
        ([75] * 5 + [50] * 6 + [95], {50}),
        ([75] * 6 + [50] * 3 + [95] * 3, {25, 75}),  # of six together: nobody's
        ([75] * 6 + [50] * 2 + [95] * 2, set()),  # of four together
        ([50] * 6 + [75] * 6, {25, 50, 75, 95}),
    ],
)
def test_what_few_said_of_their_sureness_cannot_be_taken_from_a_sum(
    levels: list[int | None], shown: set[int]
) -> None:
    for one in confident(levels).sureness:
        there = {level.confidence for level in one.levels if level.answers}
        assert {x.confidence for x in one.levels if x.share is not None} == shown & there


def test_one_person_who_is_sure_is_not_told_to_be_wrong() -> None:
    gain = confident([75] * 9 + [95])
    report = Report(gain, "half a day")
    assert gain.sureness[0].sure is None
    assert "95 % sure that were wrong" not in report.text()
    assert '<td class="number">12</td>' not in report.html().partition("How sure, and how right")[2]


@pytest.mark.parametrize("worth", [7.5, 12.5, 0.4, 15.0])
def test_what_was_written_down_is_told_as_it_was_written(worth: float) -> None:
    gain = study("ABABABABAB", [3, 4] * 5, [5, 7, 4, 6, 9] * 2)
    assert f"A gain of {worth:g} points or more was called worth it" in judged(gain, worth)


def test_what_was_missed_would_have_been_found_in_four_of_five_cases_and_not_always() -> None:
    gain = study("AB" * 5, [3, 4] * 5, [4, 3] * 5)
    missed = interval(10.0, reach=10.5)
    said = judged(replace(gain, taught=missed), 15.0)
    assert "By that it failed: zero lies in the interval" in said
    assert said.endswith("would have been found in four of five cases.")


def test_a_gain_that_is_what_was_asked_for_is_no_less_by_rounding() -> None:
    exact = 100 * np.mean([1 / 12 + 1 / 6, 1 / 4])  # 25, or a hair below
    assert verdicts(interval(np.nextafter(exact, 0)), 25.0) == Verdict.WORKED


@pytest.mark.parametrize(
    ("taught", "beyond", "words"),
    [
        (interval(9), interval(8), "Practice that brings as much to every question does not"),
        (interval(-9), interval(8), "came off better than what was not, but no gain on it was"),
        (interval(0), interval(8), "came off better than what was not, but no gain on it was"),
        (interval(9), interval(-8), "came off worse than what was not."),
        (interval(9), interval(0), "Practice alone may explain all of it."),
        (interval(-9), interval(0), "Chance alone can do that."),
    ],
)
def test_beyond_practice_explains_no_gain_that_is_not_there(
    taught: Crossed, beyond: Crossed, words: str
) -> None:
    gain = gain_of(sheets(dict.fromkeys(some_codes("ABABAB"), (3, 5))), ["00"])
    said = "\n".join(told(replace(gain, taught=taught, beyond=beyond)))
    assert words in said
    others = {"explain all of it", "does not explain", "came off", "alone can do that. A study"}
    assert sum(other in said.partition("Beyond practice")[2] for other in others) == 1


def test_who_comes_to_be_less_sure_than_right_is_not_said_to_be_more_so() -> None:
    ups = [(9 + place % 2, 5 + place % 3) for place in range(10)]
    gain = gain_of(sheets(dict(zip(some_codes("AB" * 5), ups, strict=True)), sure=25))
    [said] = [one for one in told(gain) if one.startswith("Before they were")]
    assert "less sure than right" in said
    assert "How sure they are went up by" in said  # still less sure than right, but not by as much
    assert "more than before" not in said


def test_nobody_gains_where_nearly_all_was_right_before_is_said_beside_beyond() -> None:
    gain = gain_of(sheets(dict.fromkeys(some_codes("ABABAB"), (3, 5))), ["00"])
    assert "nobody gains where nearly all were right before" in "\n".join(cannot_be_said(gain))


def test_four_weeks_later_is_what_is_right_then_and_not_what_was_right_after() -> None:
    codes = some_codes("ABABAB")
    some = sheets(dict.fromkeys(codes, (0, 12)))
    key = ITEMS[0].forms["A"].right
    others = [letter for letter in "abcd" if letter != key]
    for code, letter in zip(codes, [key, key, *others], strict=False):
        some.append(Answer(code, "later", "A", ITEMS[0].name, letter, None))
    gain = gain_of(some)
    [later] = gain.later
    assert later.later is not None
    assert later.change is not None
    assert (later.people, later.before, later.after) == (5, 0, 1)
    assert float(later.later.value) == pytest.approx(2 / 5)
    assert float(later.change.value) == pytest.approx(-3 / 5)
    assert "0 % were right before, 100 % after, 40 % later" in "\n".join(told(gain))


def test_a_question_that_all_knew_after_alone_had_something_to_gain() -> None:
    said = "\n".join(cannot_be_said(study("ABABAB", [3, 4] * 3, [12] * 6)))
    [full] = [line for line in said.splitlines() if line.startswith("Whether more was learned")]
    assert "load, repair, pressure: nearly all" in full


def test_that_most_was_right_after_is_no_ceiling() -> None:
    said = {
        before: "\n".join(cannot_be_said(study("ABABAB", [before] * 6, [11, 12] * 3)))
        for before in (8, 10)
    }
    assert "How much more they could have learned" not in said[8]
    assert "How much more they could have learned" in said[10]


@pytest.mark.parametrize("orders", ["A" * 12, "AB" * 10])
def test_what_four_of_five_would_have_found_is_found_in_four_of_five(orders: str) -> None:
    drawn = np.random.default_rng(6)
    noise = drawn.normal(0, 10, (4000, len(orders)))
    first = [form == "A" for form in orders]
    gain = float(np.sqrt(np.mean(crossed(noise, first).detectable ** 2)))
    assert 0.77 < crossed(noise + gain, first).change.found.mean() < 0.83


def test_where_one_form_came_first_more_often_single_questions_have_it_in_them() -> None:
    words = "of a single question the easier form does not fall out"
    uneven = study("A" * 15 + "B" * 5, [3, 4] * 10, [5, 7] * 10)
    even = study("A" * 11 + "B" * 9, [3, 4] * 10, [5, 7] * 10)
    assert f"15 of 20 people met form A first, and {words}" in "\n".join(cannot_be_said(uneven))
    assert words not in "\n".join(cannot_be_said(even))


@pytest.mark.parametrize(("rise_a", "rise_b", "word"), [(4, 2, "more"), (2, 4, "less")])
def test_the_form_that_is_easier_is_told(rise_a: int, rise_b: int, word: str) -> None:
    # Who meets A first and B after rises by more where B is the easier one.
    before = [3, 4] * 6
    after = [3 + rise_a, 5 + rise_a] * 3 + [3 + rise_b, 5 + rise_b] * 3
    said = Report(study("A" * 6 + "B" * 6, before, after), "half a day").text()
    assert f"points {word} were right in form B than in form A" in said
