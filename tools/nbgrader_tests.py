"""Run nbgrader's own tests of autograde against this project's engine.

    .venv/bin/python tools/nbgrader_tests.py

nbgrader ships them. Two are skipped there as too heavy; `tests/grading/` has their like.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> int:
    """Put the engine in nbgrader's place, and run the tests; return pytest's exit code."""
    import pytest

    from thousandfold.grading.autograde import install

    # nbgrader starts its own programs by name.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    install()
    tests = ["--pyargs", "nbgrader.tests.apps.test_nbgrader_autograde"]
    # Not with the settings of this project's own tests: nbgrader warns much.
    quiet = ["-c", os.devnull, "-q", "-p", "no:cacheprovider", "-p", "no:nbval", "-W", "ignore"]
    return int(pytest.main([*quiet, *tests, *sys.argv[1:]]))


if __name__ == "__main__":
    sys.exit(main())
