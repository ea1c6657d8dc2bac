"""Questions for a talk about 03_reliability; facilitator/viva.md says how to write such lines."""

from __future__ import annotations

from functools import cache

from thousandfold import simulate
from thousandfold.facilitation.viva import CONTRADICTS, OWN, TELLING, Answers, Question, about
from thousandfold.models import (
    ErrorBudget,
    ErrorBudgetPolicy,
    FanOut,
    downtime,
    parallel,
    serial,
)

DECISION = 5
EXAMPLES = {
    "both_single": 8640,
    "one_doubled": 4320,
    "burn_rate": 1000,
    "spent_if_printed": 0.139,
    "most_calendars": {"asked once": 10, "asked again": 20},
    "signed": {"today": 0.998, "half the flaws": 0.998, "half as long": 0.998},
    "rules": {"calendar": [0.25, 0.5], "payments": [0.25, 0.5]},
}
CASES = ("today", "half the flaws", "half as long")
PROMISES = (0.999, 0.998, 0.997, 0.995, 0.99)
SERVICES = {
    "calendar": ErrorBudgetPolicy(incidents=3.2, outage=8),
    "payments": ErrorBudgetPolicy(incidents=2, after_change=0.9, promise=0.999),
}


@about(1)
def do_copies_fail_alone(a: Answers) -> Question:
    """Of the doubled service: whether two copies fail for one reason."""
    single = a.number("both_single", 0, 43_200)
    doubled = a.number("one_doubled", 0, 43_200)
    pair = float(parallel([0.9, 0.9]))
    true = float(downtime(serial([0.9, pair])))
    together = float(downtime(serial([0.9, 0.9])))
    return Question(
        f"Doubling one service takes the minutes without bookings from {single:,.0f} to "
        f"{doubled:,.0f} a month, you wrote. Which assumption in it would you have checked before "
        "you pay for the second copy?",
        f"By the model from {together:,.0f} to {true:,.0f}, because two copies are down together "
        "in "
        f"{1 - pair:.0%} of the time, if they fail independently. The same release, the same "
        "database or the same expired certificate fells both.",
        f"Of the last ten outages, how many would have hit both copies? If all, doubling saves "
        f"nothing: {together:,.0f} minutes stay.",
        CONTRADICTS if doubled >= single or abs(doubled - true) > 1 else OWN,
    )


@about(2)
def who_is_woken(a: Answers) -> Question:
    """Of the burn rate: an alarm for a small service."""
    said = a.number("burn_rate", 0, 1e6)
    budget = ErrorBudget(promise=0.999, window=30)
    allowed = 10 * 720 * (1 - budget.promise)
    rate = 0.1 / (1 - budget.promise)
    return Question(
        f"One of ten requests failed in that hour, a burn rate of {said:,.0f} by you. Would you "
        "wake "
        "somebody for it? And if the service had ten thousand requests an hour?",
        f"The rate is {rate:,.0f}, and the hour spends {rate / 720:.1%} of the month, but it is "
        "one "
        f"request: {allowed:.1f} may fail in 30 days. With few requests a rate says little. It "
        "wakes "
        "nobody for one, looks at a longer window, or promises something else to so few.",
        "The second hour: if again one of ten fails, it is no chance. And whether the one request "
        "was a payment.",
        CONTRADICTS if abs(said - rate) > 1 else OWN,
    )


@about(3)
def asking_again(a: Answers) -> Question:
    """Of the calendars: what asking again rests on."""
    said = a.table("most_calendars", ("asked once", "asked again"), 1, 10_000)
    once, again = said["asked once"], said["asked again"]
    at = round(min(again, 500))
    shares = {
        shared: float(FanOut(slow=0.005, shared=shared).hedged(at)) for shared in (0, 0.2, 0.5, 1)
    }
    return Question(
        f"Asked once you allow {once:.0f} calendars, asked again {again:.0f}. What does the second "
        "number rest on that the first does not, and how would you notice that it is gone?",
        f"On the second answer being slow for another reason. With {at} calendars, asked again, "
        f"{shares[0]:.1%} of the searches are slow if reasons are never shared, {shares[0.2]:.1%} "
        f"if one time in five, {shares[0.5]:.1%} if every second time. It also says what asking "
        "again costs: more load, just when there is too much.",
        f"Slow searches on the busiest hour of the month: above 5 % with {at} calendars, the "
        "reason "
        "is shared more often than assumed.",
        CONTRADICTS if again <= once else TELLING if again > 100 or again == 2 * once else OWN,
    )


@cache
def year(
    incidents: float, outage: float, flaws: float, changes: float = 0.4
) -> tuple[float, float]:
    """Return minutes of downtime a year: the middle, and what nine of ten years stay below."""
    policy = ErrorBudgetPolicy(freeze=0.3, resume=0, after_change=changes)
    made = policy.replace(incidents=incidents, outage=outage, new_flaws=flaws)
    table = simulate(made, replications=400).summary("downtime")
    return float(table["median"].iloc[0]), float(table["high"].iloc[0])


def strictest(high: float) -> float:
    """Return the strictest promise that a year with so many minutes keeps; 0 if none."""
    return next((it for it in PROMISES if float(downtime(it, 365)) > high), 0.0)


@about(4)
def test_or_mend(a: Answers) -> Question:
    """Of the own service: testing against mending."""
    said = a.table("signed", CASES, 0, 1)
    i, o = a.mine.incidents, a.mine.outage
    made = dict(zip(CASES, (year(i, o, 0.3), year(i, o, 0.15), year(i, o / 2, 0.3)), strict=True))
    listed = ", ".join(f"{case} {high:,.0f}" for case, (_, high) in made.items())
    flaws, mended = year(i, o, 0.15, 0.9)[1], year(i, o / 2, 0.3, 0.9)[1]
    return Question(
        f"For your service ({i:g} incidents a week, {o:g} minutes each) you sign "
        f"{said['today']:.1%} "
        f"today, {said['half the flaws']:.1%} with half the flaws, {said['half as long']:.1%} with "
        "outages half as long. Where does the next hire go, and what would make you wrong?",
        f"Nine of ten years stay below so many minutes: {listed}. Here only four in ten incidents "
        "follow a change, so mending faster touches all of them, testing a few. It says where its "
        "incidents come from before it says what helps.",
        "Of the last twenty incidents, how many followed a change? With nine in ten, half the "
        f"flaws would leave {flaws:,.0f} minutes, and outages half as long {mended:,.0f}: "
        + (
            "then testing wins."
            if flaws < mended
            else "so testing wins only where outages cannot be made shorter."
        ),
        CONTRADICTS
        if said["half as long"] < said["today"] or said["half the flaws"] > said["half as long"]
        else OWN,
    )


@about(4)
def what_the_contract_says(a: Answers) -> Question:
    """Of the promise in the contract: how sure one wants to be."""
    said = a.table("signed", CASES, 0.5, 1)["today"]
    middle, high = year(a.mine.incidents, a.mine.outage, 0.3)
    allowed = float(downtime(said, 365))
    return Question(
        f"You sign {said:.1%} for today: {allowed:,.0f} minutes a year. A rival signs one step "
        "stricter. Do you follow, and what does the answer depend on?",
        f"In the middle year the service is down {middle:,.0f} minutes; nine of ten stay below "
        f"{high:,.0f}, so {strictest(high):.1%} is what it may sign. To follow means to pay in "
        "more "
        "years than one of ten, which can be right if a lost customer costs more. It says what "
        "both "
        "cost, in money.",
        f"A year with more than {allowed:,.0f} minutes: one in ten is expected, two in a row are a "
        "reason to think that the service has changed.",
        CONTRADICTS if allowed < high else TELLING if said < strictest(high) else OWN,
    )


@cache
def rules_tried(service: str, *rules: tuple[float, float]) -> tuple[dict[str, float], ...]:
    """Return what a year brings under each rule."""
    made = SERVICES[service].under({f"{n}": list(rule) for n, rule in enumerate(rules)}, 400)
    table = ErrorBudgetPolicy.outcomes(made)
    return tuple({str(k): float(v) for k, v in row.items()} for _, row in table.iterrows())


def rules_of(a: Answers) -> dict[str, tuple[float, float]]:
    """Return the rule of each service: when it freezes, when it ships again."""
    table = a.values.get("rules")
    each = Answers(table if isinstance(table, dict) else {})
    calendar, payments = (each.row(name, 2, 0, 1) for name in ("calendar", "payments"))
    return {"calendar": (calendar[0], calendar[1]), "payments": (payments[0], payments[1])}


KEPT, SHIPPED, WORTH = "promise kept (%)", "features shipped", "features under a kept promise"


@about(5)
def one_rule_for_both(a: Answers) -> Question:
    """Of the rules: why the two services differ, or do not."""
    rules = rules_of(a)
    theirs, other = rules["calendar"], rules["payments"]
    calendar = rules_tried("calendar", theirs, other)
    payments = rules_tried("payments", other, theirs)
    same = theirs == other
    return Question(
        f"The calendar freezes at {theirs[0]:.0%} of its budget, payments at {other[0]:.0%}. How "
        "do you explain it to the two teams, when they ask why the others may ship "
        + ("no more than they?" if same else "more than they, or less?"),
        f"Under these rules the calendar ships {calendar[0][SHIPPED]:.0f} features and keeps its "
        f"promise in {calendar[0][KEPT]:.0f} of 100 years; payments {payments[0][SHIPPED]:.0f} and "
        f"{payments[0][KEPT]:.0f}. In payments nine in ten incidents follow a change, so a freeze "
        "helps; the calendar hardly has more outages than it promises.",
        (
            "The same rule for both: a year in which one of them ships more under another rule, "
            "and keeps its promise as often. Ask which they tried."
            if same
            else "One rule would do if each did as well under the other's. Payments would keep "
            f"{payments[1][KEPT]:.0f} of 100 years, not {payments[0][KEPT]:.0f}; the calendar "
            f"would ship {calendar[1][SHIPPED]:.0f} features, not {calendar[0][SHIPPED]:.0f}."
        ),
        TELLING if same else OWN,
    )


@about(5)
def when_payments_stop(a: Answers) -> Question:
    """Of payments: earlier, later, and what it costs."""
    freeze, resume = rules_of(a)["payments"]
    earlier, later = min(1, freeze + 0.2), max(0, freeze - 0.2)
    mine, soon, late = rules_tried(
        "payments", (freeze, resume), (earlier, max(earlier, resume)), (later, max(later, resume))
    )
    best = max(soon[WORTH], late[WORTH])
    return Question(
        f"Payments stop shipping when {freeze:.0%} of the budget is left. The head of sales has "
        "sold "
        "a feature for next month. Do you let it through, and what would you look at first?",
        f"Your rule keeps the promise in {mine[KEPT]:.0f} of 100 years and ships "
        f"{mine[SHIPPED]:.0f} features. Stopping at {earlier:.0%}: {soon[KEPT]:.0f} and "
        f"{soon[SHIPPED]:.0f}; at {later:.0%}: {late[KEPT]:.0f} and {late[SHIPPED]:.0f}. A rule "
        "that yields to the first sale is none; it says who may break it, and how often.",
        f"Features under a kept promise: {mine[WORTH]:.0f} with their rule, {soon[WORTH]:.0f} "
        f"earlier, {late[WORTH]:.0f} later. "
        + (
            "Theirs is the most: another price of a broken promise would have to move it."
            if best <= mine[WORTH]
            else f"So {'earlier' if soon[WORTH] == best else 'later'} is better by the model."
        ),
        CONTRADICTS if best > 1.2 * mine[WORTH] + 1 else OWN,
    )


@about(5)
def when_they_ship_again(a: Answers) -> Question:
    """Of the second share: why shipping begins again where it does."""
    rules = rules_of(a)
    name = max(rules, key=lambda it: abs(rules[it][1] - rules[it][0]))
    freeze, resume = rules[name]
    other = freeze if resume > freeze else min(1, freeze + 0.25)
    mine, changed = rules_tried(name, (freeze, resume), (freeze, other))
    return Question(
        f"The {name} team freezes at {freeze:.0%} and ships again at {resume:.0%}. What does the "
        "gap "
        "between the two buy, or what does it cost that there is none?",
        f"With {resume:.0%} it ships {mine[SHIPPED]:.0f} features and is frozen "
        f"{mine['weeks frozen']:.0f} weeks; with {other:.0%} {changed[SHIPPED]:.0f} and "
        f"{changed['weeks frozen']:.0f}. A gap means fewer, longer freezes: each costs a first "
        "week, "
        "and a longer one finds more hidden flaws.",
        f"Promise kept: {mine[KEPT]:.0f} of 100 years against {changed[KEPT]:.0f}. If that hardly "
        "differs, the gap only costs weeks.",
        TELLING if resume - freeze > 0.3 or resume < freeze else OWN,
    )
