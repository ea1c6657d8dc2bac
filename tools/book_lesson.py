"""A lesson as a page of the book: its notebook, with what it shows, as Markdown.

Code is folded. What answers a guess is folded with the text that gives it away, until the reader
asks for it. Pictures become files, so that a page is light and loads them as they are reached.
"""

from __future__ import annotations

import ast
import base64
import html
import json
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from book_drawing import Drawing, compared, drawing_of
from book_reading import changes_code, read
from book_tables import Drawn
from book_terms import Terms
from bs4 import BeautifulSoup, Tag
from markupsafe import Markup

from thousandfold.facilitation.progress import ABOUT_YOU
from thousandfold.player.lesson import Tables
from thousandfold.player.markup import figure
from thousandfold.player.text import beside_page
from thousandfold.teaching.guesses import ANSWER, Guess, split_guesses
from thousandfold.writing import write_whole

PICTURES = "_static/pictures"
TABLES = "_static/tables"
WIDTH = 800  # as notebooks show a picture
ANSWERS_HERE = "guesses are answered and sliders move in this page"
NOT_STORED = (
    "What stands here is not stored in this copy of the lesson. Run the lesson to see it, or "
    "store it by <code>make lessons</code>."
)
OWN_NUMBERS = (
    "In the notebook, this place is for the numbers of your own company. Run the lesson to put "
    "them in; they stay on your computer."
)
SILENT = re.compile(r"You (?:made|drew) no guess this time\.")
OF_JUPYTER = ("check()", "my_guesses()")
"""Cells that say how whoever runs the lesson stands."""

NOT_FLOWN = "This cannot be told yet."  # of what a learner alone can do

_FOR = re.compile(r"<!-- for (?P<kinds>[a-z ]+) -->\n(?P<text>.*?)<!-- end -->\n", re.DOTALL)
_HEADING = re.compile(r"^#{1,6} ", re.MULTILINE)
_NOTEBOOK = re.compile(r"\[(?P<words>[^\]]+)\]\((?P<path>[\w./-]+)\.ipynb\)")
_TO_MOVE = re.compile(r"Run this cell, then move: (.*)\.")
_RUN_THIS = re.compile(r"\b[Rr]un this cell\b")


@dataclass(frozen=True)
class Running:
    """How a reader comes from a page to the notebook that runs.

    Attributes
    ----------
    lab : str
        Address of JupyterLab, seen from the first page; empty where the book stands alone.
    fields : bool
        Whether a reader can type into the page: on paper and in an EPUB there are lines.
    """

    lab: str = ""
    fields: bool = True

    def link(self, path: str, words: str, up: str = "../") -> str:
        """Return a link that opens a notebook in the browser workshop, or says where it is."""
        said = html.escape(words, quote=False)
        if not self.lab:
            return f"{said} (<code>{path}</code>)"
        tongue = in_language(path)
        read_aloud = f' lang="{tongue}" hreflang="{tongue}"' if tongue else ""
        return f'<a href="{up}{self.lab}?path={path}"{read_aloud}>{said}</a>'

    def door(self, path: str) -> Markup:
        """Return what stands above a lesson: one thing to do next, and small what is left."""
        if self.lab:
            return Markup(
                '<p class="run-this"><a class="run" href="../{lab}?path={path}">Run this lesson in '
                "your browser</a>: nothing to install. Or read on: {here}, too.</p>\n"
                '<p class="links"><a href="../files/{path}" download="">Download it</a></p>'
            ).format(lab=self.lab, path=path, here=ANSWERS_HERE)
        reading = f"Read on: {ANSWERS_HERE}." if self.fields else "Guess, then read what happened."
        return Markup(
            '<p class="run-this">{reading}</p>\n'
            '<details class="ways"><summary>Run this lesson on your computer</summary>'
            "<p><code>make lab</code> in the folder of the workshop opens JupyterLab. There, open "
            "<code>{path}</code>.</p></details>"
        ).format(reading=reading, path=path)

    def only(self, page: str) -> str:
        """Return a page without what is for other readers, between `for` and `end`."""
        kind = "site" if self.lab else "alone" if self.fields else "paper"
        return _FOR.sub(lambda found: found["text"] if kind in found["kinds"] else "", page)


@dataclass
class Lesson:
    """A lesson on its way to a page.

    Attributes
    ----------
    notebook : pathlib.Path
        The lesson.
    source : pathlib.Path
        Folder of the pages; pictures are written below it.
    running : Running
        How readers run it.
    drawn : dict
        What its sliders show, by the name of their cell; empty where nothing moves, as on paper.
    front : str
        What the book says below its title before it begins, in place of the door.
    """

    notebook: Path
    source: Path
    running: Running
    drawn: Drawn = field(default_factory=dict)
    front: str = ""
    _boards: list[Drawing] = field(default_factory=list, init=False)

    @property
    def path(self) -> str:
        """Where the notebook is in the workshop."""
        return f"notebooks/{self.notebook.name}"

    def page(self) -> str:
        """Return the page in Markdown, and write its pictures."""
        cells = json.loads(self.notebook.read_text(encoding="utf-8"))["cells"]
        parts: list[str] = []
        terms = Terms(self.notebook.stem)
        folded = False
        for place, cell in enumerate(cells):
            text = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                told, rest = _up_to_heading(text) if folded else ("", text)
                if folded:
                    parts += [self._markdown(told, terms), _raw("</details>")]
                parts.append(self._markdown(rest, terms, before_guess=_asks(cells[place + 1 :])))
            else:
                if folded:
                    parts.append(_raw("</details>"))
                parts += self._code(cell, text)
            folded = cell["cell_type"] == "code" and _answers(cell, text)
        if folded:
            parts.append(_raw("</details>"))
        if self.front:
            title, _, rest = parts[0].partition("\n")
            parts[:1] = [title, self.front, rest]
        else:
            parts.insert(1, _raw(self.running.door(self.path)))
        return "\n\n".join(part for part in parts if part.strip()) + "\n"

    def _markdown(self, text: str, terms: Terms, *, before_guess: bool = False) -> str:
        told = read(self.notebook.stem, text, before_guess=before_guess)
        if changes_code(told):
            change = self.running.link(self.path, "run the lesson")
            told += "\n\n" + _raw(f'<p class="own">To change what its code says, {change}.</p>')
        return _NOTEBOOK.sub(self._linked, terms.linked(told))

    def _linked(self, found: re.Match[str]) -> str:
        path = found["path"]
        if "/" not in path:
            return f"[{found['words']}]({path}.md)"
        return self.running.link(f"{path.removeprefix('../')}.ipynb", found["words"])

    def _code(self, cell: dict[str, Any], text: str) -> Iterator[str]:
        tags = cell["metadata"].get("tags", ())
        asked = [part for part in split_guesses(text.splitlines()) if isinstance(part, Guess)]
        if ABOUT_YOU in tags:
            if "where_was_i" not in text:
                yield _raw(f'<p class="own">{OWN_NUMBERS}</p>')
        elif asked:
            yield _raw("\n".join(map(self._asked, asked)))
        elif not _only_imports(text) and text.strip() not in OF_JUPYTER:
            shown = "\n".join(self._shown(cell))
            if self.running.fields and (drawing := drawing_of(text)):
                self._boards.append(drawing)
                shown = drawing.page(shown)
            if _answers(cell, text):
                yield _raw(f'<details class="answer">\n{_summary(cell)}\n{shown}')
            else:
                yield _raw(shown or f'<p class="not-stored">{NOT_STORED}</p>')
            yield _raw('<details class="code"><summary>Code</summary>')
            yield f"~~~python\n{text}\n~~~"
            yield _raw("</details>")

    def _asked(self, guess: Guess) -> str:
        question = html.escape(guess.question)
        if not self.running.fields:
            return f'<p class="guess">{question} ________</p>'
        return (
            f'<p class="guess"><label for="{guess.name}">{question}</label> '
            f'<input id="{guess.name}" type="text" autocomplete="off" size="16" /></p>'
        )

    def _shown(self, cell: dict[str, Any]) -> Iterator[str]:
        for number, output in enumerate(cell["outputs"]):
            if output["output_type"] == "stream":
                yield f"<pre>{html.escape(''.join(output['text']))}</pre>"
            elif "text/html" in output.get("data", {}):
                shown = BeautifulSoup("".join(output["data"]["text/html"]), "html.parser")
                if ANSWER in output["data"]:
                    _compared(shown, output["data"][ANSWER])
                for drawing in self._boards:
                    if drawing.answered_by("".join(cell["source"])):
                        compared(shown, drawing)
                for picture in shown.find_all("img"):
                    self._figure(shown, picture, cell["id"], number)
                for table in shown.find_all("table"):
                    table.wrap(_region(shown))
                for words in shown.find_all("p"):
                    if _RUN_THIS.search(words.get_text()) or words.get_text() == NOT_FLOWN:
                        words.decompose()
                    elif "data-guess" not in words.attrs and SILENT.search(words.get_text()):
                        words.string = SILENT.sub("", words.get_text()).strip()
                yield str(shown)
            else:
                yield f'<p class="not-stored">{NOT_STORED}</p>'

    def _figure(self, shown: BeautifulSoup, picture: Tag, cell: str, number: int) -> None:
        """Put a picture into a file and a figure, with its sentence where eyes can read it."""
        sentence = str(picture["alt"])
        data = base64.b64decode(str(picture["src"]).partition("base64,")[2])
        wide, high = struct.unpack(">II", data[16:24])
        file = f"{PICTURES}/{self.notebook.stem}/{cell}-{number}.png"
        write_if_changed(self.source / file, data)
        picture["src"] = f"../{file}"
        del picture["style"]
        picture.attrs |= {"width": str(WIDTH), "height": str(round(WIDTH * high / wide))}
        picture["loading"] = "lazy"
        for words in shown.find_all("p"):
            if words.get("aria-live"):  # the caption says it
                words.decompose()
        tables = self.drawn.get(cell)
        moved = next((p for p in shown.find_all("p") if _TO_MOVE.match(p.get_text())), None)
        if isinstance(tables, dict):
            if moved is not None:
                moved.decompose()
            picture.replace_with(BeautifulSoup(self._player(cell, tables, picture), "html.parser"))
            return
        figure = shown.new_tag("figure")
        picture.wrap(figure)
        # Read once: the picture says it to whoever does not see, the line below to whoever does.
        caption = shown.new_tag("figcaption", attrs={"aria-hidden": "true"})
        caption.string = sentence
        figure.append(caption)
        if moved is not None:
            to_move = _TO_MOVE.sub(r"Run the lesson to move: \1.", moved.get_text())
            why, _, _ = (tables or "").partition(":")  # what follows is for whoever writes lessons
            still = f" Here they stand where the lesson begins: {why}." if why else ""
            moved.string = to_move + still
            moved["class"] = "to-move"
            figure.append(moved.extract())

    def _player(self, cell: str, tables: Tables, still: Tag) -> str:
        """Return a figure with sliders, and write what they show beside the page."""
        beside = f"{TABLES}/{self.notebook.stem}/{cell}"
        for width, table in tables.items():
            write_if_changed(self.source / f"{beside}.{width}.js", beside_page(table))
        picture = Markup(str(still))  # noqa: S704 - of ours
        return figure(cell, tables, picture, beside=f"../{beside}")


def in_language(path: str) -> str:
    """Return in which language a notebook is, by the letters of that; empty for English."""
    found = re.match(r"translations/(\w+)/", path)
    return found[1] if found else ""


def write_if_changed(file: Path, content: str | bytes) -> None:
    """Write a file, unless it holds this already: what did not change is not built again."""
    data = content.encode("utf-8") if isinstance(content, str) else content
    if not file.is_file() or file.read_bytes() != data:
        write_whole(file, data)


def _raw(shown: str) -> str:
    return f"~~~~{{raw}} html\n{shown}\n~~~~"


def _answers(cell: dict[str, Any], text: str) -> bool:
    return bool(re.search(r"\banswer\(", text)) and bool(cell["outputs"])


def _asks(following: list[dict[str, Any]]) -> bool:
    text = "".join(following[0]["source"]) if following else ""
    return any(isinstance(part, Guess) for part in split_guesses(text.splitlines()))


def _up_to_heading(text: str) -> tuple[str, str]:
    """Divide a text before its first heading: what is folded cannot hold a part of a page."""
    heading = _HEADING.search(text)
    place = heading.start() if heading else len(text)
    return text[:place].rstrip(), text[place:]


def _only_imports(text: str) -> bool:
    try:
        return all(isinstance(line, ast.Import | ast.ImportFrom) for line in ast.parse(text).body)
    except SyntaxError:
        return False


def _summary(cell: dict[str, Any]) -> str:
    answers = (output.get("data", {}).get(ANSWER) for output in cell["outputs"])
    question = next((str(one["question"]) for one in answers if one), "")
    told = f": <span>{html.escape(question)}</span>" if question else ""
    return f"<summary>See what happened{told}</summary>"


def _compared(shown: BeautifulSoup, answer: dict[str, Any]) -> None:
    """Let the page say beside a guess what happened; without scripts the answer alone stands."""
    words = shown.find("p")
    if not isinstance(words, Tag):
        return
    stored = words.get_text()
    words.clear()
    strong = shown.new_tag("strong")
    strong.string = SILENT.sub("", stored).strip()
    words.append(strong)
    words["class"] = "answered"
    words["data-guess"] = json.dumps(
        {key: answer[key] for key in ("name", "question", "happened", "unit")}
    )


def _region(shown: BeautifulSoup) -> Tag:
    """Return what a table moves sideways in on a phone, also by keyboard."""
    region = {"class": "wide", "role": "group", "aria-label": "Table", "tabindex": "0"}
    return shown.new_tag("div", attrs=region)
