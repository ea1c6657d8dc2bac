"""What a team sees: the report, the scorecard, its forecasts, skill and luck told apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from thousandfold import ExplainedError
from thousandfold.core import Trajectory
from thousandfold.flight import GOAL, Decision, Flight
from thousandfold.flight.engine import fly
from thousandfold.flight.policies import COMPARED, REACTING
from thousandfold.flight.report import report
from thousandfold.flight.results import (
    forecast_errors,
    points,
    scorecard,
    shares_of_skill_and_luck,
    skill_and_luck,
)
from thousandfold.flight.sensitivity import sensitivity


@pytest.fixture(scope="module")
def replay() -> Trajectory:
    return fly({"us": [Decision(hire=5)], **COMPARED})


def test_the_first_report_tells_the_start_and_no_news(replay: Trajectory) -> None:
    told = report(replay, at=0)
    assert told.lines[0].now == told.lines[0].before == 1000
    assert told.voices == ()
    assert "1,000,000" in told.news[0]


def test_a_report_tells_what_happened_in_one_future(replay: Trajectory) -> None:
    told = report(replay, at=5, policy=1, future=17)
    lines = {line.stock: line for line in told.lines}
    for stock, factor in (("customers", 1), ("cash", 1e-3), ("lost", 100), ("availability", 100)):
        assert lines[stock].now == factor * replay[stock][5, 1, 17]
        assert lines[stock].before == factor * replay[stock][4, 1, 17]
    came = replay["casual_joined"][5, 1, 17] + replay["power_joined"][5, 1, 17]
    assert any(f"{came:,.0f} customers came" in line for line in told.news)
    assert told.table().index.tolist() == [line.name for line in told.lines]
    for line in told.lines:
        assert f"{line.name}: {line.text(line.now)}" in told.text()


def test_a_report_shows_no_delay_as_a_number(replay: Trajectory) -> None:
    text = report(replay, policy=1).text()
    for hidden in ("uptake", "apart", "settled", "deep", "platform"):
        assert hidden not in text


def test_a_team_hears_of_its_event_and_of_an_empty_bank() -> None:
    runs = fly({"us": [Decision(hire=150)]}, replications=1, rounds=3, events={1: "region fails"})
    assert "data centre" in report(runs, at=1).text()
    assert "nobody could be hired" in report(runs, at=2).text()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (Decision(features=100, onboarding=0, debt=0, reliability=0), "Where do I enter"),
        (Decision(features=100, onboarding=0, debt=0, reliability=0), "takes a week"),
        (Decision(hire=30), "who works on what"),
        (Decision(hire=12, squads=6, decides="alone"), "the same company"),
        (Decision(hire=12, squads=12), "on the pile"),
        (Decision(hire=25), "build in the evening"),
    ],
)
def test_voices_tell_what_is_wrong(row: Decision, says: str) -> None:
    runs = fly({"us": [row]}, replications=1)
    heard = [voice for at in range(1, 13) for voice in report(runs, at=at).voices]
    assert any(says in voice for voice in heard)


@pytest.mark.parametrize("wrong", [{"at": 13}, {"at": -1}, {"policy": 9}, {"future": 1000}])
def test_a_report_that_is_not_there_is_refused(replay: Trajectory, wrong: dict[str, int]) -> None:
    with pytest.raises(ExplainedError, match="must be a whole number from 0 to"):
        report(replay, **wrong)  # type: ignore[arg-type]


def test_points_lie_between_0_and_100_and_their_parts_add_up(replay: Trajectory) -> None:
    parts = points(replay)
    total = parts.pop("points")
    np.testing.assert_allclose(sum(parts.values()), total)
    assert total.min() >= 0
    assert total.max() <= 100
    reached = replay.final("customers") >= GOAL
    assert (parts["customers"][reached] == 60).all()


def test_no_part_of_the_points_leaves_its_range_however_a_team_fails() -> None:
    runs = fly({"broke": [Decision(hire=200)], "alone": [Decision(hire=40, decides="alone")]})
    for name, part in points(runs).items():
        most = {"customers": 60, "points": 100}.get(name, 10)
        assert ((part >= 0) & (part <= most)).all(), name


def test_the_scorecard_of_one_future_and_of_all(replay: Trajectory) -> None:
    one, all_ = scorecard(replay, future=3), scorecard(replay)
    assert one.loc["us", "customers"] == replay.final("customers")[0, 3]
    assert all_.loc["us", "customers"] == np.round(np.median(replay.final("customers")[0]))
    reached = (replay.final("customers") >= GOAL).mean(axis=1)
    assert all_["goal reached"].tolist() == reached.tolist()
    assert all_["points"].idxmax() == "reacting"


def test_points_need_a_round() -> None:
    with pytest.raises(ExplainedError, match="nothing was flown"):
        points(fly({"us": [Decision()]}, rounds=0))


def test_forecasts_are_compared_with_what_came_and_with_the_same_growth() -> None:
    runs = fly({"us": [Decision()]}, replications=1, rounds=3)
    came = runs["customers"][:, 0, 0]
    table = forecast_errors([2000, None, 2 * came[3]], runs)
    assert table["customers"].tolist() == came[1:].tolist()
    assert table["forecast / customers"].tolist()[0] == round(2000 / came[1], 2)
    assert table["forecast"].isna().tolist() == [False, True, False]
    assert table["forecast / customers"][3] == 2
    assert table["same growth"].tolist() == [
        1000,
        round(came[1] ** 2 / 1000),
        round(came[2] ** 2 / came[1]),
    ]


@pytest.mark.parametrize("wrong", [0, -5, "many", True, float("nan"), float("inf")])
def test_a_forecast_that_is_no_number_is_refused(wrong: Any) -> None:
    runs = fly({"us": [Decision()]}, replications=1, rounds=1)
    with pytest.raises(ExplainedError, match="round 1 must be a number above 0"):
        forecast_errors([wrong], runs)
    with pytest.raises(ExplainedError, match="2 forecasts for 1 rounds"):
        forecast_errors([1, 2], runs)


def test_skill_is_the_middle_of_all_futures_and_luck_the_place_of_one(replay: Trajectory) -> None:
    ends = replay.final("customers")
    place = int(ends[0].argsort()[900])
    table = skill_and_luck(replay, future=place)
    assert table.index[0] == "reacting"
    assert table.loc["us", "skill: median of all futures"] == np.round(np.median(ends[0]))
    assert table.loc["us", "luck: better than % of futures"] == pytest.approx(90, abs=1)


def test_where_all_futures_are_alike_luck_is_in_the_middle() -> None:
    table = skill_and_luck(fly({"us": [Decision()]}, rounds=0, replications=9))
    assert table["luck: better than % of futures"].tolist() == [50]


def test_skill_and_luck_add_up_to_all_differences(replay: Trajectory) -> None:
    shares = shares_of_skill_and_luck(replay)
    assert sum(shares.values()) == pytest.approx(1)
    assert shares["skill"] > shares["luck"] > shares["both"] > 0
    alike = fly({"one": REACTING, "same": REACTING}, replications=50)
    assert shares_of_skill_and_luck(alike)["luck"] == pytest.approx(1)
    with pytest.raises(ExplainedError, match="two policies"):
        shares_of_skill_and_luck(fly({"one": REACTING}, replications=50))
    with pytest.raises(ExplainedError, match="nothing to tell apart"):
        shares_of_skill_and_luck(fly({"one": REACTING, "same": REACTING}, rounds=0))


def test_what_moves_the_outcome_is_told_with_the_statements_that_fall() -> None:
    table = sensitivity(("poached", "interest"), ("debt share", "goals"), replications=40)
    assert set(table.index) == {"interest", "poached"}
    assert table.loc["interest", "falls, low"] == "debt share"
    assert table.loc["interest", "falls, high"] == ""
    assert table.loc["poached", "falls, low"] == ""
    ends = table[["goal reached, low", "goal reached, high"]]
    apart = (ends.sub(table["goal reached"], axis=0)).abs().max(axis=1)
    assert table["moves"].tolist() == apart.tolist()


def test_a_coefficient_is_moved_to_where_a_company_may_lie_and_no_further() -> None:
    known = Flight.quantities()
    narrow = [n for n, q in known.items() if q.plausible not in {None, (q.low, q.high)}]
    assert len(narrow) > 5
    table = sensitivity(narrow[:2], statements=(), replications=2)
    for name, row in table.iterrows():
        assert (row["low"], row["high"]) == known[str(name)].plausible
    with pytest.raises(ExplainedError, match="a team decides promise, so it has no plausible"):
        sensitivity(["promise"], replications=2)


def test_every_illustrative_coefficient_moves_something_or_is_told_not_to() -> None:
    table = sensitivity(statements=(), replications=20)
    illustrative = {n for n, q in Flight.quantities().items() if q.basis == "illustrative"}
    assert set(table.index) == illustrative
    assert table["moves"].is_monotonic_decreasing


@pytest.mark.parametrize("wrong", [{"names": ["mood"]}, {"statements": ["war is peace"]}])
def test_a_coefficient_or_statement_that_is_not_there_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ExplainedError, match="there is no '"):
        sensitivity(replications=2, **wrong)
