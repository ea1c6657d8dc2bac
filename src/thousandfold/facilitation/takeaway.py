"""What learners take home: their predictions beside what happened, and their memos."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import Cell, Course, read_cells
from thousandfold.facilitation.markup import plain, rendered
from thousandfold.facilitation.page import page
from thousandfold.facilitation.predictions import (
    Outcome,
    Prediction,
    distance,
    outcomes,
    predictions,
    short,
)

MOST_NOTEBOOKS = 300

_STEM = re.compile(r"\d\d(?:_[a-z0-9]+)+")
_PLACE = "*Write here.*"
_ROW = re.compile(r"^\*\*[^*\n]{1,60}\*\*.*$", re.MULTILINE)


@dataclass(frozen=True)
class Memo:
    """A decision memo as its learner wrote it, in Markdown."""

    text: str

    @property
    def written(self) -> bool:
        """Whether anything stands there beside what was given."""
        own = _ROW.sub("", self.text).replace(_PLACE, "").strip()
        return bool(own) or self.text.count(_PLACE) < len(_ROW.findall(self.text))


@dataclass(frozen=True)
class Kept:
    """What is kept of one module.

    Attributes
    ----------
    stem, question : str
        Of the module.
    predictions : tuple of Prediction
        In the order of the lesson.
    outcomes : mapping of str to Outcome
        What happened, by the name of the prediction; none where only the learner can know it.
    memos : tuple of Memo
        Only those that were written.
    """

    stem: str
    question: str
    predictions: tuple[Prediction, ...]
    outcomes: Mapping[str, Outcome]
    memos: tuple[Memo, ...]


@dataclass(frozen=True)
class Takeaway:
    """All that was found in a folder.

    Attributes
    ----------
    modules : tuple of Kept
        Sorted by number.
    refused : tuple of str
        A sentence for each file that could not be read.
    """

    modules: tuple[Kept, ...]
    refused: tuple[str, ...]

    @property
    def memos(self) -> int:
        """How many memos were written; all that a learner wrote in one module is one memo."""
        return sum(bool(module.memos) for module in self.modules)


def collect(folder: Path, course: Course | None = None) -> Takeaway:
    """Collect predictions and memos from all notebooks in a folder and the folders in it.

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
    for path in _notebooks(folder):
        try:
            cells = read_cells(path)
        except ExplainedError as error:
            refused.append(str(error))
            continue
        stem = _stem(path)
        title = next((cell.heading for cell in cells if cell.heading), stem)
        guesses, memos = predictions(cells), list(_memos(cells))
        if not guesses and not memos:
            continue
        module = found.setdefault(stem, _Found(title))
        if guesses:  # the title of a lesson is the question; that of an exercise is not
            module.title = title
            module.outcomes |= outcomes(cells)
        for guess in guesses:
            if guess.said or guess.name not in module.said:
                module.said[guess.name] = guess
        for name, memo in memos:
            if memo.written or name not in module.memos:
                module.memos[name] = memo
    if not found:
        more = f" {' '.join(refused)}" if refused else ""
        raise ExplainedError(
            f"no prediction and no memo was found in {folder}. Name the folder in which you "
            f"worked, the one that holds notebooks/ and exercises/.{more}"
        )
    modules = tuple(_kept(stem, found[stem], course) for stem in sorted(found))
    return Takeaway(modules, tuple(refused))


@dataclass
class _Found:
    """What the files of one module hold, the last one written over those before."""

    title: str
    said: dict[str, Prediction] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    memos: dict[str, Memo] = field(default_factory=dict)


def _kept(stem: str, found: _Found, course: Course | None) -> Kept:
    module = next((m for m in course.modules if m.stem == stem), None) if course else None
    lesson = read_cells(module.lesson) if module else ()
    asked = {p.name: p.question for p in predictions(lesson)}
    return Kept(
        stem=stem,
        question=module.question if module else plain(found.title)[:200],
        predictions=tuple(
            Prediction(p.name, asked.get(p.name, p.question), p.said) for p in found.said.values()
        ),
        outcomes=outcomes(lesson) if module else found.outcomes,
        memos=tuple(memo for memo in found.memos.values() if memo.written),
    )


def _notebooks(folder: Path) -> Iterator[Path]:
    """Yield the notebooks, the oldest first: what was written last counts."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(files):
            path = Path(place) / name
            if name.endswith(".ipynb") and not path.is_symlink() and path.is_file():
                found.append(path)
        if len(found) > MOST_NOTEBOOKS:
            raise ExplainedError(
                f"{folder} holds more than {MOST_NOTEBOOKS} notebooks; name the folder in which "
                "one learner worked"
            )
    yield from sorted(found, key=lambda path: path.stat().st_mtime)


def _stem(path: Path) -> str:
    """Return the module a file belongs to, also for ``06_communication-Copy1.ipynb``."""
    found = _STEM.match(path.stem)
    return found[0] if found else path.stem[:60]


def _memos(cells: tuple[Cell, ...]) -> Iterator[tuple[str, Memo]]:
    for number, cell in enumerate(cells):
        if cell.kind == "markdown" and (cell.grade_id == "memo" or "memo" in cell.tags):
            yield cell.grade_id or cell.name or str(number), Memo(cell.source)


_STYLE = """
@page { size: A4; margin: 16mm; }
section { border-top: 3px solid #1b1b1b; margin-top: 2.2rem; }
.memo { border-left: 4px solid #4d4d4d; padding: .1rem 1rem; margin: 1rem 0;
  overflow-wrap: anywhere; }
table { table-layout: fixed; }
th:nth-child(1) { width: 34%; } th:nth-child(2), th:nth-child(3) { width: 14%; }
td.said, td.value { font-weight: 700; }
pre { white-space: pre-wrap; }
@media screen and (max-width: 40rem) {
  table, tbody, tr, td { display: block; } thead { display: none; }
  td { border: 0; padding: .1rem 0; } td[data-head]::before { content: attr(data-head) ": "; }
  tr { border-bottom: 1px solid #b9b9b9; padding: .5rem 0; }
}
@media print { section { margin-top: 1.2rem; } table { break-inside: avoid; } }
"""


def html(found: Takeaway, name: str = "") -> str:
    """Return the takeaway as one page; nothing that a learner wrote can run in it."""
    title = "What I predicted, what happened, what I decided"
    guesses = [guess for module in found.modules for guess in module.predictions]
    said = sum(1 for guess in guesses if guess.said)
    again = ": which tripwire was reached?" if found.memos else "."
    out = [
        f"<h1>{title}</h1>",
        f"<p>{escape(plain(name))}</p>" if name else "",
        f"<p>Thousandfold, from product to platform. {said} of {len(guesses)} predictions and "
        f"{_many(found.memos, 'memo')} from {_many(len(found.modules), 'module')}. Look again in "
        f"three months{again}</p>",
        *(_section(module) for module in found.modules),
    ]
    if found.refused:
        items = "".join(f"<li>{escape(plain(sentence))}</li>" for sentence in found.refused)
        out.append(f"<h2>Files that could not be read</h2><ul>{items}</ul>")
    return page(title, "\n".join(out), _STYLE)


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}" + ("" if count == 1 else "s")


def _section(module: Kept) -> str:
    number = module.stem[:2] if module.stem[:2].isdigit() else ""
    out = [f"<section><h2>{escape(f'{number} {plain(module.question)}'.strip())}</h2>"]
    if module.predictions:
        rows = "".join(_row(guess, module.outcomes.get(guess.name)) for guess in module.predictions)
        out.append(
            '<table><thead><tr><th scope="col">The question</th><th scope="col">I said</th>'
            '<th scope="col">It was</th><th scope="col">What happened</th></tr></thead>'
            f"<tbody>{rows}</tbody></table>"
        )
        if any(guess.name not in module.outcomes for guess in module.predictions):
            out.append(
                '<p class="quiet">Your own results stay in your notebook; they are not copied '
                "here.</p>"
            )
    if module.memos:
        texts = "\n\n".join(memo.text.replace(_PLACE, "–") for memo in module.memos)
        out.append(f'<h3>My memo</h3><div class="memo">{rendered(texts)}</div>')
    out.append("</section>")
    return "\n".join(out)


def _row(guess: Prediction, known: Outcome | None) -> str:
    said = escape(plain(guess.said[:200])) if guess.said else '<span class="quiet">nothing</span>'
    value, happened = "", '<span class="quiet">In your notebook.</span>'
    if known is not None:
        happened = f"{escape(plain(known.happened[:300]))}."
        value = "" if known.value is None else short(known.value)
        if known.value is not None and guess.value is not None:
            far = escape(distance(guess.value, known.value))
            happened += f' <span class="quiet">Your number: {far}.</span>'
    head = ' data-head="It was"' if value else ""
    question = escape(plain(guess.question[:300]))
    return (
        f'<tr><td>{question}</td><td class="said" data-head="I said">{said}</td>'
        f'<td class="value"{head}>{value}</td>'
        f"<td>{happened}</td></tr>"
    )
