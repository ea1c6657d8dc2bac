"""Questions for a talk about 05_product_to_platform; see facilitator/viva.md."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

from thousandfold.facilitation.viva import CONTRADICTS, OWN, TELLING, Answers, Question, about
from thousandfold.models import CriticalMass, DuopolyPlatforms, PartnerProgramme, launched

DECISION = 5
EXAMPLES = {
    "price": {"studios": 60, "partners": 55},
    "change": {"studios": 5, "partners": 0},
    "teachers_needed": 600,
    "highest_price": 20,
    "predicted": {2012: 5796, 2013: 6882},
    "on_average": {"early": 370, "late": -120},
    "late_needed": 61,
    "money": {"yoga": 1000, "music": 1000, "climbing": 1000},
    "paid": {"yoga": "both", "music": "both", "climbing": "both"},
    "stop": 0.4,
}
SIDES = ("studios", "partners")
# In tens of dollars, as the model takes a taste of at most 10; users are the studios.
CASE = DuopolyPlatforms(
    taste_users=3.0,
    taste_partners=4.5,
    gain_users=2.0,
    gain_partners=4.5,
    cost_users=3.0,
    cost_partners=1.0,
)
_YOGA = PartnerProgramme(
    partners_draw=10,
    customers_draw=6,
    partners_inertia=4,
    customers_inertia=3.5,
    partners_pace=0.3,
    customers_pace=0.25,
)
_MUSIC = PartnerProgramme(
    partners_draw=8,
    customers_draw=8,
    partners_inertia=4.5,
    worth=160,
    customers_price=45,
    partners_pace=0.12,
)
_CLIMBING = PartnerProgramme(
    partners_draw=8,
    customers_draw=7,
    partners_inertia=4,
    worth=60,
    partners_price=35,
    customers_price=40,
)
MARKETS = {"yoga": _YOGA, "music": _MUSIC, "climbing": _CLIMBING}
TO_PARTNERS = {"partners": 1.0, "both": 0.5, "customers": 0.0}


@about(1)
def who_is_cheap(a: Answers) -> Question:
    """Of the two prices: the side that pays less than it costs."""
    said = a.table("price", SIDES, -1000, 1000)
    change = a.table("change", SIDES, -1000, 1000)
    studios, partners = (10 * float(it) for it in CASE.prices)
    return Question(
        f"Studios pay {said['studios']:.0f} dollars a month at your Ferry and partners "
        f"{said['partners']:.0f}. Studios cost 30. How do you explain the price of studios to "
        "the finance chief, and when would you raise it?",
        f"By the model {studios:.0f} and {partners:.0f}: each side pays its cost and its taste, "
        "less what it brings the other. Studios bring partners 45. It raises the price when "
        "partners "
        "would stay without more studios, and not because it is low.",
        "A region without new studios for a year: if no partner leaves there, studios bring "
        "partners less than was assumed, and their price was too low.",
        CONTRADICTS if abs(said["studios"] - studios) > 0.5 or change["partners"] >= 0 else OWN,
    )


@about(2)
def nearly_enough(a: Answers) -> Question:
    """Of the critical mass: what happens with a few too few."""
    said = a.number("teachers_needed", 1, 1e6)
    hall = CriticalMass(strength=a.mine.keenest, price=20)
    need = a.mine.teachers * float(hall.critical)
    less, more = (float(hall.path(min(1, float(hall.critical) * x))[-1]) for x in (0.9, 1.1))
    return Question(
        f"You need {said:,.0f} teachers on the first day, of {a.mine.teachers:,}. On the day you "
        "have nine tenths of them. Do you open, wait or give money, and what do you watch in the "
        "first month?",
        f"By the model {need:,.0f} are needed. With nine tenths of these {less:.0%} of all are "
        "there "
        f"after thirty steps, with a tenth more {more:.0%}. Nearly enough is as bad as none. It "
        "waits, starts smaller, for instance in one town, or lowers the price.",
        f"A price at which nine tenths are enough: "
        f"{float(hall.price_at(0.9 * float(hall.critical))):.1f} dollars, not 20. Or the first "
        "month: does anybody come whom nobody has asked?",
        CONTRADICTS if abs(said - need) > 0.02 * need else OWN,
    )


@about(2)
def the_finance_chief_pays(a: Answers) -> Question:
    """Of the highest price: whether one should take it."""
    said = a.number("highest_price", 0, 1000)
    share = 600 / a.mine.teachers
    true = float(CriticalMass(strength=a.mine.keenest, price=20).price_at(share))
    tight = CriticalMass(strength=a.mine.keenest, price=round(true * 0.9, 4))
    return Question(
        f"At {said:.1f} dollars 600 teachers on the first day are just enough, you wrote. Which "
        "price do you really ask, and what does the difference buy?",
        f"By the model {true:.1f} is the highest. There a single bad week tips it. A tenth lower, "
        f"{a.mine.teachers * float(tight.critical):,.0f} are enough, and in the end "
        f"{float(tight.full):.0%} of the teachers are there. The difference buys room for an error "
        "in what the keenest would pay, which nobody has measured.",
        f"What the keenest would really pay: at a tenth below {a.mine.keenest} dollars, "
        f"{true * 0.9:.1f} is the highest price.",
        CONTRADICTS if abs(said - true) > 0.3 else OWN,
    )


@about(3)
def the_square(a: Answers) -> Question:
    """Of the square law: two errors that cancel."""
    said = a.table("predicted", (2012, 2013), 0, 1e6)
    revenue = {2012: 5089, 2013: 7872}
    off = {year: said[year] / revenue[year] - 1 for year in revenue}
    true = {2012: 3711 * (1056 / 845) ** 2, 2013: 5089 * (1228 / 1056) ** 2}
    right = {year: true[year] / revenue[year] - 1 for year in revenue}
    return Question(
        f"The square law predicts {said[2012]:,.0f} for 2012 and {said[2013]:,.0f} for 2013, by "
        "you. "
        "What do you say to the slide, and which pattern in the numbers would make you believe in "
        "the square?",
        f"It is {right[2012]:+.0%} off in the first year and {right[2013]:+.0%} in the second (by "
        f"their numbers {off[2012]:+.0%} and {off[2013]:+.0%}): two errors that cancel. Two points "
        "fit many laws, revenue is no value, and prices changed too.",
        "Ten years, or ten networks, in which revenue for each member grows as members do. If it "
        "stays as it is, value grows with members alone.",
        CONTRADICTS if any(abs(said[year] - true[year]) > 60 for year in true) else OWN,
    )


@about(4)
def mean_or_middle(a: Answers) -> Question:
    """Of the two stop rules: the mean, the middle, and who bears the loss."""
    said = a.table("on_average", ("early", "late"), -10_000, 10_000)
    needed = a.number("late_needed", 0, 100)
    early, late = 0.3 * 2400 - 0.7 * 500, 0.6 * 400 - 0.4 * 900
    equal = math.ceil(100 * (early + 900) / (400 + 900) - 1e-9)
    return Question(
        f"On average the early rule brings {said['early']:.0f} and the late one "
        f"{said['late']:.0f} thousand, by "
        "you. Sales shows the middle future. For which company is sales right?",
        f"The means are {early:.0f} and {late:.0f}; early loses in 70 of 100 futures. Whoever can "
        "try many times takes the mean. Whoever has one try, and is ruined by 500, may look at the "
        "futures that end badly, and even so late loses more when it loses (900).",
        f"How many such markets there will be: with ten of them early gains at least once in "
        f"{1 - 0.7**10:.0%} of all cases. And {equal} of 100 won futures for late, if anybody can "
        "show them.",
        CONTRADICTS
        if abs(said["early"] - early) > 1 or abs(said["late"] - late) > 1 or needed != equal
        else OWN,
    )


def plan_of(a: Answers) -> tuple[dict[str, float], dict[str, str], float]:
    """Return money and side for each market, and the stop rule."""
    money = a.table("money", MARKETS, 0, 5000)
    paid = a.choices("paid", MARKETS, TO_PARTNERS)
    return money, paid, a.number("stop", 0, 1)


@cache
def gain(name: str, money: float, side: str, stop: float, dearer: float = 1) -> tuple[float, float]:
    """Return the mean gain in thousand dollars, and the share of futures that gain."""
    market = MARKETS[name].replace(worth=dearer * MARKETS[name].worth)
    plan = {name: (money, TO_PARTNERS[side], stop)}
    made: Any = launched({name: market}, plan, replications=300)
    return float(made.at[name, "gain"]), float(made.at[name, "futures ahead"])


@about(5)
def the_largest_bet(a: Answers) -> Question | None:
    """Of the market with most money: in how many futures it loses."""
    money, paid, stop = plan_of(a)
    name = max(money, key=money.__getitem__)
    if money[name] <= 0:
        return None
    mine, ahead = gain(name, money[name], paid[name], stop)
    half, half_ahead = gain(name, money[name] / 2, paid[name], stop)
    twice, twice_ahead = gain(name, min(5000, money[name] * 2), paid[name], stop)
    return Question(
        f"Most of your money goes into {name}: {money[name]:,.0f} thousand. After two years the "
        "board sees a loss. How do you tell a market that needs patience from one that is lost?",
        f"Your plan gains {mine:,.0f} thousand there on average, and gains at all in {ahead:.0%} "
        "of "
        f"the futures. With half the money {half:,.0f} ({half_ahead:.0%}), with twice "
        f"{twice:,.0f} ({twice_ahead:.0%}). It names the share of partners on board, and by when.",
        f"The share of partners at which {name} holds itself without money: below it at the end of "
        "the money, all falls back. " + levels_in_words(name),
        CONTRADICTS if mine < 0 or half > mine + 50 else TELLING if ahead < 0.5 else OWN,
    )


def levels_in_words(name: str) -> str:
    """Return where a market tips, as a sentence."""
    levels = MARKETS[name].levels()
    if len(levels) < 2:
        return f"By the model {name} goes to {levels[0]:.0%} by itself."
    return f"By the model {name} tips at {levels[1]:.0%}."


@about(5)
def who_is_paid(a: Answers) -> Question | None:
    """Of the side that is paid: the other one."""
    money, paid, stop = plan_of(a)
    used = [name for name in MARKETS if money[name] > 0]
    if not used:
        return None
    each = {
        name: {side: gain(name, money[name], side, stop)[0] for side in TO_PARTNERS}
        for name in used
    }
    name = max(used, key=lambda it: max(each[it].values()) - each[it][paid[it]])
    best = max(each[name], key=each[name].__getitem__)
    others = [side for side in each[name] if side != paid[name]]
    other = max(others, key=each[name].__getitem__)
    market = MARKETS[name]
    listed = ", ".join(f"{side} {won:,.0f}" for side, won in each[name].items())
    return Question(
        f"In {name} you pay {paid[name]}. The head of sales would pay {other}. What would you "
        "both have to measure to settle it, and what would that cost?",
        f"With your money and your stop the mean gain is, by who is paid: {listed}. Customers draw "
        f"partners with {market.partners_draw:g}, partners draw customers with "
        f"{market.customers_draw:g}, by a survey. It pays the side that draws, or that is cheap, "
        "and "
        "says which of the two.",
        f"One month in one town with each side paid: if the other side comes faster where {best} "
        "are "
        "paid" + (", that is their own choice." if best == paid[name] else ", theirs was wrong."),
        CONTRADICTS if each[name][best] > each[name][paid[name]] + 100 else OWN,
    )


@about(5)
def when_the_money_ends(a: Answers) -> Question | None:
    """Of the stop rule: below or above the point where a market tips."""
    money, paid, stop = plan_of(a)
    name = max(money, key=money.__getitem__)
    if money[name] <= 0:
        return None
    levels = MARKETS[name].levels()
    tips = levels[1] if len(levels) > 1 else levels[0]
    stops = (max(0.0, round(stop - 0.2, 2)), stop, min(1.0, round(stop + 0.2, 2)))
    made = [gain(name, money[name], paid[name], it)[0] for it in stops]
    return Question(
        f"Your money ends when {stop:.0%} of the partners are on board. At that moment somebody "
        "says: only a little more. What do you answer, and which number would let you go on?",
        f"{levels_in_words(name)} Your rule gains {made[1]:,.0f} thousand there; stopping at "
        f"{stops[0]:.0%} {made[0]:,.0f}, at {stops[2]:.0%} {made[2]:,.0f}. Below the tipping "
        "point of a "
        "typical market what was paid is lost; far beyond it the money buys what would come "
        "anyway.",
        "A month without money in one town: do partners go on coming? If they do, the money was to "
        "end earlier.",
        CONTRADICTS if stop < tips else TELLING if max(made) > made[1] + 100 else OWN,
    )


@about(5)
def what_is_left_out(a: Answers) -> Question | None:
    """Of a market without money: what would let one in."""
    money, _, stop = plan_of(a)
    out = [name for name in MARKETS if money[name] == 0]
    if not out:
        return None
    name = out[0]
    tried = {side: gain(name, 1250, side, stop) for side in TO_PARTNERS}
    best = max(tried, key=lambda side: tried[side][0])
    return Question(
        f"You stay out of {name}. A rival goes in. Does that change your decision, and which "
        "number "
        "about that market would?",
        f"With 1,250 thousand, {best} paid, it would gain {tried[best][0]:,.0f} thousand on "
        "average, "
        f"in {tried[best][1]:.0%} of the futures. No rival is in the model: it says what a rival "
        "changes, such as partners who can join one only.",
        f"What {name} earns a month with everybody on board: with twice the "
        f"{MARKETS[name].worth:g} thousand that are assumed, the same money would gain "
        f"{gain(name, 1250, best, stop, 2)[0]:,.0f} thousand.",
        TELLING if len(out) > 1 or tried[best][0] > 300 else OWN,
    )
