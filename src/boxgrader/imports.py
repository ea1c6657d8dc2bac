"""Importing what a command needs, and not what only a server does.

`import nbgrader` brings Jupyter's server, four extensions of it and all of nbgrader's programs.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any


@contextmanager
def quickly() -> Iterator[None]:
    """Take a third less to import; for a program of ours, which decides what is imported first."""
    gc.disable()  # what is imported stays, and is much to look through
    try:
        if "nbgrader" not in sys.modules:
            _begin("nbgrader")
        yield
    finally:
        gc.freeze()
        gc.enable()


def _begin(name: str) -> None:
    """Let a package be there, before anything of it is run."""
    spec = importlib.util.find_spec(name)
    if spec is None:
        return
    package = sys.modules[name] = importlib.util.module_from_spec(spec)
    package.__class__ = _Begun
    version: Any = importlib.import_module(f"{name}._version")
    package.__dict__["__version__"] = version.__version__


class _Begun(ModuleType):
    """A package that runs its own file once something is asked for that no other file of it is."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        wanted = f"{self.__name__}.{name}"
        try:
            return importlib.import_module(wanted)
        except ModuleNotFoundError as error:
            if error.name != wanted:
                raise
        self.__class__ = ModuleType  # type: ignore[assignment]
        loader: Any = self.__spec__ and self.__spec__.loader
        loader.exec_module(self)
        return getattr(self, name)
