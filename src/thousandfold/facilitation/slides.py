"""Slides made from the lessons: one page that needs nothing but a browser.

A lesson's cells say where they belong by ``slideshow.slide_type``, as in JupyterLab's property
inspector: ``slide`` and ``subslide`` begin a slide, ``fragment`` waits for the next key, ``notes``
is what the presenter says, ``skip`` is left out, anything else goes on. Code whose cell is tagged
``hide-code-on-slides`` is not shown. A text that begins with one sentence in italics, as below
every figure, shows that sentence; the rest of it is notes. What does not fit goes on to a next
slide: nothing is cut, and nothing gets smaller than can be read at the back of a room.

No kernel runs: the pictures are those that are stored in the lesson.
"""

from __future__ import annotations

import base64
import hashlib
import html
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from markupsafe import Markup

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import Course, Module, Section
from thousandfold.facilitation.page import PAGES, page, templates
from thousandfold.facilitation.pdf import write_pdf
from thousandfold.facilitation.predictions import kept
from thousandfold.teaching.guesses import Guess, split_guesses
from thousandfold.writing import write_whole

SLIDE_TYPES = ("slide", "subslide", "fragment", "notes", "skip", "-")
HIDE_CODE = "hide-code-on-slides"
SLIDER = "explore("

# A slide is 1280 by 720; text has 32 pixels, which are 24 points. Counted for a wide font.
_LINES = 14.5
_CHARACTERS = 66  # in a line of text
_CODE_CHARACTERS = 56
_PICTURE = 8.5  # lines that a figure leaves to nothing else
_WIDE = 0.9  # of a line: a table that needs more is set closer
_ROWS = 13  # of a table on one slide, with the heads of its columns
_LARGER = (1.45, 1.3, 1.15)  # a slide with little on it is set larger

_SENTENCE = re.compile(r"\*(?!\*)(.+?)\*(?=\s|$)", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """Something on a slide that is not divided.

    Attributes
    ----------
    html : markupsafe.Markup
    lines : float
        Height, in lines of text of the smallest size.
    width : float
        Share of a line that it must have: 0 for what can be broken anywhere.
    picture : bool
        A figure takes the room that the text leaves.
    keep : bool
        Whether it belongs together with what follows.
    fragment : bool
        Whether it waits for the next key.
    """

    html: Markup
    lines: float
    width: float = 0
    picture: bool = False
    keep: bool = False
    fragment: bool = False


@dataclass
class Slide:
    """One slide.

    Attributes
    ----------
    title : str
        Heading of the section that it belongs to, as text.
    opens : bool
        Whether the section begins here; else the heading is repeated in small.
    blocks : list of Block
    notes : list of markupsafe.Markup
        What the presenter says.
    """

    title: str
    opens: bool = False
    blocks: list[Block] = field(default_factory=list)
    notes: list[Markup] = field(default_factory=list)

    @property
    def picture(self) -> bool:
        """Whether a figure takes the room that the text leaves."""
        return any(block.picture for block in self.blocks)

    @property
    def size(self) -> float:
        """How much larger than it must be the text can be set: larger text also breaks sooner."""
        room = _LINES - _heading(self)
        for size in () if self.picture else _LARGER:
            height = sum(block.lines * (size if block.width else size**2) for block in self.blocks)
            if height <= room - 1 and all(block.width * size <= 1 for block in self.blocks):
                return size
        return 1.0


def deck(path: Path, sections: Sequence[Section] = ()) -> list[Slide]:
    """Return the slides of a lesson.

    Parameters
    ----------
    path : pathlib.Path
        The notebook.
    sections : sequence of Section, optional
        Its parts in the run of show; minutes and kind are told to the presenter.

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
    for cell in cells:
        kind = cell.metadata.get("slideshow", {}).get("slide_type") or "-"
        if kind not in SLIDE_TYPES:
            raise ExplainedError(
                f"{path}, cell {cell.id}: {kind!r} is no slide type; choose one of "
                f"{', '.join(SLIDE_TYPES)}"
            )
        if kind != "skip":
            _add(slides, cell, kind, plans.get(cell.id))
    return [page for slide in slides if slide.blocks or slide.opens for page in _pages(slide)]


def slides_page(title: str, slides: Sequence[Slide]) -> str:
    """Return the slides as one page of HTML that asks no other host for anything."""
    script = (PAGES / "slides.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return page(
        "slides.html",
        title=title,
        slides=slides,
        script=Markup(script),  # noqa: S704 - ours
        digest=digest,
    )


def write_slides(
    course: Course, modules: Iterable[Module], folder: Path, *, pdf: bool = False
) -> Iterator[Path]:
    """Write a page for each module and one that leads to them, and yield each path.

    Parameters
    ----------
    course : Course
    modules : iterable of Module
    folder : pathlib.Path
        Where they go; it is made if it is missing.
    pdf : bool, optional
        Whether to print each page, too: the slides with their notes, to hand out.

    Raises
    ------
    ExplainedError
        If a lesson cannot be read, a page not be written, or no browser prints it.
    """
    for module in modules:
        content = slides_page(module.question, deck(module.lesson, module.sections))
        yield write_whole(folder / f"{module.stem}.html", content)
        if pdf:
            write_pdf(content, folder / f"{module.stem}.pdf")
            yield folder / f"{module.stem}.pdf"
    made = [module for module in course.modules if (folder / f"{module.stem}.html").is_file()]
    yield write_whole(folder / "index.html", page("slides_index.html", modules=made))


def _add(slides: list[Slide], cell: Any, kind: str, plan: Section | None) -> None:
    """Put one cell where it belongs."""
    if cell.cell_type == "markdown":
        for part_kind, part in _parts(cell.source, kind):
            _begin(slides, part_kind, plan if part.startswith("#") or part == cell.source else None)
            _add_text(slides, part, part_kind)
    elif cell.cell_type == "code" and cell.source.rpartition("\n")[2].startswith(SLIDER):
        # Without a kernel nothing moves: it is a slide in JupyterLab and a hint here.
        told = Markup("<p>Move the slider in JupyterLab: <code>{}</code></p>")
        slides[-1].notes.append(told.format(cell.source))
    elif cell.cell_type == "code":
        _begin(slides, kind, plan)
        # What nobody has guessed yet needs no line of its own on a slide.
        asks = any(isinstance(line, Guess) for line in split_guesses(cell.source.splitlines()))
        blocks = [] if asks else list(_outputs(cell.outputs))
        if HIDE_CODE not in cell.metadata.get("tags", []):
            blocks.insert(0, _code(cell.source, "code", keep=bool(blocks)))
        slides[-1].blocks += [replace(block, fragment=kind == "fragment") for block in blocks]


def _begin(slides: list[Slide], kind: str, plan: Section | None) -> None:
    if kind in ("slide", "subslide") or not slides:
        slides.append(Slide(slides[-1].title if slides else ""))
    if plan:
        minutes = f"{plan.minutes} minute{'s' * (plan.minutes != 1)}, {plan.kind}"
        late = "; drop it if you are late" if plan.drop_if_late else ""
        slides[-1].notes.append(Markup("<p><strong>{}{}.</strong></p>").format(minutes, late))


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
        slide.blocks += [replace(block, fragment=waits) for block in _text(sentence[1].strip())]
        slide.notes += [block.html for block in _text(source[sentence.end() :])]
        return
    for block in _text(source):
        if block.html.startswith(("<h1", "<h2", "<h3")):
            slide.title = html.unescape(re.sub(r"<[^>]+>", "", block.html)).strip()
            slide.opens = True
        elif kind == "notes":
            slide.notes.append(block.html)
        else:
            slide.blocks.append(replace(block, fragment=waits))


def _text(source: str) -> list[Block]:
    """Return the blocks of a Markdown text; HTML in it is shown, not obeyed."""
    import mistune

    class Renderer(mistune.HTMLRenderer):
        def link(self, text: str, url: str, title: str | None = None) -> str:
            # The slides stand elsewhere than the lesson: what is beside the lesson is not here.
            return super().link(text, url, title) if "://" in url else text

        def image(self, text: str, url: str, title: str | None = None) -> str:
            return text

    markdown = mistune.create_markdown(renderer=Renderer(escape=True), plugins=["table"])
    _, state = mistune.create_markdown(renderer=None, plugins=["table"]).parse(source)
    blocks = []
    for token in state.tokens:
        if token["type"] == "blank_line":
            continue
        width = 0.0
        made = markdown.renderer.render_tokens([token], state).strip()  # type: ignore[union-attr]
        said = html.unescape(re.sub(r"<[^>]+>", "", made)).strip()
        if token["type"] == "table":
            rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in made.split("</tr>")]
            height = sum(_row(row) for row in rows if row)
            width = 1.0
        else:
            parts = said.splitlines() if token["type"] == "list" else [said.replace("\n", " ")]
            height = sum(math.ceil(len(part) / _CHARACTERS) for part in parts if part) + 0.6
        whole = said.endswith((".", "?"))
        shown = Markup(made)  # noqa: S704 - made by mistune, which escapes
        blocks.append(Block(shown, height, width, keep=not whole and token["type"] == "paragraph"))
    return blocks


def _row(cells: list[str]) -> float:
    texts = [html.unescape(re.sub(r"<[^>]+>", "", cell)) for cell in cells]
    longest = max((len(text) for text in texts), default=0)
    return 1.3 + (longest > _CHARACTERS * 2 // 3)


def _code(source: str, kind: str, *, keep: bool = False) -> Block:
    lines = re.sub(r"\n{3,}", "\n\n", source.rstrip("\n")).splitlines()
    height = sum(max(1, math.ceil(len(line) / _CODE_CHARACTERS)) for line in lines) + 1.2
    # A question to the room stands in a comment.
    parts = (re.split(r"(?=  # |$)", line, maxsplit=1) for line in lines)
    spans = Markup("\n").join(
        Markup("<span>{}{}</span>").format(code, comment and Markup("<b>{}</b>").format(comment))
        for code, comment in parts
    )
    shown = Markup('<pre class="{}"><code>{}</code></pre>').format(kind, spans)
    return Block(shown, height, keep=keep)


def _outputs(outputs: Iterable[Any]) -> Iterator[Block]:
    for output in outputs:
        data = output.get("data", {})
        shown = _Shown()
        shown.feed(str(data.get("text/html", "")))
        if shown.picture:
            yield Block(shown.picture, _PICTURE, picture=True)
        elif shown.rows:
            yield from _tables(shown)
        elif answered := kept(data)[1]:
            yield _code(f"{answered.happened}.", "output")
        elif text := str(output.get("text") or data.get("text/plain") or "").strip("\n"):
            yield _code(text, "output")


def _tables(shown: _Shown) -> Iterator[Block]:
    """Divide a table that is longer than a slide; each part has the heads of the columns."""
    table = templates().get_template("slides_table.html").module.table  # type: ignore[attr-defined]
    heads = [row for row in shown.rows if row.head]
    rows = [row for row in shown.rows if not row.head]
    parts = max(1, math.ceil(len(rows) / (_ROWS - len(heads))))
    for i in range(parts):
        part = rows[i * len(rows) // parts : (i + 1) * len(rows) // parts]
        made = table(heads, part, wide=shown.width > _WIDE)
        yield Block(made, 1.25 * (len(heads) + len(part)) + 0.6, width=shown.width)


@dataclass
class _Cell:
    tag: str
    spans: dict[str, str]
    text: str = ""

    @property
    def words(self) -> bool:
        """Whether it holds words, which stand on the left, and no number."""
        return self.tag == "td" and not re.match(r"[-+−]?[\d.,]+|nan|inf|$", self.text.strip())


@dataclass
class _Row:
    head: bool
    cells: list[_Cell] = field(default_factory=list)


class _Shown(HTMLParser):
    """The picture or the table in an output, and nothing else of its HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.picture = Markup("")
        self.rows: list[_Row] = []
        self._inside = self._head = False

    @property
    def width(self) -> float:
        """Share of a line that the widest row needs."""
        columns: list[int] = []
        for row in self.rows:
            columns += [0] * (len(row.cells) - len(columns))
            for column, cell in enumerate(row.cells):
                longest = (
                    max(map(len, cell.text.split()), default=0) if row.head else len(cell.text)
                )
                columns[column] = max(columns[column], longest)
        return sum(longest + 2.5 for longest in columns) / _CHARACTERS

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "img" and given.get("src", "").startswith("data:image/png;base64,"):
            self.picture = Markup('<figure><img src="{}" alt="{}"></figure>').format(
                given["src"], given.get("alt", "")
            )
        elif tag in ("table", "thead", "tbody"):
            self._inside = True
            self._head = tag == "thead"
        elif tag == "tr":
            self.rows.append(_Row(self._head))
        elif tag in ("td", "th") and self.rows:
            spans = {n: given[n] for n in ("rowspan", "colspan") if given.get(n, "").isdecimal()}
            self.rows[-1].cells.append(_Cell(tag, spans))

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "table"

    def handle_data(self, data: str) -> None:
        if self._inside and data.strip() and self.rows and self.rows[-1].cells:
            self.rows[-1].cells[-1].text += data


def _pages(slide: Slide) -> Iterator[Slide]:
    """Divide a slide that holds too much, as evenly as its blocks allow."""
    room = _LINES - _heading(slide)
    pages = _fill(slide.blocks, room)
    while len(pages) > 1 and room > 1:
        tighter = _fill(slide.blocks, room - 0.5)
        if len(tighter) > len(pages):
            break
        pages, room = tighter, room - 0.5
    for i, blocks in enumerate(pages):
        last = i == len(pages) - 1
        if blocks and blocks[0].fragment:  # a page does not begin empty
            blocks[0] = replace(blocks[0], fragment=False)
        yield Slide(slide.title, slide.opens and i == 0, blocks, slide.notes if last else [])


def _fill(blocks: list[Block], room: float) -> list[list[Block]]:
    pages: list[list[Block]] = [[]]
    groups: list[list[Block]] = []
    for block in blocks:
        said_of_it = groups and groups[-1][-1].picture and block.fragment
        if groups and (groups[-1][-1].keep or said_of_it):
            groups[-1].append(block)
        else:
            groups.append([block])
    for group in groups:
        whole = _lines(group) <= room
        for part in [group] if whole else [[block] for block in group]:
            if pages[-1] and _lines(pages[-1]) + _lines(part) > room:
                pages.append([])
            pages[-1] += part
    return pages


def _lines(blocks: list[Block]) -> float:
    return sum(block.lines for block in blocks)


def _heading(slide: Slide) -> float:
    return 2.3 * math.ceil(len(slide.title) / 40) if slide.opens else 1.5
