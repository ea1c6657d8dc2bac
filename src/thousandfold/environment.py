"""Whether everything is there that the workshop needs."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from thousandfold import datasets
from thousandfold.errors import ExplainedError

OLDEST, NEWEST = (3, 11), (3, 14)

_LESSONS = ("numpy", "pandas", "matplotlib", "ipywidgets")
_ROOM = ("jupyterlab", "nbgrader")
_IN_PLACE = "Everything is in place."
_REMEDY = "set up again as the README says, or pip install 'thousandfold[workshop]'"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    ok : bool
    says : str
        What was found, and if it is not right, what to do.
    """

    ok: bool
    says: str


def findings(here: Path | None = None) -> list[Finding]:
    """Look at Python, the packages, nbgrader's place in JupyterLab, the data and the folder.

    Parameters
    ----------
    here : Path, optional
        Folder in which notebooks will be saved; the current one by default.
    """
    found = [_python()]
    in_browser = sys.platform == "emscripten"
    if in_browser:
        found += [_browser_package(name) for name in _LESSONS]
    else:
        found += [*map(_package, _LESSONS + _ROOM), _extension()]
    return [*found, _data(), _writable(here or Path.cwd())]


def check() -> None:
    """Print one line when all is well, and all that was found when something is missing."""
    found = findings()
    print(_IN_PLACE if all(finding.ok for finding in found) else report(found))


def report(found: list[Finding]) -> str:
    """Return what was found as text, one line each, and what it comes to."""
    lines = [f"{'ok     ' if finding.ok else 'NOT YET'}  {finding.says}" for finding in found]
    ready = all(finding.ok for finding in found)
    end = _IN_PLACE if ready else "Something is missing: see the lines above."
    return "\n".join([*lines, end])


def _python() -> Finding:
    running = sys.version_info[:2]
    text = f"Python {running[0]}.{running[1]}"
    if running < OLDEST:
        return Finding(False, f"{text} is too old: install {OLDEST[0]}.{OLDEST[1]} or newer")
    tested = "" if running <= NEWEST else f" (newer than {NEWEST[0]}.{NEWEST[1]}: not tested)"
    return Finding(True, text + tested)


def _package(name: str) -> Finding:
    try:
        return Finding(True, f"{name} {version(name)}")
    except PackageNotFoundError:
        return Finding(False, f"{name} is missing: {_REMEDY}")


def _browser_package(name: str) -> Finding:
    """Look for a package where Pyodide looks: one is loaded by the first cell that needs it."""
    import pyodide_js  # type: ignore[import-not-found]

    packages = pyodide_js.lockfile.packages.to_py()
    if name in packages:
        return Finding(True, f"{name} {packages[name]['version']}")
    return Finding(False, f"{name} is not part of this site: tell whoever built it")


def _extension() -> Finding:
    try:
        from jupyter_core.paths import jupyter_path
    except ModuleNotFoundError:
        return Finding(False, f"JupyterLab is missing: {_REMEDY}")
    places = [Path(place) / "@jupyter" / "nbgrader" for place in jupyter_path("labextensions")]
    if any(place.is_dir() for place in places):
        return Finding(True, "nbgrader is part of JupyterLab")
    return Finding(False, f"JupyterLab does not know nbgrader: {_REMEDY}")


def _data() -> Finding:
    try:
        return Finding(True, f"data sets: {len(datasets.names())}")
    except ExplainedError as error:
        return Finding(False, str(error))


def _writable(here: Path) -> Finding:
    try:
        # A named file: the file system of a browser cannot hold one that has no name.
        with tempfile.NamedTemporaryFile(dir=here):
            return Finding(True, "this folder can be written to")
    except OSError:
        return Finding(False, "this folder cannot be written to: copy the workshop to your own")
