"""First stumbles, in notebooks as learners run them: one kernel, cells one after another."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from traitlets.config import Config

CHECKS = "from thousandfold import checks"
LESSON = "from thousandfold import simulate"
STUMBLES = {
    "squad = 8 people": "write the number alone: 8, without `people`",
    "n = 20k": "write the number alone: 20, without `k`",
    "cost = $20": "write the number alone, without $",
    "share = 20%": "write 20 % as 0.2, or as 20",
    "share = 12.5 %  # a guess": "write 12.5 % as 0.125",
    "factor = 4,04": "write decimals with a point: 4.04, not 4,04",
    "factor = 4,5": "write decimals with a point: 4.5, not 4,5",
    "table = {10: 4,04, 14: 3}": "write decimals with a point: 4.04",
    "paths = 1,615": "write 1,615 as 1615",
    "paths = 1,615,000": "write 1,615,000 as 1615000.",
    "paths = 1.615.000": "write 1.615.000 as 1615000",
    "paths = 20 000": "write 20 000 as 20000",
    "factor = 2^1.55": "Write **",
    "factor = 2^3": "Write **",
    "factor = 2 x 3": "write times as *",
    "def f(x):\nreturn x": "Line 2 belongs to the line above it: put four spaces",
    "a = 1\n  b = 2": "Line 2 begins with too many or too few spaces",
    "name = 'rails": "a quotation mark is missing",
    "name = “rails”": "write straight quotation marks",
    "plan = [0.2, 0.3": "a bracket is opened and never closed",
    "plan = 0.2, 0.3]": "the bracket ] closes nothing",
    "plan = ": "nothing stands behind the sign =",
    "plan = true": "write True",
    "plan = nowhere": "nowhere is not known yet: run the cells above",
    "plan = ... + 1": "three dots still stand for an answer",
    "plan = 1 / 0": "`plan = 1 / 0` stops: division by zero",
}
MEANT = ["a, b = 1, 2", "pair = (4, 5)", "my_guess_a = 4,5", "s = '20% of 8 people'", "c = 7 % 2"]


class Kernel:
    """A kernel in which cells are run as somebody at work runs them, or as a grader does."""

    def __init__(self, **environment: str) -> None:
        config = Config({"KernelManager": {"transport_encryption": "auto"}})
        self.client = NotebookClient(nbformat.v4.new_notebook(), config=config, allow_errors=True)
        self.client.km = self.client.create_kernel_manager()
        at_work = {name: it for name, it in os.environ.items() if name != "NBGRADER_EXECUTION"}
        self.client.start_new_kernel(env={**at_work, **environment})
        self.client.start_new_kernel_client()

    def run(self, *sources: str) -> list[NotebookNode]:
        self.client.nb = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in sources]
        )
        self.client.reset_execution_trackers()
        for index, cell in enumerate(self.client.nb.cells):
            self.client.execute_cell(cell, index)
        cells: list[NotebookNode] = self.client.nb.cells
        return cells

    def stop(self) -> None:
        self.client._cleanup_kernel()


@pytest.fixture(scope="module")
def at_work() -> Iterator[Kernel]:
    kernel = Kernel()
    kernel.run(CHECKS)
    yield kernel
    kernel.stop()


@pytest.fixture(scope="module")
def in_a_lesson() -> Iterator[Kernel]:
    kernel = Kernel()
    kernel.run(LESSON)
    yield kernel
    kernel.stop()


@pytest.fixture(scope="module")
def graded() -> Iterator[Kernel]:
    kernel = Kernel(NBGRADER_EXECUTION="autograde")
    kernel.run(CHECKS)
    yield kernel
    kernel.stop()


def told(cell: NotebookNode) -> str:
    """Return what stands below a cell, errors with all their lines."""
    return "\n".join(map(one_told, cell.outputs))


def one_told(output: Any) -> str:
    if output.output_type == "error":
        return "\n".join(output.traceback)
    return str(output.get("text") or output.data["text/plain"])


@pytest.mark.parametrize("source", STUMBLES)
def test_a_stumble_gets_one_sentence_in_an_exercise(source: str, at_work: Kernel) -> None:
    (cell,) = at_work.run(source)
    assert [output.output_type for output in cell.outputs] == ["display_data"]
    assert STUMBLES[source] in told(cell)
    assert told(cell).count("\n") == 0
    assert 'role="status"' in cell.outputs[0].data["text/html"]


@pytest.mark.parametrize("source", STUMBLES)
def test_a_stumble_gets_the_same_sentence_in_a_lesson(source: str, in_a_lesson: Kernel) -> None:
    (cell,) = in_a_lesson.run(source)
    assert [output.output_type for output in cell.outputs] == ["error"]
    assert STUMBLES[source] in told(cell)
    assert told(cell).count("\n") == 0


@pytest.mark.parametrize("source", MEANT)
def test_what_python_reads_as_it_was_meant_stays(source: str, at_work: Kernel) -> None:
    (cell,) = at_work.run(source)
    assert cell.outputs == []


def test_a_missing_first_cell_is_told() -> None:
    kernel = Kernel()
    of_ours, of_others, of_python = kernel.run(
        "checks.number('answer', 3)", "import pandas as pd\ntheirs", "1 / 0"
    )
    kernel.stop()
    assert "checks is not known yet: run the first grey cell" in told(of_ours)
    assert "Traceback" not in told(of_ours)
    # A kernel of the same environment may be at work for somebody else.
    assert "Traceback" in told(of_others)
    assert "Traceback" in told(of_python)


def test_a_hint_is_an_output_and_the_notebook_goes_on(at_work: Kernel) -> None:
    at_work.client.allow_errors = False  # A cell that stops with an error ends the run.
    hint, after = at_work.run("checks.number('a', ...)\nprint('never')", "print('here')")
    at_work.client.allow_errors = True
    assert "a has no answer yet" in told(hint)
    assert "never" not in told(hint)
    assert told(after) == "here\n"


def test_a_hint_is_an_error_when_it_is_graded(graded: Kernel) -> None:
    (cell,) = graded.run("checks.number('a', ...)")
    (output,) = cell.outputs
    assert (output.output_type, output.ename) == ("error", "Hint")
    assert output.traceback == [output.evalue]


def test_graded_code_means_what_python_reads(graded: Kernel) -> None:
    (cell,) = graded.run("factor = 2^3\nprint(factor)")
    assert told(cell) == "1\n"


def test_a_cell_that_failed_silences_all_checks_of_its_answers(at_work: Kernel) -> None:
    right = at_work.run(
        "one = 1\ntwo = 2", *(f"print(checks.number('{n}', {n}))" for n in ("one", "two"))
    )
    assert [told(cell) for cell in right[1:]] == ["1.0\n", "2.0\n"]
    for broken, failed in (
        ("one = 1\ntwo = 20%", "could not be read"),
        ("one = 1\ntwo = 2^3", "could not be read"),
        ("one = 1\ntwo = 1 / 0", "stopped with an error"),
    ):
        at_work.run(broken)
        for name in ("one", "two"):
            other, check = at_work.run("other = 7", f"checks.number('{name}', {name})")
            assert told(other) == ""
            assert f"The cell that gives {name} {failed} (`{name} = " in told(check)
    mended = at_work.run("one = 1\ntwo = 2", "print(checks.number('two', two))")
    assert told(mended[1]) == "2.0\n"


def test_a_name_that_never_was_known_says_which_cell_could_not_be_read(at_work: Kernel) -> None:
    for broken in ("fresh = 20 000 people", "fresh = 4,5", "def fresh(x):\nreturn x"):
        _, check = at_work.run(broken, "checks.number('fresh', fresh)")
        line = broken.partition("\n")[0]
        assert f"The cell that gives fresh could not be read (`{line}`), so fresh is not " in told(
            check
        )
    *_, check = at_work.run("fresh = 1", "del fresh", "checks.number('fresh', fresh)")
    assert "fresh is not known yet: run the cells above" in told(check)


def test_a_failed_experiment_costs_nothing_when_it_is_graded(graded: Kernel) -> None:
    *_, check = graded.run("one = 1", "one = 1 / 0", "print(checks.number('one', one))")
    assert told(check) == "1.0\n"


def test_what_ones_own_numbers_refute_is_not_filled_in(at_work: Kernel) -> None:
    refuted = "checks.refuted(lambda: {}, 'It earns less.')\nchecks.so_far('plan')"
    wrong, right, unknown = at_work.run(*map(refuted.format, ("2 > 1", "1 > 2", "1 / 0")))
    assert told(wrong) == "Hint. It earns less."
    filled_in = "Filled in: plan. Nobody has checked yet whether it is right.\n"
    assert [told(right), told(unknown)] == [filled_in, filled_in]


def test_the_last_cell_lists_what_is_open(at_work: Kernel) -> None:
    tasks = "checks.whats_open({1: ['left'], 2: ['right', 'middle']})"
    first = at_work.run("checks.number('left', ...)", "checks.so_far('right')", tasks)[-1]
    assert "task 1: left\n" in told(first)
    assert "task 2: middle\n" in told(first)
    second = at_work.run("checks.so_far('left')", "checks.so_far('middle')", tasks)[-1]
    assert told(second).startswith("All answers but the memo are filled in. Nobody has")
    *_, third = at_work.run("right = 1 / 0", "checks.number('right', 1)", tasks)
    assert "task 2: right\n" in told(third)


@pytest.mark.parametrize(
    "later", ["share = ...", "share = 'text'", "share = 1 / 0", "share = 0.4", "del share"]
)
def test_the_last_cell_looks_at_what_stands_now(later: str, at_work: Kernel) -> None:
    tasks = "checks.whats_open({1: ['share']})"
    checked = at_work.run(
        "share = 0.5", "checks.number('share', share)", "checks.so_far('share')", tasks
    )
    assert told(checked[-1]).startswith("All answers but the memo are filled in")
    assert "task 1: share\n" in told(at_work.run(later, tasks)[-1])


def test_graded_pages_say_nothing_of_that(graded: Kernel) -> None:
    cells = graded.run(
        "checks.so_far('plan')",
        "checks.refuted(lambda: True, 'No.')",
        "checks.whats_open({1: ['x']})",
    )
    assert [cell.outputs for cell in cells] == [[], [], []]
