"""A gradebook in PostgreSQL, and four graders that write to it at the same moment."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import at_once
import pytest
import small_course as small
import sqlalchemy
from nbgrader.api import Gradebook
from patience import patience, wait_until
from small_course import NAME

from boxgrader.nbgrader_course.gradebook import records
from thousandfold.cli import main

pytest.importorskip("psycopg", reason="psycopg is not here: `make test` installs it")
PROGRAMS = [Path(path).parent for path in sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))]
if not PROGRAMS and (found := shutil.which("initdb")):
    PROGRAMS = [Path(found).parent]

pytestmark = [
    pytest.mark.skipif(not PROGRAMS, reason="no PostgreSQL here: apt-get install postgresql"),
    pytest.mark.usefixtures("boxes"),
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.timeout(900),
]

NOBODY = 65534
SHARED = 16 << 20  # bytes; it starts with less, and fails later


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """Give a folder whose name is short enough for a socket in it."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def server(data: Path) -> Iterator[str]:
    """A server of our own on loopback; PostgreSQL does not run as root."""
    shared = Path("/dev/shm")  # noqa: S108 - where Linux has it
    if shared.exists() and shutil.disk_usage(shared).free < SHARED:
        pytest.skip("PostgreSQL needs space in /dev/shm: give a container --shm-size=64m")
    who = {}
    if os.getuid() == 0:
        os.chown(data, NOBODY, NOBODY)
        who = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    subprocess.run(
        [PROGRAMS[-1] / "initdb", "-D", data / "db", "-U", "grader", "--auth=trust", "-N"],
        check=True, capture_output=True, cwd="/", **who,
    )  # fmt: skip
    process = subprocess.Popen(
        [PROGRAMS[-1] / "postgres", "-D", data / "db", "-p", str(port), "-k", data,
         "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=12", "-c", "fsync=off"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", **who,
    )  # fmt: skip
    try:
        import psycopg

        refusals: list[str] = []

        def made() -> bool:
            place = f"host=127.0.0.1 port={port} user=grader dbname=postgres"
            try:
                with psycopg.connect(place, autocommit=True) as connection:
                    connection.execute("CREATE DATABASE grades")
            except psycopg.OperationalError as refused:
                refusals.append(str(refused))
                return False
            return True

        wait_until(made, 60, seen=lambda: refusals[-1])
        yield f"postgresql+psycopg://grader@127.0.0.1:{port}/grades"
    finally:
        process.terminate()
        process.wait(patience(30))


def test_four_graders_write_at_once(server: str, tmp_path: Path) -> None:
    """More connections than nbgrader's own code would leave open are refused by this server."""
    first = small.make(tmp_path / "first", {"first": small.submission()})
    assert main(["grade", NAME, "--course", str(first), "--db", server]) == 0
    courses = [
        small.make(
            tmp_path / str(n),
            {f"s{n}{m}": small.submission(f"share = {m / 10}") for m in range(3)},
        )
        for n in range(4)
    ]
    at_once.grade([NAME, "--course", str(course), "--db", server] for course in courses)
    with Gradebook(server) as book:
        for n in range(4):
            for m in range(3):
                grade = book.find_grade("share", NAME, NAME, f"s{n}{m}")
                assert grade.auto_score == pytest.approx(4 * m / 10)
        assert len(book.assignment_submissions(NAME)) == 13
    assert len(records(server, NAME)) == 13


def test_four_graders_meet_the_same_new_learners(server: str, tmp_path: Path) -> None:
    names = ["ps1", "ps2", "ps3", "ps4"]
    students = {f"new{m}": f"share = {m / 10}" for m in range(3)}
    course = at_once.make_several(tmp_path, names, students)
    at_once.grade([name, "--course", str(course), "--db", server] for name in names)
    with Gradebook(server) as book:
        for name in names:
            for m in range(3):
                grade = book.find_grade("share", name, name, f"new{m}")
                assert grade.auto_score == pytest.approx(4 * m / 10)


def test_four_graders_grade_the_same_submissions(server: str, tmp_path: Path) -> None:
    """As on four computers that share a server, and no disk: the last one's points stand."""
    courses = [
        small.make(
            tmp_path / str(n), {f"same{m}": small.submission(f"share = {m / 10}") for m in range(3)}
        )
        for n in range(4)
    ]
    at_once.grade([NAME, "--course", str(course), "--db", server] for course in courses)
    kept = records(server, NAME)
    with Gradebook(server) as book:
        for m in range(3):
            grade = book.find_grade("share", NAME, NAME, f"same{m}")
            assert grade.auto_score == pytest.approx(4 * m / 10)
            assert kept[f"same{m}"].status == "graded"


def test_who_is_taken_out_stands_in_no_table(
    server: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learners = {name: small.submission(f"share = 1  # of {name}") for name in ("gone", "stays")}
    course = ["--course", str(small.make(tmp_path, learners)), "--db", server]
    assert main(["grade", NAME, *course]) == 0
    before = dump(server)
    assert "gone" in before
    assert main(["forget", "gone", "--dry-run", *course]) == 0
    assert dump(server) == before
    assert main(["forget", "Gone", "--yes", *course]) == 1
    assert main(["forget", "gone", "--yes", *course]) == 0
    assert "until VACUUM FULL" in capsys.readouterr().out
    after = dump(server)
    assert "gone" not in after
    assert after.count("stays") == before.count("stays")
    assert [path for path in tmp_path.rglob("*") if "gone" in path.name] == []


def dump(server: str) -> str:
    engine = sqlalchemy.create_engine(server)
    with engine.connect() as connection:
        names = sqlalchemy.inspect(connection).get_table_names()
        rows = [
            f"{name}: {sorted(map(str, connection.execute(sqlalchemy.text(f'TABLE {name}'))))}"
            for name in sorted(names)
        ]
    engine.dispose()
    return "\n".join(rows)
