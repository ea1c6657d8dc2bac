"""A command imports quickly, and nobody who imports more afterwards notices."""

from __future__ import annotations

import subprocess
import sys

import pytest

QUICKLY = """
import gc, sys
from boxgrader.imports import quickly
with quickly():
    assert not gc.isenabled()
    import boxgrader.nbgrader_course.assignment
assert gc.isenabled()
"""
LATER = {
    "no server": "assert not any('jupyter_server.serverapp' in it for it in sys.modules)",
    "no program": "assert 'nbgrader.apps' not in sys.modules",
    "version": "import nbgrader; assert nbgrader.__version__",
    "submodule": "import nbgrader; assert nbgrader.plugins.CsvExportPlugin",
    "programs": "from nbgrader.apps import NbGraderAPI",
    "server": "import nbgrader; assert nbgrader._jupyter_server_extension_points()",
    "install": "import boxgrader; boxgrader.install(); from nbgrader import load_formgrader",
    "nothing": "import nbgrader; assert not hasattr(nbgrader, 'nothing')",
}


@pytest.mark.parametrize("later", LATER)
def test_what_was_not_imported_is_there_when_it_is_asked_for(later: str) -> None:
    subprocess.run([sys.executable, "-c", QUICKLY + LATER[later]], check=True)
