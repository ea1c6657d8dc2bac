"""What is to be translated: the sentences of notebooks, and those that the package says.

A message is a whole sentence or paragraph in English. Of a notebook these are its paragraphs, the
comments in its code and what its tests say; of the package, what is given to `say`. An exercise is
read as learners get it, so that no catalogue holds an answer.
"""

from __future__ import annotations

import ast
import io
import json
import re
import textwrap
import tokenize
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from other_languages import without_line
from shown import bundle, shown

from thousandfold.facilitation.progress import ABOUT_YOU
from thousandfold.language import IN_ENGLISH, MARKS, Catalogue, speaking
from thousandfold.teaching.hint_ladder import EVERYWHERE, ladders
from thousandfold.teaching.typed import ONES

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "thousandfold"

_BEGINNING = re.compile(r"(#+ |- |\d+\. )?(.*)", re.DOTALL)
_LETTER = re.compile(r"[^\W\d_]")
_WIDTH = 96
_EXAMPLE = 120  # letters of one
_SPANS = ("minute", "hour", "day", "week", "month", "quarter", "year")
STUBS = ("Write your answer here.", "*Write here.*")
"""What an exercise has where learners write: in code, and in a memo."""

LOOKED_UP = [*ONES[:13], *_SPANS, *(f"{span}s" for span in _SPANS), "per cent", "points"]
"""What code looks up by a name that it makes: numbers in words, and units of time."""


@dataclass(frozen=True)
class Message:
    """One sentence or paragraph.

    Attributes
    ----------
    one : str
        In English.
    many : str
        The same for more than one thing; empty where nothing is counted.
    where : str
        For whoever translates: the cell or the file that says it.
    spoken : bool
        Whether a running notebook says it, or it stands in the text of one.
    heard : str
        Which cell of a lesson says it first, and how, with something in its places.
    """

    one: str
    many: str = ""
    where: str = ""
    spoken: bool = True
    heard: str = ""


def of_notebook(notebook: NotebookNode, named: str) -> Iterator[Message]:
    """Yield the messages of a notebook, in its order."""
    for number, cell in enumerate(notebook.cells):
        texts: list[str] = []
        if cell.cell_type == "markdown":
            rewritten(cell.source if number else without_line(cell.source), _kept_in(texts))
        elif cell.cell_type == "code":
            commented(cell.source, _kept_in(texts))
            texts += said_in_cell(cell.source)
        where = f"{named}, cell {cell.id}"
        yield from (Message(text, "", where, cell.cell_type == "code") for text in texts)


def _kept_in(texts: list[str]) -> Callable[[str], str]:
    """Return what says nothing anew, and keeps what it was given."""

    def keep(text: str) -> str:
        texts.append(text)
        return text

    return keep


def rewritten(source: str, say: Callable[[str], str]) -> str:
    """Return Markdown with each paragraph, heading, entry of a list and cell of a table anew."""
    return "\n".join(_block(block, say) for block in _blocks(source))


def _blocks(source: str) -> Iterator[str]:
    """Yield what is one paragraph, line of a list, heading, row of a table, or an empty line."""
    block: list[str] = []
    for line in source.split("\n"):
        alone = not line.strip() or line in STUBS or line.startswith(("|", "#"))
        if block and (alone or line.startswith("- ")):
            yield "\n".join(block)
            block = []
        if alone:
            yield line
        else:
            block.append(line)
    if block:
        yield "\n".join(block)


def _block(block: str, say: Callable[[str], str]) -> str:
    if not _LETTER.search(block):
        return block
    if block.startswith("|"):
        cells = (cell.strip() for cell in block.strip().strip("|").split("|"))
        return f"| {' | '.join(say(cell) if _LETTER.search(cell) else cell for cell in cells)} |"
    beginning, text = _BEGINNING.fullmatch(block).groups("")  # type: ignore[union-attr]
    return f"{beginning}{say(' '.join(text.split()))}"


def commented(source: str, say: Callable[[str], str]) -> str:
    """Return code with each comment said anew; lines of comments below each other are one."""
    lines = source.split("\n")
    written: list[str] = []
    block: list[str] = []
    places = dict(_comments(source))
    for number, line in enumerate(lines):
        at = places.get(number)
        alone = at is not None and not line[:at].strip()
        if block and not alone:
            written += _anew(block, say)
            block = []
        if alone:
            block.append(line)
        elif at is None:
            written.append(line)
        else:
            written.append(f"{line[:at]}# {say(line[at:].lstrip('# '))}")
    return "\n".join([*written, *_anew(block, say)])


def _comments(source: str) -> Iterator[tuple[int, int]]:
    """Yield line and column of each comment."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0] - 1, token.start[1]


def _anew(block: list[str], say: Callable[[str], str]) -> list[str]:
    if not block:
        return []
    before = block[0][: block[0].index("#")]
    text = " ".join(line.strip().lstrip("# ") for line in block)
    said = say(text)
    if said == text:
        return block
    return textwrap.wrap(
        said, _WIDTH, initial_indent=f"{before}# ", subsequent_indent=f"{before}# "
    )


def said_in_cell(source: str) -> Iterator[str]:
    """Yield what the code of a cell has said for it: hints, units, names in tables."""
    try:
        nodes = list(ast.walk(ast.parse(source)))
    except SyntaxError:  # a line for IPython alone
        return
    for node in nodes:
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        given = {keyword.arg or "": keyword.value for keyword in node.keywords}
        said = [given.get("unit")]
        if called == "checks.refuted":
            said += node.args[1:2]
        elif called == "checks.say":
            said += node.args[:1]
        for value in said:
            if isinstance(value, ast.Constant) and _LETTER.search(str(value.value)):
                yield str(value.value)
        if called == "show":
            yield from (name.replace("_", " ") for name in given if name not in ("", "unit"))


def of_file(path: Path) -> Iterator[Message]:
    """Yield what a file of the package says."""
    where = path.relative_to(ROOT / "src").as_posix()
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    speaks = any(
        isinstance(node, ast.ImportFrom)
        and node.module == "thousandfold.language"
        and {"say", "say_many"} & {alias.name for alias in node.names}
        for node in nodes
    )
    for node in nodes:
        if isinstance(node, ast.AnnAssign) and _called(node.value) == "quantity":
            yield Message(ast.unparse(node.target).replace("_", " "), where=where)
        if not isinstance(node, ast.Call):
            continue
        called = _called(node)
        texts = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args]
        said = [text for text in texts if isinstance(text, str)]
        if called in ("say", "say_many") and not speaks:
            continue  # another one
        if called == "say_many":
            yield Message(said[0], said[1], where)
        elif called in ("say", "Keypoint") and said:
            yield Message(said[0], where=where)
        elif called in ("quantity", "_asked") and len(said) > 1:
            unit, meaning = said[:2]
            yield Message(meaning, where=where)
            yield Message(unit, where=where)
            if unit.startswith("share"):
                yield Message(f"%{unit.removeprefix('share')}", where=where)


def _called(node: ast.AST | None) -> str:
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def of_package() -> Iterator[Message]:
    """Yield what the package says in every lesson: what belongs to one module comes with it."""
    yield Message(MARKS, where="how a number is written: with which marks")
    yield Message(IN_ENGLISH, where="how your language calls itself: it leads to its lessons")
    yield from (
        Message(word, where="a word that is put together with others") for word in LOOKED_UP
    )
    yield from (Message(stub, where="exercise, where learners write") for stub in STUBS)
    yield from _of_ladders(EVERYWHERE)
    of_one = ("models", "keypoints", "flight")
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] not in of_one or path.name == "base.py":
            yield from of_file(path)


def _of_ladders(stem: str) -> Iterator[Message]:
    """Yield the hints for the answers of an exercise."""
    for ladder in ladders().get(stem, ()):
        where = f"exercise, a hint for {' and '.join(ladder.names)}"
        for text in (ladder.part, ladder.look, ladder.think, ladder.step):
            yield Message(text, where=where)


def of_module(stem: str) -> Iterator[Message]:
    """Yield what a module says: its lesson and exercise, their models, and its keypoints."""
    lesson, exercise = notebooks(stem)
    yield from of_notebook(nbformat.read(lesson, as_version=4), "lesson")
    if exercise.exists():
        yield from of_notebook(nbformat.read(exercise, as_version=4), "exercise")
        slips = json.loads((PACKAGE / "teaching/named_slips" / f"{stem}.json").read_text("utf-8"))
        for name, said in slips.items():
            yield from (Message(text, where=f"exercise, a wrong {name}") for _, text in said)
        yield from _of_ladders(stem)
    for path in _files(stem):
        yield from of_file(path)
    yield from labels(stem)


@dataclass(frozen=True, eq=False)
class _Listening(Catalogue):
    """English, and what each message was when it was said first: with something in its places."""

    heard: dict[str, str] = field(default_factory=dict)
    _last: list[str] = field(default_factory=list)

    def form(self, message: str, count: float) -> str | None:
        self.heard.setdefault(message, "")
        self._last[:] = [message]
        return super().form(message, count)

    def filled(self, form: str, named: Mapping[str, object]) -> str:
        text = super().filled(form, named)
        for message in self._last:
            self.heard[message] = self.heard[message] or text
        return text


@cache
def _listened(stem: str) -> tuple[list[str], dict[str, str]]:
    """Run a lesson; return what it asked for, and by message which cell says it first, and how."""
    listening = _Listening({})
    first: dict[str, str] = {}
    lesson: NotebookNode = nbformat.read(notebooks(stem)[0], as_version=4)
    # What these cells say hangs on the folder of whoever runs them.
    about_you = {cell.id for cell in lesson.cells if ABOUT_YOU in cell.metadata.get("tags", ())}
    with speaking(listening):
        for cell, _, value in shown(lesson):
            bundle(value)
            heard = {} if cell in about_you else listening.heard
            for message, text in heard.items():
                said = f": {textwrap.shorten(text, _EXAMPLE, placeholder=' …')}" if text else ""
                first.setdefault(message, f"first in the lesson, cell {cell}{said}")
            listening.heard.clear()
    return list(listening.unsaid), first


def labels(stem: str) -> list[Message]:
    """Return what else the running lesson asks for: headings and names in tables of its data."""
    unsaid, _ = _listened(stem)
    return [Message(text, where="lesson, in a table") for text in unsaid if _is_label(text)]


def with_examples(message: Message, stem: str) -> Message:
    """Return a message with what a lesson says of it, where code says it and not a cell."""
    told = "" if "lesson" in message.where else _listened(stem)[1].get(message.one, "")
    return replace(message, heard=told)


def _is_label(text: str) -> bool:
    return bool(_LETTER.search(text)) and "{" not in text


def notebooks(stem: str) -> tuple[Path, Path]:
    """Return the lesson and the exercise of a module, as learners get them."""
    return ROOT / "notebooks" / f"{stem}.ipynb", ROOT / "exercises" / stem / f"{stem}.ipynb"


def _files(stem: str) -> list[Path]:
    """Return the files of models and keypoints that speak in a module."""
    from module import models_of

    waiting = [PACKAGE / "keypoints" / f"{stem.partition('_')[2]}.py", *models_of(stem)]
    found: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path in found or not path.exists():
            continue
        found.add(path)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith(
                "thousandfold.models."
            ):
                waiting.append(PACKAGE / "models" / f"{str(node.module).rpartition('.')[2]}.py")
    return sorted(found)
