from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from thousandfold.picture import Lines
from thousandfold.teaching.own_change import change_picture
from thousandfold.teaching.own_reading import read_organisation


def growth(people: list[int]) -> pd.DataFrame:
    months = pd.date_range("2020-01", periods=len(people), freq="MS")
    table = pd.DataFrame({"month": months, "active_authors": people})
    return table[table["active_authors"] > 0]


def test_a_month_without_a_commit_is_a_month_without_people() -> None:
    people = [4] * 30 + [2] * 30
    quiet = [*people[:18], 0, *people[19:]]
    said = change_picture("Yours", growth(quiet), "2022-06").sentence
    before = np.mean(quiet[17:29])
    after = np.mean(quiet[30:42])
    assert f"Yours, 2022-06: {100 * after / before:.0f} %" in said
    assert said.startswith("People, mean of 12 months after")


@pytest.mark.parametrize(
    ("table", "month", "says"),
    [
        (growth([3] * 40), "soon", "The date of Yours must be a month such as 2017-06, not 'soon'"),
        (growth([3] * 40), "", "Write the month in which something changed at your place"),
        (growth([3] * 40), "2020-03", "12 months before 2020-03 are compared, and Yours has 2"),
        (growth([3] * 25), "2021-01", "No other month has 12 months on both sides"),
        (growth([]), "2021-01", "Yours has no complete month yet; come back when there are 26"),
    ],
)
def test_what_cannot_be_compared_is_said_in_the_picture(
    table: pd.DataFrame, month: str, says: str
) -> None:
    picture = change_picture("Yours", table, month)
    assert isinstance(picture, Lines)
    assert picture.title == "Your change cannot be compared yet"
    assert says in picture.shown
    picture.plot()


def test_the_stand_in_can_look_beyond_its_split() -> None:
    assert "2017-06: 23 %" in read_organisation("").change_picture("2017-06").sentence
