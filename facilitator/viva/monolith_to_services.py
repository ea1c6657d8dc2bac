"""Questions for a talk about 02_monolith_to_services; see facilitator/viva.md."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

from thousandfold.datasets import load
from thousandfold.facilitation.viva import CONTRADICTS, OWN, TELLING, Answers, Question, about
from thousandfold.models import ScalabilityLaw, StranglerFig, batch_risk, fit_scalability, network

DECISION = 5
EXAMPLES = {
    "two_in_one": 0.6,
    "in_halves": 0.15,
    "remedy": {"8 machines": 1, "24 machines": 1, "72 machines": 1},
    "promise": 1853,
    "odd_one": "time to restore",
    "middle": 449.25,
    "leaving": ["activerecord", "railties", "activesupport", "actionpack"],
}
SIZES = {"8 machines": 8, "24 machines": 24, "72 machines": 72}
REMEDIES = {1: "twice the machines", 2: "half the contention", 3: "half the cross-talk"}
MEASURES = ("deployment frequency", "lead time", "time to restore", "change failure rate")
LAST_YEAR = network("rails", documents=False)
AREAS = tuple(LAST_YEAR.areas)
TIMES = {"activerecord": 0.3, "railties": 0.5, "activestorage": 4, "actiontext": 4}
PAST = dict(zip(AREAS, (float(it) for it in LAST_YEAR.changes), strict=True))
PLANNED = LAST_YEAR.expecting(TIMES)
CLEARLY = 1.02  # what is less is no difference between two lists that anybody would see


@about(1)
def size_of_a_release(a: Answers) -> Question:
    """Of release sizes: why anybody still makes large ones."""
    two = a.number("two_in_one", 0, 1)
    half = a.number("in_halves", 0, 1)
    true_two, true_half, tenth = (float(it) for it in batch_risk([2, 0.5, 0.1], 0.3))
    return Question(
        f"Of releases twice as large {two:.0%} fail, of half as large ones {half:.0%}, you wrote. "
        "Then why does anybody put changes together, and what would make you do it?",
        f"By the model {true_two:.0%} and {true_half:.0%}, and {tenth:.1%} of those a tenth as "
        "large. Per change nothing is saved by halves: what is saved is finding the one that broke "
        "it. Each release costs something too, and that is the reason for large ones.",
        "The hours that one release costs, whatever is in it, against the hours to find a broken "
        "change among many. Where a release costs more than the search, small ones lose.",
        CONTRADICTS if half >= 0.3 or two <= 0.3 else TELLING if abs(two - 0.6) < 0.005 else OWN,
    )


def law_of(mine: SimpleNamespace) -> ScalabilityLaw:
    """Return the learner's own system."""
    return ScalabilityLaw(rate=100, contention=mine.contention, crosstalk=mine.crosstalk)


def by_remedy(law: ScalabilityLaw, size: int) -> dict[int, float]:
    """Return the throughput of a system after each of the three remedies."""
    return {
        1: float(law.throughput(2 * size)),
        2: float(law.replace(contention=law.contention / 2).throughput(size)),
        3: float(law.replace(crosstalk=law.crosstalk / 2).throughput(size)),
    }


@about(2)
def what_to_pay_for(a: Answers) -> Question:
    """Of the remedies: what to measure before one pays."""
    said = {name: int(n) for name, n in a.table("remedy", SIZES, 1, 3).items()}
    law = law_of(a.mine)
    made = by_remedy(law, 72)
    best = max(made, key=made.__getitem__)
    listed = ", ".join(f"{REMEDIES[n]} {it:,.0f}" for n, it in made.items())
    return Question(
        f"At 72 machines you would pay for {REMEDIES[said['72 machines']]}. A supplier offers "
        f"{REMEDIES[1 if said['72 machines'] != 1 else 3]} at half the price. Which measurement "
        "would you want to see before you say no?",
        f"Throughput at 72 machines, now {float(law.throughput(72)):,.0f}: {listed}. So "
        f"{REMEDIES[best]} adds most here. It asks for throughput at three sizes or more, since "
        "one "
        "point cannot tell what is shared from what has to agree.",
        "Throughput with twice the machines: if it falls, more of them are wrong at any price. By "
        f"the model this system is fastest at {float(law.peak_load):,.0f} machines.",
        CONTRADICTS if said["72 machines"] != best else OWN,
    )


@about(2)
def where_it_turns(a: Answers) -> Question:
    """Of one's own system: from which size on machines do harm."""
    law = law_of(a.mine)
    top, peak = float(law.peak_load), float(law.throughput(law.peak_load))
    eight, triple = float(law.throughput(8)), float(law.throughput(24))
    return Question(
        f"Your system has a contention of {a.mine.contention:g} and a cross-talk of "
        f"{a.mine.crosstalk:g}, and the board dreams of nine times the load. What do you answer, "
        "and "
        "at which number of machines would you sign that you need no other architecture?",
        f"Three times the machines bring {triple / eight:.1f} times the throughput. At best it has "
        f"{peak:,.0f}, {peak / eight:.1f} times today's, at {top:,.0f} machines. "
        + ("Nine times is out of reach. " if peak < 9 * eight else "Nine times is within reach. ")
        + "It gives a number and what it rests on: two constants that somebody has fitted.",
        f"A load test at {min(top, 72):,.0f} machines that is more than a tenth away from "
        f"{float(law.throughput(min(top, 72))):,.0f}: then the constants are not those.",
        TELLING if peak < 3 * eight else OWN,
    )


@cache
def tested() -> tuple[list[int], list[float]]:
    """Return loads and the low ends of what the law forecasts for them."""
    test = load("load_tests").query("test == 'specsdm91'")
    loads = list(range(18, 217, 3))
    low, _ = fit_scalability(test["load"], test["throughput"]).prediction(loads)
    return loads, [float(it) for it in low]


@about(3)
def what_is_signed(a: Answers) -> Question:
    """Of the promise: what was measured once."""
    said = a.number("promise", 1, 100_000)
    loads, low = tested()
    best = max(low)
    at = loads[low.index(best)]
    return Question(
        f"You sign {said:,.0f} scripts an hour. Marco says: we measured 1,853. What do you answer "
        "him, and what would let you sign more?",
        f"The highest low end of the band is {best:,.0f}, at {at} users. One measurement is a "
        "lucky "
        "or an unlucky one; who signs it, breaks the promise about every second time. It says who "
        "pays when it is broken: that decides how careful to be.",
        f"Ten more measurements near {at} users, of which none is below {said:,.0f}: then a higher "
        "number could be signed, or this one was safe.",
        CONTRADICTS if said > best * 1.01 else TELLING if said < best * 0.9 else OWN,
    )


@about(4)
def better_by_how_many_times(a: Answers) -> Question:
    """Of the survey: what a multiple between groups says."""
    said = a.number("middle", 0, 100_000)
    return Question(
        f"You found a middle of {said:,.0f}, far from what was published. Your chief wants to use "
        "the survey's multiples as goals for the teams. What do you say, apart from the error?",
        "The groups were made from the same answers that are compared, so that they differ is no "
        "news; people ticked categories; and the best teams may differ in much else. It offers a "
        "goal in the team's own numbers, such as days from change to customer, today and in June.",
        "A team that changed this one thing and nothing else, before and after: if its customers "
        "notice nothing, the multiple was no goal.",
        OWN,
    )


@cache
def delivered(*plans: tuple[str, ...], planned: bool = True) -> tuple[float, ...]:
    """Return the median of changes delivered in two years, by list of areas that leave."""
    fig = StranglerFig(drag=1, cross=0.5)
    runs = fig.migrate(
        PLANNED if planned else LAST_YEAR,
        {f"plan {n}": list(plan) for n, plan in enumerate(plans)},
        replications=300,
    )
    return tuple(float(it) for it in runs.summary("delivered")["median"])


def leaving_of(a: Answers) -> tuple[str, ...]:
    """Return the areas that leave, first one first."""
    return tuple(a.picked("leaving", AREAS))


@about(5)
def why_this_one_first(a: Answers) -> Question | None:
    """Of the order: what the first place brings."""
    leaving = leaving_of(a)
    if len(leaving) < 2:
        return None
    mine, last, without = delivered(leaving, (*leaving[1:], leaving[0]), leaving[1:])
    first = leaving[0]
    times = TIMES.get(first)
    planned = f"{times:g} times as often as last year" if times else "as often as last year"
    return Question(
        f"You take {first} out first, of {len(leaving)}. Why this one, and which news about next "
        "year's roadmap would make you move it to the end?",
        f"In the middle future your list delivers {mine:,.0f} changes, with {first} last "
        f"{last:,.0f}, without it {without:,.0f}. What leaves early is lighter for longest, so the "
        f"first is one that changes much next year: {first} is expected to change {planned}.",
        f"Next year's changes in {first}, after a quarter: far below the roadmap, another should "
        "have been first. "
        + (
            f"The model says already that it should stay: {without:,.0f} without it."
            if without > mine
            else f"Without it the model delivers {mine - without:,.0f} fewer."
        ),
        CONTRADICTS
        if max(last, without) > CLEARLY * mine
        else TELLING
        if first == "activerecord"
        else OWN,
    )


@about(5)
def why_stop_there(a: Answers) -> Question | None:
    """Of the end of the list: what one more would bring."""
    leaving = leaving_of(a)
    if not leaving:
        return None
    rest = [area for area in AREAS if area not in leaving]
    lists = [leaving, leaving[:-1], *((*leaving, area) for area in rest)]
    mine, fewer, *more = delivered(*lists)
    further = (
        f"The best further one, {rest[more.index(max(more))]}, would make it {max(more):,.0f}."
        if more
        else "There is none left to take out."
    )
    return Question(
        f"You stop after {len(leaving)} areas, the last is {leaving[-1]}. Jonas asks for one more, "
        "because the team is so well in it. What do you answer him?",
        f"With the list {mine:,.0f} changes, without {leaving[-1]} {fewer:,.0f}. {further} Each "
        "new "
        "border costs half a day a change that crosses it, for ever, while taking out costs once. "
        "It names the border that would hurt.",
        "The share of the team's changes that already need two systems: if it is larger than "
        "planned, the last area should come back before another one leaves.",
        CONTRADICTS
        if fewer > CLEARLY * mine
        else TELLING
        if len(leaving) >= 8 or len(leaving) == 1
        else OWN,
    )


@about(5)
def and_if_the_plan_is_wrong(a: Answers) -> Question:
    """Of the roadmap: whether the list lives without it."""
    leaving = leaving_of(a)
    mine, stay = delivered(leaving, ())
    wrong, wrong_stay = delivered(leaving, (), planned=False)
    named = ", ".join(leaving) or "nothing"
    watched = next((area for area in (*leaving, "activestorage") if area in TIMES), "activestorage")
    return Question(
        f"You take out {named}. Suppose next year is like last year, and not like the roadmap. "
        "What "
        "is left of your decision, and by when would you know?",
        f"By the roadmap your list delivers {mine:,.0f} changes, and leaving all as it is "
        f"{stay:,.0f}. If next year is like last year: {wrong:,.0f} and {wrong_stay:,.0f}. It "
        "names "
        "the area that depends on the roadmap, and a date before it is too late to stop.",
        f"Changes in {watched} in the first quarter, against a quarter of last year's "
        f"{PAST[watched]:,.0f}: if they are as many, the roadmap is not what happens.",
        TELLING if not leaving or wrong < wrong_stay else OWN,
    )
