from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from conftest import Published
from hypothesis import given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError
from thousandfold.core import companies
from thousandfold.datasets import load
from thousandfold.models.chains import chain_lengths
from thousandfold.models.communication import (
    fit_power,
    poisson_power,
    possible_paths,
    powers,
)
from thousandfold.models.counted_months import counted_alike
from thousandfold.models.squads import Squads
from thousandfold.models.used_paths import growth_picture, used_by_size


def test_published_counts(published: Published) -> None:
    published.agrees("paths_10", possible_paths(10))
    published.agrees("paths_100", possible_paths(100))


@given(st.integers(0, 60))
def test_possible_paths_are_the_pairs(people: int) -> None:
    assert possible_paths(people) == len(list(combinations(range(people), 2)))


@given(st.floats(0.5, 2.5), st.floats(0.1, 10))
def test_an_exact_power_law_is_found(power: float, factor: float) -> None:
    people = np.tile([20.0, 35.0, 50.0, 80.0, 120.0], 10)
    fit = fit_power(people, 100 * factor * people**power)
    np.testing.assert_allclose([fit.power, fit.low, fit.high], power, rtol=1e-6)
    np.testing.assert_allclose(fit.paths(50.0), 100 * factor * 50**power, rtol=1e-6)


def test_the_interval_holds_the_power_and_grows_with_noise() -> None:
    generator = np.random.default_rng(1)
    people = generator.integers(5, 150, 240)
    widths = []
    for noise in (0.1, 0.5):
        fit = fit_power(people, people**1.4 * np.exp(noise * generator.standard_normal(240)))
        assert fit.low < 1.4 < fit.high
        widths.append(fit.high - fit.low)
    assert widths[1] > 2 * widths[0]


@pytest.mark.parametrize("months", [0, 1, 5])
def test_a_fit_on_too_little_is_refused(months: int) -> None:
    with pytest.raises(ExplainedError, match="at least 24 months"):
        fit_power(np.arange(10, 10 + months), np.arange(20, 20 + months))


def test_a_fit_on_one_size_is_refused() -> None:
    with pytest.raises(ExplainedError, match="same number of people"):
        fit_power(np.full(30, 10), np.arange(20, 50))


def test_everybody_in_one_squad_is_everybody_with_everybody() -> None:
    company = Squads(people=100, squad=100)
    assert company.paths == possible_paths(100)
    assert company.longest_chain == 1


def test_squads_of_ten_with_one_liaison_by_hand() -> None:
    company = Squads(people=100, squad=10, liaisons=1, circle=15)
    assert company.paths == 10 * 45 + 45
    assert company.busiest == 9 + 9
    assert company.longest_chain == 3
    assert company.paths_per_person == 2 * 495 / 100


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 80), st.integers(2, 80), st.integers(1, 10), st.integers(2, 80))
def test_any_structure_connects_everybody_and_never_costs_more_than_all_pairs(
    people: int, squad: int, liaisons: int, circle: int
) -> None:
    company = Squads(people=people, squad=squad, liaisons=liaisons, circle=circle)
    assert company.paths <= possible_paths(people)
    assert chain_lengths(company.links)[1] == 0
    assert (company.links == company.links.T).all()
    assert not company.links.diagonal().any()
    assert sorted(np.concatenate(company.groups[0])) == list(range(people))


def test_chains_in_a_line_of_people() -> None:
    links = np.eye(5, k=1, dtype=bool) | np.eye(5, k=-1, dtype=bool)
    assert chain_lengths(links) == (4, 0)
    links[2, 3] = links[3, 2] = False
    longest, cut_off = chain_lengths(links)
    assert longest == 2
    assert cut_off == pytest.approx(12 / 20)


def test_a_squad_whose_liaison_is_away_is_cut_off_and_a_second_liaison_helps() -> None:
    one = Squads(people=100, squad=10, liaisons=1)
    two = one.replace(liaisons=2)
    assert one.days(replications=50)[1].mean() > 5 * two.days(replications=50)[1].mean()
    assert one.replace(away=0).days(replications=3)[1].max() == 0


def test_the_week_adds_up() -> None:
    company = Squads(people=40, squad=8, away=0)
    assert company.week() == pytest.approx(
        0.25 * company.paths_per_person + 0.5 * company.longest_chain
    )
    alone = company.replace(away=1, path_hours=0, handover_hours=0, cut_off_hours=8)
    assert alone.week() == 0, "nobody is there who could be cut off"
    some = alone.replace(away=0.3)
    assert some.week(seed=3) == pytest.approx(8 * some.days(seed=3)[1].mean())
    assert some.week(seed=3) > 0


def test_what_a_path_a_handover_and_an_absence_cost_differs_between_companies() -> None:
    drawn = companies(Squads(squad=10)).drawn
    assert set(drawn) == {"path_hours", "handover_hours", "cut_off_hours", "away"}
    told = Squads(away=0.04).picture().sentence
    assert "on a day when 4 in 100 people are away, " in told
    assert "when 4 in 100 are away" in Squads(away=0.04).picture("week").shown


def test_of_a_hundred_people_few_pairs_work_together_in_each_project() -> None:
    table = used_by_size(load("project_growth"), "terraform", "rails")
    assert list(table.index) == ["8 to 12", "20 to 30", "50 to 70", "100 and more"]
    assert list(table.columns) == ["Terraform", "Rails", "all"]
    for project in ("Terraform", "Rails"):
        assert table[project].dropna().is_monotonic_decreasing
    assert table.loc["8 to 12", ["Terraform", "Rails"]].tolist() == [17.4, 73.8]
    assert table.loc["100 and more"].tolist() == [4.8, 6.6, 6.3]
    assert table.isna().to_numpy().sum() == 1, "Rails was between 20 and 30 people for one month"
    with pytest.raises(ExplainedError, match="name a project at least"):
        used_by_size(load("project_growth"))


def test_a_line_ends_where_its_project_was_largest() -> None:
    picture = growth_picture(load("project_growth"), "terraform", "rails")
    *_, rails = picture.series
    assert rails.x[-1] == pytest.approx(139)
    assert "7 in Rails, at 112 to 139 people" in picture.sentence


def test_a_line_begins_where_its_project_was_smallest() -> None:
    since = counted_alike(load("project_growth"))
    *_, terraform, _, rails = growth_picture(since, "terraform", "rails").series
    assert rails.x[0] == pytest.approx(28)
    assert terraform.x[0] == pytest.approx(10)


def test_an_unknown_project_is_named() -> None:
    with pytest.raises(ExplainedError, match="no project 'linux'"):
        growth_picture(load("project_growth"), "terraform", "linux")


def test_our_count_of_the_nine_projects() -> None:
    table = powers(load("project_growth"))
    assert len(table) == 9
    assert table.loc["rails", "power"] == 1.14
    assert table.loc["terraform", "power"] == 1.55


def test_a_picture_of_no_project_or_of_one_that_is_not_there_is_explained() -> None:
    with pytest.raises(ExplainedError, match=r"name a project at least; there are .*terraform"):
        growth_picture(load("project_growth"))
    with pytest.raises(ExplainedError, match=r"no project 'terrafrom'; there are .*terraform"):
        growth_picture(load("project_growth"), "terrafrom")


def test_a_small_company_is_told_its_own_paths() -> None:
    told = Squads(people=6, squad=3).picture()
    assert "Paths in a company of 6: 15 when everybody talks with everybody" in told.sentence
    assert told.title.startswith("6 people: 15 paths")


def test_squads_in_which_everybody_is_a_liaison_are_said_to_be_one() -> None:
    one = Squads(people=100, squad=2, liaisons=5)
    assert one.uncut == "With 5 liaisons in squads of 2, all are one squad."
    assert all(one.uncut in one.picture(of).sentence for of in one.pictures())
    assert Squads(people=100).uncut == Squads(people=4, squad=8, liaisons=5).uncut == ""


def test_counts_are_fitted_as_statsmodels_fits_them() -> None:
    # statsmodels 0.15.0, GLM with the family Poisson and the logarithm of people, of each month
    # with three people or more.
    growth = load("project_growth")
    for name, power in {
        "rails": 1.5977653751,
        "terraform": 1.5308484347,
        "ansible": 1.1857430698,
        "terraform-provider-kubernetes": 1.8871186568,
        "jenkins": 1.6912450981,
    }.items():
        months = growth[growth["project"] == name]
        found = poisson_power(months["active_authors"], months["coedit_paths"])
        assert found == pytest.approx(power, abs=1e-8)


@given(st.floats(0.5, 2.5), st.floats(0.1, 10))
def test_an_exact_power_law_of_counts_is_found(power: float, factor: float) -> None:
    people = np.tile([20.0, 35.0, 50.0, 80.0, 120.0], 10)
    assert poisson_power(people, factor * people**power) == pytest.approx(power, abs=1e-6)


def test_empty_months_bend_a_line_of_logarithms_and_not_the_fit_of_counts() -> None:
    generator = np.random.default_rng(3)
    people = generator.integers(3, 60, 600)
    paths = generator.poisson(0.01 * people**1.8)
    assert fit_power(people, paths).power < 1.5
    assert poisson_power(people, paths) == pytest.approx(1.8, abs=0.1)


def test_counts_without_a_path_or_with_few_months_are_refused() -> None:
    with pytest.raises(ExplainedError, match="at least 24 months"):
        poisson_power(np.arange(10, 40), np.zeros(30))
    with pytest.raises(ExplainedError, match="at least 24 months"):
        poisson_power(np.arange(10, 15), np.ones(5))
    with pytest.raises(ExplainedError, match="same number of people"):
        poisson_power(np.full(30, 10), np.arange(20, 50))
