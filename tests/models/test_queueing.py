from __future__ import annotations

import heapq
from math import factorial

import numpy as np
import pytest
from conftest import Published
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError, simulate, sweep
from thousandfold.core import SEED
from thousandfold.models.erlang import erlang_b, erlang_c, relative_wait
from thousandfold.models.queueing import Queue, positions

CALLS = Queue(arrivals=200, handling=3, servers=14)


def served(
    queue: Queue, customers: int, days: int, seed: int = SEED
) -> tuple[np.ndarray, np.ndarray]:
    """When each customer came and how long each waited, shape (customers, days)."""
    run = simulate(queue, customers, days, seed)
    return run["arrival"][1:, 0], run["wait"][1:, 0]


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
    arrival, wait = served(queue, customers=2000, days=1000)
    settled = wait[500:]
    assert settled.mean() == pytest.approx(queue.mean_wait, rel=0.03)
    assert (settled > 0).mean() == pytest.approx(queue.waiting_share, rel=0.01)
    assert (settled <= 2).mean() == pytest.approx(queue.service_level(2.0), abs=0.005)
    assert np.quantile(settled, 0.9) == pytest.approx(queue.wait_of(0.9), rel=0.03)
    came = arrival[-1].mean() / 2000
    assert came == pytest.approx(60 / arrivals, rel=0.01)


def test_littles_law_on_simulated_days() -> None:
    queue = Queue(arrivals=48, servers=3)
    came, wait = served(queue, customers=2000, days=500)
    minutes = np.arange(600, 2000, 20)
    waiting = [((came <= minute) & (came + wait > minute)).sum(axis=0) for minute in minutes]
    line = np.mean(waiting)
    assert line == pytest.approx(queue.arrivals / 60 * wait[400:1600].mean(), rel=0.05)
    assert line == pytest.approx(queue.mean_line, rel=0.05)


@pytest.mark.parametrize("servers", [1, 2, 5])
def test_a_day_served_one_by_one_by_hand(servers: int) -> None:
    queue = Queue(arrivals=19 * servers, handling=3, servers=servers)
    arrival, wait = served(queue, customers=100, days=3, seed=5)
    luck = np.random.default_rng(5).standard_exponential((3, 100, 2))
    for day in range(3):
        gaps, works = luck[day].T
        free, clock = [0.0] * servers, 0.0
        for customer in range(100):
            clock += gaps[customer] * 60 / queue.arrivals
            begins = max(clock, heapq.heappop(free))
            heapq.heappush(free, begins + works[customer] * queue.handling)
            assert arrival[customer, day] == pytest.approx(clock)
            assert wait[customer, day] == pytest.approx(begins - clock, abs=1e-9)


def test_luck_is_shared_and_more_days_leave_the_first_as_they_were() -> None:
    arrival, wait = served(Queue(servers=2), 70, 4)
    np.testing.assert_array_equal(wait, served(Queue(servers=2), 70, 9)[1][:, :4])
    same, quick = served(Queue(servers=2, handling=2), 70, 4)
    np.testing.assert_array_equal(arrival, same)
    assert (quick <= wait + 1e-12).all()
    assert (served(Queue(servers=2), 70, 4, seed=1)[0] != arrival).all()


def test_teams_of_different_size_are_compared_on_the_same_days() -> None:
    queue = Queue(arrivals=30)
    together = sweep(queue, servers=[2, 5, 3], periods=80, replications=6)
    for place, servers in enumerate((2, 5, 3)):
        alone = simulate(queue.replace(servers=servers), periods=80, replications=6)
        np.testing.assert_array_equal(together["wait"][:, place], alone["wait"][:, 0])


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 4), st.integers(1, 90), st.integers(1, 5), st.floats(1, 60))
def test_any_day_is_possible(servers: int, customers: int, days: int, arrivals: float) -> None:
    queue = Queue(arrivals=arrivals, servers=servers)
    arrival, wait = served(queue, customers, days)
    assert wait.shape == arrival.shape == (customers, days)
    assert (wait >= 0).all()
    assert (wait[:servers] == 0).all()
    assert (np.diff(arrival, axis=0) > 0).all()
    more = served(queue.replace(servers=servers + 1), customers, days)[1]
    assert (more <= wait + 1e-9).all()


def test_a_queue_that_cannot_keep_up() -> None:
    queue = Queue(arrivals=25, handling=3, servers=1)
    assert queue.busy == 1.25
    assert queue.waiting_share == 1
    assert queue.mean_wait == queue.mean_line == float("inf")
    assert queue.service_level([1, 100]).tolist() == [0, 0]
    assert np.isinf(queue.wait_of(0.5))
    lost = 400 * (3 - 60 / 25)
    assert served(queue, 400, 200)[1][-1].mean() == pytest.approx(lost, rel=0.1)
    picture = queue.picture("day")
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
    last = served(queue, 500, 1000)[1][480:]
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
    assert "servers 80% busy" in Queue().picture("day").sentence


def test_bad_input_is_explained() -> None:
    with pytest.raises(ExplainedError, match=r"write 80 % as 0\.8"):
        relative_wait(80)
    with pytest.raises(ExplainedError, match="busy must lie in"):
        relative_wait(1.0)
    with pytest.raises(ExplainedError, match="as many of each, or one number for all"):
        erlang_c([1, 2, 3], [4, 5])
    with pytest.raises(ExplainedError, match=r"busy of shape \(3,\) and servers of shape \(2,\)"):
        relative_wait([0.1, 0.2, 0.3], [4, 5])
    with pytest.raises(ExplainedError, match="0 or above"):
        erlang_b(-1, 3)
    with pytest.raises(ExplainedError, match="whole number"):
        erlang_b(1, 2.5)
    with pytest.raises(ExplainedError, match=r"write 80 % as 0\.8"):
        CALLS.staffed(share=80)
    with pytest.raises(ExplainedError, match="1,000 servers are too few"):
        Queue(arrivals=100_000, handling=3).staffed()
    with pytest.raises(ExplainedError, match=r"write 30 % as 0\.3"):
        positions(14, away=30)
