"""What a page of feedback shows of places: a learner's own names, and no path of who grades.

Graded notebooks keep their outputs as they came; what a page shows of them is written anew.
"""

from __future__ import annotations

import functools
import os
import re
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode

from boxgrader.box.frames import file_of_cell
from boxgrader.box.namespaces import HOME
from boxgrader.engine.cells import code

# Text of strangers: each path is looked at once, and never again from its middle.
_PATH = re.compile(r"~?/[^\s\"'`:,;()\[\]<>\x1b]++")
_CELL = re.compile(r"/ipykernel_[0-9]{1,10}/([0-9]{1,12})\.py$")
# Where a notebook runs: in a box, or without one in a folder of its own.
_BESIDE = re.compile(rf"^{HOME}(?:/|$)|^~/tmp\w{{8}}/|/grading-\w{{8}}/tmp\w{{8}}(?:/|$)")
# Of any Python: a cluster's or a kernel's own may be another than the one that writes pages.
_LIBRARIES = re.compile(
    r"/lib(?:64)?/(?:python3\.[0-9]{1,2}(?:/(?:site|dist)-packages)?/|(?=python3[.0-9]*(?:zip)?$))"
)
_LONGEST = 4096  # letters of a path
_OWN_FRAME = re.compile(
    r'^  File "(?:[^"\n]*/)?boxgrader/(?:box|engine)/\w+\.py", line [0-9]+, in .*\n'
    r"(?:    .*\n)*", re.MULTILINE,
)  # fmt: skip
_EVERYBODYS = {"/", "/usr", "/usr/local"}


def leave_out(notebook: NotebookNode) -> None:
    """Take the paths of whoever grades out of all outputs of a notebook.

    Parameters
    ----------
    notebook : NotebookNode
        Its cells as they were run: a traceback may name one by what stands in it.
    """
    numbers: dict[str, str] = {}
    for cell in code(notebook):
        for output in cell.outputs:
            if not numbers and "/ipykernel_" in str(output):
                numbers = _by_file(notebook)
            _reword(output, numbers)


def _reword(output: NotebookNode, numbers: Mapping[str, str]) -> None:
    for name in ("text", "evalue"):
        if name in output:
            output[name] = plain(output[name], numbers)
    if "traceback" in output:
        output.traceback = [plain(line, numbers) for line in output.traceback]
    for kind, said in output.get("data", {}).items():
        if kind.startswith("text/") and isinstance(said, str):
            output.data[kind] = plain(said, numbers)


def plain(text: str, numbers: Mapping[str, str] | None = None) -> str:
    """Return a text without the paths of whoever grades.

    Parameters
    ----------
    text : str
    numbers : mapping of str to str, optional
        What to call the cells that a kernel keeps under these names.

    Examples
    --------
    >>> plain("File /opt/env/lib/python3.12/site-packages/numpy/linalg.py:6, in inv(a)")
    'File numpy/linalg.py:6, in inv(a)'
    >>> plain('File "/tmp/ipykernel_7/123.py", line 2', {"123": "Cell In[4]"})
    'File "Cell In[4]", line 2'
    """
    if "/" not in text:
        return text
    text = _OWN_FRAME.sub("", text)
    text = _here().sub(lambda found: "" if found[2] else Path(found[1]).name, text)
    return _PATH.sub(lambda found: _shorter(found[0], numbers or {}), text)


def _shorter(path: str, numbers: Mapping[str, str]) -> str:
    if len(path) > _LONGEST:
        return path
    if cell := _CELL.search(path):
        return numbers.get(cell[1], "a cell")
    ends = [found.end() for part in (_BESIDE, _LIBRARIES) for found in part.finditer(path)]
    return path[max(ends, default=0) :] or "."


@functools.cache
def _here() -> re.Pattern[str]:
    """Return what finds the folders of this Python, the longest first; they may hold spaces."""
    paths = {*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix}
    paths.add(str(Path(__file__).parents[2]))
    paths |= {os.path.realpath(path) for path in paths}
    longest = sorted(paths - _EVERYBODYS, key=len, reverse=True)
    return re.compile(rf"({'|'.join(map(re.escape, longest))})(?:(/)|(?![\w.-]))")


def _by_file(notebook: NotebookNode) -> dict[str, str]:
    """Return how a page calls the cell that a kernel keeps under each name."""
    return {
        file_of_cell(cell.source): f"Cell In[{cell.execution_count}]"
        for cell in code(notebook)
        if cell.execution_count
    }
