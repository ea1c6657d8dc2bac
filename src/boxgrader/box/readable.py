"""What learners' code may read, and whether it can: in its box it has no rights of the grader's."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from boxgrader.errors import ShownError

SYSTEM = (
    "/usr", "/bin", "/lib", "/lib32", "/lib64", "/sbin", "/etc/fonts", "/etc/ld.so.cache",
    "/etc/localtime", "/etc/mime.types", "/etc/alternatives",
)  # fmt: skip


def sources(
    readable: Iterable[str], hidden: Iterable[str] = (), search: Iterable[str] | None = None
) -> list[str]:
    """Return what is bound: the system, the Python environment, and what was asked for.

    Parameters
    ----------
    readable, hidden : iterable of str
        As for `Box.enter`.
    search : iterable of str, optional
        Where Python looks for modules; as this process does by default.

    Raises
    ------
    ShownError
        If something that is to be hidden would be seen.
    """
    python = [sys.prefix, os.path.realpath(sys.base_prefix), sys.base_prefix]
    python += searched() if search is None else search
    wanted = [*SYSTEM, *python, *readable]
    found: list[str] = []
    for path in wanted:
        path = os.path.abspath(path)
        if path == "/" or not os.path.lexists(path):
            continue
        if not any(path == held or path.startswith(held + "/") for held in found):
            found.append(path)
    for secret in map(Path, map(os.path.realpath, hidden)):
        for shown in map(Path, map(os.path.realpath, found)):
            if secret.is_relative_to(shown) or (shown.is_dir() and shown.is_relative_to(secret)):
                raise ShownError(
                    f"Learners' code could read solutions or grades: the box shows {shown}, and "
                    f"{secret} is not for learners. Take it off PYTHONPATH (`unset PYTHONPATH`) "
                    "and c.BoxedAutograde.readable, or move the course elsewhere."
                )
    # A folder before what lies in it, so that no later mount covers an earlier one.
    return sorted(found)


def searched() -> list[str]:
    """Return where this Python looks for modules, also for those that are edited elsewhere."""
    places = [path for path in sys.path if path]
    for finder in sys.meta_path:  # setuptools leaves one for each package of `pip install -e`
        module = sys.modules.get(getattr(finder, "__module__", ""))
        places += getattr(module, "MAPPING", {}).values()
    return places


def why_not(readable: Iterable[str]) -> str:
    """Say what cannot be read by this process, or nothing.

    Parameters
    ----------
    readable : iterable of str
        Files and folders that may be read besides the Python environment.
    """
    for path in dict.fromkeys(_needed(readable)):
        if os.access(path, os.R_OK | (os.X_OK if os.path.isdir(path) else 0)):
            continue
        try:
            os.stat(path)
        except (FileNotFoundError, NotADirectoryError):
            continue  # what is not there is nobody's to read
        except OSError:
            pass  # what is above it may not be searched
        return (
            f"Learners' code could not read {path}: in its box it has no rights of yours, and "
            f"would fail for everybody. Run `chmod -R a+rX {path}`, or grade as an ordinary user "
            "who may read it."
        )
    return ""


def _needed(readable: Iterable[str]) -> Iterator[str]:
    yield from filter(None, [sys.prefix, sys.base_prefix, *sys.path, sys.executable])
    for module in list(sys.modules.values()):  # what another import of the same package reads
        file = getattr(module, "__file__", None)
        if isinstance(file, str):
            yield os.path.dirname(file)
            yield file
    for place in readable:
        yield place
        if os.path.isdir(place) and os.access(place, os.R_OK | os.X_OK):
            yield from (f"{place}/{it}" for it in sorted(os.listdir(place)) if it[0] != ".")
