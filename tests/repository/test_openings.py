from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from thousandfold import ExplainedError
from thousandfold.datasets import load
from thousandfold.repository.openings import before_and_after, opening_picture


def test_core_and_extensions_are_parts_of_the_same_counts() -> None:
    both = load("core_and_extensions").merge(load("project_growth"), on=["project", "month"])
    assert len(both) == len(load("core_and_extensions"))
    missing = both["commits"] - both["commits_core_only"] - both["commits_extension"]
    assert missing.between(0, 3).all(), "commits without a file belong to neither"
    authors = both[["authors_core", "authors_extension"]]
    assert (authors.max(axis=1) <= both["active_authors"]).all()
    assert (authors.sum(axis=1) >= both["active_authors"] - missing).all()


def test_fewer_people_work_on_the_core_after_the_extensions_left() -> None:
    table = before_and_after(
        load("core_and_extensions"), {"terraform": "2017-06", "ansible": "2020-03"}
    )
    for project in ("terraform", "ansible"):
        before, after = (table.loc[(project, side)] for side in ("before", "after"))
        assert after["authors_core"] < 0.55 * before["authors_core"]
        assert after["authors_extension"] < 0.1 * before["authors_extension"]


def test_the_months_around_the_move_are_taken() -> None:
    months = pd.date_range("2020-01-01", periods=7, freq="MS")
    counts = pd.DataFrame(
        {"project": "x", "month": months, "authors_core": [9, 1, 3, 100, 5, 7, 9]}
    )
    table = before_and_after(counts, {"x": "2020-04"}, months=2)
    assert table["authors_core"].tolist() == [2, 6]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda c: before_and_after(c, {"linux": "2017-06"}), "no project 'linux'"),
        (lambda c: before_and_after(c, {"terraform": "2014-09"}), "4 months before 2014-09"),
    ],
)
def test_what_is_not_in_the_table_is_named(
    change: Callable[[pd.DataFrame], object], says: str
) -> None:
    with pytest.raises(ExplainedError, match=says):
        change(load("core_and_extensions"))


def test_the_picture_of_the_opening_tells_the_table() -> None:
    counts, growth = load("core_and_extensions"), load("project_growth")
    outside = [f"terraform-provider-{name}" for name in ("google", "azurerm", "kubernetes")]
    picture = opening_picture(counts, growth, "terraform", "2017-06", *outside)
    assert len(picture.series) == 3
    assert "core only 64.6 and 25.3" in picture.sentence
    june = growth[growth["month"] == "2017-06-01"].set_index("project")["active_authors"]
    np.testing.assert_array_equal(np.asarray(picture.series[2].y)[0], june[outside].sum())
    assert len(opening_picture(counts, growth, "ansible", "2020-03").series) == 2
