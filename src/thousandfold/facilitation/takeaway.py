"""What learners take home of what they did: predictions beside what happened, memos, flights."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.calibration import OfModule, compared_with, drawn, titled
from thousandfold.facilitation.course import Cell, Course, read_cells
from thousandfold.facilitation.flown import Flown, flights
from thousandfold.facilitation.markup import plain, rendered
from thousandfold.facilitation.notebooks import saved_notebooks, stem_of
from thousandfold.facilitation.open_answers import where_to_write
from thousandfold.facilitation.page import digest_of, page
from thousandfold.facilitation.predictions import Outcome, kept, outcomes, predictions
from thousandfold.teaching.company import FILE, Company, read_company
from thousandfold.teaching.guesses import Guess

NONE: Mapping[str, Markup] = {}

_ROW = re.compile(r"^\*\*[^*\n]{1,60}\*\*.*$", re.MULTILINE)


@dataclass(frozen=True)
class Memo:
    """A decision memo as its learner wrote it, in Markdown."""

    text: str

    @property
    def written(self) -> bool:
        """Whether anything stands there beside what was given."""
        own = where_to_write().sub("", _ROW.sub("", self.text)).strip()
        return bool(own) or len(where_to_write().findall(self.text)) < len(_ROW.findall(self.text))


@dataclass(frozen=True)
class Kept:
    """What is kept of one module: only what was done.

    Attributes
    ----------
    stem, question : str
        Of the module.
    predictions : tuple of Guess
        In the order of the lesson: those that were said, or whose answer was looked at.
    outcomes : mapping of str to Outcome
        What happened, by the name of the prediction; none where only the learner can know it.
    memos : tuple of Memo
        Only those that were written.
    """

    stem: str
    question: str
    predictions: tuple[Guess, ...]
    outcomes: Mapping[str, Outcome]
    memos: tuple[Memo, ...]

    @property
    def title(self) -> str:
        """The question with the number of its module, if it has one."""
        return titled(self.stem, self.question)

    @property
    def compared(self) -> OfModule:
        """Its predictions beside what happened."""
        compared = tuple(compared_with(self.outcomes, self.predictions))
        return OfModule(self.title, compared, len(self.predictions))

    @property
    def memo(self) -> str:
        """All memos as one text; a dash where nothing was written."""
        return "\n\n".join(where_to_write().sub("–", memo.text) for memo in self.memos)

    @property
    def own_results(self) -> bool:
        """Whether only the learner knows what became of a prediction."""
        return any(guess.name not in self.outcomes for guess in self.predictions)


@dataclass(frozen=True)
class Takeaway:
    """All that was found in a folder.

    Attributes
    ----------
    modules : tuple of Kept
        Sorted by number; what nobody looked at is not among them.
    flights : tuple of Flown
    refused : tuple of str
        A sentence for each file that could not be read.
    company : Company
        The numbers of the learner's own company, as far as they were entered.
    """

    modules: tuple[Kept, ...]
    flights: tuple[Flown, ...]
    refused: tuple[str, ...]
    company: Company = field(default_factory=Company)

    @property
    def calibration(self) -> Markup:
        """All predictions as one picture with its sentence; nothing where none is compared."""
        modules = [module.compared for module in self.modules if module.predictions]
        if not any(module.compared for module in modules):
            return Markup()
        return Markup(drawn(modules))  # noqa: S704 - escaped where it is made

    @property
    def memos(self) -> int:
        """How many memos were written; all that a learner wrote in one module is one memo."""
        return sum(bool(module.memos) for module in self.modules)


def collect(folder: Path, course: Course | None = None) -> Takeaway:
    """Collect what was done from all that lies in a folder and the folders in it.

    Parameters
    ----------
    folder : path
        Where a learner's notebooks are. Links are not followed.
    course : Course, optional
        The workshop, for the questions as they stand in it.

    Raises
    ------
    ExplainedError
        If there is nothing to collect.
    """
    if not folder.is_dir():
        raise ExplainedError(f"{folder} is not a folder; name the one that holds your notebooks")
    found: dict[str, _Found] = {}
    refused = []
    for path in saved_notebooks(folder):
        try:
            cells = read_cells(path)
        except ExplainedError as error:
            refused.append(plain(str(error)))
            continue
        stem = stem_of(path)
        title = next((cell.heading for cell in cells if cell.heading), stem)
        guesses, memos = predictions(cells), list(_memos(cells))
        if not guesses and not memos:
            continue
        module = found.setdefault(stem, _Found(title))
        if guesses:  # the title of a lesson is the question; that of an exercise is not
            module.title = title
            module.outcomes |= _known(cells)
            module.seen |= _looked_at(cells)
        for guess in guesses:
            if guess.said or guess.name not in module.said:
                module.said[guess.name] = guess
        for name, memo in memos:
            if memo.written or name not in module.memos:
                module.memos[name] = memo
    flown, no_flights = flights(folder)
    refused += no_flights
    done = [_kept(stem, found[stem], course) for stem in sorted(found)]
    modules = tuple(module for module in done if module.predictions or module.memos)
    if not modules and not flown:
        more = f" {' '.join(refused)}" if refused else ""
        raise ExplainedError(
            f"no prediction, no memo and no flight was found in {folder}. Save your notebooks, and "
            f"name the folder in which you worked, the one that holds notebooks/ and exercises/."
            f"{more}"
        )
    company = Company()
    try:
        company = _company(folder)
    except ExplainedError as error:
        refused.append(plain(str(error)))
    return Takeaway(modules, flown, tuple(refused), company)


@dataclass
class _Found:
    """What the files of one module hold, the last one written over those before."""

    title: str
    said: dict[str, Guess] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    memos: dict[str, Memo] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)


def _kept(stem: str, found: _Found, course: Course | None) -> Kept:
    module = next((m for m in course.modules if m.stem == stem), None) if course else None
    lesson = read_cells(module.lesson) if module else ()
    asked = {p.name: p.question for p in predictions(lesson)}
    return Kept(
        stem=stem,
        question=module.question if module else plain(found.title)[:200],
        predictions=tuple(
            Guess(p.name, asked.get(p.name, p.question), p.said)
            for p in found.said.values()
            if p.said or p.name in found.seen
        ),
        outcomes=_known(lesson) if module else found.outcomes,
        memos=tuple(memo for memo in found.memos.values() if memo.written),
    )


def _known(cells: tuple[Cell, ...]) -> dict[str, Outcome]:
    """Return what happened, but for what is the learner's own: that stays in the notebook."""
    exempt = cells[0].plan.get("exempt") if cells else None
    own = exempt if isinstance(exempt, dict) else {}
    told = {} if "outcomes" in own else outcomes(cells)
    return {name: outcome for name, outcome in told.items() if name not in own}


def _looked_at(cells: tuple[Cell, ...]) -> set[str]:
    """Return the predictions whose answer was run: until then it is folded away."""
    return {kept(shown)[0] for cell in cells if not cell.folded for shown in cell.shown} - {""}


def _company(folder: Path) -> Company:
    """Return what a learner entered, where the file stands beside the lessons. Links are left."""
    for path in (folder / FILE, folder / "notebooks" / FILE):
        if path.is_file() and not path.is_symlink():
            return read_company(path)
    return Company()


def _memos(cells: tuple[Cell, ...]) -> Iterator[tuple[str, Memo]]:
    for number, cell in enumerate(cells):
        if cell.kind == "markdown" and (cell.grade_id == "memo" or "memo" in cell.tags):
            yield cell.grade_id or cell.name or str(number), Memo(cell.source)


def html(found: Takeaway, name: str = "", sliders: Mapping[str, Markup] = NONE) -> str:
    """Return the takeaway as one page; nothing that a learner wrote can run in it.

    Parameters
    ----------
    found : Takeaway
    name : str
        Whose it is.
    sliders : mapping of str to markupsafe.Markup
        A figure that answers its sliders, by the stem of its module.
    """
    scripts, style = [], ""
    if any(sliders.get(module.stem) for module in found.modules):
        from thousandfold.player import markup

        scripts, style = [markup.script()], markup.style()
    guesses = [guess for module in found.modules for guess in module.predictions]
    return page(
        "takeaway.html",
        found=found,
        name=name,
        guesses=len(guesses),
        said=sum(1 for guess in guesses if guess.said),
        memos=_many(found.memos, "memo"),
        modules=_many(len(found.modules), "module"),
        flights=_many(len(found.flights), "flight"),
        rendered=rendered,
        sliders=sliders,
        player_style=Markup(style),  # noqa: S704 - ours
        scripts=[Markup(one) for one in scripts],  # noqa: S704 - ours
        digests=list(map(digest_of, scripts)),
    )


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}" + ("" if count == 1 else "s")
