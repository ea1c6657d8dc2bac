"""Questions for a talk about 01_technical_debt; facilitator/viva.md says how to write lines."""

from __future__ import annotations

from functools import cache

from thousandfold import sweep
from thousandfold.facilitation.viva import CONTRADICTS, OWN, TELLING, Answers, Question, about
from thousandfold.models import Debt, DebtItem, earned

DECISION = 4
CASES = (
    "after one year",
    "after two years",
    "after three years",
    "after two years, twice the interest",
)
EXAMPLES = {
    "reports_win": 12,
    "first": "old reports",
    "best_share": dict.fromkeys(CASES, 0.2),
    "hours_behind": 17.3,
    "billions": 85,
    "plan": [0.2] * 12,
}
PIECES = {
    "old reports": DebtItem(principal=30, interest=20, touched=0.1, growth=0, discount=0),
    "booking core": DebtItem(principal=55, interest=15, touched=0.9, growth=0, discount=0),
    "test suite": DebtItem(principal=20, interest=6, touched=1, growth=0, discount=0),
}
SHARES = (0, 0.1, 0.2, 0.3, 0.4)
FERRY = Debt(wasted=0.23)


def wins(name: str, quarters: int) -> float:
    """Return the days that a repair wins within some quarters, after its own cost."""
    piece = PIECES[name]
    return piece.interest * piece.touched * quarters - piece.principal


@about(1)
def what_people_complain_about(a: Answers) -> Question:
    """Of the first repair: loud is not dear."""
    first = a.choice("first", PIECES)
    reports = PIECES["old reports"]
    each = {name: wins(name, 6) / piece.principal for name, piece in PIECES.items()}
    best = max(each, key=each.__getitem__)
    listed = "; ".join(f"{name} {wins(name, 6):.0f} ({it:.2f})" for name, it in each.items())
    pays = reports.principal / (reports.interest * 6)
    return Question(
        (
            "You would repair the old reports first, about which people complain most. Who pays "
            "for that, and what would change your mind?"
            if first == "old reports"
            else f"You would repair the {first} first, and people complain most about the old "
            "reports. What do you tell those who complain, and what would change your mind?"
        ),
        "Within six quarters a repair wins so many days after its own cost (for each day that it "
        f"takes): {listed}. So the {best} first. It says what the complaints are worth all the "
        "same, such as somebody who might leave.",
        f"Reports that are in the way in {pays:.2f} of the quarters, not {reports.touched:g}, pay "
        f"within six; in {pays * (1 + each[best]):.2f} they bring as much for a day of repair as "
        f"the {best}.",
        CONTRADICTS if first != best else OWN,
    )


@about(1)
def a_negative_win(a: Answers) -> Question:
    """Of the reports' number: what stands behind its sign."""
    said = a.number("reports_win", -1000, 1000)
    true = wins("old reports", 6)
    return Question(
        f"Your repair of the old reports wins {said:.0f} days within six quarters. Your team wants "
        "to do it anyway. Which reason would you accept, and which one not?",
        f"It is {true:.0f} by the exercise's numbers. A reason with a number in it counts: how "
        "often "
        "the reports will be in the way next year, or who waits. Not: that the code is ugly, or "
        "that "
        "it will have to be done some day.",
        f"A count of the quarters in which somebody really had to touch them: more than "
        f"{PIECES['old reports'].principal / PIECES['old reports'].interest:.1f} of six, and the "
        "repair pays.",
        CONTRADICTS if abs(said - true) > 1 else OWN,
    )


@cache
def best(lost: float, interest: float, periods: int) -> float:
    """Return the share of repair with the largest median of features."""
    run = sweep(
        Debt(wasted=lost, interest=interest),
        repayment=list(SHARES),
        periods=periods,
        replications=300,
    )
    return SHARES[int(run.summary("delivered")["median"].argmax())]


@about(2)
def when_is_it_judged(a: Answers) -> Question:
    """Of the best shares: the date of the judgement decides."""
    said = a.table("best_share", CASES, 0, 1)
    true = [best(a.mine.lost, a.mine.interest, n) for n in (4, 8, 12)]
    dates = [said[case] for case in CASES[:3]]
    ahead = Debt(wasted=a.mine.lost, interest=a.mine.interest, repayment=0.2).ahead_from(40)
    when = (
        f"it is quarter {ahead:g} here" if ahead <= 40 else "that comes in none of ten years here"
    )
    return Question(
        f"Your team repairs {dates[0]:.0%} if it is judged after one year, {dates[2]:.0%} after "
        "three. Your chief judges you after one. What do you do, and what do you say aloud?",
        f"By the model {true[0]:.0%}, {true[1]:.0%} and {true[2]:.0%} after one, two and three "
        "years. The date decides, not the code. It says so before the first quarter, and names "
        "what "
        "can be read until then, such as the share of time that debt takes.",
        "The quarter in which a team that repairs has delivered as much as one that does not: with "
        f"a fifth for repair {when}. If you are judged later, the smaller share was wrong.",
        CONTRADICTS if dates != sorted(dates) or len(set(said.values())) == 1 else OWN,
    )


@about(2)
def what_interest_is(a: Answers) -> Question:
    """Of twice the interest: who could measure it at home."""
    said = a.table("best_share", CASES, 0, 1)[CASES[3]]
    usual, dear = (best(a.mine.lost, a.mine.interest * times, 8) for times in (1, 2))
    return Question(
        f"With twice the interest you would repair {said:.0%}. Nobody at Ferry knows its interest. "
        "How would you find out within a month whether yours is nearer to one or to the other?",
        f"Over two years the model repairs {usual:.0%} with an interest of {a.mine.interest:g}, "
        "and "
        f"{dear:.0%} with twice that. It names something that can be counted: days that a change "
        "took in old code and in new, for the same kind of change.",
        "Ten changes of one kind, five in code with debt and five in code without: if they take "
        "the "
        "same days, the interest is near nothing, and so is the share.",
        TELLING if said in (0, SHARES[-1]) else OWN,
    )


@about(3)
def a_number_for_the_board(a: Answers) -> Question:
    """Of the survey: which number may be said before a board."""
    hours = a.number("hours_behind", 1, 41)
    billions = a.number("billions", 1, 2000)
    week, all_bring = 41.1, 18e6 * 51_000 / 1e9
    rest_on, would = week * 85 / all_bring, all_bring * 17.3 / week
    return Question(
        f"You found that the $85 billion rest on {hours:g} hours a week, and that 42 % would give "
        f"{billions:.0f} billion. Which of the numbers would you show your own board, and what "
        "would "
        "you say about where it comes from?",
        f"The 85 billion rest on {rest_on:.1f} hours, {rest_on / week:.0%} of a week; 17.3 hours, "
        f"{17.3 / week:.0%}, would be {would:.0f} billion. Developers said the hours in a survey, "
        "and nobody measured them. It shows neither without saying who guessed, or shows a count "
        "of their own instead.",
        "Their own company's hours, written down for two weeks by ten developers: if these are far "
        "from the survey's, the slide does not matter here, whatever it says.",
        CONTRADICTS if abs(hours - rest_on) > 0.2 or abs(billions - would) > 10 else OWN,
    )


def plan_of(a: Answers) -> tuple[float, ...]:
    """Return the twelve shares that somebody decided for."""
    return tuple(a.row("plan", 12, 0, 1))


@cache
def days(
    plan: tuple[float, ...], handover: float = 0.75, penalty: float = 1000
) -> dict[str, float]:
    """Return what a plan earns in Ferry, and of what that is made."""
    runs = FERRY.follow({"mine": list(plan)}, 300)
    return {
        str(name): float(it["mine"])
        for name, it in earned(runs, handover=handover, penalty=penalty).items()
    }


@about(4)
def the_promise(a: Answers) -> Question:
    """Of the plan: what the promise to Marco costs."""
    plan = plan_of(a)
    mine = days(plan)
    kept, free = days((0, 0, 0, *plan[3:])), days(plan, penalty=0)
    more = days((*(min(1.0, share + 0.2) for share in plan[:3]), *plan[3:]), penalty=0)
    return Question(
        f"You put {', '.join(f'{share:.0%}' for share in plan[:3])} into repair in the first three "
        "quarters, and Marco was told 900 days by then. What did that promise cost you, and what "
        "would you offer him to be let off?",
        f"Your plan keeps it in {mine['promise kept']:.0%} of the futures and earns "
        f"{mine['earned']:,.0f} days. With nothing repaired until then: {kept['promise kept']:.0%} "
        f"and {kept['earned']:,.0f}. A broken promise costs 1,000 days. It names what Marco gets "
        "instead, and by when.",
        f"Let off, it earns {free['earned']:,.0f} days, and with a fifth more repair in these "
        f"three quarters {more['earned']:,.0f}. "
        + (
            f"What that is above {mine['earned']:,.0f} is the most that he may ask for."
            if more["earned"] > free["earned"]
            else "So the promise kept you from no repair that pays."
        ),
        TELLING if not 0.2 <= mine["promise kept"] <= 0.8 else OWN,
    )


@about(4)
def early_or_late(a: Answers) -> Question | None:
    """Of the plan's shape: the same work in another order."""
    plan = plan_of(a)
    if max(plan) == min(plan):
        return None
    mine, turned = days(plan), days(plan[::-1])
    even = days((round(sum(plan) / 12, 3),) * 12)
    thrown, thrown_turned = days(plan, 0.0), days(plan[::-1], 0.0)
    half = "first" if sum(plan[:6]) >= sum(plan[6:]) else "second"
    return Question(
        f"You repair most in the {half} half, {sum(plan) / 12:.0%} on average. What would have to "
        "be "
        "true of Ferry for the same shares in the opposite order to be better?",
        f"Your plan earns {mine['earned']:,.0f} days, turned round {turned['earned']:,.0f}, spread "
        f"evenly {even['earned']:,.0f}. What is repaired early saves interest longest; late repair "
        "needs a reason, such as a promise that comes first.",
        "A Ferry that throws its old code away after three years, so that nobody charges what is "
        f"left: then theirs earns {thrown['earned']:,.0f}, turned round "
        f"{thrown_turned['earned']:,.0f}. "
        + (
            "There the opposite order is better."
            if thrown_turned["earned"] > thrown["earned"]
            else "So not even that is a reason."
        ),
        CONTRADICTS if turned["earned"] > mine["earned"] else OWN,
    )


@about(4)
def one_share_throughout(a: Answers) -> Question | None:
    """Of a plan that never changes: what it does not look at."""
    plan = plan_of(a)
    if max(plan) != min(plan):
        return None
    held = plan[0]
    mine = days(plan)
    more = tuple(min(1.0, held + 0.2) for _ in range(6))
    less = tuple(max(0.0, held - 0.2) for _ in range(6))
    early, late = days(more + less), days(less + more)
    return Question(
        f"You hold {held:.0%} for repair in each of twelve quarters. Which of these quarters is "
        "not "
        "like the others, and what would make you change the share in it?",
        f"It earns {mine['earned']:,.0f} days. With a fifth more in the first six quarters and a "
        f"fifth less after: {early['earned']:,.0f}; the other way round {late['earned']:,.0f}. The "
        "third is the quarter of Marco's promise, and what is repaired in the last has no time to "
        "come back.",
        f"The promise is kept in {mine['promise kept']:.0%} of the futures: far from all or none "
        "of "
        "them, the share before quarter 3 is the one to vary.",
        TELLING,
    )


@about(4)
def who_takes_over(a: Answers) -> Question:
    """Of the debt that is left: what it costs whoever comes next."""
    plan = plan_of(a)
    mine, nothing, twice = days(plan), days(plan, 0.0), days(plan, 1.5)
    swept = (*plan[:9], 0.6, 0.6, 0.6)
    last = days(swept, 1.5)
    better = "more" if last["earned"] > twice["earned"] else "less"
    return Question(
        f"Your plan leaves {mine['debt left']:,.0f} days of debt to whoever takes over. You will "
        "not "
        "be there. What would you write on the first page for them, and what would make you repair "
        "more in the last three quarters?",
        f"It earns {nothing['earned']:,.0f} days if nobody charges what is left, "
        f"{mine['earned']:,.0f} at three quarters of a day for each, {twice['earned']:,.0f} at one "
        "and a half. It says what the debt is, what it costs a quarter, and that repair in the "
        "last "
        "quarters has no time to come back for them.",
        f"At one and a half days, 60 % in the last three quarters earn {last['earned']:,.0f}: "
        f"{better} than their own.",
        TELLING if sum(plan[9:]) <= 0.15 or mine["debt left"] > 1200 else OWN,
    )
