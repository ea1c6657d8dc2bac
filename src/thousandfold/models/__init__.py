"""The models of the workshop, one subject a file, and what git histories say beside them.

``from thousandfold.models import Debt`` loads the file of that model and no other one. What there
is stands in ``__init__.pyi``, for people, editors and type checkers; `make names` writes it.
"""

import ast
from importlib import import_module
from pathlib import Path

FILE_OF = {
    alias.name: str(node.module)
    for node in ast.parse(Path(__file__).with_suffix(".pyi").read_text("utf-8")).body
    if isinstance(node, ast.ImportFrom)
    for alias in node.names
}

__all__ = sorted(FILE_OF)


def __getattr__(name: str) -> object:
    if name not in FILE_OF:
        raise AttributeError(f"there is no model or function {name!r} in thousandfold.models")
    value = globals()[name] = getattr(import_module(FILE_OF[name]), name)
    return value


def __dir__() -> list[str]:
    return __all__
