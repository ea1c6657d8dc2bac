from __future__ import annotations

import numpy as np
import pytest
from conftest import Published
from hypothesis import given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError
from thousandfold.datasets import load
from thousandfold.models.retention import MixedCohort, ShiftedBetaGeometric
from thousandfold.models.retention_fit import RetentionFit, fit_retention

YEARS = np.arange(1, 13)


def alive(segment: str) -> np.ndarray:
    table = load("retention")
    return table.loc[table["segment"] == segment, "alive"].to_numpy()


def fitted(segment: str, years: int) -> RetentionFit:
    return fit_retention(alive(segment)[: years + 1])


def test_the_published_fits(published: Published) -> None:
    high, regular = fitted("High End", 7), fitted("Regular", 7)
    published.agrees("sbg_high_end_alpha", high.cohort.alpha)
    published.agrees("sbg_high_end_beta", high.cohort.beta)
    published.agrees("sbg_regular", [regular.cohort.alpha, regular.cohort.beta])
    published.agrees("sbg_log_likelihood", [high.log_likelihood, regular.log_likelihood])
    assert ShiftedBetaGeometric().alive(12) == pytest.approx(float(high.cohort.alive(12)), abs=1e-3)


@given(st.floats(0.05, 50), st.floats(0.05, 50))
def test_alive_is_the_product_of_the_retentions(alpha: float, beta: float) -> None:
    cohort = ShiftedBetaGeometric(alpha, beta)
    assert cohort.alive(0) == 1
    product = np.cumprod(cohort.retention(YEARS))
    np.testing.assert_allclose(cohort.alive(YEARS), product, rtol=1e-9)
    assert (np.diff(cohort.retention(YEARS)) > 0).all()


@given(st.floats(0.2, 20), st.floats(0.2, 20))
def test_the_cohort_is_a_mixture_of_people_who_never_change(alpha: float, beta: float) -> None:
    from scipy.special import betaincinv

    churn = betaincinv(alpha, beta, (np.arange(4000) + 0.5) / 4000)
    mixed = ((1 - churn)[:, np.newaxis] ** YEARS).mean(axis=0)
    np.testing.assert_allclose(ShiftedBetaGeometric(alpha, beta).alive(YEARS), mixed, atol=2e-3)


@given(st.floats(0, 1), st.floats(0.05, 1), st.floats(0.05, 1))
def test_two_kinds_who_never_change(loyal: float, one: float, other: float) -> None:
    cohort = MixedCohort(loyal, one, other)
    rates = cohort.retention(YEARS)
    assert rates[0] == pytest.approx(loyal * one + (1 - loyal) * other)
    assert (np.diff(rates) >= -1e-9).all(), "sorting never lowers retention"
    low, high = sorted([one, other])
    assert ((rates >= low - 1e-9) & (rates <= high + 1e-9)).all()
    shares = cohort.loyal_share(np.arange(13))
    np.testing.assert_allclose(shares[:-1] * one + (1 - shares[:-1]) * other, rates, rtol=1e-6)


def test_one_kind_alone_keeps_its_rate() -> None:
    np.testing.assert_allclose(MixedCohort(loyal=1).retention(YEARS), 0.9)
    np.testing.assert_allclose(MixedCohort(loyal=0).retention(YEARS), 0.5)
    assert MixedCohort(0, 0, 0).retention([1, 2]).tolist() == [0, 0]


@settings(deadline=None, max_examples=25)
@given(st.floats(0.1, 10), st.floats(0.1, 10), st.integers(3, 12))
def test_an_exact_cohort_is_found(alpha: float, beta: float, years: int) -> None:
    cohort = ShiftedBetaGeometric(alpha, beta)
    fit = fit_retention(cohort.alive(np.arange(years + 1)))
    np.testing.assert_allclose(fit.cohort.alive(YEARS), cohort.alive(YEARS), atol=1e-4)
    assert fit.cohort.alpha == pytest.approx(alpha, rel=0.02)


def test_numbers_shares_and_percentages_are_the_same() -> None:
    percent = alive("Regular")[:8]
    for same in (percent / 100, 10 * percent):
        fit = fit_retention(same)
        assert fit.cohort.alpha == pytest.approx(fitted("Regular", 7).cohort.alpha, rel=1e-4)
        assert fit.log_likelihood == pytest.approx(fitted("Regular", 7).log_likelihood)


def test_standard_errors_are_those_of_repeated_cohorts() -> None:
    cohort, customers = ShiftedBetaGeometric(0.7, 1.2), 1000
    chances = -np.diff(np.append(cohort.alive(np.arange(8)), 0))
    drawn = np.random.default_rng(4).multinomial(customers, chances, 150)
    fits = [fit_retention(customers - np.append(0, np.cumsum(d)[:-1]), customers) for d in drawn]
    spread = np.std([fit.cohort.alpha for fit in fits])
    told = np.mean([fit.standard_errors["alpha"] for fit in fits])
    assert told == pytest.approx(spread, rel=0.15)
    quarter = fit_retention(alive("Regular")[:8], customers=4000).standard_errors["beta"]
    assert quarter == pytest.approx(fitted("Regular", 7).standard_errors["beta"] / 2)


def test_a_constant_rate_is_a_cohort_of_people_who_are_alike() -> None:
    fit = fit_retention(100 * 0.8 ** np.arange(8))
    assert fit.constant_rate == pytest.approx(0.8)
    assert fit.cohort.alive(12) == pytest.approx(0.8**12, abs=1e-3)


def test_a_cohort_whose_retention_falls_still_gets_an_answer() -> None:
    fit = fit_retention([1000, 900, 700, 400, 100])
    assert np.ptp(fit.cohort.retention(YEARS)) < 0.01
    assert fit_retention([1000, 100, 0, 0]).cohort.alive(2) < 0.1


@settings(deadline=None)
@given(st.floats(0.1, 20), st.floats(0.1, 20), st.integers(0, 10), st.floats(0.02, 1))
def test_what_a_customer_is_worth_is_the_discounted_sum(
    alpha: float, beta: float, renewals: int, discount: float
) -> None:
    cohort = ShiftedBetaGeometric(alpha, beta)
    later = np.arange(renewals + 1, renewals + 3000)
    years = cohort.alive(later) / cohort.alive(renewals)
    total = years @ (1 + discount) ** -(later - renewals - 1.0)
    assert cohort.residual_value(renewals, discount) == pytest.approx(total, rel=1e-6)


def test_retention_rises_although_nobody_changes() -> None:
    """Retention rises from 63 to 90 % by sorting alone."""
    rates = MixedCohort().retention(YEARS)
    assert rates[[0, 3, 11]] == pytest.approx([0.63, 0.80, 0.90], abs=0.005)
    assert MixedCohort().loyal_share(11) > 0.99


def test_seven_years_foretell_twelve() -> None:
    """From seven years, year 12 is forecast at 37.8 and 17.0 %; 39.4 and 17.3 % were there."""
    for segment, forecast, worst in (("High End", 37.8, 0.029), ("Regular", 17.0, 0.016)):
        seen, fit = alive(segment), fitted(segment, 7)
        ours = 100 * fit.cohort.alive(np.arange(13))
        assert round(float(ours[12]), 1) == forecast
        assert np.abs(ours[8:] / seen[8:] - 1).mean() < worst


def test_what_four_years_would_have_made_you_believe() -> None:
    """Four years and one rate for all: 20 and 2 % in year 12; with rates that differ: 31 and 16."""
    believed = {}
    for segment in ("High End", "Regular"):
        fit = fitted(segment, 4)
        alike = round(100 * fit.constant_rate**12)
        believed[segment] = (alike, round(100 * float(fit.cohort.alive(12))))
        assert alike < believed[segment][1] < alive(segment)[12], "both too low"
    assert believed == {"High End": (20, 31), "Regular": (2, 16)}
    assert fitted("High End", 4).standard_errors["alpha"] > 0.4


def test_survivors_are_worth_more_than_the_first_rate_says() -> None:
    """At 10 % a year a new Regular customer is worth 2.96 years, one who renewed twice 4.87."""
    regular = ShiftedBetaGeometric(0.704, 1.182)
    worth = regular.residual_value([0, 1, 2])
    assert worth.round(2).tolist() == [2.96, 4.10, 4.87]
    first = float(regular.retention(1))
    assert worth[0] > 2 * first / (1 - first / 1.1)


def test_pictures_say_what_they_show() -> None:
    told = fitted("Regular", 4).picture(alive=alive("Regular"))
    assert "in year 12, 16.0 % if people differ and 2.23 % if all are alike. 17.3 % were." in (
        told.sentence
    )
    assert [np.shape(series.x) for series in told.series] == [(13,), (13,), (5,), (8,)]
    assert [np.shape(series.y) for series in told.series] == [(13,), (13,), (5,), (8,)]
    alone = fitted("Regular", 4).picture()
    assert len(alone.series) == 3
    assert alone.sentence.endswith("alike.")
    assert "63.2 % at the first renewal" in MixedCohort().picture().sentence
    rates = ShiftedBetaGeometric().picture("retention")
    assert np.asarray(rates.series[0].y)[0] == pytest.approx(85.1, abs=0.1)
    assert fitted("Regular", 7).table().loc["alpha", "value"] == pytest.approx(0.704, abs=1e-3)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ([100, 80], "at least 2 renewals"),
        ([[100, 80, 60]], "at least 2 renewals"),
        ([100, 80, np.nan], "look for gaps"),
        ([100, 80, -5], "0 or above"),
        ([0, 0, 0], "begin with everybody"),
        ([100, 80, 85], r"in year 2 more customers .*\(85 after 80\)"),
        ([100, 100, 100], "nobody has left"),
    ],
)
def test_a_cohort_that_says_too_little_is_refused(counts: list[float], told: str) -> None:
    with pytest.raises(ExplainedError, match=told):
        fit_retention(counts)


def test_a_discount_in_percent_is_explained() -> None:
    with pytest.raises(ExplainedError, match=r"write 10 % as 0\.1"):
        ShiftedBetaGeometric().residual_value(0, discount=10)
