"""Plain data across a border of trust: what can be sent, and what is believed of it.

`pack` turns a value into JSON by its exact type; `unpack` builds new values from JSON that may have
been made by an enemy. Nothing that is unpacked carries code or a class of the sender: an object
that claims to equal everything arrives as a `Stranger`, which equals nothing.

Arrays and tables are plain data where numpy and pandas are installed; neither has to be (see
`tables`).
"""

from __future__ import annotations

import base64
import collections
import datetime
import hashlib
import itertools
import json
import math
import types
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from boxgrader.box.tables import made, taken_apart

_DEEPEST = 40

_MOST_ITEMS = 100_000

# Kinds that are made of plain parts: how to take them apart. They are made anew from the parts.
_PARTS: dict[type, Callable[[Any], Any]] = {
    Decimal: lambda value: [str(value)],
    Fraction: lambda value: [value.numerator, value.denominator],
    datetime.date: lambda value: [value.year, value.month, value.day],
    datetime.datetime: lambda value: _moment(value),
    datetime.timedelta: lambda value: [value.days, value.seconds, value.microseconds],
    collections.Counter: lambda value: [dict(value)],
    collections.OrderedDict: lambda value: [dict(value)],
    collections.defaultdict: lambda value: [None, dict(value)],
    collections.deque: lambda value: [list(value), value.maxlen],
    slice: lambda value: [value.start, value.stop, value.step],
}
_MAKERS = {kind.__name__: kind for kind in _PARTS}
_ITERATORS: tuple[type, ...] = (
    types.GeneratorType,
    map,
    filter,
    zip,
    enumerate,
    reversed,
    type(iter([])),
)


class NotPlainError(TypeError):
    """A value is not plain data."""


class Stranger:
    """Stands for a value that is not plain data; it equals nothing and can do nothing."""

    __slots__ = ("kind",)

    def __init__(self, kind: str) -> None:
        self.kind = kind

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return False

    def __ne__(self, other: object) -> bool:
        return True

    def __repr__(self) -> str:
        return f"<{self.kind}>"


def pack(value: Any, depth: int = 0, *, whole: bool = True) -> Any:
    """Return a value as what JSON can hold.

    Parameters
    ----------
    value : object
    depth : int
    whole : bool
        Whether what can be gone through once is gone through; else it is not plain.

    Raises
    ------
    NotPlainError
        If the value, or one in it, is not plain data.
    """
    kind = type(value)
    if depth > _DEEPEST:
        raise NotPlainError("it is nested too deeply")

    def inner(items: Iterable[Any]) -> list[Any]:
        return [it if type(it) is str else pack(it, depth + 1, whole=whole) for it in items]

    if value is None or kind is bool or kind is str:
        return value
    if value is ...:
        return {"ellipsis": 0}
    if kind is int:
        return value if abs(value) < 1 << 53 else {"int": hex(value)}
    if kind is float:
        return {"float": value.hex() if math.isfinite(value) else str(value)}
    if kind is complex:
        return {"complex": [value.real.hex(), value.imag.hex()]}
    if kind in (bytes, bytearray):
        return {kind.__name__: base64.b64encode(value).decode()}
    if kind in (list, tuple):
        return {kind.__name__: inner(value)}
    if kind in (set, frozenset):  # in an order of their own in each process
        return {kind.__name__: sorted(inner(value), key=repr)}
    if kind is dict:
        return {"dict": [inner(pair) for pair in value.items()]}
    if kind is range:
        return {"range": [value.start, value.stop, value.step]}
    if kind in _PARTS:
        return {kind.__name__: inner(_PARTS[kind](value))}
    if kind in _ITERATORS and whole:
        items = list(itertools.islice(value, _MOST_ITEMS + 1))
        if len(items) > _MOST_ITEMS:
            raise NotPlainError("it does not end")
        return {"iterator": inner(items)}
    found = taken_apart(value)
    if found is None:
        raise NotPlainError(f"a {kind.__name__} is not plain data")
    name, parts = found
    return {name: inner(parts)}


def mutable(values: Iterable[Any]) -> Iterator[Any]:
    """Yield what can be changed in place of plain values, each before what is in it."""
    for value in values:
        kind = type(value)
        if kind in (set, bytearray) or kind.__name__ in ("ndarray", "DataFrame", "Series"):
            yield value
        elif isinstance(value, list | tuple | dict | collections.deque):
            if kind is not tuple:
                yield value
            yield from mutable(value.values() if isinstance(value, dict) else value)


def fingerprint(value: Any) -> str:
    """Return what two values share that are plain and the same; nothing of any other value."""
    try:
        packed = pack(value, whole=False)
    except NotPlainError:
        return ""
    return hashlib.sha256(json.dumps(packed).encode(errors="replace")).hexdigest()


def _moment(value: datetime.datetime) -> list[int]:
    if value.tzinfo is not None:
        raise NotPlainError("a time with a time zone is not sent")
    return [*value.timetuple()[:6], value.microsecond]


def unpack(data: Any, function: Callable[[str], Any] | None = None) -> Any:
    """Build the value that `pack` described.

    Parameters
    ----------
    data : object
        What JSON held. Trusted in nothing.
    function : callable, optional
        Makes what stands for a function of that name.

    Raises
    ------
    NotPlainError
        If it is not what `pack` makes.
    """
    try:
        return _unpack(data, function, 0)
    except NotPlainError:
        raise
    except Exception as error:
        raise NotPlainError(f"it is not what it claims to be ({error})") from None


def _unpack(data: Any, function: Callable[[str], Any] | None, depth: int) -> Any:
    if data is None or type(data) in (bool, str, int):
        return data
    if depth > _DEEPEST or type(data) is not dict or len(data) != 1:
        raise NotPlainError("it is not plain data")
    ((kind, content),) = data.items()

    def inner(item: Any) -> Any:
        return _unpack(item, function, depth + 1)

    if kind in ("list", "tuple", "set", "frozenset"):
        makers: dict[str, Any] = {
            "list": list, "tuple": tuple, "set": set, "frozenset": frozenset,
        }  # fmt: skip
        return makers[kind]([inner(item) for item in _list(content)])
    if kind == "dict":
        return {inner(key): inner(item) for key, item in map(_pair, _list(content))}
    if kind in _MAKERS:
        return _MAKERS[kind](*[inner(part) for part in _list(content)])
    if kind == "iterator":
        return iter([inner(item) for item in _list(content)])
    if kind in _SIMPLE:
        return _SIMPLE[kind](content)
    if kind in ("function", "callable") and function:
        return function(_name(content))
    if kind == "stranger":
        return Stranger(_name(content))
    return made(kind, [inner(part) for part in _list(content)])


def _float(text: Any) -> float:
    return float.fromhex(text) if "x" in text else float(text)


_SIMPLE: dict[str, Callable[[Any], Any]] = {
    "ellipsis": lambda _: ...,
    "int": lambda text: int(text, 16),
    "float": _float,
    "complex": lambda parts: complex(_float(parts[0]), _float(parts[1])),
    "bytes": lambda text: base64.b64decode(text),
    "bytearray": lambda text: bytearray(base64.b64decode(text)),
    "range": lambda parts: range(parts[0], parts[1], parts[2]),
}


def _list(content: Any) -> list[Any]:
    if type(content) is not list:
        raise NotPlainError("it is not a list")
    return content


def _pair(content: Any) -> tuple[Any, Any]:
    key, value = _list(content)
    return key, value


def _name(content: Any) -> str:
    if type(content) is not str or not content.replace(".", "").replace("_", "a").isalnum():
        raise NotPlainError("it is not a name")
    return content
