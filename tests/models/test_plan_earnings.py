from __future__ import annotations

import numpy as np
import pytest

from thousandfold import ExplainedError
from thousandfold.models.debt import Debt
from thousandfold.models.plan_earnings import earned

PLANS = {"never": [0] * 12, "a fifth": [0.2] * 12}
RUNS = Debt().follow(PLANS, replications=50)


def test_what_a_plan_earns_is_its_features_less_its_debt_and_its_broken_promises() -> None:
    table = earned(RUNS, promise=900, by=3, penalty=500, handover=0.75)
    kept = (RUNS["delivered"][3] >= 900).mean(axis=1)
    worth = (
        RUNS.final("delivered").mean(axis=1)
        - 0.75 * RUNS.final("debt").mean(axis=1)
        - 500 * (1 - kept)
    )
    np.testing.assert_allclose(table["earned"], worth, atol=0.5)
    np.testing.assert_allclose(table["promise kept"], kept, atol=0.005)
    assert list(table.index) == list(PLANS)


def test_nothing_is_charged_where_nothing_costs() -> None:
    free = earned(RUNS, promise=0, penalty=500, handover=0)
    np.testing.assert_array_equal(free["earned"], free["features"])


def test_a_promise_beyond_the_end_is_refused() -> None:
    with pytest.raises(ExplainedError, match="by must be a whole number from 0 to 12, not 13"):
        earned(RUNS, by=13)
