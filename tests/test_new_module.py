"""A module is laid whole or not at all and passes every check; what is missing is named.

All of it happens in a copy of the project; the copy's package is found before the installed one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import course
import module
import new_module
import pytest
from conftest import ROOT
from patience import patience, wait_until

from thousandfold.errors import ExplainedError
from thousandfold.teaching.guesses import ANSWER

STEM = "98_trial"
MADE = {".git", ".venv", "build", "dist", "__pycache__", ".hypothesis"}
MADE |= {".mypy_cache", ".ruff_cache", ".pytest_cache", ".ipynb_checkpoints"}
WARM = {".mypy_cache"}  # what mypy knows of files that are as old as before, it does not ask again
LESSON = f"notebooks/{STEM}.ipynb"
KEYPOINTS = "src/thousandfold/keypoints/trial.py"


def copied(folder: Path) -> Path:
    """Copy the project, without what can be made again in a moment."""
    return Path(shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*MADE - WARM)))


def started(project: Path, tool: str, *arguments: str, **options: Any) -> subprocess.Popen[str]:
    paths = os.pathsep.join([str(project / "src"), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, f"tools/{tool}.py", *arguments],
        cwd=project,
        env={**os.environ, "PYTHONPATH": paths.rstrip(os.pathsep)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,
    )


def run(project: Path, tool: str, *arguments: str) -> tuple[int, str]:
    tried = started(project, tool, *arguments)
    said, _ = tried.communicate()
    return tried.returncode, said


def everything(project: Path) -> dict[str, bytes]:
    found = {}
    for folder, folders, names in os.walk(project):
        folders[:] = set(folders) - MADE
        for path in (Path(folder) / name for name in names):
            found[str(path.relative_to(project))] = path.read_bytes()
    return found


@pytest.fixture(scope="module")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project in which a module was laid."""
    project = copied(tmp_path_factory.mktemp("laid") / "project")
    code, said = run(project, "new_module", STEM, "Pricing at scale")
    assert code == 0, said
    return project


@pytest.mark.timeout(900)
def test_a_module_passes_every_check_as_it_is_laid(laid: Path) -> None:
    code, said = run(laid, "module", STEM)
    assert code == 0, said
    assert re.search(rf"^{STEM} passes all its checks: \d{{2,3}} tests", said, re.MULTILINE)
    assert f"“To replace” still stands in {LESSON}" in said


def test_what_is_laid_is_called_by_its_stem_and_its_question(laid: Path) -> None:
    new = everything(laid).keys() - everything(ROOT).keys()
    assert {name for name in new if "trial" in name} == new
    lesson = (laid / LESSON).read_text(encoding="utf-8")
    assert "# Pricing at scale: what would you decide?" in lesson
    assert "from thousandfold.models import Trial" in lesson
    for name in new:
        text = (laid / name).read_text(encoding="utf-8")
        assert re.findall(r"\b(?:STEM|NUMBER|MODEL|QUESTION)\b", text) == [], name
    assert f"| [98](notebooks/{STEM}.ipynb) | Pricing at scale" in (laid / "README.md").read_text(
        "utf-8"
    )


def test_what_is_there_is_not_laid_again(laid: Path) -> None:
    code, said = run(laid, "new_module", STEM, "Once more?")
    assert (code, said) == (
        1,
        f"new module: nothing was laid: {STEM} is there already: open {LESSON}\n",
    )


@pytest.mark.parametrize(
    ("stem", "title", "said"),
    [
        ("", "Why?", "a stem is two digits and lower-case words"),
        ("trial", "Why?", "a stem is two digits and lower-case words"),
        ("1_trial", "Why?", "a stem is two digits and lower-case words"),
        ("98_Trial", "Why?", "a stem is two digits and lower-case words"),
        ("98_trial ", "Why?", "a stem is two digits and lower-case words"),
        ("98_../x", "Why?", "a stem is two digits and lower-case words"),
        ("٩٨_trial", "Why?", "a stem is two digits and lower-case words"),
        ("98_" + 40 * "a", "Why?", "40 characters at most, not 43"),
        ("06_communication", "Why?", "06_communication is there already: open notebooks/06"),
        ("06_trial", "Why?", "06 is the number of 06_communication"),
        ("98_class", "Why?", "class is a word of Python itself"),
        ("98_statistics", "Why?", "statistics is a word of Python itself"),
        ("98_helpers", "Why?", "helpers says nothing"),
        ("98_debt", "Why?", "a name in the models, of debt"),
        ("98_possible_paths", "Why?", "a name in the models, of communication"),
        ("98_brooks_law", "Why?", "a name in the models, of staffing"),
        ("98_browser", "Why?", "there are tests of browser already"),
        ("98_trial", "", "a module has a title"),
        ("98_trial", " \n ", "a module has a title"),
        ("98_trial", 81 * "a", "80 characters at most, not 81"),
        ("98_trial", "One\ntwo", "plain words on one line"),
        ("98_trial", "<b>Why</b>", "plain words on one line"),
        ("98_trial", "Is it just a price?", "do without 'just'"),
    ],
)
def test_a_name_or_a_title_that_cannot_be_is_refused(stem: str, title: str, said: str) -> None:
    with pytest.raises(ExplainedError) as refused:
        new_module.check(stem, title)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_title_that_asks_nothing_becomes_a_question() -> None:
    assert new_module.check(STEM, "What may a user cost?") == "What may a user cost?"
    assert new_module.check(STEM, " Pricing ") == "Pricing: what would you decide?"


def test_a_part_that_was_left_behind_is_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new_module, "ROOT", tmp_path)
    (tmp_path / "facilitator").mkdir()
    (tmp_path / "facilitator" / f"{STEM}.md").touch()
    with pytest.raises(ExplainedError, match=f"^facilitator/{STEM}.md is there already: move it"):
        new_module.check(STEM, "Why?")


@pytest.fixture
def untouched(tmp_path: Path) -> Path:
    return copied(tmp_path / "project")


def test_where_a_step_fails_nothing_is_laid(untouched: Path) -> None:
    template = untouched / "tools" / "templates" / "lesson.ipynb"
    text = template.read_text(encoding="utf-8")
    template.write_text(text.replace("model.picture()", "model.painting()"), encoding="utf-8")
    before = everything(untouched)
    code, said = run(untouched, "new_module", STEM, "Why?")
    assert code == 1
    assert said.startswith("new module: nothing was laid: tools/lessons.py")
    assert "painting" in said
    assert everything(untouched) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.skipif(os.name != "posix", reason="signals of other systems are others")
def test_an_interruption_leaves_nothing_behind(
    untouched: Path, tmp_path: Path, number: signal.Signals
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    before = everything(untouched)
    script = f"import tempfile; tempfile.tempdir = {str(temporary)!r}\n"
    (untouched / "tools" / "slow.py").write_text(
        f"{script}import new_module, sys\nsys.exit(new_module.main(['{STEM}', 'Why?']))\n"
    )
    tried = started(untouched, "slow", start_new_session=True)
    lesson = f"*/*/notebooks/{STEM}.ipynb"
    wait_until(lambda: list(temporary.glob(lesson)) or tried.poll() is not None, 60)
    assert tried.poll() is None, tried.communicate()[0]
    tried.send_signal(number)
    said, _ = tried.communicate(timeout=patience(60))
    (untouched / "tools" / "slow.py").unlink()
    assert (tried.returncode, said) == (130, "\nnew module: stopped; nothing was laid\n")
    assert list(temporary.iterdir()) == []
    assert everything(untouched) == before


def test_where_a_file_cannot_be_put_in_place_those_before_it_are_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy, project = tmp_path / "copy", tmp_path / "project"
    for folder in (copy, project):
        folder.mkdir()
    (project / "README.md").write_text("before")
    (copy / "README.md").write_text("after")
    (copy / "a" / "b").mkdir(parents=True)
    (copy / "a" / "b" / "new.md").write_text("new")
    (copy / "z.md").write_text("last")
    real = shutil.copy

    def full(source: Path, target: Path) -> object:
        if source.name == "z.md":
            raise OSError(28, "No space left on device")
        return real(source, target)

    monkeypatch.setattr(new_module, "ROOT", project)
    monkeypatch.setattr(new_module.shutil, "copy", full)
    with pytest.raises(OSError, match="No space"):
        new_module.put_in_place(copy)
    assert everything(project) == {"README.md": b"before"}
    assert [path.name for path in project.iterdir()] == ["README.md"]


def without(path: str) -> Callable[[Path], None]:
    def remove(project: Path) -> None:
        place = project / path
        shutil.rmtree(place) if place.is_dir() else place.unlink()

    return remove


def replaced(path: str, old: str, new: str) -> Callable[[Path], None]:
    def replace(project: Path) -> None:
        text = (project / path).read_text(encoding="utf-8")
        assert old in text
        (project / path).write_text(text.replace(old, new), encoding="utf-8")

    return replace


def no_outcomes(project: Path) -> None:
    lesson = json.loads((project / LESSON).read_text(encoding="utf-8"))
    for cell in lesson["cells"]:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(ANSWER, None)
    (project / LESSON).write_text(json.dumps(lesson, indent=1, ensure_ascii=False) + "\n", "utf-8")


# What is taken away, and what must be said of it; all at once, since all is said in one run.
DAMAGE: dict[Callable[[Path], None], list[str]] = {
    without(f"facilitator/{STEM}.md"): [f"facilitator/{STEM}.md is missing: the page"],
    without("facilitator/viva/trial.py"): ["facilitator/viva/trial.py is missing: questions for a"],
    without(f"tests/answers/{STEM}/half_right.toml"): [],
    without(f"tests/answers/{STEM}/never_moves.toml"): [f"there are 3 in tests/answers/{STEM}"],
    without("tests/models/test_trial.py"): ["tests Trial of trial.py"],
    replaced(KEYPOINTS, "_SEVERAL = 5", "_SEVERAL = 50"): [
        "A keypoint holds in its lesson. But: it does not: A user costs several times as much",
    ],
    replaced(KEYPOINTS, "From some size on", "From a size on"): ["make robustness"],
    replaced(f"tests/lessons/test_{STEM}.py", "== 40_000", "== 50_000"): ["Crossing. But: "],
    replaced(f"tests/answers/{STEM}/forgets_to_divide.toml", "small = 1", "small = 0.5"): [
        "forgets_to_divide.toml says it loses {'user_costs': 2, 'small': 0.5, 'remains': 1}",
    ],
    replaced(f"tests/answers/{STEM}/has_no_name.toml", "no name yet", "no word yet"): [
        "has_no_name.toml says that user_costs tells 'There is no word yet'",
    ],
    no_outcomes: [
        "my_guess_small has no outcome",
        "my_guess_large has no outcome",
        "my_guess_crossing has no outcome",
        "my_guess_companies has no outcome",
    ],
    replaced(LESSON, '"minutes": 2', '"minutes": 4'): ["and the title says (26, 34)"],
    replaced(LESSON, "1,000,000            0.51", "1,000,000            0.53"): [
        f"make lessons LESSONS={LESSON}"
    ],
    replaced(LESSON, "per_user(1_000), unit", "per_use(1_000), unit"): [
        "the cell [4], `def per_user(users):`: it stops: per_use is not known yet",
    ],
    replaced("README.md", f"notebooks/{STEM}.ipynb) | P", f"notebooks/{STEM}.ipynb) | p"): [
        "make tables"
    ],
    replaced(f"solutions/{STEM}/{STEM}.ipynb", "Small and large", "Large and small"): [
        "make release"
    ],
    replaced("src/thousandfold/models/__init__.pyi", "import Trial as Trial", "import Trial"): [
        "make names"
    ],
    replaced(
        "src/thousandfold/models/trial.py", "import numpy as np", "import os\nimport numpy as np"
    ): ["unused-import"],
    replaced("src/thousandfold/models/trial.py", "    40000.0", "    30000.0"): [
        "models/trial.py, the example of Trial: it gives 40000.0, and the text says 30000.0"
    ],
}


@pytest.mark.timeout(900)
def test_all_that_is_missing_is_named_in_one_run(
    laid: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Path(shutil.copytree(laid, tmp_path / "project"))
    # Slides of this module were looked at above, and no damage is seen on them.
    monkeypatch.setenv("THOUSANDFOLD_BROWSER", "none")
    for damage in DAMAGE:
        damage(project)
    code, said = run(project, "module", STEM)
    assert code == 1
    unsaid = [sentence for wanted in DAMAGE.values() for sentence in wanted if sentence not in said]
    assert unsaid == [], said
    assert re.search(rf"^{STEM}: \d+ things are missing or wrong", said, re.MULTILINE)
    assert "Traceback" not in said
    assert "No such file" not in said
    assert not re.search(r"\x1b|x1b\[", said, re.IGNORECASE)


@pytest.mark.parametrize(
    ("stem", "said"),
    [
        ("12_nothing", "there is no module 12_nothing; there are 00_start_here, 01_"),
        ("communication", "'communication' is not the name of a module; there are 00_start_here"),
        ("../x", "'../x' is not the name of a module; there are"),
        ("", "name the module: STEM=…; there are 00_start_here"),
    ],
)
def test_a_name_that_is_no_module_is_refused(stem: str, said: str) -> None:
    with pytest.raises(ExplainedError) as refused:
        module.known(stem)
    assert str(refused.value).startswith(said)
    assert "\n" not in str(refused.value)


def test_a_damaged_lesson_is_said_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "ROOT", tmp_path)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / LESSON).write_text("{")
    assert module.main([STEM]) == 1
    assert capsys.readouterr().err == (
        f"module: {tmp_path / LESSON} is damaged: it is not a notebook. Copy it again\n"
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[answers", "is not TOML: Expected"),
        ("[answers]\n[says]", "has no [loses]: each has [answers], [loses] and [says]"),
    ],
)
def test_a_damaged_answer_is_said_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, said: str
) -> None:
    monkeypatch.setattr(course, "ROOT", tmp_path)
    monkeypatch.setattr(course, "ANSWERS", tmp_path)
    (tmp_path / STEM).mkdir()
    (tmp_path / STEM / "half_right.toml").write_text(content)
    with pytest.raises(ExplainedError) as refused:
        module.read_parts(STEM)
    assert str(refused.value).startswith(f"{STEM}/half_right.toml {said}")
    assert "\n" not in str(refused.value)


def test_the_files_whose_tests_are_given_a_module_are_found(request: pytest.FixtureRequest) -> None:
    """Bounded by what is collected: the whole suite, where all of it runs."""
    found = {*module.own_files("02_monolith_to_services"), *module.files_about_all()}
    given = {
        item.path
        for item in request.session.items
        if module.bears(item, "02_monolith_to_services") and item.path.name not in module.ELSEWHERE
    }
    assert given - found == set()


EVERY = [path.stem for path in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("stem", EVERY)
@pytest.mark.skipif(
    "THOUSANDFOLD_ALL" not in os.environ, reason="make test-long checks each module"
)
def test_every_module_passes_alone(stem: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert module.main([stem]) == 0, capsys.readouterr().out
