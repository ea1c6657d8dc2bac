"""A release is refused for each reason there is, all at once, and the check leaves nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import distributions
import first_install
import nbformat
import pytest
import release_check
import release_papers
from conftest import ROOT
from first_install import Environment
from nbformat.v4 import new_code_cell, new_notebook, new_output
from only_in_solutions import secret_lines
from patience import wait_until
from test_said_once import changed, copied, living
from test_set_up import wheel

from thousandfold import ExplainedError
from thousandfold.facilitation.course import find_course

TOOL = [sys.executable, str(ROOT / "tools" / "release_check.py"), "--installed"]
# What is refused here until somebody decides to publish; a release mends it.
NOT_DECIDED = {"where the project lives", "the list of changes"}


NOT_YET = release_papers.NO_ADDRESS
EVERYWHERE = [*release_papers.UNPUBLISHED.items(), *NOT_YET.items()]
SAID_FOR_NOW = sorted({*release_papers.UNPUBLISHED, *release_papers.NO_ADDRESS})


@pytest.fixture(scope="module")
def publish() -> None:
    """Skip where the programs that look at what is published are not installed."""
    if not (ROOT / release_papers.PUBLISH / "twine").exists():
        pytest.skip("nothing looks at what is published: set that up by `make build/publish/.done`")


@pytest.fixture
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy what a release says of itself, and have the checks look there."""
    for name in (
        "docs/paper/paper.md",
        "docs/paper/paper.bib",
        "datasets/README.md",
        *SAID_FOR_NOW,
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    for path in ROOT.glob(".github/ISSUE_TEMPLATE/*.yml"):
        place = tmp_path / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(path.read_bytes())
    (tmp_path / "datasets" / "outages.csv").touch()
    (tmp_path / "build").symlink_to(ROOT / "build")
    copied(tmp_path)
    monkeypatch.setattr(release_papers, "ROOT", tmp_path)
    read = release_papers.said_once.read
    monkeypatch.setattr(release_papers.said_once, "read", lambda: read(tmp_path))
    return tmp_path


@pytest.mark.usefixtures("publish")
def test_nothing_stands_against_a_release_but_what_nobody_has_decided(tmp_path: Path) -> None:
    looked = release_check.look(tmp_path, quick=True)
    # Somebody may be at work in this copy meanwhile.
    refused = {name for name, _ in looked.problems} - {"this copy is as before"}
    assert refused <= NOT_DECIDED, looked.table()
    assert len(looked.results) > len(release_papers.CHECKS) + 4


REFUSED: dict[str, tuple[Callable[[], Iterable[str]], str, str, str, str]] = {
    "no heading": (release_papers.changes, "CHANGELOG.md", "## 0", "## 9", "has no heading for"),
    "other authors": (
        release_papers.authors,
        "CITATION.cff",
        "Thousandfold founders",
        "others",
        "CITATION.cff names",
    ),
    "authors of the paper": (
        release_papers.authors,
        "docs/paper/paper.md",
        "The Thousandfold founders",
        "Nobody",
        "paper.md names Nobody",
    ),
    "cited and not listed": (
        release_papers.references,
        "docs/paper/paper.bib",
        "{bass1969,",
        "{bass1970,",
        "cites bass1969",
    ),
    "listed and not cited": (
        release_papers.references,
        "docs/paper/paper.md",
        "@bass1969",
        "Bass",
        "lists bass1969",
    ),
    "another Python": (
        release_papers.pythons,
        "src/boxgrader/pyproject.toml",
        "Python :: 3.11",
        "Python :: 3.10",
        "boxgrader promises Python 3.10",
    ),
    "no licence": (
        release_papers.data,
        "datasets/README.md",
        "**Licence.**",
        "**Licence.** ask us\n\n",
        "no licence of outages.csv",
    ),
    "no version": (
        release_papers.forms,
        "CITATION.cff",
        "cff-version: 1.2.0",
        "cff-version: 7",
        "CITATION.cff",
    ),
    "no form": (
        release_papers.forms,
        ".github/ISSUE_TEMPLATE/5-idea.yml",
        "type: textarea",
        "type: text",
        "5-idea.yml",
    ),
    "no YAML": (
        release_papers.forms,
        ".github/ISSUE_TEMPLATE/1-stuck.yml",
        "name: I am",
        "name: I: am",
        "1-stuck.yml is no YAML",
    ),
}


@pytest.mark.usefixtures("publish")
@pytest.mark.parametrize("why", REFUSED)
def test_what_is_wrong_is_said(why: str, papers: Path) -> None:
    check, name, old, new, said = REFUSED[why]
    assert [one for one in check() if said in one] == []
    changed(papers, name, old, new)
    assert any(said in one for one in check())


def test_the_paper_lists_the_lessons_as_they_are() -> None:
    text = (ROOT / "docs" / "paper" / "paper.md").read_text(encoding="utf-8")
    rows = [f"| {m.number:02} | {m.question} |" for m in find_course(ROOT).modules]
    assert [line for line in text.splitlines() if line.startswith(("| 0", "| 1"))] == rows


def test_a_release_has_an_address_and_a_day(papers: Path) -> None:
    version = release_papers.said_once.read().version
    (papers / "CHANGELOG.md").write_text(f"## {version}, not published yet: more\n")
    assert "set Repository" in "".join(release_papers.address())
    assert "has no day" in "".join(release_papers.changes())
    living(papers, "https://github.com/owner/name")
    dated = f"## {version}, 2026-12-31: x"
    (papers / "CHANGELOG.md").write_text(f"nothing has been published yet.\n{dated}")
    assert list(release_papers.address()) == []
    assert "take that out" in "".join(release_papers.changes())
    (papers / "CHANGELOG.md").write_text(dated)
    assert list(release_papers.changes()) == []


def test_what_is_so_no_longer_is_named(papers: Path) -> None:
    version = release_papers.said_once.read().version
    assert list(release_papers.outdated()) == []
    told = {page for page, words in EVERYWHERE if words in (papers / page).read_text("utf-8")}
    assert told == set(SAID_FOR_NOW) or release_papers.said_once.read(ROOT).repository
    living(papers, "https://github.com/owner/name")
    changes = papers / "CHANGELOG.md"
    changes.write_text(f"## {version}, 2026-12-31: x\nHere {NOT_YET['CHANGELOG.md']}.\n")
    (papers / "README.md").write_text("With uv, once this is published, one line.")
    named = [problem.split()[0] for problem in release_papers.outdated()]
    assert {"README.md", "CHANGELOG.md"} <= set(named)
    for page, words in EVERYWHERE:
        path = papers / page
        path.write_text(path.read_text("utf-8").replace(words, "now"), encoding="utf-8")
    assert list(release_papers.outdated()) == []


def test_what_was_not_checked_whole_is_not_kept(capsys: pytest.CaptureFixture[str]) -> None:
    for part in ("--quick", "--installed"):
        with pytest.raises(SystemExit):
            release_check.main([part, "--keep", "dist"])
        assert "leave out --quick" in capsys.readouterr().err


def test_a_licence_that_nobody_accepted_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    table = (
        "Name,Version,License-Expression,License-Classifier,License-Metadata\n"
        "good,1,MIT AND Apache-2.0,UNKNOWN,UNKNOWN\n"
        "old,1,UNKNOWN,BSD License,a long text\n"
        "bad,1,AGPL-3.0-only,UNKNOWN,UNKNOWN\n"
        "half,1,MIT AND AGPL-3.0-only,UNKNOWN,UNKNOWN\n"
        "silent,1,UNKNOWN,UNKNOWN,UNKNOWN\n"
        "both,1,(Zlib OR MIT OR ISC) AND AGPL-3.0-only,UNKNOWN,UNKNOWN\n"
        "one,1,AGPL-3.0-only OR (MIT AND ISC),UNKNOWN,UNKNOWN\n"
    )
    monkeypatch.setattr(release_papers, "told", lambda *_: table)
    named = [problem.split()[0] for problem in release_papers.dependencies()]
    assert named == ["bad", "half", "silent", "both"]


@pytest.mark.usefixtures("publish")
def test_an_environment_that_tells_of_no_package_is_not_accepted() -> None:
    (problem,) = release_papers.dependencies(Path("/bin/false"))
    assert "tells of no package" in problem
    with pytest.raises(ExplainedError, match="pip-licenses has failed"):
        list(release_papers.dependencies(ROOT / "nowhere"))


def test_a_program_that_is_missing_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release_papers, "PUBLISH", Path("build", "nowhere"))
    with pytest.raises(ExplainedError, match=r"make build/publish/\.done"):
        list(release_papers.dependencies())


def test_what_was_checked_is_kept_in_place_of_what_was_there(tmp_path: Path) -> None:
    built, kept = tmp_path / "built", tmp_path / "kept"
    built.mkdir()
    kept.mkdir()
    for name in ("boxgrader-2.tar.gz", "thousandfold-2.tar.gz"):
        (built / name).write_text("new")
    for name in ("boxgrader-1.tar.gz", "thousandfold-data-1.zip", "somebody's.txt"):
        (kept / name).write_text("old")
    distributions.keep(built, kept)
    assert sorted(path.name for path in kept.iterdir()) == [
        *("boxgrader-2.tar.gz", "somebody's.txt"),
        *("thousandfold-2.tar.gz", "thousandfold-data-1.zip"),
    ]


@pytest.mark.parametrize("refused", [True, False])
def test_nothing_that_was_refused_is_kept(
    refused: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = release_check.Looked()
    looked.at("changes", lambda: ["no day"] if refused else [])

    def look(work: Path, **chosen: bool) -> release_check.Looked:
        (work / "dist").mkdir()
        (work / "dist" / "boxgrader-2.tar.gz").write_text("new")
        return looked

    monkeypatch.setattr(release_check, "look", look)
    assert release_check.main(["--keep", str(tmp_path / "dist")]) == int(refused)
    assert (tmp_path / "dist" / "boxgrader-2.tar.gz").exists() is not refused


def test_all_that_is_wrong_is_listed_not_only_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    def fails() -> Iterable[str]:
        raise ExplainedError("Do this.")

    def is_full() -> Iterable[str]:
        raise OSError(28, "No space left on device")

    looked = release_check.Looked()
    assert looked.at("first", lambda: ["one", "two"]) is False
    assert looked.at("second", fails) is False
    assert looked.at("third", lambda: ()) is True
    looked.past("fourth", "not found here")
    assert looked.at("fifth", is_full) is False
    table = looked.table()
    assert all(said in table for said in ("1. first: one", "2. first: two", "3. second: Do this."))
    assert "fourth 0.0 s not tried: not found here" in " ".join(table.split())
    assert "No space left" in table
    assert "4 to mend" in table
    assert "third … passed" in capsys.readouterr().out


@pytest.mark.parametrize(
    "name", ["a/lesson.py", "a/lesson.ipynb", "a/shown.ipynb", "a/slips.json", "a/x.js", "tests/x"]
)
def test_an_answer_in_a_distribution_is_seen(name: str, tmp_path: Path) -> None:
    line = max((line for line in secret_lines() if '"' in line), key=len)
    text = "nothing" if name.startswith("tests") else f"    x = 1; {line}; y = 2\n"
    if name.endswith(".ipynb"):
        cell = new_code_cell(text)
        if "shown" in name:
            cell = new_code_cell("1", outputs=[new_output("stream", text=text)])
        text = nbformat.writes(new_notebook(cells=[cell]))
    elif name.endswith((".json", ".js")):
        text = json.dumps({text: 1})
    with zipfile.ZipFile(tmp_path / "thousandfold-1-py3-none-any.whl", "w") as made:
        made.writestr(name, text)
        made.writestr("thousandfold/honest.py", "print('Draw before you read.')\n")
    (problem,) = distributions.without_answers(tmp_path)
    assert name in problem


def test_a_notebook_that_is_none_is_refused_in_a_sentence(tmp_path: Path) -> None:
    for text in ("{", '{"cells": [{}]}', "[]"):
        with zipfile.ZipFile(tmp_path / "a-1-py3-none-any.whl", "w") as made:
            made.writestr("a/lesson.ipynb", text)
        (problem,) = distributions.without_answers(tmp_path)
        assert "no whole notebook" in problem


def test_what_a_wheel_installs_beside_its_package_is_named(tmp_path: Path) -> None:
    for name in distributions.PACKAGES:
        with zipfile.ZipFile(tmp_path / f"{name}-1-py3-none-any.whl", "w") as made:
            for place in (name, f"{name}-1.dist-info", "utilities"):
                made.writestr(f"{place}/some.py", "")
    beside = [said for said in distributions.complete(tmp_path) if "beside" in said]
    assert [said.split()[5] for said in beside] == ["utilities", "utilities"]


def test_a_wheel_that_comes_out_otherwise_from_its_source_is_seen(tmp_path: Path) -> None:
    folder = tmp_path / "dist"
    source = tmp_path / "grader"
    source.mkdir()
    (source / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
        '[project]\nname = "grader"\nversion = "1"\n'
        '[tool.hatch.build.targets.wheel]\ninclude = ["*.py", "*.txt"]\n'
        '[tool.hatch.build.targets.sdist]\ninclude = ["*.py"]\n'
    )
    for name in ("grader.py", "needed.txt"):
        (source / name).write_text("x = 1\n")
    distributions._hatchling(source, folder, "sdist", "wheel")
    (problem,) = distributions.alike(folder, tmp_path / "again")
    assert problem.startswith("needed.txt is not the same")


def test_what_git_would_see_is_named_if_a_check_left_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release_check, "standing", lambda: {" M README.md", "?? left.txt"})
    (problem,) = release_check.changed({" M README.md"})
    assert "left.txt. If" in problem
    assert "README" not in problem
    assert list(release_check.changed({" M README.md", "?? left.txt"})) == []


def environment(
    folder: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Environment:
    """Return one for a small package; nothing comes from a network."""
    monkeypatch.setenv("UV_OFFLINE", "1")
    wheel(folder, "small", files)
    built = {"small": folder / "small-1-py3-none-any.whl"}
    return Environment(folder / "tried", sys.executable, built, "small")


def test_a_wheel_is_installed_and_its_examples_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = {"small/__init__.py": '"""\n>>> 1 + 1\n2\n"""\n'}
    made = environment(tmp_path, right, monkeypatch)
    assert list(made.install()) == []
    assert list(made.doctests()) == []
    assert 0 < made.size() < 50
    where = made.run("-c", "import os; print(os.getcwd(), os.path.expanduser('~'))").stdout.split()
    assert where == [str(made.folder / "work"), str(made.folder / "home")]


def test_examples_that_fail_and_packages_that_are_missing_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = {"small/__init__.py": "", "small/part.py": '"""\n>>> 1 + 1\n3\n"""\n'}
    made = environment(tmp_path, wrong, monkeypatch)
    assert list(made.install()) == []
    (problem,) = made.doctests()
    assert "1 examples, 1 failed" in problem
    nowhere = Environment(tmp_path / "other", "/nowhere/python", made.wheels, "small")
    (problem,) = nowhere.install()
    assert "the environment cannot be made" in problem


def test_points_that_are_not_those_we_know_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = subprocess.CompletedProcess([], 0, "", "")
    monkeypatch.setattr(Environment, "run", lambda *_: done)
    made = Environment(tmp_path, sys.executable, {}, "thousandfold")
    for points, wrong in (
        ({"right": 15, "half": 9, "untouched": 0}, 0),
        ({"right": 15, "half": 15, "untouched": 0}, 1),
        ({"right": 9, "half": 15, "untouched": 0}, 1),
        ({"right": 15, "half": 9, "untouched": 1}, 1),
    ):
        monkeypatch.setattr(Environment, "_points", lambda *_, points=points: points)
        assert len(list(made.sample_class())) == wrong
    problems = list(made.alone())  # every command succeeds here, also to import thousandfold
    assert "must not need it" in problems[0]
    assert "boxgrader alone gives" in problems[1]


def test_a_python_that_is_not_here_is_named_and_what_is_not_installed_not_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        first_install, "find", lambda version: "/nowhere/python" if version == "3.12" else None
    )
    for name in ("boxgrader", "thousandfold"):
        (tmp_path / f"{name}-1-py3-none-any.whl").touch()
    looked = release_check.Looked()
    release_check._in_environments(looked, tmp_path, tmp_path / "work")
    results = {name: how for name, how, _ in looked.results}
    assert results["Python 3.11"] == "not tried: not found here"
    assert results["Python 3.12, the workshop: install"] == release_check.REFUSED
    assert results["Python 3.12, the workshop: a class"] == "not tried: it is not installed"
    assert len(looked.problems) == 2


def running() -> Iterator[bytes]:
    """Yield the command of each program that runs here, where the system tells."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):  # it has ended
            yield path.read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="no signal stops a program there")
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_stopped_it_leaves_nothing(name: str, tmp_path: Path) -> None:
    said, temporary = tmp_path / "said.txt", tmp_path / "temporary"
    temporary.mkdir()
    with said.open("wb") as output:
        started = subprocess.Popen(
            TOOL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, "TMPDIR": str(temporary), "UV_OFFLINE": "1"},
        )
        try:
            wait_until(lambda: list(temporary.glob("*/dist/*.whl")), 200, said.read_text)
            started.send_signal(signal.Signals[name])
            wait_until(lambda: started.poll() is not None, 60, said.read_text)
        finally:
            started.kill()
            started.wait()
    assert started.returncode == 130
    assert "nothing is left" in said.read_text()
    assert list(temporary.iterdir()) == []
    assert [command for command in running() if bytes(temporary) in command] == []
