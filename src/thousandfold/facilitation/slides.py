"""Slides made from the lessons: one page that needs nothing but a browser.

A lesson's cells say where they belong by ``slideshow.slide_type``, as in JupyterLab's property
inspector: ``slide`` and ``subslide`` begin a slide, ``fragment`` waits for the next key, ``notes``
is what the presenter says, ``skip`` is left out, anything else goes on. Code whose cell is tagged
``hide-code-on-slides`` is not shown. A text that begins with one sentence in italics, as below
every figure, shows that sentence; the rest of it is notes. What does not fit goes on to a next
slide: nothing is cut, and nothing gets smaller than can be read at the back of a room.

No kernel runs: the pictures are those that are stored in the lesson. What an ``explore(…)`` shows
is drawn before, for each place of its sliders, where somebody asks for sliders.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from markupsafe import Markup

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import Course, Module, Section
from thousandfold.facilitation.page import PAGES, digest_of, page
from thousandfold.facilitation.pdf import print_page
from thousandfold.facilitation.plan import Slot, clock
from thousandfold.facilitation.slide import Slide, Sliders, pages
from thousandfold.facilitation.slide_blocks import (
    code_block,
    output_blocks,
    question_block,
    slider_block,
    text_blocks,
)
from thousandfold.teaching.guesses import Guess, split_guesses
from thousandfold.writing import write_whole

SLIDE_TYPES = ("slide", "subslide", "fragment", "notes", "skip", "-")
HIDE_CODE = "hide-code-on-slides"
SLIDER = "explore("

NONE: Mapping[str, Sliders] = {}
SlidersOf = Callable[[Course, Module], Mapping[str, Sliders]]

_SENTENCE = re.compile(r"\*(?!\*)(.+?)\*(?=\s|$)", re.DOTALL)


def none(course: Course, module: Module) -> Mapping[str, Sliders]:
    """Return no sliders of a lesson."""
    return NONE


def deck(
    path: Path,
    sections: Sequence[Section | Slot] = (),
    *,
    without: Collection[str] = (),
    sliders: Mapping[str, Sliders] = NONE,
) -> list[Slide]:
    """Return the slides of a lesson.

    Parameters
    ----------
    path : pathlib.Path
        The notebook.
    sections : sequence of Section or Slot, optional
        Its parts in the run of show; minutes and kind are told to the presenter.
    without : collection of str, optional
        Cells with which those of its parts begin that are left out.
    sliders : mapping of str to Sliders, optional
        Figures that answer their sliders, by the cell that makes them.

    Raises
    ------
    ExplainedError
        If a cell has a slide type that does not exist.
    """
    import nbformat

    try:
        cells = nbformat.read(path, as_version=4).cells
    except (OSError, ValueError, nbformat.ValidationError) as error:
        raise ExplainedError(f"{path} cannot be read as a notebook. Copy it again") from error
    plans = {section.cell: section for section in sections}
    slides: list[Slide] = []
    part = ""
    for cell in cells:
        part = cell.id if cell.id in plans or cell.id in without else part
        if part in without:
            continue
        kind = cell.metadata.get("slideshow", {}).get("slide_type") or "-"
        if kind not in SLIDE_TYPES:
            raise ExplainedError(
                f"{path}, cell {cell.id}: {kind!r} is no slide type; choose one of "
                f"{', '.join(SLIDE_TYPES)}"
            )
        if kind != "skip":
            _add(slides, cell, kind, part, plans.get(cell.id), sliders.get(cell.id))
    return [page for slide in slides if slide.blocks or slide.opens for page in pages(slide)]


def lesson_slides(
    course: Course, slots: Iterable[Slot], sliders_of: SlidersOf = none
) -> dict[tuple[str, str], list[Slide]]:
    """Return the slides of all lessons of a plan, by lesson and part, without what it leaves out.

    What stands before the first part of a lesson, its title, comes with its first.

    Parameters
    ----------
    course : Course
    slots : iterable of Slot
    sliders_of : callable, optional
        Returns the sliders of a lesson, as `deck` takes them.

    Raises
    ------
    ExplainedError
        If a lesson cannot be read.
    """
    kept: dict[str, dict[str, Slot]] = {}
    for slot in slots:
        if slot.part == "lesson":
            kept.setdefault(slot.stem, {})[slot.cell] = slot
    found = {}
    for stem, parts in kept.items():
        module = course.module(stem)
        without = {section.cell for section in module.sections} - parts.keys()
        slides = deck(
            module.lesson, list(parts.values()), without=without, sliders=sliders_of(course, module)
        )
        first = next(iter(parts))
        for part in parts:
            here = {part, ""} if part == first else {part}
            found[stem, part] = [slide for slide in slides if slide.part in here]
    return found


def slides_page(title: str, slides: Sequence[Slide]) -> str:
    """Return the slides as one page of HTML that asks no other host for anything."""
    scripts, style = [(PAGES / "slides.js").read_text(encoding="utf-8")], ""
    if any(block.sliders for slide in slides for block in slide.blocks):
        from thousandfold.player import markup

        scripts.append(markup.script())
        style = markup.style()
    return page(
        "slides.html",
        title=title,
        slides=slides,
        player_style=Markup(style),  # noqa: S704 - ours
        scripts=list(map(Markup, scripts)),
        digests=list(map(digest_of, scripts)),
    )


def write_slides(
    course: Course,
    modules: Iterable[Module],
    folder: Path,
    *,
    pdf: bool = False,
    sliders_of: SlidersOf = none,
) -> Iterator[Path]:
    """Write a page for each module and one that leads to them, and yield each path.

    Parameters
    ----------
    course : Course
    modules : iterable of Module
    folder : pathlib.Path
        Where they go; it is made if it is missing.
    pdf : bool, optional
        Whether to print each page, too: the slides with their notes, to hand out. Where no
        browser prints, the pages are all.
    sliders_of : callable, optional
        Returns the sliders of a lesson; without it those are hints among the notes.

    Raises
    ------
    ExplainedError
        If a lesson cannot be read, or a page not be written.
    """
    for module in modules:
        sliders = sliders_of(course, module)
        slides = deck(module.lesson, module.sections, sliders=sliders)
        content = slides_page(module.question, slides)
        made = write_whole(folder / f"{module.stem}.html", content)
        yield made
        if pdf and (printed := print_page(content, folder / f"{module.stem}.pdf")) != made:
            yield printed
    there = [module for module in course.modules if (folder / f"{module.stem}.html").is_file()]
    yield write_whole(folder / "index.html", page("slides_index.html", modules=there))


def planned(part: Section | Slot) -> Markup:
    """Return what the presenter is told of a part: when, how long, and whether it may go."""
    begin = f"{clock(part.begin)}, " if isinstance(part, Slot) else ""
    minutes = f"{part.minutes} minute{'s' * (part.minutes != 1)}, {part.kind}"
    late = "; drop it if you are late" if part.drop_if_late else ""
    return Markup("<p><strong>{}{}{}.</strong></p>").format(begin, minutes, late)


def _add(
    slides: list[Slide],
    cell: Any,
    kind: str,
    begun: str,
    plan: Section | Slot | None,
    sliders: Sliders | None,
) -> None:
    """Put one cell where it belongs."""
    if cell.cell_type == "markdown":
        for part_kind, part in _parts(cell.source, kind):
            said = plan if part.startswith("#") or part == cell.source else None
            _begin(slides, part_kind, begun, said)
            _add_text(slides, part, part_kind)
    elif sliders is not None:
        _begin(slides, kind, begun, plan)
        slides[-1].blocks.append(slider_block(sliders))
    elif cell.cell_type == "code" and cell.source.rpartition("\n")[2].startswith(SLIDER):
        # Without a kernel nothing moves: it is a slide in JupyterLab and a hint here.
        told = Markup("<p>Move the slider in JupyterLab: <code>{}</code></p>")
        slides[-1].notes.append(told.format(cell.source))
    elif cell.cell_type == "code":
        _begin(slides, kind, begun, plan)
        lines = split_guesses(cell.source.splitlines())
        asked = [line.question for line in lines if isinstance(line, Guess)]
        # What nobody has guessed yet needs no line of its own on a slide.
        blocks = [question_block(asked)] if asked else list(output_blocks(cell.outputs))
        if not asked and HIDE_CODE not in cell.metadata.get("tags", []):
            blocks.insert(0, code_block(cell.source, "code", keep=bool(blocks)))
        slides[-1].blocks += [replace(block, fragment=kind == "fragment") for block in blocks]


def _begin(slides: list[Slide], kind: str, begun: str, plan: Section | Slot | None) -> None:
    if kind in ("slide", "subslide") or not slides:
        slides.append(Slide(slides[-1].title if slides else "", part=begun))
    if plan:
        slides[-1].notes.append(planned(plan))


def _parts(source: str, kind: str) -> Iterator[tuple[str, str]]:
    """Divide a text at its headings: each begins a slide, and what stands before one does not."""
    first, *rest = re.split(r"^(?=#{1,3} )", source, flags=re.MULTILINE)
    if first.strip() and rest and kind != "notes":
        yield "fragment" if _SENTENCE.match(first) else "subslide", first.strip()
    elif first.strip():
        yield kind, first
    for part in rest:
        yield kind if kind == "notes" else "slide", part


def _add_text(slides: list[Slide], source: str, kind: str) -> None:
    slide, waits = slides[-1], kind == "fragment"
    sentence = _SENTENCE.match(source)
    if kind != "notes" and sentence:
        slide.blocks += [
            replace(block, fragment=waits) for block in text_blocks(sentence[1].strip())
        ]
        slide.notes += [block.html for block in text_blocks(source[sentence.end() :])]
        return
    for block in text_blocks(source):
        if block.html.startswith(("<h1", "<h2", "<h3")):
            slide.title = html.unescape(re.sub(r"<[^>]+>", "", block.html)).strip()
            slide.opens = True
        elif kind == "notes":
            slide.notes.append(block.html)
        else:
            slide.blocks.append(replace(block, fragment=waits))
