"""Pin every dependency, exactly and with hashes, as `make lock` does.

One lock for uv, which installs all the others; one for learners and instructors, one that adds a
hub, one that opens the hub from Canvas or Moodle, one that adds what the tests need, one that adds
what the site for browsers needs, one for the packages that benchmarks compare with, one for what
looks at all that is published. All hold for every supported Python and system.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = "3.11"
UV = ["--group", "uv"]
LEARNER = ["pyproject.toml", "--extra", "workshop", "--group", "build"]
HUB = [*LEARNER, "--group", "hub", "--constraint", "requirements.lock"]
LTI = [*HUB, "--group", "lti"]
TESTS = [*LTI, "--group", "dev", *UV]
SITE = [*LEARNER, "--group", "site", "--constraint", "requirements.lock"]
PUBLISH = ["--group", "build", "--group", "publish"]
PEERS = ["pyproject.toml", "--group", "build", "--group", "peers"]


def main() -> int:
    """Write all locks; with the name of a package, move that one alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "package", nargs="?", help="pin the newest of this one, and keep the others"
    )
    package = parser.parse_args().package
    newest = ["--upgrade-package", package] if package else ["--upgrade"]
    locks = {
        "requirements-uv.lock": UV,
        "requirements.lock": LEARNER,
        "requirements-hub.lock": HUB,
        "requirements-lti.lock": LTI,
        "requirements-dev.lock": TESTS,
        "requirements-peers.lock": PEERS,
        "requirements-publish.lock": PUBLISH,
        "requirements-site.lock": SITE,
    }
    for lock, wanted in locks.items():
        command = [sys.executable, "-m", "uv", "pip", "compile", *wanted]
        command += ["--no-emit-package", "boxgrader"]  # it lies in src/ and is installed from there
        command += ["--universal", "--generate-hashes", "--python-version", OLDEST, *newest]
        # Without their extras pip does not know the pins of packages that others ask extras of.
        command += ["--no-strip-extras"]
        command += ["--custom-compile-command", "make lock", "--output-file", lock, "--quiet"]
        subprocess.run(command, cwd=ROOT, check=True)
        print(lock)
    return 0


if __name__ == "__main__":
    sys.exit(main())
