"""Every sentence that lesson 02 claims, on default parameters."""

from __future__ import annotations

import numpy as np
import pytest

from thousandfold import ExplainedError, companies, keypoint
from thousandfold.datasets import load
from thousandfold.keypoints.monolith_to_services import missed_later
from thousandfold.models.promises import promise_picture
from thousandfold.models.releases import ReleaseTrain, batch_risk
from thousandfold.models.scalability import ScalabilityLaw
from thousandfold.models.scalability_fit import fit_scalability
from thousandfold.models.strangler_fig import StranglerFig
from thousandfold.repository.co_change import CoChange, network

ROADMAP = {"activerecord": 0.3, "railties": 0.5, "activestorage": 4, "actiontext": 4}
REFERENCE = ["activestorage", "activesupport", "activerecord", "actionpack", "actionview"]


def first(code: CoChange, number: int) -> list[str]:
    return code.order_by(code.changes * code.independence)[:number]


def median(fig: StranglerFig, code: CoChange, *orders: list[str]) -> list[float]:
    runs = fig.migrate(code, {str(k): order for k, order in enumerate(orders)})
    return runs.summary("delivered")["median"].tolist()


def test_promise() -> None:
    test = load("load_tests").query("test == 'raytracer'")
    n, measured = test["load"].to_numpy(), test["throughput"].to_numpy()
    early = fit_scalability(n[:6], measured[:6])
    low, high = early.prediction(n)
    assert ((low < measured) & (measured < high))[:6].all()
    assert (measured > high).tolist() == [False] * 7 + [True] * 4
    assert [round(float(end)) for end in (low[-1], high[-1])] == [113, 205]
    assert early.law.throughput(64).round() == 147
    assert early.law.peak_load == pytest.approx(24.5, abs=0.1)
    assert np.isinf(fit_scalability(n, measured).law.peak_load)
    assert "At load 64, 310 was measured." in promise_picture(n, measured, 6).sentence


def test_release() -> None:
    dear, cheap = ReleaseTrain(), ReleaseTrain(release_hours=0.3)
    assert (dear.best_batch, cheap.best_batch) == (5, 1)
    assert cheap.lead_time(1) < dear.lead_time(5) / 10
    assert np.isinf(dear.lead_time([1, 2, 3])).all()
    assert np.isfinite(dear.lead_time(4))
    assert cheap.lead_time(20) > 0.8 * dear.lead_time(20), "cheap but large wins little"


def test_stop() -> None:
    code = network("prometheus", documents=False)
    orders = [[], first(code, 3), first(code, 12), first(code, 41)]
    stay, three, twelve, everything = median(StranglerFig(), code, *orders)
    assert three > stay > twelve > everything
    terraform = network("terraform", documents=False)
    fours = [[], first(terraform, 3), first(terraform, 70)]
    stay, some, full = median(StranglerFig(), terraform, *fours)
    assert some > full > stay
    for one in (code, terraform):
        plain, counted = median(StranglerFig(), one, one.order_by(one.changes)[:3], first(one, 3))
        assert plain < counted < 1.03 * plain
    plain, counted = median(StranglerFig(), code, code.order_by(code.changes)[:2], first(code, 2))
    assert round(plain, -1) == 2850
    assert round(counted, -1) == 2940
    assert three - everything > 3 * (counted - plain)


def test_releases_of_twenty_fail_in_a_third_of_all_cases() -> None:
    assert batch_risk([1, 5, 20, 100], 0.02).round(2).tolist() == [0.02, 0.1, 0.33, 0.87]


def test_the_function_shown_in_the_lesson_peaks_where_the_text_asks() -> None:
    law = ScalabilityLaw(21, 0.024, 0.0016)
    assert law.throughput([1, 10, 24, 48]).round().tolist() == [21, 154, 207, 176]
    assert law.peak_load == pytest.approx(24.7, abs=0.1)


def test_borders_inside_the_program_gain_more_than_services_at_these_prices() -> None:
    inside = StranglerFig(cross=0.1, dual=0)
    stay, gained = median(
        inside, network("prometheus", documents=False), [], ["tsdb", "web/ui", "promql"]
    )
    assert gained - stay == pytest.approx(690, abs=5)


def test_the_figure_of_stops_says_what_the_text_says() -> None:
    sentence = StranglerFig().picture("stops").sentence
    assert "Terraform 2,600 if nothing leaves, most after 8" in sentence
    assert "Prometheus 2,600 if nothing leaves, most after 3" in sentence
    at = StranglerFig(drag=0.3).picture("stops").sentence
    assert "Terraform 4,000 if nothing leaves, most after 4" in at
    assert "Prometheus 4,000 if nothing leaves, most if nothing leaves" in at
    assert "Prometheus 3,714 if nothing leaves, most after 2" in (
        StranglerFig(drag=0.4).picture("stops").sentence
    )


def test_dual_running_costs_seventy_of_three_hundred_and_ninety_changes() -> None:
    code, three = network("prometheus", documents=False), ["tsdb", "web/ui", "promql"]
    assert three == first(code, 3)
    stay, cheap = median(StranglerFig(), code, [], three)
    dear = median(StranglerFig(dual=2), code, three)[0]
    assert cheap == pytest.approx(2991, abs=1)
    assert cheap - stay == pytest.approx(390, abs=5)
    assert cheap - dear == pytest.approx(70, abs=5)


def test_it_is_the_terraform_of_lesson_07() -> None:
    assert network("terraform").shared == 1543
    assert network("terraform", documents=False).shared == 415
    assert len(network("rails", documents=False).areas) == 12


def test_a_roadmap_moves_churn_and_what_changes_together() -> None:
    rails = network("rails", documents=False)
    next_year = rails.expecting({"activestorage": 4, "actiontext": 4})
    storage, text, record = (
        rails.areas.index(name) for name in ("activestorage", "actiontext", "activerecord")
    )
    assert next_year.changes[storage] == 4 * rails.changes[storage]
    assert next_year.together[storage, text] == 4 * rails.together[storage, text]
    assert next_year.together[storage, record] == 2 * rails.together[storage, record]
    assert next_year.changes[record] == rails.changes[record]
    with pytest.raises(ExplainedError, match="no area 'rails'"):
        rails.expecting({"rails": 2})
    with pytest.raises(ExplainedError, match=r"0\.5 is half of it"):
        rails.expecting({"railties": 0})


def test_the_exercise_rewards_reading_the_roadmap_and_stopping() -> None:
    last = network("rails", documents=False)
    code = last.expecting(ROADMAP)
    plans = {
        "naive": last.order_by(last.changes),
        "one": ["activerecord"],
        "reference": REFERENCE,
        "stay": [],
        "lesson, 3": first(last, 3),
        "lesson, 8": first(last, 8),
        "all": first(code, 12),
        "last year, 4": last.order_by(last.changes)[:4],
        "roadmap, 2": first(code, 2),
        "roadmap, 3": first(code, 3),
        "roadmap, 4": first(code, 4),
        "one more": [*REFERENCE, "railties"],
        "one less": REFERENCE[:-1],
        "named by the roadmap": ["activestorage", "actiontext"],
    }
    teams = companies(StranglerFig(), 20, seed=20, drag=1, cross=0.5).models
    runs = [team.migrate(code, plans, replications=50, seed=7) for team in teams]
    end = dict(zip(plans, sum(run.final("delivered").mean(axis=1) for run in runs), strict=True))
    share = {
        name: (value - end["naive"]) / (end["reference"] - end["naive"])
        for name, value in end.items()
    }
    assert share["stay"] < share["one"] < 0
    assert max(share["all"], share["lesson, 3"], share["named by the roadmap"]) < 0.15
    assert 0.3 < share["last year, 4"] < share["lesson, 8"] < 0.5
    assert 0.3 < share["roadmap, 2"] < share["roadmap, 3"] < share["roadmap, 4"] < 0.95
    assert max(share["one less"], share["one more"]) < 1


def test_each_system_of_the_exercise_needs_another_remedy_by_far() -> None:
    for best, machines, contention, crosstalk in (
        (1, 30, 0.06, 0.0001),
        (0, 8, 0.02, 0.0005),
        (2, 25, 0.01, 0.002),
    ):
        law = ScalabilityLaw(100, contention, crosstalk)
        tries = [
            law.throughput(2 * machines),
            law.replace(contention=contention / 2).throughput(machines),
            law.replace(crosstalk=crosstalk / 2).throughput(machines),
        ]
        assert np.argmax(tries) == best
        assert np.sort(tries)[-1] > 1.2 * np.sort(tries)[-2]


def test_the_promise_of_the_exercise_is_the_highest_low_end() -> None:
    test = load("load_tests").query("test == 'specsdm91'")
    fit = fit_scalability(test["load"], test["throughput"])
    low, _ = fit.prediction(np.arange(1, 217))
    assert low.max() == pytest.approx(1615, abs=1)
    assert fit.law.throughput(fit.law.peak_load) == pytest.approx(1884, abs=1)


def test_a_load_test_can_be_stopped_at_ten_places_and_three_mislead() -> None:
    missed = missed_later()
    assert len(missed) == 10
    assert [place for place, share in missed.items() if share > 0.5] == [
        "raytracer 6",
        "raytracer 7",
        "raytracer 8",
    ]
    assert sum(share == 0 for share in missed.values()) == 7


def test_where_ties_are_dear_the_drag_decides() -> None:
    tried = keypoint("02.3").robust(untangle=1.5)
    assert tried.deciders == ("drag",)
    assert tried.percent == pytest.approx(68, abs=3)
    drag = tried.table().loc["drag"]
    assert drag["cut at"] == pytest.approx(1.3, abs=0.05)
    assert drag["holds below"] > 0.9 * drag["of"]
    assert drag["holds above"] < 0.1 * drag["of these"]
