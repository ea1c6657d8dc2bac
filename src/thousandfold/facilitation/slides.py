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
from importlib.resources import files
from pathlib import Path
from typing import Any

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import Course, Module, Section
from thousandfold.facilitation.pdf import write_pdf
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
_NO_OUTSIDE = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{}'"


@dataclass(frozen=True)
class Block:
    """Something on a slide that is not divided.

    Attributes
    ----------
    html : str
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

    html: str
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
    notes : list of str
        What the presenter says, as HTML.
    """

    title: str
    opens: bool = False
    blocks: list[Block] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


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


def page(title: str, slides: Sequence[Slide]) -> str:
    """Return the slides as one page of HTML that asks no other host for anything."""
    script = _part("slides.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_NO_OUTSIDE.format(digest)}">',
            '<meta name="viewport" content="width=device-width">',
            f"<title>{html.escape(title)}</title>",
            f"<style>\n{_part('slides.css')}</style>\n</head>\n<body>\n<main>",
            *(_section(slide, i, len(slides)) for i, slide in enumerate(slides, start=1)),
            "</main>",
            f"<script>{script}</script>\n</body>\n</html>\n",
        ]
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
        content = page(module.question, deck(module.lesson, module.sections))
        yield write_whole(folder / f"{module.stem}.html", content)
        if pdf:
            write_pdf(content, folder / f"{module.stem}.pdf")
            yield folder / f"{module.stem}.pdf"
    made = [module for module in course.modules if (folder / f"{module.stem}.html").is_file()]
    yield write_whole(folder / "index.html", _contents(made))


def _add(slides: list[Slide], cell: Any, kind: str, plan: Section | None) -> None:
    """Put one cell where it belongs."""
    if cell.cell_type == "markdown":
        for part_kind, part in _parts(cell.source, kind):
            _begin(slides, part_kind, plan if part.startswith("#") or part == cell.source else None)
            _add_text(slides, part, part_kind)
    elif cell.cell_type == "code" and cell.source.rpartition("\n")[2].startswith(SLIDER):
        # Without a kernel nothing moves: it is a slide in JupyterLab and a hint here.
        told = f"<p>Move the slider in JupyterLab: <code>{html.escape(cell.source)}</code></p>"
        slides[-1].notes.append(told)
    elif cell.cell_type == "code":
        _begin(slides, kind, plan)
        blocks = list(_outputs(cell.outputs))
        if HIDE_CODE not in cell.metadata.get("tags", []):
            blocks.insert(0, _code(cell.source, "code", keep=bool(blocks)))
        slides[-1].blocks += [replace(block, fragment=kind == "fragment") for block in blocks]


def _begin(slides: list[Slide], kind: str, plan: Section | None) -> None:
    if kind in ("slide", "subslide") or not slides:
        slides.append(Slide(slides[-1].title if slides else ""))
    if plan:
        minutes = f"{plan.minutes} minute{'s' * (plan.minutes != 1)}, {plan.kind}"
        late = "; drop it if you are late" if plan.drop_if_late else ""
        slides[-1].notes.append(f"<p><strong>{minutes}{late}.</strong></p>")


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
            return html.escape(text)

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
        blocks.append(Block(made, height, width, keep=not whole and token["type"] == "paragraph"))
    return blocks


def _row(cells: list[str]) -> float:
    texts = [html.unescape(re.sub(r"<[^>]+>", "", cell)) for cell in cells]
    longest = max((len(text) for text in texts), default=0)
    return 1.3 + (longest > _CHARACTERS * 2 // 3)


def _code(source: str, kind: str, *, keep: bool = False) -> Block:
    lines = re.sub(r"\n{3,}", "\n\n", source.rstrip("\n")).splitlines()
    height = sum(max(1, math.ceil(len(line) / _CODE_CHARACTERS)) for line in lines) + 1.2
    # A question to the room stands in a comment.
    marked = (re.sub(r"(  # .*)$", r"<b>\1</b>", html.escape(line)) for line in lines)
    spans = "\n".join(f"<span>{line}</span>" for line in marked)
    return Block(f'<pre class="{kind}"><code>{spans}</code></pre>', height, keep=keep)


def _outputs(outputs: Iterable[Any]) -> Iterator[Block]:
    for output in outputs:
        data = output.get("data", {})
        shown = _Shown()
        shown.feed(str(data.get("text/html", "")))
        if shown.picture:
            yield Block(f"<figure>{shown.picture}</figure>", _PICTURE, picture=True)
        elif shown.rows:
            if shown.width > _WIDE:
                shown.table[0] = shown.table[0].replace("numbers", "numbers wide")
            for table, rows in _tables("".join(shown.table)):
                yield Block(table, 1.25 * rows + 0.6, width=shown.width)
        elif text := str(output.get("text") or data.get("text/plain") or "").strip("\n"):
            yield _code(text, "output")


def _tables(table: str) -> Iterator[tuple[str, int]]:
    """Divide a table that is longer than a slide; each part has the heads of the columns."""
    head, begin, body = table.partition("<tbody>")
    rows = re.findall(r"<tr>.*?</tr>", body)
    heads = head.count("<tr>")
    parts = math.ceil(len(rows) / (_ROWS - heads))
    for i in range(parts):
        part = rows[i * len(rows) // parts : (i + 1) * len(rows) // parts]
        yield f"{head}{begin}{''.join(part)}</tbody></table>", heads + len(part)
    if not rows:
        yield table, table.count("<tr>")


class _Shown(HTMLParser):
    """The picture or the table in an output, and nothing else of its HTML."""

    _TAGS = ("table", "thead", "tbody", "tr", "th", "td")

    def __init__(self) -> None:
        super().__init__()
        self.picture = ""
        self.table: list[str] = []
        self.rows = 0
        self._inside = self._head = False
        self._columns: list[int] = []
        self._column = 0

    @property
    def width(self) -> float:
        """Share of a line that the widest row needs."""
        return sum(longest + 2.5 for longest in self._columns) / _CHARACTERS

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "img" and given.get("src", "").startswith("data:image/png;base64,"):
            self.picture = (
                f'<img src="{html.escape(given["src"])}" alt="{html.escape(given.get("alt", ""))}">'
            )
        elif tag in self._TAGS:
            self._inside = True
            self._head = tag == "thead" or (self._head and tag != "tbody")
            self.rows += tag == "tr"
            self._column = -1 if tag in ("tr", "thead", "tbody") else self._column + 1
            spans = "".join(
                f' {name}="{given[name]}"'
                for name in ("rowspan", "colspan")
                if given.get(name, "").isdecimal()
            )
            scope = f' scope="{"col" if self._head else "row"}"' if tag == "th" else ""
            kind = ' class="numbers"' if tag == "table" else ""
            self.table.append(f"<{tag}{kind}{scope}{spans}>")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._TAGS:
            self.table.append(f"</{tag}>")
            self._inside = tag != "table"

    def handle_data(self, data: str) -> None:
        if self._inside and data.strip():
            if self.table[-1] == "<td>" and not re.match(r"[-+−]?[\d.,]+|nan|inf", data.strip()):
                self.table[-1] = '<td class="words">'
            self.table.append(html.escape(data))
            self._columns += [0] * (self._column + 1 - len(self._columns))
            longest = max(map(len, data.split())) if self._head else len(data)
            self._columns[self._column] = max(self._columns[self._column], longest)


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
        used = sum(block.lines for block in pages[-1])
        if pages[-1] and used + sum(block.lines for block in group) > room:
            pages.append([])
        pages[-1] += group
    return pages


def _section(slide: Slide, number: int, count: int) -> str:
    title = html.escape(slide.title)
    picture = any(block.picture for block in slide.blocks)
    kind, size = ("picture", 1.0) if picture else ("text", _size(slide))
    level = "h1" if number == 1 else "h2"
    small = "" if slide.opens else ' class="again"'
    told = "\n".join(slide.notes)
    return "\n".join(
        [
            f'<section class="{kind}" style="--size: {size}" id="{number}" tabindex="-1" '
            f'role="group" aria-roledescription="slide" '
            f'aria-label="{number} of {count}: {title}">',
            f'<div class="stage"><{level}{small}>{title}</{level}>',
            *(
                f'<div class="fragment" tabindex="-1">{block.html}</div>'
                if block.fragment
                else block.html
                for block in slide.blocks
            ),
            "</div>",
            f'<aside aria-label="Notes">{told}</aside>' if told else "",
            "</section>",
        ]
    )


def _size(slide: Slide) -> float:
    """Say how much larger than it must be the text can be set: larger text also breaks sooner."""
    room = _LINES - _heading(slide)
    for size in _LARGER:
        height = sum(block.lines * (size if block.width else size**2) for block in slide.blocks)
        if height <= room - 1 and all(block.width * size <= 1 for block in slide.blocks):
            return size
    return 1.0


def _heading(slide: Slide) -> float:
    return 2.3 * math.ceil(len(slide.title) / 40) if slide.opens else 1.5


def _contents(modules: Sequence[Module]) -> str:
    links = "\n".join(
        f'<li value="{module.number}"><a href="{module.stem}.html">'
        f"{html.escape(module.question)}</a></li>"
        for module in modules
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width">\n<title>Thousandfold: slides</title>\n'
        "<style>body{font:1.3rem/1.5 Arial,sans-serif;max-width:46rem;margin:2rem auto;"
        "padding:0 1rem}</style>\n</head>\n<body>\n<h1>Slides</h1>\n"
        f"<ol>\n{links}\n</ol>\n"
        "<p>Arrow keys, space or a clicker: next and back. <kbd>N</kbd>: a window with your notes. "
        "<kbd>F</kbd>: full screen. <kbd>B</kbd>: a blank screen. <kbd>Home</kbd>, "
        "<kbd>End</kbd>: first and last slide. Everything works without a network.</p>\n"
        "</body>\n</html>\n"
    )


def _part(name: str) -> str:
    return (files("thousandfold.facilitation") / name).read_text(encoding="utf-8")
