"""A page of feedback shows a learner's own names, and no path of the machine that graded."""

from __future__ import annotations

import html
import re
import sys
import sysconfig
import time
from pathlib import Path

import pytest
import small_course as small
from nbformat.v4 import new_code_cell, new_notebook, new_output
from patience import patience
from small_course import NAME

import boxgrader
from boxgrader.nbgrader_course import places
from boxgrader.nbgrader_course.assignment import grade_assignment

HERE = Path(boxgrader.__file__).parents[1]
PACKAGES = sysconfig.get_path("purelib")
BREAKS = "def breaks():\n    import json\n    return json.loads('{')\n"
WARNS = "import warnings\nwarnings.warn('mine is old')\n"
ANSWERS = {
    "own cell": ("1 / 0", "Cell In[2], line 1"),
    "own helper": ("import mine\nmine.breaks()", "File ~/mine.py:3, in breaks()"),
    "library": ("import numpy\nnumpy.linalg.inv([[0]])", "File numpy/linalg/_linalg.py:"),
    "warning in a cell": (WARNS, "Cell In[2]:2: UserWarning: mine is old"),
    "warning in a helper": ("import warns", "\nwarns.py:2: UserWarning: mine is old"),
    "half a helper": ("import half", "File ~/half.py:1\n"),
    "printed": ("import traceback\ntraceback.print_stack()", 'File "Cell In[2]", line 2, in '),
    "thread": (
        "import threading\ndef breaks(): 1 / 0\nit = threading.Thread(target=breaks)\n"
        "it.start()\nit.join()",
        'File "threading.py", line ',
    ),
    "shown": (
        "import json, sys\ndisplay(sys.path)\njson",
        "<module 'json' from 'json/__init__.py'",
    ),
    "no file": ("import os\nopen(os.path.abspath('data.csv'))", "directory: 'data.csv'"),
    "in a test": ("import mine\ndef double(x):\n    return mine.breaks()", "JSONDecodeError"),
}


@pytest.mark.usefixtures("boxes")
@pytest.mark.filterwarnings("ignore")  # nbgrader's, of SQLAlchemy
@pytest.mark.parametrize("hides", [True, False])
def test_a_page_names_what_is_the_learners_and_no_place_of_the_grader(
    hides: bool, tmp_path: Path
) -> None:
    answers = {name: small.submission(answer) for name, (answer, _) in ANSWERS.items()}
    folder = small.make(tmp_path, dict(answers))
    if not hides:
        notebook = small.source()
        notebook.cells[2].source = notebook.cells[2].source.partition("\n###")[0]
        small.write(folder / "source" / NAME / f"{NAME}.ipynb", notebook)
    helpers = {"mine.py": BREAKS, "warns.py": WARNS, "half.py": "def half(\n"}
    for student in ANSWERS:
        for name, text in helpers.items():
            (folder / "submitted" / student / NAME / name).write_text(text, encoding="utf-8")
    outcome = grade_assignment(folder, NAME, options={"workers": 2})
    assert {record.status for record in outcome.records} == {"graded"}
    graders = {str(HERE), str(tmp_path), sys.prefix, sys.base_prefix, "/tmp/", "/box/",  # noqa: S108
               "/lib/python3", sysconfig.get_path("stdlib"), "boxgrader/"}  # fmt: skip
    graders -= {"/usr", "/usr/local"}
    for student, (_, shows) in ANSWERS.items():
        shown = text_of(folder / "feedback" / student / NAME / f"{NAME}.html")
        assert shows in shown, student
        assert [place for place in sorted(graders) if place in shown] == [], student


def text_of(page: Path) -> str:
    body = page.read_text("utf-8").partition("<body")[2]
    return html.unescape(re.sub(r"<[^>]+>", "", body))


@pytest.mark.parametrize(
    ("text", "shows"),
    [
        (
            "File \x1b[32m/opt/my/lib64/python3.14/json/decoder.py:3\x1b[39m",
            "File \x1b[32mjson/decoder.py:3\x1b[39m",
        ),
        ("~/env/lib/python3.12/dist-packages/a/b.py", "a/b.py"),
        (f"['{PACKAGES}', '{PACKAGES}/a.py']", "['site-packages', 'a.py']"),
        ("/box/home/lib/mine.py", "lib/mine.py"),
        ("File ~/tmpabcdefgh/mine.py:3", "File mine.py:3"),
        ("/scratch/grading-abcdefgh/tmpabcdefgh/mine.py", "mine.py"),
        ("open('/box/home')", "open('.')"),
        ("/scratch/grading-abcdefgh/tmpabcdefgh\n", ".\n"),
        ("['/srv/p/env/lib/python314.zip', '/srv/p/env/lib/python3.14']",
         "['python314.zip', 'python3.14']"),
        ("/srv/p/lib/python3_notes.txt", "/srv/p/lib/python3_notes.txt"),
        ("/var/ipykernel_77/5.py:2: UserWarning", "a cell:2: UserWarning"),
        ("a/b and /usr/share/dict/words and 1 / 2", "a/b and /usr/share/dict/words and 1 / 2"),
        ("https://example.org/lib/x.py", "https://example.org/lib/x.py"),
    ],
)  # fmt: skip
def test_paths_of_any_python_are_left_out_and_other_text_stays(text: str, shows: str) -> None:
    assert places.plain(text) == shows


def test_a_folder_with_a_space_in_its_name_is_left_out_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "prefix", "/opt/ann b/my env")
    places._here.cache_clear()
    try:
        assert places.plain('File "/opt/ann b/my env/share/x.py", line 2') == (
            'File "share/x.py", line 2'
        )
    finally:
        places._here.cache_clear()


@pytest.mark.parametrize(
    "piece",
    ["/", "/a", "~/", "/lib/python3.1", "/ipykernel_1/1.py", '  File "', "    a\n", "/grading-",
     '  File "boxgrader/box/a.py", line 1, in a\n'],
)  # fmt: skip
def test_no_output_takes_long(piece: str) -> None:
    start = time.process_time()
    places.plain(piece * ((4 << 20) // len(piece)))
    assert time.process_time() - start < patience(10)


def test_what_is_no_text_stays() -> None:
    data = {"image/png": "/box/home/abc=", "text/plain": "/box/home/abc"}
    cell = new_code_cell("x", outputs=[new_output("display_data", data=data)])
    places.leave_out(new_notebook(cells=[cell]))
    assert cell.outputs[0].data == {"image/png": "/box/home/abc=", "text/plain": "abc"}
