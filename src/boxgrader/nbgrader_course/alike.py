"""Answers of a class that are nearly the same: for an instructor to look at, never a verdict.

Nothing here gives, takes or stores a point, and no table or page for learners tells of it.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.preprocessors import ClearSolutions

from boxgrader.engine.cells import is_solution, visible
from boxgrader.engine.likeness import PROGRAM, PROSE, Given, Text, alike, given, prepared, together
from boxgrader.errors import GraderError, clause, shown
from boxgrader.nbgrader_course.lms import full_name
from boxgrader.nbgrader_course.messages import answers
from boxgrader.nbgrader_course.names import plain
from boxgrader.nbgrader_course.page_templates import template
from boxgrader.nbgrader_course.results import Learner, Results

_MOST_PAIRS = 60  # on the page with their texts; of the others it says how many there are
_MOST_LETTERS = 8_000  # of a text on the page
_MOST_BYTES = 4 << 20  # of a file that learners were given


@dataclass(frozen=True)
class Pair:
    """Two answers that share most of their words.

    Attributes
    ----------
    one, other : Learner
    share : float
        Of the words of the shorter.
    texts : tuple of Text
    """

    one: Learner
    other: Learner
    share: float
    texts: tuple[Text, Text]


@dataclass(frozen=True)
class Group:
    """Answers to one question of which each is nearly the same as another.

    Attributes
    ----------
    notebook, name : str
        Where the question stands; the name is its grade id.
    pairs : sequence of Pair
        Those that are most alike first.
    """

    notebook: str
    name: str
    pairs: Sequence[Pair]

    @property
    def learners(self) -> list[Learner]:
        """Who wrote them."""
        found = {it.id: it for pair in self.pairs for it in (pair.one, pair.other)}
        return [found[name] for name in sorted(found)]


@dataclass(frozen=True)
class Alike:
    """What was found in the answers to one assignment.

    Attributes
    ----------
    assignment : str
    compared : int
        How many answers were long enough to be compared.
    groups : sequence of Group
    """

    assignment: str
    compared: int
    groups: Sequence[Group]

    @property
    def learners(self) -> int:
        """How many people wrote what is pointed out."""
        return len({it.id for group in self.groups for it in group.learners})


def read_alike(
    course: Any,
    results: Results,
    files: Iterable[Path] = (),
    teams: Mapping[str, str] | None = None,
) -> Alike:
    """Compare everybody's answers to each question.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory
    results : Results
        Whose answers, and of which notebooks.
    files : iterable of Path
        Notebooks and texts that learners had besides the assignment: their words are not counted.
    teams : mapping of str to str, optional
        By learner's id, the team that handed in one text together.

    Raises
    ------
    GraderError
        If a file cannot be read.
    """
    besides = [text for path in files for text in _texts(path)]
    notebooks = sorted({task.notebook for task in results.tasks})
    questions: dict[tuple[str, str, bool], list[tuple[Learner, str]]] = defaultdict(list)
    for learner in results.learners:
        for notebook in notebooks:
            for name, code, text in answers(course, results.assignment, learner.id, notebook):
                questions[notebook, name, code].append((learner, text))
    known: dict[tuple[str, bool], Given] = {}
    groups, compared = [], 0
    for (notebook, name, code), written in questions.items():
        how = PROGRAM if code else PROSE
        if (notebook, code) not in known:
            # Where the right code is as the instructor's, two who have found it are no news.
            had = _had(course, results.assignment, notebook, solved=code)
            known[notebook, code] = given([*had, *besides], how)
        texts = [prepared(text, how, known[notebook, code]) for _, text in written]
        compared += sum(text.length >= how.least for text in texts)
        people = [learner for learner, _ in written]
        of_team = [(teams or {}).get(plain(learner.id)) for learner in people]
        for group in together(alike(texts, how, of_team)):
            pairs = [
                Pair(people[one], people[other], both, (texts[one], texts[other]))
                for one, other, both in sorted(group, key=lambda it: -it[2])
            ]
            groups.append(Group(notebook, name, pairs))
    return Alike(results.assignment, compared, groups)


def summary(found: Alike) -> str:
    """Return in one line what there is to look at; nothing where there is nothing."""
    if not found.groups:
        return ""
    groups = "1 group" if len(found.groups) == 1 else f"{len(found.groups):,} groups"
    return f"Answers that are nearly the same: {groups}, by {found.learners:,} learners."


def page(found: Alike) -> str:
    """Return the page for the instructor, whole and self-contained. It names learners."""
    shown_pairs = 0
    groups = []
    for group in found.groups:
        pairs = group.pairs[: max(1, _MOST_PAIRS - shown_pairs)]
        shown_pairs += len(pairs)
        low, high = group.pairs[-1].share, group.pairs[0].share
        groups.append(
            {
                "name": shown(group.name),
                "notebook": shown(group.notebook),
                "learners": [_named(it) for it in group.learners],
                "share": _percent(high) if low == high else f"{_percent(low)} to {_percent(high)}",
                "pairs": [_shown_pair(pair) for pair in pairs],
                "more": len(group.pairs) - len(pairs),
            }
        )
    about = {
        "title": f"{shown(found.assignment)}: answers that are nearly the same",
        "compared": found.compared,
        "groups": groups,
        "prose": PROSE,
        "program": PROGRAM,
    }
    return template("alike.html").render(about) + "\n"


def read_teams(path: Path) -> dict[str, str]:
    """Return the team of each learner, from a table of two columns: learner, team.

    Raises
    ------
    GraderError
        If it cannot be read, or a line has no two columns.
    """
    text = _read(path)
    found: dict[str, str] = {}
    try:
        rows = list(csv.reader(io.StringIO(text)))
    except csv.Error as error:
        raise GraderError(f"{shown(path.name)} is no table: {clause(error)}") from None
    for number, row in enumerate(rows, 1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if len(cells) < 2 or not all(cells[:2]):
            raise GraderError(
                f"line {number} of {shown(path.name)} needs a learner and a team, with a comma "
                "between them, such as: ann,blue"
            )
        if number > 1 or cells[0].casefold() not in ("learner", "student", "student_id", "name"):
            found[plain(cells[0])] = cells[1]
    return found


def _had(course: Any, assignment: str, notebook: str, *, solved: bool) -> list[str]:
    """Return what everybody was given: the release, or else what the instructor's shows of it."""
    released = Path(course.format_path(course.release_directory, ".", assignment))
    source = Path(course.format_path(course.source_directory, ".", assignment))
    texts: list[str] = []
    beside = [path for folder in (released, source) if folder.is_dir() for path in folder.iterdir()]
    files = [released / f"{notebook}.ipynb"]
    for path in (*files, *(path for path in beside if path.suffix in (".md", ".txt"))):
        with suppress(GraderError):  # whoever grades with it is told what is wrong
            texts += _texts(path)
    marks = ClearSolutions(parent=course)
    ends = marks.begin_solution_delimeter, marks.end_solution_delimeter
    with suppress(GraderError):
        for cell in _notebook(source / f"{notebook}.ipynb").cells:
            whole = solved or not is_solution(cell)
            if whole or ends[0] in cell.source:
                texts.append(cell.source if whole else visible(cell.source, *ends))
    return texts


def _texts(path: Path) -> list[str]:
    """Return what a notebook or a text says."""
    if path.suffix == ".ipynb":
        return [cell.source for cell in _notebook(path).cells]
    return [_read(path)]


def _notebook(path: Path) -> nbformat.NotebookNode:
    try:
        notebook: nbformat.NotebookNode = nbformat.reads(_read(path), as_version=4)
        if any(type(cell.source) is not str for cell in notebook.cells):
            raise TypeError("a cell has no text")
    except GraderError:
        raise
    except Exception as error:
        raise GraderError(f"{shown(path.name)} is not a notebook: {clause(error)}") from error
    return notebook


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise GraderError(f"{shown(path.name)} is larger than {_MOST_BYTES >> 20} MB")
        return data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise GraderError(f"{shown(path.name)} cannot be read: {clause(error)}") from error


def _named(learner: Learner) -> str:
    name = shown(full_name(learner))
    return name if name == learner.id else f"{name} ({shown(learner.id)})"


def _shown_pair(pair: Pair) -> dict[str, Any]:
    one, other = pair.texts
    return {
        "share": _percent(pair.share),
        "sides": [
            {"who": _named(pair.one), "pieces": _pieces(one, one.shared(other))},
            {"who": _named(pair.other), "pieces": _pieces(other, other.shared(one))},
        ],
    }


def _pieces(text: Text, shared: Sequence[bool]) -> list[tuple[bool, str]]:
    """Return a text in pieces, and of each whether both hold it."""
    pieces: list[tuple[bool, str]] = []
    last, whole = 0, text.text[:_MOST_LETTERS]
    for place, (start, end) in enumerate(text.spans):
        if not shared[place] or start >= len(whole):
            continue
        if pieces and place and shared[place - 1]:
            pieces[-1] = (True, pieces[-1][1] + whole[last:end])
        else:
            pieces += [(False, whole[last:start]), (True, whole[start:end])]
        last = end
    more = "…" if len(text.text) > len(whole) else ""
    return [*pieces, (False, whole[last:] + more)]


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\u00a0%"
