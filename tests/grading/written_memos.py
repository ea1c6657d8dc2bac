"""Memos of a class that never was: each put together by itself, and what copying makes of one.

They are more alike than people's: a whole class draws from eighty sentences, in which each has one
word in eight of their own. Two of them share 8 % of their words on average, where two answers that
people wrote by themselves to one question share 6 % (the corpus of P. Clough and M. Stevenson,
2011, https://doi.org/10.1007/s10579-009-9112-1).
"""

from __future__ import annotations

import random
import re

FORM = """\
**Option chosen.**

**The number relied on.**

**How sure.**

**What would change my mind.**

**Tripwire.**
"""

_BLANKS = {
    "size": ["six", "seven", "eight", "nine", "ten", "twelve"],
    "few": ["one", "two", "three", "four"],
    "ring": ["twelve", "fifteen", "sixteen", "eighteen", "twenty", "twenty-five"],
    "hours": ["4.6", "4.8", "5.0", "5.1", "5.4", "5.7", "6.2"],
    "share": ["15", "20", "25", "30", "35", "40", "60"],
    "who": ["the head of product", "each squad lead", "our agile coach", "the chief of staff",
            "operations", "the office of Ruth", "a product lead by turns"],
    "when": ["every Monday", "once a month", "each quarter", "at the end of a sprint", "weekly",
             "twice a month"],
    "what": ["missed decisions", "late handovers", "meetings of more than eight", "open questions",
             "pull requests across borders", "releases that had to wait"],
}  # fmt: skip

_ROWS = [
    (
        "I choose squads of {size} with {few} liaisons and circles of {ring}.",
        "Ferry should form teams of {size}, send {few} people to each circle, and let a circle "
        "have {ring}.",
        "My choice: {size} to a squad, {ring} to a circle, {few} who carry news outside.",
        "Let us cut the company into groups of {size}; {few} from every group meet in rounds of "
        "{ring}.",
        "We go for {size} people a squad. {few} of them talk with others, at most {ring} at once.",
        "Take {size} as the limit of a squad, {ring} as that of a circle, and {few} liaisons.",
        "For the next ninety I want {few} liaisons in squads of {size}, {ring} in one circle.",
        "The structure is small: {size} work together, {few} represent them, {ring} sit in a ring.",
    ),
    (
        "It gives up quick news between squads that have no liaison in common.",
        "What we lose is speed, since a message takes {few} more steps.",
        "The price is that nobody hears everything any more, me included.",
        "We give up the one big meeting, which {share} % of people like.",
        "The loss: whoever likes to talk with all will miss it.",
        "Against it speaks that {few} of ten spend time on talking, not building.",
        "That costs us the feeling of being one crew.",
        "I know that specialists will sit alone in their squads, and accept it.",
    ),
    (
        "The simulation of the module gives {hours} hours a week for each person.",
        "About {hours} hours of staying aligned each week came out of the model.",
        "I rely on {hours} hours, simulated between 60 and 600 people.",
        "In the notebook our week needs {hours} hours of talk, squads of {size} need more.",
        "{hours} hours a person: that is simulated, not counted.",
        "Run with {share} more people, the structure stays near {hours} hours.",
        "The number is {hours} hours, from the cell below task 5.",
        "Costs per head are {hours} hours in the model, {share} % less than with {size}.",
    ),
    (
        "It says nothing of who is any good at explaining.",
        "Quarrels, illness for weeks and offices in {few} cities are not in it.",
        "The prices of a path and of a handover are illustrative.",
        "Whether people like each other is left out.",
        "What it does not cover: work that changes hands within {few} days.",
        "The quarter of an hour for a path is somebody's guess, so is the half for a handover.",
        "It treats all of us as equal, which we are not.",
        "It leaves out newcomers, who ask {few} times as much.",
    ),
    (
        "I am fairly sure that squads below {size} pay.",
        "Quite sure of the direction, at {share} % sure of the exact sizes.",
        "On the liaisons I would bet; on {ring} I would not.",
        "My confidence: high for the second liaison, low for circles of {ring}.",
        "I would say {share} % that it beats what we do now.",
        "Sure, as long as we stay below {share} squads.",
        "Not very sure: {few} of my own runs came out the other way round.",
        "The order of the options is safe, the distance between them is not.",
    ),
    (
        "That hangs on the price of a path, which nobody has measured here.",
        "We have never counted our own talking.",
        "Our people are away more often than one day in ten.",
        "The growth of the next year may be half of what we plan.",
        "Most of it depends on whether liaisons have time for it.",
        "The model knows nothing of remote work, and {share} % of us are remote.",
        "I tried {few} other settings, and the best size moved by two.",
        "Luck with the first liaisons may decide more than all sizes.",
    ),
    (
        "If more than {share} % of changes cross a border, the borders are wrong.",
        "Seeing {what} rise for {few} months would make me doubt.",
        "I would think again if squads of {size} asked for help {when}.",
        "A calendar that shows under {hours} hours before the change would change my mind.",
        "Should {share} % of people say in a survey that they miss news, I was wrong.",
        "If a squad of {size} cannot ship alone in {few} of five cases, I take it back.",
        "My mind changes when liaisons spend more than {share} % of their week in circles.",
        "Were {what} no fewer after half a year, I would try larger squads.",
    ),
    (
        "Then {size} is too small, and I would merge pairs of squads.",
        "In that case we draw the borders anew before we add anybody.",
        "I would go back to one shared meeting {when}.",
        "We would ask a neighbour company how it did that.",
        "The next thing to try would be circles of {ring}.",
        "That would mean that talk is not what slows us.",
        "I would rather stop hiring than go on like that.",
        "It would be time for fewer features, not other squads.",
    ),
    (
        "Tripwire: {who} counts {what} {when}.",
        "We measure {what}; {who} brings the number {when}.",
        "{when} {who} writes down how many {what} there were.",
        "What is watched: {what}, by {who}, {when}.",
        "There will be a list of {what} that {who} reads aloud {when}.",
        "{who} looks at {what} {when} and tells everybody.",
        "I ask {who} for the number of {what} {when}.",
        "The signal is {what}. It is with {who}, {when}.",
    ),
    (
        "From {few} a squad on we add a liaison.",
        "At more than {share} in the company we stop hiring for a month.",
        "Above {few} in a row, the circle is split.",
        "When there are {share} of them, Ruth and I meet the same day.",
        "{few} is fine, twice that means that the squad gets smaller.",
        "If it doubles within a quarter, the structure is looked at as a whole.",
        "Past {share} we halve the circles.",
        "Beyond {ring}, somebody has to give up a feature for it.",
    ),
]


def memo(seed: int) -> str:
    """Return what one person wrote into the form."""
    chance = random.Random(seed)  # noqa: S311 - luck, not a secret
    parts = FORM.strip().split("\n\n")
    for number, part in enumerate(parts):
        sentences = [chance.choice(row) for row in _ROWS[2 * number : 2 * number + 2]]
        filled = re.sub(r"\{(\w+)\}", lambda it: chance.choice(_BLANKS[it[1]]), " ".join(sentences))
        parts[number] = f"{part}\n{filled}"
    return changed("\n\n".join(parts), 1 / 8, seed)


def changed(text: str, share: float, seed: int) -> str:
    """Return a text in which a share of the words is replaced, the headings not among them."""
    chance = random.Random(seed)  # noqa: S311 - luck, not a secret
    words = re.split(r"(\*\*.*\*\*|\s+)", text)
    places = [n for n, word in enumerate(words) if word.strip() and "**" not in word]
    for place in chance.sample(places, round(share * len(places))):
        words[place] = "".join(chance.choices("aeioubdgklmnprst", k=6))
    return "".join(words)


def reordered(text: str, seed: int) -> str:
    """Return a text whose sentences stand in another order below the same headings."""
    chance = random.Random(seed)  # noqa: S311 - luck, not a secret
    headings = [line for line in text.splitlines() if line.startswith("**")]
    body = " ".join(line for line in text.splitlines() if not line.startswith("**"))
    sentences = re.split(r"(?<=[.:?]) ", " ".join(body.split()))
    chance.shuffle(sentences)
    step = -(-len(sentences) // len(headings))
    return "\n\n".join(
        f"{heading}\n{' '.join(sentences[n * step : (n + 1) * step])}"
        for n, heading in enumerate(headings)
    )
