"""The first page of the book: one guess, one slider, and how to start.

What it says of lessons, minutes and formats is read from the notebooks and the plans, and what it
says of Ferry from the flight simulator: nothing of it is written twice.
"""

from __future__ import annotations

import base64
import html
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Template
from typing import Any

import said_once
from book_lesson import PICTURES, Running, in_language, write_if_changed
from book_tables import Drawn
from markupsafe import Markup
from site_wheels import ROOT, SiteError

from thousandfold.facilitation.course import Course, Module, find_course
from thousandfold.facilitation.run_of_show import anchor
from thousandfold.facilitation.schedule import formats, plan
from thousandfold.flight.engine import GOAL, Flight
from thousandfold.flight.first_hire import first_hire_told
from thousandfold.language import IN_ENGLISH, read
from thousandfold.player.lesson import CodeCell
from thousandfold.player.markup import figure

INDEX = ROOT / "book" / "index.md"
TRY = CodeCell("first-hire", "", "flight.first_hire:first_hire")
WHOLE = 6
"""The lesson that a reader is shown who wants to see a whole one."""

_COUNTED = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def first_page(
    trees: list[str], running: Running, repository: str, source: Path, drawn: Drawn
) -> str:
    """Return the first page, and write its picture.

    Parameters
    ----------
    trees : list of str
        The contents of the book, as Sphinx wants them.
    running : Running
        How readers run a notebook.
    repository : str
        ``owner/name`` on GitHub, for a link to Binder; none if empty.
    source : pathlib.Path
        Folder of the pages.
    drawn : dict
        What `TRY` gives; without it the picture stands still.
    """
    course = find_course(ROOT)
    told = first_hire_told()
    whole = course.modules[WHOLE]
    page = Template(INDEX.read_text(encoding="utf-8")).substitute(
        told["told"],
        **ferry(),
        field=_field(_question(told["told"]), running),
        answered=_answered(told["told"]),
        picture=picture(source, drawn, running),
        start_link=running.link(
            course.modules[0].lesson.relative_to(ROOT).as_posix(), "Start here", ""
        ),
        whole=f"[{whole.question}](notebooks/{whole.stem}.md)",
        lessons=in_words(len(course.modules)),
        usual=Counter(module.minutes for module in course.modules).most_common(1)[0][0],
        hours=f"{sum(module.minutes for module in course.modules) / 60:.0f}",
        made_by=said_once.first_page(said_once.read()),
        formats=_formats(course, running),
        modules="\n".join(_module(module, running) for module in course.modules),
        binder=_binder(repository),
        contents="\n\n".join(trees),
    )
    return running.only(page)


def ferry() -> dict[str, str]:
    """Return what Ferry has before anybody decides, as pages say it."""
    start = Flight().start()
    return {
        "customers": f"{float(start['customers']):,.0f}",
        "people": in_words(int(start["experienced"] + start["new"])),
        "millions": in_words(round(float(start["cash"]) / 1e6)),
        "goal": f"{GOAL:,.0f}",
    }


def in_words(number: int) -> str:
    """Return a small number as a word."""
    return _COUNTED[number] if 0 <= number < len(_COUNTED) else f"{number}"


def _question(told: dict[str, Any]) -> str:
    return (
        f"With {told['best']} hired, Ferry has {told['most']} customers after six years. "
        f"How many with {told['start']}?"
    )


def _field(asked: str, running: Running) -> str:
    question = html.escape(asked)
    if not running.fields:
        return f'<p class="guess">{question} ________</p>'
    return (
        f'<p class="guess"><label for="{TRY.name}-guess">{question}</label> '
        f'<input id="{TRY.name}-guess" type="text" inputmode="numeric" autocomplete="off" '
        'size="12" /></p>'
    )


def _answered(told: dict[str, Any]) -> str:
    said = {"name": f"{TRY.name}-guess", "question": _question(told)}
    said |= {"happened": told["happened"], "unit": "customers"}
    guess = html.escape(json.dumps(said), quote=True)
    was = f"It was {told['happened']:,} customers."
    return f'<p class="answered" data-guess="{guess}"><strong>{was}</strong></p>'


def picture(source: Path, drawn: Drawn, running: Running, up: str = "") -> Markup:
    """Return the picture of the first decision, with its slider, and write its file.

    Parameters
    ----------
    source : pathlib.Path
        Folder of the pages.
    drawn : dict
        What `TRY` gives; without it the picture stands still.
    running : Running
        How readers run a notebook: on paper nothing moves.
    up : str
        The way from the page to the first one.
    """
    still, tables = first_hire_told()["still"], drawn.get(TRY.name)
    file = f"{PICTURES}/{TRY.name}.png"
    write_if_changed(source / file, base64.b64decode(still["png"]))
    # Lazy: it is seen after a guess, and a page with scripts then draws its own.
    image = Markup(
        '<img class="thousandfold-picture" src="{}" alt="{}" width="{}" height="{}" '
        'loading="lazy" />'
    ).format(up + file, still["title"], still["width"], still["height"])
    if isinstance(tables, dict) and running.fields:
        return figure(TRY.name, tables, image)
    return Markup("<figure>{}<figcaption>{}</figcaption></figure>").format(image, still["sentence"])


def _formats(course: Course, running: Running) -> str:
    listed = []
    for name in formats():
        shown = plan(course, name)
        lengths = [session.end - session.begin for session in shown.sessions]
        each = f", {lengths[0] / 60:g} hours each" if len(lengths) > 1 else ""
        title = shown.title
        if running.fields:  # an EPUB is the learners'
            title = f"[{title}](facilitator/run-of-show.md#{anchor(title)})"
        listed.append(f"{title}{each}\n: {shown.fits[0].upper()}{shown.fits[1:]}.\n")
    return "\n".join(listed)


def _module(module: Module, running: Running) -> str:
    lesson = f"notebooks/{module.stem}"
    minutes = f"{module.minutes} minutes"
    if module.exercise:
        minutes += f": lesson {module.lesson_minutes}, exercise {module.exercise_minutes}"
    title = f"{module.number:02} [{module.question}]({lesson}.md)"
    others = " ".join(_in_other_languages(module.stem, running)) if running.lab else ""
    lines = [title, f": {module.promise} *{minutes}.* {others}".rstrip()]
    if running.lab:
        links = [_links(f"{lesson}.ipynb", "lesson", module, running)]
        if module.exercise:
            path = f"exercises/{module.stem}/{module.stem}.ipynb"
            links.append(_links(path, "exercise", module, running))
        fold = Markup(
            '<details class="ways"><summary>Run or download'
            '<span class="unseen">: {}</span></summary>{}</details>'
        ).format(module.question, Markup("").join(links))
        lines += ["", "  ~~~{raw} html", f"  {fold}", "  ~~~"]
    return "\n".join([*lines, ""])


def _in_other_languages(stem: str, running: Running) -> Iterator[str]:
    for path in sorted(ROOT.glob(f"translations/*/notebooks/{stem}.ipynb")):
        name = path.relative_to(ROOT).as_posix()
        called = read(in_language(name)).messages.get(IN_ENGLISH, [in_language(name)])[0]
        yield running.link(name, called, "")


def _links(path: str, what: str, module: Module, running: Running) -> Markup:
    told = Markup('<span class="unseen"> of {}</span>').format(module.question)
    return Markup(
        '<p class="links"><a class="run" href="{lab}?path={path}">Run the {what}{told}</a> '
        '<a href="files/{path}" download="">Download the {what}{told}</a></p>'
    ).format(lab=running.lab, path=path, what=what, told=told)


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
