"""Look into what is given out: no answer, no test, nothing that somebody wrote for themselves.

python tools/given_out.py dist/*.whl dist/*.tar.gz
"""

from __future__ import annotations

import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from personal import refuse_what_is_personal

from thousandfold.errors import ExplainedError, verb
from thousandfold.teaching.edition import FILE as STUDY

ANSWERS = re.compile(rb"BEGIN (?:SOLUTION|HIDDEN TESTS|MARK SCHEME)")
FOR_INSTRUCTORS = {"solutions", "tests", "facilitator", "answers", "source", STUDY}
THEIR_OWN = re.compile(r"my_company.*\.toml|my_curves\.json|flight-.*\.json|.*-checkpoint\.ipynb")


def refuse_answers(name: str, content: bytes) -> None:
    """Refuse a file that holds an answer or a hidden test.

    Raises
    ------
    ExplainedError
        If it holds one.
    """
    if ANSWERS.search(content):
        raise ExplainedError(
            f"{name} holds an answer or a hidden test; run {verb('release')} first"
        )


def look_into(distribution: Path) -> int:
    """Look into a wheel or an sdist, and return how many files it holds.

    Our programs name the marks of answers where they cut them out; lessons, exercises and all
    other files must not.

    Raises
    ------
    ExplainedError
        If it holds what nobody may get, or cannot be read.
    """
    files = 0
    for name, content in contents(distribution):
        files += 1
        path = PurePosixPath(name)
        where = f"{distribution.name}: {name}"
        if FOR_INSTRUCTORS.intersection(path.parts) or THEIR_OWN.fullmatch(path.name):
            raise ExplainedError(
                f"{where} is not for everybody; see what pyproject.toml includes, and build again"
            )
        if path.suffix != ".py":
            refuse_answers(where, content)
        if path.suffix == ".ipynb":
            try:
                refuse_what_is_personal(where, content)
            except (ValueError, KeyError, TypeError) as error:
                raise ExplainedError(f"{where} is no whole notebook: {error!r}") from error
    return files


def contents(distribution: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file of a wheel or an sdist.

    Raises
    ------
    ExplainedError
        If it cannot be read.
    """
    try:
        if distribution.suffix == ".whl":
            with zipfile.ZipFile(distribution) as wheel:
                for name in wheel.namelist():
                    yield name, wheel.read(name)
        else:
            with tarfile.open(distribution) as sdist:
                for member in sdist.getmembers():
                    if held := sdist.extractfile(member):
                        yield member.name, held.read()
    except (OSError, zipfile.BadZipFile, tarfile.TarError) as error:
        raise ExplainedError(f"{distribution} cannot be read: {error}") from error


def main() -> int:
    """Look into each distribution that is named."""
    if not sys.argv[1:]:
        print("name what was built, such as dist/*.whl", file=sys.stderr)
        return 2
    try:
        for path in map(Path, sys.argv[1:]):
            print(f"{path.name}: {look_into(path)} files, none of them an answer or personal")
    except ExplainedError as error:
        print(f"not to be given out: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
