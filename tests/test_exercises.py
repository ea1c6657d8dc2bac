"""The four rules for exercises, for every module there is.

Variants of one exercise run one after the other in one kernel that is emptied in between, and are
graded by nbgrader's own rule. `test_class.py` runs the whole of nbgrader.
"""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import ROOT
from course import (
    SOLUTION,
    Sample,
    answered,
    grade_id,
    is_solution,
    nbgrader_api,
    release,
    samples,
    scratch,
    source,
    stems,
)
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbgrader.utils import determine_grade, is_grade
from raw import raw_of
from release import (
    SLIPS,
    make_one,
    named_slips,
    right_numbers,
    slips_text,
    tell_together,
    tells,
)
from traitlets.config import Config

from boxgrader.nbgrader_course.feedback import HIDDEN as MORE
from boxgrader.nbgrader_course.feedback import HideTests

STEMS = stems()
HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS\n(.*?)### END HIDDEN TESTS", re.DOTALL)
SECRET = re.compile(r"### BEGIN (SOLUTION|HIDDEN TESTS)\n.*?### END \1", re.DOTALL)
SO_FAR = re.compile(r"checks\.so_far\(([^)]*)\)")


def shares(one: float, two: float, three: float, doubled: float) -> str:
    """Return what somebody writes below a name, for a team that is judged at three dates."""
    table = {"after one year": one, "after two years": two, "after three years": three}
    table |= {"after two years, twice the interest": doubled}
    return f"my_name, best_share = 'Ann Example', {table}"


REFUTED = {
    "01_technical_debt": [
        ("hours_behind", "hours_behind = 17.3", "so many hours do not cost 85"),
        ("billions", "billions = 400; hours_behind = 13.5", "so many hours do not cost 85"),
        ("reports_win", "reports_win = -40", "it cannot lose more than these"),
        ("first", "reports_win, first = -18, 'old reports'", "that repair loses days"),
        ("best_share", shares(0.3, 0.3, 0.3, 0.3), "The same for all four?"),
        ("best_share", shares(0, 0.3, 0.2, 0.4), "With more time your team repairs less"),
        ("best_share", shares(0, 0.2, 0.3, 0.1), "costs twice as much, your team repairs less"),
    ],
    "02_monolith_to_services": [
        ("promise", "promise = 1200", "You found a load with a higher low end yourself"),
        ("promise", "promise = 2000", "So much the law itself does not reach"),
        ("odd_one", "odd_one, middle = 'lead time', 106.5", "about what was published there"),
        ("odd_one", "odd_one, middle = 'deployments', 7", "about what was published there"),
    ],
    "03_reliability": [
        ("both_single", "both_single, one_doubled = 4000, 3900", "that is longer"),
        ("one_doubled", "both_single, one_doubled = 8208, 9000", "more minutes without bookings"),
        ("burn_rate", "burn_rate = 800", "gone within that hour"),
        (
            "signed",
            "my_name = 'Ann Example'\n"
            "signed = {'today': 0.997, 'half the flaws': 0.997, 'half as long': 0.995}",
            "looser promise than today",
        ),
        (
            "signed",
            "my_name = 'Ann Example'\n"
            "signed = {'today': 0.997, 'half the flaws': 0.995, 'half as long': 0.998}",
            "looser promise than today",
        ),
    ],
    "04_diverse_users": [
        ("there_after_one", "there_after_one = 150", "Only 100 began"),
        ("second_renewal", "second_renewal = 45", "by something between"),
        ("seen", "seen = 80", "so many are not left"),
        ("expected", "expected = 88", "renewed already at renewal 6"),
        ("expected", "expected = 93", "the three do not go together"),
        (
            "points_at_old_mix",
            "points_at_old_mix = {'A': 8, 'B': -2.5, 'C': 1.7}",
            "between what casual and power users move",
        ),
        (
            "best_depth",
            "my_name = 'Ann Example'\n"
            "best_depth = {'today': 0.4, 'easier start': 0.4, 'half the fee': 0.8}",
            "you move towards them",
        ),
    ],
    "05_product_to_platform": [
        ("prices", "price = {'studios': 70, 'partners': 35}", "more than cost and taste"),
        ("prices", "price = {'studios': 15, 'partners': 10}", "Your `change` says what 5"),
        ("change", "change = {'studios': 0, 'partners': -20}", "Your `price` says what 20"),
        ("teachers_needed", "teachers_needed = 600", "600 are too few"),
        ("teachers_needed", "teachers_needed = 2000", "the tipping point lies below"),
        ("highest_price", "highest_price = 21.5", "At 20 dollars a month more than 600"),
        ("highest_price", "highest_price = 20 * 600 / teachers_needed", "is no straight line"),
        ("predicted", "predicted = {2012: 5795.7, 2013: 5000}", "do not make the 2.11 times"),
    ],
    "06_communication": [
        ("ninety_join", "one_joins, ninety_join = 100, 800", "You have fewer paths than that"),
        ("forgotten", "forgotten = 'two of the first four'", "the book counts all six"),
        (
            "ten_win",
            "my_name = 'Ann Example'\n"
            "ten_win = {'today': 22, 'half the teaching': 21, 'as in Terraform': 32}",
            "Days lost have a minus",
        ),
        ("factor_each", "factor_used = 2.9\nfactor_each = 3", "cannot gain by a larger factor"),
    ],
    "08_flight_simulator": [
        ("worst_round", "worst_round = 7", "less than a fifth off"),
        ("better_rounds", "better_rounds = 9", "From round 2 to 6 the same growth is nearer"),
        ("best_team", "best_team = 'Blue'", "puts this team last"),
        ("skill_percent", "skill_percent = 40", "leave nothing for the third line"),
        (
            "arrow",
            "weaker, arrow = Flight(interest=0.125), 'anger'",
            "brings more customers than your `arrow`",
        ),
        ("people_instead", "people_instead = 3", "hired at least that many anyway"),
        ("people_instead", "people_instead = 5", "is worth less than the repair"),
        (
            "people_instead",
            "people_instead, people, worth = 12, 9, [0, 8.3, 9.3]",
            "does it with fewer people",
        ),
        ("people_by_luck", "people_by_luck = 2", "hired at least that many anyway"),
        ("people_by_luck", "people_by_luck = 5", "ends with fewer customers than the repair"),
        (
            "people_by_luck",
            "people_by_luck, people, customers = 9, 7, [172_010, 186_267, 188_000]",
            "does it with fewer people",
        ),
        (
            "policy",
            "policy = {'start': STEADY.start.row(), 'rules': list(STEADY.rules)}",
            "no more points than the best of those that everybody knows",
        ),
    ],
}
"""Wrong answers that nobody named a slip of, and what one's own numbers say against each."""

STUBS = ("# Write your answer here.", "*Write here.*")
MARKERS = ("BEGIN SOLUTION", "END SOLUTION", "HIDDEN TESTS", "MARK SCHEME")


# A namespace is emptied more than a hundred times, and Python looks for garbage each time. Among
# what was imported there is none.
FROZEN = "import gc, thousandfold.models, thousandfold.teaching.checks\ngc.collect()\ngc.freeze()"


class Kernel:
    """One kernel that runs variants of notebooks, each from an empty namespace."""

    def __init__(self, **environment: str) -> None:
        config = Config({"KernelManager": {"transport_encryption": "auto"}})
        self.client = NotebookClient(nbformat.v4.new_notebook(), config=config, allow_errors=True)
        self.client.km = self.client.create_kernel_manager()
        at_work = {name: it for name, it in os.environ.items() if name != "NBGRADER_EXECUTION"}
        self.client.start_new_kernel(env={**at_work, **environment})
        self.client.start_new_kernel_client()
        self.run(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(FROZEN)]))

    def run(self, notebook: NotebookNode) -> NotebookNode:
        reset = nbformat.v4.new_code_cell("%reset -f")
        self.client.nb = nbformat.v4.new_notebook(cells=[reset, *notebook.cells])
        self.client.reset_execution_trackers()
        for index, cell in enumerate(self.client.nb.cells):
            self.client.execute_cell(cell, index)
        return notebook

    def stop(self) -> None:
        self.client._cleanup_kernel()


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    kernel = Kernel(NBGRADER_EXECUTION="autograde")
    yield kernel
    kernel.stop()


@pytest.fixture(scope="module")
def at_work() -> Iterator[Kernel]:
    kernel = Kernel()
    yield kernel
    kernel.stop()


def graded(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """Return the cells that are graded by running, by grade id."""
    return {
        grade_id(cell): cell
        for cell in notebook.cells
        if is_grade(cell) and not is_solution(cell) and cell.cell_type == "code"
    }


def lost(notebook: NotebookNode) -> dict[str, float]:
    """Return the points that were lost, by grade id, after nbgrader's rule."""
    grades = {name: determine_grade(cell) for name, cell in graded(notebook).items()}
    return {name: most - got for name, (got, most) in grades.items() if got != most}


def says(cell: NotebookNode) -> str:
    """Return all that a learner sees below a cell."""
    shown = [
        "\n".join(output.traceback)
        if output.output_type == "error"
        else str(output.get("text", ""))
        for output in cell.outputs
    ]
    return "\n".join(shown)


def errors(notebook: NotebookNode) -> dict[str, NotebookNode]:
    return {
        grade_id(cell) or f"the cell `{cell.source.partition(chr(10))[0]}`": output
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    }


@pytest.mark.parametrize("stem", STEMS)
def test_the_reference_solution_scores_full_marks_in_words(stem: str, kernel: Kernel) -> None:
    notebook = kernel.run(answered(source(stem), stem, Sample("right")))
    assert [
        f"{name} stops with {error.ename}: {error.evalue}"
        for name, error in errors(notebook).items()
    ] == []
    assert lost(notebook) == {}
    assert raw_of(notebook) == [], "show(...) says it in words"


@pytest.mark.parametrize("stem", STEMS)
def test_the_untouched_release_scores_nothing_and_is_told_so_kindly(
    stem: str, kernel: Kernel
) -> None:
    untouched = kernel.run(release(stem))
    tests = graded(untouched)
    assert set(lost(untouched)) == set(tests)
    assert sum(lost(untouched).values()) == sum(
        cell.metadata.nbgrader.points for cell in tests.values()
    )
    for name, error in errors(untouched).items():
        assert error.ename == "Hint", f"{name} stops with a bare {error.ename}"
    for name, cell in tests.items():
        assert "Traceback" not in says(cell)
        assert re.search(r"[a-z ]{12,}.*[.:]$", says(cell).strip()), f"{name}: {says(cell)}"


@pytest.mark.parametrize(
    ("stem", "sample"),
    [(stem, sample) for stem in STEMS for sample in samples(stem)],
    ids=lambda value: value.name if isinstance(value, Sample) else value,
)
def test_a_named_wrong_answer_loses_exactly_what_it_should(
    stem: str, sample: Sample, kernel: Kernel
) -> None:
    notebook = kernel.run(answered(source(stem), stem, sample))
    loses = {name: round(points, 2) for name, points in lost(notebook).items()}
    assert lost(notebook) == pytest.approx(sample.loses), (
        f"{sample.name}.toml says it loses {sample.loses}, and it loses {loses}"
    )
    shown = {name: says(cell) for name, cell in graded(notebook).items()}
    assert [
        f"{sample.name}.toml says that {name} tells {sentence!r}, and it tells {told!r}"
        for name, sentence in sample.says.items()
        if sentence not in (told := shown.get(name, "nothing: there is no such test"))
    ] == []


@pytest.mark.parametrize("stem", STEMS)
def test_ones_own_numbers_refute_what_is_wrong_and_never_what_is_right(
    stem: str, at_work: Kernel
) -> None:
    right = answered(source(stem), stem, Sample("right"))
    restored = "\n".join(c.source for c in right.cells if is_solution(c) and c.cell_type == "code")
    visible = {name: HIDDEN.sub("", cell.source) for name, cell in graded(right).items()}
    tried = []
    for name, wrong, _ in REFUTED.get(stem, []):
        tried += [nbformat.v4.new_code_cell(code) for code in (wrong, visible[name], restored)]
    at_work.run(nbformat.v4.new_notebook(cells=[*right.cells, *tried]))
    assert [hint for cell in right.cells if (hint := hinted(cell))] == []
    said = [hinted(cell) for cell in tried[1::3]]
    assert [
        f"{name} tells {told!r} of {wrong}"
        for (name, wrong, says), told in zip(REFUTED.get(stem, []), said, strict=True)
        if says not in told
    ] == []


def hinted(cell: NotebookNode) -> str:
    """Return the hint that somebody at work sees below a cell."""
    shown = [output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", [])]
    return "\n".join(text for text in shown if text.startswith("Hint."))


@pytest.mark.parametrize("stem", STEMS)
def test_each_task_that_is_graded_is_missed_by_some_named_answer(stem: str) -> None:
    missed = {name for sample in samples(stem) for name in sample.loses}
    tasks = set(graded(source(stem)))
    assert [
        *(f"no answer in tests/answers/{stem} loses points for {task}" for task in tasks - missed),
        *(f"tests/answers/{stem} speaks of {name}, which is no task" for name in missed - tasks),
    ] == []


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any]:
    """Return an empty course, and nbgrader in front of it: its gradebook is made once."""
    folder = tmp_path_factory.mktemp("course") / "course"
    scratch(folder)
    return folder, nbgrader_api(folder)


@pytest.mark.parametrize("stem", STEMS)
def test_the_release_is_what_nbgrader_makes_to_the_byte(
    stem: str, course: tuple[Path, Any]
) -> None:
    folder, nbgrader = course
    make_one(nbgrader, stem)
    fresh = {p.name: p.read_bytes() for p in (folder / "exercises" / stem).iterdir()}
    kept = {p.name: p.read_bytes() for p in (ROOT / "exercises" / stem).iterdir() if p.is_file()}
    assert kept == fresh, "run make release"


@pytest.mark.parametrize("stem", STEMS)
def test_nothing_in_the_release_gives_an_answer_away(stem: str) -> None:
    text = (ROOT / "exercises" / stem / f"{stem}.ipynb").read_text(encoding="utf-8")
    assert [marker for marker in MARKERS if marker in text] == []
    public = {*SECRET.sub("", everything(source(stem))).splitlines(), *STUBS}
    shown = {line.strip() for line in everything(release(stem)).splitlines()}
    assert [
        f"learners see {line!r}, and solutions/{stem} has it only in an answer, or no longer: "
        "make release"
        for line in sorted(shown - {line.strip() for line in public})
    ] == []
    assert "outputs" not in {key for cell in release(stem).cells for key in cell if cell.get(key)}


def everything(notebook: NotebookNode) -> str:
    return "\n".join(cell.source for cell in notebook.cells)


@pytest.mark.parametrize("stem", STEMS)
def test_a_hidden_test_checks_more_than_learners_see(stem: str) -> None:
    for name, cell in graded(source(stem)).items():
        hidden = [part for part in HIDDEN.findall(cell.source) if "checks.slips(" not in part]
        assert hidden, f"{name} has no hidden test"


@pytest.mark.parametrize("stem", STEMS)
def test_named_slips_stand_in_the_package_and_in_no_cell(stem: str) -> None:
    assert (SLIPS / f"{stem}.json").read_text(encoding="utf-8") == slips_text(stem), "make release"
    assert "slips(" not in everything(release(stem))


@pytest.mark.parametrize(
    ("slip", "sentence", "right"),
    [
        (138.9, "That is a percentage.", 1.3889),
        (0.9253, "seen should be in percent.", 92.531),
        (0.4158, "You divided the other way round.", 2.405),
        (0.333333, "That is a share. How many of 3,000 teachers?", 1000),
        (6.786, "Squads come whole.", 7),
        (97, "97 is all that is not skill.", 3),
        (30, "You counted each pair twice.", 15),
        (0.1, "0.1 is the share that fails.", 100),
    ],
)
def test_a_slip_that_tells_is_kept_out_of_the_package(
    slip: float, sentence: str, right: float
) -> None:
    assert tells(slip, sentence, right)
    assert not tells(91.5708, "That forecast knows four renewals.", 92.0767)


def test_two_slips_that_tell_together_are_not_both_in_the_package() -> None:
    assert tell_together(11, 8, 3)
    assert tell_together(89, 8, 3)
    assert not tell_together(89, 11, 3)
    assert not tell_together(34.5, 34.547, 69)


@pytest.mark.parametrize("stem", STEMS)
def test_no_right_answer_follows_from_two_released_slips(stem: str) -> None:
    right = right_numbers(stem)
    held = json.loads((SLIPS / f"{stem}.json").read_text(encoding="utf-8"))
    assert [
        (name, slip, other)
        for name, said in held.items()
        if name in right
        for (slip, *_), _ in said
        for (other, *_), _ in said
        if tell_together(slip, other, right[name])
    ] == []


@pytest.mark.parametrize("stem", STEMS)
def test_no_right_answer_follows_from_a_released_slip(stem: str) -> None:
    right = right_numbers(stem)
    held = json.loads((SLIPS / f"{stem}.json").read_text(encoding="utf-8"))
    single = {name for name, said in held.items() if said and len(said[0][0]) == 1}
    assert single <= set(right), "write expected= as a number, so that this can be known"
    assert [
        (name, slip)
        for name in single
        for (slip, *_), sentence in held[name]
        if tells(slip, sentence, right[name])
    ] == []


def test_no_two_exercises_name_slips_of_one_answer() -> None:
    names = [name for stem in STEMS for name in named_slips(stem)]
    assert sorted(set(names)) == sorted(names)
    assert {path.stem for path in SLIPS.iterdir()} == set(STEMS)


@pytest.mark.parametrize("stem", STEMS)
def test_the_last_cell_asks_for_every_answer(stem: str) -> None:
    *cells, last = [cell.source for cell in source(stem).cells if cell.cell_type == "code"]
    asked = [
        name
        for names in ast.literal_eval(ast.parse(last).body[0].value.args[0]).values()
        for name in names
    ]
    filled_in = [
        name for cell in cells for said in SO_FAR.findall(cell) for name in re.findall(r"\w+", said)
    ]
    assert asked == filled_in


@pytest.mark.parametrize("stem", STEMS)
def test_feedback_shows_of_a_test_what_the_exercise_shows(stem: str) -> None:
    exercise = graded(release(stem))
    shown, _ = HideTests()(source(stem), {})
    for name, cell in graded(shown).items():
        lines = [line for line in cell.source.splitlines() if MORE not in line]
        assert lines == exercise[name].source.splitlines(), name


@pytest.mark.parametrize("stem", STEMS)
def test_an_exercise_has_tasks_a_decision_with_partial_credit_and_a_memo(stem: str) -> None:
    cells = source(stem).cells
    by_running = graded(source(stem))
    assert 4 <= len(by_running) <= 10
    assert any("checks.credit(" in cell.source for cell in by_running.values())
    memos = [c for c in cells if is_grade(c) and is_solution(c) and c.cell_type == "markdown"]
    assert len(memos) == 1
    rubric = next(cell for cell in cells if "| row |" in cell.source).source
    rows = ["Option chosen", "number relied on", "How sure", "change my mind", "Tripwire"]
    assert [row for row in rows if row not in rubric] == []
    assert not any(SOLUTION.search(cell.source) for cell in release(stem).cells)
