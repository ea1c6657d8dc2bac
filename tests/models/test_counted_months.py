from __future__ import annotations

import pandas as pd
import pytest

from thousandfold import ExplainedError
from thousandfold.datasets import load
from thousandfold.models.communication import powers
from thousandfold.models.counted_months import counted_alike


def test_rails_counts_somebody_else_from_april_2008_on() -> None:
    rails = load("project_growth").query("project == 'rails'").set_index("month")
    people, new = rails["active_authors"], rails["new_authors"]
    assert people[:"2008-03"].max() == 11
    assert people["2008-03":"2008-05"].tolist() == [10, 35, 101]
    assert new["2008-04":"2008-05"].sum() > 4 * new[:"2008-03"].sum()


def test_what_is_left_is_counted_alike_and_nothing_else_goes() -> None:
    growth = load("project_growth")
    alike = counted_alike(growth)
    since = alike.groupby("project")["month"].min().dt.strftime("%Y-%m")
    assert since["rails"] == "2008-04"
    assert (since[since.index.str.startswith("terraform-")] == "2017-07").all()
    others = ["terraform", "ansible", "jenkins", "community.general", "amazon.aws"]
    for name in others:
        assert (alike["project"] == name).sum() == (growth["project"] == name).sum()
    pd.testing.assert_frame_equal(counted_alike(alike), alike)


def test_the_power_of_rails_hangs_on_who_is_counted() -> None:
    growth = load("project_growth")
    assert powers(growth).loc["rails", "power"] == 1.14
    alike = powers(counted_alike(growth)).loc["rails"]
    assert alike[["power", "low", "high", "Poisson"]].tolist() == [1.92, 1.66, 2.22, 1.96]


def test_a_table_of_something_else_is_refused() -> None:
    with pytest.raises(ExplainedError, match="growth"):
        counted_alike(pd.DataFrame({"month": ["2008-04"]}))
