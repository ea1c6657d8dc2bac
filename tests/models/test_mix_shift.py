from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import Published
from hypothesis import given
from hypothesis import strategies as st

from thousandfold import ExplainedError
from thousandfold.datasets import load
from thousandfold.models.mix_shift import MixShift, rates_by_segment


@given(st.tuples(*[st.floats(0, 1)] * 6))
def test_the_two_effects_add_up_and_same_mix_means_no_mix_effect(
    shares: tuple[float, ...],
) -> None:
    shift = MixShift(*shares)
    added = shift.before + shift.mix_effect + shift.rate_effect
    np.testing.assert_allclose(added, shift.after, atol=1e-12)
    assert shift.replace(power_after=shift.power_before).mix_effect == 0
    assert not shift.replace(power_after=shift.power_before).reversal


def test_the_launch_improves_both_segments_and_the_rate_of_all_falls() -> None:
    launch = MixShift()
    assert launch.casual_rate_after > launch.casual_rate_before
    assert launch.power_rate_after > launch.power_rate_before
    assert launch.after < launch.before - 0.05
    assert launch.reversal
    assert launch.rate_effect > 0 > launch.mix_effect


def berkeley() -> pd.DataFrame:
    return rates_by_segment(
        load("admissions"), "gender", "department", "admitted", "applicants"
    )  # fmt: skip


def test_the_published_rates_of_admission(published: Published) -> None:
    published.agrees("berkeley_all", berkeley().loc["all", ["men", "women"]].to_numpy(float))


def test_the_reversal_of_berkeley() -> None:
    rates = berkeley()
    women_ahead = rates["women"] > rates["men"]
    assert women_ahead[["A", "B", "D", "F"]].all()
    assert not women_ahead[["C", "E", "all"]].any()
    assert women_ahead["all, same mix"]


def test_groups_with_one_mix_keep_their_rates() -> None:
    table = pd.DataFrame(
        {"who": list("xxyy"), "what": list("abab"), "n": [10, 30, 20, 60], "k": [5, 3, 2, 30]}
    )
    rates = rates_by_segment(table, "who", "what", "k", "n")
    np.testing.assert_allclose(rates.loc["all"], rates.loc["all, same mix"])
    np.testing.assert_allclose(rates.loc["all"], [8 / 40, 32 / 80])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.drop(columns="admitted"), "no column 'admitted'"),
        (lambda t: t.drop(index=0), "every gender needs somebody in every department"),
        (lambda t: t.assign(admitted=2000), "admitted must lie between 0 and applicants"),
    ],
)
def test_counts_without_a_rate_are_refused(change: object, says: str) -> None:
    table = change(load("admissions"))  # type: ignore[operator]
    with pytest.raises(ExplainedError, match=says):
        rates_by_segment(table, "gender", "department", "admitted", "applicants")


def test_admissions_add_up_to_the_published_totals() -> None:
    sums = load("admissions").groupby("gender")[["admitted", "applicants"]].sum()
    assert sums.loc["men"].tolist() == [1198, 2691]
    assert sums.loc["women"].tolist() == [557, 1835]


def test_a_count_that_is_text_is_explained() -> None:
    with pytest.raises(ExplainedError, match="gender must be a number"):
        rates_by_segment(load("admissions"), "department", "department", "gender", "applicants")
