"""Make the folders of the course on a server, with their rights, and fill them from this checkout.

Run as root, after each `git pull` too: what learners handed in and the gradebook are never touched.

    /opt/thousandfold/bin/python hub/prepare.py

With `--study` learners are told whether an answer is right, and after two tries see one: for people
who learn alone. Called without it again, they are not.
"""

from __future__ import annotations

import argparse
import grp
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
HERE = Path("/srv/thousandfold")
STUDY = HERE / "config" / "study.txt"
LTI = HERE / "lti"  # only where people come from Canvas or Moodle: lti.md

MEMBERS = "thousandfold"  # everybody in the course
INSTRUCTORS = "thousandfold-instructors"
GRADER = "thousandfold-grader"  # nobody logs in as this one
OWN = ("my_company*.toml", "my_curves.json", "flight-*.json")  # of who tried the lessons here

# The folders, who owns them, and what everybody else may do there.
FOLDERS = {
    HERE: ("root", "root", 0o755),
    HERE / "config": ("root", "root", 0o755),
    HERE / "start": ("root", "root", 0o755),  # what a new learner finds at home
    HERE / "start" / "exercises": ("root", "root", 0o755),
    HERE / "passwords": ("root", "root", 0o700),
    HERE / "exchange": ("root", "root", 0o1777),  # nbgrader insists; sticky, as /tmp is
    HERE / "exchange" / "thousandfold": (GRADER, MEMBERS, 0o750),
    HERE / "exchange" / "thousandfold" / "outbound": (GRADER, MEMBERS, 0o750),
    # Everybody puts something in and sees nothing; sticky: nobody takes away what is not theirs.
    HERE / "exchange" / "thousandfold" / "inbound": (GRADER, MEMBERS, 0o1730),
    # Feedback is found by whoever knows a secret that only their own submission holds.
    HERE / "exchange" / "thousandfold" / "feedback": (GRADER, MEMBERS, 0o710),
    HERE / "grader": (GRADER, GRADER, 0o700),
    HERE / "grader" / "course": (GRADER, GRADER, 0o700),
}


def make_accounts() -> None:
    """Make the groups and the account that grades, where they are missing."""
    for group in (MEMBERS, INSTRUCTORS):
        _run("groupadd", "--force", group)
    try:
        pwd.getpwnam(GRADER)
    except KeyError:
        home = str(HERE / "grader")
        _run("useradd", "--system", "--user-group", "--no-create-home", "--home-dir", home, GRADER)
    _run("usermod", "--append", "--groups", MEMBERS, GRADER)


def make_folders() -> None:
    """Make the folders, or set right what has changed."""
    for folder, (owner, group, mode) in FOLDERS.items():
        folder.mkdir(exist_ok=True)
        os.chown(folder, pwd.getpwnam(owner).pw_uid, grp.getgrnam(group).gr_gid)
        folder.chmod(mode)


def fill() -> None:
    """Copy what the course needs: sources for the grader, lessons for learners, configuration."""
    course = HERE / "grader" / "course"
    _copy(CHECKOUT / "solutions", course / "solutions", GRADER)
    _copy(CHECKOUT / "nbgrader_config.py", course / "nbgrader_config.py", GRADER)
    (course / "facilitator").mkdir(exist_ok=True)
    comments = "facilitator/memo-comments.toml"
    if not (course / comments).exists():  # an instructor may have changed it
        _copy(CHECKOUT / comments, course / comments, GRADER)
    fill_start(HERE / "start")
    for role in ("learner", "grader"):
        _copy(CHECKOUT / "hub" / role, HERE / "config" / role, "root")
        place = HERE / "config" / role / "nbgrader_config.py"
        _copy(CHECKOUT / "hub" / "nbgrader_config.py", place, "root")


def fill_start(start: Path) -> None:
    """Copy what a new learner finds at home: the lessons, and what is there in other languages."""
    _copy(CHECKOUT / "notebooks", start / "notebooks", "root")
    for language in sorted((CHECKOUT / "translations").iterdir()):
        for kind in ("notebooks", "exercises"):
            if (language / kind).is_dir():
                target = start / "translations" / language.name / kind
                target.mkdir(parents=True, exist_ok=True)
                _copy(language / kind, target, "root")
    for folder in (start / "translations").glob("**/"):
        folder.chmod(0o755)


def make_lti() -> None:
    """Make the folder of LTI: root writes there, and the account that grades reads."""
    LTI.mkdir(exist_ok=True)
    os.chown(LTI, 0, grp.getgrnam(GRADER).gr_gid)
    LTI.chmod(0o750)


def fill_lti() -> None:
    """Copy what sends points back, where the account that grades can read it."""
    for name in ("points_back.py", "grade_services.py", "lti_platform.py", "lti_people.py"):
        _copy(CHECKOUT / "hub" / name, LTI / name, "root")


def switch_study(on: bool) -> None:
    """Give learners the file with answers and reasons, or take it away."""
    if not on:
        STUDY.unlink(missing_ok=True)
        return
    _run(sys.executable, str(CHECKOUT / "tools" / "study.py"), str(STUDY))
    STUDY.chmod(0o644)


def _copy(source: Path, target: Path, owner: str) -> None:
    """Copy a file or folder; readable by all who may enter, writable by its owner."""
    if source.is_dir():
        ignored = shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__", *OWN)
        shutil.copytree(source, target, ignore=ignored, dirs_exist_ok=True)
    else:
        shutil.copyfile(source, target)
    account = pwd.getpwnam(owner)
    for path in (target, *target.rglob("*")):
        os.chown(path, account.pw_uid, account.pw_gid)
        path.chmod(0o755 if path.is_dir() else 0o644)


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


def main() -> int:
    """Prepare the server."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--study", action="store_true", help="for people who learn alone")
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("prepare.py sets rights for everybody, so it needs root: sudo", file=sys.stderr)
        return 1
    make_accounts()
    make_folders()
    fill()
    if LTI.is_dir():
        fill_lti()
    switch_study(options.study)
    print(f"{HERE} is ready. Next: hub/people.py with a file of names.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
