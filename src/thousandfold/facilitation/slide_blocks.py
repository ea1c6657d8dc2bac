"""Blocks of a slide, as cells of a lesson have them: text, questions, code, figures and tables."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from markupsafe import Markup

from thousandfold.facilitation.page import templates
from thousandfold.facilitation.predictions import kept
from thousandfold.facilitation.slide import CHARACTERS, Block, Sliders

_CODE_CHARACTERS = 56
_OTHER_LANGUAGES = re.compile(
    r"^(?:\[[^\]\n]+\]\([^)\s]*translations/[^)\s]*\)(?: · )?)+$", re.MULTILINE
)
_PICTURE = 8.5  # lines that a figure leaves to nothing else
_WIDE = 0.9  # of a line: a table that needs more is set closer
_ROWS = 13  # of a table on one slide, with the heads of its columns


def text_blocks(source: str) -> list[Block]:
    """Return the blocks of a Markdown text; HTML in it is shown, not obeyed."""
    import mistune

    class Renderer(mistune.HTMLRenderer):
        def link(self, text: str, url: str, title: str | None = None) -> str:
            # The slides stand elsewhere than the lesson: what is beside the lesson is not here.
            return super().link(text, url, title) if "://" in url else text

        def image(self, text: str, url: str, title: str | None = None) -> str:
            return text

    markdown = mistune.create_markdown(renderer=Renderer(escape=True), plugins=["table"])
    told = _OTHER_LANGUAGES.sub("", source)
    _, state = mistune.create_markdown(renderer=None, plugins=["table"]).parse(told)
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
            height = sum(math.ceil(len(part) / CHARACTERS) for part in parts if part) + 0.6
        whole = said.endswith((".", "?"))
        shown = Markup(made)  # noqa: S704 - made by mistune, which escapes
        blocks.append(Block(shown, height, width, keep=not whole and token["type"] == "paragraph"))
    return blocks


def question_block(questions: Sequence[str]) -> Block:
    """Return what the room guesses, as questions: the notebook has the lines to write in."""
    items = Markup("").join(Markup("<li>{}</li>").format(one) for one in questions)
    height = sum(math.ceil(len(one) / CHARACTERS) + 0.25 for one in questions) + 0.6
    return Block(Markup('<ol class="questions">{}</ol>').format(items), height)


def table_blocks(rows: Iterable[Sequence[str]]) -> list[Block]:
    """Return a table of words, divided where it is longer than a slide."""
    shown = _Shown()
    shown.rows = [_Row(False, [_Cell("td", {}, text) for text in row]) for row in rows]
    return list(_tables(shown, numbers=False))


def _row(cells: list[str]) -> float:
    texts = [html.unescape(re.sub(r"<[^>]+>", "", cell)) for cell in cells]
    longest = max((len(text) for text in texts), default=0)
    return 1.3 + (longest > CHARACTERS * 2 // 3)


def code_block(source: str, kind: str, *, keep: bool = False) -> Block:
    """Return code, or what it printed, as lines of one width."""
    lines = re.sub(r"\n{3,}", "\n\n", source.rstrip("\n")).splitlines()
    height = sum(max(1, math.ceil(len(line) / _CODE_CHARACTERS)) for line in lines) + 1.2
    # A question to the room stands in a comment.
    parts = (re.split(r"(?=  # |$)", line, maxsplit=1) for line in lines)
    spans = Markup("\n").join(
        Markup("<span>{}{}</span>").format(code, comment and Markup("<b>{}</b>").format(comment))
        for code, comment in parts
    )
    shown = Markup('<pre class="{}"><code>{}</code></pre>').format(kind, spans)
    return Block(shown, height, code=kind == "code", keep=keep)


def output_blocks(outputs: Iterable[Any]) -> Iterator[Block]:
    """Yield the figure, table, answer or text of each output; nothing else of its HTML."""
    for output in outputs:
        data = output.get("data", {})
        shown = _Shown()
        shown.feed(str(data.get("text/html", "")))
        if shown.picture:
            yield Block(shown.picture, _PICTURE, picture=True)
        elif shown.rows:
            yield from _tables(shown)
        elif answered := kept(data)[1]:
            yield code_block(f"{answered.happened}.", "output")
        elif text := str(output.get("text") or data.get("text/plain") or "").strip("\n"):
            yield code_block(text, "output")


def pictures(shown: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield address and words of the picture in each output that has one."""
    for data in shown:
        html_of_it = data.get("text/html", "")
        read = _Shown()
        read.feed("".join(html_of_it) if isinstance(html_of_it, list) else str(html_of_it))
        if read.address:
            yield read.address, read.words


def slider_block(sliders: Sliders) -> Block:
    """Return a figure that answers its sliders."""
    return Block(sliders.figure(), _PICTURE, picture=True, sliders=sliders)


def _tables(shown: _Shown, *, numbers: bool = True) -> Iterator[Block]:
    """Divide a table that is longer than a slide; each part has the heads of the columns."""
    for row in shown.rows:
        for cell in row.cells:
            cell.text = _spoken(cell.text)
    table = templates().get_template("slides_table.html").module.table  # type: ignore[attr-defined]
    heads = [row for row in shown.rows if row.head]
    rows = [row for row in shown.rows if not row.head]
    parts = max(1, math.ceil(len(rows) / (_ROWS - len(heads))))
    for i in range(parts):
        part = rows[i * len(rows) // parts : (i + 1) * len(rows) // parts]
        made = table(heads, part, wide=shown.width > _WIDE, numbers=numbers)
        yield Block(made, 1.25 * (len(heads) + len(part)) + 0.6, width=shown.width)


def _spoken(text: str) -> str:
    """Return a whole number as people write it, where a table has it as a computer does."""
    whole = re.fullmatch(r"(-?\d{4,})\.0", text.strip())
    return f"{int(whole[1]):,}" if whole else text


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
        self.address = self.words = ""
        self.rows: list[_Row] = []
        self._inside = self._head = False

    @property
    def picture(self) -> Markup:
        """The last picture as a figure; nothing without one."""
        if not self.address:
            return Markup("")
        made = Markup('<figure><img src="{}" alt="{}"></figure>')
        return made.format(self.address, self.words)

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
        return sum(longest + 2.5 for longest in columns) / CHARACTERS

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "img" and given.get("src", "").startswith("data:image/png;base64,"):
            self.address, self.words = given["src"], given.get("alt", "")
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
