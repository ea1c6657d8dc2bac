"""What learners guess before anything runs, and how it compares with what happened.

The lesson, its end, the last page of the workshop, the takeaway and the sheets all read and compare
guesses here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from thousandfold.core import number
from thousandfold.language import digits, english, say
from thousandfold.teaching.spans import asked_span, in_span, other_span
from thousandfold.teaching.typed import MOST, ONES, Typed, typed_number

ANSWER = "application/vnd.thousandfold.guess+json"
"""What a saved notebook keeps of an answer, for pages that look back."""

CLOSE = 0.75  # a guess from three quarters of what happened to four thirds of it is close
CLOSE_POINTS = 3.0  # of shares

_NAME = r"[ \t]*(my_guess(?:_\w{0,40})?)[ \t]*"
# Signs that people write for =, or none before a number or dots.
_IS = r"(?::[ \t]*(?:int|float|str)?[ \t]*=+|[=:≈~→]+|(?<=[ \t])(?=[\d….~]))"
_LINE = re.compile(rf"{_NAME}{_IS}([^#\n]*)(?:#+(.*))?", re.IGNORECASE)
_AND = re.compile(rf"[;, \t]+(?={_NAME}=)", re.IGNORECASE)
_ALSO = re.compile(rf"{_NAME}=(.*)", re.IGNORECASE)
_NOTHING = {"", "?", "none", "-"}
_LONGEST = 2_000
_PERCENT = re.compile(r"(?<!\d)(?<!\d )%")
_COUNTED = re.compile(r"\bshare\b|\bhow (?:many|much)\b|% of|\(%\)", re.IGNORECASE)
_COUNTED_SHARE = re.compile(r"\bshare\b|% of|\(%\)", re.IGNORECASE)
_SHARE = re.compile(r"%.*|(?:in|of|out of) [\d,.]+", re.IGNORECASE)
_SIGNED = re.compile(r"\bminus\b|\brises?\b|\bfalls?\b|\blose\b", re.IGNORECASE)
_WON = re.compile(r"\bwin\b.*\bminus: lose\b", re.IGNORECASE)
_MOST_TIMES = 1000


@dataclass(frozen=True)
class Guess:
    """A line of a lesson in which a learner writes a number, or a choice, before anything runs.

    Attributes
    ----------
    name : str
        Such as ``"my_guess_users"``; empty where only the value is known.
    question : str
        The comment behind it, as a sentence.
    said : str
        What the learner wrote; empty while the three dots are there.
    """

    name: str
    question: str
    said: str

    @classmethod
    def of(cls, value: object) -> Guess:
        """Return a guess, also of a plain value: a number, a tuple such as ``100,000``, dots."""
        if isinstance(value, Guess):
            return value
        if value is None or value is ...:
            return cls("", "", "")
        if isinstance(value, tuple) and value and all(type(part) is int for part in value):
            # Python reads 100,000 as two numbers, and 000 as 0.
            first, *rest = value
            groups = [f"{part:03}" if part == 0 else str(part) for part in rest]
            return cls("", "", ",".join([str(first), *groups]))
        return cls("", "", _written(str(value)[:_LONGEST]))

    @property
    def made(self) -> bool:
        """Whether anything was written."""
        return bool(self.said)

    @property
    def in_percent(self) -> bool:
        """Whether the question asks for per cent."""
        return bool(_PERCENT.search(self._asked))

    @property
    def typed(self) -> Typed | None:
        """The number, or range, that was written, where it can be what the question asks for."""
        found = self._read()
        return None if found is None or self._impossible(found) else found

    def _read(self) -> Typed | None:
        found, asked = typed_number(self.said), asked_span(self._asked)
        if found and found.percent and asked == "quarter" and "%" not in self.said:
            found = Typed(found.low / 25, found.high / 25, span=asked)  # a quarter is no 25 % here
        return in_span(found, asked) if found else None

    @property
    def value(self) -> float | None:
        """The number that was written, the middle of a range, or None where it is none."""
        found = self.typed
        return None if found is None else found.middle

    def within(self, unit: str) -> Typed | None:
        """Return what was written, where it can be compared with something of this unit."""
        found = self.typed
        if found is None or (found.percent and not self._asks_for_a_share(unit)):
            return None
        time = unit.removesuffix("s")
        found = in_span(found, time)
        return found if found.span in ("", time) or not unit else None

    def _asks_for_a_share(self, unit: str) -> bool:
        if unit:
            return bool(_SHARE.fullmatch(unit))
        return not self._asked or self.in_percent or bool(_COUNTED_SHARE.search(self._asked))

    @property
    def words(self) -> str:
        """The number as we read it, such as ``"40 to 50 %"``; else the words themselves."""
        found = self.typed
        if found is None:
            return say("“{words}”", words=self.said[:60])
        unit = " %" if found.percent or (self.in_percent and not found.span) else ""
        low, high = short(found.low), short(found.high)
        if low != high:
            low = say("{low} to {high}", low=low, high=high)
        if not found.span:
            return f"{low}{unit}"
        one = found.low == found.high == 1
        return f"{low}{unit} {say(found.span if one else f'{found.span}s')}"

    @property
    def heard(self) -> str:
        """One sentence that says how it was read."""
        if not self.made:
            return say("no guess yet")
        found = self._read()
        if found is None and not self._is_a_choice():
            return say(
                "we cannot read a number in {words}. Write one in digits, such as 40; your other "
                "guesses are kept",
                words=self.words,
            )
        problem = found and self._impossible(found)
        if problem:
            return say(
                "you wrote “{words}”, but {problem}; your other guesses are kept",
                words=self.said[:60],
                problem=problem,
            )
        said = say("you said {guess}", guess=self.words)
        return f"{said}{self.meant('%' if self.in_percent else '')}" if found else said

    @property
    def unread(self) -> str:
        """Why a number cannot be compared, and how to write one."""
        found = self._read()
        if found is None:
            return say("which we cannot read as a number: write it in digits, such as 40 or 40-50")
        return say("but {problem}", problem=self._impossible(found))

    def meant(self, unit: str) -> str:
        """Return a kind question where somebody writes 0.3 for 30 %; else nothing."""
        found = self.typed
        if found is None or found.percent or unit != "%" or not 0 < found.high < 1:
            return ""
        whole = short(100 * found.high)
        return say("; if you meant {whole} %, write {whole}", whole=whole)

    @property
    def of_gain(self) -> bool:
        """Whether the question asks what is won, and minus is what is lost."""
        return bool(_WON.search(self._asked))

    @property
    def _asked(self) -> str:
        """The question in English, from which is read what it asks for."""
        return english(self.question)

    def _is_a_choice(self) -> bool:
        offered = re.findall(r"\w+", self._asked.casefold())
        return "or" in offered and {*re.findall(r"\w+", self.said.casefold())} <= {*offered}

    def _impossible(self, found: Typed) -> str:
        if not max(abs(found.low), abs(found.high)) <= MOST:
            return say("that is more than we can compare")
        asked = asked_span(self._asked)
        if asked and other_span(self.said, found, asked):
            unit = say(f"{asked}s")
            return say("the question asks for {unit}: write the number in {unit}", unit=unit)
        counted = _COUNTED.search(self._asked) and not _SIGNED.search(self._asked)
        return say("this cannot be less than zero") if found.low < 0 and counted else ""


def split_guesses(lines: Iterable[str]) -> Iterator[str | Guess]:
    """Yield the lines of a cell, each that is a guess as a `Guess`.

    What a learner wrote over several lines belongs to one guess, several on one line are several,
    and one that names another says the same.
    """
    known: dict[str, str] = {}
    for part in _lines_of_guesses(lines):
        if isinstance(part, str):
            yield part
            continue
        names, said, question = part
        words = _written(said)
        for name in names:
            known[name] = known.get(words.casefold(), words)
            yield Guess(name, _asked(question), known[name])


def _lines_of_guesses(lines: Iterable[str]) -> Iterator[str | tuple[list[str], str, str]]:
    """Yield names, what was said and the question of each guess, and all other lines."""
    name = question = said = ""
    for line in lines:
        found = _LINE.fullmatch(line.rstrip("\r\n")[:_LONGEST])
        words, _, asked = line.rstrip("\r\n").partition("#")
        if not found and name and _goes_on(said, words):
            before = said.rstrip("\\") if _written(said) else ""
            said = f"{before} {words.strip()}".strip()
            question = question or asked
            continue
        if name:
            yield from _apart(name, said, question)
            name = ""
        if found:
            name, said, question = found[1], found[2].strip(), found[3] or ""
        else:
            yield line
    if name:
        yield from _apart(name, said, question)


def _apart(name: str, said: str, question: str) -> Iterator[tuple[list[str], str, str]]:
    """Yield each guess of one line, such as ``a = 4; b = 5`` or ``a = b = 3``."""
    names: list[str] = []
    for words in _AND.split(f"{name}={said}")[:: _AND.groups + 1]:
        rest = words
        while also := _ALSO.fullmatch(rest):
            names.append(also[1].casefold())
            rest = also[2].strip()
        if rest:
            yield names, rest, question
            names = []
    if names:
        yield names, "", question


def _goes_on(said: str, words: str) -> bool:
    """Whether the next line belongs to a guess: a bracket is open, or the number comes below."""
    if said.endswith("\\") or (not _written(said) and typed_number(words) is not None):
        return True
    quotes = said.count('"""') % 2 or said.count("'''") % 2
    return bool(quotes) or len(re.findall(r"[(\[{]", said)) > len(re.findall(r"[)\]}]", said))


def _asked(question: str) -> str:
    asked = question.strip()
    return asked[:1].upper() + asked[1:]


def _written(said: str) -> str:
    words = said.strip()
    return "" if words.strip(".… \t").casefold() in _NOTHING else words


@dataclass(frozen=True)
class Comparison:
    """How a guess compares with what happened.

    Attributes
    ----------
    words : str
        Such as ``"five times too low"``, ``"close"`` or ``"19 points too high"``.
    side : int
        -1 for too low, 1 for too high, 0 for close.
    factor : float or None
        How many times too low or too high, 1 or more; None where a factor makes no sense.
    ratio : float or None
        The guess divided by what happened, below 1 for too low; None where `factor` is.
    """

    words: str
    side: int
    factor: float | None
    ratio: float | None = None


def compare_with(said: Typed, happened: float, unit: str = "") -> Comparison:
    """Compare a guess with what happened.

    Shares are compared by points, and where one of the numbers is not above zero, by difference.

    Examples
    --------
    >>> compare_with(Typed(20, 20), 100).words
    'five times too low'
    >>> compare_with(Typed(10, 10), -22, "days").words
    '32 days too high'
    >>> compare_with(Typed(20, 20), 39, "%").words
    '19 points too low'
    """
    nearest = min(max(happened, said.low), said.high)
    percent = unit == "%"
    positive = nearest > 0 and happened > 0 and not percent
    ratio = nearest / happened if positive else math.nan
    factor = max(ratio, 1 / ratio) if positive and ratio > 0 else None
    known = None if factor is None else ratio
    difference = nearest - happened
    if said.low < said.high and said.low <= happened <= said.high:
        return Comparison(say("inside your range"), 0, factor, known)
    if short(nearest) == short(happened):
        return Comparison(say("exactly right"), 0, factor, known)
    near = CLOSE <= ratio <= 1 / CLOSE if positive else percent and abs(difference) <= CLOSE_POINTS
    if near:
        return Comparison(say("close"), 0, factor, known)
    far = quantity_of(abs(difference), "points" if percent else unit)
    if factor is not None:
        far = times(factor)
    if difference > 0:
        return Comparison(say("{far} too high", far=far), 1, factor, known)
    return Comparison(say("{far} too low", far=far), -1, factor, known)


def times(factor: float) -> str:
    """Return a factor in words, such as ``"five times"``.

    Examples
    --------
    >>> times(4.95), times(2.5), times(1e9)
    ('five times', '2.5 times', 'more than a thousand times')
    """
    return say("{factor} times", factor=in_words(times_in_digits(factor)))


def times_in_digits(factor: float) -> str:
    """Return how many times, such as ``"2.5"``."""
    if factor > _MOST_TIMES:
        return say("more than a thousand")
    return digits(f"{factor:,.0f}" if factor >= 10 else f"{factor:.2g}")


def in_words(factor: str) -> str:
    """Return a whole number up to twelve in words, any other as it is."""
    return say(ONES[int(factor)]) if factor.isdecimal() and int(factor) <= 12 else factor


def short(value: float) -> str:
    """Return a number as people read it, such as ``"55,000"``, ``"39.2"`` or ``"2.5"``."""
    if not math.isfinite(value):
        return number(value)
    whole = abs(value) >= 100 or value == round(value)
    return digits(f"{value:z,.0f}" if whole else f"{value:.3g}")


def quantity_of(value: float, unit: str) -> str:
    """Return a number with its unit, such as ``"4,950 pairs"`` or ``"39 %"``."""
    return f"{short(value)} {say(unit)}".strip()


def sentence(guess: Guess, happened: float, unit: str = "") -> str:
    """Return one sentence that says what was guessed, what happened, and how they compare."""
    was = _won(happened, unit) if guess.of_gain else quantity_of(happened, unit)
    if not guess.made:
        return say("It was {was}. You made no guess this time.", was=was)
    said = guess.typed
    if said is None:
        return say(
            "It was {was}. You wrote {words}, {unread}.",
            was=was,
            words=guess.words,
            unread=guess.unread,
        )
    within = guess.within(unit)
    if within is None:
        return say(
            "You said {guess}; it was {was}. The question was not about {what}, so we do not "
            "compare the two.",
            guess=guess.words,
            was=was,
            what=say("per cent" if said.percent else f"{said.span}s"),
        )
    if not math.isfinite(happened):
        return say("You said {guess}; it was {was}.", guess=guess.words, was=was)
    if guess.of_gain and min(within.low, happened) < 0:
        return _of_gain(within, happened, unit)
    return say(
        "You said {guess}; it was {was}: {compared}{meant}.",
        guess=guess.words,
        was=was,
        compared=compare_with(within, happened, unit).words,
        meant=guess.meant(unit),
    )


def _of_gain(said: Typed, happened: float, unit: str) -> str:
    """Say in words what was won and lost: nobody reads a minus before days."""
    low, high, was = (_won(value, unit) for value in (said.low, said.high, happened))
    told = low if low == high else say("between {low} and {high}", low=low, high=high)
    compared = compare_with(said, happened, unit)
    words = compared.words
    if compared.side:
        nearest = min(max(happened, said.low), said.high)
        far = quantity_of(abs(nearest - happened), "points" if unit == "%" else unit)
        words = say("{far} not hopeful enough", far=far)
        if compared.side > 0:
            words = say("{far} too hopeful", far=far)
    return say("You said {guess}; it was {was}: {compared}.", guess=told, was=was, compared=words)


def _won(value: float, unit: str) -> str:
    if not value:
        return say("no {unit} won or lost", unit=say(unit)).replace("  ", " ")
    if value > 0:
        return say("{amount} won", amount=quantity_of(abs(value), unit))
    return say("{amount} lost", amount=quantity_of(abs(value), unit))
