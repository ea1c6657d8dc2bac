"""People who are none: they come into a room, vote, err, fly, hand in, and follow it to its end."""

from __future__ import annotations

import asyncio
import math
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from thousandfold.flight import COMPARED, Decision, fly
from thousandfold.flight.policies import frozen
from thousandfold.room.answering import ANSWER, SURE
from thousandfold.room.browser import AGAIN_SECONDS, Browser, Form, Lines, Said, Sheet
from thousandfold.room.flights import word_in
from thousandfold.room.questions import Question

_NAMES = (
    "Amber", "Birch", "Cedar", "Delta", "Ember", "Fjord", "Grove", "Harbour", "Iris", "Juniper",
    "Kelp", "Lagoon", "Maple", "Nimbus", "Opal", "Pebble", "Quartz", "Reef", "Saffron", "Tundra",
    "Umber", "Vale", "Willow", "Xenon", "Yarrow", "Zephyr",
)  # fmt: skip
_ERRS, _CHANGES = 0.08, 0.1  # shares of people who send what is no number; who think again at once
_KNOWS, _LEARNS = 0.4, 0.6  # who is right before the talk; who is convinced in it
_SKIPS, _LEAVES_OUT = 10, 0.1  # one of so many skips the questions; the share of answers left out
_SPREAD = 0.8  # of guesses, in factors of e
_HOPE, _SURPRISE = 1.15, 0.25  # forecasts are too high, and scatter
_REASONS = (
    "Word of mouth goes on as before.",
    "New people still learn.",
    "The debt slows us down, but not yet.",
    "The extensions bring those who waited for them.",
    "I am guessing.",
)
_UNCLEAR = ("", "", "", "Where does this number come from?", "What would we measure at home?")
_ROUND = re.compile(r"Round (\d+) is open")
_MONDAY = (
    "I ask for the age of each open decision; wrong if most are younger than a week.",
    "We pay back the module that all changes touch; wrong if releases stay as rare as now.",
    "I count who uses what; wrong if the average describes anybody.",
    "One squad gets a goal and no approver; wrong if its waits stay as long.",
)


@dataclass
class Table:
    """People who sit together, and fly as one team.

    Attributes
    ----------
    name : str
    rows : sequence of Decision
        What they decide, round by round.
    expects : sequence of float
        The customers that would come of it in an ordinary future, beginning with today's.
    seats : list of Person
    """

    name: str
    rows: Sequence[Decision]
    expects: Sequence[float]
    seats: list[Person] = field(default_factory=list)
    word: str = ""  # said across the table, by whoever began the team


class Person(Browser):
    """Somebody in the room who is none: a browser that does what a page asks for.

    Parameters
    ----------
    number : int
        From 1; the same number does the same things.
    address, password : str
        Of the room.
    lines : Lines
    table : Table, optional
        Where this person sits in the flight.
    questions : mapping of str to Question
        What the lessons found, by the name of the question: the better answers tend to it.
    works : mapping of str to tuple
        Name and content of the notebook to hand in, by the title of the line in the plan.
    pace : float
        Seconds to think, about.

    Attributes
    ----------
    kept : list of tuple
        Path and fields of all that the room said is kept.
    refused : list of str
        What it said of what it did not take.
    signed_in : int
        How often the password was asked for.
    """

    def __init__(
        self,
        number: int,
        address: str,
        password: str,
        lines: Lines,
        *,
        table: Table | None = None,
        questions: Mapping[str, Question] | None = None,
        works: Mapping[str, tuple[str, bytes]] | None = None,
        pace: float = 0.0,
    ) -> None:
        super().__init__(address, lines)
        self.number = number
        self.kept: list[tuple[str, dict[str, str]]] = []
        self.refused: list[str] = []
        self.signed_in = 0
        self._password = password
        self._table = table
        self._questions = questions or {}
        self.works = works or {}
        self._luck = random.Random(number)  # noqa: S311 - nothing secret
        self._pace = pace * self._luck.uniform(0.4, 2.0)
        self._answers: dict[str, str] = {}
        self._done: set[str] = set()
        self._open: set[str] = set()
        if table:
            table.seats.append(self)

    async def attend(self) -> None:
        """Come in, and take part until it is cancelled."""
        await self._sign_in()
        async with asyncio.TaskGroup() as self._tabs:
            await self._follow("/")

    async def _sign_in(self) -> None:
        self.signed_in += 1
        while True:
            page = await self.open("/sign-in")
            said = await self.send(page.forms[0], {"password": self._password})
            if said.done:
                return
            self.refused.append(said.words)  # too many from one address: the facilitator helps
            await asyncio.sleep(AGAIN_SECONDS)

    async def _follow(self, path: str) -> None:
        """Keep a page open, and do what it asks for."""
        self._open.add(path)
        page = await self.open(path)
        asks = page.asks
        while True:
            await self._act(page)
            opened = _ROUND.search(page.data)
            if asks and opened and self._table and opened[0] not in self._done:
                self._done.add(opened[0])
                await self._decide(asks, int(opened[1]), self._table)
            if not page.version:
                return
            news = await self.news(path, page.version)
            if news is None:
                await self._sign_in()
                news = await self.open(path)
                asks = news.asks
            page = news

    async def _act(self, page: Sheet) -> None:
        for link in page.links:
            if link == "/hand-in":
                await self._hand_in(page)
            elif link.startswith("/") and link not in self._open:
                self._tabs.create_task(self._follow(link))
        if self._table and not self._table.word:
            self._table.word = word_in(page.words)
        for form in page.forms:
            if form.name in self._done or form.multipart:
                continue
            await self._think()
            filled = await self._filled(form)
            if filled is not None:
                self._done.add(form.name)
                await self._give(form, filled)
                if form.path == "/questions/begin":
                    await self._answer_all()

    async def _give(self, form: Form, filled: Mapping[str, str]) -> None:
        """Fill in a form; some err first, some think again."""
        number = "answer" in filled and not form.fields["answer"].options
        if number and self._luck.random() < _ERRS:
            await self._send(form, {**filled, "answer": "no idea"})
            await self._think()
        await self._send(form, filled)
        if self._luck.random() < _CHANGES and "answer" in filled:
            await self._think()
            await self._send(form, await self._filled(form) or filled)

    async def _answer_all(self) -> None:
        """Answer the questions before or after: by chance, so that nobody takes it for a gain."""
        for form in (await self.open("/questions")).forms:
            if form.path != "/questions":
                continue
            filled = {}
            for name, one in form.fields.items():
                if name.startswith((ANSWER, SURE)) and self._luck.random() > _LEAVES_OUT:
                    await self._think()
                    filled[name] = self._luck.choice(one.options)
            await self._send(form, filled)

    async def _send(
        self, form: Form, filled: Mapping[str, str], file: tuple[str, bytes] | None = None
    ) -> Said:
        said = await self.send(form, filled, file)
        if said.done:
            self.kept.append((form.path, {**form.hidden, **filled}))
        else:
            self.refused.append(said.words)
        return said

    async def _think(self) -> None:
        if self._pace:
            await asyncio.sleep(self._pace * self._luck.lognormvariate(0, 0.5))

    async def _hand_in(self, page: Sheet) -> None:
        for title, work in self.works.items():
            if title in page.words and work[0] not in self._done:
                await self._think()
                form = next((f for f in (await self.open("/hand-in")).forms if f.multipart), None)
                if form:
                    self._done.add(work[0])
                    await self._send(form, {"name": f"Rehearsal {self.number:03}"}, work)

    # --- What is written into a form -------------------------------------------------------------

    async def _filled(self, form: Form) -> dict[str, str] | None:
        """Return what this person writes into a form; None where it leaves it alone."""
        fields = form.fields
        if "question" in fields and "answer" in fields:
            return {"answer": self._answer(fields["question"].value, fields["answer"].options)}
        if "mark" in fields:
            return {
                "mark": str(self._luck.choices((1, 2, 3, 4, 5), (1, 2, 4, 6, 4))[0]),
                "unclear": self._luck.choice(_UNCLEAR),
            }
        if form.path in ("/questions/begin", "/questions/skip"):
            skips = self.number % _SKIPS == 0
            return {} if form.path.endswith("/skip") == skips else None
        if form.path == "/promise":
            return {"line": self._luck.choice(_MONDAY)}
        if form.path.startswith("/flight") and self._table:
            return await self._seated(form, self._table)
        return None

    def _answer(self, name: str, options: Sequence[str]) -> str:
        """Return an answer; after a talk more people give the one that the lesson finds."""
        question = self._questions.get(name)
        right = question.truth if question else None
        before = self._answers.get(name)
        if before is not None and self._luck.random() > _LEARNS:
            return before
        if options:
            # Where a poll has no truth, one answer convinces more than the others.
            good = random.Random(name).randrange(len(options)) if right is None else int(right)  # noqa: S311
            sure = before is not None or self._luck.random() < _KNOWS
            answer = options[good] if sure else self._luck.choice(options)
        else:
            centre = random.Random(name).lognormvariate(3.5, 0.5) if right is None else right  # noqa: S311
            spread = _SPREAD * (0.4 if before is not None else 1)
            answer = f"{_round(centre * self._luck.lognormvariate(0, spread)):.12g}"
        self._answers[name] = answer
        return answer

    async def _seated(self, form: Form, table: Table) -> dict[str, str] | None:
        """Begin a team, or join it with the word that is said across the table."""
        first = table.seats[0] is self
        if "name" in form.fields and first:
            return {"name": table.name}
        if "word" not in form.fields or first:
            return None
        while not table.word:
            await asyncio.sleep(AGAIN_SECONDS / 10)
        return {"word": table.word}

    async def _decide(self, asks: str, at: int, table: Table) -> None:
        """Hand in what the table decides; they take turns at the keyboard."""
        if (at - 1) % len(table.seats) != table.seats.index(self):
            return
        await self._think()
        expected = table.expects[at] * _HOPE * self._luck.lognormvariate(0, _SURPRISE)
        forecast = f"{_round(max(expected, 1)):.12g}"
        decided = {"round": at, "forecast": forecast, "reason": self._luck.choice(_REASONS)}
        row = table.rows[at - 1].row()
        told = await self.tell(asks, {"do": "fly", **decided, "decision": row, "sure": True})
        view = told.get("view", {})
        if view.get("done"):
            self.kept.append(("/flight/ask", {name: str(value) for name, value in decided.items()}))
        else:
            self.refused.append(str(told.get("trouble", view.get("said", ""))))


def people(
    number: int,
    teams: int,
    address: str,
    password: str,
    *,
    questions: Mapping[str, Question] | None = None,
    works: Mapping[str, tuple[str, bytes]] | None = None,
    pace: float = 0.0,
    kind: type[Person] = Person,
) -> list[Person]:
    """Return people who sit at tables.

    Parameters
    ----------
    number : int
    teams : int
        Tables among which they are spread.
    address, password, questions, works, pace
        As for a `Person`.
    kind : type
        A `Person`, or what is one and something more.
    """
    lines = Lines()
    tables = list(_tables(teams))
    return [
        kind(
            at + 1,
            address,
            password,
            lines,
            table=tables[at % teams] if teams else None,
            questions=questions,
            works=works,
            pace=pace,
        )
        for at in range(number)
    ]


def _tables(number: int) -> Iterator[Table]:
    """Yield tables; each has an idea of how to lead a company."""
    runs = fly(COMPARED, replications=1)
    ideas = list(COMPARED.values())
    for at in range(number):
        place = (len(ideas) - 1 - at) % len(ideas)  # who reacts sits at the first one
        rows = frozen(ideas[place], runs, place).rows
        again = at // len(_NAMES)
        name = _NAMES[at % len(_NAMES)] + (f" {again + 1}" if again else "")
        yield Table(name, rows, [float(value) for value in runs["customers"][:, place, 0]])


def _round(value: float) -> float:
    """Return a number as people say it: with two digits."""
    if not value:
        return 0.0
    size = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    return round(value / size) * size
