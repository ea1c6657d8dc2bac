"""Repositories made for a test, whose history is known by hand."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest

GIT = shutil.which("git") or "git"
LATER = "2030-01-01"  # the last month is left out, so each history needs a later commit


@pytest.fixture(autouse=True)  # where it is imported
def isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the configuration of this machine out, and a repository around the tests too."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))


def run_git(folder: Path, *arguments: str, given: bytes = b"") -> str:
    done = subprocess.run(
        [GIT, *arguments], cwd=folder, input=given, check=True, capture_output=True
    )
    return os.fsdecode(done.stdout).strip()


@dataclass
class Commit:
    """One commit for `build`; a path without content is deleted."""

    author: str | bytes
    date: str
    files: Iterable[str | bytes] | dict[str | bytes, str | None] = ()
    committed: str = ""
    parents: tuple[int, ...] = field(default=())  # counted from 1; the one before by default


def build(folder: Path, *commits: Commit, later: str = LATER) -> Path:
    """Make a repository; a last commit by somebody else closes the months before `later`."""
    everything = [*commits, Commit("closer@example.org", later)] if later else list(commits)
    stream = b""
    for number, commit in enumerate(everything, start=1):
        author = commit.author if isinstance(commit.author, bytes) else commit.author.encode()
        parents = commit.parents or ((number - 1,) if number > 1 else ())
        stream += b"commit refs/heads/main\nmark :%d\n" % number
        stream += b"author A <%b> %b\n" % (author, stamp(commit.date))
        stream += b"committer C <c@example.org> %b\n" % stamp(commit.committed or commit.date)
        stream += b"data 0\n"
        for word, parent in zip((b"from", b"merge"), parents, strict=False):
            stream += b"%b :%d\n" % (word, parent)
        files = commit.files
        if not isinstance(files, dict):
            files = dict.fromkeys(files, f"version {number}")
        for path, content in files.items():
            raw = path if isinstance(path, bytes) else path.encode()
            name = b'"' + b"".join(b"\\%03o" % byte for byte in raw) + b'"'
            if content is None:
                stream += b"D %b\n" % name
            else:
                data = content.encode()
                stream += b"M 100644 inline %b\ndata %d\n%b\n" % (name, len(data), data)
    folder.mkdir()
    run_git(folder, "init", "--quiet", "--initial-branch=main")
    run_git(folder, "fast-import", "--quiet", given=stream)
    return folder


def stamp(date: str) -> bytes:
    """Turn an ISO date into that of git; noon in Greenwich unless it says otherwise."""
    moment = datetime.fromisoformat(date if "T" in date else f"{date}T12:00:00+00:00")
    return b"%d %b" % (moment.timestamp(), moment.strftime("%z").encode())


ANN, BOB, CAT = "ann@example.org", "bob@example.org", "cat@example.org"
