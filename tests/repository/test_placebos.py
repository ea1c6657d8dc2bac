from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thousandfold import ExplainedError
from thousandfold.datasets import load
from thousandfold.repository.placebos import placebo_picture, placebos

MOVED = {"terraform": "2017-06", "ansible": "2020-03"}
Dates = Mapping[str, str | Iterable[str]]


def table(numbers: Iterable[float], group: str = "x", start: str = "2015-01") -> pd.DataFrame:
    counts = list(numbers)
    months = pd.date_range(start, periods=len(counts), freq="MS")
    return pd.DataFrame({"project": group, "month": months, "people": counts})


def grown(rate: float, fall: float = 1, length: int = 80) -> pd.DataFrame:
    """Return a series that changes at one rate, and falls to a share of it from month 41 on."""
    month = np.arange(length)
    return table(100 * rate**month * np.where(month > 40, fall, 1))


CHANGE = f"{2015 + 40 // 12}-{40 % 12 + 1:02}"


@given(st.floats(0.95, 1.05), st.integers(1, 12))
def test_a_series_without_a_break_gives_what_any_month_gives(rate: float, months: int) -> None:
    found = placebos(grown(rate), "people", {"x": CHANGE}, months=months)
    np.testing.assert_allclose(found["ratio"], rate ** (months + 1), rtol=1e-9)
    assert found["change"].sum() == 1
    assert len(found) == 80 - 4 * months, "a change, and what lies further from it"


@given(st.floats(0.95, 1.05), st.integers(1, 12), st.floats(0.1, 0.9))
def test_a_break_is_found_and_spoils_no_other_month(rate: float, months: int, fall: float) -> None:
    found = placebos(grown(rate, fall), "people", {"x": CHANGE}, months=months)
    others, [change] = found[~found["change"]], found[found["change"]]["ratio"]
    assert change == pytest.approx(fall * rate ** (months + 1))
    np.testing.assert_allclose(others["ratio"], rate ** (months + 1), rtol=1e-9)
    # With 1, every other month fell as far: there was nothing but the rate.
    broken = placebo_picture(grown(0.99, fall), "people", {"x": CHANGE}).sentence
    assert "none of 31 other months fell as far" in broken


def test_luck_alone_seldom_stands_out_and_a_planted_fall_does() -> None:
    rng = np.random.default_rng(7)

    def alone(fall: float) -> float:
        series = rng.poisson(np.where(np.arange(150) > 75, fall, 1) * 40, size=(60, 150))
        said = [placebo_picture(table(row), "people", {"x": "2021-04"}).sentence for row in series]
        return float(np.mean(["%; none of" in sentence for sentence in said]))

    assert alone(0.6) == 1
    assert alone(1) < 0.3


def test_a_rise_is_compared_with_rises() -> None:
    sentence = placebo_picture(grown(1, 2), "people", {"x": CHANGE}).sentence
    assert f"X, {CHANGE}: 200 %; none of 31 other months rose as far." in sentence


def test_the_openings_fell_further_than_any_other_month() -> None:
    found = placebos(load("core_and_extensions"), "authors_core", MOVED)
    others = found[~found["change"]]
    assert len(others) == 201
    assert len(others[others["before"] >= 20]) == 185
    assert others["ratio"].min() == pytest.approx(0.529, abs=0.001)
    picture = placebo_picture(load("core_and_extensions"), "authors_core", MOVED)
    assert picture.title == "39 and 51 % were left; after any other month 53 to 253 %"
    assert "only 10 of these months share nothing with each other" in picture.sentence
    assert "no probability" in picture.sentence


def test_groups_without_a_change_are_there_to_compare() -> None:
    both = pd.concat([grown(1, 0.5), table(np.full(30, 10.0), "y"), table([5.0], "short")])
    found = placebos(both, "people", {"x": [CHANGE]})
    assert found.groupby("group").size().to_dict() == {"x": 32, "y": 6}
    picture: Any = placebo_picture(both, "people", {"x": CHANGE})
    assert [series.label for series in picture.series] == [
        "others, any month",
        "X, other months",
        "",
    ]


def test_two_changes_of_one_group() -> None:
    found = placebos(grown(1), "people", {"x": ["2017-01", "2019-06"]})
    assert found["change"].sum() == 2


def test_nothing_left_after_a_change_is_still_drawn() -> None:
    picture: Any = placebo_picture(grown(1, 0), "people", {"x": CHANGE})
    assert not picture.log_y
    assert f"X, {CHANGE}: 0 %" in picture.sentence
    picture.plot()


def gap(counts: pd.DataFrame) -> pd.DataFrame:
    return counts[counts["month"] != "2018-03-01"]


def quiet(counts: pd.DataFrame) -> pd.DataFrame:
    return counts.assign(people=counts["people"].where(counts["month"] >= "2018-05-01", 0))


@pytest.mark.parametrize(
    ("change", "dates", "says"),
    [
        (None, {}, 'say when something changed, such as {"x": "2017-06"}'),
        (None, "2018-05", "say when something changed"),
        (None, {"y": "2018-05"}, "there is no 'y' in the table; there are x"),
        (None, {"x": "June"}, "must be a month such as 2017-06, not 'June'"),
        (None, {"x": []}, "must be a month such as 2017-06"),
        (None, {"x": "2015-03"}, "12 months before 2015-03 are compared, and x has 2; its table"),
        (
            None,
            {"x": "2021-08"},
            "after 2021-08 are compared, and x has 0; .*from 2015-01 to 2021-08",
        ),
        (None, {"x": "1999-08"}, "before 1999-08 are compared, and x has 0"),
        (gap, {"x": CHANGE}, "no number for 2018-03, near 2018-05; write a row with 0"),
        (quiet, {"x": CHANGE}, "nothing but 0 in the 12 months before 2018-05"),
        (lambda c: c.head(53).tail(25), {"x": CHANGE}, "no other month has 12 months on both"),
        (lambda c: pd.concat([c, c.head(1)]), {"x": CHANGE}, "two rows for 2015-01: add them up"),
        (lambda c: c.assign(people="many"), {"x": CHANGE}, "people must hold numbers from 0 up"),
        (lambda c: c.assign(people=-1), {"x": CHANGE}, "people must hold numbers from 0 up"),
        (lambda c: c.assign(month="soon"), {"x": CHANGE}, "written like 2017-06, not 'soon'"),
        (lambda c: c.drop(columns="people"), {"x": CHANGE}, "no column 'people'"),
        (lambda c: c["people"], {"x": CHANGE}, "table must be a table"),
        (lambda c: c.head(0), {"x": CHANGE}, "people must hold numbers"),
    ],
)
def test_what_cannot_be_compared_is_said(
    change: Callable[[pd.DataFrame], pd.DataFrame] | None, dates: Dates, says: str
) -> None:
    counts = grown(1) if change is None else change(grown(1))
    with pytest.raises(ExplainedError, match=says):
        placebo_picture(counts, "people", dates)


def test_how_many_months_is_a_whole_number() -> None:
    with pytest.raises(ExplainedError, match="months must be a whole number"):
        placebos(grown(1), "people", {"x": CHANGE}, months=0)


def test_other_columns_and_months_as_text() -> None:
    counts = grown(1).assign(month=lambda t: t["month"].dt.strftime("%Y-%m"))
    renamed = counts.rename(columns={"project": "shop", "month": "when"})
    found = placebos(renamed, "people", {"x": CHANGE}, group="shop", month="when")
    assert found["ratio"].eq(1).all()


def test_a_month_before_which_nothing_was_counted_is_left_out() -> None:
    begun = grown(1).assign(people=lambda t: t["people"].where(t.index >= 20, 0))
    found = placebos(begun, "people", {"x": CHANGE})
    assert np.isfinite(found["ratio"]).all()
    assert len(found) == 32 - 9, "months 12 to 20 have nothing before them"
