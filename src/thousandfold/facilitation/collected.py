"""The guesses of many people, read from a folder that holds a folder for each of them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.calibration import titled
from thousandfold.facilitation.course import Course, Module, read_cells
from thousandfold.facilitation.markup import plain
from thousandfold.facilitation.notebooks import saved_notebooks, stem_of
from thousandfold.facilitation.predictions import Outcome, outcomes, predictions
from thousandfold.facilitation.room_calibration import Asked
from thousandfold.teaching.guesses import Comparison, Guess

MOST_PEOPLE = 1000


@dataclass(frozen=True)
class Collected:
    """What was found in a folder.

    Attributes
    ----------
    asked : tuple of Asked
        Each question of the workshop that compares with a number, in its order.
    people : int
        Folders in which at least one guess was read.
    silent : tuple of str
        Folders without any.
    refused : tuple of str
        A sentence for each file or folder that could not be read.
    """

    asked: tuple[Asked, ...]
    people: int
    silent: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True)
class _Question:
    module: str
    guess: Guess
    outcome: Outcome


def collected(folder: Path, course: Course) -> Collected:
    """Read the guesses of all people in a folder; whatever else lies there stops nothing.

    What happened, and what was asked, is read from the workshop and never from a learner's file.
    The same file in two folders counts once: copies would let one person look like five.

    Parameters
    ----------
    folder : path
        It holds a folder for each person, with the lessons that this person saved in it, however
        deep. Links are not followed, nor are folders whose names begin with a dot.
    course : Course

    Raises
    ------
    ExplainedError
        If it is no folder, or holds none.
    """
    people = _people(folder)
    questions = {
        module.stem: {one.guess.name: one for one in _questions(module)}
        for module in course.modules
    }
    said: dict[tuple[str, str], dict[str, Comparison]] = {
        (stem, name): {} for stem, asked in questions.items() for name in asked
    }
    refused: list[str] = []
    silent: list[str] = []
    seen: dict[str, str] = {}  # whose a file is
    for place in people:
        who, found = place.name, 0
        for path, stem, whole, guesses in _guesses(place, questions, refused):
            if seen.setdefault(whole, who) != who:
                refused.append(_clean(f"{path} is the same file as one of {seen[whole]}"))
                found += 1
                continue
            for name, compared in guesses.items():
                said[stem, name][who] = compared
            found += len(guesses)
        if not found:
            silent.append(_clean(who))
    asked = tuple(
        Asked(one.module, one.guess.question, said[stem, name])
        for stem, of_module in questions.items()
        for name, one in of_module.items()
    )
    counted = len({who for answers in said.values() for who in answers})
    return Collected(asked, counted, tuple(silent), tuple(refused))


def _people(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise ExplainedError(f"{folder} is not a folder; name the one that holds a folder for each")
    try:
        found = [
            Path(entry.path)
            for entry in os.scandir(folder)
            if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)
        ]
    except OSError as error:
        raise ExplainedError(f"{folder} cannot be read: {error.strerror}") from error
    if not found:
        raise ExplainedError(
            f"{folder} holds no folders. Put what each person saved into a folder of its own in it"
        )
    if len(found) > MOST_PEOPLE:
        raise ExplainedError(
            f"{folder} holds more than {MOST_PEOPLE:,} folders; name the one that holds a folder "
            "for each person"
        )
    return sorted(found)


def _guesses(
    place: Path, questions: dict[str, dict[str, _Question]], refused: list[str]
) -> Iterator[tuple[Path, str, str, dict[str, Comparison]]]:
    """Yield each lesson of one person that holds guesses, its digest too; the latest comes last."""
    try:
        paths = [path for path in saved_notebooks(place) if stem_of(path) in questions]
    except (ExplainedError, OSError) as error:
        refused.append(_clean(str(error)))
        return
    for path in paths:
        try:
            cells = read_cells(path)
            whole = hashlib.sha256(path.read_bytes()).hexdigest()
        except (ExplainedError, OSError) as error:
            refused.append(_clean(str(error)))
            continue
        known = questions[stem_of(path)]
        compared = {
            guess.name: how
            for guess in predictions(cells)
            if guess.name in known and (how := _compared(known[guess.name], guess)) is not None
        }
        if compared:
            yield path, stem_of(path), whole, compared


def _compared(known: _Question, guess: Guess) -> Comparison | None:
    return known.outcome.compared(replace(known.guess, said=guess.said))


def _questions(module: Module) -> Iterator[_Question]:
    cells = read_cells(module.lesson)
    known = outcomes(cells)
    for guess in predictions(cells):
        outcome = known.get(guess.name)
        own = {"outcomes", guess.name} & set(module.exempt)
        if outcome is not None and not own and not isinstance(outcome.value, str):
            yield _Question(titled(module.stem, module.question), guess, outcome)


def _clean(words: str) -> str:
    return plain(words).replace("\n", " ")[:300]
