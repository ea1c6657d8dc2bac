"""Sheets to print: predictions, decision memos, and the two questions after each module.

All text comes from the notebooks and the facilitator's pages; nothing is written a second time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import Course, Module, read_cells
from thousandfold.facilitation.markup import rendered
from thousandfold.facilitation.page import page
from thousandfold.facilitation.pdf import NoPrinterError, write_pdf
from thousandfold.facilitation.predictions import predictions
from thousandfold.writing import write_whole

FLIGHT = 8  # the module with the flight simulator

_ROW = re.compile(r"^\*\*([^*\n]{1,60}?)\.?\*\*(.*)$", re.MULTILINE)

_STYLE = """
@page { size: A4; margin: 14mm; }
.sheet { break-before: page; } .sheet:first-of-type { break-before: auto; }
section.keep { break-inside: avoid; }
table { table-layout: fixed; }
td.write { height: 3.2rem; border: 1px solid #1b1b1b; }
table.marks td, table.marks th { border: 1px solid #1b1b1b; height: 9.8cm; width: 20%; }
table.marks th { height: auto; text-align: center; }
.lines { border: 1px solid #1b1b1b; margin: .1rem 1px .3rem 0; min-height: 2.1cm;
  break-inside: avoid; }
.lines.wall { min-height: 11.4cm; }
.memo td, .memo th { padding: .12rem .4rem; }
.memo table { font-size: .9em; line-height: 1.3; table-layout: auto; }
@media print { h1 { font-size: 17pt; } h2 { font-size: 13pt; margin-top: 0; }
  h3 { font-size: 11pt; margin: .5rem 0 .1rem; } section.keep { margin-top: 1.4rem; } }
"""

_FLIGHT_STYLE = """
@page { size: A4 landscape; margin: 10mm; }
h1, p { margin: 0 0 .3rem; }
table.flight { font-size: 8.5pt; line-height: 1.25; margin: 0; }
table.flight th, table.flight td { border: 1px solid #1b1b1b; padding: .15rem .2rem; }
table.flight td { height: 1.17cm; }
table.flight thead th { font-size: 8pt; } table.flight th[scope=colgroup] { text-align: center; }
"""
# Of the width of the sheet, per cent: a reason is a sentence, a share has two digits.
_WIDE = {"round": 4.5, "forecast": 10, "because": 16, "hire": 5.5, "squads": 5.5, "keep": 5.5}
_WIDE |= {"decides": 8, "api": 7}

_PAGES_STYLE = """
@page { size: A4; margin: 12mm; }
.sheet { break-before: page; } .sheet:first-of-type { break-before: auto; }
@media print { body { font-size: 9pt; line-height: 1.3; } h1 { font-size: 16pt; }
  h2 { font-size: 14pt; margin-top: 0; } h3 { font-size: 11pt; margin: .7rem 0 .2rem; }
  td, th { padding: .15rem .4rem; } }
"""


def write_worksheets(
    course: Course,
    folder: Path,
    *,
    modules: Sequence[Module] | None = None,
    memos: Sequence[Module] | None = None,
    pages: bool = False,
) -> list[Path]:
    """Write the sheets of a workshop.

    Parameters
    ----------
    course : Course
        Whose notebooks hold the text.
    folder : path
        Where the sheets go; it is made if it is missing.
    modules : sequence of Module, optional
        Only these; all by default.
    memos : sequence of Module, optional
        Only the memos of these; those of `modules` by default.
    pages : bool
        Whether to add the facilitator's pages. They hold answers, so no learner gets them.

    Returns
    -------
    list of pathlib.Path
        One PDF for each kind of sheet; one HTML page where there is no browser that prints.

    Raises
    ------
    ExplainedError
        If a notebook or a page cannot be read or a sheet cannot be written.
    """
    from concurrent.futures import ThreadPoolExecutor

    found = sheets(course, modules, memos)
    if pages:
        found["facilitator-pages"] = facilitator_pages(course, modules or course.modules)
    printed = [folder / f"{name}.pdf" for name in found]
    try:
        with ThreadPoolExecutor() as pool:  # each waits for a browser of its own
            list(pool.map(write_pdf, found.values(), printed))
    except NoPrinterError:
        written = [path.with_suffix(".html") for path in printed]
        for path, content in zip(written, found.values(), strict=True):
            write_whole(path, content)
        return written
    return printed


def sheets(
    course: Course,
    modules: Sequence[Module] | None = None,
    memos: Sequence[Module] | None = None,
) -> dict[str, str]:
    """Return each kind of sheet as an HTML page, by the name of its file."""
    modules = course.modules if modules is None else modules
    memos = modules if memos is None else memos
    found = {"predictions": predictions_sheet(modules)}
    if any(True for module in memos for _ in _memos(module)):
        found["memos"] = memo_sheets(memos)
    found["questions"] = question_sheets(modules)
    if any(module.number == FLIGHT for module in modules):
        found["flight"] = flight_sheet()
    return found


def predictions_sheet(modules: Sequence[Module]) -> str:
    """Return the predictions of some lessons with a box for each."""
    out = [
        "<h1>My predictions</h1>",
        "<p>Write a number before anything runs. Nobody sees it. Afterwards, write what happened "
        "beside it.</p>",
    ]
    for module in modules:
        rows = "".join(
            f"<tr><td>{escape(guess.question)}</td>"
            '<td class="write"></td><td class="write"></td></tr>'
            for guess in predictions(read_cells(module.lesson))
        )
        if rows:
            out.append(
                f'<section class="keep"><h2>{escape(_name(module))}</h2>'
                '<table><thead><tr><th scope="col" style="width:56%">the question</th>'
                '<th scope="col">my prediction</th><th scope="col">what happened</th></tr></thead>'
                f"<tbody>{rows}</tbody></table></section>"
            )
    return page("My predictions", "\n".join(out), _STYLE)


def memo_sheets(modules: Sequence[Module]) -> str:
    """Return one sheet for each decision memo: the task, its rubric, and boxes to write in."""
    out = []
    for module in modules:
        for task, rows in _memos(module):
            boxes = "".join(
                f'<h3>{escape(row)}</h3>{rendered(hint)}<div class="lines"></div>'
                for row, hint in rows
            )
            out.append(
                f'<section class="sheet"><h2>{escape(_name(module))}</h2>'
                f'<div class="memo">{rendered(task)}</div>{boxes}</section>'
            )
    return page("Decision memos", "<h1>Decision memos</h1>\n" + "\n".join(out), _STYLE)


def question_sheets(modules: Sequence[Module]) -> str:
    """Return one sheet for the wall for each module: marks add themselves up."""
    marks = ("1, not at all", "2", "3", "4", "5, a decision on Monday")
    heads = "".join(f'<th scope="col">{mark}</th>' for mark in marks)
    cells = "<td></td>" * len(marks)
    out = [
        f'<section class="sheet"><h2>{escape(_name(module))}</h2>'
        "<h3>Does this change a decision of yours? Make one mark.</h3>"
        f'<table class="marks"><thead><tr>{heads}</tr></thead><tbody><tr>{cells}</tr></tbody>'
        "</table><h3>What is still unclear? One line, or a note stuck here.</h3>"
        '<div class="lines wall"></div></section>'
        for module in modules
    ]
    return page("Two questions", "<h1>Two questions</h1>\n" + "\n".join(out), _STYLE)


def flight_sheet() -> str:
    """Return the decision sheet of the flight simulator: a line a round, the forecast first."""
    from dataclasses import fields

    from thousandfold.flight import (
        API,
        DECIDES,
        MOST_HIRED,
        MOST_KEPT,
        MOST_SQUADS,
        SHARES,
        Decision,
    )
    from thousandfold.flight.deck import ROUNDS

    hints = {
        **dict.fromkeys(SHARES, "%"),
        "hire": f"0 to {MOST_HIRED}",
        "squads": f"1 to {MOST_SQUADS}",
        "decides": " or ".join(DECIDES),
        "api": " or ".join(API),
        "keep": f"%, 0 to {MOST_KEPT:g}",
    }
    names = [field.name for field in fields(Decision)]
    first = ("round", "forecast", "because")
    share = (100 - sum(_WIDE.values())) / len(SHARES)
    columns = "".join(
        f'<col style="width:{_WIDE.get(name, share):.2f}%">' for name in (*first, *names)
    )
    cells = {
        name: f'{escape(name)}<br><span class="quiet">{escape(hints[name])}</span>'
        for name in names
    }
    shares = "".join(f'<th scope="col">{cells[name]}</th>' for name in SHARES)
    others = "".join(f'<th scope="col" rowspan="2">{cells[n]}</th>' for n in names[len(SHARES) :])
    rows = "".join(
        f'<tr><th scope="row">{n}</th>{"<td></td>" * (len(names) + 2)}</tr>'
        for n in range(1, ROUNDS + 1)
    )
    body = (
        f"<h1>Flight simulator: our decisions</h1><p>Team: {'_' * 40}</p>"
        "<p>First the forecast and the reason, then the decision.</p>"
        f'<table class="flight"><colgroup>{columns}</colgroup><thead><tr>'
        '<th scope="col" rowspan="2">round</th>'
        '<th scope="col" rowspan="2">forecast: customers after this round</th>'
        '<th scope="col" rowspan="2">because</th>'
        f'<th scope="colgroup" colspan="{len(SHARES)}">share of the capacity, together 100 %</th>'
        f"{others}</tr><tr>{shares}</tr></thead><tbody>{rows}</tbody></table>"
    )
    return page("Flight simulator: our decisions", body, _STYLE + _FLIGHT_STYLE)


def facilitator_pages(course: Course, modules: Sequence[Module]) -> str:
    """Return the facilitator's pages of some modules, each from a new sheet on."""
    out = []
    for module in modules:
        path = course.root / "facilitator" / f"{module.stem}.md"
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeError) as error:
            raise ExplainedError(
                f"the facilitator's page {path} cannot be read; take it from the workshop's folder "
                "again, the kit of learners does not hold it"
            ) from error
        head, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
        title, _, before = head.partition("\n")
        out.append(f'<section class="sheet"><h2>{escape(title.strip("# "))}</h2>{rendered(before)}')
        for part in parts:
            heading, _, body = part.partition("\n")
            out.append(f"<h3>{escape(heading.strip())}</h3>{rendered(body)}")
        out.append("</section>")
    head = "<h1>The pages of the modules</h1><p>For the facilitator alone: they hold answers.</p>"
    return page("The pages of the modules", head + "\n".join(out), _PAGES_STYLE)


def _memos(module: Module) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the text of each memo task, and the rows of its answer, each with its hint."""
    for path in (module.lesson, module.exercise):
        task, rows = "", list[tuple[str, str]]()
        for cell in read_cells(path) if path else ():
            if cell.grade_id == "memo" or "memo" in cell.tags:
                rows += _ROW.findall(cell.source) or [("My memo", "")]
            elif cell.kind == "markdown" and not rows:
                task = cell.source
        if rows:
            yield task, rows


def _name(module: Module) -> str:
    return f"{module.stem[:2]} {module.question}"
