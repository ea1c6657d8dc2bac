"""Questions for a talk about 10_code_nearly_free; facilitator/viva.md says how to write such."""

from __future__ import annotations

from functools import cache

from thousandfold.facilitation.viva import CONTRADICTS, OWN, TELLING, Answers, Question, about
from thousandfold.models import Approval, TeamWeek, first_moves, moved_by_rule

DECISION = 4
EXAMPLES = {
    "more_percent": 20,
    "doubles_from": 40,
    "true_percent": 150,
    "forgotten": "the code that people still write",
    "readers": {4: 1, 12: 1, 30: 3},
    "coding_from": 0.1,
    "mending_from": 0.1,
}
REASONS = (
    "the other parts of the week",
    "the code that people still write",
    "the price of the assistant",
)
TEAMS = (4, 12, 30)
MORE = "delivered more (%)"


def week_of(hours: float, times: float, heavier: float = 1.0) -> TeamWeek:
    """Return a week of forty hours with so many of writing."""
    return TeamWeek(coding=hours / 40, faster=times, heavier=heavier)


@about(1)
def where_the_hours_go(a: Answers) -> Question:
    """Of the own week: what becomes of the hours that are free."""
    said = a.number("more_percent", 0, 10_000)
    hours, times = a.mine.hours, a.mine.times
    same, heavier = week_of(hours, times), week_of(hours, times, 1.25)
    return Question(
        f"Your team writes for {hours} of forty hours, {times} times faster, and delivers "
        f"{said:.0f} % more, you wrote. After a quarter nobody notices a difference. Where have "
        "the "
        "hours gone, and how would you find out?",
        f"By the model {same.gain:.0f} % more if nothing else changes, at most {same.most:.0f} % "
        "if "
        f"code cost nothing. With review and mending a quarter heavier: {heavier.gain:.0f} %. It "
        "names where hours can hide: reading, mending, waiting for an answer, or unasked features.",
        "The week of three people, hour by hour, before and after. If writing did not fall from "
        f"{hours} to {hours / times:.0f} hours, the assistant is not {times} times faster here.",
        CONTRADICTS if said > same.most + 0.1 or abs(said - same.gain) > 3 else OWN,
    )


@about(1)
def twice_as_much(a: Answers) -> Question:
    """Of free code: what would have to be true to deliver twice as much."""
    said = a.number("doubles_from", 0, 40)
    shares = (0.25, 0.5, 0.65)
    most = {
        share: TeamWeek(coding=share, review=0.1, mending=0.1, heavier=1.0).most for share in shares
    }
    listed = ", ".join(f"{it:.0f} % with {share:.0%} writing" for share, it in most.items())
    return Question(
        f"With {said:.0f} of forty hours of writing, free code doubles what a team delivers, you "
        "wrote. A supplier promises you twice as much. Which number of your own team do you ask "
        "for "
        "before the talk?",
        f"Free code brings at most: {listed}. So the hours of writing decide, and they can be "
        "counted in a week. It asks for those before it asks how good the assistant is.",
        "A team with fewer hours of writing than that which delivers twice as much: then something "
        "else has changed, too, and it is worth knowing what.",
        CONTRADICTS if abs(said - 20) > 0.5 else OWN,
    )


@about(2)
def what_the_slide_forgot(a: Answers) -> Question:
    """Of the slide: how to put it right without losing the room."""
    said = a.number("true_percent", 0, 10_000)
    forgotten = a.choice("forgotten", REASONS)
    true = 100 * (1 / (1 - 0.6 * 0.3) - 1)
    free = TeamWeek(coding=0.3, review=0.1, mending=0.1, heavier=1.0).most
    return Question(
        f"You make {said:.0f} % of the slide's two and a half times, as it left out {forgotten}. "
        "The "
        "person who made it sits beside your chief. How do you say it, and what of the slide is "
        "still worth something?",
        f"It is {true:.0f} %; even if all code were free, {free:.0f} %. The slide takes the week "
        "to "
        "be writing and nothing else. It keeps the 60 %, which somebody has counted, and asks what "
        "the other seven tenths of the week are.",
        "A team of the same company, before and after, in changes that reached customers: "
        f"far more than {free:.0f} % means that more than writing has changed.",
        CONTRADICTS if abs(said - true) > 2 or forgotten != REASONS[0] else OWN,
    )


@about(3)
def who_reads(a: Answers) -> Question:
    """Of the readers: the reserve, and what it is for."""
    said = {team: int(it) for team, it in a.table("readers", TEAMS, 1, 5).items()}
    team = Approval(decisions=60, hours=1, available=20)
    four = team.replace(deciders=4)
    busy, hours = four.busy, four.time
    mine = Approval(decisions=60, hours=1, available=20, deciders=said[30])
    pile = "there is no end" if mine.busy >= 1 else f"it takes {mine.time:.1f} hours"
    return Question(
        f"For the team with thirty changes a week you want {said[30]} readers when twice as many "
        "come. The finance chief sees that a reader is idle for hours. What do you answer, and "
        "when "
        "would one fewer do?",
        (f"With {said[30]} {pile} until a change has been read. " if said[30] != 4 else "")
        + f"With four, readers are busy {busy:.0%} and it takes {hours:.1f} hours until a change "
        "has been read, with three there is no end. Idle hours are what keeps waiting short. It "
        "also offers fewer or smaller changes.",
        f"Changes a week, and the hour that each takes: at {0.75 * 60:.0f} a week three readers "
        "take "
        f"{Approval(decisions=45, hours=1, available=20, deciders=3).time:.1f} hours.",
        CONTRADICTS if mine.busy >= 1 or said[12] > said[30] else TELLING if said[30] == 5 else OWN,
    )


@cache
def won(coding: float, mending: float, seed: int = 1000) -> float:
    """Return what a rule makes companies deliver more, in per cent."""
    return float(moved_by_rule(coding, mending, seed=seed)[MORE]["all"])


def rule_of(a: Answers) -> tuple[float, float]:
    """Return the rule that somebody decided for."""
    return a.number("coding_from", 0, 1), a.number("mending_from", 0, 1)


@about(4)
def whom_the_rule_hurts(a: Answers) -> Question:
    """Of the rule: the company for which it is wrong."""
    coding, _ = rule_of(a)
    edge = TeamWeek(coding=min(0.65, max(0.05, coding)), review=0.1, mending=0.1, heavier=1.25)
    moves = {str(k): float(v) for k, v in first_moves(edge)[MORE].items()}
    listed = ", ".join(f"{name} {it:.0f} %" for name, it in moves.items())
    best = max(moves, key=moves.__getitem__)
    rival = max((name for name in moves if name != "faster code"), key=moves.__getitem__)
    other = moves[rival]
    return Question(
        f"Your rule buys the assistant first from {coding:.0%} of writing on. Take a company "
        "just above that line that asks to be let off. What would it have to show you?",
        f"With {edge.coding:.0%} writing, a tenth each of review and mending, and review a quarter "
        f"heavier with an assistant: {listed}. So {best} wins most there. It names a number of the "
        "company, and not its size or its mood.",
        f"How much heavier review gets there. If it does not, faster code wins "
        f"{edge.replace(heavier=1.0).gain:.0f} % in that week; a half heavier, "
        f"{edge.replace(heavier=1.5).gain:.0f} %, against {other:.0f} % for {rival}.",
        CONTRADICTS
        if best != "faster code" and coding <= 0.6
        else TELLING
        if coding > 0.6
        else OWN,
    )


@about(4)
def is_the_rule_lucky(a: Answers) -> Question:
    """Of the rule: whether another twenty companies would say the same."""
    coding, mending = rule_of(a)
    mine = [won(coding, mending, seed) for seed in (1000, 1001, 1002)]
    naive = [won(0, 0, seed) for seed in (1000, 1001, 1002)]
    worse = sum(own <= other for own, other in zip(mine, naive, strict=True))
    return Question(
        f"Your rule: the assistant from {coding:.0%} of writing, fewer faults from {mending:.0%} "
        "of "
        "mending, else fewer to ask. You tried it in twenty companies. How sure are you that it is "
        "better than to buy the assistant everywhere?",
        f"In three times twenty companies it delivers {', '.join(f'{it:.1f}' for it in mine)} % "
        f"more, the assistant everywhere {', '.join(f'{it:.1f}' for it in naive)} %. Twenty are "
        "few, "
        "and what a move saves is illustrative. It says how sure, and what would be worth "
        "counting.",
        f"Another twenty companies in which it is no better: that is so in {worse} of these three.",
        CONTRADICTS if worse else OWN,
    )


@about(4)
def mending_or_asking(a: Answers) -> Question:
    """Of the second share: fewer faults against fewer to ask."""
    coding, mending = rule_of(a)
    lines = {it: won(coding, it) for it in (0.1, 0.2, 0.3)}
    mine = won(coding, mending)
    most = max(lines, key=lines.__getitem__)
    week = TeamWeek(coding=0.1, review=0.1, mending=min(0.5, max(0.02, mending)))
    moves = {str(k): float(v) for k, v in first_moves(week)[MORE].items()}
    listed = ", ".join(f"{it:.1f} % from {line:.0%} on" for line, it in lines.items())
    return Question(
        f"Where little is written, you go for fewer faults from {mending:.0%} of mending on, and "
        "else for fewer to ask. A founder says: nobody asks anybody here. What do you look at in "
        "that company for an afternoon?",
        f"Your rule brings {mine:.1f} % in twenty companies; with other lines for mending "
        f"{listed}. "
        "It looks at what happens, such as how long a change lies until somebody has agreed, and "
        "not "
        "at what the founder says.",
        f"A week as in that company. With {week.mending:.0%} of mending and a tenth each of "
        f"writing and review, fewer faults bring {moves['fewer faults']:.0f} %, fewer to ask "
        f"{moves['fewer to ask']:.0f} %: there your rule is "
        f"{'wrong' if moves['fewer to ask'] > moves['fewer faults'] else 'right'}.",
        CONTRADICTS if lines[most] > mine + 0.5 else TELLING if mending > 0.4 else OWN,
    )
