"""Run the examples in the documentation of installed packages, by the Python that has them.

    PYTHON installed_doctests.py thousandfold boxgrader

Needs nothing but that Python, so that it can be tried where no tools for tests are installed.
"""

import doctest
import importlib
import pkgutil
import sys


def main(packages: list[str]) -> int:
    """Run all examples; say how many, and which failed."""
    tried = failed = 0
    for package in packages:
        inside = pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}.")
        for name in [package, *(one.name for one in inside if not one.name.endswith("__main__"))]:
            result = doctest.testmod(importlib.import_module(name))
            tried, failed = tried + result.attempted, failed + result.failed
    print(f"{tried} examples, {failed} failed")
    return int(failed > 0 or tried == 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
