"""The flight of a room: who may decide what and when, and what goes on where nobody does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.plan import Slot
from thousandfold.flight import Decision, Game
from thousandfold.flight.debrief import example_game
from thousandfold.flight.deck import EVENTS, events_of
from thousandfold.flight.loops import turned
from thousandfold.flight.saved import written
from thousandfold.flight.turn import Replayed
from thousandfold.room.day import FACILITATOR, Day
from thousandfold.room.flights import MOST_BEGUN, MOST_OF_ONE, MOST_TEAMS, Flights, new_word
from thousandfold.room.journal import Deed
from thousandfold.room.programme import DEBRIEF, FLY, steps_of
from thousandfold.room.sights import cells, curves, forecasters, guesses, loops

SLOT = Slot(540, 36, "exercise", "Fly", "08_flight_simulator", "lesson", FLY)
CLOSE = Slot(576, 10, "discuss", "Close", "", "")


def turn(hire: int = 0, forecast: float = 2000, reason: str = "word of mouth") -> dict[str, Any]:
    """Return what a page sends."""
    return {"decision": Decision(hire=hire).row(), "forecast": forecast, "reason": reason}


@pytest.fixture
def flights() -> Flights:
    begun = Flights()
    begun.begin("ann", "Red", "lumi-karo")
    begun.begin("ben", "Blue", "naso-tuva")
    return begun


# --- Teams ----------------------------------------------------------------------------------------


def test_a_team_is_joined_with_its_word_however_it_is_typed(flights: Flights) -> None:
    flights.join("eve", " Lumi Karo ")
    assert flights.teams[1].members == {"ann", "eve"}
    flights.join("eve", "naso-tuva")
    assert (flights.teams[1].members, flights.teams[2].members) == ({"ann"}, {"ben", "eve"})
    with pytest.raises(ExplainedError, match="No team has this word"):
        flights.join("eve", "lumi-kara")
    assert flights.team_of("eve") is flights.teams[2]


def test_who_joins_the_team_again_that_nobody_else_is_in_stays_in_it(flights: Flights) -> None:
    flights.join("ann", "lumi-karo")
    assert flights.team_of("ann") is flights.teams[1]


@pytest.mark.parametrize(
    "name", ["red", "  RED ", "r e d", "Red!", "Ｒed", "", "   ", "x" * 41, "a\u202eb", "!"]
)
def test_a_name_that_is_taken_or_none_is_refused(flights: Flights, name: str) -> None:
    with pytest.raises(ExplainedError):
        flights.begin("eve", name, "zova-zova")
    assert len(flights.teams) == 2


def test_a_team_that_decided_nothing_goes_with_its_last_browser(flights: Flights) -> None:
    flights.decide("ben", 1, turn())
    flights.leave("ann")
    flights.leave("ben")
    assert [team.name for team in flights.teams.values()] == ["Blue"]
    flights.begin("ann", "Red", "zova-zova")
    assert flights.teams[3].name == "Red"


def test_one_browser_does_not_fill_the_room(flights: Flights) -> None:
    for number in range(MOST_BEGUN):
        flights.begin("eve", f"Team {number}", f"word{number}")
        flights.decide("eve", 1, turn())
        flights.leave("eve")
    with pytest.raises(ExplainedError, match=f"has begun {MOST_BEGUN} teams"):
        flights.begin("eve", "One more", "zova-zova")
    for number in range(MOST_TEAMS - len(flights.teams)):
        flights.begin(f"browser {number}", f"Another {number}", f"other{number}")
    with pytest.raises(ExplainedError, match=f"{MOST_TEAMS} teams fly already"):
        flights.begin("last", "Too many", "zova-zova")
    flights.take_out(1, True)
    flights.begin("last", "One place is free", "zova-zova")


def test_one_address_has_few_teams() -> None:
    day = Day([SLOT, CLOSE], {})
    for number in range(MOST_OF_ONE):
        done(day, "enter", f"b{number}", address="10.0.0.1")
        done(day, "team", f"b{number}", do="begin", name=f"Team {number}", word=f"word{number}")
    for who, address in (("more", "10.0.0.1"), ("other", "10.0.0.2")):
        done(day, "enter", who, address=address)
    with pytest.raises(ExplainedError, match=f"{MOST_OF_ONE} teams came from your address"):
        done(day, "team", "more", do="begin", name="More", word="zova-zova")
    done(day, "team", "other", do="begin", name="Other", word="zova-zova")
    done(day, "let in", FACILITATOR, address="10.0.0.1")  # a class sits there
    done(day, "team", "more", do="begin", name="More", word="zova-zovo")


def test_a_number_that_is_given_again_has_its_own_name_in_its_game(flights: Flights) -> None:
    assert flights.game(flights.teams[2]).team == "Blue"
    flights.leave("ben")
    flights.begin("eve", "Green", "zova-zova")
    assert flights.game(flights.teams[2]).team == "Green"


def test_words_differ() -> None:
    taken: set[str] = set()
    for _ in range(200):
        taken.add(new_word(taken))
    assert len(taken) == 200
    assert all(word.replace("-", "").isalpha() for word in taken)


# --- Decisions ------------------------------------------------------------------------------------


def test_the_latest_decision_of_a_team_counts_until_all_fly(flights: Flights) -> None:
    flights.join("eve", "lumi-karo")
    flights.decide("ann", 1, turn(hire=2), 100.0)
    flights.decide("eve", 1, turn(hire=5), 101.0)
    red = flights.teams[1]
    assert (red.turns[1].decision.hire, red.sent[1]) == (5, ("eve", 101.0))
    assert flights.decided() == (red,)
    flights.fly(1)
    assert flights.game(red).rows == [Decision(hire=5)]
    with pytest.raises(ExplainedError, match="Round 1 was flown while you decided"):
        flights.decide("ann", 1, turn(hire=9))
    with pytest.raises(ExplainedError, match="Round 3 is not open"):
        flights.decide("ann", 3, turn(hire=9))
    assert flights.game(red).rows == [Decision(hire=5)]


def test_who_decides_nothing_goes_on_as_before_and_hires_nobody(flights: Flights) -> None:
    kept = Decision(features=30, debt=30, squads=2, hire=6, api="partners")
    flights.decide("ann", 1, {**turn(), "decision": kept.row()})
    flights.fly(2)
    red, blue = flights.teams[1], flights.teams[2]
    assert flights.game(red).rows == [kept, Decision.of({**kept.row(), "hire": 0})]
    assert flights.game(blue).rows == [Decision(), Decision()]
    assert [cell.went_on for cell in cells(flights, red, with_open=True)] == [False, True, False]
    assert cells(flights, red, with_open=True)[2].words == "round 3: nothing yet"
    assert (
        "nothing came, it went on with features 30" in cells(flights, red, with_open=False)[1].words
    )


def test_who_comes_late_flies_from_what_ferry_does_today(flights: Flights) -> None:
    flights.fly(4)
    flights.begin("late", "Late", "zova-zova")
    flights.decide("late", 5, turn(hire=3, forecast=9000))
    flights.fly(5)
    game = flights.game(flights.teams[3])
    assert game.rows == [*[Decision()] * 4, Decision(hire=3)]
    assert game.forecasts == [None, None, None, None, 9000]
    assert [guess.words for guess in guesses(flights, 5)][1:] == ["no forecast"] * 2


def test_a_round_is_opened_again_and_what_was_decided_stands(flights: Flights) -> None:
    flights.decide("ann", 1, turn(hire=2))
    flights.fly(1)
    flights.fly(0)
    assert flights.decided() == (flights.teams[1],)
    flights.decide("ann", 1, turn(hire=4))
    flights.fly(1)
    assert flights.game(flights.teams[1]).rows == [Decision(hire=4)]


def test_a_team_that_was_taken_out_decides_nothing_until_it_is_let_in(flights: Flights) -> None:
    flights.decide("ann", 1, turn(hire=2))
    flights.take_out(1, True)
    assert [team.name for team in flights.flying] == ["Blue"]
    with pytest.raises(ExplainedError, match="ask the facilitator"):
        flights.decide("ann", 1, turn())
    flights.take_out(1, False)
    assert flights.decided() == (flights.teams[1],)
    with pytest.raises(ExplainedError, match="no such team"):
        flights.take_out(9, True)


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"decision": None},
        turn(forecast=0),
        turn(reason=" "),
        {**turn(), "decision": {**Decision().row(), "hire": float("nan")}},
        {**turn(), "decision": [1]},
    ],
)
def test_what_is_no_decision_changes_nothing(flights: Flights, sent: Mapping[str, Any]) -> None:
    with pytest.raises(ExplainedError):
        flights.decide("ann", 1, sent)
    assert flights.teams[1].turns == {}


# --- Events ---------------------------------------------------------------------------------------


def test_an_event_is_announced_for_a_round_to_come_and_happens_to_all(flights: Flights) -> None:
    dealt = events_of(flights.seed)
    assert [flights.event(at) for at in dealt] == list(dealt.values())
    assert not any(flights.announced(at) for at in dealt)  # luck is not told beforehand
    flights.announce(1, "region fails")
    assert flights.announced(1) == EVENTS["region fails"]
    flights.fly(1)
    for team in flights.flying:
        assert flights.game(team).report().news[0] == EVENTS["region fails"]
    for at, event in ((1, "good press"), (13, "good press"), (2, "earthquake")):
        with pytest.raises(ExplainedError):
            flights.announce(at, event)
    flights.announce(2, "none")
    assert (flights.event(2), flights.announced(2)) == ("none", "")


# --- Flights from notebooks -----------------------------------------------------------------------


def test_a_flight_is_brought_once_and_has_landed(flights: Flights) -> None:
    flown = Game("red", turns=example_game().turns)
    flights.bring("eve", flown, "zova-zova")
    brought = flights.teams[3]
    assert brought.name == "red (2)"
    assert flights.game(brought).turns == flown.turns
    assert brought in flights.landed
    assert brought not in flights.flying
    with pytest.raises(ExplainedError, match="has landed"):
        flights.decide("eve", 1, turn())
    with pytest.raises(ExplainedError, match="in the room already"):
        flights.bring("cat", flown, "zova-zovo")
    with pytest.raises(ExplainedError, match="nothing to bring"):
        flights.bring("cat", Game("Empty"), "zova-zovo")
    flights.leave("eve")
    assert 3 in flights.teams


def test_a_browser_brings_one_flight(flights: Flights) -> None:
    first, second = (
        Game(name, turns=example_game().turns[:at]) for name, at in (("A", 3), ("B", 4))
    )
    flights.bring("eve", first, "zova-zova")
    flights.leave("eve")
    with pytest.raises(ExplainedError, match="has brought A already"):
        flights.bring("eve", second, "zova-zovo")
    flights.take_out(3, True)
    flights.bring("eve", second, "zova-zovo")


def test_whoever_brought_the_wrong_flight_brings_the_right_one_once_that_is_taken_out(
    flights: Flights,
) -> None:
    wrong, right = (Game("Mine", turns=example_game().turns[:at]) for at in (3, 4))
    flights.bring("eve", wrong, "zova-zova")
    flights.join("cat", "zova-zova")
    with pytest.raises(ExplainedError, match="ask the facilitator to take that out; then bring"):
        flights.bring("eve", right, "zova-zovo")
    flights.take_out(3, True)
    assert (flights.team_of("eve"), flights.team_of("cat")) == (None, None)
    flights.bring("eve", right, "zova-zovo")
    assert flights.team_of("eve") is flights.teams[4]
    flights.take_out(3, False)  # both count, and each browser stays where it is
    assert flights.team_of("eve") is flights.teams[4]
    assert flights.teams[3].members == set()


@pytest.mark.parametrize("others", [MOST_BEGUN - 1, MOST_OF_ONE - 1])
def test_a_wrong_flight_that_was_taken_out_takes_no_place(others: int) -> None:
    flights = Flights()
    wrong, right = (Game("Mine", turns=example_game().turns[:at]) for at in (3, 4))
    for number in range(others):
        who = "eve" if others < MOST_BEGUN else f"browser {number}"
        flights.begin(who, f"Team {number}", f"word{number}", "10.0.0.1")
        flights.decide(who, 1, turn())
        flights.leave(who)
    flights.bring("eve", wrong, "zova-zova", "10.0.0.1")
    flights.take_out(others + 1, True)
    flights.bring("eve", right, "zova-zovo", "10.0.0.1")
    flights.leave("eve")
    with pytest.raises(ExplainedError, match=r"has begun|came from your address"):
        flights.begin("eve", "One more", "zova-zovu", "10.0.0.1")


def test_a_flight_that_was_taken_out_may_come_in_again(flights: Flights) -> None:
    flown = Game("Mine", turns=example_game().turns)
    flights.bring("eve", flown, "zova-zova")
    flights.take_out(3, True)
    flights.take_out(3, False)  # it was a slip
    assert flights.team_of("eve") is flights.teams[3]
    with pytest.raises(ExplainedError, match="in the room already"):
        flights.bring("cat", flown, "zova-zovo")
    flights.take_out(3, True)
    flights.bring("cat", flown, "zova-zovo")
    assert [team.number for team in flights.landed] == [1, 2, 4]


def test_a_team_of_this_room_keeps_its_browsers_when_it_is_taken_out(flights: Flights) -> None:
    flights.take_out(1, True)
    assert flights.team_of("ann") is flights.teams[1]


def test_the_debrief_flies_with_the_luck_of_the_room_however_many_bring_another(
    flights: Flights,
) -> None:
    flights.leave("ben")
    flights.fly(3)
    for number, who in enumerate(("eve", "cat")):
        turns = example_game().turns[: 3 + number]
        flights.bring(who, Game(f"Elsewhere {number}", 7, turns=turns), f"zova-zov{number}")
    room = flights.room()
    assert room.luck == (flights.seed, {})
    assert room.labels == ("Red", "Elsewhere 0 (other luck)", "Elsewhere 1 (other luck)")


def test_the_debrief_of_a_flight_that_ended_early_compares_the_rounds_that_the_room_flew(
    flights: Flights,
) -> None:
    flights.decide("ann", 1, turn(hire=6))
    flights.announce(4, "region fails")  # and the room ends before it
    flights.fly(3)
    turns = example_game().turns
    for who, name, rounds in (("eve", "Short", 2), ("cat", "Long", 12)):
        flights.bring(who, Game(name, flights.seed, turns=turns[:rounds]), f"zova-{name}")
    room = flights.room()
    assert room.labels == ("Red", "Blue", "Short (to round 2)", "Long")
    assert any("Long flew to round 12; here its first 3 count" in line for line in room.refused)
    assert any("its last decision goes on to round 3" in line for line in room.refused)
    lived = room.skill_and_luck(replications=20)["lived"]
    for label, team in zip(room.labels, flights.landed, strict=True):
        seen = flights.compared(team).seen()["customers"]
        if len(seen) == 4:
            assert lived[label] == seen[3]
    last = turns[1].decision.row() | {"hire": 0}
    went_on = Game("x", flights.seed, turns=[*turns[:2], Replayed(Decision.of(last))])
    assert lived["Short (to round 2)"] == went_on.seen()["customers"][3]


def test_only_flights_that_were_brought_are_compared_as_far_as_the_longest_flew() -> None:
    flights = Flights()
    for who, name, rounds in (("eve", "Short", 2), ("cat", "Longer", 5)):
        game = Game(name, flights.seed, turns=example_game().turns[:rounds])
        flights.bring(who, game, f"zova-{name}")
    flights.over = True
    assert flights.room().labels == ("Short (to round 2)", "Longer")


def test_a_flight_that_was_brought_shows_nobody_what_is_to_come() -> None:
    day = day_at()
    whole = written("Ahead", day.flights.seed, {}, example_game().turns)
    done(day, "team", "eve", do="bring", game=whole, word="zova-zova")
    flights, brought = day.flights, day.flights.teams[2]

    def rounds_seen() -> tuple[int, int, int]:
        [line] = [line for line in curves(flights).lines if line.name == "Ahead"]
        [one] = [one for one in forecasters(flights) if one.team is brought]
        return (
            len(line.points.split()) - 1,
            len(cells(flights, brought, with_open=True)),
            one.made,
        )

    assert rounds_seen() == (0, 0, 0)
    go(day, "decide", 1)
    assert rounds_seen() == (0, 0, 0)
    go(day, "came", 1)
    assert rounds_seen() == (1, 1, 1)
    begun = turned(Game("Ahead", flights.seed, turns=example_game().turns[:1]).flown())
    assert {name for name, _, teams in loops(flights) if "Ahead" in teams} == set(begun)
    go(day, "came", 3)
    go(day, "decide", 4)
    assert rounds_seen() == (3, 3, 3)
    done(day, "take out", FACILITATOR, team=1, out=True)  # nobody is left who decides
    assert rounds_seen() == (3, 3, 3)
    done(day, "take out", FACILITATOR, team=1, out=False)
    go(day, "landed")  # the room ends early
    assert rounds_seen() == (3, 3, 3)
    went_on = flights.compared(flights.teams[1]).seen()["customers"]
    ends = {line.name: line.customers for line in curves(flights).lines}
    assert ends == {"Ahead": example_game().seen()["customers"][3], "Red": went_on[3]}
    assert len(flights.game(brought).turns) == 12, "its own page shows all of it"


def test_flights_that_were_brought_alone_are_seen_to_their_end_once_the_room_looks_back() -> None:
    day = Day([SLOT, CLOSE], {})
    whole = written("Ahead", day.flights.seed, {}, example_game().turns)
    done(day, "team", "eve", do="bring", game=whole, word="zova-zova")
    seen = lambda: len(curves(day.flights).lines[0].points.split()) - 1  # noqa: E731
    go(day, "came", 2)
    assert seen() == 2
    go(day, "landed")
    assert seen() == 12
    go(day, "came", 2)
    assert seen() == 2


def test_the_debrief_says_whose_luck_was_another(flights: Flights) -> None:
    flights.fly(12)
    flights.bring("eve", Game("Elsewhere", 7, turns=example_game().turns), "zova-zova")
    room = flights.room()
    assert room.labels == ("Red", "Blue", "Elsewhere (other luck)")
    assert "flew with another seed" in room.refused[0]


def test_one_good_forecast_from_a_notebook_is_not_the_best_of_a_room(flights: Flights) -> None:
    for at in (1, 2, 3):
        flights.decide("ann", at, turn(forecast=1e6))
        flights.fly(at)
    brief, whole = example_game().turns[:1], example_game().turns
    flights.bring("eve", Game("Brief", flights.seed, turns=brief), "zova-zova")
    flights.bring("cat", Game("Whole", flights.seed, turns=whole), "zova-zovo")
    told = {one.team.name: (one.counts, one.made, one.rounds) for one in forecasters(flights)}
    assert told["Brief"] == (False, 1, 3)
    assert told["Whole"] == told["Red"] == (True, 3, 3)
    assert any("Brief (to round 1)" in names for _, _, names in loops(flights))


# --- What is seen ---------------------------------------------------------------------------------


@pytest.mark.parametrize("teams", [1, 3, 20])
def test_names_beside_curves_can_be_read(teams: int) -> None:
    flights = Flights()
    for number in range(teams):
        flights.begin(f"browser {number}", f"Team {number}", f"word{number}")
        flights.decide(f"browser {number}", 1, turn(hire=number))
    flights.fly(1)
    drawn = curves(flights)
    heights = [line.beside for line in drawn.lines]
    assert all(low - high >= 25 for high, low in pairwise(heights))
    assert all(0 < height < 600 for height in heights)
    looks = {(line.place % 5, line.place // 5 % 4) for line in drawn.lines}
    assert len(looks) == teams
    assert all(f"Team {number} " in drawn.sentence for number in range(teams))


def test_a_room_without_teams_can_be_looked_at() -> None:
    flights = Flights()
    flights.fly(3)
    assert curves(flights).lines == ()
    assert (guesses(flights, 3), forecasters(flights)) == ([], [])
    assert all(not teams for _, _, teams in loops(flights))


def test_the_best_forecaster_is_among_those_that_forecast_each_round(flights: Flights) -> None:
    for at, forecast in ((1, 2500.0), (2, 5000.0)):
        flights.decide("ann", at, turn(forecast=forecast))
        if at == 1:
            came = Game("x", turns=flights.teams[1].flown(1)).seen()["customers"][1]
            flights.decide("ben", at, turn(forecast=float(came)))
        flights.fly(at)
    ranked = forecasters(flights)
    assert [(one.team.name, one.counts, one.made) for one in ranked] == [
        ("Red", True, 2),
        ("Blue", False, 1),
    ]
    assert ranked[1].times == pytest.approx(1)
    came = flights.game(flights.teams[1]).seen()["customers"]
    errors = [max(f / c, c / f) for f, c in zip((2500, 5000), came[1:], strict=True)]
    assert ranked[0].times == pytest.approx((errors[0] * errors[1]) ** 0.5)


def test_loops_name_the_teams_in_which_they_turned(flights: Flights) -> None:
    flights.fly(12)
    name, _, teams = loops(flights)[0]
    assert (name, teams) == ("Word of mouth", ["Red", "Blue"])


# --- In a day -------------------------------------------------------------------------------------


def day_at(*kinds: tuple[str, int]) -> Day:
    """Return a day that went through these steps, with a team of ann's."""
    day = Day([SLOT, CLOSE], {})
    done(day, "team", "ann", do="begin", name="Red", word="lumi-karo")
    for kind, at in kinds:
        go(day, kind, at)
    return day


def done(day: Day, kind: str, who: str, **body: Any) -> frozenset[str]:
    # As the journal keeps it: what JSON does not hold is lost.
    return day.do(Deed(kind, who, json.loads(json.dumps(body)), 100.0))


def go(day: Day, kind: str, at: int = 0) -> None:
    step = next(one for one in day.steps if (one.kind, one.number) == (kind, at))
    done(day, "go", FACILITATOR, **{"from": day.step.name, "to": step.name})


def test_the_steps_of_a_flight() -> None:
    kinds = [(step.kind, step.number) for step in steps_of([SLOT, CLOSE])]
    rounds = [(kind, at) for at in range(1, 13) for kind in ("decide", "came")]
    flown = [("teams", 0), *rounds, *((kind, 0) for kind in DEBRIEF)]
    assert kinds == [("welcome", 0), *flown, ("close", 0)]
    assert sum(step.minutes for step in steps_of([SLOT])) == pytest.approx(36)
    assert [step.flies for step in steps_of([SLOT, CLOSE])] == [False] + [True] * 29 + [False]


def test_a_round_is_decided_while_it_is_open_and_at_no_other_time() -> None:
    day = day_at()
    with pytest.raises(ExplainedError, match="No round is open"):
        done(day, "decide", "ann", round=1, **turn())
    go(day, "decide", 1)
    assert "team-1" in done(day, "decide", "ann", round=1, **turn(hire=3))
    go(day, "came", 1)
    with pytest.raises(ExplainedError, match="No round is open"):
        done(day, "decide", "ann", round=2, **turn())
    go(day, "decide", 1)  # back: the round is open again
    done(day, "decide", "ann", round=1, **turn(hire=4))
    go(day, "came", 1)
    go(day, "decide", 2)
    with pytest.raises(ExplainedError, match="Round 1 was flown"):
        done(day, "decide", "ann", round=1, **turn())
    assert day.flights.game(day.flights.teams[1]).rows == [Decision(hire=4)]


def test_looking_back_further_opens_nothing() -> None:
    day = day_at(("came", 1), ("came", 2), ("decide", 1))
    assert day.flights.flown == 2
    with pytest.raises(ExplainedError):
        done(day, "decide", "ann", round=1, **turn())


def test_a_damaged_flight_is_not_brought() -> None:
    day = day_at()
    whole = json.dumps({"format": "thousandfold flight 1", "team": "B", "seed": 1, "events": {},
                        "turns": [{**turn(), "decision": Decision().row()}]})  # fmt: skip
    for content in ("", "{", "[" * 10_000, whole[:-5], whole.replace('"debt": 20', '"debt": 90')):
        with pytest.raises(ExplainedError, match="not a game that can be loaded"):
            done(day, "team", "ben", do="bring", game=content, word="zova-zova")
    assert len(day.flights.teams) == 1
    told = done(day, "team", "ben", do="bring", game=whole, word="zova-zova")
    assert {"team-2", "browser-ben"} <= told


DEEDS = st.one_of(
    st.tuples(st.just("join"), st.sampled_from("abc"), st.integers(1, 3)),
    st.tuples(st.just("begin"), st.sampled_from("abc"), st.integers(1, 3)),
    st.tuples(st.just("leave"), st.sampled_from("abc"), st.just(0)),
    st.tuples(st.just("decide"), st.sampled_from("abc"), st.integers(0, 5)),
    st.tuples(st.just("out"), st.just(""), st.integers(1, 3)),
    st.tuples(st.just("in"), st.just(""), st.integers(1, 3)),
    st.tuples(st.just("fly"), st.just(""), st.just(0)),
    st.tuples(st.just("again"), st.just(""), st.just(0)),
)


@given(st.lists(DEEDS, max_size=25))
def test_whatever_happens_a_browser_has_one_team_and_every_team_flies_all_rounds(
    happened: list[tuple[str, str, int]],
) -> None:
    flights = Flights()
    for place, (kind, who, number) in enumerate(happened):
        before = {team.number: dict(team.turns) for team in flights.teams.values()}
        try:
            if kind == "begin":
                flights.begin(who, f"Team {place}", f"word-{'abc'[number - 1]}")
            elif kind == "join":
                flights.join(who, f"word-{'abc'[number - 1]}")
            elif kind == "leave":
                flights.leave(who)
            elif kind == "decide":
                flights.decide(who, flights.flown + 1, turn(hire=number))
            elif kind in ("out", "in"):
                flights.take_out(number, kind == "out")
            else:
                flights.fly(max(0, min(12, flights.flown + (1 if kind == "fly" else -1))))
        except ExplainedError:
            assert before == {team.number: dict(team.turns) for team in flights.teams.values()}
        members = [one for team in flights.teams.values() for one in team.members]
        assert len(members) == len(set(members))
        assert all(team.members or team.turns for team in flights.teams.values())
        for team in flights.flying:
            game = flights.game(team)
            assert game.team == team.name
            assert len(game.turns) == flights.flown
            for at, flown in enumerate(game.turns, start=1):
                assert at not in team.turns or flown == team.turns[at]
