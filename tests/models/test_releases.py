from __future__ import annotations

import numpy as np
import pytest
from conftest import Published
from hypothesis import given
from hypothesis import strategies as st

from thousandfold import ExplainedError
from thousandfold.datasets import load
from thousandfold.models.releases import ReleaseTrain, batch_risk


def test_the_multiples_of_the_survey_are_those_of_middles_except_one(published: Published) -> None:
    table = load("dora_2019").set_index("measure")
    elite = table[["elite_from", "elite_to"]].mean(axis=1)
    low = table[["low_from", "low_to"]].mean(axis=1)
    published.agrees("dora_deployments", elite["deployments"] / low["deployments"])
    published.agrees("dora_lead_time", low["lead time"] / table.loc["lead time", "elite_to"])
    published.agrees("dora_failures", low["change failure rate"] / elite["change failure rate"])
    published.agrees("dora_restore", 3.5 * 31 * 24)
    assert low["time to restore"] < 2604 / 5
    for measure, name in (
        ("deployments", "dora_deployments"),
        ("lead time", "dora_lead_time"),
        ("change failure rate", "dora_failures"),
        ("time to restore", "dora_restore"),
    ):
        published.agrees(name, table.loc[measure, "published_times"])


@given(st.integers(1, 300), st.integers(1, 300), st.floats(0, 1))
def test_two_batches_are_safe_when_both_are(one: int, other: int, risk: float) -> None:
    safe = 1 - batch_risk([one, other, one + other], risk)
    assert safe[0] * safe[1] == pytest.approx(safe[2], abs=1e-12)
    assert batch_risk(1, risk) == pytest.approx(risk)


def simulated(train: ReleaseTrain, batch: int, releases: int = 60_000) -> float:
    """Lead time of the same queue, release by release."""
    generator = np.random.default_rng(1)
    gaps = generator.gamma(batch, 40 / train.changes, releases)
    failed = generator.random(releases) < train.failure(batch)
    work = train.release_hours + failed * (train.repair + train.search * batch)
    waited, wait = 0.0, 0.0
    for gap, before in zip(gaps[1:], work[:-1], strict=True):
        wait = max(0.0, wait + before - gap)
        waited += wait
    return float((batch - 1) / 2 * 40 / train.changes + waited / releases + work.mean())


@pytest.mark.parametrize("batch", [4, 5, 8, 20, 50])
def test_the_queue_is_close_to_a_simulation(batch: int) -> None:
    train = ReleaseTrain()
    assert train.lead_time(batch) == pytest.approx(simulated(train, batch), rel=0.1)


def test_a_queue_of_single_changes_without_failures_is_the_textbooks() -> None:
    # M/D/1: half of load / (1 - load) services of waiting.
    train = ReleaseTrain(changes=20, risk=0, release_hours=1)
    assert train.load(1) == 0.5
    assert train.lead_time(1) == pytest.approx(1 + 0.5 * 0.5 / 0.5)


def test_bigger_batches_are_rarer_riskier_and_slower() -> None:
    train, batch = ReleaseTrain(), [8, 40, 200]
    assert train.releases(batch).tolist() == [5, 1, 0.2]
    assert train.failure(batch).round(2).tolist() == [0.15, 0.55, 0.98]
    assert (np.diff(train.lead_time(batch)) > 0).all()
    assert train.lead_time(200) > 20 * train.lead_time(8)


def test_a_cheaper_release_makes_small_batches_possible_and_everything_sooner() -> None:
    dear, cheap = ReleaseTrain(), ReleaseTrain(release_hours=0.3)
    assert np.isinf(dear.lead_time(1))
    assert dear.best_batch == 5
    assert cheap.best_batch == 1
    assert cheap.lead_time(1) < dear.lead_time(5) / 10


def test_releases_that_pile_up_at_any_size_are_explained() -> None:
    with pytest.raises(ExplainedError, match="pile up at any size"):
        _ = ReleaseTrain(changes=1000).best_batch
    assert "pile up" in ReleaseTrain(changes=1000).picture().sentence


def test_a_risk_in_percent_is_explained() -> None:
    with pytest.raises(ExplainedError, match=r"write 2 % as 0\.02"):
        batch_risk(10, 2)
