"""Questions for a talk about 04_diverse_users; facilitator/viva.md says how to write such lines."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

from thousandfold.datasets import load
from thousandfold.facilitation.viva import CONTRADICTS, OWN, TELLING, Answers, Question, about
from thousandfold.models import MixedCohort, MixShift, TwoSegments, fit_retention

DECISION = 5
EXAMPLES = {
    "there_after_one": 70,
    "second_renewal": 70,
    "seen": 92.5,
    "anyway": 0,
    "points_at_old_mix": {"A": 0.5, "B": 6.4, "C": 3.6},
    "best_depth": {"today": 0.4, "easier start": 0.2, "half the fee": 0.4},
    "depth": 0.5,
    "onboarding": 0.5,
    "split": 100_000,
}
LAUNCHES = {
    "A": MixShift(0.2, 0.5, 0.55, 0.58, 0.3, 0.34),
    "B": MixShift(0.5, 0.2, 0.55, 0.52, 0.3, 0.28),
    "C": MixShift(0.3, 0.3, 0.5, 0.46, 0.2, 0.35),
}
CASES = ("today", "easier start", "half the fee")
DEPTHS = (0.2, 0.4, 0.6, 0.8)
MARKET = TwoSegments(second=200_000, twice=0.4, fee_power=120)


@about(1)
def nobody_has_changed(a: Answers) -> Question:
    """Of the second renewal: a rate that rises although nobody changes."""
    said = a.number("second_renewal", 0, 100)
    cohort = MixedCohort(loyal=0.5, loyal_stays=0.9, others_stay=0.5)
    first, second, fifth = (100 * float(it) for it in cohort.retention([1, 2, 5]))
    return Question(
        f"{first:.0f} % renew the first time, {said:.1f} % the second, you wrote. A colleague "
        "takes "
        "the credit for the difference. What do you ask before you agree or not?",
        f"With half of them loyal it is {second:.1f} %, and {fifth:.1f} % at the fifth renewal, "
        "while "
        "nobody changes: those who leave easily have left. It asks for the same renewal of an "
        "earlier cohort, or for each kind apart.",
        f"The second renewal of a cohort that the colleague never touched: if it is near "
        f"{second:.0f} %, the credit goes to nobody.",
        CONTRADICTS if abs(said - second) > 1 else OWN,
    )


@cache
def regular() -> tuple[float, float, float]:
    """Return the first renewal, the eighth, and the forecast of it from seven; in per cent."""
    alive = load("retention").query("segment == 'Regular'")["alive"].tolist()
    forecast = 100 * float(fit_retention(alive[:8]).cohort.retention(8))
    return 100 * alive[1] / alive[0], 100 * alive[8] / alive[7], forecast


@about(2)
def did_the_programme_work(a: Answers) -> Question:
    """Of the loyalty programme: which test would be fair to it."""
    said = a.number("anyway", -1000, 1000)
    first, eighth, forecast = regular()
    true = 100 * (forecast - first) / (eighth - first)
    return Question(
        f"You told the head of sales that {said:.0f} % of the rise would have come anyway. She "
        "asks: "
        "how would I ever show you that a programme works? What do you offer her?",
        f"By the fit {true:.0f} %: {forecast:.1f} % was to be expected, {eighth:.1f} % came. It "
        "offers a comparison that could go either way: half of the next cohort without the "
        "programme, or a forecast that is written down before.",
        f"Renewals more than a few points above {forecast:.0f} % with the programme, in a group "
        "that "
        "was drawn by lot, and not without it: then it works.",
        CONTRADICTS if abs(said - true) > 5 else OWN,
    )


@about(3)
def who_came(a: Answers) -> Question:
    """Of the launches: the dashboard's verdict and the other one."""
    said = a.table("points_at_old_mix", LAUNCHES, -100, 100)
    true = {
        name: 100 * (float(it.rate_after(it.power_before)) - it.before)
        for name, it in LAUNCHES.items()
    }
    moved = {name: 100 * (it.after - it.before) for name, it in LAUNCHES.items()}
    turned = [name for name in LAUNCHES if true[name] * moved[name] < 0]
    name = max(LAUNCHES, key=lambda it: abs(said[it] - true[it]))
    name = name if abs(said[name] - true[name]) > 0.3 else turned[0]
    return Question(
        f"The dashboard moved by {moved[name]:+.1f} points at launch {name}, and you wrote "
        f"{said[name]:+.1f} at the old mix. Would you roll the launch back, and which number would "
        "you put on the dashboard instead?",
        f"At the old mix it is {true[name]:+.1f} points; {100 * LAUNCHES[name].mix_effect:+.1f} "
        "come "
        "from who came. It decides by the rates of each kind of user, and asks also whether those "
        "who came are the ones that Ferry wants.",
        "The rate of each kind of user, before and after: if one of them falls while the mean at "
        "the "
        "old mix rises, somebody pays for it.",
        CONTRADICTS
        if said[name] * true[name] < 0
        else TELLING
        if abs(said[name] - true[name]) > 1
        else OWN,
    )


def product(mine: SimpleNamespace) -> TwoSegments:
    """Return the product that somebody's name draws."""
    fee = 20 * mine.dollars * (1 - mine.chains) / mine.chains
    return TwoSegments(power_last=mine.chains, fee_power=fee, onboarding=0.5)


def dearest(own: TwoSegments) -> float:
    """Return at which of the depths a product earns most among a million users."""
    return DEPTHS[int(own.one_product(1_000_000, list(DEPTHS)).argmax())]


@about(4)
def whose_product(a: Answers) -> Question:
    """Of the own market: who is served less, and who would notice."""
    said = a.table("best_depth", CASES, 0, 1)
    own = product(a.mine)
    best, half = dearest(own), dearest(own.replace(fee_power=own.fee_power / 2))
    place = said["today"]
    teachers, chains = (100 * float(it) for it in own.uptake(place))
    return Question(
        f"Your product stands at depth {place:g} today. A teacher leaves and writes why, in "
        "public. "
        "What do you answer, and what would make you move?",
        f"At {place:g}, {teachers:.0f} of 100 teachers choose it and {chains:.0f} of 100 users in "
        f"chains; of the four depths {best:g} earns most. It says who is served less well and why "
        "that is meant, and does not promise to be for everybody.",
        f"Chains that pay half: with that fee {half:g} earns most"
        f"{', as now' if half == best else ''}. Or a share of chains other than "
        f"{a.mine.chains:.0%}: who has counted them?",
        CONTRADICTS if place != best else OWN,
    )


def plan_of(a: Answers) -> TwoSegments:
    """Return the plan that somebody decided for."""
    return MARKET.replace(
        depth=a.number("depth", 0, 1),
        onboarding=a.number("onboarding", 0, 1),
        split=a.number("split", 1, 2_000_000),
    )


def in_words(plan: TwoSegments) -> str:
    """Return a plan as it is said."""
    never = plan.split > 1_000_000
    two = "never two editions" if never else f"two editions from {plan.split:,.0f} users on"
    return f"depth {plan.depth:g}, {plan.onboarding:.0%} of the work for an easy start, {two}"


def mean(plan: TwoSegments) -> float:
    """Return what a plan earns in four mixes, dollars a month for each user in the market."""
    return float(plan.in_mixes([0.08, 0.15, 0.3, 0.5])["earned"].mean())


@about(5)
def who_loses(a: Answers) -> Question:
    """Of the plan: whose loss it is, in people."""
    plan = plan_of(a)
    casual, power = (100 * float(it) for it in plan.uptake())
    two = plan.uptake_of_two()
    lost = "both lose alike" if abs(power - casual) < 1 else "power users lose most"
    lost = "casual users lose most" if casual < power - 1 else lost
    return Question(
        f"Your plan: {in_words(plan)}. Who of 100 users does not choose it before the split, and "
        "why "
        "is that acceptable? What would they have to be worth for it not to be?",
        f"Before the split {casual:.0f} of 100 casual and {power:.0f} of 100 power users choose "
        "it, "
        f"with two editions {100 * two[0]:.0f} and {100 * two[1]:.0f}. So {lost}. It names "
        "them, says what is gained for it, and until when.",
        "A power user pays 120 dollars here. At 60 your plan earns "
        f"{mean(plan.replace(fee_power=60)):.1f} "
        f"a user, and at depth {max(0, plan.depth - 0.15):.2f} "
        f"{mean(plan.replace(fee_power=60, depth=max(0, plan.depth - 0.15))):.1f}.",
        TELLING if not 0.2 <= plan.depth <= 0.7 else OWN,
    )


@about(5)
def nobody_knows_the_mix(a: Answers) -> Question:
    """Of the mix: for which market the plan is wrong."""
    plan = plan_of(a)
    few, many = (float(it) for it in plan.in_mixes([0.05, 0.5])["earned"])
    tried = {place / 10: plan.replace(depth=place / 10) for place in range(1, 10)}
    best = {
        share: max(tried, key=lambda place: tried[place].replace(power_last=share / 100).score())
        for share in range(5, 51, 5)
    }
    best_few, best_many = best[5], best[50]
    right = [share for share, place in best.items() if abs(place - plan.depth) < 0.1]
    return Question(
        f"You chose depth {plan.depth:g} although between 5 and 50 % of the million may be power "
        "users. For which of these markets is it wrong, and when would you know in which you are?",
        f"With 5 % it earns {few:.1f} dollars a user, and depth {best_few:g} would earn most; with "
        f"50 % {many:.1f}, and {best_many:g} would. It takes one that is bearable in both, and "
        "names "
        "when the share is counted, such as at 50,000 users.",
        "The share of power users among the last thousand who came. "
        + (
            f"From {right[0]} to {right[-1]} % a depth near {plan.depth:g} earns most, elsewhere "
            "another one."
            if right
            else f"At none from 5 to 50 % does a depth near {plan.depth:g} earn most."
        ),
        TELLING
        if plan.depth <= min(best_few, best_many) or plan.depth >= max(best_few, best_many)
        else OWN,
    )


@about(5)
def why_split_there(a: Answers) -> Question:
    """Of the split: earlier, later, never."""
    plan = plan_of(a)
    mine, sooner, later, never = (
        mean(plan.replace(split=size))
        for size in (plan.split, max(1000, plan.split / 3), min(2e6, plan.split * 3), 2e6)
    )
    cheap = mean(plan.replace(second=60_000))
    never_cheap = mean(plan.replace(second=60_000, split=2e6))
    when = "never" if plan.split > 1_000_000 else f"from {plan.split:,.0f} users on"
    return Question(
        f"You have two editions {when}. Your head of engineering wants the other decision. What is "
        "the strongest reason on that side, and which number would let you give in?",
        f"Over four mixes your plan earns {mine:.1f} dollars a user; with the split at a third of "
        f"the size {sooner:.1f}, at three times {later:.1f}, never {never:.1f}. A second edition "
        "costs 200,000 dollars a month and 40 % of the work twice: that is the reason against.",
        f"The true bill of a second edition: at 60,000 a month, your split earns {cheap:.1f} and "
        f"never {never_cheap:.1f}.",
        CONTRADICTS
        if max(sooner, later, never) > mine + 0.5
        else TELLING
        if plan.split > 1_000_000 or plan.split < 10_000
        else OWN,
    )
