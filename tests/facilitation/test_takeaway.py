"""What learners take home: all of theirs, beside what happened, and nothing that runs."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from patience import patient
from playwright.sync_api import Browser, expect

from thousandfold.cli import main
from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import Cell, find_course, read_cells
from thousandfold.facilitation.markup import MOST_CHARACTERS, rendered
from thousandfold.facilitation.notebooks import MOST_FLIGHTS, MOST_NOTEBOOKS
from thousandfold.facilitation.page import page
from thousandfold.facilitation.predictions import Outcome, outcomes, predictions
from thousandfold.facilitation.sliders import code_cell
from thousandfold.facilitation.takeaway import Memo, collect, html
from thousandfold.flight import Game
from thousandfold.player.lesson import CodeCell
from thousandfold.player.plain import TOUCHES, plain_slider
from thousandfold.teaching.guesses import ANSWER

COURSE = find_course(ROOT)
LESSONS = {module.stem: module for module in COURSE.modules}


def wrong(name: str, known: Outcome) -> str:
    """Say what is wrong with an outcome, or nothing."""
    if "{happened}" not in known.sentence or known.sentence.endswith("."):
        return f"{name}: its sentence in the metadata holds {{happened}}, and no full stop"
    if known.number in known.sentence:
        return f"{name}: {known.number} comes from the saved output, and stands in its sentence too"
    return ""


@pytest.mark.parametrize("stem", LESSONS)
def test_each_prediction_has_an_outcome_that_the_lesson_shows(stem: str) -> None:
    module = LESSONS[stem]
    cells = read_cells(module.lesson)
    known = outcomes(cells)
    asked = [guess.name for guess in predictions(cells) if guess.name not in module.exempt]
    own = "outcomes" in module.exempt
    missing = [name for name in asked if name not in known]
    assert [
        *(f"{name} has no outcome: no cell answers it, or make lessons" for name in missing),
        *filter(None, (wrong(name, known[name]) for name in asked if name in known and not own)),
    ] == []
    told = {name for cell in cells for name in cell.plan.get("outcomes", ())}
    assert told <= set(asked), "nobody predicts these"
    units = {guess.name: guess.in_percent for guess in predictions(cells)}
    assert {name: one.unit == "%" for name, one in known.items()} == {n: units[n] for n in known}


def test_a_notebook_without_the_workshop_brings_its_own_outcomes(tmp_path: Path) -> None:
    plan = {"outcomes": {"my_guess_used": "It was <b>{happened}</b>"}}
    asked = ("code", "my_guess_used = 4  # how many?\nmy_guess_new = 5  # and?", {})
    answered = ("code", "answer(my_guess_used, 4)", {"thousandfold": plan})
    made = json.loads(notebook(asked, answered))
    made["cells"][1]["outputs"] = [answer_output("my_guess_used", 4, "people")]
    put(tmp_path, **{"11_pricing": json.dumps(made)})
    page = html(collect(tmp_path))
    assert "It was &lt;b&gt;4 people&lt;/b&gt;." in page
    assert "Your number: exactly right." in page
    assert page.count("In your notebook.") == 1


def answer_output(name: object, happened: object, unit: object) -> dict[str, Any]:
    """What a saved notebook keeps of an answer."""
    kept = {"name": name, "happened": happened, "unit": unit}
    return {"output_type": "execute_result", "data": {ANSWER: kept}}


@pytest.mark.parametrize("told", [3, {"my_guess": 3}, {"my_guess": {"happened": 3}}])
def test_outcomes_of_any_shape_are_read(told: object) -> None:
    plan = {"thousandfold": {"outcomes": told}}
    for shown in ({}, {ANSWER: 3}, {ANSWER: {"name": 3, "happened": 4}}, {ANSWER: {"name": "a"}}):
        assert outcomes([Cell("code", "c", "", plan, (shown,))]) == {}
    kept = answer_output("my_guess", 4, [])["data"]
    known = outcomes([Cell("code", "c", "", plan, (kept,))])["my_guess"]
    assert known.happened == "It was 4"


def test_what_a_learner_found_out_about_their_own_company_is_not_copied(tmp_path: Path) -> None:
    made = json.loads(notebook(("markdown", "# T", {}), ("code", "my_guess_a = 4  # a?", {})))
    made["cells"][1]["outputs"] = [answer_output("my_guess_a", 77, "people")]
    put(tmp_path, **{"11_pricing": json.dumps(made)})
    assert "77 people" in html(collect(tmp_path))
    made["cells"][0]["metadata"] = {"thousandfold": {"exempt": {"outcomes": "their own"}}}
    put(tmp_path, **{"11_pricing": json.dumps(made)})
    assert "77 people" not in html(collect(tmp_path))


def notebook(*cells: tuple[str, str, dict[str, Any]]) -> str:
    return json.dumps(
        {
            "nbformat": 4,
            "cells": [
                {"cell_type": kind, "id": f"c{i}", "metadata": metadata, "source": source}
                for i, (kind, source, metadata) in enumerate(cells)
            ],
        }
    )


MEMO = {"nbgrader": {"grade_id": "memo", "solution": True}}


def lesson(said: str) -> str:
    guess = f"my_guess_paths = {said}  # how many pairs could talk in a company of 100?"
    return notebook(("markdown", "# Why can't a hundred?", {}), ("code", guess, {}))


def exercise(memo: str) -> str:
    return notebook(("markdown", "# Exercise: a hundred", {}), ("markdown", memo, MEMO))


def put(folder: Path, **files: str) -> Path:
    for number, (name, content) in enumerate(files.items()):
        path = folder / f"{name}.ipynb"
        path.write_text(content, encoding="utf-8")
        os.utime(path, (number, number))
    return folder


def test_predictions_stand_beside_what_happened(tmp_path: Path) -> None:
    put(tmp_path, **{"06_communication": lesson("1_000")})
    page = html(collect(tmp_path, COURSE), "Ada")
    row = page[page.index("<tbody>") :]
    assert ">1_000<" in row
    assert ">4,950 pairs<" in row
    assert "110 times the pairs: 4,950 pairs." in row
    assert "five times too low" in row
    assert "<p>Ada</p>" in page


def test_the_memo_of_a_learner_is_kept_and_an_empty_one_is_not(tmp_path: Path) -> None:
    empty = "**Option chosen.**\n*Write here.*\n\n**How sure.**\n*Write here.*"
    put(tmp_path, **{"06_communication": exercise(empty), "07_x": exercise("Squads, **seven**.")})
    found = collect(tmp_path)
    assert [(module.stem, len(module.memos)) for module in found.modules] == [("07_x", 1)]
    assert "Squads, <strong>seven</strong>." in html(found)
    assert Memo(empty.replace("*Write here.*", "Squads of seven.", 1)).written
    assert Memo(empty + " and more").written


def test_what_is_written_in_one_module_is_one_memo(tmp_path: Path) -> None:
    four = [("markdown", f"**Part {n}.** Written.", {"tags": ["memo"]}) for n in range(4)]
    put(tmp_path, **{"09_your_own_organisation": notebook(*four), "07_x": exercise("Seven.")})
    found = collect(tmp_path, COURSE)
    assert [len(module.memos) for module in found.modules] == [1, 4]
    page = html(found)
    assert "2 memos from 2 modules. Look again in three months: which tripwire" in page
    assert page.count("Written.") == 4


def test_without_a_memo_nobody_is_asked_for_a_tripwire(tmp_path: Path) -> None:
    put(tmp_path, **{"06_communication": lesson("1")})
    page = html(collect(tmp_path, COURSE))
    assert "0 memos from 1 module. Look again in three months.</p>" in page
    assert "tripwire" not in page


def test_what_only_the_learner_can_know_is_said_once(tmp_path: Path) -> None:
    own = "\n".join(f"my_guess_{name} = 5  # how many?" for name in ("used", "new"))
    put(tmp_path, **{"09_your_own_organisation": notebook(("code", own, {}))})
    page = html(collect(tmp_path, COURSE))
    assert page.count("In your notebook.") == 2
    assert page.count("Your own results stay in your notebook; they are not copied here.") == 1
    put(tmp_path, **{"09_your_own_organisation": "{", "06_communication": lesson("1")})
    assert "stay in your notebook" not in html(collect(tmp_path, COURSE))


@pytest.mark.parametrize("folder", ["exercises", "notebooks"])
def test_of_a_workshop_that_nobody_touched_there_is_nothing_to_take_home(folder: str) -> None:
    with pytest.raises(ExplainedError, match="no prediction, no memo and no flight was found"):
        collect(ROOT / folder, COURSE)


def run(stem: str, *cells: str, said: Mapping[str, str] = MappingProxyType({})) -> str:
    """Return a lesson as it is saved after some cells of it were run, and some guesses made."""
    made = json.loads((ROOT / "notebooks" / f"{stem}.ipynb").read_text(encoding="utf-8"))
    for cell in made["cells"]:
        source = "".join(cell["source"])
        for name, number in said.items():
            source = source.replace(f"{name} = ...", f"{name} = {number}")
        cell["source"] = source
        if cell["id"] in cells:
            cell["metadata"]["jupyter"] = {"outputs_hidden": False}
    return json.dumps(made)


def test_only_what_was_done_is_listed_and_no_answer_that_nobody_saw(tmp_path: Path) -> None:
    for stem in LESSONS:
        put(tmp_path, **{stem: run(stem)})
    seen = run("06_communication", "hire-run", said={"my_guess_paths": "99"})
    put(tmp_path, **{"06_communication": seen})
    found = collect(tmp_path, COURSE)
    assert [module.stem for module in found.modules] == ["06_communication"]
    assert [guess.name for guess in found.modules[0].predictions] == [
        "my_guess_paths",  # said, and not yet looked at
        "my_guess_late",  # looked at, and never said
    ]
    page = html(found)
    assert "1 of 2 predictions and 0 memos from 1 module." in page
    assert "pairs did work together" not in page
    assert "How much of the roadmap" not in page


def flight(folder: Path, team: str = "Red team", reason: str = "word of mouth") -> Game:
    game = Game.open(team, folder=folder)
    for forecast in (1_500, 9_000):
        game.play(forecast=forecast, reason=reason, hire=2)
    return game


def test_a_flight_beside_the_notebooks_is_taken_home(tmp_path: Path) -> None:
    lessons = tmp_path / "notebooks"
    lessons.mkdir()
    put(lessons, **{"06_communication": lesson("1")})
    game = flight(lessons)
    page = html(collect(tmp_path, COURSE))
    assert "1 flight of Ferry." in page
    assert "My flight of Ferry: Red team" in page
    came = game.seen()["customers"]
    table = page[page.index("My flight") :]
    for forecast, number in ((1_500, 1), (9_000, 2)):
        assert f">{forecast:,}</td>" in table
        assert f">{came[number]:,.0f}</td>" in table
    assert "word of mouth" in table
    assert "times too high" in table
    (picture,) = re.findall(r"<figure>(.*?)</figure>", table, re.DOTALL)
    assert "data:image/png;base64," in picture
    assert 'alt="Customers after round 2' in picture


def test_what_an_editor_of_windows_saved_is_taken_home_alike(tmp_path: Path) -> None:
    """A mark at the beginning of each file, and two signs at each end of a line, also in cells."""
    memo = "**Option chosen.**\nSquads.\n\n**How sure.**\n70 %"
    here, there = tmp_path / "here", tmp_path / "there"
    for folder, end in ((here, "\n"), (there, "\r\n")):
        folder.mkdir()
        said = lesson("1_000").replace("my_guess", "\\n".join(["a = 1", "my_guess"]))
        put(folder, **{"06_communication": said.replace("\\n", json.dumps(end)[1:-1])})
        put(folder, **{"07_x": exercise(memo.replace("\n", end))})
        flight(folder)
    for path in there.iterdir():
        marked = b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n")
        path.write_bytes(marked)
    assert html(collect(there, COURSE)) == html(collect(here, COURSE))
    assert "1 flight of Ferry" in html(collect(there, COURSE))
    assert ">1_000<" in html(collect(there, COURSE))


def test_a_flight_alone_is_enough(tmp_path: Path) -> None:
    flight(tmp_path)
    found = collect(tmp_path)
    assert found.modules == ()
    assert "product to platform. 1 flight of Ferry. Look again" in html(found)
    Game.open("Not begun", folder=tmp_path).save()
    assert [one.team for one in collect(tmp_path).flights] == ["Red team"]


@pytest.mark.parametrize(
    "content", ["{", "[]", "x" * 100_000, '{"format": "thousandfold flight 1"}']
)
def test_a_file_that_is_no_flight_is_named(tmp_path: Path, content: str) -> None:
    flight(tmp_path)
    (tmp_path / "flight-bad.json").write_text(content)
    found = collect(tmp_path)
    assert [one.team for one in found.flights] == ["Red team"]
    (told,) = found.refused
    assert told.startswith("flight-bad.json is not a game that can be loaded")
    assert "flight-bad.json" in html(found)


def test_flights_are_a_learners_own_and_not_a_disk_full(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    flight(outside)
    (inside / "flight-red-team.json").symlink_to(outside / "flight-red-team.json")
    with pytest.raises(ExplainedError, match="no flight"):
        collect(inside)
    for number in range(MOST_FLIGHTS + 1):
        (inside / f"flight-{number}.json").touch()
    with pytest.raises(ExplainedError, match=f"more than {MOST_FLIGHTS} flights"):
        collect(inside)


def test_what_a_team_wrote_runs_nowhere(tmp_path: Path) -> None:
    flight(tmp_path, team="<b onclick=x>Red", reason="<script>alert(1)</script> \u202e \x1b[31m")
    made = html(collect(tmp_path))
    tags = Tags()
    tags.feed(made)
    assert tags.seen.isdisjoint({"script", "b", "svg", "iframe", "a"})
    assert [key for key, _ in tags.attributes if key.startswith("on")] == []
    assert "\x1b" not in made
    assert "\u202e" not in made
    assert "&lt;script&gt;" in made


def test_a_copy_belongs_to_its_module_and_the_last_one_written_counts(tmp_path: Path) -> None:
    put(
        tmp_path,
        **{
            "06_communication": lesson("1"),
            "06_communication-Copy1": lesson("2"),
            "06_communication (3)": lesson("..."),
        },
    )
    (module,) = collect(tmp_path).modules
    assert [guess.said for guess in module.predictions] == ["2"]


def test_the_name_of_a_file_says_nothing_to_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "\x1b]0;mine\x07.ipynb").write_text("{")
    put(tmp_path, **{"06_communication": lesson("1")})
    (refused,) = collect(tmp_path).refused
    assert "]0;mine.ipynb" in refused
    assert refused.isprintable()


def test_a_damaged_file_is_named_and_the_others_are_kept(tmp_path: Path) -> None:
    put(tmp_path, **{"06_communication": lesson("1"), "bad": "{", "07_list": "[]"})
    found = collect(tmp_path)
    assert len(found.modules) == 1
    assert sorted("bad" in s or "07_list" in s for s in found.refused) == [True, True]


def test_nothing_to_collect_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ExplainedError, match="no prediction, no memo and no flight was found"):
        collect(tmp_path)
    with pytest.raises(ExplainedError, match="is not a folder"):
        collect(tmp_path / "x")


def test_a_whole_disk_is_refused_and_links_are_not_followed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    put(outside, **{"06_communication": lesson("1")})
    (inside / "06_communication.ipynb").symlink_to(outside / "06_communication.ipynb")
    (inside / "folder").symlink_to(outside)
    with pytest.raises(ExplainedError, match="no prediction"):
        collect(inside)
    for n in range(MOST_NOTEBOOKS + 1):
        (inside / f"{n}.ipynb").touch()
    with pytest.raises(ExplainedError, match=f"more than {MOST_NOTEBOOKS} notebooks"):
        collect(inside)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes += attrs


ALLOWED = {"p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li"}
ALLOWED |= {"table", "thead", "tbody", "tr", "th", "td"}
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](https://example.org/track.png)",
    "<https://example.org>",
    "</div></section><h1>mine</h1>",
    '`"><script>`',
    "| a |\n|---|\n| <iframe src=//x> |",
    "[x]: javascript:alert(1)\n[x]",
    "| a | b |\n|--:|:-:|\n| 1 | 2 |",
    "7. seven",
    "&lt;script&gt;&#x3c;script&#x3e;",
    "{{ 7 * 7 }} {% raw %}",
    '"><img onerror="alert(1)" src="x">',
    "\x1b[31mred\x1b[0m \x1b]0;title\x07",
    "half of a sign: \ud800",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_learner_wrote_cannot_run_load_or_link(tmp_path: Path, text: str) -> None:
    tags = Tags()
    tags.feed(rendered(text))
    assert tags.seen <= ALLOWED
    assert tags.attributes == []
    put(tmp_path, **{"06_communication": lesson("1"), "07_x": exercise(text)})
    (tmp_path / "foreign.ipynb").write_text(
        notebook(("markdown", f"# {text}", {}), ("code", f"my_guess = {text}  # {text}", {}))
    )
    made = html(collect(tmp_path, COURSE), text)
    assert "\x1b" not in made
    made.encode()  # as it is written
    whole = Tags()
    whole.feed(made)
    assert whole.seen.isdisjoint({"script", "img", "iframe", "a"})
    drawn = re.findall(r'<svg class="(?:axis|line)" width="100%" height="\d+" aria-hidden', made)
    assert len(drawn) == made.count("<svg"), "all of them are ours"
    assert [value for key, value in whole.attributes if key.startswith(("on", "src", "href"))] == []


@given(st.text(max_size=300))
def test_any_text_becomes_safe(text: str) -> None:
    tags = Tags()
    tags.feed(rendered(text))
    assert tags.seen <= ALLOWED
    assert tags.attributes == []


def test_what_is_taken_away_from_a_text_can_still_be_read() -> None:
    assert "&lt;script&gt;" in rendered("<script>alert(1)</script>")
    assert "ours (https://example.org)" in rendered("[ours](https://example.org)")
    assert "picture: a curve" in rendered("![a curve](x.png)")
    assert "<strong>Plan</strong>" in rendered("# Plan")
    assert "&lt;b&gt;not&lt;/b&gt; six, as a &lt; b" in rendered("<b>not</b> six, as a < b")
    assert "&lt;!-- for my boss --&gt;" in rendered("<!-- for my boss -->")


def test_a_page_that_lacks_something_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="'digests' is undefined"):
        page("slides.html")


def test_the_page_forbids_scripts_and_loads_nothing(tmp_path: Path) -> None:
    put(tmp_path, **{"06_communication": lesson("1")})
    page = html(collect(tmp_path))
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in page
    assert "http:" not in page
    assert "https:" not in page


def test_a_very_long_memo_is_cut_and_says_so() -> None:
    assert "left out: it is too long" in rendered("word " * MOST_CHARACTERS)
    assert "\u202e" not in rendered("a \u202e b")


def test_a_prediction_is_read_without_running_anything() -> None:
    source = "my_guess_a = 5  # how many?\nmy_guess_b = ...  # and?\nmy_guess_a = 500 times # x"
    found = predictions([Cell("code", "c", source, {})])
    assert [(g.name, g.said) for g in found] == [("my_guess_a", "500 times"), ("my_guess_b", "")]


def test_a_notebook_cannot_fill_the_page_with_guesses_or_a_title(tmp_path: Path) -> None:
    many = "\n".join(f"my_guess_{n} = {n}  # how many?" for n in range(10_000))
    put(tmp_path, x=notebook(("markdown", "# " + "long " * 100_000, {}), ("code", many, {})))
    assert len(html(collect(tmp_path))) < 40_000


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(tmp_path, **{"06_communication": lesson("1"), "bad": "{"})
    target = tmp_path / "mine.html"
    assert main(["takeaway", str(tmp_path), "--still", "--output", str(target)]) == 0
    out, err = capsys.readouterr()
    assert "predictions: 1, memos: 0, flights: 0" in out
    assert "left out: " in err
    assert target.read_text().startswith("<!doctype html>")
    assert main(["takeaway", str(tmp_path), "--output", "x.txt"]) == 1
    assert "in .html or .pdf" in capsys.readouterr().err


def asked(source: str) -> CodeCell | None:
    return plain_slider([CodeCell("a", source)])


@pytest.mark.parametrize(
    "source",
    [
        "explore(open('x', 'w'), 'people')",
        "explore(Squads(people=print(1)), 'people')",
        "explore(Squads(people=9**9**9), 'people')",
        "explore(Squads(people='ten'), 'people')",
        "explore(Squads(people=-1), 'people')",
        "explore(Squads(**{'people': 10}), 'people')",
        "explore(Squads(), __import__('os').name)",
        "explore(Squads(), 'people', of=f'{print(1)}')",
        "explore(Squads(), 'people', steps=400)",
        "explore(Squads(), 'people') or print(1)",
        "explore(promise_picture(), 'people')",
        "explore(Squads(), 'no_such')",
        "explore(__doc__(), 'people')",
        "explore(",
        "(" * 5_000,
        "",
    ],
)
def test_what_is_more_than_a_model_and_numbers_has_no_sliders(source: str) -> None:
    assert asked(source) is None


def test_sliders_are_read_and_no_other_line_goes_with_them() -> None:
    found = asked(
        "import os\nos.remove('x')\nexplore(Squads(people=10), 'people', of='people')  # !"
    )
    assert found is not None
    assert found.source == (
        "from thousandfold.models import Squads\nexplore(Squads(people=10), 'people', of='people')"
    )


def test_of_pictures_that_a_lesson_names_only_ours_are_drawn() -> None:
    [ours] = sorted(TOUCHES)
    cells = [
        CodeCell("a", "print(1)", touch)
        for touch in ("os:abort", "flight.touch:fly", "flight.game:Game", "flight.touch:", ours)
    ]
    assert plain_slider(cells) == CodeCell("a", "", ours)
    assert plain_slider(cells[:-1]) is None


def test_each_lesson_has_sliders_to_keep_but_the_one_about_an_own_organisation() -> None:
    course = find_course(str(ROOT))
    without = [
        module.stem
        for module in course.modules
        if not plain_slider(
            code_cell(cell) for cell in read_cells(module.lesson) if cell.kind == "code"
        )
    ]
    assert without == ["09_your_own_organisation"]


@pytest.fixture(scope="module")
def with_sliders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("taken")
    put(folder, **{"00_start_here": lesson("1"), "06_communication": lesson(HOSTILE[0])})
    target = folder / "mine.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        assert main(["takeaway", str(folder), "--output", str(target), "--name", HOSTILE[1]]) == 0
    return target


@pytest.mark.browser
def test_sliders_are_folded_away_and_answer_offline(browser: Browser, with_sliders: Path) -> None:
    made = with_sliders.read_text(encoding="utf-8")
    assert made.count("<script>") == 1
    assert len(made) < 500_000, "of two modules"
    page = patient(browser.new_page())
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(with_sliders.as_uri())
    handles = page.get_by_role("slider")
    expect(handles.first).to_be_hidden()
    expect(page.get_by_text("Move it again")).to_have_count(2)
    page.get_by_text("Move it again").last.click()
    handle = page.get_by_role("slider", name="people", exact=True)
    before = page.locator("figcaption").last.inner_text()
    handle.press("End")
    expect(page.locator("figcaption").last).not_to_have_text(before)
    expect(page.locator("figure svg")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_text("Move it again").last).to_be_hidden()
    assert problems == []
    page.close()


def test_without_sliders_nothing_is_drawn(tmp_path: Path) -> None:
    put(tmp_path, **{"06_communication": lesson("1")})
    target = tmp_path / "mine.html"
    assert main(["takeaway", str(tmp_path), "--still", "--output", str(target)]) == 0
    assert "<script" not in target.read_text(encoding="utf-8")
