"""Lessons in other languages: complete, up to date, and the same in all that is no word."""

from __future__ import annotations

import ast
import html
import json
import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
import translate
from conftest import ROOT, WAITS, pytest_terminal_summary
from course import answered, release, samples, source
from messages import LOOKED_UP, STUBS, commented, notebooks, rewritten
from nbformat import NotebookNode
from only_in_solutions import secret_lines, told_in
from other_languages import with_line, without_line
from patience import patience
from shown import bundle, shown

from boxgrader import Settings, mark, plan
from boxgrader.box import bench
from thousandfold import ExplainedError
from thousandfold.drawing import frame
from thousandfold.language import (
    IN_ENGLISH,
    MARKS,
    Catalogue,
    digits,
    english,
    languages,
    read,
    say,
    say_many,
    speak,
    speaking,
)
from thousandfold.models import BrooksLaw, Squads
from thousandfold.picture import Picture

LANGUAGES = translate.spoken_languages()
MODULES = [(language, stem) for language in LANGUAGES for stem in translate.modules(language)]
CATALOGUES = [*MODULES, *((language, translate.PACKAGE) for language in LANGUAGES)]
REMEDY = "`make translate INTO={} MODULE={}` writes it anew"

module = pytest.mark.parametrize(("language", "stem"), MODULES)
catalogue = pytest.mark.parametrize(("language", "name"), CATALOGUES)


def test_a_sentence_without_a_translation_is_said_in_english_and_noticed() -> None:
    few = Catalogue({"{n} pairs": ["{n} Paare"]})
    with speaking(few):
        assert say("{n} pairs", n=4950.5) == "4950.5 Paare"
        assert say("{n} paths", n=3) == "3 paths"
        assert say("It costs {1}") == "It costs {1}"
    assert list(few.unsaid) == ["{n} paths", "It costs {1}"]
    assert say("{n} pairs", n=3) == "3 pairs"


def test_numbers_have_the_marks_of_the_language() -> None:
    with speaking(Catalogue({"1,234.5": ["1.234,5"], "at {n:,.1f}": ["bei {n:,.1f}"]})):
        assert digits("4,950.5") == "4.950,5"
        assert say("at {n:,.1f}", n=4950.5) == "bei 4.950,5"
        assert BrooksLaw().picture("won").notes[1].words.startswith("here: ")
    assert digits("4,950.5") == "4,950.5"


def test_a_language_may_have_any_forms_of_a_number() -> None:
    forms = {"{n} path": ["{n} droga", "{n} drogi", "{n} dróg"]}
    polish = "n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2"
    with speaking(Catalogue(forms, polish)):
        said = [say_many("{n} path", "{n} paths", n, n=n) for n in (1, 3, 5, 1.5)]
    assert said == ["1 droga", "3 drogi", "5 dróg", "1.5 drogi"]


def test_what_is_read_and_not_said_is_read_in_english() -> None:
    with speaking(Catalogue({"how many days?": ["wie viele Tage?"]})):
        assert english("Wie viele Tage?") == "how many days?"
        assert english("and else?") == "and else?"


def test_a_language_that_is_not_there_is_refused_in_a_sentence() -> None:
    with pytest.raises(ExplainedError, match="there is no language 'xx'; there are en, "):
        speak("xx")
    assert languages() == LANGUAGES


@catalogue
def test_a_catalogue_has_all_that_is_said_and_nothing_else(language: str, name: str) -> None:
    stem = name if name != translate.PACKAGE else translate.modules(language)[0]
    found = translate.catalogue_path(language, name).read_text(encoding="utf-8")
    wanted = translate.written(translate.updated(language, name), language, name)
    assert found == wanted, REMEDY.format(language, stem)


def waiting(language: str, name: str) -> str:
    """Return what of a catalogue is said in English until somebody translates it, if anything."""
    found = translate.open_messages(translate.updated(language, name))
    first = "; ".join(text[:60] for text in found[:3])
    said = f"{language}/{name}.po {WAITS}: {len(found)} are said in English, as {first}"
    return said if found else ""


def only_if_complete(language: str, stem: str) -> None:
    """Skip what can only be asked of a module that is wholly translated."""
    if said := waiting(language, stem) or waiting(language, translate.PACKAGE):
        pytest.skip(said)


@catalogue
def test_nothing_waits_for_a_translator(language: str, name: str) -> None:
    """Whoever changes English need not know the language: the sentence is said in English."""
    if "THOUSANDFOLD_ALL" not in os.environ:
        only_if_complete(language, name)
    assert not waiting(language, name)


def test_what_waits_is_said_at_the_end_of_the_tests_once_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    waits = f"Skipped: de/package.po {WAITS}: 2 are said in English, as In English"
    reasons = [waits, "Skipped: no git on PATH", waits]
    skipped = [SimpleNamespace(longrepr=("test_a.py", 1, reason)) for reason in reasons]
    skipped.append(SimpleNamespace(longrepr="no reason"))
    told = SimpleNamespace(stats={"skipped": skipped}, write_line=print)
    pytest_terminal_summary(told)
    pytest_terminal_summary(SimpleNamespace(stats={}, write_line=print))
    assert capsys.readouterr().out == waits.removeprefix("Skipped: ") + "\n"


@catalogue
def test_a_translation_has_the_places_and_the_links_of_its_sentence(
    language: str, name: str
) -> None:
    link = re.compile(r"\]\([^)]*\)")
    for one, forms in translate.translations(translate.updated(language, name)).items():
        for form in forms:
            assert translate.places(form) == translate.places(one), one
            assert sorted(link.findall(form)) == sorted(link.findall(one)), one
            assert form[:1].isspace() == one[:1].isspace(), one


@pytest.mark.parametrize(
    "form",
    ["{} a", "{0} a", "{n.real} a", "{n!r} a", "{n:%Y} a", "{n[0]} a", "{n} {", "{n} }", "a"],
)
def test_a_place_that_is_not_that_of_the_sentence_is_seen(form: str) -> None:
    assert translate.places(form) != translate.places("{n} pairs")


def test_a_translation_with_other_places_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "06_communication"
    for one in (translate.PACKAGE, name):
        text = translate.catalogue_path("de", one).read_text(encoding="utf-8")
        (tmp_path / "de").mkdir(exist_ok=True)
        (tmp_path / "de" / f"{one}.po").write_text(text.replace("bei {power:", "bei {kraft:"))
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.po")}
    monkeypatch.setattr(translate, "TRANSLATIONS", tmp_path)
    monkeypatch.setattr(translate, "SPOKEN", tmp_path / "spoken")
    monkeypatch.setattr("sys.argv", ["translate", "de", name])
    assert translate.main() == 1
    said = capsys.readouterr().err
    assert f"{name}.po" in said
    assert "kippt bei {kraft:.1f}" in said
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("plural", ["((n==1) ? 0 : (n>=2 && n<=4) ? 1 : 2)"])  # of Czech
def test_the_forms_of_a_number_are_read_as_they_are_written(
    plural: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translate.Catalog, "plural_expr", plural)
    written = json.loads(translate.spoken("de"))["plural"]
    with speaking(Catalogue({"{n} day": ["{n} den", "{n} dny", "{n} dní"]}, written)):
        said = [say_many("{n} day", "{n} days", n, n=n) for n in (1, 3, 5)]
    assert said == ["1 den", "3 dny", "5 dní"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_package_reads_is_made_from_the_catalogues(language: str) -> None:
    found = (translate.SPOKEN / f"{language}.json").read_text(encoding="utf-8")
    assert found == translate.spoken(language), REMEDY.format(language, "…")


def pairs(language: str, stem: str) -> Iterator[tuple[NotebookNode, NotebookNode, NotebookNode]]:
    """Yield lesson and exercise: in English, as stored in the language, and as made now."""
    lesson, exercise = notebooks(stem)
    for path, place in (
        (lesson, translate.lesson_place(language, stem)),
        (exercise, translate.exercise_place(language, stem)),
    ):
        if not path.exists():  # a module may have no exercise
            continue
        made = translate.in_language(path, language, stem, place)
        yield nbformat.read(path, as_version=4), nbformat.read(place, as_version=4), made


@module
def test_lesson_and_exercise_are_made_from_the_english_ones(language: str, stem: str) -> None:
    for _, stored, made in pairs(language, stem):
        remedy = REMEDY.format(language, stem)
        assert [cell.source for cell in stored.cells] == [c.source for c in made.cells], remedy


@module
def test_only_words_differ(language: str, stem: str) -> None:
    for original, stored, _ in pairs(language, stem):
        [asked] = [cell for cell in stored.cells if cell.id == translate.LANGUAGE]
        assert asked.source == f'from thousandfold import speak\n\nspeak("{language}")'
        stored.cells.remove(asked)
        assert [cell.id for cell in original.cells] == [cell.id for cell in stored.cells]
        for one, other in zip(original.cells, stored.cells, strict=True):
            for cell in (one, other):
                cell.metadata.get("nbgrader", {}).pop("checksum", None)
            assert one.metadata == other.metadata
            if one.cell_type == "code":
                code = ast.dump(ast.parse(one.source))
                assert code == ast.dump(ast.parse(other.source)), one.id


@module
def test_a_link_leads_to_a_notebook(language: str, stem: str) -> None:
    places = (translate.lesson_place(language, stem), translate.exercise_place(language, stem))
    for place in filter(Path.exists, places):
        cells = nbformat.read(place, as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        for target in re.findall(r"\]\(([^)#]+\.ipynb)\)", text):
            assert (place.parent / target).is_file(), target


@module
def test_a_lesson_leads_to_other_languages_and_back(language: str, stem: str) -> None:
    english, theirs = notebooks(stem)[0], translate.lesson_place(language, stem)
    for one, other, named in (
        (english, theirs, read(language).messages[IN_ENGLISH][0]),
        (theirs, english, IN_ENGLISH),
    ):
        last = nbformat.read(one, as_version=4).cells[0].source.split("\n\n")[-1]
        ways = re.findall(r"\[([^\]]*)\]\(([^)]*)\)", last)
        found = {(one.parent / way).resolve(): called for called, way in ways}
        assert found[other] == named, f"`make translate INTO={language} MODULE={stem}` leads there"
        assert one not in found


def test_a_lesson_without_another_language_has_no_such_line() -> None:
    translated = {stem for _, stem in MODULES}
    for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")):
        first = nbformat.read(path, as_version=4).cells[0].source
        assert (first != without_line(first)) == (path.stem in translated), path.name


def test_the_line_to_other_languages_is_written_once_and_taken_away() -> None:
    text = "# Title\n\nSee [the exercise](../exercises/06_a/06_a.ipynb)."
    ways = [
        ("Auf Deutsch", "../translations/de/notebooks/06_a.ipynb"),
        ("En français", "../translations/fr/notebooks/06_a.ipynb"),
    ]
    told = with_line(text, ways)
    assert told == (
        f"{text}\n[Auf Deutsch](../translations/de/notebooks/06_a.ipynb) · "
        "[En français](../translations/fr/notebooks/06_a.ipynb)"
    )
    assert with_line(told, ways[:1]) == f"{text}\n[{ways[0][0]}]({ways[0][1]})"
    assert with_line(told, []) == without_line(told) == text


def test_a_translator_reads_where_a_sentence_is_said_first_and_how() -> None:
    found = {message.one: message for message in translate.wanted("06_communication")}
    [turns] = [message for one, message in found.items() if one == "turns at {power:.1f}"]
    assert re.fullmatch(r"first in the lesson, cell [a-z-]+: turns at \d\.\d", turns.heard)
    together = {m.one: m for m in translate.wanted(translate.PACKAGE)}["{before}; {after}"]
    assert together.heard.startswith("first in the lesson, cell room: each of the 10 dots")
    own = [m for m in found.values() if re.search(r"cell (own|where)\b", m.heard)]
    assert own == [], "it hangs on the folder of whoever runs it"


@cache
def marked(stem: str) -> Catalogue:
    """Return a language in which each sentence is the English one between two marks."""
    wanted = [*translate.wanted(translate.PACKAGE), *translate.wanted(stem)]
    return Catalogue(
        {m.one: [f"⟦{m.one}⟧", f"⟦{m.many or m.one}⟧"] for m in wanted if m.one != "1,234.5"}
    )


def unmarked(text: str) -> str:
    """Return the letters of a text that no catalogue gave."""
    before = ""
    while before != text:
        before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", "", text)
    return re.sub(r"my_guess\w*|[^⟦⟧\w]|[\d_]", "", text)


def words_of(value: Any) -> Iterator[str]:
    """Yield the words of a picture as plain data: all but names of kinds and colours."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name not in ("kind", "colour"):
                yield from words_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from words_of(inner)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words of all pictures that are drawn."""
    found: list[str] = []
    update: Callable[[Any, Picture], None] = frame.Drawing.update

    def listening(drawing: Any, picture: Picture) -> None:
        found.extend(words_of(picture.data()))
        update(drawing, picture)

    monkeypatch.setattr(frame.Drawing, "update", listening)
    return found


def visible(value: Any) -> Iterator[str]:
    """Yield what somebody sees or hears of a result: words, alternatives of pictures, sliders."""
    page = bundle(value).get("text/html", "")
    yield from (html.unescape(words) for words in re.findall(r'alt="([^"]*)"', page))
    yield html.unescape(re.sub(r"<[^>]*>", " ", page))
    for widget in getattr(getattr(value, "widget", None), "children", ()):
        yield f"{getattr(widget, 'description', '')} {getattr(widget, 'tooltip', '') or ''}"


@module
def test_all_that_a_lesson_shows_is_in_a_catalogue(
    language: str, stem: str, drawn: list[str]
) -> None:
    only_if_complete(language, stem)
    lesson = nbformat.read(notebooks(stem)[0], as_version=4)
    seen = []
    with speaking(marked(stem)):
        for cell in lesson.cells:
            if cell.cell_type == "markdown":
                seen.append((cell.id, rewritten(without_line(cell.source), say)))
        for name, printed, value in shown(lesson):
            seen += [(name, text) for text in [printed, *visible(value)]]
    seen += [("picture", words) for words in drawn]
    assert drawn
    assert [(name, text) for name, text in seen if unmarked(text)] == []


@pytest.mark.parametrize(
    "model",
    [
        Squads(people=2, squad=2),
        Squads(people=20, squad=3, liaisons=3),
        Squads(people=120, squad=120),
        Squads(people=12, squad=6),
        BrooksLaw(hired=1),
        BrooksLaw(talk_power=0, talk=0),
    ],
    ids=str,
)
def test_so_is_all_that_a_moved_slider_shows(model: Any) -> None:
    with speaking(marked("06_communication")):
        for name in model.pictures() if isinstance(model, Squads) else ("won",):
            words = list(words_of(model.picture(name).data()))
            assert [text for text in words if unmarked(text)] == []


@module
def test_no_word_of_english_is_left_in_what_is_stored(language: str, stem: str) -> None:
    only_if_complete(language, stem)
    telling = re.compile(r"\b(?:the|of|and|with|people|who|is|are|you|your)\b")
    # What JupyterLab, and a kernel whose first cell was not run, say in English.
    quoted = re.compile(r"`[^`]*`|\*is not known yet\*|\*Kernel → [^*]*\*")
    for _, stored, _ in pairs(language, stem):
        for cell in stored.cells:
            said = [cell.source] if cell.cell_type == "markdown" else []
            said += [o.text for o in cell.get("outputs", []) if o.output_type == "stream"]
            said += [
                re.sub(r'src="[^"]*"|<[^>]*>', " ", o.data.get(kind, ""))
                for o in cell.get("outputs", [])
                if "data" in o
                for kind in ("text/html", "text/plain")
            ]
            for text in said:
                assert telling.findall(quoted.sub("", text)) == [], f"{cell.id}: {text[:200]}"


@pytest.fixture(scope="module", autouse=True)
def benches() -> Iterator[None]:
    yield
    bench.close_all()


@module
def test_the_exercise_gives_the_same_points_for_the_same_answers(
    language: str, stem: str, boxes: None
) -> None:
    if not translate.exercise_place(language, stem).exists():
        pytest.skip(f"{stem} has no exercise")
    settings = Settings(timeout=patience(60))
    planned = plan(source(stem), settings=settings)
    for sample in [one for one in samples(stem) if one.loses][:2]:
        given = nbformat.read(translate.exercise_place(language, stem), as_version=4)
        theirs = mark(answered(given, stem, sample), planned, settings=settings)
        ours = mark(answered(release(stem), stem, sample), planned, settings=settings)
        assert theirs.points == ours.points
        assert theirs.reasons == ours.reasons
        assert sum(theirs.points.values()) < sum(planned.points.values())
        changed = answered(release(stem), stem, sample)
        imports = next(cell for cell in changed.cells if cell.cell_type == "code")
        imports.source += "\nchecks = checks"
        reasons = mark(changed, planned, settings=settings).reasons
        assert any("uses checks, which the learner has changed" in one.text for one in reasons)


def test_comments_of_several_lines_are_one_message() -> None:
    code = "a = 1  # one\n# two\n# and three\nb = 2\n# four"
    found: list[str] = []

    def turned(text: str) -> str:
        found.append(text)
        return text.upper()

    assert commented(code, turned) == ("a = 1  # ONE\n# TWO AND THREE\nb = 2\n# FOUR")
    assert found == ["one", "two and three", "four"]


def test_a_page_is_taken_apart_and_put_together() -> None:
    page = (
        "# Title\n\nOne line\nand another.\n\n- first\n  of two\n- second\n\n| a | 2 |\n|---|---|"
    )
    assert (
        rewritten(page, lambda text: text)
        .replace("One line and", "One line\nand")
        .replace("first of", "first\n  of")
        == page
    )


def test_words_that_are_looked_up_are_in_every_catalogue() -> None:
    wanted = {message.one for message in translate.wanted(translate.PACKAGE)}
    assert {*LOOKED_UP, *STUBS, MARKS} <= wanted


def test_no_catalogue_holds_an_answer() -> None:
    secret = secret_lines()
    kinds = ("*/*.po", "*/notebooks/*.ipynb", "*/exercises/*/*.ipynb")
    made = [path for kind in kinds for path in translate.TRANSLATIONS.glob(kind)]
    assert len(made) > 3
    for path in [*made, *translate.SPOKEN.glob("*.json")]:
        assert told_in(path.read_text(encoding="utf-8"), secret) == set(), path.name


def test_the_page_says_what_a_module_costs() -> None:
    page = (ROOT / "docs" / "translating.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?:once|module 06).*\| ([\d,]+) \| ([\d,]+) \|$", page, re.MULTILINE)
    said = [int(number.replace(",", "")) for row in rows for number in row]
    package, module = translate.wanted(translate.PACKAGE), translate.wanted("06_communication")
    of = [next((part for part in ("lesson", "exercise") if part in m.where), "") for m in module]
    parts = [
        [m for m, its in zip(module, of, strict=True) if its == part]
        for part in ("lesson", "exercise", "")
    ]
    for count, found in zip(said[::2], [package, *parts], strict=True):
        assert count == pytest.approx(len(found), rel=0.1)
    for count, found in zip(said[1::2], [package, *parts], strict=True):
        assert count == pytest.approx(sum(len(m.one.split()) for m in found), rel=0.1)


def test_a_changed_sentence_is_marked_and_said_in_english(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = "Everybody can talk with all others."
    other = "Everybody may talk with all others."
    monkeypatch.setattr(translate, "TRANSLATIONS", tmp_path)
    (tmp_path / "de").mkdir()
    path = translate.catalogue_path("de", "some")
    for sentence, german in ((one, "Alle können mit allen reden."), (other, "")):
        monkeypatch.setattr(translate, "wanted", lambda _, text=sentence: [translate.Message(text)])
        for _ in range(2):  # made again, it is the same
            changed = translate.updated("de", "some")
            if german:
                changed[sentence].string = german
            path.write_text(translate.written(changed, "de", "some"), encoding="utf-8")
            assert translate.written(translate.updated("de", "some"), "de", "some") == (
                path.read_text(encoding="utf-8")
            )
    assert translate.open_messages(changed) == [other]
    assert translate.translations(changed) == {}
    assert changed[other].string == "Alle können mit allen reden."


def catalogue_of(
    sentences: dict[str, str], name: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> str:
    """Bring a catalogue up to date with these sentences, say what is given, and return its file."""
    monkeypatch.setattr(translate, "TRANSLATIONS", folder)
    messages = [translate.Message(text) for text in sentences]
    monkeypatch.setattr(translate, "wanted", lambda _: messages)
    (folder / "de").mkdir(exist_ok=True)
    catalogue = translate.updated("de", name)
    for sentence, german in sentences.items():
        if german:
            catalogue[sentence].string = german
    text = translate.written(catalogue, "de", name)
    translate.catalogue_path("de", name).write_text(text, encoding="utf-8")
    return text


def test_a_sentence_that_is_wanted_no_more_is_kept_and_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for sentences in ({"One line.": "Eine Zeile."}, {"Something else altogether": ""}):
        text = catalogue_of(sentences, "06_some", tmp_path, monkeypatch)
    assert '#~ msgstr "Eine Zeile."' in text
    text = catalogue_of({"One line.": ""}, "06_some", tmp_path, monkeypatch)
    assert 'msgid "One line."\nmsgstr "Eine Zeile."' in text


def test_a_changed_sentence_says_what_its_english_was_until_it_is_settled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue_of({"Everybody can talk.": "Alle können reden."}, "06_some", tmp_path, monkeypatch)
    for _ in range(2):
        text = catalogue_of({"Everybody may talk.": ""}, "06_some", tmp_path, monkeypatch)
        assert "# English before: Everybody can talk.\n" in text
    path = translate.catalogue_path("de", "06_some")
    path.write_text(text.replace("#, fuzzy\n", ""), encoding="utf-8")
    text = catalogue_of({"Everybody may talk.": ""}, "06_some", tmp_path, monkeypatch)
    assert "English before" not in text
    assert 'msgstr "Alle können reden."' in text


def test_what_one_module_has_is_given_to_the_next_and_two_ways_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue_of({}, translate.PACKAGE, tmp_path, monkeypatch)
    catalogue_of({"Decide": "Entscheide"}, "06_some", tmp_path, monkeypatch)
    assert "Entscheide" in catalogue_of({"Decide": ""}, "07_some", tmp_path, monkeypatch)
    assert "Entscheide" in translate.spoken("de")
    catalogue_of({"Decide": "Beschließe"}, "07_some", tmp_path, monkeypatch)
    with pytest.raises(ExplainedError, match=r"'Entscheide' in one .* 'Beschließe' in 07_some\.po"):
        translate.spoken("de")


@pytest.mark.parametrize(
    ("language", "stem", "said"),
    [
        ("d/e", "06_communication", "a language is two or three letters"),
        ("xx", "06_communication", "no language is known by the letters xx"),
        ("de", "../notebooks/06_communication", "there is no module"),
        ("de", "06_trial", "there is no module"),
    ],
)
def test_what_cannot_be_translated_is_refused_in_a_sentence(
    language: str,
    stem: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["translate", language, stem])
    assert translate.main() == 1
    assert said in capsys.readouterr().err
