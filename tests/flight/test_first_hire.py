"""How many people to hire first: what the first page says is what the flights show."""

from __future__ import annotations

import base64
import re
from functools import cache

import numpy as np
import pytest

from thousandfold.core import Trajectory
from thousandfold.flight import GOAL, STEADY, fly, with_rules
from thousandfold.flight.first_hire import (
    HIRED,
    START,
    behind_best,
    best,
    first_hire,
    first_hire_picture,
    first_hire_told,
)
from thousandfold.picture import Lines
from thousandfold.player.table import SIZES


@cache
def flight(hired: int) -> Trajectory:
    return fly({"": with_rules(STEADY, f"when round below 2: hire {hired}")})


@cache
def flown(hired: int, stock: str = "customers") -> np.ndarray:
    """Return a stock in the middle of all futures, round by round."""
    return np.asarray(np.median(flight(hired)[stock][:, 0], axis=-1))


@cache
def sentence(hired: int) -> str:
    return first_hire_picture(hired).sentence


def test_ten_are_best_and_thirty_bring_half_of_that() -> None:
    top = best()
    assert 8 <= top <= 12
    assert flown(START)[-1] == pytest.approx(flown(top)[-1] / 2, rel=0.1)
    assert flown(top)[-1] > max(flown(0)[-1], flown(20)[-1])


def test_the_picture_is_of_the_number_that_was_hired() -> None:
    for hired in (0, 7, START, 50):
        picture = first_hire_picture(hired)
        assert isinstance(picture, Lines)
        np.testing.assert_allclose(np.asarray(picture.series[0].y), flown(hired))
        np.testing.assert_allclose(np.asarray(picture.series[1].y), flown(best()))
    assert sentence(0).startswith("With nobody hired")
    assert sentence(best()).endswith("No other number that we tried brings more.")


def test_for_a_year_and_a_half_no_report_tells_what_comes() -> None:
    for hired in HIRED:
        early = flown(hired)[3] / flown(best())[3]
        assert early == pytest.approx(1, abs=0.06), hired
        leads = flown(hired)[4] > 1.03 * flown(best())[4]
        assert (f"{hired} hired were ahead" in sentence(hired)) == leads, hired
    assert "after two years 30 hired were ahead: 24,000 against 22,000" in sentence(START)


def test_a_bank_is_said_to_be_empty_where_it_is() -> None:
    for hired in HIRED:
        lowest = flown(hired, "cash").min()
        assert ("bank is empty" in sentence(hired)) == (lowest < 0)
        marks = [note for note in first_hire_picture(hired).notes if note.words == "bank empty"]
        first = int((flown(hired, "cash") < 0).argmax())
        there = [(first / 2, pytest.approx(flown(hired)[first]))] if lowest < 0 else []
        assert [(mark.x, mark.y) for mark in marks] == there, "its mark stands on the curve"
        assert ("hire nobody for a while" in sentence(hired)) == (0 <= lowest < 1_500_000)


def test_every_number_has_its_place_on_the_slider() -> None:
    drawn = first_hire()
    for size in SIZES:
        table = drawn[size]
        [control] = table["controls"]
        assert control["words"] == [str(hired) for hired in HIRED]
        assert control["words"][control["start"]] == str(START)
        assert [one["sentence"] for one in table["pictures"]] == [sentence(one) for one in HIRED]


def test_what_stands_around_the_picture_is_measured() -> None:
    still, told = (first_hire_told()[what] for what in ("still", "told"))
    assert base64.b64decode(still["png"]).startswith(b"\x89PNG")
    assert still["sentence"] == sentence(START)
    assert told["best"] == best()
    assert told["start_behind"] == behind_best(START)
    assert told["start_behind"] > 75
    assert told["happened"] == pytest.approx(flown(START)[-1], rel=0.03)
    assert float(told["most"].replace(",", "")) == pytest.approx(flown(best())[-1], rel=0.03)
    ahead, beside = (float(told[name].replace(",", "")) for name in ("ahead", "beside"))
    assert ahead == pytest.approx(flown(START)[4], rel=0.03)
    assert ahead > beside == pytest.approx(flown(best())[4], rel=0.03)


def test_no_first_hiring_alone_reaches_the_million() -> None:
    assert max(flown(hired)[-1] for hired in HIRED) < GOAL


def test_a_sentence_says_no_number_that_the_flights_do_not_have() -> None:
    customers = re.search(r"Ferry has ([\d,]+) customers", sentence(20))
    assert customers is not None
    assert float(customers[1].replace(",", "")) == pytest.approx(flown(20)[-1], rel=0.03)
