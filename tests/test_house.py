"""The house stands as CONTRIBUTING.md draws it, and its rooms know only what stands below them."""

from __future__ import annotations

import ast
import doctest
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from conftest import LONGEST, ROOT, long_numbers

PACKAGE = ROOT / "src" / "thousandfold"
HEAVY = ("pandas", "matplotlib", "ipywidgets", "IPython", "networkx", "scipy", "nbgrader", "tqdm")


@pytest.fixture(scope="module")
def tracked(git: None) -> list[str]:
    """Return the path of each file that belongs to the project, which only git knows."""
    asked = ["git", "ls-files", "-z"]
    listed = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    if listed.returncode or not listed.stdout:
        why = listed.stderr.strip().partition("\n")[0] or "it lies in the clone of another project"
        pytest.skip(f"git does not list the files of this folder ({why}): test in a clone of yours")
    return listed.stdout.split("\0")[:-1]


def test_importing_the_package_loads_numpy_alone() -> None:
    code = "import sys, thousandfold; print(*sorted(m for m in sys.modules if '.' not in m))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "numpy" in loaded
    assert set(loaded).isdisjoint(HEAVY)


LIGHT = sorted([*PACKAGE.glob("*.py"), *PACKAGE.glob("commands/*.py")])


@pytest.mark.parametrize("path", LIGHT, ids=lambda path: path.stem)
def test_heavy_packages_are_imported_inside_functions(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    at_import = [
        name
        for node in tree.body
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module]
        )
    ]
    loaded = {str(name).split(".")[0] for name in at_import}
    assert loaded.isdisjoint(HEAVY)


HELPERS = [
    path
    for path in sorted((ROOT / "tests").glob("*.py"))
    if not path.name.startswith(("test_", "conftest"))
]


@pytest.mark.parametrize("path", HELPERS, ids=lambda path: path.stem)
def test_to_import_a_helper_changes_nothing(path: Path) -> None:
    # Whoever looks for examples to run imports all of them.
    does = [
        f"{path.name}:{node.lineno}"
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.For | ast.While | ast.With | ast.Delete)
        or (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute))
    ]
    assert does == [], "do it in a function"


def test_an_example_shows_only_digits_that_every_processor_agrees_on() -> None:
    documented = ast.Module | ast.ClassDef | ast.FunctionDef
    long = {
        f"{path.name}, {example.source.strip()}": long_numbers(example.want)
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, documented)
        for example in doctest.DocTestParser().get_examples(ast.get_docstring(node) or "")
        if long_numbers(example.want)
    }
    assert long == {}, "round what is shown"


def test_what_is_equal_keeps_its_order_when_it_is_sorted() -> None:
    # numpy's own order of equal values differs with the instructions of the processor.
    loose = [
        f"{path.name}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"argsort", "sort_values"}
        and "kind='stable'" not in map(ast.unparse, node.keywords)
    ]
    assert loose == [], 'sort with kind="stable"'


# What lessons show, also in the Python of a browser, which has no Jinja2.
SHOWN_IN_LESSONS = {"drawing", "flight", "teaching"}


def test_no_page_is_put_together_by_hand() -> None:
    by_hand = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        if path.relative_to(PACKAGE).parts[0] not in SHOWN_IN_LESSONS
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.JoinedStr)
        for part in node.values
        if isinstance(part, ast.Constant) and re.search(r"</?[a-z]|</?$", part.value)
    ]
    assert by_hand == [], "write a template, or Markup('<b>{}</b>').format(text): both escape"


def test_no_module_has_a_name_that_says_nothing_or_shadows_the_library() -> None:
    stems = {path.stem for path in PACKAGE.rglob("*.py")} - {"__init__"}
    assert stems.isdisjoint({"utils", "helpers", "common", "misc"})
    assert stems.isdisjoint(sys.stdlib_module_names)


def test_the_map_in_contributing_names_each_folder_and_each_file_of_the_package(
    tracked: list[str],
) -> None:
    drawn = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("```")[1]
    named = set(re.findall(r"^\s*([\w./-]+?)/?(?=\s{2,})", drawn, re.MULTILINE))
    folders = {path.split("/")[0] for path in tracked if "/" in path} - {".ci"}
    modules = {path.name for path in PACKAGE.glob("*.py")} - {"__init__.py"}
    tools = {path.name for path in (ROOT / "tools").glob("*.py")}
    assert folders | modules | tools <= named, "draw it in CONTRIBUTING.md"
    there = {Path(path).name for path in tracked} | {p for path in tracked for p in path.split("/")}
    assert named - there == set(), "CONTRIBUTING.md draws what is not there"


def test_the_readme_draws_the_same_rooms() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    drawn = set(re.findall(r"`(?:thousandfold/)?(\w+)/`", readme.split("| in `src/` | lives |")[1]))
    rooms = {path.parent.name for path in PACKAGE.glob("*/__init__.py")} | {"boxgrader"}
    assert drawn == rooms


@pytest.mark.parametrize("page", ["architecture", "why", "accessibility", "privacy"])
def test_a_page_for_maintainers_names_files_that_are_there(page: str) -> None:
    text = (ROOT / f"docs/{page}.md").read_text("utf-8")
    named = re.findall(r"`([\w/]+\.(?:py|js|css|md))`", text)
    assert len(named) > 5
    roots = (ROOT, PACKAGE, ROOT / "src" / "boxgrader")
    assert [name for name in named if not any((root / name).is_file() for root in roots)] == []


def test_the_locks_fit_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = project["project"]["dependencies"]
    wanted += project["project"]["optional-dependencies"]["workshop"]
    grader = tomllib.loads((ROOT / "src" / "boxgrader" / "pyproject.toml").read_text("utf-8"))
    wanted += grader["project"]["dependencies"]
    wanted = [name for name in wanted if not name.startswith("boxgrader")]  # it lies in src/
    groups = project["dependency-groups"]
    for lock, names in (
        ("requirements.lock", wanted + groups["build"]),
        ("requirements-uv.lock", groups["uv"]),
        ("requirements-dev.lock", wanted + groups["build"] + groups["dev"] + groups["uv"]),
        ("requirements-site.lock", wanted + groups["build"] + groups["site"]),
    ):
        text = (ROOT / lock).read_text("utf-8")
        pinned = set(re.findall(r"^([a-z0-9-]+)(?:\[.*\])?==", text, re.MULTILINE))
        assert {re.split(r"[^\w-]", name)[0] for name in names} <= pinned, f"run make lock: {lock}"
        assert text.count("==") <= text.count("--hash=sha256:")
        assert "://" not in text


def test_uv_is_pinned_once_with_a_wheel_for_every_system() -> None:
    pin = re.compile(r"^uv==.*?(?=^\S|\Z)", re.DOTALL | re.MULTILINE)
    [installer] = pin.findall((ROOT / "requirements-uv.lock").read_text("utf-8"))
    assert pin.findall((ROOT / "requirements-dev.lock").read_text("utf-8")) == [installer]
    assert installer.count("--hash=sha256:") > 10


def test_the_tests_that_begin_first_are_there() -> None:
    assert set(LONGEST) <= {path.name for path in (ROOT / "tests").rglob("test_*.py")}


def test_a_learner_installs_nothing_that_only_tests_need() -> None:
    learner = (ROOT / "requirements.lock").read_text("utf-8")
    for name in ("pytest", "hypothesis", "playwright", "mypy", "ruff", "nbval"):
        assert not re.search(rf"^{name}\b", learner, re.MULTILINE)


def test_no_file_names_a_place_on_one_machine(tracked: list[str]) -> None:
    place = re.compile(r"(?<![\w.])/(?:home(?!/jovyan)|Users|root|work)/\w")
    named = [
        path
        for path in tracked
        if Path(path).suffix in {".py", ".md", ".ipynb", ".toml", ".yml", ".sh", ".cfg", ""}
        and place.search((ROOT / path).read_text(encoding="utf-8", errors="replace"))
    ]
    assert named == []


def test_conda_and_binder_install_the_lock() -> None:
    import yaml

    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    python, pip, from_pip = environment["dependencies"]
    assert re.fullmatch(r"python=3\.1[1-4]", python)
    assert pip == "pip"
    assert from_pip == {"pip": ["--require-hashes", "-r requirements.lock"]}


def test_binder_leaves_learners_no_answer(tracked: list[str], tmp_path: Path) -> None:
    home = tmp_path / "home"
    for path in tracked:  # what Binder gets is a clone
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, home / path)
    (home / ".git").mkdir()
    for name in ("pip", "jupyter"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {name} $* > {name}-was-called\n")
        (tmp_path / name).chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    subprocess.run([home / "postBuild"], cwd=home, check=True, env={**os.environ, "PATH": path})
    assert "pip install" in (home / "pip-was-called").read_text()
    assert (
        "disable --level=sys_prefix @jupyter/nbgrader" in (home / "jupyter-was-called").read_text()
    )
    for hidden in ("solutions", "tests", "facilitator", ".git"):
        assert not (home / hidden).exists()
    assert list((home / "exercises").glob("*/*.ipynb"))
    left = [p for p in home.rglob("*") if p.is_file() and b"BEGIN SOLUTION" in p.read_bytes()]
    assert left == []
