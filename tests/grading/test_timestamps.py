"""A `timestamp.txt` that nobody can read makes nobody late, and is told."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import pytest

from boxgrader.nbgrader_course.timestamps import NAME, timestamp

NOON = datetime.datetime(2024, 3, 1, 12)


@pytest.mark.parametrize(
    "said",
    [
        b"2024-03-01 12:00:00 UTC",
        b"2024-03-01 12:00:00.000000 UTC\n",
        b"\xef\xbb\xbf2024-03-01 12:00:00",
        b"2024-03-01T13:00:00+01:00\r\n",
        b"2024-03-01 13:00:00 Europe/Berlin",
        b"1 March 2024, 12:00",
        b"2024-03-01 12:00:00 NOWHERE",
    ],
)
def test_times_are_read_as_nbgrader_reads_them(said: bytes, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(said)
    assert timestamp(tmp_path, inside=tmp_path) == (NOON, "")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (b"", "it is empty"),
        (b" \n", "it is empty"),
        (b"yesterday at noon", "it says 'yesterday at noon'"),
        (b"\x00\xff\x1b[2J", "it says '?"),
        ("2024-03-01 12:00:00\r\n".encode("utf-16"), "it says '"),  # as PowerShell's > writes
        (b"9" * 100_000, "it says '999"),
        (b"99999-01-01 00:00:00", "it says '99999-"),
        (b"9999-12-31 23:59:59 UTC", "it says 9999-12-31 23:59, which has not come yet"),
        (b"9999-12-31 23:59:59 -23:00", "it says "),
    ],
)
def test_what_is_no_time_is_told(said: bytes, why: str, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(said)
    when, told = timestamp(tmp_path, inside=tmp_path)
    assert when is None
    assert told.startswith("timestamp.txt does not say when this was handed in (")
    assert told.isprintable()
    assert told.partition("(")[2].startswith(why)


def test_what_is_no_file_is_told_and_not_followed(tmp_path: Path) -> None:
    assert timestamp(tmp_path, inside=tmp_path) == (None, "")
    (tmp_path / "elsewhere").write_text("2024-03-01 12:00:00 UTC")
    for make in (
        lambda path: path.symlink_to(tmp_path / "elsewhere"),
        lambda path: path.symlink_to(tmp_path / "nowhere"),
        os.mkfifo,
        Path.mkdir,
    ):
        make(tmp_path / NAME)
        when, told = timestamp(tmp_path, inside=tmp_path)
        assert (when, "not a plain file" in told) == (None, True)
        (tmp_path / NAME).rmdir() if (tmp_path / NAME).is_dir() else (tmp_path / NAME).unlink()
