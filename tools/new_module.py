"""Lay a module, as `make new` does: everything that belongs to one stem, ready to be changed.

A copy of the project is made first, the module is laid and run there, and what came of it is put in
place at the end: an error or an interruption before leaves nothing behind.
"""

from __future__ import annotations

import argparse
import ast
import filecmp
import keyword
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import names
import nbformat
from gone_after import gone_after

from thousandfold.errors import ExplainedError

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = ROOT / "tools" / "templates"
NEEDED = (
    *("src", "datasets", "docs", "notebooks", "solutions", "exercises", "facilitator", "tools"),
    *(".github", "hub"),  # they repeat what is said once, as tables see to
)
FILES = ("*.md", "CITATION.cff", "nbgrader_config.py", "pyproject.toml")
KEYPOINTS = "src/thousandfold/keypoints/__init__.py"
EMPTY_WORDS = {"utils", "helpers", "common", "misc"}
LONGEST_STEM = 40
LONGEST = 80  # characters of a title: one line of a slide


def parts(stem: str) -> dict[str, str]:
    """Return where each part of a module stands, by its template."""
    name = stem[3:]
    return {
        "model.py": f"src/thousandfold/models/{name}.py",
        "keypoints.py": f"src/thousandfold/keypoints/{name}.py",
        "test_model.py": f"tests/models/test_{name}.py",
        "lesson.ipynb": f"notebooks/{stem}.ipynb",
        "test_lesson.py": f"tests/lessons/test_{stem}.py",
        "exercise.ipynb": f"solutions/{stem}/{stem}.ipynb",
        "answers": f"tests/answers/{stem}",
        "hint_ladder.toml": f"src/thousandfold/teaching/hint_ladders/{stem}.toml",
        "guide.md": f"facilitator/{stem}.md",
        "viva.py": f"facilitator/viva/{name}.py",
    }


def check(stem: str, title: str) -> str:
    """Return the question of a new module, or refuse its name or title.

    Raises
    ------
    ExplainedError
        If something about the stem or the title stands in the way; the message says what.
    """
    if not re.fullmatch(r"\d\d(_[a-z][a-z0-9]*)+", stem, re.ASCII):
        raise ExplainedError(
            f"a stem is two digits and lower-case words, such as 11_pricing, not {stem!r}: "
            'make new STEM=11_pricing TITLE="What may a user cost?"'
        )
    for path in sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb")):
        if path.stem == stem:
            raise ExplainedError(f"{stem} is there already: open notebooks/{stem}.ipynb")
        if path.stem[:2] == stem[:2]:
            raise ExplainedError(f"{stem[:2]} is the number of {path.stem}: take another number")
    if len(stem) > LONGEST_STEM:
        raise ExplainedError(f"a stem has {LONGEST_STEM} characters at most, not {len(stem)}")
    _check_name(stem)
    there = [place for place in parts(stem).values() if (ROOT / place).exists()]
    if there or (ROOT / "exercises" / stem).exists():
        left = " and ".join([*there, f"exercises/{stem}"][: max(1, len(there))])
        raise ExplainedError(f"{left} is there already: move it away, or take another name")
    return _question(title)


def _check_name(stem: str) -> None:
    name = stem[3:]
    if keyword.iskeyword(name) or name in sys.stdlib_module_names:
        raise ExplainedError(f"{name} is a word of Python itself: take another name")
    if name in EMPTY_WORDS:
        raise ExplainedError(f"{name} says nothing about a module: take another name")
    taken = ast.parse(names.STUB.read_text(encoding="utf-8")).body
    for line in taken:
        if isinstance(line, ast.ImportFrom):
            file = str(line.module).rpartition(".")[2]
            if name == file or {name, model(stem)} & {alias.name for alias in line.names}:
                raise ExplainedError(
                    f"{name} or {model(stem)} is a name in the models, of {file}: take another one"
                )
    if list((ROOT / "tests").rglob(f"test_{name}.py")):
        raise ExplainedError(f"there are tests of {name} already: take another name")


def _question(title: str) -> str:
    words = title.strip()
    if not words:
        raise ExplainedError(
            'a module has a title, a question if you can: TITLE="What may a user cost?"'
        )
    if len(words) > LONGEST:
        raise ExplainedError(f"a title has {LONGEST} characters at most, not {len(words)}")
    if re.search(r"[\x00-\x1f\x7f|*_`<>\\#!\[\]]", words):
        raise ExplainedError("a title is plain words on one line, without ! and signs of Markdown")
    if found := re.search(r"\b(simply|just|obviously|of course)\b", words, re.IGNORECASE):
        raise ExplainedError(f"lessons of this house do without {found[0]!r}, their titles too")
    return words if words.endswith("?") else f"{words}: what would you decide?"


def model(stem: str) -> str:
    """Return the name of the model that is laid, such as ``"Pricing"``."""
    return "".join(word.capitalize() for word in stem[3:].split("_"))


def lay(project: Path, stem: str, question: str) -> None:
    """Write the parts of a module, and all that is derived from them, into a copy of the project.

    Raises
    ------
    ExplainedError
        If a step fails; the message holds what it said.
    """
    words = {
        "STEM": stem,
        "NUMBER": stem[:2],
        "FILE": stem[3:],
        "MODEL": model(stem),
        "QUESTION": question,
    }
    for template, place in parts(stem).items():
        source, target = TEMPLATES / template, project / place
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.suffix == ".ipynb":
            notebook = nbformat.read(source, as_version=4)
            for cell in notebook.cells:
                cell.source = _filled(cell.source, words)
            target.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
        else:
            target.write_text(_filled(source.read_text("utf-8"), words), encoding="utf-8")
    register(project / KEYPOINTS, stem)
    python = [str(project / place) for place in (*parts(stem).values(), KEYPOINTS)]
    python = [place for place in python if place.endswith(".py")]
    _run(project, "-m", "ruff", "format", "--quiet", *python)
    _run(project, "-m", "ruff", "check", "--quiet", "--fix", "--select", "I", *python)
    _run(project, "tools/names.py")
    _run(project, "tools/robustness.py", stem)
    _run(project, "tools/lessons.py", f"notebooks/{stem}.ipynb")
    _run(project, "tools/release.py", stem)
    _run(project, "tools/tables.py")


def register(path: Path, stem: str) -> None:
    """Add a lesson to those whose keypoints are known, in its place."""
    text = path.read_text(encoding="utf-8")
    [line] = [
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "LESSONS"
    ]
    known = sorted({*ast.literal_eval(line.value), stem})
    lines = text.splitlines(keepends=True)
    lines[line.lineno - 1 : line.end_lineno] = [f"LESSONS = {tuple(known)}\n"]
    path.write_text("".join(lines), encoding="utf-8")


def _filled(text: str, words: dict[str, str]) -> str:
    return re.sub(rf"\b({'|'.join(words)})\b", lambda found: words[found[0]], text)


def _run(project: Path, *command: str) -> None:
    paths = os.pathsep.join([str(project / "src"), os.environ.get("PYTHONPATH", "")])
    own = {"PYTHONPATH": paths.rstrip(os.pathsep), "TMPDIR": str(project.parent)}
    # What outlives an interruption for a moment, a kernel, must not write where all is removed.
    own["PYTHONDONTWRITEBYTECODE"] = "1"
    done = subprocess.run(
        [sys.executable, *command],
        cwd=project,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise ExplainedError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}".rstrip())


def copy(folder: Path) -> None:
    """Copy what laying a module needs of the project."""
    unneeded = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints", "templates")
    for name in NEEDED:
        shutil.copytree(ROOT / name, folder / name, ignore=unneeded)
    for pattern in FILES:
        for path in ROOT.glob(pattern):
            shutil.copy(path, folder)


def changed(project: Path) -> Iterator[Path]:
    """Yield each file of a copy that the project does not have, or has differently."""
    for path in sorted(project.rglob("*")):
        inside = path.relative_to(project)
        made = {"__pycache__", ".ipynb_checkpoints", ".ruff_cache"} & set(inside.parts)
        if path.is_file() and not made:
            own = ROOT / inside
            if not own.exists() or not filecmp.cmp(path, own, shallow=False):
                yield inside


def put_in_place(project: Path) -> list[Path]:
    """Move what was laid from the copy into the project: all of it, or nothing."""
    laid = []
    with ExitStack() as undo:
        for inside in changed(project):
            target = ROOT / inside
            for folder in reversed([f for f in target.parents if not f.exists()]):
                folder.mkdir()
                undo.callback(folder.rmdir)
            before = target.read_bytes() if target.exists() else None
            if before is None:
                undo.callback(target.unlink, missing_ok=True)
            else:
                undo.callback(target.write_bytes, before)
            shutil.copy(project / inside, target)
            laid.append(inside)
        undo.pop_all()
    return laid


def main(arguments: list[str] | None = None) -> int:
    """Lay a module, or say in a sentence why not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stem", help="two digits and lower-case words, such as 11_pricing")
    parser.add_argument("title", help="the question that the lesson asks")
    options = parser.parse_args(arguments)
    try:
        question = check(options.stem, options.title)
        with gone_after("new-module") as folder:
            project = folder / "project"
            copy(project)
            lay(project, options.stem, question)
            laid = put_in_place(project)
    except (ExplainedError, OSError) as error:
        print(f"new module: nothing was laid: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nnew module: stopped; nothing was laid", file=sys.stderr)
        return 130
    print("\n".join(map(str, laid)))
    print(f"\nAll of it passes `make module STEM={options.stem}`. Wherever it says *To replace*,")
    print("put what is yours. CONTRIBUTING.md, “A module in an hour”, says in which order.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
