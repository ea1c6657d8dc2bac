"""Say whether a release can go out, as `make release-check` does: all that is missing, at once.

    python tools/release_check.py               # whole: minutes
    python tools/release_check.py --quick       # what files and distributions say: seconds
    python tools/release_check.py --installed   # what is tried in environments, and nothing else
    python tools/release_check.py --keep dist   # whole, and keeps both distributions if all is well

Nothing is uploaded, and nothing else is left: not in this copy, not in the folder for temporary
files, also when it is stopped. What one leaves that was killed (`kill -9`), the next one takes away
and says so. It ends with 0 if nothing was refused, and with 1 otherwise.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import distributions
import first_install
import release_papers
from gone_after import gone_after
from said_once import ROOT

from thousandfold.errors import ExplainedError

PASSED, REFUSED = "passed", "refused"


class Looked:
    """What was looked at so far: each check with its result, and all that was refused."""

    def __init__(self) -> None:
        self.results: list[tuple[str, str, float]] = []
        self.problems: list[tuple[str, str]] = []

    def at(self, name: str, check: Callable[[], Iterable[str]]) -> bool:
        """Run a check, say how it went, and return whether it found nothing."""
        print(f"{name} … ", end="", flush=True)
        began = time.monotonic()
        try:
            found = list(check())
        except (ExplainedError, OSError) as error:  # such as a full disk
            found = [str(error)]
        took = time.monotonic() - began
        result = REFUSED if found else PASSED
        print(result, flush=True)
        self.results.append((name, result, took))
        self.problems += [(name, problem) for problem in found]
        return not found

    def past(self, name: str, why: str) -> None:
        """Note a check that was not made."""
        print(f"{name} … not tried: {why}", flush=True)
        self.results.append((name, f"not tried: {why}", 0.0))

    def table(self) -> str:
        """Return one line for each check, and then all that was refused."""
        width = max(len(name) for name, _, _ in self.results)
        lines = ["", *(f"{name:{width}}  {took:6.1f} s  {how}" for name, how, took in self.results)]
        for number, (name, problem) in enumerate(self.problems, 1):
            lines += ["", f"{number}. {name}: {problem}"]
        if self.problems:
            lines += ["", f"Not to be released yet: {len(self.problems)} to mend."]
        else:
            lines += ["", "Nothing stands against a release."]
        return "\n".join(lines)


def look(work: Path, *, quick: bool = False, installed: bool = False) -> Looked:
    """Make all checks in a folder that is empty.

    Parameters
    ----------
    work : pathlib.Path
        Where distributions and environments are made.
    quick : bool
        Whether to leave out what needs an environment.
    installed : bool
        Whether to leave out all that needs none.
    """
    looked = Looked()
    before = standing()
    built = work / "dist"
    if not installed:
        for name, check in release_papers.CHECKS.items():
            looked.at(name, check)
    if looked.at("both packages are built", lambda: distributions.build(built)):
        if not installed:
            looked.at("wheels from source", lambda: distributions.alike(built, work / "again"))
            looked.at("all is in the wheels", lambda: distributions.complete(built))
            looked.at("no answer in them", lambda: distributions.without_answers(built))
            looked.at("fit to be uploaded", lambda: distributions.uploadable(built))
        if not quick:
            _in_environments(looked, built, work)
    looked.at("this copy is as before", lambda: changed(before))
    return looked


def _in_environments(looked: Looked, built: Path, work: Path) -> None:
    for name, checks in first_install.checks(built, work):
        if not checks:
            looked.past(name, "not found here")
        installed = True
        for number, (what, check) in enumerate(checks):
            if not installed:
                looked.past(f"{name}: {what}", "it is not installed")
            elif not looked.at(f"{name}: {what}", check) and number == 0:
                installed = False


def standing() -> set[str]:
    """Return what git says that differs here from the last commit."""
    command = ["git", "status", "--porcelain", "--untracked-files=all"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return set(done.stdout.splitlines())


def changed(before: set[str]) -> Iterable[str]:
    """Name what has changed in this copy meanwhile."""
    if names := sorted({line[3:] for line in standing() ^ before}):
        yield (
            f"changed while this ran: {', '.join(names)}. If that was not you, a check works "
            "where it should not"
        )


def main(arguments: list[str] | None = None) -> int:
    """Look at everything, and print a table of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--quick", action="store_true", help="no environments: seconds")
    part.add_argument("--installed", action="store_true", help="environments alone")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="put what was checked here")
    options = parser.parse_args(arguments)
    if options.keep and (options.quick or options.installed):
        parser.error("only what was checked whole is kept: leave out --quick (QUICK=1)")
    try:
        with gone_after("release-check") as folder:
            folder.chmod(0o755)  # whoever runs in the box is nobody
            looked = look(folder, quick=options.quick, installed=options.installed)
            if options.keep and not looked.problems:
                distributions.keep(folder / "dist", options.keep)
    except KeyboardInterrupt:
        with suppress(OSError):  # the terminal was closed
            print("\nStopped, and nothing is left. Start again when you like.", file=sys.stderr)
        return 130
    print(looked.table())
    return int(bool(looked.problems))


if __name__ == "__main__":
    sys.exit(main())
