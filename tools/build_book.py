"""Build the book, as `make book` does: the whole workshop to read, without Jupyter or a network.

Writes pages and an EPUB to `dist/book`. Only what changed since the last time is built again.
With `--answers` the guides for facilitators are in it, which tell what people should find.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import ends_together
from book_first_page import INDEX, TRY
from book_lesson import Running
from book_pages import beside_pages, gather
from book_tables import drawn
from one_at_a_time import alone
from site_wheels import ROOT, SiteError

from thousandfold.errors import ExplainedError

OUTPUT = ROOT / "dist" / "book"
CACHE = ROOT / "build" / "book"
LAB = "lab/index.html"
EPUB = "thousandfold.epub"
PAGES, WITH_ANSWERS = "pages", "pages-with-answers"
UNFINISHED = "unfinished"
_WORK = "work-"
_OWN = ".buildinfo"  # Sphinx leaves it in what it made


def book(
    target: Path, *, lab: str = "", answers: bool = False, repository: str = "", cache: Path = CACHE
) -> None:
    """Build the book into a folder that is new or empty.

    Parameters
    ----------
    target : Path
        The folder.
    lab : str
        Where JupyterLab is, seen from the first page; empty where the book stands alone.
    answers : bool
        Whether it holds the guides for facilitators, with their answers.
    repository : str
        ``owner/name`` on GitHub, for a link to Binder; by default there is none.
    cache : Path
        Where pages are kept that need not be built again.

    Raises
    ------
    SiteError
        If Sphinx cannot build it, or has anything to warn of.
    """
    with alone(cache):
        _book(target, lab, repository, cache, answers=answers)


def _book(target: Path, lab: str, repository: str, cache: Path, *, answers: bool) -> None:
    # Alone and in a site it differs in few pages: what was made for one, the other need not make.
    pages, paper = cache / (WITH_ANSWERS if answers else PAGES), cache / "epub"
    lessons = sorted(ROOT.glob("notebooks/[0-9][0-9]_*.ipynb"))
    moving = drawn(lessons, cache / "tables", {INDEX: (TRY,)})
    gather(pages / "source", Running(lab), moving, answers=answers, repository=repository)
    gather(
        paper / "source",
        Running(fields=False),
        {INDEX: moving[INDEX]},
        answers=False,
        learners=True,
    )
    sphinx("html", pages)
    sphinx("epub", paper)
    # Sphinx keeps notes there, and makes a folder for sources that nobody asked for.
    its_own = shutil.ignore_patterns("_sources", ".buildinfo.bak")
    shutil.copytree(pages / "made", target, dirs_exist_ok=True, ignore=its_own)
    shutil.copy2(paper / "made" / EPUB, target)


def sphinx(builder: str, folder: Path) -> None:
    """Run Sphinx on the source in a folder; a warning is an error.

    Raises
    ------
    SiteError
        If it fails; its own words say where.
    """
    made, unfinished = folder / "made", folder / UNFINISHED
    if unfinished.exists():  # it was stopped or failed: some of its pages are half a page
        shutil.rmtree(made, ignore_errors=True)
        shutil.rmtree(folder / "doctrees", ignore_errors=True)
    unfinished.touch()
    command = [sys.executable, "-m", "sphinx", "-b", builder, "-W", "--keep-going", "-q"]
    command += ["-j", "auto", "-d", str(folder / "doctrees"), str(folder / "source"), str(made)]
    done = ends_together.run(command, env={**os.environ, "PYTHONHASHSEED": "0"})
    if done.returncode:
        raise SiteError(f"Sphinx cannot build the book:\n{done.stderr.strip()[-3000:]}")
    unfinished.unlink()
    # A page that is gone stays in what was made before.
    for page in made.rglob("*.html") if builder == "html" else ():
        source = folder / "source" / page.relative_to(made).with_suffix(".md")
        if page.name not in ("search.html", "genindex.html") and not source.is_file():
            page.unlink()
    for left in beside_pages(made):
        if not (folder / "source" / left.relative_to(made)).is_file():
            left.unlink()


def build(output: Path, *, answers: bool = False, cache: Path = CACHE) -> None:
    """Build the book and put it in place of the one before, whole or not at all.

    Raises
    ------
    SiteError
        If it cannot be built; the book before then still stands.
    """
    if output.exists() and any(output.iterdir()) and not (output / _OWN).is_file():
        raise SiteError(f"{output} holds other files; name a folder that is new or empty")
    with alone(cache):
        for left in cache.glob(f"{_WORK}*"):  # of a build that was killed
            shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix=_WORK, dir=cache) as temporary:
            made = Path(temporary) / "book"
            _book(made, "", "", cache, answers=answers)
            replace_folder(output, made)


def replace_folder(output: Path, made: Path) -> None:
    """Put a folder in place of the one before."""
    output.parent.mkdir(parents=True, exist_ok=True)
    old = output.with_name(f"{output.name}.old.part")
    shutil.rmtree(old, ignore_errors=True)
    if output.exists():
        output.replace(old)
    shutil.move(made, output)
    shutil.rmtree(old, ignore_errors=True)


def main(arguments: list[str] | None = None) -> int:
    """Build the book and say what came out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--output", type=Path, default=OUTPUT, help="default: dist/book")
    parser.add_argument("--answers", action="store_true", help="with the guides for facilitators")
    options = parser.parse_args(arguments)
    started = time.perf_counter()
    try:
        build(options.output, answers=options.answers)
    except (SiteError, ExplainedError, OSError) as error:
        print(f"the book was not built: {error}", file=sys.stderr)
        return 1
    pages = len(list(options.output.rglob("*.html")))
    print(f"{options.output}: {pages} pages in {time.perf_counter() - started:.0f} s.")
    print(f"To read it, open {options.output / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
