"""Questions for a talk about 06_communication; facilitator/viva.md says how to write such lines."""

from __future__ import annotations

from functools import cache

from thousandfold import sweep
from thousandfold.facilitation.viva import CONTRADICTS, OWN, TELLING, Answers, Question, about
from thousandfold.models import BrooksLaw, Squads, possible_paths

DECISION = 5
EXAMPLES = {
    "ninety_join": 900,
    "factor_used": 2.93,
    "factor_each": 2.93,
    "true_paths": 14,
    "squad": 10,
    "liaisons": 2,
    "circle": 15,
}
SIZES = (3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 30)
HIRES = range(21)
PLAUSIBLE: dict[str, tuple[float, float]] = {
    name: it.plausible
    for name, it in Squads().quantities().items()
    if it.plausible and name in ("path_hours", "handover_hours", "cut_off_hours", "away")
}
WORDS = {
    "path_hours": "what a path takes",
    "handover_hours": "what a handover costs",
    "cut_off_hours": "what it costs to be cut off",
    "away": "how many are away on a day",
}
WORDS_OF = dict.fromkeys(PLAUSIBLE, "hours a week") | {"away": "of the people"}
PARTS = {
    "path_hours": "talking",
    "handover_hours": "handing over",
    "cut_off_hours": "being cut off",
}
CASES = ("today", "half the teaching", "as in Terraform")


@cache
def hours(people: int, squad: int, liaisons: int, circle: int, **other: float) -> dict[str, float]:
    """Return the parts of an hour's cost for each person, by the model of the lesson."""
    made = Squads(people=people, squad=squad, liaisons=liaisons, circle=circle, **other)
    parts = made.hours(replications=20)
    return {{"cut off": "being cut off"}.get(name, name): it for name, it in parts.items()}


def week(people: int, squad: int, liaisons: int, circle: int, **other: float) -> float:
    """Return the hours that staying aligned costs a person a week.

    A part is in proportion to its price: the model is not asked again for another one.
    """
    away = {name: it for name, it in other.items() if name == "away"}
    parts = hours(people, squad, liaisons, circle, **away)
    times: dict[str, float] = {
        PARTS[name]: it / getattr(Squads(), name) for name, it in other.items() if not away
    }
    return sum((it * times.get(name, 1.0) for name, it in parts.items()), start=0.0)


def structure(a: Answers) -> tuple[int, int, int]:
    """Return the structure that somebody decided for."""
    return a.whole("squad", 2, 600), a.whole("liaisons", 1, 10), a.whole("circle", 2, 600)


def in_words(squad: int, liaisons: int, circle: int) -> str:
    """Return a structure as it is said."""
    joins = "one liaison" if liaisons == 1 else f"{liaisons} liaisons"
    return f"squads of up to {squad} with {joins} each, in circles of up to {circle}"


@about(5)
def what_breaks_first(a: Answers) -> Question:
    """Of the structure: which part of its cost is largest at 400 people, and what size is best."""
    mine = structure(a)
    squad, liaisons, circle = mine
    parts = hours(400, *mine)
    first = max(parts, key=parts.__getitem__)
    tried = {size: week(400, size, liaisons, circle) for size in (*SIZES, squad)}
    best = min(tried, key=tried.__getitem__)
    listed = ", ".join(f"{value:.1f} for {name}" for name, value in parts.items())
    return Question(
        f"You chose {in_words(*mine)}. At 400 people, what gets expensive first, and would "
        "you still choose squads of that size?",
        f"At 400 people it costs each person {tried[squad]:.1f} hours a week: {listed}. So "
        f"{first} comes first. It names why that part grows with the company, or does not, and "
        "what "
        "they would give up to lower it. The digits do not matter.",
        f"Of the sizes from {min(SIZES)} to {max(SIZES)}, with all else as chosen, {best} is "
        f"cheapest at 400 people: {tried[best]:.1f} hours. "
        + (
            "That is their own: only another price of a path or of a handover moves it."
            if best == squad
            else f"That is {tried[squad] - tried[best]:.1f} below their own."
        ),
        TELLING if tried[squad] > 1.15 * tried[best] else OWN,
    )


@about(5)
def who_is_away(a: Answers) -> Question:
    """Of the liaisons: what happens on a day on which they are away."""
    squad, liaisons, circle = structure(a)
    now = week(200, squad, liaisons, circle)
    more, less = liaisons + 1, max(1, liaisons - 1)
    one_more = week(200, squad, more, circle)
    ill = {n: week(200, squad, n, circle, away=0.2) for n in (liaisons, more)}
    better = "better" if ill[more] < ill[liaisons] else "no better"
    cut = hours(200, squad, liaisons, circle)["being cut off"]
    all_away = "its only one is away" if liaisons == 1 else f"all of its {liaisons} are away"
    return Question(
        f"Each of your squads sends {liaisons}. Describe the day on which that goes wrong. How "
        "many "
        "people would have to be away until you choose another number?",
        f"A squad is cut off when {all_away}: at 200 people, with one in ten "
        f"away, that costs {cut:.1f} of {now:.1f} hours a week. One more a squad makes it "
        f"{one_more:.1f}, since each liaison adds talking and larger circles. It weighs the two.",
        f"With one person in five away, {more} are {better} than {liaisons} "
        f"({ill[more]:.1f} against {ill[liaisons]:.1f} hours). At home: on how many of twenty days "
        "was a squad without anybody whom the others could ask?",
        TELLING if liaisons == 1 or liaisons >= max(4, squad) or less == more else OWN,
    )


@about(5)
def what_it_hangs_on(a: Answers) -> Question:
    """Of the illustrative prices: which of them would turn the decision."""
    squad, liaisons, circle = structure(a)

    def best(**prices: float) -> int:
        return min(SIZES, key=lambda size: week(200, size, liaisons, circle, **prices))

    usual = best()
    moved = {
        name: (best(**{name: low}), best(**{name: high})) for name, (low, high) in PLAUSIBLE.items()
    }
    most = max(moved, key=lambda name: max(moved[name]) - min(moved[name]))
    low, high = moved[most]
    dear = {most: PLAUSIBLE[most][1]}
    return Question(
        "Four prices of this exercise are illustrative: a path, a handover, being cut off, being "
        f"away. Which one would you measure at home before you defend squads of {squad}, and how?",
        f"{WORDS[most][0].upper() + WORDS[most][1:]} moves it most: at 200 people the cheapest "
        f"squad has {low} people where that is {PLAUSIBLE[most][0]:g} {WORDS_OF[most]}, {usual} as "
        f"the exercise has it, {high} at {PLAUSIBLE[most][1]:g}. It names one price, and a way to "
        "count it for two weeks.",
        f"{WORDS[most][0].upper() + WORDS[most][1:]}, if it is {PLAUSIBLE[most][1]:g}: then squads "
        f"of {high} cost {week(200, high, liaisons, circle, **dear):.1f} hours a week, and squads "
        f"of {squad} cost {week(200, squad, liaisons, circle, **dear):.1f}.",
        TELLING if squad >= 15 or squad <= 4 else OWN,
    )


@cache
def finished(team: int, talk: float, power: float, training: float) -> tuple[float, ...]:
    """Return the median days until the project is done, by people hired."""
    late = BrooksLaw(team=team, talk=talk, training=training, talk_power=power)
    return tuple(sweep(late, hired=list(HIRES), replications=200).summary("elapsed")["median"])


def won(team: int, talk: float) -> dict[str, float]:
    """Return how many days ten people win, in each of the three cases."""
    made = {"today": (2, 0.25), "half the teaching": (2, 0.125), "as in Terraform": (0.55, 0.25)}
    days = {case: finished(team, talk, *values) for case, values in made.items()}
    return {case: found[0] - found[10] for case, found in days.items()}


@about(4)
def which_change_to_pay_for(a: Answers) -> Question:
    """Of the late team: why the two changes help so differently."""
    said = a.table("ten_win", CASES, -1000, 1000)
    true = won(a.mine.team, a.mine.talk)
    gains = {case: said[case] - said["today"] for case in CASES[1:]}
    wrong = gains["as in Terraform"] <= gains["half the teaching"] or said["today"] > 0
    return Question(
        f"Ten people on your team of {a.mine.team}: {said['today']:.0f} days today, "
        f"{said['half the teaching']:.0f} with half the teaching, {said['as in Terraform']:.0f} if "
        "talk grows as in Terraform (minus: lost). Which of the two changes would you pay for, and "
        "why is one of them so much larger?",
        f"By the model {true['today']:.0f}, {true['half the teaching']:.0f} and "
        f"{true['as in Terraform']:.0f}. Teaching takes time once, from those who know; talk takes "
        "a part of every day, from everybody. So they pay for less talk, as by clear borders.",
        "The hours a week that one person there talks, before and after the last three people "
        "came: "
        "if they did not grow, more people cost teaching alone.",
        CONTRADICTS if wrong else OWN,
    )


@about(4)
def how_many_instead(a: Answers) -> Question:
    """Of the late team: how many people would be right, if not ten."""
    days = finished(a.mine.team, a.mine.talk, 2, 0.25)
    best = min(HIRES, key=lambda hired: days[hired])
    first = next((hired for hired in HIRES if hired and days[hired] > days[0]), None)
    turn = f"From {first} on they lose days" if first else "None of up to 20 loses days"
    return Question(
        f"Ruth offers ten people to your late team of {a.mine.team}, who talk "
        f"{100 * a.mine.talk:.0f} % of their day. Which number would you ask for instead, and what "
        "would you show her?",
        f"In the model {best} is best: {days[best]:.0f} working days, against {days[0]:.0f} with "
        f"nobody and {days[10]:.0f} with ten. {turn}. It says what the new people cost first "
        "(teaching, talk), and that the best number hangs on how talk grows.",
        "The same offer at the start of the project, or work that needs no talk with the others: "
        "what share of the tickets does a newcomer close alone in the third month?",
        OWN,
    )


@about(1)
def which_paths_are_used(a: Answers) -> Question:
    """Of the new paths: possible ones are not used ones."""
    said = a.number("ninety_join", 0, 100_000)
    all_new = float(possible_paths(100) - possible_paths(10))
    among = float(possible_paths(90))
    return Question(
        f"You wrote that ninety people who join ten bring {said:,.0f} paths. Which of them does "
        "Ferry need, and which would you see to that nobody walks?",
        f"{all_new:,.0f} are possible, {among:,.0f} of them among the new people, "
        f"{all_new - among:,.0f} between old and new. Possible is not used: a structure decides "
        "which few are walked. It names one that is needed and one that is not.",
        "Counted for two weeks: with how many others did one of the newest people work? If it is "
        "as "
        "many as in the company of ten, growth did not make talk harder there.",
        CONTRADICTS if abs(said - all_new) > 1 else OWN,
    )


@about(2)
def exponential(a: Answers) -> Question:
    """Of doubling: all pairs, each person, and the word for it."""
    used = a.number("factor_used", 0, 1000)
    each = a.number("factor_each", 0, 1000)
    possible = float(possible_paths(400) / possible_paths(200))
    return Question(
        f"You wrote {used:.2f} times the paths and {each:.2f} times as many for each person when "
        "people double. Jonas still says exponentially. What do you ask him, and what would show "
        "that he is right after all?",
        f"From 200 to 400 people the possible paths grow {possible:.2f} times, the used ones by a "
        f"power of 1.55 {2**1.55:.2f} times, and {2**0.55:.2f} times for each person. Exponential "
        "would be the same factor for each person more. The number to ask for is that of each "
        "person: it is what fills a day.",
        f"Two years in which people doubled and each person worked with more than "
        f"{possible / 2:.2f} times as many others: not even all possible pairs grow so fast.",
        CONTRADICTS if each >= used or abs(used / 2 - each) > 0.1 else OWN,
    )


@about(3)
def a_printed_number(a: Answers) -> Question:
    """Of the error in the book: how to find such a one."""
    said = a.number("true_paths", 0, 1000)
    true = float(possible_paths(6))
    return Question(
        f"A textbook prints fourteen paths, you wrote {said:.0f}. How would you check such a "
        "number "
        "in a meeting, in half a minute and without a formula?",
        f"Count a smaller case, or draw it: six people have {true:.0f} pairs, three people "
        f"{float(possible_paths(3)):.0f}. It says which pair is easily forgotten, the two new "
        "people, and that a printed number is a claim.",
        f"A drawing of six points with more or fewer than {true:.0f} lines between them.",
        CONTRADICTS if said != true else OWN,
    )
