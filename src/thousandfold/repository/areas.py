"""The areas of a code base: who works in them, which change together, where new people begin.

The columns are those of the data sets `code_areas` and `area_coupling`, so that a code base of your
own can stand beside the published ones.

A folder may carry the name of a customer, of a secret project or of a person. So areas are numbered
in the order of their commits, unless you ask for folders.
"""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import PurePath
from typing import NamedTuple

import numpy as np

from thousandfold.repository.companions import companion, is_written_along
from thousandfold.repository.counts import Edit, History, HistoryError

FEWEST_COMMITS = 5
FEWEST_AREAS = 4  # fewer have no borders to choose from
# A larger commit moves or reformats; it does not show what belongs together.
MOST_FILES = 100
# Nor does one that sweeps through so many areas: a new licence line, a newer compiler.
MOST_AREAS = 10
# An area in more than this share of the commits hides what happens inside it.
HEAVY = 0.5

_YEAR = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2]))?")


class AreaCounts(NamedTuple):
    """What happened in one area within a year.

    Attributes
    ----------
    project : str
        Always ``own``.
    since, until : str
        First day counted, and first day not counted any more.
    area : str
        A number in the order of commits, or a folder.
    commits, authors : int
        Commits that changed it, and e-mail addresses of their authors.
    new_authors : int
        Of these, authors who changed it in the first month of theirs in the history.
    """

    project: str
    since: str
    until: str
    area: str
    commits: int
    authors: int
    new_authors: int


class PairCounts(NamedTuple):
    """How far two areas changed together within a year.

    Attributes
    ----------
    project : str
        Always ``own``.
    area_a, area_b : str
        In the order of the alphabet.
    commits_both : int
        Commits that changed both.
    authors_both : int
        Authors who changed both, in one commit or in several. Never 0: other pairs are not listed.
    """

    project: str
    area_a: str
    area_b: str
    commits_both: int
    authors_both: int


class Areas(NamedTuple):
    """The areas of a code base and their coupling.

    Attributes
    ----------
    areas : list of AreaCounts
        The area with most commits first; the order is the same with numbers and with folders.
    coupling : list of PairCounts
    commits : int
        Commits that changed any area.
    left_out : list of str
        The kinds of areas that go along with others, and are left out.
    alone : int
        Commits that changed nothing else.
    """

    areas: list[AreaCounts]
    coupling: list[PairCounts]
    commits: int
    left_out: list[str]
    alone: int

    @property
    def heavy(self) -> AreaCounts | None:
        """The largest area, if it takes part in more than half of the commits."""
        largest = self.areas[0]
        return largest if largest.commits > HEAVY * self.commits else None

    @property
    def told_left_out(self) -> str:
        """What goes along with others, and how many commits changed nothing else, in a sentence."""
        *others, last = self.left_out
        kinds = f"{', '.join(others)} and {last}" if others else last
        return (
            f"left out, because it goes along with other changes: {kinds}; {self.alone} of"
            f" {self.commits + self.alone} commits changed nothing else"
        )


@dataclass
class _Area:
    commits: int = 0
    authors: set[int] = field(default_factory=set)
    new: set[int] = field(default_factory=set)
    inside: bool = False  # whether a file lies below: it is no file itself
    deeper: bool = False  # whether a file lies at least two levels below


@dataclass
class _Counted:
    areas: defaultdict[bytes, _Area] = field(default_factory=lambda: defaultdict(_Area))
    together: Counter[frozenset[bytes]] = field(default_factory=Counter)
    commits: int = 0
    seen: set[bytes] = field(default_factory=set)
    left_out: list[str] = field(default_factory=list)
    alone: int = 0


def area_of(path: bytes, split: Sequence[bytes] = ()) -> bytes | None:
    """Return the area of a file: its first folder, or `folder/next` below a folder to split.

    The folders are tried in their order, and one takes only files at least two levels below it.
    With `folder/*` each file of that folder is an area, too: a small library has no other.

    Examples
    --------
    >>> area_of(b"src/shop/cart.py"), area_of(b"src/shop/cart.py", [b"src"]), area_of(b"README")
    (b'src', b'src/shop', None)
    >>> area_of(b"src/cart.py", [b"src"]), area_of(b"src/cart.py", [b"src/*"])
    (b'src', b'src/cart.py')
    """
    for rule in split:
        folder = rule.removesuffix(b"/*")
        if path.startswith(folder + b"/"):
            following, slash, _ = path[len(folder) + 1 :].partition(b"/")
            if slash or folder != rule:
                return folder + b"/" + following
    first, slash, _ = path.partition(b"/")
    return first if slash else None


def count_areas(
    history: History,
    year: str | None = None,
    split: Iterable[str] = (),
    show_folders: bool = False,
    everything: bool = False,
) -> Areas:
    """Count the areas of a code base within one year.

    Commits and authors are those of `count_history`. Left out are commits of more than 100 files,
    files in no folder, and areas with fewer than 5 commits; and what goes along with the others:
    tests, documents, changelogs, locks, versions, code of others, settings. Where more than half
    of the commits change one of these kinds alone, that kind is the product, and stays. A commit
    that sweeps through more than 10 areas changes each of them and ties none.

    Parameters
    ----------
    history : History
    year : str, optional
        A calendar year such as ``2024``, or the first of twelve months such as ``2023-06``. By
        default the twelve months up to the newest complete one that has commits. While a history
        has no complete month, its first one is taken as it is.
    split : iterable of str
        Folders below which the next level counts. They are tried from the deepest up. With
        ``folder/*`` its files are areas, too.
    show_folders : bool
        Whether areas are called by their folders. Otherwise they are numbered in the order of
        their commits.
    everything : bool
        Whether what goes along counts as areas, and a sweep ties them, as in the data set
        `code_areas`.

    Raises
    ------
    HistoryError
        If the year is none, if a folder to split has no file two levels below it, or if no area
        has enough commits.
    """
    since, until = _twelve_months(history, year)
    edits = _small(history.edits(since, until))
    rules = _rules(split)
    counted = _count(history, edits, rules, everything)
    found = counted.areas
    for rule in rules:
        folder = rule.removesuffix(b"/*")
        if not any(area.startswith(folder + b"/") for area in counted.seen):
            raise HistoryError(
                f"from {since} on, no change lies two levels below {readable(folder)}; check how"
                " the folder is written, from the top of the repository, or leave it out"
            )
    kept = _by_size(found)
    if not kept:
        raise HistoryError(
            f"{history.place} has no folder with {FEWEST_COMMITS} commits in the twelve months from"
            f" {since} on, and an area needs them; name another year, or count its months alone: it"
            " may be too small for areas"
        )
    width = max(2, len(str(len(kept))))
    names = [
        readable(area) if show_folders else f"area {place:0{width}}"
        for place, area in enumerate(kept, start=1)
    ]
    days = f"{since}-01", f"{until}-01"
    areas = [
        AreaCounts("own", *days, name, one.commits, len(one.authors), len(one.new))
        for name, one in zip(names, map(found.__getitem__, kept), strict=True)
    ]
    coupling = []
    for i, j, people in _people_of_both([found[area].authors for area in kept]):
        first, second = sorted((names[i], names[j]))
        both = counted.together[frozenset((kept[i], kept[j]))]
        coupling.append(PairCounts("own", first, second, both, people))
    return Areas(areas, coupling, counted.commits, counted.left_out, counted.alone)


def suggested_split(
    history: History, year: str | None = None, everything: bool = False
) -> tuple[str, ...]:
    """Return which folders to split, so that no area holds nearly everything.

    As long as an area takes part in more than half of the commits, or there are fewer than four
    areas, the largest folder is looked into: its folders are areas then, or its files if it holds
    no folders. Empty if that leads to no more areas than the first folders do.

    Parameters
    ----------
    history : History
    year : str, optional
    everything : bool
        As for `count_areas`.
    """
    edits = _small(history.edits(*_twelve_months(history, year)))
    rules: list[bytes] = []
    whole: set[bytes] = set()  # folders whose files are no areas
    first = found = _count(history, edits, rules, everything)
    while (rule := _next_rule(found, whole)) is not None:
        finer = _count(history, edits, _deepest_first([*rules, rule]), everything)
        if rule.endswith(b"/*") and len(_by_size(finer.areas)) <= len(_by_size(found.areas)):
            whole.add(rule[:-2])
            continue
        rules, found = _deepest_first([*rules, rule]), finer
    if len(_by_size(found.areas)) <= len(_by_size(first.areas)):
        return ()
    return tuple(map(os.fsdecode, rules))


def _next_rule(found: _Counted, whole: set[bytes]) -> bytes | None:
    """Return which folder to look into next, or None when the areas will do."""
    kept = _by_size(found.areas)
    folders = [area for area in kept if found.areas[area].inside and area not in whole]
    if not folders:
        return None
    largest = folders[0]
    few = len(kept) < FEWEST_AREAS
    if not few and found.areas[largest].commits <= HEAVY * found.commits:
        return None
    return largest if found.areas[largest].deeper else largest + b"/*"


def readable(folder: bytes) -> str:
    r"""Return a folder as text that steers no terminal and is no formula in a spreadsheet.

    Two folders never give the same text.

    Examples
    --------
    >>> readable(b"src/caf\xc3\xa9"), readable(b"=1+1"), readable(b"a\x1b")
    ('src/café', './=1+1', 'a\\x1b')
    """
    text = folder.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
    safe = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return f"./{safe}" if safe[:1] in "=+-@" else safe


def _twelve_months(history: History, year: str | None) -> tuple[str, str]:
    """First month counted, and first month not counted any more."""
    if year is None:
        complete = history.complete
        if not complete:
            return history.last, _later(history.last, 1)
        until = _later(complete[-1], 1)
        return _later(until, -12), until
    given = _YEAR.fullmatch(year)
    if not given:
        raise HistoryError(
            f"{year!r} is no year; write a calendar year such as 2024, or the first of twelve"
            " months such as 2023-06"
        )
    since = f"{given[1]}-{given[2] or '01'}"
    return since, _later(since, 12)


def _later(month: str, by: int) -> str:
    months = 12 * int(month[:4]) + int(month[5:]) - 1 + by
    return f"{months // 12:04}-{months % 12 + 1:02}"


def _rules(split: Iterable[str]) -> list[bytes]:
    return _deepest_first(os.fsencode(PurePath(folder).as_posix()) for folder in split)


def _deepest_first(rules: Iterable[bytes]) -> list[bytes]:
    """Order folders so that none takes what a folder inside it should take."""
    return sorted(set(rules), key=lambda rule: (-rule.count(b"/"), rule))


def _small(edits: Iterable[Edit]) -> list[Edit]:
    return [edit for edit in edits if len(edit.files) <= MOST_FILES]


def _count(
    history: History, edits: Iterable[Edit], rules: Sequence[bytes], everything: bool
) -> _Counted:
    area_of_file: dict[int, bytes | None] = {}
    files = history.files
    commits = []
    for edit in edits:
        touched = set()
        for number in edit.files:
            if number not in area_of_file:
                told = everything or not is_written_along(files[number])
                area_of_file[number] = area_of(files[number], rules) if told else None
            if (area := area_of_file[number]) is not None:
                touched.add(area)
        if touched:
            commits.append((edit, touched))
    along = {} if everything else _companions([touched for _, touched in commits], rules)
    counted = _Counted(left_out=sorted(set(along.values())))
    for number, area in area_of_file.items():
        if area is not None:
            counted.seen.add(area)
            below = files[number][len(area) + 1 :]
            counted.areas[area].inside |= bool(below)
            counted.areas[area].deeper |= b"/" in below
    for area in along:
        del counted.areas[area]
    for edit, touched in commits:
        kept = touched - along.keys()
        counted.commits += bool(kept)
        counted.alone += not kept
        for area in kept:
            one = counted.areas[area]
            one.commits += 1
            one.authors.add(edit.author)
            if history.first[edit.author] == edit.month:
                one.new.add(edit.author)
        if everything or len(kept) <= MOST_AREAS:
            counted.together.update(map(frozenset, combinations(kept, 2)))
    return counted


def _companions(commits: list[set[bytes]], rules: Sequence[bytes]) -> dict[bytes, str]:
    """Return the areas that go along with others, and as what.

    What most commits change alone is the product, and so is what somebody wants split.
    """
    kind_of = {area: companion(area) for touched in commits for area in touched}
    alone: Counter[str | None] = Counter()
    for touched in commits:
        kinds = {kind_of[area] for area in touched}
        alone.update(kinds if len(kinds) == 1 else ())
    product = {kind for kind, count in alone.items() if count > HEAVY * len(commits)}
    product |= {companion(rule.removesuffix(b"/*")) for rule in rules}
    return {area: kind for area, kind in kind_of.items() if kind and kind not in product}


def _by_size(found: dict[bytes, _Area]) -> list[bytes]:
    """Return the areas with enough commits, the largest first."""
    kept = [area for area, one in found.items() if one.commits >= FEWEST_COMMITS]
    return sorted(kept, key=lambda area: (-found[area].commits, area))


def _people_of_both(teams: list[set[int]]) -> Iterable[tuple[int, int, int]]:
    """Yield for each two teams that share somebody their places and how many they share."""
    people = {author: i for i, author in enumerate(sorted(set().union(*teams)))}
    works = np.zeros((len(people), len(teams)), dtype=np.float32)
    for place, team in enumerate(teams):
        works[[people[author] for author in team], place] = 1
    for i in range(len(teams)):
        both = works[:, i] @ works[:, i + 1 :]
        for j in np.flatnonzero(both):
            yield i, i + 1 + int(j), int(both[j])
