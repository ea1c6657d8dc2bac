"""A day is made by its deeds: in any order, valid or not, and the same when they are done again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from small_day import GUESS, POLL, decision, deed, go, go_to, small_day, state

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.plan import Session
from thousandfold.facilitation.recovery import recover
from thousandfold.room import day as days
from thousandfold.room.day import FACILITATOR, MOST_FROM_ONE_ADDRESS
from thousandfold.room.journal import Deed
from thousandfold.room.owners import MOST_NAMES
from thousandfold.room.votes import LEAST_SHOWN

people = strategies.sampled_from([*"abcdefghij", FACILITATOR])
words = strategies.sampled_from(["", "ba-ba", "Ferry", "ferry ", "x" * 400, "\u202e<b>", "7"])
rounds = strategies.integers(-1, 14)


class AnyDay(RuleBasedStateMachine):
    """Whatever people send, in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.day = small_day()
        self.accepted: list[Deed] = []
        self.clock = 0.0

    def try_to(self, kind: str, who: str, **body: Any) -> None:
        self.clock += 1
        wanted = Deed(kind, who, body, self.clock)
        before = state(self.day)
        try:
            self.day.do(wanted)
        except ExplainedError:
            assert state(self.day) == before
        else:
            self.accepted.append(wanted)

    @rule(who=people, address=strategies.sampled_from(["1", "2"]))
    def enter(self, who: str, address: str) -> None:
        self.try_to("enter", who, address=address)

    @rule(who=people, minutes=strategies.integers(0, 1439))
    def begin(self, who: str, minutes: int) -> None:
        self.try_to("begin", who, minutes=minutes)

    @rule(who=people)
    def let_in(self, who: str) -> None:
        self.try_to("let in", who, address="1")

    @rule(steps=strategies.integers(1, 5))
    def go_on(self, steps: int) -> None:
        for _ in range(steps):
            if self.day.next:
                self.try_to("go", FACILITATOR, **go(self.day).body)

    @rule(who=people, back=strategies.booleans())
    def go_anywhere(self, who: str, back: bool) -> None:
        to = self.day.before.name if back and self.day.before else "nowhere"
        self.try_to("go", who, **{"from": self.day.step.name, "to": to})

    @rule(who=people, minutes=strategies.sampled_from([2, -3.5, 1e9, float("nan"), "2", None]))
    def extend(self, who: str, minutes: object) -> None:
        self.try_to("extend", who, minutes=minutes)

    @rule(who=people)
    def pause(self, who: str) -> None:
        self.try_to("pause", who)

    @rule(
        who=people,
        late=strategies.integers(1, 60),
        minutes=strategies.dictionaries(
            strategies.integers(-2, 9).map(str), strategies.integers(0, 20), max_size=4
        ),
    )
    def follow(self, who: str, late: int, minutes: dict[str, int]) -> None:
        self.try_to("follow", who, late=late, minutes=minutes)

    @rule(who=people)
    def undo(self, who: str) -> None:
        self.try_to("undo", who)

    @rule(
        who=people,
        question=strategies.sampled_from([POLL.name, GUESS.name, "none"]),
        answer=strategies.sampled_from(
            ["0", "2", "3", "45", "about 40", "", "nan", "-1e400", None]
        ),
    )
    def vote(self, who: str, question: str, answer: object) -> None:
        self.try_to("vote", who, question=question, answer=answer)

    @rule(who=people, do=strategies.sampled_from(["begin", "join", "leave"]), name=words)
    def team(self, who: str, do: str, name: str) -> None:
        word = f"{'ba' * (1 + len(self.accepted))}-ba" if do == "begin" else name
        if do == "join" and self.day.flights.teams:
            word = self.day.flights.teams[1].word
        self.try_to("team", who, do=do, name=name, word=word)

    @rule(
        who=people,
        at=rounds,
        forecast=strategies.sampled_from([2000, 0, None, "many", 1e300, float("nan"), True]),
        features=strategies.sampled_from([40, 41, -1, "40", None]),
    )
    def decide(self, who: str, at: int, forecast: object, features: object) -> None:
        self.try_to("decide", who, **decision(at, forecast, features=features))

    @rule(who=people, at=rounds, event=strategies.sampled_from(["", "outage", "storm"]))
    def announce(self, who: str, at: int, event: str) -> None:
        self.try_to("announce", who, round=at, event=event)

    @rule(who=people, team=strategies.integers(0, 3), out=strategies.booleans())
    def take_out(self, who: str, team: int, out: bool) -> None:
        self.try_to("take out", who, team=team, out=out)

    @rule(who=people, learner=strategies.sampled_from("pqrstu"))
    def hand_in(self, who: str, learner: str) -> None:
        self.try_to("hand in", who, learner=learner)

    @rule(who=people, learner=strategies.sampled_from("pqrstu"), yes=strategies.booleans())
    def claim(self, who: str, learner: str, yes: bool) -> None:
        self.try_to("claim", who, learner=learner)
        self.try_to("give", who, learner=learner, yes=yes)

    @rule(who=people, mark=strategies.sampled_from([1, 5, 6, "5", None, True]), unclear=words)
    def say(self, who: str, mark: object, unclear: str) -> None:
        self.try_to("say", who, module="06_communication", mark=mark, unclear=unclear)
        self.try_to("say", who, module="none", mark=mark, unclear=unclear)

    @rule(who=people, line=words)
    def promise(self, who: str, line: str) -> None:
        self.try_to("promise", who, line=line)

    @invariant()
    def nothing_is_shown_of_few(self) -> None:
        for question in (POLL, GUESS):
            bars = self.day.votes.bars(question)
            for ballot, counted in ((1, "first"), (2, "second")):
                answered = self.day.votes.count(question, ballot)
                shown = sum(getattr(bar, counted) for bar in bars)
                assert shown == (answered if answered >= LEAST_SHOWN else 0)

    @invariant()
    def nobody_is_in_two_teams(self) -> None:
        members = [who for team in self.day.flights.teams.values() for who in team.members]
        assert len(members) == len(set(members))

    def teardown(self) -> None:
        again = small_day()
        for done in self.accepted:
            again.do(done)
        assert state(again) == state(self.day)


def test_whatever_people_send_a_day_holds() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        AnyDay, settings=settings(max_examples=40, stateful_step_count=40)
    )


def test_a_key_that_is_pressed_twice_goes_on_once() -> None:
    day = small_day()
    press = go(day)
    day.do(press)
    with pytest.raises(ExplainedError, match="had moved on already"):
        day.do(press)
    assert day.step is day.steps[1]


def test_a_vote_counts_as_long_as_it_is_open_and_once_before_and_after_the_talk() -> None:
    day = small_day()
    vote = deed("vote", question=POLL.name, answer="0")
    with pytest.raises(ExplainedError, match="closed"):
        day.do(vote)
    go_to(day, "vote")
    day.do(vote)
    day.do(deed("vote", question=POLL.name, answer="1"))
    assert (day.votes.count(POLL, 1), day.votes.of("ann", POLL, 1)) == (1, 1)
    go_to(day, "again")
    day.do(deed("vote", question=POLL.name, answer="2"))
    assert (day.votes.of("ann", POLL, 1), day.votes.of("ann", POLL, 2)) == (1, 2)
    assert day.shown == ()
    go_to(day, "shown")
    assert day.shown == (POLL,)
    with pytest.raises(ExplainedError, match="closed"):
        day.do(vote)


def test_a_guess_is_shown_when_the_lesson_is_over() -> None:
    day = small_day()
    go_to(day, "predict")
    day.do(deed("vote", question=GUESS.name, answer="about 40"))
    assert day.votes.of("ann", GUESS, 1) == 40
    day.do(go(day))
    assert (day.shown, day.asked) == ((), ())
    go_to(day, "expected", 1)
    assert list(day.shown) == [GUESS]


def test_a_round_is_flown_by_all_at_once_and_may_be_opened_again() -> None:
    day = small_day()
    day.do(deed("team", do="begin", name="Ferry", word="ba-de"))
    day.do(deed("team", "ben", do="begin", name="Barge", word="fi-go"))
    day.do(deed("team", "eve", do="join", word="BA DE"))
    with pytest.raises(ExplainedError, match="No round is open"):
        day.do(deed("decide", **decision(1)))
    go_to(day, "decide", 1)
    day.do(deed("decide", "eve", **decision(1)))
    assert [team.name for team in day.flights.decided()] == ["Ferry"]
    go_to(day, "decide", 2)
    with pytest.raises(ExplainedError, match="was flown while you decided"):
        day.do(deed("decide", "ben", **decision(1)))
    for team in day.flights.flying:
        assert day.flights.game(team).round == 2
    back = next(step for step in day.steps if (step.kind, step.number) == ("decide", 1))
    day.do(deed("go", FACILITATOR, **{"from": day.step.name, "to": back.name}))
    assert day.flights.flown == 0
    day.do(deed("decide", "ben", **decision(1)))


def test_nobody_but_the_facilitator_moves_a_room() -> None:
    day = small_day()
    orders = (
        go(day),
        deed("extend", minutes=2),
        deed("pause"),
        deed("follow", late=4, minutes={"1": 0}),
        deed("undo"),
        deed("let in", address="1"),
        deed("announce", round=1, event="outage"),
        deed("take out", team=1, out=True),
        deed("begin", minutes=540),
        deed("give", learner="ann", yes=True),
    )
    for order in orders:
        with pytest.raises(ExplainedError, match="Only the facilitator"):
            day.do(Deed(order.kind, "ann", order.body, 0.0))


def test_one_address_and_one_browser_take_no_more_than_their_share() -> None:
    day = small_day()
    for number in range(MOST_FROM_ONE_ADDRESS):
        day.do(deed("enter", str(number), address="1"))
    with pytest.raises(ExplainedError, match="tell the facilitator"):
        day.do(deed("enter", "more", address="1"))
    day.do(deed("enter", "other", address="2"))
    day.do(deed("let in", FACILITATOR, address="1"))
    day.do(deed("enter", "more", address="1"))
    for number in range(MOST_NAMES):
        day.do(deed("hand in", learner=f"name-{number}"))
    with pytest.raises(ExplainedError, match="under 4 names"):
        day.do(deed("hand in", learner="name-4"))
    with pytest.raises(ExplainedError, match="Somebody in another browser"):
        day.do(deed("hand in", "ben", learner="name-0"))


def test_a_yes_is_for_the_browser_that_asked_first() -> None:
    day = small_day()
    for name in ("ann", "ben"):
        day.do(deed("hand in", name, learner=name))
    day.do(deed("claim", "phone", learner="ann"))
    with pytest.raises(ExplainedError, match="Another browser has asked"):
        day.do(deed("claim", "eve", learner="ann"))
    with pytest.raises(ExplainedError, match="for another name already"):
        day.do(deed("claim", "phone", learner="ben"))
    day.do(deed("claim", "phone", learner="ann"))
    day.do(deed("give", FACILITATOR, learner="ann", yes=True))
    assert day.owners == {"ann": "phone", "ben": "ben"}


def test_one_browser_does_not_fill_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(days, "MOST_DEEDS", 3)
    day = small_day()
    for _ in range(3):
        day.do(deed("promise", "ann", line="again"))
    with pytest.raises(ExplainedError, match="takes nothing more"):
        day.do(deed("promise", "ann", line="and again"))
    day.do(deed("promise", "ben", line="once"))
    for _ in range(4):
        day.do(deed("pause", FACILITATOR))


def test_browsers_of_one_address_are_one_person_unless_a_class_sits_there() -> None:
    day = small_day()
    for who, address in (("ann", "10.0.0.1"), ("phone", "10.0.0.1"), ("ben", "10.0.0.2")):
        day.do(deed("enter", who, address=address))
    assert day.person("ann") == day.person("phone") != day.person("ben")
    day.do(deed("let in", FACILITATOR, address="10.0.0.1"))
    assert day.person("ann") != day.person("phone")
    assert day.person("") == ""
    assert day.person("a browser that never came") == "a browser that never came"


def test_the_clock_of_a_step_stands_still_while_it_is_paused() -> None:
    day = small_day()
    day.do(deed("go", FACILITATOR, at=100.0, **go(day).body))
    whole = day.left(100.0)
    assert day.left(130.0) == whole - 30
    day.do(deed("pause", FACILITATOR, at=130.0))
    assert day.left(500.0) == whole - 30
    day.do(deed("pause", FACILITATOR, at=500.0))
    day.do(deed("extend", FACILITATOR, at=500.0, minutes=2))
    assert day.left(510.0) == whole - 40 + 120


def test_what_is_left_out_is_no_step_and_the_room_goes_on_behind_it() -> None:
    day = small_day()
    go_to(day, "vote")
    ends = day.slots[-1].begin
    day.do(deed("follow", FACILITATOR, late=4, minutes={"2": 0}))
    assert {step.place for step in day.steps} == {0, 1, 3, 4, 5, 6}
    assert day.slots[-1].begin == ends + 4 - small_day().slots[2].minutes
    with pytest.raises(ExplainedError, match="moved on"):
        day.do(deed("follow", FACILITATOR, late=4, minutes={"0": 0}))


def test_the_way_back_from_an_early_end_leads_to_the_last_round_that_was_flown() -> None:
    day = small_day()
    go_to(day, "came", 3)
    landed = next(step for step in day.steps if step.kind == "landed")
    day.do(go(day, to=landed.name))
    assert day.flights.flown == 3
    assert day.before is not None
    assert (day.before.kind, day.before.number) == ("came", 3)
    day.do(go(day, to=day.before.name))
    assert day.flights.flown == 3
    assert day.next is not None
    assert (day.next.kind, day.next.number) == ("decide", 4)


def test_what_the_room_followed_can_be_undone_until_it_goes_on() -> None:
    day = small_day()
    go_to(day, "vote")
    day.do(deed("follow", FACILITATOR, late=3, minutes={"5": 10}))
    before = state(day)
    day.do(deed("follow", FACILITATOR, late=4, minutes={"2": 0, "5": 5}))
    day.do(deed("undo", FACILITATOR))
    assert state(day) == before, "the last one alone"
    with pytest.raises(ExplainedError, match="nothing to undo"):
        day.do(deed("undo", FACILITATOR))
    day.do(deed("follow", FACILITATOR, late=4, minutes={"2": 0}))
    day.do(go(day))
    assert not day.timetable.can_undo
    with pytest.raises(ExplainedError, match="nothing to undo"):
        day.do(deed("undo", FACILITATOR))
    assert day.gone == {2}


def test_a_room_that_is_late_twice_in_one_line_gives_up_what_is_ahead() -> None:
    day = small_day()
    go_to(day, "vote")
    day.do(deed("follow", FACILITATOR, late=2, minutes={"6": 8}))
    here = day.slots[day.step.place]
    left = tuple(slot for slot in day.slots if slot.minutes)
    found = recover(Session("", left), late=3, now=here.end + 3, running=here)
    assert found.missing == 0 or found.changes
    assert here not in [change.slot for change in found.changes]
