"""The mould of a lesson and of an exercise. Every notebook is found by its name."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import nbformat
import prose
import pytest
from conftest import ROOT, lessons, long_numbers
from course import stems
from module import missing
from nbformat import NotebookNode
from personal import refuse_what_is_personal

from thousandfold.facilitation.progress import ABOUT_YOU
from thousandfold.keypoints import LESSONS as KEPT
from thousandfold.teaching.company import Company

LESSONS = lessons()
EXERCISES = stems()
KINDS = {"talk", "predict", "run", "discuss", "exercise", "break"}
PLANNED = {"minutes", "kind", "drop_if_late", "cost", "outcomes", "exempt", "touch"}
IGNORED = "nbval-ignore-output"
LIVE = r"(?m)check\(\)|^cockpit\(|draw_guess\("


def lesson(stem: str) -> NotebookNode:
    return nbformat.read(ROOT / "notebooks" / f"{stem}.ipynb", as_version=4)


def exercise(stem: str) -> NotebookNode:
    return nbformat.read(ROOT / "exercises" / stem / f"{stem}.ipynb", as_version=4)


def everything() -> Iterator[tuple[Path, NotebookNode]]:
    for stem in LESSONS:
        yield ROOT / "notebooks" / f"{stem}.ipynb", lesson(stem)
    for stem in EXERCISES:
        for room in ("exercises", "solutions"):
            path = ROOT / room / stem / f"{stem}.ipynb"
            yield path, nbformat.read(path, as_version=4)


NOTEBOOKS = list(everything())
named = pytest.mark.parametrize(
    ("path", "notebook"),
    NOTEBOOKS,
    ids=[f"{path.parent.parent.name}/{path.name}" for path, _ in NOTEBOOKS],
)


def code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def written(notebook: NotebookNode) -> str:
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def images(cell: NotebookNode) -> list[str]:
    shown = "".join(str(o.get("data", {}).get("text/html", "")) for o in cell.get("outputs", []))
    return re.findall(r"<img [^>]*>", shown)


def moves(cell: NotebookNode) -> bool:
    return bool(re.search(r"^(explore|cockpit)\(", cell.source, re.MULTILINE))


def minutes(notebook: NotebookNode) -> int:
    return sum(cell.metadata.get("thousandfold", {}).get("minutes", 0) for cell in notebook.cells)


def keypoints(stem: str) -> list[str]:
    text = lesson(stem).cells[-1].source.split("## Keypoints")[1]
    points = re.findall(r"^- (.*(?:\n  .*)*)", text, re.MULTILINE)
    return [re.sub(r"\s+", " ", point) for point in points]


@pytest.mark.parametrize("stem", LESSONS)
def test_a_lesson_is_short_enough(stem: str) -> None:
    notebook = lesson(stem)
    words = len(prose.words(prose.text(notebook)))
    long = [
        cell.id
        for cell in code(notebook)
        if len(cell.source.splitlines()) > 10 and "my_company(" not in cell.source
    ]
    assert [
        *([f"it has {len(notebook.cells)} cells, 36 at most"] if len(notebook.cells) > 36 else []),
        *([f"it has {words} words, 1,500 at most"] if words > 1500 else []),
        *(f"the cell {name} has more than 10 lines" for name in long),
    ] == []


@pytest.mark.parametrize("stem", LESSONS)
def test_sentences_are_not_made_of_numbers(stem: str) -> None:
    running = prose.running(lesson(stem))
    found = prose.numbers(running)
    assert len(found) <= 3 * len(prose.words(running)) / 100, (
        f"three in a hundred words at most, the others are in the figures: {', '.join(found)}"
    )


@pytest.mark.parametrize("stem", LESSONS)
def test_there_is_something_to_do_on_the_first_screen(stem: str) -> None:
    first = lesson(stem).cells[:6]
    assert any("my_guess_" in cell.source for cell in code(NotebookNode(cells=first)))


@named
def test_a_notebook_is_valid_and_its_cells_have_speaking_ids(
    path: Path, notebook: NotebookNode
) -> None:
    nbformat.validate(notebook)
    ids = [cell.id for cell in notebook.cells]
    assert len(ids) == len(set(ids))
    assert [name for name in ids if not re.fullmatch(r"[a-z]+(-[a-z]+)*", name)] == []


@pytest.mark.parametrize("stem", LESSONS)
def test_a_lesson_shows_no_machinery(stem: str) -> None:
    for cell in code(lesson(stem)):
        tree = ast.parse(cell.source)
        loops = [n for n in ast.walk(tree) if isinstance(n, ast.For | ast.While | ast.Import)]
        assert not loops, f"{cell.id}: no loop and no plain import in a lesson"
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 5, cell.id
            if isinstance(node, ast.ImportFrom):
                assert str(node.module).startswith("thousandfold"), cell.id


@pytest.mark.parametrize("stem", LESSONS)
def test_a_lesson_follows_the_mould(stem: str) -> None:
    text = written(lesson(stem))
    title = text.splitlines()[0]
    assert title.startswith("# ")
    assert title.endswith("?"), "a lesson begins with a question"
    parts = ["**Promise.**", "**You will be able to**", "**Time.**", "## Predict", "## Keypoints"]
    if stem in EXERCISES:
        parts[4:4] = ["### What the evidence says", "## Change one thing", "## Decide"]
        parts[5:5] = ["**Its limits.**", "**What would change my mind.**"]
        parts += [f"(../exercises/{stem}/{stem}.ipynb)"]
    assert [f"it has no {part}" for part in parts if part not in text] == []
    places = [text.find(part) for part in parts]
    assert places == sorted(places), f"they stand in this order: {', '.join(parts)}"
    objectives = text.split("**You will be able to**")[1].split("**Time.**")[0]
    assert objectives.count("\n- ") == 3, "three things that one will be able to do"
    assert len(keypoints(stem)) == 3, "three keypoints"
    assert "!" not in re.sub(r"!\[", "", text), "no exclamation marks"
    assert not re.search(r"\b(simply|just|obviously|of course)\b", text, re.IGNORECASE)


@pytest.mark.parametrize("stem", LESSONS)
def test_somebody_predicts_before_anything_runs(stem: str) -> None:
    cells = code(lesson(stem))
    guess = next(i for i, cell in enumerate(cells) if "my_guess_" in cell.source)
    shown = [i for i, cell in enumerate(cells) if images(cell)]
    assert shown
    assert guess < min(shown)
    assert re.findall(r"my_guess\w* = (.*?)  #", cells[guess].source)
    assert set(re.findall(r"my_guess\w* = (.*?)  #", cells[guess].source)) == {"..."}


@named
def test_no_sum_of_money_becomes_mathematics(path: Path, notebook: NotebookNode) -> None:
    bare = re.compile(r"(?<!\\)\$")
    doubled = [
        cell.source
        for cell in notebook.cells
        if cell.cell_type == "markdown" and len(bare.findall(cell.source)) > 1
    ]
    assert doubled == [], "write \\$ for a dollar: between two of them all is mathematics"


@named
def test_headings_are_in_order(path: Path, notebook: NotebookNode) -> None:
    levels = [len(marks) for marks in re.findall(r"^(#+) ", written(notebook), re.MULTILINE)]
    levels = [n for n in levels if n != 3 or "SOLUTION" not in written(notebook)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("stem", LESSONS)
def test_minutes_add_up(stem: str) -> None:
    for cell in lesson(stem).cells:
        plan = cell.metadata.get("thousandfold", {})
        assert set(plan) <= PLANNED, f"{cell.id}: there are {', '.join(sorted(PLANNED))}"
        assert plan.get("kind", "talk") in KINDS
    title = lesson(stem).cells[0].source
    promised = int(re.search(r"\*\*Time\.\*\* (\d+) minutes", title)[1])  # type: ignore[index]
    total = minutes(lesson(stem))
    if stem in EXERCISES:
        split = re.search(r"(\d+) for this lesson, (\d+) for the exercise", title)
        assert split is not None
        said, real = (int(split[1]), int(split[2])), (total, minutes(exercise(stem)))
        assert said == real, f"lesson and exercise take {real} minutes, and the title says {said}"
        assert f"**Time.** {split[2]} minutes." in exercise(stem).cells[0].source
        total += minutes(exercise(stem))
    assert total == promised, f"its parts take {total} minutes, and its title says {promised}"


@pytest.mark.parametrize("stem", LESSONS)
def test_every_section_has_minutes(stem: str) -> None:
    sections = [
        cell
        for cell in lesson(stem).cells
        if cell.cell_type == "markdown" and cell.source.startswith("## ")
    ]
    assert [
        f"the cell {cell.id} has no minutes"
        for cell in sections
        if not cell.metadata.get("thousandfold", {}).get("minutes", 0)
    ] == []


@pytest.mark.parametrize("stem", LESSONS)
def test_each_figure_has_an_alternative_and_a_sentence(stem: str) -> None:
    cells = lesson(stem).cells
    figures = [i for i, cell in enumerate(cells) if images(cell) and not moves(cell)]
    assert 1 <= len(figures) <= 4
    for i in figures:
        for image in images(cells[i]):
            alternative = re.search(r'alt="([^"]*)"', image)
            assert alternative is not None
            assert len(alternative[1].split()) >= 10, cells[i].id
        after = cells[i + 1]
        assert after.cell_type == "markdown", f"{cells[i].id}: say what the figure shows"
        assert re.match(r"\*[^*].*?\.\*", after.source, re.DOTALL), (
            f"{after.id}: begin with one sentence in *italics* that says what the figure shows"
        )


@pytest.mark.parametrize("stem", LESSONS)
def test_a_slider_leaves_its_first_picture(stem: str) -> None:
    cells = code(lesson(stem))
    sliders = [i for i, cell in enumerate(cells) if re.search(r"^explore\(", cell.source, re.M)]
    assert 1 <= len(sliders) <= 3
    for i in sliders:
        [shown] = cells[i].outputs
        [alternative] = re.findall(r'alt="([^"]*)"', shown.data["text/html"])
        assert html.unescape(alternative) == shown.data["text/plain"], "where no kernel runs"
    ignored = [i for i, cell in enumerate(cells) if IGNORED in cell.metadata.get("tags", [])]
    live = [
        i
        for i, cell in enumerate(cells)
        if re.search(LIVE, cell.source) or ABOUT_YOU in cell.metadata.get("tags", [])
    ]
    assert ignored == sorted(sliders + live), "only what differs by machine is not compared"
    text = (ROOT / "notebooks" / f"{stem}.ipynb").read_text(encoding="utf-8")
    assert "widget-view" not in text
    assert '"widgets"' not in text


ABOUT = re.compile(r"\b(my_company|with_my_numbers|where_was_i)\(")


@pytest.mark.parametrize("stem", LESSONS)
def test_what_a_lesson_says_of_you_is_neither_stored_nor_on_slides(stem: str) -> None:
    path = ROOT / "notebooks" / f"{stem}.ipynb"
    refuse_what_is_personal(path.name, path.read_bytes())
    for cell in code(lesson(stem)):
        if ABOUT.search(cell.source):
            assert ABOUT_YOU in cell.metadata.get("tags", []), cell.id
            assert cell.metadata.slideshow.slide_type == "skip", cell.id


def test_the_form_of_a_company_is_what_the_package_reads() -> None:
    form = next(cell for cell in code(lesson("00_start_here")) if "my_company(" in cell.source)
    assert form.source.split('"""')[1].strip() == Company.form()


@pytest.mark.parametrize("stem", LESSONS)
def test_a_lesson_holds_no_curve_of_whoever_ran_it(stem: str) -> None:
    asked = [cell for cell in code(lesson(stem)) if "draw_guess(" in cell.source]
    for cell in asked:
        [shown] = cell.outputs
        assert "Nothing is drawn yet." in shown.data["text/plain"], "put my_curves.json aside"


@pytest.mark.parametrize("stem", LESSONS)
def test_outputs_are_stored_and_hold_no_error(stem: str) -> None:
    cells = code(lesson(stem))
    assert all(cell.execution_count for cell in cells), "run make lessons"
    kinds = {output.output_type for cell in cells for output in cell.outputs}
    assert "error" not in kinds
    assert not [o for cell in cells for o in cell.outputs if o.get("name") == "stderr"]


@pytest.mark.parametrize("stem", LESSONS)
def test_what_is_stored_is_folded_until_its_cell_is_run(stem: str) -> None:
    folded = {
        cell.id: cell.metadata.get("jupyter", {}).get("outputs_hidden") is True
        for cell in code(lesson(stem))
        if cell.outputs
    }
    assert [name for name, hidden in folded.items() if not hidden] == [], "make lessons"


@pytest.mark.parametrize("stem", LESSONS)
def test_a_lesson_shows_only_digits_that_every_processor_agrees_on(stem: str) -> None:
    for cell in code(lesson(stem)):
        for output in cell.outputs:
            shown = {"stream": output.get("text", ""), **output.get("data", {})}
            for kind, text in shown.items():
                text = re.sub(r"base64,[\w+/=]+", "", str(text))
                assert long_numbers(text) == [], f"{cell.id}, {kind}: round what is shown"


def can_fail(test: ast.FunctionDef, imported: set[str]) -> bool:
    """Say whether a test asks the models for something, and asserts how it compares."""
    used = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    compared = [
        node
        for claim in ast.walk(test)
        if isinstance(claim, ast.Assert)
        for node in ast.walk(claim.test)
        if isinstance(node, ast.Compare)
    ]
    return not used.isdisjoint(imported) and any(
        isinstance(part, ast.Name | ast.Call) for claim in compared for part in ast.walk(claim)
    )


@pytest.mark.parametrize("stem", sorted(set(LESSONS) - set(KEPT)))
def test_every_keypoint_is_an_assertion(stem: str) -> None:
    path = ROOT / "tests" / "lessons" / f"test_{stem}.py"
    tree = ast.parse(path.read_text(encoding="utf-8") if path.exists() else "")
    imported = {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("thousandfold")
        for alias in node.names
    }
    said = {
        re.sub(r"\s+", " ", ast.get_docstring(node) or ""): can_fail(node, imported)
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    assert [
        *(
            f"{path.name} has no test whose docstring is: {point}"
            for point in keypoints(stem)
            if point not in said
        ),
        *(
            f"{path.name} compares nothing that the models say with the keypoint: {point}"
            for point in keypoints(stem)
            if not said.get(point, True)
        ),
    ] == []


@named
def test_relative_links_lead_somewhere(path: Path, notebook: NotebookNode) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", written(notebook))
    broken = [
        link for link in links if "://" not in link and not (path.parent / link).resolve().exists()
    ]
    assert broken == []


# What lies in book/ is put together first, and its links are tried then.
PAGES = [path for path in (*ROOT.glob("*.md"), *ROOT.glob("*/*.md")) if path.parent.name != "book"]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_of_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    broken = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert broken == []


@pytest.mark.parametrize("stem", sorted({*LESSONS, *EXERCISES}))
def test_every_module_has_all_its_parts(stem: str) -> None:
    assert list(missing(stem)) == []


@pytest.mark.parametrize("stem", EXERCISES)
def test_an_exercise_has_four_named_answers(stem: str) -> None:
    answers = len(list((ROOT / "tests" / "answers" / stem).glob("*.toml")))
    assert answers >= 4, f"there are {answers} in tests/answers/{stem}"
