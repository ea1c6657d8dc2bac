"""What a group gained: counted by hand, and nothing about one person."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from thousandfold.inventory.answers import Answer, AnswersError, form_of, new_code
from thousandfold.inventory.gain import FEWEST, Gain, gain_of, match, taught_by
from thousandfold.inventory.items import ITEMS
from thousandfold.inventory.shown import picture_of
from thousandfold.inventory.simulated import SimulatedClass
from thousandfold.inventory.told import Verdict, cannot_be_said, judged, points, told, verdicts

CHANCE = random.Random(7)  # noqa: S311 - these codes hide nobody
CODES: list[str] = []
for _ in range(12):
    CODES.append(new_code(CODES, chance=CHANCE))


def sheet(
    code: str, time: str, right: int, *, sure: int | None = 75, form: str = ""
) -> list[Answer]:
    """Return a sheet on which the first questions are right, the others wrong."""
    form = form or form_of(code, time)
    keys = [item.forms[form].right for item in ITEMS]
    return [
        Answer(code, time, form, item.name, key if place < right else _other(key), sure)
        for place, (item, key) in enumerate(zip(ITEMS, keys, strict=True))
    ]


def _other(key: str) -> str:
    return "abcd"[("abcd".index(key) + 1) % 4]


def group(before: list[int], after: list[int]) -> list[Answer]:
    """Return the sheets of a group, by how many each has right."""
    some = []
    for code, then, now in zip(CODES, before, after, strict=False):
        some += sheet(code, "before", then) + sheet(code, "after", now)
    return some


SIX = group([3, 3, 6, 6, 9, 9], [6, 6, 9, 9, 9, 9])


def test_the_gain_is_what_one_counts_by_hand() -> None:
    gain = gain_of(SIX)
    assert gain.people == 6
    assert gain.before == pytest.approx(50)
    assert gain.after == pytest.approx(100 * 48 / 72)
    assert float(gain.taught.change.value) == pytest.approx(100 * 2 / 12)
    assert gain.untaught is None
    assert gain.beyond is None
    # Of six the fourth question was right for four before and all after: two rose.
    fourth = gain.items[3]
    assert (fourth.before, fourth.after) == pytest.approx((4 / 6, 1))
    assert float(fourth.change.value) == pytest.approx(2 / 6)


def test_what_was_not_taught_is_told_from_what_was() -> None:
    gain = gain_of(SIX, ["00", "01"])
    assert [one.item.name for one in gain.taught_items] == ["load", "repair", "pressure"]
    assert float(gain.taught.change.value) == 0  # the first three were right before, too
    assert gain.untaught is not None
    assert gain.beyond is not None
    assert float(gain.untaught.change.value) == pytest.approx(100 * 2 / 9)
    assert float(gain.beyond.change.value) == pytest.approx(-100 * 2 / 9)


def test_a_workshop_on_which_no_question_stands_is_refused() -> None:
    with pytest.raises(AnswersError, match=r"no question stands on module 08; there are .* 00, 01"):
        taught_by(["08"])


def test_below_five_people_nothing_is_computed() -> None:
    four = [answer for answer in SIX if answer.person in CODES[:4]]
    lone = sheet(CODES[6], "before", 3) + sheet(CODES[7], "after", 3)
    same = sheet(CODES[8], "before", 1, form="A") + sheet(CODES[8], "after", 1, form="A")
    with pytest.raises(AnswersError) as error:
        gain_of(four + lone + same)
    assert str(error.value).startswith(
        "4 people answered before and after (left out: 1 only before, 1 only after, 1 the same form"
        " twice); below 5 nothing is computed"
    )
    with pytest.raises(AnswersError, match="no answer stands in it yet"):
        gain_of([])


def test_who_did_not_stay_or_met_one_form_twice_is_left_out_and_told() -> None:
    others = [a for code in (*CODES[6:8], CODES[10]) for a in sheet(code, "before", 0)]
    others += sheet(CODES[8], "after", 12)
    others += sheet(CODES[9], "before", 0, form="A") + sheet(CODES[9], "after", 12, form="A")
    gain = gain_of(SIX + others)
    assert (gain.only_before, gain.only_after, gain.same_form) == (3, 1, 1)
    assert gain.after == gain_of(SIX).after
    said = "\n".join(cannot_be_said(gain))
    assert "3 people only before, 1 person only after, 1 person the same form twice" in said
    assert "of those who stayed" in said  # six of ten are fewer than two of three


def test_what_was_left_empty_is_not_right_and_told() -> None:
    some = [
        replace(a, answer="", confidence=95) if a.item == "load" and a.time == "after" else a
        for a in SIX
    ]
    gain = gain_of(some)
    assert gain.items[0].after == 0
    assert gain.empty == (0, 6)
    assert sum(level.answers for level in gain.sureness[1].levels) == 6 * 11
    assert "left empty: 0 before and 6 after" in "\n".join(cannot_be_said(gain))


def test_a_sheet_on_which_nothing_stands_is_that_of_nobody() -> None:
    nobody = [
        replace(a, answer="", confidence=None)
        for time in ("before", "after")
        for a in sheet(CODES[6], time, 0)
    ]
    gain = gain_of(SIX + nobody)
    assert gain.people == 6
    assert (gain.only_before, gain.only_after) == (0, 0)


def test_each_form_has_its_own_key() -> None:
    [one] = {a.answer for a in sheet(CODES[0], "before", 12) if a.item == "load"}
    assert one == ITEMS[0].forms[form_of(CODES[0], "before")].right
    matched = match(sheet(CODES[0], "before", 12) + sheet(CODES[0], "after", 12))
    assert matched.right.all()


def test_calibration_is_the_mean_over_people() -> None:
    gain = gain_of(SIX)
    before, after = gain.sureness
    assert before.surer is not None
    assert after.surer is not None
    assert gain.calmer is not None
    assert float(before.surer.value) == pytest.approx(75 - 50)
    assert float(after.surer.value) == pytest.approx(75 - 100 * 48 / 72)
    assert float(gain.calmer.change.value) == pytest.approx(-100 * 2 / 12)
    level = before.levels[2]
    assert (level.confidence, level.answers) == (75, 72)
    assert level.share is not None
    assert float(level.share.value) == pytest.approx(0.5)


def test_sure_and_wrong_is_counted() -> None:
    gain = gain_of([replace(a, confidence=95) for a in SIX])
    assert (gain.sureness[0].sure_and_wrong, gain.sureness[0].sure) == (36, 72)
    assert "95 % sure that were wrong: 36 of 72 before, 24 of 72 after" in "\n".join(told(gain))


def test_a_confidence_of_fewer_than_five_people_is_not_shown() -> None:
    few = [replace(a, confidence=25) if a.person in CODES[:4] else a for a in SIX]
    levels = {level.confidence: level for level in gain_of(few).sureness[0].levels}
    assert levels[25].answers == 48
    assert levels[25].share is None
    assert levels[75].share is None


def test_who_said_no_confidence_is_not_calibrated() -> None:
    gain = gain_of([replace(a, confidence=None) for a in SIX])
    assert gain.sureness[0].surer is None
    assert gain.calmer is None
    assert "Fewer than five people said how sure" in "\n".join(told(gain))


def test_four_weeks_later_is_compared_with_the_same_people() -> None:
    asked = [
        answer
        for code in CODES[:5]
        for answer in sheet(code, "later", 5, form="A")
        if answer.item == "chain"
    ]
    [later] = gain_of(SIX + asked).later
    assert later.item.name == "chain"
    assert later.people == 5
    assert later.before == pytest.approx(3 / 5)
    assert later.after == 1
    assert later.later is not None
    assert float(later.later.value) == 1
    assert "5 of 6 people answered “chain”" in "\n".join(told(gain_of(SIX + asked)))


def test_four_weeks_later_below_five_nothing_is_computed() -> None:
    asked = [
        answer
        for code in CODES[:4]
        for answer in sheet(code, "later", 5, form="A")
        if answer.item == "chain"
    ]
    [later] = gain_of(SIX + asked).later
    assert later.later is None
    assert later.before is None
    assert "below 5, nothing is computed" in "\n".join(told(gain_of(SIX + asked)))


def test_who_comes_only_later_counts_nowhere() -> None:
    assert gain_of(SIX + sheet(CODES[9], "later", 12, form="A")).later == ()


def one_form() -> Gain:
    """Return the gain of a group in which all met form A first."""
    some = []
    for place, code in enumerate(CODES[:6]):
        some += sheet(code, "before", 3 + place, form="A") + sheet(code, "after", 8, form="B")
    return gain_of(some)


def test_one_form_first_is_said_to_hide_the_form() -> None:
    gain = one_form()
    assert gain.a_first == 6
    assert gain.taught.form is None
    assert "all met the same form first" in "\n".join(cannot_be_said(gain))


def test_no_code_is_ever_told() -> None:
    gain = gain_of(SIX, ["00"])
    said = "\n".join([*told(gain), *cannot_be_said(gain), judged(gain, 10)])
    assert not any(code in said for code in CODES)


@pytest.mark.parametrize(
    ("people", "gained", "words"),
    [
        (40, 20, "Chance alone seldom does that: a gain is there."),
        (40, 0, "Chance alone can do that: no gain was found. A study like this one finds"),
    ],
)
def test_what_chance_can_do_is_said(people: int, gained: float, words: str) -> None:
    gain = gain_of(SimulatedClass(people, gain=gained).answers(1))
    assert words in "\n".join(told(gain))


def test_a_loss_is_called_one() -> None:
    back = {"before": "after", "after": "before"}
    some = [replace(a, time=back[a.time]) for a in SimulatedClass(40, gain=25).answers(1)]
    assert "there is a loss" in "\n".join(told(gain_of(some)))


def test_all_alike_is_said_and_open() -> None:
    gain = gain_of(group([6] * 6, [9] * 6))
    assert "Nobody differs from the others" in "\n".join(told(gain))
    assert "By that it is open" in judged(gain, 10)


@pytest.mark.parametrize(
    ("gained", "worth", "said"),
    [
        (25, 10, "By that it worked"),
        (25, 45, "By that it failed: the whole interval lies below 45 points"),
        (25, 28, "By that it is open: there is a gain"),
        (0, 15, "By that it failed: the whole interval lies below 15 points"),
        (
            0,
            7.5,
            "By that it failed: zero lies in the interval, and a true gain of 7.5 points would",
        ),
        (0, 3, "too small to find a true gain of 3 points in four of five cases. That is no"),
    ],
)
def test_a_study_is_judged_by_what_was_written_down(gained: float, worth: float, said: str) -> None:
    # These forty people gain 26 points, from 21 to 31; or 2.5, from -2.7 to 7.7.
    gain = gain_of(SimulatedClass(40, gain=gained).answers(2))
    assert said in judged(gain, worth)


def test_a_verdict_is_reached_alike_for_one_study_and_for_many() -> None:
    one = gain_of(SIX).taught
    assert str(verdicts(one, 10)) in set(Verdict)
    many = SimulatedClass(20, gain=10).outcomes(50, seed=3).taught
    assert set(np.unique(verdicts(many, 10))) <= set(Verdict)


def test_a_question_that_nearly_all_know_before_is_named() -> None:
    assert "load, repair, pressure" in "\n".join(cannot_be_said(gain_of(SIX)))


def test_one_point_is_one() -> None:
    assert [points(value) for value in (0.6, -1.4, 12.4)] == ["1 point", "1 point", "12 points"]


@pytest.mark.parametrize(("before", "after"), [(0, 12), (12, 0), (0, 0), (12, 12), (6, 6)])
def test_every_gain_can_be_drawn(before: int, after: int) -> None:
    for taught in (None, ["00"]):
        gain = gain_of(group([before] * 5, [after] * 5), taught)
        picture = picture_of(gain)
        sums = 1 if taught is None else 2
        assert len(picture.rows) == len(ITEMS) + sums
        assert [row.soft for row in picture.rows].count(False) == len(gain.taught_items) + 1
        assert all(0 <= row.low <= row.high <= 1 for row in picture.rows)


def test_the_title_of_the_picture_does_not_promise_what_chance_can_do() -> None:
    there = gain_of(SimulatedClass(40, gain=20).answers(1))
    more = points(float(there.taught.change.value))
    assert picture_of(there).title == f"Of what was taught, {more} more"
    none = gain_of(SimulatedClass(40, gain=0).answers(1))
    assert picture_of(none).title.endswith(", which chance alone can do")


def test_five_are_enough() -> None:
    assert gain_of([a for a in SIX if a.person in CODES[:FEWEST]]).people == FEWEST


def test_the_picture_begins_with_the_sums_and_no_question_is_picked_out() -> None:
    gain = gain_of(SIX, ["00", "01"])
    picture = picture_of(gain)
    assert [row.label for row in picture.rows[:2]] == ["all taught", "all not taught"]
    assert [row.label for row in picture.rows[2:]] == [item.name for item in ITEMS]
    rest = picture.rows[1]
    assert (rest.before, rest.after) == pytest.approx((18 / 54, 30 / 54))
    assert "all not taught 33 to 56" in picture.sentence


def test_how_many_began_is_said_where_some_are_missing() -> None:
    gain = gain_of(SIX + sheet(CODES[6], "before", 0))
    assert gain.began == 7
    assert told(gain)[0].startswith("6 of 7 people who began answered before and after.")


def test_numbers_that_do_not_add_up_are_said_to_be_rounded() -> None:
    gain = gain_of(group([2] * 6, [3, 3, 2, 2, 2, 2]))  # 16.7 and 19.4 of 100: 2.8 more
    assert "17 of 100 answers were right before and 19 after. The gain is 3 points" in told(gain)[0]
    assert "each of these numbers is rounded by itself" in told(gain)[0]
    assert "rounded" not in told(gain_of(SIX))[0]
