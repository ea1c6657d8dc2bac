from __future__ import annotations

import numpy as np
import pytest
from conftest import Published
from hypothesis import example, given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError, simulate, sweep
from thousandfold.datasets import load
from thousandfold.models.adoption import Adoption, binomial
from thousandfold.models.bass_diffusion import BassDiffusion
from thousandfold.models.bass_fit import bass_from_regression, fit_bass, fit_bass_regression

VCR = load("vcr_sales")["sales"].to_numpy()
BASS_1969 = {
    "refrigerators": (104.67, 0.21305, -0.053913e-4),
    "black-and-white TV": (2696.2, 0.22317, -0.025957e-4),
    "room air conditioners": (175.69, 0.40820, -0.24777e-4),
    "bed coverings": (450.04, 0.23800, -0.031842e-4),
    "steam irons": (1594.7, 0.29928, -0.058875e-4),
}


def test_the_published_fit(published: Published) -> None:
    fit = fit_bass(VCR)
    errors = fit.standard_errors
    published.agrees("bass_vcr_market", [fit.curve.market, errors["market"]])
    published.agrees("bass_vcr_innovation", [fit.curve.innovation, errors["innovation"]])
    published.agrees("bass_vcr_imitation", [fit.curve.imitation, errors["imitation"]])
    published.agrees("bass_vcr_residual_error", fit.residual_error)
    assert fit.curve.peak_time == pytest.approx(BassDiffusion().peak_time, abs=0.01)
    assert fit.table().loc["market", "standard error"] == errors["market"]


def test_the_published_regression(published: Published) -> None:
    curve = fit_bass_regression([0.517, 1.169, 1.604, 2.044, 2.286])
    published.agrees("bass_regression_note", [curve.market, curve.innovation, curve.imitation])


def test_the_table_of_1969_agrees_with_itself(published: Published) -> None:
    curves = [bass_from_regression(*row) for row in BASS_1969.values()]
    published.agrees("bass_1969_markets", [curve.market for curve in curves])
    published.agrees("bass_1969_innovation", [curve.innovation for curve in curves])
    published.agrees("bass_1969_imitation", [curve.imitation for curve in curves])
    published.agrees("bass_1969_peak_times", [curve.peak_time for curve in curves])
    published.agrees("bass_1969_peak_sales", [curve.peak_sales / 1000 for curve in curves])


@given(st.floats(1e-4, 0.2), st.floats(0, 1.5), st.floats(1e-4, 60))
def test_sales_are_what_the_model_says_of_the_owners(p: float, q: float, time: float) -> None:
    curve = BassDiffusion(1000, p, q)
    owners = curve.owners(time)
    flow = (p + q * owners / 1000) * (1000 - owners)
    assert curve.sales(time) == pytest.approx(flow)
    step = 1e-4
    change = (curve.owners(time + step) - curve.owners(time - step)) / (2 * step)
    assert curve.sales(time) == pytest.approx(change, rel=1e-4, abs=1e-4)


@given(st.floats(1e-4, 0.2), st.floats(0, 1.5))
def test_the_peak_is_the_peak(p: float, q: float) -> None:
    curve = BassDiffusion(1000, p, q)
    assert (curve.sales(np.linspace(0, 100, 500)) <= curve.peak_sales * (1 + 1e-12)).all()
    if q > p:
        assert curve.peak_sales == pytest.approx(1000 * (p + q) ** 2 / (4 * q))
    else:
        assert curve.peak_time == 0
        assert curve.peak_sales == pytest.approx(1000 * p)


@settings(deadline=None, max_examples=30)
@given(st.floats(0.1, 1e8), st.floats(1e-4, 0.1), st.floats(0.1, 1), st.floats(1.2, 2.5))
def test_an_exact_curve_is_found(market: float, p: float, q: float, seen: float) -> None:
    curve = BassDiffusion(market, p, q)
    time = np.arange(1, 6 + int(seen * curve.peak_time))
    fit = fit_bass(curve.sales(time))
    found = [fit.curve.market, fit.curve.innovation, fit.curve.imitation]
    np.testing.assert_allclose(found, [market, p, q], rtol=1e-4)


def test_the_unit_of_the_sales_is_the_unit_of_the_market() -> None:
    small = fit_bass(VCR / 1000)
    assert 1000 * small.curve.market == pytest.approx(fit_bass(VCR).curve.market, rel=1e-5)
    assert small.curve.imitation == pytest.approx(fit_bass(VCR).curve.imitation, rel=1e-5)


@pytest.mark.parametrize("chance", [1e-6, 0.003, 0.1, 0.4, 0.5, 0.6, 0.97])
@pytest.mark.parametrize("trials", [1, 2, 7, 30, 1000, 40_000, 2_000_000])
def test_counts_are_binomial(trials: int, chance: float) -> None:
    from scipy.special import ndtri
    from scipy.stats import binom

    place = (np.arange(20_000) + 0.5) / 20_000
    counts = binomial(np.array(float(trials)), np.array(chance), ndtri(place))
    exact = binom.ppf(place, trials, chance)
    variance = trials * chance * (1 - chance)
    if variance < 3:
        assert (counts != exact).mean() <= 2e-4, "only where the place falls on a step"
    else:
        spread = np.sqrt(variance)
        assert (counts != exact).mean() < 0.01
        assert np.abs(counts - exact).max() <= 1
        assert abs(counts.mean() - exact.mean()) < 0.003 * spread
        assert abs(counts.std() - exact.std()) < 0.003 * spread


@given(st.integers(0, 3000), st.floats(0, 1), st.floats(-7, 7), st.floats(0, 1))
@example(196, 0.984375, 6, 1)
@example(196, 0.015625, -7, 1)
def test_more_luck_never_gives_less(trials: int, chance: float, luck: float, more: float) -> None:
    n, p = np.array(float(trials)), np.array(chance)
    few, many = binomial(n, p, np.array([luck, luck + more]))
    assert 0 <= few <= many <= trials
    assert few == np.round(few)


def test_counts_at_the_ends() -> None:
    luck = np.array([-40.0, -1, 0, 1, 40])
    assert binomial(np.array(0.0), np.array(0.5), luck).tolist() == [0] * 5
    assert binomial(np.array(9.0), np.array(0.0), luck).tolist() == [0] * 5
    assert binomial(np.array(9.0), np.array(1.0), luck).tolist() == [9] * 5
    assert binomial(np.array(1e9), np.array(1.0), luck).tolist() == [1e9] * 5
    assert binomial(np.array(2.0), np.array(0.5), luck)[[0, -1]].tolist() == [0, 2]
    assert 12 <= binomial(np.array(29.0), np.array(0.1), luck)[-1] <= 29


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.integers(1, 5000), min_size=1, max_size=3, unique=True),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(0, 2**32),
)
def test_customers_are_whole_and_accounted_for(
    markets: list[int], p: float, q: float, seed: int
) -> None:
    model = Adoption(innovation=p, imitation=q)
    run = sweep(model, market=markets, replications=6, periods=25, seed=seed)
    adopters, remaining, new = run["adopters"], run["remaining"], run["new"]
    assert (adopters + remaining == np.array(markets)[:, np.newaxis]).all()
    assert (np.cumsum(new, axis=0) == adopters).all()
    assert (new >= 0).all()
    assert (remaining >= 0).all()
    assert (new == np.round(new)).all()
    if p == 0:
        assert (adopters == 0).all()


def test_counting_people_is_the_same_as_asking_each_of_them() -> None:
    """An agent simulation: each person, each month, decides alone."""
    model, runs = Adoption(market=300, innovation=0.006, imitation=0.2), 4000
    generator = np.random.default_rng(8)
    adopted = np.zeros((runs, 300), dtype=bool)
    agents = [np.zeros(runs)]
    for _ in range(40):
        chance = 0.006 + 0.2 * adopted.mean(axis=1, keepdims=True)
        adopted |= generator.random(adopted.shape, dtype=np.float32) < chance
        agents.append(adopted.sum(axis=1).astype(float))
    ours = simulate(model, periods=40, replications=20_000)["adopters"][:, 0]
    for month in (1, 2, 5, 10, 15, 20, 30, 40):
        theirs, mine = agents[month], ours[month]
        error = theirs.std() * np.sqrt(1 / runs + 1 / 20_000)
        assert abs(mine.mean() - theirs.mean()) < 4 * error
        assert mine.std() == pytest.approx(theirs.std(), rel=0.06)


def test_with_a_thousand_people_mean_and_spread_are_those_of_numpys_binomial() -> None:
    model, runs = Adoption(), 40_000
    generator = np.random.default_rng(9)
    theirs = np.zeros(runs, dtype=int)
    ours = simulate(model, replications=runs)["adopters"][:, 0]
    for month in range(1, 61):
        chance = model.innovation + model.imitation * theirs / 1000
        theirs = theirs + generator.binomial(1000 - theirs, chance)
        error = theirs.std() * np.sqrt(2 / runs)
        assert abs(ours[month].mean() - theirs.mean()) < 4.5 * error
        assert ours[month].std() == pytest.approx(theirs.std(), rel=0.025)


def test_short_steps_and_many_customers_give_the_curve() -> None:
    days = Adoption(market=10**9, innovation=0.003 / 50, imitation=0.12 / 50)
    run = simulate(days, periods=3000, replications=1)["adopters"][::50, 0, 0]
    curve = BassDiffusion(market=10**9, innovation=0.003, imitation=0.12).owners(np.arange(61))
    np.testing.assert_allclose(run[1:] / curve[1:], 1, atol=0.01)


def test_early_sales_do_not_say_how_large_the_market_is() -> None:
    """Four and five years fit any market; six leave it open by 60 %; ten close it to 9 %."""
    for years in (4, 5):
        with pytest.raises(ExplainedError, match=f"these {years} periods do not say how large"):
            fit_bass(VCR[:years])
        with pytest.raises(ExplainedError, match="no market follows"):
            fit_bass_regression(VCR[:years])
    six, ten = fit_bass(VCR[:6]), fit_bass(VCR)
    assert 2 * six.standard_errors["market"] / six.curve.market == pytest.approx(0.61, abs=0.01)
    assert 2 * ten.standard_errors["market"] / ten.curve.market == pytest.approx(0.09, abs=0.005)
    assert round(six.curve.peak_time, 1) == 7.3
    assert six.curve.sales(7) > 1.25 * VCR[6], "it had promised a better seventh year"


def test_standard_errors_do_not_cover_a_curve_that_does_not_hold() -> None:
    """Seven years are sure of a market that the ten years refute."""
    seven, ten = fit_bass(VCR[:7]), fit_bass(VCR)
    distance = ten.curve.market - seven.curve.market
    assert distance > 4 * seven.standard_errors["market"]


def test_two_ways_to_fit_differ() -> None:
    """Bass's regression gives three times the innovation that the curve itself gives."""
    regression, curve = fit_bass_regression(VCR), fit_bass(VCR).curve
    assert 3 < regression.innovation / curve.innovation < 3.5
    assert 0.9 < regression.market / curve.market < 0.95


def test_at_the_peak_half_the_market_is_won_and_nearly_all_follow_others() -> None:
    curve = BassDiffusion()
    assert round(curve.peak_time, 1) == 7.1
    share = curve.owners(curve.peak_time) / curve.market
    assert round(float(share), 2) == 0.49
    assert curve.innovation * (1 - share) * curve.market / curve.peak_sales < 0.021
    assert curve.sales(12) < 0.16 * curve.peak_sales, "nobody is left: not a defect"


def test_luck_averages_out_among_many() -> None:
    """Of 1,000 customers 377 to 516 have begun by month 30; of 1,000,000, 45 % in any future."""
    small, large = (
        simulate(Adoption(market=market))["adopters"][30, 0] / market for market in (1000, 10**6)
    )
    assert np.quantile(small, [0.1, 0.9]) == pytest.approx([0.377, 0.516], abs=0.01)
    assert np.quantile(large, [0.1, 0.9]) == pytest.approx([0.449, 0.453], abs=0.001)


def test_in_a_small_market_the_peak_month_is_luck() -> None:
    months = [
        np.quantile(simulate(Adoption(market=market))["new"][:, 0].argmax(axis=0), [0.1, 0.9])
        for market in (1000, 10**6)
    ]
    assert np.ptp(months[0]) >= 8
    assert np.ptp(months[1]) <= 3


def test_peak_times_of_other_products() -> None:
    times = {
        row.product: BassDiffusion(1, row.innovation, row.imitation).peak_time
        for row in load("bass_parameters").itertuples()
    }
    assert round(times["cell phone"], 2) == 9.16
    assert min(times, key=times.__getitem__).startswith("artificial insemination")
    assert max(times, key=times.__getitem__) == "telephone"


def test_pictures_say_what_they_show() -> None:
    assert "98% of them follow others" in BassDiffusion().picture().sentence
    falling = BassDiffusion(1000, 0.3, 0.1).picture()
    assert "at year 0" in falling.sentence
    fit = fit_bass(VCR[:6]).picture(later=VCR[6:])
    assert "give or take 46,7" in fit.sentence
    assert [np.shape(series.x) for series in fit.series] == [(61,), (10,)]
    assert [np.shape(series.y) for series in fit.series] == [(61,), (10,)]
    assert len(fit_bass(VCR).picture().series) == 2
    assert "customers a month" in simulate(Adoption(), replications=20).picture("new").y_label


@pytest.mark.parametrize(
    ("sales", "told"),
    [
        ([1, 2, 3], "at least 4 periods, not of 3"),
        ([[1, 2, 3, 4]], "at least 4 periods"),
        ([1, 2, np.nan, 4], "look for gaps"),
        ([1, 2, -1, 4], "0 or above"),
        ([0, 0, 0, 0], "not all 0"),
        ([1, 2, 4, 8, 16], "do not say how large|no market follows"),
        ([5, 5, 5, 5], "do not say how large|no market follows"),
    ],
)
def test_sales_that_say_too_little_are_refused(sales: list[float], told: str) -> None:
    for fit in (fit_bass, fit_bass_regression):
        with pytest.raises(ExplainedError, match=told):
            fit(sales)


def test_sales_that_follow_no_curve_are_refused() -> None:
    with pytest.raises(ExplainedError, match="no Bass curve comes near"):
        fit_bass([1, 0, 0, 0, 1, 0])
