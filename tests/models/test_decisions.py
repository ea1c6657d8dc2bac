from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError, compare, simulate, sweep
from thousandfold.core import with_arrays
from thousandfold.models.approval import Approval, asking_time, time_to_answer
from thousandfold.models.cutting import SquadCut, invented_network
from thousandfold.models.delegation import outcome
from thousandfold.models.guardrails import NO_GUARDRAILS, GoalsAndGuardrails, four_ways
from thousandfold.models.mentoring import Mentoring
from thousandfold.models.staffing import TeamOutput
from thousandfold.models.status_updates import StatusUpdates


def medians(models: dict[str, GoalsAndGuardrails], **options: Any) -> pd.DataFrame:
    runs = compare(models, **options)
    return pd.DataFrame(
        {stock: np.median(runs.final(stock), axis=-1) for stock in runs.units}, index=list(models)
    )


# One approver, or several.


def test_one_approver_takes_one_over_what_is_free() -> None:
    busy = np.array([0.5, 0.8, 0.9, 0.95, 0.99])
    np.testing.assert_allclose(time_to_answer(busy), [2, 5, 10, 20, 100])


@given(st.floats(0.01, 0.99))
def test_two_who_share_a_pile_have_the_closed_form(busy: float) -> None:
    assert time_to_answer(busy, 2) == pytest.approx(1 / (1 - busy**2))


@given(st.floats(0, 0.98), st.integers(1, 20))
def test_more_who_may_decide_are_quicker_and_nobody_is_quicker_than_the_work(
    busy: float, deciders: int
) -> None:
    assert 1 <= time_to_answer(busy, deciders + 1) <= time_to_answer(busy, deciders)
    assert time_to_answer(busy, deciders) <= time_to_answer(busy + 0.01, deciders)


def test_approval_by_hand() -> None:
    boss = Approval(decisions=9, hours=2, available=20)
    assert boss.busy == 0.9
    assert boss.time == pytest.approx(20)
    assert boss.weeks == pytest.approx(1)
    assert boss.replace(delegated=0.5).busy == pytest.approx(0.45)
    assert boss.replace(delegated=0.5).time == pytest.approx(2 / 0.55)
    assert boss.replace(delegated=1).time == pytest.approx(2)
    assert boss.replace(decisions=10).time == float("inf")
    assert boss.replace(decisions=10, deciders=2).time == pytest.approx(2 / (1 - 0.25))
    assert "90 % busy: 10 times with one approver, 2.97 with 4" in boss.picture().sentence
    assert "with 3 as busy" in boss.replace(deciders=3).picture().sentence


# Squads that ask one person.


def closed_queue(squads: int, think: float, service: float) -> float:
    """Exact mean value analysis of one server and `squads` customers."""
    line = 0.0
    for n in range(1, squads + 1):
        time = service * (1 + line)
        line = n / (think + time) * time
    return time


@given(st.integers(1, 60), st.floats(0.05, 10), st.floats(0.005, 0.5))
def test_asking_is_close_to_the_exact_closed_queue(
    squads: int, asked: float, answer: float
) -> None:
    exact = closed_queue(squads, 1 / asked, answer)
    assert float(asking_time(squads, asked, answer)) == pytest.approx(exact, rel=0.24)
    # What a squad gets done is what matters, and there the approximation is closer.
    working = 1 / (1 + asked * exact)
    ours = 1 / (1 + asked * float(asking_time(squads, asked, answer)))
    assert ours == pytest.approx(working, rel=0.08)


@given(st.floats(0.01, 10), st.floats(0.01, 0.5))
def test_asking_has_its_two_limits(asked: float, answer: float) -> None:
    assert asking_time(1, asked, answer) == pytest.approx(answer)
    assert asking_time(7, 0, answer) == pytest.approx(answer)
    # Very many squads that each ask very rarely: the open queue of one approver.
    many = 1e9
    assert asking_time(many, 0.9 / (many * answer), answer) == pytest.approx(10 * answer, rel=1e-3)
    # The leader is the bottleneck: so many answers a week and no more.
    waits = asking_time(1000, 10, answer)
    assert 1000 * 10 / (1 + 10 * waits) <= 1 / answer * (1 + 1e-9)


# Goals and guardrails.


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


# All together.


def test_an_outcome_is_the_product_of_its_parts() -> None:
    ferry = invented_network(1)
    cut, way = SquadCut(squads=4).of(ferry), GoalsAndGuardrails()
    found = outcome(cut, way, people=40)
    assert found.crossing == cut.crossing
    again = outcome(cut, way.replace(squads=17), people=40)
    assert again == found
    assert outcome(cut, way, people=40, seed=2).waiting != found.waiting
    crossing = 1 + cut.crossing_changes / ferry.changes.sum()
    parts = found.undisturbed * (1 - found.waiting) * found.alignment / crossing
    assert found.output == pytest.approx(parts)
    uneven = ferry.cut({a: "one" if a == "booking" else "all" for a in ferry.areas})
    quiet = sum(share * (1 - 0.0006 * (20 * share) ** 2) for share in uneven.work)
    assert outcome(uneven, way, people=20).undisturbed == pytest.approx(quiet)
    one = ferry.cut(dict.fromkeys(ferry.areas, "all"))
    assert outcome(one, way, people=10).crossing == 0
    team = TeamOutput()
    quiet = team.output(10) / (team.productivity * 10)
    assert outcome(one, way, people=10).undisturbed == pytest.approx(float(quiet))


# Meetings and texts.


def test_updates_by_hand() -> None:
    ways = StatusUpdates(spoken=3, writing=20, reading=1, followed=20)
    assert ways.meeting(20) == 1
    assert ways.written(41) == 40 / 60
    assert ways.written([21, 22, 1000]).tolist() == [40 / 60] * 3
    assert ways.crossing_point == 9.5


@given(st.floats(0.1, 60), st.floats(1, 600), st.floats(0.1, 60), st.integers(1, 1000))
def test_at_the_crossing_point_both_cost_the_same(
    spoken: float, writing: float, reading: float, followed: int
) -> None:
    ways = StatusUpdates(spoken=spoken, writing=writing, reading=reading, followed=followed)
    here = ways.crossing_point
    assert here >= 1
    if here > 1:
        assert ways.meeting(here) == pytest.approx(float(ways.written(here)))
        if spoken >= reading:
            assert ways.meeting(0.99 * here) <= ways.written(0.99 * here) + 1e-12
    for later in (1, 1.01, 1.5, 3, 100):
        assert ways.meeting(later * here) >= ways.written(later * here) - 1e-9


# Newcomers and those who teach them.


@given(
    st.integers(1, 30),
    st.integers(1, 30),
    st.floats(0, 26),
    st.floats(0, 1),
    st.floats(4, 40),
    st.floats(0.05, 1),
)
def test_people_and_teaching_are_accounted_for(
    newcomers: int, teachers: int, gap: float, teaching: float, ramp_up: float, attention: float
) -> None:
    model = Mentoring(
        newcomers=newcomers,
        teachers=teachers,
        gap=gap,
        teaching=teaching,
        ramp_up=ramp_up,
        attention=attention,
    )
    run = simulate(model, replications=1, periods=100)
    here = run["new"] + run["practising"] + run["able"]
    last_arrival = gap * (newcomers - 1)
    assert (here <= newcomers + 1e-9).all()
    np.testing.assert_allclose(here[run.time > last_arrival + 1], newcomers)
    assert (run["load"] <= attention + 1e-9).all()
    for stock in ("new", "practising", "able", "load"):
        assert (run[stock] >= -1e-9).all()
    assert (np.diff(run["able"], axis=0) >= -1e-9).all()


@pytest.mark.parametrize("changes", [{}, {"gap": 8}, {"attention": 0.2}, {"teachers": 1}])
def test_what_teaching_costs_in_all_does_not_depend_on_the_order(changes: dict[str, float]) -> None:
    run = simulate(Mentoring(**changes), replications=1, periods=1000)
    # Half the ramp-up at full teaching, half at half of it, for each of five.
    assert run.final("taught").item() == pytest.approx(5 * 0.4 * (13 + 13 / 2))


def test_the_week_of_payback() -> None:
    model = Mentoring()
    gained = simulate(model, replications=1)["gained"].ravel()
    week = int(model.payback())
    assert gained[week - 1] < 0 <= gained[week]
    assert Mentoring(teaching=0).payback() == 0
    assert Mentoring(ramp_up=104, attention=0.05, teachers=1).payback() == float("inf")


# Bad input.


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: time_to_answer(1.0), "busy must lie in"),
        (lambda: time_to_answer(90), "write 90 % as 0.9"),
        (lambda: Approval(delegated=20), "write 20 % as 0.2"),
        (lambda: GoalsAndGuardrails(guardrails=270), "0..180"),
        (lambda: GoalsAndGuardrails(squads=2.5), "whole number"),
        (lambda: GoalsAndGuardrails().picture("mood"), "no picture 'mood'"),
        (lambda: StatusUpdates(spoken=0), "0.1..60"),
        (lambda: Mentoring(attention=2), "write 2 % as 0.02"),
    ],
)
def test_bad_input_is_answered_in_a_sentence(call: Any, says: str) -> None:
    with pytest.raises(ExplainedError, match=says):
        call()


# What a lesson says.


def test_one_approver_is_the_bottleneck() -> None:
    """At 90 % busy one approver takes ten times the work on a decision; at 95 %, twenty times."""
    np.testing.assert_allclose(time_to_answer([0.8, 0.9, 0.95]), [5, 10, 20])
    np.testing.assert_allclose(time_to_answer([0.8, 0.9, 0.95], 4), [1.75, 2.97, 5.46], atol=0.01)
    assert time_to_answer(0.9 / 4, 4) < 1.01
    assert time_to_answer(0.9 / 4) < 1.3


def test_delegating_half_of_the_decisions_gives_back_more_than_four_fifths_of_the_time() -> None:
    boss = Approval()
    assert boss.replace(delegated=0.5).time < boss.time / 5


def test_neither_spreads() -> None:
    """Squads with neither goals nor guardrails spread, and half of their work leads nowhere."""
    table = medians(four_ways())
    assert table.loc["neither", "spread"] > 2 * table.loc["goals and guardrails", "spread"]
    assert table.loc["neither", "progress"] < 0.6 * table.loc["goals and guardrails", "progress"]


def test_approval_waits() -> None:
    """When each decision is approved squads are aligned and wait, longer with each squad added."""
    waits = []
    for squads in (2, 8, 32):
        table = medians(four_ways(GoalsAndGuardrails(squads=squads)))
        assert table.loc["goals, all approved", "spread"] == 0
        waits.append(table.loc["goals, all approved", "waiting"] / 52)
    assert waits[0] < 0.2
    assert 0.4 < waits[1] < 0.5
    assert waits[2] > 0.8


def test_both_scale() -> None:
    """Goals and guardrails together scale: with 32 squads each gets on as well as with two."""
    few, many = (
        medians(four_ways(GoalsAndGuardrails(squads=n))).loc["goals and guardrails"]
        for n in (2, 32)
    )
    assert many["progress"] > 0.97 * few["progress"]
    assert many["waiting"] < 2
    assert many["spread"] < 1.05 * few["spread"]


def test_guardrails_alone_keep_harm_away_and_not_the_spread() -> None:
    table = medians(four_ways())
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


def test_how_many_squads_depends_on_who_decides() -> None:
    ferry = invented_network()
    cuts = {n: SquadCut(squads=n).of(ferry) for n in (1, 3, 4, 6, 8, 12)}
    best = {}
    for name, way in four_ways().items():
        output = {n: outcome(cut, way).output for n, cut in cuts.items()}
        best[name] = max(output, key=lambda n: output[n])
    assert best["goals, all approved"] == 4
    assert best["goals and guardrails"] in (6, 8)


def test_meetings() -> None:
    """A status meeting suits ten people; for a hundred, writing costs a seventh of it."""
    ways = StatusUpdates()
    assert 9 < ways.crossing_point < 10
    assert 7 < ways.meeting(100) / ways.written(100) < 8
    assert 100 * ways.meeting(100) == 500
    assert ways.meeting(100) / ways.meeting(10) == 10


def test_mentoring() -> None:
    """Five new product managers cost 39 weeks of those who can teach, most of it at once."""
    run = simulate(Mentoring(), replications=1)
    assert run.final("taught").item() == pytest.approx(39, abs=0.5)
    assert run["load"].max() == 0.5
    assert 16 <= Mentoring().payback() <= 20


def test_one_newcomer_after_another_loads_the_teachers_less_and_gains_later() -> None:
    runs = sweep(Mentoring(), gap=[0, 8], replications=1)
    at_once, in_turn = runs["load"].max(axis=0).ravel()
    assert in_turn < 0.75 * at_once
    gained = runs.final("gained").ravel()
    assert gained[1] < gained[0]


def test_pictures_tell_their_numbers() -> None:
    assert "neither 27.1 and 27.1; goals, all approved 42.0 and 8.08" in (
        GoalsAndGuardrails().picture("squads").sentence
    )
    assert "Writing costs less from 9.50 people on" in StatusUpdates().picture().sentence
    assert "futures" not in Mentoring().picture().sentence
