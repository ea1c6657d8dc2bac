"""Feedback of a course with nbgrader's own configuration: what it shows, and what it keeps."""

from __future__ import annotations

import base64
import re
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
import small_course as small
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.exchange.default import ExchangeReleaseFeedback
from small_course import NAME
from traitlets.config import Config

import boxgrader
from boxgrader.cli import main
from boxgrader.engine.job import Reason
from boxgrader.nbgrader_course.assignment import grade_assignment
from boxgrader.nbgrader_course.autograde import BoxedAutograde
from boxgrader.nbgrader_course.configuration import install, lacking
from boxgrader.nbgrader_course.course import course_directory
from boxgrader.nbgrader_course.feedback import (
    HIDDEN,
    ONLY_UNSEEN_FAILED,
    PRINTED,
    UNSEEN_FAILED,
    FeedbackPage,
    GetGradesSoFar,
    HideTests,
    PrivateFeedback,
)
from boxgrader.nbgrader_course.gradebook import records
from boxgrader.nbgrader_course.notices import (
    NO_INPUT,
    STOPPED,
    UNABLE,
    UNREAD,
    UNSEEN,
    WAITS,
    notices,
    reworded,
)
from boxgrader.nbgrader_course.pages import FormgraderPage

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's, of SQLAlchemy

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SAYS_WHAT_IT_IS_ASKED = """
from IPython.display import HTML, display
def double(x):
    print("ASKED", x)
    display(HTML(f"<b>ASKED {x}</b>"), f"ASKED {x}")
    return 2 * x
share = 0.5
"""
MEMOS = {
    "misses": "My memo. ![the plan](attachment:a.png)",
    "shows": "My memo. ![the plan](a%20plan.png)",
    "marks": 'My memo. <img src="a plan.png" alt="the plan">',
    "climbs": f"My memo. ![the plan](../../../source/{NAME}/secret.png)",
    "draws": "My memo. ![the plan](plan.svg)",
    "repeats": "My memo. " + "![the plan](large.png)" * 30,
    "asks": "My memo. ![the plan](https://example.org/plan.png)",
}


def learners() -> dict[str, NotebookNode | str]:
    made: dict[str, NotebookNode | str] = {
        "prints": small.submission(SAYS_WHAT_IT_IS_ASKED),
        "wrong": small.submission("def double(x):\n    return x\nshare = 0.25"),
        "inputs": small.submission("share = float(input())"),
        "invents": small.submission(
            "class Number: pass\ndef double(x):\n    return Number()\nshare = 1"
        ),
        "deletes": small.without("share"),
    }
    for name, memo in MEMOS.items():
        notebook = small.submission()
        notebook.cells[-1].source = memo
        made[name] = notebook
    return made


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a course that is graded, all of it in one go."""
    folder = small.make(tmp_path_factory.mktemp("course"), learners())
    for name in MEMOS:
        (folder / "submitted" / name / NAME / "a plan.png").write_bytes(DOT)
    for name, data in {"plan.svg": b"<svg></svg>", "large.png": DOT + bytes(3 << 20)}.items():
        owner = "draws" if name == "plan.svg" else "repeats"
        (folder / "submitted" / owner / NAME / name).write_bytes(data)
    (folder / "source" / NAME / "secret.png").write_bytes(DOT)
    outcome = grade_assignment(folder, NAME, options={"workers": 2})
    assert {record.status for record in outcome.records} == {"graded"}
    return folder


def page_of(course: Path, learner: str) -> Path:
    return course / "feedback" / learner / NAME / f"{NAME}.html"


def page(course: Path, learner: str) -> str:
    return page_of(course, learner).read_text("utf-8")


@pytest.mark.usefixtures("boxes")
def test_hidden_tests_stay_hidden(course: Path) -> None:
    for learner in learners():
        shown = page(course, learner)
        assert HIDDEN in shown
        for secret in ("HIDDEN TESTS", "double(21)", "ASKED 2"):
            assert secret not in shown.partition("<body>")[2], learner


@pytest.mark.usefixtures("boxes")
def test_what_a_test_says_and_gives_is_shown(course: Path) -> None:
    assert "AssertionError: double(2) should be 4" in page(course, "wrong")
    assert ">1.0<" in page(course, "wrong")
    assert PRINTED.strip() in page(course, "prints")
    assert PRINTED.strip() not in page(course, "wrong")


@pytest.mark.usefixtures("boxes")
def test_what_nobody_has_read_says_so(course: Path) -> None:
    assert UNREAD in page(course, "wrong")
    assert UNSEEN not in page(course, "wrong")


def _by_hand(course: Path, learner: str, change: Callable[[Gradebook], object]) -> None:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        change(gradebook)
        gradebook.db.commit()


@pytest.mark.usefixtures("boxes")
def test_what_a_person_gives_is_in_the_page_the_next_time(course: Path, tmp_path: Path) -> None:
    folder = small.copy_of(course, tmp_path)
    assert grade_assignment(folder, NAME).records == [], "nothing has changed"
    untouched = page_of(folder, "prints").stat().st_mtime_ns

    def points(gradebook: Gradebook) -> None:
        grade = gradebook.find_grade("memo", NAME, NAME, "wrong")
        grade.manual_score, grade.needs_manual_grade = 2.5, False

    def comment(gradebook: Gradebook) -> None:
        gradebook.find_comment("memo", NAME, NAME, "wrong").manual_comment = "Well said."

    for change, shows in ((points, ">Score: 2.5 / 3.0<"), (comment, "Well said.")):
        _by_hand(folder, "wrong", change)
        outcome = grade_assignment(folder, NAME)
        assert (outcome.records, outcome.without_feedback) == ([], ())
        shown = "".join(page(folder, "wrong").split())
        assert "".join(shows.split()).strip("><") in shown
        assert UNREAD not in page(folder, "wrong")
    assert page_of(folder, "prints").stat().st_mtime_ns == untouched


@pytest.mark.usefixtures("boxes")
@pytest.mark.parametrize(
    ("learner", "notice", "words"),
    [
        ("inputs", "", NO_INPUT),
        ("invents", "The test double waits for your instructor.", WAITS),
        ("deletes", "The graded cell share is not in the notebook and scores 0.", UNREAD),
    ],
)
def test_a_page_says_what_happened(course: Path, learner: str, notice: str, words: str) -> None:
    shown = page(course, learner)
    assert ("alert-info" in shown.partition("<body>")[2]) == bool(notice)
    assert notice in shown
    assert words in shown
    assert "AssertionError: AssertionError" not in shown
    assert "boxgrader" not in shown.partition("<body>")[2], "no frame of the grader's"


@pytest.mark.usefixtures("boxes")
def test_whose_cell_asks_for_input_is_told_to_the_instructor(course: Path) -> None:
    (asked,) = [
        it
        for it in records(f"sqlite:///{course}/gradebook.db", NAME)["inputs"].reasons
        if it.kind == "input"
    ]
    assert asked.text == "Code cell 2 asked for input, and nobody is there to answer."


def test_a_notice_is_what_a_learner_may_know() -> None:
    kinds = ["ended", "tampered", "late", "unclear", "waits", "stderr", "deleted", "copied",
             "missing", "renamed", "left", "replaced", "broken", "timestamp", "refused", "overdue",
             "input", "unable"]  # fmt: skip
    reasons = [Reason(kind, f"It is {kind}.", "t") for kind in kinds]
    told = {"ended", "late", "stderr", "deleted", "missing", "left", "replaced", "broken",
            "refused", "overdue"}  # fmt: skip
    said = {f"It is {kind}." for kind in told} | {UNABLE, "Your file It is renamed."}
    assert set(notices(reasons, set(), NAME)) == said
    assert "The test t waits for your instructor." in notices(reasons, {"t"}, NAME)


def test_what_stopped_another_notebook_is_told_there() -> None:
    reasons = [Reason("missing", "ps2 is missing."), Reason("late", "Late.", "t", "ps1")]
    reasons += [Reason("waits", "It waits.", "t", "ps1")]
    assert notices(reasons, {"t"}, "ps3") == ["ps2 is missing."]
    assert len(notices(reasons, {"t"}, "ps1")) == 3


def test_a_cell_that_was_stopped_says_so_once() -> None:
    outputs = [
        new_output("stream", name="stdout", text="mine"),
        new_output("error", ename="KeyboardInterrupt", evalue="", traceback=["^C"]),
        new_output("error", ename="CellTimeoutError", evalue="", traceback=["No reply"]),
    ]
    printed, stopped = reworded(outputs)
    assert printed.text == "mine"
    assert _shown(stopped).outputs[0].traceback == [STOPPED]
    assert reworded(outputs[1:2]) == outputs[1:2], "a learner may raise it"


def test_an_error_without_a_message_is_named_once() -> None:
    error = new_output("error", ename="AssertionError", evalue="", traceback=["assert f(21)"])
    assert _shown(error).outputs[0].traceback == ["AssertionError"]


@pytest.mark.usefixtures("boxes")
@pytest.mark.parametrize(
    ("learner", "shows"),
    [
        ("misses", "(the picture a.png is missing)"),
        ("shows", 'src="data:image/png;base64,iVBOR'),
        ("marks", 'src="data:image/png;base64,iVBOR'),
        ("draws", 'src="data:image/svg+xml;base64,'),
        ("repeats", "(the picture large.png is too large to show)"),
        ("climbs", "secret.png is missing)"),
        ("asks", '<a href="https://example.org/plan.png"'),
    ],
)
def test_a_picture_is_in_the_page_or_its_place_says_why_not(
    course: Path, learner: str, shows: str
) -> None:
    shown = page(course, learner)
    assert "My memo." in shown
    assert shows in shown


@pytest.mark.usefixtures("boxes")
def test_no_page_asks_for_anything_outside(course: Path) -> None:
    for learner in learners():
        head = page(course, learner).partition("<body>")[0]
        assert "<script" not in head
        assert "<link" not in head
        assert "default-src 'none'" in head


HIDES = "assert f(1)\n### BEGIN HIDDEN TESTS\nassert f(21) == 42\n### END HIDDEN TESTS"


def _shown(*outputs: NotebookNode, source: str = HIDES) -> NotebookNode:
    cell = small.marked(new_code_cell(source), "test", 1, grade=True, locked=True)
    cell.outputs = [*outputs]
    hidden, _ = HideTests()(new_notebook(cells=[cell]), {})
    made: NotebookNode = hidden.cells[0]
    return made


LINES = f"\nimport math\n{HIDES}\nassert f(2)"
IN = "Cell In[2], line "


@pytest.mark.parametrize(
    ("traceback", "shows"),
    [
        (["-" * 75, f"{IN}2\n      1 import math\n----> 2 assert f(1)"], "----> assert f(1)"),
        (["\x1b[32m----> 6\x1b[39m \x1b[38;5;28massert\x1b[39m f(2)"], "----> assert f(2)"),
        (["----> 2 assert f(1)", f"{IN}9\n----> 9     return 1 / 0"], "----> assert f(1)"),
        (["----> 4 assert f(21) == 42"], UNSEEN_FAILED),
        (["----> 4 assert f(21) == 42", f"{IN}9\n----> 9     return 1 / 0"], UNSEEN_FAILED),
        (["----> 2 assert f(21) == 42"], ""),
        (["----> 3 ### BEGIN HIDDEN TESTS"], UNSEEN_FAILED),
        (["AssertionError"], ""),
    ],
)
def test_the_line_that_failed_is_shown_if_learners_have_it(traceback: object, shows: str) -> None:
    error = new_output("error", ename="AssertionError", evalue="")
    error.traceback = traceback
    (output,) = _shown(error, source=LINES).outputs
    assert output.traceback == [*filter(None, [shows]), "AssertionError"]


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (HIDES, ONLY_UNSEEN_FAILED),
        (f"{HIDES}\n\n# That was all.", ONLY_UNSEEN_FAILED),
        (f"{HIDES}\nassert f(2)", UNSEEN_FAILED),  # which was not tried
        ("# All is hidden.\n\n" + HIDES.partition("\n")[2], UNSEEN_FAILED),
    ],
)
def test_where_what_is_shown_passed_that_is_said(source: str, says: str) -> None:
    error = new_output("error", ename="AssertionError", evalue="")
    error.traceback = ["----> 3 assert f(21) == 42"]
    (output,) = _shown(error, source=source).outputs
    assert output.traceback == [says, "AssertionError"]


def test_a_test_that_hides_nothing_has_no_check_that_is_not_shown() -> None:
    error = new_output("error", ename="E", evalue="", traceback=["----> 9 f(1)"])
    cells = [
        small.marked(new_code_cell(it), f"t{n}", 1, grade=True)
        for n, it in enumerate((HIDES, "assert f(1)"))
    ]
    cells[1].outputs = [error]
    hidden, _ = HideTests()(new_notebook(cells=cells), {})
    assert hidden.cells[1].outputs[0].traceback == ["E"]


def test_a_test_that_begins_with_what_is_hidden_counts_its_lines() -> None:
    error = new_output("error", ename="E", evalue="", traceback=["----> 4 assert f(1)"])
    hides, _, last = HIDES.partition("\n")
    (output,) = _shown(error, source=f"\n{last}\n{hides}").outputs
    assert output.traceback == ["----> assert f(1)", "E"]


def test_a_hidden_line_that_is_guessed_changes_nothing() -> None:
    guesses = (["----> 2 assert f(1)", f"----> 4 assert f({n}) == 42"] for n in (20, 21))
    right, wrong = (
        _shown(new_output("error", ename="E", evalue="", traceback=it), source=LINES).outputs
        for it in guesses
    )
    assert right == wrong


@pytest.mark.usefixtures("boxes")
def test_a_page_shows_the_line_of_a_visible_test_and_none_of_a_hidden_one(tmp_path: Path) -> None:
    hidden = "assert double(21) == 42"
    raises = f"def double(x):\n    raise ValueError('''\n----> 3 {hidden}''')\nshare = 1"
    answers = {
        "visible": "def double(x):\n    return x\nshare = 1",
        "hidden": "def double(x):\n    return 4\nshare = 1",
        "points": raises,
    }
    folder = small.make(tmp_path, {name: small.submission(it) for name, it in answers.items()})
    source = small.source()
    source.cells[2].source = source.cells[2].source.replace(", 'double(2) should be 4'", "")
    small.write(folder / "source" / NAME / f"{NAME}.ipynb", source)
    grade_assignment(folder, NAME, options={"workers": 1})
    shown = {
        name: page(folder, name).rpartition("Grade cell: <code>double</code>")[2]
        for name in answers
    }
    assert "----&gt; assert double(2) == 4\nAssertionError" in shown["visible"]
    assert "----&gt; assert" not in shown["hidden"]
    assert f"{ONLY_UNSEEN_FAILED}\nAssertionError" in shown["hidden"]
    assert not any("check that is not shown" in shown[it] for it in ("visible", "points"))
    assert "----&gt; assert double(2) == 4\nValueError" in shown["points"]


@pytest.mark.parametrize(
    "leak",
    [
        new_output("stream", name="stdout", text="21"),
        new_output("stream", name="stderr", text="21"),
        new_output("display_data", {"text/plain": "21"}),
        new_output("display_data", {"text/html": "21", "image/png": "21"}),
        new_output("execute_result", {"text/plain": "asked 21"}),
        new_output("execute_result", {"text/plain": "[21]"}),
        new_output("error", ename="E", evalue="no", traceback=["assert f(21) == 42", "E: no"]),
    ],
)
def test_nothing_that_is_printed_meanwhile_gives_a_test_away(leak: NotebookNode) -> None:
    cell = _shown(leak)
    assert "21" not in cell.source + str(cell.outputs)


@pytest.mark.parametrize(
    ("source", "shows"),
    [
        (HIDES, f"assert f(1)\n### {HIDDEN}"),
        ("### BEGIN HIDDEN TESTS\nassert f(21)\n### END HIDDEN TESTS", f"### {HIDDEN}"),
        ("# BEGIN HIDDEN TESTS\nf(21)\n# END HIDDEN TESTS\nf(1)", f"# {HIDDEN}\nf(1)"),
        ("x = 21 # BEGIN HIDDEN TESTS\nf(x)\n# END HIDDEN TESTS", f"# {HIDDEN}"),
        ("if 1:\n    // BEGIN HIDDEN TESTS\n    f(21)", f"if 1:\n    // {HIDDEN}"),
        ("assert f(1)", "assert f(1)"),
    ],
)
def test_learners_see_of_a_test_what_they_have_of_it(source: str, shows: str) -> None:
    assert _shown(source=source).source == shows


def test_what_a_course_marks_in_its_own_words_is_hidden() -> None:
    marks = {"begin_test_delimeter": "SECRET {", "end_test_delimeter": "} SECRET"}
    cell = small.marked(new_code_cell("a\n# SECRET {\nb\n# } SECRET"), "t", 1, grade=True)
    hide = HideTests(config=Config({"ClearHiddenTests": marks}))
    shown, _ = hide(new_notebook(cells=[cell]), {})
    assert shown.cells[0].source == f"a\n# {HIDDEN}"


def test_what_a_test_shows_that_hides_nothing_stays() -> None:
    error = new_output("error", ename="E", evalue="no", traceback=["assert f(1)", "E: no"])
    printed = new_output("stream", name="stdout", text="asked 1")
    assert _shown(printed, error, source="assert f(1)").outputs == [printed, error]


def test_a_test_tells_no_other_one_that_it_calls() -> None:
    error = new_output("error", ename="E", evalue="no", traceback=["assert f(21) == 42", "E: no"])
    calls = small.marked(new_code_cell("helper(f)"), "calls", 1, grade=True)
    calls.outputs = [error]
    hides = small.marked(new_code_cell(HIDES), "hides", 1, grade=True)
    shown, _ = HideTests()(new_notebook(cells=[hides, calls]), {})
    assert shown.cells[1].outputs[0].traceback == ["E: no"]


@pytest.mark.parametrize("points", ["1", "0.5", "1e-3", "np.float64(0.5)", "-1.5"])
def test_points_are_shown(points: str) -> None:
    result = new_output("execute_result", {"text/plain": points, "text/html": "<b>more</b>"})
    (output,) = _shown(result).outputs
    assert output.data == {"text/plain": points}


def test_what_a_learner_prints_elsewhere_stays() -> None:
    cell = small.marked(new_code_cell("print(1)"), "answer", solution=True)
    cell.outputs = [new_output("stream", name="stdout", text="mine")]
    shown, _ = HideTests()(new_notebook(cells=[cell]), {})
    assert shown.cells[0].outputs == cell.outputs


@pytest.mark.parametrize(
    "chosen",
    [
        ["nbgrader.preprocessors.GetGrades", "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor"],
        ["boxgrader.nbgrader_course.feedback.HideTests"],
        [],
    ],
)
def test_a_course_that_chooses_its_own_steps_hides_its_tests_all_the_same(
    chosen: list[str],
) -> None:
    config = Config({"GenerateFeedback": {"preprocessors": chosen}})
    steps = PrivateFeedback(config=config).preprocessors
    assert steps.count(HideTests) == 1
    assert (GetGradesSoFar in steps) == ("nbgrader.preprocessors.GetGrades" in chosen)
    assert len(steps) == len({*chosen, "boxgrader.nbgrader_course.feedback.HideTests"})


def test_a_course_may_show_its_tests() -> None:
    cell = small.marked(new_code_cell("assert f(21)"), "test", 1, grade=True, locked=True)
    feedback = PrivateFeedback(config=Config({"HideTests": {"enabled": False}}))
    exporter = FeedbackPage(parent=feedback, config=feedback.config, template_name="classic")
    exporter.register_preprocessor(HideTests)
    shown, _ = exporter.from_notebook_node(new_notebook(cells=[cell]))
    assert ">21<" in shown


RELEASES = ExchangeReleaseFeedback.copy_files


@pytest.fixture
def not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nbgrader be as it comes, whatever course was read before."""
    from nbgrader.apps import api, autogradeapp, generatefeedbackapp
    from nbgrader.server_extensions.formgrader import formgrader

    for module in (api, autogradeapp):
        monkeypatch.setattr(module, "Autograde", Autograde)
    for module in (api, generatefeedbackapp):
        monkeypatch.setattr(module, "GenerateFeedback", GenerateFeedback)
    monkeypatch.setattr(formgrader, "HTMLExporter", formgrader.HTMLExporter)
    monkeypatch.setattr(ExchangeReleaseFeedback, "copy_files", RELEASES)


@pytest.mark.usefixtures("not_installed", "boxes")
def test_the_button_of_formgrader_makes_the_same_page(course: Path) -> None:
    from nbgrader.apps import NbGraderAPI

    install()
    before = page(course, "wrong")
    directory = course_directory(course)
    made = NbGraderAPI(coursedir=directory, config=directory.config)
    assert made.generate_feedback(NAME, "wrong")["success"]
    assert page(course, "wrong") == before


@pytest.mark.usefixtures("not_installed")
def test_what_formgrader_shows_runs_nothing_and_asks_for_nothing(tmp_path: Path) -> None:
    from nbgrader.server_extensions.formgrader import formgrader, handlers

    install()
    assert formgrader.HTMLExporter is FormgraderPage
    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    notebook = small.submission()
    notebook.cells[-1].source = "<script>steal()</script> ![x](http://example.org/x.png)"
    name = "O'Brien <img src=x onerror=steal()>"
    names = {"student": name, "first_name": None, "last_name": None, "base_url": "/base"}
    names |= {"assignment_id": NAME, "notebook_id": NAME, "index": 0, "total": 1}
    path = small.write(tmp_path / f"{NAME}.ipynb", notebook)
    shown, _ = formgrader.HTMLExporter(config=config).from_filename(str(path), names)
    assert "<script>steal" not in shown
    assert not re.search(r"<[^>]*onerror", shown)
    assert "O'Brien &lt;img" in shown
    assert 'src="http' not in shown
    assert "/base/formgrader/static/js/formgrade.js" in shown


@pytest.mark.usefixtures("not_installed")
def test_what_a_configuration_lacks_is_said_with_the_line_to_add(tmp_path: Path) -> None:
    exchange = tmp_path / "exchange"
    config = "c = get_config()\nc.CourseDirectory.course_id = 'small'\n"
    config += f"c.Exchange.root = {str(exchange)!r}\n"
    (tmp_path / "nbgrader_config.py").write_text(config)
    path = tmp_path / "nbgrader_config.py"
    (first,) = lacking(course_directory(tmp_path))
    assert first.endswith(
        f"Add at the end of {path}, and restart JupyterLab:\n"
        "    import boxgrader\n    boxgrader.install()"
    )
    (exchange / "small" / "inbound").mkdir(parents=True)
    for _ in range(3):
        for sentence in lacking(course_directory(tmp_path)):
            lines = textwrap.dedent(sentence.split(":\n", 1)[1])
            path.write_text(config := f"{config}{lines}\n")
    directory = course_directory(tmp_path)
    assert lacking(directory) == []
    assert config.count("boxgrader") == 3
    assert directory.course_id == "small", "what the file held before still holds"


@pytest.mark.usefixtures("not_installed")
def test_where_there_is_no_configuration_yet_the_whole_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    path = tmp_path / "nbgrader_config.py"
    (first,) = lacking(course_directory(tmp_path))
    assert f"There is no {path} yet: make it, with:\n" in first
    path.write_text(textwrap.dedent(first.split(":\n", 1)[1]))
    assert lacking(course_directory(tmp_path)) == []


@pytest.mark.usefixtures("not_installed", "boxes")
def test_check_says_what_the_course_around_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--course", str(tmp_path)]) == 0
    assert "boxgrader.install()" not in capsys.readouterr().out, "no course"
    (tmp_path / "source").mkdir()
    monkeypatch.chdir(tmp_path)
    assert main(["check"]) == 0
    assert "\n    import boxgrader\n    boxgrader.install()\n" in capsys.readouterr().out


README = Path(boxgrader.__file__).parent / "README.md"


@pytest.mark.usefixtures("not_installed", "boxes")
def test_the_lines_for_your_own_course_do_what_they_say(course: Path, tmp_path: Path) -> None:
    from nbgrader.apps import NbGraderAPI

    section = README.read_text("utf-8").partition("## Your own course")[2].partition("\n## ")[0]
    lines = "".join(re.findall(r"```python\n(.*?)```", section, re.DOTALL))
    folder = small.copy_of(course, tmp_path)
    (folder / "nbgrader_config.py").write_text(lines)
    directory = course_directory(folder)
    assert lacking(directory) == []
    for place, names in (("BoxedAutograde", BoxedAutograde), ("HideTests", HideTests)):
        for name, value in directory.config[place].items():
            assert getattr(names(), name) == value, "what holds if a course says nothing"
    (folder / "feedback" / "wrong" / NAME / f"{NAME}.html").unlink()
    buttons = NbGraderAPI(coursedir=directory, config=directory.config)
    assert buttons.autograde(NAME, "wrong")["success"]
    assert buttons.generate_feedback(NAME, "wrong")["success"]
    assert HIDDEN in page(folder, "wrong")
    assert set(records(f"sqlite:///{folder}/gradebook.db", NAME)) == set(learners())
