"""Run the unit and model tests on every supported Python found, as `make test-pythons` does.

Each gets an environment of its own in `build/pythons/`, from the same lock. What needs a browser or
the whole of nbgrader is left to `make test`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from every_system import environment

ROOT = Path(__file__).resolve().parent.parent
SUPPORTED = ("3.11", "3.12", "3.13", "3.14")
LEFT_OUT = ("test_browser.py", "test_class.py", "test_exercises.py", "test_speed.py")


def find(version: str) -> str | None:
    """Return a working interpreter of this version: on the path, or one that pyenv keeps."""
    kept = sorted(
        Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob(
            f"versions/{version}.*/bin/python"
        )
    )
    for candidate in [shutil.which(f"python{version}"), *map(str, kept)]:
        if candidate and _says(candidate) == version:
            return candidate
    return None


def _says(interpreter: str) -> str:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    run = subprocess.run([interpreter, "-c", code], capture_output=True, text=True, check=False)
    return run.stdout.strip()


def test(version: str, interpreter: str) -> bool:
    """Set up one environment and run the tests in it."""
    python = environment(interpreter, version)
    ignored = [f"--ignore=tests/{name}" for name in LEFT_OUT]
    run = subprocess.run(
        [python, "-m", "pytest", "tests", "src", "-p", "no:cacheprovider", *ignored],
        cwd=ROOT,
        check=False,
    )
    return run.returncode == 0


def main() -> int:
    """Test every version and say which were not found."""
    results = {}
    for version in SUPPORTED:
        interpreter = find(version)
        if interpreter is None:
            results[version] = "not found here"
            continue
        print(f"Python {version}", flush=True)
        results[version] = "passed" if test(version, interpreter) else "FAILED"
    for version, result in results.items():
        print(f"Python {version}: {result}")
    return int("FAILED" in results.values())


if __name__ == "__main__":
    sys.exit(main())
