from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError, simulate, sweep
from thousandfold.models.partner_programme import PartnerProgramme
from thousandfold.models.won_or_lost import odds, odds_picture
from thousandfold.picture import Lines

STOPS = [0.3, 0.6]


def test_odds_and_both_means_make_the_mean_of_all() -> None:
    runs = sweep(PartnerProgramme(), stop_at=STOPS)
    table, ends = odds(runs), runs.final("gain")
    assert list(table.index) == list(runs.scenarios)
    assert table.columns.name == "thousand dollars"
    for row, heap in zip(table.to_numpy(), ends, strict=True):
        share, won, lost, mean = row
        assert share == round(100 * (heap > 0).mean())
        assert lost < 0 < won
        assert mean == pytest.approx(share / 100 * won + (1 - share / 100) * lost, abs=25)
        assert mean == round(heap.mean())


def test_where_no_future_is_lost_or_none_is_won_its_mean_is_nothing() -> None:
    free = odds(simulate(PartnerProgramme(budget=0)))
    assert free.iloc[0, 0] == 100
    assert free.iloc[0, 2] == 0
    vain = odds(simulate(PartnerProgramme(worth=0)))
    assert vain.iloc[0, :2].tolist() == [0, 0]


def test_a_picture_has_one_mark_for_each_future_where_the_future_ends() -> None:
    picture = odds_picture(PartnerProgramme(), stop_at=STOPS)
    assert isinstance(picture, Lines)
    won, lost = picture.series
    assert min(np.asarray(won.y)) > 0 >= max(np.asarray(lost.y))
    drawn = np.sort(np.concatenate([np.asarray(won.y), np.asarray(lost.y)]), kind="stable")
    ends = sweep(PartnerProgramme(), stop_at=STOPS).final("gain")
    np.testing.assert_allclose(drawn, np.sort(ends.ravel(), kind="stable"))
    x = np.concatenate([np.asarray(won.x), np.asarray(lost.x)])
    assert (np.minimum(abs(x - 30), abs(x - 60)) <= 12).all(), "heaps do not lie in each other"
    assert picture.x_label == "stop at (% of possible partners)"
    assert "22 of 100 are won, 2,196 on average" in picture.sentence


def test_of_two_heaps_the_fuller_one_is_wider() -> None:
    won, lost = odds_picture(PartnerProgramme(), stop_at=[0.3]).series  # type: ignore[attr-defined]
    assert np.ptp(np.asarray(lost.x)) > 2 * np.ptp(np.asarray(won.x))


def test_heaps_of_two_rules_are_drawn_to_the_same_scale() -> None:
    _, lost = odds_picture(PartnerProgramme(), stop_at=STOPS).series  # type: ignore[attr-defined]
    x = np.asarray(lost.x)
    assert np.ptp(x[x < 45]) > 2 * np.ptp(x[x > 45]), "78 of 100 are lost, then 33"


def test_futures_that_are_all_alike_are_drawn() -> None:
    sure = PartnerProgramme(noise=0, spread=0)
    (only,) = odds_picture(sure, stop_at=[0.6]).series  # type: ignore[attr-defined]
    assert len(np.asarray(only.x)) == 1000


@settings(max_examples=10, deadline=None)
@given(st.floats(0.05, 0.95), st.floats(0, 500))
def test_odds_are_a_share(stop: float, worth: float) -> None:
    share, won, lost, mean = odds(
        simulate(PartnerProgramme(stop_at=stop, worth=worth), replications=50)
    ).iloc[0]
    assert 0 <= share <= 100
    assert lost <= 0 <= won
    assert lost <= mean <= max(won, mean * (share == 100))


def test_what_is_no_run_is_explained() -> None:
    with pytest.raises(ExplainedError, match="runs"):
        odds(PartnerProgramme())  # type: ignore[arg-type]
    with pytest.raises(ExplainedError, match="has no stock 'profit'"):
        odds(simulate(PartnerProgramme()), "profit")
    with pytest.raises(ExplainedError, match="model"):
        odds_picture("x", stop_at=[0.3])  # type: ignore[arg-type]
    with pytest.raises(ExplainedError, match="one parameter"):
        odds_picture(PartnerProgramme())
    with pytest.raises(ExplainedError, match="needs a list of values"):
        odds_picture(PartnerProgramme(), stop_at=0.3)  # type: ignore[arg-type]
