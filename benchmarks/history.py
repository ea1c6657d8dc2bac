"""How fast a history is counted: python benchmarks/history.py

Builds a synthetic repository in a temporary folder: 75,000 commits by 300 authors over 20 years,
5 changes in each, in a tree of 5,000 files. Then it counts months, areas and pairs of areas, in
turn with the plain `git log` whose output is thrown away. Trust the ratio of the two; the seconds
are those of your machine today. `--repository` measures one of your own instead.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from memory import peak_megabytes

from thousandfold.repository.areas import count_areas, suggested_split
from thousandfold.repository.counts import read_history
from thousandfold.repository.log import LOG

AUTHORS, FILES, CHANGES, YEARS = 300, 5000, 5, 20
START, YEAR = 1_100_000_000, 31_556_952  # November 2004; seconds
ALONE = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def synthetic(commits: int) -> Iterator[bytes]:
    """Yield a history for `git fast-import`: a few authors and files have most of the changes."""
    chance = random.Random(1)  # noqa: S311
    for number in range(commits):
        when = START + number * YEARS * YEAR // commits
        author = int(AUTHORS * chance.random() ** 3)
        yield b"commit refs/heads/main\n"
        for role in (b"author", b"committer"):
            yield b"%b P <p%d@example.org> %d +0000\n" % (role, author, when)
        yield b"data 0\n"
        for _ in range(CHANGES):
            file = int(FILES * chance.random() ** 2)
            text = b"%d" % chance.getrandbits(60)
            path = b"area%d/part%d/file%d.txt" % (file % 20, file % 200, file)
            yield b"M 100644 inline %b\ndata %d\n%b\n" % (path, len(text), text)


def build(folder: Path, commits: int) -> None:
    environment = os.environ | ALONE
    subprocess.run(
        ["git", "init", "--quiet", "--bare", "--initial-branch=main", folder],
        env=environment,
        check=True,
    )
    with subprocess.Popen(
        ["git", "fast-import", "--quiet"], cwd=folder, env=environment, stdin=subprocess.PIPE
    ) as importer:
        if importer.stdin:
            importer.stdin.writelines(synthetic(commits))
    if importer.returncode:
        sys.exit("git fast-import failed")


def plain_log(folder: Path) -> None:
    subprocess.run(
        ["git", *LOG, "HEAD", "--"],
        cwd=folder,
        env=os.environ | ALONE,
        stdout=subprocess.DEVNULL,
        check=True,
    )


def count(folder: Path) -> None:
    history = read_history(folder)
    history.growth()
    count_areas(history, split=suggested_split(history))


def seconds(work: Callable[[Path], object], folder: Path) -> float:
    start = time.perf_counter()
    work(folder)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n\n")[2])
    parser.add_argument("--commits", type=int, default=75_000)
    parser.add_argument("--repository", type=Path, help="a folder of a repository")
    parser.add_argument("--rounds", type=int, default=3, help="the fastest round is reported")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = options.repository or Path(name) / "synthetic.git"
        if not options.repository:
            build(folder, options.commits)
        print("round   git log s   count s")
        rounds = []
        for number in range(1, options.rounds + 1):
            rounds.append((seconds(plain_log, folder), seconds(count, folder)))
            print(f"{number:5}   {rounds[-1][0]:9.2f}   {rounds[-1][1]:7.2f}", flush=True)
    log, counting = (min(column) for column in zip(*rounds, strict=True))
    print(f"seconds             {counting:.2f}")
    if not options.repository:
        print(f"commits per second  {options.commits / counting:.0f}")
    print(f"peak MB             {peak_megabytes():.0f}")
    print(f"ratio to git log    {counting / log:.2f}")


if __name__ == "__main__":
    main()
