"""Bring a module into another language, as `make translate` does.

Translators write `translations/LANGUAGE/*.po`: `package.po` for what all lessons say, and one for
each module. From these come what the package speaks (`language/LANGUAGE.json`), and the lesson and
the exercise of each module beside them. A sentence that is new, or whose English has changed, is
marked in its catalogue, and said in English until somebody has looked at it.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable
from functools import cache
from itertools import takewhile
from pathlib import Path
from string import Formatter

import nbformat
from babel import Locale
from babel.localedata import locale_identifiers
from babel.messages import Catalog
from babel.messages import Message as BabelMessage
from babel.messages.pofile import read_po, write_po
from lessons import run
from messages import (
    ROOT,
    Message,
    commented,
    notebooks,
    of_module,
    of_package,
    rewritten,
    with_examples,
)
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum
from other_languages import with_line, without_line

from thousandfold.errors import ExplainedError
from thousandfold.language import IN_ENGLISH
from thousandfold.writing import write_whole

TRANSLATIONS = ROOT / "translations"
SPOKEN = ROOT / "src" / "thousandfold" / "language"
PACKAGE = "package"
LANGUAGE = "language"
"""The cell of a translated notebook that says in which language it is."""

_EXAMPLES = "06_communication"  # the lesson that shows how what the package says is said
_LISTED = 10
_BEFORE = "English before: "
_NOT_CLOSED = "a brace of which the other is missing"
_STEM = re.compile(r"\d\d(?:_[a-z0-9]+)+", re.ASCII)
_LINK = re.compile(r"\]\(([^)#\s]+\.ipynb)")
_HEAD = """\
{notes}
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""


def modules(language: str) -> list[str]:
    """Return the modules that are translated into a language."""
    found = (TRANSLATIONS / language).glob("[0-9]*.po")
    return sorted(path.stem for path in found)


def spoken_languages() -> list[str]:
    """Return the languages that there are catalogues of."""
    return sorted(path.parent.name for path in TRANSLATIONS.glob(f"*/{PACKAGE}.po"))


def catalogue_path(language: str, name: str) -> Path:
    """Return the catalogue of a module, or that of the package."""
    return TRANSLATIONS / language / f"{name}.po"


@cache
def wanted(name: str) -> list[Message]:
    """Return the messages of a catalogue, each once."""
    everywhere = {message.one: message for message in reversed(list(of_package()))}
    if name == PACKAGE:
        return [with_examples(message, _EXAMPLES) for message in list(everywhere.values())[::-1]]
    found: dict[str, Message] = {}
    for message in of_module(name):
        if message.one not in everywhere:
            known = found.setdefault(message.one, message)
            if message.spoken and not known.spoken:
                found[message.one] = message
    return [with_examples(message, name) for message in found.values()]


def updated(language: str, name: str) -> Catalog:
    """Return a catalogue with all messages that are wanted now.

    What changed is marked as fuzzy, beside what its English was. What is wanted no more is kept as
    obsolete, and comes back with its English. What another module has translated is taken from it.
    """
    path = catalogue_path(language, name)
    catalogue = read(path) if path.exists() else Catalog(locale=language)
    for old in catalogue.obsolete.values():
        catalogue.add(old.id, old.string, user_comments=old.user_comments)
    catalogue.obsolete.clear()
    template = Catalog(locale=language, fuzzy=False)
    for message in wanted(name):
        identity = (message.one, message.many) if message.many else message.one
        flags = ["python-brace-format"] if places(message.one) else []
        comments = [*filter(None, (message.where, message.heard))]
        template.add(identity, auto_comments=comments, flags=flags)
    catalogue.update(template, update_creation_date=False)
    elsewhere = {} if name == PACKAGE else _translated_elsewhere(language, name)
    for entry in catalogue:
        _remember_english(entry)
        if isinstance(entry.id, str) and not entry.string and entry.id in elsewhere:
            entry.string = elsewhere[entry.id][0]
    return catalogue


def read(path: Path) -> Catalog:
    """Return a catalogue as it lies there."""
    return read_po(io.BytesIO(path.read_bytes()), locale=path.parent.name)


def _translated_elsewhere(language: str, name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for other in modules(language):
        if other != name:
            found |= translations(read(catalogue_path(language, other)))
    return found


def _remember_english(message: BabelMessage) -> None:
    comments = message.user_comments
    own = list(takewhile(lambda line: not line.startswith(_BEFORE), comments))
    if message.previous_id:
        comments = [*own, _BEFORE + " ".join(message.previous_id[0].split())]
    message.user_comments = comments if message.fuzzy else own


def written(catalogue: Catalog, language: str, name: str) -> str:
    """Return the file of a catalogue; the lines that translators wrote at its top stay."""
    path = catalogue_path(language, name)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    kept = list(takewhile(lambda line: line.startswith("#"), before.splitlines()))
    said = "the package says in all lessons" if name == PACKAGE else f"module {name} says"
    notes = "\n".join(kept) or f"# What {said}, in the language {language}."
    head = _HEAD.format(notes=notes, language=language, plural=catalogue.plural_forms)
    body = io.BytesIO()
    write_po(
        body,
        catalogue,
        width=100,
        no_location=True,
        omit_header=True,
    )
    return head + body.getvalue().decode("utf-8").strip() + "\n"


def places(text: str) -> set[tuple[str, str]]:
    """Return the places of a message, by name, each with how a number in it is written."""
    try:
        return {
            (f"{name}!{how}" if how else name, spec or "")
            for _, name, spec, how in Formatter().parse(text)
            if name is not None
        }
    except ValueError:
        return {(_NOT_CLOSED, "")}


def translations(catalogue: Catalog) -> dict[str, list[str]]:
    """Return what is translated, by the English sentence: all forms of it."""
    found: dict[str, list[str]] = {}
    for message in catalogue:
        one = message.id if isinstance(message.id, str) else message.id[0]
        forms = message.string if isinstance(message.string, list | tuple) else [message.string]
        if one and not message.fuzzy and all(forms):
            found[one] = [str(form) for form in forms]
    return found


def refuse_other_places(language: str, name: str) -> None:
    """Refuse a catalogue in which a translation lost a place, or has one of its own.

    Raises
    ------
    ExplainedError
        If one has; a lesson that says it would stop.
    """
    for one, forms in translations(updated(language, name)).items():
        for form in forms:
            if places(form) != places(one):
                raise ExplainedError(
                    f"{language}/{name}.po translates {one!r} as {form!r}: what stands in braces "
                    "has to stay, letter by letter. Nothing was written; mend it and try again"
                )


def open_messages(catalogue: Catalog) -> list[str]:
    """Return what has no translation yet, or one whose English has changed."""
    done = translations(catalogue)
    ids = (m.id if isinstance(m.id, str) else m.id[0] for m in catalogue if m.id)
    return [text for text in ids if text not in done]


def spoken(language: str) -> str:
    """Return what the package reads: all that running code says, of all modules.

    Raises
    ------
    ExplainedError
        If two modules say the same sentence in two ways.
    """
    found: dict[str, list[str]] = {}
    catalogue = Catalog(locale=language)
    for name in (PACKAGE, *modules(language)):
        catalogue = read(catalogue_path(language, name))
        done = translations(catalogue)
        for message in wanted(name):
            if message.spoken and message.one in done:
                forms = found.setdefault(message.one, done[message.one])
                if forms != done[message.one]:
                    raise ExplainedError(
                        f"{message.one!r} is said by several modules: {forms[0]!r} in one "
                        f"catalogue, and {done[message.one][0]!r} in {name}.po. Choose one for all"
                    )
    content = {"plural": catalogue.plural_expr, "messages": dict(sorted(found.items()))}
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def translator(language: str, stem: str) -> Callable[[str], str]:
    """Return what gives the translation of a paragraph, or the paragraph itself."""
    found: dict[str, list[str]] = {}
    for name in (PACKAGE, stem):
        found |= translations(read(catalogue_path(language, name)))
    return lambda text: found.get(text, [text])[0]


def in_language(path: Path, language: str, stem: str, to: Path) -> NotebookNode:
    """Return a notebook in another language: its text and its comments; the code is the same.

    Parameters
    ----------
    path : Path
        The notebook in English.
    language, stem : str
    to : Path
        Where it will lie: links to what is not translated lead to the English.
    """
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    say = translator(language, stem)
    first = next(cell for cell in notebook.cells if cell.cell_type == "code")
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            text = rewritten(cell.source if number else without_line(cell.source), say)
            cell.source = _LINK.sub(lambda found: f"]({_target(found[1], path, to)}", text)
        elif cell.cell_type == "code":
            cell.source = commented(cell.source, say)
    # A cell of its own: all others stay the same, so a grader sees that nothing was changed.
    asked = nbformat.v4.new_code_cell(f'from thousandfold import speak\n\nspeak("{language}")')
    asked.id, asked.metadata = LANGUAGE, {"slideshow": {"slide_type": "skip"}}
    notebook.cells.insert(notebook.cells.index(first), asked)
    if path == notebooks(stem)[0]:
        notebook.cells[0].source = with_line(notebook.cells[0].source, ways(stem, to))
    return notebook


def ways(stem: str, lesson: Path) -> list[tuple[str, str]]:
    """Return how each other language is called that a lesson is there in, and the way to it."""
    others = [("en", notebooks(stem)[0])]
    others += [
        (language, lesson_place(language, stem))
        for language in spoken_languages()
        if stem in modules(language)
    ]
    return [
        (_named(language), Path(os.path.relpath(place, lesson.parent)).as_posix())
        for language, place in others
        if place != lesson
    ]


def _named(language: str) -> str:
    """Return what a language calls itself: as its translators say it, or else as others know."""
    if language == "en":
        return IN_ENGLISH
    done = translations(read(catalogue_path(language, PACKAGE)))
    return done.get(IN_ENGLISH, [str(Locale.parse(language).display_name)])[0]


def lead_from_english(stem: str) -> Path | None:
    """Let the English lesson lead to the others; return it if it did not yet."""
    path = notebooks(stem)[0]
    lesson: NotebookNode = nbformat.read(path, as_version=4)
    told = with_line(lesson.cells[0].source, ways(stem, path))
    if told == lesson.cells[0].source:
        return None
    lesson.cells[0].source = told
    write_whole(path, nbformat.writes(lesson) + "\n")
    return path


def _target(link: str, path: Path, to: Path) -> str:
    here, english = to.parent / link, path.parent / link
    if here.resolve().exists() or here.stem in modules(to.relative_to(TRANSLATIONS).parts[0]):
        return link
    return Path(os.path.relpath(english.resolve(), to.parent)).as_posix()


def lesson_place(language: str, stem: str) -> Path:
    """Return where the lesson of a module lies in another language."""
    return TRANSLATIONS / language / "notebooks" / f"{stem}.ipynb"


def exercise_place(language: str, stem: str) -> Path:
    """Return where its exercise lies, as learners get it."""
    return TRANSLATIONS / language / "exercises" / stem / f"{stem}.ipynb"


def make_lesson(language: str, stem: str) -> Path:
    """Write the lesson of a module in another language, and what its cells show."""
    place = lesson_place(language, stem)
    notebook = in_language(notebooks(stem)[0], language, stem, place)
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(f"part-{place.name}")
    try:
        nbformat.write(notebook, part)
        run(part)
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)
    return place


def make_exercise(language: str, stem: str) -> Path:
    """Write the exercise of a module in another language, from what learners get in English."""
    place = exercise_place(language, stem)
    notebook = in_language(notebooks(stem)[1], language, stem, place)
    for cell in notebook.cells:
        graded = cell.metadata.get("nbgrader", {})
        if "checksum" in graded:  # by which nbgrader knows a memo that nobody has written
            graded["checksum"] = compute_checksum(cell)
    place.parent.mkdir(parents=True, exist_ok=True)
    write_whole(place, nbformat.writes(notebook) + "\n")
    return place


def translate(language: str, stem: str) -> Iterable[str]:
    """Bring catalogues and notebooks of a module up to date; yield what was done and is open."""
    for name in (PACKAGE, stem):
        refuse_other_places(language, name)
    for name in (PACKAGE, stem):
        catalogue = updated(language, name)
        path = catalogue_path(language, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, written(catalogue, language, name))
        waiting = open_messages(catalogue)
        yield f"{path.relative_to(ROOT)}: {len(catalogue)} messages, {len(waiting)} open"
        for text in waiting[:_LISTED]:
            message = catalogue.get(text)
            yield f"  {'changed' if message and message.fuzzy else 'open'}: {text[:90]}"
        if len(waiting) > _LISTED:
            yield f"  and {len(waiting) - _LISTED} more"
    write_whole(SPOKEN / f"{language}.json", spoken(language))
    # The others lead to this one now, or share a sentence with it.
    made = [(language, each) for each in modules(language)]
    made += [(each, stem) for each in spoken_languages() if stem in modules(each)]
    for tongue, each in dict.fromkeys([(language, stem), *made]):
        if (tongue, each) == (language, stem) or not is_current(tongue, each):
            yield f"{make_lesson(tongue, each).relative_to(ROOT)}"
            if notebooks(each)[1].exists():
                yield f"{make_exercise(tongue, each).relative_to(ROOT)}"
    if (led := lead_from_english(stem)) is not None:
        yield f"{led.relative_to(ROOT)}"


def is_current(language: str, stem: str) -> bool:
    """Say whether the words of a module's lesson are those of its catalogue."""
    place = lesson_place(language, stem)
    if not place.exists():
        return False
    stored: NotebookNode = nbformat.read(place, as_version=4)
    made = in_language(notebooks(stem)[0], language, stem, place)
    return [cell.source for cell in stored.cells] == [cell.source for cell in made.cells]


def main() -> int:
    """Translate a module, or say in a sentence why it cannot be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("language", help="such as de")
    parser.add_argument("stem", help="such as 06_communication")
    asked = parser.parse_args()
    try:
        if not re.fullmatch(r"[a-z]{2,3}", asked.language):
            raise ExplainedError(
                f"a language is two or three letters, such as INTO=de, not {asked.language!r}"
            )
        if asked.language not in locale_identifiers():
            raise ExplainedError(f"no language is known by the letters {asked.language}")
        if not (_STEM.fullmatch(asked.stem) and notebooks(asked.stem)[0].exists()):
            raise ExplainedError(
                f"there is no module {asked.stem!r}: name a lesson of notebooks/, such as "
                "MODULE=06_communication"
            )
        for line in translate(asked.language, asked.stem):
            print(line)
    except ExplainedError as error:
        print(f"translate: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
