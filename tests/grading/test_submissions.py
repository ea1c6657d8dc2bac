"""What strangers hand in is read within bounds, or refused in a sentence."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import GOOD, check_passed_on, mutated, outcome

from boxgrader.errors import Refused, shown
from boxgrader.nbgrader_course.bounds import Bounds
from boxgrader.nbgrader_course.reading import open_regular, read_json
from boxgrader.nbgrader_course.submissions import read

MUTANTS = (
    5_000  # about eight seconds; `python tests/grading/mutations.py 5000` says what they became
)


def marks(grade_id: str, **changed: Any) -> dict[str, Any]:
    usual = {"schema_version": 3, "grade": True, "solution": False, "locked": True, "points": 1}
    return {"nbgrader": {**usual, "grade_id": grade_id, "cell_type": "code", **changed}}


def code(source: str | list[str] = "1", **metadata: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": []}


def notebook(*cells: Any, **changed: Any) -> bytes:
    usual = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    return json.dumps({**usual, **changed}).encode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "work.ipynb"


def refusal(path: Path, data: bytes) -> str:
    sentence = outcome(data, path)
    assert sentence, "it was read"
    return sentence


def test_a_good_notebook_keeps_its_text_and_marks_and_loses_its_outputs(path: Path) -> None:
    path.write_bytes(GOOD)
    got, was = read(path), nbformat.reads(GOOD.decode(), as_version=4)
    assert [(c.cell_type, c.source, c.id) for c in got.cells] == [
        (c.cell_type, c.source, c.id) for c in was.cells
    ]
    assert [c.metadata.get("nbgrader") for c in got.cells] == [
        c.metadata.get("nbgrader") for c in was.cells
    ]
    check_passed_on(got)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_lines_of_a_cell_end_as_jupyterlab_runs_them(end: str, path: Path) -> None:
    path.write_bytes(notebook(code(f"%%writefile rows.txt{end}1{end}{end}2")))
    assert read(path).cells[0].source == "%%writefile rows.txt\n1\n\n2"
    path.write_bytes(notebook(code([f"%%writefile rows.txt{end}", f"1{end}", end, "2"])))
    assert read(path).cells[0].source == "%%writefile rows.txt\n1\n\n2"


def test_outputs_and_saved_widgets_are_never_looked_at(path: Path) -> None:
    cell = {**code(), "outputs": {"not": "a list"}, "execution_count": "seven"}
    path.write_bytes(notebook(cell, metadata={"widgets": {"state": [1] * 99}, "kept": 1}))
    got = read(path)
    assert got.cells[0].outputs == []
    assert got.metadata == {"kept": 1}


@pytest.mark.parametrize("seed", range(0, MUTANTS, 500))
def test_mutants_are_read_or_refused_in_a_sentence(seed: int, path: Path) -> None:
    good = min(seconds(lambda: outcome(GOOD, path)) for _ in range(5))
    for mutant in range(seed, seed + 500):
        data = mutated(mutant)
        assert seconds(lambda data=data: outcome(data, path)) < 200 * good, f"seed {mutant}"


def seconds(work: Callable[[], object]) -> float:
    """Return how long this process computes for something."""
    start = time.process_time()
    work()
    return time.process_time() - start


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(max_size=8), inside),
    max_leaves=12,
)
MARKS = st.fixed_dictionaries(
    {
        name: st.sampled_from([True, False, 3, 0, "a", "b-1", "", None, 1e300, "code"]) | JSON
        for name in ("schema_version", "grade", "solution", "locked", "grade_id", "points")
    }
)
CELL = st.fixed_dictionaries(
    {
        "cell_type": st.sampled_from(["code", "markdown", "raw"]) | JSON,
        "source": st.text(max_size=8) | JSON,
        "metadata": st.fixed_dictionaries({}, optional={"nbgrader": MARKS | JSON, "tags": JSON}),
    },
    optional={"id": JSON, "attachments": JSON, "outputs": JSON},
)


@settings(deadline=None)  # a busy machine is no failure
@given(cells=st.lists(CELL | JSON, max_size=4), metadata=JSON, minor=st.integers(0, 7))
def test_whatever_stands_in_a_cell(
    cells: list[Any], metadata: Any, minor: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "work.ipynb"
    outcome(notebook(*cells, metadata=metadata, nbformat_minor=minor), path)


def large() -> Iterator[tuple[str, bytes]]:
    yield from {
        "numbers": b"[" + b"1," * 10_000_000 + b"1]",
        "lists": b"[" + b"[]," * 6_900_000 + b"[]]",
        "strings": b"[" + b'"",' * 6_900_000 + b'""]',
        "an open string": b'["' + b'\\"' * 10_000_000,
        "closed and never opened": b"]" * 20_000_000,
        "tables": b"[" + b",".join(b'{"k%d":1}' % n for n in range(190_000)) + b"]",
        "one emoji": notebook(x="a" * 20_000_000 + "\n").replace(b'"x": "', '"x": "😀'.encode()),
        "one emoji, escaped": notebook(x="😀" + "a" * 20_000_000),
        "long numbers": b"[" + b",".join([b"9" * 4000] * 5000) + b"]",
        "a bomb in the metadata": notebook(metadata={str(n): n for n in range(190_000)}),
        "large, and a notebook": notebook(x="a" * 20_000_000),
        "outputs of strings": notebook({**code(), "outputs": [[""] * 20_000_000]}),
        "outputs of lists": notebook({**code(), "outputs": [[[]] * 900_000]}),
        "a picture in outputs, and an emoji": notebook(
            {**code("'😀'"), "outputs": [{"image/png": "a" * 90_000_000}]}
        ),
        "emoji": notebook(x="😀").replace(rb"\ud83d\ude00", "󰀀".encode() * 4_000_000),
        "many cells": notebook(*[code("1", **marks(f"t{n}")) for n in range(2_000)]),
        "many cells, all bad": notebook(*[code("1", tags=5) for n in range(2_000)]),
    }.items()


# Says how long each file takes, as a multiple of reading 20 MB of plain JSON, and what it needs.
MEASURED = """
import json, sys, time
from pathlib import Path
sys.path += {places!r}
from memory import peak_megabytes
from mutations import GOOD, outcome
path = Path({folder!r}) / "work.ipynb"
outcome(GOOD, path)
plain = "[" + "1," * 10_000_000 + "1]"
start = time.process_time()
json.loads(plain)
unit = time.process_time() - start
for large in sorted(Path({folder!r}).glob("large*")):
    data = large.read_bytes()
    path.write_bytes(data)
    del data
    before, start = peak_megabytes(), time.process_time()
    from boxgrader.errors import Refused
    from boxgrader.nbgrader_course.submissions import read
    try:
        read(path)
    except Refused:
        pass
    print((time.process_time() - start) / unit, peak_megabytes() - before)
"""


def test_no_file_takes_six_times_as_long_as_plain_json_or_150_megabytes(tmp_path: Path) -> None:
    names = []
    for name, data in large():
        (tmp_path / f"large{len(names):02}").write_bytes(data)
        names.append(name)
    places = [str(Path(__file__).parent), str(ROOT / "benchmarks")]
    measured = MEASURED.format(places=places, folder=str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-c", measured], capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    assert len(lines) == len(names)
    grown = 0.0
    for name, line in zip(names, lines, strict=True):
        times, more = map(float, line.split())
        grown += more
        assert times < 6, name  # outputs of nothing but lists take three: each bracket is counted
        assert grown < 150, name


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"[]", "it has no cells"),
        (b'{"cells": 3}', "it has no cells"),
        (b'"text"', "it has no cells"),
        (b"{", "breaks off in the middle"),
        (GOOD[:5000], "breaks off in the middle"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b"Dear instructor, my laptop ate it.", "not JSON from line 1"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"PK\x03\x04\x14\x00\x08\x08", "an archive"),
        (b"%PDF-1.7 \xff", "a PDF"),
        (GOOD.replace(b'"cells"', b"\n<<<<<<< HEAD\n"), "a git conflict"),
        (b'{"cells": [], "x": ' + b"9" * 5000 + b"}", "a number that no program reads"),
        (b'{"worksheets": [], "nbformat": 3}', "an old format"),
        (notebook(nbformat=3), "version 3 of the format"),
        (notebook(nbformat="4"), "does not say which version"),
        (notebook(nbformat=True), "does not say which version"),
        (notebook(metadata=[]), "metadata is not a table"),
        (notebook(*[code()] * 2001), "2,001 cells"),
        (notebook(3), "cell 1 of work.ipynb is not a cell"),
        (notebook(code(), {**code(), "source": 3}), "cell 2 of work.ipynb has no text"),
        (notebook({**code(), "metadata": None}), "has no metadata"),
        (notebook({**code(), "cell_type": "heading"}), "neither code nor text"),
        (notebook(code(tags=5)), "cell 1 of work.ipynb does not fit"),
        (notebook(code("x" * 2_000_001)), "2,000,001 letters"),
        (notebook(code(bomb=["x" * 1_000_001])), "metadata of work.ipynb is far larger"),
        (notebook(code(nbgrader="yes")), "marks by which cell 1 of work.ipynb is graded are dam"),
        (notebook(code(**marks(["list"]))), "marks by which"),
        (notebook(code(**marks("a b"))), "marks by which"),
        (notebook(code(**marks("newline\n"))), "marks by which"),
        (notebook(code(**marks(""))), "marks by which"),
        (notebook(code(**marks("t", points=None))), "marks by which"),
        (notebook(code(**marks("t", points=10**400))), "marks by which"),
        (notebook(code(**marks("t", schema_version=9))), "marks by which"),
        (
            notebook({"cell_type": "raw", "source": "", "metadata": {}, "attachments": {"a": 1}}),
            "a picture in cell 1 of work.ipynb is damaged",
        ),
    ],
)
def test_each_reason_is_said(data: bytes, says: str, path: Path) -> None:
    assert says in refusal(path, data)


def test_a_file_over_the_limit_is_refused_without_being_read(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(150 * 2**20)
    with pytest.raises(Refused, match=r"larger than the 100 MB .* Clear Outputs of All Cells"):
        read(path)
    path.write_bytes(GOOD)
    assert read(path, bounds=Bounds(notebook=len(GOOD)))
    with pytest.raises(Refused, match="larger than"):
        read(path, bounds=Bounds(notebook=len(GOOD) - 1))


def test_what_only_looks_strange_is_read(path: Path) -> None:
    path.write_bytes(b"\xef\xbb\xbf" + notebook(code("x", odd=float("nan")), nbformat_minor=9))
    got = read(path)
    assert (got.nbformat_minor, got.cells[0].metadata.odd) == (5, None)
    path.write_bytes(notebook(code("half \ud83d an emoji 😀", **{"\udc00": 1e999})))
    assert read(path).cells[0].source == "half \ufffd an emoji 😀"
    check_passed_on(read(path))


def test_cells_without_a_name_of_their_own_get_one(path: Path) -> None:
    named = [{**code(), "id": name} for name in ("same", "same", "a b", 7, "cell-3")]
    path.write_bytes(notebook(*named))
    assert [cell.id for cell in read(path).cells] == [
        "same",
        "cell-2",
        "cell-3",
        "cell-4",
        "cell-5",
    ]
    path.write_bytes(notebook(*named, nbformat_minor=4))
    assert not any("id" in cell for cell in read(path).cells)


def test_of_a_copied_graded_cell_the_last_is_graded_and_the_rest_stay(path: Path) -> None:
    test = marks("test")
    text = {"cell_type": "markdown", "source": "late", "metadata": test}
    path.write_bytes(
        notebook(code("first", **test), code("other", **marks("o")), code("last", **test), text)
    )
    noted: list[str] = []
    got = read(path, note=noted.append)
    assert [cell.source for cell in got.cells] == ["first", "other", "last", "late"]
    assert [c.metadata.get("nbgrader", {}).get("grade_id") for c in got.cells] == [
        None,
        "o",
        "test",
        None,
    ]
    assert noted == ["the graded cell test was there 3 times; cell 3 was graded"]


def test_a_test_turned_into_text_with_a_picture_can_become_a_test_again(path: Path) -> None:
    cell = {"cell_type": "markdown", "source": "", "metadata": marks("test")}
    path.write_bytes(notebook({**cell, "attachments": {"a.png": {"image/png": "AAAA"}}}))
    assert "attachments" not in read(path).cells[0]
    cell["metadata"] = marks("memo", solution=True, locked=False, cell_type="markdown")
    path.write_bytes(notebook({**cell, "attachments": {"a.png": {"image/png": "AAAA"}}}))
    assert read(path).cells[0].attachments == {"a.png": {"image/png": "AAAA"}}


def test_links_are_refused_on_the_whole_way(tmp_path: Path) -> None:
    course = tmp_path / "course"
    folder = course / "submitted" / "ann" / "06"
    folder.mkdir(parents=True)
    secret = tmp_path / "solution.ipynb"
    secret.write_bytes(GOOD)
    path = folder / "06.ipynb"
    path.symlink_to(secret)
    with pytest.raises(Refused, match="is a link to another file"):
        read(path)
    path.unlink()
    os.link(secret, path)
    with pytest.raises(Refused, match="hard link"):
        read(path)
    path.unlink()
    path.write_bytes(GOOD)
    assert read(path, inside=course / "submitted").cells
    (course / "submitted" / "bob").symlink_to(course / "submitted" / "ann")
    with pytest.raises(Refused, match=r"a folder on the way to 06\.ipynb is a link"):
        read(course / "submitted" / "bob" / "06" / "06.ipynb", inside=course / "submitted")
    (tmp_path / "shortcut").symlink_to(course)  # an instructor's own link is nobody's attack
    inside = tmp_path / "shortcut" / "submitted"
    assert read(inside / "ann" / "06" / "06.ipynb", inside=inside).cells
    with pytest.raises(Refused, match="does not lie in the folder"):
        open_regular(folder / ".." / "06" / "06.ipynb", inside=folder)


def test_what_is_no_file_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the address of a socket is short
    Path("folder.ipynb").mkdir()
    os.mkfifo("pipe.ipynb")
    for name in ("folder.ipynb", "pipe.ipynb", "device.ipynb", "socket.ipynb", "gone.ipynb"):
        path = tmp_path / name
        if name == "device.ipynb":
            path = Path("/dev/zero")
        if name == "socket.ipynb":
            with socket.socket(socket.AF_UNIX) as listening:
                listening.bind(name)
        with pytest.raises(Refused, match=r"not a file|there is no gone\.ipynb in what was handed"):
            read(path)


def test_a_file_without_permission_is_refused(path: Path) -> None:
    path.write_bytes(GOOD)
    path.chmod(0)
    if os.geteuid() == 0:
        pytest.skip("root may read everything; run the tests as an ordinary user to see this one")
    with pytest.raises(Refused, match="cannot be opened"):
        read(path)


def test_a_file_name_cannot_paint_on_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[2Jb\n.ipynb"
    path.write_bytes(b"{")
    with pytest.raises(Refused, match=r"^a\?\[2Jb\?\.ipynb is not a notebook"):
        read(path)
    assert len(shown("x" * 500)) == 81


def test_other_json_is_read_within_the_same_bounds(path: Path) -> None:
    path.write_bytes(b'{"a": [1, NaN]}')
    assert read_json(path, inside=path.parent) == {"a": [1, None]}
    path.write_bytes(b"[" * 200)
    with pytest.raises(Refused):
        read_json(path, inside=path.parent)


def test_pictures_in_texts_count_and_one_emoji_changes_nothing(path: Path) -> None:
    picture = {"a.png": {"image/png": "A" * 12_000_000}}
    memo = {"cell_type": "markdown", "source": "👍", "metadata": {}, "attachments": picture}
    path.write_bytes(json.dumps(json.loads(notebook(memo)), ensure_ascii=False).encode())
    assert read(path).cells[0].source == "👍"
    with pytest.raises(Refused, match=r"more than 10 MB besides .* raise c\.BoxedAutograde\.most_"):
        read(path, bounds=Bounds(text=10 << 20))


@pytest.mark.parametrize(
    ("version", "source"),
    [(2, "a\nb"), (2, ["a", "b"]), (3, "a\nb"), (3, ["a\n", "b"])],  # lines as each keeps them
)
def test_a_notebook_of_an_old_format_is_converted(
    path: Path, version: int, source: str | list[str]
) -> None:
    old = {
        "cell_type": "code", "collapsed": False, "input": source, "language": "python",
        "metadata": marks("t"), "outputs": [{"output_type": "pyout", "text": "x"}],
    }  # fmt: skip
    cells = [old, {"cell_type": "heading", "level": 2, "source": "b", "metadata": {}}]
    sheets = [{"cells": cells, "metadata": {}}]
    content = {"nbformat": version, "metadata": {"name": ""}, "worksheets": sheets}
    path.write_bytes(json.dumps(content).encode())
    got = read(path)
    assert [(cell.source, cell.id) for cell in got.cells] == [
        ("a\nb", "cell-1"),
        ("## b", "cell-2"),
    ]
    assert got.cells[0].metadata.nbgrader.grade_id == "t"
    check_passed_on(got)
