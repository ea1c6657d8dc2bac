"""Load a package of the browser workshop when something imports it, and not before.

Runs in the browser, as Python starts (`PYTHONSTARTUP`). Pyodide itself loads, before a cell runs,
all that the names in the cell may need: with `from thousandfold import …` that is everything.
A kernel is a worker, and a worker may wait for a file: so an import can bring its own package.
"""

from __future__ import annotations

import importlib
import sys
from hashlib import sha256
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any

import js
import pyodide_js

INSTALLED = str(Path(__file__).parent)


class WhenImported:
    """A finder that is asked last: for what is in the lock, and not installed yet."""

    def __init__(self) -> None:
        self.packages: dict[str, dict[str, Any]] = pyodide_js.lockfile.packages.to_py()
        found = self.packages.items()
        self.provides = {top: name for name, one in found for top in one["imports"]}

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """Install the package that holds a module, with what it needs, and find it there."""
        package = None if path else self.provides.get(name)
        if not package or package in pyodide_js.loadedPackages.to_py():
            return None
        self.load(package)
        importlib.invalidate_caches()
        return PathFinder.find_spec(name)

    def load(self, name: str) -> None:
        """Fetch and unpack one package after those that it needs."""
        found = self.packages[name]
        setattr(pyodide_js.loadedPackages, name, "when imported")
        try:
            for needed in found["depends"]:
                if needed not in pyodide_js.loadedPackages.to_py():
                    self.load(needed)
            # Without a folder it is unpacked among the learner's files.
            pyodide_js.unpackArchive(fetched(name, found), "wheel", extractDir=INSTALLED)
        except BaseException:
            delattr(pyodide_js.loadedPackages, name)
            raise


def fetched(name: str, found: dict[str, Any]) -> Any:
    """Return the wheel of a package; wait for it.

    Raises
    ------
    ImportError
        If it does not come, or is another than the lock describes.
    """
    address = str(js.URL.new(found["file_name"], pyodide_js.lockfileBaseUrl).href)
    request = js.XMLHttpRequest.new()
    request.open("GET", address, False)
    request.responseType = "arraybuffer"
    try:
        request.send()
    except Exception:  # whatever a browser calls it when a network is gone
        request = None
    if request is None or request.status != 200:
        raise ImportError(
            f"{name} could not be fetched from {address}. Look whether this computer is still in "
            "the network, then run the cell again.",
            name=name,
        )
    if sha256(request.response.to_bytes()).hexdigest() != found["sha256"]:
        raise ImportError(f"{name} from {address} is not the one that belongs here.", name=name)
    return request.response


if not any(type(finder).__name__ == WhenImported.__name__ for finder in sys.meta_path):
    sys.meta_path.append(WhenImported())  # type: ignore[arg-type]
