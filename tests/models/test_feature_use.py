from __future__ import annotations

import numpy as np
import pytest
from conftest import Published
from hypothesis import given
from hypothesis import strategies as st

from thousandfold import ExplainedError
from thousandfold.models.feature_use import FeatureUse


def test_features_that_are_used_alike() -> None:
    flat = FeatureUse(exponent=0)
    np.testing.assert_allclose(flat.clicks_of_top([0, 0.12, 1]), [0, 0.12, 1])
    np.testing.assert_allclose(flat.features_for([0.8]), 0.8)


def test_the_published_concentration(published: Published) -> None:
    published.agrees("pendo_clicks", FeatureUse().clicks_of_top(0.12))
    for features in (25, 100, 1000):
        fitted = FeatureUse(features=features).fitted_to(0.12, 0.8)
        published.agrees("pendo_clicks", fitted.clicks_of_top(0.12))


@given(st.integers(2, 1000), st.floats(0, 5))
def test_clicks_are_shares_and_fall_with_rank(features: int, exponent: float) -> None:
    product = FeatureUse(features=features, exponent=exponent)
    np.testing.assert_allclose(product.clicks.sum(), 1)
    assert (np.diff(product.clicks) <= 1e-12).all()
    share = np.linspace(0, 1, 7)
    top = product.clicks_of_top(share)
    assert (top >= share - 1e-9).all()
    assert (np.diff(top) >= -1e-12).all()


@given(st.floats(0, 3), st.floats(0.01, 0.9))
def test_the_two_questions_are_each_others_answer(exponent: float, clicks: float) -> None:
    product = FeatureUse(exponent=exponent)
    np.testing.assert_allclose(product.clicks_of_top(product.features_for(clicks)), clicks)


def test_the_exponent_hangs_on_how_many_features_there_are() -> None:
    few, many = (FeatureUse(features=n).fitted_to(0.12, 0.8).exponent for n in (50, 1000))
    np.testing.assert_allclose([few, many], [1.542, 1.119], atol=0.001)


def test_the_less_used_eighty_per_cent_have_few_of_the_clicks() -> None:
    assert 1 - FeatureUse().clicks_of_top(0.2) < 0.15


def test_bad_shares_are_refused() -> None:
    with pytest.raises(ExplainedError, match=r"write 12 % as 0\.12"):
        FeatureUse().clicks_of_top(12)
    with pytest.raises(ExplainedError, match=r"clicks must lie in 0\.\.1"):
        FeatureUse().features_for([0.5, -1])
    with pytest.raises(ExplainedError, match=r"cannot have 0\.1 of the clicks"):
        FeatureUse().fitted_to(0.5, 0.1)
