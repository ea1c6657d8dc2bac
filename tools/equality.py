"""Grade the sample answers with nbgrader's own autograde and with ours, and say what differs.

    .venv/bin/python tools/equality.py [ASSIGNMENT ...]
    .venv/bin/python tools/equality.py --course FOLDER [ASSIGNMENT ...]

All modules and nbgrader's example `ps1` by default. Grades, comments, and every cell of the graded
notebooks are compared; left out is what differs from run to run: times, names of temporary files,
addresses in memory, names of widgets, and whether a kernel sends a text in one part or two. Our own
answers are run without a box by nbgrader; they harm nobody. Of any other course, of which
`FOLDER/source` holds the solutions, these are graded whole, half left out and half wrong: look at a
stranger's first.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import warnings
from collections import Counter
from pathlib import Path

import nbformat
from course import Sample, answered, release, samples, source, stems
from gone_after import gone_after
from twice import Compared, graded_twice, released
from variants import variants

HERE = Path(__file__).resolve().parent
_MADE = ("submitted", "release", "autograded", "feedback", "gradebook.db", ".git")


def make(folder: Path, stem: str, chosen: dict[str, nbformat.NotebookNode]) -> Path:
    """Make a course with one assignment, and what was handed in."""
    config = (HERE.parent / "nbgrader_config.py").read_text(encoding="utf-8")
    folder.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text(
        config.replace("\ninstall()\n", "\n").replace("Path(__file__).resolve().parent", "Path()")
        + f"\nc.CourseDirectory.root = {str(folder)!r}\n",
        encoding="utf-8",
    )
    instructors, name = exercise(stem)
    _write(folder / "solutions" / stem / f"{name}.ipynb", instructors)
    for student, notebook in chosen.items():
        _write(folder / "submitted" / student / stem / f"{name}.ipynb", notebook)
    return folder


def exercise(stem: str) -> tuple[nbformat.NotebookNode, str]:
    """Return an instructor's notebook and its name: one of ours, or nbgrader's own example."""
    if stem != "ps1":
        return source(stem), stem
    import nbgrader

    example = Path(nbgrader.__file__).parent / "docs/source/user_guide/source/ps1/problem1.ipynb"
    return nbformat.read(example, as_version=4), "problem1"


def submissions(stem: str, names: list[str] | None = None) -> dict[str, nbformat.NotebookNode]:
    """Return the samples of a module by name, the right and the untouched one too."""
    if stem == "ps1":
        import nbgrader

        handed_in = Path(nbgrader.__file__).parent / "docs/source/user_guide/submitted"
        found = {
            path.parts[-3]: nbformat.read(path, as_version=4)
            for path in sorted(handed_in.glob("*/ps1/problem1.ipynb"))
        }
        return {"instructor": exercise(stem)[0], **found}
    made = {
        sample.name: answered(release(stem), stem, sample)
        for sample in [Sample("right"), *samples(stem)]
    }
    made["untouched"] = release(stem)
    return {name: made[name] for name in names or made}


def _write(path: Path, notebook: nbformat.NotebookNode) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)


def compare(stem: str, names: list[str] | None = None) -> Compared:
    """Grade the samples of a module twice, and compare."""
    with gone_after("equality") as scratch:
        chosen = submissions(stem, names)
        theirs = make(scratch / "theirs", stem, chosen)
        ours = make(scratch / "ours", stem, chosen)
        return graded_twice(theirs, ours, stem)


def compare_course(folder: Path, assignment: str) -> Compared:
    """Grade the solution of any course's assignment, and what is less than it, with both."""
    with gone_after("equality") as scratch:
        theirs, ours = scratch / "theirs", scratch / "ours"
        shutil.copytree(folder, theirs, ignore=shutil.ignore_patterns(*_MADE))
        _root(theirs)
        released(theirs, assignment)
        for path in sorted((theirs / "release" / assignment).glob("*.ipynb")):
            instructors = nbformat.read(theirs / "source" / assignment / path.name, as_version=4)
            for name, made in variants(instructors, nbformat.read(path, as_version=4)).items():
                _write(theirs / "submitted" / name / assignment / path.name, made)
        shutil.copytree(theirs, ours, ignore=shutil.ignore_patterns(*_MADE[1:]))
        _root(ours)
        return graded_twice(theirs, ours, assignment)


def _root(course: Path) -> None:
    """Say where a course that was copied is."""
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"\nc = get_config()\nc.CourseDirectory.root = {str(course)!r}\n")


def main() -> int:
    """Compare, and print what differs; the exit code says whether anything but tracebacks does."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignments", nargs="*")
    parser.add_argument("--course", metavar="FOLDER", type=Path, help="another course than ours")
    parser.add_argument("--all", action="store_true", help="print each difference of a traceback")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    folder = options.course
    everything = (
        sorted(it.name for it in (folder / "source").iterdir() if it.is_dir())
        if folder
        else [*stems(), "ps1"]
    )
    print(
        "| assignment | notebooks | tests | grades | comments | outputs | differ | judged apart |"
    )
    print("|---|---|---|---|---|---|---|---|")
    unequal = 0
    for stem in options.assignments or everything:
        found = compare_course(folder, stem) if folder else compare(stem)
        kinds = Counter(kind for kind, _ in found.differences)
        count = found.counts
        unequal += kinds.total() - kinds["traceback"]
        differ = ", ".join(f"{kind}: {number}" for kind, number in kinds.items()) or "0"
        print(
            f"| {stem} | {count['notebook']} | {count['test']} | {count['grade']} | "
            f"{count['comment']} | {count['output']} | {differ} | {count['apart']} |",
            flush=True,
        )
        for kind, text in found.differences:
            if kind != "traceback" or options.all:
                print(f"    {kind} {text}")
        for said in found.said:
            print(f"    {said}", flush=True)
    return int(unequal > 0)


if __name__ == "__main__":
    sys.exit(main())
