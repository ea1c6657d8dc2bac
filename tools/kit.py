"""Make the learner kit: one zip with everything a learner needs, and no answer.

The same files make the same zip, to the byte, on machines with the same zlib; only the sheets to
print may differ, as a browser makes them. With `--wheels` the zip holds every package, too, for
this system and this Python: a room without a network needs nothing else. With `--study` it holds
one file more, by which somebody alone learns whether an answer is right.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

from course import FOR_LEARNERS, ROOT
from given_out import refuse_answers
from gone_after import gone_after
from personal import refuse_what_is_personal
from set_up import OURS as PACKAGES
from study import study as make_study

from thousandfold.errors import ExplainedError
from thousandfold.facilitation.course import find_course
from thousandfold.facilitation.worksheets import write_worksheets
from thousandfold.teaching.edition import FILE

KIT = ROOT / "kit"
TOP = "thousandfold"  # the folder in the zip
OURS = (*FOR_LEARNERS, "requirements.lock", "requirements-uv.lock", "LICENSE")
SET_UP = ("set_up.py", "whole.py")
PROGRAMS = (".sh", ".command")
WINDOWS = (".bat", ".txt")  # lines end as Windows wants them; every editor reads them
PATCH = re.compile(
    r"^([\w.-]+==\S+) ; python_full_version \S+ '\d+\.\d+\.\d+'( \\\n(?:    --hash=.*\n)+)",
    re.MULTILINE,
)
SAFE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*(/[A-Za-z0-9_][A-Za-z0-9_.+-]*)*")


def contents(folder: Path, *, wheels: bool, study: bool) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file of the kit; what has to be made is made in `folder`.

    Raises
    ------
    ExplainedError
        If the package cannot be built or a wheel not be had, or a notebook holds what is
        somebody's own.
    """
    for pattern in OURS:
        for path in sorted(ROOT.glob(pattern)):
            name, content = path.relative_to(ROOT).as_posix(), path.read_bytes()
            if path.suffix == ".ipynb":
                refuse_what_is_personal(name, content)
            yield name, content
    for path in sorted(KIT.iterdir()):
        content = path.read_bytes().replace(b"\r\n", b"\n")
        if path.suffix in WINDOWS:
            content = content.replace(b"\n", b"\r\n")
        yield path.name, content
    for name in SET_UP:
        yield name, (ROOT / "tools" / name).read_bytes()
    for path in sorted(write_worksheets(find_course(ROOT), folder / "worksheets")):
        yield f"worksheets/{path.name}", path.read_bytes()
    for path in _packages(folder):
        yield f"package/{path.name}", path.read_bytes()
    if study:
        yield FILE, make_study()
    if wheels:
        for path in _wheels(folder):
            yield f"wheels/{path.name}", path.read_bytes()


def build(target: Path, *, wheels: bool = False, study: bool = False) -> Path:
    """Write the kit, whole or not at all.

    Raises
    ------
    ExplainedError
        If a file holds an answer or a hidden test, or has a name that some system does not allow.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part")
    try:
        with (
            gone_after("kit") as folder,
            zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as kit,
        ):
            for name, content in sorted(contents(folder, wheels=wheels, study=study)):
                _refuse(name, content)
                entry = zipfile.ZipInfo(f"{TOP}/{name}", date_time=(2020, 2, 2, 0, 0, 0))
                program = name.endswith(PROGRAMS)
                entry.create_system = 3  # Unix: the rights below are kept
                entry.external_attr = (0o100755 if program else 0o100644) << 16
                packed = name.endswith((".whl", ".pdf"))
                entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
                kit.writestr(entry, content)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


def _refuse(name: str, content: bytes) -> None:
    refuse_answers(name, content)
    if not SAFE.fullmatch(name):
        raise ExplainedError(f"{name!r} is no name for every system; rename it: letters, digits, _")


def _packages(folder: Path) -> list[Path]:
    made = folder / "package"
    for ours in PACKAGES:
        built = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(made)]
        _run(built, ROOT / ours)
    return sorted(made.glob("*.whl"))


def _wheels(folder: Path) -> list[Path]:
    made, lock = folder / "wheels", ROOT / "requirements.lock"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    pip += ["--require-hashes", "--only-binary=:all:", "--dest", str(made)]
    _run([*pip, "-r", str(lock)])
    _run([*pip, "-r", str(ROOT / "requirements-uv.lock")])
    # The same Python in an older or newer patch release may need another version of a package.
    for number, entry in enumerate(PATCH.findall(lock.read_text(encoding="utf-8"))):
        other = folder / f"patch{number}.txt"
        other.write_text("".join(entry), encoding="utf-8")
        _run([*pip, "--no-deps", "--ignore-requires-python", "-r", str(other)])
    return sorted(made.iterdir())


def _run(command: list[str], folder: Path = ROOT) -> None:
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if ended.returncode:
        raise ExplainedError(f"{' '.join(command[1:4])} failed:\n{ended.stderr.strip()}")


def main() -> int:
    """Make the kit and say where it is and how large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--wheels", action="store_true", help="put every package in, too")
    parser.add_argument("--study", action="store_true", help="for whoever learns alone")
    parser.add_argument("--output", type=Path, help="the zip to write (default: in dist/)")
    arguments = parser.parse_args()
    kinds = ("offline" * arguments.wheels, "study" * arguments.study)
    name = "-".join(["thousandfold-kit", *filter(None, kinds)]) + ".zip"
    try:
        made = build(
            arguments.output or ROOT / "dist" / name, wheels=arguments.wheels, study=arguments.study
        )
    except ExplainedError as error:
        print(f"kit: not made: {error}", file=sys.stderr)
        return 1
    print(f"written: {made} ({made.stat().st_size / 1e6:.1f} MB)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
