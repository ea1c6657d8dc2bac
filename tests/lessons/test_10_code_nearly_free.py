"""What lesson 10 says beside its keypoints, on default parameters."""

from __future__ import annotations

from itertools import product
from typing import cast

import numpy as np
import pytest
from class_list import NAMES

from tests.conftest import ROOT, Published
from thousandfold import keypoint, numbers_for
from thousandfold.core import Array, companies
from thousandfold.models import (
    Approval,
    Debt,
    ReleaseTrain,
    TeamWeek,
    UnreadDebt,
    first_moves,
    time_to_answer,
    trial_minutes,
)
from thousandfold.picture import Lines


def drawn_weeks() -> list[TeamWeek]:
    """Return plausible weeks."""
    return cast(list[TeamWeek], companies(TeamWeek(), 100).models)


def test_they_were_slower_and_believed_the_opposite() -> None:
    assert trial_minutes("forecast") < trial_minutes("believed") < 60 < trial_minutes("measured")


def test_three_times_as_fast_is_less_than_a_fifth_more() -> None:
    assert TeamWeek().gain == pytest.approx(17.8, abs=0.1)
    assert TeamWeek().most == pytest.approx(34.7, abs=0.1)


def test_where_the_team_starts_to_win_hangs_on_how_heavy_changes_get() -> None:
    assert TeamWeek(faster=1.2).gain < 0 < TeamWeek(faster=1.3).gain
    for heavier, faster, most in ((1, 1, 47.1), (1.25, 1.24, 34.7), (1.5, 1.64, 24.2)):
        week = TeamWeek(heavier=heavier, faster=faster)
        assert (week.gain, week.most) == pytest.approx((0, most), abs=0.2), "the guide says so"
    assert TeamWeek(faster=3, heavier=2).gain < 0, "it can take all"


def test_lighter_changes_win_about_as_much_as_twice_the_speed() -> None:
    lighter, faster = TeamWeek(heavier=1), TeamWeek(faster=2 * TeamWeek().faster)
    assert lighter.gain == pytest.approx(faster.gain, abs=2)
    assert lighter.gain > faster.gain, "the guide: a quarter heavier"
    assert lighter.gain < faster.replace(heavier=1.2).gain, "the guide: a fifth heavier"
    heavy = [week for week in drawn_weeks() if week.heavier >= TeamWeek().heavier]
    wins = [week.replace(heavier=1, faster=3).gain > week.replace(faster=6).gain for week in heavy]
    assert np.mean(wins) > 0.95, "and not at Ferry alone, the guide says"


def test_what_is_won_hangs_on_what_grows_with_what_is_built_and_on_the_share_of_writing() -> None:
    week = TeamWeek()
    changes = 1 - week.agreeing
    heavier = week.heavier * (changes - week.coding)
    fixed = [100 * (changes / (heavier + week.coding / faster) - 1) for faster in (1e9, 3)]
    assert fixed == pytest.approx([82, 36], abs=0.5), "if agreeing and releasing do not grow"
    assert TeamWeek(coding=0.11).most == pytest.approx(5, abs=0.1), "the share in editors"


def test_the_same_work_needs_a_quarter_fewer_people() -> None:
    def fewer(week: TeamWeek) -> float:
        return 100 * (1 - 1 / (1 + week.most / 100))

    assert fewer(TeamWeek()) == pytest.approx(26, abs=0.5)
    assert fewer(TeamWeek(heavier=2)) == pytest.approx(7, abs=0.5), "hardly fewer"


def test_ferry_buys_first_unless_squads_save_more_than_a_third_of_agreeing() -> None:
    asks = TeamWeek().overtakes_at("fewer to ask")
    assert 1 / 3 < asks < 0.36
    assert TeamWeek().overtakes_at("fewer faults") > 1, "not even if nothing broke: the guide"
    assert TeamWeek(coding=0.2).overtakes_at("fewer to ask") == pytest.approx(1 / 8, abs=0.005)
    fifth = TeamWeek(coding=0.2, mending=0.27)
    assert fifth.agreeing == pytest.approx(TeamWeek().agreeing)
    assert fifth.overtakes_at("fewer to ask") < 1 / 8
    assert fifth.overtakes_at("fewer faults") == pytest.approx(0.15, abs=0.005), "the guide"
    assert TeamWeek(faster=1.2).gain < 0


def test_where_the_hours_go_decides_what_comes_first_with_sizes_of_ours() -> None:
    """The guide says so, of the sizes in the exercise."""
    weeks = (TeamWeek(), TeamWeek(coding=0.2), TeamWeek(coding=0.2, mending=0.27))
    moves = [first_moves(week)["delivered more (%)"].idxmax() for week in weeks]
    assert moves == ["faster code", "fewer to ask", "fewer faults"]


def test_half_as_much_again_takes_writing_for_well_over_half_of_the_week() -> None:
    assert TeamWeek(coding=0.58).gain < 50 < TeamWeek(coding=0.6).gain
    plausible = TeamWeek.quantities()["coding"].plausible
    assert plausible is not None
    assert plausible[1] <= 0.5, "the lesson calls it implausible"


def test_twice_the_changes_are_read_after_far_more_than_twice_as_long() -> None:
    amara = Approval(decisions=9, hours=1, available=20)
    twice = amara.replace(decisions=18)
    assert (amara.busy, twice.busy) == pytest.approx((0.45, 0.9))
    assert twice.time / amara.time == pytest.approx(5.5)
    assert (twice.time - 1) / (amara.time - 1) == pytest.approx(11), "the guide: the wait alone"
    assert 5 * twice.weeks == pytest.approx(2.5), "working days, not hours"
    assert amara.replace(decisions=20).time == float("inf"), "twice half of her time: the guide"


def test_with_heavier_changes_she_never_catches_up_and_two_are_as_quick_as_today() -> None:
    heavy = Approval(decisions=18, hours=TeamWeek().heavier, available=20)
    assert heavy.decisions * heavy.hours == pytest.approx(22.5)
    assert heavy.time == float("inf")
    today = Approval(decisions=9, hours=1, available=20).time
    assert heavy.replace(deciders=2).time == pytest.approx(today, rel=0.02)
    plain = heavy.replace(hours=1, deciders=2)
    assert TeamWeek().heavier == heavy.hours == 1.25, "the table writes it as a number"
    assert plain.time / today == pytest.approx(0.69, abs=0.01), "and plain ones less"


def test_our_week_allows_less_than_the_vendor_counted(published: Published) -> None:
    assert TeamWeek().most / 100 < published.entries["faros_2025"]["value"][0]


def test_were_each_change_exactly_an_hour_she_would_be_four_times_as_slow() -> None:
    """With one length of work the wait is half of what it is here."""
    before, after = ((time_to_answer(busy) + 1) / 2 for busy in (0.45, 0.9))
    assert float(after / before) == pytest.approx(3.9, abs=0.05)


def test_the_counted_review_time_fits_a_reader_who_is_busy_a_third(published: Published) -> None:
    """The guide says so."""
    changes, longer = published.entries["faros_2025"]["value"]
    more = time_to_answer(0.325 * (1 + changes)) / time_to_answer(0.325)
    assert float(more) == pytest.approx(1 + longer, abs=0.05)


def test_the_share_of_writing_is_what_others_counted(published: Published) -> None:
    published.agrees("coding_share", 100 * TeamWeek().coding)
    why = TeamWeek.quantities()["coding"].because
    minutes, developers = published.entries["code_time"]["value"]
    assert f"{5 * minutes / 24:.0f} % in the editors of {developers:,} developers" in why
    hours = published.entries["timesheet"]["value"]
    assert f"said {hours} of 40 hours" in why


def test_the_guide_quotes_what_was_published(published: Published) -> None:
    guide = (ROOT / "facilitator" / "10_code_nearly_free.md").read_text("utf-8")
    throughput, stability = published.entries["dora_2024"]["value"]
    assert f"{-stability} % less with 25 % more use, throughput {-throughput} % less" in guide
    times, _ = published.entries["faros_2026"]["value"]
    assert times == 5
    assert "reviews five times as long" in guide


def test_twice_the_changes_double_the_batch_and_the_failures() -> None:
    today = ReleaseTrain(changes=40, release_hours=3)
    twice = today.replace(changes=80)
    cheap = twice.replace(release_hours=0.3)
    assert [train.best_batch for train in (today, twice, cheap)] == [5, 11, 2]
    fails = [float(train.failure(train.best_batch)) for train in (today, twice, cheap)]
    assert fails == pytest.approx([0.096, 0.199, 0.040], abs=0.001)


def test_cheap_releases_fail_a_little_more_often_with_fewer_changes_in_each() -> None:
    today = ReleaseTrain(changes=40, release_hours=3)
    twice = today.replace(changes=80)
    cheap = twice.replace(release_hours=0.3)
    a_week = [
        float(train.failure(train.best_batch)) * train.changes / train.best_batch
        for train in (today, twice, cheap)
    ]
    assert a_week == pytest.approx([0.77, 1.45, 1.58], abs=0.01)
    assert cheap.best_batch < today.best_batch < twice.best_batch
    for more in (week / a_week[0] for week in a_week[1:]):
        assert more == pytest.approx(2, abs=0.15), "faults are changes times risk"


def test_the_gain_is_gone_in_quarter_nine_and_a_little_is_left_in_all() -> None:
    team = UnreadDebt(gain=TeamWeek().most)
    line, careful = (np.ravel(each.y) for each in cast(Lines, team.picture()).series)
    assert (line[:8] > 0).all()
    assert (line[8:] < 0).all()
    assert line[-1] == pytest.approx(-20.5, abs=0.1), "the guide"
    assert (np.diff(careful) < 0).all(), "it falls, too"
    assert (careful > 0).all()
    times = 1 + team.gain / 100
    assert (round(2 / times, 1), round(times, 2)) == (1.5, 1.35), "the guide"
    in_all = [team.replace(leaves=leaves).ahead_of_hand()[1] for leaves in (1, times, 2)]
    assert in_all == pytest.approx([34.7, 25.1, 7.4], abs=0.1), "the guide takes it apart"


def test_forty_percent_of_repair_builds_most_and_care_wins_more() -> None:
    team = UnreadDebt(gain=TeamWeek().most)
    shares = np.arange(0.2, 0.61, 0.05)

    def in_all(leaves: float) -> Array:
        with_it = team.replace(leaves=leaves)
        return np.array(
            [with_it.replace(repayment=float(share)).ahead_of_hand()[1] for share in shares]
        )

    assert shares[in_all(2).argmax()] == pytest.approx(0.4)
    careful = 1 + team.gain / 100
    assert shares[in_all(careful).argmax()] == pytest.approx(0.3), "more repair no longer pays"
    slower = team.replace(gain=TeamWeek().gain)
    assert all(
        slower.replace(repayment=float(share)).ahead_of_hand()[1] < 0
        for share in np.arange(0, 0.51, 0.05)
    ), "three times as fast: no repair makes up for it"
    at = [slower.replace(repayment=share).ahead_of_hand()[1] for share in (0.3, 0.4)]
    assert at == pytest.approx([-6.1, -3.2], abs=0.1), "the guide"
    assert Debt().best_share(12) == pytest.approx(0.3), "which is best by hand"
    more = team.replace(repayment=0.4)
    assert (np.ravel(cast(Lines, more.picture()).series[0].y) > 0).all(), "it stays ahead"
    assert more.ahead_of_hand()[0] < team.ahead_of_hand()[0], "and wins less at first"
    assert team.replace(leaves=careful).ahead_of_hand()[1] > 2 * more.ahead_of_hand()[1]


def test_more_repair_does_not_pay_where_none_did_because_debt_is_cheap() -> None:
    tried = keypoint("10.3").robust(anywhere=True)
    assert tried.deciders == ("interest",)
    for team, holds in zip(tried.companies.models, tried.holds, strict=True):
        if not holds:
            assert cast(Debt, team).best_share(12) == 0
            assert cast(Debt, team).interest < 1 / 6
    assert (tried.margin >= 0).all(), "in none less repair is best"
    shares = [
        keypoint("10.3").robust(anywhere=True, interest=interest).percent for interest in (0.1, 0.2)
    ]
    assert shares == pytest.approx([7, 96], abs=4), "the guide"


def test_everybody_s_own_week_is_as_hard_as_any_other() -> None:
    hours, times = [8, 12, 16, 20], [2, 4]
    drawn = [numbers_for(name, hours=hours, times=times) for name in NAMES]
    assert {(mine.hours, mine.times) for mine in drawn} == set(product(hours, times))
    for writing, faster in product(hours, times):
        free = writing - writing / faster
        more = 100 * (40 / (40 - free) - 1)
        assert free == int(free), "the hours can be written down without a fraction"
        assert more - 100 * free / 40 > 1, "what is free is not what is won"
        week = TeamWeek(coding=writing / 40, faster=faster, heavier=1)
        assert week.gain == pytest.approx(more)
