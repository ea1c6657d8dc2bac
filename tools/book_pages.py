"""All pages of the book, gathered: the source that Sphinx reads.

A page lies where its file lies in the workshop, so that links between files hold in the book. Who
gets which pages stands in `PARTS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from book_api import API, reference
from book_drawing import board_script, board_style
from book_first_page import INDEX, first_page
from book_game import GAME, game
from book_lesson import PICTURES, TABLES, Lesson, Running, write_if_changed
from book_tables import Drawn
from site_wheels import ROOT

from thousandfold.facilitation.course import find_course
from thousandfold.player.markup import script, style

BOOK = ROOT / "book"
MODELS = "models"
MARK = "<!-- holds answers -->"
"""On the first line of a page that only whoever builds the book with answers gets."""

_WHICH = re.compile(r"\.(?:wide|narrow|numbers)$")
_GUIDE = re.compile(r"facilitator/\d\d_\w+\.md")
_LINK = re.compile(r"(?<!!)\[(?P<words>[^\]]*)\]\((?P<path>[^):#\s]+)(?P<anchor>#[^)\s]*)?\)")
_UNDERLINED = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)


@dataclass(frozen=True)
class Part:
    """A part of the book, as the contents at the side show it.

    Attributes
    ----------
    title : str
        Its heading there.
    pages : tuple of str
        Files in order, with * for several.
    learners : bool
        Whether learners read it, so that it is in the EPUB. Of a part for others, the contents show
        the first page alone until somebody opens it.
    """

    title: str
    pages: tuple[str, ...]
    learners: bool = False

    def files(self, *, answers: bool) -> Iterator[str]:
        """Yield the files that are there, each once."""
        named: list[str] = []
        for pattern in self.pages:
            for path in sorted(ROOT.glob(pattern)):
                name = path.relative_to(ROOT).as_posix()
                if name not in named and (answers or not holds_answers(path)):
                    named.append(name)
        yield from named


PARTS = (
    Part("Lessons", ("notebooks/[0-9][0-9]_*.ipynb",), learners=True),
    Part(
        "To look up",
        (
            "docs/glossary.md",
            "datasets/README.md",
            "docs/robustness.md",
            "docs/accessibility.md",
            "SUPPORT.md",
            "docs/privacy.md",
        ),
        learners=True,
    ),
    Part(
        "For facilitators",
        (
            "docs/facilitating.md",
            "facilitator/README.md",
            "docs/windows-and-mac.md",
            "facilitator/run-of-show.md",
            "facilitator/room.md",
            "facilitator/presenting.md",
            "facilitator/live-room.md",
            "docs/room-over-https.md",
            "facilitator/when-things-fail.md",
            "facilitator/feedback.md",
            "facilitator/calibration.md",
            "facilitator/asking.md",
            "facilitator/does-it-work.md",
            "facilitator/[0-9][0-9]_*.md",
        ),
    ),
    Part(
        "For instructors",
        (
            "docs/instructing.md",
            "docs/grading.md",
            "docs/assistants.md",
            "facilitator/viva.md",
            "docs/grading-elsewhere.md",
            "src/boxgrader/README.md",
            "docs/grader-alone.md",
            "docs/anywhere.md",
            "hub/README.md",
            "hub/lti.md",
            "hub/kubernetes/README.md",
            "docs/grading-at-scale.md",
            "SECURITY.md",
        ),
    ),
    Part(
        "For maintainers",
        (
            "docs/maintaining.md",
            "CONTRIBUTING.md",
            "docs/architecture.md",
            "docs/why.md",
            "docs/translating.md",
            "docs/story.md",
            "CODE_OF_CONDUCT.md",
            "docs/data-archive.md",
            "CHANGELOG.md",
        ),
    ),
)


def holds_answers(path: Path) -> bool:
    """Say whether a page holds answers, of a guide for a module or by its first line."""
    if _GUIDE.fullmatch(path.relative_to(ROOT).as_posix()):
        return True
    return path.suffix == ".md" and path.read_text(encoding="utf-8").startswith(MARK)


def gather(
    source: Path,
    running: Running,
    drawn: Mapping[Path, Drawn],
    *,
    answers: bool,
    learners: bool = False,
    repository: str = "",
) -> None:
    """Write all pages into a folder, and only those that changed.

    Parameters
    ----------
    source : pathlib.Path
        The folder that Sphinx reads.
    running : Running
        How readers run a notebook.
    drawn : mapping
        What the sliders of each lesson show; nothing of a lesson whose pictures stand still.
    answers : bool
        Whether the guides, which hold answers, are pages too.
    learners : bool
        Whether the book is the learners' alone.
    repository : str
        ``owner/name`` on GitHub, for a link to Binder; none if empty.
    """
    parts = [part for part in PARTS if part.learners or not learners]
    files = {part.title: list(part.files(answers=answers)) for part in parts}
    if not learners:
        files["For maintainers"].append(f"{API}/index.md")
    files["To look up"].append(f"{MODELS}/index.md")
    pages = {Path(name).with_suffix("").as_posix() for names in files.values() for name in names}
    written = {"index.md", "conf.py"}
    doors = {files[part.title][0]: files[part.title][1:] for part in parts if not part.learners}
    for name in (name for names in files.values() for name in names):
        path = ROOT / name
        if not path.is_file():
            continue  # it is made below
        page = Path(name).with_suffix(".md").as_posix()
        if path.suffix == ".ipynb":
            front = game(source, running, drawn.get(INDEX, {})) if path.stem == GAME else ""
            text = Lesson(path, source, running, drawn.get(path, {}), front).page()
        else:
            text = linked(path, pages)
        if name in doors:
            up = "../" * name.count("/")
            text += "\n" + _toctree("", [f"{up}{_page(one)}" for one in doors[name]], hidden=True)
        write_if_changed(source / page, text)
        written.add(page)
    made = dict(model_cards())
    if not learners:
        made |= reference()
    for name, text in made.items():
        write_if_changed(source / name, text)
        written.add(name)
    first = first_page(contents(parts, files), running, repository, source, drawn.get(INDEX, {}))
    write_if_changed(source / "index.md", first)
    for path in (BOOK / "conf.py", *(BOOK / "_static").iterdir()):
        write_if_changed(source / path.relative_to(BOOK), path.read_bytes())
    of_packages = {"player.js": script(), "player.css": style()}
    of_packages |= {"board.js": board_script(), "board.css": board_style()}
    for name, text in of_packages.items():
        write_if_changed(source / "_static" / name, text)
    for left in (*source.rglob("*.md"), *source.rglob("*.py")):
        if left.relative_to(source).as_posix() not in written:
            left.unlink()
    shown = "".join(page.read_text(encoding="utf-8") for page in source.rglob("*.md"))
    for left in beside_pages(source):
        address = left.relative_to(source).as_posix().removesuffix(".js")
        if f'{_WHICH.sub("", address)}"' not in shown:
            left.unlink()


def beside_pages(folder: Path) -> Iterator[Path]:
    """Yield the pictures and tables that stand beside pages, in a source or in what was made."""
    for kind in (PICTURES, TABLES):
        yield from (path for path in sorted((folder / kind).rglob("*")) if path.is_file())


def linked(path: Path, pages: set[str]) -> str:
    """Return a file of the workshop as a page: a link leads to a page, or is no link.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    pages : set of str
        All pages, without their ending.
    """

    def mended(found: re.Match[str]) -> str:
        target = (path.parent / found["path"]).resolve()
        if not target.is_relative_to(ROOT):
            return found["words"]
        if target.relative_to(ROOT).with_suffix("").as_posix() not in pages:
            return found["words"]
        ending = found["path"].removesuffix(".ipynb").removesuffix(".md")
        return f"[{found['words']}]({ending}.md{found['anchor'] or ''})"

    text = path.read_text(encoding="utf-8").removeprefix(MARK).lstrip()
    return _LINK.sub(mended, text)


def model_cards() -> Iterator[tuple[str, str]]:
    """Yield a page of model cards for each lesson, by the lesson that first uses a model."""
    from thousandfold import models
    from thousandfold.core import Model

    course = find_course(ROOT)
    of_module: dict[str, list[str]] = {module.stem: [] for module in course.modules}
    others: list[str] = []
    used = {
        module.stem: "\n".join(
            path.read_text(encoding="utf-8") for path in (module.lesson, module.exercise) if path
        )
        for module in course.modules
    }
    for name in dir(models):
        model = getattr(models, name)
        if isinstance(model, type) and issubclass(model, Model):
            first = [stem for stem, text in used.items() if re.search(rf"\b{name}\b", text)]
            of_module.get(first[0] if first else "", others).append(_card(model.card()))
    listed = []
    for module in course.modules:
        if cards := of_module[module.stem]:
            lead = f"Of the lesson [{module.question}](../notebooks/{module.stem}.md)."
            head = f"# Models of {module.number:02}: {module.question}\n\n{lead}"
            yield f"{MODELS}/{module.stem}.md", "\n\n".join([head, *cards]) + "\n"
            listed.append(module.stem)
    if others:
        head = (
            "# Models that no lesson names\n\nThey stand behind other models, or behind a figure."
        )
        yield f"{MODELS}/others.md", "\n\n".join([head, *others]) + "\n"
        listed.append("others")
    text = (BOOK / "models.md").read_text(encoding="utf-8")
    yield f"{MODELS}/index.md", f"{text}\n{_toctree('', listed)}\n"


def _card(card: str) -> str:
    """Return a card of which what docstrings mark in their way is marked in Markdown's."""
    told = _UNDERLINED.sub(r"**\1**\n", card)
    return re.sub(r"::$", ":", told, flags=re.MULTILINE)


def contents(parts: Sequence[Part], files: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the contents at the side: learners' parts as a whole, of all others their doors."""
    numbered = {
        f"notebooks/{one.stem}": f"{one.number:02} {one.question}"
        for one in find_course(ROOT).modules
    }
    trees = []
    for part in parts:
        if part.learners and files[part.title]:
            pages = [_page(name) for name in files[part.title]]
            named = [f"{numbered[page]} <{page}>" if page in numbered else page for page in pages]
            trees.append(_toctree(part.title, named, hidden=True))
    doors = [f"{part.title} <{_page(files[part.title][0])}>" for part in parts if not part.learners]
    return [*trees, _toctree("For others", doors, hidden=True)] if doors else trees


def _page(name: str) -> str:
    return Path(name).with_suffix("").as_posix()


def _toctree(title: str, names: Sequence[str], *, hidden: bool = False) -> str:
    caption = [f":caption: {title}"] if title else []
    shown = [":hidden:"] if hidden else [":maxdepth: 1"]
    return "\n".join(["```{toctree}", *caption, *shown, "", *names, "```"])
