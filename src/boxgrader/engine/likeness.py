"""How much of two texts is the same: words in stretches that both hold, in whatever order.

Stretches and their containment are the shingles of A. Z. Broder (1997), *On the resemblance and
containment of documents*, https://doi.org/10.1109/SEQUEN.1997.666900. What writers were given is
not counted, nor what is too short to be told from chance.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

_MOST_LETTERS = 50_000  # of one text: its writer decides how long it is
# A text is compared with those that hold most of its stretches; of a stretch that many hold, the
# first are known. So a class of thousands takes thousands of comparisons, not millions.
_MOST_COMPARED = 10
# Scripts that set no space between words: each of their letters is one here.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+")
_TOKEN = re.compile(rf"{_WORD.pattern}|[^\w\s]")
_BLANK = dict.fromkeys((0x115F, 0x1160, 0x2800), " ")  # letters that look like a space
# Nor do these show anything, though Unicode counts them among marks that do.
_UNSEEN = re.compile("[\u034f\u17b4\u17b5\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_CYRILLIC = "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d"
_CYRILLIC_CAPITALS = "\u0432\u043a\u043c\u043d\u0442"  # small as they are after casefold
_GREEK = "\u03bf\u03b1\u03b9\u03ba\u03bd\u03c1\u03c5\u03c7"
_LATIN = "\u0131\u0251\u0261"
_LOOKS_LIKE = str.maketrans(
    _CYRILLIC + _CYRILLIC_CAPITALS + _GREEK + _LATIN,
    "aeopcyxijshdqw" + "bkmht" + "oaikvpux" + "iag",
)


@dataclass(frozen=True)
class Likeness:
    """When two texts count as nearly the same.

    Attributes
    ----------
    stretch : int
        How many words in a row both must hold for any of them to count.
    share : float
        Of the words of the text that has fewer of its own, how many must stand in such stretches.
    least : int
        How many of its own words a text must have: shorter ones may have to be alike.
    short_share : float
        In place of `share` for a text of `least` words: two sentences about one number are alike
        sooner than two pages. In between it is a line.
    long : int
        From how many words on `share` is enough.
    marks : bool
        Whether each mark, such as a bracket, is a word, too.
    """

    stretch: int
    share: float
    least: int
    marks: bool = False
    short_share: float = 0.0
    long: int = 0

    def enough(self, length: int) -> float:
        """Return which share points out a text of so many words of its own.

        Examples
        --------
        >>> [round(PROSE.enough(words), 2) for words in (40, 70, 100, 400)]
        [0.8, 0.7, 0.6, 0.6]
        """
        short = (self.long - length) / (self.long - self.least) if length < self.long else 0.0
        return self.share + short * (self.short_share - self.share)


PROSE = Likeness(stretch=3, share=0.6, least=40, short_share=0.8, long=100)
PROGRAM = Likeness(stretch=6, share=0.8, least=80, marks=True)


@dataclass(frozen=True)
class Given:
    """What writers were given, and what of a text of theirs is therefore not counted.

    Attributes
    ----------
    stretches : frozenset of int
    lines : frozenset of tuple of str
        Words of whole lines, such as the headings of a form.
    """

    stretches: frozenset[int] = frozenset()
    lines: frozenset[tuple[str, ...]] = frozenset()

    @cached_property
    def lengths(self) -> list[int]:
        """How many words the lines have, longest first."""
        return sorted({len(line) for line in self.lines}, reverse=True)


def given(texts: Iterable[str], how: Likeness) -> Given:
    """Return what is not counted, because these texts were given to everybody."""
    stretches: set[int] = set()
    lines: set[tuple[str, ...]] = set()
    for text in texts:
        made = prepared(text, how)
        stretches |= made.stretches
        lines |= {tuple(made.plain[first:last]) for first, last in made.lines}
    return Given(frozenset(stretches), frozenset(lines))


@dataclass(frozen=True)
class Text:
    """A text as it is compared.

    Attributes
    ----------
    text : str
        Without letters that show nothing.
    spans : sequence of tuple of int
        Where each word begins and ends.
    plain : sequence of str
        The words, without what changes nothing for a reader, such as capitals.
    own : sequence of bool
        Of each word, whether the writer was not given it.
    stretch : int
    """

    text: str
    spans: Sequence[tuple[int, int]]
    plain: Sequence[str]
    own: Sequence[bool]
    stretch: int

    @cached_property
    def length(self) -> int:
        """How many words are the writer's."""
        return sum(self.own)

    @cached_property
    def all_stretches(self) -> list[int]:
        """The stretch that begins at each word."""
        parts = (self.plain[at:] for at in range(self.stretch))
        return list(map(hash, zip(*parts, strict=False)))

    @cached_property
    def stretches(self) -> frozenset[int]:
        """Those that hold a word of the writer's."""
        return frozenset(
            found
            for at, found in enumerate(self.all_stretches)
            if any(self.own[at : at + self.stretch])
        )

    @cached_property
    def lines(self) -> list[tuple[int, int]]:
        """Of each line that has words, the place of its first, and of the one after its last."""
        firsts = [
            at
            for at, (start, _) in enumerate(self.spans)
            if not at or "\n" in self.text[self.spans[at - 1][1] : start]
        ]
        return list(pairwise([*firsts, len(self.spans)]))

    def shared(self, other: Text) -> list[bool]:
        """Say of each word whether it is the writer's, in a stretch that another text holds."""
        found = [False] * len(self.plain)
        for at, stretch in enumerate(self.all_stretches):
            if stretch in other.stretches:
                found[at : at + self.stretch] = [True] * self.stretch
        return [both and own for both, own in zip(found, self.own, strict=True)]


def prepared(text: str, how: Likeness, without: Given | None = None) -> Text:
    """Return a text as it is compared.

    Parameters
    ----------
    text : str
        A stranger's; what is beyond 50,000 letters is not looked at.
    how : Likeness
    without : Given, optional
        What is not counted.
    """
    text = unicodedata.normalize("NFKC", text[:_MOST_LETTERS])[:_MOST_LETTERS].translate(_BLANK)
    text = "".join(
        letter for letter in _UNSEEN.sub("", text) if unicodedata.category(letter) != "Cf"
    )
    found = list((_TOKEN if how.marks else _WORD).finditer(text))
    plain = [word[0].casefold().translate(_LOOKS_LIKE) for word in found]
    made = Text(text, [word.span() for word in found], plain, [True] * len(plain), how.stretch)
    if without is None:
        return made
    own = [True] * len(plain)
    for at, stretch in enumerate(made.all_stretches):
        if stretch in without.stretches:
            own[at : at + how.stretch] = [False] * how.stretch
    for first, last in made.lines:
        for length in without.lengths:
            if length <= last - first and tuple(plain[first : first + length]) in without.lines:
                own[first : first + length] = [False] * length
                break
    return Text(made.text, made.spans, plain, own, how.stretch)


def share(one: Text, other: Text) -> float:
    """Return the share of the words of the text with fewer that stand in stretches of both.

    Examples
    --------
    >>> how = Likeness(stretch=2, share=0.5, least=1)
    >>> share(prepared("Two liaisons of a squad", how), prepared("A squad: TWO liaisons", how))
    1.0
    """
    shorter, longer = sorted((one, other), key=lambda it: it.length)
    return sum(shorter.shared(longer)) / shorter.length if shorter.length else 0.0


def alike(
    texts: Sequence[Text], how: Likeness, teams: Sequence[Hashable] = ()
) -> list[tuple[int, int, float]]:
    """Return the pairs of texts that are nearly the same.

    Parameters
    ----------
    texts : sequence of Text
    how : Likeness
    teams : sequence of hashable, optional
        Of each text, whose it is; none if it is nobody else's. Texts of one team are not compared.

    Returns
    -------
    list of tuple
        Places of both, and their share. Where very many are alike, not each pair of them is named,
        but each text in at least one.
    """
    teams = teams or [None] * len(texts)
    holding: dict[int, list[int]] = defaultdict(list)
    found = []
    for place, text in enumerate(texts):
        if text.length < how.least:
            continue
        seen: Counter[int] = Counter()
        for stretch in text.stretches:
            known = holding[stretch]
            seen.update(known)
            if len(known) < _MOST_COMPARED:
                known.append(place)
        others = (
            other for other, _ in seen.most_common()
            if teams[other] is None or teams[other] != teams[place]
        )  # fmt: skip
        for other, _ in zip(others, range(_MOST_COMPARED), strict=False):
            length = min(texts[other].length, text.length)
            if (both := share(texts[other], text)) >= how.enough(length):
                found.append((other, place, both))
    return found


def together(pairs: Iterable[tuple[int, int, float]]) -> Iterator[list[tuple[int, int, float]]]:
    """Yield pairs by groups: whatever is alike to one of a group belongs to it.

    Examples
    --------
    >>> list(together([(0, 1, 0.9), (2, 3, 0.7), (1, 4, 0.8)]))
    [[(0, 1, 0.9), (1, 4, 0.8)], [(2, 3, 0.7)]]
    """
    leads: dict[int, int] = {}

    def lead(place: int) -> int:
        while (known := leads.setdefault(place, place)) != place:
            leads[place] = leads[known]
            place = known
        return place

    pairs = list(pairs)
    for one, other, _ in pairs:
        leads[lead(other)] = lead(one)
    groups: dict[int, list[tuple[int, int, float]]] = defaultdict(list)
    for pair in pairs:
        groups[lead(pair[0])].append(pair)
    yield from groups.values()
