"""Say, by the status it ends with, whether the environment of its Python is as it was installed.

A power cut or a full disk leaves files that are empty, short or missing; each package says how long
its own are. Ask the Python of the environment: `.venv/bin/python -I tools/whole.py`
"""

import csv
import os
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

MISDESCRIBED = ".misdescribed"  # lies in an environment whose packages said wrong sizes when new


def is_whole() -> bool:
    """Say whether we are installed here, and no file of a package is missing or too short."""
    if find_spec("thousandfold") is None:
        return False
    packages = Path(sysconfig.get_path("purelib"))
    os.chdir(packages)  # a path relative to here is quick to look up; there are tens of thousands
    return Path(sys.prefix, MISDESCRIBED).exists() or all(
        map(_is_whole, packages.glob("*.dist-info"))
    )


def _is_whole(package: Path) -> bool:
    with (package / "RECORD").open(encoding="utf-8", newline="") as file:
        sizes = {name: int(size) for name, _, size in csv.reader(file) if size}
    return bool(sizes) and all(Path(name).stat().st_size >= size for name, size in sizes.items())


if __name__ == "__main__":
    try:
        sys.exit(not is_whole())
    except (OSError, ValueError):  # a file is missing, or a record is cut off
        sys.exit(1)
