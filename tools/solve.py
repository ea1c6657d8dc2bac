"""Try the learners' lock on every supported Python and system, as `make solve` does.

Nothing is installed. Each wheel must exist for that Python and system, with a hash of the lock; the
network is needed. Binder, a hub and learners' own machines install from the same lock.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = ("x86_64-manylinux_2_28", "aarch64-apple-darwin", "windows")


def refused(python: str, system: str) -> str:
    """Return why the lock cannot be installed there, or nothing."""
    command = [sys.executable, "-m", "uv", "pip", "install", "--dry-run", "--only-binary", ":all:"]
    command += ["--python-version", python, "--python-platform", system]
    command += ["--require-hashes", "-r", "requirements.lock"]
    with tempfile.TemporaryDirectory() as target:
        command += ["--target", target]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    return done.stderr.strip() if done.returncode else ""


def main() -> int:
    """Try all, and say which cannot be had."""
    failed = 0
    for python in PYTHONS:
        for system in SYSTEMS:
            why = refused(python, system)
            print(f"Python {python} on {system}: {why or 'can be installed'}", flush=True)
            failed += bool(why)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
