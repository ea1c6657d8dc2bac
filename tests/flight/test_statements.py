"""What the flight teaches: it holds at Ferry and near it, and elsewhere as often as is told."""

from __future__ import annotations

import numpy as np
import pytest

from thousandfold.flight import Flight, with_rules
from thousandfold.flight.debrief import ignoring_one
from thousandfold.flight.engine import fly
from thousandfold.flight.policies import STEADY
from thousandfold.flight.statements import ENDS, STATEMENTS, between_less_ends, ends
from thousandfold.flight.survival import IGNORING, WIDTHS, stored, survival, what_survives

NEAR = "within 10 % of Ferry"


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_holds_at_ferry(name: str) -> None:
    assert STATEMENTS[name].margin([Flight()])[0] > 0


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement_holds_near_ferry_or_speaks_of_elsewhere(name: str) -> None:
    found = stored()["statements"][name]
    assert found[NEAR] == (100 if STATEMENTS[name].near else 0)
    assert STATEMENTS[name].near or found["all plausible"] > 60


def test_what_is_stored_is_what_comes_out() -> None:
    assert survival() == stored(), "run `make survival`"


def test_the_debrief_shows_what_survives() -> None:
    table = what_survives()
    assert table.index.tolist() == [one.says for one in STATEMENTS.values()]
    assert table.columns.tolist() == list(WIDTHS)
    lower = ignoring_one(replications=20)["ends lower, of 100 companies"]
    assert lower["nothing"] == ""
    assert lower["debt"] == str(stored()["ignoring"]["debt"]["all plausible"])
    assert set(stored()["ignoring"]) == set(IGNORING) - {"nothing"}


def test_both_ends_of_a_decision_are_flown() -> None:
    apart = between_less_ends([Flight()])
    assert apart.shape == (len(ENDS), 1)
    closed, steady = (
        ends([Flight()], policy) for policy in (with_rules(STEADY, "api closed"), STEADY)
    )
    assert (apart[list(ENDS).index("api"), 0] > 0) == (steady > closed)


def test_the_middle_of_a_company_is_that_of_its_flight() -> None:
    alone = np.median(fly({"steady": STEADY}, replications=50).final("customers"))
    assert ends([Flight()], STEADY).tolist() == [alone]
