"""A course as its own configuration describes it, with the classes that stand in its folder.

nbgrader finds these, too, as it puts the folder in which it is called on Python's path.
"""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from boxgrader.errors import GraderError, clause

_NAME = "nbgrader_config.py"
_NAMED = re.compile(r"([A-Za-z_]\w*)(?:\.[A-Za-z_]\w*)*\.[A-Za-z_]\w*")


def course_directory(folder: Path, db_url: str = "") -> Any:
    """Return nbgrader's course in a folder, as its own configuration describes it.

    Parameters
    ----------
    folder : Path
        Holds `nbgrader_config.py`, or nothing of the kind for a course with nbgrader's defaults.
    db_url : str, optional
        A gradebook other than the configured one.

    Raises
    ------
    GraderError
        If the configuration stops.
    """
    from nbgrader.coursedir import CourseDirectory

    folder = folder.resolve()
    path = folder / _NAME
    config = _settings(path)
    try:
        config.CourseDirectory.setdefault("root", str(folder))
        if db_url:
            config.CourseDirectory.db_url = db_url
        return CourseDirectory(config=config)
    except Exception as error:  # what it says may be of any kind
        raise _stops(path, error) from error


def settings_around(course: Any) -> Any:
    """Return what nbgrader's own commands are told: also by a hub, or by a machine.

    Parameters
    ----------
    course : nbgrader.coursedir.CourseDirectory

    Returns
    -------
    traitlets.config.Config
        What the course says goes before what is said around it.

    Raises
    ------
    GraderError
        If a configuration stops.
    """
    from jupyter_core.paths import jupyter_config_path
    from traitlets.config import Config

    config = Config()
    for folder in reversed(jupyter_config_path()):
        config.merge(_settings(Path(folder, _NAME)))
    config.merge(course.config)
    return config


def _settings(path: Path) -> Any:
    from traitlets.config import Config
    from traitlets.config.loader import PyFileConfigLoader

    try:
        if path.is_file():
            with importable(path.parent):
                return PyFileConfigLoader(path.name, path=str(path.parent)).load_config()
    except Exception as error:  # it is a program
        raise _stops(path, error) from error
    return Config()


def _stops(path: Path, error: Exception) -> GraderError:
    said = clause(f"{type(error).__name__}: {error}")
    return GraderError(f"{path} stops: {said}. Mend it, and run this again.")


@contextmanager
def importable(folder: Path) -> Iterator[None]:
    """Let modules in a folder be imported for a while, where no installed one has their name.

    Not for longer: what Python's path holds is shown in every box.
    """
    sys.path.append(str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def import_named(config: Any, folder: Path) -> None:
    """Import the modules in a folder of which the configuration names a class.

    Raises
    ------
    GraderError
        If one cannot be imported.
    """
    for module in sorted(_modules(config)):
        if not any((folder / it).is_file() for it in (f"{module}.py", f"{module}/__init__.py")):
            continue
        try:
            with importable(folder):
                importlib.import_module(module)
        except Exception as error:  # it is a program
            said = clause(f"{type(error).__name__}: {error}")
            raise GraderError(
                f"{module} in {folder}, which nbgrader_config.py names, cannot be imported: "
                f"{said}. Mend it, and run this again."
            ) from error


def _modules(config: Any) -> set[str]:
    """Return the first part of all names with dots in a configuration."""
    found: set[str] = set()
    for section in config.values():
        for value in section.values() if hasattr(section, "values") else ():
            for text in value if isinstance(value, list | tuple) else [value]:
                if isinstance(text, str) and (named := _NAMED.fullmatch(text)):
                    found.add(named[1])
    return found
