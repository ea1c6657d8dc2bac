"""To replace: what must hold for this model whatever the numbers; break the model, and see it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thousandfold.models import MODEL

models = st.builds(MODEL, fixed=st.floats(100, 1e6), each=st.floats(0.01, 100))


@given(models)
def test_a_single_user_costs_both_parts_whole(model: MODEL) -> None:
    """An identity: at an edge the model is something that everybody knows."""
    assert model.per_user(1) == pytest.approx(model.fixed + model.each)


@given(models, st.floats(1, 1e7))
def test_a_user_never_costs_more_when_there_are_more(model: MODEL, users: float) -> None:
    """A property: it holds for all parameters, not only for those of the lesson."""
    assert model.per_user(2 * users) <= model.per_user(users)
    assert model.per_user(users) >= model.each


@given(models)
def test_both_parts_cost_the_same_where_they_cross(model: MODEL) -> None:
    assert model.per_user(model.crossing) == pytest.approx(2 * model.each)
