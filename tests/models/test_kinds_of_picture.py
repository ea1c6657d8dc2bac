"""What the models' pictures beyond lines hold is what the models say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thousandfold import ExplainedError, compare
from thousandfold.models import (
    CriticalMass,
    Debt,
    ErrorBudgetPolicy,
    SquadCut,
    Squads,
    StranglerFig,
    TwoSegments,
    network,
)
from thousandfold.models.chains import chain_lengths
from thousandfold.models.debt_map import best_shares
from thousandfold.picture import AreaMap, Dots, HeatMap, Hills, Network, Stack, Strip

people = st.builds(
    Squads,
    people=st.integers(2, 120),
    squad=st.integers(2, 40),
    liaisons=st.integers(1, 3),
    circle=st.integers(4, 30),
)


@settings(max_examples=40, deadline=None)
@given(people)
def test_people_are_in_squads_and_those_cut_off_are_as_many_as_the_model_says(
    company: Squads,
) -> None:
    picture = company.picture("people")
    assert isinstance(picture, Network)
    assert len(picture.group) == company.people
    for place, members in enumerate(company.groups[0]):
        np.testing.assert_array_equal(np.flatnonzero(picture.group == place), members)
    assert len(picture.pairs) == company.paths
    [ill] = picture.away
    present = np.arange(int(company.people)) != ill
    _, cut_off = chain_lengths(company.links[np.ix_(present, present)])
    assert picture.cut_off_pairs == pytest.approx(cut_off)
    assert bool(picture.cut_off.any()) == (cut_off > 0)
    across = picture.pairs[picture.between]
    assert set(across.ravel().tolist()) <= set(picture.hubs)


def test_a_second_liaison_mends_what_the_first_one_breaks() -> None:
    one, two = (Squads(squad=10, liaisons=n).picture("people") for n in (1, 2))
    assert one.title == "100 in squads of 10: 495 paths, not 4,950. One is ill: 9 cut off"
    assert "17 in 100 pairs cannot reach each other" in one.sentence
    assert two.title.endswith("One is ill: nobody cut off")


def test_too_many_people_to_see_are_told() -> None:
    with pytest.raises(ExplainedError, match="1,000 dots are too many to see: 400 at most"):
        Squads(people=1000).picture("people")
    with pytest.raises(ExplainedError, match="19,900 lines are too many to see: 10,000 at most"):
        Squads(people=200, squad=200).picture("people")


def test_a_week_is_whole_and_holds_what_staying_aligned_costs() -> None:
    company = Squads(squad=10)
    picture = company.picture("week")
    assert isinstance(picture, Stack)
    work, *spent = (np.asarray(layer.heights) for layer in picture.layers)
    np.testing.assert_allclose(work + sum(spent), 40)
    assert sum(spent)[1] == pytest.approx(company.week())
    longest, cut_off = company.days()
    prices = [0.25 * company.paths_per_person, 0.5 * longest.mean(), 20 * cut_off.mean()]
    np.testing.assert_allclose([layer[1] for layer in spent], prices)
    assert sum(spent)[0] == pytest.approx(company.replace(squad=company.people).week())


@pytest.mark.parametrize("debt", [Debt(), Debt(contagion=0, carelessness=0.4)])
def test_the_map_holds_the_best_shares_of_the_model(debt: Debt) -> None:
    interests, horizons, best = best_shares(debt)
    for column in (2, 7, 20):
        for row in (2, 3, 11):
            alone = debt.replace(interest=interests[column]).best_share(int(horizons[row]))
            assert best[row, column] == pytest.approx(alone, abs=0.051)
    assert (np.diff(best, axis=0) > -0.03).all(), "more time never asks for less repair"


def test_on_the_map_only_the_mark_moves_with_interest() -> None:
    near, far = Debt(interest=0.25).picture("map"), Debt(interest=0.5).picture("map")
    assert isinstance(near, HeatMap)
    assert isinstance(far, HeatMap)
    assert near.values is far.values
    assert [picture.notes[0].x for picture in (near, far)] == [0.25, 0.5]
    assert near.notes[1] == far.notes[1]
    assert near.title == "Best share for repair: none after a year, 30 % after three"


def test_areas_leave_as_long_as_that_pays() -> None:
    code = network("prometheus", documents=False)
    for drag, leave in [(0.3, ()), (1, ("tsdb", "web/ui", "promql"))]:
        picture = StranglerFig(drag=drag).picture("areas")
        assert isinstance(picture, AreaMap)
        assert tuple(picture.names[area] for area in picture.gone) == leave
        gone = code.places(leave)
        still = np.delete(np.delete(code.together, gone, 0), gone, 1)
        assert picture.crossing == pytest.approx(1 - still.sum() / code.together.sum())
        np.testing.assert_array_equal(picture.sizes, code.changes)


def test_the_year_is_one_that_the_model_lives() -> None:
    rule = ErrorBudgetPolicy(resume=0, freeze=0.4)
    picture = rule.picture("year")
    assert isinstance(picture, Strip)
    never, stops = picture.rows
    assert not np.any(never.stopped)
    runs = compare({"never": rule.replace(freeze=0), "rule": rule}, replications=500)
    down = runs.final("downtime")
    year = np.argsort(down[0], kind="stable")[250]
    np.testing.assert_array_equal(stops.stopped, runs["shipping"][1:, 1, year] == 0)
    assert [row.bad for row in picture.rows] == [True, False]
    assert f"{down[1, year]:,.0f} min" in stops.end
    # Frozen in a week: as little was left the week before as the rule says.
    before = np.concatenate([[1], np.asarray(stops.left)[:-1]])
    np.testing.assert_array_equal(stops.stopped, before <= 0.4)


def test_another_rule_is_shown_in_the_same_year() -> None:
    first, second = (ErrorBudgetPolicy(freeze=freeze).picture("year") for freeze in (0.1, 0.6))
    assert isinstance(first, Strip)
    assert isinstance(second, Strip)
    np.testing.assert_array_equal(first.rows[0].left, second.rows[0].left)
    assert "never stops either" in ErrorBudgetPolicy(freeze=0).picture("year").sentence


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_product_stands_on_its_hills(depth: float, power: float) -> None:
    model = TwoSegments(depth=depth, power_last=power)
    picture = model.picture("hills")
    assert isinstance(picture, Hills)
    one, *editions = picture.stands
    for won, hill in zip(np.asarray(one.wins), picture.hills, strict=True):
        assert won == pytest.approx(np.interp(depth, picture.x, hill.height), abs=0.02)
    share = np.array([1 - power, power])
    np.testing.assert_allclose(one.wins, 100 * share * np.array(model.uptake()), atol=1e-9)
    both = np.sum([edition.wins for edition in editions], axis=0)
    np.testing.assert_allclose(both, 100 * share * np.array(model.uptake_of_two()), atol=1e-9)


@given(st.floats(0, 1), st.floats(0, 200))
def test_the_hall_ends_where_the_model_says(on_board: float, price: float) -> None:
    model = CriticalMass(on_board=on_board, price=price)
    picture = model.picture("hall")
    assert isinstance(picture, Dots)
    assert picture.later == round(100 * float(model.path(on_board, 300)[-1]))
    if on_board < model.critical - 0.01:
        assert picture.later <= picture.now


def test_the_hall_tips() -> None:
    below, above = (CriticalMass(on_board=share).picture("hall") for share in (0.19, 0.21))
    assert below.title == "With 19 of 100 the hall empties, to 0"
    assert above.title == "With 21 of 100 the hall fills, to 80"
    assert "however many are there" in CriticalMass(price=60).picture("hall").sentence


@pytest.mark.parametrize("squads", [1, 3, 6, 12])
def test_the_network_is_cut_as_the_model_cuts_it(squads: int) -> None:
    model = SquadCut(squads=squads)
    picture = model.picture("network")
    assert isinstance(picture, Network)
    cut = model.of(network("terraform"))
    assert picture.crossing == pytest.approx(cut.crossing)
    assert len(np.unique(picture.group)) == len(cut.squads)
    assert picture.centre_name == "website"
    assert picture.centre == network("terraform").areas.index("website")


def test_a_gain_stands_in_the_picture_as_two_bars_from_zero() -> None:
    picture = StranglerFig().picture("areas")
    assert isinstance(picture, AreaMap)
    (_, stays), (told, leaves) = picture.worth
    assert told == f"3 areas out: {leaves - stays:.0f} more delivered"
    assert f"{leaves - stays:.0f} more changes in two years" in picture.sentence
    stopped = StranglerFig(drag=0.3).picture("areas")
    assert isinstance(stopped, AreaMap)
    assert not stopped.worth


@given(st.floats(0, 1), st.floats(0, 1))
def test_sums_of_hills_are_written_out(depth: float, power: float) -> None:
    picture = TwoSegments(depth=depth, power_last=power).picture("hills")
    assert isinstance(picture, Hills)
    one, *editions = picture.stands
    for (words, mine), stands in zip(picture.totals, ([one], editions), strict=True):
        casual, power_users = np.sum([stand.wins for stand in stands], axis=0)
        assert f" = {casual:.0f} casual + {power_users:.0f} power" in words
        assert mine == (stands == [one])


def test_a_rule_says_when_it_stops_and_when_it_goes_on() -> None:
    never, stops = ErrorBudgetPolicy().picture("year").rows  # type: ignore[attr-defined]
    assert (never.stops, never.resumes) == (None, None)
    assert (stops.stops, stops.resumes) == (0.25, 0.5)
    _, odd = ErrorBudgetPolicy(resume=0, freeze=0.4).picture("year").rows  # type: ignore[attr-defined]
    assert (odd.stops, odd.resumes) == (0.4, 0.4)


@pytest.mark.parametrize("share", [0.1, 0.2, 0.3])
def test_the_mark_lies_where_the_lead_crosses_zero(share: float) -> None:
    debt = Debt(repayment=share)
    picture = debt.picture("lead")
    _, mark = picture.notes
    median = np.median(debt.lead(), axis=1)
    assert mark.y == 0
    assert np.interp(mark.x or 0, np.arange(13), median) == pytest.approx(0, abs=1e-6)
    assert debt.ahead_from() - 1 <= (mark.x or 0) <= debt.ahead_from()


def test_of_a_network_with_a_centre_few_other_ties_are_drawn() -> None:
    picture = SquadCut().picture("network")
    assert isinstance(picture, Network)
    own = (picture.pairs == picture.centre).any(axis=1)
    assert picture.drawn[own].all()
    others = picture.drawn & ~own
    weights = np.asarray(picture.weights)
    assert others.sum() == 12
    assert weights[others].min() >= weights[~own & ~picture.drawn].max()


def test_whose_code_it_is_and_who_owns_what_ties_all() -> None:
    picture = SquadCut().picture("network")
    assert isinstance(picture, Network)
    assert picture.shown.startswith("Terraform's code")
    place = picture.group[picture.centre or 0]
    assert picture.names[place] == "the squad of website"
