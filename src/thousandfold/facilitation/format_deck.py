"""One deck for a whole format: welcome, agenda, lessons, polls, questions, breaks, close."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from markupsafe import Markup

from thousandfold.facilitation.guide import poll
from thousandfold.facilitation.page import templates
from thousandfold.facilitation.pdf import print_page
from thousandfold.facilitation.plan import Plan, Session, Slot, clock, questions_about, total
from thousandfold.facilitation.slide import Block, Slide, pages
from thousandfold.facilitation.slide_blocks import question_block, table_blocks, text_blocks
from thousandfold.facilitation.slides import SlidersOf, lesson_slides, none, planned, slides_page
from thousandfold.facilitation.worksheets import TWO_QUESTIONS
from thousandfold.writing import write_whole

_WELCOME = """
- We take Ferry, a company, from 1,000 users to 1,000,000. You decide, a model answers, and we argue
  about what it leaves out.
- Predictions are private, and wrong ones are the useful ones.
- Nobody has to write a program.
"""
_WELCOME_NOTES = "Say when the breaks are, when the end is, and who helps with a laptop."
_CLOSE = """
1. Look at the decision that you brought. **What changed?** Two minutes, alone, on paper.
2. In pairs: **what do you do on Monday, and what would tell you that you were wrong?** One line,
   and a date.
3. Who wants to reads their line aloud.
"""
_CLOSE_NOTES = "Say where memos go and until when, and that you will ask in a month."
_SHORTEST = 5  # minutes; what is shorter only fills the agenda
_BREAK = 5.5  # lines that a clock takes


def format_deck(plan: Plan, sliders_of: SlidersOf = none) -> list[Slide]:
    """Return the slides of a whole format, in the order of its run of show.

    Parameters
    ----------
    plan : Plan
        Its sessions follow each other; buffers have no slide.
    sliders_of : callable, optional
        Returns the sliders of a lesson; without it those are hints among the notes.

    Raises
    ------
    ExplainedError
        If a lesson cannot be read.
    """
    lines = [slot for session in plan.sessions for slot in session.slots]
    lessons = lesson_slides(plan.course, lines, sliders_of)
    found: list[Slide] = []
    for session in plan.sessions:
        found += _welcome(plan, session)
        for (stem, part), slots in groupby(session.slots, lambda slot: (slot.stem, slot.part)):
            block = tuple(slots)
            if stem and part == "lesson":
                found += [slide for slot in block for slide in lessons[stem, slot.cell]]
            elif stem and part == "exercise":
                found.append(_exercise(plan, block))
            else:
                found += [slide for slot in block for slide in _line(plan, session, slot)]
    return [one for slide in found for one in pages(slide)]


def write_format_deck(
    plan: Plan, folder: Path, *, pdf: bool = False, sliders_of: SlidersOf = none
) -> Iterator[Path]:
    """Write the slides of a format as one page, and yield each path.

    Parameters
    ----------
    plan : Plan
    folder : pathlib.Path
        Where the page goes, under the name of the format; it is made if it is missing.
    pdf : bool, optional
        Whether to print it, too: the slides with their notes. Where no browser prints, the page
        is all.
    sliders_of : callable, optional
        As `format_deck` takes it.

    Raises
    ------
    ExplainedError
        If a lesson cannot be read, or the page not be written.
    """
    content = slides_page(f"{plan.title}: {plan.fits}", format_deck(plan, sliders_of))
    made = write_whole(folder / f"{plan.name}.html", content)
    yield made
    if pdf and (printed := print_page(content, folder / f"{plan.name}.pdf")) != made:
        yield printed


def _line(plan: Plan, session: Session, slot: Slot) -> Iterator[Slide]:
    """Yield the slides of a line of the plan that is no part of a lesson or an exercise."""
    notes = [planned(slot)]
    if slot.kind == "break":
        yield Slide(slot.title, True, [_clock(slot)], notes)
    elif slot.kind == "vote":
        said = "Vote, talk to a neighbour who voted otherwise, vote again."
        asked = poll(plan.course, slot.stem)
        blocks = [question_block(asked.options)] if asked else []
        yield Slide(slot.title, True, blocks, [*notes, Markup("<p>{}</p>").format(said)])
    elif slot.title.startswith(questions_about("")):
        yield Slide(slot.title, True, [question_block(TWO_QUESTIONS)], notes)
    elif slot == session.slots[-1]:
        yield from _close(plan, notes)
    elif slot.kind != "buffer" and slot != session.slots[0]:
        minutes = f"{slot.minutes} minutes, until {clock(slot.end)}."
        yield Slide(slot.title, True, text_blocks(minutes), notes)


def _welcome(plan: Plan, session: Session) -> Iterator[Slide]:
    """Yield what a session opens with, also where its plan has no minutes for that."""
    first = session.slots[0]
    notes = [] if first.stem else [planned(first)]
    if session == plan.sessions[0]:
        yield Slide(
            "Thousandfold: from product to platform", True,
            text_blocks(_WELCOME), [*notes, *_paragraphs(_WELCOME_NOTES)],
        )  # fmt: skip
        notes = []
    yield Slide(session.title or "Today", True, table_blocks(_agenda(plan, session)), notes)


def _agenda(plan: Plan, session: Session) -> Iterator[tuple[str, str]]:
    """Yield when each module, exercise and break begins; the end comes last."""
    # A poll and a discussion belong to the lesson that they stand in.
    for (stem, task, _), slots in groupby(
        session.slots,
        lambda slot: (slot.stem, slot.part == "exercise", "" if slot.stem else slot.title),
    ):
        block = tuple(slots)
        if total(block) < _SHORTEST or block[0].kind == "buffer":
            continue
        title = block[0].title.partition(":")[0]
        if stem:
            question = plan.course.module(stem).question
            title = f"{stem[:2]} Exercise" if task else f"{stem[:2]} {question}"
        elif block[0].kind == "break":
            title = f"{title}, {block[0].minutes} minutes"
        yield clock(block[0].begin), title
    yield clock(session.end), "End"


def _exercise(plan: Plan, block: Sequence[Slot]) -> Slide:
    stem = block[0].stem
    rows = [(clock(slot.begin), slot.title, f"{slot.minutes} min") for slot in block]
    blocks = [
        *text_blocks(f"`exercises/{stem}/{stem}.ipynb`, until **{clock(block[-1].end)}**"),
        *table_blocks(rows),
    ]
    title = f"{stem[:2]} Exercise: {plan.course.module(stem).question}"
    return Slide(title, True, blocks, [planned(slot) for slot in block])


def _clock(slot: Slot) -> Block:
    made = templates().get_template("slides_clock.html").render(
        minutes=slot.minutes, back=clock(slot.end)
    )  # fmt: skip
    return Block(Markup(made), _BREAK, width=1)  # noqa: S704 - a template's


def _close(plan: Plan, notes: list[Markup]) -> Iterator[Slide]:
    yield Slide("Close", True, text_blocks(_CLOSE), [*notes, *_paragraphs(_CLOSE_NOTES)])
    home = [f"{module.stem[:2]} {module.question}" for module in plan.home]
    later = text_blocks(f"At home: {'; '.join(home)}") if home else []
    yield Slide("Two questions, on your way out", True, [question_block(TWO_QUESTIONS), *later])


def _paragraphs(words: str) -> list[Markup]:
    return [block.html for block in text_blocks(words)]
