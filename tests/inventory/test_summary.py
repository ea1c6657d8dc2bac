"""What is said aloud of a gain: the doubt before the number, and no gain if too few stayed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from thousandfold.inventory.answers import Answer
from thousandfold.inventory.gain import Gain, gain_of
from thousandfold.inventory.items import ITEMS
from thousandfold.inventory.simulated import SimulatedClass
from thousandfold.inventory.summary import in_short
from thousandfold.inventory.told import beyond_practice

TAUGHT = ["00", "01", "05", "06", "08"]


def answers(gained: float, people: int = 40) -> tuple[Answer, ...]:
    """Return a day of people whose true gain is known."""
    taught = tuple(any(m in TAUGHT for m in item.modules) for item in ITEMS)
    return SimulatedClass(people, taught=taught, gain=gained).answers(2)


def gain(gained: float) -> Gain:
    return gain_of(answers(gained), TAUGHT)


def test_where_practice_may_explain_it_that_is_the_first_sentence() -> None:
    small = gain(15)
    assert small.taught.change.rises
    assert not beyond_practice(small)
    assert in_short(small)[0].startswith("Practice alone may explain this gain")


def test_where_it_does_not_the_cause_is_still_not_claimed() -> None:
    large = gain(25)
    assert beyond_practice(large)
    said = " ".join(in_short(large, 15))
    assert "Practice alone may" not in said
    assert "nobody answered twice without it" in said
    assert "By that it worked" in said


def test_no_gain_is_not_told_as_proof_of_none() -> None:
    said = " ".join(in_short(gain(0)))
    assert "no gain was found. It is not shown either that there is none" in said
    assert "probably between" not in said


def test_without_a_worth_nobody_is_told_that_it_is_enough() -> None:
    assert "nobody wrote down beforehand" in in_short(gain(25))[-1]


def test_a_loss_and_harm_are_said() -> None:
    back = {"before": "after", "after": "before"}
    turned = gain_of([replace(a, time=back[a.time]) for a in answers(25)], TAUGHT)
    said = " ".join(in_short(turned))
    assert "more of a loss than chance alone brings" in said
    assert "that is harm" in said


@pytest.mark.parametrize(("left", "told"), [(13, True), (14, False)])
def test_if_too_few_stayed_no_gain_is_told(left: int, told: bool) -> None:
    codes = sorted({a.person for a in answers(25)})[:left]
    some = gain_of(
        [a for a in answers(25) if not (a.person in codes and a.time == "after")], TAUGHT
    )
    said = in_short(some, 15)
    assert (len(said) > 1) is told
    assert said[0].startswith("Say no gain at all: of 40 who began, 26 can") is not told
