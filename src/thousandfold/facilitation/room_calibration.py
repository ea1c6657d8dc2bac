"""How the guesses of a room lie beside what happened, so that nobody's own can be told.

What is shown follows `disclosure`. Nothing but rounded numbers of questions that at least five
people answered goes into it, so whoever answers or withdraws elsewhere changes nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from thousandfold.facilitation.disclosure import in_fives, may_be_shown, of_the_middle
from thousandfold.teaching.guesses import Comparison
from thousandfold.teaching.lean import Lean, between, lean_of_room, said_factor, to_one_side
from thousandfold.teaching.ratio_strip import Row, figure

ASK = "Where do you give a number of this kind next week, and to whom?"
"""The one question to ask of it."""

HIDDEN = "Fewer than five people: not shown, one could tell whose it is."
READ = (
    "Each mark is the middle of a room's guesses to one question, never one person's. Per cent and "
    "differences do not compare in times and have no mark."
)
ROUNDED = (
    "Counts are rounded to fives, factors to a few steps: 0 is up to two people. So “5 of about 5” "
    "does not say that all were of one mind, and nobody's guess follows from it. What fewer than "
    "five people answered is left out of everything."
)


@dataclass(frozen=True)
class Asked:
    """One question, and how each person's guess compares with what happened.

    Attributes
    ----------
    module : str
        Title of the module.
    words : str
        The question.
    said : mapping of str to Comparison
        By what tells people apart.
    """

    module: str
    words: str
    said: Mapping[str, Comparison]


@dataclass(frozen=True)
class Answered:
    """What may be shown of one question.

    Attributes
    ----------
    module, words : str
    people, low, close, high : int
        Rounded to fives; all 0 where it is hidden.
    ratio : float or None
        Guess / happened in the middle of the room, rounded; None where that makes no sense.
    hidden : bool
    """

    module: str
    words: str
    people: int = 0
    low: int = 0
    close: int = 0
    high: int = 0
    ratio: float | None = None
    hidden: bool = True

    @property
    def told(self) -> str:
        """All of it in a sentence."""
        if self.hidden:
            return HIDDEN
        counts = (self.low, "too low"), (self.close, "close"), (self.high, "too high")
        listed = ", ".join(f"{count} {side}" for count, side in counts)
        middle = f"; in the middle {to_one_side(self.ratio)}" if self.ratio is not None else ""
        return f"{listed}, of about {self.people} people{middle}."


@dataclass(frozen=True)
class RoomCalibration:
    """What may be shown of a room.

    Attributes
    ----------
    questions : tuple of Answered
        In the order in which they were asked.
    people : int
        Who has a guess in it; rounded to fives.
    lean : Lean or None
        All questions together, rounded, its interval outwards.
    """

    questions: tuple[Answered, ...]
    people: int
    lean: Lean | None

    @property
    def shown(self) -> tuple[Answered, ...]:
        """The questions that are not hidden."""
        return tuple(one for one in self.questions if not one.hidden)

    @property
    def hidden(self) -> int:
        """How many questions are hidden."""
        return len(self.questions) - len(self.shown)

    @property
    def sentence(self) -> str:
        """What the room's guesses show, in a sentence."""
        if not self.shown:
            return "No question was answered by five people, so nothing is shown of any."
        more = sum(one.low > one.high for one in self.shown)
        less = sum(one.high > one.low for one in self.shown)
        count = len(self.shown)
        return (
            f"About {self.people} people guessed at {count} question{'s' * (count != 1)}: at "
            f"{more}, more of them too low than too high; at {less}, more of them too high."
        )

    @property
    def conclusion(self) -> str:
        """Whether rooms like this one lean to a side, in a few sentences."""
        lean = self.lean
        if lean is None:
            return "Whether rooms like this one lean to a side cannot be told from these guesses."
        whole = f"All questions together, the room was {to_one_side(lean.ratio)}; "
        fits = between(lean.low, lean.high)
        if not lean.side:
            return f"{whole}anything {fits} fits. So no lean to one side shows."
        side = "low" if lean.side < 0 else "high"
        return (
            f"{whole}anything from {fits} fits. People like these, asked the same, would lean to "
            f"{side} numbers again. The questions were chosen because they surprise: of other "
            "questions it says nothing."
        )

    @property
    def figure(self) -> str:
        """A line for each question, as HTML."""
        return self._drawn([_line(one) for one in self.questions])

    @property
    def figure_of_shown(self) -> str:
        """A line for each question that is not hidden: a day has few of all lessons' questions."""
        return self._drawn([_line(one) for one in self.shown])

    @property
    def hidden_by_module(self) -> str:
        """How many questions of which module are hidden, in words."""
        counts = Counter(one.module[:2] for one in self.questions if one.hidden)
        return ", ".join(f"{count} of module {module}" for module, count in sorted(counts.items()))

    @property
    def by_module(self) -> str:
        """A line for each module, with a mark for each question, as HTML."""
        modules: dict[str, list[Answered]] = {}
        for one in self.shown:
            modules.setdefault(one.module, []).append(one)
        rows = []
        for title, asked in modules.items():
            sides = [(one.low > one.high) - (one.high > one.low) for one in asked]
            counts = (1, "rather too low"), (0, "balanced or close"), (-1, "rather too high")
            told = [f"{sides.count(side)} {words}" for side, words in counts if side in sides]
            many = f"Of {len(asked)} questions " if len(asked) > 1 else "Of one question "
            rows.append(Row(title, f"{many}{', '.join(told)}.", _marks(asked)))
        return self._drawn(rows)

    def _drawn(self, rows: list[Row]) -> str:
        if self.lean is not None:
            whole = Row("All together", f"{to_one_side(self.lean.ratio)}.", lean=self.lean)
            rows = [whole, *rows]
        return figure(rows, self.sentence, READ, self.conclusion)


def _line(one: Answered) -> Row:
    return Row(f"{one.module[:2]} {one.words}", one.told, _marks([one]))


def calibration_of_room(asked: Iterable[Asked]) -> RoomCalibration:
    """Sum up the guesses of a room.

    Parameters
    ----------
    asked : iterable of Asked
        Each question once, in the order of the workshop.
    """
    questions, shown, times = [], [], []
    for one in asked:
        if not may_be_shown(len(one.said)):
            questions.append(Answered(one.module, one.words))
            continue
        shown.append(one)
        found = {who: said.ratio for who, said in one.said.items() if said.ratio is not None}
        if may_be_shown(len(found)):
            times.append(found)
        questions.append(_answered(one, [*found.values()]))
    people = len({who for one in shown for who in one.said})
    lean = lean_of_room(times)
    return RoomCalibration(tuple(questions), in_fives(people), lean and lean.coarse)


def _answered(one: Asked, ratios: Sequence[float]) -> Answered:
    sides = [said.side for said in one.said.values()]
    low, close, high = (in_fives(sides.count(side)) for side in (-1, 0, 1))
    middle = None
    if may_be_shown(len(ratios)):
        middle = said_factor(math.exp(of_the_middle([math.log(ratio) for ratio in ratios])))
    return Answered(
        one.module, one.words, in_fives(len(sides)), low, close, high, middle, hidden=False
    )


def _marks(asked: Iterable[Answered]) -> tuple[float, ...]:
    return tuple(one.ratio for one in asked if one.ratio is not None)
