from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import Published
from hypothesis import given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError
from thousandfold.datasets import load
from thousandfold.models.promises import promise_picture
from thousandfold.models.scalability import ScalabilityLaw, amdahl
from thousandfold.models.scalability_fit import ScalabilityFit, fit_quadratic, fit_scalability


def load_test(name: str, first: int | None = None) -> pd.DataFrame:
    tests = load("load_tests")
    return tests[tests["test"] == name][:first]


def fitted(name: str, first: int | None = None) -> ScalabilityFit:
    test = load_test(name, first)
    return fit_scalability(test["load"], test["throughput"])


def test_the_published_fit(published: Published) -> None:
    for law in (ScalabilityLaw(), fitted("specsdm91").law):
        published.agrees("specsdm91_peak_load", law.peak_load)
        published.agrees("specsdm91_peak_throughput", law.throughput(law.peak_load))
        published.agrees("specsdm91_limit", law.limit)


def test_times_as_much_is_throughput_over_that_of_today() -> None:
    for law in (ScalabilityLaw(), ScalabilityLaw(crosstalk=0)):
        times = law.picture("times").series[0]  # type: ignore[attr-defined]
        np.testing.assert_allclose(times.y, law.throughput(times.x) / law.throughput(1))
        assert times.y.max() == pytest.approx(law.throughput(min(law.peak_load, 1000)) / law.rate)


def test_the_published_fit_to_the_last_digit(published: Published) -> None:
    fit = fitted("specsdm91")
    law, errors = fit.law, fit.standard_errors
    published.agrees("specsdm91_contention", [law.contention, errors["contention"]])
    published.agrees("specsdm91_crosstalk", [law.crosstalk, errors["crosstalk"]])
    published.agrees("specsdm91_rate", [law.rate, errors["rate"]])
    published.agrees("specsdm91_residual_error", fit.residual_error)
    published.agrees("specsdm91_residuals", fit.residuals)
    published.agrees("specsdm91_efficiency", fit.efficiency)
    published.agrees("specsdm91_fitted_peak", law.peak_load)
    published.agrees("specsdm91_optimal", law.optimal_load)
    published.agrees("specsdm91_optimal_throughput", law.throughput(law.optimal_load))
    assert fit.table().loc["rate", "standard error"] == errors["rate"]


def test_the_published_fit_at_a_bound(published: Published) -> None:
    fit = fitted("raytracer")
    law = fit.law
    published.agrees("raytracer_law", [law.contention, law.crosstalk])
    published.agrees("raytracer_rate", law.rate)
    published.agrees("raytracer_residual_error", fit.residual_error)
    published.agrees("raytracer_limit", law.limit)
    published.agrees("raytracer_optimal", law.optimal_load)
    published.agrees("raytracer_optimal_throughput", law.throughput(law.optimal_load))
    published.agrees("raytracer_predictions", law.throughput([96, 128]))
    assert law.crosstalk == 0
    assert law.peak_load == float("inf")


def test_the_published_fit_to_six_measurements(published: Published) -> None:
    law = fitted("raytracer", 6).law
    published.agrees("raytracer_six_contention", law.contention)
    published.agrees("raytracer_six_crosstalk", law.crosstalk)
    published.agrees("raytracer_six_rate", law.rate)


def test_the_published_parabola(published: Published) -> None:
    test = load_test("specsdm91")
    law = fit_quadratic(test["load"], test["throughput"])
    published.agrees("specsdm91_quadratic_contention", law.contention)
    published.agrees("specsdm91_quadratic_crosstalk", law.crosstalk)
    published.agrees("specsdm91_quadratic_fitted", law.throughput(test["load"]))
    small = fit_quadratic([1, 2, 4, 6, 8, 10], [1, 1.8868, 3.0769, 3.5294, 3.5398, 3.3557])
    published.agrees("quadratic_small_test", [small.contention, small.crosstalk])


def test_without_crosstalk_it_is_amdahls_law(published: Published) -> None:
    law = ScalabilityLaw(rate=1, contention=0.05, crosstalk=0)
    published.agrees("amdahl_95", law.throughput([8, 64, 1024]))
    published.agrees("amdahl_90", amdahl([8, 64], serial=0.1))
    assert law.peak_load == float("inf")
    assert law.throughput(1e9) < law.limit


@given(st.floats(0, 1), st.floats(1, 1e5))
def test_amdahls_law_is_the_law_without_crosstalk(serial: float, workers: float) -> None:
    law = ScalabilityLaw(rate=1, contention=serial, crosstalk=0)
    assert amdahl(workers, serial) == pytest.approx(float(law.throughput(workers)))


@given(st.floats(0, 0.9), st.floats(1e-6, 0.1))
def test_the_peak_is_the_peak(contention: float, crosstalk: float) -> None:
    law = ScalabilityLaw(contention=contention, crosstalk=crosstalk)
    best = law.throughput(law.peak_load)
    assert (law.throughput(np.geomspace(1, 1e6, 200)) <= best * (1 + 1e-12)).all()


@settings(deadline=None, max_examples=50)
@given(st.floats(0, 0.5), st.floats(0, 0.01), st.floats(0.01, 1e5), st.randoms())
def test_an_exact_law_is_found_in_any_order(
    contention: float, crosstalk: float, rate: float, random: object
) -> None:
    law = ScalabilityLaw(rate, contention, crosstalk)
    n = np.array([1, 2, 5, 10, 20, 50, 100.0])
    order = np.argsort([random.random() for _ in n])  # type: ignore[attr-defined]
    fit = fit_scalability(n[order], law.throughput(n)[order])
    np.testing.assert_array_equal(fit.load, n)
    np.testing.assert_allclose(fit.law.throughput(n), law.throughput(n), rtol=1e-5)
    assert fit.law.contention == pytest.approx(contention, abs=1e-4)
    low, high = fit.prediction(n)
    np.testing.assert_allclose(low, high, rtol=1e-3)


def test_a_range_holds_as_many_new_measurements_as_it_says() -> None:
    law = ScalabilityLaw(rate=20, contention=0.03, crosstalk=0.0005)
    n = np.array([1, 4, 8, 12, 16, 20, 28, 40.0])
    generator = np.random.default_rng(3)
    held = {0.5: 0, 0.9: 0}
    for _ in range(200):
        fit = fit_scalability(n, law.throughput(n) + 4 * generator.standard_normal(len(n)))
        new = law.throughput(30) + 4 * generator.standard_normal()
        for level in held:
            low, high = fit.prediction(30, level)
            held[level] += bool(low <= new <= high)
    assert 0.42 < held[0.5] / 200 < 0.60
    assert 0.85 < held[0.9] / 200 < 0.96


def test_with_little_noise_the_range_is_that_of_the_textbooks() -> None:
    from scipy.optimize import approx_fprime
    from scipy.stats import t

    law = ScalabilityLaw(rate=20, contention=0.03, crosstalk=0.0005)
    n = np.array([1, 4, 8, 12, 16, 20, 28, 40.0])
    noise = np.array([1, -1, 2, 0, -2, 1, -1, 1]) * 1e-3
    fit = fit_scalability(n, law.throughput(n) + noise)
    found = np.array([fit.law.rate, fit.law.contention, fit.law.crosstalk])

    def expected(values: np.ndarray) -> float:
        return float(ScalabilityLaw(*values).throughput(60.0))

    slope = approx_fprime(found, expected, 1e-7)
    variance = fit.residual_error**2 + slope @ fit.covariance @ slope
    half = t.ppf(0.975, 5) * np.sqrt(variance)
    low, high = fit.prediction(60.0)
    assert (high - low) / 2 == pytest.approx(half, rel=0.01)
    assert (high + low) / 2 == pytest.approx(expected(found), rel=1e-4)


def test_a_range_keeps_to_the_bounds_of_the_law() -> None:
    fit = fitted("raytracer")
    low, high = fit.prediction([64, 1000])
    assert (low > 0).all()
    assert (high < [328, 500]).all(), "no law with a contention of 0.04 delivers more"
    wide = fit.prediction([64, 1000], level=0.99)
    assert (wide[0] < low).all()
    assert (wide[1] > high).all()


def test_a_promise_from_six_measurements() -> None:
    """Six measurements promise a peak at 24.5 and half the throughput that was then measured."""
    early, late = fitted("raytracer", 6), fitted("raytracer")
    assert round(early.law.peak_load, 1) == 24.5
    assert early.peak_range() == pytest.approx((20.4, 36.1), abs=0.05)
    assert late.peak_range() == (pytest.approx(84.8, abs=0.1), float("inf"))
    low, high = early.prediction(64)
    assert (round(float(low)), round(float(high))) == (113, 205)
    assert high < 310 / 1.5, "sure of itself, and wrong: the law did not go on"
    low, high = late.prediction(64)
    assert low < 310 < high


def test_the_interval_of_the_package_is_no_interval_of_95_percent() -> None:
    """Its quantile for 11 measurements is 1.81, as for 90 % and with the wrong freedom."""
    from scipy.special import stdtrit

    assert stdtrit(10, 0.95) == pytest.approx(1.812, abs=1e-3)
    assert stdtrit(fitted("raytracer").freedom, 0.975) == pytest.approx(2.306, abs=1e-3)


def test_an_error_in_the_first_measurement_bends_the_parabola_and_hardly_the_fit() -> None:
    test = load_test("specsdm91")
    limits = []
    for factor in (0.8, 1.2):
        wrong = test["throughput"].to_numpy().copy()
        wrong[0] *= factor
        fits = (fit_quadratic(test["load"], wrong), fit_scalability(test["load"], wrong).law)
        limits.append([law.limit for law in fits])
    parabola, least_squares = np.divide(*limits)
    assert parabola > 1.5
    assert least_squares < 1.01


def test_pictures_say_what_they_show() -> None:
    test = load_test("raytracer")
    picture = promise_picture(test["load"], test["throughput"], tested=6)
    assert "a peak of 203 at load 24.5" in picture.sentence
    assert "(between 113 and 205) at load 64" in picture.sentence
    assert "All 11: no peak. At load 64, 310 was measured." in picture.sentence
    early, late, first, rest = picture.series
    assert np.size(first.x) + np.size(rest.x) == 11
    for line in (early, late):
        assert line.low is not None
        assert line.high is not None
        assert (np.asarray(line.low) <= line.y).all()
        assert (np.asarray(line.high) >= line.y).all()
    assert "at load 84.8 or above" in fitted("raytracer").picture(up_to=128).sentence
    assert "between load 77.9 and 157" in fitted("specsdm91").picture().sentence


@pytest.mark.parametrize(
    ("n", "measured", "told"),
    [
        ([1, 2, 3], [1, 2, 3], "at least 4 measurements"),
        ([1, 1, 2, 2], [1, 1, 2, 2], "3 loads or more"),
        ([1, 2, 3, 4], [1, 2, 3], "one throughput for each load"),
        ([1, 2, 3, 0], [1, 2, 3, 4], "above 0, not 0"),
        ([1, 2, 3, 4], [1, 2, 3, -4], "above 0, not -4"),
        ([1, 2, 3, 4], [1, 2, 3, np.nan], "look for gaps"),
    ],
)
def test_a_load_test_that_says_too_little_is_refused(
    n: list[float], measured: list[float], told: str
) -> None:
    for fit in (fit_scalability, fit_quadratic):
        with pytest.raises(ExplainedError, match=told):
            fit(n, measured)


def test_other_bad_input_is_explained() -> None:
    with pytest.raises(ExplainedError, match="lowest load is 2"):
        fit_quadratic([2, 3, 4, 5], [1, 2, 3, 4])
    with pytest.raises(ExplainedError, match="below 0"):
        fit_quadratic([1, 2, 3, 4], [1, 3, 7, 20])
    with pytest.raises(ExplainedError, match=r"write 20 % as 0\.2"):
        amdahl(8, serial=20)
    with pytest.raises(ExplainedError, match=r"write 95 % as 0\.95"):
        fitted("raytracer").prediction(64, level=95)
    with pytest.raises(ExplainedError, match="rate must lie in"):
        fit_scalability([1, 2, 3, 4], [1e9, 2e9, 2.5e9, 2.6e9])


def test_growth_faster_than_the_load_is_met_by_a_straight_line() -> None:
    law = fit_scalability([1, 2, 3, 4], [1, 3, 7, 20]).law
    assert (law.contention, law.crosstalk) == (0, 0)
    assert law.limit == law.optimal_load == float("inf")
