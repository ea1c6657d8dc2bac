"""All pages of the book, gathered: the source that Sphinx reads.

A page lies where its file lies in the workshop, so that links between files hold in the book. Who
gets which pages stands in `PARTS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from book_api import API, reference
from book_lesson import PICTURES, TABLES, Lesson, Running, write_if_changed
from book_tables import Drawn
from site_wheels import ROOT, SiteError

from thousandfold.facilitation.course import Module, find_course
from thousandfold.player.markup import script, style

BOOK = ROOT / "book"
MODELS = "models"
MARK = "<!-- holds answers -->"
"""On the first line of a page that only whoever builds the book with answers gets."""

_WIDTH = re.compile(r"\.(?:wide|narrow)$")
_GUIDE = re.compile(r"facilitator/\d\d_\w+\.md")
_LINK = re.compile(r"(?<!!)\[(?P<words>[^\]]*)\]\((?P<path>[^):#\s]+)(?P<anchor>#[^)\s]*)?\)")
_UNDERLINED = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)
_FOR = re.compile(r"<!-- for (?P<kinds>[a-z ]+) -->\n(?P<text>.*?)<!-- end -->\n", re.DOTALL)


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
        Whether learners read it, so that it is in the EPUB.
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
        ("docs/glossary.md", "datasets/README.md", "docs/robustness.md", "docs/accessibility.md"),
        learners=True,
    ),
    Part(
        "For facilitators",
        (
            "docs/facilitating.md",
            "facilitator/README.md",
            "facilitator/run-of-show.md",
            "facilitator/room.md",
            "facilitator/presenting.md",
            "facilitator/live-room.md",
            "docs/room-over-https.md",
            "facilitator/when-things-fail.md",
            "facilitator/feedback.md",
            "facilitator/[0-9][0-9]_*.md",
        ),
    ),
    Part(
        "For instructors",
        (
            "docs/instructing.md",
            "docs/grading.md",
            "src/boxgrader/README.md",
            "hub/README.md",
            "docs/grading-at-scale.md",
            "SECURITY.md",
        ),
    ),
    Part(
        "For maintainers",
        (
            "docs/architecture.md",
            "docs/why.md",
            "CONTRIBUTING.md",
            "docs/story.md",
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
    pages = {Path(name).with_suffix("").as_posix() for names in files.values() for name in names}
    written = {"index.md", "conf.py"}
    for name in (name for names in files.values() for name in names):
        path = ROOT / name
        page = Path(name).with_suffix(".md").as_posix()
        if path.suffix == ".ipynb":
            text = Lesson(path, source, running, drawn.get(path, {})).page()
        else:
            text = linked(path, pages)
        write_if_changed(source / page, text)
        written.add(page)
    made = dict(model_cards())
    if not learners:
        made |= reference()
        files["For maintainers"].append(f"{API}/index.md")
    for name, text in made.items():
        write_if_changed(source / name, text)
        written.add(name)
    files["To look up"].append(f"{MODELS}/index.md")
    write_if_changed(source / "index.md", first_page(files, running, repository))
    for path in (BOOK / "conf.py", *(BOOK / "_static").iterdir()):
        write_if_changed(source / path.relative_to(BOOK), path.read_bytes())
    write_if_changed(source / "_static" / "player.js", script())
    write_if_changed(source / "_static" / "player.css", style())
    for left in (*source.rglob("*.md"), *source.rglob("*.py")):
        if left.relative_to(source).as_posix() not in written:
            left.unlink()
    shown = "".join(page.read_text(encoding="utf-8") for page in source.rglob("*.md"))
    for left in beside_pages(source):
        address = left.relative_to(source).as_posix().removesuffix(".js")
        if f'{_WIDTH.sub("", address)}"' not in shown:
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


def first_page(files: dict[str, list[str]], running: Running, repository: str) -> str:
    """Return the first page, with the modules and the contents."""
    course = find_course(ROOT)
    template = Template((BOOK / "index.md").read_text(encoding="utf-8"))
    start = running.link(course.modules[0].lesson.relative_to(ROOT).as_posix(), "Start here", "")
    numbered = {
        f"notebooks/{one.stem}": f"{one.number:02} {one.question}" for one in course.modules
    }
    trees = []
    for title, names in files.items():
        pages = [Path(name).with_suffix("").as_posix() for name in names]
        named = [f"{numbered[page]} <{page}>" if page in numbered else page for page in pages]
        trees += [_toctree(title, named)] if named else []
    page = template.substitute(
        start=start,
        minutes=sum(module.minutes for module in course.modules),
        modules="\n".join(_module(module, running) for module in course.modules),
        binder=_binder(repository),
        contents="\n\n".join(trees),
    )
    kind = "site" if running.lab else "alone" if running.fields else "paper"
    return _FOR.sub(lambda found: found["text"] if kind in found["kinds"] else "", page)


def _toctree(title: str, names: list[str]) -> str:
    caption = [f":caption: {title}"] if title else []
    shown = [":hidden:"] if title else [":maxdepth: 1"]
    return "\n".join(["```{toctree}", *caption, *shown, "", *names, "```"])


def _module(module: Module, running: Running) -> str:
    lesson = f"notebooks/{module.stem}"
    minutes = f"{module.minutes} minutes"
    if module.exercise:
        minutes += f": lesson {module.lesson_minutes}, exercise {module.exercise_minutes}"
    lines = [f"### {module.number:02} [{module.question}]({lesson}.md)", "", f"{minutes}."]
    if running.lab:
        links = [_links(f"{lesson}.ipynb", "lesson", module.question, running)]
        if module.exercise:
            path = f"exercises/{module.stem}/{module.stem}.ipynb"
            links.append(_links(path, "exercise", module.question, running))
        lines += ["", "~~~{raw} html", *links, "~~~"]
    return "\n".join([*lines, ""])


def _links(path: str, what: str, question: str, running: Running) -> str:
    told = f'<span class="unseen"> of {question}</span>'
    opened = f'<a class="run" href="{running.lab}?path={path}">Run the {what}{told}</a>'
    kept = f'<a href="files/{path}" download="">Download the {what}{told}</a>'
    return f'<p class="links">{opened} {kept}</p>'


def _binder(repository: str) -> str:
    if not repository:
        return ""
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        raise SiteError(f"{repository!r} is not owner/name of a repository on GitHub")
    first = find_course(ROOT).modules[0].stem
    address = f"https://mybinder.org/v2/gh/{repository}/HEAD?labpath=notebooks%2F{first}.ipynb"
    return (
        f"[Open on Binder]({address}): a computer of others, for an hour or two. It can take ten "
        "minutes to start, and it keeps nothing: download your work before you leave."
    )
