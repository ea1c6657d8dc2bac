"""Whether learners' code can read what it needs: in its box it has none of the grader's rights."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator


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
