"""Questions for a talk about 07_squads_and_decisions; see facilitator/viva.md."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from thousandfold import sweep
from thousandfold.facilitation.viva import CONTRADICTS, OWN, TELLING, Answers, Question, about
from thousandfold.models import (
    Approval,
    Cut,
    GoalsAndGuardrails,
    letting_go,
    network,
    propagation_cost,
    time_to_answer,
)

DECISION = 4
RAILS = network("rails")
AREAS = tuple(RAILS.areas)
EXAMPLES = {
    "squad_of": {area: 1 + place % 4 for place, area in enumerate(AREAS)},
    "cost_percent": 31,
    "tie": "A-B",
    "give_away": 20,
    "best_limit": {"all": 20, "a quarter": 20, "nothing": 20},
    "squad_size": 10,
    "goal_hours": 4,
    "guardrails": 15,
}
USES = ("A-B", "A-C", "B-D", "C-E", "E-F")
CASES = {"all": 1.0, "a quarter": 0.25, "nothing": 0.0}
SIZES = (40, 80, 140)


def cut_of(a: Answers) -> Cut:
    """Return the cut that somebody dealt."""
    squads = a.table("squad_of", AREAS, 1, 4)
    return RAILS.cut({area: int(squad) for area, squad in squads.items()})


@about(1)
def another_year(a: Answers) -> Question:
    """Of the cut: whether it holds in a year that it has not seen."""
    cut = cut_of(a)
    years = [100 * float(cut.another_year(seed).crossing) for seed in (11, 12, 13)]
    heaviest = 100 * float(cut.work.max())
    now = 100 * float(cut.crossing)
    return Question(
        f"{now:.0f} % of the shared changes cross your borders this year, and your heaviest squad "
        f"has {heaviest:.0f} % of the work. Which border will the teams complain about first, and "
        "from when on would you move it?",
        f"In three other years that might have been, {', '.join(f'{it:.0f}' for it in years)} % "
        "cross: what is best for one year is seldom as good in the next. It names two areas that "
        "change together, says what moving people costs, and waits for more than one bad month.",
        f"A quarter in which more than {max(years) + 5:.0f} % of the changes need two squads: that "
        "is beyond what years differ by chance here.",
        CONTRADICTS if heaviest > 40 else TELLING if now > 73 else OWN,
    )


@about(1)
def one_area_more(a: Answers) -> Question | None:
    """Of the cut: which single area would be better elsewhere."""
    cut = cut_of(a)
    squads = {area: int(squad) for area, squad in cut.squad_of.items()}
    now = float(cut.crossing)
    moves = {
        (area, squad): float(RAILS.cut({**squads, area: squad}).crossing)
        for area in AREAS
        for squad in sorted(set(squads.values()))
        if squad != squads[area]
    }
    if not moves:
        return None
    (area, squad), made = min(moves.items(), key=lambda it: it[1])
    work = float(RAILS.cut({**squads, area: squad}).work.max())
    return Question(
        f"Suppose you may move one area to another squad. Would you move {area} from squad "
        f"{squads[area]} to {squad}? Say what you would look at, besides what crosses.",
        f"Of all single moves after this one least crosses: {made:.0%} in place of {now:.0%}. The "
        f"heaviest squad would then have {work:.0%} of the work, and the limit was 40 %"
        f"{': so no' if work > 0.4 else ''}. It also asks who knows that area, and whether they "
        "would go with it.",
        f"If less crosses after it in another year, too, it was right; below {now:.0%} in one year "
        "alone may be chance.",
        TELLING if made < now - 0.04 and work <= 0.4 else OWN,
    )


def reached(*without: str) -> float:
    """Return the propagation cost of the six parts, in per cent, without some uses."""
    depends = np.zeros((6, 6))
    for use in USES:
        if use not in without:
            depends["ABCDEF".index(use[0]), "ABCDEF".index(use[2])] = 1
    return 100 * float(propagation_cost(depends))


@about(2)
def which_tie(a: Answers) -> Question:
    """Of propagation: the tie to cut, and the price of cutting it."""
    said = a.number("cost_percent", 0, 100)
    tie = a.choice("tie", USES)
    best = min(USES, key=reached)
    return Question(
        f"You would take away {tie}, from a propagation cost of {said:.0f} %. The team says that "
        "exactly this use saves them most work. What do you ask, and when do you leave it?",
        f"All together reach {reached():.0f} % of the pairs; without {tie} {reached(tie):.0f} %, "
        + (
            "which no other one beats. "
            if reached(tie) <= reached(best)
            else f"without {best} {reached(best):.0f} %. "
        )
        + "What can be reached need not be changed: it asks how often a change really went that "
        "way last year.",
        f"Of the last fifty changes in {best[2]}, how many needed one in {best[0]}? If none, the "
        "number is right and does not matter.",
        CONTRADICTS if tie != best or abs(said - reached()) > 1 else OWN,
    )


@about(3)
def what_goes_first(a: Answers) -> Question:
    """Of the inbox: which questions go, and to whom."""
    said = a.number("give_away", -1000, 100)
    asked = 2 * a.mine.squads * a.mine.hours
    true = max(0.0, 100 * (1 - 10 / asked))
    busy = Approval(decisions=2 * a.mine.squads, hours=a.mine.hours, available=20).busy
    left = max(0.0, asked * (1 - said / 100) / 20)
    wait = (
        f"an answer takes {float(time_to_answer(left)):.1f} times the work on it"
        if left < 1
        else "the pile only grows"
    )
    return Question(
        f"{a.mine.squads} squads ask you, an answer takes {a.mine.hours:g} hours, and you give "
        f"{said:.0f} % of the questions away. Which ones go first, and which would you take back, "
        "after what?",
        f"Without giving any away you are busy {float(busy):.0%} of your twenty hours; at least "
        f"{true:.0f} % must go for twice the work. With {said:.0f} % {wait}. It names a kind of "
        "question, whom it goes to, and a limit, not a share of all.",
        "The days until a squad has its answer, for a fortnight, and what a wrong decision of "
        "theirs "
        "has cost: if that is more than the waiting, too much has gone.",
        CONTRADICTS if left >= 1 or abs(said - true) > 10 else OWN,
    )


@cache
def weeks(squads: int, hours: float, harmful: float, stops: float) -> dict[float, float]:
    """Return the median weeks of progress, by limit."""
    team = GoalsAndGuardrails(squads=squads, hours=hours, harmful=harmful, stops=stops)
    limits = [0, 20, harmful, 180]
    runs = sweep(team, guardrails=limits, replications=300)
    return dict(zip(limits, map(float, runs.summary("progress")["median"]), strict=True))


@about(3)
def how_much_stands_still(a: Answers) -> Question:
    """Of the limits: what a question really stops."""
    said = a.table("best_limit", CASES, 0, 180)
    true = {
        case: weeks(a.mine.squads, a.mine.hours, a.mine.harmful, stops)
        for case, stops in CASES.items()
    }
    best = {case: max(it, key=it.__getitem__) for case, it in true.items()}
    listed = ", ".join(f"{best[case]:g} where {case} stands still" for case in CASES)
    return Question(
        f"Your limit is {said['all']:g} degrees if all work stands still until you answer, "
        f"{said['nothing']:g} if nothing does. Which of the two is your own company, and how do "
        "you "
        "know?",
        f"By the model: {listed}. The less a question stops, the tighter the limit may be. A guess "
        "is no knowledge: it names somebody whom it has watched, or a board on which waiting "
        "shows.",
        "What the last ten squads that asked did until they heard: if all ten had other work, the "
        f"limit of {best['nothing']:g} is yours, and a wider one gives away more than it saves.",
        CONTRADICTS if said["all"] < said["nothing"] else OWN,
    )


@cache
def output(squad_size: float, goal_hours: float, guardrails: float) -> dict[int, dict[str, float]]:
    """Return what a rule makes of Ferry, by size of the company."""
    table: Any = letting_go(squad_size, goal_hours, guardrails, people=SIZES)
    return {size: {str(name): float(it) for name, it in table.loc[size].items()} for size in SIZES}


def rule_of(a: Answers) -> tuple[float, float, float]:
    """Return squad size, hours for the goal, and guardrails."""
    return (
        a.number("squad_size", 2, 60),
        a.number("goal_hours", 0, 19),
        a.number("guardrails", 0, 180),
    )


@about(4)
def at_a_hundred_and_forty(a: Answers) -> Question:
    """Of the rule: what breaks first when the company grows."""
    size, goal, rails = rule_of(a)
    small, large = (output(size, goal, rails)[people] for people in (40, 140))
    lost = {
        "the share of changes that need two squads": large["crossing"] - small["crossing"],
        "waiting for you": large["waiting"] - small["waiting"],
        "work that leads elsewhere": small["alignment"] - large["alignment"],
    }
    first = max(lost, key=lost.__getitem__)
    return Question(
        f"Squads of {size:g}, {goal:g} hours for the goal, guardrails of {rails:g} degrees. From "
        "40 "
        "people to 140, what gets worse first, and what would you change then, if you may change "
        "one "
        "thing?",
        f"Of everybody's time {small['output']:.0%} ends as progress at 40 people and "
        f"{large['output']:.0%} at 140. What grows most is {first}: waiting goes from "
        f"{small['waiting']:.0%} to {large['waiting']:.0%}, crossing changes from "
        f"{small['crossing']:.0%} to {large['crossing']:.0%}. It changes "
        "one thing, for that reason.",
        f"Larger squads would be another answer to that. With {size * 1.5:.0f} at 140 people "
        f"{output(size * 1.5, goal, rails)[140]['output']:.1%} of the time ends as progress, in "
        f"place of {large['output']:.1%}.",
        TELLING if large["waiting"] > 0.25 else OWN,
    )


@about(4)
def how_wide(a: Answers) -> Question:
    """Of the guardrails: tighter, wider."""
    size, goal, rails = rule_of(a)
    tight, wide = max(0.0, rails - 20), min(180.0, rails + 20)
    made = {it: output(size, goal, it)[80] for it in (tight, rails, wide)}
    best = max(made, key=lambda it: made[it]["output"])
    return Question(
        f"You let squads decide up to {rails:g} degrees off course. One of them has just cost you "
        "a "
        "customer, within its limit. Do you make the limit tighter? What would have to be true?",
        f"At 80 people {made[rails]['output']:.1%} of the time ends as progress; with {tight:g} "
        f"degrees {made[tight]['output']:.1%}, with {wide:g} {made[wide]['output']:.1%}. One case "
        "is no share: it asks how many decisions went well within the same limit, and what waiting "
        "would have cost.",
        "From where on a decision really harmed, in the last twenty that went off course: the "
        f"model takes 40 degrees, and with these {best:g} is the best of the three limits.",
        CONTRADICTS
        if made[best]["output"] > made[rails]["output"] + 0.02
        else TELLING
        if rails > 90 or rails < 10
        else OWN,
    )


@about(4)
def where_your_hours_go(a: Answers) -> Question:
    """Of the hours: goal against answers."""
    size, goal, rails = rule_of(a)
    less, more = max(0.0, goal - 3), min(19.0, goal + 3)
    made = {it: output(size, it, rails)[80] for it in (less, goal, more)}
    return Question(
        f"{goal:g} of your twenty hours explain the goal, {20 - goal:g} answer. In a bad week you "
        "lack three hours. Where do you take them, and how would you notice a month later that it "
        "was wrong?",
        "At 80 people so much of the time ends as progress, by hours for the goal: "
        f"{made[less]['output']:.1%} with {less:g}, {made[goal]['output']:.1%} with {goal:g}, "
        f"{made[more]['output']:.1%} with {more:g}. Answers that are missing show on the same "
        "day, a goal that is "
        "missing after weeks, as work that leads elsewhere.",
        "Two squads that are asked for the goal in a sentence and say different things: aligned "
        "are "
        f"{made[goal]['alignment']:.1%} by the model, {made[less]['alignment']:.1%} with three "
        "hours "
        "less.",
        TELLING if goal <= 1 or goal >= 10 else OWN,
    )
