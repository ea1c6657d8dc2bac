"""What decides a test in a shell: its last command alone, which is easily forgotten.

A cell of bash_kernel fails if its last command does. Two checks, one below the other, are a test of
the second. Written as ``( set -e`` … ``)`` each line of a test counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

SHELLS = ("bash", "sh", "zsh")
_CHECK = re.compile(r"(?:\[\[?|\(\(|test|diff|cmp|!|grep\s+-\w*q\w*)(?:\s|$)")
_GOES_ON = re.compile(r"(?:&&|\|\|?|\\)$")
# Where lines may be no commands of their own, or each counts, a look at lines says nothing.
_OTHERWISE = re.compile(
    r"^\s*(?:\((?!\()|\{|set\s+-\w*e|if\b|for\b|while\b|until\b|case\b|\w+\s*\(\))|<<", re.MULTILINE
)


def undecided(source: str) -> list[int]:
    r"""Return the lines of a test that check something and decide nothing, counted from 1.

    Examples
    --------
    >>> undecided("[ -e one ]\n[ -e two ]"), undecided("[ -e one ] &&\n[ -e two ]")
    ([1], [])
    """
    if _OTHERWISE.search(source.replace("<<<", "")):
        return []
    lines = [
        (number, line.strip())
        for number, line in enumerate(source.split("\n"), 1)
        if line.strip() and not line.strip().startswith("#")
    ]
    return [
        number
        for number, line in lines[:-1]
        if _CHECK.match(line) and not _GOES_ON.search(line) and "||" not in line
    ]


def told_of_undecided(tests: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each test in which a check decides nothing."""
    for test, source in tests.items():
        if found := undecided(source):
            yield (
                f"In the test {test} only the last command decides, and what line {found[0]} "
                "checks does not count. Join checks with &&, or write the test between the lines "
                "`( set -e` and `)`."
            )
