from __future__ import annotations

import heapq
from math import factorial

import numpy as np
import pytest
from conftest import Published
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError
from thousandfold.models.erlang import erlang_b, erlang_c, relative_wait
from thousandfold.models.queueing import Queue, positions

CALLS = Queue(arrivals=200, handling=3, servers=14)


def in_system(offered: float, servers: int, most: int = 4000) -> np.ndarray:
    """Chances of 0, 1, 2, ... customers, from the balance of coming and leaving."""
    chances = [1.0]
    for n in range(1, most):
        chances.append(chances[-1] * offered / min(n, servers))
    return np.array(chances) / np.sum(chances)


def test_the_published_call_centre(published: Published) -> None:
    published.agrees("erlang_c_waiting", CALLS.waiting_share)
    published.agrees("erlang_c_service_level", CALLS.service_level(20 / 60))
    published.agrees("erlang_c_occupancy", CALLS.busy)
    published.agrees("erlang_c_mean_wait", 60 * CALLS.mean_wait)
    staffed = CALLS.replace(servers=1).staffed(share=0.8, within=20 / 60, most_busy=0.85)
    assert positions([14, 15], 0.3).tolist() == [20, 22]
    published.agrees("erlang_c_staffing", [staffed.servers, positions(staffed.servers, 0.3)])


@given(st.floats(0.01, 30), st.integers(1, 30))
def test_erlang_b_is_the_last_term_of_its_sum(offered: float, servers: int) -> None:
    terms = [offered**k / factorial(k) for k in range(servers + 1)]
    assert erlang_b(offered, servers) == pytest.approx(terms[-1] / sum(terms), rel=1e-9)


@settings(deadline=None, max_examples=30)
@given(st.floats(0.01, 0.97), st.integers(1, 30))
def test_the_formulas_are_those_of_the_balance(busy: float, servers: int) -> None:
    chances = in_system(busy * servers, servers)
    queue = Queue(arrivals=20 * busy * servers, handling=3, servers=servers)
    assert queue.busy == pytest.approx(busy)
    assert queue.waiting_share == pytest.approx(chances[servers:].sum(), abs=1e-9)
    line = np.maximum(0, np.arange(len(chances)) - servers) @ chances
    assert queue.mean_line == pytest.approx(line, rel=1e-6, abs=1e-9)


@given(st.floats(0, 0.999))
def test_one_server_alone(busy: float) -> None:
    assert relative_wait(busy) == pytest.approx(busy / (1 - busy), rel=1e-9)


def test_many_queues_at_once() -> None:
    table = relative_wait(np.array([[0.5], [0.8]]), np.array([1, 2, 10]))
    assert table.shape == (2, 3)
    assert table[1, :2] == pytest.approx([4, 16 / 9])
    assert (np.diff(table, axis=0) > 0).all()
    assert (np.diff(table, axis=1) < 0).all()


@given(st.floats(0.05, 0.98), st.integers(1, 20), st.floats(0.1, 100), st.integers(2, 5))
def test_sharing_a_line_always_shortens_the_wait(
    busy: float, servers: int, handling: float, teams: int
) -> None:
    alone = Queue(arrivals=60 * busy * servers / handling, handling=handling, servers=servers)
    shared = alone.pooled(teams)
    assert shared.busy == pytest.approx(alone.busy)
    assert shared.mean_wait < alone.mean_wait
    assert shared.service_level(handling) >= alone.service_level(handling)


@given(st.floats(0.05, 0.98), st.integers(1, 20), st.floats(0, 0.999))
def test_a_promised_wait_is_kept_for_the_promised_share(
    busy: float, servers: int, share: float
) -> None:
    queue = Queue(arrivals=20 * busy * servers, handling=3, servers=servers)
    wait = queue.wait_of(share)
    assert wait >= 0
    assert queue.service_level(wait) >= share - 1e-9
    if wait > 0:
        assert queue.service_level(0.99 * wait) < share


@settings(deadline=None)
@given(st.floats(1, 2000), st.floats(0.5, 20), st.floats(0.1, 0.99), st.floats(0, 10))
def test_staffing_keeps_the_promise_with_nobody_too_many(
    arrivals: float, handling: float, share: float, within: float
) -> None:
    queue = Queue(arrivals=arrivals, handling=handling)
    staffed = queue.staffed(share, within, most_busy=0.9)
    assert staffed.service_level(within) >= share - 1e-12
    assert staffed.busy <= 0.9 + 1e-9
    assume(staffed.servers > 1)
    fewer = staffed.replace(servers=staffed.servers - 1)
    assert fewer.service_level(within) < share or fewer.busy > 0.9


@pytest.mark.parametrize(("arrivals", "servers"), [(14, 1), (48, 3), (150, 10)])
def test_simulated_days_agree_with_the_formulas(arrivals: float, servers: int) -> None:
    queue = Queue(arrivals=arrivals, servers=servers)
    history = queue.simulate(customers=2000, replications=1000)
    settled = history.wait[500:]
    assert settled.mean() == pytest.approx(queue.mean_wait, rel=0.03)
    assert (settled > 0).mean() == pytest.approx(queue.waiting_share, rel=0.01)
    assert (settled <= 2).mean() == pytest.approx(queue.service_level(2.0), abs=0.005)
    assert np.quantile(settled, 0.9) == pytest.approx(queue.wait_of(0.9), rel=0.03)
    came = history.arrival[-1].mean() / 2000
    assert came == pytest.approx(60 / arrivals, rel=0.01)


def test_littles_law_on_simulated_days() -> None:
    queue = Queue(arrivals=48, servers=3)
    history = queue.simulate(customers=2000, replications=500)
    minutes = np.arange(600, 2000, 20)
    line = np.mean([history.line_at(minute).mean() for minute in minutes])
    assert line == pytest.approx(queue.arrivals / 60 * history.wait[400:1600].mean(), rel=0.05)
    assert line == pytest.approx(queue.mean_line, rel=0.05)


@pytest.mark.parametrize("servers", [1, 2, 5])
def test_a_day_served_one_by_one_by_hand(servers: int) -> None:
    queue = Queue(arrivals=19 * servers, handling=3, servers=servers)
    history = queue.simulate(customers=100, replications=3, seed=5)
    luck = [np.random.default_rng([5, first]).standard_exponential((3, 2, 64)) for first in (0, 64)]
    for day in range(3):
        gaps, works = np.concatenate([block[day] for block in luck], axis=1)[:, :100]
        free, clock = [0.0] * servers, 0.0
        for customer in range(100):
            clock += gaps[customer] * 60 / queue.arrivals
            begins = max(clock, heapq.heappop(free))
            heapq.heappush(free, begins + works[customer] * queue.handling)
            assert history.arrival[customer, day] == pytest.approx(clock)
            assert history.wait[customer, day] == pytest.approx(begins - clock, abs=1e-9)


def test_luck_is_shared_and_grows_at_the_end() -> None:
    few = Queue(servers=2).simulate(customers=70, replications=4)
    more = Queue(servers=2).simulate(customers=200, replications=9)
    np.testing.assert_allclose(few.wait, more.wait[:70, :4], rtol=1e-12, atol=1e-9)
    quick = Queue(servers=2, handling=2).simulate(customers=70, replications=4)
    np.testing.assert_array_equal(few.arrival, quick.arrival)
    assert (quick.wait <= few.wait + 1e-12).all()
    other = Queue(servers=2).simulate(customers=70, replications=4, seed=1)
    assert (other.arrival != few.arrival).all()


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 4), st.integers(1, 90), st.integers(1, 5), st.floats(1, 60))
def test_any_day_is_possible(servers: int, customers: int, days: int, arrivals: float) -> None:
    queue = Queue(arrivals=arrivals, servers=servers)
    history = queue.simulate(customers, days)
    assert history.wait.shape == history.arrival.shape == (customers, days)
    assert (history.wait >= 0).all()
    assert (history.wait[:servers] == 0).all()
    assert (np.diff(history.arrival, axis=0) > 0).all()
    more = queue.replace(servers=servers + 1).simulate(customers, days)
    assert (more.wait <= history.wait + 1e-9).all()


def test_a_queue_that_cannot_keep_up() -> None:
    queue = Queue(arrivals=25, handling=3, servers=1)
    assert queue.busy == 1.25
    assert queue.waiting_share == 1
    assert queue.mean_wait == queue.mean_line == float("inf")
    assert queue.service_level([1, 100]).tolist() == [0, 0]
    assert np.isinf(queue.wait_of(0.5))
    history = queue.simulate(customers=400, replications=200)
    lost = 400 * (3 - 60 / 25)
    assert history.wait[-1].mean() == pytest.approx(lost, rel=0.1)
    picture = history.picture()
    assert len(picture.series) == 1
    assert "without end" in picture.sentence


def test_the_wait_explodes() -> None:
    """From 80 to 90 to 95 % busy the wait more than doubles each time."""
    one = [Queue(arrivals=rate) for rate in (16, 18, 19)]
    assert [round(queue.busy, 2) for queue in one] == [0.8, 0.9, 0.95]
    assert [round(queue.mean_wait) for queue in one] == [12, 27, 57]
    assert [round(queue.mean_time / 3) for queue in one] == [5, 10, 20]
    assert round(Queue(arrivals=19.8).mean_time / 3) == 100


def test_pooling() -> None:
    """Three teams with one line wait a quarter as long as three with a line each."""
    alone, shared = Queue(), Queue().pooled(3)
    assert (shared.arrivals, shared.servers) == (48, 3)
    assert round(alone.mean_wait, 1) == 12
    assert round(shared.mean_wait, 1) == 3.2
    assert round(float(relative_wait(0.95, 10)), 2) == 1.65


def test_a_day_is_too_short_for_the_long_run() -> None:
    """At 95 % busy the 500th customer of a day waits less than theory says, and some 100 min."""
    queue = Queue(arrivals=19)
    last = queue.simulate(customers=500).wait[480:]
    assert last.mean() < 0.85 * queue.mean_wait
    assert np.quantile(last, 0.9) > 90
    assert np.quantile(last, 0.1) < 4


def test_pictures_say_what_they_show() -> None:
    assert "12, 27, 57 minutes" in Queue().picture().sentence
    assert [series.label for series in Queue(servers=14).picture().series] == [
        "1 person",
        "3 people, one line",
        "10 people, one line",
        "14 people, one line",
    ]
    assert "servers 80% busy" in Queue().simulate(100, 50).picture().sentence


def test_bad_input_is_explained() -> None:
    with pytest.raises(ExplainedError, match=r"write 80 % as 0\.8"):
        relative_wait(80)
    with pytest.raises(ExplainedError, match="busy must lie in"):
        relative_wait(1.0)
    with pytest.raises(ExplainedError, match="one number of servers for each"):
        erlang_c([1, 2, 3], [4, 5])
    with pytest.raises(ExplainedError, match="0 or above"):
        erlang_b(-1, 3)
    with pytest.raises(ExplainedError, match="whole numbers"):
        erlang_b(1, 2.5)
    with pytest.raises(ExplainedError, match=r"write 80 % as 0\.8"):
        CALLS.staffed(share=80)
    with pytest.raises(ExplainedError, match="1,000 servers are too few"):
        Queue(arrivals=100_000, handling=3).staffed()
    with pytest.raises(ExplainedError, match="whole numbers above 0"):
        CALLS.simulate(customers=0)
    with pytest.raises(ExplainedError, match=r"not 10 and 2\.5"):
        CALLS.simulate(customers=10, replications=2.5)  # type: ignore[arg-type]
    with pytest.raises(ExplainedError, match=r"write 30 % as 0\.3"):
        positions(14, away=30)
