"""Run all checks of one module and of nothing else, as `make module` does.

What is missing or wrong is said first, all of it, in sentences; then the verdict. A check is a
test: its name is the rule, and what it says when it fails is what to do. The tests are chosen here,
by their names and parameters; to pytest this file is a plugin.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import names
import nbformat
import pytest
from course import samples
from failures import sentences
from gone_after import gone_after
from new_module import parts

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import find_course, read_cells

ROOT = Path(__file__).resolve().parent.parent
TO_REPLACE = "To replace"
# Tests that look at what is derived from all modules, this one too.
DERIVED = ("test_a_page_says_of_the_modules", "test_the_names_of_the_models", "test_the_pages_say")
# These start a server each, or lay a module of their own: `make test`, `make test-site`.
ELSEWHERE = {
    *("test_browser.py", "test_hub.py", "test_new_module.py"),
    *("test_site.py", "test_site_begun_anew.py"),
}
ALL_MODULES = re.compile(
    r"\b(?:lessons|stems)\(\)|\.modules\b|\*\.ipynb\b|\b(?:pages\(\)|keypoints\()"
)


def known(stem: str) -> str:
    """Return the stem, or refuse one that is no module.

    Raises
    ------
    ExplainedError
        If there is nothing of that name; the message lists what there is.
    """
    if re.fullmatch(r"\d\d(_[a-z0-9]+)+", stem, re.ASCII):
        if any((ROOT / place).exists() for place in parts(stem).values() if stem in place):
            return stem
        said = f"there is no module {stem}"
    else:
        said = f"{stem!r} is not the name of a module" if stem else "name the module: STEM=…"
    there = ", ".join(path.stem for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")))
    raise ExplainedError(f"{said}; there are {there}")


def read_parts(stem: str) -> None:
    """Read notebooks and answers of a module: a damaged one is said before all tests fail of it.

    Raises
    ------
    ExplainedError
        If one of those that are there cannot be read.
    """
    place = parts(stem)
    for path in (place["lesson.ipynb"], place["exercise.ipynb"], f"exercises/{stem}/{stem}.ipynb"):
        if (ROOT / path).exists():
            read_cells(ROOT / path)
    samples(stem)


def missing(stem: str) -> Iterator[str]:
    """Yield a sentence for each part of a module that is not there."""
    place = parts(stem)
    lesson, exercise = place["lesson.ipynb"], place["exercise.ipynb"]
    released = f"exercises/{stem}/{stem}.ipynb"
    wanted = {lesson: "the lesson", place["guide.md"]: "the page of whoever runs it"}
    wanted[place["test_lesson.py"]] = "a test for each keypoint"
    if not _exempt(stem):
        wanted[exercise] = (
            "the exercise. A module without one says why in its title's metadata, "
            'as {"thousandfold": {"exempt": {"exercise": "…"}}}'
        )
        wanted[released] = "what learners get, which `make release` writes"
        wanted[place["answers"]] = "named answers, four at least"
        wanted[place["viva.py"]] = "questions for a talk with each learner, six at least"
    for path, what in wanted.items():
        if not (ROOT / path).exists():
            yield f"{path} is missing: {what}"
    tested = {name for test in _tests_of_models() for name in _imported(test)}
    for file, models in models_of(stem).items():
        if file.exists() and not tested & {*models, f"thousandfold.models.{file.stem}"}:
            yield f"no file in tests/models/ tests {', '.join(models)} of {file.name}"


def _exempt(stem: str) -> bool:
    try:
        return "exercise" in find_course(ROOT).module(stem).exempt
    except ExplainedError:
        return False


def models_of(stem: str) -> dict[Path, list[str]]:
    """Return the files of models that a lesson and its exercise use, and what of each."""
    homes = {
        alias.name: str(node.module)
        for node in ast.parse(names.stub()).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    used: set[str] = set()
    for part in ("lesson.ipynb", "exercise.ipynb"):
        path = ROOT / parts(stem)[part]
        cells = nbformat.read(path, as_version=4).cells if path.exists() else []
        for cell in cells:
            if cell.cell_type == "code":
                used |= set(_imported(cell.source))
    found: dict[Path, list[str]] = {}
    for name in sorted(used & homes.keys()):
        file = ROOT / "src" / f"{homes[name].replace('.', '/')}.py"
        if file.parent.name == "models":
            found.setdefault(file, []).append(name)
    return found


def _imported(source: str | Path) -> Iterator[str]:
    """Yield what is imported from the models, and from which file of them."""
    text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except SyntaxError:
        return  # pytest says where
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("thousandfold.models"):
            yield str(node.module)
            yield from (alias.name for alias in node.names)


def _tests_of_models() -> list[Path]:
    general = {"test_models.py", "test_published.py"}
    return [p for p in sorted((ROOT / "tests/models").glob("test_*.py")) if p.name not in general]


def own_files(stem: str) -> list[Path]:
    """Return the files of tests and models that are a module's own."""
    place, models = parts(stem), models_of(stem)
    used = {f"thousandfold.models.{path.stem}" for path in models}
    used |= {name for found in models.values() for name in found}
    own = [ROOT / place[part] for part in ("lesson.ipynb", "test_lesson.py", "keypoints.py")]
    own += models
    own += [test for test in _tests_of_models() if used & set(_imported(test))]
    return [path for path in own if path.exists()]


def files_about_all() -> list[Path]:
    """Return the files whose tests are about all modules."""
    about_all = [
        path
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if path.name not in ELSEWHERE and path.parent.name != "lessons" and _about_all_modules(path)
    ]
    return [*about_all, ROOT / "tests/models/test_models.py"]


def _about_all_modules(path: Path) -> bool:
    """Say whether tests of a file are given each module, or look at what is derived from all."""
    text = path.read_text(encoding="utf-8")
    if not ALL_MODULES.search(text):
        return False
    body = ast.parse(text).body
    tests = [node for node in body if isinstance(node, ast.FunctionDef)]
    outside: list[ast.AST] = [node for node in body if node not in tests]
    # What a test is given is known when its file is imported: nothing inside a function is.
    given = [*outside, *(decorator for test in tests for decorator in test.decorator_list)]
    return any(test.name.startswith(DERIVED) for test in tests) or any(
        ALL_MODULES.search(ast.unparse(node)) for node in given
    )


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let pytest be asked for one module."""
    parser.addoption("--module", default="", help="the stem of the module to check")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests of one module: its own files, and what bears its name or its models'."""
    stem = config.getoption("--module")
    own = own_files(stem)
    models = {name for found in models_of(stem).values() for name in found}
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        name = item.nodeid.rpartition("::")[2]
        wanted = item.path in own or bears(item, stem) or name.startswith(DERIVED)
        wanted |= item.path.name == "test_models.py" and bears(item, *models)
        wanted |= item.path.name == "test_keypoints.py" and bears(item, stem[:2])
        wanted &= not name.startswith("test_every_module_has_all_its_parts")  # said by `missing`
        (kept if wanted else left).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left)


def bears(item: pytest.Item, *names: str) -> bool:
    """Say whether a test is given one of the names as a parameter, or a file of that name."""
    given = re.split(r"[\[\]/.-]", item.nodeid.rpartition("::")[2])
    return not set(names).isdisjoint(given)


def run_tests(stem: str) -> tuple[int, list[str]]:
    """Run the tests of a module; return how many there were, and a sentence for each failure."""
    paths = [*own_files(stem), *files_about_all()]
    with gone_after("module") as folder:
        report = folder / "report.xml"
        options = ["-p", "module", f"--module={stem}", "-vv", f"--junit-xml={report}"]
        options += ["-o", "junit_family=xunit1", "-m", "not site", "-n0", "--tb=short"]
        options += ["-o", "verbosity_assertions=2"]  # lists are whole, for `sentences`
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *map(str, paths)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": _path("tools", "src"), "NO_COLOR": "1"},
            capture_output=True,
            text=True,
        )
        if not report.exists():
            raise ExplainedError(f"pytest did not start:\n{done.stdout}{done.stderr}".rstrip())
        cases = list(ElementTree.parse(report).iter("testcase"))  # noqa: S314, our own file
    said = [sentence for case in cases for sentence in sentences(case, ROOT)]
    if done.returncode and not said:
        raise ExplainedError(f"pytest did not end well:\n{done.stdout}{done.stderr}".rstrip())
    return len(cases), said


def _told(said: str, gone: list[str]) -> bool:
    """Say whether a test failed because a file is not there that was named already."""
    return "FileNotFoundError" in said and any(path in said for path in gone)


def _path(*folders: str) -> str:
    own = [str(ROOT / folder) for folder in folders]
    return os.pathsep.join([*own, *filter(None, [os.environ.get("PYTHONPATH")])])


def read_code(stem: str) -> Iterator[str]:
    """Yield what ruff and mypy say about the Python files of a module."""
    own = [str(p.relative_to(ROOT)) for p in own_files(stem) if p.suffix == ".py"]
    models = [str(p.relative_to(ROOT)) for p in models_of(stem) if p.exists()]
    for command, paths in (
        (["ruff", "check", "--output-format=concise"], own),
        (["ruff", "format", "--check"], own),
        (["mypy", "--no-error-summary"], models),
    ):
        if paths:
            done = subprocess.run(
                [sys.executable, "-m", *command, *paths], cwd=ROOT, capture_output=True, text=True
            )
            if done.returncode:
                lines = (done.stdout or done.stderr).splitlines()
                wrong = [line for line in lines if re.match(r"\S+\.py:|Would reformat", line)]
                yield from (f"{' '.join(command[:2])}: {line}" for line in wrong or lines[-1:])


def as_laid(stem: str) -> list[str]:
    """Return the files that still say what is to be replaced."""
    others = ("exercise.ipynb", "guide.md", "viva.py")
    paths = [*own_files(stem), *(ROOT / parts(stem)[part] for part in others)]
    return [
        str(path.relative_to(ROOT))
        for path in paths
        if path.exists() and TO_REPLACE in path.read_text(encoding="utf-8")
    ]


def tell(stem: str, wrong: Iterable[str], tests: int) -> int:
    """Print all that is missing or wrong, then the verdict; return the exit status."""
    found = list(dict.fromkeys(wrong))
    for sentence in found:
        print(f"- {sentence}")
    if still := as_laid(stem):
        print(f"\n“{TO_REPLACE}” still stands in {', '.join(still)}.")
    if found:
        count = f"{len(found)} thing is" if len(found) == 1 else f"{len(found)} things are"
        print(f"\n{stem}: {count} missing or wrong; {tests} tests were run.")
        return 1
    print(f"{stem} passes all its checks: {tests} tests, ruff and mypy.")
    return 0


def main(arguments: list[str] | None = None) -> int:
    """Check a module, or say in a sentence why there is none."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stem", nargs="?", default="", help="for example 06_communication")
    stem = parser.parse_args(arguments).stem
    try:
        read_parts(known(stem))
        wrong = list(missing(stem))
        tests, failed = run_tests(stem)
        gone = [sentence.partition(" ")[0] for sentence in wrong]
        failed = [said for said in failed if not _told(said, gone)]
        return tell(stem, [*wrong, *failed, *read_code(stem)], tests)
    except ExplainedError as error:
        print(f"module: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nmodule: stopped", file=sys.stderr)
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main())
