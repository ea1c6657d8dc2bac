"""Numbers as people type them: ``20 %``, ``100,000``, ``about 40``, ``40-50``, ``forty``."""

from __future__ import annotations

import ast
import operator
import re
from dataclasses import dataclass

MOST = 1e15  # of what anybody guesses here; above it a number is a slip

_LONGEST = 200
# Spaces, lines and, of other keyboards, signs in numbers.
_SIGNS = str.maketrans(
    "\u00a0\u2009\u202f\u2212\u2013\u2014\uff0d\uff0c\u066c\uff0e\u066b\uff05\u066a",
    "   ----,,..%%",
)
_QUOTES = "\"'`\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"
_EMOJI = re.compile("[\u2600-\u27bf\ufe0f\U0001f000-\U0001faff]")
_HEDGE = re.compile(
    r"(?:[~≈<>=≤≥]+|(?:i|we) (?:think|guess|say|would say)|about|around|roughly|approximately|"
    r"approx\.?|ca\.?|circa|maybe|perhaps|probably|nearly|almost|over|under|say|some|only|exactly|"
    r"(?:more|less|fewer) than|at (?:least|most)|up to|"
    r"(?:in |after )?(?:week|quarter|month|year|q)|in|after)"
    r"(?=[\W\d])\s*"
)
_SCALES = {
    "hundred": 1e2,
    "k": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "mio": 1e6,
    "mn": 1e6,
    "million": 1e6,
    "millions": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "billion": 1e9,
    "billions": 1e9,
    "dozen": 12.0,
}
_DIGITS = r"(?:\d(?:[\d_]|[ ,.'\u2019](?=\d))*|[.,]\d+)(?:e[-+]?\d{1,3}(?!\d))?"
# What may stand behind a number: its unit, but no word that turns it round.
_UNIT = r"(?:%|(?!.*\b(?:less|fewer|lost|minus|below)\b)[a-z€$£][a-z€$£ ./-]*%?)?(?: of \D*)?"
_ONE = re.compile(
    rf"(?P<sign>[-+]|minus|plus)? ?[€$£]? ?(?P<digits>{_DIGITS}) ?"
    rf"(?:(?P<scale>{'|'.join(sorted(_SCALES, key=len, reverse=True))})\b\.?)? ?"
    rf"(?P<unit>{_UNIT})"
)
_RANGE = re.compile(r"(?:between |from )?(.+?) ?(?:-|\.\.+|…|\bto\b|\band\b|\bor\b) ?(.+)")
_SPAN = re.compile(
    r"(?:of )?(minute|min|hour|day|week|month|quarter|year)s?\b(?! (?:an?|per|each)\b)(?! ?/)"
)
_PARTS = {"half": 50.0, "third": 100 / 3, "quarter": 25.0, "fifth": 20.0, "tenth": 10.0}
_PART = re.compile(
    rf"(?:(an?|one|two|three|four|[1-4]) )?({'|'.join(_PARTS)})s?(?: (?:of|the) .*)?"
)
ONES = re.findall(
    r"\w+",
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen",
)
"""Numbers below twenty, in words."""

_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: float(n) for n, word in enumerate(ONES)}
_WORDS |= {word: 20.0 + 10 * n for n, word in enumerate(_TENS)}
_WORDS |= {"none": 0.0, "nobody": 0.0, "nothing": 0.0}
_COUNT = rf"({_DIGITS}|{'|'.join(sorted(_WORDS, key=len, reverse=True))}|(?:a |one )?hundred)"
_OUT_OF = re.compile(rf"{_COUNT} ?(?:in|of|out of|from) {_COUNT}(?: [a-z ]+)?")
_SPOKEN_SCALES = {"hundred", "thousand", "million", "billion", "dozen"}
_SUMS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
}


@dataclass(frozen=True)
class Typed:
    """A number, or a range, that somebody typed.

    Attributes
    ----------
    low, high : float
        The same for one number.
    percent : bool
        Whether it was given in per cent.
    span : str
        The unit of time that it was given in, such as ``"year"``; empty for all else.
    """

    low: float
    high: float
    percent: bool = False
    span: str = ""

    @property
    def middle(self) -> float:
        """The number, or the middle of the range."""
        return (self.low + self.high) / 2


def typed_number(words: str) -> Typed | None:
    """Read a number, or return None where there is none, or more than one.

    Examples
    --------
    >>> typed_number("about 100 000")
    Typed(low=100000.0, high=100000.0, percent=False, span='')
    >>> typed_number("40-50 %")
    Typed(low=40.0, high=50.0, percent=True, span='')
    >>> typed_number("yes") is None
    True
    """
    if len(words) > _LONGEST:
        return None
    text = _EMOJI.sub(" ", words.translate(_SIGNS).lower())
    text = re.sub(r"\d", lambda digit: str(int(digit[0])), text)  # of every script
    text = re.sub(r"\s+", " ", text).strip(f"{_QUOTES} ")
    text = text.rstrip(".,;!? ")
    if text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    while hedge := _HEDGE.match(text):
        text = text[hedge.end() :]
    try:
        return _out_of(text) or _one(text) or _range(text) or _sum(text)
    except (OverflowError, ZeroDivisionError):
        return None


def _one(text: str) -> Typed | None:
    part = _PART.fullmatch(text)
    if part:
        many = part[1] or "a"
        share = _PARTS[part[2]] * (int(many) if many.isdecimal() else _WORDS.get(many, 1.0))
        return Typed(share, share, percent=True)
    found = _ONE.fullmatch(text)
    if not found:
        return _spoken(text)
    digits = _digits(found["digits"])
    if digits is None:
        return None
    value = digits * _SCALES.get(found["scale"] or "", 1.0)
    if found["sign"] in {"-", "minus"}:
        value = -value
    return Typed(value, value, _is_percent(found["unit"]), _span(found["unit"]))


def _is_percent(unit: str) -> bool:
    return unit.endswith("%") or unit.startswith(("%", "percent", "per cent", "pct"))


def _span(unit: str) -> str:
    found = _SPAN.match(unit)
    return {"min": "minute"}.get(found[1], found[1]) if found else ""


def _digits(text: str) -> float | None:
    """Return the number in some digits, whichever marks their writer uses for thousands."""
    number, _, power = text.replace("_", "").replace("\u2019", "'").partition("e")
    # Nobody guesses to three places behind the point: 4.950 has a mark for thousands.
    grouped = re.fullmatch(r"([1-9]\d{0,2})(([ ,.'])\d{3}(?:\3\d{3})*)(?:([.,])(\d+))?", number)
    lakhs = re.fullmatch(r"[1-9]\d?(?:,\d\d)+,\d{3}", number)
    if grouped and grouped[3] != grouped[4]:
        whole = re.sub(r"\D", "", grouped[1] + grouped[2])
        number = f"{whole}.{grouped[5] or 0}"
    elif lakhs:
        number = number.replace(",", "")
    elif re.fullmatch(r"\d*[.,]\d+", number):
        number = number.replace(",", ".")
    elif not number.isdecimal():
        return None
    return float(f"{number}e{power or 0}")


def _spoken(text: str) -> Typed | None:
    """Return the number in words such as ``forty-five people`` or ``half a million``."""
    words = [word for word in re.split(r"[ -]", text) if word != "and"]
    negative = words[:1] == ["minus"]
    words = words[negative:]
    total, current, read = 0.0, 0.0, 0
    if words[:2] == ["half", "a"]:
        words[:2] = ["half"]
    for word in words:
        if word in _WORDS:
            current += _WORDS[word]
        elif word in {"a", "an"} and words[read + 1 : read + 2] and not read:
            if words[1] not in _SPOKEN_SCALES:
                return None
            current = 1.0
        elif word == "half" and not read:
            current = 0.5
        elif word in _SPOKEN_SCALES and read:
            current *= _SCALES[word]
            if _SCALES[word] >= 1e3:
                total, current = total + current, 0.0
        else:
            break
        read += 1
    rest = " ".join(words[read:])
    known = {*_WORDS, *_SPOKEN_SCALES}
    if not read or re.search(r"\d", rest) or not known.isdisjoint(words[read:]):
        return None
    if not re.fullmatch(_UNIT, rest):
        return None
    value = -(total + current) if negative else total + current
    return Typed(value, value, _is_percent(rest), _span(rest))


def _out_of(text: str) -> Typed | None:
    found = _OUT_OF.fullmatch(text)
    part, whole = (_count(found[1]), _count(found[2])) if found else (None, None)
    if part is None or not whole:
        return None
    return Typed(100 * part / whole, 100 * part / whole, percent=True)


def _count(text: str) -> float | None:
    """Return a number in digits, or in one word."""
    return 100.0 if text.endswith("hundred") else _WORDS.get(text, _digits(text))


def _range(text: str) -> Typed | None:
    found = _RANGE.fullmatch(text)
    if not found:
        return None
    first, last = _one(found[1]), _one(found[2])
    if first is None or last is None:
        return None
    scale = _ONE.fullmatch(found[2])
    low = first.low
    if scale and scale["scale"] and found[1].replace(".", "").isdecimal():
        low *= _SCALES[scale["scale"]]  # 1-2 million
    low, high = sorted((low, last.low))
    return Typed(low, high, first.percent or last.percent, last.span or first.span)


def _sum(text: str) -> Typed | None:
    """Return what a sum such as ``100 * 99 / 2`` gives."""
    if not re.fullmatch(r"[\d .()+*/-]{3,60}", text) or not re.search(r"[+*/]", text):
        return None
    try:
        value = float(_evaluated(ast.parse(text, mode="eval").body))
    except (SyntaxError, ValueError, RecursionError):
        return None
    return Typed(value, value)


def _evaluated(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    if isinstance(node, ast.BinOp) and type(node.op) in _SUMS:
        return float(_SUMS[type(node.op)](_evaluated(node.left), _evaluated(node.right)))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_evaluated(node.operand)
    raise ValueError("no sum")
