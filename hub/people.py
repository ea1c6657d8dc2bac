"""Give people an account on the hub: learners, or instructors, from a file with one name a line.

Run as root. Names become accounts, so they are short and in lower case: `ann`, `li-wei`. Whoever
has an account already keeps it, with the password. New passwords are written to one file that only
root can read; hand them out and delete it.

    /opt/thousandfold/bin/python hub/people.py learners.txt
    /opt/thousandfold/bin/python hub/people.py --instructors instructors.txt
    /opt/thousandfold/bin/python hub/people.py --new-password ann
"""

from __future__ import annotations

import argparse
import csv
import os
import pwd
import re
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from prepare import HERE, INSTRUCTORS, MEMBERS

# nbgrader puts a plus between the parts of a submission's name; a shell should see one plain word.
NAME = re.compile(r"[a-z][a-z0-9-]{1,30}")
FIRST_PERSON = 1000  # smaller user ids are the system's own
CONSONANTS, VOWELS = "bdfghjkmnprstvz", "aeiou"


def read_names(path: Path) -> list[str]:
    """Return the names in a file, one a line; empty lines and lines that start with # are skipped.

    Raises
    ------
    ValueError
        If a name cannot be an account, or stands there twice. Nobody is added then.
    """
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    for name in names:
        if not NAME.fullmatch(name):
            raise ValueError(
                f"{name!r} cannot be an account: 2 to 31 small letters, digits and hyphens, "
                "the first a letter, such as li-wei"
            )
        if names.count(name) > 1:
            raise ValueError(f"{name} stands twice in {path}: give each person a name of their own")
    return names


def password() -> str:
    """Return a password that can be read aloud: eight syllables, 50 bits."""
    syllables = [secrets.choice(CONSONANTS) + secrets.choice(VOWELS) for _ in range(8)]
    return "-".join("".join(syllables[place : place + 2]) for place in range(0, 8, 2))


def add(names: list[str], *, instructors: bool) -> list[str]:
    """Make the accounts that are missing and return their names.

    Raises
    ------
    ValueError
        If a name belongs to an account that has nothing to do with the course, such as `root`.
    """
    accounts = {account.pw_name: account for account in pwd.getpwall()}
    for name in names:
        if name in accounts and accounts[name].pw_uid < FIRST_PERSON:
            raise ValueError(f"{name} is an account of the system: choose another name")
    groups = f"{MEMBERS},{INSTRUCTORS}" if instructors else MEMBERS
    new = [name for name in names if name not in accounts]
    for name in new:
        home = ["--create-home", "--skel", str(HERE / "start"), "--key", "HOME_MODE=0700"]
        _run("useradd", *home, "--shell", "/bin/bash", "--groups", groups, name)
    for name in set(names) - set(new):
        _run("usermod", "--append", "--groups", groups, name)
    return new


def set_passwords(names: list[str]) -> Path:
    """Give each a new password, and return the file that holds them."""
    table = [(name, password()) for name in names]
    given = "".join(f"{name}:{word}\n" for name, word in table)
    # A file for root alone, and one of its own for each of two calls in one second.
    begins = time.strftime("%Y-%m-%dT%H-%M-%S-")
    descriptor, path = tempfile.mkstemp(prefix=begins, suffix=".csv", dir=HERE / "passwords")
    with os.fdopen(descriptor, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("name", "password"), *table])
    subprocess.run(["chpasswd"], input=given, text=True, check=True)
    return Path(path)


def _run(*command: str) -> None:
    subprocess.run(command, check=True)


def main() -> int:
    """Add the people, or give one a new password."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", type=Path, nargs="?", metavar="FILE", help="one name a line")
    parser.add_argument("--instructors", action="store_true", help="these people may grade")
    parser.add_argument("--new-password", metavar="NAME", help="for somebody who forgot it")
    options = parser.parse_args()
    if (options.names is None) == (options.new_password is None):
        parser.error("name a file of people, or say --new-password NAME")
    if os.geteuid() != 0:
        print("people.py makes accounts, so it needs root: sudo", file=sys.stderr)
        return 1
    try:
        if options.new_password:
            if MEMBERS not in _groups(options.new_password):
                raise ValueError(f"{options.new_password} is not in the course")
            new = [options.new_password]
        else:
            new = add(read_names(options.names), instructors=options.instructors)
    except (OSError, ValueError) as error:
        print(f"nothing was done: {error}", file=sys.stderr)
        return 1
    if not new:
        print("everybody has an account already")
        return 0
    print(f"{len(new)} new passwords: {set_passwords(new)}")
    if options.instructors:
        print("start the hub again, so that it knows who may grade: systemctl restart jupyterhub")
    return 0


def _groups(name: str) -> list[str]:
    done = subprocess.run(["id", "-nG", name], capture_output=True, text=True)
    return done.stdout.split()


if __name__ == "__main__":
    sys.exit(main())
