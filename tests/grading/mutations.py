"""Notebooks as nobody should hand them in, made from a good one by a seed.

    python tests/grading/mutations.py 5000

reads as many of them and says how many were refused, the slowest and the memory used.
"""

from __future__ import annotations

import collections
import copy
import json
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.utils import compute_checksum

from boxgrader.errors import Refused
from boxgrader.nbgrader_course.submissions import read

ROOT = Path(__file__).resolve().parent.parent.parent
GOOD = (ROOT / "exercises" / "06_communication" / "06_communication.ipynb").read_bytes()

TOKENS = (
    b'"', b"\\", b"\x00", b"\xff", b"\xed\xa0\x80", b"[", b"{", b"}", b"]", b",", b"null", b"NaN",
    b"-Infinity", b"1e999", b"9" * 5000, b'"\\ud800"', b'"\\u0000"', b"[" * 200, b'{"a":' * 200,
    b"\n<<<<<<< HEAD\n", b"//", "😀".encode(), b"\xef\xbb\xbf",
)  # fmt: skip

VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 4, 5, 10**30, 1.5, -0.0, "", "x", "\x00", "\ud800", "a\n", "😀" * 50,
    [], {}, [[]], [None], ["a", 1], {"": {}}, {"nbgrader": 1}, [{}] * 50, list(range(500)),
    {"nbgrader": {"grade": True}}, {"schema_version": 3}, "code", "markdown", "raw", 10**400,
    {"__class__": 1, "update": 2, "items": 3, "_allownew": False}, "../../etc/passwd",
)  # fmt: skip


def _flip(data: bytes, luck: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(luck.randint(1, 20)):
        changed[luck.randrange(len(changed))] = luck.randrange(256)
    return bytes(changed)


def _cut(data: bytes, luck: random.Random) -> bytes:
    return data[: luck.randrange(len(data))]


def _drop(data: bytes, luck: random.Random) -> bytes:
    start = luck.randrange(len(data))
    return data[:start] + data[start + luck.randint(1, 2000) :]


def _repeat(data: bytes, luck: random.Random) -> bytes:
    start = luck.randrange(len(data))
    return data[:start] + data[start : start + luck.randint(1, 2000)] * luck.randint(2, 9)


def _insert(data: bytes, luck: random.Random) -> bytes:
    for _ in range(luck.randint(1, 3)):
        start = luck.randrange(len(data))
        data = data[:start] + luck.choice(TOKENS) + data[start:]
    return data


def _rebuild(data: bytes, luck: random.Random) -> bytes:
    """Change the tree and not the text."""
    tree = json.loads(data)
    for _ in range(luck.randint(1, 4)):
        holder, key = _somewhere(tree, luck)
        if type(holder) is list:
            _change_list(holder, key, luck)
        else:
            _change_table(holder, key, luck)
    return json.dumps(tree).encode()


def _somewhere(tree: Any, luck: random.Random) -> tuple[Any, Any]:
    """Return a list or table of the tree and one of its keys."""
    holder, key = tree, "cells" if luck.random() < 0.85 else luck.choice(list(tree) or ["cells"])
    while luck.random() < 0.85:
        inside = holder.get(key) if isinstance(holder, dict) else dict(enumerate(holder)).get(key)
        if not isinstance(inside, list | dict) or not inside:
            break
        holder = inside
        key = luck.randrange(len(holder)) if isinstance(holder, list) else luck.choice(list(holder))
    return holder, key


def _change_list(holder: list[Any], key: int, luck: random.Random) -> None:
    change = luck.randrange(5)
    if change == 0 or not holder:
        holder.append(copy.deepcopy(luck.choice(VALUES)))
        return
    key = min(key, len(holder) - 1)
    if change == 1:
        holder[key] = copy.deepcopy(luck.choice(VALUES))
    elif change == 2:
        del holder[key]
    elif change == 3:
        holder.extend(copy.deepcopy(holder[key]) for _ in range(luck.choice((1, 2, 30))))
    else:
        luck.shuffle(holder)


def _change_table(holder: dict[str, Any], key: str, luck: random.Random) -> None:
    change = luck.randrange(4)
    if change == 0:
        holder[key] = copy.deepcopy(luck.choice(VALUES))
    elif change == 1:
        holder.pop(key, None)
    elif change == 2:
        holder[luck.choice(("outputs", "id", "attachments", "nbgrader", "x"))] = copy.deepcopy(
            luck.choice(VALUES)
        )
    else:
        value = copy.deepcopy(luck.choice(VALUES))
        for _ in range(luck.choice((3, 90, 120))):
            value = [value] if luck.random() < 0.5 else {"x": value}
        holder[key] = value


CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip, _cut, _drop, _repeat, _insert, _rebuild, _rebuild, _rebuild, _rebuild,
)  # fmt: skip


def mutated(seed: int) -> bytes:
    """Return the mutant of this seed."""
    luck = random.Random(seed)  # noqa: S311
    return luck.choice(CHANGES)(GOOD, luck)


def outcome(data: bytes, path: Path) -> str:
    """Read a file of this content: return the refusal, or nothing after checking the notebook."""
    path.write_bytes(data)
    try:
        notebook = read(path)
    except Refused as refused:
        sentence = str(refused)
        assert sentence.isprintable()
        assert sentence.endswith(".")
        assert re.search("Please|In JupyterLab", sentence), sentence
        assert len(sentence) < 400
        return sentence
    check_passed_on(notebook)
    return ""


def check_passed_on(notebook: nbformat.NotebookNode) -> None:
    """Assert what the rest of the grading relies on."""
    nbformat.validate(notebook)
    nbformat.v4.writes(notebook, indent=None).encode("utf-8")
    graded = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade") or marks.get("solution") or marks.get("locked"):
            compute_checksum(cell)
            graded.append(marks.grade_id)
    assert len(graded) == len(set(graded))


def main(count: int) -> None:
    """Read mutants and say what became of them."""
    sys.path.append(str(ROOT / "benchmarks"))
    from memory import peak_megabytes

    refusals: collections.Counter[str] = collections.Counter()
    slowest = (0.0, 0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "notebook.ipynb"
        outcome(GOOD, path)
        before = peak_megabytes()
        for seed in range(count):
            start = time.process_time()
            refusals[re.sub(r"\d+", "…", outcome(mutated(seed), path))[:70]] += 1
            slowest = max(slowest, (time.process_time() - start, seed))
    for sentence, times in refusals.most_common():
        print(f"{times:6d}  {sentence or 'read'}")
    print(f"slowest {slowest[0]:.3f} s (seed {slowest[1]}), with making it and checking it")
    print(f"memory {peak_megabytes() - before:.0f} MB more than before")


if __name__ == "__main__":
    main(int(sys.argv[1]))
