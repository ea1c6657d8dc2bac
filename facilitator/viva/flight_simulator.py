"""Questions for a talk about 08_flight_simulator; facilitator/viva.md says how to write such."""

from __future__ import annotations

import json
from functools import cache

from thousandfold.facilitation.viva import (
    CONTRADICTS,
    OWN,
    TELLING,
    Answers,
    Question,
    UnfitError,
    about,
)
from thousandfold.flight import (
    FEATURES_ONLY,
    STEADY,
    Flight,
    Game,
    Rules,
    fly,
    fly_again,
    points,
    scorecard,
    shares_of_skill_and_luck,
    skill_and_luck,
)

DECISION = 5
EXAMPLES = {
    "worst_round": 12,
    "better_rounds": 6,
    "best_team": "Blue",
    "skill_percent": 50,
    "people_instead": 6,
    "people_by_luck": 6,
    "arrow": "contagion",
    "policy": {"start": STEADY.start.row(), "rules": list(STEADY.rules)},
}
BLUE = (2, 1)  # nearer than the same growth in so many rounds; furthest off in this one
ARROWS = ("contagion", "interest", "anger", "frustration")
QUAY = Flight(
    casual_market=1_600_000,
    power_market=300_000,
    wasted=0.4,
    wage=75_000,
    known=6000,
    fee_power=90,
)
_MOST_RULES = 40
_MOST_LETTERS = 200


@cache
def room() -> tuple[dict[str, float], float]:
    """Return what the decisions of the three teams are worth, and the share of skill, per cent."""
    faster, cash = "when round above 4: hire 60 %", "when cash below 2,500,000: hire 10 %"
    teams = {
        "Amber": Rules(STEADY.start, (*STEADY.rules[:-1], faster)),
        "Blue": STEADY,
        "Green": Rules(STEADY.start, (*STEADY.rules[:-1], "when round above 5: hire 75 %", cash)),
    }
    replay = fly(teams, seed=12)
    worth = skill_and_luck(replay)["skill: median of all futures"]
    return {str(team): float(it) for team, it in worth.items()}, 100 * shares_of_skill_and_luck(
        replay
    )["skill"]


@about(1)
def why_forecast(a: Answers) -> Question:
    """Of the forecasts: what they are for, if the simplest one is better."""
    better = a.whole("better_rounds", 0, 12)
    worst = a.whole("worst_round", 1, 12)
    return Question(
        f"Blue was nearer than the simplest forecast in {better} of 12 rounds, you found, and "
        f"furthest off in round {worst}. Why should a team forecast at all, and when would you "
        "stop?",
        f"It was nearer in {BLUE[0]}, and furthest off in round {BLUE[1]}. A forecast that is "
        "written down before shows where one's picture of the company is wrong, also where the "
        "simplest one is nearer. It names what the team would have learned from the "
        "worst round, and uses the simplest as a rival, not as an excuse.",
        "Twelve more rounds of their own, with forecasts: if they beat the same growth in fewer "
        "than "
        "six of them, they know no more than the last round does.",
        CONTRADICTS if (better, worst) != BLUE else OWN,
    )


@about(2)
def whom_do_you_promote(a: Answers) -> Question:
    """Of skill and luck: what one win is worth."""
    team = a.choice("best_team", ("Amber", "Blue", "Green"))
    skill = a.number("skill_percent", 0, 100)
    worth, true = room()
    best = max(worth, key=worth.__getitem__)
    listed = ", ".join(f"{name} {it:,.0f}" for name, it in worth.items())
    return Question(
        f"You say that {team}'s decisions are worth most, and that {skill:.0f} % of the "
        "differences "
        "are skill. Blue won and asks for the promotion. What do you tell Blue, and what would "
        "make "
        "you give it?",
        f"In the middle of 1,000 futures: {listed} customers; {best} is best, and {true:.0f} % is "
        "skill, since the three differ in their hiring only. One win says little between teams so "
        "much alike. It asks for the decisions and their reasons, not for the result.",
        "A second flight of all three through other luck: if Blue wins again, and again, skill is "
        f"more than {true:.0f} %.",
        CONTRADICTS if team != best or skill > 20 else OWN,
    )


@cache
def lived(
    luck: int, hire: int, repair: int
) -> tuple[float, float, dict[int, float], dict[int, float]]:
    """Return what repair was worth and brought with one's luck, and the same by people hired."""
    game = Game("Your team", seed=luck)
    for done in range(12):
        game.play(
            forecast=10_000,
            reason="as before",
            features=50,
            onboarding=30,
            debt=10,
            reliability=10,
            platform=0,
            hire=hire,
            squads=1 + done // 3,
        )
    repaired = fly_again(game, 3, debt=repair, features=60 - repair)
    tried = {people: fly_again(game, 3, hire=people) for people in range(hire + 1, 25)}
    return (
        float(repaired.worth),
        float(repaired.ends[1, 0]),
        {people: float(it.worth) for people, it in tried.items()},
        {people: float(it.ends[1, 0]) for people, it in tried.items()},
    )


@about(3)
def people_or_repair(a: Answers) -> Question:
    """Of one decision: its worth, and what one's board saw."""
    instead = a.whole("people_instead", 0, 100)
    by_luck = a.whole("people_by_luck", 0, 100)
    worth, ended, by_people, ends = lived(a.mine.luck, a.mine.hire, a.mine.repair)
    true = next((people for people, it in by_people.items() if it >= worth), max(by_people))
    seen = next((people for people, it in ends.items() if it >= ended), max(ends))
    return Question(
        f"In round 3 you would need {instead} people to make up for the repair, and {by_luck} by "
        "what your board saw. Your board counts by what it saw. How do you decide the next time, "
        "and "
        "how do you explain it?",
        f"Over 1,000 futures {true} people, with the team's own luck {seen}. The repair was worth "
        f"{worth:+.1f} % there. One life is one draw: a good decision can end badly. It tells the "
        "board beforehand what it expects, and what would be bad luck.",
        "Ten decisions like this one, each with what was expected: if what came was below in nine, "
        "it was no bad luck.",
        CONTRADICTS if abs(instead - true) > 2 else TELLING if instead == by_luck else OWN,
    )


@about(3)
def what_else_in_round_three(a: Answers) -> Question:
    """Of the repair: from when on it comes too late."""
    worth, _, by_people, _ = lived(a.mine.luck, a.mine.hire, a.mine.repair)
    few, many = min(by_people), max(by_people)
    return Question(
        f"Your team could repair {a.mine.repair} % in round 3, where it repaired 10 %. It says: "
        "later, when we are more people. What do you answer?",
        f"In round 3 the repair is worth {worth:+.1f} % customers in the middle of 1,000 futures, "
        f"{few} people hired instead {by_people[few]:+.1f} %, {many} {by_people[many]:+.1f} %. "
        "What "
        "debt no longer eats is there in every later round, at once; people have to be taught, and "
        "paid in each.",
        "The share of the time that debt takes, a round after more people came: if it falls by "
        "itself, they were right to wait.",
        OWN,
    )


@cache
def halved() -> dict[str, float]:
    """Return customers at the end of *features only* with each arrow at half of its strength."""
    usual = {name: float(getattr(Flight(), name)) for name in ARROWS}
    return {
        name: float(
            scorecard(fly({"x": FEATURES_ONLY}, flight=Flight(**{name: value / 2})))["customers"][
                "x"
            ]
        )
        for name, value in usual.items()
    }


@about(4)
def the_loop_at_home(a: Answers) -> Question:
    """Of the loop: where it turns at home."""
    arrow = a.choice("arrow", ARROWS)
    made = halved()
    best = max(made, key=made.__getitem__)
    usual = float(scorecard(fly({"x": FEATURES_ONLY}))["customers"]["x"])
    listed = ", ".join(f"{name} {it:,.0f}" for name, it in made.items())
    return Question(
        f"You would weaken {arrow} first. Where does that loop turn in your own company, who is in "
        "it, and which number would tell you that it turns?",
        f"With each at half, the team ends with so many customers: {listed}, in place of "
        f"{usual:,.0f}. {best.capitalize()} helps most, as debt eats time in every round and all "
        "else "
        "is made of time. It names a real place, such as a weekly meeting about old faults.",
        "The coefficients are illustrative. Measured at home, for a quarter: hours lost to old "
        "code, "
        "and who left and why. The larger of the two is the loop.",
        CONTRADICTS if arrow != best else OWN,
    )


@cache
def flown(policy: str, ferry: bool = False, wasted: float = QUAY.wasted) -> dict[str, float]:
    """Return the points of a policy at Quay or at Ferry, in parts."""
    flight = Flight() if ferry else QUAY.replace(wasted=wasted)
    runs = fly({"mine": json.loads(policy)}, flight=flight, replications=200)
    return {name: float(it.mean()) for name, it in points(runs).items()}


def policy_of(a: Answers) -> str:
    """Return the policy that somebody decided for, as JSON: what is no policy has no question."""
    policy = a.values.get("policy")
    if type(policy) is dict:
        rules = policy.get("rules")
        if type(rules) is not list or len(rules) > _MOST_RULES:
            raise UnfitError("policy has no rules")
        if any(type(it) is not str or len(it) > _MOST_LETTERS for it in rules):
            raise UnfitError("policy has a rule that is no short text")
    elif type(policy) is not list or not 1 <= len(policy) <= 12:
        raise UnfitError("policy is neither rules nor rows")
    return json.dumps(policy)


def first_row(a: Answers) -> dict[str, float]:
    """Return the numbers of a policy's start."""
    policy = json.loads(policy_of(a))
    row = policy["start"] if isinstance(policy, dict) else policy[0]
    if type(row) is not dict:
        raise UnfitError("policy has no start")
    names = ("features", "onboarding", "debt", "reliability", "platform", "hire")
    return {name: Answers(row).number(name, 0, 1000) for name in names if row.get(name) is not None}


def _changed(policy: str, **row: float) -> str:
    made = json.loads(policy)
    if isinstance(made, dict):
        made["start"] = {**made["start"], **row}
    else:
        made[0] = {**made[0], **row}
    return json.dumps(made)


@about(5)
def where_points_are_lost(a: Answers) -> Question:
    """Of the policy: its weakest part, and whether that is meant."""
    made = flown(policy_of(a))
    most = {"customers": 60, "cash": 10, "promise": 10, "people": 10, "debt": 10}
    weakest = min(most, key=lambda part: made[part] / most[part])
    listed = ", ".join(f"{part} {made[part]:.0f} of {full}" for part, full in most.items())
    return Question(
        f"Your policy loses most, for its size, in the part called {weakest}. Did you mean that? "
        "What did you get for it, and who would have to agree?",
        f"At Quay as it was surveyed it earns {made['points']:.0f} points: {listed}. The weights "
        "are "
        "illustrative, and another board has others. It says what was bought with the loss, and "
        "names somebody who bears it.",
        f"A board for which {weakest} counts 30 points and not {most[weakest]}: would the policy "
        "still be theirs? If so, they did not choose it for the points.",
        TELLING if made[weakest] / most[weakest] < 0.3 else OWN,
    )


@about(5)
def ferry_or_quay(a: Answers) -> Question:
    """Of the policy: what in it is Quay's, and what would hold elsewhere."""
    policy = policy_of(a)
    quay, ferry = flown(policy), flown(policy, ferry=True)
    steady = json.dumps(EXAMPLES["policy"])
    here, there = flown(steady), flown(steady, ferry=True)
    return Question(
        f"Your policy earns {quay['points']:.0f} points at Quay and {ferry['points']:.0f} at "
        "Ferry. "
        "Which of its rules would you take along to a third company without looking, and which one "
        "never?",
        f"The steady policy earns {here['points']:.0f} at Quay and {there['points']:.0f} at Ferry. "
        "Quay begins with debt that takes 40 % of the time and a market of solo teachers. It names "
        "a rule that hangs on such a number, and says which number to ask for first.",
        "The third company's share of time that debt takes. With 10 % and not 40 %, Quay gives "
        "this "
        f"policy {flown(policy, wasted=0.1)['points']:.0f} points, and the steady one "
        f"{flown(steady, wasted=0.1)['points']:.0f}.",
        CONTRADICTS if quay["points"] < here["points"] else OWN,
    )


@about(5)
def the_first_round(a: Answers) -> Question:
    """Of the start: debt against features, before anybody has come."""
    policy = policy_of(a)
    row = first_row(a)
    debt, features = row.get("debt", 0.0), row.get("features", 0.0)
    less = flown(_changed(policy, debt=debt / 2, features=features + debt / 2))
    more = flown(_changed(policy, debt=debt + features / 2, features=features / 2))
    mine = flown(policy)
    light = flown(policy, wasted=0.1)
    light_less = flown(_changed(policy, debt=debt / 2, features=features + debt / 2), wasted=0.1)
    return Question(
        f"You begin with {features:.0f} % for features and {debt:.0f} % for debt. Marco wants "
        f"{'a new feature' if features < 1 else 'more features'} in the first round. What do you "
        "tell him, and at which number would you turn it round?",
        f"It earns {mine['points']:.0f} points at Quay. With half of the debt's share for features "
        f"{less['points']:.0f}"
        + (f", with half of the features' share for debt {more['points']:.0f}" if features else "")
        + ". It gives Marco a number and a round at which he may ask again.",
        f"Debt that takes 10 % of the time and not 40 %: then Quay gives this policy "
        f"{light['points']:.0f} points, and the one with less for debt {light_less['points']:.0f}: "
        + ("it would turn." if light_less["points"] > light["points"] else "not even then."),
        CONTRADICTS
        if max(less["points"], more["points"]) > mine["points"] + 3
        else TELLING
        if debt >= 70 or debt <= 10
        else OWN,
    )
