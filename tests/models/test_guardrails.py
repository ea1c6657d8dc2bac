from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError, compare, simulate, sweep
from thousandfold.core import with_arrays
from thousandfold.models.approval import asking_time
from thousandfold.models.guardrails import NO_GUARDRAILS, GoalsAndGuardrails, ways_to_lead


def medians(models: dict[str, GoalsAndGuardrails], **options: Any) -> pd.DataFrame:
    runs = compare(models, **options)
    return pd.DataFrame(
        {stock: np.median(runs.final(stock), axis=-1) for stock in runs.units}, index=list(models)
    )


def test_without_drift_and_questions_everybody_goes_straight() -> None:
    run = simulate(GoalsAndGuardrails(drift=0, guardrails=NO_GUARDRAILS), replications=2)
    np.testing.assert_allclose(run["progress"][:, 0, 0], run.time)
    assert not run["spread"].any()
    assert not run["waiting"].any()
    assert not run["harm"].any()


def test_with_everything_approved_work_is_what_the_closed_queue_leaves() -> None:
    model = GoalsAndGuardrails(squads=8, guardrails=0)
    run = simulate(model, replications=2)
    work = 1 / (1 + 2 * float(asking_time(8, 2, 0.1)))
    np.testing.assert_allclose(run.final("progress"), 52 * work)
    np.testing.assert_allclose(run.final("waiting"), 52 * (1 - work))
    assert not run["spread"].any()


def test_without_goals_a_course_is_a_random_walk() -> None:
    free = GoalsAndGuardrails(goals=0, guardrails=NO_GUARDRAILS, drift=4)
    run = simulate(free, periods=100, replications=4000)
    # 4 degrees a week for 100 weeks: 40 degrees, far from coming round again.
    assert run.final("course").std() == pytest.approx(40, rel=0.05)
    pulled = simulate(free.replace(goals=0.2), periods=100, replications=4000)
    assert pulled.final("course").std() == pytest.approx(4 / np.sqrt(1 - 0.8**2), rel=0.05)
    together = np.corrcoef(run.final("course")[0], run.final("other_course")[0])[0, 1]
    assert abs(together) < 0.05


def test_the_share_of_questions_is_the_share_of_decisions_outside() -> None:
    # Without drift the course stays 0 and decisions lie evenly between -30 and 30 degrees.
    limits = np.array([[15.0], [30.0], [0.0]])
    model = with_arrays(GoalsAndGuardrails(drift=0, squads=1), guardrails=limits)
    after = model.step({k: np.zeros((3, 1)) for k in model.units}, np.zeros((2, 1, 1)))
    asked = np.array([0.5, 0, 1])
    work = 1 / (1 + 2 * asked * 0.1)
    np.testing.assert_allclose(after["progress"].ravel(), work)
    np.testing.assert_allclose(after["waiting"].ravel(), 1 - work)


def test_harm_is_what_lies_beyond_and_nobody_was_asked_about() -> None:
    model = GoalsAndGuardrails(drift=0, goals=0, guardrails=NO_GUARDRAILS, scatter=30, harmful=60)
    state = {k: np.zeros((1, 1)) for k in model.units} | {"course": np.full((1, 1), 45.0)}
    after = model.step(state, np.zeros((2, 1, 1)))
    # Decisions between 15 and 75 degrees: a quarter is harmful; the other squad goes straight.
    assert after["harm"].item() == pytest.approx(2 * 0.25 / 2)
    assert after["progress"].item() == pytest.approx((0.75 * np.cos(np.pi / 4) + 1) / 2)
    assert after["spread"].item() == pytest.approx(
        np.hypot(1 - 0.75 * np.cos(np.pi / 4), 0.75 * np.sin(np.pi / 4))
    )
    # Decisions between 40 and 100 degrees: of 60, 25 are asked and 15 are harmful and not asked.
    state["course"] = np.full((1, 1), 70.0)
    wide = model.replace(guardrails=75, squads=1).step(state, np.zeros((2, 1, 1)))
    work = 1 / (1 + 2 * 25 / 60 * 0.1)
    assert wide["harm"].item() == pytest.approx(work * 2 * 15 / 60 / 2)
    # No squad does less than nothing, however many harmful decisions it takes.
    state["course"] = np.full((1, 1), 95.0)
    busy = model.replace(decisions=10).step(state, np.zeros((2, 1, 1)))
    assert busy["progress"].item() == pytest.approx(0.5)
    assert busy["spread"].item() == pytest.approx(1)
    guarded = model.replace(guardrails=60).step(state, np.zeros((2, 1, 1)))
    assert guarded["harm"].item() == 0
    assert guarded["waiting"].item() > 0


@given(
    st.integers(1, 60),
    st.floats(0, 1),
    st.floats(0, 180),
    st.floats(0, 90),
    st.floats(1, 90),
    st.integers(0, 2**32),
)
def test_a_week_is_accounted_for(
    squads: int, goals: float, guardrails: float, drift: float, scatter: float, seed: int
) -> None:
    model = GoalsAndGuardrails(
        squads=squads, goals=goals, guardrails=guardrails, drift=drift, scatter=scatter
    )
    run = simulate(model, replications=5, periods=30, seed=seed)
    waited, moved = np.diff(run["waiting"], axis=0), np.diff(run["progress"], axis=0)
    assert (waited >= -1e-9).all()
    assert (np.abs(moved) <= 1 - waited + 1e-9).all()
    assert (run["spread"] <= 2 * run.time[:, None, None] + 1e-9).all()
    assert (np.abs(run["course"]) <= guardrails + 1e-9).all()
    if guardrails <= model.harmful:
        assert not run["harm"].any()
    if guardrails == NO_GUARDRAILS:
        assert not run["waiting"].any()


@settings(max_examples=30)
@given(st.integers(2, 40), st.sampled_from([0, 30, 60, 180]))
def test_more_squads_never_wait_less_for_one_leader(squads: int, guardrails: float) -> None:
    model = GoalsAndGuardrails(guardrails=guardrails)
    few, more = sweep(model, squads=[squads, squads + 5], replications=20).final("waiting")
    assert (more >= few - 1e-9).all()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: GoalsAndGuardrails(guardrails=270), "0..180"),
        (lambda: GoalsAndGuardrails(squads=2.5), "whole number"),
        (lambda: GoalsAndGuardrails().picture("mood"), "no picture 'mood'"),
    ],
)
def test_bad_input_is_answered_in_a_sentence(call: Any, says: str) -> None:
    with pytest.raises(ExplainedError, match=says):
        call()


def test_neither_spreads() -> None:
    """Squads with neither goals nor guardrails spread, and half of their work leads nowhere."""
    table = medians(ways_to_lead())
    assert table.loc["neither", "spread"] > 2 * table.loc["goals and guardrails", "spread"]
    assert table.loc["neither", "progress"] < 0.6 * table.loc["goals and guardrails", "progress"]


def test_approval_waits() -> None:
    """When each decision is approved squads are aligned and wait, longer with each squad added."""
    waits = []
    for squads in (2, 8, 32):
        table = medians(ways_to_lead(GoalsAndGuardrails(squads=squads)))
        assert table.loc["goals, all approved", "spread"] == 0
        waits.append(table.loc["goals, all approved", "waiting"] / 52)
    assert waits[0] < 0.2
    assert 0.4 < waits[1] < 0.5
    assert waits[2] > 0.8


def test_both_scale() -> None:
    """Goals and guardrails together scale: with 32 squads each gets on as well as with two."""
    few, many = (
        medians(ways_to_lead(GoalsAndGuardrails(squads=n))).loc["goals and guardrails"]
        for n in (2, 32)
    )
    assert many["progress"] > 0.97 * few["progress"]
    assert many["waiting"] < 2
    assert many["spread"] < 1.05 * few["spread"]


def test_guardrails_alone_keep_harm_away_and_not_the_spread() -> None:
    table = medians(ways_to_lead())
    assert table.loc["neither", "harm"] > 30
    assert table.loc["guardrails only", "harm"] == 0
    assert table.loc["guardrails only", "spread"] > 2 * table.loc["goals and guardrails", "spread"]


def test_goals_alone_leave_four_harmful_decisions_a_year() -> None:
    both = GoalsAndGuardrails()
    goals = both.replace(guardrails=NO_GUARDRAILS)
    table = medians({"goals": goals, "both": both})
    assert 3 < table.loc["goals", "harm"] < 5
    assert table.loc["both", "harm"] == 0
    assert table.loc["both", "progress"] > table.loc["goals", "progress"]


@pytest.mark.parametrize("squads", [4, 16])
def test_guardrails_have_a_best_width_inside(squads: int) -> None:
    widths = [0, 30, 60, 90, 180]
    runs = sweep(GoalsAndGuardrails(squads=squads), guardrails=widths)
    progress = np.median(runs.final("progress"), axis=-1)
    assert widths[progress.argmax()] == 60
    assert progress[2] > progress[-1]
    assert progress[0] < progress[1]


def test_pictures_tell_their_numbers() -> None:
    asked = GoalsAndGuardrails().picture("squads")
    assert "with 2, 8 and 32 squads: neither 27.1, 27.1 and 27.1; goals only 46.6, " in (
        asked.sentence
    )
    assert asked.title == "8 squads: the goal adds 19.4 weeks, the limit then adds 1.03"
    assert [note.x for note in asked.notes] == [8]
    busy = GoalsAndGuardrails(squads=2, stops=0).picture("squads")
    assert "with 2 and 32 squads" in busy.sentence
    assert busy.title == "2 squads: the goal adds 19.4 weeks, the limit then adds 1.33"
    approved = GoalsAndGuardrails(guardrails=0).picture("squads")
    assert approved.title == "8 squads: the goal adds 19.4 weeks, the limit takes 18.3"


def test_who_does_not_stop_loses_nothing_and_waits_as_long() -> None:
    model = GoalsAndGuardrails(squads=8, guardrails=0)
    whole, half, none = sweep(model, stops=[1, 0.5, 0], replications=2).final("waiting")[:, 0]
    assert half == pytest.approx(whole / 2)
    assert none == 0
    assert np.allclose(sweep(model, stops=[0], replications=2).final("progress"), 52)
