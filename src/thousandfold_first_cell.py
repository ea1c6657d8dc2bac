"""Answer in one sentence where the first cell of a notebook of the workshop was not run.

Every kernel of the environment loads this, also those of notebooks that are not ours: it stands
outside the package, which speaks up as soon as it is imported, and leaves all other errors alone.
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_PUBLIC = ("__init__.py", "flight/__init__.py", "models/__init__.pyi", "datasets.py")


def load_ipython_extension(shell: Any) -> None:
    """Listen to names that are not known, in the shell of a kernel."""
    shell.set_custom_exc((NameError,), _unknown)


def _unknown(
    shell: Any, kind: type[NameError], error: NameError, traceback: Any, tb_offset: Any = None
) -> None:
    lines = shell.InteractiveTB.structured_traceback(kind, error, traceback, tb_offset=tb_offset)
    if error.name and _is_ours(error.name):
        says = "run the first grey cell of this notebook, then this one"
        lines = [f"{error.name} is not known yet: {says}."]
    shell._showtraceback(kind, error, lines)


def _is_ours(name: str) -> bool:
    """Say whether a notebook has a name from the workshop, without importing that."""
    found = find_spec("thousandfold")
    if found is None or found.origin is None:
        return False
    package = Path(found.origin).parent
    public = "".join((package / file).read_text(encoding="utf-8") for file in _PUBLIC)
    return re.search(rf'"{name}"| as {name}$', public, re.MULTILINE) is not None
