"""A course in bash, with the kernel that is on PyPI: the same points as nbgrader's, and no more."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
import small_course as small
import twice
from bs4 import BeautifulSoup
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from patience import patience
from small_course import NAME, marked

from boxgrader.engine.canaries import canary
from boxgrader.engine.exit_codes import undecided
from boxgrader.nbgrader_course.assignment import Outcome, grade_assignment
from boxgrader.nbgrader_course.rehearsal import rehearse, told

pytestmark = pytest.mark.filterwarnings("ignore")  # nbgrader's, and jupyter_client's
needs_kernel = pytest.mark.skipif(
    importlib.util.find_spec("bash_kernel") is None,
    reason="needs the kernel that is graded: pip install bash_kernel==0.10.0",
)
PLANTED = "planted-by-a-shell"
SOLUTION = {
    "double": "double() { echo $((2 * $1)); }",
    "count": 'count() { grep -c b "$1"; }',
    "greet": 'greet() { echo "Hello, $1"; }',
}
TESTS = {
    "double": (
        "(set -e\n[ $(double 4) = 8 ]\n### BEGIN HIDDEN TESTS\n[ $(double 21) = 42 ]\n"
        "### END HIDDEN TESTS\n)"
    ),
    "count": "printf 'a\\nb\\nb\\n' > words.txt\ncount words.txt | grep -qx 2",
    "greet": 'greet Ann > hello.txt\ntest "$(cat hello.txt)" = "Hello, Ann"',
}
HONEST = {
    "right": {},
    "wrong": {"double": "double() { echo $1; }", "greet": "# Nothing yet."},
    "strict": {"double": "set -euo pipefail\n" + SOLUTION["double"]},
    "with_traps": {
        "double": "trap 'echo \"an error on $LINENO\"' ERR; trap 'rm -f wörter.txt' EXIT\n"
        'ok() { echo "$@"; }; echo() { builtin echo "$@"; }\n'
        "cat <<END > wörter.txt\nü $(cd /; pwd)\nEND\n" + SOLUTION["double"]
    },
}
# Each with the points that its three tests give.
OTHERS = {
    "exits": ({"greet": "greet() { echo Hello, Bob; exit 0; }"}, [2, 2, 0]),
    "stops_at_errors": ({"greet": "set -e\ngreet() { echo Hello; }"}, [2, 2, 0]),
    "replaces_test": ({"count": "test() { :; }", "greet": "# Nothing."}, [2, 0, 0]),
    "answers_for_the_kernel": ({"double": "echo() { builtin echo 0; }"}, [0, 0, 0]),
    "hides_a_1": (
        {"greet": "echo() { [ \"$1\" = 1 ] && set 0; builtin echo \"$@\"; }\ngreet() { :; }"},
        [2, 2, 0],
    ),
    "becomes_another_shell": (
        {
            "greet": "export PS1 PS2 TERM=dumb\n"
            "trap '{ declare -p; declare -f; } > kept 2>&1; exec bash --rcfile kept' ERR\n"
            "greet() { :; }"
        },
        [2, 2, 0],
    ),
    "kills_its_parent": ({"count": "kill -9 $PPID"}, [2, 0, 0]),
    "multiplies": ({"greet": ":(){ :|:& };:"}, [2, 2, 0]),
    "swells": ({"greet": "x=$(head -c 3000000000 /dev/urandom | base64)"}, [2, 2, 0]),
    "looks_around": (
        {
            "greet": f"cat @COURSE@/gradebook.db @COURSE@/source/{NAME}/* /etc/shadow && echo GOT\n"
            f"exec 9<>/dev/tcp/127.0.0.1/80 && echo GOT\n"
            f"touch /usr/{PLANTED} @COURSE@/{PLANTED} && echo GOT\n"
            "history; fc -l; " + SOLUTION["greet"]
        },
        [2, 2, 2],
    ),
}  # fmt: skip
TOLD = {
    "exits": ["ended the shell"],
    "stops_at_errors": ["ended the shell"],
    "replaces_test": ["greet checks with test, which here passes"],
    "answers_for_the_kernel": ["what has to fail"],
    "hides_a_1": ["greet was tampered with"],
    "becomes_another_shell": ["ended the shell"],
    "kills_its_parent": ["process ended"],
    "multiplies": [""],
    "swells": ["MB of memory", "was stopped", "notebook stopped"],
    "looks_around": [""],
}
TAMPERED = {"answers_for_the_kernel", "hides_a_1"}


def in_bash(*answered: dict[str, str]) -> NotebookNode:
    """Return the notebook with the last answer that there is to each question."""
    answers = {name: text for given in answered for name, text in given.items()}
    cells = []
    for name, test in TESTS.items():
        cells.append(marked(new_code_cell(answers[name]), f"{name}-answer", solution=True))
        cells.append(marked(new_code_cell(test), name, 2, grade=True, locked=True))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    notebook = new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "bash", "language": "bash", "display_name": "Bash"}
    notebook.metadata["language_info"] = {"name": "bash"}
    return notebook


def solved() -> NotebookNode:
    marks = "### BEGIN SOLUTION\n{}\n### END SOLUTION"
    return in_bash({name: marks.format(text) for name, text in SOLUTION.items()})


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Install the kernel where Jupyter looks, and nowhere else."""
    folder = tmp_path_factory.mktemp("jupyter")
    spec = {
        "argv": [sys.executable, "-m", "bash_kernel", "-f", "{connection_file}"],
        "display_name": "Bash", "language": "bash", "env": {"PS1": "$"},
    }  # fmt: skip
    small.write(folder / "kernels" / "bash" / "kernel.json", json.dumps(spec))
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("JUPYTER_PATH", str(folder))
        yield


@pytest.fixture(scope="module")
def released(kernel: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a course in bash, in which learners who are honest have handed in."""
    folder = tmp_path_factory.mktemp("released")
    small.make(folder, {name: in_bash(SOLUTION, answers) for name, answers in HONEST.items()})
    small.write(folder / "source" / NAME / f"{NAME}.ipynb", solved())
    return in_words_of_bash(folder)


def in_words_of_bash(folder: Path) -> Path:
    """Say in the course what nbgrader cannot know, and be less patient with loops."""
    with (folder / "nbgrader_config.py").open("a") as config:
        config.write("c.ClearSolutions.code_stub = {'bash': '# Write your answer here.'}\n")
        config.write(f"c.BoxedAutograde.whole_timeout = {round(patience(40))}\n")
    return folder


@pytest.fixture(scope="module")
def graded(released: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Outcome]:
    """Grade them with those between them who are not."""
    folder = small.copy_of(released, tmp_path_factory.mktemp("graded"))
    in_words_of_bash(folder)
    for name, (answers, _) in OTHERS.items():
        filled = {it: text.replace("@COURSE@", str(folder)) for it, text in answers.items()}
        small.hand_in(folder, name, in_bash(SOLUTION, filled))
    return folder, grade_assignment(folder, NAME, options={"workers": 4})


def points(folder: Path, student: str) -> list[float]:
    grades = twice.book(folder, NAME)[0]
    return [grades[student, NAME, test][0] for test in TESTS]


@needs_kernel
@pytest.mark.usefixtures("boxes")
def test_honest_learners_get_what_nbgrader_gives_them(
    released: Path, graded: tuple[Path, Outcome], tmp_path: Path
) -> None:
    theirs = in_words_of_bash(small.copy_of(released, tmp_path))
    twice.by_nbgrader(theirs, NAME)
    for mine, other in zip(twice.book(graded[0], NAME), twice.book(theirs, NAME), strict=True):
        assert len(other) == len(HONEST) * len(TESTS)
        assert {key: mine[key] for key in other} == other
    shown = [
        {key: cell.get("outputs") for key, cell in twice.cells(it).items() if key[0] in HONEST}
        for it in (theirs, graded[0])
    ]
    assert shown[0] == shown[1]


@needs_kernel
@pytest.mark.usefixtures("boxes")
@pytest.mark.parametrize("name", OTHERS)
def test_nobody_gets_more_than_is_due_and_it_is_told(
    name: str, graded: tuple[Path, Outcome]
) -> None:
    folder, outcome = graded
    assert points(folder, name) == OTHERS[name][1]
    (record,) = [it for it in outcome.records if it.student == name]
    said = " ".join(reason.text for reason in record.reasons)
    assert any(text in said for text in TOLD[name])
    assert record.status == ("tampered" if name in TAMPERED else "graded")


@needs_kernel
@pytest.mark.usefixtures("boxes")
def test_who_looks_around_finds_nothing_and_no_hidden_test(graded: tuple[Path, Outcome]) -> None:
    folder, _ = graded
    place = folder / "autograded" / "looks_around" / NAME / f"{NAME}.ipynb"
    cells = nbformat.read(place, as_version=4).cells
    shown = "".join(output.get("text", "") for cell in cells for output in cell.outputs)
    assert "No such file" in shown
    assert "Operation not permitted" in shown
    assert "GOT" not in shown.splitlines()
    assert "grep -c b" in shown, "what a shell keeps of what was typed"
    html = (folder / "feedback" / "looks_around" / NAME / f"{NAME}.html").read_text("utf-8")
    page = BeautifulSoup(html, "html.parser").get_text()
    assert "double 4" in page
    assert "double 21" not in shown + page, "history keeps no test"
    assert not list(folder.rglob(PLANTED))
    assert not Path("/usr", PLANTED).exists()


@needs_kernel
@pytest.mark.usefixtures("boxes")
def test_what_is_told_before_anybody_is_graded(released: Path) -> None:
    lines = list(told(rehearse(released, NAME)))
    assert "Your own solution gets all the points." in lines
    assert sum("watched for tampering" in line for line in lines) == len(TESTS)
    assert not any("MB of memory" in line for line in lines)


@pytest.mark.parametrize(
    ("before", "passes"),
    [
        ("", False),
        ("set -euo pipefail; set -x", False),
        ("IFS=0123456789; set -f", False),
        ("[() { :; }", True),
        ("shopt -s expand_aliases; alias [=true\n", True),
        ("grep() { :; }", False),
    ],
)
def test_a_canary_in_bash_fails_unless_what_the_test_checks_with_is_replaced(
    before: str, passes: bool
) -> None:
    bash = shutil.which("bash")
    assert bash is not None
    bird = canary("bash", "[ a = b ] || [[ c ]] && diff one two")
    run = [bash, "--norc", "-c", f"{before}\n{bird.source}"]
    done = subprocess.run(run, capture_output=True, text=True, timeout=patience(20))
    assert (str(done.returncode) != bird.said) == passes
    reply = {"outputs": [{"output_type": "stream", "text": done.stdout}]}
    afterwards = bird.afterwards(reply)
    assert afterwards is not None
    run = [bash, "--norc", "-c", f"set -e\n{afterwards.source}\nexit $?"]
    done = subprocess.run(run, capture_output=True, text=True, timeout=patience(20))
    assert str(done.returncode) != afterwards.said, "in another shell"


@pytest.mark.parametrize(("between", "same"), [(":", True), ("exec bash --rcfile kept", False)])
def test_a_shell_in_the_place_of_another_is_noticed(
    between: str, same: bool, tmp_path: Path
) -> None:
    bash = shutil.which("bash")
    assert bash is not None
    bird = canary("bash", "")

    def typed(*lines: str) -> subprocess.CompletedProcess[str]:
        """Type lines into a shell as a kernel does, of which the process is always the same."""
        run = [bash, "--norc", "-i"]
        text = "\n".join(lines) + "\n"
        return subprocess.run(
            run, input=text, capture_output=True, text=True, cwd=tmp_path, timeout=patience(20)
        )

    (tmp_path / "kept").write_text("x=1\n")
    first = typed("set -u -o posix", bird.source)
    found = re.search(f"{bird.shell}([0-9]+:[0-9]+)", first.stdout)
    assert found is not None
    reply = {"outputs": [{"output_type": "stream", "text": f"{bird.shell}1:2"}]}
    after = bird.afterwards(reply)
    assert after is not None
    asked = after.source.replace("[[ $$ = 1 ]]", "[[ $$ = $$ ]]")
    done = typed("true", "true", "true", between, asked + "; builtin echo said $?")
    assert (f"said {after.said}" in done.stdout) == same


def test_a_canary_in_any_language_is_a_name_that_nobody_has_defined() -> None:
    bird = canary("scheme", "(assert equal? 1 1)")
    error = {"output_type": "error", "ename": "Unbound", "evalue": f"no {bird.source}"}
    assert bird.fails({"outputs": [error]})
    assert not bird.fails({"outputs": [{"output_type": "stream", "text": bird.source}]})
    assert not bird.fails({"outputs": [{**error, "evalue": "no"}]})
    assert bird.afterwards({"outputs": [error]}) is None


@pytest.mark.parametrize(
    ("test", "lines"),
    [
        ("[ 1 = 2 ]\n# more\n[ 2 = 2 ]", [1]),
        ("touch one\ntest -e two\ngrep -q a <<< b\ntrue", [2, 3]),
        ("[ 1 = 2 ] &&\n[ 2 = 2 ]", []),
        ("( set -e\n[ 1 = 2 ]\n[ 2 = 2 ]\n)", []),
        ("(( 1 > 2 ))\n! false", [1]),
        ("cat <<END\ntest\nEND\ntrue", []),
    ],
)
def test_a_check_that_decides_nothing_is_seen(test: str, lines: list[int]) -> None:
    assert undecided(test) == lines
