"""Run what runs on Linux, macOS and Windows: the kit, the lessons, the models, and what they need.

Neither make nor a shell is needed, only a Python that is supported.

    python tools/every_system.py          # the checks, in an environment of their own
    python tools/every_system.py --kit    # the kit, made and started as a learner does

The kit needs the network. What runs on Linux alone is skipped, each file in a sentence, on Linux
too: `tests/linux_alone.py` names it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHECKED = ("tests", "src/thousandfold", "notebooks")  # `src/boxgrader` works on Linux alone
STARTED = "kit of a learner"  # a folder with spaces in its name, as people have them


def environment(interpreter: str, version: str) -> Path:
    """Set up an environment for tests in `build/pythons`, and return its Python."""
    folder = ROOT / "build" / "pythons" / version
    set_up = [interpreter, str(ROOT / "tools" / "set_up.py"), str(folder), "--compiled"]
    subprocess.run([*set_up, "--lock", "requirements-dev.lock"], cwd=ROOT, check=True)
    return python_of(folder)


def python_of(folder: Path) -> Path:
    """Return the Python of an environment."""
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def passes(python: Path, chosen: Sequence[str] = ()) -> bool:
    """Run the checks, or the chosen ones, and say whether all passed."""
    command = [str(python), "-m", "pytest", "--every-system", "-m", "not site and not browser"]
    command += ["-rs", "-p", "no:cacheprovider", *(chosen or CHECKED)]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def kit_starts(python: Path) -> bool:
    """Make the kit, extract it elsewhere, set it up, and run the first lesson in it."""
    with tempfile.TemporaryDirectory() as place:
        made, home = Path(place, "kit.zip"), Path(place, STARTED)
        subprocess.run([python, ROOT / "tools" / "kit.py", "--output", made], cwd=ROOT, check=True)
        with zipfile.ZipFile(made) as archive:
            archive.extractall(home)
        [kit] = home.iterdir()
        # The Python that a learner has, which knows nothing of our packages.
        subprocess.run([sys.executable, "start.py", "--only-set-up"], cwd=kit, check=True)
        program = [str(python_of(kit / ".venv")), "-m"]
        lesson = kit / "notebooks" / "00_start_here.ipynb"
        steps = (
            ["thousandfold.cli", "check"],
            ["jupyter", "execute", str(lesson)],
        )
        return all(
            subprocess.run([*program, *step], cwd=kit, check=False).returncode == 0
            for step in steps
        )


def main() -> int:
    """Set up, and run the checks or start the kit."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kit", action="store_true", help="make the kit, and start it")
    parser.add_argument("chosen", nargs="*", help="files of tests, in place of all")
    asked = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is compiled once is kept
    try:
        python = environment(sys.executable, f"{sys.version_info[0]}.{sys.version_info[1]}")
    except subprocess.CalledProcessError:
        return 1  # it has said why
    return int(not (kit_starts(python) if asked.kit else passes(python, asked.chosen)))


if __name__ == "__main__":
    sys.exit(main())
