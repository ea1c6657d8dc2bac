"""Where a learner was: which lessons were run, guessed and exercised, and what is next.

Nothing is written down for it. What we give out has its outputs folded away, and JupyterLab unfolds
those of a cell that is run: so the saved notebooks tell.

A lesson that is there in several languages is one, as far as the furthest of them. In each language
those lessons count that are there in it.

In a browser it takes seconds to read them all. A site says when it gave them out, and what was not
saved since is as it was.
"""

from __future__ import annotations

import html
import os
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from pathlib import Path
from urllib.parse import quote

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import Cell, read_cells
from thousandfold.facilitation.notebooks import dated_notebooks, stem_of
from thousandfold.facilitation.open_answers import is_open
from thousandfold.facilitation.predictions import predictions
from thousandfold.language import languages, say
from thousandfold.language.lists import listed

EXERCISES = Path("..", "exercises")  # from the folder of the lessons
TRANSLATIONS = "translations"
ABOUT_YOU = "about-you"  # the tag of a cell that is not part of the lesson
GIVEN_OUT = "THOUSANDFOLD_GIVEN_OUT"  # in a site for browsers, the time of all files that it holds

_DONE = 0.8  # of the results of a lesson: who leaves a part out has done it, too
_STEM = re.compile(r"\d\d(?:_[a-z0-9]+)+")
_WORDS = "<p>{}</p>"
_LINK = '<a href="{}">{}</a>'


@dataclass(frozen=True)
class Lesson:
    """How far a saved lesson is.

    Attributes
    ----------
    path : pathlib.Path
    stem : str
    seen, results : int
        Cells that were run, of those that show something.
    made, asked : int
        Guesses.
    here : str
        The heading above the first result that was not seen.
    """

    path: Path
    stem: str
    seen: int
    results: int
    made: int
    asked: int
    here: str

    @property
    def done(self) -> bool:
        """Whether nearly all of it was run."""
        return self.results > 0 and self.seen >= _DONE * self.results

    @property
    def begun(self) -> bool:
        """Whether anything was run or guessed."""
        return self.seen > 0 or self.made > 0

    @property
    def label(self) -> str:
        """Its number and its question, which is its first heading."""
        question = next((cell.heading for cell in read_cells(self.path) if cell.heading), "")
        return f"{self.stem[:2]} {question}"


@dataclass(frozen=True)
class Exercise:
    """How far a saved exercise is: answers that were filled in, of those that are asked."""

    path: Path
    stem: str
    filled: int
    asked: int


@dataclass(frozen=True)
class Progress:
    """One line: a sentence, and a link to what is next.

    Attributes
    ----------
    words : str
    link : str
        Relative to the lessons; empty for none.
    label : str
        What the link says.
    """

    words: str
    link: str = ""
    label: str = ""

    def __repr__(self) -> str:
        return f"{self.words} {self.label}".rstrip()

    def _repr_html_(self) -> str:
        words = html.escape(self.words)
        if self.link:
            link = _LINK.format(html.escape(self.link, quote=True), html.escape(self.label))
            words = f"{words} {link}"
        return _WORDS.format(words)


def where_was_i(folder: str | Path = ".") -> Progress:
    """Say what is done, guessed and open, and what is next, as the saved notebooks tell.

    Parameters
    ----------
    folder : path
        Where the lessons are; by default beside this one.

    Returns
    -------
    Progress
        A line for each module, shown as the last line of a cell.

    Examples
    --------
    >>> print(str(where_was_i("a folder without lessons"))[:27])
    Your saved lessons cannot b
    """
    place = Path(folder)
    with suppress(OSError, RuntimeError):  # the folder is gone, or a link leads to itself
        place = place.resolve()
    try:
        return _progress(place)
    except ExplainedError as error:
        return Progress(say("Where you were cannot be said: {error}.", error=error))


def _progress(place: Path) -> Progress:
    places = _in_all_languages(place)
    lessons = _lessons(places)
    due = [one.stem for one in lessons if one.done]
    exercises = _exercises([one / EXERCISES for one in places], due)
    if not lessons:
        return Progress(
            say(
                "Your saved lessons cannot be read from here, so this line cannot say where you "
                "were. Nothing is lost: open a lesson in the list of files, and it is as you saved "
                "it."
            )
        )
    begun = [lesson for lesson in lessons if lesson.begun]
    answered = [exercise for exercise in exercises if exercise.filled]
    if not begun and not answered:
        return Progress(say("This is the beginning: nothing has been run and saved yet."))
    words = [*_of_lessons(lessons), *_of_exercises(exercises)]
    path, label = _next(lessons, exercises)
    said = [*words, say("Next:") if path else label]
    if path is None:
        return Progress(" ".join(said))
    return Progress(" ".join(said), quote(Path(os.path.relpath(path, place)).as_posix()), label)


def _in_all_languages(place: Path) -> list[Path]:
    """Return where the same lessons lie: first here, then in the other languages."""
    above = place.parent
    translated = above.parent.name == TRANSLATIONS and above.name in languages()
    workshop = above.parents[1] if translated else above
    others = (workshop / place.name, *sorted(workshop.glob(f"{TRANSLATIONS}/*/{place.name}")))
    return [place, *(other for other in others if other != place)]


def _of_lessons(saved: list[Lesson]) -> Iterator[str]:
    lessons = sorted(saved, key=lambda lesson: lesson.stem)
    done = [lesson.stem[:2] for lesson in lessons if lesson.done]
    begun = [lesson for lesson in lessons if lesson.begun and not lesson.done]
    fresh = [lesson.stem[:2] for lesson in lessons if not lesson.begun]
    if done:
        yield say("Done: {lessons}.", lessons=_listed(done))
    if begun:
        parts = [
            say(
                "{lesson} ({seen} of {results} results seen)",
                lesson=one.stem[:2],
                seen=one.seen,
                results=one.results,
            )
            for one in begun
        ]
        yield say("Begun: {lessons}.", lessons=listed(parts))
    if fresh:
        yield say("Open: {lessons}.", lessons=_listed(fresh))
    asked = sum(lesson.asked for lesson in lessons if lesson.begun)
    if asked:
        made = sum(lesson.made for lesson in lessons)
        yield say("Guesses made there: {made} of {asked}.", made=made, asked=asked)


def _listed(numbers: list[str]) -> str:
    """Return numbers of modules in order, long runs in short.

    Examples
    --------
    >>> _listed(["00", "02", "03", "04", "09"])
    '00, 02 to 04, 09'
    """
    runs: list[list[str]] = []
    for number in numbers:
        if runs and int(number) == int(runs[-1][-1]) + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    short = (
        say("{low} to {high}", low=run[0], high=run[-1]) if run[2:] else listed(run) for run in runs
    )
    return listed(short)


def _of_exercises(exercises: list[Exercise]) -> Iterator[str]:
    told = [
        say("{exercise} filled in", exercise=one.stem[:2])
        if one.filled == one.asked
        else say(
            "{exercise} begun ({filled} of {asked} answers)",
            exercise=one.stem[:2],
            filled=one.filled,
            asked=one.asked,
        )
        for one in exercises
        if one.filled
    ]
    if told:
        yield say("Exercises: {exercises}.", exercises=listed(told))


def _next(lessons: list[Lesson], exercises: list[Exercise]) -> tuple[Path | None, str]:
    """Return where to go on and what to call it; no notebook where all is done."""
    begun = [lesson for lesson in lessons if lesson.begun and not lesson.done]
    for lesson in begun[-1:]:
        at = say("{lesson}, at “{heading}”", lesson=lesson.label, heading=lesson.here)
        return lesson.path, at if lesson.here else lesson.label
    for exercise in exercises:
        lesson_done = any(one.done for one in lessons if one.stem == exercise.stem)
        if exercise.filled < exercise.asked and (exercise.filled or lesson_done):
            return exercise.path, say("the exercise of {lesson}", lesson=exercise.stem[:2])
    for lesson in sorted(lessons, key=lambda one: one.stem):
        if not lesson.done:
            return lesson.path, lesson.label
    return None, say("All is done.")


def _lessons(places: list[Path]) -> list[Lesson]:
    """Return the lessons of the first place; the one that was saved last comes last.

    Of copies and of languages it is the furthest, and of equal ones that of the first place.
    """

    def far(lesson: Lesson) -> tuple[int, int, bool]:
        return lesson.seen, lesson.made, lesson.path.is_relative_to(places[0])

    found: dict[str, Lesson] = {}
    here = set()
    for path, cells in _saved(places):
        lesson = _lesson(path, cells)
        if path.is_relative_to(places[0]):
            here.add(lesson.stem)
        before = found.get(lesson.stem)
        if lesson.begun:
            found.pop(lesson.stem, None)
        found[lesson.stem] = lesson if before is None else max(lesson, before, key=far)
    return [lesson for lesson in found.values() if lesson.stem in here]


def _exercises(places: list[Path], due: Collection[str]) -> list[Exercise]:
    """Return the exercises that were begun, and of those that are due also the others."""

    def far(exercise: Exercise) -> tuple[int, bool]:
        return exercise.filled, exercise.path.is_relative_to(places[0])

    found: dict[str, Exercise] = {}
    here = set()
    for path, cells in _saved(places, due):
        answers = [cell for cell in cells if _is_answer(cell)]
        filled = sum(not is_open(cell) for cell in answers)
        exercise = Exercise(path, stem_of(path), filled, len(answers))
        if path.is_relative_to(places[0]):
            here.add(exercise.stem)
        if answers:
            found[exercise.stem] = max(exercise, found.get(exercise.stem, exercise), key=far)
    return [found[stem] for stem in sorted(here & found.keys())]


def _saved(
    places: list[Path], due: Collection[str] = ()
) -> Iterator[tuple[Path, tuple[Cell, ...]]]:
    """Yield the workshop's notebooks with their cells; a damaged one is no progress.

    What a site gave out and nobody saved since has nothing to tell, and comes without cells, unless
    it is due.
    """
    given_out = float(os.environ.get(GIVEN_OUT, "nan"))
    dated = chain.from_iterable(dated_notebooks(place) for place in places)
    for path, saved in sorted(dated, key=itemgetter(1)):
        if not _STEM.match(path.stem):
            continue
        if saved == given_out and stem_of(path) not in due:
            yield path, ()
            continue
        with suppress(ExplainedError):
            yield path, read_cells(path)


def _lesson(path: Path, cells: tuple[Cell, ...]) -> Lesson:
    results = [cell for cell in cells if cell.outputs and ABOUT_YOU not in cell.tags]
    seen = [not cell.folded for cell in results]
    last = max((at for at, one in enumerate(seen) if one), default=-1)
    left = [
        cell for cell, one in zip(results[last + 1 :], seen[last + 1 :], strict=True) if not one
    ]
    guesses = predictions(cells)
    return Lesson(
        path=path,
        stem=stem_of(path),
        seen=sum(seen),
        results=len(results),
        made=sum(guess.made for guess in guesses),
        asked=len(guesses),
        here=_heading_above(left[0], cells) if left else "",
    )


def _heading_above(result: Cell, cells: tuple[Cell, ...]) -> str:
    above = [cell.heading for cell in cells[: cells.index(result)] if cell.heading]
    return above[-1] if above[1:] else ""


def _is_answer(cell: Cell) -> bool:
    nbgrader = cell.metadata.get("nbgrader")
    return isinstance(nbgrader, dict) and nbgrader.get("solution") is True
