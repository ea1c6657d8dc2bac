"""Run the tests on a machine that is busy, or has a single core, as `make test-busy` does.

Whatever is waited for comes later there. What fails only here waits for too little or for too long.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def beside(loops: int) -> Iterator[None]:
    """Let that many programs compute without end meanwhile."""
    running = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"], cwd="/") for _ in range(loops)
    ]
    try:
        yield
    finally:
        for loop in running:
            loop.kill()
            loop.wait()


def main(arguments: list[str] | None = None) -> int:
    """Run the tests and return what pytest returns."""
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="All other arguments are pytest's.", allow_abbrev=False
    )
    parser.add_argument("--loops", type=int, default=8, help="busy loops beside it (default: 8)")
    parser.add_argument("--one-core", action="store_true", help="on one core (needs Linux)")
    parser.add_argument("--times", type=int, default=1, help="how often (default: once)")
    options, tests = parser.parse_known_args(arguments)
    if options.one_core:
        if sys.platform != "linux":
            print("only Linux can hold a program on one core", file=sys.stderr)
            return 1
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    command = [sys.executable, "-m", "pytest", "-m", "not site", *tests]
    with beside(options.loops):
        for _ in range(options.times):
            done = subprocess.run(command, cwd=ROOT, check=False)
            if done.returncode:
                return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
