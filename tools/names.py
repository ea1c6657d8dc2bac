"""Write which names `thousandfold.models` gives, from the files that define them.

A public class, function or constant of a file in ``models/``, and of the files in ``repository/``
that lessons use, can be imported from `thousandfold.models`.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "thousandfold"
STUB = PACKAGE / "models" / "__init__.pyi"
HISTORIES = ("co_change", "openings", "placebos", "structures")


def public_names(path: Path) -> list[str]:
    """Return the public names that a file defines, in alphabetical order."""
    return sorted(name for name in _defined(path) if not name.startswith("_"))


def _defined(path: Path) -> Iterator[str]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                yield from (n.id for n in ast.walk(target) if isinstance(n, ast.Name))


def stub() -> str:
    """Return what the file of names should hold.

    Raises
    ------
    SystemExit
        If two files define one name, or a name is that of a file.
    """
    histories = [PACKAGE / "repository" / f"{stem}.py" for stem in HISTORIES]
    models = sorted(path for path in STUB.parent.glob("*.py") if path.stem != "__init__")
    files = {path.stem for path in models}
    seen: dict[str, Path] = {}
    lines = ["# Written by `make names`."]
    for path in [*models, *histories]:
        module = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        for name in public_names(path):
            if name in files or name in seen:
                other = seen.get(name, STUB.parent / f"{name}.py").name
                sys.exit(
                    f"{name} in {path.name} is a name in or of {other} too: rename one of them"
                )
            seen[name] = path
            lines.append(f"from {module} import {name} as {name}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    STUB.write_text(stub(), encoding="utf-8")
