"""Three questions for a five-minute talk, from a learner's own numbers.

The lines for an exercise stand in ``facilitator/viva/NAME.py`` of the workshop's folder: functions
from what somebody answered to a question, what a good answer holds and which number would refute
it. No package, kit, site or image holds that folder: learners never have it. Which three somebody
is asked follows from their answers and their name alone, so a second print is the same sheet.
"""

from __future__ import annotations

import hashlib
import importlib.util
import math
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from thousandfold.errors import ExplainedError

ASKED = 3
OWN, TELLING, CONTRADICTS = 1, 2, 3
"""How well a question fits: any answer; one that is extreme; answers that do not go together."""

_TASK = "_viva_task"


class UnfitError(ExplainedError):
    """An answer is missing, or is nothing that a question can be made of."""


@dataclass(frozen=True)
class Question:
    """A question for a talk.

    Attributes
    ----------
    asks : str
        What to ask, with the learner's own numbers in it.
    holds : str
        What a good answer holds.
    refutes : str
        Which number, seen by whom or where, would refute what they answered.
    fits : int
        `OWN`, `TELLING` where their answer is an extreme one, `CONTRADICTS` where two of their
        answers do not go together: that is asked first.
    """

    asks: str
    holds: str
    refutes: str
    fits: int = OWN


@dataclass(frozen=True)
class Answers:
    """What a learner answered: plain values, none of them believed.

    Attributes
    ----------
    values : mapping of str to object
        By the name that the exercise gives it: numbers, texts, lists and tables; None or nothing
        where there is no answer.
    mine : SimpleNamespace
        The numbers that the exercise drew from the learner's name.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    mine: SimpleNamespace = field(default_factory=SimpleNamespace)

    def number(self, name: str, low: float, high: float) -> float:
        """Return an answer that is a number in a range.

        Raises
        ------
        UnfitError
            If it is missing, another thing, or beyond the range.
        """
        return _number(name, self.values.get(name), low, high)

    def whole(self, name: str, low: int, high: int) -> int:
        """Return an answer that is a whole number in a range; see `number`."""
        value = self.number(name, low, high)
        if value != int(value):
            raise UnfitError(f"{name} is no whole number")
        return int(value)

    def choice(self, name: str, among: Iterable[str]) -> str:
        """Return an answer that is one of some texts; see `number`."""
        return _choice(name, self.values.get(name), among)

    def table(self, name: str, keys: Iterable[Any], low: float, high: float) -> dict[Any, float]:
        """Return an answer that is a table of numbers with these keys; see `number`."""
        rows = self._rows(name, keys)
        return {key: _number(name, value, low, high) for key, value in rows.items()}

    def choices(self, name: str, keys: Iterable[Any], among: Iterable[str]) -> dict[Any, str]:
        """Return an answer that is a table of texts, each one of some; see `number`."""
        options = tuple(among)
        rows = self._rows(name, keys)
        return {key: _choice(name, value, options) for key, value in rows.items()}

    def row(self, name: str, length: int, low: float, high: float) -> list[float]:
        """Return an answer that is a list of so many numbers; see `number`."""
        value = self.values.get(name)
        if type(value) is not list or len(value) != length:
            raise UnfitError(f"{name} is no list of {length}")
        return [_number(name, it, low, high) for it in value]

    def picked(self, name: str, among: Iterable[str]) -> list[str]:
        """Return an answer that is a list of different texts, each one of some; see `number`."""
        value = self.values.get(name)
        options = tuple(among)
        if type(value) is not list or len(value) > len(options):
            raise UnfitError(f"{name} is no such list")
        found = [_choice(name, it, options) for it in value]
        if len(set(found)) != len(found):
            raise UnfitError(f"{name} names something twice")
        return found

    def _rows(self, name: str, keys: Iterable[Any]) -> dict[Any, Any]:
        value = self.values.get(name)
        if type(value) is not dict:
            raise UnfitError(f"{name} is no table")
        rows = {str(key): it for key, it in value.items()}
        return {key: rows.get(str(key)) for key in keys}


Maker = Callable[[Answers], Question | None]


@dataclass(frozen=True)
class Candidate:
    """A question that may fit: its name, the task of the exercise that it is about, and itself."""

    name: str
    task: int
    make: Maker


@dataclass(frozen=True)
class Lines:
    """The lines of one exercise.

    Attributes
    ----------
    candidates : tuple of Candidate
        In the order of the file.
    decision : int
        The task that is a decision: one question is about it, if any can be.
    examples : mapping of str to object
        The exercise's own example of each answer, for whoever gave none.
    """

    candidates: tuple[Candidate, ...]
    decision: int
    examples: Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """One of the three.

    Attributes
    ----------
    question : Question
    task : int
    name : str
        The name of the candidate.
    example : bool
        Whether it is made of the exercise's own example, as no answer of theirs could be read.
    """

    question: Question
    task: int
    name: str
    example: bool = False


def about(task: int) -> Callable[[Maker], Maker]:
    """Mark a function of a file of lines as a question about a task of the exercise.

    Parameters
    ----------
    task : int
        Its number in the exercise, such as 5.
    """

    def marked(make: Maker) -> Maker:
        setattr(make, _TASK, task)
        return make

    return marked


def read_lines(path: Path) -> Lines:
    """Return the lines of an exercise.

    Parameters
    ----------
    path : path
        A file of the workshop's own; it is run.

    Raises
    ------
    ExplainedError
        If it is missing or stops, or has no questions, no `DECISION` or no `EXAMPLES`.
    """
    if not path.is_file():
        raise ExplainedError(
            f"there are no questions for this exercise: {path} is missing. They stand in the "
            "workshop's own folder, beside the solutions; learners' copies have none. Run this in "
            "that folder, or name it with --folder"
        )
    spec = importlib.util.spec_from_file_location(f"viva_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ExplainedError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:
        raise ExplainedError(f"{path} stops: {type(error).__name__}: {error}") from error
    candidates = tuple(
        Candidate(name, getattr(it, _TASK), it)
        for name, it in vars(module).items()
        if hasattr(it, _TASK)
    )
    examples, decision = getattr(module, "EXAMPLES", None), getattr(module, "DECISION", None)
    if not candidates or not isinstance(examples, Mapping) or type(decision) is not int:
        raise ExplainedError(
            f"{path} needs questions that are marked with @about(task), DECISION, the number of "
            "the task that is a decision, and EXAMPLES, an example of each answer"
        )
    return Lines(candidates, decision, examples)


def choose(lines: Lines, answers: Answers, name: str) -> list[Asked]:
    """Return three questions for a learner: the same ones each time.

    One is about their decision, and each task comes once before any comes twice. What contradicts
    itself is asked first; of the rest a digest of their name draws, in which what is extreme has
    two lots, so that a class with one good plan does not hear one question. Where their answers
    make fewer than three, the exercise's own examples make the rest.

    Parameters
    ----------
    lines : Lines
    answers : Answers
    name : str
        The learner's.
    """
    own = _askable(lines, answers, example=False)
    filled = Answers(lines.examples, answers.mine)
    rest = _askable(lines, filled, example=True) if len(own) < ASKED else []
    chosen: list[Asked] = []

    def take(pool: Iterable[Asked], *, fresh: bool) -> None:
        for it in sorted(pool, key=lambda it: _place(name, it)):
            named = any(it.name == other.name for other in chosen)
            spoken_of = any(it.task == other.task for other in chosen)
            if len(chosen) < ASKED and not named and not (fresh and spoken_of):
                chosen.append(it)

    for pool in (own, rest):
        take([it for it in pool if it.task == lines.decision], fresh=True)
        take(pool, fresh=True)
        take(pool, fresh=False)
    return chosen


def _askable(lines: Lines, answers: Answers, *, example: bool) -> list[Asked]:
    made = ((it, _made(it, answers)) for it in lines.candidates)
    return [Asked(question, it.task, it.name, example) for it, question in made if question]


def _made(candidate: Candidate, answers: Answers) -> Question | None:
    """Return a question, or nothing where it does not fit: a model may refuse a value, too.

    Whatever else goes wrong in one question stops no sheet: tests try each of them by itself.
    """
    try:
        return candidate.make(answers)
    except Exception:
        return None


def _place(name: str, asked: Asked) -> tuple[bool, bytes]:
    lots = OWN if asked.example else asked.question.fits
    drawn = min(_digest(name, f"{asked.name} {lot}") for lot in range(lots))
    return lots < CONTRADICTS, drawn


def _digest(name: str, question: str) -> bytes:
    letters = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return hashlib.sha256(f"{question}\n{letters}".encode("utf-8", "replace")).digest()


def _number(name: str, value: Any, low: float, high: float) -> float:
    if type(value) not in (int, float) or not low <= value <= high or not math.isfinite(value):
        raise UnfitError(f"{name} is no number from {low:g} to {high:g}")
    return value if type(value) is int else float(value)


def _choice(name: str, value: Any, among: Iterable[str]) -> str:
    if type(value) is not str or value not in (options := tuple(among)):
        raise UnfitError(f"{name} is none of the choices")
    return options[options.index(value)]
